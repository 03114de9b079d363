//! `<linux/nexthop.h>`: nexthop objects.

pub mod nha {
    // prefix: NHA_
    pub const ID: u16 = 1;
    pub const GROUP: u16 = 2;
    pub const GROUP_TYPE: u16 = 3;
    pub const BLACKHOLE: u16 = 4;
    pub const OIF: u16 = 5;
    pub const GATEWAY: u16 = 6;
    pub const ENCAP_TYPE: u16 = 7;
    pub const ENCAP: u16 = 8;
    pub const GROUPS: u16 = 9;
    pub const MASTER: u16 = 10;
    pub const FDB: u16 = 11;
    pub const RES_GROUP: u16 = 12;
    pub const RES_BUCKET: u16 = 13;
    pub const OP_FLAGS: u16 = 14; // since 6.9
    pub const GROUP_STATS: u16 = 15; // since 6.9
    pub const HW_STATS_ENABLE: u16 = 16; // since 6.9
    pub const HW_STATS_USED: u16 = 17; // since 6.9
    pub const DST_PORT: u16 = 18; // since 7.3
}

pub mod nexthop_grp_type {
    // prefix: NEXTHOP_GRP_TYPE_
    pub const MPATH: u16 = 0;
    pub const RES: u16 = 1;
}

pub mod nha_op_flag {
    // prefix: NHA_OP_FLAG_
    pub const DUMP_STATS: u32 = 1; // since 6.9
    pub const DUMP_HW_STATS: u32 = 2; // since 6.9
    pub const RESP_GRP_RESVD_0: u32 = 0x80000000; // since 6.12
}

pub mod nha_res_group {
    // prefix: NHA_RES_GROUP_
    pub const BUCKETS: u16 = 1;
    pub const IDLE_TIMER: u16 = 2;
    pub const UNBALANCED_TIMER: u16 = 3;
    pub const UNBALANCED_TIME: u16 = 4;
}

pub mod nha_res_bucket {
    // prefix: NHA_RES_BUCKET_
    pub const INDEX: u16 = 1;
    pub const IDLE_TIME: u16 = 2;
    pub const NH_ID: u16 = 3;
}

pub mod nha_group_stats_entry {
    // prefix: NHA_GROUP_STATS_ENTRY_
    pub const ID: u16 = 1; // since 6.9
    pub const PACKETS: u16 = 2; // since 6.9
    pub const PACKETS_HW: u16 = 3; // since 6.9
}
