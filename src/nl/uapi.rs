//! The kernel's numbers, named as the kernel names them less the prefix that each module's first line gives. A test
//! compares every one with the headers of linux-libc-dev.
#![allow(missing_docs)]

pub use super::uapi_kinds::*;
pub use super::uapi_masters::*;
pub use super::uapi_overlay::*;
pub use super::uapi_tunnels::*;

pub mod nlm_f {
    // prefix: NLM_F_ <linux/netlink.h>
    pub const REQUEST: u16 = 0x1;
    pub const ACK: u16 = 0x4;
    pub const ECHO: u16 = 0x8;
    pub const DUMP_INTR: u16 = 0x10;
    pub const REPLACE: u16 = 0x100;
    pub const CAPPED: u16 = 0x100;
    pub const EXCL: u16 = 0x200;
    pub const ACK_TLVS: u16 = 0x200;
    pub const DUMP: u16 = 0x300;
    pub const CREATE: u16 = 0x400;
    pub const APPEND: u16 = 0x800;
}

pub mod nlmsg {
    // prefix: NLMSG_ <linux/netlink.h>
    pub const NOOP: u16 = 1;
    pub const ERROR: u16 = 2;
    pub const DONE: u16 = 3;
    pub const OVERRUN: u16 = 4;
}

pub mod nlmsgerr_attr {
    // prefix: NLMSGERR_ATTR_ <linux/netlink.h>
    pub const MSG: u16 = 1;
    pub const MISS_TYPE: u16 = 5;
}

pub mod netlink {
    // prefix: NETLINK_ <linux/netlink.h>
    pub const EXT_ACK: i32 = 11;
    pub const GET_STRICT_CHK: i32 = 12;
}

pub mod nla {
    // prefix: NLA_ <linux/netlink.h>
    pub const TYPE_MASK: u16 = 0x3fff;
    pub const F_NESTED: u16 = 0x8000;
}

pub mod rtm {
    // prefix: RTM_ <linux/rtnetlink.h>
    pub const NEWLINK: u16 = 16;
    pub const DELLINK: u16 = 17;
    pub const GETLINK: u16 = 18;
    pub const NEWADDR: u16 = 20;
    pub const DELADDR: u16 = 21;
    pub const GETADDR: u16 = 22;
    pub const NEWROUTE: u16 = 24;
    pub const GETROUTE: u16 = 26;
    pub const NEWNSID: u16 = 88;
    pub const DELNSID: u16 = 89;
    pub const GETNSID: u16 = 90;
    pub const NEWSTATS: u16 = 92;
    pub const GETSTATS: u16 = 94;
    pub const NEWLINKPROP: u16 = 108;
    pub const DELLINKPROP: u16 = 109;
}

pub mod rtext_filter {
    // prefix: RTEXT_FILTER_ <linux/rtnetlink.h>
    pub const VF: u32 = 1;
    pub const SKIP_STATS: u32 = 8;
}

pub mod af {
    // prefix: AF_ <sys/socket.h>
    pub const INET: u8 = 2;
    pub const BRIDGE: u8 = 7;
    pub const INET6: u8 = 10;
    pub const PACKET: u8 = 17;
    pub const MPLS: u8 = 28;
}

pub mod netnsa {
    // prefix: NETNSA_ <linux/net_namespace.h>
    pub const NSID: u16 = 1;
    pub const PID: u16 = 2;
    pub const FD: u16 = 3;
    pub const TARGET_NSID: u16 = 4;
    pub const CURRENT_NSID: u16 = 5;
}

pub mod rtnlgrp {
    // prefix: RTNLGRP_ <linux/rtnetlink.h>
    pub const LINK: u32 = 1;
    pub const IPV4_IFADDR: u32 = 5;
    pub const IPV6_IFADDR: u32 = 9;
    pub const NSID: u32 = 28;
}

pub mod rta {
    // prefix: RTA_ <linux/rtnetlink.h>
    pub const DST: u16 = 1;
    pub const OIF: u16 = 4;
    pub const GATEWAY: u16 = 5;
}

pub mod rtn {
    // prefix: RTN_ <linux/rtnetlink.h>
    pub const UNICAST: u8 = 1;
}

