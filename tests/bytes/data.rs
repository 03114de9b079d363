//! The text files: sections, lines, and what is expected of them. `main.rs` says how they are written.

use crate::message::message;
use crate::parts::has_part;
use std::fs;
use std::path::{Path, PathBuf};

/// What there is of each object: a file `NAME.txt` or `KIND.NAME.txt` in its folder.
const FILES: &[(&str, &[&str])] = &[
    ("addr", &["replies", "requests", "warnings"]),
    ("encap", &["options", "shown"]),
    ("fou", &["replies", "requests"]),
    (
        "kinds",
        &[
            "changes", "details", "options", "replies", "requests", "warnings",
        ],
    ),
    ("link", &["replies", "requests"]),
    ("maddress", &["calls"]),
    ("mptcp", &["replies", "requests"]),
    ("nat", &["batches", "rules"]),
    ("neigh", &["replies", "requests"]),
    ("netns", &["freed", "replies", "requests"]),
    ("nexthop", &["replies", "requests"]),
    ("route", &["replies", "requests", "warnings"]),
    ("rule", &["replies", "requests", "warnings"]),
    ("tcp_metrics", &["replies", "requests"]),
    ("stats", &["replies", "requests"]),
    ("tunables", &["replies", "requests"]),
    ("tunnel", &["calls", "shown"]),
    ("tuntap", &["calls", "requests"]),
];

/// A line that is no comment.
pub struct Line {
    /// The file and the number of the line.
    pub at: String,
    pub text: String,
}

/// A heading and the lines under it.
#[derive(Default)]
pub struct Section {
    /// Empty where a file begins without a heading.
    pub title: String,
    pub lines: Vec<Line>,
}

/// The tree. The programs of `cargo xtask fuzz` read the data, too, and are a package below it.
pub fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = package.ancestors();
    let root = folders.find(|folder| folder.join("tests/bytes").is_dir());
    root.expect("a folder of tests")
}

fn folder(object: &str) -> PathBuf {
    root().join("tests/bytes").join(object)
}

/// The text files of an object.
fn files(object: &str) -> Vec<String> {
    let entries = fs::read_dir(folder(object)).expect("a folder of data");
    let names = entries.map(|entry| entry.expect("a file").file_name());
    let mut names: Vec<String> = names
        .map(|name| name.into_string().expect("a name in ASCII"))
        .collect();
    names.sort();
    names
}

/// What a file has, by its name: `replies` of `bond.replies.txt`.
fn content(file: &str) -> &str {
    let stem = file.strip_suffix(".txt").unwrap_or(file);
    stem.rsplit('.').next().unwrap_or(stem)
}

/// The sections of all files of an object that have `what`, without those of parts that are not built in.
pub fn sections(object: &str, what: &str) -> Vec<Section> {
    let listed = FILES.iter().find(|(folder, _)| *folder == object);
    assert!(listed.is_some_and(|(_, contents)| contents.contains(&what)));
    let mut all = Vec::new();
    for file in files(object).iter().filter(|file| content(file) == what) {
        let text = fs::read_to_string(folder(object).join(file)).expect("a text file");
        let file = format!("{object}/{file}");
        let is_data = |line: &str| !line.is_empty() && !line.starts_with(['#', '[']);
        assert!(text.lines().any(is_data), "{file} has no data");
        add_sections(&mut all, &file, &text, &|part| has_part(&file, part));
    }
    all
}

/// So many files there are at the least: one that is lost would not be missed otherwise.
#[test]
fn no_data_file_is_lost() {
    let count: usize = FILES.iter().map(|(object, _)| files(object).len()).sum();
    assert!(count >= 108, "{count} files");
}

fn add_sections(all: &mut Vec<Section>, file: &str, text: &str, has_part: &dyn Fn(&str) -> bool) {
    let mut section = Section::default();
    let (mut file_is_built, mut is_built) = (true, true);
    let mut end = |section: Section, is_built: bool| {
        if is_built && !section.lines.is_empty() {
            all.push(section);
        }
    };
    for (n, line) in text.lines().enumerate() {
        let title = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'));
        if let Some(title) = title {
            let title = title.to_owned();
            let lines = Vec::new();
            end(
                std::mem::replace(&mut section, Section { title, lines }),
                is_built,
            );
            is_built = file_is_built;
        } else if let Some(parts) = line.strip_prefix("# part: ") {
            assert!(section.lines.is_empty(), "{file}: a part below other lines");
            is_built &= parts.split(' ').all(has_part);
            if section.title.is_empty() {
                file_is_built = is_built;
            }
        } else if !line.is_empty() && !line.starts_with('#') {
            let at = format!("{file}:{}", n + 1);
            let text = line.to_owned();
            section.lines.push(Line { at, text });
        }
    }
    end(section, is_built);
}

