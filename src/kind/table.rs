//! The rows, one block a link kind. To add a kind, add a block.

use crate::kind::LinkWord as L;
use crate::kind::Show::{Always, Never, TextOnly};
use crate::kind::Ty::*;
use crate::kind::odd::Odd as O;
use crate::kind::{Kind, Opt, opt};
use crate::nl::uapi::{br, brport, iff, ifla, macvlan, querier, vlan};
use crate::nl::wire::{Attr, Attrs};

/// The number of a mask's one bit.
const fn bit(mask: u32) -> u8 {
    mask.trailing_zeros() as u8
}

/// A kind whose options and data are its name alone.
const fn bare(names: &'static str) -> Kind {
    Kind {
        names,
        unknown: "",
        reason: "",
        opts: &[],
        shown: false,
        check: None,
    }
}

/// Every kind that is more than its name to iproute2, or that refuses further words.
pub static KINDS: &[Kind] = &[
    bare("veth"),
    bare("dummy"),
    bare("ifb"),
    Kind {
        names: "macvlan,macvtap",
        unknown: "option",
        reason: "",
        opts: MACVLAN,
        shown: true,
        check: Some(passthru_alone),
    },
    Kind {
        names: "bridge",
        unknown: "command",
        reason: "invalid %",
        opts: BRIDGE,
        shown: true,
        check: None,
    },
    Kind {
        names: "bridge_slave",
        unknown: "option",
        reason: "invalid %",
        opts: BRIDGE_SLAVE,
        shown: true,
        check: None,
    },
    Kind {
        names: "vlan",
        unknown: "command",
        reason: "% is invalid",
        opts: VLAN,
        shown: true,
        check: None,
    },
];

static VLAN: &[Opt] = &[
    opt(vlan::PROTOCOL, Ethertype, Always, "protocol"),
    opt(vlan::ID, U16, Always, "id"),
    opt(vlan::FLAGS, FlagBit(0), Always, "reorder_hdr").late(),
    opt(vlan::FLAGS, FlagBit(1), Always, "gvrp").late(),
    opt(vlan::FLAGS, FlagBit(3), Always, "mvrp").late(),
    opt(vlan::FLAGS, FlagBit(2), Always, "loose_binding").late(),
    opt(vlan::FLAGS, FlagBit(4), Always, "bridge_binding").late(),
];

static MACVLAN: &[Opt] = &[
    opt(
        macvlan::MODE,
        Enum32,
        Always,
        "mode||||private=1 vepa=2 bridge=4 passthru=8 source=16",
    )
    .late(),
    opt(
        macvlan::FLAGS,
        Bits16(0),
        Never,
        "flag||||nopromisc=1 nodst=2 null=0",
    )
    .late(),
    opt(macvlan::FLAGS, Bits16(1), Always, "nopromisc").late(),
    opt(macvlan::FLAGS, Bits16(2), Always, "nodst").late(),
    opt(
        macvlan::BC_QUEUE_LEN,
        U32,
        Always,
        "bcqueuelen|||!Error: argument of \"%\" must be a positive integer [0-4294967295], not \"%\"",
    ),
    opt(macvlan::BC_QUEUE_LEN_USED, U32, Always, "|usedbcqueuelen"),
    opt(macvlan::MACADDR_MODE, Odd(O::MacAddr), Never, "macaddr"),
    opt(
        macvlan::BC_CUTOFF,
        S32,
        Always,
        "=bclim|||!Error: illegal value for \"%\": \"%\"",
    ),
    opt(macvlan::MACADDR_COUNT, Odd(O::MacAddr), Always, ""),
];

/// One of macvlan's flags counts in one mode alone.
fn passthru_alone(late: Attrs) -> Option<&'static str> {
    const NOPROMISC: u64 = 1;
    const PASSTHRU: u64 = 8;
    let value = |attr| late.find(attr).and_then(Attr::number).unwrap_or(0);
    let wrong = value(macvlan::FLAGS) & NOPROMISC != 0 && value(macvlan::MODE) != PASSTHRU;
    wrong.then_some("nopromisc flag only valid in passthru mode")
}

