//! `ip link xstats` and `ip link afstats`: counters that only some kinds of link and some address families have.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, DUMP_CHANGED, Io, unknown};
use crate::ip::iface::columns::{self, show_number, show_right};
use crate::kind::table::find_kind;
use crate::nl::uapi::{af, bond_xstats, bridge_xstats, mpls_stats, rtm, stats, xstats};
use crate::nl::wire::{Attr, Attrs, Msg, field};
use crate::out::Out;
use crate::text::fill_two;

/// A family of counters: its kinds, the word that chooses some of them, the attribute, and how it is shown.
type Family = (&'static [u8], &'static [u8], u16, fn(Attrs, bool, &mut Out));

static FAMILIES: [Family; 2] = [
    (b"bridge", b"igmp", xstats::BRIDGE, bridge),
    (b"bond", b"802.3ad", xstats::BOND, bond),
];

/// Runs `ip link xstats WORDS`.
pub fn run(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let Some(word) = w.next() else {
        return Err(Error::refused("xstats: missing argument", b""));
    };
    if args::prefix(word, "help") {
        io.out.text("Usage: ... xstats type TYPE [ ARGS ]\n");
        return Ok(());
    } else if !args::prefix(word, "type") {
        return Err(Error::bad_arg(word, "unknown argument"));
    }
    let kind = w.value()?;
    let master = kind.strip_suffix(b"_slave");
    let family = FAMILIES
        .iter()
        .find(|family| family.0 == master.unwrap_or(kind));
    let &(_, chosen, attr, show) = family.ok_or_else(|| match find_kind(kind) {
        Some(_) => Error::refused("xstats: link type % doesn't support xstats", kind),
        None => Error::bad_arg(kind, "invalid type"),
    })?;
    let (mut only, mut index) = (false, 0);
    while let Some(word) = w.next() {
        match word {
            b"dev" => index = io.names.index_of(w.value()?)?,
            b"help" => {
                let text = fill_two("Usage: ... % [ % ] [ dev DEVICE ]\n", kind, chosen);
                io.out.raw(&text);
                return Ok(());
            }
            _ if word == chosen => only = true,
            _ => return Err(Error::bad_arg(word, "unknown attribute")),
        }
    }
    let part = match master {
        Some(_) => stats::LINK_XSTATS_SLAVE,
        None => stats::LINK_XSTATS,
    };
    each(io, part, attr, index, &mut |_, name, all, out| {
        let mut padded = name.to_vec();
        if !out.json() {
            padded.resize(padded.len().max(16), b' ');
        }
        out.str("ifname|%\n", &padded);
        show(all, only, out);
    })
}

/// What is done with the counters of a link: its index and name, and the attributes.
type Show<'e> = &'e mut dyn FnMut(u32, &[u8], Attrs, &mut Out);

/// Goes through the links (`index`: one of them) that have such counters: the attribute `attr` in the attribute `part`.
fn each(io: &mut Io, part: u16, attr: u16, index: u32, show: Show) -> Result<()> {
    let Io { out, names } = io;
    let mut head = [0; 12];
    head[8..].copy_from_slice(&(1u32 << (part - 1)).to_ne_bytes());
    let mut msg = Msg::new(rtm::GETSTATS, 0, &head);
    let mut socket = names.lend()?;
    out.document();
    let consistent = socket.dump(&mut msg, &mut |message| {
        let found = field(message.body, 4).filter(|found| index == 0 || *found == index);
        let attrs = Attrs(message.body.get(12..).unwrap_or_default());
        let all = attrs.find(part).unwrap_or_default().attrs().find(attr);
        if let (rtm::NEWSTATS, Some(found), Some(all)) = (message.kind, found, all) {
            let mut name = Vec::new();
            names.add_link_name(found, &mut name);
            out.object("");
            show(found, &name, all.attrs(), out);
            out.object_end();
        }
        out.record_end()
    });
    names.give_back(socket);
    if !consistent? {
        out.warn(DUMP_CHANGED);
    }
    out.document_end()
}

/// Counter number `n` of several.
fn counter(all: Attr, n: usize) -> u64 {
    let bytes = all.0.get(8 * n..8 * n + 8).unwrap_or_default();
    Attr(bytes).u64().unwrap_or(0)
}

const INDENT: &str = "                    ";

/// Of `struct br_mcast_stats`: text, JSON key, how many versions of the protocol (1: it has none; 0: it has no
/// direction either), and the place of the first.
const MULTICAST: [(&str, &str, usize, usize); 8] = [
    ("IGMP queries", "igmp_queries", 3, 0),
    ("IGMP reports", "igmp_reports", 3, 8),
    ("IGMP leaves", "igmp_leaves", 1, 6),
    ("IGMP parse errors", "igmp_parse_errors", 0, 14),
    ("MLD queries", "mld_queries", 2, 15),
    ("MLD reports", "mld_reports", 2, 21),
    ("MLD leaves", "mld_leaves", 1, 19),
    ("MLD parse errors", "mld_parse_errors", 0, 25),
];

/// Of `struct bridge_stp_xstats`.
const STP: [(&str, usize); 6] = [
    ("rx_bpdu|                    STP BPDU:  RX: %", 2),
    ("tx_bpdu| TX: %\n", 3),
    ("rx_tcn|                    STP TCN:   RX: %", 4),
    ("tx_tcn| TX: %\n", 5),
    (
        "transition_blk|                    STP Transitions: Blocked: %",
        0,
    ),
    ("transition_fwd| Forwarding: %\n", 1),
];

