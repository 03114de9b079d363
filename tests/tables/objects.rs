//! Objects of `ip`, and their commands.

use crate::common::{Out, is_built, part};
use crate::order::{Order, check_by_hand, pick, prefixes, spellings};
use crate::parts::has_part;
use crate::support::{pick_netns, said};
use std::collections::HashSet;

pub const OBJECTS: Order = "\
    address addrlabel maddress route rule neighbor neighbour ntable ntbl link -l2tp fou -ila -macsec \
    tunnel tunl tuntap tap token tcpmetrics tcp_metrics monitor -xfrm mroute mrule netns netconf vrf -sr \
    nexthop mptcp -ioam help stats";
const OBJECT_BY_HAND: &str = "\
    a=address r=route ru=rule n=neighbor nei=neighbor net=netns nex=nexthop l=link m=maddress mo=monitor t=tunnel \
    tun=tunnel tunt=tuntap ta=tap v=vrf s=sr x=xfrm h=help";

/// The parts that objects need.
const PARTS: &[(&str, &str)] = &[
    ("stats", part::XSTATS),
    ("addrlabel", part::TUNABLES),
    ("ntable", part::TUNABLES),
    ("ntbl", part::TUNABLES),
    ("token", part::TUNABLES),
    ("netconf", part::TUNABLES),
    ("maddress", part::MULTICAST),
    ("mroute", part::MULTICAST),
    ("rule", part::RULE),
    ("mrule", part::RULE),
    ("neighbor", part::NEIGH),
    ("neighbour", part::NEIGH),
    ("nexthop", part::NEXTHOP),
    ("fou", part::FOU),
    ("mptcp", part::MPTCP),
    ("tcpmetrics", part::TCP_METRICS),
    ("tcp_metrics", part::TCP_METRICS),
    ("vrf", part::VRF),
    ("monitor", part::MONITOR),
    ("tunnel", part::IP_TUNNEL),
    ("tunl", part::IP_TUNNEL),
    ("tuntap", part::TUNTAP),
    ("tap", part::TUNTAP),
];

/// What was said of a prefix, as it would be said of the word: what this build does not have is called as it was asked for.
fn said_of(word: &str, prefix: &str, mut found: Out) -> Out {
    let of = |word| format!("\"{word}\" is not in ");
    found.stderr = found.stderr.replacen(&of(prefix), &of(word), 1);
    found
}

/// Objects that are known and that no build has.
pub const ABSENT: [&str; 6] = ["l2tp", "ila", "macsec", "xfrm", "sr", "ioam"];

#[test]
fn objects_are_what_iproute2_picks() {
    let order = spellings(OBJECTS);
    check_by_hand(&order, OBJECT_BY_HAND);
    for prefix in prefixes(&order) {
        let found = said(&["ip", prefix, "help"]);
        match pick(&order, prefix) {
            Some(picked) if picked.is_here => {
                let found = said_of(picked.word, prefix, found);
                let part = PARTS.iter().find(|(word, _)| *word == picked.word);
                let has_part = part.is_none_or(|(_, part)| is_built(part));
                assert_eq!(found, said(&["ip", picked.word, "help"]), "{prefix}");
                let help = found.stderr + &found.stdout;
                let missing = format!("Object \"{}\" is not in this build", picked.word);
                let is_missing = !has_part && help.starts_with(&missing);
                assert!(is_missing || help.starts_with("Usage:"), "{prefix}: {help}");
            }
            picked => {
                let absent = picked.filter(|picked| ABSENT.contains(&picked.word));
                let text = match absent {
                    Some(_) => format!("Object \"{prefix}\" is not in ipso.\n"),
                    None => format!("Object \"{prefix}\" is unknown, try \"ip help\".\n"),
                };
                assert_eq!((found.code, found.stderr), (1, text));
            }
        }
    }
    for word in ["", "Link", "linkx", "netnsx"] {
        assert_eq!(said(&["ip", word, "help"]).code, 1, "{word}");
    }
}

/// A line of a batch begins with the object, and the message has it.
#[test]
fn an_absent_object_is_named_in_a_batch() {
    let file = std::env::temp_dir().join(format!("ipso-batch-{}", std::process::id()));
    std::fs::write(&file, "xf state\n").unwrap();
    let path = file.to_str().unwrap();
    let found = said(&["ip", "-batch", path]);
    std::fs::remove_file(&file).unwrap();
    let text = format!("Object \"xf\" is not in ipso.\nCommand failed {path}:1\n");
    assert_eq!((found.code, found.stderr), (1, text));
}

