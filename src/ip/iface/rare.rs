//! What few links have: a program, virtual functions, a reason to be down, something that has just happened to them.

use std::os::fd::AsFd;

use crate::args;
use crate::files::{entries, open_dir, read_file};
use crate::ip::command::Ctx;
use crate::ip::iface::stats;
use crate::ip::iface::{Part, Record, link_type, show_lladdr};
use crate::names::{self, Names};
use crate::nl::uapi::{ifla, reason, vf, vf_stats, xdp, xdp_attached};
use crate::nl::wire::{Attr, Attrs, field};
use crate::out::Out;
use crate::sys::Path;
use crate::text::{add, add_mac, decimal};

/// Where reasons have names, the first that has a file of some name counts.
const FOLDERS: [&[u8]; 2] = [
    b"/etc/iproute2/protodown_reasons.d",
    b"/usr/share/iproute2/protodown_reasons.d",
];

/// The line of a reason by its number or else by its name.
fn line_of(n: Option<u64>, name: &[u8]) -> Option<(u64, Vec<u8>)> {
    let mut found = None;
    let mut seen = Vec::new();
    for folder in FOLDERS {
        let Ok(dir) = open_dir(&Path::new(&[folder])) else {
            continue;
        };
        let _ = entries(dir.as_fd(), &mut |file| {
            let file = file.to_bytes().to_vec();
            if file.ends_with(b".conf") && found.is_none() && !seen.contains(&file) {
                let text = read_file(&Path::new(&[folder, b"/", &file])).unwrap_or_default();
                found = names::line_in(&text, n, name);
                seen.push(file);
            }
        });
    }
    found
}

/// The number of a reason to be down, 0 to 31.
pub fn reason(word: &[u8]) -> Option<u32> {
    let number = args::unsigned(word, u32::MAX.into()).or_else(|| Some(line_of(None, word)?.0));
    number.filter(|n| *n < 32).map(|n| n as u32)
}

/// Whether and why a link is held down.
pub fn held_down(record: &Record, out: &mut Out) {
    let down = record
        .get(ifla::PROTO_DOWN)
        .and_then(Attr::u8)
        .is_some_and(|down| down > 0);
    if down {
        out.yes("proto_down| protodown on ");
    }
    let why = record.get(ifla::PROTO_DOWN_REASON).unwrap_or_default();
    let why = why.attrs().find(reason::VALUE).and_then(Attr::u32);
    let Some(why) = why.filter(|why| *why != 0) else {
        return;
    };
    out.text(if down {
        "protodown_reason <"
    } else {
        " protodown_reason <"
    });
    out.array("proto_down_reason");
    let mut form = "|%";
    for n in (0..32).filter(|n| why >> n & 1 != 0) {
        let name = line_of(Some(n), b"").map(|line| line.1);
        out.str(form, &name.unwrap_or_else(|| decimal(n as i64)));
        form = "|,%";
    }
    out.array_end();
    out.text(">");
}

/// `IFLA_EVENT_*`.
const EVENTS: &str =
    "1 REBOOT|2 FEATURE CHANGE|3 BONDING FAILOVER|4 NOTIFY PEERS|5 RESEND IGMP|6 BONDING OPTION";

/// What has happened to a link.
pub fn event(record: &Record, out: &mut Out) {
    let event = record.get(ifla::EVENT).and_then(Attr::u32).unwrap_or(0);
    if event != 0 {
        match names::in_table(EVENTS, event.into()) {
            Some(name) => out.str("event|event % ", name),
            None => out.uint("event|event % ", event.into()),
        }
    }
}

/// Where a link went that was moved.
pub fn moved(record: &Record, out: &mut Out, names: &mut Names) {
    if out.json() {
        return;
    }
    if let Some(id) = record.get(ifla::NEW_NETNSID).and_then(Attr::i32) {
        match names.netns(id) {
            Some(name) => out.str("| new-netns %", &name),
            None => out.int("| new-netnsid %", id.into()),
        }
    }
    if let Some(index) = record.get(ifla::NEW_IFINDEX).and_then(Attr::u32) {
        out.uint("| new-ifindex %", index.into());
    }
}

/// Programs in the order in which several are shown: mode, attribute, and its name in text.
const PROGRAMS: [(u8, u16, &str); 3] = [
    (xdp_attached::SKB, xdp::SKB_PROG_ID, "xdpgeneric"),
    (xdp_attached::DRV, xdp::DRV_PROG_ID, "xdpdrv"),
    (xdp_attached::HW, xdp::HW_PROG_ID, "xdpoffload"),
];

