//! `<linux/lwtunnel.h>`: lightweight tunnels, the encapsulation of a route.

pub mod lwtunnel_encap {
    // prefix: LWTUNNEL_ENCAP_
    pub const MPLS: u16 = 1;
    pub const IP: u16 = 2;
    pub const ILA: u16 = 3;
    pub const IP6: u16 = 4;
    pub const SEG6: u16 = 5;
    pub const BPF: u16 = 6;
    pub const SEG6_LOCAL: u16 = 7;
    pub const RPL: u16 = 8;
    pub const IOAM6: u16 = 9;
    pub const XFRM: u16 = 10;
}

pub mod lwtunnel_ip {
    // prefix: LWTUNNEL_IP_
    pub const ID: u16 = 1;
    pub const DST: u16 = 2;
    pub const SRC: u16 = 3;
    pub const TTL: u16 = 4;
    pub const TOS: u16 = 5;
    pub const FLAGS: u16 = 6;
    pub const OPTS: u16 = 8;
}

pub mod lwtunnel_ip6 {
    // prefix: LWTUNNEL_IP6_
    pub const ID: u16 = 1;
    pub const DST: u16 = 2;
    pub const SRC: u16 = 3;
    pub const HOPLIMIT: u16 = 4;
    pub const TC: u16 = 5;
    pub const FLAGS: u16 = 6;
    pub const OPTS: u16 = 8;
}

pub mod lwtunnel_opts {
    // prefix: LWTUNNEL_IP_OPTS_
    pub const GENEVE: u16 = 1;
    pub const VXLAN: u16 = 2;
    pub const ERSPAN: u16 = 3;
}

pub mod lwtunnel_geneve {
    // prefix: LWTUNNEL_IP_OPT_GENEVE_
    pub const CLASS: u16 = 1;
    pub const TYPE: u16 = 2;
    pub const DATA: u16 = 3;
}

pub mod lwtunnel_vxlan {
    // prefix: LWTUNNEL_IP_OPT_VXLAN_
    pub const GBP: u16 = 1;
}

pub mod lwtunnel_erspan {
    // prefix: LWTUNNEL_IP_OPT_ERSPAN_
    pub const VER: u16 = 1;
    pub const INDEX: u16 = 2;
    pub const DIR: u16 = 3;
    pub const HWID: u16 = 4;
}

pub mod lwt_bpf_prog {
    // prefix: LWT_BPF_PROG_
    pub const NAME: u16 = 2;
}

pub mod lwt_bpf {
    // prefix: LWT_BPF_
    pub const IN: u16 = 1;
    pub const OUT: u16 = 2;
    pub const XMIT: u16 = 3;
    pub const XMIT_HEADROOM: u16 = 4;
}

pub mod lwt_xfrm {
    // prefix: LWT_XFRM_
    pub const IF_ID: u16 = 1;
    pub const LINK: u16 = 2;
}
