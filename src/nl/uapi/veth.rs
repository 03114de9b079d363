//! `<linux/veth.h>`: veth pairs.

// prefix: VETH_INFO_
pub const PEER: u16 = 1;
