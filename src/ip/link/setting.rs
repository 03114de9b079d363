//! What the words of `ip link add` and `set` say of a link beside its attributes.

use std::ffi::CStr;

use crate::args;
use crate::error::{Error, Result};
use crate::nl::uapi::{ifla, nla, reason};
use crate::nl::wire::{Attr, Msg};
use crate::row::draft::Draft;
use crate::row::table::Reading;

/// Why the value of a word is wrong, for all words that have no reason of their own.
pub const WRONG: &CStr = c"Invalid \"%\" value\n";

/// Reads what follows a word that is not just one attribute.
pub type Parse = for<'r, 'a> fn(&mut Reading<'r, 'a>, &mut Link<'a>) -> Result<()>;

/// What the words say of a link beside its attributes.
#[derive(Default)]
pub struct Link<'a> {
    /// The interface to change, or the name of a new one.
    pub dev: Option<&'a [u8]>,
    /// The word after `name`.
    pub name: Option<&'a [u8]>,
    /// The interface's index, or the one that it is to have; 0 if nothing is said of it.
    pub index: u32,
    /// The flags that are to be set, `IFF_*`.
    pub flags: u32,
    /// The flags that are to change.
    pub mask: u32,
    /// The interface below, by its name.
    pub lower: Option<&'a [u8]>,
    /// The number of the group.
    pub group: Option<u32>,
    /// How many bytes the link-layer address has; 0 if none is given.
    pub address_len: usize,
    /// The reasons to hold the link down that are to change, a bit each, and those of them that are to hold.
    pub reasons: [u32; 2],
    /// Its virtual functions.
    pub functions: Functions,
    /// The kind after `type`, where these words end.
    pub kind: Option<&'a [u8]>,
}

impl<'a> Link<'a> {
    /// Whether a new link would have two names.
    pub fn is_named_twice(&self) -> bool {
        self.name.is_some() && self.dev.is_some() && self.name != self.dev
    }

    /// Names the interface.
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

    /// Sets or clears a flag, by the number of its bit.
    pub fn set_flag(&mut self, number: u16, on: bool) {
        let bit = 1 << number;
        self.mask |= bit;
        self.flags &= !bit;
        if on {
            self.flags |= bit;
        }
    }

    /// Adds the attributes to which several words may have added: of several attributes with one number the kernel
    /// takes the last alone.
    pub fn gather(&mut self, draft: &mut Draft) {
        let [mask, value] = self.reasons;
        let msg = &mut draft.msg;
        if mask != 0 {
            let start = msg.open();
            msg.u32(reason::MASK, mask);
            msg.u32(reason::VALUE, value);
            msg.close(start, ifla::PROTO_DOWN_REASON | nla::F_NESTED);
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

/// The least and the most rate of a virtual function: one attribute, of which the words may give a half.
pub struct Rate {
    /// Where the two numbers are: among the functions, and in the message once [`Link::gather`] has put them there.
    pub at: usize,
    /// The number of the function.
    pub vf: u32,
    /// The two, where they are given.
    pub limits: [Option<u32>; 2],
}

/// Writes rates into a message, each half that is not given as the device has it: in `IFLA_VFINFO_LIST`.
pub type CompleteRates = fn(&[Rate], Attr<'_>, &mut Msg) -> Result<()>;

/// Virtual functions under construction.
#[derive(Default)]
pub struct Functions {
    /// An `IFLA_VF_INFO` for each.
    pub msg: Msg,
    /// Their rates.
    pub rates: Vec<Rate>,
    /// How many bytes the last link-layer address has; 0 if none is given.
    pub address_len: usize,
    /// Writes the rates into the message, if there are any.
    pub complete: Option<CompleteRates>,
}

impl Functions {
    /// Writes the rates into the message, each half that is not given as it is in `list`, the device's
    /// `IFLA_VFINFO_LIST`.
    pub fn complete_rates(&self, list: Attr<'_>, msg: &mut Msg) -> Result<()> {
        match self.complete {
            Some(complete) => complete(&self.rates, list, msg),
            None => Ok(()),
        }
    }
}
