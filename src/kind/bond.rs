//! bond: several interfaces as one, and their ports.

use crate::args;
use crate::customs;
use crate::error::Result;
use crate::kind::kind::{COMMAND, Kind, OPTION};
use crate::names::Names;
use crate::nl::uapi::{af, bond, bond_ad_info, bond_slave};
use crate::nl::wire::{Attr, Index};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::{Row, Values};
use crate::row::print::{show_bits, show_options};
use crate::row::read::not_ipv4;
use crate::row::table::{NEVER_SET, Reading, Table};
use crate::text::{add_address, add_unsigned, cut, fill_one};

/// The kinds bond and bond_slave.
pub static KINDS: &[Kind] = &[
    Kind::new(c"bond", COMMAND, BOND)
        .wrong(c"invalid %")
        .customs(&CUSTOMS),
    Kind::new(c"bond_slave", OPTION, BOND_SLAVE)
        .wrong(c"% is invalid")
        .customs(&CUSTOMS),
];

customs! {
    static CUSTOMS;
    IPV4_LIST: |r| parse_addresses(r, af::INET), show_addresses, " [ ADDR,... ]";
    IPV6_LIST: |r| parse_addresses(r, af::INET6), show_addresses, " [ ADDR,... ]";
    AD_INFO: NEVER_SET, show_ad_info, "";
    PORT_STATE: NEVER_SET, show_port_state, "";
}

options! {
    /// A bond.
    BOND {
        bond::MODE => WORD8_OR_NUMBER, word: "mode",
            values: "balance-rr active-backup balance-xor broadcast 802.3ad balance-tlb balance-alb";
        bond::ACTIVE_SLAVE => DEVICE, word: "active_slave", show: NonZero;
        bond::ACTIVE_SLAVE => fixed32(0), word: "clear_active_slave", show: Never;
        bond::MIIMON => U32, word: "miimon";
        bond::UPDELAY => U32, word: "updelay";
        bond::DOWNDELAY => U32, word: "downdelay";
        bond::PEER_NOTIF_DELAY => U32, word: "peer_notify_delay";
        bond::USE_CARRIER => U8, word: "use_carrier";
        bond::ARP_INTERVAL => U32, word: "arp_interval";
        bond::MISSED_MAX => U8, exact: "arp_missed_max";
        bond::ARP_IP_TARGET => IPV4_LIST, word: "arp_ip_target";
        bond::NS_IP6_TARGET => IPV6_LIST, exact: "ns_ip6_target";
        bond::ARP_VALIDATE => WORD32_OR_NUMBER, word: "arp_validate",
            values: "none active backup all filter filter_active filter_backup";
        bond::ARP_ALL_TARGETS => WORD32_OR_NUMBER, word: "arp_all_targets", values: "any all";
        bond::PRIMARY => DEVICE, word: "primary", show: NonZero;
        bond::PRIMARY_RESELECT => WORD8_OR_NUMBER, word: "primary_reselect", values: "always better failure";
        bond::FAIL_OVER_MAC => WORD8_OR_NUMBER, word: "fail_over_mac", values: "none active follow";
        bond::XMIT_HASH_POLICY => WORD8_OR_NUMBER, word: "xmit_hash_policy",
            values: "layer2 layer3+4 layer2+3 encap2+3 encap3+4 vlan+srcmac";
        bond::RESEND_IGMP => U32, word: "resend_igmp";
        bond::NUM_PEER_NOTIF => U8, word: "num_grat_arp,num_unsol_na", json: "num_peer_notif",
            wrong: "invalid %|num_unsol_na";
        bond::ALL_SLAVES_ACTIVE => U8, word: "all_slaves_active";
        bond::LACP_STRICT => ON_OFF8, word: "lacp_strict", shortest: "lacp_s";
        bond::MIN_LINKS => U32, word: "min_links";
        bond::LP_INTERVAL => U32, word: "lp_interval";
        bond::PACKETS_PER_SLAVE => U32, word: "packets_per_slave";
        bond::AD_LACP_ACTIVE => WORD8_OR_NUMBER, exact: "lacp_active", json: "ad_lacp_active", values: "off on";
        bond::AD_LACP_RATE => WORD8_OR_NUMBER, word: "lacp_rate", json: "ad_lacp_rate", values: "slow fast";
        bond::COUPLED_CONTROL => ON_OFF8, exact: "coupled_control";
        bond::BROADCAST_NEIGH => ON_OFF8, exact: "broadcast_neighbor";
        bond::AD_SELECT => WORD8_OR_NUMBER, word: "ad_select", values: "stable bandwidth count actor_port_prio";
        bond::AD_INFO => AD_INFO;
        bond::AD_ACTOR_SYS_PRIO => U16, word: "ad_actor_sys_prio";
        bond::AD_USER_PORT_KEY => U16, word: "ad_user_port_key";
        bond::AD_ACTOR_SYSTEM => MAC, word: "ad_actor_system";
        bond::TLB_DYNAMIC_LB => U8, word: "tlb_dynamic_lb";
    }

    /// What a bond has agreed on with its partner by LACP, inside `IFLA_BOND_AD_INFO`.
    AD_INFO_ROWS {
        bond_ad_info::AGGREGATOR => U16, name: "ad_aggregator", json: "aggregator";
        bond_ad_info::NUM_PORTS => U16, name: "ad_num_ports", json: "num_ports";
        bond_ad_info::ACTOR_KEY => U16, name: "ad_actor_key", json: "actor_key";
        bond_ad_info::PARTNER_KEY => U16, name: "ad_partner_key", json: "partner_key";
        bond_ad_info::PARTNER_MAC => MAC, name: "ad_partner_mac", json: "partner_mac";
    }

    /// A port of a bond.
    BOND_SLAVE {
        bond_slave::STATE => SHOWN_AS_WORD, name: "state", values: "ACTIVE BACKUP", json_number: "state_index";
        bond_slave::MII_STATUS => SHOWN_AS_WORD, name: "mii_status", values: "UP GOING_DOWN DOWN GOING_BACK",
            json_number: "mii_status_index";
        bond_slave::LINK_FAILURE_COUNT => U32, name: "link_failure_count";
        bond_slave::PERM_HWADDR => MAC, name: "perm_hwaddr";
        bond_slave::QUEUE_ID => U16, word: "queue_id";
        bond_slave::PRIO => S32, exact: "prio";
        bond_slave::AD_AGGREGATOR_ID => U16, name: "ad_aggregator_id";
        bond_slave::AD_ACTOR_OPER_PORT_STATE => PORT_STATE, name: "ad_actor_oper_port_state";
        bond_slave::AD_PARTNER_OPER_PORT_STATE => PORT_STATE, name: "ad_partner_oper_port_state";
        bond_slave::AD_CHURN_ACTOR_STATE => SHOWN_AS_WORD, name: "churn_actor_state",
            values: "MONITOR CHURN NO_CHURN";
        bond_slave::AD_CHURN_PARTNER_STATE => SHOWN_AS_WORD, name: "churn_partner_state",
            values: "MONITOR CHURN NO_CHURN";
        bond_slave::ACTOR_PORT_PRIO => U16, exact: "actor_port_prio", wrong: "actor prio is invalid";
    }
}

