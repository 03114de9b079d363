//! Source routes: the addresses that a packet is sent by, in words and in a routing header.

use crate::append::Append;
use crate::args;
use crate::error::{Error, Result};
use crate::nl::uapi::{af, sr6_flag1, sr6_tlv};
use crate::nl::wire::Attr;
use crate::out::{Color, Out};
use crate::row::draft::Draft;
use crate::row::table::Reading;
use crate::text::{add_address, cut, hexadecimal};

/// Held until a header is made of them (see [`Sent::held`](crate::row::sent::Sent::held)): the addresses, one behind the
/// other, and the id of the key for the HMAC. The numbers are of no attribute.
pub const SEGS: u16 = 100;
pub const HMAC: u16 = 101;

/// Types of routing headers: `IPV6_SRCRT_TYPE_3` and `IPV6_SRCRT_TYPE_4` of `<linux/ipv6.h>`.
pub const RPL: u8 = 3;
pub const SEGMENTS: u8 = 4;

/// The length of a routing header without its addresses.
const HEADER: usize = 8;
/// The length of `struct sr6_tlv_hmac`: type, length, two bytes, the id of the key, and 32 bytes of HMAC.
const HMAC_TLV: usize = 40;

/// Reads IPv6 addresses joined by commas.
pub fn parse_segments(r: &mut Reading) -> Result<()> {
    hold_segments(r.value, r.draft)
}

/// Reads IPv6 addresses joined by commas, and holds them in the draft; `any` is all zeros.
pub fn hold_segments(mut list: &[u8], draft: &mut Draft) -> Result<()> {
    let held = &mut draft.late;
    let start = held.open();
    loop {
        let left = list.len();
        let word = cut(&mut list, b',').unwrap_or_default();
        let address = args::addr(word, af::INET6)?;
        let bytes = address.bytes().first_chunk().unwrap_or(&[0; 16]);
        held.plain(bytes);
        if word.len() == left {
            break;
        }
    }
    // Before the length of the attribute is too long.
    if held.size() > 0x1000 {
        return Err(too_many());
    }
    held.close(start, SEGS);
    Ok(())
}

fn too_many() -> Error {
    let text = "A routing header has no place for so many addresses.";
    Error::usage(text, b"")
}

/// Adds an attribute with the routing header of what is held, of a type. Without addresses there is one that is all
/// zeros. `has_end`: packets keep their own header, so there is a place for their destination. `front` is what the
/// attribute has in front.
pub fn add_header(
    draft: &mut Draft,
    attr: u16,
    front: &[u8],
    kind: u8,
    has_end: bool,
) -> Result<()> {
    let held = draft.late.attrs(0);
    let segments = held.find(SEGS).unwrap_or(Attr(&[0; 16])).0;
    let key = held.find(HMAC).and_then(Attr::u32).unwrap_or(0);
    let (flags, tail) = match key {
        0 => (0, 0),
        _ => (sr6_flag1::HMAC, HMAC_TLV),
    };
    let count = segments.len() / 16 + usize::from(has_end);
    // In units of eight bytes, the first of them not counted.
    let len = (16 * count + tail) / 8;
    if len > 0xff {
        return Err(too_many());
    }
    let (len, count) = (len as u8, count as u8);
    let msg = &mut draft.msg;
    let start = msg.open();
    msg.plain(front);
    let mut head = [0, len, kind, count, 0, 0, 0, 0];
    if kind == SEGMENTS {
        (head[3], head[4], head[5]) = (count - 1, count - 1, flags);
    }
    msg.plain(&head);
    if has_end {
        msg.plain(&[0; 16]);
    }
    // The last address is in front.
    for segment in segments.rchunks(16) {
        msg.plain(segment);
    }
    if key != 0 {
        msg.plain(&[sr6_tlv::HMAC, HMAC_TLV as u8 - 2, 0, 0]);
        msg.plain(&key.to_be_bytes());
        msg.plain(&[0; HMAC_TLV - 8]);
    }
    msg.close(start, attr);
    Ok(())
}

/// Prints so many addresses of a routing header, the first of the way first.
pub fn show_segments(header: &[u8], count: usize, out: &mut Out) {
    let addresses = header.get(HEADER..).unwrap_or_default();
    out.array("segs");
    if !out.json() {
        out.uint("|segs % [ ", count as u64);
    }
    for at in (0..count).rev() {
        if let Some(address) = addresses.get(16 * at..16 * at + 16) {
            add_address(out.value(), address);
            out.paint(Color::Inet6).put("|% ", true);
        }
    }
    out.array_end();
    out.text("] ");
}

/// Prints the header of segment routing.
pub fn show_header(header: &[u8], out: &mut Out) {
    let Some([_, _, _, _, last, flags, _, _]) = header.first_chunk() else {
        return;
    };
    let count = usize::from(*last) + 1;
    show_segments(header, count, out);
    let key = header.get(HEADER + 16 * count + 4..).unwrap_or_default();
    if let (true, Some(key)) = (flags & sr6_flag1::HMAC != 0, key.first_chunk()) {
        let json = out.json();
        let text = out.value();
        text.append_bytes(if json { b"0x" } else { b"" });
        hexadecimal(text, u32::from_be_bytes(*key).into(), 1);
        if !json {
            text.make_ascii_uppercase();
        }
        out.pair(b"hmac", true);
    }
}
