//! `<linux/netfilter/nfnetlink_conntrack.h>`: flows that are tracked.

pub mod ctnl_msg {
    // prefix: IPCTNL_MSG_CT_
    pub const GET: u16 = 1;
    pub const DELETE: u16 = 2;
}

pub mod cta {
    // prefix: CTA_
    pub const TUPLE_ORIG: u16 = 1;
}

pub mod cta_tuple {
    // prefix: CTA_TUPLE_
    pub const PROTO: u16 = 2;
}

pub mod cta_proto {
    // prefix: CTA_PROTO_
    pub const NUM: u16 = 1;
    pub const DST_PORT: u16 = 3;
}
