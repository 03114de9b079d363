//! An address as it is printed.

use crate::ip::command::Ctx;
use crate::ip::ifaddr::flags::show_flags;
use crate::ip::ifaddr::record::{FOREVER, Record};
use crate::names::Names;
use crate::names::file::name_in;
use crate::names::table::{ADDR_PROTOS, SCOPES, Table};
use crate::nl::uapi::{af, ifa, ifa_f, rtm};
use crate::nl::wire::{Attr, field};
use crate::out::{Color, Out};
use crate::text::{add_address, add_unsigned, hexadecimal};

/// Prints an address, to the end of its last line.
pub fn show(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    if record.kind == rtm::DELADDR {
        out.yes("deleted|Deleted ");
    }
    if !ctx.brief {
        if out.style.oneline {
            out.uint("index|%: ", record.index.into());
            names.add_link_name(record.index, out.value());
            out.put("dev|%", true);
        }
        match record.family {
            af::INET => out.str("family|    % ", b"inet"),
            af::INET6 => out.str("family|    % ", b"inet6"),
            other => out.uint("family_index|    family % ", other.into()),
        }
    }
    let peer = record.get(ifa::ADDRESS);
    if let Some(local) = record.local() {
        show_address("local|%", local, record, out);
        if let Some(peer) = peer.filter(|peer| *peer != local) {
            out.text(" peer ");
            show_address("address|%", peer, record, out);
        }
    }
    out.uint("prefixlen|/% ", record.prefix_len.into());
    if let Some(metric) = record.get(ifa::RT_PRIORITY).and_then(Attr::u32) {
        out.uint("metric|metric % ", metric.into());
    }
    if ctx.brief {
        return;
    }
    for &(attr, word, form) in &[
        (ifa::BROADCAST, "brd ", "broadcast|% "),
        (ifa::ANYCAST, "any ", "anycast|% "),
        (ifa::MULTICAST, "mcast ", "multicast|% "),
    ] {
        if let Some(address) = record.get(attr) {
            out.text(word);
            show_address(form, address, record, out);
        }
    }
    if !add_name(SCOPES, "rt_scopes", record.scope, ctx, out.value()) {
        add_unsigned(out.value(), record.scope.into());
    }
    out.put("scope|scope % ", true);
    show_flags(record, out);
    if let Some(proto) = record.get(ifa::PROTO).and_then(Attr::u8)
        && (proto != 0 || out.json())
    {
        let text = out.value();
        if !add_name(ADDR_PROTOS, "rt_addrprotos", proto, ctx, text) {
            text.extend_from_slice(b"0x");
            hexadecimal(text, proto.into(), 1);
        }
        out.put("protocol|proto % ", true);
    }
    if let Some(label) = record.get(ifa::LABEL) {
        out.str("label|%", label.str());
    }
    if let Some(lifetimes) = record.get(ifa::CACHEINFO) {
        show_lifetimes(lifetimes, record.flags, out);
    }
    out.text("\n");
}

fn show_address(form: &str, address: Attr, record: &Record, out: &mut Out) {
    let color = match record.family {
        af::INET6 => Color::Inet6,
        _ => Color::Inet,
    };
    add_address(out.value(), address.0);
    out.paint(color).put(form, true);
}

/// Adds the name of a number, of a table or else of one of iproute2's files; false if it has none, or none is wanted
/// (`-N`).
fn add_name(table: Table, file: &str, n: u8, ctx: &Ctx, text: &mut Vec<u8>) -> bool {
    if ctx.numeric {
        return false;
    }
    if let Some(name) = table.name_of(n.into()) {
        text.extend_from_slice(name);
    } else if let Some(name) = name_in(file, n.into()) {
        text.extend_from_slice(&name);
    } else {
        return false;
    }
    true
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
