//! `<linux/seg6.h>`: the routing header of segment routing.

pub mod sr6_flag1 {
    // prefix: SR6_FLAG1_
    pub const HMAC: u8 = 8;
}

pub mod sr6_tlv {
    // prefix: SR6_TLV_
    pub const HMAC: u8 = 5;
}
