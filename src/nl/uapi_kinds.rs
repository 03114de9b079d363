//! The kernel's numbers for link kinds. As in `uapi`, whose part this is.
#![allow(missing_docs)]

pub mod veth {
    // prefix: VETH_INFO_ <linux/veth.h>
    pub const PEER: u16 = 1;
}

pub mod vlan {
    // prefix: IFLA_VLAN_ <linux/if_link.h>
    pub const ID: u16 = 1;
    pub const FLAGS: u16 = 2;
    pub const EGRESS_QOS: u16 = 3;
    pub const INGRESS_QOS: u16 = 4;
    pub const PROTOCOL: u16 = 5;
    pub const QOS_MAPPING: u16 = 1;
}

pub mod macvlan {
    // prefix: IFLA_MACVLAN_ <linux/if_link.h>
    pub const MODE: u16 = 1;
    pub const FLAGS: u16 = 2;
    pub const MACADDR_MODE: u16 = 3;
    pub const MACADDR: u16 = 4;
    pub const MACADDR_DATA: u16 = 5;
    pub const MACADDR_COUNT: u16 = 6;
    pub const BC_QUEUE_LEN: u16 = 7;
    pub const BC_QUEUE_LEN_USED: u16 = 8;
    pub const BC_CUTOFF: u16 = 9; // since 6.4
}

pub mod macvlan_macaddr {
    // prefix: MACVLAN_MACADDR_ <linux/if_link.h>
    pub const ADD: u32 = 0;
    pub const DEL: u32 = 1;
    pub const FLUSH: u32 = 2;
    pub const SET: u32 = 3;
}

pub mod br {
    // prefix: IFLA_BR_ <linux/if_link.h>
    pub const FORWARD_DELAY: u16 = 1;
    pub const HELLO_TIME: u16 = 2;
    pub const MAX_AGE: u16 = 3;
    pub const AGEING_TIME: u16 = 4;
    pub const STP_STATE: u16 = 5;
    pub const PRIORITY: u16 = 6;
    pub const VLAN_FILTERING: u16 = 7;
    pub const VLAN_PROTOCOL: u16 = 8;
    pub const GROUP_FWD_MASK: u16 = 9;
    pub const ROOT_ID: u16 = 10;
    pub const BRIDGE_ID: u16 = 11;
    pub const ROOT_PORT: u16 = 12;
    pub const ROOT_PATH_COST: u16 = 13;
    pub const TOPOLOGY_CHANGE: u16 = 14;
    pub const TOPOLOGY_CHANGE_DETECTED: u16 = 15;
    pub const HELLO_TIMER: u16 = 16;
    pub const TCN_TIMER: u16 = 17;
    pub const TOPOLOGY_CHANGE_TIMER: u16 = 18;
    pub const GC_TIMER: u16 = 19;
    pub const GROUP_ADDR: u16 = 20;
    pub const FDB_FLUSH: u16 = 21;
    pub const MCAST_ROUTER: u16 = 22;
    pub const MCAST_SNOOPING: u16 = 23;
    pub const MCAST_QUERY_USE_IFADDR: u16 = 24;
    pub const MCAST_QUERIER: u16 = 25;
    pub const MCAST_HASH_ELASTICITY: u16 = 26;
    pub const MCAST_HASH_MAX: u16 = 27;
    pub const MCAST_LAST_MEMBER_CNT: u16 = 28;
    pub const MCAST_STARTUP_QUERY_CNT: u16 = 29;
    pub const MCAST_LAST_MEMBER_INTVL: u16 = 30;
    pub const MCAST_MEMBERSHIP_INTVL: u16 = 31;
    pub const MCAST_QUERIER_INTVL: u16 = 32;
    pub const MCAST_QUERY_INTVL: u16 = 33;
    pub const MCAST_QUERY_RESPONSE_INTVL: u16 = 34;
    pub const MCAST_STARTUP_QUERY_INTVL: u16 = 35;
    pub const NF_CALL_IPTABLES: u16 = 36;
    pub const NF_CALL_IP6TABLES: u16 = 37;
    pub const NF_CALL_ARPTABLES: u16 = 38;
    pub const VLAN_DEFAULT_PVID: u16 = 39;
    pub const VLAN_STATS_ENABLED: u16 = 41;
    pub const MCAST_STATS_ENABLED: u16 = 42;
    pub const MCAST_IGMP_VERSION: u16 = 43;
    pub const MCAST_MLD_VERSION: u16 = 44;
    pub const VLAN_STATS_PER_PORT: u16 = 45;
    pub const MULTI_BOOLOPT: u16 = 46;
    pub const MCAST_QUERIER_STATE: u16 = 47;
    pub const FDB_N_LEARNED: u16 = 48; // since 6.7
    pub const FDB_MAX_LEARNED: u16 = 49; // since 6.7
    pub const STP_MODE: u16 = 50; // since 7.0
}

pub mod querier {
    // prefix: BRIDGE_QUERIER_ <linux/if_bridge.h>
    pub const IP_ADDRESS: u16 = 1;
    pub const IP_PORT: u16 = 2;
    pub const IP_OTHER_TIMER: u16 = 3;
    pub const IPV6_ADDRESS: u16 = 5;
    pub const IPV6_PORT: u16 = 6;
    pub const IPV6_OTHER_TIMER: u16 = 7;
}

