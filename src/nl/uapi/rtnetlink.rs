//! `<linux/rtnetlink.h>`: message types, multicast groups, routes.

/// Families of messages about multicast routes and their rules.
pub mod rtnl_family {
    // prefix: RTNL_FAMILY_
    pub const IPMR: u8 = 128;
    pub const IP6MR: u8 = 129;
}

pub mod rtm {
    // prefix: RTM_
    pub const NEWLINK: u16 = 16;
    pub const DELLINK: u16 = 17;
    pub const GETLINK: u16 = 18;
    pub const SETLINK: u16 = 19;
    pub const NEWADDR: u16 = 20;
    pub const DELADDR: u16 = 21;
    pub const GETADDR: u16 = 22;
    pub const NEWROUTE: u16 = 24;
    pub const DELROUTE: u16 = 25;
    pub const GETROUTE: u16 = 26;
    pub const NEWNEIGH: u16 = 28;
    pub const DELNEIGH: u16 = 29;
    pub const GETNEIGH: u16 = 30;
    pub const NEWRULE: u16 = 32;
    pub const DELRULE: u16 = 33;
    pub const GETRULE: u16 = 34;
    pub const NEWPREFIX: u16 = 52;
    pub const NEWMULTICAST: u16 = 56; // since 6.14
    pub const DELMULTICAST: u16 = 57; // since 6.14
    pub const NEWANYCAST: u16 = 60; // since 6.14
    pub const DELANYCAST: u16 = 61; // since 6.14
    pub const NEWNEIGHTBL: u16 = 64;
    pub const GETNEIGHTBL: u16 = 66;
    pub const SETNEIGHTBL: u16 = 67;
    pub const NEWADDRLABEL: u16 = 72;
    pub const DELADDRLABEL: u16 = 73;
    pub const GETADDRLABEL: u16 = 74;
    pub const NEWNETCONF: u16 = 80;
    pub const DELNETCONF: u16 = 81;
    pub const GETNETCONF: u16 = 82;
    pub const NEWNSID: u16 = 88;
    pub const DELNSID: u16 = 89;
    pub const GETNSID: u16 = 90;
    pub const NEWSTATS: u16 = 92;
    pub const GETSTATS: u16 = 94;
    pub const SETSTATS: u16 = 95;
    pub const NEWNEXTHOP: u16 = 104;
    pub const DELNEXTHOP: u16 = 105;
    pub const GETNEXTHOP: u16 = 106;
    pub const NEWLINKPROP: u16 = 108;
    pub const DELLINKPROP: u16 = 109;
    pub const NEWNEXTHOPBUCKET: u16 = 116;
    pub const GETNEXTHOPBUCKET: u16 = 118;
}

/// Attributes of `struct prefixmsg`.
pub mod prefix {
    // prefix: PREFIX_
    pub const ADDRESS: u16 = 1;
    pub const CACHEINFO: u16 = 2;
}

pub mod rtn {
    // prefix: RTN_
    pub const UNSPEC: u8 = 0;
    pub const UNICAST: u8 = 1;
    pub const LOCAL: u8 = 2;
    pub const BROADCAST: u8 = 3;
    pub const ANYCAST: u8 = 4;
    pub const MULTICAST: u8 = 5;
    pub const BLACKHOLE: u8 = 6;
    pub const UNREACHABLE: u8 = 7;
    pub const PROHIBIT: u8 = 8;
    pub const THROW: u8 = 9;
    pub const NAT: u8 = 10;
    pub const XRESOLVE: u8 = 11;
}

pub mod rtprot {
    // prefix: RTPROT_
    pub const UNSPEC: u8 = 0;
    pub const KERNEL: u8 = 2;
    pub const BOOT: u8 = 3;
}

pub mod rt_scope {
    // prefix: RT_SCOPE_
    pub const UNIVERSE: u8 = 0;
    pub const LINK: u8 = 253;
    pub const HOST: u8 = 254;
    pub const NOWHERE: u8 = 255;
}

pub mod rtm_f {
    // prefix: RTM_F_
    pub const NOTIFY: u32 = 0x100;
    pub const CLONED: u32 = 0x200;
    pub const LOOKUP_TABLE: u32 = 0x1000;
    pub const FIB_MATCH: u32 = 0x2000;
}

