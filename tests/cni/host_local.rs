//! `host-local`: which address is given, what the store has, and that no address is given twice.

use crate::support::*;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::thread;

/// A call of the plugin alone for a container, with members of `ipam`.
fn host_local(command: &str, container: &str, members: &str) -> Call {
    let call = call(
        &format!("{command} host-local"),
        config("1.1.0", &ipam(members)),
    );
    call.of(container)
}

/// The addresses that a container is given, without prefixes, joined by blanks.
#[track_caller]
fn add(container: &str, members: &str) -> String {
    addresses(&host_local("ADD", container, members))
}

#[track_caller]
fn addresses(call: &Call) -> String {
    let answer = call.ok();
    let list = answer["ips"].as_array().expect("addresses").iter();
    let text = list.map(|entry| entry["address"].as_str().expect("an address"));
    let text: Vec<_> = text
        .map(|text| text.split('/').next().unwrap_or_default())
        .collect();
    text.join(" ")
}

#[track_caller]
fn delete(container: &str, members: &str) {
    let call = host_local("DEL", container, members);
    assert_eq!(call.ok(), serde_json::Value::Null);
}

#[track_caller]
fn refused(container: &str, members: &str) -> String {
    host_local("ADD", container, members).refused()
}

const SMALL: &str = r#""ranges":[[{"subnet":"10.9.0.0/29"}]]"#;

#[test]
fn addresses_go_round() {
    plugins("host_local::addresses_go_round", || {
        // From behind the gateway to before the address of all hosts.
        for n in 2..=6 {
            assert_eq!(add(&format!("c{n}"), SMALL), format!("10.9.0.{n}"));
        }
        let text = "999 failed to allocate for range 0: no IP addresses available in range set: 10.9.0.1-10.9.0.6";
        assert_eq!(refused("c7", SMALL), text);
        // What is given back comes last, as long as there are others.
        delete("c3", SMALL);
        delete("c5", SMALL);
        assert_eq!(add("d3", SMALL), "10.9.0.3");
        delete("d3", SMALL);
        assert_eq!(add("d5", SMALL), "10.9.0.5");
        assert_eq!(add("d6", SMALL), "10.9.0.3");
        assert_eq!(refused("c7", SMALL), text);
    });
}

#[test]
fn the_store_is_that_of_the_reference_plugin() {
    plugins(
        "host_local::the_store_is_that_of_the_reference_plugin",
        || {
            let sets = r#""ranges":[[{"subnet":"10.22.0.0/24"}],[{"subnet":"fd00:22::/64"}]]"#;
            let answer = host_local("ADD", "ctr1", sets).ok();
            let expected = json!({
                "cniVersion": "1.1.0",
                "ips": [
                    {"address": "10.22.0.2/24", "gateway": "10.22.0.1"},
                    {"address": "fd00:22::2/64", "gateway": "fd00:22::1"}
                ],
                "dns": {}
            });
            assert_eq!(answer.to_string(), expected.to_string());
            let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
            let folder = format!("{STORE}/net");
            let marks = [
                file("last_reserved_ip.0", "10.22.0.2"),
                file("last_reserved_ip.1", "fd00:22::2"),
                file("lock", ""),
            ];
            let all = [
                &[file("10.22.0.2", "ctr1\r\neth0")],
                &marks[..2],
                &[file("fd00:22::2", "ctr1\r\neth0")],
                &marks[2..],
            ]
            .concat();
            let mut sorted = all.clone();
            sorted.sort();
            assert_eq!(files(&folder), sorted);
            let mode = |name: &str| {
                let meta = fs::metadata(format!("{folder}/{name}")).expect("a file");
                meta.permissions().mode() & 0o777
            };
            assert_eq!(
                (mode("."), mode("10.22.0.2"), mode("lock")),
                (0o755, 0o644, 0o750)
            );
            for _ in 0..2 {
                delete("ctr1", sets);
                assert_eq!(files(&folder), marks);
            }
        },
    );
}

#[test]
fn a_container_may_have_several_interfaces() {
    plugins(
        "host_local::a_container_may_have_several_interfaces",
        || {
            let of =
                |command, interface| host_local(command, "c1", SMALL).with("CNI_IFNAME", interface);
            assert_eq!(addresses(&of("ADD", "eth0")), "10.9.0.2");
            assert_eq!(addresses(&of("ADD", "eth1")), "10.9.0.3");
            let text = "999 failed to allocate for range 0: 10.9.0.3 has been allocated to c1, duplicate allocation is not allowed";
            assert_eq!(of("ADD", "eth1").refused(), text);
            of("CHECK", "eth0").ok();
            of("DEL", "eth0").ok();
            assert_eq!(given(), ["10.9.0.3"]);
            let text = "999 host-local: Failed to find address added by container c1";
            assert_eq!(of("CHECK", "eth0").refused(), text);
            of("CHECK", "eth1").ok();
        },
    );
}

