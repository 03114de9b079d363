//! What is undone: DEL in every state that a runtime may leave, and an ADD that fails.

use crate::common::*;
use crate::support::*;
use std::fs;
use std::process::Stdio;

/// An interface on the outside for those that are on one, or move one.
fn uplink() {
    run("ip link add up0 type veth peer name up1").ok();
    run("ip link set up0 up").ok();
    run("ip link set up1 up").ok();
}

/// The plugins that make an interface, each with its own members, as far as the kernel has the kind.
fn makers() -> Vec<(&'static str, &'static str)> {
    let all = [
        (
            "bridge",
            r#""bridge":"br0","isGateway":true,"ipMasq":true,"#,
        ),
        ("ptp", r#""ipMasq":true,"#),
        ("macvlan", r#""master":"up0","#),
        ("ipvlan", r#""master":"up0","#),
        ("vlan", r#""master":"up0","vlanId":5,"#),
        ("host-device", r#""device":"up0","#),
    ];
    all.into_iter()
        .filter(|(name, _)| !name.ends_with("vlan") || has_kind(name))
        .collect()
}

const ADDRESSES: &str = r#""ranges":[[{"subnet":"10.1.0.0/24"}]]"#;

fn clean(test: &str, when: &str) {
    if has_tools(test, &["nft"]) {
        is_clean(when);
    }
}

#[test]
fn del_comes_twice_and_late_and_without_a_namespace() {
    let test = "undo::del_comes_twice_and_late_and_without_a_namespace";
    plugins(test, || {
        uplink();
        for (plugin, members) in makers() {
            let text = config("1.0.0", &format!("{members}{}", ipam(ADDRESSES)));
            let add = call(&format!("ADD {plugin}"), &text);
            let del = call(&format!("DEL {plugin}"), &text);
            // Before there was anything.
            del.ok();
            add.ok();
            for _ in 0..2 {
                del.ok();
                clean(test, &format!("{plugin}: DEL"));
            }
            // The namespace is gone, and with it the interface; the host's own comes back by itself, or not at all.
            for netns in ["/run/netns/c", "", "/run/netns/never", "/run/nosuch/c"] {
                add.ok();
                run("ip netns del c").ok();
                let gone = del.clone().with("CNI_NETNS", netns);
                gone.ok();
                gone.ok();
                run("ip netns add c").ok();
                if plugin == "host-device" {
                    // A link of this kind is deleted with the namespace.
                    until("a pair that is gone", || links_here() == ["br0", "lo"]);
                    uplink();
                }
                until("links that are gone", || {
                    links_here().iter().all(|name| !name.starts_with("veth"))
                });
                clean(test, &format!("{plugin}: DEL with the netns {netns:?}"));
            }
            // The store is gone, as after a reboot where it is in memory.
            add.ok();
            fs::remove_dir_all(STORE).expect("a store");
            del.ok();
            clean(test, &format!("{plugin}: DEL without a store"));
            // Somebody has taken the link away.
            if plugin != "host-device" {
                add.ok();
                run("ip -n c link del eth0").ok();
                del.ok();
                clean(test, &format!("{plugin}: DEL without a link"));
            }
        }
    });
}

#[test]
fn an_add_that_fails_leaves_nothing() {
    let test = "undo::an_add_that_fails_leaves_nothing";
    plugins(test, || {
        uplink();
        let unreachable = format!(
            r#"{ADDRESSES},"routes":[{{"dst":"0.0.0.0/0"}},{{"dst":"10.9.0.0/16","gw":"10.77.0.1"}}]"#
        );
        for (plugin, members) in makers() {
            let what = format!("ADD {plugin}");
            let failing = [
                (
                    r#""ipam":{"type":"nosuch"}"#.to_owned(),
                    "failed to find plugin \"nosuch\" in path [/run/plugins]",
                ),
                (
                    r#""ipam":{"type":"../static"}"#.to_owned(),
                    "invalid plugin type: ../static",
                ),
                (ipam(r#""ranges":[]"#), "no IP ranges specified"),
                (ipam(&unreachable), "failed to add route 10.9.0.0/16"),
                (
                    r#""ipam":{"type":"static"}"#.to_owned(),
                    "IPAM plugin returned missing IP config",
                ),
            ];
            for (more, text) in failing {
                let refused = call(&what, config("1.0.0", &format!("{members}{more}"))).refused();
                assert!(refused.contains(text), "{plugin} {more}: {refused}");
                clean(test, &format!("{plugin} {more}"));
                // The name is free, and so are all addresses.
                let good = config("1.0.0", &format!("{members}{}", ipam(ADDRESSES)));
                call(&what, &good).ok();
                call(&format!("DEL {plugin}"), &good).ok();
            }
            // What was there before is not taken away.
            run("ip -n c link add eth0 type veth peer name eth1").ok();
            let good = config("1.0.0", &format!("{members}{}", ipam(ADDRESSES)));
            call(&what, &good).refused();
            let inside = run("ip -n c -br link").ok();
            assert_eq!(inside.lines().count(), 3, "{plugin}: {inside}");
            run("ip -n c link del eth0").ok();
            clean(test, &format!("{plugin}: a name that is taken"));
            // A namespace that is not there, and that of the runtime itself.
            let gone = call(&what, &good).with("CNI_NETNS", "/run/nosuch");
            let text = "999 failed to open netns \"/run/nosuch\": ";
            assert!(gone.refused().starts_with(text), "{}", gone.refused());
            let own = call(&what, &good).with("CNI_NETNS", "/proc/self/ns/net");
            assert!(own.refused().starts_with("8 "), "{}", own.refused());
            clean(test, &format!("{plugin}: no namespace"));
        }
    });
}

#[test]
fn an_answer_that_cannot_be_written_leaves_nothing() {
    let test = "undo::an_answer_that_cannot_be_written_leaves_nothing";
    plugins(test, || {
        uplink();
        for (plugin, members) in makers() {
            let config_of =
                |version: &str, ipam: &str| config(version, &format!("{members}{ipam}"));
            let text = config_of("1.0.0", &ipam(ADDRESSES));
            let add = call(&format!("ADD {plugin}"), &*text);
            let full = fs::OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .expect("/dev/full");
            let (reader, gone) = std::io::pipe().expect("a pipe");
            drop(reader);
            for (what, stdout, error) in [
                (
                    "a full disk",
                    full.into(),
                    "write: No space left on device\n",
                ),
                ("a reader that is gone", Stdio::from(gone), ""),
            ] {
                let mut process = add.command();
                process.stdout(stdout);
                let out = finish(process);
                assert!(
                    out.code == 1 && out.stderr == error,
                    "{plugin}, {what}: {out:?}"
                );
                clean(test, &format!("{plugin}: {what}"));
            }
            // The first versions have no result without addresses. `ptp` refuses to have none.
            let none = call(
                &format!("ADD {plugin}"),
                config_of("0.2.0", r#""mtu":1400"#),
            )
            .refused();
            let text = match plugin {
                "ptp" => "7 \"ipam\" with a type is required",
                _ => "999 cannot convert: no valid IP addresses",
            };
            assert_eq!(none, text, "{plugin}");
            clean(test, &format!("{plugin}: no address"));
        }
    });
}

/// A bridge has an address that is not that of the network.
#[test]
fn a_bridge_with_another_address_is_kept_and_all_else_undone() {
    let test = "undo::a_bridge_with_another_address_is_kept_and_all_else_undone";
    plugins(test, || {
        run("ip link add br0 type bridge").ok();
        run("ip addr add 10.5.0.1/24 dev br0").ok();
        let members = |more: &str| {
            let addresses = ipam(ADDRESSES);
            config(
                "1.0.0",
                &format!(r#""bridge":"br0","isGateway":true,"ipMasq":true,{more}{addresses}"#),
            )
        };
        let refused = call("ADD bridge", members("")).refused();
        let text = "\"br0\" already has an IP address different from 10.1.0.1/24";
        assert!(refused.ends_with(text), "{refused}");
        clean(test, "another address");
        let shown = || run("ip -4 -br addr show br0").ok();
        assert!(shown().contains("10.5.0.1/24"), "{}", shown());
        call("ADD bridge", members(r#""forceAddress":true,"#)).ok();
        assert!(shown().contains("10.1.0.1/24"), "{}", shown());
        assert!(!shown().contains("10.5.0.1/24"), "{}", shown());
        call("DEL bridge", members("")).ok();
        clean(test, "another address, by force");
    });
}

/// GC takes away what is of no attachment, and nothing else.
#[test]
fn garbage_is_collected() {
    let test = "undo::garbage_is_collected";
    plugins(test, || {
        if !has_tools(test, &["nft"]) {
            return;
        }
        let members = format!(
            r#""bridge":"br0","isGateway":true,"ipMasq":true,{}"#,
            ipam(ADDRESSES)
        );
        let ports = r#""runtimeConfig":{"portMappings":[{"hostPort":8080,"containerPort":80}]}"#;
        for name in ["a", "b"] {
            run(&format!("ip netns add {name}")).ok();
            let of = |call: Call| {
                call.of(name)
                    .with("CNI_NETNS", &format!("/run/netns/{name}"))
            };
            let answer = of(call("ADD bridge", config("1.1.0", &members))).ok();
            let chained = config("1.1.0", &format!(r#"{ports},"prevResult":{answer}"#));
            of(call("ADD portmap", chained)).ok();
        }
        let lines = |name: &str| {
            let mark = format!("comment \"{name} eth0\"");
            rules().lines().filter(|line| line.contains(&mark)).count()
        };
        let (a, b) = (lines("a"), lines("b"));
        assert!(a > 5 && a == b, "{a} {b}\n{}", rules());
        let gc = |list: &str| {
            let valid = format!(r#""cni.dev/valid-attachments":[{list}]"#);
            for (plugin, members) in [("portmap", ports), ("bridge", &members)] {
                let text = config("1.1.0", &format!("{members},{valid}"));
                call(&format!("GC {plugin}"), text).ok();
            }
        };
        gc(r#"{"containerID":"a","ifname":"eth0"},{"containerID":"b","ifname":"eth0"}"#);
        assert_eq!((lines("a"), lines("b"), given().len()), (a, b, 2));
        gc(r#"{"containerID":"b","ifname":"eth0"},{"containerID":"a","ifname":"eth1"}"#);
        assert_eq!((lines("a"), lines("b"), given().len()), (0, b, 1));
        gc("");
        assert_eq!(rules(), "");
        assert!(given().is_empty());
    });
}

/// The rules of a network can be told from all others, and are taken away by hand as by DEL.
#[test]
fn rules_are_in_a_table_of_the_network() {
    let test = "undo::rules_are_in_a_table_of_the_network";
    plugins(test, || {
        if !has_tools(test, &["nft"]) {
            return;
        }
        run("nft add table inet mine").ok();
        let text = config("1.0.0", &format!(r#""ipMasq":true,{}"#, ipam(ADDRESSES)));
        call("ADD ptp", &text).ok();
        let shown = run("nft list table inet cni-net").ok();
        assert!(shown.contains("comment \"ctr1 eth0\""), "{shown}");
        run("nft delete table inet cni-net").ok();
        call("DEL ptp", &text).ok();
        assert_eq!(run("nft list tables").ok(), "table inet mine\n");
    });
}

/// Words of iptables mean nothing to nf_tables.
#[test]
fn settings_that_are_iptables_words_are_refused() {
    plugins("undo::settings_that_are_iptables_words_are_refused", || {
        for setting in [
            r#""conditionsV4":["-s","10.0.0.0/8"]"#,
            r#""conditionsV6":["-s","fd00::/8"]"#,
            r#""externalSetMarkChain":"KUBE-MARK-MASQ""#,
        ] {
            let text = config("1.0.0", &format!(r#"{setting},"prevResult":{{}}"#));
            let name = setting.split('"').nth(1).expect("a name");
            let refused = call("ADD portmap", text).refused();
            assert_eq!(refused, format!("2 unsupported field {name}"));
        }
        for (entry, text) in [
            (
                r#"{"hostPort":0,"containerPort":80}"#,
                "999 failed to parse config: Invalid host port number: 0",
            ),
            (
                r#"{"hostPort":80,"containerPort":-1}"#,
                "999 failed to parse config: Invalid container port number: -1",
            ),
            (
                r#"{"hostPort":65536,"containerPort":80}"#,
                "999 failed to parse config: Invalid host port number: 65536",
            ),
            (
                r#"{"hostPort":80,"containerPort":80,"protocol":"icmp"}"#,
                "999 failed to parse config: unknown protocol icmp",
            ),
            (
                r#"{"hostPort":80,"containerPort":80,"hostIP":"x"}"#,
                "999 failed to parse config: invalid host IP x",
            ),
        ] {
            let members =
                format!(r#""runtimeConfig":{{"portMappings":[{entry}]}},"prevResult":{{}}"#);
            let refused = call("ADD portmap", config("1.0.0", &members)).refused();
            assert_eq!(refused, text);
        }
    });
}

/// The same container and interface in another namespace: what the first has stays.
#[test]
fn an_add_that_fails_takes_nothing_from_another() {
    let test = "undo::an_add_that_fails_takes_nothing_from_another";
    plugins(test, || {
        if !has_tools(test, &["nft"]) {
            return;
        }
        run("ip netns add other").ok();
        let text = config(
            "1.0.0",
            &format!(r#""bridge":"br0","ipMasq":true,{}"#, ipam(ADDRESSES)),
        );
        let add = call("ADD bridge", &text);
        add.ok();
        let before = (given(), rules());
        let refused = add.with("CNI_NETNS", "/run/netns/other").refused();
        assert!(refused.contains("duplicate allocation"), "{refused}");
        assert_eq!((given(), rules()), before);
        assert_eq!(run("ip -n other -br link").ok().lines().count(), 1);
    });
}

/// The chain FORWARD is everybody's: of a network only its own rules are taken out of it.
#[test]
fn garbage_of_firewall_is_that_of_the_network() {
    let test = "undo::garbage_of_firewall_is_that_of_the_network";
    plugins(test, || {
        if !has_tools(test, &["nft"]) {
            return;
        }
        run("nft add table ip filter").ok();
        run("nft add chain ip filter FORWARD { type filter hook forward priority 0; }").ok();
        run("nft add rule ip filter FORWARD ip saddr 192.0.2.1 accept comment \"mine\"").ok();
        // nft(8) warns of a table with matches of iptables.
        let rules = || run("nft list ruleset").stdout;
        let mine = rules();
        let previous = r#""prevResult":{"ips":[{"address":"10.1.0.2/24"}]}"#;
        call("ADD firewall", config("1.1.0", previous)).ok();
        let both = rules();
        assert_ne!(mine, both);
        let gc = |name: &str, list: &str| {
            let text = format!(
                r#"{{"cniVersion":"1.1.0","name":"{name}","cni.dev/valid-attachments":[{list}]}}"#
            );
            call("GC firewall", text).ok();
            rules()
        };
        assert_eq!(gc("ne", ""), both);
        assert_eq!(gc("net", r#"{"containerID":"ctr1","ifname":"eth0"}"#), both);
        assert_eq!(gc("net", ""), mine);
    });
}

/// A table is found by its rules: without any, there is none.
#[test]
fn ports_that_lead_nowhere_leave_no_table() {
    let test = "undo::ports_that_lead_nowhere_leave_no_table";
    plugins(test, || {
        if !has_tools(test, &["nft"]) {
            return;
        }
        let ports = r#""runtimeConfig":{"portMappings":[{"hostPort":80,"containerPort":80,"hostIP":"::1"}]}"#;
        for previous in ["{}", r#"{"ips":[{"address":"10.1.0.2/24"}]}"#] {
            let text = config("1.0.0", &format!(r#"{ports},"prevResult":{previous}"#));
            call("ADD portmap", text).ok();
            assert_eq!(rules(), "", "{previous}");
        }
    });
}

/// A setting that is not there is found when others are made.
#[test]
fn a_setting_that_fails_undoes_the_others() {
    plugins("undo::a_setting_that_fails_undoes_the_others", || {
        run("ip -n c link add eth0 type veth peer name eth1").ok();
        let members = r#""mtu":1400,"sysctl":{"net.ipv4.nosuch":"1"},"prevResult":{}"#;
        let refused = call("ADD tuning", config("1.0.0", members)).refused();
        assert!(refused.contains("/proc/sys/net/ipv4/nosuch"), "{refused}");
        let shown = run("ip -n c link show eth0").ok();
        assert!(shown.contains("mtu 1500"), "{shown}");
        let del = r#""mtu":1400"#;
        call("DEL tuning", config("1.0.0", del)).ok();
        assert!(files("/run/cni/tuning").is_empty());
    });
}

/// An interface without addresses that cannot be set up.
#[test]
fn an_interface_that_stays_down_is_taken_away() {
    plugins("undo::an_interface_that_stays_down_is_taken_away", || {
        if !has_kind("macvlan") {
            return;
        }
        uplink();
        run("ip netns add other").ok();
        let text = config("1.0.0", r#""master":"up0","mac":"02:00:00:00:00:01""#);
        let add = call("ADD macvlan", text);
        add.ok();
        let other = add.with("CNI_NETNS", "/run/netns/other");
        assert!(other.refused().contains("Address already in use"));
        assert_eq!(run("ip -n other -br link").ok().lines().count(), 1);
    });
}

/// No comment of a rule, and no name of a table, is as long: there are no rules then, and DEL has nothing to take away.
#[test]
fn names_that_are_too_long_for_rules_can_be_deleted() {
    plugins(
        "undo::names_that_are_too_long_for_rules_can_be_deleted",
        || {
            let long = "a".repeat(255);
            let named = format!(r#"{{"cniVersion":"1.0.0","name":"{long}","bridge":"br0"}}"#);
            for (text, container) in [
                (config("1.0.0", r#""bridge":"br0""#), long.as_str()),
                (named, "ctr1"),
            ] {
                for what in ["ADD bridge", "DEL bridge", "DEL portmap", "DEL firewall"] {
                    call(what, &text).of(container).ok();
                }
            }
        },
    );
}
