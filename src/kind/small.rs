//! The rows of kinds with few options, and what those rows cannot say.

use crate::args::Words;
use crate::error::{Error, REFUSED, Result};
use crate::kind::Show::{Always, First, JsonOnly, Never, NonZero, TextOnly};
use crate::kind::Ty::*;
use crate::kind::odd::Odd as O;
use crate::kind::{Draft, ONE_OF, Opt, Options, opt};
use crate::names::{self, Names};
use crate::nl::uapi::{
    batadv, dsa, hsr, ipoib, ipvlan, ovpn, rmnet, tun, vrf, vrf_port, wwan, xfrm,
};
use crate::nl::wire::{Attr, Attrs};
use crate::out::Out;
use crate::text::{add_unsigned, hexadecimal};

/// ipvlan and ipvtap. The blank too many in front of `mode` is iproute2's.
pub static IPVLAN: &[Opt] = &[
    opt(
        ipvlan::MODE,
        Enum16,
        Always,
        c"mode| mode|mode|!Error: argument of \"%\" must be either \"l2\", \"l3\" or \"l3s\"|l2=0 l3=1 l3s=2",
    ),
    opt(ipvlan::FLAGS, Only16(0), Always, c"bridge").alone(),
    opt(ipvlan::FLAGS, Only16(1), Always, c"private").alone(),
    opt(ipvlan::FLAGS, Only16(2), Always, c"vepa").alone(),
];

/// A device with a routing table of its own.
pub static VRF: &[Opt] = &[
    opt(vrf::TABLE, Odd(O::Table), Never, c"table"),
    opt(vrf::TABLE, U32, Always, c"|table"),
];

/// A device that is part of one.
pub static VRF_SLAVE: &[Opt] = &[opt(vrf_port::TABLE, U32, Always, c"|table")];

/// An interface of IPsec's. Beside `external` the kernel says an id of 0.
pub static XFRM: &[Opt] = &[
    opt(xfrm::LINK, Dev, Never, c"dev|||!"),
    opt(xfrm::COLLECT_METADATA, Flag, Always, c"=external"),
    opt(xfrm::IF_ID, Hex32, NonZero, c"if_id|||% value is invalid"),
];

/// A redundant ring.
pub static HSR: &[Opt] = &[
    opt(hsr::SLAVE1, Dev, Always, c"slave1:2|||No such interface"),
    opt(hsr::SLAVE1, Odd(O::NoSlave), Always, c"|slave1"),
    opt(hsr::SLAVE2, Dev, Always, c"slave2:6|||No such interface"),
    opt(hsr::SLAVE2, Odd(O::NoSlave), Always, c"|slave2"),
    opt(
        hsr::INTERLINK,
        Dev,
        Always,
        c"=interlink|||No such interface",
    ),
    opt(hsr::SEQ_NR, U16, Always, c"|sequence|seq_nr"),
    opt(
        hsr::MULTICAST_SPEC,
        U8,
        Never,
        c"supervision|||ADDR-BYTE is invalid",
    ),
    opt(
        hsr::SUPERVISION_ADDR,
        Mac,
        Always,
        c"|supervision|supervision_addr",
    ),
    opt(hsr::PROTOCOL, U8, Always, c"proto|||protocol is invalid"),
    opt(hsr::VERSION, U8, Always, c"version"),
];

/// tun and tap: they are not made over netlink.
pub static TUN: &[Opt] = &[
    opt(tun::TYPE, Index8, Always, c"|type|||tun=1 tap=2"),
    opt(tun::PI, OnOff8, Always, c"|pi"),
    opt(tun::VNET_HDR, OnOff8, Always, c"|vnet_hdr"),
    opt(tun::MULTI_QUEUE, True8, TextOnly, c"|multi_queue"),
    opt(tun::MULTI_QUEUE, OnOff8, JsonOnly, c"|multi_queue"),
    opt(tun::NUM_QUEUES, U32, Always, c"|numqueues"),
    opt(tun::NUM_DISABLED_QUEUES, U32, Always, c"|numdisabled"),
    opt(tun::PERSIST, OnOff8, Always, c"|persist"),
    opt(tun::OWNER, Odd(O::Owner), Always, c"|user"),
    opt(tun::GROUP, Odd(O::Owner), Always, c"|group"),
];

/// IP over InfiniBand. The missing blank in the reason is iproute2's.
pub static IPOIB: &[Opt] = &[
    opt(ipoib::PKEY, U16, Never, c"pkey"),
    opt(ipoib::PKEY, Odd(O::FourDigits), First, c"|pkey|key"),
    opt(
        ipoib::MODE,
        Enum16,
        Always,
        c"mode|||!Error: argument of \"%\" must be \"datagram\"or \"connected\"|datagram=0 connected=1",
    ),
    opt(ipoib::UMCAST, U16, Never, c"umcast"),
    opt(ipoib::UMCAST, Odd(O::FourDigits), Always, c"|umcast"),
];