pub mod rtprot {
    // prefix: RTPROT_ <linux/rtnetlink.h>
    pub const BOOT: u8 = 3;
}

pub mod rt_table {
    // prefix: RT_TABLE_ <linux/rtnetlink.h>
    pub const MAIN: u8 = 254;
}

pub mod iff {
    // prefix: IFF_ <linux/if.h>
    pub const UP: u32 = 0x1;
    pub const BROADCAST: u32 = 0x2;
    pub const DEBUG: u32 = 0x4;
    pub const LOOPBACK: u32 = 0x8;
    pub const POINTOPOINT: u32 = 0x10;
    pub const NOTRAILERS: u32 = 0x20;
    pub const RUNNING: u32 = 0x40;
    pub const NOARP: u32 = 0x80;
    pub const PROMISC: u32 = 0x100;
    pub const ALLMULTI: u32 = 0x200;
    pub const MASTER: u32 = 0x400;
    pub const SLAVE: u32 = 0x800;
    pub const MULTICAST: u32 = 0x1000;
    pub const PORTSEL: u32 = 0x2000;
    pub const AUTOMEDIA: u32 = 0x4000;
    pub const DYNAMIC: u32 = 0x8000;
    pub const LOWER_UP: u32 = 0x10000;
    pub const DORMANT: u32 = 0x20000;
    pub const ECHO: u32 = 0x40000;
}

pub mod ifla {
    // prefix: IFLA_ <linux/if_link.h>
    pub const ADDRESS: u16 = 1;
    pub const BROADCAST: u16 = 2;
    pub const IFNAME: u16 = 3;
    pub const MTU: u16 = 4;
    pub const LINK: u16 = 5;
    pub const QDISC: u16 = 6;
    pub const STATS: u16 = 7;
    pub const MASTER: u16 = 10;
    pub const TXQLEN: u16 = 13;
    pub const OPERSTATE: u16 = 16;
    pub const LINKMODE: u16 = 17;
    pub const LINKINFO: u16 = 18;
    pub const NET_NS_PID: u16 = 19;
    pub const IFALIAS: u16 = 20;
    pub const NUM_VF: u16 = 21;
    pub const VFINFO_LIST: u16 = 22;
    pub const STATS64: u16 = 23;
    pub const AF_SPEC: u16 = 26;
    pub const GROUP: u16 = 27;
    pub const NET_NS_FD: u16 = 28;
    pub const EXT_MASK: u16 = 29;
    pub const PROMISCUITY: u16 = 30;
    pub const NUM_TX_QUEUES: u16 = 31;
    pub const NUM_RX_QUEUES: u16 = 32;
    pub const CARRIER: u16 = 33;
    pub const PHYS_PORT_ID: u16 = 34;
    pub const CARRIER_CHANGES: u16 = 35;
    pub const PHYS_SWITCH_ID: u16 = 36;
    pub const LINK_NETNSID: u16 = 37;
    pub const PHYS_PORT_NAME: u16 = 38;
    pub const PROTO_DOWN: u16 = 39;
    pub const GSO_MAX_SEGS: u16 = 40;
    pub const GSO_MAX_SIZE: u16 = 41;
    pub const XDP: u16 = 43;
    pub const EVENT: u16 = 44;
    pub const NEW_NETNSID: u16 = 45;
    pub const TARGET_NETNSID: u16 = 46;
    pub const NEW_IFINDEX: u16 = 49;
    pub const MIN_MTU: u16 = 50;
    pub const MAX_MTU: u16 = 51;
    pub const PROP_LIST: u16 = 52;
    pub const ALT_IFNAME: u16 = 53;
    pub const PERM_ADDRESS: u16 = 54;
    pub const PROTO_DOWN_REASON: u16 = 55;
    pub const PARENT_DEV_NAME: u16 = 56;
    pub const PARENT_DEV_BUS_NAME: u16 = 57;
    pub const GRO_MAX_SIZE: u16 = 58;
    pub const TSO_MAX_SIZE: u16 = 59;
    pub const TSO_MAX_SEGS: u16 = 60;
    pub const ALLMULTI: u16 = 61;
    pub const GSO_IPV4_MAX_SIZE: u16 = 63; // since 6.3
    pub const GRO_IPV4_MAX_SIZE: u16 = 64; // since 6.3
    pub const NETNS_IMMUTABLE: u16 = 67; // since 6.15
}

