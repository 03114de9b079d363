//! `encap ip …` and `encap ip6 …`: what a tunnel device that takes its settings from the route does with packets.

use crate::args::{radix, unsigned};
use crate::error::{Error, Result};
use crate::name_table;
use crate::names::Names;
use crate::names::table::Table;
use crate::nl::uapi::{
    lwtunnel_erspan as erspan, lwtunnel_geneve as geneve, lwtunnel_opts, lwtunnel_vxlan as vxlan,
    nla,
};
use crate::nl::wire::{Attr, Attrs, Index, Msg};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::{Row, Rows};
use crate::row::print::add_value;
use crate::row::table::Reading;
use crate::text::{cut, split};

options! {
    /// The attributes of an option of each kind of tunnel, in the order of its numbers.
    GENEVE {
        geneve::CLASS => PORT, name: "class";
        geneve::TYPE => U8, name: "type";
        geneve::DATA => HEX_BYTES, name: "data";
    }

    VXLAN {
        vxlan::GBP => U32, name: "gbp";
    }

    ERSPAN {
        erspan::VER => U8, name: "ver";
        erspan::INDEX => BE32, name: "index";
        erspan::DIR => U8, name: "dir";
        erspan::HWID => U8, name: "hwid";
    }
}

/// The words for the options of a kind of tunnel, by its number `LWTUNNEL_IP_OPTS_*`.
static TUNNELS: Table = name_table!("1 geneve_opts|2 vxlan_opts|3 erspan_opts");
/// The attributes of an option of each, at its number.
static OPTIONS: [Rows; 4] = [Rows::NONE, GENEVE, VXLAN, ERSPAN];

/// Reads tunnel options, numbers joined by colons: a nested attribute, which has one for the kind of tunnel, and in that
/// one for each number. There may be several of GENEVE, joined by commas. The kernel checks what has to be there.
pub fn parse_options(r: &mut Reading) -> Result<()> {
    let word = r.row.word();
    if r.is_given() {
        return Err(Error::garbage("opts", word));
    }
    let kind = TUNNELS.number_of(word).unwrap_or(0) as u16;
    let rows = OPTIONS[usize::from(kind)];
    let msg = &mut r.draft.msg;
    let start = msg.open();
    let mut rest = r.value;
    let mut is_right = !rest.is_empty();
    // Of the others there is one, and nothing ends it.
    let end = match kind {
        lwtunnel_opts::GENEVE => b',',
        _ => 0,
    };
    while let Some(option) = cut(&mut rest, end) {
        let start = msg.open();
        is_right &= add_option(option, rows, msg).is_some();
        msg.close(start, kind | nla::F_NESTED);
    }
    msg.close(start, r.row.attr | nla::F_NESTED);
    if is_right {
        return Ok(());
    }
    // iproute2 names the first number, where there may be several.
    if kind != lwtunnel_opts::VXLAN {
        r.value = split(split(r.value, b',').0, b':').0;
    }
    Err(r.wrong_value())
}

/// Adds an attribute for each number. One that is empty is left out. `None` if one is wrong, or too many.
fn add_option(mut option: &[u8], mut rows: Rows, msg: &mut Msg) -> Option<()> {
    while let Some(word) = cut(&mut option, b':') {
        let row = rows.next()?;
        let width = row.wire.width();
        if word.is_empty() {
            continue;
        }
        if width > 0 {
            let number = unsigned(word, u64::MAX >> (64 - 8 * width))?;
            msg.number(row.attr, row.wire.swap(number), width);
            continue;
        }
        let start = msg.open();
        for digits in word.chunks(2) {
            let byte = radix(digits, 16).filter(|_| digits.len() == 2)?;
            msg.plain(&[byte as u8]);
        }
        msg.close(start, row.attr);
    }
    Some(())
}

/// Prints the options of a tunnel. The kernel sends one attribute for the kind of tunnel, which for GENEVE has the
/// numbers of all options one after the other.
pub fn show_options(_: &Row, attr: Attr, _: &Index, out: &mut Out, names: &mut Names) {
    let Some((kind, options)) = attr.attrs().next() else {
        return;
    };
    let Some(name) = TUNNELS.name_of(kind.into()) else {
        return;
    };
    out.line_break();
    out.text("\t");
    out.raw(name);
    out.array(name);
    let mut rest = options.attrs();
    let mut separator = " ";
    while !rest.0.is_empty() {
        let all = rest.0;
        // The data is the last number of GENEVE.
        let is_last = |attr| kind == lwtunnel_opts::GENEVE && attr == geneve::DATA;
        if !rest.any(|(attr, _)| is_last(attr)) {
            rest.0 = b"";
        }
        let option = Attrs(&all[..all.len() - rest.0.len()]);
        out.object("");
        for row in OPTIONS[usize::from(kind)] {
            // A number that is missing is 0.
            let number = option.find(row.attr).unwrap_or(Attr(&[0]));
            let Some(quoted) = add_value(&row, number, out.style, names, out.value()) else {
                continue;
            };
            out.text(separator);
            separator = ":";
            match out.json() {
                true => row.put(out, quoted),
                false => out.put("|%", false),
            }
        }
        out.object_end();
        separator = ",";
    }
    out.array_end();
    out.text(" ");
}
