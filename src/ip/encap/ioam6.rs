//! `encap ioam6 [freq K/N] [mode MODE] [tunsrc A] [tundst A] trace prealloc type T ns N size N`: packets get room in
//! which the nodes on their way note data. iproute2 wants the words up to `prealloc` in this order; here it does not
//! matter.

use crate::args::{radix, unsigned};
use crate::error::{Error, Result};
use crate::names::Names;
use crate::nl::uapi::{ioam6, ioam6_iptunnel as tunnel};
use crate::nl::wire::{Attr, Index};
use crate::out::Out;
use crate::row::draft::Draft;
use crate::row::option::{Row, Rows};
use crate::row::table::Reading;
use crate::text::{hexadecimal, split};

/// What the header of the trace is made of: held, numbers of no attribute.
pub const TRACE_WORD: u16 = 100;
pub const PREALLOC: u16 = 101;
pub const TRACE_TYPE: u16 = 102;
pub const TRACE_NS: u16 = 103;
pub const TRACE_SIZE: u16 = 104;

/// Reads `K/N`: K of N packets, both 1 to 1,000,000.
pub fn parse_frequency(r: &mut Reading) -> Result<()> {
    let (k, n) = split(r.value, b'/');
    let is_bound = |number| (1..=tunnel::FREQ_MAX).contains(&number);
    let reason = match (radix(k, 10), radix(n, 10)) {
        _ if r.value.len() > "1000000/1000000".len() => "Invalid frequency (too long)",
        (Some(k), Some(_)) if !is_bound(k) => "Out of bound \"k\" frequency",
        (Some(_), Some(n)) if !is_bound(n) => "Out of bound \"n\" frequency",
        (Some(k), Some(n)) if k > n => "Frequency with k > n is forbidden",
        (Some(k), Some(n)) => {
            r.draft.number(tunnel::FREQ_K, k, 4);
            r.draft.number(tunnel::FREQ_N, n, 4);
            return Ok(());
        }
        _ => "Invalid frequency (malformed)",
    };
    Err(Error::bad_arg(r.value, reason))
}

/// Prints `K/N`.
pub fn show_frequency(_: &Row, k: Attr, options: &Index, out: &mut Out, _: &mut Names) {
    let n = options.get(tunnel::FREQ_N).unwrap_or_default();
    out.uint("freqk|freq %", k.number().unwrap_or(0));
    out.uint("freqn|/% ", n.number().unwrap_or(0));
}

/// Reads the size of the data in bytes.
pub fn parse_size(r: &mut Reading) -> Result<()> {
    let reason = match unsigned(r.value, 0xffff) {
        None | Some(0) => return Err(r.wrong_value()),
        Some(size) if size % 4 != 0 => "Trace size must be a 4-octet multiple",
        Some(size) if size > ioam6::TRACE_DATA_SIZE_MAX => "Trace size is too big",
        Some(size) => {
            r.draft.number(r.row.attr, size, 4);
            return Ok(());
        }
    };
    Err(Error::bad_arg(r.value, reason))
}

/// Checks which words there are, and adds the attribute of the trace, `struct ioam6_trace_hdr`: the id of the namespace,
/// two bytes of which the second is the size in units of four bytes, and the type in the upper 24 bits of 32.
pub fn finish(rows: Rows, draft: &mut Draft) -> Result<()> {
    let is_inline = draft.late_number(tunnel::MODE) == tunnel::mode::INLINE.into();
    for row in rows {
        let word = row.word();
        let is_given = draft.has(row.attr);
        let is_address = matches!(row.attr, tunnel::SRC | tunnel::DST);
        if is_given && is_address && is_inline {
            let reason = b"Inline mode does not need %";
            return Err(Error::bad_value(word, reason, word));
        }
        let is_needed = row.attr >= TRACE_WORD || row.attr == tunnel::DST && !is_inline;
        if is_needed && !is_given {
            return Err(Error::usage("Error: argument \"%\" is required", word));
        }
    }
    let number = |attr| draft.late_number(attr);
    let size = number(TRACE_SIZE) / 4;
    let header = number(TRACE_NS) << 48 | size << 32 | number(TRACE_TYPE) << 8 & 0xffff_ff00;
    draft.number(tunnel::TRACE, header.to_be(), 8);
    Ok(())
}

/// Prints the header of the trace.
pub fn show_trace(_: &Row, trace: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    let Some(header) = trace.0.first_chunk() else {
        return;
    };
    let header = u64::from_be_bytes(*header);
    out.null("trace");
    out.null("prealloc");
    out.text("trace prealloc type 0x");
    let width = if out.json() { 1 } else { 6 };
    hexadecimal(out.value(), header >> 8 & 0xff_ffff, width);
    out.put("type|% ", true);
    out.uint("ns|ns % ", header >> 48);
    out.uint("size|size % ", (header >> 32 & 0xff) * 4);
}
