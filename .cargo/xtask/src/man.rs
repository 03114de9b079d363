//! `cargo xtask man`: the manual pages, from their sources in `.cargo/xtask/man/` to mdoc(7) in `target/man/`.
//!
//! A page is `man/NAME.SECTION`: plain mdoc, and in it lists of words that are checked against the program, so that nothing is
//! left out and nothing is there that is not. `man/ipso-neigh.8` is one to begin from. A line that begins with `@` is for us:
//!
//! ```text
//! @list ip/neigh/change Word
//! @word lladdr LLADDR
//! The link-layer address of the neighbour.
//! @word nud STATE
//! …
//! @end
//! ```
//!
//! - `@list FILE NAME` begins a list: of the file below `src/`, and what declares the words there (`cargo xtask man --lists`
//!   prints all lists with their words). It becomes `.Bl -tag -width Ds`.
//! - `@word WORD [VALUE ...]` begins an item, whose text follows. WORD is the first spelling; other spellings, `[no]` and the
//!   dash of an option are added. VALUE is what follows the word, as a usage has it: upper case for what the reader chooses,
//!   `{ a | b }` for one of several, `[ X ]` for what may be left out. Where the program has the word in a row, as
//!   `ip link help` shows it, the value is made from the row, and none may be given. Of `isolate` the value is given exactly
//!   where the option takes one. A word may have several items, and words that follow one
//!   another share the text behind the last.
//! - `@end` ends the list. A list may be in several pieces, with headings between them, and in an item of another list; the page
//!   has to have all of its words, and no other.
//!
//! - `@differences` stands for all of tests/known-differences.txt that a user may come upon: see [`differences`].
//!
//! Of metavariables `.Ar` is made, of words `.Cm`, of options `.Fl`.

mod differences;

use crate::{Res, at, help, root, shown};
use ipso::vocabulary::{Form, List, Word, lists};
use lexopt::{Arg::Long, Parser};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub const USAGE: &str = "\
Usage: cargo xtask man [--check | --lists]
Makes the manual pages of .cargo/xtask/man, in target/man.
  --check   only check them, also with mandoc and groff where these are there
  --lists   print the lists of words that pages have to have, each with its words";

pub fn main(words: &mut Parser) -> Result<(), lexopt::Error> {
    let mut mode = None;
    while let Some(word) = words.next()? {
        match word {
            Long("check" | "lists") if mode.is_some() => return Err("One option is enough".into()),
            Long("check") => mode = Some(true),
            Long("lists") => mode = Some(false),
            _ => return Err(word.unexpected()),
        }
    }
    match mode {
        None => {
            for page in make(&root().join("target/man"))? {
                println!("{}", shown(&page));
            }
        }
        Some(true) => check()?,
        Some(false) => {
            for list in lists() {
                help(&format!("{}\n{}", list.id, words_of(&list)));
            }
        }
    }
    Ok(())
}

fn words_of(list: &List) -> String {
    let words = list.words.iter().map(|word| {
        let value = match list.form {
            Form::Rows if !word.value.is_empty() => format!(" {}", word.value),
            _ => String::new(),
        };
        format!("    {}{value}\n", word.spellings.join(" | "))
    });
    words.collect()
}

/// A page, ready for man(1).
pub struct Page {
    /// `ipso-neigh.8`.
    pub name: String,
    /// In mdoc.
    pub text: String,
    /// The lists that it has.
    lists: Vec<String>,
}

/// Writes all pages to a folder, and nothing else is there afterwards. Returns the files.
pub fn make(folder: &Path) -> Res<Vec<PathBuf>> {
    let pages = pages()?;
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(at(folder, e)),
        _ => {}
    }
    fs::create_dir_all(folder).map_err(|e| at(folder, e))?;
    let write = |page: Page| {
        let file = folder.join(page.name);
        fs::write(&file, page.text).map_err(|e| at(&file, e))?;
        Ok(file)
    };
    pages.into_iter().map(write).collect()
}

