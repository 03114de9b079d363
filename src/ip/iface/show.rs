//! A link as it is printed: piece by piece, in the order of a table.

use crate::append::Append;
use crate::ip::command::Ctx;
use crate::ip::iface::lladdr::show_lladdr;
use crate::ip::iface::record::Record;
use crate::ip::iface::rows::{MTU, QDISC};
use crate::ip::iface::state::{show_flags, show_operstate};
use crate::ip::iface::view::{Block, View};
use crate::ip::iface::{details, lladdr, protodown};
use crate::names::Names;
use crate::names::file::GROUPS;
use crate::nl::uapi::{iff, ifla, rtm};
use crate::out::{Color, Out};
use crate::row::print::show_options;
use crate::text::{add_one, decimal};

/// The pieces of a link in their order.
static BLOCKS: &[Block] = &[
    show_name,
    #[cfg(feature = "xdp")]
    super::xdp::show_mode,
    show_first_line,
    #[cfg(feature = "monitor")]
    super::event::show_event,
    lladdr::show_line,
    show_link_netns,
    #[cfg(feature = "monitor")]
    super::event::show_move,
    protodown::show,
    details::show,
    show_alias,
    #[cfg(feature = "xdp")]
    super::xdp::show_programs,
    #[cfg(feature = "stats")]
    crate::ip::iface::stats::show_below,
    #[cfg(feature = "vf")]
    super::vf::show,
    show_altnames,
];

/// What `ip address` shows behind the addresses of a link if `-s` was said.
pub static BELOW_ADDRESSES: &[Block] = &[
    #[cfg(feature = "stats")]
    crate::ip::iface::stats::show,
];

/// Prints a link up to where addresses or the closing newline follow.
pub fn show(record: &Record, view: View, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    names.note_link(record.index, record.flags, record.name());
    if record.kind == rtm::DELLINK {
        out.yes("deleted|Deleted ");
    }
    if ctx.brief {
        return show_brief(record, view, out, names);
    }
    for show in BLOCKS {
        show(record, view, ctx, out, names);
    }
}

/// Shows index, name, flags and MTU.
fn show_name(record: &Record, _: View, _: &Ctx, out: &mut Out, names: &mut Names) {
    out.uint("ifindex|%: ", record.index.into());
    let m_down = show_name_and_link(record, 0, out, names);
    show_flags(record.flags, m_down, out);
    show_options(&MTU, &record.attrs, out, names);
}

/// Shows the rest of the first line.
fn show_first_line(record: &Record, view: View, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    show_options(&QDISC, &record.attrs, out, names);
    if let Some(state) = record.u8(ifla::OPERSTATE) {
        out.text("state ");
        show_operstate(state, 0, out);
    }
    if let Some(mode) = record.u8(ifla::LINKMODE).filter(|_| view == View::Link) {
        match mode {
            0 => out.str("linkmode|mode % ", b"DEFAULT"),
            1 => out.str("linkmode|mode % ", b"DORMANT"),
            _ => out.uint("linkmode_index|mode % ", mode.into()),
        }
    }
    if let Some(group) = record.u32(ifla::GROUP) {
        names.add_name(&GROUPS, group, ctx.numeric, out.value());
        out.put("group|group % ", true);
    }
    if let Some(len) = record.u32(ifla::TXQLEN).filter(|_| view != View::Event) {
        out.uint("txqlen|qlen %", len.into());
    }
}

/// Shows `NAME@LINK`, in a column of its own if it has a width. Returns whether the link below is down.
fn show_name_and_link(record: &Record, width: usize, out: &mut Out, names: &mut Names) -> bool {
    let link = record.u32(ifla::LINK);
    let is_elsewhere = record.get(ifla::LINK_NETNSID).is_some();
    let mut is_down = false;
    let json = out.json();
    let text = out.value();
    if !json {
        text.append_bytes(record.name());
        if link.is_some() {
            text.push(b'@');
        }
    }
    match link {
        None => {}
        Some(0) if json => out.null("link"),
        Some(0) => text.append_bytes(b"NONE"),
        Some(link) if is_elsewhere && json => out.uint("link_index", link.into()),
        Some(link) if is_elsewhere => add_one(text, "if%", &decimal(link.into())),
        Some(link) => {
            let flags = names.add_link_name(link, text);
            is_down = flags.is_some_and(|flags| flags & iff::UP == 0);
            if json {
                out.put("link", true);
            }
        }
    }
    if json {
        out.str("ifname", record.name());
        return is_down;
    }
    out.pad_value(width);
    out.paint(Color::Ifname)
        .put(if width > 0 { "|% " } else { "|%: " }, true);
    is_down
}

/// Shows the namespace of the link below or of the other end.
fn show_link_netns(record: &Record, _: View, _: &Ctx, out: &mut Out, names: &mut Names) {
    let Some(id) = record.u32(ifla::LINK_NETNSID).map(|id| id as i32) else {
        return;
    };
    if out.json() {
        out.int("link_netnsid", id.into());
    } else if id < 0 {
        out.text(" link-netnsid unknown");
    } else if let Some(name) = names.netns(id) {
        out.str("| link-netns %", &name);
    } else {
        out.int("| link-netnsid %", id.into());
    }
}

fn show_alias(record: &Record, view: View, ctx: &Ctx, out: &mut Out, _: &mut Names) {
    if let Some(alias) = record.get(ifla::IFALIAS).filter(|_| view.is_long(ctx)) {
        out.line_break();
        out.str("ifalias|    alias %", alias.str());
    }
}

fn show_altnames(record: &Record, _: View, _: &Ctx, out: &mut Out, _: &mut Names) {
    let Some(list) = record.get(ifla::PROP_LIST) else {
        return;
    };
    out.array("altnames");
    for (_, name) in list.attrs().filter(|(kind, _)| *kind == ifla::ALT_IFNAME) {
        out.line_break();
        out.str("|    altname %", name.str());
    }
    out.array_end();
}

/// Shows a link with `-br`: a line of columns.
fn show_brief(record: &Record, view: View, out: &mut Out, names: &mut Names) {
    let m_down = show_name_and_link(record, 16, out, names);
    if let Some(state) = record.u8(ifla::OPERSTATE) {
        show_operstate(state, 14, out);
    }
    if view == View::Link {
        if let Some(address) = record.get(ifla::ADDRESS) {
            show_lladdr("address|% ", address, record.arphrd, out);
        }
        show_flags(record.flags, m_down, out);
    }
}
