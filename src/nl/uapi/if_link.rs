//! `<linux/if_link.h>`: interfaces, virtual functions, XDP, and the options of most kinds of link.

pub mod ifla {
    // prefix: IFLA_
    pub const ADDRESS: u16 = 1;
    pub const BROADCAST: u16 = 2;
    pub const IFNAME: u16 = 3;
    pub const MTU: u16 = 4;
    pub const LINK: u16 = 5;
    pub const QDISC: u16 = 6;
    pub const STATS: u16 = 7;
    pub const MASTER: u16 = 10;
    pub const PROTINFO: u16 = 12;
    pub const TXQLEN: u16 = 13;
    pub const OPERSTATE: u16 = 16;
    pub const LINKMODE: u16 = 17;
    pub const LINKINFO: u16 = 18;
    pub const NET_NS_PID: u16 = 19;
    pub const IFALIAS: u16 = 20;
    pub const NUM_VF: u16 = 21;
    pub const VFINFO_LIST: u16 = 22;
    pub const STATS64: u16 = 23;
    pub const AF_SPEC: u16 = 26;
    pub const GROUP: u16 = 27;
    pub const NET_NS_FD: u16 = 28;
    pub const EXT_MASK: u16 = 29;
    pub const PROMISCUITY: u16 = 30;
    pub const NUM_TX_QUEUES: u16 = 31;
    pub const NUM_RX_QUEUES: u16 = 32;
    pub const CARRIER: u16 = 33;
    pub const PHYS_PORT_ID: u16 = 34;
    pub const CARRIER_CHANGES: u16 = 35;
    pub const PHYS_SWITCH_ID: u16 = 36;
    pub const LINK_NETNSID: u16 = 37;
    pub const PHYS_PORT_NAME: u16 = 38;
    pub const PROTO_DOWN: u16 = 39;
    pub const GSO_MAX_SEGS: u16 = 40;
    pub const GSO_MAX_SIZE: u16 = 41;
    pub const XDP: u16 = 43;
    pub const EVENT: u16 = 44;
    pub const NEW_NETNSID: u16 = 45;
    pub const TARGET_NETNSID: u16 = 46;
    pub const NEW_IFINDEX: u16 = 49;
    pub const MIN_MTU: u16 = 50;
    pub const MAX_MTU: u16 = 51;
    pub const PROP_LIST: u16 = 52;
    pub const ALT_IFNAME: u16 = 53;
    pub const PERM_ADDRESS: u16 = 54;
    pub const PROTO_DOWN_REASON: u16 = 55;
    pub const PARENT_DEV_NAME: u16 = 56;
    pub const PARENT_DEV_BUS_NAME: u16 = 57;
    pub const GRO_MAX_SIZE: u16 = 58;
    pub const TSO_MAX_SIZE: u16 = 59;
    pub const TSO_MAX_SEGS: u16 = 60;
    pub const ALLMULTI: u16 = 61;
    pub const GSO_IPV4_MAX_SIZE: u16 = 63; // since 6.3
    pub const GRO_IPV4_MAX_SIZE: u16 = 64; // since 6.3
    pub const NETNS_IMMUTABLE: u16 = 67; // since 6.15
}

pub mod reason {
    // prefix: IFLA_PROTO_DOWN_REASON_
    pub const MASK: u16 = 1;
    pub const VALUE: u16 = 2;
}

pub mod inet {
    // prefix: IFLA_INET_
    pub const CONF: u16 = 1;
}

pub mod inet6 {
    // prefix: IFLA_INET6_
    pub const TOKEN: u16 = 7;
    pub const ADDR_GEN_MODE: u16 = 8;
}

