//! bridge: bridges and their ports.

use crate::append::Append;
use crate::customs;
use crate::kind::kind::{COMMAND, Kind, OPTION};
use crate::names::Names;
use crate::nl::uapi::{br, brport, querier};
use crate::nl::wire::{Attr, Index};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::Row;
use crate::row::print::show_options;
use crate::row::sent::Sent;
use crate::row::table::{NEVER_SET, Table};
use crate::text::hexadecimal;

/// The kinds bridge and bridge_slave.
pub static KINDS: &[Kind] = &[
    Kind::new(c"bridge", COMMAND, BRIDGE)
        .wrong(c"invalid %")
        .sent(&[Sent::given(br::MULTI_BOOLOPT)])
        .customs(&CUSTOMS),
    Kind::new(c"bridge_slave", OPTION, BRIDGE_SLAVE)
        .wrong(c"invalid %")
        .customs(&CUSTOMS),
];

customs! {
    static CUSTOMS;
    QUERIER_STATE: NEVER_SET, show_queriers, "";
    GROUP_FWD_NAMES: NEVER_SET, show_group_fwd_names, "";
}

options! {
    /// A bridge.
    BRIDGE {
        br::FORWARD_DELAY => U32, word: "forward_delay";
        br::HELLO_TIME => U32, word: "hello_time";
        br::MAX_AGE => U32, word: "max_age";
        br::AGEING_TIME => U32, word: "ageing_time";
        br::STP_STATE => U32, word: "stp_state";
        br::STP_MODE => WORD32_BY_PREFIX_WARNED, exact: "stp_mode", values: "auto user kernel";
        br::PRIORITY => U16, word: "priority";
        br::VLAN_FILTERING => U8, word: "vlan_filtering";
        br::VLAN_PROTOCOL => ETHERTYPE, word: "vlan_protocol";
        br::BRIDGE_ID => BRIDGE_ID, name: "bridge_id";
        br::ROOT_ID => BRIDGE_ID, name: "designated_root", json: "root_id";
        br::ROOT_PORT => U16, name: "root_port";
        br::ROOT_PATH_COST => U32, name: "root_path_cost";
        br::TOPOLOGY_CHANGE => U8, name: "topology_change";
        br::TOPOLOGY_CHANGE_DETECTED => U8, name: "topology_change_detected";
        br::HELLO_TIMER => CENTISECONDS, name: "hello_timer";
        br::TCN_TIMER => CENTISECONDS, name: "tcn_timer";
        br::TOPOLOGY_CHANGE_TIMER => CENTISECONDS, name: "topology_change_timer";
        br::GC_TIMER => CENTISECONDS, name: "gc_timer";
        br::FDB_N_LEARNED => U32, name: "fdb_n_learned";
        br::FDB_MAX_LEARNED => U32, exact: "fdb_max_learned";
        br::VLAN_DEFAULT_PVID => U16, word: "vlan_default_pvid";
        br::VLAN_STATS_ENABLED => U8, word: "vlan_stats_enabled";
        br::VLAN_STATS_PER_PORT => U8, word: "vlan_stats_per_port";
        br::GROUP_FWD_MASK => HEX16, word: "group_fwd_mask";
        br::GROUP_ADDR => MAC, word: "group_address", json: "group_addr";
        br::MCAST_SNOOPING => U8, word: "mcast_snooping", shortest: "mcast_s";
        br::MULTI_BOOLOPT => masked_bit(0), exact: "no_linklocal_learn";
        br::MULTI_BOOLOPT => masked_bit(1), exact: "mcast_vlan_snooping";
        br::MULTI_BOOLOPT => masked_bit(2), exact: "mst_enabled";
        br::MULTI_BOOLOPT => masked_bit(3), exact: "mdb_offload_fail_notification";
        br::MULTI_BOOLOPT => masked_bit(4), exact: "fdb_local_vlan_0";
        br::MCAST_ROUTER => U8, word: "mcast_router";
        br::MCAST_QUERY_USE_IFADDR => U8, word: "mcast_query_use_ifaddr";
        br::MCAST_QUERIER => U8, word: "mcast_querier";
        br::MCAST_QUERIER_STATE => QUERIER_STATE;
        br::MCAST_HASH_ELASTICITY => U32, word: "mcast_hash_elasticity";
        br::MCAST_HASH_MAX => U32, word: "mcast_hash_max";
        br::MCAST_LAST_MEMBER_CNT => U32, word: "mcast_last_member_count", json: "mcast_last_member_cnt";
        br::MCAST_STARTUP_QUERY_CNT => U32, word: "mcast_startup_query_count", json: "mcast_startup_query_cnt";
        br::MCAST_LAST_MEMBER_INTVL => U64, word: "mcast_last_member_interval", json: "mcast_last_member_intvl";
        br::MCAST_MEMBERSHIP_INTVL => U64, word: "mcast_membership_interval", json: "mcast_membership_intvl";
        br::MCAST_QUERIER_INTVL => U64, word: "mcast_querier_interval", json: "mcast_querier_intvl";
        br::MCAST_QUERY_INTVL => U64, word: "mcast_query_interval", json: "mcast_query_intvl";
        br::MCAST_QUERY_RESPONSE_INTVL => U64, word: "mcast_query_response_interval",
            json: "mcast_query_response_intvl";
        br::MCAST_STARTUP_QUERY_INTVL => U64, word: "mcast_startup_query_interval",
            json: "mcast_startup_query_intvl";
        br::MCAST_STATS_ENABLED => U8, word: "mcast_stats_enabled";
        br::MCAST_IGMP_VERSION => U8, word: "mcast_igmp_version";
        br::MCAST_MLD_VERSION => U8, word: "mcast_mld_version";
        br::NF_CALL_IPTABLES => U8, word: "nf_call_iptables";
        br::NF_CALL_IP6TABLES => U8, word: "nf_call_ip6tables";
        br::NF_CALL_ARPTABLES => U8, word: "nf_call_arptables";
        br::FDB_FLUSH => FLAG, word: "fdb_flush", show: Never;
    }

    /// A port of a bridge.
    BRIDGE_SLAVE {
        brport::STATE => NUMBER8_SHOWN_AS_WORD, word: "state", wrong: "% is invalid",
            values: "disabled listening learning forwarding blocking", json_number: "state_index";
        brport::PRIORITY => U16, word: "priority", wrong: "% is invalid";
        brport::COST => U32, word: "cost", wrong: "% is invalid";
        brport::MODE => ON_OFF8, word: "hairpin";
        brport::GUARD => ON_OFF8, word: "guard";
        brport::PROTECT => ON_OFF8, word: "root_block";
        brport::FAST_LEAVE => ON_OFF8, word: "fastleave", shortest: "fa";
        brport::LEARNING => ON_OFF8, word: "learning";
        brport::UNICAST_FLOOD => ON_OFF8, word: "flood", shortest: "fl";
        brport::ID => HEX16, name: "port_id", json: "id";
        brport::NO => HEX16, name: "port_no", json: "no";
        brport::DESIGNATED_PORT => U16, name: "designated_port";
        brport::DESIGNATED_COST => U16, name: "designated_cost";
        brport::BRIDGE_ID => BRIDGE_ID, name: "designated_bridge", json: "bridge_id";
        brport::ROOT_ID => BRIDGE_ID, name: "designated_root", json: "root_id";
        brport::HOLD_TIMER => CENTISECONDS, name: "hold_timer";
        brport::MESSAGE_AGE_TIMER => CENTISECONDS, name: "message_age_timer";
        brport::FORWARD_DELAY_TIMER => CENTISECONDS, name: "forward_delay_timer";
        brport::TOPOLOGY_CHANGE_ACK => U8, name: "topology_change_ack";
        brport::CONFIG_PENDING => U8, name: "config_pending";
        brport::PROXYARP => ON_OFF8, word: "proxy_arp";
        brport::PROXYARP_WIFI => ON_OFF8, word: "proxy_arp_wifi";
        brport::MULTICAST_ROUTER => U8, word: "mcast_router", shortest: "mcast_r", json: "multicast_router";
        brport::FAST_LEAVE => ON_OFF8, word: "mcast_fast_leave", shortest: "mcast_fa", show: TextOnly;
        brport::MCAST_FLOOD => ON_OFF8, word: "mcast_flood";
        brport::BCAST_FLOOD => ON_OFF8, word: "bcast_flood";
        brport::MCAST_TO_UCAST => ON_OFF8, word: "mcast_to_unicast", shortest: "mcast_t";
        brport::NEIGH_SUPPRESS => ON_OFF8, word: "neigh_suppress";
        brport::NEIGH_VLAN_SUPPRESS => ON_OFF8, exact: "neigh_vlan_suppress";
        brport::NEIGH_FORWARD_GRAT => ON_OFF8, exact: "neigh_forward_grat";
        brport::GROUP_FWD_MASK => HEX16, word: "group_fwd_mask";
        brport::GROUP_FWD_MASK => GROUP_FWD_NAMES;
        brport::VLAN_TUNNEL => ON_OFF8, word: "vlan_tunnel";
        brport::ISOLATED => ON_OFF8, word: "isolated";
        brport::LOCKED => ON_OFF8, word: "locked";
        brport::MAB => ON_OFF8, exact: "mab";
        brport::BACKUP_PORT => DEVICE, word: "backup_port", wrong: "Device does not exist\n";
        brport::BACKUP_PORT => fixed32(0), word: "nobackup_port", show: Never;
        brport::BACKUP_NHID => U32, exact: "backup_nhid", wrong: "% is invalid";
        brport::FLUSH => FLAG, word: "fdb_flush", show: Never;
    }

    /// Another router that asks for the members of multicast groups by IGMP, inside `IFLA_BR_MCAST_QUERIER_STATE`.
    QUERIER_IPV4 {
        querier::IP_ADDRESS => ADDRESS, name: "mcast_querier_ipv4_addr";
        querier::IP_PORT => U32, name: "mcast_querier_ipv4_port";
        querier::IP_OTHER_TIMER => NANOSECONDS, name: "mcast_querier_ipv4_other_timer";
    }

    /// Another router that asks by MLD.
    QUERIER_IPV6 {
        querier::IPV6_ADDRESS => ADDRESS, name: "mcast_querier_ipv6_addr";
        querier::IPV6_PORT => U32, name: "mcast_querier_ipv6_port";
        querier::IPV6_OTHER_TIMER => NANOSECONDS, name: "mcast_querier_ipv6_other_timer";
    }
}

