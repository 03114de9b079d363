//! Makes random lines of scripts from a grammar, `differential/NAME-random.txt`. Its lines are:
//!
//! - `# …`: a comment.
//! - `@part PART…`: the parts of ipso that have the words.
//! - `@ip …` and `@sh …`: steps of preparation, as in other scripts.
//! - `NAME: TEXT`: a way to write NAME. Those of one name are equally likely; one that stands there twice is twice as
//!   likely. In TEXT, `<NAME>` is written in a random way, `<NAME>?` so or not at all, `<NAME>*` up to three times. With
//!   `7:` in front it is only for iproute2 7.1 and later.
//!
//! `case` is the name of a whole case: lines of a script, with ` ; ` between them.

use super::random::Random;
use std::collections::HashMap;

pub struct Grammar {
    /// The parts of ipso that have the words.
    pub parts: Vec<String>,
    /// What is done first: lines of a script.
    pub before: Vec<String>,
    ways: HashMap<String, Vec<String>>,
}

impl Grammar {
    /// Reads a grammar; `newest` if the reference is iproute2 7.1 or later.
    pub fn new(text: &str, newest: bool) -> Grammar {
        let (mut parts, mut before, mut ways) = (Vec::new(), Vec::new(), HashMap::new());
        for line in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            if let Some(names) = line.strip_prefix("@part ") {
                parts.extend(names.split(' ').map(str::to_owned));
                continue;
            }
            if line.starts_with('@') {
                before.push(line.to_owned());
                continue;
            }
            let (since_7, line) = match line.strip_prefix("7:") {
                Some(line) => (true, line),
                None => (false, line),
            };
            let (name, way) = line
                .split_once(": ")
                .unwrap_or_else(|| panic!("not NAME: TEXT: {line}"));
            // A name that all its ways are too new for is written as nothing.
            let known: &mut Vec<String> = ways.entry(name.to_owned()).or_default();
            if newest || !since_7 {
                known.push(way.to_owned());
            }
        }
        assert!(ways.contains_key("case"), "no case");
        Grammar {
            parts,
            before,
            ways,
        }
    }

    /// The lines of a random case.
    pub fn case(&self, random: &mut Random) -> Vec<String> {
        let mut text = String::new();
        self.write("case", random, &mut text);
        let lines = text.split(" ; ");
        let words = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        words.collect()
    }

    fn write(&self, name: &str, random: &mut Random, text: &mut String) {
        let ways = self
            .ways
            .get(name)
            .unwrap_or_else(|| panic!("no such name: {name}"));
        if ways.is_empty() {
            return;
        }
        let mut rest = ways[random.below(ways.len())].as_str();
        while let Some((before, behind)) = rest.split_once('<') {
            let (name, behind) = behind.split_once('>').expect("<NAME>");
            text.push_str(before);
            let (times, behind) = match behind.chars().next() {
                Some('?') => (random.below(2), &behind[1..]),
                Some('*') => (random.below(4), &behind[1..]),
                _ => (1, behind),
            };
            for n in 0..times {
                text.push_str(if n > 0 { " " } else { "" });
                self.write(name, random, text);
            }
            rest = behind;
        }
        text.push_str(rest);
    }
}
