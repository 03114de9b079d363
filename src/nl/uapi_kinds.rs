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