/// A channel of a Qualcomm modem.
pub static RMNET: &[Opt] = &[
    opt(rmnet::MUX_ID, U16, First, c"=mux_id"),
    opt(
        rmnet::FLAGS,
        FlagBit(ONE_OF),
        Always,
        c"=ingress-deaggregation|ingress_deaggregation",
    ),
    opt(
        rmnet::FLAGS,
        FlagBit(ONE_OF | 1),
        Always,
        c"=ingress-commands|ingress_map_commands",
    ),
    opt(
        rmnet::FLAGS,
        FlagBit(ONE_OF | 2),
        Always,
        c"=ingress-mapv4-checksum|ingress_map_cksumv4",
    ),
    opt(
        rmnet::FLAGS,
        FlagBit(ONE_OF | 3),
        Always,
        c"=egress-mapv4-checksum|egress_map_cksumv4",
    ),
    opt(
        rmnet::FLAGS,
        FlagBit(ONE_OF | 4),
        Always,
        c"=ingress-mapv5-checksum|ingress_map_cksumv5",
    ),
    opt(
        rmnet::FLAGS,
        FlagBit(ONE_OF | 5),
        Always,
        c"=egress-mapv5-checksum|egress_map_cksumv5",
    ),
];

/// A port of a switch.
pub static DSA: &[Opt] = &[opt(
    dsa::CONDUIT,
    Dev,
    Always,
    c"=conduit,=master|||Device does not exist\n",
)];

/// A link of a mobile modem.
pub static WWAN: &[Opt] = &[opt(wwan::LINK_ID, U32, Always, c"linkid")];

/// OpenVPN in the kernel.
pub static OVPN: &[Opt] = &[opt(ovpn::MODE, OneOf8, Always, c"=mode||||p2p=0 mp=1")];

/// A B.A.T.M.A.N. mesh; nothing is shown of it.
pub static BATADV: &[Opt] = &[opt(batadv::ALGO_NAME, Str, Never, c"ra")];

/// An id, or else `external` alone.
pub fn xfrm_alone(options: &mut Options) -> Result<()> {
    let id = options.number(xfrm::IF_ID);
    let external = options.has(xfrm::COLLECT_METADATA);
    match id {
        Some(0) => Err(Error::bad_arg(b"0", "if_id value is invalid")),
        None if !external => Err(Error::required("IF_ID")),
        _ if external && (id.is_some() || options.has(xfrm::LINK)) => Err(Error::new(
            REFUSED,
            "xfrmi: both 'external' and if_id/link cannot be specified",
            &[],
        )),
        _ => Ok(()),
    }
}

/// A routing table by its number or name.
pub(super) fn parse_table<'a>(
    row: &'static Opt,
    _: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    let word = w.value()?;
    let wrong = || Error::bad_arg(word, "invalid table ID\n");
    let table = names::table(word).ok_or_else(wrong)?;
    draft.put(row.attr).u32(row.attr, table);
    Ok(())
}

/// `<none>`, in JSON null, for a device that is not there.
pub(super) fn no_slave(
    row: &'static Opt,
    attr: Option<Attr>,
    _: Attrs,
    out: &mut Out,
    _: &mut Names,
) {
    if attr.is_none() {
        let none: &[u8] = if out.json() { b"null" } else { b"<none>" };
        out.value().extend_from_slice(none);
        out.pair(row.name(out.json()), false);
    }
}

/// A user or a group by name; JSON has a number for one without.
pub(super) fn owner(row: &'static Opt, attr: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    let Some(id) = attr.and_then(Attr::u32) else {
        return;
    };
    let user = row.attr == tun::OWNER;
    let name = names::owner(if user { c"/etc/passwd" } else { c"/etc/group" }, id);
    match &name {
        Some(name) => out.value().extend_from_slice(name),
        None => add_unsigned(out.value(), id.into()),
    }
    out.pair(row.name(out.json()), name.is_some());
}

/// 16 bits in four digits; a key has `0x` in front if it is not 0.
pub(super) fn four_digits(
    row: &'static Opt,
    attr: Option<Attr>,
    _: Attrs,
    out: &mut Out,
    _: &mut Names,
) {
    if let Some(n) = attr.and_then(Attr::u16) {
        let text = out.value();
        if n != 0 && row.attr == ipoib::PKEY {
            text.extend_from_slice(b"0x");
        }
        hexadecimal(text, n.into(), 4);
        out.pair(row.name(out.json()), true);
    }
}
