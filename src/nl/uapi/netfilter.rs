//! `<linux/netfilter.h>`: hooks, families and verdicts.

pub mod nf_inet {
    // prefix: NF_INET_
    pub const PRE_ROUTING: u32 = 0;
    pub const FORWARD: u32 = 2;
    pub const LOCAL_OUT: u32 = 3;
    pub const POST_ROUTING: u32 = 4;
}

pub mod nf {
    // prefix: NF_
    pub const DROP: u8 = 0;
    pub const ACCEPT: u8 = 1;
}

pub mod nfproto {
    // prefix: NFPROTO_
    pub const INET: u8 = 1;
    pub const IPV4: u8 = 2;
    pub const IPV6: u8 = 10;
}
