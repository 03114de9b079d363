//! Options of link kinds.

use crate::order::{Order, check_by_hand, pick_word, prefixes, spellings, words_here};
use crate::parts::has_part;
use crate::support::{
    find_row, kind_of, kinds_with_options, option_rows, row_spellings, set_kind, text,
};
use std::collections::HashSet;

const VLAN: Order = "\
    protocol id reorder_hdr gvrp mvrp loose_binding bridge_binding ingress-qos-map egress-qos-map";

const MACVLAN: Order = "mode flag macaddr nopromisc nodst bcqueuelen =bclim";

const BRIDGE: Order = "\
    forward_delay hello_time max_age ageing_time stp_state =stp_mode priority vlan_filtering vlan_protocol \
    group_fwd_mask group_address fdb_flush vlan_default_pvid vlan_stats_enabled vlan_stats_per_port mcast_router \
    mcast_snooping =mcast_vlan_snooping mcast_query_use_ifaddr mcast_querier mcast_hash_elasticity mcast_hash_max \
    mcast_last_member_count mcast_startup_query_count mcast_last_member_interval mcast_membership_interval \
    mcast_querier_interval mcast_query_interval mcast_query_response_interval mcast_startup_query_interval \
    mcast_stats_enabled mcast_igmp_version mcast_mld_version nf_call_iptables nf_call_ip6tables nf_call_arptables \
    =no_linklocal_learn =fdb_max_learned =mst_enabled =fdb_local_vlan_0 =mdb_offload_fail_notification";

const BRIDGE_SLAVE: Order = "\
    fdb_flush state priority cost hairpin guard root_block fastleave learning flood proxy_arp proxy_arp_wifi \
    mcast_flood bcast_flood mcast_to_unicast mcast_router mcast_fast_leave neigh_suppress =neigh_vlan_suppress \
    =neigh_forward_grat group_fwd_mask vlan_tunnel isolated locked =mab backup_port nobackup_port =backup_nhid";

/// The orders of the kinds that every build has.
pub const CORE_ORDERS: [(&str, Order); 4] = [
    ("vlan", VLAN),
    ("macvlan", MACVLAN),
    ("bridge", BRIDGE),
    ("bridge_slave", BRIDGE_SLAVE),
];

