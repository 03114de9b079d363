//! Tables: words are unique, a prefix picks what iproute2 picks, and what is accepted is in the help.
//!
//! The orders here are iproute2's own, in which it tries its words; the tables under test may be in another.

mod common;

use common::{Out, program};
use ipso::args::Words;
use ipso::ip::command::Ctx;
use ipso::ip::link::{change, inet, vf, words};
use ipso::ip::netns;
use ipso::kind::table::{each_kind, find_kind};
use ipso::names::Names;
use ipso::nl::wire::Msg;
use ipso::row::option::Row;
use ipso::row::table::Table;
use std::collections::HashSet;
use std::process::Stdio;

/// Words in the order in which iproute2 tries them, `=` in front of those that have to be equal. Spellings of one meaning
/// are joined by commas, a meaning that is not here has `-` in front.
type Order = &'static str;

/// `link add`, `set`, `replace`, `delete`.
const LINK: Order = "=up =down =name =index link address broadcast,=brd txqueuelen,=qlen,txqlen =mtu =inet =xdp \
    =xdpgeneric =xdpdrv =xdpoffload =netns =multicast =allmulticast =promisc =trailers =arp =carrier =vf master =vrf \
    nomaster dynamic type alias =group =mode =state numtxqueues numrxqueues addrgenmode link-netns link-netnsid =protodown \
    =protodown_reason =gso_max_size =gso_max_segs =gro_max_size =gso_ipv4_max_size =gro_ipv4_max_size =parentdev help =dev";

/// `vf NUM` of those.
const VF: Order =
    "mac vlan rate max_tx_rate min_tx_rate spoofchk query_rss trust state node_guid port_guid";

/// `vlan ID` of `vf NUM`.
const VF_VLAN: Order = "qos proto";

/// `inet` of those.
const INET: Order = "=forwarding =proxy_arp =accept_redirects =secure_redirects =send_redirects =shared_media =rp_filter \
    =accept_source_route =bootp_relay =log_martians =tag =arp_filter =medium_id =disable_xfrm =disable_policy \
    =force_igmp_version =arp_announce =arp_ignore =promote_secondaries =arp_accept =arp_notify =accept_local =src_vmark \
    =proxy_arp_pvlan =route_localnet =igmpv2_unsolicited_report_interval =igmpv3_unsolicited_report_interval \
    =ignore_routes_with_linkdown =drop_unicast_in_l2_multicast =drop_gratuitous_arp =bc_forwarding =arp_evict_nocarrier";

const VLAN: Order =
    "protocol id reorder_hdr gvrp mvrp loose_binding bridge_binding ingress-qos-map egress-qos-map";

const MACVLAN: Order = "mode flag macaddr nopromisc nodst bcqueuelen =bclim";

const BRIDGE: Order = "forward_delay hello_time max_age ageing_time stp_state =stp_mode priority vlan_filtering vlan_protocol \
    group_fwd_mask group_address fdb_flush vlan_default_pvid vlan_stats_enabled vlan_stats_per_port mcast_router \
    mcast_snooping =mcast_vlan_snooping mcast_query_use_ifaddr mcast_querier mcast_hash_elasticity mcast_hash_max \
    mcast_last_member_count mcast_startup_query_count mcast_last_member_interval mcast_membership_interval \
    mcast_querier_interval mcast_query_interval mcast_query_response_interval mcast_startup_query_interval \
    mcast_stats_enabled mcast_igmp_version mcast_mld_version nf_call_iptables nf_call_ip6tables nf_call_arptables \
    =no_linklocal_learn =fdb_max_learned =mst_enabled =fdb_local_vlan_0 =mdb_offload_fail_notification";

const BRIDGE_SLAVE: Order = "fdb_flush state priority cost hairpin guard root_block fastleave learning flood proxy_arp \
    proxy_arp_wifi mcast_flood bcast_flood mcast_to_unicast mcast_router mcast_fast_leave neigh_suppress \
    =neigh_vlan_suppress =neigh_forward_grat group_fwd_mask vlan_tunnel isolated locked =mab backup_port nobackup_port \
    =backup_nhid";

/// What the ambiguous prefixes pick, said once more by hand: PREFIX=WORD.
const LINK_WINNERS: &str = "l=link li=link link-=link-netns link-netns=link-netns link-netnsi=link-netnsid a=address \
    ad=address addr=address addrg=addrgenmode al=alias b=broadcast br=broadcast t=txqueuelen tx=txqueuelen \
    txqu=txqueuelen txql=txqueuelen ty=type m=master n=nomaster no=nomaster nu=numtxqueues num=numtxqueues \
    numr=numrxqueues d=dynamic h=help";
