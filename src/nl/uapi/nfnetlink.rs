//! `<linux/netfilter/nfnetlink.h>`: batches of messages of netfilter.

pub mod nfnl_subsys {
    // prefix: NFNL_SUBSYS_
    pub const CTNETLINK: u16 = 1;
    pub const NFTABLES: u16 = 10;
}

pub mod nfnl_batch {
    // prefix: NFNL_BATCH_
    pub const GENID: u16 = 1;
}
