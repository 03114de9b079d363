//! Attributes that are sent behind those in the order of their words. iproute2 collects some options of a kind in
//! variables and adds their attributes at the end, in an order of its own; a [`Sent`] is one of these attributes.

use crate::nl::uapi::nla;
use crate::nl::wire::{Attrs, Msg};

/// An attribute that is sent behind the others.
#[derive(Clone, Copy)]
pub struct Sent {
    attr: u8,
    when: When,
    width: u8,
    default: u8,
}

/// When it is sent. The functions of [`Sent`] say more.
#[derive(Clone, Copy, PartialEq)]
enum When {
    Held,
    Given,
    Nested,
    NonZero,
    Flag,
    Alone,
    OnAdd,
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

    /// Not sent: words add to it what another attribute is made of.
    pub const fn held(attr: u16) -> Sent {
        Sent::new(attr, When::Held, 0, 0)
    }

    /// Sent if it was given.
    pub const fn given(attr: u16) -> Sent {
        Sent::new(attr, When::Given, 0, 0)
    }

    /// Sent if it was given, with the bit `NLA_F_NESTED` in its number.
    pub const fn nested(attr: u16) -> Sent {
        Sent::new(attr, When::Nested, 0, 0)
    }

    /// Sent if it was given and is not 0.
    pub const fn nonzero(attr: u16) -> Sent {
        Sent::new(attr, When::NonZero, 0, 0)
    }

    /// Sent without a payload if it was given and is not 0.
    pub const fn flag(attr: u16) -> Sent {
        Sent::new(attr, When::Flag, 0, 0)
    }

    /// Sent if it was given; what stands behind it in the list is then not sent.
    pub const fn alone(attr: u16) -> Sent {
        Sent::new(attr, When::Alone, 0, 0)
    }

    /// Sent if it was given, and always to a new link: by default the number `default`, `width` bytes wide.
    pub const fn on_add(attr: u16, width: u8, default: u8) -> Sent {
        Sent::new(attr, When::OnAdd, width, default)
    }

    /// Always sent: by default the number `default`, `width` bytes wide.
    pub const fn always(attr: u16, width: u8, default: u8) -> Sent {
        Sent::new(attr, When::Always, width, default)
    }

    /// The number of the attribute.
    pub fn attr(&self) -> u16 {
        self.attr.into()
    }

    /// The number that it has by default.
    pub fn default_number(&self) -> u64 {
        self.default.into()
    }

    /// Adds it to a message if it is to be sent. `given` is what words have given, `creates` whether the link is new.
    /// False if nothing is to follow.
    pub fn add(&self, given: Attrs, creates: bool, msg: &mut Msg) -> bool {
        let attr = self.attr();
        let Some(payload) = given.find(attr) else {
            if self.when == When::Always || self.when == When::OnAdd && creates {
                msg.number(attr, self.default.into(), self.width);
            }
            return true;
        };
        let is_zero = payload.0.iter().all(|byte| *byte == 0);
        match self.when {
            When::Held => {}
            When::NonZero | When::Flag if is_zero => {}
            When::Flag => msg.bytes(attr, &[]),
            When::Nested => msg.bytes(attr | nla::F_NESTED, payload.0),
            _ => msg.bytes(attr, payload.0),
        }
        self.when != When::Alone
    }
}