/// A message of the kernel.
pub struct Reply {
    pub title: String,
    pub bytes: Vec<u8>,
    pub prints: Vec<Print>,
}

/// A command line and what it prints.
pub struct Print {
    pub at: String,
    pub command: String,
    pub text: String,
}

/// The messages of an object's `replies.txt`, or of a file of the same form.
pub fn replies(object: &str, what: &str) -> Vec<Reply> {
    let sections = sections(object, what).into_iter();
    let replies = sections.map(|section| {
        let command = |line: &Line| line.text.starts_with("$ ");
        let start = section.lines.iter().position(command);
        let (lines, prints) = section.lines.split_at(start.expect("a command"));
        Reply {
            title: section.title,
            bytes: message(lines),
            prints: self::prints(prints),
        }
    });
    replies.collect()
}

/// `$ COMMAND`, perhaps several that print the same, and `| TEXT`.
pub fn prints(lines: &[Line]) -> Vec<Print> {
    let mut prints: Vec<Print> = Vec::new();
    let mut rest = lines;
    while !rest.is_empty() {
        let commands = rest.iter().take_while(|line| line.text.starts_with("$ "));
        let (commands, behind) = rest.split_at(commands.count());
        let text = behind.iter().take_while(|line| line.text.starts_with('|'));
        let (text, behind) = behind.split_at(text.count());
        assert!(
            !commands.is_empty() && !text.is_empty(),
            "{}: a command and what it prints",
            rest[0].at
        );
        prints.extend(commands.iter().map(|line| {
            let command = line.text["$ ".len()..].to_owned();
            Print {
                at: line.at.clone(),
                text: printed(&command, text),
                command,
            }
        }));
        rest = behind;
    }
    prints
}

/// The text that these lines stand for.
fn printed(command: &str, lines: &[Line]) -> String {
    let has = |option| command.split(' ').any(|word| word == option);
    let broken = has("-j") && !has("-p");
    let mut text = String::new();
    for (n, line) in lines.iter().enumerate() {
        let line = line.text.strip_prefix("| ").unwrap_or("");
        let line = match line.strip_suffix('␣') {
            Some(line) => format!("{line} "),
            None => line.to_owned(),
        };
        if broken {
            text += line.trim_start();
        } else {
            text += if n > 0 { "\n" } else { "" };
            text += &line;
        }
    }
    if !text.ends_with('…') {
        text += "\n";
    }
    if has("-j") {
        return text;
    }
    text.replace("\\e", "\x1b")
        .replace("\\t", "\t")
        .replace("\\x01", "\x01")
}

/// What was found to be other than expected.
#[derive(Default)]
pub struct Differences(String);

impl Differences {
    /// Compares; `case` says what is tested, and where it is written down.
    pub fn compare(&mut self, case: &str, expected: &str, found: &str) {
        if !meets(found, expected) {
            self.0 += &format!("{case}\n  - {expected}\n  + {found}\n");
        }
    }

    /// Fails the test if there was a difference.
    pub fn finish(self) {
        assert!(self.0.is_empty(), "\n{}", self.0);
    }
}

/// Whether an expectation is met; `…` at its end or begin stands for any text.
fn meets(found: &str, expected: &str) -> bool {
    match (expected.strip_suffix('…'), expected.strip_prefix('…')) {
        (Some(begin), _) => found.starts_with(begin),
        (_, Some(end)) => found.ends_with(end),
        _ => found == expected,
    }
}

#[test]
fn every_file_has_a_test() {
    for (object, contents) in FILES {
        let mut found: Vec<_> = files(object)
            .iter()
            .map(|file| content(file).to_owned())
            .collect();
        found.sort();
        found.dedup();
        assert_eq!(found, *contents, "{object}");
    }
    let folders = fs::read_dir(folder("")).expect("the folder of these tests");
    let folders = folders.filter(|entry| entry.as_ref().expect("an entry").path().is_dir());
    assert_eq!(folders.count(), FILES.len());
}

#[test]
fn sections_of_missing_parts_are_left_out() {
    let titles = |missing: &str, text: &str| {
        let mut all = Vec::new();
        add_sections(&mut all, "x", text, &|part| part != missing);
        let titles = all.iter().map(|section| section.title.clone());
        titles.collect::<Vec<_>>()
    };
    let text = "# part: can\n\n[one]\n# part: vf stats\na\n[two]\n# a comment\nb\n\nc\n";
    assert_eq!(titles("", text), ["one", "two"]);
    assert_eq!(titles("stats", text), ["two"]);
    assert!(titles("can", text).is_empty());
}
