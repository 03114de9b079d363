//! Makes lines of scripts with random options of link kinds, from the grammar in `differential/kinds.txt`.

use super::random::Random;

/// A kind of the grammar: what stands before and after `type KIND`, and its options.
pub struct Kind {
    pub name: String,
    /// The part of ipso that has its options, if it is one.
    pub part: Option<String>,
    before: String,
    after: String,
    options: Vec<Word>,
}

struct Word {
    word: String,
    values: Vec<String>,
    since_7: bool,
    on_add: bool,
}

pub fn kinds(text: &str) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(rest) = line.strip_prefix('[') {
            let (head, rest) = rest.split_once(']').expect("[KIND PART]");
            let mut head = head.split(' ').map(str::to_owned);
            let (before, after) = rest.split_once('|').unwrap_or((rest, ""));
            kinds.push(Kind {
                name: head.next().expect("a kind"),
                part: head.next(),
                before: before.trim().to_owned(),
                after: after.trim().to_owned(),
                options: Vec::new(),
            });
            continue;
        }
        let (since_7, line) = match line.strip_prefix("7:") {
            Some(line) => (true, line),
            None => (false, line),
        };
        let (on_add, line) = match line.strip_prefix('+') {
            Some(line) => (true, line),
            None => (false, line),
        };
        let mut words = line.split(' ').map(|word| word.replace('_', " "));
        // In the word itself a `_` is one.
        let word = line.split(' ').next().expect("an option").to_owned();
        words.next();
        kinds.last_mut().expect("a kind").options.push(Word {
            word,
            values: words.collect(),
            since_7,
            on_add,
        });
    }
    kinds
}

/// Ways to show a link beside `-d` and `-d -j`, with the part that they need in front.
const WAYS: &[&str] = &[
    "-d -o",
    "-d -d",
    "-d -p -j",
    "[stats] -s",
    "[stats] -s -s -d",
    "-br",
    "-N -d",
    "-j",
    "[stats] -h -s",
    "[stats] -o -s",
];

impl Kind {
    /// A line that makes a link of this kind without any further option.
    #[allow(dead_code, reason = "only the comparison asks for it")]
    pub fn least(&self) -> String {
        self.add("k0", "")
    }

    pub fn is_slave(&self) -> bool {
        self.name.ends_with("_slave")
    }

    fn add(&self, name: &str, options: &str) -> String {
        let line = format!(
            "link add name {name} {} type {} {} {options}",
            self.before, self.name, self.after
        );
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn some(&self, random: &mut Random, newest: bool, add: bool) -> String {
        let known: Vec<_> = self
            .options
            .iter()
            .filter(|option| (newest || !option.since_7) && (add || !option.on_add))
            .collect();
        let mut text = Vec::new();
        // Mostly few options: among many, one is nearly always refused.
        let most = random.below(5) + 1;
        for _ in 0..random.below(most) + usize::from(!add) {
            let Some(option) = known.get(random.below(known.len().max(1))) else {
                break;
            };
            let value = &option.values[random.below(option.values.len())];
            // The first two values are valid ones, and are taken more often.
            let value = match random.below(3) {
                0 => value,
                _ => &option.values[random.below(option.values.len().min(2))],
            };
            text.push(option.word.clone());
            if value != "-" {
                text.push(value.clone());
            }
        }
        text.join(" ")
    }

    /// Makes such a link, shows it, changes it and takes it away, `cases` times.
    pub fn lines(&self, seed: &str, cases: usize, newest: bool) -> Vec<String> {
        let mut random = Random::new(&format!("{seed}{}", self.name));
        let mut lines = Vec::new();
        let shows = |random: &mut Random, name: &str, lines: &mut Vec<String>| {
            for way in ["-d", "-d -j", WAYS[random.below(WAYS.len())]] {
                lines.push(format!("{way} link show {name}"));
            }
        };
        for _ in 0..cases {
            if self.is_slave() {
                let options = self.some(&mut random, newest, false);
                lines.push(format!("link set d2 type {} {options}", self.name));
                shows(&mut random, "d2", &mut lines);
                continue;
            }
            lines.push(self.add("k0", &self.some(&mut random, newest, true)));
            shows(&mut random, "k0", &mut lines);
            if !self.options.is_empty() && random.below(2) == 0 {
                let options = self.some(&mut random, newest, false);
                lines.push(format!("link set k0 type {} {options}", self.name));
                lines.push("-d link show k0".into());
            }
            lines.push("link del k0".into());
        }
        lines
    }
}
