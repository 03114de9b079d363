//! `<linux/if_bridge.h>`: statistics and multicast queriers of bridges. Their options are in `if_link`.

pub mod bridge_xstats {
    // prefix: BRIDGE_XSTATS_
    pub const VLAN: u16 = 1;
    pub const MCAST: u16 = 2;
    pub const STP: u16 = 4;
}

pub mod querier {
    // prefix: BRIDGE_QUERIER_
    pub const IP_ADDRESS: u16 = 1;
    pub const IP_PORT: u16 = 2;
    pub const IP_OTHER_TIMER: u16 = 3;
    pub const IPV6_ADDRESS: u16 = 5;
    pub const IPV6_PORT: u16 = 6;
    pub const IPV6_OTHER_TIMER: u16 = 7;
}

pub mod bridge_vlan {
    // prefix: BRIDGE_VLAN_INFO_
    pub const PVID: u16 = 2;
    pub const UNTAGGED: u16 = 4;
}

pub mod bridge_af {
    // prefix: IFLA_BRIDGE_
    pub const VLAN_INFO: u16 = 2;
}
