//! The rows of `ip link` itself: its words, and what it shows of every link.

use crate::kind::LinkWord as L;
use crate::kind::Show::{Always, Never};
use crate::kind::Ty::*;
use crate::kind::{Opt, opt};
use crate::nl::uapi::{iff, ifla};

/// The number of a mask's one bit.
const fn bit(mask: u32) -> u8 {
    mask.trailing_zeros() as u8
}

/// The words of `link add`, `set`, `replace` and `delete`, in the order in which they are tried.
pub static LINK: &[Opt] = &[
    opt(0, Link(L::Up), Never, "=up"),
    opt(0, Link(L::Down), Never, "=down"),
    opt(ifla::IFNAME, Link(L::Name), Never, "=name").once(),
    opt(0, Link(L::Index), Never, "=index").once(),
    opt(ifla::LINK, Link(L::Lower), Never, "link"),
    opt(ifla::ADDRESS, Link(L::Address), Never, "address"),
    opt(ifla::BROADCAST, Mac, Never, "broadcast,=brd"),
    opt(ifla::TXQLEN, S32, Never, "txqueuelen,=qlen,txqlen").once(),
    opt(ifla::MTU, S32, Never, "=mtu").once(),
    opt(ifla::NET_NS_FD, Link(L::Netns), Never, "=netns").once(),
    opt(0, Link(L::Flag(bit(iff::MULTICAST))), Never, "=multicast"),
    opt(0, Link(L::Flag(bit(iff::ALLMULTI))), Never, "=allmulticast"),
    opt(0, Link(L::Flag(bit(iff::PROMISC))), Never, "=promisc"),
    opt(0, Link(L::NoFlag(bit(iff::NOTRAILERS))), Never, "=trailers"),
    opt(0, Link(L::NoFlag(bit(iff::NOARP))), Never, "=arp"),
    opt(ifla::CARRIER, Link(L::OnOff), Never, "=carrier"),
    opt(ifla::MASTER, Dev, Never, "master|||Device does not exist\n"),
    opt(ifla::MASTER, NoDev, Never, "nomaster"),
    opt(0, Link(L::Flag(bit(iff::DYNAMIC))), Never, "dynamic"),
    opt(ifla::LINKINFO, Link(L::Type), Never, "type"),
    opt(ifla::IFALIAS, Link(L::Alias), Never, "alias"),
    opt(ifla::GROUP, Link(L::Group), Never, "=group").once(),
    opt(
        ifla::LINKMODE,
        Word8,
        Never,
        "=mode|||Invalid link mode\n|default=0 dormant=1",
    ),
    opt(
        ifla::OPERSTATE,
        Word8,
        Never,
        "=state|||Invalid operstate\n|unknown=0 notpresent=1 down=2 lowerlayerdown=3 testing=4 dormant=5 up=6",
    ),
    opt(ifla::NUM_TX_QUEUES, S32, Never, "numtxqueues").once(),
    opt(ifla::NUM_RX_QUEUES, S32, Never, "numrxqueues").once(),
    opt(
        ifla::AF_SPEC,
        Inet6Word8,
        Never,
        "addrgenmode|||Invalid address generation mode\n|eui64=0 none=1 stable_secret=2 random=3",
    ),
    opt(ifla::LINK_NETNSID, Link(L::LinkNetns), Never, "link-netns"),
    opt(ifla::LINK_NETNSID, S32, Never, "link-netnsid"),
    opt(ifla::PROTO_DOWN, Link(L::OnOff), Never, "=protodown"),
    opt(ifla::GSO_MAX_SIZE, U32, Never, "=gso_max_size"),
    opt(ifla::GSO_MAX_SEGS, Short32, Never, "=gso_max_segs"),
    opt(ifla::GRO_MAX_SIZE, U32, Never, "=gro_max_size"),
    opt(ifla::GSO_IPV4_MAX_SIZE, U32, Never, "=gso_ipv4_max_size"),
    opt(ifla::GRO_IPV4_MAX_SIZE, U32, Never, "=gro_ipv4_max_size"),
    opt(ifla::PARENT_DEV_NAME, Str, Never, "=parentdev"),
    opt(0, Link(L::Help), Never, "help"),
    opt(0, Link(L::Dev), Never, "=dev"),
];

/// Why a value of [`LINK`] is wrong where its row does not say.
pub const LINK_REASON: &str = "Invalid \"%\" value\n";

/// A link's first line after its flags.
pub static FIRST_LINE: &[Opt] = &[
    opt(ifla::MTU, U32, Always, "|mtu"),
    opt(ifla::QDISC, Str, Always, "|qdisc"),
    opt(ifla::MASTER, Dev, Always, "|master"),
];

/// What `-d` adds to a link, before and after its kind.
pub static DETAILS: [&[Opt]; 2] = [
    &[
        opt(ifla::PROMISCUITY, U32, Always, "| promiscuity|promiscuity"),
        opt(ifla::ALLMULTI, U32, Always, "|allmulti"),
        opt(ifla::MIN_MTU, U32, Always, "|minmtu|min_mtu"),
        opt(ifla::MAX_MTU, U32, Always, "|maxmtu|max_mtu"),
        opt(ifla::NETNS_IMMUTABLE, True8, Always, "|netns-immutable"),
    ],
    &[
        opt(
            ifla::NUM_TX_QUEUES,
            U32,
            Always,
            "|numtxqueues|num_tx_queues",
        ),
        opt(
            ifla::NUM_RX_QUEUES,
            U32,
            Always,
            "|numrxqueues|num_rx_queues",
        ),
        opt(ifla::GSO_MAX_SIZE, U32, Always, "|gso_max_size"),
        opt(ifla::GSO_MAX_SEGS, U32, Always, "|gso_max_segs"),
        opt(ifla::TSO_MAX_SIZE, U32, Always, "|tso_max_size"),
        opt(ifla::TSO_MAX_SEGS, U32, Always, "|tso_max_segs"),
        opt(ifla::GRO_MAX_SIZE, U32, Always, "|gro_max_size"),
        opt(ifla::GSO_IPV4_MAX_SIZE, U32, Always, "|gso_ipv4_max_size"),
        opt(ifla::GRO_IPV4_MAX_SIZE, U32, Always, "|gro_ipv4_max_size"),
        opt(
            ifla::PHYS_PORT_NAME,
            Str,
            Always,
            "|portname|phys_port_name",
        ),
        opt(ifla::PHYS_PORT_ID, HexBytes, Always, "|portid|phys_port_id"),
        opt(
            ifla::PHYS_SWITCH_ID,
            HexBytes,
            Always,
            "|switchid|phys_switch_id",
        ),
        opt(ifla::PARENT_DEV_BUS_NAME, Str, Always, "|parentbus"),
        opt(ifla::PARENT_DEV_NAME, Str, Always, "|parentdev"),
    ],
];
