//! All that these tests need of the program, in one place.

use crate::common::{Out, program};
use ipso::args::{self, Words};
use ipso::ip::command::Ctx;
#[cfg(feature = "encap")]
use ipso::ip::encap;
#[cfg(feature = "link-extra")]
use ipso::ip::link::inet;
#[cfg(feature = "vf")]
use ipso::ip::link::vf;
use ipso::ip::link::{change, words};
use ipso::ip::netns;
use ipso::kind::kind::Kind;
use ipso::kind::table::{each_kind, find_kind};
use ipso::names::Names;
use ipso::row::option::{Row, Rows};
use ipso::row::table::Table;
use std::process::Stdio;

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What the program says to a command line.
pub fn said(words: &[&str]) -> Out {
    let output = program()
        .args(words)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .expect("the program under test");
    Out {
        code: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

/// The tables of words of `ip link` itself.
pub fn link_tables() -> Vec<(&'static str, &'static Table)> {
    let tables: &[(&str, &'static Table)] = &[
        ("link", &words::WORDS),
        #[cfg(feature = "vf")]
        ("vf", &vf::VF_WORDS),
        #[cfg(feature = "vf")]
        ("vf vlan", &vf::VLAN_WORDS),
        #[cfg(feature = "link-extra")]
        ("inet", &inet::WORDS),
    ];
    tables.to_vec()
}

/// The options of each encapsulation.
#[cfg(feature = "encap")]
pub fn encapsulations() -> impl Iterator<Item = Rows> {
    encap::TYPES.iter().map(|known| known.rows)
}

/// The word of the row that a prefix picks.
pub fn find_row(mut rows: Rows, prefix: &str) -> Option<String> {
    let row = rows.find_word(prefix.as_bytes())?;
    Some(text(row.word()))
}

/// The spellings of a row.
pub fn row_spellings(row: &Row) -> Vec<String> {
    let spellings = text(row.spellings());
    let spellings = spellings.split(',').filter(|word| !word.is_empty());
    let plain = spellings.map(|spelling| {
        let spelling = spelling.trim_start_matches('=');
        // Behind a colon stands what the spelling is to the row.
        spelling.split(':').next().unwrap_or_default().to_owned()
    });
    plain.collect()
}

pub fn kind_of(name: &str) -> &'static Kind {
    find_kind(name.as_bytes()).expect("a known kind")
}

/// The options of a kind.
pub fn option_rows(kind: &str) -> Rows {
    kind_of(kind).rows()
}

pub fn kinds_with_options() -> impl Iterator<Item = &'static Kind> {
    each_kind().filter(|kind| kind.has_options())
}

/// The message that sets options of a kind, or the first line of the refusal.
pub fn set_kind(kind: &str, options: &[&str]) -> Result<Vec<u8>, String> {
    let mut names = Names::default();
    names.note_link(2, 0, b"d2");
    let mut list: Vec<&[u8]> = vec![b"d2", b"type", kind.as_bytes()];
    list.extend(options.iter().map(|word| word.as_bytes()));
    let mut words = Words::new(&list);
    let mut draft = change::message(&mut words, change::SET, 0, &mut names)
        .map_err(|e| text(e.text()).lines().next().unwrap_or_default().to_owned())?;
    let bytes = draft.msg.finish(0, 0).map_err(|e| text(e.text()))?;
    Ok(bytes.to_vec())
}

/// What the words after `ip netns` mean: the number of a command, or the refusal. It is not run.
pub fn pick_netns(words: &[&str], all: bool) -> String {
    let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
    let ctx = Ctx {
        all,
        ..Ctx::default()
    };
    if let Err(e) = netns::pick(&mut Words::new(&words), &ctx) {
        return text(e.text());
    }
    let (spellings, commands) = netns::COMMANDS;
    let numbers: Vec<_> = (0..commands.len()).collect();
    let number = args::pick(words[0], (spellings, &numbers));
    number.expect("a command").to_string()
}
