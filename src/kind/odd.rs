//! What no row can say.

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result};
use crate::kind::bond::{AD_INFO, PORT_STATES};
use crate::kind::bridge::QUERIER;
use crate::kind::{self, Draft, Opt, can, macsec, overlay, small, tunnel_odd as t};
use crate::names::Names;
use crate::nl::uapi::{macvlan, macvlan_macaddr};
use crate::nl::wire::{Attr, Attrs};
use crate::out::Out;
use crate::text::{add_mac, add_unsigned, fill, hexadecimal};

/// The oddities. Each is a row's type, with its own parsing, printing and help: the row of [`RULES`] of that number.
#[derive(Clone, Copy, PartialEq)]
pub enum Odd {
    /// macvlan's list of source addresses.
    MacAddr,
    /// Who else asks for multicast groups on a bridge.
    QuerierState,
    /// A bridge port's mask of forwarded groups, as names.
    GroupFwdNames,
    /// A routing table by its name or number.
    Table,
    /// A device of an HSR ring that is not there.
    NoSlave,
    /// A user or group.
    Owner,
    /// 16 bits in four hexadecimal digits.
    FourDigits,
    /// What a bond has agreed on with its partner.
    AdInfo,
    /// A state of a bond's port, and the names of its bits.
    PortState,
    /// Whose frames MACsec sends.
    Sci,
    /// The same by an address and a port.
    SciAddress,
    /// MACsec's cipher suite.
    Cipher,
    /// A number of CAN's timings or delay compensation.
    CanNumber,
    /// A mode of CAN, on or off.
    CanMode,
    /// How its delay is compensated.
    TdcMode,
    /// All its modes.
    CanModes,
    /// Errors on its bus.
    BerrCounter,
    /// What CAN begins anew.
    Restart,
    /// What has lines of its own.
    CanLines,
    /// A range of ports.
    PortRange,
    /// A vlan's map of priorities.
    QosMap,
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
    (Odd::Table, small::parse_table, only_set, " TABLE"),
    (Odd::NoSlave, no_words, small::no_slave, ""),
    (Odd::Owner, no_words, small::owner, ""),
    (Odd::FourDigits, no_words, small::four_digits, ""),
    (Odd::AdInfo, no_words, ad_info, ""),
    (Odd::PortState, no_words, port_state, ""),
    (Odd::Sci, macsec::parse_sci, only_set, " NUMBER"),
    (
        Odd::SciAddress,
        macsec::parse_sci,
        only_set,
        " LLADDR port NUMBER",
    ),
    (
        Odd::Cipher,
        macsec::parse_cipher,
        macsec::cipher,
        " { default | gcm-aes-128 | gcm-aes-256 | gcm-aes-xpn-128 | gcm-aes-xpn-256 }",
    ),
    (Odd::CanNumber, can::parse_number, only_set, " NUMBER"),
    (Odd::CanMode, can::parse_mode, only_set, " { on | off }"),
    (
        Odd::TdcMode,
        can::parse_mode,
        only_set,
        " { auto | manual | off }",
    ),
    (Odd::CanModes, no_words, can::modes, ""),
    (Odd::BerrCounter, no_words, can::berr_counter, ""),
    (Odd::Restart, can::parse_restart, only_set, ""),
    (Odd::CanLines, no_words, can::lines, ""),
    (
        Odd::PortRange,
        overlay::parse_port_range,
        overlay::port_range,
        " MIN MAX",
    ),
    (
        Odd::QosMap,
        overlay::parse_qos_map,
        overlay::qos_map,
        " FROM:TO ...",
    ),
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

/// The printer of what is only set.
fn only_set(_: &'static Opt, _: Option<Attr>, _: Attrs, _: &mut Out, _: &mut Names) {}

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

fn ad_info(_: &'static Opt, info: Option<Attr>, _: Attrs, out: &mut Out, names: &mut Names) {
    if let Some(info) = info {
        out.object("ad_info");
        kind::show(AD_INFO, info.attrs(), out, names);
        out.object_end();
    }
}

/// A number, and its bits by name.
fn port_state(row: &'static Opt, state: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    if let Some(state) = state.and_then(Attr::number) {
        add_unsigned(out.value(), state);
        out.pair(row.name(out.json()), false);
        let key = fill("%_str", &[row.text()]);
        out.raw(&key);
        out.text(" ");
        kind::show_bits(&key, PORT_STATES, state, out);
    }
}