static BRIDGE: &[Opt] = &[
    opt(br::FORWARD_DELAY, U32, Always, "forward_delay"),
    opt(br::HELLO_TIME, U32, Always, "hello_time"),
    opt(br::MAX_AGE, U32, Always, "max_age"),
    opt(br::AGEING_TIME, U32, Always, "ageing_time"),
    opt(br::STP_STATE, U32, Always, "stp_state"),
    opt(
        br::STP_MODE,
        OneOf32,
        Always,
        "=stp_mode||||auto=0 user=1 kernel=2",
    ),
    opt(br::PRIORITY, U16, Always, "priority"),
    opt(br::VLAN_FILTERING, U8, Always, "vlan_filtering"),
    opt(br::VLAN_PROTOCOL, Ethertype, Always, "vlan_protocol"),
    opt(br::BRIDGE_ID, BridgeId, Always, "|bridge_id"),
    opt(br::ROOT_ID, BridgeId, Always, "|designated_root|root_id"),
    opt(br::ROOT_PORT, U16, Always, "|root_port"),
    opt(br::ROOT_PATH_COST, U32, Always, "|root_path_cost"),
    opt(br::TOPOLOGY_CHANGE, U8, Always, "|topology_change"),
    opt(
        br::TOPOLOGY_CHANGE_DETECTED,
        U8,
        Always,
        "|topology_change_detected",
    ),
    opt(br::HELLO_TIMER, Centi64, Always, "|hello_timer"),
    opt(br::TCN_TIMER, Centi64, Always, "|tcn_timer"),
    opt(
        br::TOPOLOGY_CHANGE_TIMER,
        Centi64,
        Always,
        "|topology_change_timer",
    ),
    opt(br::GC_TIMER, Centi64, Always, "|gc_timer"),
    opt(br::FDB_N_LEARNED, U32, Always, "|fdb_n_learned"),
    opt(br::FDB_MAX_LEARNED, U32, Always, "=fdb_max_learned"),
    opt(br::VLAN_DEFAULT_PVID, U16, Always, "vlan_default_pvid"),
    opt(br::VLAN_STATS_ENABLED, U8, Always, "vlan_stats_enabled"),
    opt(br::VLAN_STATS_PER_PORT, U8, Always, "vlan_stats_per_port"),
    opt(br::GROUP_FWD_MASK, Hex16, Always, "group_fwd_mask"),
    opt(
        br::GROUP_ADDR,
        Mac,
        Always,
        "group_address|group_address|group_addr",
    ),
    opt(br::MCAST_SNOOPING, U8, Always, "mcast_snooping:7"),
    opt(br::MULTI_BOOLOPT, Bit(0), Always, "=no_linklocal_learn").late(),
    opt(br::MULTI_BOOLOPT, Bit(1), Always, "=mcast_vlan_snooping").late(),
    opt(br::MULTI_BOOLOPT, Bit(2), Always, "=mst_enabled").late(),
    opt(
        br::MULTI_BOOLOPT,
        Bit(3),
        Always,
        "=mdb_offload_fail_notification",
    )
    .late(),
    opt(br::MULTI_BOOLOPT, Bit(4), Always, "=fdb_local_vlan_0").late(),
    opt(br::MCAST_ROUTER, U8, Always, "mcast_router"),
    opt(
        br::MCAST_QUERY_USE_IFADDR,
        U8,
        Always,
        "mcast_query_use_ifaddr",
    ),
    opt(br::MCAST_QUERIER, U8, Always, "mcast_querier"),
    opt(br::MCAST_QUERIER_STATE, Odd(O::QuerierState), Always, ""),
    opt(
        br::MCAST_HASH_ELASTICITY,
        U32,
        Always,
        "mcast_hash_elasticity",
    ),
    opt(br::MCAST_HASH_MAX, U32, Always, "mcast_hash_max"),
    opt(
        br::MCAST_LAST_MEMBER_CNT,
        U32,
        Always,
        "mcast_last_member_count||mcast_last_member_cnt",
    ),
    opt(
        br::MCAST_STARTUP_QUERY_CNT,
        U32,
        Always,
        "mcast_startup_query_count||mcast_startup_query_cnt",
    ),
    opt(
        br::MCAST_LAST_MEMBER_INTVL,
        U64,
        Always,
        "mcast_last_member_interval||mcast_last_member_intvl",
    ),
    opt(
        br::MCAST_MEMBERSHIP_INTVL,
        U64,
        Always,
        "mcast_membership_interval||mcast_membership_intvl",
    ),
    opt(
        br::MCAST_QUERIER_INTVL,
        U64,
        Always,
        "mcast_querier_interval||mcast_querier_intvl",
    ),
    opt(
        br::MCAST_QUERY_INTVL,
        U64,
        Always,
        "mcast_query_interval||mcast_query_intvl",
    ),
    opt(
        br::MCAST_QUERY_RESPONSE_INTVL,
        U64,
        Always,
        "mcast_query_response_interval||mcast_query_response_intvl",
    ),
    opt(
        br::MCAST_STARTUP_QUERY_INTVL,
        U64,
        Always,
        "mcast_startup_query_interval||mcast_startup_query_intvl",
    ),
    opt(br::MCAST_STATS_ENABLED, U8, Always, "mcast_stats_enabled"),
    opt(br::MCAST_IGMP_VERSION, U8, Always, "mcast_igmp_version"),
    opt(br::MCAST_MLD_VERSION, U8, Always, "mcast_mld_version"),
    opt(br::NF_CALL_IPTABLES, U8, Always, "nf_call_iptables"),
    opt(br::NF_CALL_IP6TABLES, U8, Always, "nf_call_ip6tables"),
    opt(br::NF_CALL_ARPTABLES, U8, Always, "nf_call_arptables"),
    opt(br::FDB_FLUSH, Flag, Never, "fdb_flush"),
];

