//! The protocol: variables, versions, commands, refusals, and the form of results in each version.

use crate::common::*;
use crate::support::*;
use serde_json::{Value, json};
use std::fs;

const VERSIONS: [&str; 7] = [
    "0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0",
];

const STATIC: &str = r#""ipam":{"type":"static","addresses":[{"address":"10.1.0.2/24"}]}"#;

fn of_static(what: &str) -> Call {
    call(&format!("{what} static"), config("1.1.0", STATIC))
}

/// As `Call::refused`, of what goes wrong before a plugin is asked.
#[track_caller]
fn refuses(call: &Call, expected: &str) {
    let refused = call.refused();
    assert_eq!(refused, expected, "{}: {}", call.what, call.config);
}

#[test]
fn a_plugin_without_a_command_says_what_it_is() {
    plugins(
        "protocol::a_plugin_without_a_command_says_what_it_is",
        || {
            let names = fs::read_dir(PLUGINS).expect("plugins").flatten();
            let names = names.map(|entry| entry.file_name().into_string().expect("a name"));
            let mut names: Vec<_> = names.collect();
            names.sort();
            assert_eq!(
                names,
                [
                    "bridge",
                    "firewall",
                    "host-device",
                    "host-local",
                    "ipvlan",
                    "loopback",
                    "macvlan",
                    "portmap",
                    "ptp",
                    "static",
                    "tuning",
                    "vlan"
                ]
            );
            for name in names {
                let line = format!("{PLUGINS}/{name}");
                let by_word = format!("ipso cni {name}");
                for line in [line, by_word] {
                    let out = run(&line);
                    let text = format!(
                        "CNI {name} plugin v1.1.0\nCNI protocol versions supported: {}\n",
                        VERSIONS.join(", ")
                    );
                    assert_eq!((out.code, out.stdout, out.stderr), (0, String::new(), text));
                }
            }
        },
    );
}

#[test]
fn a_plugin_is_called_by_its_type_as_well() {
    plugins("protocol::a_plugin_is_called_by_its_type_as_well", || {
        let script = format!(
            "echo '{}' | CNI_COMMAND=ADD CNI_CONTAINERID=a CNI_NETNS=/n CNI_IFNAME=e CNI_PATH=/p ipso cni static",
            config("1.0.0", STATIC)
        );
        let answer = finish(command(["sh", "-c", &script])).ok();
        let expected =
            json!({"cniVersion": "1.0.0", "ips": [{"address": "10.1.0.2/24"}], "dns": {}});
        assert_eq!(parse(&answer), expected);
    });
}

#[test]
fn links_are_made_once_and_nothing_is_written_over() {
    plugins(
        "protocol::links_are_made_once_and_nothing_is_written_over",
        || {
            run(&format!("ipso --install-cni {PLUGINS}")).ok();
            fs::create_dir("/run/other").expect("a folder");
            fs::write("/run/other/bridge", "other").expect("a file");
            let out = run("ipso --install-cni /run/other");
            let said = "Cannot make the link \"/run/other/bridge\": File exists\n";
            assert_eq!(
                (out.code, out.stdout.as_str(), out.stderr.as_str()),
                (1, "", said)
            );
            let text = fs::read_to_string("/run/other/bridge").expect("a file");
            assert_eq!(text, "other");
            let links = fs::read_dir("/run/other").expect("a folder").count();
            assert_eq!(links, 12);
            let out = run("ipso --install-cni");
            assert_eq!(out.code, 255, "{out:?}");
        },
    );
}

