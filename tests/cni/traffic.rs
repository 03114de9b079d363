//! Packets: what leaves a container, what comes in by a published port, and what containers send each other.

use crate::common::servers::*;
use crate::common::*;
use crate::support::*;
use std::io::ErrorKind;
use std::net::UdpSocket;

/// The namespace of the runtime, one that stands for all other machines, and those of two containers.
const HERE: &str = "";
const OTHER: &str = "other";
const FIRST: &str = "c";
const SECOND: &str = "d";

/// Another machine, which knows no way to the addresses of containers.
fn world() {
    let lines = [
        "netns add other",
        "netns add d",
        "link add up0 type veth peer name up0 netns other",
        "addr add 198.51.100.2/24 dev up0",
        "addr add 2001:db8:1::2/64 dev up0 nodad",
        "link set up0 up",
        "-n other addr add 198.51.100.1/24 dev up0",
        "-n other addr add 2001:db8:1::1/64 dev up0 nodad",
        "-n other link set lo up",
        "-n other link set up0 up",
    ];
    for line in lines {
        run(&format!("ip {line}")).ok();
    }
    for line in ["ip link show up0", "ip -n other link show up0"] {
        until("an uplink that carries", || {
            run(line).ok().contains("state UP")
        });
    }
}

/// Runs the plugins of a list one after the other, as a runtime does, for the container with this namespace.
struct List {
    /// The plugins with their members.
    plugins: Vec<(&'static str, String)>,
}

impl List {
    fn call(&self, command: &str, namespace: &str, at: usize, more: &str) -> Call {
        let (plugin, members) = &self.plugins[at];
        let text = config("1.0.0", &format!("{members}{more}"));
        call(&format!("{command} {plugin}"), text)
            .of(&format!("id-{namespace}"))
            .with("CNI_NETNS", &format!("/run/netns/{namespace}"))
    }

    fn add(&self, namespace: &str) {
        let mut previous = String::new();
        for at in 0..self.plugins.len() {
            let answer = self.call("ADD", namespace, at, &previous).ok();
            previous = format!(",\"prevResult\":{answer}");
        }
        for at in 0..self.plugins.len() {
            self.call("CHECK", namespace, at, &previous).ok();
        }
    }

