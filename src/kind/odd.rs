//! What no row can say.

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result};
use crate::kind::bridge::QUERIER;
use crate::kind::{self, Draft, Opt, tunnel_odd as t};
use crate::names::Names;
use crate::nl::uapi::{macvlan, macvlan_macaddr};
use crate::nl::wire::{Attr, Attrs};
use crate::out::Out;
use crate::text::{add_mac, hexadecimal};

/// The oddities. Each is a row's type, with its own parsing, printing and help: the row of [`RULES`] of that number.
#[derive(Clone, Copy, PartialEq)]
pub enum Odd {
    /// macvlan's list of source addresses.
    MacAddr,
    /// Who else asks for multicast groups on a bridge.
    QuerierState,
    /// A bridge port's mask of forwarded groups, as names.
    GroupFwdNames,
    /// The keys of a tunnel, by direction or of both.
    Key,
    /// A bit of a tunnel's flags by direction or of both.
    Side,
    /// `none`, which is a bit of an IPv6 tunnel's flags, or a limit.
    EncapLimit,
    /// `inherit`, which is such a bit, or a number.
    Inherit,
    /// `inherit` alone.
    Dscp,
    /// Such a bit alone.
    Flag6,
    /// What is around a tunnel's packets.
    Encap,
    /// A number of erspan.
    Erspan,
    /// The prefixes of sit.
    SixRd,
    /// Their default.
    SixRdReset,
}

/// Adds what a word, and the words after it, mean.
type Parse = for<'a> fn(&'static Opt, &[u8], &mut Words<'a>, &mut Draft<'a>) -> Result<()>;
/// Prints the row's own attribute, if it is there, of all the data that the kind has.
type Print = fn(&'static Opt, Option<Attr>, Attrs, &mut Out, &mut Names);

/// By [`Odd`]: the words' parser, the printer, and the values for the help.
static RULES: &[(Odd, Parse, Print, &str)] = &[
    (
        Odd::MacAddr,
        parse_mac_list,
        mac_list,
        " { { add | del } LLADDR | set [ LLADDR ... ] | flush }",
    ),
    (Odd::QuerierState, no_words, querier_state, ""),
    (Odd::GroupFwdNames, no_words, group_fwd_names, ""),
    (Odd::Key, t::parse_side, t::side, " KEY"),
    (Odd::Side, t::parse_side, t::side, ""),
    (
        Odd::EncapLimit,
        t::parse_flag6,
        t::flag6,
        " { none | 0..255 }",
    ),
    (Odd::Inherit, t::parse_flag6, t::flag6, " { inherit | N }"),
    (Odd::Dscp, t::parse_flag6, t::flag6, " inherit"),
    (Odd::Flag6, t::parse_flag6, t::flag6, ""),
    (Odd::Encap, no_words, t::encap, ""),
    (Odd::Erspan, t::parse_erspan, t::erspan, " N"),
    (Odd::SixRd, t::parse_six_rd, t::six_rd, " PREFIX"),
    (Odd::SixRdReset, t::parse_six_rd, t::six_rd, ""),
];

impl Odd {
    fn rule(self) -> &'static (Odd, Parse, Print, &'static str) {
        &RULES[self as usize]
    }

    /// Adds what `word` and the words after it mean.
    pub fn parse<'a>(
        self,
        row: &'static Opt,
        word: &[u8],
        w: &mut Words<'a>,
        draft: &mut Draft<'a>,
    ) -> Result<()> {
        (self.rule().1)(row, word, w, draft)
    }

    /// The values, for the help.
    pub fn help(self) -> &'static [u8] {
        self.rule().3.as_bytes()
    }

    /// Prints it; `data` is all that the kind has, `attr` the row's own.
    pub fn show(
        self,
        row: &'static Opt,
        attr: Option<Attr<'_>>,
        data: Attrs<'_>,
        out: &mut Out,
        names: &mut Names,
    ) {
        (self.rule().2)(row, attr, data, out, names);
    }
}

/// The parser of what is only shown.
fn no_words<'a>(_: &'static Opt, _: &[u8], _: &mut Words<'a>, _: &mut Draft<'a>) -> Result<()> {
    Ok(())
}

fn parse_mac_list<'a>(
    row: &'static Opt,
    _: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    let mode = match w.value()? {
        b"add" => macvlan_macaddr::ADD,
        b"del" => macvlan_macaddr::DEL,
        b"set" => macvlan_macaddr::SET,
        b"flush" => macvlan_macaddr::FLUSH,
        _ => return Err(Error::status(REFUSED)),
    };
    let msg = draft.put(row.attr());
    msg.u32(row.attr(), mode);
    match mode {
        macvlan_macaddr::SET => msg.nest(macvlan::MACADDR_DATA, |m| {
            while let Some(address) = w.peek().and_then(|word| args::lladdr(word).ok()) {
                w.next();
                m.bytes(macvlan::MACADDR, &address);
            }
        }),
        macvlan_macaddr::FLUSH => {}
        _ => msg.bytes(macvlan::MACADDR, &args::lladdr(w.value()?)?),
    }
    Ok(())
}

/// `remotes (N) MAC MAC`, in source mode alone.
fn mac_list(_: &'static Opt, count: Option<Attr>, data: Attrs, out: &mut Out, _: &mut Names) {
    const SOURCE: u32 = 16;
    let mode = data.find(macvlan::MODE).and_then(|mode| mode.u32());
    let Some(count) = count.filter(|_| mode == Some(SOURCE)) else {
        return;
    };
    out.uint(
        "macaddr_count|remotes (%) ",
        count.u32().unwrap_or(0).into(),
    );
    out.array("macaddr_data");
    for (kind, address) in data.find(macvlan::MACADDR_DATA).unwrap_or_default().attrs() {
        if kind == macvlan::MACADDR {
            add_mac(out.value(), address.0);
            out.put("|% ", true);
        }
    }
    out.array_end();
}

/// For each family its querier's address, port and timer.
fn querier_state(_: &'static Opt, state: Option<Attr>, _: Attrs, out: &mut Out, names: &mut Names) {
    let state = state.unwrap_or_default();
    for (rows, key) in &[
        (&QUERIER[..3], "mcast_querier_state_ipv4"),
        (&QUERIER[3..], "mcast_querier_state_ipv6"),
    ] {
        if state.attrs().find(rows[0].attr()).is_some() {
            out.object(key);
            kind::show(rows, state.attrs(), out, names);
            out.object_end();
        }
    }
}

fn group_fwd_names(_: &'static Opt, mask: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    let Some(mask) = mask.and_then(Attr::u16) else {
        return;
    };
    let list = out.value();
    for bit in (0..16).filter(|bit| mask >> bit & 1 == 1) {
        if !list.is_empty() {
            list.push(b',');
        }
        let name: &[u8] = match bit {
            0 => b"stp",
            2 => b"lacp",
            14 => b"lldp",
            _ => b"0x",
        };
        list.extend_from_slice(name);
        if name == b"0x" {
            hexadecimal(list, 1 << bit, 1);
        }
    }
    if mask == 0 {
        list.extend_from_slice(b"0x0");
    }
    out.put("group_fwd_mask_str|group_fwd_mask_str % ", true);
}