/// A runtime wants the protocol's object, whatever it calls.
#[test]
fn a_plugin_that_is_not_there_says_so() {
    plugins("protocol::a_plugin_that_is_not_there_says_so", || {
        for name in ["dhcp", "bandwidth", "sbr", "nosuch"] {
            std::os::unix::fs::symlink(ipso(), format!("{PLUGINS}/{name}")).expect("a link");
            let refused = format!("7 ipso has no plugin \"{name}\"");
            for command in ["ADD", "DEL", "CHECK", "VERSION", "GC", "STATUS"] {
                let what = format!("{command} {name}");
                refuses(&call(&what, config("1.0.0", "")), &refused);
            }
        }
        // Whom no runtime calls is told as anybody.
        let out = run("ipso cni nosuch");
        let said = "ipso has no plugin \"nosuch\"\n";
        assert_eq!(
            (out.code, out.stdout.as_str(), out.stderr.as_str()),
            (1, "", said)
        );
    });
}

#[test]
fn commands_are_known_by_their_words() {
    plugins("protocol::commands_are_known_by_their_words", || {
        for word in ["NOPE", "add", "AD", "ADDX", "GC ", " ADD"] {
            let call = of_static("ADD").with("CNI_COMMAND", word);
            refuses(&call, &format!("4 unknown CNI_COMMAND: {word}"));
        }
    });
}

#[test]
fn variables_that_a_command_needs_are_named() {
    plugins("protocol::variables_that_a_command_needs_are_named", || {
        const ALL: [&str; 4] = ["CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH"];
        for (command, needed) in [
            ("ADD", &ALL[..]),
            ("CHECK", &ALL[..]),
            ("DEL", &["CNI_CONTAINERID", "CNI_IFNAME", "CNI_PATH"][..]),
            ("GC", &["CNI_PATH"][..]),
            ("STATUS", &[][..]),
            ("VERSION", &[][..]),
        ] {
            // Every set of variables that are left out.
            for set in 0..16 {
                let is_out = |n: usize| set & 1 << n != 0;
                let missing: Vec<_> = (0..4)
                    .filter(|n| is_out(*n) && needed.contains(&ALL[*n]))
                    .map(|n| ALL[n])
                    .collect();
                if missing.is_empty() {
                    continue;
                }
                let text = format!("4 required env variables [{}] missing", missing.join(","));
                let left_out = |call: Call, empties: bool| {
                    (0..4)
                        .filter(|n| is_out(*n))
                        .fold(call, |call, n| match empties {
                            true => call.with(ALL[n], ""),
                            false => call.without(ALL[n]),
                        })
                };
                refuses(&left_out(of_static(command), false), &text);
                refuses(&left_out(of_static(command), true), &text);
            }
        }
        // None that is not needed.
        for command in ["STATUS", "VERSION"] {
            let call = ALL
                .iter()
                .fold(of_static(command), |call, name| call.without(name));
            call.ok();
        }
        of_static("DEL").without("CNI_NETNS").ok();
        of_static("GC")
            .without("CNI_CONTAINERID")
            .without("CNI_IFNAME")
            .ok();
    });
}