/// `ip link`.
const LINK: Order = "\
    add set,change replace delete show,lst,list xstats afstats property help =wait";
const LINK_BY_HAND: &str = "\
    a=add s=set sh=show l=lst ls=lst li=list d=delete c=change r=replace p=property h=help x=xstats";

/// `ip address`.
const ADDRESS: Order = "\
    add change,=chg replace delete list,show,lst flush save showdump restore help =wait";
const ADDRESS_BY_HAND: &str = "\
    a=add c=change ch=change chg=chg r=replace re=replace res=restore d=delete l=list s=show sh=show sa=save \
    showd=showdump f=flush h=help";

/// `ip route`.
const ROUTE: Order = "\
    add change,=chg replace prepend append test delete list,show,lst get flush save restore showdump help =wait";
const ROUTE_BY_HAND: &str = "\
    a=add ap=append c=change chg=chg r=replace re=replace res=restore p=prepend t=test d=delete l=list s=show sa=save \
    showd=showdump g=get f=flush h=help";

/// `ip neigh`.
const NEIGH: Order = "add change,=chg replace delete get show,lst,list flush help";
const NEIGH_BY_HAND: &str = "\
    a=add c=change ch=change chg=chg r=replace d=delete g=get s=show l=lst li=list f=flush h=help";

/// `ip nexthop`.
const NEXTHOP: Order = "add replace delete list,show,lst get flush bucket help";
const NEXTHOP_BY_HAND: &str = "\
    a=add r=replace d=delete l=list ls=lst s=show g=get f=flush b=bucket h=help";

/// `ip vrf`.
const VRF: Order = "identify pids exec show,lst,list help";
const VRF_BY_HAND: &str = "i=identify p=pids e=exec s=show l=lst li=list h=help";

/// `ip rule`.
const RULE: Order = "list,show,lst save restore add delete flush help";
const RULE_BY_HAND: &str = "\
    l=list ls=lst s=show sh=show sa=save r=restore a=add d=delete f=flush h=help";

/// `ip tuntap`.
const TUNTAP: Order = "add delete show,lst,list help";
const TUNTAP_BY_HAND: &str = "a=add d=delete s=show l=lst li=list h=help";

/// `ip maddress`, and `ip mroute`.
const MADDR: Order = "add delete list,show,lst help";
const MADDR_BY_HAND: &str = "a=add d=delete l=list ls=lst s=show h=help";
const MROUTE: Order = "list,show,lst help";
const MROUTE_BY_HAND: &str = "l=list ls=lst s=show h=help";
/// `ip tcp_metrics`.
const TCP_METRICS: Order = "list,show,lst delete flush help";
const TCP_METRICS_BY_HAND: &str = "l=list ls=lst s=show d=delete f=flush h=help";

/// `ip netconf`, `ip addrlabel`, `ip token`, and `ip ntable`.
const NETCONF: Order = "show,lst,list help";
const NETCONF_BY_HAND: &str = "s=show l=lst li=list h=help";
const ADDRLABEL: Order = "list,lst,show add delete flush help";
const ADDRLABEL_BY_HAND: &str = "l=list ls=lst s=show a=add d=delete f=flush h=help";
const TOKEN: Order = "list,lst,show set,add delete get help";
const TOKEN_BY_HAND: &str = "l=list ls=lst s=show se=set a=add d=delete g=get h=help";
const NTABLE: Order = "change,chg show,lst,list help";
const NTABLE_BY_HAND: &str = "c=change chg=chg s=show l=lst li=list h=help";

