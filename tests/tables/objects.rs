//! Objects of `ip`, and their commands.

use crate::order::{Order, check_by_hand, pick, prefixes, spellings};
use crate::support::{pick_netns, said};
use std::collections::HashSet;

const OBJECTS: Order = "\
    address -addrlabel -maddress -route -rule -neighbor -neighbour -ntable -ntbl link -l2tp -fou -ila -macsec \
    -tunnel -tunl -tuntap -tap -token -tcpmetrics -tcp_metrics -monitor -xfrm -mroute -mrule netns -netconf -vrf -sr \
    -nexthop -mptcp -ioam help -stats";
const OBJECT_BY_HAND: &str = "\
    a=address r=route ru=rule n=neighbor nei=neighbor net=netns nex=nexthop l=link m=maddress mo=monitor t=tunnel \
    v=vrf s=sr x=xfrm h=help";

#[test]
fn objects_are_what_iproute2_picks() {
    let order = spellings(OBJECTS);
    check_by_hand(&order, OBJECT_BY_HAND);
    for prefix in prefixes(&order) {
        let found = said(&["ip", prefix, "help"]);
        match pick(&order, prefix) {
            Some(picked) if picked.is_here => {
                assert_eq!(found, said(&["ip", picked.word, "help"]), "{prefix}");
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

/// `ip link`.
const LINK: Order = "\
    add set,change replace delete show,lst,list xstats afstats property help =wait";
const LINK_BY_HAND: &str = "\
    a=add s=set sh=show l=lst ls=lst li=list d=delete c=change r=replace p=property h=help x=xstats";

/// `ip address`.
const ADDRESS: Order = "\
    add change,=chg replace delete list,show,lst -flush -save -showdump -restore help";
const ADDRESS_BY_HAND: &str = "\
    a=add c=change ch=change chg=chg r=replace re=replace res=restore d=delete l=list s=show sh=show sa=save \
    showd=showdump f=flush h=help";

/// A command and its prefix say the same to words that different commands refuse differently.
#[test]
fn commands_of_link_and_address_are_what_iproute2_picks() {
    for (object, order, by_hand) in [
        ("link", LINK, LINK_BY_HAND),
        ("address", ADDRESS, ADDRESS_BY_HAND),
    ] {
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
                // This waits for ever.
                if (prefix, rest) == ("wait", &["up"][..]) {
                    continue;
                }
                let say = |command| said(&[&["ip", object, command], rest].concat());
                let found = say(prefix);
                match pick(&order, prefix) {
                    Some(picked) if picked.is_here => {
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
    list,show,lst list-id help add set delete identify pids exec monitor attach =prune =replace =get =connect \
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
