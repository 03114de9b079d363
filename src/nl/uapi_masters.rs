//! The kernel's numbers for bonds, MACsec and CAN. As in `uapi`, whose part this is.
#![allow(missing_docs)]

pub mod bond {
    // prefix: IFLA_BOND_ <linux/if_link.h>
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
    // prefix: IFLA_BOND_AD_INFO_ <linux/if_link.h>
    pub const AGGREGATOR: u16 = 1;
    pub const NUM_PORTS: u16 = 2;
    pub const ACTOR_KEY: u16 = 3;
    pub const PARTNER_KEY: u16 = 4;
    pub const PARTNER_MAC: u16 = 5;
}

pub mod bond_slave {
    // prefix: IFLA_BOND_SLAVE_ <linux/if_link.h>
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

pub mod macsec {
    // prefix: IFLA_MACSEC_ <linux/if_link.h>
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

pub mod macsec_id {
    // prefix: MACSEC_ <linux/if_macsec.h>
    pub const DEFAULT_CIPHER_ID: u64 = 0x0080020001000001;
    pub const CIPHER_ID_GCM_AES_128: u64 = 0x0080C20001000001;
    pub const CIPHER_ID_GCM_AES_256: u64 = 0x0080C20001000002;
    pub const CIPHER_ID_GCM_AES_XPN_128: u64 = 0x0080C20001000003;
    pub const CIPHER_ID_GCM_AES_XPN_256: u64 = 0x0080C20001000004;
}

pub mod can {
    // prefix: IFLA_CAN_ <linux/can/netlink.h>
    pub const BITTIMING: u16 = 1;
    pub const BITTIMING_CONST: u16 = 2;
    pub const CLOCK: u16 = 3;
    pub const STATE: u16 = 4;
    pub const CTRLMODE: u16 = 5;
    pub const RESTART_MS: u16 = 6;
    pub const RESTART: u16 = 7;
    pub const BERR_COUNTER: u16 = 8;
    pub const DATA_BITTIMING: u16 = 9;
    pub const DATA_BITTIMING_CONST: u16 = 10;
    pub const TERMINATION: u16 = 11;
    pub const TERMINATION_CONST: u16 = 12;
    pub const BITRATE_CONST: u16 = 13;
    pub const DATA_BITRATE_CONST: u16 = 14;
    pub const TDC: u16 = 16;
    pub const XL_DATA_BITTIMING: u16 = 18; // since 7.0
    pub const XL_DATA_BITTIMING_CONST: u16 = 19; // since 7.0
    pub const XL_DATA_BITRATE_CONST: u16 = 20; // since 7.0
    pub const XL_TDC: u16 = 21; // since 7.0
    pub const XL_PWM: u16 = 22; // since 7.0
}