/// How a program is attached, and what is known of it.
fn attached<'a>(record: &Record<'a>) -> Option<(u8, Attrs<'a>)> {
    let all = record.get(ifla::XDP)?.attrs();
    let mode = all.find(xdp::ATTACHED)?.u8().filter(|mode| *mode != 0)?;
    Some((mode, all))
}

/// The number of a program.
fn program(all: Attrs<'_>, attr: u16) -> Option<u64> {
    let id = all.find(attr)?.u32().filter(|id| *id != 0)?;
    Some(id.into())
}

/// How a program is attached, on a link's first line.
pub fn mode(record: &Record, part: Part, out: &mut Out) {
    let Some((mode, all)) = attached(record) else {
        return;
    };
    let id = program(all, xdp::PROG_ID).filter(|_| mode != xdp_attached::MULTI);
    if !out.json() {
        match names::in_table("1 xdp|2 xdpgeneric|3 xdpoffload|4 xdpmulti", mode.into()) {
            Some(name) => out.raw(name),
            None => out.uint("|xdp[%]", mode.into()),
        }
        if let Some(id) = id.filter(|_| part != Part::Link) {
            out.uint("|/id:%", id);
        }
        return out.text(" ");
    }
    let one = |id: u64, out: &mut Out| {
        out.object("prog");
        out.uint("id", id);
        out.object_end();
    };
    out.object("xdp");
    out.uint("mode", mode.into());
    if let Some(id) = id {
        one(id, out);
    }
    out.array("attached");
    let mut member = |mode: u8, id: Option<u64>| {
        if let Some(id) = id {
            out.object("");
            out.uint("mode", mode.into());
            one(id, out);
            out.object_end();
        }
    };
    member(mode, id);
    if mode == xdp_attached::MULTI {
        for (mode, attr, _) in PROGRAMS {
            member(mode, program(all, attr));
        }
    }
    out.array_end();
    out.object_end();
}

/// The programs, a line each.
pub fn programs(record: &Record, out: &mut Out) {
    let Some((mode, all)) = attached(record).filter(|_| !out.json()) else {
        return;
    };
    let one = (0, xdp::PROG_ID, "xdp");
    let list = match mode {
        xdp_attached::MULTI => &PROGRAMS[..],
        _ => &[one][..],
    };
    for (_, attr, name) in list {
        if let Some(id) = program(all, *attr) {
            out.line_break();
            add(
                out.value(),
                b"    prog/% id % ",
                &[name.as_bytes(), &decimal(id as i64)],
            );
            out.put("|%", true);
        }
    }
}

/// How a setting of a virtual function is shown.
enum As {
    /// A number that is shown if it is not zero.
    Count,
    OnOff,
    Guid,
    State,
}

/// Settings of a virtual function that are one word: attribute, form, and how. Between them and the addresses are the VLANs.
const SETTINGS: &[(u16, As, &str)] = &[
    (vf::TX_RATE, As::Count, "tx_rate|, tx rate % (Mbps)"),
    (vf::RATE, As::Count, ""),
    (vf::SPOOFCHK, As::OnOff, "spoofchk|, spoof checking %"),
    (vf::IB_NODE_GUID, As::Guid, "node guid|, NODE_GUID %"),
    (vf::IB_PORT_GUID, As::Guid, "port guid|, PORT_GUID %"),
    (vf::LINK_STATE, As::State, "link_state|, link-state %"),
    (vf::TRUST, As::OnOff, "trust|, trust %"),
    (vf::RSS_QUERY_EN, As::OnOff, "query_rss_en|, query_rss %"),
];

/// The virtual functions of a card, a line each.
pub fn functions(record: &Record, ctx: &Ctx, out: &mut Out) {
    let Some(list) = record.get(ifla::VFINFO_LIST) else {
        return;
    };
    out.array("vfinfo_list");
    for (_, info) in list.attrs().filter(|(kind, _)| *kind == vf::INFO) {
        out.object("");
        function(info.attrs(), record, ctx, out);
        out.object_end();
    }
    out.array_end();
}

