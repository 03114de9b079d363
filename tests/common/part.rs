//! The parts of the program under test. A build may lack some of them, and what a test asks of these is left out:
//! visibly, but not as a skip, since nothing is wrong with the machine.

use super::{program, say};
use std::sync::LazyLock;

macro_rules! parts {
    ($($constant:ident $name:literal: $what:literal,)*) => {
        $(#[doc = $what] pub const $constant: &str = $name;)*
        /// The names of all parts.
        pub const ALL: &[&str] = &[$($name),*];
    };
}

parts! {
    BOND "bond": "Options of bonds and of their ports.",
    CAN "can": "Options of CAN links.",
    CNI "cni": "`ipso cni`.",
    CONNECT "connect": "`netns connect` and `netns disconnect`.",
    ENCAP "encap": "`encap` of routes and nexthops.",
    FAST_LISTS "fast-lists": "Lines of lists that are like the one before.",
    FOU "fou": "`ip fou`.",
    HELP "help": "Help texts.",
    HINTS "hints": "The second line of an error on a terminal.",
    IP_TUNNEL "ip-tunnel": "`ip tunnel`.",
    ISOLATE "isolate": "Options of `isolate`.",
    KINDS "kinds": "Options of ipvlan, vrf, xfrm, hsr, netkit and other kinds that have few.",
    LINK_EXTRA "link-extra": "`link property`, and `inet` of `link set`.",
    MACSEC "macsec": "Options of MACsec links.",
    MULTICAST "multicast": "`ip maddress` and `ip mroute`.",
    MONITOR "monitor": "`ip monitor`.",
    MPTCP "mptcp": "`ip mptcp`.",
    NAT "nat": "`--nat`, `--publish`, `--allow` and `--dns` of isolate.",
    NEIGH "neigh": "`ip neigh`.",
    NETNS_EXTRA "netns-extra": "`netns identify`, `pids`, `prune`, `get`, `replace`, `list-id`, `monitor`, and `-all`.",
    NETNS_MAP "netns-map": "`netns map`.",
    NETNS_WAIT "netns-wait": "`wait` of `netns delete`.",
    NEXTHOP "nexthop": "`ip nexthop`.",
    OVERLAY "overlay": "Options of vxlan, geneve, bareudp, gtp and amt.",
    ROUTE_EXTRA "route-extra": "Rare metrics, words and items of routes.",
    RULE "rule": "`ip rule`.",
    SAVE "save": "`save`, `restore` and `showdump`.",
    STATS "stats": "`-s`.",
    TUNABLES "tunables": "`ip netconf`, `addrlabel`, `token` and `ntable`.",
    TCP_METRICS "tcp-metrics": "`ip tcp_metrics`.",
    TUNNEL "tunnel": "Options of GRE, IP in IP, vti and other tunnels.",
    TUNTAP "tuntap": "`ip tuntap`.",
    VF "vf": "Virtual functions.",
    VRF "vrf": "`ip vrf`.",
    WAIT "wait": "`link wait`, `address wait` and `route wait`.",
    XDP "xdp": "XDP programs, and reasons to be held down.",
    XSTATS "xstats": "`link xstats`, `link afstats` and `ip stats`.",
}

pub const NOT_BUILT: &str = "NOT IN THIS BUILD ";

/// The parts that the program under test has, from the last line of its `--version`; `None` where it has no such line,
/// as of a time without parts.
static BUILT: LazyLock<Option<Vec<String>>> = LazyLock::new(|| {
    let output = program().arg("--version").output();
    let output = output.expect("the program under test");
    let text = String::from_utf8_lossy(&output.stdout);
    let names = text.lines().last()?.strip_prefix("parts:")?;
    Some(names.split_whitespace().map(str::to_owned).collect())
});

/// Whether the program under test has a part.
#[track_caller]
pub fn is_built(part: &str) -> bool {
    assert!(ALL.contains(&part), "there is no part {part:?}");
    let built = BUILT.as_ref();
    built.is_none_or(|parts| parts.iter().any(|name| name == part))
}

/// Whether the program under test has all these parts. Where it lacks one, that is said of `test`.
#[track_caller]
pub fn has_parts(test: &str, parts: &[&str]) -> bool {
    let missing = parts.iter().find(|part| !is_built(part));
    if let Some(part) = missing {
        not_built(test, part);
    }
    missing.is_none()
}

/// Says that something was not tested, since the build lacks a part.
pub fn not_built(test: &str, part: &str) {
    say(format!("{NOT_BUILT}{test}: {part}\n"));
}

/// A line that may begin with the parts that it needs, as `[netns-extra] ip netns prune` does: without them, or `None`
/// where the program under test lacks one, which is said of `test`.
#[track_caller]
pub fn line_if_built<'a>(test: &str, line: &'a str) -> Option<&'a str> {
    let (parts, line) = split_parts(line);
    has_parts(test, &parts).then_some(line)
}

/// The parts that a line begins with, and the line.
pub fn split_parts(line: &str) -> (Vec<&str>, &str) {
    match line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "))
    {
        Some((parts, line)) => (parts.split(' ').collect(), line),
        None => (Vec::new(), line),
    }
}