/// All pages, by their names.
pub fn pages() -> Res<Vec<Page>> {
    let folder = root().join(".cargo/xtask/man");
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(|e| at(&folder, e))? {
        let path = entry.map_err(|e| at(&folder, e))?.path();
        if path.extension().is_some_and(|section| section.len() == 1) {
            files.push(path);
        }
    }
    files.sort();
    let lists = lists();
    let (mut pages, mut errors) = (Vec::new(), Vec::new());
    for file in files {
        let source = fs::read_to_string(&file).map_err(|e| at(&file, e))?;
        match expand(&source, &lists) {
            Ok((text, lists)) => pages.push(Page {
                name: file
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into(),
                text,
                lists,
            }),
            Err(found) => {
                let found = found.into_iter();
                errors.extend(found.map(|(line, text)| format!("{}:{line}: {text}", shown(&file))));
            }
        }
    }
    match errors.is_empty() {
        true => Ok(pages),
        false => Err(errors.join("\n")),
    }
}

/// The lists that no page has. Of words that are values of another it is enough that a page has all of them in its text; and
/// of rows, that it has a list of the same file that has them too, as `gre` has those of `erspan`.
fn missing_lists(pages: &[Page]) -> Vec<String> {
    let all = lists();
    let has = |page: &Page, list: &List| {
        let is_word = |c: char| !c.is_whitespace() && !"|,.;:()".contains(c);
        let has_word = |word: &Word| {
            let text = page.text.replace("\\-", "-");
            text.split(|c| !is_word(c))
                .any(|found| found == word.name())
        };
        page.lists.contains(&list.id) || list.has_values && list.words.iter().all(has_word)
    };
    let has_whole = |page: &Page, part: &List| {
        let file = |list: &List| list.id.split(' ').next().map(str::to_owned);
        let mut wholes = all.iter().filter(|list| page.lists.contains(&list.id));
        part.form == Form::Rows
            && wholes.any(|whole| {
                file(whole) == file(part)
                    && part.words.iter().all(|word| whole.words.contains(word))
            })
    };
    let is_missing = |list: &&List| {
        let mut pages = pages.iter();
        !pages.any(|page| has(page, list) || has_whole(page, list))
    };
    let missing = all.iter().filter(is_missing);
    missing.map(|list| list.id.clone()).collect()
}

fn check() -> Res<()> {
    let pages = pages()?;
    let mut errors = missing_lists(&pages);
    for list in &mut errors {
        list.insert_str(0, "no page has the list ");
    }
    errors.extend(dead_links(&pages));
    for linter in LINTERS {
        match linter.complaints(&pages) {
            Some(complaints) => errors.extend(complaints),
            None => println!("{} is not here, and has said nothing", linter.program),
        }
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(errors.join("\n")),
    }
}

/// The pages of ours that a page points to and that do not exist.
fn dead_links(pages: &[Page]) -> Vec<String> {
    let mut dead = Vec::new();
    for page in pages {
        for line in page.text.lines().filter(|line| line.starts_with('.')) {
            let mut words = line[1..]
                .split_whitespace()
                .skip_while(|word| *word != "Xr");
            while let (Some("Xr"), Some(name), Some(section)) =
                (words.next(), words.next(), words.next())
            {
                let link = format!("{name}.{section}");
                let is_ours = name == "ipso" || name == "isolate" || name.starts_with("ipso-");
                if is_ours && pages.iter().all(|page| page.name != link) {
                    dead.push(format!("{}: there is no page {link}", page.name));
                }
            }
        }
    }
    dead
}

/// A program that finds what is wrong in a page.
struct Linter {
    program: &'static str,
    args: &'static [&'static str],
}

const LINTERS: [Linter; 2] = [
    Linter {
        program: "mandoc",
        args: &["-Tlint", "-W", "style"],
    },
    Linter {
        program: "groff",
        args: &["-ww", "-mdoc", "-Tutf8", "-z"],
    },
];

impl Linter {
    /// What it says of the pages; `None` where it does not exist.
    fn complaints(&self, pages: &[Page]) -> Option<Vec<String>> {
        let mut found = Vec::new();
        for page in pages {
            let child = Command::new(self.program)
                .args(self.args)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn();
            let mut child = child.ok()?;
            let mut stdin = child.stdin.take()?;
            let text = page.text.clone();
            let writer = std::thread::spawn(move || {
                let _ = std::io::Write::write_all(&mut stdin, text.as_bytes());
            });
            let output = child.wait_with_output().ok()?;
            let _ = writer.join();
            for bytes in [output.stdout, output.stderr] {
                for line in String::from_utf8_lossy(&bytes).lines() {
                    if !TOLERATED.iter().any(|known| line.contains(known)) {
                        found.push(format!("{}: {line}", page.name));
                    }
                }
            }
        }
        Some(found)
    }
}