fn function(info: Attrs<'_>, record: &Record, ctx: &Ctx, out: &mut Out) {
    let get = |attr| info.find(attr).unwrap_or_default();
    let at = |attr, at| field(get(attr).0, at);
    let Some(number) = at(vf::MAC, 0) else {
        return;
    };
    out.line_break();
    out.uint("vf|    vf % ", number.into());
    let len = record.get(ifla::ADDRESS).map_or(6, |own| own.0.len());
    link_type(record, ctx, out);
    for (attr, form) in [(vf::MAC, "address|%"), (vf::BROADCAST, "broadcast| brd %")] {
        // The broadcast address stands alone in its attribute.
        let start = if attr == vf::MAC { 4 } else { 0 };
        if let Some(address) = get(attr).0.get(start..start + len) {
            show_lladdr(form, Attr(address), record.arphrd, out);
        }
    }
    match info.find(vf::VLAN_LIST) {
        Some(list) => {
            out.array("vlan_list");
            for (_, one) in list.attrs().filter(|(kind, _)| *kind == vf::VLAN_INFO) {
                out.object("");
                vlan(one, out);
                out.object_end();
            }
            out.array_end();
        }
        None => vlan(get(vf::VLAN), out),
    }
    for (attr, how, form) in SETTINGS {
        let Some(value) = at(*attr, 4) else {
            continue;
        };
        match how {
            As::Count if *attr == vf::RATE => {
                let (min, max) = (value, at(*attr, 8).unwrap_or(0));
                out.object("rate");
                for (limit, form) in [
                    (max, "max_tx|, max_tx_rate %Mbps"),
                    (min, "min_tx|, min_tx_rate %Mbps"),
                ] {
                    if limit != 0 || out.json() {
                        out.uint(form, limit.into());
                    }
                }
                out.object_end();
            }
            As::Count if value == 0 => {}
            As::Count => out.uint(form, value.into()),
            As::OnOff if value == u32::MAX => {}
            As::OnOff => {
                let names = if out.json() { "true false" } else { "on off" };
                let mut names = names.split(' ');
                let name = names.nth((value == 0).into()).unwrap_or_default();
                out.value().extend_from_slice(name.as_bytes());
                out.put(form, false);
            }
            As::State => {
                let name = names::in_table("0 auto|1 enable", value.into());
                out.str(form, name.unwrap_or(b"disable"));
            }
            As::Guid => {
                let guid = Attr(get(*attr).0.get(8..16).unwrap_or_default());
                let guid = guid.u64().unwrap_or(0).to_be_bytes();
                add_mac(out.value(), &guid);
                out.put(form, true);
            }
        }
    }
    if let Some(stats) = info.find(vf::STATS).filter(|_| ctx.stats > 0) {
        counters(stats.attrs(), ctx, out);
    }
}

/// One VLAN: `struct ifla_vf_vlan` or `ifla_vf_vlan_info`.
fn vlan(one: Attr<'_>, out: &mut Out) {
    for (at, form) in [(4, "vlan|, vlan %"), (8, "qos|, qos %")] {
        if let Some(n) = field(one.0, at).filter(|n| *n != 0) {
            out.uint(form, n.into());
        }
    }
    if field(one.0, 4) == Some(0) {
        return;
    }
    if let Some(&[high, low]) = one.0.get(12..14) {
        let protocol = u16::from_be_bytes([high, low]);
        if protocol != 0x8100 && protocol != 0 {
            let numeric = out.style.numeric;
            names::add_ethertype(out.value(), protocol, numeric);
            out.put("protocol|, vlan protocol %", true);
        }
    }
}

/// A column: attribute, JSON key, head, and width.
type Column = (u16, &'static str, &'static str, usize);

/// What a function received and sent; the last column only where it is known.
const COUNTERS: [(&str, &[Column]); 2] = [
    (
        "rx|    RX: ",
        &[
            (vf_stats::RX_BYTES, "bytes", "bytes  ", 10),
            (vf_stats::RX_PACKETS, "packets", "packets  ", 8),
            (vf_stats::MULTICAST, "multicast", "mcast   ", 7),
            (vf_stats::BROADCAST, "broadcast", "bcast ", 7),
            (vf_stats::RX_DROPPED, "dropped", "  dropped ", 8),
        ],
    ),
    (
        "tx|    TX: ",
        &[
            (vf_stats::TX_BYTES, "tx_bytes", "bytes  ", 10),
            (vf_stats::TX_PACKETS, "tx_packets", "packets ", 8),
            (vf_stats::TX_DROPPED, "dropped", "  dropped ", 8),
        ],
    ),
];

fn counters(all: Attrs<'_>, ctx: &Ctx, out: &mut Out) {
    out.object("stats");
    for (name, columns) in COUNTERS {
        let known = |column: &&Column| column.1 != "dropped" || all.find(column.0).is_some();
        let value = |column: &Column| all.find(column.0).and_then(Attr::u64).unwrap_or(0);
        out.object(&name[..2]);
        out.line_break();
        out.text(&name[3..]);
        for (.., head, _) in columns.iter().filter(known) {
            out.text(head);
        }
        out.line_break();
        out.text("    ");
        for column in columns.iter().filter(known) {
            if out.json() {
                out.uint(column.1, value(column));
            } else {
                stats::right(&stats::number(value(column), ctx), column.3, out);
                out.text(" ");
            }
        }
        out.object_end();
    }
    out.object_end();
}