/// The orders of the other kinds: the part, the kind, and the order.
const ORDERS: &[(&str, &str, Order)] = &[
    ("kinds", "ipvlan", "mode private vepa bridge"),
    ("kinds", "vrf", "table"),
    ("kinds", "xfrm", "dev if_id =external"),
    (
        "kinds",
        "hsr",
        "supervision version proto slave1 slave2 =interlink",
    ),
    ("kinds", "ipoib", "pkey mode umcast"),
    (
        "kinds",
        "rmnet",
        "=mux_id =ingress-deaggregation =ingress-commands =ingress-mapv4-checksum =egress-mapv4-checksum \
         =ingress-mapv5-checksum =egress-mapv5-checksum",
    ),
    ("kinds", "dsa", "=conduit,=master"),
    ("kinds", "wwan", "linkid"),
    ("kinds", "ovpn", "=mode"),
    ("kinds", "batadv", "ra"),
    (
        "bond",
        "bond",
        "mode active_slave clear_active_slave miimon updelay downdelay peer_notify_delay use_carrier arp_interval \
         arp_ip_target =ns_ip6_target arp_validate arp_all_targets primary primary_reselect fail_over_mac \
         xmit_hash_policy resend_igmp num_grat_arp,num_unsol_na all_slaves_active min_links lp_interval \
         packets_per_slave =lacp_active lacp_rate lacp_strict ad_select ad_user_port_key ad_actor_sys_prio \
         ad_actor_system tlb_dynamic_lb =arp_missed_max =coupled_control =broadcast_neighbor",
    ),
    ("bond", "bond_slave", "queue_id =prio =actor_port_prio"),
    (
        "macsec",
        "macsec",
        "=address =sci =port =cipher =icvlen =encrypt =send_sci =end_station =scb =protect =replay =window \
         =validate =encodingsa =offload",
    ),
    (
        "can",
        "can",
        "bitrate sample-point tq prop-seg phase-seg1 phase-seg2 sjw dbitrate dsample-point dtq dprop-seg \
         dphase-seg1 dphase-seg2 dsjw tdcv tdco tdcf =xbitrate =xsample-point =xtq =xprop-seg =xphase-seg1 \
         =xphase-seg2 =xsjw =xtdcv =xtdco =xtdcf =pwms =pwml =pwmo loopback listen-only triple-sampling one-shot \
         berr-reporting fd fd-non-iso presume-ack cc-len8-dlc tdc-mode =restricted =xl =xtdc-mode =tms restart \
         restart-ms termination",
    ),
    (
        "overlay",
        "vxlan",
        "id,vni group remote local dev ttl,hoplimit tos,dsfield df flowlabel,label ageing maxaddress srcport,port \
         dstport =reserved_bits learning,nolearning proxy,noproxy rsc,norsc l2miss,nol2miss l3miss,nol3miss \
         udpcsum,noudpcsum udp6zerocsumtx,noudp6zerocsumtx udp6zerocsumrx,noudp6zerocsumrx remcsumtx,noremcsumtx \
         remcsumrx,noremcsumrx external,noexternal gbp gpe =localbypass,=nolocalbypass =vnifilter,=novnifilter \
         =mcroute,=nomcroute",
    ),
    (
        "overlay",
        "geneve",
        "id,vni remote =local ttl,hoplimit tos,dsfield df flowlabel,label dstport external,noexternal \
         udpcsum,noudpcsum udp6zerocsumtx,noudp6zerocsumtx udp6zerocsumrx,noudp6zerocsumrx =innerprotoinherit",
    ),
    (
        "overlay",
        "bareudp",
        "dstport ethertype srcportmin multiproto,nomultiproto",
    ),
    ("overlay", "gtp", "=role =hsize =restart_count"),
    (
        "overlay",
        "amt",
        "=mode =relay_port =gateway_port =max_tunnels =dev =local =discovery",
    ),
    ("kinds", "netkit", "=mode =forward =blackhole =scrub =peer"),
    ("tunnel", "gre", GRE),
    ("tunnel", "erspan", ERSPAN),
    ("tunnel", "ip6gre", IP6GRE),
    ("tunnel", "ipip", IPIP),
    ("tunnel", "sit", SIT),
    ("tunnel", "ip6tnl", IP6TNL),
    ("tunnel", "vti", VTI),
    ("tunnel", "vti6", VTI),
];

const GRE: Order = "\
    key,nokey ikey,noikey okey,nookey seq,noseq iseq,noiseq oseq,nooseq csum,nocsum icsum,noicsum ocsum,noocsum \
    pmtudisc,nopmtudisc remote local dev ttl,hoplimit,hlim tos,tclass,dsfield =ignore-df,=noignore-df =fwmark \
    =external =noencap =encap =encap-sport =encap-dport =encap-csum,=noencap-csum \
    =encap-udp6-csum,=noencap-udp6-csum =encap-remcsum,=noencap-remcsum";
const ERSPAN: Order = "\
    key,nokey ikey,noikey okey,nookey seq,noseq iseq,noiseq oseq,nooseq csum,nocsum icsum,noicsum ocsum,noocsum \
    pmtudisc,nopmtudisc remote local dev ttl,hoplimit,hlim tos,tclass,dsfield =ignore-df,=noignore-df =fwmark \
    =external =noencap =encap =encap-sport =encap-dport =encap-csum,=noencap-csum \
    =encap-udp6-csum,=noencap-udp6-csum =encap-remcsum,=noencap-remcsum =erspan =erspan_ver =erspan_dir =erspan_hwid";
const IP6GRE: Order = "\
    key,nokey ikey,noikey okey,nookey seq,noseq iseq,noiseq oseq,nooseq csum,nocsum icsum,noicsum ocsum,noocsum \
    remote local dev hoplimit,ttl,hlim tclass,tos,dsfield =flowlabel,=fl =encaplimit =dscp \
    =allow-localremote,=noallow-localremote =fwmark =external =noencap =encap =encap-sport =encap-dport \
    =encap-csum,=noencap-csum =encap-udp6-csum,=noencap-udp6-csum =encap-remcsum,=noencap-remcsum =erspan \
    =erspan_ver =erspan_dir =erspan_hwid";