/// Who else asks for multicast groups, by family: `BRIDGE_QUERIER_*` of `<linux/if_bridge.h>`.
pub static QUERIER: [Opt; 6] = [
    opt(querier::IP_ADDRESS, Ip, Always, "|mcast_querier_ipv4_addr"),
    opt(querier::IP_PORT, U32, Always, "|mcast_querier_ipv4_port"),
    opt(
        querier::IP_OTHER_TIMER,
        Nanoseconds,
        Always,
        "|mcast_querier_ipv4_other_timer",
    ),
    opt(
        querier::IPV6_ADDRESS,
        Ip,
        Always,
        "|mcast_querier_ipv6_addr",
    ),
    opt(querier::IPV6_PORT, U32, Always, "|mcast_querier_ipv6_port"),
    opt(
        querier::IPV6_OTHER_TIMER,
        Nanoseconds,
        Always,
        "|mcast_querier_ipv6_other_timer",
    ),
];

static BRIDGE_SLAVE: &[Opt] = &[
    opt(
        brport::STATE,
        Pick8,
        Always,
        "state|||% is invalid|disabled=0 listening=1 learning=2 forwarding=3 blocking=4",
    ),
    opt(brport::PRIORITY, U16, Always, "priority|||% is invalid"),
    opt(brport::COST, U32, Always, "cost|||% is invalid"),
    opt(brport::MODE, OnOff8, Always, "hairpin"),
    opt(brport::GUARD, OnOff8, Always, "guard"),
    opt(brport::PROTECT, OnOff8, Always, "root_block"),
    opt(brport::FAST_LEAVE, OnOff8, Always, "fastleave:2"),
    opt(brport::LEARNING, OnOff8, Always, "learning"),
    opt(brport::UNICAST_FLOOD, OnOff8, Always, "flood:2"),
    opt(brport::ID, Hex16, Always, "|port_id|id"),
    opt(brport::NO, Hex16, Always, "|port_no|no"),
    opt(brport::DESIGNATED_PORT, U16, Always, "|designated_port"),
    opt(brport::DESIGNATED_COST, U16, Always, "|designated_cost"),
    opt(
        brport::BRIDGE_ID,
        BridgeId,
        Always,
        "|designated_bridge|bridge_id",
    ),
    opt(
        brport::ROOT_ID,
        BridgeId,
        Always,
        "|designated_root|root_id",
    ),
    opt(brport::HOLD_TIMER, Centi64, Always, "|hold_timer"),
    opt(
        brport::MESSAGE_AGE_TIMER,
        Centi64,
        Always,
        "|message_age_timer",
    ),
    opt(
        brport::FORWARD_DELAY_TIMER,
        Centi64,
        Always,
        "|forward_delay_timer",
    ),
    opt(
        brport::TOPOLOGY_CHANGE_ACK,
        U8,
        Always,
        "|topology_change_ack",
    ),
    opt(brport::CONFIG_PENDING, U8, Always, "|config_pending"),
    opt(brport::PROXYARP, OnOff8, Always, "proxy_arp"),
    opt(brport::PROXYARP_WIFI, OnOff8, Always, "proxy_arp_wifi"),
    opt(
        brport::MULTICAST_ROUTER,
        U8,
        Always,
        "mcast_router:7||multicast_router",
    ),
    opt(brport::FAST_LEAVE, OnOff8, TextOnly, "mcast_fast_leave:8"),
    opt(brport::MCAST_FLOOD, OnOff8, Always, "mcast_flood"),
    opt(brport::BCAST_FLOOD, OnOff8, Always, "bcast_flood"),
    opt(brport::MCAST_TO_UCAST, OnOff8, Always, "mcast_to_unicast:7"),
    opt(brport::NEIGH_SUPPRESS, OnOff8, Always, "neigh_suppress"),
    opt(
        brport::NEIGH_VLAN_SUPPRESS,
        OnOff8,
        Always,
        "=neigh_vlan_suppress",
    ),
    opt(
        brport::NEIGH_FORWARD_GRAT,
        OnOff8,
        Always,
        "=neigh_forward_grat",
    ),
    opt(brport::GROUP_FWD_MASK, Hex16, Always, "group_fwd_mask"),
    opt(brport::GROUP_FWD_MASK, Odd(O::GroupFwdNames), Always, ""),
    opt(brport::VLAN_TUNNEL, OnOff8, Always, "vlan_tunnel"),
    opt(brport::ISOLATED, OnOff8, Always, "isolated"),
    opt(brport::LOCKED, OnOff8, Always, "locked"),
    opt(brport::MAB, OnOff8, Always, "=mab"),
    opt(
        brport::BACKUP_PORT,
        Dev,
        Always,
        "backup_port|||Device does not exist\n",
    ),
    opt(brport::BACKUP_PORT, NoDev, Never, "nobackup_port"),
    opt(
        brport::BACKUP_NHID,
        U32,
        Always,
        "=backup_nhid|||% is invalid",
    ),
    opt(brport::FLUSH, Flag, Never, "fdb_flush"),
];

