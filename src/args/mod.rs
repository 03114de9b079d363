//! A cursor over the words of a command line, and the parsers for one word: keywords here, numbers and addresses beside.

mod address;
mod number;

pub use address::{Prefix, addr, cidr, has_equal_bits, lladdr, mpls, read_address};
pub use number::{eui64, fraction, leading, radix, signed, unsigned};

use crate::append::Append;
use crate::error::{Error, REFUSED, Result};
use crate::text::cut;

/// A cursor over the words of a command line, or of a line of a batch.
#[derive(Clone)]
pub struct Words<'a> {
    list: &'a [&'a [u8]],
    at: usize,
    /// Lines for stderr; the command goes on.
    pub warnings: Vec<u8>,
}

impl<'a> Words<'a> {
    /// A cursor at the first word.
    pub fn new(list: &'a [&'a [u8]]) -> Words<'a> {
        Words::behind(0, list)
    }

    /// A cursor behind so many words.
    pub fn behind(at: usize, list: &'a [&'a [u8]]) -> Words<'a> {
        Words {
            list,
            at,
            warnings: Vec::new(),
        }
    }

    /// The next word, without taking it.
    pub fn peek(&self) -> Option<&'a [u8]> {
        self.list.get(self.at).copied()
    }

    /// Takes the word that follows a keyword. It must exist.
    pub fn value(&mut self) -> Result<&'a [u8]> {
        self.next().ok_or_else(Error::incomplete)
    }

    /// Steps back over the word that was taken last.
    pub fn back(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    /// The word that was taken last; empty before any is.
    pub fn taken(&self) -> &'a [u8] {
        let word = self.list.get(self.at.wrapping_sub(1));
        word.copied().unwrap_or_default()
    }

    /// The word before the one that was taken last.
    pub fn before(&self) -> Option<&'a [u8]> {
        self.list.get(self.at.wrapping_sub(2)).copied()
    }

    /// All the words that are left, without taking them.
    pub fn left(&self) -> &'a [&'a [u8]] {
        &self.list[self.at..]
    }

    /// Takes all the words that are left.
    pub fn rest(&mut self) -> &'a [&'a [u8]] {
        let rest = self.left();
        self.at = self.list.len();
        rest
    }

    /// Adds a line for stderr.
    pub fn warn(&mut self, line: &[u8]) {
        self.warnings.append_bytes(line);
        self.warnings.push(b'\n');
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let word = self.peek()?;
        self.at += 1;
        Some(word)
    }
}

/// Whether `word` is a prefix of `full`. An empty word is none.
pub fn prefix(word: &[u8], full: &str) -> bool {
    !word.is_empty() && full.as_bytes().starts_with(word)
}

/// Whether `word` matches one of several comma-joined spellings:
///
/// - `mtu` is matched by the word and by its prefixes,
/// - `=mtu` by the whole word only,
/// - `mtu:2` by prefixes of two bytes or more, since an earlier keyword owns the shorter ones,
/// - `!mtu` and `=!mtu` also with `no` before the word: `nomtu`.
pub fn named(word: &[u8], spellings: &[u8]) -> bool {
    find_keyword(word, spellings) == 0
}

/// The place of the first keyword that a word matches; `usize::MAX` if there is none. Each word of each line of a batch comes
/// this way, and most spellings have not even its first letter: of these no more is looked at.
fn find_keyword(word: &[u8], table: &[u8]) -> usize {
    let (mut n, mut at) = (0, 0);
    while at < table.len() {
        let (mut exact, mut negatable) = (false, false);
        while let Some(mark @ (b'=' | b'!')) = table.get(at) {
            exact |= *mark == b'=';
            negatable |= *mark == b'!';
            at += 1;
        }
        let start = at;
        while let Some(byte) = table.get(at)
            && !matches!(*byte, b'|' | b',')
        {
            at += 1;
        }
        let spelling = &table[start..at];
        if spelling.first() == word.first() && is_part(word, spelling, exact)
            || negatable && is_part_of_no(word, spelling, exact)
        {
            return n;
        }
        n += usize::from(table.get(at) == Some(&b'|'));
        at += 1;
    }
    usize::MAX
}

/// Whether a word is the leading part of a spelling, as long as it has to be.
fn is_part(word: &[u8], mut spelling: &[u8], exact: bool) -> bool {
    let full = cut(&mut spelling, b':').unwrap_or_default();
    let least = match exact {
        true => full.len(),
        false => radix(spelling, 10).unwrap_or(1) as usize,
    };
    word.len() >= least && full.starts_with(word)
}

/// The same of a spelling with `no` before it, of which `n` and `no` are leading parts, too.
fn is_part_of_no(word: &[u8], mut spelling: &[u8], exact: bool) -> bool {
    let full = cut(&mut spelling, b':').unwrap_or_default();
    match word.strip_prefix(b"no") {
        Some(rest) if exact => rest == full,
        Some(rest) => full.starts_with(rest),
        None => word == b"n" && !exact,
    }
}