#[test]
fn the_gateway_is_left_out() {
    plugins("host_local::the_gateway_is_left_out", || {
        let members = r#""ranges":[[{"subnet":"10.9.0.0/29","gateway":"10.9.0.3","rangeStart":"10.9.0.1","rangeEnd":"10.9.0.4"}]]"#;
        let answer = host_local("ADD", "a", members).ok();
        assert_eq!(
            answer["ips"],
            json!([{"address": "10.9.0.1/29", "gateway": "10.9.0.3"}])
        );
        assert_eq!(add("b", members), "10.9.0.2");
        assert_eq!(add("c", members), "10.9.0.4");
        let text = "999 failed to allocate for range 0: no IP addresses available in range set: 10.9.0.1-10.9.0.4";
        assert_eq!(refused("d", members), text);
        // One that is no address of the range.
        let members = r#""ranges":[[{"subnet":"10.8.0.0/30","gateway":"10.7.0.1"}]]"#;
        assert_eq!(add("e", members), "10.8.0.1");
        assert_eq!(add("f", members), "10.8.0.2");
    });
}

#[test]
fn a_range_may_reach_to_the_end_of_all_addresses() {
    plugins(
        "host_local::a_range_may_reach_to_the_end_of_all_addresses",
        || {
            let network = "ffff:ffff:ffff:ffff:ffff:ffff:ffff";
            let members = format!(r#""ranges":[[{{"subnet":"{network}:fffc/126"}}]]"#);
            assert_eq!(add("a", &members), format!("{network}:fffe"));
            let text = format!(
                "999 failed to allocate for range 0: no IP addresses available in range set: {network}:fffd-{network}:fffe"
            );
            assert_eq!(refused("b", &members), text);
        },
    );
}

#[test]
fn the_ranges_of_a_set_are_alternatives() {
    plugins("host_local::the_ranges_of_a_set_are_alternatives", || {
        let members = r#""ranges":[[
            {"subnet":"10.1.0.0/24","rangeStart":"10.1.0.10","rangeEnd":"10.1.0.11"},
            {"subnet":"10.2.0.0/24","rangeStart":"10.2.0.20","rangeEnd":"10.2.0.20","gateway":"10.2.0.254"}]]"#;
        let answer = |container: &str| {
            let answer = host_local("ADD", container, members).ok();
            answer["ips"].to_string()
        };
        let entry = |address: &str, gateway: &str| {
            json!([{"address": address, "gateway": gateway}]).to_string()
        };
        assert_eq!(answer("a"), entry("10.1.0.10/24", "10.1.0.1"));
        assert_eq!(answer("b"), entry("10.1.0.11/24", "10.1.0.1"));
        assert_eq!(answer("c"), entry("10.2.0.20/24", "10.2.0.254"));
        let text = "999 failed to allocate for range 0: no IP addresses available in range set: 10.1.0.10-10.1.0.11,10.2.0.20-10.2.0.20";
        assert_eq!(refused("d", members), text);
        delete("b", members);
        assert_eq!(answer("d"), entry("10.1.0.11/24", "10.1.0.1"));
    });
}

#[test]
fn each_set_gives_an_address_or_none_does() {
    plugins("host_local::each_set_gives_an_address_or_none_does", || {
        let members = r#""subnet":"10.0.1.0/24","ranges":[
            [{"subnet":"fd00::/64"}],
            [{"subnet":"10.3.0.0/30"}]],"routes":[{"dst":"0.0.0.0/0"},{"dst":"10.0.0.0/8","gw":"10.3.0.1"}]"#;
        let answer = host_local("ADD", "a", members).ok();
        assert_eq!(
            answer["ips"],
            json!([
                {"address": "10.0.1.2/24", "gateway": "10.0.1.1"},
                {"address": "fd00::2/64", "gateway": "fd00::1"},
                {"address": "10.3.0.2/30", "gateway": "10.3.0.1"}
            ])
        );
        let routes = json!([{"dst": "0.0.0.0/0"}, {"dst": "10.0.0.0/8", "gw": "10.3.0.1"}]);
        assert_eq!(answer["routes"], routes);
        let text = "999 failed to allocate for range 2: no IP addresses available in range set: 10.3.0.1-10.3.0.2";
        assert_eq!(refused("b", members), text);
        assert_eq!(given(), ["10.0.1.2", "10.3.0.2", "fd00::2"]);
        delete("a", members);
        assert_eq!(given(), [""; 0]);
    });
}

