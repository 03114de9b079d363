//! A neighbour as it is printed.

use crate::ip::command::Ctx;
use crate::ip::iface::lladdr::add_lladdr;
use crate::ip::neigh::record::Record;
use crate::name_table;
use crate::names::Names;
use crate::names::file::ROUTE_PROTOS;
use crate::names::table::Table;
use crate::nl::uapi::{af, nda, rtm};
use crate::out::{Color, Out};
use crate::text::add_address;

/// `NTF_*`, and `NTF_EXT_*` from bit 8 on, in the order in which they are shown.
static FLAGS: Table =
    name_table!("128 router|8 proxy|256 managed|16 extern_learn|32 offload|1024 extern_valid");

/// `NUD_*`.
static STATES: Table = name_table!(
    "1 INCOMPLETE|2 REACHABLE|4 STALE|8 DELAY|16 PROBE|32 FAILED|64 NOARP|128 PERMANENT"
);

/// How many of the kernel's units of time are a second.
const HERTZ: u32 = 100;

/// Prints a neighbour, to the end of its line; its interface as well if `with_dev`.
pub fn show(record: &Record, with_dev: bool, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    match record.kind {
        rtm::DELNEIGH => out.yes("deleted|Deleted "),
        rtm::GETNEIGH => out.null("miss|miss "),
        _ => {}
    }
    // A brief line has columns in place of words.
    let has_columns = ctx.brief && !out.json();
    let address = record.get(nda::DST).0;
    if !address.is_empty() {
        let text = out.begin(b"");
        let start = text.len();
        add_address(text, address);
        if has_columns {
            pad(text, start + 39);
        }
        let color = match record.family {
            af::INET6 => Color::Inet6,
            _ => Color::Inet,
        };
        out.end(b"dst", Some(color));
    }
    if with_dev && record.index != 0 {
        let text = out.begin(if ctx.brief { b"" } else { b"dev " });
        let start = text.len();
        names.add_link_name(record.index, text);
        if has_columns {
            pad(text, start + 16);
        }
        out.end(b"dev", Some(Color::Ifname));
    }
    let lladdr = record.get(nda::LLADDR);
    if !lladdr.0.is_empty() {
        // Addresses of most links are of no length that could be one of IP.
        let arphrd = match lladdr.0.len() {
            4 | 16 => names.link_type(record.index),
            _ => 0,
        };
        if ctx.brief {
            add_lladdr(out.value(), lladdr, arphrd);
            out.paint(Color::Mac).put("lladdr|%", true);
        } else {
            add_lladdr(out.begin(b"lladdr "), lladdr, arphrd);
            out.end(b"lladdr", Some(Color::Mac));
        }
    }
    if !ctx.brief {
        show_rest(record, ctx, out, names);
    }
    out.text("\n");
}

/// Fills up a column that ends at `end`.
fn pad(text: &mut Vec<u8>, end: usize) {
    text.resize(end.max(text.len()), b' ');
}

/// Prints the words of bits. In JSON they are elements of an array, or members of the neighbour.
fn show_bits(mut bits: u32, table: &Table, is_array: bool, out: &mut Out) {
    for (bit, word) in table.0 {
        if bits == 0 {
            break;
        }
        if bits & u32::from(bit) == 0 {
            continue;
        }
        bits &= !u32::from(bit);
        if out.json() && !is_array {
            out.pair_of(word, b"null");
        } else {
            out.str("|% ", word);
        }
    }
}

/// Prints what a brief line does not have.
fn show_rest(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    show_bits(record.flags, &FLAGS, false, out);
    if ctx.stats > 0 {
        if let Some([confirmed, used, updated, users]) = record.cache() {
            if users != 0 {
                out.uint("refcnt| ref %", users.into());
            }
            out.uint("used| used %", (used / HERTZ).into());
            out.uint("confirmed|/%", (confirmed / HERTZ).into());
            out.uint("updated|/%", (updated / HERTZ).into());
        }
        if let Some(probes) = record.get(nda::PROBES).u32() {
            out.uint("probes|probes % ", probes.into());
        }
    }
    if record.state != 0 {
        out.array("state");
        show_bits(record.state.into(), &STATES, true, out);
        out.array_end();
    }
    if let Some(proto) = record.get(nda::PROTOCOL).u8() {
        names.add_name(
            &ROUTE_PROTOS,
            proto.into(),
            ctx.numeric,
            out.begin(b"proto "),
        );
        out.end(b"protocol", None);
    }
}
