//! The kernel's numbers for links over other networks, and for netkit. As in `uapi`, whose part this is.
#![allow(missing_docs)]

pub mod vxlan {
    // prefix: IFLA_VXLAN_ <linux/if_link.h>
    pub const ID: u16 = 1;
    pub const GROUP: u16 = 2;
    pub const LINK: u16 = 3;
    pub const LOCAL: u16 = 4;
    pub const TTL: u16 = 5;
    pub const TOS: u16 = 6;
    pub const LEARNING: u16 = 7;
    pub const AGEING: u16 = 8;
    pub const LIMIT: u16 = 9;
    pub const PORT_RANGE: u16 = 10;
    pub const PROXY: u16 = 11;
    pub const RSC: u16 = 12;
    pub const L2MISS: u16 = 13;
    pub const L3MISS: u16 = 14;
    pub const PORT: u16 = 15;
    pub const GROUP6: u16 = 16;
    pub const LOCAL6: u16 = 17;
    pub const UDP_CSUM: u16 = 18;
    pub const UDP_ZERO_CSUM6_TX: u16 = 19;
    pub const UDP_ZERO_CSUM6_RX: u16 = 20;
    pub const REMCSUM_TX: u16 = 21;
    pub const REMCSUM_RX: u16 = 22;
    pub const GBP: u16 = 23;
    pub const COLLECT_METADATA: u16 = 25;
    pub const LABEL: u16 = 26;
    pub const GPE: u16 = 27;
    pub const TTL_INHERIT: u16 = 28;
    pub const DF: u16 = 29;
    pub const VNIFILTER: u16 = 30;
    pub const LOCALBYPASS: u16 = 31; // since 6.5
    pub const RESERVED_BITS: u16 = 33; // since 6.14
    pub const MC_ROUTE: u16 = 34; // since 6.17
}

pub mod geneve {
    // prefix: IFLA_GENEVE_ <linux/if_link.h>
    pub const ID: u16 = 1;
    pub const REMOTE: u16 = 2;
    pub const TTL: u16 = 3;
    pub const TOS: u16 = 4;
    pub const PORT: u16 = 5;
    pub const COLLECT_METADATA: u16 = 6;
    pub const REMOTE6: u16 = 7;
    pub const UDP_CSUM: u16 = 8;
    pub const UDP_ZERO_CSUM6_TX: u16 = 9;
    pub const UDP_ZERO_CSUM6_RX: u16 = 10;
    pub const LABEL: u16 = 11;
    pub const TTL_INHERIT: u16 = 12;
    pub const DF: u16 = 13;
    pub const INNER_PROTO_INHERIT: u16 = 14;
    pub const LOCAL: u16 = 17; // since 7.1
    pub const LOCAL6: u16 = 18; // since 7.1
}

pub mod bareudp {
    // prefix: IFLA_BAREUDP_ <linux/if_link.h>
    pub const PORT: u16 = 1;
    pub const ETHERTYPE: u16 = 2;
    pub const SRCPORT_MIN: u16 = 3;
    pub const MULTIPROTO_MODE: u16 = 4;
}

pub mod gtp {
    // prefix: IFLA_GTP_ <linux/if_link.h>
    pub const PDP_HASHSIZE: u16 = 3;
    pub const ROLE: u16 = 4;
    pub const CREATE_SOCKETS: u16 = 5;
    pub const RESTART_COUNT: u16 = 6;
}

pub mod amt {
    // prefix: IFLA_AMT_ <linux/amt.h>
    pub const MODE: u16 = 1;
    pub const RELAY_PORT: u16 = 2;
    pub const GATEWAY_PORT: u16 = 3;
    pub const LINK: u16 = 4;
    pub const LOCAL_IP: u16 = 5;
    pub const REMOTE_IP: u16 = 6;
    pub const DISCOVERY_IP: u16 = 7;
    pub const MAX_TUNNELS: u16 = 8;
}

pub mod netkit {
    // prefix: IFLA_NETKIT_ <linux/if_link.h>
    pub const PEER_INFO: u16 = 1; // since 6.7
    pub const PRIMARY: u16 = 2; // since 6.7
    pub const POLICY: u16 = 3; // since 6.7
    pub const PEER_POLICY: u16 = 4; // since 6.7
    pub const MODE: u16 = 5; // since 6.7
    pub const SCRUB: u16 = 6; // since 6.13
    pub const PEER_SCRUB: u16 = 7; // since 6.13
}
