//! What the words of `link add` and `link set` say of a link beside its attributes, and how a word gets at it.

use std::ffi::CStr;

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::nl::uapi::{ifla, nla, reason};
use crate::nl::wire::{Attr, Msg};
use crate::row::draft::Draft;
use crate::row::option::Row;

/// Why the value of a word is wrong where its row does not say.
pub const WRONG: &CStr = c"Invalid \"%\" value\n";

/// What the words say of a link beside its attributes.
#[derive(Default)]
pub struct Link<'a> {
    /// The device that is changed, or the new one's name.
    pub dev: Option<&'a [u8]>,
    /// The word after `name`.
    pub name: Option<&'a [u8]>,
    /// Interface index: of the device, or wanted for a new one.
    pub index: u32,
    /// `IFF_*`.
    pub iff: u32,
    /// The `IFF_*` that change.
    pub mask: u32,
    /// The device below.
    pub lower: Option<&'a [u8]>,
    /// The group's number.
    pub group: Option<u32>,
    /// Length of the link-layer address, or 0.
    pub address: usize,
    /// Why the link is to be held down: a mask of bits, and their values.
    pub reasons: [u32; 2],
    /// What is said of virtual functions.
    pub functions: Functions,
}

impl<'a> Link<'a> {
    /// Whether a new link has two names.
    pub fn is_named_twice(&self) -> bool {
        self.name.is_some() && self.dev.is_some() && self.name != self.dev
    }

    /// Names the device.
    pub fn set_dev(&mut self, dev: &'a [u8]) -> Result<()> {
        if self.dev.is_some() {
            return Err(Error::garbage("dev", dev));
        }
        if !args::is_altname(dev) {
            return Err(Error::bad_arg(dev, "\"dev\" not a valid ifname"));
        }
        self.dev = Some(dev);
        Ok(())
    }

    /// Sets or clears a bit of `IFF_*`, by its number.
    pub fn set_flag(&mut self, number: u16, on: bool) {
        let bit = 1 << number;
        self.mask |= bit;
        self.iff = if on { self.iff | bit } else { self.iff & !bit };
    }

    /// Closes what may have been said in several places: of several attributes with one number the kernel takes the last.
    pub fn gather(&mut self, draft: &mut Draft) {
        let [mask, value] = self.reasons;
        if mask != 0 {
            draft
                .msg
                .nest(ifla::PROTO_DOWN_REASON | nla::F_NESTED, |m| {
                    m.u32(reason::MASK, mask);
                    m.u32(reason::VALUE, value);
                });
        }
        draft.gather(ifla::AF_SPEC);
        let functions = self.functions.msg.attrs(0).0;
        if !functions.is_empty() {
            let start = draft.msg.size() + 4;
            draft.msg.bytes(ifla::VFINFO_LIST, functions);
            for rate in &mut self.functions.rates {
                rate.at += start;
            }
        }
    }
}

/// Two limits that are one attribute, of which the words may name one.
pub struct Rate {
    /// Where they are: the lower one, and the upper one behind it.
    pub at: usize,
    /// Of which function.
    pub vf: u32,
    /// Those that are named.
    pub limits: [Option<u32>; 2],
}

/// Virtual functions under construction.
#[derive(Default)]
pub struct Functions {
    /// A `IFLA_VF_INFO` for each.
    pub msg: Msg,
    /// Limits that may have to be completed.
    pub rates: Vec<Rate>,
    /// Length of the last link-layer address, or 0.
    pub address: usize,
    /// How limits are completed, if there are any: with those that the device has, `IFLA_VFINFO_LIST`, in the message.
    pub complete: Option<fn(&[Rate], Attr<'_>, &mut Msg) -> Result<()>>,
}

impl Functions {
    /// Completes limits with those that the device has, `IFLA_VFINFO_LIST`.
    pub fn complete_rates(&self, list: Attr<'_>, msg: &mut Msg) -> Result<()> {
        match self.complete {
            Some(complete) => complete(&self.rates, list, msg),
            None => Ok(()),
        }
    }
}

/// A word that is being read, and all that it may change.
pub struct Setting<'s, 'a> {
    /// The row of the word.
    pub row: &'s Row,
    /// The words behind it.
    pub w: &'s mut Words<'a>,
    /// What is said of the link.
    pub link: &'s mut Link<'a>,
    /// Its message.
    pub draft: &'s mut Draft<'a>,
    /// Where its attributes start.
    pub start: usize,
}

/// Reads what follows a word that is not one attribute with one value.
pub type Parse = for<'s, 'a> fn(Setting<'s, 'a>) -> Result<()>;

impl<'a> Setting<'_, 'a> {
    /// The word itself.
    pub fn key(&self) -> &'static [u8] {
        self.row.word()
    }

    /// The value of a word that may be given once: an error if it is given `again`.
    pub fn single_value(&mut self, again: bool) -> Result<&'a [u8]> {
        let value = self.w.value()?;
        match again {
            true => Err(Error::duplicate(self.key(), value)),
            false => Ok(value),
        }
    }

    /// Whether the row's attribute is in the message.
    pub fn is_given(&self) -> bool {
        self.draft
            .msg
            .attrs(self.start)
            .find(self.row.attr)
            .is_some()
    }

    /// A value is wrong for the reason that most words have.
    pub fn invalid(&self, value: &[u8]) -> Error {
        Error::invalid(value, self.key())
    }
}
