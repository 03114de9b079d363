//! Rare items of a route: what the destination is replaced by, mark and realms, what is rarely known of a cached route, the
//! time to live over MPLS, and with `-d` the nexthop object.

use crate::ip::command::Ctx;
use crate::ip::hop::object;
use crate::ip::hop::show::show_realms;
use crate::ip::route::record::Record;
use crate::names::Names;
use crate::nl::uapi::{af, rta};
use crate::nl::wire::{Attr, field};
use crate::out::Out;
use crate::text::{add_address, add_labels, hexadecimal};

/// Shows what the destination is replaced by.
pub fn show_newdst(to: Option<Attr>, family: u8, out: &mut Out) {
    let Some(to) = to else {
        return;
    };
    if family == af::MPLS {
        add_labels(out.value(), to.0);
    } else {
        add_address(out.value(), to.0);
    }
    out.put("to|as to % ", true);
}

/// Shows the mark and the realms of a packet.
pub fn show_packet(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    if let Some(mark) = record.u32(rta::MARK).filter(|mark| *mark != 0) {
        if out.json() || mark < 16 {
            out.uint("mark|mark % ", mark.into());
        } else {
            hexadecimal(out.value(), mark.into(), 1);
            out.put("|mark 0x% ", false);
        }
    }
    if let Some(realms) = record.u32(rta::FLOW) {
        show_realms(realms, ctx, out, names);
    }
}

/// Shows the rest of `struct rta_cacheinfo`: numbers of 32 bits, of which times are in hundredths of a second. What is 0 is
/// not shown.
pub fn show_cache(record: &Record, ctx: &Ctx, out: &mut Out) {
    let Some(info) = record.get(rta::CACHEINFO) else {
        return;
    };
    let number = |at: usize| field(info.0, 4 * at).unwrap_or(0);
    if ctx.stats > 0 {
        for (at, form) in [(0, "users|users % "), (4, "used|used % ")] {
            if number(at) != 0 {
                out.uint(form, number(at).into());
            }
        }
        let age = number(1);
        if age != 0 {
            out.uint("age|age %sec ", u64::from(age / 100));
        }
    }
    let [id, ts, ts_age] = [5, 6, 7].map(number);
    if id != 0 {
        hexadecimal(out.value(), id.into(), 4);
        out.put("ipid|ipid 0x% ", true);
    }
    if ts != 0 || ts_age != 0 {
        hexadecimal(out.value(), ts.into(), 1);
        out.put("ts|ts 0x%", true);
        out.uint("tsage|tsage %sec ", ts_age.into());
    }
}

/// Shows the items at the end.
pub fn show(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    if let Some(on) = record.get(rta::TTL_PROPAGATE).and_then(Attr::u8) {
        // iproute2 misspells it.
        out.text("ttl-propogate ");
        out.text(if on != 0 { "enabled" } else { "disabled" });
        if out.json() {
            out.pair_of(b"ttl-propogate", if on != 0 { b"true" } else { b"false" });
        }
    }
    if let Some(id) = record.u32(rta::NH_ID).filter(|_| ctx.details > 0) {
        object::show_of(id, ctx, out, names);
    }
}
