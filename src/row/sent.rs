//! What is sent behind the attributes that go in the order of their words.

use crate::nl::uapi::nla;
use crate::nl::wire::{Attrs, Msg};

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
