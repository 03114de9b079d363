//! `<linux/seg6_iptunnel.h>`: the encapsulation of a route in IPv6 with segment routing.

// prefix: SEG6_IPTUNNEL_
pub const SRH: u16 = 1;
pub const SRC: u16 = 2; // since 7.1
pub const TABLE: u16 = 3; // since 7.3

pub mod mode {
    // prefix: SEG6_IPTUN_MODE_
    pub const INLINE: u32 = 0;
}
