//! `encap seg6 mode MODE segs A,B… …`: IPv6 with the header of segment routing.

use crate::error::{Error, Result};
use crate::ip::encap::source_route::{self, SEGMENTS, add_header, parse_segments};
use crate::ip::encap::value::{parse_some_inet6, parse_table, put_address};
use crate::names::Names;
use crate::nl::uapi::seg6_iptunnel::{self as seg6, mode};
use crate::nl::wire::{Attr, Index, field};
use crate::out::Out;
use crate::row::draft::Draft;
use crate::row::option::Row;
use crate::row::table::Reading;

/// The mode that was given.
fn given_mode(draft: &Draft) -> Option<u32> {
    draft.late.attrs(0).find(seg6::SRH)?.u32()
}

/// Reads the addresses of `segs`, or the one of `tunsrc`, which the mode `inline` cannot have.
pub fn parse_behind_mode(r: &mut Reading) -> Result<()> {
    let is_source = r.row.attr == seg6::SRC;
    let reason = match given_mode(r.draft) {
        None => b"\"%\" provided before \"mode\"\n",
        Some(mode::INLINE) if is_source => &b"\"%\" invalid with inline mode\n"[..],
        _ if is_source => return parse_some_inet6(r),
        _ => return parse_segments(r),
    };
    Err(Error::bad_value(r.value, reason, r.row.word()))
}

/// Reads the routing table in which the first address is looked up; 0 is none.
pub fn parse_lookup(r: &mut Reading) -> Result<()> {
    parse_table(r)?;
    match r.draft.late_number(seg6::TABLE) {
        0 => Err(r.wrong_value()),
        _ => Ok(()),
    }
}

/// Adds the attribute of the header, which has the mode in front.
pub fn finish(draft: &mut Draft) -> Result<()> {
    // As iproute2: the kernel refuses a mode that is not given.
    let mode = given_mode(draft).unwrap_or(u32::MAX);
    let is_inline = mode == mode::INLINE;
    add_header(draft, seg6::SRH, &mode.to_ne_bytes(), SEGMENTS, is_inline)
}

/// Prints the mode, the source that was chosen, and the header.
pub fn show_header(row: &Row, attr: Attr, options: &Index, out: &mut Out, _: &mut Names) {
    let Some(mode) = field(attr.0, 0) else {
        return;
    };
    let mode = row.word_of(mode.into());
    out.str("mode|mode % ", mode.unwrap_or(b"<unknown>"));
    if let Some(source) = options.get(seg6::SRC) {
        put_address(b"tunsrc", source, out);
    }
    source_route::show_header(&attr.0[4..], out);
}
