//! `<linux/netfilter/nf_tables_compat.h>`: the matches of iptables(8) as expressions of rules.

pub mod nfta_match {
    // prefix: NFTA_MATCH_
    pub const NAME: u16 = 1;
    pub const REV: u16 = 2;
    pub const INFO: u16 = 3;
}
