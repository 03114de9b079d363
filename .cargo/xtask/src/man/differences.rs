//! tests/known-differences.txt as a list of a manual page: what differs from iproute2, by the headings of that file. The rules that
//! are about an old version of iproute2, and those about chance, are no differences for a user, and left out.

use crate::{Res, at, root};
use std::fs;

const FILE: &str = "tests/known-differences.txt";

/// What a rule says that is about an old version alone.
const OLD: &str = "when: before 7.1";

/// A difference.
struct Difference {
    /// The heading that it stands under; empty for what is no difference for a user.
    heading: String,
    reason: String,
    /// The other lines of the rule: none for what no script shows.
    lines: Vec<String>,
}

impl Difference {
    fn is_shown(&self) -> bool {
        !self.heading.is_empty() && !self.lines.iter().any(|line| line == OLD)
    }
}

/// The list, in mdoc: a heading and a list for each heading.
pub fn mdoc() -> Res<String> {
    let file = root().join(FILE);
    let source = fs::read_to_string(&file).map_err(|e| at(&file, e))?;
    Ok(list(&parse(&source)?))
}

fn parse(source: &str) -> Res<Vec<Difference>> {
    let mut all: Vec<Difference> = Vec::new();
    let mut heading = String::new();
    let mut is_open = false;
    for (line, number) in source.lines().zip(1..) {
        let wrong = || format!("{FILE}:{number}: {line}");
        if line.is_empty() || line.starts_with('#') {
            is_open &= !line.is_empty();
        } else if let Some(title) = line.strip_prefix('[') {
            title
                .strip_suffix(']')
                .ok_or_else(wrong)?
                .clone_into(&mut heading);
        } else if !is_open {
            let reason = line.strip_prefix("why: ").or(line.strip_prefix("also: "));
            all.push(Difference {
                heading: heading.clone(),
                reason: reason.ok_or_else(wrong)?.into(),
                lines: Vec::new(),
            });
            is_open = true;
        } else {
            let last = all.last_mut().ok_or_else(wrong)?;
            match line.strip_prefix("    ") {
                Some(more) => last.reason += &format!(" {more}"),
                None => last.lines.push(line.into()),
            }
        }
    }
    Ok(all)
}

fn list(all: &[Difference]) -> String {
    let mut text = String::new();
    let mut heading = "";
    let mut reason = "";
    for difference in all.iter().filter(|difference| difference.is_shown()) {
        if difference.heading != heading {
            text += if heading.is_empty() { "" } else { ".El\n" };
            heading = &difference.heading;
            text += &format!(".Ss {heading}\n.Bl -bullet -width 1n\n");
        }
        // Two rules may be about one difference.
        if difference.reason != reason {
            reason = &difference.reason;
            text += &format!(".It\n{}", prose(reason));
        }
    }
    text + if heading.is_empty() { "" } else { ".El\n" }
}

/// Sentences in mdoc: each begins a line, and what stands between backquotes is literal.
fn prose(text: &str) -> String {
    let mut lines = Vec::new();
    let mut open = None;
    for (n, piece) in text.split('`').enumerate() {
        if n % 2 == 1 {
            let words: Vec<_> = piece.split(' ').map(literal).collect();
            open = Some(format!(".Ql {}", words.join(" ")));
            continue;
        }
        let mut rest = piece;
        if let Some(mut line) = open.take() {
            // What follows at once belongs to the line, each mark a word of its own.
            let marks = rest
                .find(|c: char| !",.;:)".contains(c))
                .unwrap_or(rest.len());
            let (marks, behind) = rest.split_at(marks);
            for mark in marks.chars() {
                line += &format!(" {mark}");
            }
            rest = behind;
            lines.push(line);
        }
        for sentence in sentences(rest.trim()) {
            lines.push(plain(sentence));
        }
    }
    lines.join("\n") + "\n"
}

/// A text behind the ends of its sentences: a point and a blank.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(". ")
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
}

/// A line of text, which must not be taken for a request.
fn plain(line: &str) -> String {
    let line = line.replace('\\', "\\e");
    match line.starts_with(['.', '\'']) {
        true => format!("\\&{line}"),
        false => line,
    }
}

/// A word as an argument of a macro that is no macro, no delimiter and no quote.
fn literal(word: &str) -> String {
    let word = word
        .replace('\\', "\\e")
        .replace('-', "\\-")
        .replace('"', "\\(dq");
    let is_callable =
        word.len() <= 3 && word.chars().next().is_some_and(|c| c.is_ascii_uppercase());
    let is_mark = word.chars().all(|c| c.is_ascii_punctuation());
    match is_callable || is_mark {
        true => format!("\\&{word}"),
        false => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
# A comment.

[ip x]

why: `ip x -y` is refused. iproute2
    takes it for `Nm .`, and goes on.
in: x

why: `ip x -y` is refused. iproute2 takes it for `Nm .`, and goes on.
in: y

why: old
when: before 7.1

also: .x \\ is one.

[]

why: chance
both.stdout: x => y
";

    #[test]
    fn reasons_become_items() {
        let all = parse(SOURCE).expect("rules");
        assert_eq!(
            list(&all),
            "\
.Ss ip x
.Bl -bullet -width 1n
.It
.Ql ip x \\-y
is refused.
iproute2 takes it for
.Ql \\&Nm \\&. ,
and goes on.
.It
\\&.x \\e is one.
.El
"
        );
        assert!(parse("ours.stdout: x").is_err());
    }

    /// What is under no heading is about an old version, or makes equal on both sides what chance makes.
    #[test]
    fn every_difference_is_in_the_page() {
        let file = root().join(FILE);
        let source = fs::read_to_string(&file).expect(FILE);
        let all = parse(&source).expect("rules");
        let page = mdoc().expect("a list");
        for difference in &all {
            let Difference {
                heading,
                reason,
                lines,
            } = difference;
            if difference.is_shown() {
                assert!(page.contains(&prose(reason)), "{reason}");
                assert!(page.contains(&format!(".Ss {heading}\n")), "{heading}");
                continue;
            }
            let is_old = lines.iter().any(|line| line == OLD);
            let changes = |line: &&String| {
                ["code:", "ours.", "reference."]
                    .iter()
                    .any(|key| line.starts_with(key))
            };
            assert!(
                is_old || !lines.iter().any(|line| changes(&line)),
                "no heading: {reason}"
            );
        }
        let shown = all
            .iter()
            .filter(|difference| difference.is_shown())
            .count();
        assert!(shown >= 75, "{shown} differences");
    }
}