pub mod info {
    // prefix: IFLA_INFO_ <linux/if_link.h>
    pub const KIND: u16 = 1;
    pub const DATA: u16 = 2;
    pub const XSTATS: u16 = 3;
    pub const SLAVE_KIND: u16 = 4;
    pub const SLAVE_DATA: u16 = 5;
}

pub mod inet6 {
    // prefix: IFLA_INET6_ <linux/if_link.h>
    pub const ADDR_GEN_MODE: u16 = 8;
}

pub mod inet {
    // prefix: IFLA_INET_ <linux/if_link.h>
    pub const CONF: u16 = 1;
}

pub mod devconf {
    // prefix: IPV4_DEVCONF_ <linux/ip.h>
    pub const FORWARDING: u16 = 1;
    pub const PROXY_ARP: u16 = 3;
    pub const ACCEPT_REDIRECTS: u16 = 4;
    pub const SECURE_REDIRECTS: u16 = 5;
    pub const SEND_REDIRECTS: u16 = 6;
    pub const SHARED_MEDIA: u16 = 7;
    pub const RP_FILTER: u16 = 8;
    pub const ACCEPT_SOURCE_ROUTE: u16 = 9;
    pub const BOOTP_RELAY: u16 = 10;
    pub const LOG_MARTIANS: u16 = 11;
    pub const TAG: u16 = 12;
    pub const ARPFILTER: u16 = 13;
    pub const MEDIUM_ID: u16 = 14;
    pub const NOXFRM: u16 = 15;
    pub const NOPOLICY: u16 = 16;
    pub const FORCE_IGMP_VERSION: u16 = 17;
    pub const ARP_ANNOUNCE: u16 = 18;
    pub const ARP_IGNORE: u16 = 19;
    pub const PROMOTE_SECONDARIES: u16 = 20;
    pub const ARP_ACCEPT: u16 = 21;
    pub const ARP_NOTIFY: u16 = 22;
    pub const ACCEPT_LOCAL: u16 = 23;
    pub const SRC_VMARK: u16 = 24;
    pub const PROXY_ARP_PVLAN: u16 = 25;
    pub const ROUTE_LOCALNET: u16 = 26;
    pub const IGMPV2_UNSOLICITED_REPORT_INTERVAL: u16 = 27;
    pub const IGMPV3_UNSOLICITED_REPORT_INTERVAL: u16 = 28;
    pub const IGNORE_ROUTES_WITH_LINKDOWN: u16 = 29;
    pub const DROP_UNICAST_IN_L2_MULTICAST: u16 = 30;
    pub const DROP_GRATUITOUS_ARP: u16 = 31;
    pub const BC_FORWARDING: u16 = 32;
    pub const ARP_EVICT_NOCARRIER: u16 = 33;
}

pub mod reason {
    // prefix: IFLA_PROTO_DOWN_REASON_ <linux/if_link.h>
    pub const MASK: u16 = 1;
    pub const VALUE: u16 = 2;
}

pub mod vf {
    // prefix: IFLA_VF_ <linux/if_link.h>
    pub const INFO: u16 = 1;
    pub const MAC: u16 = 1;
    pub const VLAN: u16 = 2;
    pub const TX_RATE: u16 = 3;
    pub const SPOOFCHK: u16 = 4;
    pub const LINK_STATE: u16 = 5;
    pub const RATE: u16 = 6;
    pub const RSS_QUERY_EN: u16 = 7;
    pub const STATS: u16 = 8;
    pub const TRUST: u16 = 9;
    pub const IB_NODE_GUID: u16 = 10;
    pub const IB_PORT_GUID: u16 = 11;
    pub const VLAN_LIST: u16 = 12;
    pub const VLAN_INFO: u16 = 1;
    pub const BROADCAST: u16 = 13;
}

