//! A link message, decoded.

use crate::nl::uapi::{ifla, info, rtm};
use crate::nl::wire::{Attr, Attrs, Index, Message, field};

/// A link message. It borrows from the datagram.
pub struct Record<'a> {
    /// `RTM_NEWLINK` or `RTM_DELLINK`.
    pub kind: u16,
    /// `ARPHRD_*`.
    pub arphrd: u16,
    /// Interface index.
    pub index: u32,
    /// `IFF_*`.
    pub flags: u32,
    /// `IFLA_*`.
    pub attrs: Index<'a>,
}

/// Decodes a link message; `None` if it is none, or has no name.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    let body = message.body;
    if !matches!(message.kind, rtm::NEWLINK | rtm::DELLINK) {
        return None;
    }
    let attrs = Attrs(body.get(16..)?).indexed();
    attrs.get(ifla::IFNAME)?;
    Some(Record {
        kind: message.kind,
        arphrd: u16::from_ne_bytes([body[2], body[3]]),
        index: field(body, 4)?,
        flags: field(body, 8)?,
        attrs,
    })
}

impl<'a> Record<'a> {
    /// An attribute.
    pub fn get(&self, attr: u16) -> Option<Attr<'a>> {
        self.attrs.get(attr)
    }

    /// An attribute that is a byte.
    pub fn u8(&self, attr: u16) -> Option<u8> {
        self.get(attr)?.u8()
    }

    /// An attribute that is a host-order u32.
    pub fn u32(&self, attr: u16) -> Option<u32> {
        self.get(attr)?.u32()
    }

    /// The interface's name.
    pub fn name(&self) -> &'a [u8] {
        self.get(ifla::IFNAME).unwrap_or_default().str()
    }

    /// An attribute inside `IFLA_LINKINFO`: `IFLA_INFO_*`.
    pub fn link_info(&self, attr: u16) -> Option<Attr<'a>> {
        self.get(ifla::LINKINFO)?.attrs().find(attr)
    }

    /// Whether the link is of a kind, or for `KIND_slave` a port of a master of that kind.
    pub fn is_of_kind(&self, word: &[u8]) -> bool {
        let (attr, name) = match word.strip_suffix(b"_slave") {
            Some(master) => (info::SLAVE_KIND, master),
            None => (info::KIND, word),
        };
        self.link_info(attr).is_some_and(|kind| kind.str() == name)
    }
}
