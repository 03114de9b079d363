//! The help says all that is accepted.

use crate::common::{Out, has_parts, part};
use crate::kinds::CORE_ORDERS;
use crate::objects::{ABSENT, NETNS, OBJECTS};
use crate::order::{Spelling, spellings, words_here};
use crate::parts::has_part;
use crate::support::{kind_of, link_tables, said, text};
use std::collections::HashSet;

/// The words that a help text explains, a line each.
fn explained(help: &str) -> Vec<String> {
    let lines = help.lines().filter_map(|line| line.strip_prefix("\t[ "));
    let words = lines.map(|line| line.split(' ').next().unwrap_or_default());
    words.map(str::to_owned).collect()
}

/// Scripts look for an object in the help: what iproute2's names, and is here, ours names.
#[test]
fn objects_are_named() {
    let help = said(&["ip", "help"]);
    assert_eq!((help.code, help.stdout.as_str()), (255, ""));
    let named: HashSet<&str> = help.stderr.split_whitespace().collect();
    // Second spellings that the help of iproute2 does not have.
    let unsaid = ["tunl", "tcp_metrics"];
    for Spelling { word, .. } in spellings(OBJECTS) {
        let is_said = !ABSENT.contains(&word) && !unsaid.contains(&word);
        assert_eq!(named.contains(word), is_said, "{word}");
    }
}

fn link_help() -> Out {
    said(&["ip", "link", "help"])
}

#[test]
fn link_words_are_explained() {
    if !has_parts("help::link_words_are_explained", &[part::HELP]) {
        return;
    }
    let help = link_help();
    assert_eq!((help.code, help.stdout.as_str()), (255, ""));
    let mut explained = explained(&help.stderr);
    let tables = link_tables().into_iter();
    let mut words: Vec<String> = tables
        .flat_map(|(_, table)| table.rows)
        .map(|row| text(row.word()))
        .collect();
    explained.sort();
    words.sort();
    assert_eq!(explained, words);
    for word in [
        "property", "altname", "wait", "present", "absent", "carrier", "timeout",
    ] {
        assert!(help.stderr.contains(word), "{word}");
    }
    for (kind, part) in [
        ("dummy", None),
        ("vcan", None),
        ("ip6erspan", Some("tunnel")),
        ("wwan", Some("kinds")),
    ] {
        let is_explained = help.stderr.contains(&format!(" {kind}"));
        let is_built = part.is_none_or(|part| has_part(kind, part));
        assert!(is_explained || !is_built, "{kind}");
    }
}

#[test]
fn options_of_kinds_are_explained() {
    if !has_parts("help::options_of_kinds_are_explained", &[part::HELP]) {
        return;
    }
    let macvtap = CORE_ORDERS.iter().find(|(kind, _)| *kind == "macvlan");
    let macvtap = macvtap.map(|(_, order)| ("macvtap", *order));
    for (kind, order) in CORE_ORDERS.into_iter().chain(macvtap) {
        let help = said(&["ip", "link", "help", kind]);
        assert_eq!((help.code, help.stderr.as_str()), (0, ""), "{kind}");
        assert!(help.stdout.starts_with(&format!("Usage: ... {kind}\n")));
        let words = explained(&help.stdout);
        let unique: HashSet<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(unique.len(), words.len(), "{kind}: {words:?}");
        assert_eq!(unique, words_here(order), "{kind}");
    }
}

#[test]
fn kinds_without_options_have_a_help() {
    if !has_parts("help::kinds_without_options_have_a_help", &[part::HELP]) {
        return;
    }
    let veth = said(&["ip", "link", "help", "veth"]);
    assert_eq!(
        (veth.code, veth.stdout.as_str()),
        (
            0,
            "Usage: ip link <options> type veth [peer <options>]\nTo get <options> type 'ip link add help'\n"
        )
    );
    for kind in ["dummy", "ifb", "team_slave"] {
        let help = said(&["ip", "link", "help", kind]);
        let usage = format!("Usage: ... {kind}\n");
        assert_eq!((help.code, help.stdout), (0, usage), "{kind}");
    }
}

/// As in iproute2.
#[test]
fn kinds_without_a_help_have_that_of_link() {
    for kind in ["tun", "wireguard", "nosuchkind"] {
        assert_eq!(said(&["ip", "link", "help", kind]), link_help(), "{kind}");
    }
}

/// Words beside numbers, ranges, and a peer with options of its own.
#[test]
fn values_are_explained() {
    for (part, kind, lines) in [
        (
            "overlay",
            "vxlan",
            &[
                "[ ttl | hoplimit { TTL | auto | inherit } ]",
                "[ ageing { AGEING | none } ]",
                "[ df { unset | set | inherit } ]",
                "[ srcport | port MIN MAX ]",
                "[ [no]learning ]",
            ][..],
        ),
        (
            "kinds",
            "netkit",
            &["[ peer [ OPTION ... ] [ SETTING ... ] ]"],
        ),
    ] {
        if has_part(kind, part) {
            let help = text(&kind_of(kind).help(kind.as_bytes()));
            for line in lines {
                let found = help.lines().any(|other| other.trim_start() == *line);
                assert!(found, "{line}: {help}");
            }
        }
    }
}

#[test]
fn commands_of_netns_are_explained() {
    let help = said(&["ip", "netns", "help"]).stderr;
    for command in spellings(NETNS).iter().filter(|known| known.word != "help") {
        let line = help.lines().any(|line| {
            line.split(' ')
                .any(|word| word.trim_start_matches('[') == command.word)
        });
        assert!(line, "{}", command.word);
    }
}
