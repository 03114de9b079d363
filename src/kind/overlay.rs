//! What vxlan and geneve have in common: an address of either family, and a hop limit that may be inherited.

use crate::append::Append;
use crate::args;
use crate::error::{Error, Result};
use crate::nl::uapi::af;
use crate::nl::wire::{Attr, Index};
use crate::out::Out;
use crate::row::option::Row;
use crate::row::read::is_multicast;
use crate::row::table::Reading;
use crate::text::{add_address, add_unsigned};

/// Reads an address that is, or is not, that of a multicast group. One of IPv4 is the row's own attribute, one of IPv6
/// the attribute `ipv6`: sent behind the others, and printed by a row of its own. Since the option of a host and that of
/// a group may share their attributes, the address tells which of them was given.
pub fn parse_address(r: &mut Reading, ipv6: u16, is_group: bool) -> Result<()> {
    let ipv4 = r.row.attr;
    let mut given = r.draft.late.attrs(0);
    if given.any(|(attr, address)| {
        (attr == ipv4 || attr == ipv6) && is_multicast(address.0) == is_group
    }) {
        return Err(Error::garbage(r.row.word(), r.value));
    }
    let address = args::addr(r.value, 0)?;
    let bytes = address.bytes();
    // The word `any` has no bytes.
    if bytes.is_empty() || is_multicast(bytes) != is_group {
        return Err(r.wrong_value());
    }
    let attr = match address.family {
        af::INET6 => ipv6,
        _ => ipv4,
    };
    r.draft.late.bytes(attr, bytes);
    Ok(())
}

/// Prints an address if it is, or is not, that of a multicast group.
pub fn show_address(row: &Row, address: Attr, is_group: bool, out: &mut Out) {
    if is_multicast(address.0) == is_group {
        add_address(out.value(), address.0);
        row.put(out, true);
    }
}

/// What the help has of a hop limit.
pub const TTL_HELP: &str = " { TTL | auto | inherit }";

/// Reads the hop limit of packets, which IPv4 calls time to live, or `inherit`: that is a 1 in the attribute `inherit`,
/// `width` bytes wide.
pub fn parse_ttl(r: &mut Reading, inherit: u16, width: u8) -> Result<()> {
    if r.draft.has(inherit) {
        return Err(Error::garbage(r.row.word(), r.value));
    }
    let ttl = match r.value {
        b"inherit" => {
            r.draft.msg.number(inherit, 1, width);
            return Ok(());
        }
        b"auto" => 0,
        value => args::unsigned(value, 0xff).ok_or_else(|| r.wrong_value())?,
    };
    r.draft.number(r.row.attr, ttl, 1);
    Ok(())
}

/// Prints the hop limit.
pub fn show_ttl(row: &Row, data: &Index, inherit: u16, out: &mut Out) {
    let is_inherited = data.get(inherit).is_some_and(|on| on.number() != Some(0));
    if is_inherited {
        out.text("ttl inherit ");
        return;
    }
    match data.get(row.attr).and_then(Attr::number) {
        None => return,
        Some(0) if !out.json() => out.value().append_bytes(b"auto"),
        Some(ttl) => add_unsigned(out.value(), ttl),
    }
    row.put(out, false);
}
