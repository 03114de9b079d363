//! An event as it is printed. What it is about is decoded and shown as by the object's own command.

use crate::append::Append;
use crate::error::{Error, Result};
use crate::ip::iface;
use crate::ip::iface::view::View;
use crate::ip::ifaddr;
use crate::ip::monitor::prefix;
use crate::ip::monitor::watch::Watch;
use crate::ip::route;
use crate::ip::route::fixed::item;
use crate::ip::stamp;
use crate::nl::uapi::{nlmsg, rta, rtm, rtm_f, rtnl_family};
use crate::nl::wire::{HEADER, Message};
use crate::text::{add_unsigned, decimal, hexadecimal};

/// Shows what a message is about. False if nothing is to be shown of it.
type Show = fn(&Message<'_>, &mut Watch) -> bool;

/// An object whose events are shown.
struct Kind {
    /// `RTM_NEW*`, the first of the four types of its messages.
    first: u16,
    /// The length of the header of its messages: `struct ifinfomsg` and its like.
    head: u8,
    /// What it is called; in text in capitals.
    name: &'static str,
    show: Show,
}

const fn kind(first: u16, head: u8, name: &'static str, show: Show) -> Kind {
    Kind {
        first,
        head,
        name,
        show,
    }
}

/// Stands for messages about routes whose family is that of multicast routes.
const MROUTE: u16 = 0;

static KINDS: &[Kind] = &[
    kind(rtm::NEWLINK, 16, "link", show_link),
    kind(rtm::NEWADDR, 8, "addr", show_address),
    kind(rtm::NEWMULTICAST, 8, "addr", show_address),
    kind(rtm::NEWANYCAST, 8, "addr", show_address),
    kind(rtm::NEWROUTE, 12, "route", show_route),
    #[cfg(feature = "multicast")]
    kind(MROUTE, 12, "mroute", show_mroute),
    #[cfg(feature = "neigh")]
    kind(rtm::NEWNEIGH, 12, "neigh", show_neigh),
    #[cfg(feature = "rule")]
    kind(rtm::NEWRULE, 12, "rule", show_rule),
    kind(rtm::NEWPREFIX, 12, "prefix", prefix::show),
    #[cfg(feature = "tunables")]
    kind(rtm::NEWADDRLABEL, 12, "addrlabel", show_label),
    #[cfg(feature = "tunables")]
    kind(rtm::NEWNETCONF, 4, "netconf", show_netconf),
    #[cfg(feature = "netns-extra")]
    kind(rtm::NEWNSID, 4, "nsid", show_nsid),
    #[cfg(feature = "nexthop")]
    kind(rtm::NEWNEXTHOP, 8, "nexthop", show_nexthop),
    #[cfg(feature = "nexthop")]
    kind(rtm::NEWNEXTHOPBUCKET, 8, "nexthopbucket", show_bucket),
    #[cfg(feature = "xstats")]
    kind(rtm::NEWSTATS, 12, "stats", show_stats),
];

#[cfg(feature = "xstats")]
fn show_stats(message: &Message<'_>, watch: &mut Watch) -> bool {
    use crate::ip::stats;
    let Some(record) = &stats::decode(message) else {
        return false;
    };
    stats::show_event(record, watch.out, watch.names);
    true
}

fn show_link(message: &Message<'_>, watch: &mut Watch) -> bool {
    let Some(link) = &iface::record::decode(message) else {
        return false;
    };
    // The name is known from here on, also where the link is not shown.
    watch.names.note_link(link.index, link.flags, link.name());
    if !watch.links || !watch.has_index(link.index) {
        return false;
    }
    watch.out.object("");
    iface::show::show(link, View::Event, watch.ctx, watch.out, watch.names);
    watch.out.text("\n");
    watch.out.object_end();
    true
}

/// Shows an address, also one of a group or of any of several hosts: these differ in their attributes.
fn show_address(message: &Message<'_>, watch: &mut Watch) -> bool {
    let message = &Message {
        kind: rtm::NEWADDR | message.kind & 3,
        ..*message
    };
    let Some(address) = &ifaddr::record::decode(message) else {
        return false;
    };
    let is_brief = watch.ctx.brief;
    // With -4 or -6 no group of the other family is joined; those of a file are all shown.
    if !watch.has_index(address.index)
        // A brief line has the own address alone.
        || is_brief && address.local().is_none()
    {
        return false;
    }
    watch.out.object("");
    ifaddr::show::show_with_interface(address, watch.ctx, watch.out, watch.names);
    if is_brief {
        watch.out.text("\n");
    }
    watch.out.object_end();
    true
}

fn show_route(message: &Message<'_>, watch: &mut Watch) -> bool {
    let Some(mut route) = route::record::decode(message) else {
        return false;
    };
    // What the kernel remembers for single packets comes and goes all the time.
    if route.flags & rtm_f::CLONED != 0
        || !watch.has_family(route.family)
        || !watch.has_index(route.u32(rta::OIF).unwrap_or(0))
            && !route.hops().any(|hop| watch.has_index(hop.index))
    {
        return false;
    }
    let fixed = if watch.index == 0 { 0 } else { item(rta::OIF) };
    route::show::show(&mut route, fixed, watch.ctx, watch.out, watch.names);
    true
}

#[cfg(feature = "multicast")]
fn show_mroute(message: &Message<'_>, watch: &mut Watch) -> bool {
    use crate::ip::route::multicast::{NOT_MULTICAST, show};
    let Some(route) = &route::record::decode(message) else {
        return false;
    };
    if route.flags & rtm_f::CLONED != 0 || !watch.has_index(route.u32(rta::IIF).unwrap_or(0)) {
        return false;
    }
    if route.kind != crate::nl::uapi::rtn::MULTICAST {
        watch.warnings.append_bytes(NOT_MULTICAST);
        return false;
    }
    show(route, false, watch.ctx, watch.out, watch.names);
    true
}

#[cfg(feature = "neigh")]
fn show_neigh(message: &Message<'_>, watch: &mut Watch) -> bool {
    use crate::ip::neigh;
    let Some(entry) = &neigh::record::decode(message) else {
        return false;
    };
    if !watch.has_index(entry.index) || !watch.has_family(entry.family) {
        return false;
    }
    watch.out.object("");
    let with_dev = watch.index == 0;
    neigh::show::show(entry, with_dev, watch.ctx, watch.out, watch.names);
    watch.out.object_end();
    true
}

#[cfg(feature = "rule")]
fn show_rule(message: &Message<'_>, watch: &mut Watch) -> bool {
    use crate::ip::rule;
    let Some(rule) = &rule::record::decode(message) else {
        return false;
    };
    let is_shown = watch.has_family(rule.family);
    if is_shown {
        rule::show::show(rule, watch.ctx, watch.out, watch.names);
    }
    is_shown
}

#[cfg(feature = "tunables")]
fn show_label(message: &Message<'_>, watch: &mut Watch) -> bool {
    use crate::ip::addrlabel;
    let Some(label) = &addrlabel::decode(message) else {
        return false;
    };
    addrlabel::show(label, watch.out, watch.names);
    true
}

#[cfg(feature = "tunables")]
fn show_netconf(message: &Message<'_>, watch: &mut Watch) -> bool {
    use crate::ip::netconf;
    let Some(settings) = &netconf::decode(message) else {
        return false;
    };
    let is_shown = watch.has_index(settings.index().unwrap_or(0));
    if is_shown {
        netconf::show(settings, watch.out, watch.names);
    }
    is_shown
}

#[cfg(feature = "netns-extra")]
fn show_nsid(message: &Message<'_>, watch: &mut Watch) -> bool {
    use crate::ip::netns::list_id;
    let Some(record) = &list_id::decode(message) else {
        return false;
    };
    // The name of an id that is new is not known yet, and that of one that goes is still known.
    if message.kind == rtm::NEWNSID {
        watch.names.forget_namespaces();
    }
    if watch.ids {
        let name = record.id().and_then(|id| watch.names.netns(id));
        list_id::show(record, name.as_deref(), watch.out);
    }
    if message.kind == rtm::DELNSID {
        watch.names.forget_namespaces();
    }
    watch.ids
}

#[cfg(feature = "nexthop")]
fn show_nexthop(message: &Message<'_>, watch: &mut Watch) -> bool {
    use crate::ip::nexthop::list::print;
    let shown = print(message, 0, watch.ctx, watch.out, watch.names);
    if let Err(e) = &shown {
        crate::text::add_one(&mut watch.warnings, "%\n", e.text());
    }
    shown.is_ok()
}

/// Shows a bucket of a group, also one that goes, of which iproute2 says no more.
#[cfg(feature = "nexthop")]
fn show_bucket(message: &Message<'_>, watch: &mut Watch) -> bool {
    let message = &Message {
        kind: rtm::NEWNEXTHOPBUCKET,
        ..*message
    };
    crate::ip::nexthop::bucket::print(message, watch.out);
    true
}

/// Prints an event of the network namespace with an id, or without one of this. What is wrong with it is said on standard
/// error.
///
/// # Errors
/// It is too short for one.
pub fn print(message: &Message<'_>, nsid: Option<i32>, watch: &mut Watch) -> Result<()> {
    let mark = watch.out.mark();
    let shown = match nsid {
        None => print_event(message, nsid, watch),
        Some(id) => {
            watch.foreign_names.see_namespace(id as u32);
            std::mem::swap(&mut watch.names, &mut watch.foreign_names);
            let shown = print_event(message, nsid, watch);
            std::mem::swap(&mut watch.names, &mut watch.foreign_names);
            shown
        }
    };
    if matches!(shown, Ok(true)) {
        return watch.out.line_end();
    }
    watch.out.rollback(mark);
    watch.out.warn(&std::mem::take(&mut watch.warnings));
    shown.map(drop)
}

/// Prints an event, without its end. If it is not shown, what is printed of it is to be taken back.
pub fn print_event(message: &Message<'_>, nsid: Option<i32>, watch: &mut Watch) -> Result<bool> {
    let family = message.body.first();
    let is_multicast = matches!(family, Some(&(rtnl_family::IPMR | rtnl_family::IP6MR)));
    let first = match message.kind & !3 {
        rtm::NEWROUTE if is_multicast => MROUTE,
        first => first,
    };
    // Of what is asked for only the kernel's question for a neighbour is an event.
    let is_event = message.kind & 2 == 0 || message.kind == rtm::GETNEIGH;
    let kind = KINDS.iter().find(|kind| kind.first == first && is_event);
    let Some(kind) = kind else {
        add_unknown(message, &mut watch.warnings);
        return Ok(false);
    };
    let missing = message.body.len() as i64 - i64::from(kind.head);
    if missing < 0 {
        return Err(Error::refused("BUG: wrong nlmsg len %", &decimal(missing)));
    }
    let out = &mut *watch.out;
    out.line();
    stamp::show_now(watch.ctx, out);
    if watch.all_nsid {
        match nsid {
            Some(id) => out.int("from_nsid|[nsid %]", id.into()),
            None => out.text("[nsid current]"),
        }
    }
    if watch.labels && !out.json() {
        let label = out.value();
        label.append_bytes(kind.name.as_bytes());
        label.make_ascii_uppercase();
        out.put("|[%]", false);
    }
    out.name(kind.name);
    Ok((kind.show)(message, watch))
}

/// Says that a message is of a type that is none of an object's, unless it is one of netlink itself.
fn add_unknown(message: &Message<'_>, text: &mut Vec<u8>) {
    if message.kind < nlmsg::MIN_TYPE {
        return;
    }
    let len = (HEADER + message.body.len()) as u32;
    let mut before = "Unknown message: type=0x";
    for (number, after) in [
        (message.kind.into(), " flags=0x"),
        (message.flags.into(), " len=0x"),
        (len, "\n"),
    ] {
        text.append_bytes(before.as_bytes());
        hexadecimal(text, number.into(), 8);
        text.push(b'(');
        add_unsigned(text, number.into());
        text.push(b')');
        before = after;
    }
    text.push(b'\n');
}
