//! The rows of `ip link` itself: its words, and what it shows of every link.

use crate::kind::LinkWord as L;
use crate::kind::Show::{Always, Never, NonZero};
use crate::kind::Ty::*;
use crate::kind::{Opt, Sent, opt};
use crate::nl::uapi::{devconf, iff, ifla, vf, xdp_flags};

/// The number of a mask's one bit.
const fn bit(mask: u32) -> u8 {
    mask.trailing_zeros() as u8
}

/// The words of `link add`, `set`, `replace` and `delete`, in the order in which they are tried.
pub static LINK: &[Opt] = &[
    opt(0, Link(L::Up), Never, c"=up"),
    opt(0, Link(L::Down), Never, c"=down"),
    opt(ifla::IFNAME, Link(L::Name), Never, c"=name"),
    opt(0, Link(L::Index), Never, c"=index"),
    opt(ifla::LINK, Link(L::Lower), Never, c"link"),
    opt(ifla::ADDRESS, Link(L::Address), Never, c"address"),
    opt(ifla::BROADCAST, Mac, Never, c"broadcast,=brd"),
    opt(ifla::TXQLEN, S32, Never, c"txqueuelen,=qlen,txqlen").once(),
    opt(ifla::MTU, S32, Never, c"=mtu").once(),
    opt(ifla::AF_SPEC, Link(L::Inet), Never, c"=inet"),
    opt(ifla::XDP, Link(L::Xdp(0)), Never, c"=xdp"),
    opt(
        ifla::XDP,
        Link(L::Xdp(xdp_flags::SKB_MODE as u8)),
        Never,
        c"=xdpgeneric",
    )
    .once(),
    opt(
        ifla::XDP,
        Link(L::Xdp(xdp_flags::DRV_MODE as u8)),
        Never,
        c"=xdpdrv",
    )
    .once(),
    opt(
        ifla::XDP,
        Link(L::Xdp(xdp_flags::HW_MODE as u8)),
        Never,
        c"=xdpoffload",
    )
    .once(),
    opt(ifla::NET_NS_FD, Link(L::Netns), Never, c"=netns"),
    opt(0, Link(L::Flag(bit(iff::MULTICAST))), Never, c"=multicast"),
    opt(0, Link(L::Flag(bit(iff::ALLMULTI))), Never, c"=allmulticast"),
    opt(0, Link(L::Flag(bit(iff::PROMISC))), Never, c"=promisc"),
    opt(0, Link(L::NoFlag(bit(iff::NOTRAILERS))), Never, c"=trailers"),
    opt(0, Link(L::NoFlag(bit(iff::NOARP))), Never, c"=arp"),
    opt(ifla::CARRIER, Link(L::OnOff), Never, c"=carrier"),
    opt(ifla::VFINFO_LIST, Link(L::Vf), Never, c"=vf"),
    opt(ifla::MASTER, Dev, Never, c"master|||Device does not exist\n"),
    opt(ifla::MASTER, Link(L::Vrf), Never, c"=vrf"),
    opt(ifla::MASTER, Only32(0), Never, c"nomaster"),
    opt(0, Link(L::Flag(bit(iff::DYNAMIC))), Never, c"dynamic"),
    opt(ifla::LINKINFO, Link(L::Type), Never, c"type"),
    opt(ifla::IFALIAS, Link(L::Alias), Never, c"alias"),
    opt(ifla::GROUP, Link(L::Group), Never, c"=group"),
    opt(
        ifla::LINKMODE,
        Word8,
        Never,
        c"=mode|||Invalid link mode\n|default=0 dormant=1",
    ),
    opt(
        ifla::OPERSTATE,
        Word8,
        Never,
        c"=state|||Invalid operstate\n|unknown=0 notpresent=1 down=2 lowerlayerdown=3 testing=4 dormant=5 up=6",
    ),
    opt(ifla::NUM_TX_QUEUES, S32, Never, c"numtxqueues").once(),
    opt(ifla::NUM_RX_QUEUES, S32, Never, c"numrxqueues").once(),
    opt(
        ifla::AF_SPEC,
        Inet6Word8,
        Never,
        c"addrgenmode|||Invalid address generation mode\n|eui64=0 none=1 stable_secret=2 random=3",
    ),
    opt(ifla::LINK_NETNSID, Link(L::LinkNetns), Never, c"link-netns"),
    opt(
        ifla::LINK_NETNSID,
        Link(L::LinkNetnsid),
        Never,
        c"link-netnsid",
    ),
    opt(ifla::PROTO_DOWN, Link(L::OnOff), Never, c"=protodown"),
    opt(
        ifla::PROTO_DOWN_REASON,
        Link(L::Reason),
        Never,
        c"=protodown_reason",
    ),
    opt(ifla::GSO_MAX_SIZE, U32, Never, c"=gso_max_size"),
    opt(ifla::GSO_MAX_SEGS, Low32(16), Never, c"=gso_max_segs"),
    opt(ifla::GRO_MAX_SIZE, U32, Never, c"=gro_max_size"),
    opt(ifla::GSO_IPV4_MAX_SIZE, U32, Never, c"=gso_ipv4_max_size"),
    opt(ifla::GRO_IPV4_MAX_SIZE, U32, Never, c"=gro_ipv4_max_size"),
    opt(ifla::PARENT_DEV_NAME, Str, Never, c"=parentdev"),
    opt(0, Link(L::Help), Never, c"help"),
    opt(0, Link(L::Dev), Never, c"=dev"),
];

