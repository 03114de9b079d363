//! `encap TYPE …` of routes and nexthops.

use crate::common::words;
use crate::data::{Differences, sections};
use crate::message::{attributes, bytes_of, sent};
use crate::support::{Attrs, encapsulation, encapsulation_shown, encapsulation_words, refused};
use std::collections::HashSet;

/// The styles that lead through all of the code.
const STYLES: [&str; 5] = ["ip", "ip -s -o", "ip -j -s", "ip -j -p", "ip -c -N"];

/// `WORDS | LEFT`: the words of a line, and how many of them are left. Without `|` it is two, which are added.
fn line_of(line: &str) -> (Vec<String>, usize) {
    let (taken, left) = match line.split_once(" |") {
        Some((taken, left)) => (taken, words(left.trim_start())),
        None => (line, words("dev d2")),
    };
    let count = left.len();
    ([words(taken), left].concat(), count)
}

/// The attributes that a line makes, and the refusal of one that makes none.
fn attributes_of(line: &str) -> Result<Vec<u8>, String> {
    let (words, count) = line_of(line);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (attributes, left) = encapsulation(&words).map_err(|e| refused(&e))?;
    assert_eq!(left, words[words.len() - count..], "{line}");
    Ok(attributes)
}

/// The type in two attributes as above, and its options.
fn options_of(attributes: &[u8]) -> (u16, &[u8]) {
    let kind = Attrs(attributes).find(21).and_then(|kind| kind.u16());
    let options = Attrs(attributes).find(22).expect("RTA_ENCAP");
    (kind.expect("RTA_ENCAP_TYPE"), options.0)
}

/// The member `encap` of the object that is shown.
fn member(json: &str) -> &str {
    let inner = json.trim_end().strip_prefix("[{\"encap\":");
    let inner = inner.and_then(|rest| rest.strip_suffix("}]"));
    inner.unwrap_or_else(|| panic!("an object with one member: {json}"))
}

/// Text in one line, without the blank at its end.
fn in_one_line(text: &str) -> String {
    assert!(text.ends_with(' '), "{text:?}");
    text.trim_end().replace('\n', "\\n").replace('\t', "\\t")
}

#[test]
fn words_become_attributes_and_attributes_are_shown() {
    let mut differences = Differences::default();
    for line in sections("encap", "options").iter().flat_map(|s| &s.lines) {
        let (words, expected) = line.text.split_once(" => ").expect("WORDS => ATTRIBUTES");
        let found = match attributes_of(words) {
            Err(refusal) => refusal,
            Ok(bytes) => {
                let (kind, options) = options_of(&bytes);
                let text = in_one_line(&encapsulation_shown(kind, options, "ip"));
                let json = encapsulation_shown(kind, options, "ip -j");
                let attributes = attributes(&bytes);
                format!("{} => {text} => {}", attributes.trim_start(), member(&json))
            }
        };
        let case = format!("{}: {words}", line.at);
        differences.compare(&case, &sent(expected), &found);
    }
    differences.finish();
}

/// `TYPE HEX [GLOBAL OPTIONS]` of a line of `shown.txt`.
fn message_of(line: &str) -> (u16, Vec<u8>, &str) {
    let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (hex, style) = rest.split_once(' ').unwrap_or((rest, ""));
    let kind = kind.parse().expect("a type");
    let bytes = bytes_of(&sent(hex)).expect("bytes in hexadecimal");
    (kind, bytes, style)
}

#[test]
fn what_the_kernel_sends_is_shown() {
    let mut differences = Differences::default();
    for line in sections("encap", "shown").iter().flat_map(|s| &s.lines) {
        let (message, expected) = line.text.split_once(" => ").expect("MESSAGE => TEXT");
        let (kind, bytes, style) = message_of(message);
        let shown = encapsulation_shown(kind, &bytes, format!("ip {style}").trim_end());
        let found = match style.contains("-j") {
            true => member(&shown).to_owned(),
            false => in_one_line(&shown).replace('\x1b', "\\e"),
        };
        differences.compare(&line.at, expected.trim_end(), &found);
    }
    differences.finish();
}

/// Each type has a line that is not refused, and each of its options is in one, but for those that are always refused.
#[test]
fn every_word_is_in_options_txt() {
    const MORE: &str = "\
        mpls ip ip6 ila seg6 seg6local rpl ioam6 xfrm bpf lblen nflen freq tunsrc tundst trace prealloc";
    const REFUSED: [&str; 4] = ["in", "out", "xmit", "endpoint"];
    let sections = sections("encap", "options");
    let lines = sections.iter().flat_map(|section| &section.lines);
    let accepted: HashSet<String> = lines
        .filter_map(|line| line.text.split_once(" => "))
        .filter(|(_, expected)| !expected.starts_with("rc "))
        .flat_map(|(line, _)| words(line))
        .collect();
    let listed = encapsulation_words().chain(words(MORE));
    for word in listed.filter(|word| !REFUSED.contains(&word.as_str())) {
        assert!(accepted.contains(&word), "{word}");
    }
}

