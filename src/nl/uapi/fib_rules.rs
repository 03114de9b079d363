//! `<linux/fib_rules.h>`: rules that choose a routing table.

pub mod fib_rule {
    // prefix: FIB_RULE_
    pub const INVERT: u32 = 2;
    pub const UNRESOLVED: u32 = 4;
    pub const IIF_DETACHED: u32 = 8;
    pub const OIF_DETACHED: u32 = 0x10;
}

pub mod fra {
    // prefix: FRA_
    pub const DST: u16 = 1;
    pub const SRC: u16 = 2;
    pub const IIFNAME: u16 = 3;
    pub const GOTO: u16 = 4;
    // The address of a NAT rule, of which kernels know nothing any more.
    pub const UNUSED2: u16 = 5;
    pub const PRIORITY: u16 = 6;
    pub const FWMARK: u16 = 10;
    pub const FLOW: u16 = 11;
    pub const TUN_ID: u16 = 12;
    pub const SUPPRESS_IFGROUP: u16 = 13;
    pub const SUPPRESS_PREFIXLEN: u16 = 14;
    pub const TABLE: u16 = 15;
    pub const FWMASK: u16 = 16;
    pub const OIFNAME: u16 = 17;
    pub const L3MDEV: u16 = 19;
    pub const UID_RANGE: u16 = 20;
    pub const PROTOCOL: u16 = 21;
    pub const IP_PROTO: u16 = 22;
    pub const SPORT_RANGE: u16 = 23;
    pub const DPORT_RANGE: u16 = 24;
    pub const DSCP: u16 = 25; // since 6.13
    pub const FLOWLABEL: u16 = 26; // since 6.14
    pub const FLOWLABEL_MASK: u16 = 27; // since 6.14
    pub const SPORT_MASK: u16 = 28; // since 6.15
    pub const DPORT_MASK: u16 = 29; // since 6.15
    pub const DSCP_MASK: u16 = 30; // since 6.15
}

pub mod fr_act {
    // prefix: FR_ACT_
    pub const UNSPEC: u8 = 0;
    pub const TO_TBL: u8 = 1;
    pub const GOTO: u8 = 2;
    pub const NOP: u8 = 3;
}
