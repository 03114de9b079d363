use super::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn connect_makes_a_tunnel_and_disconnect_takes_it_down() {
    let test = "connect::connect_makes_a_tunnel_and_disconnect_takes_it_down";
    namespaces_with(&[part::CONNECT], test, || {
        run("ip netns add a").ok();
        run("ip netns add b").ok();
        assert_eq!(
            run("ip netns connect a").ok(),
            "dev veth0 10.1.1.1/24\nnetns a dev veth0 10.1.1.2/24 default via 10.1.1.1\n"
        );
        assert!(
            run("ip -4 -br addr show veth0")
                .ok()
                .contains(" 10.1.1.1/24")
        );
        assert!(
            run("ip -n a -4 -br addr show veth0")
                .ok()
                .contains(" 10.1.1.2/24")
        );
        assert!(run("ip -n a -br link show lo").ok().contains("UP,LOWER_UP"));
        if has_tools(test, &["ping"]) {
            for line in [
                "ping -c 1 -W 5 10.1.1.2",
                "ip netns exec a ping -c 1 -W 5 10.1.1.1",
            ] {
                until("an answer", || run(line).code == 0);
            }
        }
        // The next free network, as JSON.
        let object: Value =
            serde_json::from_str(&run("ip -j netns connect b mtu 1400").ok()).expect("JSON");
        let index = |line: &str| {
            let found: Value = serde_json::from_str(&run(line).ok()).expect("JSON");
            found[0]["ifindex"].clone()
        };
        assert_eq!(
            object,
            json!([
                {"ifindex": index("ip -j link show veth1"), "ifname": "veth1", "local": "10.1.2.1", "prefixlen": 24, "mtu": 1400},
                {"netns": "b", "ifindex": index("ip -n b -j link show veth0"), "ifname": "veth0", "local": "10.1.2.2", "prefixlen": 24, "mtu": 1400, "gateway": "10.1.2.1"},
            ])
        );
        assert!(run("ip -n b link show veth0").ok().contains(" mtu 1400 "));
        // A tunnel between two other namespaces. A namespace that has a default route keeps it.
        assert_eq!(
            run("ip netns connect a b fd00::/64 dev to_a peer to_b").ok(),
            "netns b dev to_a fd00::1/64\nnetns a dev to_b fd00::2/64 default via fd00::1\n"
        );
        assert!(
            !run("ip -n a -6 addr show to_b")
                .ok()
                .contains("tentative fd00")
        );
        assert_eq!(
            run("ip netns connect b a 10.9.0.6/29").ok(),
            "netns a dev veth1 10.9.0.6/29\nnetns b dev veth1 10.9.0.5/29\n"
        );
        // With two tunnels to b, disconnect has to be told which.
        let both = run("ip netns disconnect b a");
        assert_eq!(
            (both.code, both.stderr.as_str()),
            (
                1,
                "netns disconnect: more than one tunnel to \"b\", say which: dev to_b or dev veth1\n"
            )
        );
        run("ip netns disconnect b a dev to_b").ok();
        run("ip netns disconnect b a").ok();
        let none = run("ip netns disconnect b a");
        assert_eq!(
            (none.code, none.stderr.as_str()),
            (1, "netns disconnect: no tunnel to \"b\"\n")
        );
        run("ip netns disconnect a").ok();
        assert_eq!(links(), ["lo", "veth1"].map(str::to_owned).into());
        run("ip netns connect a").ok();
        assert!(
            run("ip -4 -br addr show veth0")
                .ok()
                .contains(" 10.1.1.1/24"),
            "what is free again is used again"
        );
    });
}