/// The tables of the two, each with its name in JSON and the attribute without which nothing is printed.
static QUERIERS: [(Table, &str, u16); 2] = [
    (
        Table::new(QUERIER_IPV4),
        "mcast_querier_state_ipv4",
        querier::IP_ADDRESS,
    ),
    (
        Table::new(QUERIER_IPV6),
        "mcast_querier_state_ipv6",
        querier::IPV6_ADDRESS,
    ),
];

/// Prints the other queriers that there are.
fn show_queriers(_: &Row, state: Attr, _: &Index, out: &mut Out, names: &mut Names) {
    let state = state.attrs().indexed();
    for (table, key, address) in &QUERIERS {
        if state.get(*address).is_some() {
            out.object(key);
            show_options(table, &state, out, names);
            out.object_end();
        }
    }
}

/// Prints the names of the link-local groups (01:80:c2:00:00:0X, by the number X) that a port forwards.
fn show_group_fwd_names(_: &Row, mask: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    let Some(mask) = mask.u16() else {
        return;
    };
    let list = out.value();
    for number in 0..16 {
        let bit = mask & 1 << number;
        if bit == 0 {
            continue;
        }
        if !list.is_empty() {
            list.push(b',');
        }
        let name: &[u8] = match number {
            0 => b"stp",
            2 => b"lacp",
            14 => b"lldp",
            _ => b"0x",
        };
        list.append_bytes(name);
        if name == b"0x" {
            hexadecimal(list, bit.into(), 1);
        }
    }
    if mask == 0 {
        list.append_bytes(b"0x0");
    }
    out.put("group_fwd_mask_str|group_fwd_mask_str % ", true);
}
