//! `ip netns map`.

use super::*;
use serde_json::{Value, json};
use std::os::unix::ffi::OsStrExt;

/// A name with what means something in a string of any of the languages, and a byte that is no UTF-8.
const ODD: &[u8] = b"b \"\\<&#|`\x01\xff";

/// The namespaces `a` and [`ODD`]: a bridge here with a port to each, a pair between the two and one here alone, and a pair into a
/// namespace without a name.
fn build() -> Background {
    let odd = std::ffi::OsStr::from_bytes(ODD);
    run("ip netns add a").ok();
    let mut add = program();
    add.args(["ip", "netns", "add"]).arg(odd);
    finish(add).ok();
    let unnamed = background("sleep 1000");
    let pid = unnamed.0.id();
    for line in [
        "link add br0 index 10 type bridge",
        "link set br0 addrgenmode none up",
        "addr add 10.0.0.1/24 dev br0",
        "link add v1 index 11 type veth peer name eth0 index 2",
        "link add v2 index 12 type veth peer name eth1 index 3",
        "link set v1 master br0",
        "link set v2 master br0",
        "link set eth0 netns a",
        "link add x0 index 13 type veth peer name x1 index 14",
        "link add ab index 15 type veth peer name ba index 16",
        "link set ab netns a",
        "link add u0 index 17 type veth peer name u1 index 18",
        "-n a link set eth0 addrgenmode none up",
        "-n a addr add 10.0.0.2/24 dev eth0",
        "-n a addr add fd00::2/64 dev eth0 nodad",
        "-n a addr add 169.254.0.1/16 dev eth0 scope link",
    ] {
        run(&format!("ip {line}")).ok();
    }
    run(&format!("ip link set u1 netns {pid}")).ok();
    for name in ["eth1", "ba"] {
        let mut set = program();
        set.args(["ip", "link", "set", name, "netns"]).arg(odd);
        finish(set).ok();
    }
    unnamed
}

/// What a command prints, as bytes.
fn printed(line: &str) -> Vec<u8> {
    let mut command = program();
    command.args(line.split(' '));
    let output = command.output().expect("ipso");
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
    output.stdout
}

const TREE: &[u8] = b"here
    br0: bridge 10.0.0.1/24
        v1: veth down to eth0 in a
        v2: veth down to eth1 in b \"\\<&#|`\x01\xff
    x0: veth down to x1
    x1: veth down to x0
    u0: veth down to if18 in unnamed netnsid 1
a
    eth0: veth to v1 here 10.0.0.2/24 fd00::2/64
    ab: veth down to ba in b \"\\<&#|`\x01\xff
b \"\\<&#|`\x01\xff
    eth1: veth down to v2 here
    ba: veth down to ab in a
";

const DOT: &str = r#"graph netns {
    node [shape=box];
    subgraph cluster_0 {
        label="here";
        n0_10 [label="br0\n10.0.0.1/24"];
        n0_11 [label="v1"];
        n0_12 [label="v2"];
        n0_13 [label="x0"];
        n0_14 [label="x1"];
        n0_17 [label="u0"];
    }
    subgraph cluster_1 {
        label="a";
        n1_2 [label="eth0\n10.0.0.2/24\nfd00::2/64"];
        n1_15 [label="ab"];
    }
    subgraph cluster_2 {
        label="b \"\\<&amp;#|`\\x01\\xff";
        n2_3 [label="eth1"];
        n2_16 [label="ba"];
    }
    n0_11 -- n0_10 [style=dashed];
    n0_11 -- n1_2;
    n0_12 -- n0_10 [style=dashed];
    n0_12 -- n2_3;
    n0_13 -- n0_14;
    n0_18_id1 [label="if18\nunnamed netnsid 1"];
    n0_17 -- n0_18_id1;
    n1_15 -- n2_16;
}
"#;

const MERMAID: &str = r#"flowchart LR
    subgraph n0["here"]
        n0_10["br0<br>10.0.0.1/24"]
        n0_11["v1"]
        n0_12["v2"]
        n0_13["x0"]
        n0_14["x1"]
        n0_17["u0"]
    end
    subgraph n1["a"]
        n1_2["eth0<br>10.0.0.2/24<br>fd00::2/64"]
        n1_15["ab"]
    end
    subgraph n2["b #34;#92;#60;#38;#35;#124;#96;#92;x01#92;xff"]
        n2_3["eth1"]
        n2_16["ba"]
    end
    n0_11 -.- n0_10
    n0_11 --- n1_2
    n0_12 -.- n0_10
    n0_12 --- n2_3
    n0_13 --- n0_14
    n0_18_id1["if18<br>unnamed netnsid 1"]
    n0_17 --- n0_18_id1
    n1_15 --- n2_16
"#;