/// The error names the step that failed.
#[test]
fn connect_undoes_what_it_did() {
    let test = "connect::connect_undoes_what_it_did";
    namespaces_with(&[part::CONNECT], test, || {
        run("ip netns add a").ok();
        run("ip link add taken type veth peer name other").ok();
        let before = (links(), run("ip -n a -br link").ok(), run("ip addr").ok());
        for (words, code, text) in [
            (
                "dev taken",
                2,
                "netns connect: links taken and vethN: RTNETLINK answers: File exists",
            ),
            (
                "peer lo",
                2,
                "netns connect: links vethN and lo: RTNETLINK answers: File exists",
            ),
            (
                "mtu 5",
                2,
                "netns connect: links vethN and vethN: RTNETLINK answers: Invalid argument",
            ),
            (
                "mtu x",
                255,
                "Error: argument \"x\" is wrong: Invalid \"mtu\" value",
            ),
            (
                "10.1.1.0/32",
                1,
                "\"10.1.1.0/32\" has no room for two addresses",
            ),
            ("a", 1, "Both ends of the tunnel would be in \"a\""),
            (
                "nosuch",
                255,
                "Cannot open network namespace \"nosuch\": No such file or directory",
            ),
            (
                "10.1.1.0/24 10.1.2.0/24",
                255,
                "Error: duplicate \"PREFIX\": \"10.1.2.0/24\" is the second value.",
            ),
            (
                "dev x dev y",
                255,
                "Error: duplicate \"dev\": \"dev\" is the second value.",
            ),
            (
                "dev sixteen-letters-",
                255,
                "Error: argument \"sixteen-letters-\" is wrong: \"dev\" not a valid ifname",
            ),
            (
                "dev",
                255,
                "Command line is not complete. Try option \"help\"",
            ),
            ("224.0.0.0/24", 1, "\"224.0.0.0/24\" is multicast"),
            ("239.0.0.5/4", 1, "\"239.0.0.5/4\" is multicast"),
            ("0.0.0.0/24", 1, "\"0.0.0.0/24\" is reserved"),
            ("0.0.0.0/0", 1, "\"0.0.0.0/0\" is reserved"),
            ("127.0.0.0/8", 1, "\"127.0.0.0/8\" is loopback"),
            ("126.255.255.255/7", 1, "\"126.255.255.255/7\" is loopback"),
            ("169.254.0.0/16", 1, "\"169.254.0.0/16\" is link-local"),
            ("ff02::/64", 1, "\"ff02::/64\" is multicast"),
            ("::/64", 1, "\"::/64\" is reserved"),
            ("::1/127", 1, "\"::1/127\" is reserved"),
            ("fe80::/64", 1, "\"fe80::/64\" is link-local"),
            (
                "b c",
                255,
                "Error: either \"NAMESPACE\" is duplicate, or \"c\" is garbage.",
            ),
        ] {
            let out = run(&format!("ip netns connect a {words}"));
            let same = out.stderr == format!("{text}\n");
            assert!(
                out.code == code && same && out.stdout.is_empty(),
                "{words}: {out:?}"
            );
            assert_eq!(
                (links(), run("ip -n a -br link").ok(), run("ip addr").ok()),
                before,
                "{words}"
            );
        }
        for line in ["ip netns connect", "ip netns disconnect"] {
            assert_eq!(run(line).stderr, "No netns name specified\n");
        }
        assert_eq!(run("ip netns connect nosuch").code, 255);
        assert_eq!(run("ip netns disconnect a peer x").code, 255);
        if !has_tools("connect::connect_undoes_what_it_did", &["strace"]) {
            return;
        }
        // Each message in turn cannot be sent.
        run("strace -o /run/trace ip netns connect a").ok();
        run("ip netns disconnect a").ok();
        run("ip -n a link set lo down").ok();
        let trace = fs::read_to_string("/run/trace").expect("a trace");
        let sent = trace
            .lines()
            .filter(|line| line.starts_with("sendto("))
            .count();
        assert!(sent > 8, "{trace}");
        let mut undone = 0;
        for when in 1..=sent {
            let out = run(&format!(
                "strace -o /dev/null -e inject=sendto:error=ENOBUFS:when={when} ip netns connect a"
            ));
            if out.code == 0 {
                // A message that is tried again may be lost once.
                run("ip netns disconnect a").ok();
                run("ip -n a link set lo down").ok();
                continue;
            }
            undone += 1;
            assert!(
                out.stdout.is_empty() && !out.stderr.is_empty(),
                "{when}: {out:?}"
            );
            assert_eq!(
                (links(), run("ip -n a -br link").ok()),
                (before.0.clone(), before.1.clone()),
                "{when}: {out:?}"
            );
        }
        assert!(undone >= 6, "{undone} of {sent}");
    });
}

#[test]
fn connects_at_once_get_networks_of_their_own() {
    let test = "connect::connects_at_once_get_networks_of_their_own";
    namespaces_with(&[part::CONNECT], test, || {
        for n in 0..40 {
            run(&format!("ip netns add n{n}")).ok();
        }
        run("ip link add v type veth peer name w").ok();
        run("ip addr add 10.1.5.77/30 dev v").ok();
        run("ip -n n7 link add v type veth peer name w").ok();
        run("ip -n n7 addr add 10.1.9.1/32 dev v").ok();
        let children: Vec<_> = (0..40)
            .map(|n| start(&ipso(), &format!("ip netns connect n{n}")))
            .collect();
        let mut networks = BTreeSet::new();
        for (n, child) in children.into_iter().enumerate() {
            let output = child.wait_with_output().expect("the end of a child");
            let text = String::from_utf8(output.stdout).expect("UTF-8");
            assert!(
                output.status.success() && output.stderr.is_empty(),
                "{text}"
            );
            let network = text
                .split([' ', '\n'])
                .nth(2)
                .expect("an address")
                .to_owned();
            assert!(n != 7 || network != "10.1.9.1/24");
            networks.insert(network);
        }
        assert_eq!(networks.len(), 40, "each has a network of its own");
        assert!(networks.contains("10.1.1.1/24") && !networks.contains("10.1.5.1/24"));
        run("ip -n n7 addr add 10.0.0.1/8 dev v").ok();
        run("ip netns disconnect n7").ok();
        let full = run("ip netns connect n7");
        assert_eq!(
            (full.code, full.stderr.as_str()),
            (
                1,
                "netns connect: no free /24 in 10.1.0.0/16, name a network\n"
            )
        );
        assert!(!links().contains("veth40"));
    });
}

