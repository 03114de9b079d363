//! Links over other networks: vxlan, geneve, bareudp, gtp and amt; and netkit. Their rows, and what no row can say.

use std::ffi::CStr;

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::kind::LinkWord as L;
use crate::kind::Show::{Always, Ever, Never, NonZero, TextNonZero};
use crate::kind::Ty::*;
use crate::kind::odd::Odd as O;
use crate::kind::{Cast, Draft, Opt, Options, Sent, is_multicast, opt};
use crate::names::Names;
use crate::nl::uapi::{af, amt, bareudp, geneve, gtp, netkit, vlan, vxlan};
use crate::nl::wire::{Attr, Attrs, field};
use crate::out::Out;
use crate::text::cut;

const DF: &CStr = c"df|||DF must be 'unset', 'set' or 'inherit'|unset=0 set=1 inherit=2";
const TTL: &CStr = c"ttl,hoplimit|||invalid TTL~TTL must be <= 255|auto=0 inherit=256";

/// vxlan.
pub static VXLAN: &[Opt] = &[
    opt(vxlan::ID, Low32(24), Always, c"id,vni").single(),
    // The first that `no` is a part of.
    opt(vxlan::LEARNING, Bool8(1), Never, c"!learning:2").single(),
    opt(
        vxlan::GROUP,
        Ip46(vxlan::GROUP6, Cast::Multicast),
        NonZero,
        c"group|||invalid % address",
    )
    .single(),
    opt(
        vxlan::GROUP,
        Ip46(vxlan::GROUP6, Cast::Unicast),
        NonZero,
        c"remote|||invalid % address",
    )
    .single(),
    opt(
        vxlan::LOCAL,
        Ip46(vxlan::LOCAL6, Cast::Unicast),
        NonZero,
        c"local|||invalid % address",
    )
    .single(),
    opt(vxlan::LINK, Dev, NonZero, c"dev||link|!").single(),
    opt(
        vxlan::PORT_RANGE,
        Odd(O::PortRange),
        Always,
        c"srcport,port",
    )
    .single(),
    opt(vxlan::PORT, Be16, Always, c"dstport:3||port|dst port").single(),
    opt(
        vxlan::TOS,
        Hex8,
        NonZero,
        c"tos:2,dsfield:2|||bad TOS value|inherit=1",
    )
    .single(),
    opt(vxlan::TTL, Ttl(vxlan::TTL_INHERIT, 0), Always, TTL).single(),
    opt(vxlan::DF, Enum8, TextNonZero, DF).single(),
    opt(vxlan::LABEL, HexBe20, NonZero, c"flowlabel,label||label").single(),
    opt(vxlan::AGEING, U32, Always, c"ageing|||% timer|none=0").single(),
    opt(
        vxlan::LIMIT,
        U32,
        NonZero,
        c"maxaddress|maxaddr|limit|max addresses|unlimited=0",
    )
    .single(),
    opt(vxlan::RESERVED_BITS, HexBe64, Always, c"=reserved_bits|||%").single(),
    opt(vxlan::GBP, FlagNull, Always, c"gbp").single(),
    opt(vxlan::GPE, FlagNull, Always, c"gpe").single(),
    opt(vxlan::COLLECT_METADATA, Bool8(0), Always, c"!external").single(),
    opt(vxlan::VNIFILTER, Bool8(0), Always, c"=!vnifilter").single(),
    opt(vxlan::LEARNING, Bool8(1), Always, c"|learning"),
    opt(vxlan::PROXY, Bool8(0), Always, c"!proxy").single(),
    opt(vxlan::RSC, Bool8(0), Always, c"!rsc").single(),
    opt(vxlan::L2MISS, Bool8(0), Always, c"!l2miss").single(),
    opt(vxlan::L3MISS, Bool8(0), Always, c"!l3miss").single(),
    opt(vxlan::UDP_CSUM, Bool8(1), Always, c"!udpcsum|udp_csum").single(),
    opt(
        vxlan::UDP_ZERO_CSUM6_TX,
        Bool8(0),
        Always,
        c"!udp6zerocsumtx|udp_zero_csum6_tx",
    )
    .single(),
    opt(
        vxlan::UDP_ZERO_CSUM6_RX,
        Bool8(0),
        Always,
        c"!udp6zerocsumrx|udp_zero_csum6_rx",
    )
    .single(),
    opt(
        vxlan::REMCSUM_TX,
        Bool8(0),
        Always,
        c"!remcsumtx|remcsum_tx",
    )
    .single(),
    opt(
        vxlan::REMCSUM_RX,
        Bool8(0),
        Always,
        c"!remcsumrx|remcsum_rx",
    )
    .single(),
    opt(vxlan::LOCALBYPASS, Bool8(1), Always, c"=!localbypass").single(),
    opt(vxlan::MC_ROUTE, Bool8(0), Always, c"=!mcroute").single(),
];