/// The bits of a port's state in LACP, `LACP_STATE_*` of the kernel's `<net/bond_3ad.h>`.
const PORT_STATES: &[u8] =
    b"active=1 short_timeout=2 aggregating=4 in_sync=8 collecting=16 distributing=32 \
    defaulted=64 expired=128";

static AD_INFO_TABLE: Table = Table::new(AD_INFO_ROWS);

/// Reads addresses joined by commas, or none: a nested attribute for each, numbered from 0 on.
fn parse_addresses(r: &mut Reading, family: u8) -> Result<()> {
    let msg = &mut r.draft.msg;
    let start = msg.open();
    let (mut rest, mut number) = (r.value, 0);
    while let Some(word) = cut(&mut rest, b',') {
        if word.is_empty() {
            continue;
        }
        let address = match family {
            af::INET6 => args::addr(word, family)?,
            _ => args::addr(word, family).map_err(|_| not_ipv4(word))?,
        };
        msg.bytes(number, address.bytes());
        number += 1;
    }
    msg.close(start, r.row.attr);
    Ok(())
}

/// Prints `NAME A,B`, or nothing if there is no address.
fn show_addresses(row: &Row, list: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    let mut addresses = list.attrs();
    let Some(mut address) = addresses.next() else {
        return;
    };
    out.array(row.name(true));
    out.raw(row.name(false));
    let mut form = "| %";
    loop {
        add_address(out.value(), address.1.0);
        out.put(form, true);
        form = "|,%";
        match addresses.next() {
            Some(next) => address = next,
            None => break,
        }
    }
    out.array_end();
    out.text(" ");
}

/// Prints what a bond has agreed on with its partner.
fn show_ad_info(_: &Row, info: Attr, _: &Index, out: &mut Out, names: &mut Names) {
    out.object("ad_info");
    show_options(&AD_INFO_TABLE, &info.attrs().indexed(), out, names);
    out.object_end();
}

/// Prints a port's state: the number, and the names of its bits.
fn show_port_state(row: &Row, state: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    if let Some(state) = state.number() {
        add_unsigned(out.value(), state);
        row.put(out, false);
        let key = fill_one("%_str", row.name(false));
        out.raw(&key);
        out.text(" ");
        show_bits(&key, Values::new(PORT_STATES), state, out);
    }
}
