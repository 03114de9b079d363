//! An address as it is printed.

use crate::append::Append;
use crate::ip::command::Ctx;
use crate::ip::ifaddr::flags::show_flags;
use crate::ip::ifaddr::record::{FOREVER, Record};
use crate::names::Names;
use crate::names::file::{ADDR_PROTOS, SCOPES};
use crate::nl::uapi::{af, ifa, ifa_f, rtm};
use crate::nl::wire::{Attr, field};
use crate::out::{Color, Out};
use crate::text::add_address;

/// Prints an address with its interface in front, and whether it was deleted.
pub fn show_with_interface(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    if record.kind == rtm::DELADDR {
        out.yes("deleted|Deleted ");
    }
    if !ctx.brief {
        out.uint("index|%: ", record.index.into());
        names.add_link_name(record.index, out.value());
        out.put("dev|%", true);
    }
    show(record, ctx, out, names);
}

/// Prints an address, to the end of its last line.
pub fn show(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    if !ctx.brief {
        let family: &[u8] = match record.family {
            af::INET => b"inet",
            af::INET6 => b"inet6",
            _ => b"",
        };
        if family.is_empty() {
            out.uint("family_index|    family % ", record.family.into());
        } else {
            out.begin(b"    ").append_bytes(family);
            out.end(b"family", None);
        }
    }
    let peer = record.get(ifa::ADDRESS);
    if let Some(local) = record.local() {
        add_address(out.begin(b""), local.0);
        out.end_with(b"local", color_of(record), b"");
        if let Some(peer) = peer.filter(|peer| *peer != local) {
            add_address(out.begin(b" peer "), peer.0);
            out.end_with(b"address", color_of(record), b"");
        }
        out.uint("prefixlen|/% ", record.prefix_len.into());
    }
    if let Some(metric) = record.get(ifa::RT_PRIORITY).and_then(Attr::u32) {
        out.uint("metric|metric % ", metric.into());
    }
    if ctx.brief {
        return;
    }
    if record.has_any(OTHER_ADDRESSES) {
        show_others(record, out);
    }
    names.add_name(
        &SCOPES,
        record.scope.into(),
        ctx.numeric,
        out.begin(b"scope "),
    );
    out.end(b"scope", None);
    show_flags(record, out);
    if let Some(proto) = record.get(ifa::PROTO).and_then(Attr::u8)
        && (proto != 0 || out.json())
    {
        names.add_name(
            &ADDR_PROTOS,
            proto.into(),
            ctx.numeric,
            out.begin(b"proto "),
        );
        out.end(b"protocol", None);
    }
    if let Some(label) = record.get(ifa::LABEL) {
        out.begin(b"").append_bytes(label.str());
        out.end_with(b"label", None, b"");
    }
    if let Some(lifetimes) = record.get(ifa::CACHEINFO) {
        show_lifetimes(lifetimes, record.flags, out);
    }
    out.text("\n");
}

/// The colour of an address.
fn color_of(record: &Record) -> Option<Color> {
    Some(match record.family {
        af::INET6 => Color::Inet6,
        _ => Color::Inet,
    })
}

/// The attributes that [`show_others`] shows: `IFA_BROADCAST`, `IFA_ANYCAST` and `IFA_MULTICAST`.
const OTHER_ADDRESSES: u32 = 1 << ifa::BROADCAST | 1 << ifa::ANYCAST | 1 << ifa::MULTICAST;

/// Shows the addresses that few have beside the own one.
fn show_others(record: &Record, out: &mut Out) {
    for &(attr, word, key) in &[
        (ifa::BROADCAST, "brd ", "broadcast"),
        (ifa::ANYCAST, "any ", "anycast"),
        (ifa::MULTICAST, "mcast ", "multicast"),
    ] {
        if let Some(address) = record.get(attr) {
            add_address(out.begin(word.as_bytes()), address.0);
            out.end(key.as_bytes(), color_of(record));
        }
    }
}

/// Shows `struct ifa_cacheinfo`: preferred and valid lifetime in seconds, and two times that are not shown.
fn show_lifetimes(lifetimes: Attr, flags: u32, out: &mut Out) {
    out.line_break();
    for &(at, word, key) in &[
        (4, "       valid_lft ", "valid_life_time"),
        (0, " preferred_lft ", "preferred_life_time"),
    ] {
        let time = field(lifetimes.0, at).unwrap_or(FOREVER);
        let is_past = at == 0 && flags & ifa_f::DEPRECATED != 0;
        out.text(word);
        match time {
            _ if out.json() => out.uint(key, time.into()),
            FOREVER => out.text("forever"),
            _ if is_past => out.int("|%sec", (time as i32).into()),
            _ => out.uint("|%sec", time.into()),
        }
    }
}
