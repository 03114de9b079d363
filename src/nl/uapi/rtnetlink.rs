//! `<linux/rtnetlink.h>`: message types, multicast groups, routes.

pub mod rtm {
    // prefix: RTM_
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

pub mod rtn {
    // prefix: RTN_
    pub const UNICAST: u8 = 1;
}

pub mod rtprot {
    // prefix: RTPROT_
    pub const BOOT: u8 = 3;
}

pub mod rt_scope {
    // prefix: RT_SCOPE_
    pub const UNIVERSE: u8 = 0;
    pub const HOST: u8 = 254;
}

pub mod rt_table {
    // prefix: RT_TABLE_
    pub const MAIN: u8 = 254;
}

pub mod rta {
    // prefix: RTA_
    pub const DST: u16 = 1;
    pub const OIF: u16 = 4;
    pub const GATEWAY: u16 = 5;
}

pub mod rtnlgrp {
    // prefix: RTNLGRP_
    pub const LINK: u32 = 1;
    pub const IPV4_IFADDR: u32 = 5;
    pub const IPV6_IFADDR: u32 = 9;
    pub const NSID: u32 = 28;
}

pub mod rtext_filter {
    // prefix: RTEXT_FILTER_
    pub const VF: u32 = 1;
    pub const SKIP_STATS: u32 = 8;
}
