//! `<linux/netconf.h>`: settings of devices, as in /proc/sys/net.

pub mod netconfa {
    // prefix: NETCONFA_
    pub const IFINDEX: u16 = 1;
    pub const FORWARDING: u16 = 2;
    pub const RP_FILTER: u16 = 3;
    pub const MC_FORWARDING: u16 = 4;
    pub const PROXY_NEIGH: u16 = 5;
    pub const IGNORE_ROUTES_WITH_LINKDOWN: u16 = 6;
    pub const INPUT: u16 = 7;
    pub const IFINDEX_ALL: u32 = 0xffffffff;
    pub const IFINDEX_DEFAULT: u32 = 0xfffffffe;
}
