//! A route as it is printed.

use crate::append::Append;
use crate::ip::command::Ctx;
#[cfg(feature = "route-extra")]
use crate::ip::hop::show::show_realms;
use crate::ip::hop::show::{
    color_of, show_address, show_dev, show_encap, show_flags, show_gateways,
};
use crate::ip::route::cache;
#[cfg(feature = "route-extra")]
use crate::ip::route::details;
use crate::ip::route::fixed::{self, item};
use crate::ip::route::metrics::show_metrics;
use crate::ip::route::record::{Hop, Record};
use crate::ip::route::words::METRICS;
use crate::name_table;
use crate::names::Names;
use crate::names::file::{DS_FIELDS, ROUTE_PROTOS, ROUTE_TABLES, SCOPES};
use crate::names::table::{ROUTE_TYPES, Table};
use crate::nl::uapi::{af, rt_scope, rt_table, rta, rtm, rtm_f, rtn, rtprot};
use crate::nl::wire::Attr;
use crate::out::Out;
use crate::text::{add_address, add_labels, add_unsigned};

/// Prints a route as one object, with the newline at its end in text. `fixed` has a bit for each item that is left out.
pub fn show(record: &mut Record, fixed: u32, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    record.attrs.hide_all(fixed);
    out.object("");
    if record.message == rtm::DELROUTE {
        out.yes("deleted|Deleted ");
    }
    if record.kind != rtn::UNICAST || ctx.details > 0 {
        match ROUTE_TYPES
            .name_of(record.kind.into())
            .filter(|_| !ctx.numeric)
        {
            Some(name) => out.str("type|% ", name),
            None => {
                add_unsigned(out.value(), record.kind.into());
                out.put("type|% ", true);
            }
        }
    }
    show_prefix(rta::DST, record.dst_len, record, out);
    if record.src_len > 0 || record.attrs.has_any(item(rta::SRC)) {
        show_prefix(rta::SRC, record.src_len, record, out);
    }
    if record.attrs.has_any(HOP_ITEMS) {
        show_hop_items(record, ctx, out, names);
    }
    if record.tos != 0 && fixed & fixed::TOS == 0 {
        names.add_name(
            &DS_FIELDS,
            record.tos.into(),
            ctx.numeric,
            out.begin(b"tos "),
        );
        out.end(b"tos", None);
    }
    show_gateways(
        record.get(rta::GATEWAY),
        record.get(rta::VIA),
        record.family,
        out,
    );
    if let Some(index) = record.u32(rta::OIF) {
        show_dev(b"dev ", b"dev", index, out, names);
    }
    show_origin(record, fixed, ctx, out, names);
    if let Some(source) = record.get(rta::PREFSRC) {
        show_address(b"src ", b"prefsrc", record.family, source.0, out);
    }
    if let Some(metric) = record.u32(rta::PRIORITY) {
        out.pair_uint(b"metric", metric.into());
    }
    show_flags(record.flags, out);
    if record.attrs.has_any(REST) || record.flags & rtm_f::CLONED != 0 {
        show_rest(record, ctx, out, names);
    }
    out.text("\n");
    out.object_end();
}

/// The attributes that [`show_hop_items`] shows.
const HOP_ITEMS: u32 = item(rta::NH_ID) | item(rta::NEWDST) | item(rta::ENCAP);

/// Shows what few routes have behind the destination.
fn show_hop_items(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    if let Some(id) = record.u32(rta::NH_ID) {
        out.pair_uint(b"nhid", id.into());
    }
    #[cfg(feature = "route-extra")]
    details::show_newdst(record.get(rta::NEWDST), record.family, out);
    if let (Some(kind), Some(data)) = (record.get(rta::ENCAP_TYPE), record.get(rta::ENCAP)) {
        show_encap(kind, data, ctx, out, names);
    }
}

/// The attributes that [`show_rest`] shows.
const REST: u32 = item(rta::MARK)
    | item(rta::FLOW)
    | item(rta::UID)
    | item(rta::CACHEINFO)
    | item(rta::METRICS)
    | item(rta::IIF)
    | item(rta::PREF)
    | item(rta::TTL_PROPAGATE)
    | item(rta::NH_ID)
    | item(rta::MULTIPATH);

