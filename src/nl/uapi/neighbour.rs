//! `<linux/neighbour.h>`: neighbours, which have a link-layer address.

pub mod nda {
    // prefix: NDA_
    pub const DST: u16 = 1;
    pub const LLADDR: u16 = 2;
    pub const CACHEINFO: u16 = 3;
    pub const PROBES: u16 = 4;
    pub const IFINDEX: u16 = 8;
    pub const MASTER: u16 = 9;
    pub const PROTOCOL: u16 = 12;
    pub const FLAGS_EXT: u16 = 15;
}

pub mod ntf {
    // prefix: NTF_
    pub const USE: u8 = 0x01;
    pub const PROXY: u8 = 0x08;
    pub const EXT_LEARNED: u8 = 0x10;
    pub const OFFLOADED: u8 = 0x20;
    pub const ROUTER: u8 = 0x80;
}

pub mod ntf_ext {
    // prefix: NTF_EXT_
    pub const MANAGED: u32 = 1;
    pub const EXT_VALIDATED: u32 = 4; // since 6.17
}

pub mod nud {
    // prefix: NUD_
    pub const NONE: u16 = 0x00;
    pub const INCOMPLETE: u16 = 0x01;
    pub const REACHABLE: u16 = 0x02;
    pub const STALE: u16 = 0x04;
    pub const DELAY: u16 = 0x08;
    pub const PROBE: u16 = 0x10;
    pub const FAILED: u16 = 0x20;
    pub const NOARP: u16 = 0x40;
    pub const PERMANENT: u16 = 0x80;
}

pub mod ndta {
    // prefix: NDTA_
    pub const NAME: u16 = 1;
    pub const CONFIG: u16 = 5;
    pub const PARMS: u16 = 6;
    pub const STATS: u16 = 7;
}

pub mod ndtpa {
    // prefix: NDTPA_
    pub const IFINDEX: u16 = 1;
    pub const REFCNT: u16 = 2;
    pub const REACHABLE_TIME: u16 = 3;
}
