//! `<linux/if_bonding.h>`: statistics of bonds. Their options are in `if_link`.

pub mod bond_xstats {
    // prefix: BOND_XSTATS_3
    // The 3 of BOND_XSTATS_3AD is in the prefix, since no name in Rust begins with a digit.
    pub const AD: u16 = 1;
}
