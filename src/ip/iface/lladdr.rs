//! Link-layer addresses, and the line of a link that has them.

use crate::append::Append;
use crate::ip::command::Ctx;
use crate::ip::iface::record::Record;
use crate::ip::iface::view::View;
use crate::names::Names;
use crate::names::table::ARPHRD;
use crate::nl::uapi::{arphrd, iff, ifla};
use crate::nl::wire::Attr;
use crate::out::{Color, Out};
use crate::text::{add_address, add_in_brackets, add_mac};

/// Shows the line `link/TYPE ADDRESS brd ADDRESS`.
pub fn show_line(record: &Record, view: View, ctx: &Ctx, out: &mut Out, _: &mut Names) {
    if view == View::FirstLine && ctx.details == 0 {
        return;
    }
    out.line_break();
    show_link_type(record, ctx, out);
    let show = |form: &str, address: Option<Attr>, out: &mut Out| {
        if let Some(address) = address {
            show_lladdr(form, address, record.arphrd, out);
        }
    };
    let (own, permanent) = (record.get(ifla::ADDRESS), record.get(ifla::PERM_ADDRESS));
    show("address|%", own, out);
    let broadcast = record.get(ifla::BROADCAST);
    if broadcast.is_some() && record.flags & iff::POINTOPOINT != 0 {
        out.yes("link_pointtopoint| peer ");
        show("broadcast|%", broadcast, out);
    } else if broadcast.is_some() {
        out.text(" brd ");
        show("broadcast|%", broadcast, out);
    }
    if permanent.is_some() && own != permanent {
        out.text(" permaddr ");
        show("permaddr|%", permanent, out);
    }
}

/// Shows a link-layer address.
pub fn show_lladdr(form: &str, address: Attr, arphrd: u16, out: &mut Out) {
    add_lladdr(out.value(), address, arphrd);
    out.paint(Color::Mac).put(form, true);
}

/// Adds a link-layer address to a text. That of a tunnel is the address of its end, IPv4 or IPv6.
pub fn add_lladdr(text: &mut Vec<u8>, address: Attr, arphrd: u16) {
    let is_ip = match address.0.len() {
        4 => matches!(arphrd, arphrd::TUNNEL | arphrd::SIT | arphrd::IPGRE),
        16 => matches!(arphrd, arphrd::TUNNEL6 | arphrd::IP6GRE),
        _ => false,
    };
    let add = if is_ip { add_address } else { add_mac };
    add(text, address.0);
}

/// Shows the type of a link by its name, or without one or with `-N` as `[NUMBER]`.
pub fn show_link_type(record: &Record, ctx: &Ctx, out: &mut Out) {
    let text = out.value();
    match ARPHRD
        .name_of(record.arphrd.into())
        .filter(|_| !ctx.numeric)
    {
        Some(name) => text.append_bytes(name),
        None => add_in_brackets(text, record.arphrd.into()),
    }
    out.put("link_type|    link/% ", true);
}
