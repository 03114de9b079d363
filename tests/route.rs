//! `ip route`: what is shown can be given back.

mod common;
use common::*;

/// Routes whose lines are the words that make them.
const ROUTES: &[&str] = &[
    "default via 10.0.0.2 dev v0",
    "default via 10.0.0.3 dev v0 metric 100",
    "10.1.0.0/16 dev v0 scope link",
    "10.2.0.0/16 via 10.0.0.2 dev v0 proto static src 10.0.0.1 metric 5",
    "10.3.0.0/16 via inet6 fe80::9 dev v0",
    "10.4.0.1 via 10.0.0.2 dev v0 onlink",
    "10.5.0.0/16 tos 0x10 dev v0 scope link",
    "10.6.0.0/16 nexthop via 10.0.0.2 dev v0 weight 2 nexthop via 10.0.0.3 dev v0 weight 1",
    "10.7.0.0/16 dev v0 scope link mtu lock 1400 advmss 500",
    "blackhole 10.8.0.0/16",
    "unreachable 10.9.0.0/16 metric 7",
    "prohibit 10.10.0.0/16",
    "throw 10.11.0.0/16",
    "multicast 239.0.0.0/8 dev v0 scope link",
    "10.12.0.0/16 dev v0 proto 77 scope site",
    "10.13.0.0/16 dev v0 scope link realm 5",
];

/// The same of IPv6.
const ROUTES_6: &[&str] = &[
    "default via fe80::2 dev v0",
    "fd01::/64 dev v0 metric 5",
    "fd02::1 via fd00::2 dev v0 proto static",
    "fd03::/64 nexthop via fd00::2 dev v0 weight 3 nexthop via fd00::3 dev v0 weight 1",
    "blackhole fd04::/64",
    "fd05::/64 dev v0 mtu 1400 pref high",
];

/// Routes of the part with the rare metrics.
const RARE: &[&str] = &[
    "10.14.0.0/16 dev v0 scope link window 7 rtt 5ms rttvar 2.5s rto_min 1s hoplimit 5",
    "10.15.0.0/16 dev v0 scope link initcwnd 3 features ecn quickack 1 congctl cubic",
];

/// The lines of the routes, each with its nexthops, as words.
fn shown(options: &str) -> Vec<String> {
    // A nexthop stands on a line of its own, or with -o behind a backslash.
    let text = run(&format!("ip {options} route"))
        .ok()
        .replace("\n\t", " ")
        .replace('\\', " ");
    let lines = text.lines().filter(|line| !line.contains("proto kernel"));
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn routes_that_are_shown_can_be_given_back() {
    namespaces("routes_that_are_shown_can_be_given_back", || {
        for line in [
            "link add v0 type veth peer name v1",
            "link set v0 up",
            "link set v1 up",
            "addr add 10.0.0.1/24 dev v0",
            "addr add fd00::1/64 dev v0 nodad",
        ] {
            run(&format!("ip {line}")).ok();
        }
        let rare = if part::is_built(part::ROUTE_EXTRA) {
            RARE
        } else {
            &[]
        };
        for (family, routes, rare) in [("-4", ROUTES, rare), ("-6", ROUTES_6, &[])] {
            for route in routes.iter().chain(rare) {
                run(&format!("ip {family} route add {route}")).ok();
            }
            for options in ["", "-d", "-o"] {
                let options = format!("{family} {options}");
                let before = shown(&options);
                assert_eq!(before.len(), routes.len() + rare.len(), "{before:?}");
                for proto in ["boot", "static", "77"] {
                    run(&format!("ip {family} route flush proto {proto}")).ok();
                }
                assert!(shown(&options).is_empty(), "{:?}", shown(&options));
                for line in &before {
                    run(&format!("ip {family} route add {line}")).ok();
                }
                assert_eq!(shown(&options), before, "{options}");
            }
        }
    });
}