/// What vxlan sends last.
pub static VXLAN_SENT: &[Sent] = &[
    Sent::given(vxlan::ID),
    Sent::given(vxlan::LOCAL),
    Sent::given(vxlan::LOCAL6 as u16),
    Sent::given(vxlan::GROUP),
    Sent::given(vxlan::GROUP6 as u16),
    Sent::add(vxlan::LEARNING, 1, 1),
    Sent::nonzero(vxlan::PORT),
];

/// Port of the generic protocol extension.
const GPE_PORT: u16 = 4790;

/// What vxlan's options need of each other.
pub fn vxlan_whole(options: &mut Options) -> Result<()> {
    let on = |attr| options.number(attr).unwrap_or(0) != 0;
    let groups = |multicast| {
        let mut attrs = options.late.attrs(0);
        attrs.any(|(attr, address)| {
            (attr == vxlan::GROUP || attr == u16::from(vxlan::GROUP6))
                && is_multicast(address.0) == multicast
        })
    };
    let external = on(vxlan::COLLECT_METADATA);
    let refused = if groups(true) && groups(false) {
        "both group and remote cannot be specified"
    } else if !external && on(vxlan::VNIFILTER) {
        "vnifilter is valid only when 'external' is set"
    } else if options.creates && !external && !options.has(vxlan::ID) {
        "missing virtual network identifier"
    } else if external && options.has(vxlan::ID) {
        "both 'external' and vni cannot be specified"
    } else if groups(true) && !options.has(vxlan::LINK) {
        "'group' requires 'dev' to be specified"
    } else {
        ""
    };
    if !refused.is_empty() {
        return options.refuse(refused);
    }
    let anywhere = options.family != 0 && !groups(false) && !groups(true);
    if anywhere && options.family == af::INET6 {
        options.late.bytes(vxlan::GROUP6.into(), &[0; 16]);
    } else if anywhere {
        options.late.bytes(vxlan::GROUP, &[0; 4]);
    }
    if external && options.creates && !options.has(vxlan::LEARNING) {
        options.late.number(vxlan::LEARNING, 0, 1);
    }
    if options.has(vxlan::PORT) {
    } else if options.has(vxlan::GPE) {
        options.late.bytes(vxlan::PORT, &GPE_PORT.to_be_bytes());
    } else if options.creates {
        options.warnings.extend_from_slice(
            b"vxlan: destination port not specified\n\
              Will use Linux kernel default (non-standard value)\n\
              Use 'dstport 4789' to get the IANA assigned value\n\
              Use 'dstport 0' to get default and quiet this message\n",
        );
    }
    Ok(())
}

/// geneve.
pub static GENEVE: &[Opt] = &[
    opt(geneve::COLLECT_METADATA, Bool8(0), Always, c"!external").single(),
    opt(geneve::ID, Low32(24), Always, c"id,vni").single(),
    opt(
        geneve::REMOTE,
        Ip46(geneve::REMOTE6, Cast::Unicast),
        NonZero,
        c"remote|||invalid % address",
    )
    .single(),
    opt(
        geneve::LOCAL,
        Ip46(geneve::LOCAL6, Cast::Unicast),
        Always,
        c"=local|||invalid % address",
    )
    .single(),
    opt(geneve::TTL, Ttl(geneve::TTL_INHERIT, 1), Always, TTL).single(),
    opt(
        geneve::TOS,
        Hex8,
        NonZero,
        c"tos:2,dsfield|||bad TOS value|inherit=1",
    )
    .single(),
    opt(geneve::DF, Enum8, TextNonZero, DF).single(),
    opt(geneve::LABEL, HexBe20, NonZero, c"flowlabel,label||label").single(),
    opt(geneve::PORT, Be16, Always, c"dstport:3||port|%").single(),
    opt(geneve::UDP_CSUM, Bool8(2), Always, c"!udpcsum||udp_csum").single(),
    opt(
        geneve::UDP_ZERO_CSUM6_TX,
        Bool8(2),
        Always,
        c"!udp6zerocsumtx||udp_zero_csum6_tx",
    )
    .single(),
    opt(
        geneve::UDP_ZERO_CSUM6_RX,
        Bool8(2),
        Always,
        c"!udp6zerocsumrx||udp_zero_csum6_rx",
    )
    .single(),
    opt(
        geneve::INNER_PROTO_INHERIT,
        Flag,
        Always,
        c"=innerprotoinherit||inner_proto_inherit",
    )
    .single(),
];