pub mod brport {
    // prefix: IFLA_BRPORT_ <linux/if_link.h>
    pub const STATE: u16 = 1;
    pub const PRIORITY: u16 = 2;
    pub const COST: u16 = 3;
    pub const MODE: u16 = 4;
    pub const GUARD: u16 = 5;
    pub const PROTECT: u16 = 6;
    pub const FAST_LEAVE: u16 = 7;
    pub const LEARNING: u16 = 8;
    pub const UNICAST_FLOOD: u16 = 9;
    pub const PROXYARP: u16 = 10;
    pub const PROXYARP_WIFI: u16 = 12;
    pub const ROOT_ID: u16 = 13;
    pub const BRIDGE_ID: u16 = 14;
    pub const DESIGNATED_PORT: u16 = 15;
    pub const DESIGNATED_COST: u16 = 16;
    pub const ID: u16 = 17;
    pub const NO: u16 = 18;
    pub const TOPOLOGY_CHANGE_ACK: u16 = 19;
    pub const CONFIG_PENDING: u16 = 20;
    pub const MESSAGE_AGE_TIMER: u16 = 21;
    pub const FORWARD_DELAY_TIMER: u16 = 22;
    pub const HOLD_TIMER: u16 = 23;
    pub const FLUSH: u16 = 24;
    pub const MULTICAST_ROUTER: u16 = 25;
    pub const MCAST_FLOOD: u16 = 27;
    pub const MCAST_TO_UCAST: u16 = 28;
    pub const VLAN_TUNNEL: u16 = 29;
    pub const BCAST_FLOOD: u16 = 30;
    pub const GROUP_FWD_MASK: u16 = 31;
    pub const NEIGH_SUPPRESS: u16 = 32;
    pub const ISOLATED: u16 = 33;
    pub const BACKUP_PORT: u16 = 34;
    pub const LOCKED: u16 = 39;
    pub const MAB: u16 = 40; // since 6.2
    pub const NEIGH_VLAN_SUPPRESS: u16 = 43; // since 6.4
    pub const BACKUP_NHID: u16 = 44; // since 6.6
    pub const NEIGH_FORWARD_GRAT: u16 = 45; // since 6.18
}

pub mod ipvlan {
    // prefix: IFLA_IPVLAN_ <linux/if_link.h>
    pub const MODE: u16 = 1;
    pub const FLAGS: u16 = 2;
}

pub mod vrf {
    // prefix: IFLA_VRF_ <linux/if_link.h>
    pub const TABLE: u16 = 1;
}

pub mod vrf_port {
    // prefix: IFLA_VRF_PORT_ <linux/if_link.h>
    pub const TABLE: u16 = 1;
}

pub mod xfrm {
    // prefix: IFLA_XFRM_ <linux/if_link.h>
    pub const LINK: u16 = 1;
    pub const IF_ID: u16 = 2;
    pub const COLLECT_METADATA: u16 = 3;
}

pub mod hsr {
    // prefix: IFLA_HSR_ <linux/if_link.h>
    pub const SLAVE1: u16 = 1;
    pub const SLAVE2: u16 = 2;
    pub const MULTICAST_SPEC: u16 = 3;
    pub const SUPERVISION_ADDR: u16 = 4;
    pub const SEQ_NR: u16 = 5;
    pub const VERSION: u16 = 6;
    pub const PROTOCOL: u16 = 7;
    pub const INTERLINK: u16 = 8; // since 6.10
}

pub mod tun {
    // prefix: IFLA_TUN_ <linux/if_link.h>
    pub const OWNER: u16 = 1;
    pub const GROUP: u16 = 2;
    pub const TYPE: u16 = 3;
    pub const PI: u16 = 4;
    pub const VNET_HDR: u16 = 5;
    pub const PERSIST: u16 = 6;
    pub const MULTI_QUEUE: u16 = 7;
    pub const NUM_QUEUES: u16 = 8;
    pub const NUM_DISABLED_QUEUES: u16 = 9;
}

pub mod ipoib {
    // prefix: IFLA_IPOIB_ <linux/if_link.h>
    pub const PKEY: u16 = 1;
    pub const MODE: u16 = 2;
    pub const UMCAST: u16 = 3;
}

pub mod rmnet {
    // prefix: IFLA_RMNET_ <linux/if_link.h>
    pub const MUX_ID: u16 = 1;
    pub const FLAGS: u16 = 2;
}

pub mod dsa {
    // prefix: IFLA_DSA_ <linux/if_link.h>
    pub const CONDUIT: u16 = 1; // since 6.7
}

pub mod wwan {
    // prefix: IFLA_WWAN_ <linux/wwan.h>
    pub const LINK_ID: u16 = 1;
}

pub mod ovpn {
    // prefix: IFLA_OVPN_ <linux/if_link.h>
    pub const MODE: u16 = 1; // since 6.16
}

pub mod batadv {
    // prefix: IFLA_BATADV_ <linux/batman_adv.h>
    pub const ALGO_NAME: u16 = 1;
}