#[test]
fn addresses_are_asked_for_in_three_ways() {
    plugins("host_local::addresses_are_asked_for_in_three_ways", || {
        let range = r#""ranges":[[{"subnet":"10.9.0.0/24","rangeEnd":"10.9.0.20"}]]"#;
        let base = |container: &str, more: &str| {
            let text = config("1.1.0", &[&ipam(range), more].concat());
            call("ADD host-local", text).of(container)
        };
        let by_variable = base("a", "").with("CNI_ARGS", "IP=10.9.0.5");
        assert_eq!(addresses(&by_variable), "10.9.0.5");
        let by_config = base("b", r#","args":{"cni":{"ips":["10.9.0.6"]}}"#);
        assert_eq!(addresses(&by_config), "10.9.0.6");
        let by_runtime = base("c", r#","runtimeConfig":{"ips":["10.9.0.7/16"]}"#);
        assert_eq!(addresses(&by_runtime), "10.9.0.7");
        let with_prefix = base("d", "").with("CNI_ARGS", "IP=10.9.0.8/24");
        assert_eq!(addresses(&with_prefix), "10.9.0.8");
        // The next one comes behind them.
        assert_eq!(addresses(&base("e", "")), "10.9.0.9");
        let at = |address: &str| {
            base("f", "")
                .with("CNI_ARGS", &format!("IP={address}"))
                .refused()
        };
        let first = "999 failed to allocate for range 0:";
        assert_eq!(
            at("10.9.0.5"),
            format!(
                "{first} requested IP address 10.9.0.5 is not available in range set 10.9.0.1-10.9.0.20"
            )
        );
        assert_eq!(
            at("10.9.0.1"),
            format!("{first} requested ip 10.9.0.1 is subnet's gateway")
        );
        assert_eq!(
            at("10.9.0.21"),
            "999 failed to allocate all requested IPs: 10.9.0.21"
        );
        assert!(
            at("x").starts_with("999 invalid IP address: x"),
            "{}",
            at("x")
        );
        assert_eq!(given().len(), 5);
        // Of two sets, the one that has it.
        let sets = r#""ranges":[[{"subnet":"10.1.0.0/24"}],[{"subnet":"10.2.0.0/24"}]]"#;
        let text = |more: &str| config("1.1.0", &[&ipam(sets), more].concat());
        let both = call(
            "ADD host-local",
            text(r#","runtimeConfig":{"ips":["10.2.0.9","10.1.0.8"]}"#),
        );
        assert_eq!(addresses(&both.of("g")), "10.1.0.8 10.2.0.9");
        let one = call("ADD host-local", text("")).of("h");
        let one = one.with("CNI_ARGS", "IP=10.2.0.10");
        assert_eq!(addresses(&one), "10.1.0.9 10.2.0.10");
        let outside = call(
            "ADD host-local",
            text(r#","runtimeConfig":{"ips":["10.3.0.9","10.1.0.19","10.4.0.9"]}"#),
        );
        assert_eq!(
            outside.of("i").refused(),
            "999 failed to allocate all requested IPs: 10.3.0.9 10.4.0.9"
        );
        assert_eq!(given().len(), 9);
    });
}

#[test]
fn the_runtime_may_name_ranges() {
    plugins("host_local::the_runtime_may_name_ranges", || {
        let text = config(
            "1.1.0",
            &format!(
                r#"{},"runtimeConfig":{{"ipRanges":[[{{"subnet":"10.5.0.0/24"}}]]}}"#,
                ipam(r#""routes":[]"#)
            ),
        );
        assert_eq!(addresses(&call("ADD host-local", text)), "10.5.0.2");
    });
}

#[test]
fn ranges_that_cannot_be_are_refused() {
    plugins("host_local::ranges_that_cannot_be_are_refused", || {
        let set0 = "999 invalid range set 0: ";
        let host_bits = "Network has host bits set. For a subnet mask of length";
        for (ranges, text) in [
            ("", "999 no IP ranges specified".to_owned()),
            (
                r#"[{"subnet":"10.1.0.0/31"}]"#,
                format!("{set0}Network 10.1.0.0/31 too small to allocate from"),
            ),
            (
                r#"[{"subnet":"10.1.0.0/32"}]"#,
                format!("{set0}Network 10.1.0.0/32 too small to allocate from"),
            ),
            (
                r#"[{"subnet":"fd00::/127"}]"#,
                format!("{set0}Network fd00::/127 too small to allocate from"),
            ),
            (
                r#"[{"subnet":"10.1.0.5/24"}]"#,
                format!("{set0}{host_bits} 24 the network address is 10.1.0.0"),
            ),
            (
                r#"[{"subnet":"fd00::5/64"}]"#,
                format!("{set0}{host_bits} 64 the network address is fd00::"),
            ),
            (
                r#"[{"subnet":"10.1.0.0/24"}],[{"subnet":"10.1.0.0/24"}]"#,
                "999 range set 0 overlaps with 1".to_owned(),
            ),
            (
                r#"[{"subnet":"10.2.0.0/24"}],[{"subnet":"fd00::/64"}],[{"subnet":"10.0.0.0/8"}]"#,
                "999 range set 0 overlaps with 2".to_owned(),
            ),
        ] {
            let members = format!(r#""ranges":[{ranges}]"#);
            assert_eq!(refused("a", &members), text, "{ranges}");
        }
        for (ranges, text) in [
            (
                r#"[{"subnet":"10.1.0.0/24","rangeStart":"10.2.0.1"}]"#,
                "RangeStart 10.2.0.1 not in network 10.1.0.0/24",
            ),
            (
                r#"[{"subnet":"10.1.0.0/24","rangeEnd":"fd00::1"}]"#,
                "RangeEnd fd00::1 not in network 10.1.0.0/24",
            ),
            (
                r#"[{"subnet":"10.1.0.0/24"},{"subnet":"10.1.0.0/25"}]"#,
                "subnets 10.1.0.1-10.1.0.254 and 10.1.0.1-10.1.0.126 overlap",
            ),
            (
                r#"[{"subnet":"10.1.0.0/24"},{"subnet":"fd00::/64"}]"#,
                "mixed address families",
            ),
            ("[]", "empty range set"),
        ] {
            let members = format!(r#""ranges":[{ranges}]"#);
            assert_eq!(refused("a", &members), format!("{set0}{text}"), "{ranges}");
        }
        for ranges in [
            r#"[{"subnet":"x"}]"#,
            r#"[{"subnet":"10.1.0.0"}]"#,
            r#"[{"subnet":""}]"#,
            r#"[{}]"#,
            r#"[{"subnet":"10.1.0.0/24","rangeStart":"10.1.0.9","rangeEnd":"10.1.0.8"}]"#,
            r#"[{"subnet":"10.1.0.0/24","rangeStart":"x"}]"#,
            r#"[{"subnet":"10.1.0.0/24","gateway":"x"}]"#,
            r#"[{"subnet":1}]"#,
        ] {
            let members = format!(r#""ranges":[{ranges}]"#);
            let text = refused("a", &members);
            assert!(
                text.starts_with("999 ") || text.starts_with("7 "),
                "{ranges}: {text}"
            );
        }
        // Parts of one network are no overlap.
        let members = r#""ranges":[[{"subnet":"10.1.0.0/24","rangeEnd":"10.1.0.9"}],[{"subnet":"10.1.0.0/24","rangeStart":"10.1.0.10"}]]"#;
        assert_eq!(add("b", members), "10.1.0.2 10.1.0.10");
        assert!(!Path::new(STORE).join("net/10.1.0.3").exists());
        let no_ipam = call("ADD host-local", config("1.0.0", ""));
        assert_eq!(no_ipam.refused(), "999 IPAM config missing 'ipam' key");
    });
}

#[test]
fn name_servers_come_from_a_file() {
    plugins("host_local::name_servers_come_from_a_file", || {
        let text = "# a\nnameserver 10.0.0.1\nnameserver  fd00::1 \nsearch a.example b.example\n\
                    domain example\noptions ndots:1 rotate\nsortlist x\n";
        fs::write("/run/resolv", text).expect("a file");
        let members = format!(r#"{SMALL},"resolvConf":"/run/resolv""#);
        let answer = host_local("ADD", "a", &members).ok();
        let expected = json!({
            "nameservers": ["10.0.0.1", "fd00::1"],
            "domain": "example",
            "search": ["a.example", "b.example"],
            "options": ["ndots:1", "rotate"]
        });
        assert_eq!(answer["dns"], expected);
        let members = format!(r#"{SMALL},"resolvConf":"/run/nosuch""#);
        assert_eq!(refused("b", &members), "999 cannot read /run/nosuch");
        assert_eq!(given(), ["10.9.0.2"]);
    });
}

/// Before 0.7 the reference plugin wrote the container's id alone.
#[test]
fn an_address_of_an_old_plugin_is_given_back() {
    plugins(
        "host_local::an_address_of_an_old_plugin_is_given_back",
        || {
            let folder = format!("{STORE}/net");
            fs::create_dir_all(&folder).expect("a folder");
            let write = |name: &str, text: &str| {
                fs::write(format!("{folder}/{name}"), text).expect("a file");
            };
            write("10.9.0.2", "c1");
            write("10.9.0.3", "c1\n");
            write("10.9.0.4", "c2\r\neth0\n");
            write("10.9.0.5", "c1\r\neth1");
            delete("c1", SMALL);
            assert_eq!(given(), ["10.9.0.4", "10.9.0.5"]);
            delete("c2", SMALL);
            assert_eq!(given(), ["10.9.0.5"]);
            // If there is one of the interface, the old ones are another's.
            write("10.9.0.6", "c1");
            let call = host_local("DEL", "c1", SMALL).with("CNI_IFNAME", "eth1");
            call.ok();
            assert_eq!(given(), ["10.9.0.6"]);
        },
    );
}

/// The reference plugin makes the file and then writes it: where it is killed in between, the file stays empty.
#[test]
fn an_address_of_nobody_is_given_again() {
    plugins("host_local::an_address_of_nobody_is_given_again", || {
        let folder = format!("{STORE}/net");
        fs::create_dir_all(&folder).expect("a folder");
        for n in 2..=6 {
            fs::write(format!("{folder}/10.9.0.{n}"), "").expect("a file");
        }
        for n in 2..=6 {
            assert_eq!(add(&format!("c{n}"), SMALL), format!("10.9.0.{n}"));
        }
        refused("c7", SMALL);
        let asked = r#""ranges":[[{"subnet":"10.8.0.0/29"}]]"#;
        fs::write(format!("{folder}/10.8.0.5"), "").expect("a file");
        let call = host_local("ADD", "d", asked).with("CNI_ARGS", "IP=10.8.0.5");
        assert_eq!(addresses(&call), "10.8.0.5");
    });
}

/// One that is killed when it has the address leaves a second name of its file, which the next one must not write to.
#[test]
fn who_was_killed_keeps_its_address() {
    plugins("host_local::who_was_killed_keeps_its_address", || {
        assert_eq!(add("a", SMALL), "10.9.0.2");
        let folder = format!("{STORE}/net");
        let second = format!("{folder}/.unfinished");
        fs::hard_link(format!("{folder}/10.9.0.2"), &second).expect("a link");
        assert_eq!(add("b", SMALL), "10.9.0.3");
        let text = fs::read_to_string(format!("{folder}/10.9.0.2")).expect("a file");
        assert_eq!(text, "a\r\neth0");
        fs::write(&second, "c").expect("a file");
        delete("a", SMALL);
        assert!(!Path::new(&second).exists());
        assert_eq!(given(), ["10.9.0.3"]);
    });
}

#[test]
fn what_else_is_in_the_folder_is_left_alone() {
    plugins(
        "host_local::what_else_is_in_the_folder_is_left_alone",
        || {
            let folder = format!("{STORE}/net");
            fs::create_dir_all(format!("{folder}/10.9.0.3")).expect("a folder");
            for (name, text) in [
                ("last_reserved_ip.0", "garbage"),
                (".unfinished", "of one that was killed"),
                ("note", "c1\r\neth0"),
                ("10.9.0.999", "c1\r\neth0"),
            ] {
                fs::write(format!("{folder}/{name}"), text).expect("a file");
            }
            assert_eq!(add("c1", SMALL), "10.9.0.2");
            assert_eq!(add("c2", SMALL), "10.9.0.4");
            delete("c1", SMALL);
            let left = |name: &str| Path::new(&folder).join(name).exists();
            assert!(left("note") && left("10.9.0.999") && left("10.9.0.3"));
            assert!(!left("10.9.0.2") && !left(".unfinished"));
            // Of another family than the set's.
            fs::write(format!("{folder}/last_reserved_ip.0"), "fd00::5").expect("a file");
            assert_eq!(add("c3", SMALL), "10.9.0.2");
        },
    );
}

#[test]
fn nothing_is_made_where_there_is_nothing_to_undo() {
    plugins(
        "host_local::nothing_is_made_where_there_is_nothing_to_undo",
        || {
            delete("a", SMALL);
            host_local("GC", "a", SMALL).ok();
            host_local("STATUS", "a", SMALL).ok();
            let text = "999 host-local: Failed to find address added by container a";
            assert_eq!(host_local("CHECK", "a", SMALL).refused(), text);
            assert!(!Path::new(STORE).exists());
            assert_eq!(
                host_local("STATUS", "a", r#""ranges":[]"#).refused(),
                "999 no IP ranges specified"
            );
        },
    );
}

#[test]
fn garbage_is_collected() {
    plugins("host_local::garbage_is_collected", || {
        for name in ["a", "b", "c", "d"] {
            add(name, SMALL);
        }
        let folder = format!("{STORE}/net");
        fs::write(format!("{folder}/10.9.0.6"), "old").expect("a file");
        let gc = |valid: &str| {
            let text = config(
                "1.1.0",
                &format!("{},\"cni.dev/valid-attachments\":[{valid}]", ipam(SMALL)),
            );
            call("GC host-local", text).ok();
        };
        let valid = |container: &str, interface: &str| {
            format!(r#"{{"containerID":"{container}","ifname":"{interface}"}}"#)
        };
        let list = [valid("a", "eth0"), valid("b", "eth1"), valid("old", "eth0")];
        gc(&list.join(","));
        // `b` has another interface, and the one of an old plugin has any.
        assert_eq!(given(), ["10.9.0.2", "10.9.0.6"]);
        gc("");
        assert_eq!(given(), [""; 0]);
    });
}

/// How many processes run at once.
const AT_ONCE: usize = 40;

/// Runs calls, many at once.
fn at_once(calls: &[Call]) -> Vec<String> {
    let mut found = Vec::new();
    for some in calls.chunks(AT_ONCE) {
        thread::scope(|scope| {
            let threads: Vec<_> = some
                .iter()
                .map(|call| scope.spawn(|| addresses(call)))
                .collect();
            found.extend(
                threads
                    .into_iter()
                    .map(|thread| thread.join().expect("an address")),
            );
        });
    }
    found
}

const LARGE: &str = r#""ranges":[[{"subnet":"10.20.0.0/24"}],[{"subnet":"fd20::/64"}]]"#;

/// Adds 200 containers by plugins of these folders in turns, and takes them away.
fn add_and_delete(folders: &[&str]) {
    let calls = |command: &str| -> Vec<Call> {
        let call = |n: usize| {
            let config = config("1.0.0", &ipam(LARGE));
            let call = call(&format!("{command} host-local"), config);
            call.of(&format!("c{n}"))
                .in_folder(folders[n % folders.len()])
        };
        (0..200).map(call).collect()
    };
    let found = at_once(&calls("ADD"));
    let different: BTreeSet<_> = found.iter().flat_map(|pair| pair.split(' ')).collect();
    assert_eq!(different.len(), 400);
    for (n, pair) in found.iter().enumerate() {
        for address in pair.split(' ') {
            let text = fs::read_to_string(format!("{STORE}/net/{address}")).expect("a file");
            assert_eq!(text, format!("c{n}\r\neth0"));
        }
    }
    // Given back by whoever comes.
    let mut calls = calls("DEL");
    for (n, call) in calls.iter_mut().enumerate() {
        *call = call.clone().in_folder(folders[(n + 1) % folders.len()]);
    }
    for some in calls.chunks(AT_ONCE) {
        thread::scope(|scope| {
            for call in some {
                scope.spawn(|| call.ok());
            }
        });
    }
    assert_eq!(given(), [""; 0]);
}

#[test]
fn two_hundred_at_once_have_addresses_of_their_own() {
    plugins(
        "host_local::two_hundred_at_once_have_addresses_of_their_own",
        || add_and_delete(&[PLUGINS]),
    );
}

/// The reference plugin locks the folder as ipso does.
#[test]
fn both_implementations_serve_one_store_at_once() {
    let test = "host_local::both_implementations_serve_one_store_at_once";
    plugins(test, || {
        if let Some(reference) = reference(test, &["host-local"]) {
            add_and_delete(&[PLUGINS, &reference]);
        }
    });
}