/// What geneve sends last.
pub static GENEVE_SENT: &[Sent] = &[
    Sent::given(geneve::ID),
    Sent::given(geneve::REMOTE),
    Sent::given(geneve::REMOTE6 as u16),
    Sent::given(geneve::LOCAL),
    Sent::given(geneve::LOCAL6 as u16),
    Sent::add(geneve::LABEL, 4, 0),
    Sent::add(geneve::TTL, 1, 0),
    Sent::add(geneve::TOS, 1, 0),
    Sent::nonzero(geneve::PORT),
    Sent::flag(geneve::COLLECT_METADATA),
    Sent::given(geneve::UDP_CSUM),
    Sent::given(geneve::UDP_ZERO_CSUM6_TX),
    Sent::given(geneve::UDP_ZERO_CSUM6_RX),
    Sent::given(geneve::INNER_PROTO_INHERIT),
];

/// What geneve's options need of each other.
pub fn geneve_whole(options: &mut Options) -> Result<()> {
    let external = options.number(geneve::COLLECT_METADATA).unwrap_or(0) != 0;
    let id = options.has(geneve::ID);
    let remote = options.has(geneve::REMOTE) || options.has(geneve::REMOTE6.into());
    if external && id {
        return options.refuse("both 'external' and vni cannot be specified");
    }
    if !external && !id {
        return options.refuse("missing virtual network identifier");
    }
    if options.creates && !external && !remote {
        return options.refuse("remote link partner not specified");
    }
    if external {
        options.late.u32(geneve::ID, 0);
    }
    if options.has(geneve::TTL_INHERIT.into()) {
        options.late.number(geneve::TTL, 0, 1);
    }
    Ok(())
}

/// bareudp.
pub static BAREUDP: &[Opt] = &[
    opt(bareudp::PORT, Be16, Always, c"dstport").single(),
    opt(bareudp::ETHERTYPE, Ethertype, Always, c"ethertype").single(),
    opt(bareudp::SRCPORT_MIN, U16, Always, c"srcportmin").single(),
    opt(bareudp::MULTIPROTO_MODE, Bool8(2), Ever, c"!multiproto").single(),
];

/// What bareudp sends last: all.
pub static BAREUDP_SENT: &[Sent] = &[
    Sent::given(bareudp::PORT),
    Sent::given(bareudp::ETHERTYPE),
    Sent::given(bareudp::SRCPORT_MIN),
    Sent::flag(bareudp::MULTIPROTO_MODE),
];

/// What bareudp needs.
pub fn bareudp_whole(options: &mut Options) -> Result<()> {
    let missing = if !options.has(bareudp::PORT) {
        "dstport"
    } else if !options.has(bareudp::ETHERTYPE) {
        "ethertype"
    } else {
        return Ok(());
    };
    Err(Error::required(missing))
}

/// gtp.
pub static GTP: &[Opt] = &[
    opt(
        gtp::ROLE,
        Enum32,
        Always,
        c"=role|||invalid %, use sgsn or ggsn|ggsn=0 sgsn=1",
    )
    .single(),
    opt(
        gtp::PDP_HASHSIZE,
        Low32(17),
        Always,
        c"=hsize|||invalid PDP hash size~PDP hash size too big",
    )
    .single(),
    opt(gtp::RESTART_COUNT, U8, Always, c"=restart_count").single(),
];

/// What gtp sends: the kernel is to make the sockets.
pub static GTP_SENT: &[Sent] = &[
    Sent::always(gtp::CREATE_SOCKETS, 1, 1),
    Sent::given(gtp::ROLE),
    Sent::always(gtp::PDP_HASHSIZE, 4, 1024),
    Sent::given(gtp::RESTART_COUNT),
];

/// What gtp needs.
pub fn gtp_whole(options: &mut Options) -> Result<()> {
    if options.has(gtp::ROLE) {
        return Ok(());
    }
    options.refuse("role of the gtp device was not specified")
}

/// amt.
pub static AMT: &[Opt] = &[
    opt(
        amt::MODE,
        Enum32,
        Always,
        c"=mode|-|mode|!|gateway=0 relay=1",
    ),
    opt(amt::GATEWAY_PORT, Be16, Always, c"=gateway_port"),
    opt(amt::RELAY_PORT, Be16, Always, c"=relay_port"),
    opt(amt::LOCAL_IP, Ip4, Always, c"=local").single(),
    opt(amt::REMOTE_IP, Ip, Always, c"|remote"),
    opt(amt::DISCOVERY_IP, Ip4, Always, c"=discovery").single(),
    opt(amt::LINK, Dev, NonZero, c"=dev||link|!"),
    opt(amt::MAX_TUNNELS, U32, Always, c"=max_tunnels"),
];