    fn delete(&self, namespace: &str) {
        for at in (0..self.plugins.len()).rev() {
            self.call("DEL", namespace, at, "").ok();
        }
    }
}

/// A plugin that makes an interface, with an address of both families, and the way out.
fn out(plugin: &'static str, more: &str) -> (&'static str, String) {
    let addresses = ipam(
        r#""ranges":[[{"subnet":"10.1.0.0/24"}],[{"subnet":"fd01::/64"}]],"routes":[{"dst":"0.0.0.0/0"},{"dst":"::/0"}]"#,
    );
    (plugin, format!("{more}{addresses}"))
}

fn bridge() -> (&'static str, String) {
    out(
        "bridge",
        r#""bridge":"br0","isGateway":true,"ipMasq":true,"hairpinMode":true,"#,
    )
}

fn ports(more: &str) -> (&'static str, String) {
    let list = [
        r#"{"hostPort":8080,"containerPort":80,"protocol":"tcp"}"#,
        r#"{"hostPort":8080,"containerPort":80,"protocol":"udp"}"#,
    ];
    let members = format!(
        r#""runtimeConfig":{{"portMappings":[{}]}}{more}"#,
        list.join(",")
    );
    ("portmap", members)
}

fn masquerades(test: &str, list: List) {
    plugins(test, || {
        world();
        list.add(FIRST);
        serve(OTHER, "198.51.100.1:80");
        serve(OTHER, "[2001:db8:1::1]:80");
        answers(FIRST, "198.51.100.1:80", "198.51.100.2");
        answers(FIRST, "[2001:db8:1::1]:80", "2001:db8:1::2");
        // Inside the network there is nothing to hide.
        serve(HERE, "10.1.0.1:81");
        serve(HERE, "[fd01::1]:81");
        answers(FIRST, "10.1.0.1:81", "10.1.0.2");
        answers(FIRST, "[fd01::1]:81", "fd01::2");
        list.add(SECOND);
        serve(SECOND, "0.0.0.0:82");
        answers(FIRST, "10.1.0.3:82", "10.1.0.2");
        list.delete(SECOND);
        answers(FIRST, "198.51.100.1:80", "198.51.100.2");
        list.delete(FIRST);
        if has_tools(test, &["nft"]) {
            assert_eq!(rules(), "");
        }
    });
}

#[test]
fn what_leaves_a_bridge_has_the_address_of_the_machine() {
    masquerades(
        "traffic::what_leaves_a_bridge_has_the_address_of_the_machine",
        List {
            plugins: vec![bridge()],
        },
    );
}

#[test]
fn what_leaves_a_pair_has_the_address_of_the_machine() {
    masquerades(
        "traffic::what_leaves_a_pair_has_the_address_of_the_machine",
        List {
            plugins: vec![out("ptp", r#""ipMasq":true,"#)],
        },
    );
}

#[test]
fn published_ports_lead_to_a_container() {
    plugins("traffic::published_ports_lead_to_a_container", || {
        world();
        let list = List {
            plugins: vec![bridge(), ports("")],
        };
        list.add(FIRST);
        serve(FIRST, "10.1.0.2:80");
        serve(FIRST, "[fd01::2]:80");
        // From another machine, which the container sees.
        answers(OTHER, "198.51.100.2:8080", "198.51.100.1");
        answers(OTHER, "[2001:db8:1::2]:8080", "2001:db8:1::1");
        // From this machine, by each of its addresses.
        answers(HERE, "127.0.0.1:8080", "10.1.0.1");
        answers(HERE, "198.51.100.2:8080", "198.51.100.2");
        answers(HERE, "10.1.0.1:8080", "10.1.0.1");
        answers(HERE, "[2001:db8:1::2]:8080", "2001:db8:1::2");
        // From the container itself, whose own address would be the wrong one to answer to.
        answers(FIRST, "10.1.0.1:8080", "10.1.0.1");
        answers(FIRST, "198.51.100.2:8080", "10.1.0.1");
        answers(FIRST, "[fd01::1]:8080", "fd01::1");
        // And from its neighbour.
        let only_bridge = List {
            plugins: vec![bridge()],
        };
        only_bridge.add(SECOND);
        answers(SECOND, "10.1.0.1:8080", "10.1.0.1");
        answers(SECOND, "10.1.0.2:80", "10.1.0.3");
        list.delete(FIRST);
        for (namespace, at) in [
            (OTHER, "198.51.100.2:8080"),
            (HERE, "127.0.0.1:8080"),
            (OTHER, "[2001:db8:1::2]:8080"),
        ] {
            refuses(namespace, at);
        }
    });
}

/// A client of UDP that has asked before there was a container keeps its port, and with it what the kernel knows of it.
#[test]
fn clients_that_were_there_before_reach_a_container() {
    plugins(
        "traffic::clients_that_were_there_before_reach_a_container",
        || {
            world();
            // Its rules have the kernel track flows.
            let only_bridge = List {
                plugins: vec![bridge()],
            };
            only_bridge.add(SECOND);
            for (any, at, seen) in [
                ("0.0.0.0:0", "198.51.100.2:8080", "198.51.100.1"),
                ("[::]:0", "[2001:db8:1::2]:8080", "2001:db8:1::1"),
            ] {
                let client = within(OTHER, || {
                    let client = UdpSocket::bind(any).expect("a socket");
                    client.set_read_timeout(Some(PATIENCE)).expect("a time");
                    client.connect(address(at)).expect("an address");
                    client
                });
                let ask = || {
                    let mut buf = [0; 64];
                    client.send(b"?").and_then(|_| client.recv(&mut buf))?;
                    let end = buf.iter().position(|byte| *byte == 0).unwrap_or(buf.len());
                    Ok::<_, std::io::Error>(String::from_utf8_lossy(&buf[..end]).into_owned())
                };
                let refused = ask().map_err(|e| e.kind());
                assert_eq!(refused.as_deref().map_err(|e| *e), REFUSED, "{at}");
                let list = List {
                    plugins: vec![bridge(), ports("")],
                };
                list.add(FIRST);
                let answer = run(&format!("ip -n {FIRST} -br addr show eth0")).ok();
                let own = answer.split_whitespace().find(|word| {
                    word.contains('/')
                        && word.contains(':') == any.starts_with('[')
                        && !word.starts_with("fe80")
                });
                let own = own
                    .expect("an address")
                    .split('/')
                    .next()
                    .expect("it")
                    .to_owned();
                let own = if own.contains(':') {
                    format!("[{own}]:80")
                } else {
                    format!("{own}:80")
                };
                serve(FIRST, &own);
                assert_eq!(ask().map_err(|e| e.kind()).as_deref(), Ok(seen), "{at}");
                list.delete(FIRST);
            }
        },
    );
}

#[test]
fn ports_of_one_address_are_of_no_other() {
    plugins("traffic::ports_of_one_address_are_of_no_other", || {
        world();
        let mapping = |host: &str, port: u16| {
            format!(
                r#"{{"hostPort":{port},"containerPort":80,"hostIP":"{host}"}},{{"hostPort":{port},"containerPort":80,"protocol":"UDP","hostIP":"{host}"}}"#
            )
        };
        let mappings = [
            mapping("127.0.0.1", 81),
            mapping("198.51.100.2", 82),
            mapping("2001:db8:1::2", 83),
            mapping("0.0.0.0", 84),
            mapping("::", 85),
        ];
        let members = format!(
            r#""runtimeConfig":{{"portMappings":[{}]}}"#,
            mappings.join(",")
        );
        let list = List {
            plugins: vec![bridge(), ("portmap", members)],
        };
        list.add(FIRST);
        serve(FIRST, "10.1.0.2:80");
        serve(FIRST, "[fd01::2]:80");
        answers(HERE, "127.0.0.1:81", "10.1.0.1");
        answers(OTHER, "198.51.100.2:82", "198.51.100.1");
        answers(OTHER, "[2001:db8:1::2]:83", "2001:db8:1::1");
        answers(OTHER, "198.51.100.2:84", "198.51.100.1");
        answers(OTHER, "[2001:db8:1::2]:85", "2001:db8:1::1");
        for (namespace, at) in [
            (OTHER, "198.51.100.2:81"),
            (HERE, "127.0.0.1:82"),
            (OTHER, "198.51.100.2:83"),
            (OTHER, "[2001:db8:1::2]:82"),
            (OTHER, "[2001:db8:1::2]:84"),
            (OTHER, "198.51.100.2:85"),
        ] {
            refuses(namespace, at);
        }
    });
}

#[test]
fn without_snat_a_container_sees_who_comes() {
    plugins("traffic::without_snat_a_container_sees_who_comes", || {
        world();
        let list = List {
            plugins: vec![bridge(), ports(r#","snat":false"#)],
        };
        list.add(FIRST);
        serve(FIRST, "10.1.0.2:80");
        answers(OTHER, "198.51.100.2:8080", "198.51.100.1");
        answers(HERE, "198.51.100.2:8080", "198.51.100.2");
        list.delete(FIRST);
        let all = List {
            plugins: vec![bridge(), ports(r#","masqAll":true"#)],
        };
        all.add(SECOND);
        serve(SECOND, "10.1.0.3:80");
        answers(OTHER, "198.51.100.2:8080", "10.1.0.1");
        all.delete(SECOND);
    });
}

#[test]
fn ports_of_two_containers_are_kept_apart() {
    plugins("traffic::ports_of_two_containers_are_kept_apart", || {
        world();
        let list = |port: u16| List {
            plugins: vec![
                bridge(),
                (
                    "portmap",
                    format!(
                        r#""runtimeConfig":{{"portMappings":[{{"hostPort":{port},"containerPort":80}}]}}"#
                    ),
                ),
            ],
        };
        let (first, second) = (list(81), list(82));
        first.add(FIRST);
        second.add(SECOND);
        serve(FIRST, "10.1.0.2:80");
        serve(SECOND, "10.1.0.3:80");
        let seen = |at: &str| ask_tcp(OTHER, at);
        let ok = || Ok("198.51.100.1".to_owned());
        assert_eq!(seen("198.51.100.2:81"), ok());
        assert_eq!(seen("198.51.100.2:82"), ok());
        // With one gone the other goes on.
        first.delete(FIRST);
        assert_eq!(seen("198.51.100.2:81"), Err(ErrorKind::ConnectionRefused));
        assert_eq!(seen("198.51.100.2:82"), ok());
        second.delete(SECOND);
        assert_eq!(seen("198.51.100.2:82"), Err(ErrorKind::ConnectionRefused));
    });
}