/// The words of `link add`, `set`, `replace` and `delete`, in the order in which they are tried.
pub static LINK: &[Opt] = &[
    opt(0, Link(L::Up), Never, "=up"),
    opt(0, Link(L::Down), Never, "=down"),
    opt(ifla::IFNAME, Link(L::Name), Never, "=name").once(),
    opt(0, Link(L::Index), Never, "=index").once(),
    opt(ifla::LINK, Link(L::Lower), Never, "link"),
    opt(ifla::ADDRESS, Link(L::Address), Never, "address"),
    opt(ifla::BROADCAST, Mac, Never, "broadcast,=brd"),
    opt(ifla::TXQLEN, S32, Never, "txqueuelen,=qlen,txqlen").once(),
    opt(ifla::MTU, S32, Never, "=mtu").once(),
    opt(ifla::NET_NS_FD, Link(L::Netns), Never, "=netns").once(),
    opt(0, Link(L::Flag(bit(iff::MULTICAST))), Never, "=multicast"),
    opt(0, Link(L::Flag(bit(iff::ALLMULTI))), Never, "=allmulticast"),
    opt(0, Link(L::Flag(bit(iff::PROMISC))), Never, "=promisc"),
    opt(0, Link(L::NoFlag(bit(iff::NOTRAILERS))), Never, "=trailers"),
    opt(0, Link(L::NoFlag(bit(iff::NOARP))), Never, "=arp"),
    opt(ifla::CARRIER, Link(L::OnOff), Never, "=carrier"),
    opt(ifla::MASTER, Dev, Never, "master|||Device does not exist\n"),
    opt(ifla::MASTER, NoDev, Never, "nomaster"),
    opt(0, Link(L::Flag(bit(iff::DYNAMIC))), Never, "dynamic"),
    opt(ifla::LINKINFO, Link(L::Type), Never, "type"),
    opt(ifla::IFALIAS, Link(L::Alias), Never, "alias"),
    opt(ifla::GROUP, Link(L::Group), Never, "=group").once(),
    opt(
        ifla::LINKMODE,
        Word8,
        Never,
        "=mode|||Invalid link mode\n|default=0 dormant=1",
    ),
    opt(
        ifla::OPERSTATE,
        Word8,
        Never,
        "=state|||Invalid operstate\n|unknown=0 notpresent=1 down=2 lowerlayerdown=3 testing=4 dormant=5 up=6",
    ),
    opt(ifla::NUM_TX_QUEUES, S32, Never, "numtxqueues").once(),
    opt(ifla::NUM_RX_QUEUES, S32, Never, "numrxqueues").once(),
    opt(
        ifla::AF_SPEC,
        Inet6Word8,
        Never,
        "addrgenmode|||Invalid address generation mode\n|eui64=0 none=1 stable_secret=2 random=3",
    ),
    opt(ifla::LINK_NETNSID, Link(L::LinkNetns), Never, "link-netns"),
    opt(ifla::LINK_NETNSID, S32, Never, "link-netnsid"),
    opt(ifla::PROTO_DOWN, Link(L::OnOff), Never, "=protodown"),
    opt(ifla::GSO_MAX_SIZE, U32, Never, "=gso_max_size"),
    opt(ifla::GSO_MAX_SEGS, Short32, Never, "=gso_max_segs"),
    opt(ifla::GRO_MAX_SIZE, U32, Never, "=gro_max_size"),
    opt(ifla::GSO_IPV4_MAX_SIZE, U32, Never, "=gso_ipv4_max_size"),
    opt(ifla::GRO_IPV4_MAX_SIZE, U32, Never, "=gro_ipv4_max_size"),
    opt(ifla::PARENT_DEV_NAME, Str, Never, "=parentdev"),
    opt(0, Link(L::Help), Never, "help"),
    opt(0, Link(L::Dev), Never, "=dev"),
];

