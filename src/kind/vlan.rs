//! vlan: virtual LANs by IEEE 802.1Q and 802.1ad.

use crate::args;
use crate::customs;
use crate::error::{Error, Result};
use crate::kind::kind::{COMMAND, Kind};
use crate::names::Names;
use crate::nl::uapi::vlan;
use crate::nl::wire::{Attr, Index, field};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::Row;
use crate::row::sent::Sent;
use crate::row::table::Reading;
use crate::text::cut;

/// The kind vlan.
pub static KINDS: &[Kind] = &[Kind::new(c"vlan", COMMAND, VLAN)
    .wrong(c"% is invalid")
    .sent(&[Sent::given(vlan::FLAGS)])
    .customs(&CUSTOMS)];

customs! {
    static CUSTOMS;
    QOS_MAP: parse_qos_map, show_qos_map, " FROM:TO ...";
}

options! {
    /// One VLAN of the interface below. The flags are `VLAN_FLAG_*`, each by the number of its bit.
    VLAN {
        vlan::PROTOCOL => ETHERTYPE, word: "protocol", show: Ever;
        vlan::ID => U16, word: "id";
        vlan::FLAGS => flag_bit(0), word: "reorder_hdr";
        vlan::FLAGS => flag_bit(1), word: "gvrp";
        vlan::FLAGS => flag_bit(3), word: "mvrp";
        vlan::FLAGS => flag_bit(2), word: "loose_binding";
        vlan::FLAGS => flag_bit(4), word: "bridge_binding";
        vlan::INGRESS_QOS => QOS_MAP, word: "ingress-qos-map";
        vlan::EGRESS_QOS => QOS_MAP, word: "egress-qos-map";
    }
}

/// Reads pairs `FROM:TO` of priorities, up to the first other word. That there is none is no error.
fn parse_qos_map(r: &mut Reading) -> Result<()> {
    let (w, msg) = (&mut *r.w, &mut r.draft.msg);
    let start = msg.open();
    w.back();
    while let Some(word) = w.peek().filter(|word| word.contains(&b':')) {
        w.next();
        let mut to = word;
        let from = cut(&mut to, b':').unwrap_or_default();
        let pair = msg.open();
        for word in [from, to] {
            let Some(number) = args::unsigned(word, u32::MAX.into()) else {
                return Err(Error::bad_value(from, b"invalid %", r.row.word()));
            };
            msg.raw(&(number as u32).to_ne_bytes());
        }
        msg.close(pair, vlan::QOS_MAPPING);
    }
    msg.close(start, r.row.attr);
    Ok(())
}

/// Prints pairs of priorities on a line of their own.
fn show_qos_map(row: &Row, map: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    out.line_break();
    out.text("      ");
    out.raw(row.word());
    out.text(" { ");
    out.array(match row.attr {
        vlan::INGRESS_QOS => "ingress_qos",
        _ => "egress_qos",
    });
    for (_, pair) in map.attrs() {
        if let (Some(from), Some(to)) = (field(pair.0, 0), field(pair.0, 4)) {
            out.object("");
            out.uint("from|%:", from.into());
            out.uint("to|% ", to.into());
            out.object_end();
        }
    }
    out.array_end();
    out.text("} ");
}
