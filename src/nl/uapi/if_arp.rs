//! `<linux/if_arp.h>`: hardware types of interfaces.

pub mod arphrd {
    // prefix: ARPHRD_
    pub const ETHER: u16 = 1;
    pub const LOOPBACK: u16 = 772;
    pub const TUNNEL: u16 = 768;
    pub const TUNNEL6: u16 = 769;
    pub const SIT: u16 = 776;
    pub const IPGRE: u16 = 778;
    pub const IP6GRE: u16 = 823;
    pub const NONE: u16 = 0xfffe;
}
