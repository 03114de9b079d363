//! `<linux/ip6_tunnel.h>`: flags of IPv6 tunnels.

pub mod ip6_tnl_f {
    // prefix: IP6_TNL_F_
    pub const IGN_ENCAP_LIMIT: u32 = 0x1;
    pub const USE_ORIG_TCLASS: u32 = 0x2;
    pub const USE_ORIG_FLOWLABEL: u32 = 0x4;
    pub const RCV_DSCP_COPY: u32 = 0x10;
    pub const USE_ORIG_FWMARK: u32 = 0x20;
    pub const ALLOW_LOCAL_REMOTE: u32 = 0x40;
}
