//! `ip rule`: what is shown can be given back.

mod common;
use common::*;

/// Rules whose lines are the words that make them. Some words are not iproute2's, as `[detached]`: the interfaces are here.
const RULES: &[&str] = &[
    "from 10.0.0.0/8",
    "from 10.1.2.3 to 10.2.0.0/16 lookup 300",
    "not from 10.0.0.1 tos 0x10 table main",
    "from all fwmark 0x5/0xff iif lo oif v0 table 7",
    "fwmark 0 table 7",
    "uidrange 0-0 ipproto tcp sport 80 dport 5-6",
    "ipproto vrrp table default",
    "tun_id 18446744073709551615",
    "realms 1/2 table 9 protocol zebra",
    "realms 5 protocol 99",
    "suppress_prefixlength 3 suppress_ifgroup 5 table main",
    "suppress_ifgroup default",
    "goto 32766",
    "nop",
    "prohibit from 10.0.0.0/24",
    "blackhole",
    "unreachable table 5",
    "throw",
    "multicast",
];

/// The same of IPv6.
const RULES_6: &[&str] = &[
    "from fd00::/64 to fd01::1 lookup 300",
    "not from fd00::1 iif lo fwmark 5 prohibit",
    "ipproto ipv6-icmp goto 32766",
];

/// Rules that kernels before Linux 6.15 may refuse, or may take for less than they are.
const NEWER: &[&str] = &[
    "dscp AF11",
    "dscp 5",
    "dscp 4/0x3c table 8",
    "sport 0x50/0xff dport 443",
];

/// The same of IPv6.
const NEWER_6: &[&str] = &["flowlabel 0x5/0xf dscp CS1", "flowlabel 7"];

/// The line of each rule as the words that make it: its preference is in front of it.
fn shown(options: &str) -> Vec<String> {
    let text = run(&format!("ip {options} rule")).ok();
    let words = |line: &str| {
        let (preference, rest) = line.split_once(":\t").expect("PREFERENCE:\tWORDS");
        format!("{rest} pref {preference}")
    };
    // The first rule, that of the table local, always stays.
    text.lines().skip(1).map(words).collect()
}

#[test]
fn rules_that_are_shown_can_be_given_back() {
    let test = "rules_that_are_shown_can_be_given_back";
    namespaces_with(&[part::RULE], test, || {
        run("ip link add v0 type veth peer name v1").ok();
        // Besides, there are those of the tables `main` and, of IPv4, `default`.
        for (family, rules, newer, mut count) in
            [("-4", RULES, NEWER, 2), ("-6", RULES_6, NEWER_6, 1)]
        {
            for (n, rule) in rules.iter().chain(newer).enumerate() {
                let out = run(&format!("ip {family} rule add {rule} pref {}", n + 10));
                let refused = newer.contains(rule) && out.code == 2;
                assert!(refused || out.code == 0, "{rule}: {out:?}");
                count += usize::from(!refused);
            }
            for options in ["", "-d", "-N"] {
                let options = format!("{family} {options}");
                let before = shown(&options);
                assert_eq!(before.len(), count, "{before:?}");
                run(&format!("ip {family} rule flush")).ok();
                assert!(shown(&options).is_empty());
                for line in &before {
                    // Numbers of protocols have a name of their own with -N, which nothing takes.
                    let line = line.replace(" ipproto ipproto-", " ipproto ");
                    run(&format!("ip {family} rule add {line}")).ok();
                }
                assert_eq!(shown(&options), before, "{options}");
            }
        }
    });
}

#[test]
fn a_flush_deletes_what_its_words_choose() {
    let test = "a_flush_deletes_what_its_words_choose";
    namespaces_with(&[part::RULE], test, || {
        for n in 0..300 {
            run(&format!("ip rule add pref {} table {}", n + 10, n % 3 + 5)).ok();
        }
        run("ip rule flush table 5").ok();
        assert_eq!(shown("").len(), 202);
        run("ip rule flush table 6").ok();
        assert!(shown("").iter().all(|line| !line.contains("lookup 6")));
        run("ip rule flush").ok();
        assert_eq!(run("ip rule").ok(), "0:\tfrom all lookup local\n");
    });
}