const SCRUB: &CStr = c"=scrub|||!Error: % must be either \"none\" or \"default\"|none=0 default=1";
const NETKIT_MODE: &CStr =
    c"=mode|||!Error: argument of \"%\" must be either \"l3\" or \"l2\"|l2=0 l3=1";
/// `TCX_PASS` and `TCX_DROP`.
const PASS: u16 = 0;
const DROP: u16 = 2;

/// netkit. Behind `peer` are the words for the peer.
pub static NETKIT: &[Opt] = &[
    opt(netkit::MODE, Enum32, Always, NETKIT_MODE).once(),
    opt(netkit::PRIMARY, Enum8, Always, c"|type|||peer=0 primary=1"),
    opt(
        netkit::POLICY,
        Enum32,
        Always,
        c"|policy|||forward=0 blackhole=2",
    ),
    opt(
        netkit::PEER_POLICY,
        Enum32,
        Always,
        c"|peer policy|peer_policy||forward=0 blackhole=2",
    ),
    opt(netkit::POLICY, Only32(PASS), Never, c"=forward"),
    opt(netkit::POLICY, Only32(DROP), Never, c"=blackhole"),
    opt(netkit::SCRUB, Enum32, Always, SCRUB),
    opt(
        netkit::PEER_SCRUB,
        Enum32,
        Always,
        c"|peer scrub|peer_scrub||none=0 default=1",
    ),
    opt(netkit::PEER_INFO, Link(L::Peer), Never, c"=peer"),
    opt(netkit::MODE, Enum32, Never, NETKIT_MODE).once(),
    opt(netkit::PEER_POLICY, Only32(PASS), Never, c"=forward"),
    opt(netkit::PEER_POLICY, Only32(DROP), Never, c"=blackhole"),
    opt(netkit::PEER_SCRUB, Enum32, Never, SCRUB),
];

/// `MIN MAX`, both in network order.
pub(super) fn parse_port_range<'a>(
    row: &'static Opt,
    _: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    let mut range = 0u32;
    for wrong in ["min port", "max port"] {
        let word = w.value()?;
        let port = args::unsigned(word, 0xffff).ok_or_else(|| Error::bad_arg(word, wrong))?;
        range = range << 16 | port as u32;
    }
    if range != 0 {
        draft
            .put(row.attr())
            .bytes(row.attr(), &range.to_be_bytes());
    }
    Ok(())
}

pub(super) fn port_range(
    _: &'static Opt,
    range: Option<Attr>,
    _: Attrs,
    out: &mut Out,
    _: &mut Names,
) {
    let Some(range) = range.and_then(|range| range.u32()) else {
        return;
    };
    let range = u32::from_be(range);
    out.object("port_range");
    out.uint("low|srcport % ", (range >> 16).into());
    out.uint("high|% ", (range & 0xffff).into());
    out.object_end();
}

/// `FROM:TO` of each priority; none is no error.
pub(super) fn parse_qos_map<'a>(
    row: &'static Opt,
    _: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    if w.peek().is_none() {
        return Err(Error::incomplete());
    }
    let start = draft.msg.open();
    while let Some(word) = w.peek().filter(|word| word.contains(&b':')) {
        w.next();
        let mut to = word;
        let from = cut(&mut to, b':').unwrap_or_default();
        let pair = draft.msg.open();
        for word in [from, to] {
            let number = args::unsigned(word, u32::MAX.into());
            let wrong = || Error::bad_value(from, b"invalid %", row.word());
            let number = number.ok_or_else(wrong)? as u32;
            draft.msg.raw(&number.to_ne_bytes());
        }
        draft.msg.close(pair, vlan::QOS_MAPPING);
    }
    draft.msg.close(start, row.attr());
    Ok(())
}

/// A line of its own.
pub(super) fn qos_map(
    row: &'static Opt,
    map: Option<Attr>,
    _: Attrs,
    out: &mut Out,
    _: &mut Names,
) {
    let Some(map) = map else {
        return;
    };
    out.line_break();
    out.text("      ");
    out.raw(row.word());
    out.text(" { ");
    out.array(match row.attr() {
        vlan::INGRESS_QOS => "ingress_qos",
        _ => "egress_qos",
    });
    for (_, pair) in map.attrs() {
        if let (Some(from), Some(to)) = (field(pair.0, 0), field(pair.0, 4)) {
            out.object("");
            out.uint("from|%:", from.into());
            out.uint("to|% ", to.into());
            out.object_end();
        }
    }
    out.array_end();
    out.text("} ");
}
