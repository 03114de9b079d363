//! `<linux/fou.h>`: ports of UDP that tunnels are received on, a family of generic netlink.

pub mod cmd {
    // prefix: FOU_CMD_
    pub const ADD: u8 = 1;
    pub const DEL: u8 = 2;
    pub const GET: u8 = 3;
}

pub mod attr {
    // prefix: FOU_ATTR_
    pub const PORT: u16 = 1;
    pub const AF: u16 = 2;
    pub const IPPROTO: u16 = 3;
    pub const TYPE: u16 = 4;
    pub const LOCAL_V4: u16 = 6;
    pub const LOCAL_V6: u16 = 7;
    pub const PEER_V4: u16 = 8;
    pub const PEER_V6: u16 = 9;
    pub const PEER_PORT: u16 = 10;
    pub const IFINDEX: u16 = 11;
}

pub mod encap {
    // prefix: FOU_ENCAP_
    pub const DIRECT: u8 = 1;
    pub const GUE: u8 = 2;
}
