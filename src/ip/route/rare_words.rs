//! Rare words of `ip route`: realms, VRFs, what a destination is replaced by, and the protocol of a packet.

use crate::args::Words;
use crate::error::Result;
use crate::ip::hop::parse::add_realms;
use crate::ip::hop::vrf::vrf_table;
use crate::ip::route::setting::{Route, add_address, known, set_address, want};
use crate::names::Names;
use crate::names::file::{ip_protocol, realms};
use crate::names::table::FAMILIES;
use crate::nl::uapi::rta;
use crate::row::draft::{Draft, NameOf};
use crate::row::table::Reading;

/// `as [to] ADDRESS`.
pub fn set_newdst(r: &mut Reading, route: &mut Route) -> Result<()> {
    if r.value == b"to" {
        r.value = r.w.value()?;
    }
    set_address(r, route)
}

/// The realms of a route.
pub fn set_realms(r: &mut Reading, _: &mut Route) -> Result<()> {
    add_realms(r.value, &mut r.draft.msg)
}

/// The VRF whose table is meant.
pub fn set_vrf<'a>(r: &mut Reading<'_, 'a>, route: &mut Route<'a>) -> Result<()> {
    route.vrf = Some(r.value);
    Ok(())
}

/// The VRF in which a packet is sent.
pub fn set_vrf_device<'a>(r: &mut Reading<'_, 'a>, _: &mut Route<'a>) -> Result<()> {
    r.draft
        .name(r.row.attr, NameOf::Vrf, r.value, b"Invalid VRF\n");
    Ok(())
}

/// The protocol of a packet.
pub fn set_ip_proto(r: &mut Reading, _: &mut Route) -> Result<()> {
    let proto = known(ip_protocol(r.value), r)?;
    r.draft.bytes(r.row.attr, &[proto]);
    Ok(())
}

/// The gateway of routes that are looked for, of another family as well.
pub fn want_via<'a>(r: &mut Reading<'_, 'a>, route: &mut Route<'a>) -> Result<()> {
    let family = route.family;
    if let Some(number) = FAMILIES.number_of(r.value) {
        r.value = r.w.value()?;
        route.family = number as u8;
    }
    let wanted = want(r.row.attr, r.value, r.w, route);
    route.family = family;
    wanted
}

/// A realm that is left out on one side of the `/` may be any.
pub fn want_realms(r: &mut Reading, route: &mut Route) -> Result<()> {
    let number = known(realms(r.value), r)?;
    let has_to = number & 0xffff != 0 || !r.value.ends_with(b"/");
    let has_from = number >> 16 != 0 || r.value.contains(&b'/');
    route.realms_mask = (u32::from(has_to) * 0xffff) | (u32::from(has_from) * 0xffff_0000);
    r.draft.msg.u32(r.row.attr, number);
    Ok(())
}

/// The realms of one nexthop of several, or with `is_newdst` what the destination is replaced by there.
pub fn parse_of_hop<'a>(
    is_newdst: bool,
    w: &mut Words<'a>,
    route: &mut Route<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    let mut value = w.value()?;
    if !is_newdst {
        return add_realms(value, &mut draft.msg);
    }
    if value == b"to" {
        value = w.value()?;
    }
    let family = route.family;
    let added = add_address(rta::NEWDST, value, false, route, draft);
    // The address does not say of which family the route is.
    route.family = family;
    added.map(|_| ())
}

/// Turns the name of a VRF, if there is one, into the number of its table, and returns that, else 0.
pub fn resolve_vrf(route: &mut Route, names: &mut Names) -> Result<u32> {
    let Some(vrf) = route.vrf else {
        return Ok(0);
    };
    let table = vrf_table(vrf, names)?;
    route.table = Some(table);
    Ok(table)
}
