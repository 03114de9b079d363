//! The virtual functions of a card, as `ip link` shows them.

use crate::append::Append;
use crate::ip::command::Ctx;
use crate::ip::iface::columns::Line;
use crate::ip::iface::lladdr::{show_link_type, show_lladdr};
use crate::ip::iface::record::Record;
use crate::ip::iface::view::View;
use crate::name_table;
use crate::names::Names;
use crate::names::table::{Table, add_ethertype};
use crate::nl::uapi::{ifla, vf, vf_stats};
use crate::nl::wire::{Attr, Attrs, field};
use crate::out::Out;
use crate::text::add_mac;

/// `IFLA_VF_LINK_STATE_*`; any other is `disable`.
static LINK_STATES: Table = name_table!("0 auto|1 enable");

/// How a setting of a virtual function is shown.
enum Form {
    /// A number that is shown if it is not zero.
    Count,
    /// The lower and the upper limit of what it may send.
    Rates,
    /// Nothing for -1.
    OnOff,
    Guid,
    State,
}

/// The settings behind addresses and VLANs: the attribute, and its form in JSON and text.
const SETTINGS: &[(u16, Form, &str)] = &[
    (vf::TX_RATE, Form::Count, "tx_rate|, tx rate % (Mbps)"),
    (vf::RATE, Form::Rates, "rate"),
    (vf::SPOOFCHK, Form::OnOff, "spoofchk|, spoof checking %"),
    (vf::IB_NODE_GUID, Form::Guid, "node guid|, NODE_GUID %"),
    (vf::IB_PORT_GUID, Form::Guid, "port guid|, PORT_GUID %"),
    (vf::LINK_STATE, Form::State, "link_state|, link-state %"),
    (vf::TRUST, Form::OnOff, "trust|, trust %"),
    (vf::RSS_QUERY_EN, Form::OnOff, "query_rss_en|, query_rss %"),
];

/// Shows the virtual functions, a line each.
pub fn show(record: &Record, view: View, ctx: &Ctx, out: &mut Out, _: &mut Names) {
    let list = record.get(ifla::VFINFO_LIST);
    let Some(list) = list.filter(|_| view.is_long(ctx)) else {
        return;
    };
    out.array("vfinfo_list");
    for (_, info) in list.attrs().filter(|(kind, _)| *kind == vf::INFO) {
        out.object("");
        show_function(info.attrs(), record, ctx, out);
        out.object_end();
    }
    out.array_end();
}

fn show_function(info: Attrs<'_>, record: &Record, ctx: &Ctx, out: &mut Out) {
    let get = |attr| info.find(attr).unwrap_or_default();
    // Every one of the structs begins with the number of the function.
    let Some(number) = field(get(vf::MAC).0, 0) else {
        return;
    };
    out.line_break();
    out.uint("vf|    vf % ", number.into());
    show_link_type(record, ctx, out);
    let len = record.get(ifla::ADDRESS).map_or(6, |own| own.0.len());
    // The broadcast address is the one that stands alone.
    for (attr, start, form) in [
        (vf::MAC, 4, "address|%"),
        (vf::BROADCAST, 0, "broadcast| brd %"),
    ] {
        if let Some(address) = get(attr).0.get(start..start + len) {
            show_lladdr(form, Attr(address), record.arphrd, out);
        }
    }
    match info.find(vf::VLAN_LIST) {
        Some(list) => {
            out.array("vlan_list");
            for (_, vlan) in list.attrs().filter(|(kind, _)| *kind == vf::VLAN_INFO) {
                out.object("");
                show_vlan(vlan, out);
                out.object_end();
            }
            out.array_end();
        }
        None => show_vlan(get(vf::VLAN), out),
    }
    for (attr, how, form) in SETTINGS {
        let setting = get(*attr).0;
        let Some(value) = field(setting, 4) else {
            continue;
        };
        match how {
            Form::Count if value == 0 => {}
            Form::Count => out.uint(form, value.into()),
            Form::Rates => {
                out.object(form);
                for (limit, form) in [
                    (field(setting, 8).unwrap_or(0), "max_tx|, max_tx_rate %Mbps"),
                    (value, "min_tx|, min_tx_rate %Mbps"),
                ] {
                    if limit != 0 || out.json() {
                        out.uint(form, limit.into());
                    }
                }
                out.object_end();
            }
            Form::OnOff if value == u32::MAX => {}
            Form::OnOff => {
                let (on, off): (&[u8], &[u8]) = if out.json() {
                    (b"true", b"false")
                } else {
                    (b"on", b"off")
                };
                out.value().append_bytes(if value == 0 { off } else { on });
                out.put(form, false);
            }
            Form::State => {
                let name = LINK_STATES.name_of(value.into());
                out.str(form, name.unwrap_or(b"disable"));
            }
            Form::Guid => {
                let guid = Attr(setting.get(8..16).unwrap_or_default());
                let guid = guid.u64().unwrap_or(0).to_be_bytes();
                add_mac(out.value(), &guid);
                out.put(form, true);
            }
        }
    }
    if let Some(stats) = info.find(vf::STATS).filter(|_| ctx.stats > 0) {
        show_stats(stats.attrs(), ctx, out);
    }
}

