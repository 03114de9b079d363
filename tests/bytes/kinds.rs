//! Options of link kinds.

use crate::check;
use crate::common::words;
use crate::data::{Differences, sections};
use crate::message::{attributes, sent};
use crate::support::{Attrs, Messages, changed, kind_shown, kinds, refused, request};
use std::collections::HashSet;

#[test]
fn words_become_messages() {
    check::requests("kinds");
}

#[test]
fn deprecated_and_missing_words_warn() {
    check::warnings("kinds");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("kinds");
}

/// A command line that makes a link of a kind, or for the kind of a port changes one.
pub fn with_kind(kind: &str, words: &str) -> String {
    match kind.ends_with("_slave") {
        true => format!("link set dev d3 type {kind} {words}"),
        false => format!("link add name k0 type {kind} {words}"),
    }
}

/// `IFLA_INFO_DATA` of a request, or `IFLA_INFO_SLAVE_DATA`.
fn data_of(request: &[u8], kind: &str) -> Vec<u8> {
    let message = Messages(request).next().expect("a message");
    let info = Attrs(&message.body[16..]).find(18).expect("IFLA_LINKINFO");
    let attr = if kind.ends_with("_slave") { 5 } else { 2 };
    info.attrs().find(attr).unwrap_or_default().0.to_vec()
}

/// The data of a kind that these words make, or the refusal.
fn data_of_words(kind: &str, words: &str) -> Result<Vec<u8>, String> {
    let made = request(&with_kind(kind, words)).map_err(|e| refused(&e))?;
    Ok(data_of(&made.bytes, kind))
}

#[test]
fn options_become_attributes_and_attributes_are_shown() {
    let mut differences = Differences::default();
    for section in sections("kinds", "options") {
        let kind = &section.title;
        for line in &section.lines {
            let (words, expected) = line.text.split_once(" => ").expect("WORDS => ATTRIBUTES");
            let found = match data_of_words(kind, words) {
                Err(refusal) => refusal,
                Ok(data) => {
                    let text = kind_shown(kind, &data, "-d");
                    assert!(text.is_empty() || text.ends_with(' '), "{text:?}");
                    let text = text.trim_end().replace('\n', "\\n").replace('\t', "\\t");
                    let attributes = attributes(&data);
                    let json = kind_shown(kind, &data, "-d -j");
                    format!("{} => {text} => {json}", attributes.trim_start())
                }
            };
            let case = format!("{}: {kind} {words}", line.at);
            differences.compare(&case, &sent(expected), &found);
        }
    }
    differences.finish();
}

/// Words with a default are shown with `-d -d`, whatever they are.
#[test]
fn more_details_show_defaults() {
    let mut differences = Differences::default();
    for section in sections("kinds", "details") {
        let kind = &section.title;
        for line in &section.lines {
            let (words, expected) = line.text.split_once(" => ").expect("WORDS => TEXT");
            let found = match data_of_words(kind, words) {
                Err(refusal) => refusal,
                Ok(data) => kind_shown(kind, &data, "-d -d"),
            };
            let case = format!("{}: {kind} {words}", line.at);
            differences.compare(&case, expected, found.trim_end());
        }
    }
    differences.finish();
}

/// With `-N` an ethertype is a number.
#[test]
fn ethertypes_are_numbers_with_numeric() {
    let data = data_of_words("vlan", "protocol 802.1ad").expect("a VLAN");
    assert_eq!(kind_shown("vlan", &data, "-N"), "protocol [34984] ");
    assert_eq!(
        kind_shown("vlan", &data, "-N -j"),
        "{\"protocol\":\"[34984]\"}"
    );
}

/// Some kinds take a change only with all that the link has. What the link has may be damaged.
#[test]
fn changes_keep_what_the_link_has() {
    let mut differences = Differences::default();
    for section in sections("kinds", "changes") {
        let kind = &section.title;
        for line in &section.lines {
            let (change, expected) = line.text.split_once(" => ").expect("CHANGE => ATTRIBUTES");
            let (has, words) = change.split_once(" | ").expect("HAS | WORDS");
            let has =
                data_of_words(kind, has).unwrap_or_else(|refusal| panic!("{}: {refusal}", line.at));
            let found = match changed(kind, &has, words) {
                Ok(bytes) => attributes(&bytes).trim_start().to_owned(),
                Err(e) => refused(&e),
            };
            let case = format!("{}: {kind} {change}", line.at);
            differences.compare(&case, &sent(expected), &found);
            for len in 0..has.len() {
                let _ = changed(kind, &has[..len], words);
            }
        }
    }
    differences.finish();
}

/// One of the kinds that have an option has a line with it that is not refused.
#[test]
fn every_option_is_in_options_txt() {
    let sections = sections("kinds", "options");
    for (names, options) in kinds() {
        let sections = sections
            .iter()
            .filter(|section| names.contains(&section.title.as_str()));
        let lines = sections.flat_map(|section| &section.lines);
        let accepted: HashSet<String> = lines
            .filter_map(|line| line.text.split_once(" => "))
            .filter(|(_, expected)| !expected.starts_with("rc "))
            .flat_map(|(line, _)| words(line))
            .collect();
        let missing: Vec<_> = options
            .iter()
            .filter(|option| *option != "peer" && !accepted.contains(*option))
            .collect();
        assert!(missing.is_empty(), "{names:?}: {missing:?}");
    }
}
