//! Which addresses are shown: the words of `ip address show` that choose addresses.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, Result};
use crate::ip::ifaddr::flags::find_flag;
use crate::ip::ifaddr::glob;
use crate::ip::ifaddr::record::Record;
use crate::keywords;
use crate::names::file::number_in;
use crate::names::table::SCOPES;
use crate::nl::uapi::{ifa, ifa_f};
use crate::nl::wire::Attr;

keywords! {
    /// The words with a value. A flag's word, and `-` and that word, are the others.
    enum Word {
        To = "=to",
        Scope = "=scope",
        Label = "=label",
        Proto = "=proto",
    }
}

/// Which addresses are shown.
#[derive(Default)]
pub struct Filter<'a> {
    /// `AF_*`, 0 for all.
    pub family: u8,
    to: Option<Prefix>,
    scope: Option<u8>,
    /// The flags that count, and their values.
    mask: u32,
    flags: u32,
    /// A shell pattern.
    pub label: Option<&'a [u8]>,
    proto: Option<u8>,
}

/// The number of a scope, by its name or as it is.
pub fn parse_scope(word: &[u8]) -> Option<u8> {
    let known = SCOPES
        .number_of(word)
        .or_else(|| args::unsigned(word, 0xff));
    Some(known.or_else(|| number_in("rt_scopes", word))? as u8)
}

impl<'a> Filter<'a> {
    /// Takes a word that chooses addresses, and its value. False if it is none.
    pub fn take(&mut self, word: &'a [u8], w: &mut Words<'a>) -> Result<bool> {
        let Some(known) = Word::pick(word) else {
            return Ok(self.take_flag(word));
        };
        let value = w.value()?;
        match known {
            Word::To => {
                let prefix = args::cidr(value, self.family)?;
                if self.family == 0 {
                    self.family = prefix.family;
                }
                self.to = Some(prefix);
            }
            Word::Scope if value == b"all" => self.scope = None,
            Word::Scope => {
                let scope = parse_scope(value);
                self.scope =
                    Some(scope.ok_or_else(|| Error::bad_arg(value, "invalid \"scope\"\n"))?);
            }
            Word::Label => self.label = Some(value),
            Word::Proto => {
                let n = args::unsigned(value, 0xff);
                let n = n.ok_or_else(|| Error::bad_arg(value, "\"proto\" value is invalid\n"))?;
                self.proto = Some(n as u8);
            }
        }
        Ok(true)
    }

    /// Takes `FLAG` or `-FLAG`. False if it is neither.
    fn take_flag(&mut self, word: &[u8]) -> bool {
        let name = word.strip_prefix(b"-").unwrap_or(word);
        let is_negated = name.len() < word.len();
        let (flag, is_set) = match name {
            // Two words mean that a flag is absent.
            b"dynamic" => (ifa_f::PERMANENT, is_negated),
            b"primary" => (ifa_f::SECONDARY, is_negated),
            _ => match find_flag(name) {
                Some(flag) => (flag, !is_negated),
                None => return false,
            },
        };
        self.mask |= flag;
        self.flags = if is_set {
            self.flags | flag
        } else {
            self.flags & !flag
        };
        true
    }

    /// Whether an address passes. One without a label has its interface's name for it.
    pub fn passes(&self, record: &Record, ifname: &[u8]) -> bool {
        let is_within = |prefix: &Prefix| {
            record.family == prefix.family && prefix.contains(record.local().unwrap_or_default().0)
        };
        let label = |pattern: &[u8]| {
            let label = record.get(ifa::LABEL).map_or(ifname, Attr::str);
            glob::is_match(pattern, label)
        };
        let proto = |proto: u8| {
            record
                .get(ifa::PROTO)
                .is_none_or(|attr| attr.u8() == Some(proto))
        };
        (self.family == 0 || self.family == record.family)
            && self.to.as_ref().is_none_or(is_within)
            && self.scope.is_none_or(|scope| scope == record.scope)
            && (self.flags ^ record.flags) & self.mask == 0
            && self.label.is_none_or(label)
            && self.proto.is_none_or(proto)
    }
}