/// Why a value of [`LINK`] is wrong where its row does not say.
pub const LINK_REASON: &str = "Invalid \"%\" value\n";

/// A link's first line after its flags.
pub static FIRST_LINE: &[Opt] = &[
    opt(ifla::MTU, U32, Always, "|mtu"),
    opt(ifla::QDISC, Str, Always, "|qdisc"),
    opt(ifla::MASTER, Dev, Always, "|master"),
];

/// What `-d` adds to a link, before and after its kind.
pub static DETAILS: [&[Opt]; 2] = [
    &[
        opt(ifla::PROMISCUITY, U32, Always, "| promiscuity|promiscuity"),
        opt(ifla::ALLMULTI, U32, Always, "|allmulti"),
        opt(ifla::MIN_MTU, U32, Always, "|minmtu|min_mtu"),
        opt(ifla::MAX_MTU, U32, Always, "|maxmtu|max_mtu"),
        opt(ifla::NETNS_IMMUTABLE, True8, Always, "|netns-immutable"),
    ],
    &[
        opt(
            ifla::NUM_TX_QUEUES,
            U32,
            Always,
            "|numtxqueues|num_tx_queues",
        ),
        opt(
            ifla::NUM_RX_QUEUES,
            U32,
            Always,
            "|numrxqueues|num_rx_queues",
        ),
        opt(ifla::GSO_MAX_SIZE, U32, Always, "|gso_max_size"),
        opt(ifla::GSO_MAX_SEGS, U32, Always, "|gso_max_segs"),
        opt(ifla::TSO_MAX_SIZE, U32, Always, "|tso_max_size"),
        opt(ifla::TSO_MAX_SEGS, U32, Always, "|tso_max_segs"),
        opt(ifla::GRO_MAX_SIZE, U32, Always, "|gro_max_size"),
        opt(ifla::GSO_IPV4_MAX_SIZE, U32, Always, "|gso_ipv4_max_size"),
        opt(ifla::GRO_IPV4_MAX_SIZE, U32, Always, "|gro_ipv4_max_size"),
        opt(
            ifla::PHYS_PORT_NAME,
            Str,
            Always,
            "|portname|phys_port_name",
        ),
        opt(ifla::PHYS_PORT_ID, HexBytes, Always, "|portid|phys_port_id"),
        opt(
            ifla::PHYS_SWITCH_ID,
            HexBytes,
            Always,
            "|switchid|phys_switch_id",
        ),
        opt(ifla::PARENT_DEV_BUS_NAME, Str, Always, "|parentbus"),
        opt(ifla::PARENT_DEV_NAME, Str, Always, "|parentdev"),
    ],
];