/// Shows what few routes have behind the flags.
fn show_rest(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    #[cfg(feature = "route-extra")]
    details::show_packet(record, ctx, out, names);
    cache::show(record, out);
    #[cfg(feature = "route-extra")]
    details::show_cache(record, ctx, out);
    if let Some(metrics) = record.get(rta::METRICS) {
        show_metrics(metrics, METRICS, out);
    }
    if let Some(index) = record.u32(rta::IIF) {
        show_dev(b"iif ", b"iif", index, out, names);
    }
    if let Some(pref) = record.get(rta::PREF).and_then(Attr::u8) {
        match PREFS.name_of(pref.into()) {
            Some(word) => out.str("pref|pref %", word),
            None => out.uint("pref|pref %", pref.into()),
        }
    }
    #[cfg(feature = "route-extra")]
    details::show(record, ctx, out, names);
    if record.get(rta::MULTIPATH).is_some() {
        out.array("nexthops");
        for hop in record.hops() {
            show_hop(&hop, record.family, ctx, out, names);
        }
        out.array_end();
    }
}

/// The preference of a router, by which IPv6 chooses between default routes: `ICMPV6_ROUTER_PREF_*`.
pub static PREFS: Table = name_table!("0 medium|3 low|1 high");

/// Shows where the route leads to or from.
fn show_prefix(attr: u16, len: u8, record: &Record, out: &mut Out) {
    let (word, key): (&[u8], &[u8]) = match attr {
        rta::DST => (b"", b"dst"),
        _ => (b"from ", b"from"),
    };
    // The word has the colour of the prefix.
    let word = if out.json() { b"" } else { word };
    let text = out.begin(b"");
    text.append_bytes(word);
    let mut color = None;
    match record.get(attr) {
        Some(address) => {
            add_prefix(record.family, address.0, len, text);
            color = color_of(record.family);
        }
        None if len == 0 => text.append_bytes(b"default"),
        None => {
            text.append_bytes(b"0/");
            add_unsigned(text, len.into());
        }
    }
    out.end(key, color);
}

/// Adds a prefix, without its length if that is the whole address.
pub fn add_prefix(family: u8, address: &[u8], len: u8, text: &mut Vec<u8>) {
    if family == af::MPLS {
        return add_labels(text, address);
    }
    add_address(text, address);
    if usize::from(len) != 8 * address.len() {
        text.push(b'/');
        add_unsigned(text, len.into());
    }
}

/// Shows table, protocol and scope, where they are not what they are without words, or with `-d`. A route that was made for
/// a packet has no protocol and no scope.
fn show_origin(record: &Record, fixed: u32, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    let is_made = record.flags & rtm_f::CLONED == 0;
    let mut show = |number: u32, default: u8, item: u32, database, word, key| {
        if fixed & item == 0 && (number != default.into() || ctx.details > 0) {
            names.add_name(database, number, ctx.numeric, out.begin(word));
            out.end(key, None);
        }
    };
    if record.table != rt_table::UNSPEC.into() {
        let item = item(rta::TABLE);
        show(
            record.table,
            rt_table::MAIN,
            item,
            &ROUTE_TABLES,
            b"table ",
            b"table",
        );
    }
    if is_made {
        let (protocol, scope) = (record.protocol.into(), record.scope.into());
        show(
            protocol,
            rtprot::BOOT,
            fixed::PROTOCOL,
            &ROUTE_PROTOS,
            b"proto ",
            b"protocol",
        );
        show(
            scope,
            rt_scope::UNIVERSE,
            fixed::SCOPE,
            &SCOPES,
            b"scope ",
            b"scope",
        );
    }
}

/// Shows one nexthop of several.
fn show_hop(hop: &Hop, family: u8, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    out.object("");
    out.line_break();
    out.text("\tnexthop ");
    let find = |attr| hop.attrs.find(attr);
    if let (Some(kind), Some(data)) = (find(rta::ENCAP_TYPE), find(rta::ENCAP)) {
        show_encap(kind, data, ctx, out, names);
    }
    #[cfg(feature = "route-extra")]
    details::show_newdst(find(rta::NEWDST), family, out);
    show_gateways(find(rta::GATEWAY), find(rta::VIA), family, out);
    #[cfg(feature = "route-extra")]
    if let Some(realms) = find(rta::FLOW).and_then(Attr::u32) {
        show_realms(realms, ctx, out, names);
    }
    // The name of the device of one hop has no colour.
    names.add_link_name(hop.index, out.begin(b"dev "));
    out.end(b"dev", None);
    out.pair_uint(b"weight", u64::from(hop.hops) + 1);
    show_flags(hop.flags.into(), out);
    out.object_end();
}
