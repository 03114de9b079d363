//! `ip link xstats`: counters that only some kinds of link have.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::link::getstats::{counter, each_stats};
use crate::kind::table::find_kind;
use crate::nl::uapi::{bond_xstats, bridge_xstats, stats, xstats};
use crate::nl::wire::{Attr, Attrs};
use crate::out::Out;
use crate::text::fill_two;

/// The counters of a kind, and of its ports.
struct Family {
    kind: &'static [u8],
    /// The word that leaves out all but some of the counters.
    word: &'static [u8],
    /// `LINK_XSTATS_TYPE_*`.
    attr: u16,
    /// Shows all counters, or those that the word chooses.
    show: fn(Attrs, bool, &mut Out),
}

static FAMILIES: [Family; 2] = [
    Family {
        kind: b"bridge",
        word: b"igmp",
        attr: xstats::BRIDGE,
        show: show_bridge,
    },
    Family {
        kind: b"bond",
        word: b"802.3ad",
        attr: xstats::BOND,
        show: show_bond,
    },
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
    let mut families = FAMILIES.iter();
    let family = families.find(|family| family.kind == master.unwrap_or(kind));
    let family = family.ok_or_else(|| match find_kind(kind) {
        Some(_) => Error::refused("xstats: link type % doesn't support xstats", kind),
        None => Error::bad_arg(kind, "invalid type"),
    })?;
    let (mut only, mut index) = (false, 0);
    while let Some(word) = w.next() {
        match word {
            b"dev" => index = io.names.index_of(w.value()?)?,
            b"help" => {
                let text = fill_two("Usage: ... % [ % ] [ dev DEVICE ]\n", kind, family.word);
                io.out.raw(&text);
                return Ok(());
            }
            _ if word == family.word => only = true,
            _ => return Err(Error::bad_arg(word, "unknown attribute")),
        }
    }
    let group = match master {
        Some(_) => stats::LINK_XSTATS_SLAVE,
        None => stats::LINK_XSTATS,
    };
    each_stats(io, group, family.attr, index, &mut |_, name, all, out| {
        out.value().extend_from_slice(name);
        if !out.json() {
            out.pad_value(16);
        }
        out.put("ifname|%\n", true);
        (family.show)(all, only, out);
    })
}

fn show_bridge(all: Attrs, only_multicast: bool, out: &mut Out) {
    if let Some(counters) = all.find(bridge_xstats::MCAST) {
        out.object("multicast");
        for (text, key, form, first) in MULTICAST {
            out.text(INDENT);
            out.text(text);
            out.text(":");
            show_multicast(key, form, first, counters, out);
        }
        out.object_end();
    }
    if let Some(counters) = all.find(bridge_xstats::STP).filter(|_| !only_multicast) {
        out.object("stp");
        for (form, n) in STP {
            out.uint(form, counter(counters, n));
        }
        out.object_end();
    }
}

const INDENT: &str = "                    ";

/// The form of some counters of `struct br_mcast_stats`.
#[derive(Clone, Copy)]
enum Form {
    /// One counter.
    Total,
    /// What was received and what was sent.
    Directions,
    /// The same for each version of the protocol, of which there are so many.
    Versions(usize),
}

use Form::*;

/// The counters in text and JSON, their form, and the number of the first in the struct.
const MULTICAST: [(&str, &str, Form, usize); 8] = [
    ("IGMP queries", "igmp_queries", Versions(3), 0),
    ("IGMP reports", "igmp_reports", Versions(3), 8),
    ("IGMP leaves", "igmp_leaves", Directions, 6),
    ("IGMP parse errors", "igmp_parse_errors", Total, 14),
    ("MLD queries", "mld_queries", Versions(2), 15),
    ("MLD reports", "mld_reports", Versions(2), 21),
    ("MLD leaves", "mld_leaves", Directions, 19),
    ("MLD parse errors", "mld_parse_errors", Total, 25),
];

/// The directions in text, and the forms of a counter for each version, or without versions.
const DIRECTIONS: [(&str, [&str; 3], &str); 2] = [
    (
        " RX:",
        ["rx_v1| v1 %", "rx_v2| v2 %", "rx_v3| v3 %"],
        "rx| %",
    ),
    (
        " TX:",
        ["tx_v1| v1 %", "tx_v2| v2 %", "tx_v3| v3 %"],
        "tx| %",
    ),
];

fn show_multicast(key: &str, form: Form, first: usize, counters: Attr, out: &mut Out) {
    if matches!(form, Total) {
        let form = if out.json() { key } else { "| %\n" };
        return out.uint(form, counter(counters, first));
    }
    out.object(key);
    for (direction, (text, of_versions, of_all)) in DIRECTIONS.iter().enumerate() {
        let forms = match form {
            Versions(count) => {
                out.text("\n");
                out.text(INDENT);
                out.text(" ");
                &of_versions[..count]
            }
            _ => std::slice::from_ref(of_all),
        };
        out.text(text);
        for (version, form) in forms.iter().enumerate() {
            out.uint(form, counter(counters, first + 2 * version + direction));
        }
    }
    out.text("\n");
    out.object_end();
}

/// The counters of the spanning tree protocol, each with its number in `struct bridge_stp_xstats`.
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

/// The counters of LACP: the attributes `BOND_3AD_STAT_*` from 0 on.
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

fn show_bond(all: Attrs, _: bool, out: &mut Out) {
    if let Some(counters) = all.find(bond_xstats::AD) {
        out.object("802.3ad");
        for (attr, form) in (0..).zip(LACP) {
            if let Some(n) = counters.attrs().find(attr).and_then(Attr::u64) {
                out.uint(form, n);
            }
        }
        out.object_end();
    }
}
