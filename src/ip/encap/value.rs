//! Values of options: addresses, labels, routing tables, numbers above 0, BPF programs.

use crate::append::Append;
use crate::args;
use crate::error::{Error, Result};
use crate::names::Names;
use crate::names::file::ROUTE_TABLES;
use crate::nl::uapi::{af, lwt_bpf_prog};
use crate::nl::wire::{Attr, Index};
use crate::out::{Color, Out};
use crate::row::option::Row;
use crate::row::table::Reading;
use crate::text::{add_address, add_labels};

/// Reads an IPv4 address; `any` has no bytes.
pub fn parse_inet(r: &mut Reading) -> Result<()> {
    parse_address(r, af::INET).map(drop)
}

/// Reads an IPv6 address; `any` has no bytes.
pub fn parse_inet6(r: &mut Reading) -> Result<()> {
    parse_address(r, af::INET6).map(drop)
}

/// Reads an IPv6 address, which must be one.
pub fn parse_some_inet6(r: &mut Reading) -> Result<()> {
    match parse_address(r, af::INET6)? {
        true => Ok(()),
        false => Err(r.wrong_value()),
    }
}

/// Reads an address of a family. False for `any`, which has no bytes.
fn parse_address(r: &mut Reading, family: u8) -> Result<bool> {
    let address = args::addr(r.value, family)?;
    r.draft.bytes(r.row.attr, address.bytes());
    Ok(!address.bytes().is_empty())
}

/// Prints an address, coloured with its name.
pub fn show_address(row: &Row, attr: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    put_address(row.name(out.json()), attr, out);
}

/// Prints an address with a name that is the same in JSON, both coloured.
pub fn put_address(name: &[u8], attr: Attr, out: &mut Out) {
    add_address(out.value(), attr.0);
    let color = match attr.0.len() {
        4 => Color::Inet,
        _ => Color::Inet6,
    };
    out.paint(color).pair(name, true);
}

/// Prints an address that has no colour.
pub fn show_plain_address(row: &Row, attr: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    add_address(out.value(), attr.0);
    row.put(out, true);
}

/// Reads the name or number of a routing table.
pub fn parse_table(r: &mut Reading) -> Result<()> {
    let Some(table) = ROUTE_TABLES.number_of(r.value, u32::MAX) else {
        return Err(r.wrong_value());
    };
    r.draft.number(r.row.attr, table.into(), 4);
    Ok(())
}

/// Prints the name of a routing table.
pub fn show_table(row: &Row, attr: Attr, _: &Index, out: &mut Out, names: &mut Names) {
    let numeric = out.style.numeric;
    if let Some(table) = attr.u32() {
        names.add_name(&ROUTE_TABLES, table, numeric, out.value());
        row.put(out, true);
    }
}

/// Reads a number of 32 bits that must not be 0.
pub fn parse_nonzero(r: &mut Reading) -> Result<()> {
    match args::unsigned(r.value, u32::MAX.into()) {
        None | Some(0) => Err(r.wrong_value()),
        Some(number) => {
            r.draft.number(r.row.attr, number, 4);
            Ok(())
        }
    }
}

/// Prints a number of 32 bits.
pub fn show_number(row: &Row, attr: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    if let Some(number) = attr.u32() {
        out.pair_uint(row.name(out.json()), number.into());
    }
}

/// Prints a number of 32 bits without a name in text.
pub fn show_headroom(_: &Row, attr: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    if let Some(headroom) = attr.u32() {
        out.uint("headroom| % ", headroom.into());
    }
}

/// Prints MPLS labels.
pub fn show_labels(_: &Row, attr: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    add_labels(out.value(), attr.0);
    out.put("dst| % ", true);
}

/// Refuses a BPF program.
pub fn refuse_program(r: &mut Reading) -> Result<()> {
    Err(Error::bad_arg(r.value, "ipso loads no programs\n"))
}

/// Prints the name of a BPF program, which the kernel may not know.
pub fn show_program(row: &Row, attr: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    let name = attr.attrs().find(lwt_bpf_prog::NAME);
    if name.is_none() && !out.json() {
        return out.word(row.word());
    }
    let name = name.map_or(&b"<unknown>"[..], Attr::str);
    out.value().append_bytes(name);
    row.put(out, true);
}