#[test]
fn a_map_shows_who_is_joined_to_whom() {
    let test = "map::a_map_shows_who_is_joined_to_whom";
    namespaces_with(&[part::NETNS_MAP], test, || {
        let _unnamed = build();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(text(&printed("ip netns map")), text(TREE));
        assert_eq!(printed("ip netns map"), TREE);
        assert_eq!(text(&printed("ip netns map dot")), DOT);
        assert_eq!(text(&printed("ip -j netns map mermaid")), MERMAID);
        let odd = "b \"\\<&#|`\\x01\\xff";
        let map: Value = serde_json::from_slice(&printed("ip -j netns map")).expect("JSON");
        let pretty: Value = serde_json::from_slice(&printed("ip -j -p netns map")).expect("JSON");
        assert_eq!(map, pretty);
        let veth = |index: u32, name: &str, up: bool, peer: Value, addresses: &[&str]| json!({"ifindex": index, "ifname": name, "kind": "veth", "up": up, "peer": peer, "addresses": addresses});
        assert_eq!(
            map,
            json!([
                {"names": [], "here": true, "links": [
                    {"ifindex": 10, "ifname": "br0", "kind": "bridge", "up": true, "addresses": ["10.0.0.1/24"], "ports": [
                        veth(11, "v1", false, json!({"ifindex": 2, "ifname": "eth0", "netns": "a"}), &[]),
                        veth(12, "v2", false, json!({"ifindex": 3, "ifname": "eth1", "netns": odd}), &[]),
                    ]},
                    veth(13, "x0", false, json!({"ifindex": 14, "ifname": "x1"}), &[]),
                    veth(14, "x1", false, json!({"ifindex": 13, "ifname": "x0"}), &[]),
                    veth(17, "u0", false, json!({"ifindex": 18, "netnsid": 1}), &[]),
                ]},
                {"names": ["a"], "links": [
                    veth(2, "eth0", true, json!({"ifindex": 11, "ifname": "v1", "here": true}), &["10.0.0.2/24", "fd00::2/64"]),
                    veth(15, "ab", false, json!({"ifindex": 16, "ifname": "ba", "netns": odd}), &[]),
                ]},
                {"names": [odd], "links": [
                    veth(3, "eth1", false, json!({"ifindex": 12, "ifname": "v2", "here": true}), &[]),
                    veth(16, "ba", false, json!({"ifindex": 15, "ifname": "ab", "netns": "a"}), &[]),
                ]},
            ])
        );
        // With -d all links and addresses.
        let details = text(&printed("ip -d netns map"));
        assert!(details.starts_with("here\n    lo: down\n"), "{details}");
        assert!(details.contains(" 169.254.0.1/16"), "{details}");
    });
}

/// From another namespace this one has no name, but the others have. A second name is one of the same namespace.
#[test]
fn the_callers_namespace_may_have_names() {
    let test = "map::the_callers_namespace_may_have_names";
    namespaces_with(&[part::NETNS_MAP], test, || {
        for line in [
            "netns add a",
            "netns add b",
            "link add v index 11 type veth peer name w index 12 netns a",
            "-n a link add x index 13 type veth peer name y index 14 netns b",
        ] {
            run(&format!("ip {line}")).ok();
        }
        fs::write("/run/netns/other", "").expect("a file");
        run("mount --bind /run/netns/a /run/netns/other").ok();
        assert_eq!(
            run("ip netns exec a ip netns map").ok(),
            "a, other (here)\n    w: veth down to if11 in unnamed netnsid 1\n    x: veth down to y in b\n\
             b\n    y: veth down to x in a\n"
        );
        assert_eq!(
            run("ip -n b netns map").ok(),
            "b (here)\n    y: veth down to x in a\n\
             a, other\n    w: veth down to if11 in unnamed netnsid 1\n    x: veth down to y in b\n"
        );
        // A line of a batch leaves the next one where it was.
        fs::write("/run/lines", "netns map\nlink show v\n").expect("lines");
        let text = run("ip -batch /run/lines").ok();
        assert!(
            text.starts_with("here\n    v: veth down to w in a\na, other\n"),
            "{text}"
        );
        assert!(text.contains("\n11: v@if12: "), "{text}");
    });
}

#[test]
fn a_namespace_that_cannot_be_entered_is_said() {
    let test = "map::a_namespace_that_cannot_be_entered_is_said";
    namespaces_with(&[part::NETNS_MAP], test, || {
        run("ip netns add a").ok();
        run("ip link add v index 11 type veth peer name w index 12 netns a").ok();
        fs::write("/run/netns/file", "").expect("a file");
        std::os::unix::fs::symlink("/nosuch", "/run/netns/stale").expect("a link");
        let file = "setting the network namespace \"file\" failed: Invalid argument";
        let stale = "Cannot open network namespace \"stale\": No such file or directory";
        let out = run("ip netns map");
        assert_eq!((out.code, out.stderr), (1, format!("{file}\n{stale}\n")));
        assert_eq!(
            out.stdout,
            format!(
                "here\n    v: veth down to w in a\na\n    w: veth down to v here\nfile: {file}\nstale: {stale}\n"
            )
        );
        let out = run("ip -j netns map");
        let map: Value = serde_json::from_str(&out.stdout).expect("JSON");
        assert_eq!(out.code, 1);
        assert_eq!(map[2], json!({"names": ["file"], "error": file}));
        assert_eq!(map[3], json!({"names": ["stale"], "error": stale}));
        let graph = run("ip netns map dot").stdout;
        let node = format!("    n3_0 [label=\"{}\"];\n", stale.replace('"', "\\\""));
        assert!(graph.contains(&node), "{graph}");
    });
}

#[test]
fn words_of_a_map_are_whole() {
    let test = "map::words_of_a_map_are_whole";
    namespaces_with(&[part::NETNS_MAP], test, || {
        assert_eq!(run("ip netns map").ok(), "here\n");
        assert_eq!(
            run("ip -j netns map").ok(),
            "[{\"names\":[],\"here\":true,\"links\":[]}]\n"
        );
        for (line, code, text) in [
            (
                "netns ma",
                255,
                "Command \"ma\" is unknown, try \"ip netns help\".",
            ),
            (
                "netns map d",
                255,
                "Error: argument \"d\" is wrong: must be \"dot\" or \"mermaid\"",
            ),
            ("netns map dot dot", 1, "extra arguments specified"),
        ] {
            let out = run(&format!("ip {line}"));
            assert_eq!(
                (out.code, out.stderr),
                (code, format!("{text}\n")),
                "{line}"
            );
        }
    });
}
