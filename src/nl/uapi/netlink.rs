//! `<linux/netlink.h>`: message headers, flags and types, extended ACKs, attributes, socket options.

// prefix: NETLINK_
pub const ADD_MEMBERSHIP: i32 = 1;
pub const LISTEN_ALL_NSID: i32 = 8;
pub const EXT_ACK: i32 = 11;
pub const GET_STRICT_CHK: i32 = 12;

pub mod nlm_f {
    // prefix: NLM_F_
    pub const REQUEST: u16 = 0x1;
    pub const ACK: u16 = 0x4;
    pub const ECHO: u16 = 0x8;
    pub const DUMP_INTR: u16 = 0x10;
    // Of a request to get.
    pub const DUMP: u16 = 0x300;
    // Of a request for something new.
    pub const REPLACE: u16 = 0x100;
    pub const NONREC: u16 = 0x100;
    pub const EXCL: u16 = 0x200;
    pub const CREATE: u16 = 0x400;
    pub const APPEND: u16 = 0x800;
    // Of an acknowledgement.
    pub const CAPPED: u16 = 0x100;
    pub const ACK_TLVS: u16 = 0x200;
}

pub mod nlmsg {
    // prefix: NLMSG_
    pub const NOOP: u16 = 1;
    pub const ERROR: u16 = 2;
    pub const DONE: u16 = 3;
    pub const OVERRUN: u16 = 4;
    pub const MIN_TYPE: u16 = 16;
}

pub mod nlmsgerr_attr {
    // prefix: NLMSGERR_ATTR_
    pub const MSG: u16 = 1;
    pub const MISS_TYPE: u16 = 5;
}

pub mod nla {
    // prefix: NLA_
    pub const TYPE_MASK: u16 = 0x3fff;
    pub const F_NESTED: u16 = 0x8000;
}
