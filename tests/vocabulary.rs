//! The vocabulary has all words of the command line: each list of words that the sources declare is in it, or here with the
//! reason why not.
#![cfg(feature = "default")]

mod common;

use common::program;
use ipso::vocabulary::{Form, KINDS, lists};
use regex_lite::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Lists that no user writes words of, or that another has.
const PRINTED: &[(&str, &str)] = &[
    ("ip/encap/ip TUNNELS", "the words are rows of IP and IP6"),
    ("ip/iface/details ADDR_GEN_MODES", "printed"),
    ("ip/iface/event EVENTS", "printed"),
    ("ip/iface/state FLAGS", "printed"),
    ("ip/iface/state OPERSTATES", "printed"),
    ("ip/iface/vf LINK_STATES", "printed"),
    ("ip/iface/xdp MODE_NAMES", "printed"),
    ("ip/mptcp/monitor ATTRS", "printed"),
    ("ip/mptcp/monitor EVENTS", "printed"),
    ("ip/neigh/show FLAGS", "printed"),
    ("ip/neigh/show STATES", "printed"),
    ("ip/netconf SETTINGS", "printed"),
    ("ip/netns/mod FOLLOWED_BY", "what follows the commands"),
    (
        "ip/route/show PREFS",
        "printed; the words are the values of a row",
    ),
    ("ip/tunnel/show PROTOS", "printed"),
    ("ip/tuntap/show FLAGS", "printed"),
    (
        "ip/batch CHANGES",
        "leading parts of commands, to look ahead",
    ),
    (
        "ip/batch KEEP_NAMES",
        "leading parts of objects, to look ahead",
    ),
    ("kind/can COMPENSATION", "the words are rows of CAN"),
    ("kind/can PULSES", "the words are rows of CAN"),
    ("kind/can STATS", "printed"),
    ("kind/can TIMING", "the words are rows of CAN"),
    ("names/table ARPHRD", "printed"),
    (
        "names/table ETHERTYPES",
        "too many for a page, and known from elsewhere",
    ),
    ("names/table TYPES", "ROUTE_TYPES has these words"),
];

