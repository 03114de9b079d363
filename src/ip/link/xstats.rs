//! `ip link xstats`: counters that only some kinds of link have.

use crate::append::Append;
use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::counters::bond::show_lacp;
use crate::ip::counters::bridge::{show_multicast, show_stp};
use crate::ip::counters::dump::each_stats;
use crate::kind::table::find_kind;
use crate::nl::uapi::{bond_xstats, bridge_xstats, stats, xstats};
use crate::nl::wire::Attrs;
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
        out.value().append_bytes(name);
        if !out.json() {
            out.pad_value(16);
        }
        out.put("ifname|%\n", true);
        (family.show)(all, only, out);
    })
}

fn show_bridge(all: Attrs, only_multicast: bool, out: &mut Out) {
    if let Some(counters) = all.find(bridge_xstats::MCAST) {
        show_multicast(counters, out);
    }
    if let Some(counters) = all.find(bridge_xstats::STP).filter(|_| !only_multicast) {
        show_stp(counters, out);
    }
}

fn show_bond(all: Attrs, _: bool, out: &mut Out) {
    if let Some(counters) = all.find(bond_xstats::AD) {
        show_lacp(counters, out);
    }
}