pub mod rt_table {
    // prefix: RT_TABLE_
    pub const UNSPEC: u8 = 0;
    pub const DEFAULT: u8 = 253;
    pub const MAIN: u8 = 254;
    pub const LOCAL: u8 = 255;
}

pub mod rta {
    // prefix: RTA_
    pub const DST: u16 = 1;
    pub const SRC: u16 = 2;
    pub const IIF: u16 = 3;
    pub const OIF: u16 = 4;
    pub const GATEWAY: u16 = 5;
    pub const PRIORITY: u16 = 6;
    pub const PREFSRC: u16 = 7;
    pub const METRICS: u16 = 8;
    pub const MULTIPATH: u16 = 9;
    pub const FLOW: u16 = 11;
    pub const CACHEINFO: u16 = 12;
    pub const TABLE: u16 = 15;
    pub const MARK: u16 = 16;
    pub const MFC_STATS: u16 = 17;
    pub const VIA: u16 = 18;
    pub const NEWDST: u16 = 19;
    pub const PREF: u16 = 20;
    pub const ENCAP_TYPE: u16 = 21;
    pub const ENCAP: u16 = 22;
    pub const EXPIRES: u16 = 23;
    pub const UID: u16 = 25;
    pub const TTL_PROPAGATE: u16 = 26;
    pub const IP_PROTO: u16 = 27;
    pub const SPORT: u16 = 28;
    pub const DPORT: u16 = 29;
    pub const NH_ID: u16 = 30;
    pub const FLOWLABEL: u16 = 31; // since 6.14
}

pub mod rtnh_f {
    // prefix: RTNH_F_
    pub const ONLINK: u8 = 4;
    pub const OFFLOAD: u8 = 8;
    pub const UNRESOLVED: u8 = 32;
}

pub mod rtax {
    // prefix: RTAX_
    pub const LOCK: u16 = 1;
    pub const MTU: u16 = 2;
    pub const WINDOW: u16 = 3;
    pub const RTT: u16 = 4;
    pub const RTTVAR: u16 = 5;
    pub const SSTHRESH: u16 = 6;
    pub const CWND: u16 = 7;
    pub const ADVMSS: u16 = 8;
    pub const REORDERING: u16 = 9;
    pub const HOPLIMIT: u16 = 10;
    pub const INITCWND: u16 = 11;
    pub const FEATURES: u16 = 12;
    pub const RTO_MIN: u16 = 13;
    pub const INITRWND: u16 = 14;
    pub const QUICKACK: u16 = 15;
    pub const CC_ALGO: u16 = 16;
    pub const FASTOPEN_NO_COOKIE: u16 = 17;
}

pub mod rtnlgrp {
    // prefix: RTNLGRP_
    pub const LINK: u32 = 1;
    pub const NEIGH: u32 = 3;
    pub const IPV4_IFADDR: u32 = 5;
    pub const IPV4_MROUTE: u32 = 6;
    pub const IPV4_ROUTE: u32 = 7;
    pub const IPV4_RULE: u32 = 8;
    pub const IPV6_IFADDR: u32 = 9;
    pub const IPV6_MROUTE: u32 = 10;
    pub const IPV6_ROUTE: u32 = 11;
    pub const IPV6_PREFIX: u32 = 18;
    pub const IPV6_RULE: u32 = 19;
    pub const IPV4_NETCONF: u32 = 24;
    pub const IPV6_NETCONF: u32 = 25;
    pub const MPLS_ROUTE: u32 = 27;
    pub const NSID: u32 = 28;
    pub const MPLS_NETCONF: u32 = 29;
    pub const NEXTHOP: u32 = 32;
    pub const STATS: u32 = 36;
    pub const IPV4_MCADDR: u32 = 37; // since 6.14
    pub const IPV6_MCADDR: u32 = 38; // since 6.14
    pub const IPV6_ACADDR: u32 = 39; // since 6.14
}

pub mod rtext_filter {
    // prefix: RTEXT_FILTER_
    pub const VF: u32 = 1;
    pub const SKIP_STATS: u32 = 8;
}