const IPIP: Order = "\
    =mode =remote =local dev =ttl,=hoplimit,=hlim =tos,=tclass,=tc,dsfield =pmtudisc,=nopmtudisc =6rd-prefix \
    =6rd-relay_prefix =6rd-reset =fwmark =external =noencap =encap =encap-sport =encap-dport \
    =encap-csum,=noencap-csum =encap-udp6-csum,=noencap-udp6-csum =encap-remcsum,=noencap-remcsum";
const SIT: Order = "\
    =isatap =mode =remote =local dev =ttl,=hoplimit,=hlim =tos,=tclass,=tc,dsfield =pmtudisc,=nopmtudisc =6rd-prefix \
    =6rd-relay_prefix =6rd-reset =fwmark =external =noencap =encap =encap-sport =encap-dport \
    =encap-csum,=noencap-csum =encap-udp6-csum,=noencap-udp6-csum =encap-remcsum,=noencap-remcsum";
const IP6TNL: Order = "\
    =mode =remote =local dev =hoplimit,=ttl,=hlim =tclass,=tc,=tos,dsfield =flowlabel,=fl =encaplimit =dscp \
    =allow-localremote,=noallow-localremote =fwmark =external =noencap =encap =encap-sport =encap-dport \
    =encap-csum,=noencap-csum =encap-udp6-csum,=noencap-udp6-csum =encap-remcsum,=noencap-remcsum";
const VTI: Order = "key ikey okey remote local dev =fwmark";

const VLAN_BY_HAND: &str = "\
    p=protocol i=id r=reorder_hdr g=gvrp m=mvrp l=loose_binding b=bridge_binding";
const MACVLAN_BY_HAND: &str = "\
    m=mode ma=macaddr n=nopromisc no=nopromisc nod=nodst b=bcqueuelen f=flag";
const BRIDGE_BY_HAND: &str = "\
    f=forward_delay fd=fdb_flush m=max_age mc=mcast_router mcast_=mcast_router mcast_s=mcast_snooping \
    mcast_st=mcast_startup_query_count mcast_stat=mcast_stats_enabled mcast_q=mcast_query_use_ifaddr \
    mcast_queri=mcast_querier mcast_query=mcast_query_use_ifaddr mcast_query_i=mcast_query_interval \
    mcast_h=mcast_hash_elasticity mcast_l=mcast_last_member_count mcast_m=mcast_membership_interval \
    mcast_ml=mcast_mld_version s=stp_state p=priority v=vlan_filtering vlan_=vlan_filtering \
    vlan_s=vlan_stats_enabled g=group_fwd_mask group_a=group_address a=ageing_time h=hello_time n=nf_call_iptables \
    nf_call_ip=nf_call_iptables nf_call_ip6=nf_call_ip6tables nf_call_a=nf_call_arptables";
const BRIDGE_SLAVE_BY_HAND: &str = "\
    f=fdb_flush fd=fdb_flush fa=fastleave fl=flood s=state p=priority pro=proxy_arp proxy_arp_=proxy_arp_wifi c=cost \
    h=hairpin g=guard gr=group_fwd_mask r=root_block l=learning lo=locked m=mcast_flood mcast_=mcast_flood \
    mcast_f=mcast_flood mcast_fa=mcast_fast_leave mcast_r=mcast_router mcast_t=mcast_to_unicast b=bcast_flood \
    ba=backup_port n=neigh_suppress no=nobackup_port v=vlan_tunnel i=isolated";

/// The orders of all kinds of this build.
fn orders() -> impl Iterator<Item = (&'static str, Order)> {
    let others = ORDERS.iter().filter(|(part, kind, _)| has_part(kind, part));
    let others = others.map(|(_, kind, order)| (*kind, *order));
    CORE_ORDERS.into_iter().chain(others)
}

#[test]
fn the_orders_of_kinds_pick_what_is_listed_by_hand() {
    for (order, by_hand) in [
        (VLAN, VLAN_BY_HAND),
        (MACVLAN, MACVLAN_BY_HAND),
        (BRIDGE, BRIDGE_BY_HAND),
        (BRIDGE_SLAVE, BRIDGE_SLAVE_BY_HAND),
    ] {
        check_by_hand(&spellings(order), by_hand);
    }
}

