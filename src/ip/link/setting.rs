//! What the words of `ip link add` and `set` say of a link beside its attributes.

use std::ffi::CStr;

use crate::args;
use crate::error::{Error, Result};
use crate::ip::iface::record::Record;
use crate::names::Names;
use crate::nl::uapi::{ifla, nla, reason};
use crate::nl::wire::Msg;
use crate::row::draft::Draft;
use crate::row::table::Reading;
use crate::text::decimal;

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
    /// Its virtual functions, if there are words for any.
    pub functions: Option<Box<Functions>>,
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

    /// Completes the virtual functions of a new link.
    pub fn complete_functions(&self, draft: &mut Draft) -> Result<()> {
        match &self.functions {
            Some(functions) => (functions.steps.complete)(functions, draft),
            None => Ok(()),
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
        if let Some(functions) = &mut self.functions {
            (functions.steps.gather)(functions, draft);
        }
    }
}

/// Refuses a link-layer address of `len` bytes, if that is not 0, where the device has one of another length.
pub fn check_address_len(device: &Record, len: usize) -> Result<()> {
    match device.get(ifla::ADDRESS) {
        Some(own) if len > 0 && len != own.0.len() => {
            let (len, own) = (decimal(len as i64), decimal(own.0.len() as i64));
            let text = "Invalid address length % - must be % bytes";
            Err(Error::refused_two(text, &len, &own))
        }
        _ => Ok(()),
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

/// Virtual functions under construction.
pub struct Functions {
    /// An `IFLA_VF_INFO` for each.
    pub msg: Msg,
    /// Their rates.
    pub rates: Vec<Rate>,
    /// How many bytes the last link-layer address has; 0 if none is given.
    pub address_len: usize,
    /// What is done with them when all words are read.
    pub steps: &'static FunctionSteps,
}

/// What is done with virtual functions when all words are read. The word `vf` brings these functions, so that a build
/// without it has none of them.
pub struct FunctionSteps {
    /// Adds their attribute to the message.
    pub gather: fn(&mut Functions, &mut Draft),
    /// Completes those of a new link, in the message.
    pub complete: fn(&Functions, &mut Draft) -> Result<()>,
    /// Checks and completes those of a device, in the message; checks the link-layer address of the device as well.
    pub check_device: fn(&Functions, &Link, &mut Draft, &mut Names) -> Result<()>,
}
