//! A rule message, decoded.

use crate::nl::uapi::{fra, rtm};
use crate::nl::wire::{Attr, Attrs, Index, Message, field};

/// A rule message. It borrows from the datagram.
pub struct Record<'a> {
    /// `RTM_NEWRULE` or `RTM_DELRULE`.
    pub kind: u16,
    /// `AF_*`.
    pub family: u8,
    /// The lengths of the prefixes of source and destination, in bits.
    pub prefix_lens: [u8; 2],
    /// The DS field.
    pub tos: u8,
    /// The routing table, 0 for none.
    pub table: u32,
    /// `FR_ACT_*` or `RTN_*`.
    pub action: u8,
    /// `FIB_RULE_*`.
    pub flags: u32,
    /// `FRA_*`.
    attrs: Index<'a, 32>,
}

/// Decodes a rule message; `None` if it is none.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    let body = message.body;
    if !matches!(message.kind, rtm::NEWRULE | rtm::DELRULE) {
        return None;
    }
    let attrs = Attrs(body.get(12..)?).indexed();
    let table = attrs.get(fra::TABLE).and_then(Attr::u32);
    Some(Record {
        kind: message.kind,
        family: body[0],
        prefix_lens: [body[2], body[1]],
        tos: body[3],
        table: table.unwrap_or(body[4].into()),
        action: body[7],
        flags: field(body, 8)?,
        attrs,
    })
}

/// All bits of what an attribute is the mask of, in host order.
pub fn whole_mask(attr: u16) -> u32 {
    match attr {
        fra::FWMASK => u32::MAX,
        fra::DSCP_MASK => 0x3f,
        fra::FLOWLABEL_MASK => 0xf_ffff,
        _ => 0xffff,
    }
}

impl<'a> Record<'a> {
    /// An attribute.
    pub fn get(&self, attr: u16) -> Option<Attr<'a>> {
        self.attrs.get(attr)
    }

    /// A number of 32 bits in host order.
    pub fn u32(&self, attr: u16) -> Option<u32> {
        self.get(attr).and_then(Attr::u32)
    }

    /// A number of 8 bits.
    pub fn u8(&self, attr: u16) -> Option<u8> {
        self.get(attr).and_then(Attr::u8)
    }
}