#[test]
fn ids_and_names_are_checked() {
    plugins("protocol::ids_and_names_are_checked", || {
        for good in ["a", "0", "Z9_.-", "a-", "1.2", &"x".repeat(200)] {
            of_static("ADD").of(good).ok();
        }
        for bad in [
            "-a", "_a", ".a", "k k", "a/b", "a:b", "é", "a\n", "a;b", " a",
        ] {
            let text = format!("4 invalid characters in containerID ({bad})");
            refuses(&of_static("ADD").of(bad), &text);
            refuses(&of_static("DEL").of(bad), &text);
        }
        for good in ["e", "eth0", "fifteen-letters", "a.b", "-x", "é"] {
            of_static("ADD").with("CNI_IFNAME", good).ok();
        }
        for (bad, text) in [
            (
                "sixteen-letters.",
                "interface name is too long (interface name should be less than 16 characters)",
            ),
            (".", "interface name is . or .."),
            ("..", "interface name is . or .."),
            (
                "a/b",
                "interface name contains / or : or whitespace characters",
            ),
            (
                "a:b",
                "interface name contains / or : or whitespace characters",
            ),
            (
                "a b",
                "interface name contains / or : or whitespace characters",
            ),
            (
                "a\tb",
                "interface name contains / or : or whitespace characters",
            ),
        ] {
            for command in ["ADD", "DEL", "CHECK"] {
                let call = of_static(command).with("CNI_IFNAME", bad);
                refuses(&call, &format!("4 {text}"));
            }
        }
        // GC and STATUS are of no container.
        of_static("GC").of("-").with("CNI_IFNAME", "a/b").ok();
        for (name, text) in [
            ("", "7 missing network name"),
            ("a b", "7 invalid characters found in network name (a b)"),
            ("-a", "7 invalid characters found in network name (-a)"),
            ("../x", "7 invalid characters found in network name (../x)"),
        ] {
            let config = format!(r#"{{"cniVersion":"1.0.0","name":"{name}",{STATIC}}}"#);
            refuses(&call("ADD static", config), text);
        }
        let config = format!(r#"{{"cniVersion":"1.0.0",{STATIC}}}"#);
        refuses(&call("ADD static", config), "7 missing network name");
    });
}

#[test]
fn what_is_no_configuration_is_refused() {
    plugins("protocol::what_is_no_configuration_is_refused", || {
        for text in [
            "",
            " ",
            "{bad",
            "[]",
            "null",
            "1",
            "\"{}\"",
            "{}{}",
            "{\"name\":\"a\",}",
            "\u{feff}{}",
        ] {
            for command in ["ADD", "DEL", "CHECK", "GC", "STATUS"] {
                let what = format!("{command} static");
                let refused = call(&what, text).refused();
                let begin = "6 error unmarshall network config: ";
                assert!(refused.starts_with(begin), "{text}: {refused}");
            }
        }
        for (member, code) in [
            (r#""cniVersion":1"#, 6),
            (r#""name":1"#, 7),
            (r#""ipam":1"#, 7),
            (r#""ipam":[]"#, 7),
            (r#""ipam":"static""#, 7),
        ] {
            let config = format!(r#"{{"cniVersion":"1.0.0","name":"net",{STATIC},{member}}}"#);
            let refused = call("ADD static", config).refused();
            let found = refused.split(' ').next().and_then(|code| code.parse().ok());
            assert_eq!(found, Some(code), "{member}: {refused}");
        }
        // Unknown members are nobody's business, and letters may be of any case.
        let config = r#"{"CNIVERSION":"1.0.0","Name":"net","x":[1],"cni.dev/y":{},"IPAM":{"Type":"static","addresses":[{"Address":"10.1.0.2/24"}]}}"#;
        let answer = call("ADD static", config).ok();
        assert_eq!(answer["ips"], json!([{"address": "10.1.0.2/24"}]));
    });
}

#[test]
fn every_version_is_known_and_no_other() {
    plugins("protocol::every_version_is_known_and_no_other", || {
        for version in VERSIONS {
            let answer = call("ADD static", config(version, STATIC)).ok();
            assert_eq!(answer["cniVersion"], version);
        }
        // Who says none means the first.
        let none = format!(r#"{{"name":"net",{STATIC}}}"#);
        let empty = config("", STATIC);
        for config in [none, empty] {
            let answer = call("ADD static", config).ok();
            assert_eq!(answer["cniVersion"], "0.1.0");
        }
        let supported = VERSIONS.map(|version| format!("{version:?}")).join(" ");
        for bad in ["9.9.9", "x", "1.0", "1.2.0", "0.3.2", "v1.0.0", "1.0.0 "] {
            for command in ["ADD", "DEL", "CHECK", "GC", "STATUS"] {
                let call = call(&format!("{command} static"), config(bad, STATIC));
                let text = format!(
                    "1 incompatible CNI versions (config is {bad:?}, plugin supports [{supported}])"
                );
                refuses(&call, &text);
            }
        }
    });
}

#[test]
fn version_answers_in_the_version_that_asks() {
    plugins("protocol::version_answers_in_the_version_that_asks", || {
        let answer = |text: &str| {
            let call = call("VERSION bridge", text);
            let answer = call.ok();
            assert_eq!(answer["supportedVersions"], json!(VERSIONS));
            answer["cniVersion"].as_str().expect("a version").to_owned()
        };
        for version in VERSIONS {
            assert_eq!(answer(&format!(r#"{{"cniVersion":"{version}"}}"#)), version);
        }
        for other in ["", "{}", "{bad", r#"{"cniVersion":"9.9.9"}"#, "[]"] {
            assert_eq!(answer(other), "1.1.0", "{other}");
        }
    });
}

#[test]
fn commands_are_refused_before_their_version() {
    plugins(
        "protocol::commands_are_refused_before_their_version",
        || {
            for (command, since) in [("CHECK", 4), ("GC", 6), ("STATUS", 6)] {
                for (at, version) in VERSIONS.iter().enumerate() {
                    for plugin in ["static", "bridge", "loopback", "portmap", "host-local"] {
                        let call = call(&format!("{command} {plugin}"), config(version, ""));
                        let early = format!("1 config version does not allow {command}");
                        let out = call.run();
                        assert_eq!(out.stdout.contains(&early[2..]), at < since, "{version}");
                        if at < since {
                            refuses(&call, &early);
                        }
                    }
                }
            }
        },
    );
}

/// The reference plugins leave the version out of a refusal, which the specification wants.
#[test]
fn a_refusal_has_the_version_of_the_configuration() {
    plugins(
        "protocol::a_refusal_has_the_version_of_the_configuration",
        || {
            for version in VERSIONS {
                let out = call("ADD host-local", config(version, "")).run();
                let expected = json!({"cniVersion": version, "code": 999, "msg": "IPAM config missing 'ipam' key"});
                assert_eq!((out.code, parse(&out.stdout)), (1, expected));
                assert_eq!(out.stdout.matches('\n').count(), 1);
            }
        },
    );
}

#[test]
fn arguments_are_pairs_of_known_names() {
    plugins("protocol::arguments_are_pairs_of_known_names", || {
        let with = |args: &str| of_static("ADD").with("CNI_ARGS", args);
        for (args, text) in [
            ("IP", "ARGS: invalid pair \"IP\""),
            ("IP=10.1.0.3/24;X", "ARGS: invalid pair \"X\""),
            ("A=b=c", "ARGS: invalid pair \"A=b=c\""),
            ("FOO=1", "ARGS: unknown args [\"FOO=1\"]"),
            ("FOO=1;BAR=2", "ARGS: unknown args [\"FOO=1\" \"BAR=2\"]"),
            ("IgnoreUnknown=0;FOO=1", "ARGS: unknown args [\"FOO=1\"]"),
            (
                "IgnoreUnknown=false;FOO=1",
                "ARGS: unknown args [\"FOO=1\"]",
            ),
            (
                "IgnoreUnknown=perhaps",
                "ARGS: error parsing value of pair \"IgnoreUnknown=perhaps\"",
            ),
        ] {
            refuses(&with(args), &format!("999 {text}"));
        }
        for args in [
            "",
            "IgnoreUnknown=1;FOO=1",
            "FOO=1;IgnoreUnknown=1",
            "IgnoreUnknown=true;K8S_POD_NAMESPACE=a;K8S_POD_NAME=b",
            "IgnoreUnknown=True",
        ] {
            with(args).ok();
        }
        let answer = with("IP=10.2.0.2/24,fd00::2/64;GATEWAY=10.2.0.1").ok();
        assert_eq!(
            answer["ips"],
            json!([
                {"address": "10.1.0.2/24"},
                {"address": "10.2.0.2/24", "gateway": "10.2.0.1"},
                {"address": "fd00::2/64"}
            ])
        );
    });
}

/// A name that a test cannot know becomes `veth`, and a link-layer address `mac`.
fn masked(mut answer: Value) -> Value {
    let interfaces = answer.get_mut("interfaces").and_then(Value::as_array_mut);
    for interface in interfaces.into_iter().flatten() {
        let name = interface["name"].as_str().expect("a name");
        if name.starts_with("veth") {
            assert_eq!(name.len(), 12);
            interface["name"] = json!("veth");
        }
        let mac = interface["mac"].as_str().expect("an address");
        assert_eq!(mac.len(), 17);
        interface["mac"] = json!("mac");
    }
    answer
}

/// What `bridge` answers for two addresses with routes, in a version.
fn expected(version: &str) -> Value {
    let dns =
        json!({"nameservers": ["10.1.0.1"], "domain": "x", "search": ["y"], "options": ["z"]});
    let (route4, route6) = (
        json!({"dst": "0.0.0.0/0"}),
        json!({"dst": "fd01::/64", "gw": "fd00::9"}),
    );
    if version < "0.3.0" {
        return json!({
            "cniVersion": version,
            "ip4": {"ip": "10.1.0.2/24", "gateway": "10.1.0.1", "routes": [route4]},
            "ip6": {"ip": "fd00::2/64", "routes": [route6]},
            "dns": dns
        });
    }
    let is_newest = version == "1.1.0";
    let interface = |name: &str, sandbox: bool| {
        let mut interface = json!({"name": name, "mac": "mac"});
        if is_newest {
            interface["mtu"] = json!(1500);
        }
        if sandbox {
            interface["sandbox"] = json!("/run/netns/c");
        }
        interface
    };
    let address = |family: &str, address: &str| {
        let mut entry = json!({});
        if version < "1.0.0" {
            entry["version"] = json!(family);
        }
        entry["interface"] = json!(2);
        entry["address"] = json!(address);
        entry
    };
    let mut first = address("4", "10.1.0.2/24");
    first["gateway"] = json!("10.1.0.1");
    let mut last_route = route6;
    if is_newest {
        last_route["mtu"] = json!(1400);
        last_route["priority"] = json!(7);
    }
    json!({
        "cniVersion": version,
        "interfaces": [interface("br0", false), interface("veth", false), interface("eth0", true)],
        "ips": [first, address("6", "fd00::2/64")],
        "routes": [route4, last_route],
        "dns": dns
    })
}

#[test]
fn a_result_has_the_form_of_its_version() {
    plugins("protocol::a_result_has_the_form_of_its_version", || {
        let members = r#""bridge":"br0",
            "dns":{"nameservers":["10.1.0.1"],"domain":"x","search":["y"],"options":["z"]},
            "ipam":{"type":"static","addresses":[{"address":"10.1.0.2/24","gateway":"10.1.0.1"},{"address":"fd00::2/64"}],
            "routes":[{"dst":"0.0.0.0/0"},{"dst":"fd01::/64","gw":"fd00::9","mtu":1400,"priority":7}]}"#;
        for version in VERSIONS {
            let text = config(version, members);
            let answer = call("ADD bridge", &text).ok();
            // With the order of the members, which preserve_order keeps.
            assert_eq!(
                masked(answer.clone()).to_string(),
                expected(version).to_string()
            );
            // The next plugin of the list gives it back as it is, and CHECK and DEL read it.
            let comma = text.len() - 1;
            let chained = format!("{},\"prevResult\":{answer}}}", &text[..comma]);
            for plugin in ["portmap", "tuning", "firewall", "loopback"] {
                let again = call(&format!("ADD {plugin}"), &chained).ok();
                assert_eq!(again.to_string(), answer.to_string(), "{plugin}");
            }
            if version >= "0.4.0" {
                call("CHECK bridge", &chained).ok();
                call("CHECK tuning", &chained).ok();
            }
            call("DEL bridge", &chained).ok();
            assert_eq!(run("ip -n c -br link").ok().lines().count(), 1);
        }
    });
}

/// The first two versions have no place for what has no address.
#[test]
fn a_result_without_addresses_is_none_of_the_first_versions() {
    plugins(
        "protocol::a_result_without_addresses_is_none_of_the_first_versions",
        || {
            let text = "999 cannot convert: no valid IP addresses";
            for version in ["0.1.0", "0.2.0"] {
                let call = call("ADD bridge", config(version, r#""bridge":"br0""#));
                refuses(&call, text);
                assert_eq!(run("ip -n c -br link").ok().lines().count(), 1);
            }
            let call = call("ADD static", config("0.3.0", r#""ipam":{"type":"static"}"#));
            assert_eq!(call.ok(), json!({"cniVersion": "0.3.0", "dns": {}}));
        },
    );
}

#[test]
fn members_of_a_newer_version_are_not_passed_on() {
    plugins(
        "protocol::members_of_a_newer_version_are_not_passed_on",
        || {
            let previous = r#"{"interfaces":[{"name":"eth0","mac":"02:00:00:00:00:01","mtu":1500,"sandbox":"/n","socketPath":"/s","pciID":"p"}],
                "ips":[{"version":"4","interface":0,"address":"10.1.0.2/24"}],
                "routes":[{"dst":"10.0.0.0/8","mtu":1400,"advmss":1300,"priority":5,"table":6,"scope":253}],"dns":{}}"#;
            for version in &VERSIONS[2..] {
                let text = config(version, &format!("\"prevResult\":{previous}"));
                let answer = call("ADD portmap", text).ok();
                let interface = match *version {
                    "1.1.0" => {
                        json!({"name": "eth0", "mac": "02:00:00:00:00:01", "mtu": 1500, "sandbox": "/n", "socketPath": "/s", "pciID": "p"})
                    }
                    _ => json!({"name": "eth0", "mac": "02:00:00:00:00:01", "sandbox": "/n"}),
                };
                assert_eq!(answer["interfaces"], json!([interface]));
                let route = match *version {
                    "1.1.0" => {
                        json!({"dst": "10.0.0.0/8", "mtu": 1400, "advmss": 1300, "priority": 5, "table": 6, "scope": 253})
                    }
                    _ => json!({"dst": "10.0.0.0/8"}),
                };
                assert_eq!(answer["routes"], json!([route]));
                let has_family = answer["ips"][0]["version"] == "4";
                assert_eq!(has_family, *version < "1.0.0");
            }
        },
    );
}

#[test]
fn who_comes_later_needs_a_result() {
    plugins("protocol::who_comes_later_needs_a_result", || {
        for (what, text) in [
            ("ADD portmap", "must be called as chained plugin"),
            ("CHECK portmap", "must be called as chained plugin"),
            ("ADD tuning", "Required prevResult missing"),
            ("CHECK tuning", "Required prevResult missing"),
            ("CHECK static", "Required prevResult missing"),
            ("CHECK bridge", "Required prevResult missing"),
        ] {
            let call = call(what, config("1.0.0", STATIC));
            refuses(&call, &format!("999 {text}"));
        }
        for bad in ["1", "[]", "\"a\"", r#"{"ips":[{"address":"x"}]}"#] {
            let text = config("1.0.0", &format!("\"prevResult\":{bad}"));
            call("ADD portmap", text).refused();
        }
    });
}

#[test]
fn loopback_is_up_and_tells_of_itself() {
    plugins("protocol::loopback_is_up_and_tells_of_itself", || {
        for version in VERSIONS {
            let text = config(version, "");
            let answer = call("ADD loopback", &text).ok();
            let expected = match version {
                "0.1.0" | "0.2.0" => {
                    json!({"cniVersion": version, "ip4": {"ip": "127.0.0.1/8"}, "ip6": {"ip": "::1/128"}, "dns": {}})
                }
                _ => {
                    let address = |family: &str, address: &str| match version < "1.0.0" {
                        true => json!({"version": family, "interface": 0, "address": address}),
                        false => json!({"interface": 0, "address": address}),
                    };
                    json!({
                        "cniVersion": version,
                        "interfaces": [{"name": "lo", "mac": "00:00:00:00:00:00", "sandbox": "/run/netns/c"}],
                        "ips": [address("4", "127.0.0.1/8"), address("6", "::1/128")],
                        "dns": {}
                    })
                }
            };
            assert_eq!(answer, expected);
            let is_up = || run("ip -n c link show lo").ok().contains("LOOPBACK,UP");
            assert!(is_up());
            if version >= "0.4.0" {
                let chained = config(version, &format!("\"prevResult\":{answer}"));
                call("CHECK loopback", &chained).ok();
            }
            for _ in 0..2 {
                call("DEL loopback", &text).ok();
                assert!(!is_up());
            }
            if version >= "0.4.0" {
                let chained = config(version, &format!("\"prevResult\":{answer}"));
                refuses(
                    &call("CHECK loopback", chained),
                    "999 loopback interface is down",
                );
            }
            call("DEL loopback", &text)
                .with("CNI_NETNS", "/run/netns/gone")
                .ok();
            call("DEL loopback", &text).without("CNI_NETNS").ok();
        }
    });
}

/// Plugins that are none for addresses would call each other without end.
#[test]
fn a_plugin_for_addresses_is_one() {
    plugins("protocol::a_plugin_for_addresses_is_one", || {
        for kind in ["bridge", "ptp", "loopback", "portmap"] {
            let text = config("1.1.0", &format!(r#""ipam":{{"type":"{kind}"}}"#));
            for command in ["ADD", "DEL", "STATUS", "GC"] {
                let call = call(&format!("{command} bridge"), &text);
                refuses(&call, &format!("7 ipso has no plugin \"{kind}\""));
            }
        }
        assert_eq!(run("ip -n c -br link").ok().lines().count(), 1);
    });
}

/// What another program refuses is told, whatever its number, and so is why it cannot be started.
#[test]
fn another_plugin_says_why() {
    plugins("protocol::another_plugin_says_why", || {
        use std::os::unix::fs::PermissionsExt as _;
        let file = |name: &str, text: &str, mode: u32| {
            let path = format!("{PLUGINS}/{name}");
            std::fs::write(&path, text).expect("a file");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
        };
        file(
            "none",
            "#!/bin/sh\necho '{\"msg\":\"no\"}'\nexit 1\n",
            0o755,
        );
        file(
            "zero",
            "#!/bin/sh\necho '{\"code\":0,\"msg\":\"no\"}'\nexit 1\n",
            0o755,
        );
        file("plain", "", 0o644);
        let plain = format!("exec of \"{PLUGINS}/plain\" failed: Permission denied");
        for (kind, text) in [("none", "no"), ("zero", "no"), ("plain", &plain)] {
            let text_of = config(
                "1.0.0",
                &format!(r#""bridge":"br0","ipam":{{"type":"{kind}"}}"#),
            );
            refuses(&call("ADD bridge", text_of), &format!("999 {text}"));
            assert_eq!(run("ip -n c -br link").ok().lines().count(), 1);
        }
    });
}

/// An address of IPv4 is four decimal numbers, and no other is taken for one.
#[test]
fn addresses_are_as_they_look() {
    plugins("protocol::addresses_are_as_they_look", || {
        for word in [
            "010.1.0.2",
            "10.1.0.02",
            "10.1",
            "0xa.1.0.2",
            "10.1.0",
            "default",
            "any",
            "",
        ] {
            let network = format!("{word}/24");
            let text = config(
                "1.0.0",
                &format!(r#""ipam":{{"type":"static","addresses":[{{"address":"{network}"}}]}}"#),
            );
            refuses(
                &call("ADD static", text),
                &format!("999 invalid CIDR address: {network}"),
            );
            if word.is_empty() {
                continue;
            }
            let text = config(
                "1.0.0",
                &format!(
                    r#""ipam":{{"type":"static","addresses":[{{"address":"10.1.0.2/24","gateway":"{word}"}}]}}"#
                ),
            );
            refuses(
                &call("ADD static", text),
                &format!("999 invalid IP address: {word}"),
            );
            let ports = format!(
                r#""portMappings":[{{"hostPort":80,"containerPort":80,"hostIP":"{word}"}}]"#
            );
            let text = config(
                "1.0.0",
                &format!(r#""runtimeConfig":{{{ports}}},"prevResult":{{}}"#),
            );
            let refused = format!("999 failed to parse config: invalid host IP {word}");
            refuses(&call("ADD portmap", text), &refused);
        }
    });
}

/// A member of another type is not passed over.
#[test]
fn members_of_another_type_are_refused() {
    plugins("protocol::members_of_another_type_are_refused", || {
        let previous = r#""prevResult":{}"#;
        let subnet = r#""type":"host-local","subnet":"10.1.0.0/24""#;
        for (what, members, name) in [
            (
                "ADD static",
                r#""ipam":{"addresses":{"a":{"address":"10.1.0.2/24"}}}"#.into(),
                "addresses",
            ),
            (
                "ADD static",
                r#""ipam":{},"runtimeConfig":{"ips":"10.1.0.2/24"}"#.into(),
                "ips",
            ),
            (
                "ADD host-local",
                r#""ipam":{"ranges":"10.1.0.0/24"}"#.into(),
                "ranges",
            ),
            (
                "ADD host-local",
                format!(r#""ipam":{{{subnet},"routes":{{"a":{{"dst":"0.0.0.0/0"}}}}}}"#),
                "routes",
            ),
            (
                "ADD host-local",
                format!(r#""ipam":{{{subnet},"routes":[{{"dst":"0.0.0.0/0","mtu":-1}}]}}"#),
                "mtu",
            ),
            (
                "ADD host-local",
                format!(
                    r#""ipam":{{{subnet},"routes":[{{"dst":"0.0.0.0/0","table":4294967296}}]}}"#
                ),
                "table",
            ),
            (
                "ADD host-local",
                format!(r#""ipam":{{{subnet}}},"runtimeConfig":{{"ipRanges":1}}"#),
                "ipRanges",
            ),
            (
                "ADD bridge",
                r#""preserveDefaultVlan":"no""#.into(),
                "preserveDefaultVlan",
            ),
            (
                "ADD portmap",
                format!(
                    r#""snat":"false","runtimeConfig":{{"portMappings":[{{"hostPort":1,"containerPort":1}}]}},{previous}"#
                ),
                "snat",
            ),
            (
                "ADD portmap",
                r#""prevResult":{"ips":{"a":{"address":"10.1.0.2/24"}}}"#.into(),
                "ips",
            ),
            (
                "ADD portmap",
                r#""prevResult":{"interfaces":1}"#.into(),
                "interfaces",
            ),
            (
                "ADD tuning",
                format!(r#""promisc":"yes",{previous}"#),
                "promisc",
            ),
            (
                "GC portmap",
                r#""cni.dev/valid-attachments":{"containerID":"a","ifname":"b"}"#.into(),
                "cni.dev/valid-attachments",
            ),
            (
                "GC portmap",
                r#""cni.dev/valid-attachments":["a"]"#.into(),
                "cni.dev/valid-attachments",
            ),
            (
                "GC host-local",
                r#""ipam":{},"cni.dev/valid-attachments":[{"containerID":"a"}]"#.into(),
                "cni.dev/valid-attachments",
            ),
        ] {
            let members: String = members;
            let text = format!("7 invalid network config: \"{name}\" is of another type");
            refuses(&call(what, config("1.1.0", &members)), &text);
        }
        let text = format!(r#""ipam":{{{subnet},"dataDir":"{STORE}","gateway":"fd00::1"}}"#);
        refuses(
            &call("ADD host-local", config("1.1.0", &text)),
            "999 invalid range set 0: mixed address families",
        );
    });
}
