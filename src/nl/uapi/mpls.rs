//! `<linux/mpls.h>`: MPLS statistics.

pub mod mpls_stats {
    // prefix: MPLS_STATS_
    pub const LINK: u16 = 1;
}