/// Shows options in every style.
fn show_all(kind: u16, options: &[u8]) {
    for style in STYLES {
        let text = encapsulation_shown(kind, options, style);
        if style.contains("-j") {
            let parsed = serde_json::from_str::<serde_json::Value>(&text);
            assert!(parsed.is_ok(), "{style}: {parsed:?}: {text}");
        }
    }
}

/// Options that are cut short, that have another byte in each place, or that are of another type.
#[test]
fn damaged_options_do_not_panic() {
    let mut golden = Vec::new();
    for line in sections("encap", "options").iter().flat_map(|s| &s.lines) {
        let (words, _) = line.text.split_once(" => ").expect("WORDS => ATTRIBUTES");
        if let Ok(bytes) = attributes_of(words) {
            let (kind, options) = options_of(&bytes);
            golden.push((kind, options.to_vec()));
        }
    }
    for line in sections("encap", "shown").iter().flat_map(|s| &s.lines) {
        let (message, _) = line.text.split_once(" => ").expect("MESSAGE => TEXT");
        let (kind, bytes, _) = message_of(message);
        golden.push((kind, bytes));
    }
    assert!(golden.len() > 100);
    for (kind, options) in golden {
        for len in 0..=options.len() {
            show_all(kind, &options[..len]);
        }
        for at in 0..options.len() {
            for byte in [0, 5, 0xff] {
                let mut damaged = options.clone();
                damaged[at] = byte;
                show_all(kind, &damaged);
            }
        }
        for other in 0..12 {
            show_all(other, &options);
        }
    }
}

/// Words that end anywhere are refused, or are the whole of another line.
#[test]
fn lines_that_end_early_do_not_panic() {
    for line in sections("encap", "options").iter().flat_map(|s| &s.lines) {
        let (line, _) = line.text.split_once(" => ").expect("WORDS => ATTRIBUTES");
        let (words, _) = line_of(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        for len in 0..words.len() {
            let _ = encapsulation(&words[..len]);
        }
    }
    assert!(encapsulation(&[]).is_err());
}

/// The length of a routing header is a byte, in units of eight.
#[test]
fn a_routing_header_has_an_end() {
    let add = |count: usize| {
        let list = vec!["fc00::1"; count].join(",");
        encapsulation(&["seg6", "mode", "encap", "segs", &list])
    };
    let (attributes, _) = add(127).expect("as many as fit");
    let (_, options) = options_of(&attributes);
    assert_eq!((options.len(), options[9]), (4 + 4 + 8 + 127 * 16, 254));
    for count in [128, 254, 255, 256, 257, 4095, 4096, 4097] {
        assert_eq!(add(count).expect_err("too many").code(), 255, "{count}");
    }
}

#[test]
fn empty_words_are_refused() {
    for line in [
        &["ip", "geneve_opts", ""][..],
        &["ip", "vxlan_opts", ""],
        &["ip", "erspan_opts", ""],
        &["mpls", "", "dev"],
        &["ila", "", "dev"],
        &["rpl", "segs", ""],
        &["seg6local", "flavors", ""],
        &["", "dev", "d2"],
    ] {
        assert!(encapsulation(line).is_err(), "{line:?}");
    }
}

#[test]
fn help_lists_the_types() {
    let e = encapsulation(&["help", "x"]).expect_err("a help");
    let text = "Usage: ip route ... encap TYPE [ OPTIONS ] [...]\n\
                TYPE := { mpls | ip | ila | ip6 | seg6 | bpf | seg6local | rpl | ioam6 | xfrm }";
    assert_eq!((e.code(), e.text()), (255, text.as_bytes()));
}

#[test]
fn programs_are_refused() {
    for line in [
        &["bpf", "in", "obj", "x.o"][..],
        &["bpf", "headroom", "14", "xmit", "pinned", "/x"],
        &["seg6local", "action", "End.BPF", "endpoint", "obj", "x.o"],
    ] {
        let e = encapsulation(line).expect_err("a refusal");
        assert_eq!(e.code(), 255);
        assert!(e.text().ends_with(b"is wrong: ipso loads no programs\n"));
    }
}