/// What a linter may say.
const TOLERATED: &[&str] = &[
    // A page that is not installed here, as that of another package.
    "referenced manual not found",
    "outdated mandoc.db lacks",
    // The system is ipso, not one of BSD.
    "operating system explicitly specified",
    "RCS id missing",
    // One sentence is one line.
    "input text line longer than 80 bytes",
];

/// What is wrong in a source: the numbers of lines, and texts.
type Wrong = Vec<(usize, String)>;

/// A list that is open in a source.
struct Open<'a> {
    list: &'a List,
    line: usize,
    /// The line of the last word, as long as nothing is said of it.
    silent: Option<usize>,
}

/// What a source has of a list, in one piece or several.
struct Part<'a> {
    list: &'a List,
    /// The line of its last piece.
    line: usize,
    words: Vec<&'a str>,
}

/// Expands the directives of a source; also returns the lists that it has.
fn expand(source: &str, lists: &[List]) -> Result<(String, Vec<String>), Wrong> {
    let (mut text, mut wrong) = (String::new(), Wrong::new());
    let mut open: Vec<Open> = Vec::new();
    let mut parts: Vec<Part> = Vec::new();
    // How many lists are open that do not exist: that was reported.
    let mut unknown = 0;
    for (line, number) in source.lines().zip(1..) {
        let Some(directive) = line.strip_prefix('@') else {
            if let Some(list) = open.last_mut() {
                list.silent = None;
            }
            text += line;
            text.push('\n');
            continue;
        };
        let (verb, rest) = directive.split_once(' ').unwrap_or((directive, ""));
        let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
        let silent = open.last_mut().and_then(|list| list.silent.take());
        if let Some(line) = silent.filter(|_| verb == "end") {
            wrong.push((line, "nothing is said of this word".into()));
        }
        match (verb, open.last_mut()) {
            ("list", _) => {
                let Some(list) = lists.iter().find(|list| list.id == rest) else {
                    unknown += 1;
                    let text = format!("there is no list {rest:?}: cargo xtask man --lists");
                    wrong.push((number, text));
                    continue;
                };
                text += ".Bl -tag -width Ds\n";
                open.push(Open {
                    list,
                    line: number,
                    silent: None,
                });
                match parts.iter_mut().find(|part| part.list.id == list.id) {
                    Some(part) => part.line = number,
                    None => parts.push(Part {
                        list,
                        line: number,
                        words: Vec::new(),
                    }),
                }
            }
            ("differences", None) => match differences::mdoc() {
                Ok(list) => text += &list,
                Err(e) => wrong.push((number, e)),
            },
            ("word", _) if unknown > 0 => {}
            ("end", _) if unknown > 0 => unknown -= 1,
            ("word", Some(open)) => match item(open.list, name, value) {
                Ok((name, item)) => {
                    open.silent = Some(number);
                    text += &item;
                    text.push('\n');
                    let mut parts = parts.iter_mut();
                    let part = parts.find(|part| part.list.id == open.list.id);
                    part.into_iter().for_each(|part| part.words.push(name));
                }
                Err(text) => wrong.push((number, text)),
            },
            ("end", Some(_)) => {
                open.pop();
                text += ".El\n";
            }
            ("word" | "end", None) => wrong.push((number, format!("@{verb} without @list"))),
            _ => {
                let text = format!(
                    "@{verb} is no directive: there are @list, @word, @end and @differences"
                );
                wrong.push((number, text));
            }
        }
    }
    for list in open {
        wrong.push((list.line, "this list has no @end".into()));
    }
    for Part { list, line, words } in &parts {
        let names = list.words.iter().map(Word::name);
        let missing: Vec<_> = names.filter(|name| !words.contains(name)).collect();
        if !missing.is_empty() {
            wrong.push((
                *line,
                format!("{} has these words as well: {}", list.id, missing.join(" ")),
            ));
        }
    }
    wrong.sort();
    let has = parts.iter().map(|part| part.list.id.clone());
    match wrong.is_empty() {
        true => Ok((text, has.collect())),
        false => Err(wrong),
    }
}

