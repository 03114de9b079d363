//! `<linux/seg6_local.h>`: what a node does with packets that are for a segment of its own.

// prefix: SEG6_LOCAL_
pub const ACTION: u16 = 1;
pub const SRH: u16 = 2;
pub const TABLE: u16 = 3;
pub const NH4: u16 = 4;
pub const NH6: u16 = 5;
pub const IIF: u16 = 6;
pub const OIF: u16 = 7;
pub const BPF: u16 = 8;
pub const VRFTABLE: u16 = 9;
pub const COUNTERS: u16 = 10;
pub const FLAVORS: u16 = 11;

pub mod action {
    // prefix: SEG6_LOCAL_ACTION_
    pub const END_B6_ENCAP: u32 = 10;
}

pub mod bpf_prog {
    // prefix: SEG6_LOCAL_BPF_PROG_
    pub const NAME: u16 = 2;
}

pub mod cnt {
    // prefix: SEG6_LOCAL_CNT_
    pub const PACKETS: u16 = 2;
    pub const BYTES: u16 = 3;
    pub const ERRORS: u16 = 4;
}

pub mod flv {
    // prefix: SEG6_LOCAL_FLV_
    pub const OPERATION: u16 = 1;
    pub const LCBLOCK_BITS: u16 = 2;
    pub const LCNODE_FN_BITS: u16 = 3;
}

pub mod flv_op {
    // prefix: SEG6_LOCAL_FLV_OP_
    pub const NEXT_CSID: u32 = 4;
}
