//! `<linux/rpl_iptunnel.h>`: the source route of RPL, for networks of low power.

// prefix: RPL_IPTUNNEL_
pub const SRH: u16 = 1;