const VLAN_WINNERS: &str =
    "p=protocol i=id r=reorder_hdr g=gvrp m=mvrp l=loose_binding b=bridge_binding";
const MACVLAN_WINNERS: &str =
    "m=mode ma=macaddr n=nopromisc no=nopromisc nod=nodst b=bcqueuelen f=flag";
const BRIDGE_WINNERS: &str = "f=forward_delay fd=fdb_flush m=max_age mc=mcast_router mcast_=mcast_router \
    mcast_s=mcast_snooping mcast_st=mcast_startup_query_count mcast_stat=mcast_stats_enabled \
    mcast_q=mcast_query_use_ifaddr mcast_queri=mcast_querier mcast_query=mcast_query_use_ifaddr \
    mcast_query_i=mcast_query_interval mcast_h=mcast_hash_elasticity mcast_l=mcast_last_member_count \
    mcast_m=mcast_membership_interval mcast_ml=mcast_mld_version s=stp_state p=priority v=vlan_filtering \
    vlan_=vlan_filtering vlan_s=vlan_stats_enabled g=group_fwd_mask group_a=group_address a=ageing_time h=hello_time \
    n=nf_call_iptables nf_call_ip=nf_call_iptables nf_call_ip6=nf_call_ip6tables nf_call_a=nf_call_arptables";
const BRIDGE_SLAVE_WINNERS: &str = "f=fdb_flush fd=fdb_flush fa=fastleave fl=flood s=state p=priority pro=proxy_arp \
    proxy_arp_=proxy_arp_wifi c=cost h=hairpin g=guard gr=group_fwd_mask r=root_block l=learning lo=locked m=mcast_flood \
    mcast_=mcast_flood mcast_f=mcast_flood mcast_fa=mcast_fast_leave mcast_r=mcast_router mcast_t=mcast_to_unicast \
    b=bcast_flood ba=backup_port n=neigh_suppress no=nobackup_port v=vlan_tunnel i=isolated";

/// A spelling of an order.
struct Spelling {
    strict: bool,
    here: bool,
    word: &'static str,
    /// The first spelling of its meaning.
    row: &'static str,
}

fn order(words: Order) -> Vec<Spelling> {
    let mut all = Vec::new();
    for meaning in words.split_whitespace() {
        let (here, meaning) = match meaning.strip_prefix('-') {
            Some(meaning) => (false, meaning),
            None => (true, meaning),
        };
        let mut row = "";
        for spelling in meaning.split(',') {
            let word = spelling.trim_start_matches('=');
            if row.is_empty() {
                row = word;
            }
            let strict = word.len() < spelling.len();
            all.push(Spelling {
                strict,
                here,
                word,
                row,
            });
        }
    }
    all
}

/// The row that iproute2 picks: the first that matches wins.
fn winner<'a>(order: &'a [Spelling], word: &str) -> Option<&'a Spelling> {
    order.iter().find(|known| match known.strict {
        true => known.word == word,
        false => !word.is_empty() && known.word.starts_with(word),
    })
}

/// Every prefix of every word, once.
fn prefixes(order: &[Spelling]) -> Vec<&'static str> {
    let mut seen = HashSet::new();
    let all = order
        .iter()
        .flat_map(|known| (1..=known.word.len()).map(|len| &known.word[..len]));
    all.filter(|prefix| seen.insert(*prefix)).collect()
}

