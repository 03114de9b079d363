//! Which addresses are shown: the words of `ip address show` that choose them, apart from those that choose links.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, Result};
use crate::ip::addr::{FLAGS, Record};
use crate::names;
use crate::nl::uapi::{ifa, ifa_f};
use crate::nl::wire::Attr;

/// Which addresses are shown.
#[derive(Default)]
pub struct Wanted<'a> {
    /// `AF_*`, 0 for all.
    pub family: u8,
    to: Option<Prefix>,
    scope: Option<u8>,
    flags: u32,
    flags_mask: u32,
    /// A shell pattern.
    pub label: Option<&'a [u8]>,
    proto: Option<u8>,
}

/// A scope's number: by name, or as it is.
pub fn scope(word: &[u8]) -> Option<u8> {
    let known = names::of_table(names::SCOPES, word).or_else(|| args::unsigned(word, 0xff));
    Some(known.or_else(|| names::of_file("rt_scopes", word))? as u8)
}

impl<'a> Wanted<'a> {
    /// Whether an address passes. One without a label has its interface's name for it.
    pub fn passes(&self, record: &Record, ifname: &[u8]) -> bool {
        let within = |prefix: &Prefix| {
            let local = record
                .local()
                .filter(|_| record.family == prefix.family)
                .unwrap_or_default();
            let bit = |bytes: &[u8], at: usize| Some(bytes.get(at / 8)? >> (7 - at % 8) & 1);
            (0..prefix.len.into())
                .all(|at| bit(local, at).is_some() && bit(local, at) == bit(prefix.bytes(), at))
                && record.family == prefix.family
        };
        let label = |pattern: &[u8]| {
            let label = record.get(ifa::LABEL).map_or(ifname, Attr::str);
            glob(pattern, label)
        };
        let proto = |proto: u8| {
            record
                .get(ifa::PROTO)
                .is_none_or(|attr| attr.u8() == Some(proto))
        };
        (self.family == 0 || self.family == record.family)
            && self.to.as_ref().is_none_or(within)
            && self.scope.is_none_or(|scope| scope == record.scope)
            && (self.flags ^ record.flags) & self.flags_mask == 0
            && self.label.is_none_or(label)
            && self.proto.is_none_or(proto)
    }

    /// Takes a word that chooses addresses, and its value. False if it is none.
    pub fn take(&mut self, word: &'a [u8], w: &mut Words<'a>) -> Result<bool> {
        let takes = |words: &[&[u8]]| words.contains(&word);
        let value = if takes(&[b"to", b"scope", b"label", b"proto"]) {
            w.value()?
        } else {
            b""
        };
        match word {
            b"to" => {
                let prefix = args::cidr(value, self.family)?;
                self.family = if self.family == 0 {
                    prefix.family
                } else {
                    self.family
                };
                self.to = Some(prefix);
            }
            b"scope" if value == b"all" => self.scope = None,
            b"scope" => {
                let number = scope(value);
                self.scope =
                    Some(number.ok_or_else(|| Error::bad_arg(value, "invalid \"scope\"\n"))?);
            }
            b"label" => self.label = Some(value),
            b"proto" => {
                let n = args::unsigned(value, 0xff);
                let n = n.ok_or_else(|| Error::bad_arg(value, "\"proto\" value is invalid\n"))?;
                self.proto = Some(n as u8);
            }
            _ => {
                let name = word.strip_prefix(b"-").unwrap_or(word);
                // Two words that mean the absence of a flag.
                let (bit, absent) = match name {
                    b"dynamic" => (ifa_f::PERMANENT, true),
                    b"primary" => (ifa_f::SECONDARY, true),
                    _ => match names::of_table(FLAGS, name) {
                        Some(bit) => (1 << bit, false),
                        None => return Ok(false),
                    },
                };
                let negated = name.len() < word.len();
                self.flags = if negated != absent {
                    self.flags & !bit
                } else {
                    self.flags | bit
                };
                self.flags_mask |= bit;
            }
        }
        Ok(true)
    }
}

/// Whether a shell pattern with `*`, `?` and `[...]` matches all of a text.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let Some((&first, rest)) = pattern.split_first() else {
        return text.is_empty();
    };
    if first == b'*' {
        return glob(rest, text) || !text.is_empty() && glob(pattern, &text[1..]);
    }
    let Some((&byte, later)) = text.split_first() else {
        return false;
    };
    if first == b'['
        && let Some(end) = rest
            .iter()
            .skip(2)
            .position(|b| *b == b']')
            .map(|at| at + 2)
            .or_else(|| (rest.get(1) == Some(&b']')).then_some(1))
    {
        let negated = matches!(rest[0], b'!' | b'^');
        let mut set = &rest[usize::from(negated)..end];
        let mut found = false;
        while let Some((&low, after)) = set.split_first() {
            let (high, after) = match after {
                [b'-', high, after @ ..] => (*high, after),
                _ => (low, after),
            };
            found |= (low..=high).contains(&byte);
            set = after;
        }
        return found != negated && glob(&rest[end + 1..], later);
    }
    let (first, rest) = if first == b'\\' && !rest.is_empty() {
        (rest[0], &rest[1..])
    } else {
        (first, rest)
    };
    (first == b'?' && pattern[0] == b'?' || first == byte) && glob(rest, later)
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn globs() {
        for (pattern, text, matches) in [
            ("eth0:*", "eth0:1", true),
            ("eth0:*", "eth0", false),
            ("*", "", true),
            ("?th[0-9]", "eth5", true),
            ("[!a-d]*", "b", false),
            ("[]]", "]", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("[", "[", true),
        ] {
            assert_eq!(
                glob(pattern.as_bytes(), text.as_bytes()),
                matches,
                "{pattern} {text}"
            );
        }
    }
}
