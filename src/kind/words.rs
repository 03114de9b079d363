//! The rows of `ip link` itself: its words, and what it shows of every link.

use crate::kind::LinkWord as L;
use crate::kind::Show::{Always, Never};
use crate::kind::Ty::*;
use crate::kind::{Opt, Sent, opt};
use crate::nl::uapi::{devconf, iff, ifla, vf, xdp_flags};

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
    opt(ifla::AF_SPEC, Link(L::Inet), Never, "=inet"),
    opt(ifla::XDP, Link(L::Xdp(0)), Never, "=xdp").once(),
    opt(
        ifla::XDP,
        Link(L::Xdp(xdp_flags::SKB_MODE as u8)),
        Never,
        "=xdpgeneric",
    )
    .once(),
    opt(
        ifla::XDP,
        Link(L::Xdp(xdp_flags::DRV_MODE as u8)),
        Never,
        "=xdpdrv",
    )
    .once(),
    opt(
        ifla::XDP,
        Link(L::Xdp(xdp_flags::HW_MODE as u8)),
        Never,
        "=xdpoffload",
    )
    .once(),
    opt(ifla::NET_NS_FD, Link(L::Netns), Never, "=netns").once(),
    opt(0, Link(L::Flag(bit(iff::MULTICAST))), Never, "=multicast"),
    opt(0, Link(L::Flag(bit(iff::ALLMULTI))), Never, "=allmulticast"),
    opt(0, Link(L::Flag(bit(iff::PROMISC))), Never, "=promisc"),
    opt(0, Link(L::NoFlag(bit(iff::NOTRAILERS))), Never, "=trailers"),
    opt(0, Link(L::NoFlag(bit(iff::NOARP))), Never, "=arp"),
    opt(ifla::CARRIER, Link(L::OnOff), Never, "=carrier"),
    opt(ifla::VFINFO_LIST, Link(L::Vf), Never, "=vf"),
    opt(ifla::MASTER, Dev, Never, "master|||Device does not exist\n"),
    opt(ifla::MASTER, Link(L::Vrf), Never, "=vrf"),
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
    opt(
        ifla::LINK_NETNSID,
        Link(L::LinkNetnsid),
        Never,
        "link-netnsid",
    ),
    opt(ifla::PROTO_DOWN, Link(L::OnOff), Never, "=protodown"),
    opt(
        ifla::PROTO_DOWN_REASON,
        Link(L::Reason),
        Never,
        "=protodown_reason",
    ),
    opt(ifla::GSO_MAX_SIZE, U32, Never, "=gso_max_size"),
    opt(ifla::GSO_MAX_SEGS, Short32, Never, "=gso_max_segs"),
    opt(ifla::GRO_MAX_SIZE, U32, Never, "=gro_max_size"),
    opt(ifla::GSO_IPV4_MAX_SIZE, U32, Never, "=gso_ipv4_max_size"),
    opt(ifla::GRO_IPV4_MAX_SIZE, U32, Never, "=gro_ipv4_max_size"),
    opt(ifla::PARENT_DEV_NAME, Str, Never, "=parentdev"),
    opt(0, Link(L::Help), Never, "help"),
    opt(0, Link(L::Dev), Never, "=dev"),
];

/// What is gathered from several of the words.
pub static GATHERED: &[Sent] = &[Sent::given(ifla::AF_SPEC)];

/// Why a value of [`LINK`] is wrong where its row does not say.
pub const LINK_REASON: &str = "Invalid \"%\" value\n";