/// The order says what the table by hand says.
#[test]
fn orders_and_winners_agree() {
    for (words, winners) in [
        (LINK, LINK_WINNERS),
        (VLAN, VLAN_WINNERS),
        (MACVLAN, MACVLAN_WINNERS),
        (BRIDGE, BRIDGE_WINNERS),
        (BRIDGE_SLAVE, BRIDGE_SLAVE_WINNERS),
    ] {
        let order = order(words);
        for pair in winners.split_whitespace() {
            let (prefix, word) = pair.split_once('=').expect("PREFIX=WORD");
            let picked = winner(&order, prefix).map(|known| known.row);
            assert_eq!(picked, Some(word), "{prefix}");
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn link_words_pick_what_iproute2_picks() {
    for (words, rows) in [
        (LINK, words::WORDS.rows),
        (VF, vf::VF_WORDS.rows),
        (VF_VLAN, vf::VLAN_WORDS.rows),
        (INET, inet::WORDS.rows),
    ] {
        let order = order(words);
        let mut tried = prefixes(&order);
        tried.extend(["", "x", "linkx", "link-netnsidx", "UP", "mc_forwarding"]);
        for prefix in tried {
            let expected = winner(&order, prefix)
                .filter(|known| known.here)
                .map(|known| known.row.to_owned());
            let found = rows
                .find_word(prefix.as_bytes())
                .map(|row| text(row.word()));
            assert_eq!(found, expected, "link set {prefix}");
        }
    }
}

/// A value for an option of a kind. Any that is taken will do: what it becomes is for another test.
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

/// The options' message, or the refusal.
fn with_options(kind: &str, options: &[&str]) -> Result<Vec<u8>, String> {
    let mut names = Names::default();
    names.saw(2, 0, b"d2");
    let mut list: Vec<&[u8]> = vec![b"d2", b"type", kind.as_bytes()];
    list.extend(options.iter().map(|word| word.as_bytes()));
    let mut words = Words::new(&list);
    let mut draft = change::message(&mut words, change::SET, 0, &mut names)
        .map_err(|e| text(e.text()).lines().next().unwrap_or_default().to_owned())?;
    let bytes = Msg::finish(&mut draft.msg, 0, 0).map_err(|e| text(e.text()))?;
    Ok(bytes.to_vec())
}

/// A word alone with its value; port options are on or off where they take no number.
fn with_option(kind: &str, word: &str, row: &str) -> Result<Vec<u8>, String> {
    let mut options = vec![word];
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
    match value_of(row) {
        "" => {}
        "1" if ["bridge_slave", "vlan"].contains(&kind) && !numbers.contains(&row) => {
            options.push("on");
        }
        value => options.push(value),
    }
    if row == "nopromisc" {
        options.extend(["mode", "passthru"]);
    }
    with_options(kind, &options)
}

#[test]
fn options_pick_what_iproute2_picks() {
    let mut wrong = String::new();
    for (kind, words) in [
        ("vlan", VLAN),
        ("macvlan", MACVLAN),
        ("bridge", BRIDGE),
        ("bridge_slave", BRIDGE_SLAVE),
    ] {
        let order = order(words);
        for prefix in prefixes(&order) {
            let row = winner(&order, prefix)
                .filter(|known| known.here)
                .map_or("", |known| known.row);
            let expected = with_option(kind, row, row);
            let found = with_option(kind, prefix, row);
            let same = match row {
                // Nothing is picked: no such word.
                "" => found
                    .as_ref()
                    .is_err_and(|e| e.contains(": unknown ") && e.contains(prefix)),
                _ => found == expected && expected.is_ok(),
            };
            if !same {
                wrong += &format!("{kind} {prefix}: {row}\n  - {expected:?}\n  + {found:?}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The words of the other kinds, in iproute2's order.
const ORDERS: &[(&str, Order)] = &[
    ("ipvlan", "mode private vepa bridge"),
    ("vrf", "table"),
    ("xfrm", "dev if_id =external"),
    ("hsr", "supervision version proto slave1 slave2 =interlink"),
    ("ipoib", "pkey mode umcast"),
    (
        "rmnet",
        "=mux_id =ingress-deaggregation =ingress-commands =ingress-mapv4-checksum =egress-mapv4-checksum \
         =ingress-mapv5-checksum =egress-mapv5-checksum",
    ),
    ("dsa", "=conduit,=master"),
    ("wwan", "linkid"),
    ("ovpn", "=mode"),
    ("batadv", "ra"),
    (
        "bond",
        "mode active_slave clear_active_slave miimon updelay downdelay peer_notify_delay use_carrier arp_interval \
         arp_ip_target =ns_ip6_target arp_validate arp_all_targets primary primary_reselect fail_over_mac \
         xmit_hash_policy resend_igmp num_grat_arp,num_unsol_na all_slaves_active min_links lp_interval \
         packets_per_slave =lacp_active lacp_rate lacp_strict ad_select ad_user_port_key ad_actor_sys_prio ad_actor_system \
         tlb_dynamic_lb =arp_missed_max =coupled_control =broadcast_neighbor",
    ),
    ("bond_slave", "queue_id =prio =actor_port_prio"),
    (
        "macsec",
        "=address =sci =port =cipher =icvlen =encrypt =send_sci =end_station =scb =protect =replay =window \
         =validate =encodingsa =offload",
    ),
    (
        "can",
        "bitrate sample-point tq prop-seg phase-seg1 phase-seg2 sjw dbitrate dsample-point dtq dprop-seg dphase-seg1 \
         dphase-seg2 dsjw tdcv tdco tdcf =xbitrate =xsample-point =xtq =xprop-seg =xphase-seg1 =xphase-seg2 =xsjw \
         =xtdcv =xtdco =xtdcf =pwms =pwml =pwmo loopback listen-only triple-sampling one-shot berr-reporting fd \
         fd-non-iso presume-ack cc-len8-dlc tdc-mode =restricted =xl =xtdc-mode =tms restart restart-ms termination",
    ),
    (
        "vxlan",
        "id,vni group remote local dev ttl,hoplimit tos,dsfield df flowlabel,label ageing maxaddress srcport,port dstport \
         =reserved_bits learning,nolearning proxy,noproxy rsc,norsc l2miss,nol2miss l3miss,nol3miss udpcsum,noudpcsum \
         udp6zerocsumtx,noudp6zerocsumtx udp6zerocsumrx,noudp6zerocsumrx remcsumtx,noremcsumtx remcsumrx,noremcsumrx \
         external,noexternal gbp gpe =localbypass,=nolocalbypass =vnifilter,=novnifilter =mcroute,=nomcroute",
    ),
    (
        "geneve",
        "id,vni remote =local ttl,hoplimit tos,dsfield df flowlabel,label dstport external,noexternal udpcsum,noudpcsum \
         udp6zerocsumtx,noudp6zerocsumtx udp6zerocsumrx,noudp6zerocsumrx =innerprotoinherit",
    ),
    (
        "bareudp",
        "dstport ethertype srcportmin multiproto,nomultiproto",
    ),
    ("gtp", "=role =hsize =restart_count"),
    (
        "amt",
        "=mode =relay_port =gateway_port =max_tunnels =dev =local =discovery",
    ),
    ("netkit", "=mode =forward =blackhole =scrub =peer"),
    ("gre", GRE),
    ("erspan", ERSPAN),
    ("ip6gre", IP6GRE),
    ("ipip", IPIP),
    ("sit", SIT),
    ("ip6tnl", IP6TNL),
    ("vti", VTI),
    ("vti6", VTI),
];

const GRE: Order = "key,nokey ikey,noikey okey,nookey seq,noseq iseq,noiseq oseq,nooseq csum,nocsum icsum,noicsum \
    ocsum,noocsum pmtudisc,nopmtudisc remote local dev ttl,hoplimit,hlim tos,tclass,dsfield \
    =ignore-df,=noignore-df =fwmark =external =noencap =encap =encap-sport =encap-dport =encap-csum,=noencap-csum \
    =encap-udp6-csum,=noencap-udp6-csum =encap-remcsum,=noencap-remcsum";
const ERSPAN: Order = "key,nokey ikey,noikey okey,nookey seq,noseq iseq,noiseq oseq,nooseq csum,nocsum icsum,noicsum \
    ocsum,noocsum pmtudisc,nopmtudisc remote local dev ttl,hoplimit,hlim tos,tclass,dsfield \
    =ignore-df,=noignore-df =fwmark =external =noencap =encap =encap-sport =encap-dport =encap-csum,=noencap-csum \
    =encap-udp6-csum,=noencap-udp6-csum =encap-remcsum,=noencap-remcsum =erspan =erspan_ver =erspan_dir =erspan_hwid";
const IP6GRE: Order = "key,nokey ikey,noikey okey,nookey seq,noseq iseq,noiseq oseq,nooseq csum,nocsum icsum,noicsum \
    ocsum,noocsum remote local dev hoplimit,ttl,hlim tclass,tos,dsfield =flowlabel,=fl \
    =encaplimit =dscp =allow-localremote,=noallow-localremote =fwmark =external =noencap =encap =encap-sport =encap-dport \
    =encap-csum,=noencap-csum =encap-udp6-csum,=noencap-udp6-csum =encap-remcsum,=noencap-remcsum =erspan =erspan_ver \
    =erspan_dir =erspan_hwid";
const IPIP: Order = "=mode =remote =local dev =ttl,=hoplimit,=hlim =tos,=tclass,=tc,dsfield =pmtudisc,=nopmtudisc =6rd-prefix \
    =6rd-relay_prefix =6rd-reset =fwmark =external =noencap =encap =encap-sport =encap-dport =encap-csum,=noencap-csum \
    =encap-udp6-csum,=noencap-udp6-csum =encap-remcsum,=noencap-remcsum";
const SIT: Order = "=isatap =mode =remote =local dev =ttl,=hoplimit,=hlim =tos,=tclass,=tc,dsfield =pmtudisc,=nopmtudisc =6rd-prefix \
    =6rd-relay_prefix =6rd-reset =fwmark =external =noencap =encap =encap-sport =encap-dport =encap-csum,=noencap-csum \
    =encap-udp6-csum,=noencap-udp6-csum =encap-remcsum,=noencap-remcsum";
const IP6TNL: Order = "=mode =remote =local dev =hoplimit,=ttl,=hlim =tclass,=tc,=tos,dsfield =flowlabel,=fl =encaplimit =dscp \
    =allow-localremote,=noallow-localremote =fwmark =external =noencap =encap =encap-sport =encap-dport \
    =encap-csum,=noencap-csum =encap-udp6-csum,=noencap-udp6-csum =encap-remcsum,=noencap-remcsum";
const VTI: Order = "key ikey okey remote local dev =fwmark";

#[test]
fn kinds_pick_what_iproute2_picks() {
    let mut wrong = String::new();
    for (kind, words) in ORDERS {
        let order = order(words);
        let rows = find_kind(kind.as_bytes()).expect("a known kind").rows();
        for prefix in prefixes(&order) {
            let expected = winner(&order, prefix)
                .filter(|known| known.here)
                .map(|known| known.row.to_owned());
            let found = rows
                .find_word(prefix.as_bytes())
                .map(|row| text(row.word()));
            if found != expected {
                wrong += &format!("{kind} {prefix}: {expected:?}, not {found:?}\n");
            }
        }
        let here = order.iter().filter(|known| known.here);
        let here: HashSet<_> = here.map(|known| known.row.as_bytes()).collect();
        for row in rows.filter(|row| !row.spellings().is_empty()) {
            if !here.contains(row.word()) {
                wrong += &format!("{kind}: {} is in no order\n", text(row.word()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// No kind that has options is left out here.
#[test]
fn every_kind_is_tried() {
    let tried = ["veth", "vlan", "macvlan", "bridge", "bridge_slave"];
    let tried = tried.iter().chain(ORDERS.iter().map(|(kind, _)| kind));
    let tried: Vec<_> = tried
        .map(|kind| find_kind(kind.as_bytes()).expect("a known kind"))
        .map(std::ptr::from_ref)
        .collect();
    for kind in each_kind().filter(|kind| kind.has_options()) {
        assert!(
            tried.contains(&std::ptr::from_ref(kind)),
            "{}: a new kind",
            text(kind.names())
        );
    }
}

/// Two words, two messages: no option is a second name for another, but those that are.
#[test]
fn every_option_has_an_attribute_of_its_own() {
    for (kind, words, same) in [
        ("vlan", VLAN, &[][..]),
        ("macvlan", MACVLAN, &["flag"][..]),
        ("bridge", BRIDGE, &[][..]),
        ("bridge_slave", BRIDGE_SLAVE, &["mcast_fast_leave"][..]),
    ] {
        let mut seen = HashSet::new();
        for known in order(words) {
            if known.here && !same.contains(&known.row) {
                let bytes = with_option(kind, known.word, known.row);
                assert!(bytes.is_ok(), "{kind} {}: {bytes:?}", known.word);
                assert!(seen.insert(bytes), "{kind} {}", known.word);
            }
        }
    }
}

/// The tables of words of `ip link` itself.
fn link_tables() -> [&'static Table; 4] {
    [&words::WORDS, &vf::VF_WORDS, &vf::VLAN_WORDS, &inet::WORDS]
}

/// The words of a row, without marks.
fn spellings(row: &Row) -> Vec<String> {
    let words = text(row.spellings());
    let words = words.split(',').filter(|word| !word.is_empty());
    words
        .map(|word| {
            let word = word.trim_start_matches('=');
            word.split(':').next().unwrap_or_default().to_owned()
        })
        .collect()
}

#[test]
fn words_are_unique() {
    for table in link_tables() {
        let mut seen = HashSet::new();
        for row in table.rows {
            assert!(!spellings(&row).is_empty());
            for word in spellings(&row) {
                assert!(seen.insert(word.clone()), "link: {word}");
            }
        }
    }
    for kind in ["vlan", "macvlan", "bridge", "bridge_slave"] {
        let mut seen = HashSet::new();
        for word in words_in(&help_of(kind)) {
            assert!(seen.insert(word.clone()), "{kind}: {word}");
        }
    }
}

fn help_of(kind: &str) -> String {
    let known = find_kind(kind.as_bytes()).expect("a known kind");
    text(&known.help(kind.as_bytes()))
}

/// The words that a help text explains, a line each.
fn words_in(help: &str) -> Vec<String> {
    let lines = help.lines().filter_map(|line| line.strip_prefix("\t[ "));
    lines
        .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
        .collect()
}

/// Words beside numbers, and a peer with words of its own.
#[test]
fn help_of_values() {
    let vxlan = help_of("vxlan");
    for line in [
        "[ ttl | hoplimit { TTL | auto | inherit } ]",
        "[ ageing { AGEING | none } ]",
        "[ df { unset | set | inherit } ]",
        "[ srcport | port MIN MAX ]",
        "[ [no]learning ]",
    ] {
        assert!(vxlan.contains(&format!("\n\t{line}")), "{line}: {vxlan}");
    }
    let netkit = help_of("netkit");
    assert!(
        netkit.ends_with("\n\t[ peer [ OPTION ... ] [ SETTING ... ] ]"),
        "{netkit}"
    );
}

/// What the program under test says.
fn said(words: &[&str]) -> Out {
    let output = program()
        .args(words)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .expect("the program under test");
    Out {
        code: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

#[test]
fn what_is_accepted_is_in_the_help() {
    let help = said(&["ip", "link", "help"]);
    assert_eq!((help.code, help.stdout.as_str()), (255, ""));
    let explained = words_in(&help.stderr);
    let rows: Vec<Row> = link_tables()
        .into_iter()
        .flat_map(|table| table.rows)
        .collect();
    for row in &rows {
        assert!(
            explained.contains(&text(row.word())),
            "{}",
            text(row.word())
        );
    }
    assert_eq!(explained.len(), rows.len());
    for word in [
        "property", "altname", "wait", "present", "absent", "carrier", "timeout",
    ] {
        assert!(help.stderr.contains(word), "{word}");
    }
    for (kind, words) in [
        ("vlan", VLAN),
        ("macvlan", MACVLAN),
        ("macvtap", MACVLAN),
        ("bridge", BRIDGE),
        ("bridge_slave", BRIDGE_SLAVE),
    ] {
        let help = said(&["ip", "link", "help", kind]);
        assert_eq!((help.code, help.stderr.as_str()), (0, ""), "{kind}");
        assert!(help.stdout.starts_with(&format!("Usage: ... {kind}\n")));
        let explained: HashSet<String> = words_in(&help.stdout).into_iter().collect();
        let accepted: HashSet<String> = order(words)
            .iter()
            .filter(|known| known.here)
            .map(|known| known.row.into())
            .collect();
        assert_eq!(explained, accepted, "{kind}");
    }
    let veth = said(&["ip", "link", "help", "veth"]);
    assert_eq!(
        (veth.code, veth.stdout.as_str()),
        (
            0,
            "Usage: ip link <options> type veth [peer <options>]\nTo get <options> type 'ip link add help'\n"
        )
    );
    for kind in ["dummy", "ifb", "team_slave"] {
        let help = said(&["ip", "link", "help", kind]);
        let usage = format!("Usage: ... {kind}\n");
        assert_eq!((help.code, help.stdout), (0, usage), "{kind}");
    }
    for kind in ["tun", "wireguard", "nosuchkind"] {
        assert_eq!(said(&["ip", "link", "help", kind]), help_text(), "{kind}");
    }
    for kind in ["dummy", "vcan", "ip6erspan", "wwan"] {
        assert!(help_text().stderr.contains(&format!(" {kind}")), "{kind}");
    }
}

fn help_text() -> Out {
    said(&["ip", "link", "help"])
}

const OBJECTS: Order = "address -addrlabel -maddress -route -rule -neighbor -neighbour -ntable -ntbl link -l2tp -fou -ila \
    -macsec -tunnel -tunl -tuntap -tap -token -tcpmetrics -tcp_metrics -monitor -xfrm -mroute -mrule netns -netconf -vrf -sr \
    -nexthop -mptcp -ioam help -stats";
const OBJECT_WINNERS: &str = "a=address r=route ru=rule n=neighbor nei=neighbor net=netns nex=nexthop l=link m=maddress \
    mo=monitor t=tunnel v=vrf s=sr x=xfrm h=help";

#[test]
fn objects() {
    let order = order(OBJECTS);
    for pair in OBJECT_WINNERS.split_whitespace() {
        let (prefix, word) = pair.split_once('=').expect("PREFIX=WORD");
        assert_eq!(winner(&order, prefix).map(|known| known.row), Some(word));
    }
    for prefix in prefixes(&order) {
        let found = said(&["ip", prefix, "help"]);
        match winner(&order, prefix) {
            Some(known) if known.here => {
                assert_eq!(found, said(&["ip", known.row, "help"]), "{prefix}");
                let help = found.stderr + &found.stdout;
                assert!(help.starts_with("Usage:"), "{prefix}: {help}");
            }
            _ => {
                let text = format!("Object \"{prefix}\" is unknown, try \"ip help\".\n");
                assert_eq!((found.code, found.stderr), (1, text));
            }
        }
    }
    for word in ["", "Link", "linkx", "netnsx"] {
        assert_eq!(said(&["ip", word, "help"]).code, 1, "{word}");
    }
}

/// Commands of an object, with words after them that tell one from another by what is refused.
#[test]
fn commands() {
    let link = "add set,change replace delete show,lst,list xstats afstats property help =wait";
    let address =
        "add change,=chg replace delete list,show,lst -flush -save -showdump -restore help";
    let winners = [
        (
            "link",
            link,
            "a=add s=set sh=show l=lst ls=lst li=list d=delete c=change r=replace p=property h=help x=xstats",
        ),
        (
            "address",
            address,
            "a=add c=change ch=change chg=chg r=replace re=replace res=restore d=delete l=list s=show sh=show \
             sa=save showd=showdump f=flush h=help",
        ),
    ];
    for (object, words, by_hand) in winners {
        let order = order(words);
        for pair in by_hand.split_whitespace() {
            let (prefix, word) = pair.split_once('=').expect("PREFIX=WORD");
            assert_eq!(winner(&order, prefix).map(|known| known.word), Some(word));
        }
        for prefix in prefixes(&order) {
            // None of these gets as far as to change anything.
            for rest in [
                &["help"][..],
                &["up"],
                &["nosuchdev", "nosuchdev"],
                &["dev"],
            ] {
                // There is no end to that.
                if (prefix, rest) == ("wait", &["up"][..]) {
                    continue;
                }
                let say = |command| said(&[&["ip", object, command], rest].concat());
                let found = say(prefix);
                match winner(&order, prefix) {
                    Some(known) if known.here => {
                        assert_eq!(found, say(known.word), "{object} {prefix}")
                    }
                    _ => assert_eq!(
                        (found.code, found.stderr),
                        (
                            255,
                            format!("Command \"{prefix}\" is unknown, try \"ip {object} help\".\n")
                        )
                    ),
                }
            }
        }
    }
}

/// `ip netns`, whose prefixes pick what iproute2's pick; what it has not is a whole word.
const NETNS: Order = "list,show,lst list-id help add set delete identify pids exec monitor attach =prune =replace =get \
    =connect =disconnect";
const NETNS_WINNERS: &str = "l=list li=list list-=list-id s=list sh=list se=set ls=list h=help a=add at=attach d=delete \
    dis=- del=delete i=identify p=pids pr=- prune=prune e=exec m=monitor r=- g=- c=- connect=connect disconnect=disconnect";

/// Only read, not run.
#[test]
fn netns_commands() {
    let order = order(NETNS);
    for pair in NETNS_WINNERS.split_whitespace() {
        let (prefix, word) = pair.split_once('=').expect("PREFIX=WORD");
        let picked = winner(&order, prefix).map_or("-", |known| known.row);
        assert_eq!(picked, word, "{prefix}");
    }
    let read = |words: &[&str], all: bool| {
        let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
        let ctx = Ctx {
            all,
            ..Ctx::default()
        };
        match netns::parse(&mut Words::new(&words), &ctx) {
            Ok(req) => format!("{:?}", std::mem::discriminant(&req)),
            Err(e) => text(e.text()),
        }
    };
    let mut meanings = HashSet::new();
    for prefix in prefixes(&order) {
        for rest in [&[][..], &["n"], &["n", "5"], &["n", "5", "true"]] {
            for all in [false, true] {
                let found = read(&[&[prefix], rest].concat(), all);
                let wanted = match winner(&order, prefix) {
                    Some(known) => read(&[&[known.row], rest].concat(), all),
                    None => format!("Command \"{prefix}\" is unknown, try \"ip netns help\"."),
                };
                assert_eq!(found, wanted, "{prefix} {rest:?}");
                meanings.insert(found);
            }
        }
    }
    assert!(meanings.len() > 20, "{meanings:?}");
    let help = read(&["help"], false);
    for known in &order {
        let line = help.lines().any(|line| {
            line.split(' ')
                .any(|word| word.trim_start_matches('[') == known.row)
        });
        assert!(line || known.row == "help", "{} is in the help", known.row);
    }
}

/// What a global option turns out to be.
fn option(word: &str) -> &'static str {
    let found = said(&["ip", word, "-V"]);
    match (found.code, found.stderr.as_str()) {
        (0, "") if found.stdout.starts_with("ip utility, ") => {}
        (255, e) if e.contains("invalid protocol family") => return "family",
        (255, e) if e.starts_with("Usage: ip [ OPTIONS ]") => return "help",
        (255, e) if e.ends_with("is not supported by ipso.\n") => return "missing",
        (255, e) if e.ends_with("is unknown, try \"ip -help\".\n") => return "unknown",
        // It wants to enter a namespace called `-V`, or to read a file of that name.
        (_, e) if e.contains("network namespace \"-V\"") => return "netns",
        (1, "Cannot open file \"-V\" for reading: No such file or directory\n") => return "batch",
        other => panic!("{word}: {other:?}"),
    }
    if said(&["ip", word]).code == 0 {
        return "Version";
    }
    let lo = |options: &[&str]| said(&[&["ip"], options, &["link", "show", "lo"]].concat()).stdout;
    let plain = lo(&[]);
    let shown = lo(&[word]);
    match () {
        () if shown == plain => match lo(&["-j"]) == lo(&["-j", word]) {
            true => "no difference",
            false => "pretty",
        },
        () if shown.starts_with('[') => "json",
        () if shown.contains('\x1b') => "color",
        () if shown.contains('\\') => "oneline",
        () if shown.contains("link/[772]") => "Numeric",
        () if shown.contains("RX:") => "stats",
        () if shown.contains("promiscuity") => "details",
        () if shown.starts_with("lo ") => "brief",
        () => panic!("{word}: {shown}"),
    }
}

#[test]
fn global_options() {
    // Each with what it turns out to be: families, -human and -iec change nothing that a link of no traffic shows.
    let table = "l=missing loops=missing f=family fa=family family=family 4=same 6=same 0=same M=same B=same h=same hu=same \
        human=same human-=same human-readable=same i=same iec=same s=stats st=stats stats=stats stati=stats \
        statistics=stats d=details det=details details=details r=same re=same resolve=same o=oneline \
        one=oneline oneline=oneline t=missing ti=missing timestamp=missing ts=missing tshort=missing V=Version \
        Ver=Version Version=Version v=unknown fo=same force=same b=batch ba=batch bat=batch batch=batch \
        br=brief brief=brief j=json json=json jsonx=unknown p=pretty pretty=pretty rc=missing rcvbuf=missing c=color \
        co=color color=color he=help hel=help help=help n=netns ne=netns netns=netns N=Numeric Num=Numeric \
        Numeric=Numeric n4=unknown 46=unknown a=same all=same fai=unknown fail=same e=unknown ech=unknown echo=same x=unknown \
        colour=unknown statsx=unknown";
    for pair in table.split_whitespace() {
        let (word, meaning) = pair.split_once('=').expect("WORD=MEANING");
        let meaning = if meaning == "same" {
            "no difference"
        } else {
            meaning
        };
        assert_eq!(option(&format!("-{word}")), meaning, "-{word}");
        assert_eq!(option(&format!("--{word}")), meaning, "--{word}");
    }
    for (word, same) in [
        ("-color=always", "-c"),
        ("-c=always", "-c"),
        ("-co=never", "-4"),
        ("-color=auto", "-4"),
    ] {
        assert_eq!(option(word), option(same), "{word}");
    }
    assert_eq!(option("-color=x"), "unknown");
    assert_eq!(option("-json=x"), "unknown");
}