/// The line `.It` of a word of a list, and the word.
fn item<'a>(list: &'a List, name: &str, value: &str) -> Result<(&'a str, String), String> {
    if value.contains('\\') {
        return Err(
            "a value has no escapes: what is not in upper case becomes bold by itself".into(),
        );
    }
    let Some(word) = list.find(name) else {
        return Err(format!("{} has no word {name:?}", list.id));
    };
    let value = match (list.form, value) {
        (Form::Rows, "") => &word.value,
        (Form::Rows, _) => return Err(format!("the value of {name:?} is made from its row")),
        (Form::Dashes, value) if value.is_empty() != word.value.is_empty() => {
            let takes = if value.is_empty() { "a" } else { "no" };
            return Err(format!("--{name} takes {takes} value"));
        }
        (_, value) => value,
    };
    let spelling = |(macro_name, text): (&str, String)| match word.has_no {
        true => format!("Oo Cm no Oc Ns {macro_name} {text}"),
        false => format!("{macro_name} {text}"),
    };
    let (spellings, join) = match list.form {
        Form::Plain | Form::Rows => {
            let words = word.spellings.iter().map(|word| ("Cm", escape(word)));
            (words.map(spelling).collect::<Vec<_>>(), " | ")
        }
        Form::Dash => {
            let shortest = shortest(list, word);
            let words = std::iter::once(&shortest).chain(&word.spellings);
            let words = words.map(|word| ("Fl", escape(word))).map(spelling);
            let mut words: Vec<String> = words.collect();
            words.dedup();
            (words, " , ")
        }
        Form::Dashes => {
            let mut words: Vec<String> = word
                .spellings
                .iter()
                .map(|name| match name.len() {
                    1 => format!("Fl {}", escape(name)),
                    _ => format!("Fl \\-{}", escape(name)),
                })
                .collect();
            words.reverse();
            (words, " , ")
        }
    };
    let line = format!(".It {}{}", spellings.join(join), value_line(value));
    Ok((word.name(), line))
}

/// The shortest leading part of an option that means it: what stands in front owns the others.
fn shortest(list: &List, word: &Word) -> String {
    let means = |part: &str| {
        let mut words = list.words.iter();
        words.find(|word| word.spellings.iter().any(|one| one.starts_with(part)))
    };
    let name = word.name();
    let lengths = 1..=name.len();
    // Those that have to be whole stand behind all others, of which none begins as they do.
    let is_whole = ["echo", "fail"].contains(&name);
    let mut parts = lengths.map(|length| &name[..length]);
    let found = parts.find(|part| !is_whole && means(part).is_some_and(|found| found == word));
    found.unwrap_or(name).into()
}

/// A value as arguments of `.It`, with a blank in front.
fn value_line(value: &str) -> String {
    let mut line = String::new();
    let mut spaced = value.to_owned();
    // `-color[=WHEN]` has no blank.
    if let Some(rest) = spaced.strip_prefix("[=") {
        spaced = rest.trim_end_matches(']').to_owned();
        line += " Ns Oo Ns = Ns";
        line += &value_line(&spaced);
        return line + " Oc";
    }
    for token in spaced.split_whitespace() {
        line.push(' ');
        match token {
            "{" => line += "Bro",
            "}" => line += "Brc",
            "[" => line += "Oo",
            "]" => line += "Oc",
            "|" => line += "|",
            "..." => line += "No ...",
            token if is_metavariable(token) => line += &format!("Ar {}", escape(token)),
            token => line += &format!("Cm {}", escape(token)),
        }
    }
    line
}

/// Upper case is what the reader chooses.
fn is_metavariable(token: &str) -> bool {
    let mut letters = token.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(char::is_uppercase)
}