/// The words after `inet`: settings of the device in /proc/sys/net/ipv4/conf.
pub static INET: &[Opt] = &[
    opt(devconf::FORWARDING, OnOff32, Never, "=forwarding"),
    opt(devconf::PROXY_ARP, OnOff32, Never, "=proxy_arp"),
    opt(
        devconf::ACCEPT_REDIRECTS,
        OnOff32,
        Never,
        "=accept_redirects",
    ),
    opt(
        devconf::SECURE_REDIRECTS,
        OnOff32,
        Never,
        "=secure_redirects",
    ),
    opt(devconf::SEND_REDIRECTS, OnOff32, Never, "=send_redirects"),
    opt(devconf::SHARED_MEDIA, OnOff32, Never, "=shared_media"),
    opt(devconf::RP_FILTER, S32, Never, "=rp_filter"),
    opt(
        devconf::ACCEPT_SOURCE_ROUTE,
        OnOff32,
        Never,
        "=accept_source_route",
    ),
    opt(devconf::BOOTP_RELAY, OnOff32, Never, "=bootp_relay"),
    opt(devconf::LOG_MARTIANS, OnOff32, Never, "=log_martians"),
    opt(devconf::TAG, S32, Never, "=tag"),
    opt(devconf::ARPFILTER, OnOff32, Never, "=arp_filter"),
    opt(devconf::MEDIUM_ID, S32, Never, "=medium_id"),
    opt(devconf::NOXFRM, OnOff32, Never, "=disable_xfrm"),
    opt(devconf::NOPOLICY, OnOff32, Never, "=disable_policy"),
    opt(
        devconf::FORCE_IGMP_VERSION,
        S32,
        Never,
        "=force_igmp_version",
    ),
    opt(devconf::ARP_ANNOUNCE, S32, Never, "=arp_announce"),
    opt(devconf::ARP_IGNORE, S32, Never, "=arp_ignore"),
    opt(
        devconf::PROMOTE_SECONDARIES,
        OnOff32,
        Never,
        "=promote_secondaries",
    ),
    opt(devconf::ARP_ACCEPT, S32, Never, "=arp_accept"),
    opt(devconf::ARP_NOTIFY, OnOff32, Never, "=arp_notify"),
    opt(devconf::ACCEPT_LOCAL, OnOff32, Never, "=accept_local"),
    opt(devconf::SRC_VMARK, OnOff32, Never, "=src_vmark"),
    opt(devconf::PROXY_ARP_PVLAN, OnOff32, Never, "=proxy_arp_pvlan"),
    opt(devconf::ROUTE_LOCALNET, OnOff32, Never, "=route_localnet"),
    opt(
        devconf::IGMPV2_UNSOLICITED_REPORT_INTERVAL,
        S32,
        Never,
        "=igmpv2_unsolicited_report_interval",
    ),
    opt(
        devconf::IGMPV3_UNSOLICITED_REPORT_INTERVAL,
        S32,
        Never,
        "=igmpv3_unsolicited_report_interval",
    ),
    opt(
        devconf::IGNORE_ROUTES_WITH_LINKDOWN,
        OnOff32,
        Never,
        "=ignore_routes_with_linkdown",
    ),
    opt(
        devconf::DROP_UNICAST_IN_L2_MULTICAST,
        OnOff32,
        Never,
        "=drop_unicast_in_l2_multicast",
    ),
    opt(
        devconf::DROP_GRATUITOUS_ARP,
        OnOff32,
        Never,
        "=drop_gratuitous_arp",
    ),
    opt(devconf::BC_FORWARDING, OnOff32, Never, "=bc_forwarding"),
    opt(
        devconf::ARP_EVICT_NOCARRIER,
        OnOff32,
        Never,
        "=arp_evict_nocarrier",
    ),
];

/// The words after `vf NUM`.
pub static VF: &[Opt] = &[
    opt(vf::MAC, Mac, Never, "mac"),
    opt(vf::VLAN, U32, Never, "vlan"),
    opt(vf::TX_RATE, U32, Never, "rate"),
    opt(
        vf::RATE,
        U32,
        Never,
        "max_tx_rate|||Invalid \"max tx rate\" value\n",
    ),
    opt(
        vf::RATE,
        U32,
        Never,
        "min_tx_rate|||Invalid \"min tx rate\" value\n",
    ),
    opt(vf::SPOOFCHK, OnOff32, Never, "spoofchk"),
    opt(vf::RSS_QUERY_EN, OnOff32, Never, "query_rss"),
    opt(vf::TRUST, OnOff32, Never, "trust"),
    opt(
        vf::LINK_STATE,
        Prefix32,
        Never,
        "state||||auto=0 enable=1 disable=2",
    ),
    opt(
        vf::IB_NODE_GUID,
        Eui64,
        Never,
        "node_guid|||Invalid GUID format\n",
    ),
    opt(
        vf::IB_PORT_GUID,
        Eui64,
        Never,
        "port_guid|||Invalid GUID format\n",
    ),
];

/// The words after `vlan ID` of a virtual function. Their attributes are none: what is read makes one with the id.
pub static VF_VLAN: &[Opt] = &[
    opt(vf_vlan::QOS, U32, Never, "qos"),
    opt(
        vf_vlan::PROTO,
        Ethertype,
        Never,
        "proto|||protocol is invalid\n",
    ),
];

/// Numbers of our own for [`VF_VLAN`].
#[allow(missing_docs)]
pub mod vf_vlan {
    pub const QOS: u16 = 1;
    pub const PROTO: u16 = 2;
}

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
