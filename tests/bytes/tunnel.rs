//! `ip tunnel`.

use crate::data::{Differences, sections};
use crate::message::{bytes_of, sent};
use crate::support::{refused, tunnel_calls, tunnel_hint, tunnel_shown, tunnel_statistics};

#[test]
fn a_missing_module_has_a_hint() {
    let expected = match cfg!(feature = "hints") {
        true => "This kernel has no \"gre0\": the module is not installed, or was not built.",
        false => "",
    };
    assert_eq!(tunnel_hint(true, libc::ENODEV), expected);
    assert_eq!(tunnel_hint(true, libc::EEXIST), "");
    // Here it is the tunnel that is not there.
    assert_eq!(tunnel_hint(false, libc::ENODEV), "");
}

#[test]
fn words_become_calls() {
    let mut differences = Differences::default();
    for line in sections("tunnel", "calls")
        .into_iter()
        .flat_map(|section| section.lines)
    {
        let (command, expected) = line.text.split_once(" => ").expect("COMMAND => CALL");
        let found = tunnel_calls(command).unwrap_or_else(|e| match e.text().is_empty() {
            true => "usage".to_owned(),
            false => refused(&e),
        });
        let case = format!("{}: {command}", line.at);
        differences.compare(&case, &sent(expected), &found);
    }
    differences.finish();
}

/// What `shown.txt` has in hexadecimal; nothing of `-`.
fn bytes(text: &str) -> Vec<u8> {
    bytes_of(&sent(text.trim_matches('-'))).expect("bytes")
}

#[test]
fn tunnels_are_printed() {
    let mut differences = Differences::default();
    for section in sections("tunnel", "shown") {
        let [first, prints @ ..] = &section.lines[..] else {
            panic!("{}: no tunnel", section.title);
        };
        let fields: Vec<_> = first.text.split(' ').map(bytes).collect();
        for print in crate::data::prints(prints) {
            let found = tunnel_shown(&fields[0], &fields[1], &fields[2], &print.command);
            // In JSON there is a newline in front of the last bracket, which the data has not.
            let found = found.replace("\n]", "]");
            let case = format!("{}: {}", print.at, print.command);
            differences.compare(&case, &print.text, &found);
        }
    }
    differences.finish();
}

#[test]
fn a_newline_is_behind_every_tunnel() {
    let tunnel = &sections("tunnel", "shown")[0].lines[0].text;
    let tunnel = bytes(tunnel.split(' ').next().expect("a tunnel"));
    let json = tunnel_shown(&tunnel, &[], &[], "ip -j tunnel");
    assert!(json.ends_with("}\n]\n"), "{json}");
}

#[test]
fn statistics_have_columns() {
    let stats: Vec<u8> = (0u64..24).flat_map(u64::to_ne_bytes).collect();
    let expected = "\
        \nRX: Packets    Bytes        Errors CsumErrs OutOfSeq Mcasts\
        \n    0          2            4      13       14       8       \
        \nTX: Packets    Bytes        Errors DeadLoop NoRoute  NoBufs\
        \n    1          3            5      9        17       7     ";
    assert_eq!(tunnel_statistics(&stats), expected);
    // A kernel that sends fewer has zeros for the others.
    assert!(tunnel_statistics(&stats[..8]).contains("\n    0          0            0 "));
}