/// Shows one VLAN, a `struct ifla_vf_vlan` or `ifla_vf_vlan_info`.
fn show_vlan(vlan: Attr<'_>, out: &mut Out) {
    for (at, form) in [(4, "vlan|, vlan %"), (8, "qos|, qos %")] {
        if let Some(n) = field(vlan.0, at).filter(|n| *n != 0) {
            out.uint(form, n.into());
        }
    }
    if field(vlan.0, 4) == Some(0) {
        return;
    }
    if let Some(&[high, low]) = vlan.0.get(12..14) {
        let protocol = u16::from_be_bytes([high, low]);
        if protocol != 0x8100 && protocol != 0 {
            let numeric = out.style.numeric;
            add_ethertype(out.value(), protocol, numeric);
            out.put("protocol|, vlan protocol %", true);
        }
    }
}

/// A column: attribute, JSON key, head, and width.
type Column = (u16, &'static str, &'static str, usize);

/// What a function received and what it sent: the JSON key, the begin of the line, and the columns.
const STATS: [(&str, &str, &[Column]); 2] = [
    (
        "rx",
        "    RX: ",
        &[
            (vf_stats::RX_BYTES, "bytes", "bytes  ", 10),
            (vf_stats::RX_PACKETS, "packets", "packets  ", 8),
            (vf_stats::MULTICAST, "multicast", "mcast   ", 7),
            (vf_stats::BROADCAST, "broadcast", "bcast ", 7),
            (vf_stats::RX_DROPPED, "dropped", "  dropped ", 8),
        ],
    ),
    (
        "tx",
        "    TX: ",
        &[
            (vf_stats::TX_BYTES, "tx_bytes", "bytes  ", 10),
            (vf_stats::TX_PACKETS, "tx_packets", "packets ", 8),
            (vf_stats::TX_DROPPED, "dropped", "  dropped ", 8),
        ],
    ),
];

fn show_stats(all: Attrs<'_>, ctx: &Ctx, out: &mut Out) {
    out.object("stats");
    for (key, line, columns) in STATS {
        // Kernels that do not count what is dropped have no such column; any other that is absent is 0.
        let known = |column: &&Column| column.1 != "dropped" || all.find(column.0).is_some();
        out.object(key);
        let mut heads = Line::empty();
        heads.text(line);
        let mut numbers = Line::empty();
        numbers.blanks(4);
        for (attr, key, head, width) in columns.iter().filter(known) {
            let value = all.find(*attr).and_then(Attr::u64).unwrap_or(0);
            if out.json() {
                out.uint(key, value);
            }
            heads.text(head);
            numbers.number(value, *width, ctx);
        }
        out.line_break();
        heads.show(out);
        out.line_break();
        numbers.show(out);
        out.object_end();
    }
    out.object_end();
}
