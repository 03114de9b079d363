//! `encap seg6local action ACTION …`: what a node does with packets for a segment of its own.

use crate::error::{Error, Result};
use crate::ip::encap::source_route::{self, HMAC, SEGMENTS, SEGS, add_header, hold_segments};
use crate::names::Names;
use crate::nl::uapi::nla;
use crate::nl::uapi::seg6_local::{self, action, cnt, flv, flv_op};
use crate::nl::wire::{Attr, Index};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::draft::Draft;
use crate::row::option::{Row, Rows};
use crate::row::print::show_options;
use crate::row::read::{next_row, number_of, parse_option};
use crate::row::table::{Reading, Table};
use crate::text::{cut, same};

options! {
    /// What may stand behind the addresses of `srh`.
    pub HMAC_ROWS {
        HMAC => U32, exact: "hmac";
    }

    /// The numbers of `count`.
    COUNTER_ROWS {
        cnt::PACKETS => U64, name: "packets";
        cnt::BYTES => U64, name: "bytes";
        cnt::ERRORS => U64, name: "errors";
    }

    /// The numbers of `flavors`, which follow the list.
    pub FLAVOR_ROWS {
        flv::LCBLOCK_BITS => U8, exact: "lblen", wrong: "\"locator-block length\" value is invalid\n";
        flv::LCNODE_FN_BITS => U8, exact: "nflen", wrong: "\"locator-node function length\" value is invalid\n";
    }
}

/// Reads `segs A,B… [hmac KEY]`.
pub fn parse_header(r: &mut Reading) -> Result<()> {
    if r.draft.has(SEGS) {
        return Err(Error::garbage(r.row.word(), r.value));
    }
    if r.value != b"segs" {
        let reason = "missing \"segs\" attribute for srh\n";
        return Err(Error::bad_arg(r.value, reason));
    }
    hold_segments(r.w.value()?, r.draft)?;
    match next_row(HMAC_ROWS, r.w) {
        Some(row) => parse_option(r.table, &row, r.w, r.draft),
        None => Ok(()),
    }
}

/// Prints the header.
pub fn show_header(_: &Row, attr: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    out.object("srh");
    source_route::show_header(attr.0, out);
    out.object_end();
}

/// Checks that there is an action, and adds the attribute of the header.
pub fn finish(draft: &mut Draft) -> Result<()> {
    let action = draft.msg.attrs(draft.start).find(seg6_local::ACTION);
    let Some(action) = action.and_then(Attr::u32) else {
        return Err(Error::usage("Missing action type", b""));
    };
    if draft.has(SEGS) {
        let has_end = action != action::END_B6_ENCAP;
        return add_header(draft, seg6_local::SRH, b"", SEGMENTS, has_end);
    }
    Ok(())
}

/// Adds the counters that the kernel is to count, all 0.
pub fn add_counters(r: &mut Reading) -> Result<()> {
    let msg = &mut r.draft.msg;
    let start = msg.open();
    for attr in cnt::PACKETS..=cnt::ERRORS {
        msg.number(attr, 0, 8);
    }
    msg.close(start, r.row.attr | nla::F_NESTED);
    Ok(())
}

/// Prints the counters.
pub fn show_counters(_: &Row, attr: Attr, _: &Index, out: &mut Out, names: &mut Names) {
    out.object("stats64");
    show_numbers(COUNTER_ROWS, attr, out, names);
    out.object_end();
}

/// Prints numbers that are nested in an attribute.
fn show_numbers(rows: Rows, attr: Attr, out: &mut Out, names: &mut Names) {
    show_options(&Table::new(rows), &attr.attrs().indexed(), out, names);
}

/// Reads flavors joined by commas. Behind `next-csid` the lengths of the parts of an address may follow.
pub fn parse_flavors(r: &mut Reading) -> Result<()> {
    let mut bits: u32 = 0;
    let mut rest = r.value;
    while let Some(word) = cut(&mut rest, b',') {
        if word.is_empty() {
            continue;
        }
        match number_of(r.row, word, same) {
            Some(number) if bits >> number & 1 == 0 => bits |= 1 << number,
            _ => return Err(r.wrong_value()),
        }
    }
    if bits == 0 {
        return Err(r.wrong_value());
    }
    let start = r.draft.msg.open();
    r.draft.msg.u32(flv::OPERATION, bits);
    if bits >> flv_op::NEXT_CSID & 1 != 0 {
        // Each once, in this order.
        let mut rows = FLAVOR_ROWS;
        while let Some(row) = r.w.peek().and_then(|word| rows.find_word(word)) {
            r.w.next();
            parse_option(r.table, &row, r.w, r.draft)?;
        }
    }
    r.draft.msg.close(start, r.row.attr | nla::F_NESTED);
    Ok(())
}

/// Prints the flavors, which are bits, and the lengths.
pub fn show_flavors(row: &Row, attr: Attr, _: &Index, out: &mut Out, names: &mut Names) {
    if let Some(bits) = attr.attrs().find(flv::OPERATION) {
        let bits = bits.number().unwrap_or(0);
        out.array("flavors");
        out.text("flavors ");
        let mut form = "|%";
        for (name, number) in row.values() {
            if bits >> number & 1 != 0 {
                out.str(form, name);
                form = "|,%";
            }
        }
        out.array_end();
        out.text(" ");
    }
    show_numbers(FLAVOR_ROWS, attr, out, names);
}
