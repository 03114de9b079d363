//! The rows of a bond and its ports.

use crate::kind::Family::{Inet, Inet6};
use crate::kind::Show::{Always, Never, NonZero};
use crate::kind::Ty::*;
use crate::kind::odd::Odd as O;
use crate::kind::{Opt, opt};
use crate::nl::uapi::{bond, bond_ad_info, bond_slave};

/// A bond. The words of a value are told by their numbers as well.
pub static BOND: &[Opt] = &[
    opt(
        bond::MODE,
        Index8,
        Always,
        c"mode||||balance-rr=0 active-backup=1 balance-xor=2 broadcast=3 802.3ad=4 balance-tlb=5 balance-alb=6",
    ),
    opt(bond::ACTIVE_SLAVE, Dev, NonZero, c"active_slave"),
    opt(bond::ACTIVE_SLAVE, Only32(0), Never, c"clear_active_slave"),
    opt(bond::MIIMON, U32, Always, c"miimon"),
    opt(bond::UPDELAY, U32, Always, c"updelay"),
    opt(bond::DOWNDELAY, U32, Always, c"downdelay"),
    opt(bond::PEER_NOTIF_DELAY, U32, Always, c"peer_notify_delay"),
    opt(bond::USE_CARRIER, U8, Always, c"use_carrier"),
    opt(bond::ARP_INTERVAL, U32, Always, c"arp_interval"),
    opt(bond::MISSED_MAX, U8, Always, c"=arp_missed_max"),
    opt(bond::ARP_IP_TARGET, IpList(Inet), Always, c"arp_ip_target"),
    opt(bond::NS_IP6_TARGET, IpList(Inet6), Always, c"=ns_ip6_target"),
    opt(
        bond::ARP_VALIDATE,
        Index32,
        Always,
        c"arp_validate||||none=0 active=1 backup=2 all=3 filter=4 filter_active=5 filter_backup=6",
    ),
    opt(
        bond::ARP_ALL_TARGETS,
        Index32,
        Always,
        c"arp_all_targets||||any=0 all=1",
    ),
    opt(bond::PRIMARY, Dev, NonZero, c"primary"),
    opt(
        bond::PRIMARY_RESELECT,
        Index8,
        Always,
        c"primary_reselect||||always=0 better=1 failure=2",
    ),
    opt(
        bond::FAIL_OVER_MAC,
        Index8,
        Always,
        c"fail_over_mac||||none=0 active=1 follow=2",
    ),
    opt(
        bond::XMIT_HASH_POLICY,
        Index8,
        Always,
        c"xmit_hash_policy||||layer2=0 layer3+4=1 layer2+3=2 encap2+3=3 encap3+4=4 vlan+srcmac=5",
    ),
    opt(bond::RESEND_IGMP, U32, Always, c"resend_igmp"),
    opt(
        bond::NUM_PEER_NOTIF,
        U8,
        Always,
        c"num_grat_arp,num_unsol_na||num_peer_notif",
    ),
    opt(bond::ALL_SLAVES_ACTIVE, U8, Always, c"all_slaves_active"),
    opt(bond::LACP_STRICT, OnOff8, Always, c"lacp_strict:6"),
    opt(bond::MIN_LINKS, U32, Always, c"min_links"),
    opt(bond::LP_INTERVAL, U32, Always, c"lp_interval"),
    opt(bond::PACKETS_PER_SLAVE, U32, Always, c"packets_per_slave"),
    opt(
        bond::AD_LACP_ACTIVE,
        Index8,
        Always,
        c"=lacp_active||ad_lacp_active||off=0 on=1",
    ),
    opt(
        bond::AD_LACP_RATE,
        Index8,
        Always,
        c"lacp_rate||ad_lacp_rate||slow=0 fast=1",
    ),
    opt(bond::COUPLED_CONTROL, OnOff8, Always, c"=coupled_control"),
    opt(bond::BROADCAST_NEIGH, OnOff8, Always, c"=broadcast_neighbor"),
    opt(
        bond::AD_SELECT,
        Index8,
        Always,
        c"ad_select||||stable=0 bandwidth=1 count=2 actor_port_prio=3",
    ),
    opt(bond::AD_INFO, Odd(O::AdInfo), Always, c""),
    opt(bond::AD_ACTOR_SYS_PRIO, U16, Always, c"ad_actor_sys_prio"),
    opt(bond::AD_USER_PORT_KEY, U16, Always, c"ad_user_port_key"),
    opt(bond::AD_ACTOR_SYSTEM, Mac, Always, c"ad_actor_system"),
    opt(bond::TLB_DYNAMIC_LB, U8, Always, c"tlb_dynamic_lb"),
];

/// What a bond has agreed on with its partner (`IFLA_BOND_AD_INFO`).
pub static AD_INFO: &[Opt] = &[
    opt(
        bond_ad_info::AGGREGATOR,
        U16,
        Always,
        c"|ad_aggregator|aggregator",
    ),
    opt(
        bond_ad_info::NUM_PORTS,
        U16,
        Always,
        c"|ad_num_ports|num_ports",
    ),
    opt(
        bond_ad_info::ACTOR_KEY,
        U16,
        Always,
        c"|ad_actor_key|actor_key",
    ),
    opt(
        bond_ad_info::PARTNER_KEY,
        U16,
        Always,
        c"|ad_partner_key|partner_key",
    ),
    opt(
        bond_ad_info::PARTNER_MAC,
        Mac,
        Always,
        c"|ad_partner_mac|partner_mac",
    ),
];

/// A port of a bond.
pub static BOND_SLAVE: &[Opt] = &[
    opt(
        bond_slave::STATE,
        Named,
        Always,
        c"|state|||ACTIVE=0 BACKUP=1|state_index",
    ),
    opt(
        bond_slave::MII_STATUS,
        Named,
        Always,
        c"|mii_status|||UP=0 GOING_DOWN=1 DOWN=2 GOING_BACK=3|mii_status_index",
    ),
    opt(
        bond_slave::LINK_FAILURE_COUNT,
        U32,
        Always,
        c"|link_failure_count",
    ),
    opt(bond_slave::PERM_HWADDR, Mac, Always, c"|perm_hwaddr"),
    opt(bond_slave::QUEUE_ID, U16, Always, c"queue_id"),
    opt(bond_slave::PRIO, S32, Always, c"=prio"),
    opt(
        bond_slave::AD_AGGREGATOR_ID,
        U16,
        Always,
        c"|ad_aggregator_id",
    ),
    opt(
        bond_slave::AD_ACTOR_OPER_PORT_STATE,
        Odd(O::PortState),
        Always,
        c"|ad_actor_oper_port_state",
    ),
    opt(
        bond_slave::AD_PARTNER_OPER_PORT_STATE,
        Odd(O::PortState),
        Always,
        c"|ad_partner_oper_port_state",
    ),
    opt(
        bond_slave::AD_CHURN_ACTOR_STATE,
        Named,
        Always,
        c"|churn_actor_state|||MONITOR=0 CHURN=1 NO_CHURN=2",
    ),
    opt(
        bond_slave::AD_CHURN_PARTNER_STATE,
        Named,
        Always,
        c"|churn_partner_state|||MONITOR=0 CHURN=1 NO_CHURN=2",
    ),
    opt(
        bond_slave::ACTOR_PORT_PRIO,
        U16,
        Always,
        c"=actor_port_prio|||actor prio is invalid",
    ),
];

/// The bits of a port's state.
pub const PORT_STATES: &[u8] =
    b"active=1 short_timeout=2 aggregating=4 in_sync=8 collecting=16 distributing=32 \
    defaulted=64 expired=128";
