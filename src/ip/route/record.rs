//! A route message, decoded.

use crate::nl::uapi::{rta, rtm};
use crate::nl::wire::{Attr, Attrs, Index, Message};

/// The size of `struct rtmsg`.
pub const RTMSG: usize = 12;
/// Where the family is in `struct rtmsg`.
pub const FAMILY: usize = 0;
/// Where the length of the destination's prefix is in `struct rtmsg`.
pub const DST_LEN: usize = 1;

/// A route message. It borrows from the datagram.
pub struct Record<'a> {
    /// `RTM_NEWROUTE` or `RTM_DELROUTE`.
    pub message: u16,
    /// `AF_*`, or `RTNL_FAMILY_IPMR` or `RTNL_FAMILY_IP6MR`.
    pub family: u8,
    /// The length of the destination's prefix, in bits.
    pub dst_len: u8,
    /// The length of the source's prefix, in bits.
    pub src_len: u8,
    /// Type of service.
    pub tos: u8,
    /// `RT_TABLE_*`.
    pub table: u32,
    /// `RTPROT_*`.
    pub protocol: u8,
    /// `RT_SCOPE_*`.
    pub scope: u8,
    /// `RTN_*`.
    pub kind: u8,
    /// `RTM_F_*` and `RTNH_F_*`.
    pub flags: u32,
    /// `RTA_*`.
    pub attrs: Index<'a, 32>,
}

/// Decodes a route message; `None` if it is none.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    if !matches!(message.kind, rtm::NEWROUTE | rtm::DELROUTE) {
        return None;
    }
    let (head, attrs) = message.body.split_first_chunk::<RTMSG>()?;
    let [
        family,
        dst_len,
        src_len,
        tos,
        table,
        protocol,
        scope,
        kind,
        flags @ ..,
    ] = *head;
    let attrs = Attrs(attrs).indexed();
    // The header has room for the first 256 tables.
    let long = attrs.get(rta::TABLE).and_then(Attr::u32);
    Some(Record {
        message: message.kind,
        family,
        dst_len,
        src_len,
        tos,
        table: long.unwrap_or(table.into()),
        protocol,
        scope,
        kind,
        flags: u32::from_ne_bytes(flags),
        attrs,
    })
}

impl<'a> Record<'a> {
    /// An attribute.
    pub fn get(&self, attr: u16) -> Option<Attr<'a>> {
        self.attrs.get(attr)
    }

    /// An attribute that is a host-order u32.
    pub fn u32(&self, attr: u16) -> Option<u32> {
        self.get(attr)?.u32()
    }

    /// The nexthops of a route with several.
    pub fn hops(&self) -> Hops<'a> {
        Hops(self.get(rta::MULTIPATH).unwrap_or_default().0)
    }
}

/// A nexthop of a route with several: `struct rtnexthop` and attributes.
pub struct Hop<'a> {
    /// `RTNH_F_*`.
    pub flags: u8,
    /// The weight less 1.
    pub hops: u8,
    /// The index of its device, or 0.
    pub index: u32,
    /// `RTA_*`.
    pub attrs: Attrs<'a>,
}

/// The nexthops in `RTA_MULTIPATH`. It ends at one that is cut short.
pub struct Hops<'a>(&'a [u8]);

impl<'a> Iterator for Hops<'a> {
    type Item = Hop<'a>;

    fn next(&mut self) -> Option<Hop<'a>> {
        let head: &[u8; 8] = self.0.first_chunk()?;
        let [l0, l1, flags, hops, index @ ..] = *head;
        let len = usize::from(u16::from_ne_bytes([l0, l1]));
        let attrs = Attrs(self.0.get(8..len)?);
        self.0 = self.0.get(len.next_multiple_of(4)..).unwrap_or_default();
        Some(Hop {
            flags,
            hops,
            index: u32::from_ne_bytes(index),
            attrs,
        })
    }
}
