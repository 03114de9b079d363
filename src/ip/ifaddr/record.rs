//! An address message, decoded.

use crate::nl::uapi::{ifa, rtm};
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
    attrs: Index<'a>,
}

/// Decodes an address message; `None` if it is none.
pub fn decode(message: Message<'_>) -> Option<Record<'_>> {
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

    /// The address itself: on a point-to-point link the near end.
    pub fn local(&self) -> Option<Attr<'a>> {
        self.get(ifa::LOCAL).or(self.get(ifa::ADDRESS))
    }
}
