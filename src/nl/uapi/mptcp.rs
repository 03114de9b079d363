//! `<linux/mptcp.h>`: the addresses that MPTCP makes subflows with, a family of generic netlink.

pub mod cmd {
    // prefix: MPTCP_PM_CMD_
    pub const ADD_ADDR: u8 = 1;
    pub const DEL_ADDR: u8 = 2;
    pub const GET_ADDR: u8 = 3;
    pub const FLUSH_ADDRS: u8 = 4;
    pub const SET_LIMITS: u8 = 5;
    pub const GET_LIMITS: u8 = 6;
    pub const SET_FLAGS: u8 = 7;
}

pub mod attr {
    // prefix: MPTCP_PM_ATTR_
    pub const ADDR: u16 = 1;
    pub const RCV_ADD_ADDRS: u16 = 2;
    pub const SUBFLOWS: u16 = 3;
}

pub mod addr_attr {
    // prefix: MPTCP_PM_ADDR_ATTR_
    pub const FAMILY: u16 = 1;
    pub const ID: u16 = 2;
    pub const ADDR4: u16 = 3;
    pub const ADDR6: u16 = 4;
    pub const PORT: u16 = 5;
    pub const FLAGS: u16 = 6;
    pub const IF_IDX: u16 = 7;
}

pub mod addr_flag {
    // prefix: MPTCP_PM_ADDR_FLAG_
    pub const SIGNAL: u32 = 0x1;
    pub const SUBFLOW: u32 = 0x2;
    pub const BACKUP: u32 = 0x4;
    pub const FULLMESH: u32 = 0x8;
    pub const IMPLICIT: u32 = 0x10;
    pub const LAMINAR: u32 = 0x20; // since 6.18
}

pub mod event_attr {
    // prefix: MPTCP_ATTR_
    pub const TOKEN: u16 = 1;
    pub const LOC_ID: u16 = 3;
    pub const REM_ID: u16 = 4;
    pub const SADDR4: u16 = 5;
    pub const SADDR6: u16 = 6;
    pub const DADDR4: u16 = 7;
    pub const DADDR6: u16 = 8;
    pub const SPORT: u16 = 9;
    pub const DPORT: u16 = 10;
    pub const BACKUP: u16 = 11;
    pub const ERROR: u16 = 12;
    pub const FLAGS: u16 = 13;
    pub const TIMEOUT: u16 = 14;
    pub const IF_IDX: u16 = 15;
    pub const RESET_REASON: u16 = 16;
    pub const RESET_FLAGS: u16 = 17;
    pub const SERVER_SIDE: u16 = 18;
}