/// What a word means by a table: keywords joined by `|`, each with its [spellings](named), and the meaning of each. The
/// first that matches counts.
pub fn pick<T: Copy>(word: &[u8], table: (&str, &[T])) -> Option<T> {
    table.1.get(find_keyword(word, table.0.as_bytes())).copied()
}

/// An enum of keywords, each with its spellings (see [`named`]), in the order in which a prefix picks them.
/// `NAME::pick(word)` is the keyword that a word picks. Behind the spellings may stand the part that a keyword needs:
/// see `NAME::missing_part`.
///
/// ```ignore
/// keywords! {
///     /// The words of a change.
///     enum Word {
///         Peer = "=peer,=remote",
///         Broadcast = "broadcast,=brd",
///     }
/// }
/// ```
#[macro_export]
macro_rules! keywords {
    ($(#[$doc:meta])* $vis:vis enum $name:ident {
        $($(#[$about:meta])* $word:ident = $spellings:literal $((part $part:literal))?,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq)]
        $vis enum $name {
            $($(#[$about])* $word,)*
        }

        impl $name {
            /// The spellings of all, each with `|` behind.
            #[allow(dead_code)]
            $vis const SPELLINGS: &'static str = concat!($($spellings, "|"),*);

            /// The keyword that a word picks.
            $vis fn pick(word: &[u8]) -> Option<$name> {
                const WORDS: (&str, &[$name]) = ($name::SPELLINGS, &[$($name::$word),*]);
                $crate::args::pick(word, WORDS)
            }

            /// The part that the keyword needs, where this build does not have it.
            #[allow(dead_code)]
            $vis fn missing_part(self) -> Option<&'static str> {
                $($(
                    #[cfg(not(feature = $part))]
                    if self == $name::$word {
                        return Some($part);
                    }
                )?)*
                None
            }
        }
    };
}

/// The plain word of the first spelling.
pub const fn plain(spellings: &[u8]) -> &[u8] {
    let mut start = 0;
    while start < spellings.len() && matches!(spellings[start], b'=' | b'!') {
        start += 1;
    }
    let mut end = start;
    while end < spellings.len() && !matches!(spellings[end], b',' | b':') {
        end += 1;
    }
    spellings.split_at(end).0.split_at(start).1
}

/// Parses `on` or `off`. iproute2 has two wordings of the error: with `one_of`, or without.
pub fn on_off(word: &[u8], key: &[u8], one_of: bool) -> Result<bool> {
    match word {
        b"on" => Ok(true),
        b"off" => Ok(false),
        _ if one_of => Err(not_one_of(word, key, b"one of \"off\", \"on\"")),
        _ => Err(not_one_of(word, key, b"\"on\" or \"off\"")),
    }
}

/// `word` is not one of the words in `list`. Exit status 1.
pub fn not_one_of(word: &[u8], key: &[u8], list: &[u8]) -> Error {
    let text = "Error: argument of \"%\" must be %, not \"%\"";
    Error::new(REFUSED, text, &[key, list, word])
}

/// Whether the kernel takes it as an interface name: 1 to 15 bytes, no `/`, no blanks, neither `.` nor `..`.
pub fn is_ifname(name: &[u8]) -> bool {
    (1..16).contains(&name.len())
        && name != b"."
        && name != b".."
        && !name
            .iter()
            .any(|b| *b == b'/' || b.is_ascii_whitespace() || *b == 11)
}

/// Whether the kernel takes it as an alternative name: 1 to 127 bytes.
pub fn is_altname(name: &[u8]) -> bool {
    (1..128).contains(&name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let table = ("=chg,change|add|mtu", &[1, 2, 3][..]);
        for (word, picked) in [
            ("a", Some(2)),
            ("add", Some(2)),
            ("adds", None),
            ("", None),
            ("ch", Some(1)),
            ("chg", Some(1)),
            ("m", Some(3)),
        ] {
            assert_eq!(pick(word.as_bytes(), table), picked, "{word}");
        }
        assert!(named(b"mtu", b"=mtu") && !named(b"mt", b"=mtu") && !named(b"", b"=mtu"));
        assert!(
            named(b"mcast_s", b"mcast_snooping:7") && named(b"mcast_snoop", b"mcast_snooping:7")
        );
        assert!(!named(b"mcast_", b"mcast_snooping:7"));
        assert_eq!(plain(b"=mcast_snooping:7,x"), b"mcast_snooping");
        assert_eq!(plain(b"=!mab"), b"mab");
        for (word, loose, strict) in [
            ("proxy", true, true),
            ("noproxy", true, true),
            ("nop", true, false),
            ("no", true, false),
            ("n", true, false),
            ("p", true, false),
            ("nox", false, false),
            ("", false, false),
        ] {
            assert_eq!(named(word.as_bytes(), b"!proxy"), loose, "{word}");
            assert_eq!(named(word.as_bytes(), b"=!proxy"), strict, "{word}");
        }
    }
}
