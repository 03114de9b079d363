//! Cuts the constants into pieces, and says of each what it is and who uses it.

use super::module::Module;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    Help,
    Text,
    Named,
    Table,
    Numbers,
}

impl Kind {
    pub const ALL: &'static [Kind] = &[
        Kind::Text,
        Kind::Help,
        Kind::Named,
        Kind::Table,
        Kind::Numbers,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Help => "text of help",
            Kind::Text => "text that code refers to",
            Kind::Named => "text that only tables refer to",
            Kind::Table => "tables with pointers",
            Kind::Numbers => "tables without, and other bytes",
        }
    }
}

/// What lies between two addresses of the constants that something refers to.
#[derive(Debug, PartialEq)]
pub struct Constant {
    pub len: u64,
    pub kind: Kind,
    /// The modules whose code refers to it, or to a table that refers to it.
    pub users: Vec<Module>,
}

/// Where a word holds an address.
#[derive(Clone, Copy)]
pub struct Reference {
    pub from: u64,
    pub to: u64,
}

/// Of a table, code may take the address of a field of the first row. So far from the start of a table, an address is not
/// taken for the start of something else if no constant holds it and all that refers to it refers to the table as well.
const FIELD: u64 = 128;

/// Cuts a section of constants. `modules` says of what lies at an address whose line it is and in whose function, None of what
/// is no code.
pub fn cut(
    start: u64,
    bytes: &[u8],
    references: &[Reference],
    modules: &dyn Fn(u64) -> Option<(Module, Module)>,
) -> Vec<Constant> {
    let end = start + bytes.len() as u64;
    let inside = |at: u64| (start..end).contains(&at);
    let references = || references.iter().filter(|one| inside(one.to));
    let from_constants = || references().filter(|one| inside(one.from));
    let held: BTreeSet<u64> = from_constants().map(|one| one.to).collect();
    let pointers: BTreeSet<u64> = from_constants().map(|one| one.from).collect();

    // The modules of the lines, and those of the functions.
    let mut code: BTreeMap<u64, [BTreeSet<Module>; 2]> = BTreeMap::new();
    for one in references() {
        let [lines, functions] = code.entry(one.to).or_default();
        if let Some((line, function)) = modules(one.from) {
            lines.insert(line);
            functions.insert(function);
        }
    }

    let mut begins = vec![start];
    for (at, [_, functions]) in &code {
        let last = begins[begins.len() - 1];
        let of_table = |[_, all]: &[BTreeSet<Module>; 2]| functions.is_subset(all);
        let is_field = *at < last + FIELD
            && pointers.range(last..*at).next().is_some()
            && code.get(&last).is_some_and(of_table);
        if *at > start && (held.contains(at) || !is_field) {
            begins.push(*at);
        }
    }
    let piece = |at: u64| begins.partition_point(|begin| *begin <= at) - 1;

    // Whose lines refer to each piece, and to which pieces each refers.
    let mut direct = vec![BTreeSet::new(); begins.len()];
    let mut onward = vec![BTreeSet::new(); begins.len()];
    for (at, [lines, _]) in code {
        direct[piece(at)].extend(lines);
    }
    for one in from_constants() {
        onward[piece(one.from)].insert(piece(one.to));
    }
    // Who uses a table uses what it refers to, and so on until nothing changes.
    let mut users = direct.clone();
    let mut open: Vec<usize> = (0..begins.len()).collect();
    while let Some(table) = open.pop() {
        let of_table = users[table].clone();
        for to in &onward[table] {
            let before = users[*to].len();
            users[*to].extend(of_table.iter().cloned());
            if users[*to].len() > before {
                open.push(*to);
            }
        }
    }

    let ends = begins.iter().skip(1).chain([&end]);
    let constant = |(n, (begin, end)): (usize, (&u64, &u64))| {
        let bytes = &bytes[(begin - start) as usize..(end - start) as usize];
        let help = || direct[n].iter().any(Module::is_help) || bytes.starts_with(b"Usage:");
        let kind = match is_text(bytes) {
            _ if pointers.range(begin..end).next().is_some() => Kind::Table,
            false => Kind::Numbers,
            true if help() => Kind::Help,
            true if !direct[n].is_empty() => Kind::Text,
            true => Kind::Named,
        };
        Constant {
            len: end - begin,
            kind,
            users: users[n].iter().cloned().collect(),
        }
    };
    begins.iter().zip(ends).enumerate().map(constant).collect()
}

/// Whether all of it could be printed; zeroes may end it, and tabs and ends of lines are text.
fn is_text(bytes: &[u8]) -> bool {
    let zeroes = bytes.iter().rev().take_while(|byte| **byte == 0).count();
    let text = &bytes[..bytes.len() - zeroes];
    let printable = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t' | 0 | 0x80..);
    text.len() > 1 && text.iter().all(|byte| printable(*byte)) && std::str::from_utf8(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_numbers() {
        for text in ["mtu", "a line\n", "one\0two\0", "…"] {
            assert!(is_text(text.as_bytes()), "{text:?}");
        }
        for numbers in [
            &[][..],
            &[0, 0],
            &[b'x', 0, 0, 0],
            &[1, 2, 3, 4],
            &[0xff, b'a'],
        ] {
            assert!(!is_text(numbers), "{numbers:?}");
        }
    }

    #[test]
    fn pieces_have_kinds_and_users() {
        let mut bytes = Vec::new();
        // 100: text, 104: help, 116: a table of two pointers, 132 and 136: names, 140: numbers.
        bytes.extend(b"text");
        bytes.extend(b"Usage: it me");
        bytes.extend([0; 16]);
        bytes.extend(b"mtu\0tos\0");
        bytes.extend([1, 2, 3, 4]);
        let own = |name: &str| Module::of_file(&format!("src/{name}.rs"));
        let modules = |at: u64| match at {
            10 => Some((own("a"), own("a"))),
            20 | 21 => Some((own("b"), own("b"))),
            // Inlined.
            22 => Some((own("c"), own("b"))),
            _ => None,
        };
        let references = [
            (10, 100),
            (20, 104),
            (21, 116),
            // A field of the table's first row.
            (22, 120),
            (116, 132),
            (124, 136),
            (10, 136),
            (20, 140),
            // Not among the constants.
            (20, 10),
        ];
        let references = references.map(|(from, to)| Reference { from, to });
        let found = cut(100, &bytes, &references, &modules);
        let found: Vec<_> = found
            .iter()
            .map(|one| {
                let users: Vec<_> = one.users.iter().map(|user| user.name.as_str()).collect();
                (one.len, one.kind, users.join(" "))
            })
            .collect();
        let row = |len, kind, users: &str| (len, kind, users.to_owned());
        assert_eq!(
            found,
            [
                row(4, Kind::Text, "ipso::a"),
                row(12, Kind::Help, "ipso::b"),
                row(16, Kind::Table, "ipso::b ipso::c"),
                row(4, Kind::Named, "ipso::b ipso::c"),
                row(4, Kind::Text, "ipso::a ipso::b ipso::c"),
                row(4, Kind::Numbers, "ipso::b"),
            ]
        );
    }
}