pub mod br {
    // prefix: IFLA_BR_
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

pub mod brport {
    // prefix: IFLA_BRPORT_
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

pub mod info {
    // prefix: IFLA_INFO_
    pub const KIND: u16 = 1;
    pub const DATA: u16 = 2;
    pub const XSTATS: u16 = 3;
    pub const SLAVE_KIND: u16 = 4;
    pub const SLAVE_DATA: u16 = 5;
}

pub mod vlan {
    // prefix: IFLA_VLAN_
    pub const ID: u16 = 1;
    pub const FLAGS: u16 = 2;
    pub const EGRESS_QOS: u16 = 3;
    pub const INGRESS_QOS: u16 = 4;
    pub const PROTOCOL: u16 = 5;
    // In IFLA_VLAN_EGRESS_QOS and IFLA_VLAN_INGRESS_QOS.
    pub const QOS_MAPPING: u16 = 1;
}

pub mod macvlan {
    // prefix: IFLA_MACVLAN_
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
    // prefix: MACVLAN_MACADDR_
    pub const ADD: u32 = 0;
    pub const DEL: u32 = 1;
    pub const FLUSH: u32 = 2;
    pub const SET: u32 = 3;
}

pub mod vrf {
    // prefix: IFLA_VRF_
    pub const TABLE: u16 = 1;
}

pub mod vrf_port {
    // prefix: IFLA_VRF_PORT_
    pub const TABLE: u16 = 1;
}

pub mod macsec {
    // prefix: IFLA_MACSEC_
    pub const SCI: u16 = 1;
    pub const PORT: u16 = 2;
    pub const ICV_LEN: u16 = 3;
    pub const CIPHER_SUITE: u16 = 4;
    pub const WINDOW: u16 = 5;
    pub const ENCODING_SA: u16 = 6;
    pub const ENCRYPT: u16 = 7;
    pub const PROTECT: u16 = 8;
    pub const INC_SCI: u16 = 9;
    pub const ES: u16 = 10;
    pub const SCB: u16 = 11;
    pub const REPLAY_PROTECT: u16 = 12;
    pub const VALIDATION: u16 = 13;
    pub const OFFLOAD: u16 = 15;
}

pub mod xfrm {
    // prefix: IFLA_XFRM_
    pub const LINK: u16 = 1;
    pub const IF_ID: u16 = 2;
    pub const COLLECT_METADATA: u16 = 3;
}

pub mod ipvlan {
    // prefix: IFLA_IPVLAN_
    pub const MODE: u16 = 1;
    pub const FLAGS: u16 = 2;
}

pub mod netkit {
    // prefix: IFLA_NETKIT_
    pub const PEER_INFO: u16 = 1; // since 6.7
    pub const PRIMARY: u16 = 2; // since 6.7
    pub const POLICY: u16 = 3; // since 6.7
    pub const PEER_POLICY: u16 = 4; // since 6.7
    pub const MODE: u16 = 5; // since 6.7
    pub const SCRUB: u16 = 6; // since 6.13
    pub const PEER_SCRUB: u16 = 7; // since 6.13
}

pub mod vxlan {
    // prefix: IFLA_VXLAN_
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
    // prefix: IFLA_GENEVE_
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
    // prefix: IFLA_BAREUDP_
    pub const PORT: u16 = 1;
    pub const ETHERTYPE: u16 = 2;
    pub const SRCPORT_MIN: u16 = 3;
    pub const MULTIPROTO_MODE: u16 = 4;
}

pub mod gtp {
    // prefix: IFLA_GTP_
    pub const PDP_HASHSIZE: u16 = 3;
    pub const ROLE: u16 = 4;
    pub const CREATE_SOCKETS: u16 = 5;
    pub const RESTART_COUNT: u16 = 6;
}

pub mod bond {
    // prefix: IFLA_BOND_
    pub const MODE: u16 = 1;
    pub const ACTIVE_SLAVE: u16 = 2;
    pub const MIIMON: u16 = 3;
    pub const UPDELAY: u16 = 4;
    pub const DOWNDELAY: u16 = 5;
    pub const USE_CARRIER: u16 = 6;
    pub const ARP_INTERVAL: u16 = 7;
    pub const ARP_IP_TARGET: u16 = 8;
    pub const ARP_VALIDATE: u16 = 9;
    pub const ARP_ALL_TARGETS: u16 = 10;
    pub const PRIMARY: u16 = 11;
    pub const PRIMARY_RESELECT: u16 = 12;
    pub const FAIL_OVER_MAC: u16 = 13;
    pub const XMIT_HASH_POLICY: u16 = 14;
    pub const RESEND_IGMP: u16 = 15;
    pub const NUM_PEER_NOTIF: u16 = 16;
    pub const ALL_SLAVES_ACTIVE: u16 = 17;
    pub const MIN_LINKS: u16 = 18;
    pub const LP_INTERVAL: u16 = 19;
    pub const PACKETS_PER_SLAVE: u16 = 20;
    pub const AD_LACP_RATE: u16 = 21;
    pub const AD_SELECT: u16 = 22;
    pub const AD_INFO: u16 = 23;
    pub const AD_ACTOR_SYS_PRIO: u16 = 24;
    pub const AD_USER_PORT_KEY: u16 = 25;
    pub const AD_ACTOR_SYSTEM: u16 = 26;
    pub const TLB_DYNAMIC_LB: u16 = 27;
    pub const PEER_NOTIF_DELAY: u16 = 28;
    pub const AD_LACP_ACTIVE: u16 = 29;
    pub const MISSED_MAX: u16 = 30;
    pub const NS_IP6_TARGET: u16 = 31;
    pub const COUPLED_CONTROL: u16 = 32; // since 6.9
    pub const BROADCAST_NEIGH: u16 = 33; // since 6.17
    pub const LACP_STRICT: u16 = 34; // since 7.2
}

pub mod bond_ad_info {
    // prefix: IFLA_BOND_AD_INFO_
    pub const AGGREGATOR: u16 = 1;
    pub const NUM_PORTS: u16 = 2;
    pub const ACTOR_KEY: u16 = 3;
    pub const PARTNER_KEY: u16 = 4;
    pub const PARTNER_MAC: u16 = 5;
}

pub mod bond_slave {
    // prefix: IFLA_BOND_SLAVE_
    pub const STATE: u16 = 1;
    pub const MII_STATUS: u16 = 2;
    pub const LINK_FAILURE_COUNT: u16 = 3;
    pub const PERM_HWADDR: u16 = 4;
    pub const QUEUE_ID: u16 = 5;
    pub const AD_AGGREGATOR_ID: u16 = 6;
    pub const AD_ACTOR_OPER_PORT_STATE: u16 = 7;
    pub const AD_PARTNER_OPER_PORT_STATE: u16 = 8;
    pub const PRIO: u16 = 9;
    pub const ACTOR_PORT_PRIO: u16 = 10; // since 6.18
    pub const AD_CHURN_ACTOR_STATE: u16 = 11; // since 7.0
    pub const AD_CHURN_PARTNER_STATE: u16 = 12; // since 7.0
}

pub mod vf {
    // prefix: IFLA_VF_
    // In IFLA_VFINFO_LIST.
    pub const INFO: u16 = 1;
    // In IFLA_VF_INFO.
    pub const MAC: u16 = 1;
    pub const VLAN: u16 = 2;
    pub const TX_RATE: u16 = 3;
    pub const SPOOFCHK: u16 = 4;
    pub const LINK_STATE: u16 = 5;
    pub const RATE: u16 = 6;
    pub const RSS_QUERY_EN: u16 = 7;
    pub const STATS: u16 = 8;
    pub const TRUST: u16 = 9;
    pub const IB_NODE_GUID: u16 = 10;
    pub const IB_PORT_GUID: u16 = 11;
    pub const VLAN_LIST: u16 = 12;
    pub const BROADCAST: u16 = 13;
    // In IFLA_VF_VLAN_LIST.
    pub const VLAN_INFO: u16 = 1;
}

pub mod vf_stats {
    // prefix: IFLA_VF_STATS_
    pub const RX_PACKETS: u16 = 0;
    pub const TX_PACKETS: u16 = 1;
    pub const RX_BYTES: u16 = 2;
    pub const TX_BYTES: u16 = 3;
    pub const BROADCAST: u16 = 4;
    pub const MULTICAST: u16 = 5;
    pub const RX_DROPPED: u16 = 7;
    pub const TX_DROPPED: u16 = 8;
}

pub mod ipoib {
    // prefix: IFLA_IPOIB_
    pub const PKEY: u16 = 1;
    pub const MODE: u16 = 2;
    pub const UMCAST: u16 = 3;
}

pub mod hsr {
    // prefix: IFLA_HSR_
    pub const SLAVE1: u16 = 1;
    pub const SLAVE2: u16 = 2;
    pub const MULTICAST_SPEC: u16 = 3;
    pub const SUPERVISION_ADDR: u16 = 4;
    pub const SEQ_NR: u16 = 5;
    pub const VERSION: u16 = 6;
    pub const PROTOCOL: u16 = 7;
    pub const INTERLINK: u16 = 8; // since 6.10
}

pub mod stats {
    // prefix: IFLA_STATS_
    pub const LINK_64: u16 = 1;
    pub const LINK_XSTATS: u16 = 2;
    pub const LINK_XSTATS_SLAVE: u16 = 3;
    pub const LINK_OFFLOAD_XSTATS: u16 = 4;
    pub const AF_SPEC: u16 = 5;
    pub const GET_FILTERS: u16 = 1;
    pub const SET_OFFLOAD_XSTATS_L3_STATS: u16 = 2;
}

pub mod offload_xstats {
    // prefix: IFLA_OFFLOAD_XSTATS_
    pub const CPU_HIT: u16 = 1;
    pub const HW_S_INFO: u16 = 2;
    pub const L3_STATS: u16 = 3;
    pub const HW_S_INFO_REQUEST: u16 = 1;
    pub const HW_S_INFO_USED: u16 = 2;
}

pub mod xstats {
    // prefix: LINK_XSTATS_TYPE_
    pub const BRIDGE: u16 = 1;
    pub const BOND: u16 = 2;
}

pub mod xdp_flags {
    // prefix: XDP_FLAGS_
    pub const UPDATE_IF_NOEXIST: u32 = 1;
    pub const SKB_MODE: u32 = 2;
    pub const DRV_MODE: u32 = 4;
    pub const HW_MODE: u32 = 8;
}

pub mod xdp_attached {
    // prefix: XDP_ATTACHED_
    pub const DRV: u8 = 1;
    pub const SKB: u8 = 2;
    pub const HW: u8 = 3;
    pub const MULTI: u8 = 4;
}

pub mod xdp {
    // prefix: IFLA_XDP_
    pub const FD: u16 = 1;
    pub const ATTACHED: u16 = 2;
    pub const FLAGS: u16 = 3;
    pub const PROG_ID: u16 = 4;
    pub const DRV_PROG_ID: u16 = 5;
    pub const SKB_PROG_ID: u16 = 6;
    pub const HW_PROG_ID: u16 = 7;
}

pub mod tun {
    // prefix: IFLA_TUN_
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

pub mod rmnet {
    // prefix: IFLA_RMNET_
    pub const MUX_ID: u16 = 1;
    pub const FLAGS: u16 = 2;
}

pub mod dsa {
    // prefix: IFLA_DSA_
    pub const CONDUIT: u16 = 1; // since 6.7
}

pub mod ovpn {
    // prefix: IFLA_OVPN_
    pub const MODE: u16 = 1; // since 6.16
}
