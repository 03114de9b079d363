//! Which addresses are shown: the words of `ip address show` that choose addresses.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, Result};
use crate::ip::ifaddr::flags::find_flag;
use crate::ip::ifaddr::glob;
use crate::ip::ifaddr::record::Record;
use crate::keywords;
use crate::names::Names;
use crate::names::file::SCOPES;
use crate::nl::uapi::{ifa, ifa_f};
use crate::nl::wire::Attr;

keywords! {
    /// The words with a value. A flag's word, and `-` and that word, are the others.
    pub(crate) enum Word {
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
    /// The interface, 0 for all.
    pub index: u32,
    /// Of no family: any address.
    pub to: Prefix,
    scope: Option<u8>,
    /// The flags that count, and their values.
    mask: u32,
    flags: u32,
    /// A shell pattern.
    pub label: Option<&'a [u8]>,
    proto: Option<u8>,
}

impl<'a> Filter<'a> {
    /// Takes a word that chooses addresses, and its value. False if it is none.
    pub fn take(&mut self, word: &'a [u8], w: &mut Words<'a>) -> Result<bool> {
        let Some(known) = Word::pick(word) else {
            return Ok(self.take_flag(word));
        };
        let value = w.value()?;
        match known {
            Word::To => self.to.read_in(value, &mut self.family, true)?,
            Word::Scope if value == b"all" => self.scope = None,
            Word::Scope => self.scope = Some(SCOPES.byte_of(value, "invalid \"scope\"\n")?),
            Word::Label => self.label = Some(value),
            Word::Proto => match args::unsigned(value, 0xff) {
                Some(n) => self.proto = Some(n as u8),
                None => return Err(Error::bad_arg(value, "\"proto\" value is invalid\n")),
            },
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

    /// Whether `primary` is the last word on secondary addresses.
    pub fn is_primary(&self) -> bool {
        self.mask & !self.flags & ifa_f::SECONDARY != 0
    }

    /// Whether an address passes that may be one of any interface.
    pub fn chooses(&self, record: &Record, names: &mut Names) -> bool {
        let mut ifname = Vec::new();
        if self.label.is_some() {
            names.add_link_name(record.index, &mut ifname);
        }
        (self.index == 0 || self.index == record.index) && self.passes(record, &ifname)
    }

    /// Whether all addresses pass.
    pub fn passes_all(&self) -> bool {
        (self.family, self.to.family, self.mask) == (0, 0, 0)
            && self.scope.is_none()
            && self.label.is_none()
            && self.proto.is_none()
    }

    /// Whether an address passes. One without a label has its interface's name for it.
    pub fn passes(&self, record: &Record, ifname: &[u8]) -> bool {
        let prefix = &self.to;
        if prefix.family != 0
            && (record.family != prefix.family
                || !prefix.contains(record.local().unwrap_or_default().0))
        {
            return false;
        }
        if let (Some(proto), Some(own)) = (self.proto, record.get(ifa::PROTO))
            && own.u8() != Some(proto)
        {
            return false;
        }
        if let Some(pattern) = self.label {
            let label = record.get(ifa::LABEL).map_or(ifname, Attr::str);
            if !glob::is_match(pattern, label) {
                return false;
            }
        }
        (self.family == 0 || self.family == record.family)
            && self.scope.is_none_or(|scope| scope == record.scope)
            && (self.flags ^ record.flags) & self.mask == 0
    }
}
