//! What is remembered of a host, decoded.

use crate::nl::genl::HEADER;
use crate::nl::uapi::tcp_metrics::attr;
use crate::nl::wire::{Attr, Attrs, Index, Message};

/// What is remembered of a host. It borrows from the datagram.
pub struct Record<'a> {
    /// `TCP_METRICS_ATTR_*`.
    pub attrs: Index<'a, 16>,
}

/// Decodes a message of the family; `None` if it has no address.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    let record = Record {
        attrs: Attrs(message.body.get(HEADER..)?).indexed(),
    };
    record.address().map(|_| record)
}

impl<'a> Record<'a> {
    /// The address of the host, with the number of its attribute: 4 bytes or 16.
    pub fn address(&self) -> Option<(u16, Attr<'a>)> {
        self.first_of(attr::ADDR_IPV4)
    }

    /// The address of this machine, likewise.
    pub fn source(&self) -> Option<(u16, Attr<'a>)> {
        self.first_of(attr::SADDR_IPV4)
    }

    /// One of two attributes, of which the other is the next one.
    fn first_of(&self, inet: u16) -> Option<(u16, Attr<'a>)> {
        let find = |attr| Some((attr, self.attrs.get(attr)?));
        find(inet).or_else(|| find(inet + 1))
    }
}
