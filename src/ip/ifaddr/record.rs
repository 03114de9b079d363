//! An address message, decoded.

use crate::nl::uapi::{af, ifa, ifa_f, rtm};
use crate::nl::wire::{Attr, Attrs, Index, Message, field};

/// In a lifetime: without end.
pub const FOREVER: u32 = u32::MAX;

/// An address message. It borrows from the datagram.
pub struct Record<'a> {
    /// `RTM_NEWADDR` or `RTM_DELADDR`.
    pub kind: u16,
    /// `AF_*`.
    pub family: u8,
    /// The length of the prefix, in bits.
    pub prefix_len: u8,
    /// `RT_SCOPE_*`.
    pub scope: u8,
    /// `IFA_F_*`.
    pub flags: u32,
    /// Index of its interface.
    pub index: u32,
    /// `IFA_*`.
    attrs: Index<'a, 32>,
}

/// Decodes an address message; `None` if it is none.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    let body = message.body;
    if !matches!(message.kind, rtm::NEWADDR | rtm::DELADDR) {
        return None;
    }
    let attrs = Attrs(body.get(8..)?).indexed();
    // The header has room for the first eight flags.
    let flags = attrs.get(ifa::FLAGS).and_then(Attr::u32);
    Some(Record {
        kind: message.kind,
        family: body[0],
        prefix_len: body[1],
        scope: body[3],
        flags: flags.unwrap_or(body[2].into()),
        index: field(body, 4)?,
        attrs,
    })
}

impl<'a> Record<'a> {
    /// An attribute.
    pub fn get(&self, attr: u16) -> Option<Attr<'a>> {
        self.attrs.get(attr)
    }

    /// Whether one of the attributes is there whose bits are set.
    pub fn has_any(&self, bits: u32) -> bool {
        self.attrs.has_any(bits)
    }

    /// Whether it can be used: an address of IPv4, or one of IPv6 for which duplicate address detection is done and found
    /// none, or need not be waited for.
    pub fn is_usable(&self) -> bool {
        let waits = self.flags & ifa_f::TENTATIVE != 0 && self.flags & ifa_f::OPTIMISTIC == 0;
        let failed = self.flags & ifa_f::DADFAILED != 0;
        self.family == af::INET || self.family == af::INET6 && !waits && !failed
    }

    /// The address itself: on a point-to-point link the near end.
    pub fn local(&self) -> Option<Attr<'a>> {
        self.get(ifa::LOCAL).or(self.get(ifa::ADDRESS))
    }
}
