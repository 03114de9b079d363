//! What is sent behind the options that words say, and who completes them.

use crate::error::{Error, Result};
use crate::nl::uapi::nla;
use crate::nl::wire::{Attr, Attrs, Msg};
use crate::text::fill;

/// Looks at the options of a link together, and completes them.
pub type Finish = fn(&mut Options) -> Result<()>;

/// The options of one link, as a [`Finish`] sees them.
pub struct Options<'o> {
    /// The kind's name.
    pub name: &'o [u8],
    /// Whether the link is to be made.
    pub creates: bool,
    /// The family of `-4` and `-6`, else 0.
    pub family: u8,
    /// What goes in the order of the words.
    pub data: Attrs<'o>,
    /// What is [`Sent`] behind that; of several with a number the last counts.
    pub late: &'o mut Msg,
    /// Lines for stderr.
    pub warnings: &'o mut Vec<u8>,
    /// What is not sent after all.
    pub skip: &'static [u16],
}

impl Options<'_> {
    /// An option, if it was given.
    pub fn get(&self, attr: u16) -> Option<Attr<'_>> {
        self.late.attrs(0).find(attr).or(self.data.find(attr))
    }

    /// Its number.
    pub fn number(&self, attr: u16) -> Option<u64> {
        self.get(attr)?.number()
    }

    /// Whether it was given.
    pub fn has(&self, attr: u16) -> bool {
        self.get(attr).is_some()
    }

    /// Refuses them: `KIND: TEXT`, status 1, with the kind's help if the text ends with a newline.
    pub fn refuse(&self, text: &str) -> Result<()> {
        Err(Error::refused(
            "%",
            &fill("%: %", &[self.name, text.as_bytes()]),
        ))
    }
}

/// An attribute that is sent behind those that are sent in the order of their words.
#[derive(Clone, Copy)]
pub struct Sent {
    attr: u16,
    width: u8,
    when: u8,
    default: u32,
}

/// If it was given.
const GIVEN: u8 = 0;
/// If it was given and is not 0.
const NONZERO: u8 = 1;
/// Always when a link is made, else if it was given.
const ADD: u8 = 2;
/// Always.
const ALWAYS: u8 = 3;
/// The width of what holds attributes.
const NESTED: u8 = 9;
/// If it was given and is not 0, without its value.
const FLAG: u8 = 4;
/// If it was given, and then nothing behind it.
const ALONE: u8 = 5;

impl Sent {
    const fn new(attr: u16, width: u8, when: u8, default: u32) -> Sent {
        Sent {
            attr,
            width,
            when,
            default,
        }
    }

    /// If it was given.
    pub const fn given(attr: u16) -> Sent {
        Sent::new(attr, 0, GIVEN, 0)
    }

    /// If it was given, with the bit that says that it holds attributes: `NLA_F_NESTED`.
    pub const fn nested(attr: u16) -> Sent {
        Sent::new(attr, NESTED, GIVEN, 0)
    }

    /// If it was given and is not 0.
    pub const fn nonzero(attr: u16) -> Sent {
        Sent::new(attr, 0, NONZERO, 0)
    }

    /// If it was given and is not 0: an empty attribute.
    pub const fn flag(attr: u16) -> Sent {
        Sent::new(attr, 0, FLAG, 0)
    }

    /// Always when a link is made: a number of so many bytes, this one if none was given.
    pub const fn add(attr: u16, width: u8, default: u32) -> Sent {
        Sent::new(attr, width, ADD, default)
    }

    /// Always.
    pub const fn always(attr: u16, width: u8, default: u32) -> Sent {
        Sent::new(attr, width, ALWAYS, default)
    }

    /// If it was given, and then nothing behind it.
    pub const fn alone(attr: u16) -> Sent {
        Sent::new(attr, 0, ALONE, 0)
    }

    /// The attribute's number.
    pub fn attr(&self) -> u16 {
        self.attr
    }

    /// Its number where none was given.
    pub fn default_number(&self) -> u64 {
        self.default.into()
    }

    /// Adds it to a message, if it is to be sent; whether anything comes behind it.
    pub fn put(&self, late: Attrs, creates: bool, msg: &mut Msg) -> bool {
        let given = late.find(self.attr);
        match given {
            Some(attr)
                if !matches!(self.when, NONZERO | FLAG) || attr.0.iter().any(|byte| *byte != 0) =>
            {
                let nested = if self.width == NESTED {
                    nla::F_NESTED
                } else {
                    0
                };
                let value = if self.when == FLAG { &[] } else { attr.0 };
                msg.bytes(self.attr | nested, value)
            }
            None if self.when == ALWAYS || self.when == ADD && creates => {
                msg.number(self.attr, self.default.into(), self.width)
            }
            _ => {}
        }
        self.when != ALONE || given.is_none()
    }
}