pub mod vf_stats {
    // prefix: IFLA_VF_STATS_ <linux/if_link.h>
    pub const RX_PACKETS: u16 = 0;
    pub const TX_PACKETS: u16 = 1;
    pub const RX_BYTES: u16 = 2;
    pub const TX_BYTES: u16 = 3;
    pub const BROADCAST: u16 = 4;
    pub const MULTICAST: u16 = 5;
    pub const RX_DROPPED: u16 = 7;
    pub const TX_DROPPED: u16 = 8;
}

pub mod xdp {
    // prefix: IFLA_XDP_ <linux/if_link.h>
    pub const FD: u16 = 1;
    pub const ATTACHED: u16 = 2;
    pub const FLAGS: u16 = 3;
    pub const PROG_ID: u16 = 4;
    pub const DRV_PROG_ID: u16 = 5;
    pub const SKB_PROG_ID: u16 = 6;
    pub const HW_PROG_ID: u16 = 7;
}

pub mod xdp_flags {
    // prefix: XDP_FLAGS_ <linux/if_link.h>
    pub const UPDATE_IF_NOEXIST: u32 = 1;
    pub const SKB_MODE: u32 = 2;
    pub const DRV_MODE: u32 = 4;
    pub const HW_MODE: u32 = 8;
}

pub mod xdp_attached {
    // prefix: XDP_ATTACHED_ <linux/if_link.h>
    pub const DRV: u8 = 1;
    pub const SKB: u8 = 2;
    pub const HW: u8 = 3;
    pub const MULTI: u8 = 4;
}

pub mod stats {
    // prefix: IFLA_STATS_ <linux/if_link.h>
    pub const LINK_XSTATS: u16 = 2;
    pub const LINK_XSTATS_SLAVE: u16 = 3;
    pub const AF_SPEC: u16 = 5;
}

pub mod xstats {
    // prefix: LINK_XSTATS_TYPE_ <linux/if_link.h>
    pub const BRIDGE: u16 = 1;
    pub const BOND: u16 = 2;
}

pub mod bridge_xstats {
    // prefix: BRIDGE_XSTATS_ <linux/if_bridge.h>
    pub const MCAST: u16 = 2;
    pub const STP: u16 = 4;
}

pub mod bond_xstats {
    // prefix: BOND_XSTATS_3 <linux/if_bonding.h>
    pub const AD: u16 = 1;
}

pub mod mpls_stats {
    // prefix: MPLS_STATS_ <linux/mpls.h>
    pub const LINK: u16 = 1;
}

pub mod ifa {
    // prefix: IFA_ <linux/if_addr.h>
    pub const ADDRESS: u16 = 1;
    pub const LOCAL: u16 = 2;
    pub const LABEL: u16 = 3;
    pub const BROADCAST: u16 = 4;
    pub const ANYCAST: u16 = 5;
    pub const CACHEINFO: u16 = 6;
    pub const MULTICAST: u16 = 7;
    pub const FLAGS: u16 = 8;
    pub const RT_PRIORITY: u16 = 9;
    pub const PROTO: u16 = 11;
}

pub mod ifa_f {
    // prefix: IFA_F_ <linux/if_addr.h>
    pub const SECONDARY: u32 = 0x01;
    pub const NODAD: u32 = 0x02;
    pub const OPTIMISTIC: u32 = 0x04;
    pub const DADFAILED: u32 = 0x08;
    pub const HOMEADDRESS: u32 = 0x10;
    pub const DEPRECATED: u32 = 0x20;
    pub const TENTATIVE: u32 = 0x40;
    pub const PERMANENT: u32 = 0x80;
    pub const MANAGETEMPADDR: u32 = 0x100;
    pub const NOPREFIXROUTE: u32 = 0x200;
    pub const MCAUTOJOIN: u32 = 0x400;
    pub const STABLE_PRIVACY: u32 = 0x800;
}

pub mod rt_scope {
    // prefix: RT_SCOPE_ <linux/rtnetlink.h>
    pub const UNIVERSE: u8 = 0;
    pub const HOST: u8 = 254;
}

pub mod arphrd {
    // prefix: ARPHRD_ <linux/if_arp.h>
    pub const LOOPBACK: u16 = 772;
    pub const TUNNEL: u16 = 768;
    pub const TUNNEL6: u16 = 769;
    pub const SIT: u16 = 776;
    pub const IPGRE: u16 = 778;
    pub const IP6GRE: u16 = 823;
}
