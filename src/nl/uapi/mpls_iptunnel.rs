//! `<linux/mpls_iptunnel.h>`: the encapsulation of a route in MPLS.

// prefix: MPLS_IPTUNNEL_
pub const DST: u16 = 1;
pub const TTL: u16 = 2;
