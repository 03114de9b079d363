//! vlan: 802.1Q and 802.1ad.

use crate::args::{self, Words};
use crate::customs;
use crate::error::{Error, Result};
use crate::kind::kind::{COMMAND, Kind};
use crate::names::Names;
use crate::nl::uapi::vlan;
use crate::nl::wire::{Attr, Attrs, field};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::draft::Draft;
use crate::row::option::Row;
use crate::row::sent::Sent;
use crate::text::cut;

/// vlan.
pub static KINDS: &[Kind] = &[Kind::new(c"vlan", COMMAND, VLAN)
    .wrong(c"% is invalid")
    .sent(&[Sent::given(vlan::FLAGS)])
    .customs(&CUSTOMS)];

customs! {
    static CUSTOMS;
    QOS_MAP: parse_qos_map, show_qos_map, " FROM:TO ...";
}

options! {
    /// One VLAN of the device below.
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

/// `FROM:TO` of each priority; none is no error.
fn parse_qos_map<'a>(row: &Row, _: &[u8], w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    if w.peek().is_none() {
        return Err(Error::incomplete());
    }
    let start = draft.msg.open();
    while let Some(word) = w.peek().filter(|word| word.contains(&b':')) {
        w.next();
        let mut to = word;
        let from = cut(&mut to, b':').unwrap_or_default();
        let pair = draft.msg.open();
        for word in [from, to] {
            let number = args::unsigned(word, u32::MAX.into());
            let wrong = || Error::bad_value(from, b"invalid %", row.word());
            let number = number.ok_or_else(wrong)? as u32;
            draft.msg.raw(&number.to_ne_bytes());
        }
        draft.msg.close(pair, vlan::QOS_MAPPING);
    }
    draft.msg.close(start, row.attr);
    Ok(())
}

/// A line of its own.
fn show_qos_map(row: &Row, map: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    let Some(map) = map else {
        return;
    };
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