/// What is gathered from several of the words.
pub static GATHERED: &[Sent] = &[Sent::given(ifla::AF_SPEC)];

/// Why a value of [`LINK`] is wrong where its row does not say.
pub const LINK_REASON: &str = "Invalid \"%\" value\n";

/// The words after `inet`: settings of the device in /proc/sys/net/ipv4/conf.
pub static INET: &[Opt] = &[
    opt(devconf::FORWARDING, OnOff32, Never, c"=forwarding"),
    opt(devconf::PROXY_ARP, OnOff32, Never, c"=proxy_arp"),
    opt(
        devconf::ACCEPT_REDIRECTS,
        OnOff32,
        Never,
        c"=accept_redirects",
    ),
    opt(
        devconf::SECURE_REDIRECTS,
        OnOff32,
        Never,
        c"=secure_redirects",
    ),
    opt(devconf::SEND_REDIRECTS, OnOff32, Never, c"=send_redirects"),
    opt(devconf::SHARED_MEDIA, OnOff32, Never, c"=shared_media"),
    opt(devconf::RP_FILTER, S32, Never, c"=rp_filter"),
    opt(
        devconf::ACCEPT_SOURCE_ROUTE,
        OnOff32,
        Never,
        c"=accept_source_route",
    ),
    opt(devconf::BOOTP_RELAY, OnOff32, Never, c"=bootp_relay"),
    opt(devconf::LOG_MARTIANS, OnOff32, Never, c"=log_martians"),
    opt(devconf::TAG, S32, Never, c"=tag"),
    opt(devconf::ARPFILTER, OnOff32, Never, c"=arp_filter"),
    opt(devconf::MEDIUM_ID, S32, Never, c"=medium_id"),
    opt(devconf::NOXFRM, OnOff32, Never, c"=disable_xfrm"),
    opt(devconf::NOPOLICY, OnOff32, Never, c"=disable_policy"),
    opt(
        devconf::FORCE_IGMP_VERSION,
        S32,
        Never,
        c"=force_igmp_version",
    ),
    opt(devconf::ARP_ANNOUNCE, S32, Never, c"=arp_announce"),
    opt(devconf::ARP_IGNORE, S32, Never, c"=arp_ignore"),
    opt(
        devconf::PROMOTE_SECONDARIES,
        OnOff32,
        Never,
        c"=promote_secondaries",
    ),
    opt(devconf::ARP_ACCEPT, S32, Never, c"=arp_accept"),
    opt(devconf::ARP_NOTIFY, OnOff32, Never, c"=arp_notify"),
    opt(devconf::ACCEPT_LOCAL, OnOff32, Never, c"=accept_local"),
    opt(devconf::SRC_VMARK, OnOff32, Never, c"=src_vmark"),
    opt(
        devconf::PROXY_ARP_PVLAN,
        OnOff32,
        Never,
        c"=proxy_arp_pvlan",
    ),
    opt(devconf::ROUTE_LOCALNET, OnOff32, Never, c"=route_localnet"),
    opt(
        devconf::IGMPV2_UNSOLICITED_REPORT_INTERVAL,
        S32,
        Never,
        c"=igmpv2_unsolicited_report_interval",
    ),
    opt(
        devconf::IGMPV3_UNSOLICITED_REPORT_INTERVAL,
        S32,
        Never,
        c"=igmpv3_unsolicited_report_interval",
    ),
    opt(
        devconf::IGNORE_ROUTES_WITH_LINKDOWN,
        OnOff32,
        Never,
        c"=ignore_routes_with_linkdown",
    ),
    opt(
        devconf::DROP_UNICAST_IN_L2_MULTICAST,
        OnOff32,
        Never,
        c"=drop_unicast_in_l2_multicast",
    ),
    opt(
        devconf::DROP_GRATUITOUS_ARP,
        OnOff32,
        Never,
        c"=drop_gratuitous_arp",
    ),
    opt(devconf::BC_FORWARDING, OnOff32, Never, c"=bc_forwarding"),
    opt(
        devconf::ARP_EVICT_NOCARRIER,
        OnOff32,
        Never,
        c"=arp_evict_nocarrier",
    ),
];

