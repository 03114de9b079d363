//! `<linux/ioam6_iptunnel.h>`: what nodes on the way of a packet add to it.

// prefix: IOAM6_IPTUNNEL_
pub const MODE: u16 = 1;
pub const DST: u16 = 2;
pub const TRACE: u16 = 3;
pub const FREQ_K: u16 = 4;
pub const FREQ_N: u16 = 5;
pub const SRC: u16 = 6; // since 6.12
pub const FREQ_MAX: u64 = 1000000;

pub mod mode {
    // prefix: IOAM6_IPTUNNEL_MODE_
    pub const INLINE: u8 = 1;
}
