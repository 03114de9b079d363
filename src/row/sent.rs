//! What is sent behind the attributes that go in the order of their words.

use crate::nl::uapi::nla;
use crate::nl::wire::{Attrs, Msg};

/// An attribute that is sent behind those that go in the order of their words.
#[derive(Clone, Copy)]
pub struct Sent {
    attr: u8,
    when: When,
    width: u8,
    default: u8,
}

/// When, and in what form.
#[derive(Clone, Copy, PartialEq)]
enum When {
    /// If it was given.
    Given,
    /// If it was given, with `NLA_F_NESTED`.
    Nested,
    /// If it was given and is not 0.
    NonZero,
    /// If it was given and is not 0: an empty attribute.
    Flag,
    /// If it was given, and then nothing behind it.
    Alone,
    /// If it was given, and when a link is made with a default.
    OnAdd,
    /// Always, with a default.
    Always,
}

impl Sent {
    const fn new(attr: u16, when: When, width: u8, default: u8) -> Sent {
        assert!(attr < 256);
        Sent {
            attr: attr as u8,
            when,
            width,
            default,
        }
    }

    /// If it was given.
    pub const fn given(attr: u16) -> Sent {
        Sent::new(attr, When::Given, 0, 0)
    }

    /// If it was given, with the bit that says that it holds attributes: `NLA_F_NESTED`.
    pub const fn nested(attr: u16) -> Sent {
        Sent::new(attr, When::Nested, 0, 0)
    }

    /// If it was given and is not 0.
    pub const fn nonzero(attr: u16) -> Sent {
        Sent::new(attr, When::NonZero, 0, 0)
    }

    /// If it was given and is not 0: an empty attribute.
    pub const fn flag(attr: u16) -> Sent {
        Sent::new(attr, When::Flag, 0, 0)
    }

    /// If it was given, and then nothing behind it.
    pub const fn alone(attr: u16) -> Sent {
        Sent::new(attr, When::Alone, 0, 0)
    }

    /// If it was given, and always when a link is made: a number of `width` bytes, `default` if none was given.
    pub const fn on_add(attr: u16, width: u8, default: u8) -> Sent {
        Sent::new(attr, When::OnAdd, width, default)
    }

    /// Always: a number of `width` bytes, `default` if none was given.
    pub const fn always(attr: u16, width: u8, default: u8) -> Sent {
        Sent::new(attr, When::Always, width, default)
    }

    /// The attribute's number.
    pub fn attr(&self) -> u16 {
        self.attr.into()
    }

    /// Its number where none was given.
    pub fn default_number(&self) -> u64 {
        self.default.into()
    }

    /// Adds it to a message, if it is to be sent, from what was given; whether anything comes behind it.
    pub fn put(&self, given: Attrs, creates: bool, msg: &mut Msg) -> bool {
        let given = given.find(self.attr());
        let nonzero = matches!(self.when, When::NonZero | When::Flag);
        match given {
            Some(attr) if nonzero && attr.0.iter().all(|byte| *byte == 0) => {}
            Some(attr) => {
                let nested = if self.when == When::Nested {
                    nla::F_NESTED
                } else {
                    0
                };
                let value = if self.when == When::Flag { &[] } else { attr.0 };
                msg.bytes(self.attr() | nested, value)
            }
            None if self.when == When::Always || self.when == When::OnAdd && creates => {
                msg.number(self.attr(), self.default.into(), self.width)
            }
            None => {}
        }
        self.when != When::Alone || given.is_none()
    }
}