/// The words after `vf NUM`.
pub static VF: &[Opt] = &[
    opt(vf::MAC, Mac, Never, c"mac"),
    opt(vf::VLAN, U32, Never, c"vlan"),
    opt(vf::TX_RATE, U32, Never, c"rate"),
    opt(
        vf::RATE,
        U32,
        Never,
        c"max_tx_rate|||Invalid \"max tx rate\" value\n",
    ),
    opt(
        vf::RATE,
        U32,
        Never,
        c"min_tx_rate|||Invalid \"min tx rate\" value\n",
    ),
    opt(vf::SPOOFCHK, OnOff32, Never, c"spoofchk"),
    opt(vf::RSS_QUERY_EN, OnOff32, Never, c"query_rss"),
    opt(vf::TRUST, OnOff32, Never, c"trust"),
    opt(
        vf::LINK_STATE,
        Begin32,
        Never,
        c"state|||Invalid \"%\" value\n|auto=0 enable=1 disable=2",
    ),
    opt(
        vf::IB_NODE_GUID,
        Eui64,
        Never,
        c"node_guid|||Invalid GUID format\n",
    ),
    opt(
        vf::IB_PORT_GUID,
        Eui64,
        Never,
        c"port_guid|||Invalid GUID format\n",
    ),
];

/// The words after `vlan ID` of a virtual function. Their attributes are none: what is read makes one with the id.
pub static VF_VLAN: &[Opt] = &[
    opt(vf_vlan::QOS, U32, Never, c"qos"),
    opt(
        vf_vlan::PROTO,
        Ethertype,
        Never,
        c"proto|||protocol is invalid\n",
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
    opt(ifla::MTU, U32, Always, c"|mtu"),
    opt(ifla::QDISC, Str, Always, c"|qdisc"),
    opt(ifla::MASTER, Dev, NonZero, c"|master"),
];

/// What `-d` adds to a link, before and after its kind.
pub static DETAILS: [&[Opt]; 2] = [
    &[
        opt(ifla::PROMISCUITY, U32, Always, c"| promiscuity|promiscuity"),
        opt(ifla::ALLMULTI, U32, Always, c"|allmulti"),
        opt(ifla::MIN_MTU, U32, Always, c"|minmtu|min_mtu"),
        opt(ifla::MAX_MTU, U32, Always, c"|maxmtu|max_mtu"),
        opt(ifla::NETNS_IMMUTABLE, True8, Always, c"|netns-immutable"),
    ],
    &[
        opt(
            ifla::NUM_TX_QUEUES,
            U32,
            Always,
            c"|numtxqueues|num_tx_queues",
        ),
        opt(
            ifla::NUM_RX_QUEUES,
            U32,
            Always,
            c"|numrxqueues|num_rx_queues",
        ),
        opt(ifla::GSO_MAX_SIZE, U32, Always, c"|gso_max_size"),
        opt(ifla::GSO_MAX_SEGS, U32, Always, c"|gso_max_segs"),
        opt(ifla::TSO_MAX_SIZE, U32, Always, c"|tso_max_size"),
        opt(ifla::TSO_MAX_SEGS, U32, Always, c"|tso_max_segs"),
        opt(ifla::GRO_MAX_SIZE, U32, Always, c"|gro_max_size"),
        opt(ifla::GSO_IPV4_MAX_SIZE, U32, Always, c"|gso_ipv4_max_size"),
        opt(ifla::GRO_IPV4_MAX_SIZE, U32, Always, c"|gro_ipv4_max_size"),
        opt(
            ifla::PHYS_PORT_NAME,
            Str,
            Always,
            c"|portname|phys_port_name",
        ),
        opt(
            ifla::PHYS_PORT_ID,
            HexBytes,
            Always,
            c"|portid|phys_port_id",
        ),
        opt(
            ifla::PHYS_SWITCH_ID,
            HexBytes,
            Always,
            c"|switchid|phys_switch_id",
        ),
        opt(ifla::PARENT_DEV_BUS_NAME, Str, Always, c"|parentbus"),
        opt(ifla::PARENT_DEV_NAME, Str, Always, c"|parentdev"),
    ],
];
