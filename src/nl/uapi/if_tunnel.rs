//! `<linux/if_tunnel.h>`: GRE, ERSPAN, IP in IP and VTI tunnels.

pub mod iptun {
    // prefix: IFLA_IPTUN_
    pub const LINK: u16 = 1;
    pub const LOCAL: u16 = 2;
    pub const REMOTE: u16 = 3;
    pub const TTL: u16 = 4;
    pub const TOS: u16 = 5;
    pub const ENCAP_LIMIT: u16 = 6;
    pub const FLOWINFO: u16 = 7;
    pub const FLAGS: u16 = 8;
    pub const PROTO: u16 = 9;
    pub const PMTUDISC: u16 = 10;
    pub const ENCAP_TYPE: u16 = 15;
    pub const ENCAP_FLAGS: u16 = 16;
    pub const ENCAP_SPORT: u16 = 17;
    pub const ENCAP_DPORT: u16 = 18;
    pub const COLLECT_METADATA: u16 = 19;
    pub const FWMARK: u16 = 20;
}

pub mod six_rd {
    // prefix: IFLA_IPTUN_6
    // The 6 of IFLA_IPTUN_6RD_PREFIX is in the prefix, since no name in Rust begins with a digit.
    pub const RD_PREFIX: u16 = 11;
    pub const RD_RELAY_PREFIX: u16 = 12;
    pub const RD_PREFIXLEN: u16 = 13;
    pub const RD_RELAY_PREFIXLEN: u16 = 14;
}

pub mod gre {
    // prefix: IFLA_GRE_
    pub const LINK: u16 = 1;
    pub const IFLAGS: u16 = 2;
    pub const OFLAGS: u16 = 3;
    pub const IKEY: u16 = 4;
    pub const OKEY: u16 = 5;
    pub const LOCAL: u16 = 6;
    pub const REMOTE: u16 = 7;
    pub const TTL: u16 = 8;
    pub const TOS: u16 = 9;
    pub const PMTUDISC: u16 = 10;
    pub const ENCAP_LIMIT: u16 = 11;
    pub const FLOWINFO: u16 = 12;
    pub const FLAGS: u16 = 13;
    pub const ENCAP_TYPE: u16 = 14;
    pub const ENCAP_FLAGS: u16 = 15;
    pub const ENCAP_SPORT: u16 = 16;
    pub const ENCAP_DPORT: u16 = 17;
    pub const COLLECT_METADATA: u16 = 18;
    pub const IGNORE_DF: u16 = 19;
    pub const FWMARK: u16 = 20;
    pub const ERSPAN_INDEX: u16 = 21;
    pub const ERSPAN_VER: u16 = 22;
    pub const ERSPAN_DIR: u16 = 23;
    pub const ERSPAN_HWID: u16 = 24;
}

pub mod vti {
    // prefix: IFLA_VTI_
    pub const LINK: u16 = 1;
    pub const IKEY: u16 = 2;
    pub const OKEY: u16 = 3;
    pub const LOCAL: u16 = 4;
    pub const REMOTE: u16 = 5;
    pub const FWMARK: u16 = 6;
}

pub mod sioc {
    // prefix: SIOC
    pub const GETTUNNEL: u32 = 0x89f0;
    pub const ADDTUNNEL: u32 = 0x89f1;
    pub const DELTUNNEL: u32 = 0x89f2;
    pub const CHGTUNNEL: u32 = 0x89f3;
    pub const GETPRL: u32 = 0x89f4;
    pub const ADDPRL: u32 = 0x89f5;
    pub const DELPRL: u32 = 0x89f6;
    pub const GET6RD: u32 = 0x89f8;
    pub const ADD6RD: u32 = 0x89f9;
    pub const DEL6RD: u32 = 0x89fa;
}