/// A word as an argument of a macro: a dash that is one, and no name of another macro.
fn escape(word: &str) -> String {
    let word = word.replace('\\', "\\e").replace('-', "\\-");
    let is_delimiter = word.chars().all(|c| c.is_ascii_punctuation());
    let mut letters = word.chars();
    let is_macro = word.len() < 4
        && letters
            .next()
            .is_some_and(|c| c.is_ascii_uppercase() || c == '%')
        && letters.any(|c| c.is_ascii_lowercase());
    match is_delimiter || is_macro {
        true => format!("\\&{word}"),
        false => word,
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use std::io::Write;

    /// Says on the real stderr that something was not tested, as the other tests of the tree do.
    pub fn skip(test: &str, reason: &str) {
        let _ = std::io::stderr().write_all(format!("SKIP {test}: {reason}\n").as_bytes());
    }

    fn expanded(source: &str) -> Result<String, String> {
        let done = expand(source, &lists());
        done.map(|(text, _)| text).map_err(|wrong| {
            let lines = wrong.iter().map(|(line, text)| format!("{line}: {text}"));
            lines.collect::<Vec<_>>().join("\n")
        })
    }

    #[test]
    fn words_become_items() {
        let source = "\
.Sh X
@list ip/mptcp/change Word
@word id ID
Its number.
@word dev { DEV | none } [ A ... ]
@word port
Both.
@end
.Sh Y
";
        let text = "\
.Sh X
.Bl -tag -width Ds
.It Cm id Ar ID
Its number.
.It Cm dev Bro Ar DEV | Cm none Brc Oo Ar A No ... Oc
.It Cm port
Both.
.El
.Sh Y
";
        assert_eq!(expanded(source).as_deref(), Ok(text));
    }

    #[test]
    fn items_have_all_spellings() {
        let lists = lists();
        let item_of = |id: &str, name, value| {
            let list = lists.iter().find(|list| list.id == id).unwrap();
            item(list, name, value).map(|(_, item)| item)
        };
        for (id, name, value, line) in [
            (
                "ip/addr/change Word",
                "broadcast",
                "ADDRESS",
                "Cm broadcast | Cm brd Ar ADDRESS",
            ),
            (
                "ip/link/words ROWS",
                "multicast",
                "",
                "Cm multicast Bro Cm on | Cm off Brc",
            ),
            (
                "ip/link/words ROWS",
                "link-netnsid",
                "",
                "Cm link\\-netnsid Ar LINK\\-NETNSID",
            ),
            (
                "kind/vxlan VXLAN",
                "learning",
                "",
                "Oo Cm no Oc Ns Cm learning",
            ),
            ("ip/mod Global", "json", "", "Fl j , Fl json"),
            (
                "ip/mod Global",
                "stats",
                "",
                "Fl s , Fl stats , Fl statistics",
            ),
            ("ip/mod Global", "oneline", "", "Fl o , Fl oneline"),
            ("ip/mod Global", "echo", "", "Fl echo"),
            (
                "ip/mod Global",
                "color",
                "[=WHEN]",
                "Fl c , Fl color Ns Oo Ns = Ns Ar WHEN Oc",
            ),
            ("ip/mod FAMILY_OPTIONS", "4", "", "Fl 4"),
            (
                "isolate/words OPTIONS",
                "verbose",
                "",
                "Fl v , Fl \\-verbose",
            ),
            (
                "isolate/words OPTIONS",
                "json-fd",
                "N",
                "Fl \\-json\\-fd Ar N",
            ),
        ] {
            assert_eq!(item_of(id, name, value), Ok(format!(".It {line}")));
        }
    }

    /// The parts are features, which no list has.
    #[test]
    fn all_parts_are_described() {
        let pages = pages().unwrap();
        let page = pages.iter().find(|page| page.name == "ipso.8").unwrap();
        let (_, section) = page.text.split_once("\n.Sh PARTS\n").unwrap();
        let (section, _) = section.split_once("\n.Sh ").unwrap();
        let items = section
            .lines()
            .filter_map(|line| line.strip_prefix(".It Cm "));
        let mut parts = crate::product::parts().unwrap();
        parts.sort();
        assert_eq!(items.collect::<Vec<_>>(), parts);
    }

    #[test]
    fn a_list_may_be_in_pieces_and_in_another() {
        let source = "\
@list ip/mptcp/mod LIMITS
@word set
@list ip/mptcp/limits LIMITS
@word subflows N
a
@word add_addr_accepted N
b
@end
@end
.Ss More
@list ip/mptcp/mod LIMITS
@word show
c
@end
";
        assert!(expanded(source).is_ok());
        let wrong = "11: ip/mptcp/mod LIMITS has these words as well: show";
        let cut = source.replace("@word show\n", "");
        assert_eq!(expanded(&cut), Err(wrong.into()));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (source, wrong) in [
            (
                "x\n@list ip/mod Word\n@word x\n@end",
                "2: there is no list \"ip/mod Word\": cargo xtask man --lists",
            ),
            (
                "@list ip/mptcp/mod LIMITS\n@word set\nx\n@word show\nx",
                "1: this list has no @end",
            ),
            (
                "@list ip/mptcp/mod LIMITS\n@word set\nx\n@word show\n@end",
                "4: nothing is said of this word",
            ),
            (
                "@list ip/mptcp/mod LIMITS\n@word set\n@word show\n@word get\nx\n@end",
                "4: ip/mptcp/mod LIMITS has no word \"get\"",
            ),
            (
                "@list ip/link/vf VLAN_ROWS\n@word proto\n@word qos N\nx\n@word qos\nx\n@end",
                "3: the value of \"qos\" is made from its row",
            ),
            (
                "@list ip/mptcp/mod LIMITS\n@word set\n@word show \\fBx\\fP\n@word show\nx\n@end",
                "3: a value has no escapes: what is not in upper case becomes bold by itself",
            ),
            ("@word set", "1: @word without @list"),
            ("@end", "1: @end without @list"),
            (
                "@table x",
                "1: @table is no directive: there are @list, @word, @end and @differences",
            ),
        ] {
            assert_eq!(expanded(source), Err(wrong.into()));
        }
        let options = lists()
            .into_iter()
            .find(|list| list.form == Form::Dashes)
            .unwrap();
        assert_eq!(
            item(&options, "verbose", "N").unwrap_err(),
            "--verbose takes no value"
        );
        assert_eq!(
            item(&options, "json-fd", "").unwrap_err(),
            "--json-fd takes a value"
        );
    }

    #[test]
    fn a_list_with_all_rows_of_another_stands_for_it() {
        let missing_with = |list: &str| {
            let page = Page {
                name: "x.8".into(),
                text: String::new(),
                lists: vec![list.into()],
            };
            missing_lists(&[page])
        };
        for (list, part, is_missing) in [
            ("kind/gre ERSPAN_ROWS", "kind/gre GRE_ROWS", false),
            ("kind/gre GRE_ROWS", "kind/gre ERSPAN_ROWS", true),
            ("kind/gre ERSPAN_ROWS", "kind/gre GRE6_ROWS", true),
            ("kind/vti VTI", "kind/vti VTI6", false),
        ] {
            let missing = missing_with(list);
            assert_eq!(
                missing.iter().any(|id| id == part),
                is_missing,
                "{list} {part}"
            );
        }
    }

    #[test]
    fn pages_are_made() {
        let pages = pages().unwrap_or_else(|text| panic!("{text}"));
        let page = pages
            .iter()
            .find(|page| page.name == "ipso-neigh.8")
            .unwrap();
        assert!(page.text.contains(".It Cm lladdr Ar LLADDR\n"));
        let directive = |line: &str| line.starts_with('@');
        assert!(!pages.iter().any(|page| page.text.lines().any(directive)));
    }

    #[test]
    fn every_list_of_words_is_in_a_page() {
        let pages = pages().unwrap_or_else(|text| panic!("{text}"));
        assert_eq!(missing_lists(&pages), [""; 0]);
        assert_eq!(missing_lists(&[]).len(), lists().len());
    }

    #[test]
    fn pages_lead_to_pages() {
        let pages = pages().unwrap_or_else(|text| panic!("{text}"));
        assert_eq!(dead_links(&pages), [""; 0]);
        let page = Page {
            name: "x.8".into(),
            text: ".Xr ip-link 8 ,\n.Pq see Xr ipso-x 8\n".into(),
            lists: Vec::new(),
        };
        assert_eq!(dead_links(&[page]), ["x.8: there is no page ipso-x.8"]);
    }

    #[test]
    fn linters_have_nothing_to_say_of_pages() {
        let pages = pages().unwrap_or_else(|text| panic!("{text}"));
        for linter in LINTERS {
            let Some(complaints) = linter.complaints(&pages) else {
                skip(
                    "linters_have_nothing_to_say_of_pages",
                    &format!("no {}", linter.program),
                );
                continue;
            };
            assert!(complaints.is_empty(), "{}", complaints.join("\n"));
            // It does speak.
            let page = Page {
                name: "x.8".into(),
                text: ".Dd November 30, 2026\n.Dt X 8\n.Os ipso\n.Sh NAME\n.Nm x\n.Nd x\n.Sh X\n.Bl -tag -width Ds\n.Xyz\n".into(),
                lists: Vec::new(),
            };
            let complaints = linter.complaints(&[page]);
            assert!(
                !complaints.unwrap_or_default().is_empty(),
                "{}",
                linter.program
            );
        }
    }
}