/// The sources that have lists, by their paths below src/ without `.rs`.
fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    let mut folders = vec![root.join("ip"), root.join("kind"), root.join("isolate")];
    let mut files = vec![
        root.join("main.rs"),
        root.join("names/table.rs"),
        root.join("cni/mod.rs"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    for file in files {
        let text = fs::read_to_string(&file).expect("a source");
        let path = file
            .strip_prefix(&root)
            .expect("below src")
            .with_extension("");
        let (text, _) = text.split_once("\n#[cfg(test)]").unwrap_or((&text, ""));
        // An example is none.
        let lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let text: Vec<&str> = lines.collect();
        found.insert(path.to_str().expect("UTF-8").to_owned(), text.join("\n"));
    }
    found
}

/// The lists that a source declares.
fn declared(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut add = |pattern: &str, text: &str| {
        let pattern = Regex::new(pattern).expect("a pattern");
        names.extend(pattern.captures_iter(text).map(|found| found[1].to_owned()));
    };
    add(
        r"keywords! \{\s*(?:#\[.*\]\s*)*(?:pub(?:\(crate\))? )?enum (\w+)",
        text,
    );
    // Tables of spellings and what they mean, or of commands.
    add(r"(?:const|static) (\w+): (?:\(&str, &\[|Commands\b)", text);
    add(r"(?:const|static) (\w+): Table =\s*name_table!", text);
    // Spellings alone.
    add(
        r#"(?:const|static) (\w+): &(?:str|\[u8\]) =\s*(?:concat!\()?b?"[=!]?[a-z][^ "]*[|,]"#,
        text,
    );
    add(r"(?:const|static) (\w+): Rows = packed!", text);
    // Options with words: others are only printed.
    let block = Regex::new(r"options! \{\n((?:    .*\n|\n)*)\}").expect("a pattern");
    let table =
        Regex::new(r"(?m)^    (?:pub )?(\w+) \{\n((?:        .*\n|\n)*)    \}").expect("a pattern");
    for block in block.captures_iter(&format!("{text}\n")) {
        for table in table.captures_iter(&block[1]) {
            if table[2].contains("word: \"") || table[2].contains("exact: \"") {
                names.insert(table[1].to_owned());
            }
        }
    }
    names
}

#[test]
fn lists_of_words_are_found_in_sources() {
    let text = "keywords! {\n    pub(crate) enum Word {\n        Up = \"=up\",\n    }\n}\noptions! {\n    ROWS {\n        \
        0 => UP, exact: \"up\";\n    }\n\n    pub SHOWN {\n        0 => UP, name: \"up\";\n    }\n}\n\
        const T: (&str, &[u8]) = (\"a|b\", &[1, 2]);\npub const C: Commands = commands! {};\nconst S: &str = \"=a|b\";\n\
        static N: Table = name_table!(\"1 a\");\n";
    let found: Vec<_> = declared(text).into_iter().collect();
    assert_eq!(found, ["C", "N", "ROWS", "S", "T", "Word"]);
}

#[test]
fn every_list_of_words_is_in_the_vocabulary() {
    let known: BTreeSet<String> = lists().into_iter().map(|list| list.id).collect();
    let mut wrong = Vec::new();
    let mut needless: BTreeSet<&str> = PRINTED.iter().map(|(id, _)| *id).collect();
    for (file, text) in sources() {
        for name in declared(&text) {
            let id = format!("{file} {name}");
            let is_printed = needless.remove(&*id);
            if known.contains(&id) == is_printed {
                wrong.push(id);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "not in the vocabulary, or in both: {wrong:#?}"
    );
    assert!(needless.is_empty(), "no such list: {needless:?}");
}

#[test]
fn every_list_is_where_its_name_says() {
    let sources = sources();
    let mut seen = BTreeSet::new();
    for list in lists() {
        assert!(seen.insert(list.id.clone()), "{} twice", list.id);
        assert!(!list.words.is_empty(), "{} is empty", list.id);
        if list.form == Form::Dashes {
            continue;
        }
        let (file, name) = list.id.split_once(' ').expect("a file and a name");
        let text = sources
            .get(file)
            .unwrap_or_else(|| panic!("no file {file}"));
        let is_declared = [" ", "    "].iter().any(|before| {
            let mut after = [": ", " {"].iter();
            after.any(|after| text.contains(&format!("{before}{name}{after}")))
        });
        assert!(is_declared, "{}", list.id);
        for word in &list.words {
            // Rows are packed, and their words joined with those of others.
            assert!(
                text.contains(word.name()) || list.form == Form::Rows,
                "{}: {}",
                list.id,
                word.name()
            );
        }
    }
}

#[test]
fn the_kinds_have_the_lists_that_they_are_made_with() {
    let sources = sources();
    for (kind, list) in KINDS {
        let (file, name) = list.split_once(' ').expect("a file and a name");
        let made = format!(r#"\(c"(?:\w+,)*{kind}(?:,\w+)*",\s*(?:[^(]*,\s*)?{name}\b"#);
        let made = Regex::new(&made).expect("a pattern");
        assert!(made.is_match(&sources[file]), "{kind} and {list}");
    }
}

/// The keywords of the program's own file are no part of the library.
#[test]
fn the_first_words_are_those_of_the_program() {
    let text = &sources()["main"];
    let (_, applets) = text.split_once("enum Applet {").expect("the applets");
    let (applets, _) = applets.split_once('}').expect("their end");
    let word = Regex::new(r#""=([^"]+)""#).expect("a pattern");
    let found: Vec<&str> = word
        .captures_iter(applets)
        .map(|found| found.get(1).expect("it").as_str())
        .collect();
    let lists = lists();
    let list = lists
        .iter()
        .find(|list| list.id == "main Applet")
        .expect("the list");
    let known: Vec<&str> = list.words.iter().map(|word| word.name()).collect();
    assert_eq!(known, found);
}

#[test]
fn the_options_of_isolate_are_those_of_its_help() {
    let output = program()
        .args(["isolate", "--help"])
        .output()
        .expect("the program");
    let help = String::from_utf8(output.stdout).expect("UTF-8");
    let mut helped: BTreeSet<String> = Regex::new(r"--([a-z][a-z0-9-]*)( \[?[A-Za-z])?")
        .expect("a pattern")
        .captures_iter(&help)
        .map(|found| {
            let value = if found.get(2).is_some() { " VALUE" } else { "" };
            format!("{}{value}", &found[1])
        })
        .collect();
    helped.insert("help".into());
    let lists = lists();
    let list = lists
        .iter()
        .find(|list| list.form == Form::Dashes)
        .expect("the list");
    let known = list.words.iter().map(|word| {
        let value = if word.value.is_empty() { "" } else { " VALUE" };
        format!("{}{value}", word.name())
    });
    assert_eq!(helped, known.collect());
}