#[test]
fn options_pick_what_iproute2_picks() {
    let mut wrong = String::new();
    for (kind, order) in orders() {
        let order = spellings(order);
        for prefix in prefixes(&order) {
            let expected = pick_word(&order, prefix);
            let found = find_row(option_rows(kind), prefix);
            if found.as_deref() != expected {
                wrong += &format!("{kind} {prefix}: {expected:?}, not {found:?}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_option_is_in_an_order() {
    for (kind, order) in orders() {
        let listed = words_here(order);
        for row in option_rows(kind).filter(|row| !row.spellings().is_empty()) {
            let word = text(row.word());
            assert!(listed.contains(word.as_str()), "{kind}: {word}");
        }
    }
}

#[test]
fn every_kind_with_options_has_an_order() {
    let listed = orders().map(|(kind, _)| kind).chain(["veth"]);
    let listed: Vec<_> = listed
        .map(|kind| std::ptr::from_ref(kind_of(kind)))
        .collect();
    for kind in kinds_with_options() {
        let names = text(kind.names());
        assert!(listed.contains(&std::ptr::from_ref(kind)), "{names}");
    }
}

#[test]
fn options_are_unique() {
    for (kind, _) in CORE_ORDERS {
        let mut seen = HashSet::new();
        for spelling in option_rows(kind).flat_map(|row| row_spellings(&row)) {
            assert!(seen.insert(spelling.clone()), "{kind}: {spelling}");
        }
    }
}

/// A value for an option. Any that is accepted will do.
fn value_of(word: &str) -> &'static str {
    match word {
        "fdb_flush" | "nodst" | "nopromisc" | "nobackup_port" => "",
        "mode" => "passthru",
        "flag" => "nodst",
        "macaddr" => "flush",
        "stp_mode" => "kernel",
        "group_address" => "2:0:0:0:0:1",
        "backup_port" => "d2",
        "ingress-qos-map" | "egress-qos-map" => "1:2",
        _ => "1",
    }
}

/// The message of a spelling of an option with a value, or the first line of the refusal.
fn with_option(kind: &str, spelling: &str, word: &str) -> Result<Vec<u8>, String> {
    let mut options = vec![spelling];
    // The other options of these kinds are on or off.
    let numbers = [
        "state",
        "priority",
        "cost",
        "group_fwd_mask",
        "mcast_router",
        "backup_nhid",
        "id",
        "protocol",
    ];
    match value_of(word) {
        "" => {}
        "1" if ["bridge_slave", "vlan"].contains(&kind) && !numbers.contains(&word) => {
            options.push("on");
        }
        value => options.push(value),
    }
    if word == "nopromisc" {
        options.extend(["mode", "passthru"]);
    }
    set_kind(kind, &options)
}

/// As above, by whole commands.
#[test]
fn a_prefix_makes_the_same_message_as_its_word() {
    let mut wrong = String::new();
    for (kind, order) in CORE_ORDERS {
        let order = spellings(order);
        for prefix in prefixes(&order) {
            let word = pick_word(&order, prefix);
            let found = with_option(kind, prefix, word.unwrap_or_default());
            let (is_same, expected) = match word {
                Some(word) => {
                    let expected = with_option(kind, word, word);
                    (found == expected && expected.is_ok(), expected)
                }
                None => {
                    let unknown = |e: &String| e.contains(": unknown ") && e.contains(prefix);
                    (found.as_ref().is_err_and(unknown), Err("unknown".into()))
                }
            };
            if !is_same {
                wrong += &format!("{kind} {prefix}: {word:?}\n  - {expected:?}\n  + {found:?}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// No option makes the message of another one, but for two that are known to.
#[test]
fn every_option_has_an_attribute_of_its_own() {
    for (kind, order) in CORE_ORDERS {
        let mut seen = HashSet::new();
        for option in spellings(order) {
            let is_other_name = matches!(
                (kind, option.word),
                ("macvlan", "flag") | ("bridge_slave", "mcast_fast_leave")
            );
            if option.is_here && !is_other_name {
                let bytes = with_option(kind, option.text, option.word);
                assert!(bytes.is_ok(), "{kind} {}: {bytes:?}", option.text);
                assert!(seen.insert(bytes), "{kind} {}", option.text);
            }
        }
    }
}