/// A command and its prefix say the same to words that different commands refuse differently.
#[test]
fn commands_of_objects_are_what_iproute2_picks() {
    for (object, order, by_hand) in [
        ("link", LINK, LINK_BY_HAND),
        ("address", ADDRESS, ADDRESS_BY_HAND),
        ("route", ROUTE, ROUTE_BY_HAND),
        ("neigh", NEIGH, NEIGH_BY_HAND),
        ("nexthop", NEXTHOP, NEXTHOP_BY_HAND),
        ("vrf", VRF, VRF_BY_HAND),
        ("rule", RULE, RULE_BY_HAND),
        ("tuntap", TUNTAP, TUNTAP_BY_HAND),
        ("maddr", MADDR, MADDR_BY_HAND),
        ("mroute", MROUTE, MROUTE_BY_HAND),
        ("netconf", NETCONF, NETCONF_BY_HAND),
        ("addrlabel", ADDRLABEL, ADDRLABEL_BY_HAND),
        ("token", TOKEN, TOKEN_BY_HAND),
        ("ntable", NTABLE, NTABLE_BY_HAND),
        ("tcp_metrics", TCP_METRICS, TCP_METRICS_BY_HAND),
    ] {
        if object == "rule" && !has_part("rule", "rule")
            || object == "tcp_metrics" && !has_part("tcp_metrics", "tcp-metrics")
        {
            continue;
        }
        let order = spellings(order);
        for pair in by_hand.split_whitespace() {
            let (prefix, spelling) = pair.split_once('=').expect("PREFIX=SPELLING");
            let picked = pick(&order, prefix).map(|picked| picked.text);
            assert_eq!(picked, Some(spelling), "{object} {prefix}");
        }
        for prefix in prefixes(&order) {
            // None of these gets as far as to change anything.
            for rest in [
                &["help"][..],
                &["up"],
                &["nosuchdev", "nosuchdev"],
                &["dev"],
            ] {
                // The first waits for ever, the other would delete the addresses of this machine.
                let is_flush = object == "address" && prefix.starts_with('f');
                if (prefix == "wait" || is_flush) && rest == ["up"] {
                    continue;
                }
                let say = |command| said(&[&["ip", object, command], rest].concat());
                let found = say(prefix);
                match pick(&order, prefix) {
                    Some(picked) if picked.is_here => {
                        let found = said_of(picked.text, prefix, found);
                        assert_eq!(found, say(picked.text), "{object} {prefix}");
                    }
                    _ => {
                        let text =
                            format!("Command \"{prefix}\" is unknown, try \"ip {object} help\".\n");
                        assert_eq!((found.code, found.stderr), (255, text));
                    }
                }
            }
        }
    }
}

/// `ip netns`. The commands that iproute2 does not have have no prefixes.
pub const NETNS: Order = "\
    list,show,lst list-id help add set delete identify pids exec monitor attach =prune =replace =get =map =connect \
    =disconnect";
const NETNS_BY_HAND: &str = "\
    l=list li=list list-=list-id s=list sh=list se=set ls=list h=help a=add at=attach d=delete dis=- del=delete \
    i=identify p=pids pr=- prune=prune e=exec m=monitor r=- g=- c=- connect=connect disconnect=disconnect";

#[test]
fn commands_of_netns_are_what_iproute2_picks() {
    let order = spellings(NETNS);
    check_by_hand(&order, NETNS_BY_HAND);
    let mut meanings = HashSet::new();
    for prefix in prefixes(&order) {
        for rest in [&[][..], &["n"], &["a/b"], &[".."]] {
            for all in [false, true] {
                let found = pick_netns(&[&[prefix], rest].concat(), all);
                let wanted = match pick(&order, prefix) {
                    Some(picked) => pick_netns(&[&[picked.word], rest].concat(), all),
                    None => pick_netns(&[&["unknown"], rest].concat(), all)
                        .replace("\"unknown\"", &format!("\"{prefix}\"")),
                };
                assert_eq!(found, wanted, "{prefix} {rest:?}");
                meanings.insert(found);
            }
        }
    }
    // What follows is looked at first.
    for (words, all, text) in [
        (["pid", "a/b"], false, "5"),
        (["pid", "a/b"], true, "5"),
        (["del", "a/b"], false, "Invalid netns name \"a/b\""),
        (["none", "a/b"], false, "Invalid netns name \"a/b\""),
        (
            ["none", "a/b"],
            true,
            "Command \"none\" is unknown, try \"ip netns help\".",
        ),
    ] {
        let found = pick_netns(&words, all);
        let number = found.parse::<usize>().is_ok() && text.parse::<usize>().is_ok();
        assert!(number || found == text, "{words:?} {all}: {found}");
    }
    assert!(meanings.len() > 20, "{meanings:?}");
}