#[test]
fn connect_leaves_a_default_route_alone() {
    let test = "connect::connect_leaves_a_default_route_alone";
    namespaces_with(&[part::CONNECT], test, || {
        let Some(iproute2) = iproute2("connect::connect_leaves_a_default_route_alone") else {
            return;
        };
        let other = |line: &str| finish(command_with(&iproute2, words(line))).ok();
        for (family, address, gateway, cidr) in [
            ("-4", "192.168.5.2/24", "192.168.5.1", "10.8.0.0/24"),
            ("-6", "fd01::2/64", "fd01::1", "fd08::/64"),
        ] {
            fresh(|| {
                run("ip netns add a").ok();
                run("ip -n a link add d0 type veth peer name d1").ok();
                run("ip -n a link set d0 up").ok();
                run("ip -n a link set d1 up").ok();
                let nodad = if family == "-6" { "nodad" } else { "" };
                other(&format!("ip -n a addr add {address} dev d0 {nodad}"));
                until("the route", || {
                    let line = format!(
                        "ip -n a {family} route add default via {gateway} dev d0 metric 100"
                    );
                    finish(command_with(&iproute2, words(&line))).code == 0
                });
                let made = run(&format!("ip netns connect a {cidr}")).ok();
                assert!(!made.contains("default"), "{made}");
                let routes = other(&format!("ip -n a {family} route show default"));
                assert_eq!(routes.lines().count(), 1, "{routes}");
            });
        }
    });
}

/// Runs `ip netns connect a` again and again, each time with another answer of the kernel lost. Where it succeeds all
/// the same, `undo` takes the tunnel down; else it has to leave the links as they were. Returns how many answers there
/// are.
#[track_caller]
fn lose_each_answer(undo: &str) -> usize {
    let before = links();
    run("strace -o /run/trace ip netns connect a").ok();
    run(undo).ok();
    let trace = fs::read_to_string("/run/trace").expect("a trace");
    let is_answer = |line: &&str| line.starts_with("recvfrom(");
    let answers = trace.lines().filter(is_answer).count();
    for when in 1..=answers {
        let out = run(&format!(
            "strace -o /dev/null -e inject=recvfrom:error=ENOBUFS:when={when} ip netns connect a"
        ));
        if out.code == 0 {
            run(undo).ok();
        }
        assert_eq!(links(), before, "{when}: {out:?}");
    }
    answers
}

/// A tunnel that cannot be told of is taken down. A signal waits until the tunnel is whole, or ends connect before
/// there is one.
#[test]
fn connect_is_done_whole_or_not_at_all() {
    let test = "connect::connect_is_done_whole_or_not_at_all";
    namespaces_with(&[part::CONNECT], test, || {
        run("ip netns add a").ok();
        let full = finish(command(["sh", "-c", "ip netns connect a >/dev/full"]));
        assert_eq!(
            (full.code, full.stderr.as_str()),
            (1, "write: No space left on device\n")
        );
        let closed = finish(command(["sh", "-c", "ip netns connect a >&-"]));
        assert_eq!(
            (closed.code, closed.stderr.as_str()),
            (1, "write: Bad file descriptor\n")
        );
        assert_eq!(links(), set(["lo"]));
        if !has_tools("connect::connect_is_done_whole_or_not_at_all", &["strace"]) {
            return;
        }
        let answers = lose_each_answer("ip netns disconnect a");
        for when in 1..=answers {
            let out = run(&format!(
                "strace -o /dev/null -e inject=sendto:signal=TERM:when={when} ip netns connect a"
            ));
            let there = links() != set(["lo"]);
            if there {
                let far = run("ip -n a addr show dev veth0").ok();
                let whole = far.contains("UP,LOWER_UP>") && far.contains(" 10.1.1.2/24 ");
                assert!(whole, "{when}: {out:?} {far}");
                run("ip netns disconnect a").ok();
            }
        }
    });
}

/// connect does not take a veth that was moved in for the new one, whatever its index. disconnect finds a tunnel whose
/// other end was moved.
#[test]
fn veths_that_were_moved_are_told_apart() {
    let test = "connect::veths_that_were_moved_are_told_apart";
    namespaces_with(&[part::CONNECT], test, || {
        run("ip netns add a").ok();
        run("ip netns add b").ok();
        for n in 0..3 {
            run(&format!("ip link add p{n} type veth peer name q{n}")).ok();
        }
        run("ip link set q2 netns a").ok();
        let made = run("ip netns connect a dev mine").ok();
        assert!(made.starts_with("dev mine 10.1.1.1/24\n"), "{made}");
        run("ip netns disconnect a dev mine").ok();
        run("ip netns disconnect a").ok();
        assert!(!links().contains("p2") && links().contains("p1"));
        run("ip link add v0 type veth peer name v1 netns b").ok();
        run("ip -n b link set v1 netns a").ok();
        run("ip netns disconnect a").ok();
        assert!(!links().contains("v0"));
        // Where the answer to the new link is lost, connect takes down no pair but its own.
        if !has_tools("connect::veths_that_were_moved_are_told_apart", &["strace"]) {
            return;
        }
        run("ip link set q1 netns a").ok();
        lose_each_answer("ip netns disconnect a dev veth0");
    });
}
