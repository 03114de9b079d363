//! A neighbour message, decoded.

use crate::nl::uapi::{nda, rtm};
use crate::nl::wire::{Attr, Attrs, Index, Message, field};

/// The size of `struct ndmsg`.
pub const NDMSG: usize = 12;

/// A neighbour message. It borrows from the datagram.
pub struct Record<'a> {
    /// `RTM_NEWNEIGH`, `RTM_DELNEIGH`, or `RTM_GETNEIGH` where the kernel asks for a link-layer address.
    pub kind: u16,
    /// `AF_*`.
    pub family: u8,
    /// Index of its interface.
    pub index: u32,
    /// `NUD_*`.
    pub state: u16,
    /// `NTF_*`, and from bit 8 on `NTF_EXT_*`.
    pub flags: u32,
    /// `NDA_*`.
    attrs: Index<'a, 32>,
}

/// Decodes a neighbour message; `None` if it is none.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    let head = message.body;
    if !matches!(message.kind, rtm::NEWNEIGH | rtm::DELNEIGH | rtm::GETNEIGH) {
        return None;
    }
    let attrs = Attrs(head.get(NDMSG..)?).indexed();
    let more_flags = attrs.get(nda::FLAGS_EXT).and_then(Attr::u32);
    Some(Record {
        kind: message.kind,
        family: head[0],
        index: field(head, 4)?,
        state: u16::from_ne_bytes([head[8], head[9]]),
        flags: u32::from(head[10]) | more_flags.unwrap_or(0) << 8,
        attrs,
    })
}

impl<'a> Record<'a> {
    /// An attribute; one that is absent is empty.
    pub fn get(&self, attr: u16) -> Attr<'a> {
        self.attrs.get(attr).unwrap_or_default()
    }

    /// What is in `struct nda_cacheinfo`: the times since it was confirmed, used and updated, each in hundredths of a
    /// second, and how many use it.
    pub fn cache(&self) -> Option<[u32; 4]> {
        let cache = self.get(nda::CACHEINFO).0;
        let at = |n: usize| field(cache, 4 * n);
        Some([at(0)?, at(1)?, at(2)?, at(3)?])
    }
}
