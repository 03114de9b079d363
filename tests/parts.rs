//! The parts: their names are the same everywhere, and what a build lacks it knows by name.

mod common;
use common::*;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// Command lines that need a part. None of them changes anything that lasts.
const LINES: &[&str] = &[
    "[bond] ip link add k0 type bond mode 1",
    "[bond] ip link set lo type bond_slave queue_id 1",
    "[bond] ip link help bond",
    "[can] ip link add k0 type can help",
    "[can] ip link set lo type can bitrate 1000",
    "[cni] ipso cni nosuch",
    "[connect] ip netns connect nosuch",
    "[connect] ip netns disconnect nosuch",
    "[encap] ip route add 10.1.0.0/16 encap ip id 5 dev lo",
    "[fou] ip fou",
    "[ip-tunnel] ip tunl show",
    "[ip-tunnel] ip tunnel help",
    "[isolate] isolate --dry-run true",
    "[kinds] ip link add k0 type vrf table 5",
    "[link-extra] ip link property add lo altname other",
    "[link-extra] ip link set lo inet tag 5",
    "[macsec] ip link add k0 link lo type macsec port 5",
    "[multicast] ip maddress add",
    "[multicast] ip mroute show",
    "[monitor] ip monitor file /nosuch",
    "[mptcp] ip mptcp",
    "[nat] isolate --allow nosuch true",
    "[neigh] ip neigh show",
    "[netns-extra] ip -all netns delete",
    "[netns-extra] ip netns get nosuch",
    "[netns-extra] ip netns list-id",
    "[netns-extra] ip netns prune",
    "[netns-extra] ip netns replace n",
    "[netns-map] ip netns map nosuch",
    "[netns-wait] ip netns delete nosuch wait",
    "[nexthop] ip nexthop show",
    "[overlay] ip link add k0 type vxlan id 5 dstport 4789",
    "[route-extra] ip route add 10.9.0.0/16 as 10.8.0.1 dev nosuch",
    "[route-extra] ip route add 10.9.0.0/16 dev nosuch window 5",
    "[route-extra] ip route add 10.9.0.0/16 nexthop dev nosuch realms 5",
    "[route-extra] ip route get 10.9.0.1 ipproto nosuch",
    "[route-extra] ip route show vrf nosuch",
    "[rule] ip mrule show",
    "[rule] ip rule show",
    "[save] ip addr save dev nosuch",
    "[save] ip route restore",
    "[stats] ip -s link show lo",
    "[tunables] ip addrlabel list",
    "[tunables] ip netconf show",
    "[tunables] ip ntable show",
    "[tunables] ip token list",
    "[tcp-metrics] ip tcp_metrics help",
    "[tcp-metrics] ip tcpmetrics help",
    "[tunnel] ip link add k0 type gre local 10.0.0.1",
    "[tuntap] ip tap show",
    "[tuntap] ip tuntap add mode tun mode tap",
    "[vf] ip link set lo vf 0 rate 5",
    "[wait] ip addr wait",
    "[wait] ip link wait lo",
    "[wait] ip route wait",
    "[vrf] ip vrf exec nosuch true",
    "[xdp] ip link set lo protodown_reason 5 on",
    "[xdp] ip link set lo xdp off",
    "[xstats] ip link afstats",
    "[xstats] ip link xstats type bridge",
    "[xstats] ip stats show",
];

/// The names on the last line of what `program` says of its version.
fn names(mut program: Command) -> Vec<String> {
    program.arg("--version");
    let text = finish(program).ok();
    let last = text.lines().last().unwrap_or_default();
    let names = last.strip_prefix("parts:").expect("the line of the parts");
    names.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_tests_know_the_parts_of_the_manifest() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("Cargo.toml");
    let (_, list) = manifest.split_once("\ndefault = [").expect("all features");
    let (list, _) = list.split_once(']').expect("the end of the list");
    let features: BTreeSet<_> = list.split('"').skip(1).step_by(2).collect();
    assert_eq!(features, part::ALL.iter().copied().collect());
}

#[test]
fn the_version_lists_the_parts_in_order() {
    // What cargo has built for this test, and the program under test, which may be another.
    assert_eq!(
        names(Command::new(env!("CARGO_BIN_EXE_ipso"))),
        ipso::parts::PARTS
    );
    let names = names(program());
    assert!(names.is_sorted(), "{names:?}");
    for name in names {
        assert!(part::ALL.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn what_is_not_built_names_the_part_that_it_needs() {
    let tried: BTreeSet<_> = LINES.iter().flat_map(|line| split_parts(line).0).collect();
    let untried: Vec<_> = part::ALL
        .iter()
        .filter(|part| !tried.contains(*part))
        .collect();
    // No word asks for a hint or for speed, and a help text may be a short one.
    assert_eq!(untried, [&part::FAST_LISTS, &part::HELP, &part::HINTS]);
    namespaces("what_is_not_built_names_the_part_that_it_needs", || {
        let mut wrong = String::new();
        for line in LINES {
            let (parts, line) = split_parts(line);
            let out = run(line);
            let end = format!("it needs the part \"{}\".\n", parts[0]);
            let missing = out.stderr.contains(" is not in this build of ipso: ");
            let refused =
                missing && out.stderr.ends_with(&end) && out.code != 0 && out.stdout.is_empty();
            if missing == is_built(parts[0]) || missing != refused {
                wrong += &format!("{line}: {out:?}\n");
            }
        }
        assert!(wrong.is_empty(), "\n{wrong}");
    });
}

/// A script may look for a word in the help to know whether it can be used.
#[test]
fn the_help_has_no_words_of_missing_parts() {
    let said = finish({
        let mut program = program();
        program.args(["ip", "link", "help"]);
        program
    });
    let words: BTreeSet<_> = said.stderr.split([' ', '\n', '\t']).collect();
    for (part, word) in [
        (part::LINK_EXTRA, "property"),
        (part::WAIT, "wait"),
        (part::LINK_EXTRA, "inet"),
        (part::XSTATS, "xstats"),
        (part::XSTATS, "afstats"),
        (part::XDP, "xdpgeneric"),
        (part::XDP, "protodown_reason"),
        (part::VF, "vf"),
        (part::BOND, "bond_slave"),
        (part::CAN, "can"),
    ] {
        let expected = is_built(part) && is_built(part::HELP);
        assert_eq!(words.contains(word), expected, "{word}");
    }
}
