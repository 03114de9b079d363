//! Words of `ip link` itself.

use crate::order::{Order, check_by_hand, pick_word, prefixes, spellings};
use crate::support::{find_row, link_tables, row_spellings};
use std::collections::HashSet;

/// `ip link add`, `set`, `replace` and `delete`.
const LINK: Order = "\
    =up =down =name =index link address broadcast,=brd txqueuelen,=qlen,txqlen =mtu =inet =xdp =xdpgeneric =xdpdrv \
    =xdpoffload =netns =multicast =allmulticast =promisc =trailers =arp =carrier =vf master =vrf nomaster dynamic \
    type alias =group =mode =state numtxqueues numrxqueues addrgenmode link-netns link-netnsid =protodown \
    =protodown_reason =gso_max_size =gso_max_segs =gro_max_size =gso_ipv4_max_size =gro_ipv4_max_size =parentdev \
    help =dev";

/// `ip link set DEV vf NUMBER`.
const VF: Order = "\
    mac vlan rate max_tx_rate min_tx_rate spoofchk query_rss trust state node_guid port_guid";

/// `vlan ID` of those.
const VF_VLAN: Order = "qos proto";

/// `ip link set DEV inet`.
const INET: Order = "\
    =forwarding =proxy_arp =accept_redirects =secure_redirects =send_redirects =shared_media =rp_filter \
    =accept_source_route =bootp_relay =log_martians =tag =arp_filter =medium_id =disable_xfrm =disable_policy \
    =force_igmp_version =arp_announce =arp_ignore =promote_secondaries =arp_accept =arp_notify =accept_local \
    =src_vmark =proxy_arp_pvlan =route_localnet =igmpv2_unsolicited_report_interval \
    =igmpv3_unsolicited_report_interval =ignore_routes_with_linkdown =drop_unicast_in_l2_multicast \
    =drop_gratuitous_arp =bc_forwarding =arp_evict_nocarrier";

const LINK_BY_HAND: &str = "\
    l=link li=link link-=link-netns link-netns=link-netns link-netnsi=link-netnsid a=address ad=address addr=address \
    addrg=addrgenmode al=alias b=broadcast br=broadcast t=txqueuelen tx=txqueuelen txqu=txqueuelen txql=txqueuelen \
    ty=type m=master n=nomaster no=nomaster nu=numtxqueues num=numtxqueues numr=numrxqueues d=dynamic h=help";

/// The order of a table in [`link_tables`].
fn order_of(table: &str) -> Order {
    match table {
        "link" => LINK,
        "vf" => VF,
        "vf vlan" => VF_VLAN,
        "inet" => INET,
        _ => panic!("no such table: {table}"),
    }
}

#[test]
fn the_order_of_link_picks_what_is_listed_by_hand() {
    check_by_hand(&spellings(LINK), LINK_BY_HAND);
}

#[test]
fn link_words_pick_what_iproute2_picks() {
    for (name, table) in link_tables() {
        let order = spellings(order_of(name));
        let mut tried = prefixes(&order);
        tried.extend(["", "x", "linkx", "link-netnsidx", "UP", "mc_forwarding"]);
        for prefix in tried {
            let found = find_row(table.rows, prefix);
            assert_eq!(
                found.as_deref(),
                pick_word(&order, prefix),
                "{name} {prefix}"
            );
        }
    }
}

#[test]
fn link_words_are_unique() {
    for (name, table) in link_tables() {
        let mut seen = HashSet::new();
        for row in table.rows {
            let spellings = row_spellings(&row);
            assert!(!spellings.is_empty(), "{name}");
            for word in spellings {
                assert!(seen.insert(word.clone()), "{name}: {word}");
            }
        }
    }
}