/// The way of a packet, and forms of its counters: of each version of a protocol, and of one that has none.
const WAYS: [(&str, [&str; 4]); 2] = [
    (
        "RX:",
        ["rx_v1| v1 %", "rx_v2| v2 %", "rx_v3| v3 %", "rx| %"],
    ),
    (
        "TX:",
        ["tx_v1| v1 %", "tx_v2| v2 %", "tx_v3| v3 %", "tx| %"],
    ),
];

fn bridge(all: Attrs, only: bool, out: &mut Out) {
    if let Some(all) = all.find(bridge_xstats::MCAST) {
        out.object("multicast");
        for (text, key, versions, at) in MULTICAST {
            out.text(INDENT);
            out.text(text);
            out.text(":");
            if versions == 0 {
                let form = if out.json() { key } else { "| %\n" };
                out.uint(form, counter(all, at));
                continue;
            }
            out.object(key);
            for (way, (text, forms)) in WAYS.into_iter().enumerate() {
                if versions > 1 {
                    out.text("\n");
                    out.text(INDENT);
                    out.text(" ");
                }
                out.text(" ");
                out.text(text);
                for version in 0..versions {
                    let form = if versions > 1 { version } else { 3 };
                    out.uint(forms[form], counter(all, at + 2 * version + way));
                }
            }
            out.text("\n");
            out.object_end();
        }
        out.object_end();
    }
    if let Some(all) = all.find(bridge_xstats::STP).filter(|_| !only) {
        out.object("stp");
        for (form, at) in STP {
            out.uint(form, counter(all, at));
        }
        out.object_end();
    }
}

/// `BOND_3AD_STAT_*` from 0 on.
const LACP: [&str; 9] = [
    "lacpdu_rx|                    LACPDU Rx %\n",
    "lacpdu_tx|                    LACPDU Tx %\n",
    "lacpdu_unknown_rx|                    LACPDU Unknown type Rx %\n",
    "lacpdu_illegal_rx|                    LACPDU Illegal Rx %\n",
    "marker_rx|                    Marker Rx %\n",
    "marker_tx|                    Marker Tx %\n",
    "marker_response_rx|                    Marker response Rx %\n",
    "marker_response_tx|                    Marker response Tx %\n",
    "marker_unknown_rx|                    Marker unknown type Rx %\n",
];

fn bond(all: Attrs, _: bool, out: &mut Out) {
    if let Some(all) = all.find(bond_xstats::AD) {
        out.object("802.3ad");
        for (attr, form) in (0..).zip(LACP) {
            if let Some(n) = all.attrs().find(attr).and_then(Attr::u64) {
                out.uint(form, n);
            }
        }
        out.object_end();
    }
}

/// A column: its head, and its place in `struct mpls_link_stats`.
type Column = (&'static str, usize);

/// Counters of MPLS: way, and its columns.
const MPLS: [(&str, &str, &[Column]); 2] = [
    (
        "rx",
        "        RX:",
        &[
            ("bytes", 2),
            ("packets", 0),
            ("errors", 4),
            ("dropped", 6),
            ("noroute", 8),
        ],
    ),
    (
        "tx",
        "        TX:",
        &[("bytes", 3), ("packets", 1), ("errors", 5), ("dropped", 7)],
    ),
];

/// Runs `ip link afstats WORDS`.
pub fn families(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut dev = None;
    while let Some(word) = w.next() {
        match word {
            b"dev" if dev.is_none() => dev = Some(w.value()?),
            b"dev" => return Err(Error::garbage("dev", w.value()?)),
            _ if args::prefix(word, "help") => return Err(Error::asks_for_usage()),
            _ => return Err(unknown(word, "link")),
        }
    }
    let index = match dev {
        Some(dev) => io
            .names
            .find_index(dev)?
            .ok_or_else(|| Error::unknown_device(dev))?,
        None => 0,
    };
    let attr = af::MPLS.into();
    each(
        io,
        stats::AF_SPEC,
        attr,
        index,
        &mut |index, name, all, out| {
            out.uint("ifindex|%:", index.into());
            out.str("ifname|%\n    mpls:\n", name);
            let all = all.find(mpls_stats::LINK).unwrap_or_default();
            let value = |at: usize| counter(all, at);
            for (key, way, columns) in MPLS {
                out.object(key);
                if out.json() {
                    columns
                        .iter()
                        .for_each(|(key, at)| out.uint(key, counter(all, *at)));
                } else {
                    // A column is as wide as its head and the numbers of both ways.
                    let width = |n: usize| {
                        let of = |columns: &[Column]| {
                            let column = columns.get(n);
                            column.map_or(0, |(head, at)| {
                                columns::width(value(*at), ctx).max(head.len())
                            })
                        };
                        of(MPLS[0].2).max(of(MPLS[1].2))
                    };
                    out.text(way);
                    for (n, (head, _)) in columns.iter().enumerate() {
                        out.text(" ");
                        show_right(head.as_bytes(), width(n), out);
                    }
                    out.text("\n            ");
                    for (n, (_, at)) in columns.iter().enumerate() {
                        show_number(value(*at), width(n), ctx, out);
                    }
                    out.text("\n");
                }
                out.object_end();
            }
        },
    )
}
