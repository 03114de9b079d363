//! The way out of an isolate's tunnel: `--nat`, `--publish`, `--allow` and `--dns`, with real packets.
//!
//! Each test is a caller with an uplink to a namespace that stands for the internet, which knows no way back to the addresses
//! of a tunnel. Servers tell their clients which address they see.
#![cfg(feature = "nat")]

mod common;
use common::servers::*;
use common::*;
use ipso::isolate::nat::{self, Held, Rules, Tunnel, Use};
use ipso::nl::nft;
use ipso::nl::wire::{Attrs, Msg};
use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::process::Stdio;

/// The namespaces: the caller's, the internet's, and that in the tunnel.
const HERE: &str = "";
const INTERNET: &str = "internet";
const INSIDE: &str = "inside";

/// Runs lines of `ip`, which have to succeed in silence.
#[track_caller]
fn ip(lines: &[&str]) {
    for line in lines {
        run(&format!("ip {line}")).ok();
    }
}

/// The internet, and an uplink to it. IPv6 is forwarded, or can be for single devices.
fn world() {
    if !forwards_ipv6_by_device() {
        fs::write("/proc/sys/net/ipv6/conf/all/forwarding", "1").expect("a setting");
    }
    ip(&[
        "link set lo up",
        "netns add internet",
        "link add up0 type veth peer name up0 netns internet",
        "addr add 198.51.100.2/24 dev up0",
        "addr add 2001:db8:1::2/64 dev up0 nodad",
        "link set up0 up",
        "-n internet addr add 198.51.100.1/24 dev up0",
        "-n internet addr add 2001:db8:1::1/64 dev up0 nodad",
        "-n internet link set lo up",
        "-n internet link set up0 up",
        "-n internet addr add 203.0.113.9/32 dev lo",
        "-n internet addr add 203.0.113.10/32 dev lo",
        "-n internet addr add 2001:db8:9::9/128 dev lo",
        "-n internet addr add 2001:db8:9::a/128 dev lo",
        "route add default via 198.51.100.1",
        "-6 route add default via 2001:db8:1::1",
    ]);
    // Before that the kernel may lose what it is to send.
    for line in ["link show up0", "-n internet link show up0"] {
        let is_up = || run(&format!("ip {line}")).ok().contains("state UP");
        until("an uplink that carries", is_up);
    }
}

/// A tunnel, made by hand, as isolate makes it.
fn tunnel(n: u32, inside: &str) {
    let lines = [
        format!("netns add {inside}"),
        format!("link add iso{n} type veth peer name eth0 netns {inside}"),
        format!("addr add 10.1.{n}.1/24 dev iso{n}"),
        format!("addr add fd00:{n}::1/64 dev iso{n} nodad"),
        format!("link set iso{n} up"),
        format!("-n {inside} link set lo up"),
        format!("-n {inside} addr add 10.1.{n}.2/24 dev eth0"),
        format!("-n {inside} addr add fd00:{n}::2/64 dev eth0 nodad"),
        format!("-n {inside} link set eth0 up"),
        format!("-n {inside} route add default via 10.1.{n}.1"),
        format!("-n {inside} -6 route add default via fd00:{n}::1"),
    ];
    for line in lines {
        ip(&[&line]);
    }
}

/// What `nat::open` does for a tunnel, and what it says.
#[track_caller]
fn open(n: u32, words: &str) -> (Held, Vec<String>) {
    let (held, lines) = try_open(n, words);
    (held.unwrap_or_else(|e| panic!("{e}")), lines)
}

fn try_open(n: u32, words: &str) -> (Result<Held, String>, Vec<String>) {
    let mut rules = Rules::default();
    let mut words = words.split_whitespace();
    while let Some(option) = words.next() {
        let mut value = || words.next().expect("a value").as_bytes();
        match option {
            "--nat" => rules.masquerade = true,
            "--publish" => rules.add(Use::Publish, value()).expect("a port"),
            "--allow" => rules.add(Use::Allow, value()).expect("a network"),
            "--dns" => rules.add(Use::Dns, value()).expect("an address"),
            _ => panic!("no option: {option}"),
        }
    }
    let name = format!("iso{n}");
    let shown = run(&format!("ip -j link show {name}")).ok();
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let v6 = |last: u8| [0xfd, 0, 0, n as u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
    let tunnel = Tunnel {
        name: name.as_bytes(),
        index: shown[0]["ifindex"].as_u64().expect("an index") as u32,
        inner: [10, 1, n as u8, 2],
        both6: Some([1, 2].map(v6)),
    };
    let mut lines = Vec::new();
    let mut warn = |line: &[u8]| lines.push(String::from_utf8_lossy(line).into_owned());
    let held = nat::open(&rules, &tunnel, &mut warn);
    let held = held.map_err(|e| String::from_utf8_lossy(e.text()).into_owned());
    (held, lines)
}

fn setting(path: &str) -> String {
    let path = format!("/proc/sys/net/{path}");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    text.trim().to_owned()
}

/// Whether single devices can forward IPv6, since Linux 6.17.
fn forwards_ipv6_by_device() -> bool {
    Path::new("/proc/sys/net/ipv6/conf/lo/force_forwarding").exists()
}

/// What is left of all settings and files, for a comparison.
fn state() -> Vec<String> {
    let mut settings = vec![
        "ipv4/conf/up0/forwarding",
        "ipv4/conf/all/forwarding",
        "ipv6/conf/all/forwarding",
        "ipv4/ip_forward",
    ];
    if forwards_ipv6_by_device() {
        settings.push("ipv6/conf/up0/force_forwarding");
    }
    let mut state: Vec<_> = settings.iter().map(|name| setting(name)).collect();
    state.extend(
        Path::new("/run/ipso")
            .exists()
            .then(|| "/run/ipso".to_owned()),
    );
    state
}

#[test]
fn what_leaves_has_the_address_of_the_uplink() {
    namespaces("what_leaves_has_the_address_of_the_uplink", || {
        world();
        tunnel(7, INSIDE);
        serve(INTERNET, "203.0.113.9:80");
        serve(INTERNET, "[2001:db8:9::9]:80");
        let before = state();
        let (mut held, said) = open(7, "--nat");
        assert_eq!(said, [""; 0]);
        answers(INSIDE, "203.0.113.9:80", "198.51.100.2");
        answers(INSIDE, "[2001:db8:9::9]:80", "2001:db8:1::2");
        assert_ne!(state(), before);
        held.undo();
        assert_eq!(state(), before);
        // What is undone already stays so.
        held.undo();
        assert_eq!(state(), before);
    });
}

#[test]
fn published_ports_lead_inside() {
    namespaces("published_ports_lead_inside", || {
        world();
        tunnel(7, INSIDE);
        serve(INSIDE, "[::]:80");
        let (mut held, said) = open(7, "--publish 8080:80 --publish 8080:80/udp");
        assert_eq!(said, [""; 0]);
        answers(INTERNET, "198.51.100.2:8080", "::ffff:198.51.100.1");
        answers(INTERNET, "[2001:db8:1::2]:8080", "2001:db8:1::1");
        answers(HERE, "198.51.100.2:8080", "::ffff:198.51.100.2");
        answers(HERE, "127.0.0.1:8080", "::ffff:10.1.7.1");
        answers(HERE, "127.9.9.9:8080", "::ffff:10.1.7.1");
        answers(HERE, "10.1.7.1:8080", "::ffff:10.1.7.1");
        answers(INSIDE, "10.1.7.1:8080", "::ffff:10.1.7.1");
        answers(HERE, "[fd00:7::1]:8080", "fd00:7::1");
        // So that `localhost` is tried at its other address at once.
        refuses(HERE, "[::1]:8080");
        held.undo();
    });
}

#[test]
fn a_published_address_is_the_only_one() {
    namespaces("a_published_address_is_the_only_one", || {
        world();
        tunnel(7, INSIDE);
        serve(INSIDE, "0.0.0.0:80");
        serve(INSIDE, "[fd00:7::2]:80");
        ip(&["addr add 198.51.100.3/24 dev up0"]);
        let words = "--publish 198.51.100.3:8080:80 --publish 198.51.100.3:8080:80/udp --publish 127.0.0.1:81:80 \
            --publish 127.0.0.1:81:80/udp --publish [2001:db8:1::2]:82:80 --publish [2001:db8:1::2]:82:80/udp";
        let (mut held, said) = open(7, words);
        assert_eq!(said, [""; 0]);
        answers(INTERNET, "198.51.100.3:8080", "198.51.100.1");
        answers(HERE, "198.51.100.3:8080", "198.51.100.2");
        answers(INSIDE, "198.51.100.3:8080", "10.1.7.1");
        answers(HERE, "127.0.0.1:81", "10.1.7.1");
        answers(INTERNET, "[2001:db8:1::2]:82", "2001:db8:1::1");
        for at in [
            "198.51.100.2:8080",
            "198.51.100.3:81",
            "[2001:db8:1::2]:8080",
        ] {
            refuses(INTERNET, at);
        }
        refuses(HERE, "127.0.0.1:8080");
        refuses(HERE, "127.0.0.2:81");
        held.undo();
    });
}

/// What passes through the caller to others with the same port is none of it.
#[test]
fn ports_of_others_are_not_published() {
    namespaces("ports_of_others_are_not_published", || {
        world();
        tunnel(7, INSIDE);
        tunnel(8, "other");
        serve(INSIDE, "0.0.0.0:80");
        serve(INTERNET, "203.0.113.9:8080");
        let (mut first, _) = open(7, "--publish 8080:80 --publish 8080:80/udp");
        let (mut second, _) = open(8, "--nat");
        answers("other", "203.0.113.9:8080", "198.51.100.2");
        answers(HERE, "203.0.113.9:8080", "198.51.100.2");
        // The tunnel of another is let out by no one else.
        first.undo();
        answers("other", "203.0.113.9:8080", "198.51.100.2");
        second.undo();
    });
}

#[test]
fn what_is_not_allowed_is_refused() {
    namespaces("what_is_not_allowed_is_refused", || {
        world();
        tunnel(7, INSIDE);
        for at in [
            "203.0.113.9",
            "203.0.113.10",
            "[2001:db8:9::9]",
            "[2001:db8:9::a]",
            "198.51.100.1",
        ] {
            for port in [53, 80, 81] {
                serve(INTERNET, &format!("{at}:{port}"));
            }
        }
        serve(HERE, "[::]:53");
        serve(HERE, "[::]:80");
        let words = "--nat --allow 203.0.113.9:80 --allow [2001:db8:9::9]:80 --allow 198.51.100.0/30:81/tcp --dns 203.0.113.10";
        let (mut held, said) = open(7, words);
        assert_eq!(said, [""; 0]);
        answers(INSIDE, "203.0.113.9:80", "198.51.100.2");
        answers(INSIDE, "[2001:db8:9::9]:80", "2001:db8:1::2");
        answers(INSIDE, "203.0.113.10:53", "198.51.100.2");
        assert_eq!(
            ask_tcp(INSIDE, "198.51.100.1:81").as_deref(),
            Ok("198.51.100.2")
        );
        assert_eq!(
            ask_udp(INSIDE, "198.51.100.1:81")
                .as_deref()
                .map_err(|e| *e),
            REFUSED
        );
        for at in ["203.0.113.9:81", "203.0.113.10:80", "198.51.100.1:80"] {
            refuses(INSIDE, at);
        }
        // The limit of such answers is one for each address and second, beyond the first six.
        for at in [
            "203.0.113.9:53",
            "198.51.100.2:80",
            "10.1.7.1:80",
            "198.51.100.2:53",
            "203.0.113.11:80",
            "[2001:db8:9::9]:81",
            "[2001:db8:9::a]:80",
            "[2001:db8:1::2]:80",
            "[fd00:7::1]:80",
            "[fd00:7::1]:53",
        ] {
            assert_eq!(
                ask_tcp(INSIDE, at).as_deref().map_err(|e| *e),
                REFUSED,
                "{at}"
            );
        }
        refuses(INSIDE, "[2001:db8:9::9]:81");
        held.undo();
    });
}

/// The inside is root's, who may forge what a connection of the caller's looks like.
#[test]
fn forged_packets_are_no_way_out() {
    namespaces("forged_packets_are_no_way_out", || {
        world();
        tunnel(7, INSIDE);
        tunnel(8, "other");
        serve(INTERNET, "203.0.113.9:53");
        let udp = |namespace, at: &str| {
            let at = address(at);
            let socket = within(namespace, || UdpSocket::bind(at)).expect("a socket");
            socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
            socket
        };
        let server = udp(INTERNET, "203.0.113.10:53");
        let client = udp(HERE, "198.51.100.2:5000");
        let (mut held, _) = open(7, "--nat --allow 203.0.113.9 --publish 8080:80");
        let receive = |socket: &UdpSocket| {
            let mut buf = [0; 16];
            let (len, from) = socket.recv_from(&mut buf).expect("a packet");
            format!("{from} {}", String::from_utf8_lossy(&buf[..len]))
        };
        // As what another isolate sends, and as an answer to the caller. What follows is all that arrives.
        let (mut other, _) = open(8, "--nat");
        let theirs = udp("other", "10.1.8.2:5001");
        theirs.send_to(b"ask", "203.0.113.10:53").expect("sent");
        assert_eq!(receive(&server), "198.51.100.2:5001 ask");
        client.send_to(b"ask", "203.0.113.10:53").expect("sent");
        assert_eq!(receive(&server), "198.51.100.2:5000 ask");
        server
            .send_to(b"answer", "198.51.100.2:5000")
            .expect("sent");
        assert_eq!(receive(&client), "203.0.113.10:53 answer");
        // The kernel sends from an address only where it is one, but it need not be one that answers come to.
        ip(&[
            "-n inside addr add 10.1.8.2/32 dev lo",
            "-n inside addr add 203.0.113.10/32 dev lo",
            "-n inside route del local 10.1.8.2 table local dev lo",
            "-n inside route del local 203.0.113.10 table local dev lo",
        ]);
        within(INSIDE, || {
            fs::write("/proc/sys/net/ipv4/ip_nonlocal_bind", "1").expect("a setting");
        });
        let forged = udp(INSIDE, "10.1.8.2:5001");
        let sent = forged.send_to(b"forged", "203.0.113.10:53");
        assert_ne!(sent.map_err(|e| e.raw_os_error()), Err(Some(libc::EINVAL)));
        theirs.send_to(b"more", "203.0.113.10:53").expect("sent");
        assert_eq!(receive(&server), "198.51.100.2:5001 more");
        let forged = udp(INSIDE, "203.0.113.10:53");
        let sent = forged.send_to(b"forged", "198.51.100.2:5000");
        assert_ne!(sent.map_err(|e| e.raw_os_error()), Err(Some(libc::EINVAL)));
        server.send_to(b"more", "198.51.100.2:5000").expect("sent");
        assert_eq!(receive(&client), "203.0.113.10:53 more");
        other.undo();
        held.undo();
    });
}

/// The uplink forwards now, also what comes to it from outside.
#[test]
fn from_outside_nothing_but_published_ports_is_reached() {
    let test = "from_outside_nothing_but_published_ports_is_reached";
    namespaces(test, || {
        world();
        tunnel(7, INSIDE);
        ip(&[
            "-n internet route add 10.1.7.0/24 via 198.51.100.2",
            "-n internet route add fd00:7::/64 via 2001:db8:1::2",
        ]);
        let udp = |namespace, at: &str| {
            let at = address(at);
            let socket = within(namespace, || UdpSocket::bind(at)).expect("a socket");
            socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
            socket
        };
        let receive = |socket: &UdpSocket| {
            let mut buf = [0; 16];
            let (len, from) = socket.recv_from(&mut buf).expect("a packet");
            (String::from_utf8_lossy(&buf[..len]).into_owned(), from)
        };
        for (words, neighbour, inside, published) in [
            ("--nat", "198.51.100.1:53", "10.1.7.2:5001", ""),
            ("--nat --allow any", "198.51.100.1:53", "10.1.7.2:5001", ""),
            (
                "--publish 81:80/udp",
                "198.51.100.1:54",
                "10.1.7.2:80",
                "198.51.100.2:81",
            ),
            (
                "--publish 81:80/udp",
                "[2001:db8:1::1]:54",
                "[fd00:7::2]:80",
                "[2001:db8:1::2]:81",
            ),
        ] {
            let (mut held, _) = open(7, words);
            let outer = udp(INTERNET, neighbour);
            let inner = udp(INSIDE, inside);
            outer.send_to(b"unasked", inside).expect("sent");
            if published.is_empty() {
                // The answer to that comes in.
                inner.send_to(b"ask", neighbour).expect("sent");
                let (text, from) = receive(&outer);
                assert_eq!(text, "ask");
                outer.send_to(b"good", from).expect("sent");
            } else {
                outer.send_to(b"good", published).expect("sent");
            }
            // It is all that has arrived.
            assert_eq!(receive(&inner).0, "good", "{words} {inside}");
            held.undo();
        }
    });
}

/// A published port is one of 127.0.0.1's, too, for which the tunnel routes such addresses.
#[test]
fn loopback_addresses_are_not_let_out_of_the_tunnel() {
    namespaces("loopback_addresses_are_not_let_out_of_the_tunnel", || {
        world();
        tunnel(7, INSIDE);
        for words in [
            "--publish 8080:80",
            "--publish 8080:80 --allow 127.0.0.1 --allow 10.1.7.1",
        ] {
            let (mut held, _) = open(7, words);
            assert_eq!(setting("ipv4/conf/iso7/route_localnet"), "1");
            let server = UdpSocket::bind("0.0.0.0:631").expect("a socket");
            server.set_read_timeout(Some(PATIENCE)).expect("a timeout");
            let sent = within(INSIDE, || {
                fs::write("/proc/sys/net/ipv4/conf/eth0/route_localnet", "1").expect("a setting");
                let from = UdpSocket::bind("127.0.0.2:0").expect("a socket");
                let plain = UdpSocket::bind("0.0.0.0:0").expect("a socket");
                let lines = [
                    "route add local 127.0.0.2 table local dev lo",
                    "route del local 127.0.0.0/8 table local dev lo",
                    "route del local 127.0.0.1 table local dev lo",
                    "route add 127.0.0.0/8 via 10.1.7.1 src 10.1.7.2",
                ];
                for line in lines {
                    let _ = run(&format!("ip {line}"));
                }
                let sent = [
                    from.send_to(b"from", "10.1.7.1:631").is_ok(),
                    plain.send_to(b"to", "127.0.0.1:631").is_ok(),
                ];
                plain.send_to(b"plain", "10.1.7.1:631").expect("sent");
                sent
            });
            assert_eq!(sent, [true; 2]);
            let mut buf = [0; 16];
            let len = server.recv(&mut buf).expect("a packet");
            assert_eq!(&buf[..len], b"plain");
            held.undo();
        }
    });
}

/// The address that the kernel has made up for a device.
fn link_local(device: &str) -> String {
    let mut found = None;
    until("a link-local address", || {
        let shown = run(&format!("ip -6 -o addr show dev {device} scope link")).ok();
        let usable = !shown.contains("tentative");
        let words: Vec<_> = shown.split_whitespace().collect();
        let at = words
            .iter()
            .position(|word| *word == "inet6")
            .filter(|_| usable);
        found = at.map(|at| {
            words[at + 1]
                .split('/')
                .next()
                .expect("an address")
                .to_owned()
        });
        found.is_some()
    });
    found.expect("an address")
}

#[test]
fn link_local_addresses_are_no_way_around() {
    namespaces("link_local_addresses_are_no_way_around", || {
        world();
        tunnel(7, INSIDE);
        serve(HERE, "[::]:80");
        let here = link_local("iso7");
        within(INSIDE, || link_local("eth0"));
        let at = |scope| {
            let SocketAddr::V6(mut at) = address(&format!("[{here}]:80")) else {
                panic!("not IPv6");
            };
            at.set_scope_id(scope);
            SocketAddr::V6(at)
        };
        let index = within(INSIDE, || {
            // SAFETY: a string that ends in NUL.
            unsafe { libc::if_nametoindex(c"eth0".as_ptr()) }
        });
        let connect = || {
            within(INSIDE, || {
                TcpStream::connect_timeout(&at(index), PATIENCE)
                    .map(drop)
                    .map_err(|e| e.kind())
            })
        };
        assert_eq!(connect(), Ok(()));
        let (mut held, _) = open(7, "--allow 203.0.113.9");
        assert_eq!(connect(), Err(ErrorKind::ConnectionRefused));
        held.undo();
        assert_eq!(connect(), Ok(()));
    });
}

/// A process that holds what `open` has done, until it is killed.
struct Holder(libc::pid_t);

impl Holder {
    /// It says when it is done.
    fn start(n: u32, words: &str) -> Holder {
        let (mut done, mut says) = std::io::pipe().expect("a pipe");
        // SAFETY: the other threads of this test wait.
        let pid = unsafe { libc::fork() };
        if pid == 0 {
            // SAFETY: takes numbers only.
            unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
            let _held = open(n, words);
            let _ = says.write_all(b"!");
            loop {
                // SAFETY: takes nothing.
                unsafe { libc::pause() };
            }
        }
        drop(says);
        let mut byte = [0];
        done.read_exact(&mut byte).expect("it is done");
        Holder(pid)
    }

    /// SIGKILL, and the end of it.
    fn kill(self) {
        // SAFETY: take numbers, and a NULL.
        unsafe {
            libc::kill(self.0, libc::SIGKILL);
            libc::waitpid(self.0, std::ptr::null_mut(), 0);
        }
    }
}

/// Sends messages to nf_tables, as the firewall of another program. Returns the numbers of those that are refused.
fn nf_tables(mut messages: Vec<Msg>) -> Vec<u32> {
    messages.insert(0, Msg::new(16, 0, &[0, 0, 0, 10]));
    messages.push(Msg::new(17, 0, &[0, 0, 0, 10]));
    let mut datagram = Vec::new();
    for (n, message) in messages.iter_mut().enumerate() {
        datagram.extend_from_slice(message.finish(n as u32, 0).expect("a message"));
    }
    let mut refused = Vec::new();
    let mut socket = nft::open().expect("a socket");
    let sent = socket.send_unanswered(&mut datagram, &mut |n, _| refused.push(n));
    sent.expect("sent");
    refused
}

/// A table with a chain of the hook FORWARD; its policy is to drop (0) or to accept (1).
fn chain(family: u8, table: &str, chain: &str, policy: u8) {
    let mut first = Msg::new(0x0a00, 0x400, &[family, 0, 0, 0]);
    first.str(1, table.as_bytes());
    let mut second = Msg::new(0x0a03, 0x400, &[family, 0, 0, 0]);
    second.str(1, table.as_bytes());
    second.str(3, chain.as_bytes());
    second.nest(0x8004, |msg| {
        msg.bytes(1, &[0, 0, 0, 2]);
        msg.bytes(2, &[0; 4]);
    });
    second.bytes(5, &[0, 0, 0, policy]);
    second.str(7, b"filter");
    assert_eq!(nf_tables(vec![first, second]), [0; 0]);
}

/// The names of tables.
fn tables() -> Vec<String> {
    let mut names = Vec::new();
    let mut socket = nft::open().expect("a socket");
    let done = socket.dump(&mut Msg::new(0x0a01, 0, &[0; 4]), &mut |message| {
        let name = Attrs(&message.body[4..]).find(1).expect("a name").str();
        names.push(String::from_utf8_lossy(name).into_owned());
        Ok(())
    });
    done.expect("a dump");
    names
}

#[test]
fn the_last_one_puts_a_setting_back() {
    namespaces("the_last_one_puts_a_setting_back", || {
        world();
        tunnel(7, INSIDE);
        tunnel(8, "other");
        let before = state();
        let is_on = || assert_eq!(setting("ipv4/conf/up0/forwarding"), "1");
        // One after the other.
        let (first, second) = (Holder::start(7, "--nat"), Holder::start(8, "--nat"));
        is_on();
        assert_eq!(tables(), ["iso7", "iso8"]);
        first.kill();
        nat::undo_for_dead_holder(b"iso7", true);
        is_on();
        until("the end of the table", || tables() == ["iso8"]);
        second.kill();
        nat::undo_for_dead_holder(b"iso8", true);
        assert_eq!(state(), before);
        // Both, and nobody is left to put it back: the next one does.
        let (first, second) = (Holder::start(7, "--nat"), Holder::start(8, "--nat"));
        first.kill();
        second.kill();
        is_on();
        until("the end of the tables", || tables().is_empty());
        let (mut third, _) = open(7, "--nat");
        is_on();
        third.undo();
        assert_eq!(state(), before);
        // What is on for other reasons stays on.
        fs::write("/proc/sys/net/ipv4/conf/up0/forwarding", "1").expect("a setting");
        let before = state();
        let (mut held, _) = open(7, "--nat");
        held.undo();
        assert_eq!(state(), before);
        assert_eq!(tables(), [""; 0]);
    });
}

/// Many at once begin and end in all orders, and some are killed.
#[test]
fn many_at_once_leave_nothing() {
    namespaces("many_at_once_leave_nothing", || {
        world();
        let before = state();
        let count = 8;
        for n in 0..count {
            tunnel(20 + n, &format!("in{n}"));
        }
        let children: Vec<_> = (0..count)
            .map(|n| {
                // SAFETY: the other threads of this test wait.
                let pid = unsafe { libc::fork() };
                if pid == 0 {
                    for turn in 0..10 {
                        if turn % 4 == n % 4 {
                            Holder::start(20 + n, "--nat").kill();
                            let name = format!("iso{}", 20 + n);
                            nat::undo_for_dead_holder(name.as_bytes(), true);
                            until("the end of the table", || !tables().contains(&name));
                            continue;
                        }
                        let (mut held, _) = open(20 + n, "--nat");
                        let v6 = match forwards_ipv6_by_device() {
                            true => "ipv6/conf/up0/force_forwarding",
                            false => "ipv6/conf/up0/forwarding",
                        };
                        let on = setting("ipv4/conf/up0/forwarding") == "1" && setting(v6) == "1";
                        held.undo();
                        assert!(on, "{n} {turn}");
                    }
                    // SAFETY: takes a number.
                    unsafe { libc::_exit(0) };
                }
                pid
            })
            .collect();
        for pid in children {
            let mut status = -1;
            // SAFETY: writes a number.
            unsafe { libc::waitpid(pid, &mut status, 0) };
            assert_eq!(status, 0);
        }
        assert_eq!(state(), before);
        assert_eq!(tables(), [""; 0]);
    });
}

#[test]
fn every_device_of_a_route_that_matters_forwards() {
    namespaces("every_device_of_a_route_that_matters_forwards", || {
        world();
        tunnel(7, INSIDE);
        tunnel(8, "other");
        for n in 1..=6 {
            ip(&[
                &format!("link add up{n} type veth peer name p{n} netns internet"),
                &format!("addr add 192.0.2.{}/28 dev up{n}", 16 * n + 1),
                &format!("link set up{n} up"),
                &format!("-n internet link set p{n} up"),
            ]);
        }
        ip(&[
            "route add default via 192.0.2.18 metric 500 table 100",
            "route add default metric 600 nexthop via 192.0.2.34 nexthop via 192.0.2.50",
            "route add unreachable 203.0.113.128/25",
        ]);
        let on = |words: &str| {
            let (mut held, _) = open(7, words);
            let names = [
                "up0", "up1", "up2", "up3", "up4", "up5", "up6", "iso7", "iso8", "lo",
            ];
            let on = |name: &&str| setting(&format!("ipv4/conf/{name}/forwarding")) == "1";
            let on: Vec<_> = names.into_iter().filter(on).collect();
            held.undo();
            // Of what is forwarded the tunnel's own goes with it.
            on.join(" ")
        };
        assert_eq!(on("--nat"), "up0 up1 up2 up3 iso7");
        assert_eq!(
            on("--nat --allow 192.0.2.66 --allow 10.0.0.0/8"),
            "up0 up1 up2 up3 up4 iso7"
        );
        assert_eq!(
            on("--nat --allow 192.0.2.64/26 --dns 1.1.1.1"),
            "up0 up1 up2 up3 up4 up5 up6 iso7"
        );
        assert_eq!(
            on("--allow 1.1.1.1 --dns 192.0.2.85"),
            "up0 up1 up2 up3 up5 iso7"
        );
        assert_eq!(on("--publish 192.0.2.97:80:80"), "up0 up1 up2 up3 up6 iso7");
    });
}

#[test]
fn without_proc_ipv4_is_forwarded_all_the_same() {
    namespaces("without_proc_ipv4_is_forwarded_all_the_same", || {
        world();
        tunnel(7, INSIDE);
        serve(INTERNET, "203.0.113.9:80");
        run("mount -t tmpfs none /proc/sys").ok();
        let (mut held, said) = open(7, "--nat");
        assert!(
            said[0].starts_with("isolate: no IPv6 but to the caller: this kernel"),
            "{said:?}"
        );
        assert_eq!(
            said[1..],
            ["isolate: without /proc forwarding of up0 stays on"]
        );
        answers(INSIDE, "203.0.113.9:80", "198.51.100.2");
        held.undo();
    });
}

#[test]
fn a_folder_that_others_may_change_is_refused() {
    namespaces("a_folder_that_others_may_change_is_refused", || {
        world();
        tunnel(7, INSIDE);
        let before = state();
        let text = "/proc/sys/net/ipv4/conf/up0/forwarding";
        fs::create_dir("/run/elsewhere").expect("a folder");
        std::os::unix::fs::symlink("/run/elsewhere", "/run/ipso").expect("a link");
        let error = try_open(7, "--nat").0.map(drop).expect_err("no folder");
        assert_eq!(error, format!("{text}: Not a directory"));
        fs::remove_file("/run/ipso").expect("the link");
        run("mkdir -m 777 /run/ipso").ok();
        let error = try_open(7, "--nat").0.map(drop).expect_err("no folder");
        assert_eq!(error, format!("{text}: Operation not permitted"));
        assert_eq!(tables(), [""; 0]);
        fs::remove_dir("/run/ipso").expect("the folder");
        assert_eq!(state(), before);
    });
}

#[test]
fn what_the_kernel_refuses_is_told() {
    namespaces("what_the_kernel_refuses_is_told", || {
        world();
        tunnel(7, INSIDE);
        // The table of another, whose name is taken.
        let mut table = Msg::new(0x0a00, 0x400, &[1, 0, 0, 0]);
        table.str(1, b"iso7");
        assert_eq!(nf_tables(vec![table]), [0; 0]);
        let error = try_open(7, "--nat")
            .0
            .map(drop)
            .expect_err("the name is taken");
        assert_eq!(error, "nf_tables: File exists");
        assert_eq!(state()[0], "0");
    });
}

#[test]
fn the_firewall_of_another_is_found() {
    namespaces("the_firewall_of_another_is_found", || {
        world();
        tunnel(7, INSIDE);
        let said = |words| {
            let (mut held, said) = open(7, words);
            held.undo();
            said
        };
        chain(1, "mine", "harmless", 1);
        assert_eq!(said("--nat"), [""; 0]);
        let heading = "isolate: a firewall drops what is forwarded; unless it has them, it needs these lines:";
        chain(1, "mine", "fwd", 0);
        let lines = [
            heading,
            "nft insert rule inet mine fwd iifname iso7 accept",
            "nft insert rule inet mine fwd oifname iso7 ct state established,related accept",
            "nft insert rule inet mine fwd oifname iso7 ct status dnat accept",
        ];
        assert_eq!(said("--publish 80:80"), lines);
        delete_table(1, "mine");
        chain(2, "filter", "FORWARD", 0);
        let lines = [
            heading,
            "iptables -I FORWARD -i iso7 -j ACCEPT",
            "iptables -I FORWARD -o iso7 -m conntrack --ctstate ESTABLISHED,RELATED,DNAT -j ACCEPT",
        ];
        assert_eq!(said("--allow 1.1.1.1"), lines);
        delete_table(2, "filter");
        chain(1, "firewalld", "filter_FORWARD", 1);
        let lines = [heading, "firewall-cmd --zone=trusted --add-interface=iso7"];
        assert_eq!(said("--nat"), lines);
    });
}

fn delete_table(family: u8, name: &str) {
    let mut msg = Msg::new(0x0a02, 0, &[family, 0, 0, 0]);
    msg.str(1, name.as_bytes());
    assert_eq!(nf_tables(vec![msg]), [0; 0]);
}

/// The firewall that iptables-legacy sets up is asked for where there is one, and not made by asking.
#[test]
fn the_firewall_of_iptables_legacy_is_found() {
    let test = "the_firewall_of_iptables_legacy_is_found";
    namespaces(test, || {
        world();
        tunnel(7, INSIDE);
        let names = "/proc/net/ip_tables_names";
        if !Path::new(names).exists() {
            return skip(test, "this kernel has no ip_tables");
        }
        let said = || {
            let (mut held, said) = open(7, "--nat");
            held.undo();
            said
        };
        assert_eq!(said(), [""; 0]);
        assert_eq!(fs::read_to_string(names).expect("names"), "");
        // SAFETY: takes numbers only.
        let raw = unsafe { libc::socket(libc::AF_INET, libc::SOCK_RAW, 255) };
        check(raw).expect("a raw socket");
        let get = |option, buf: &mut [u8]| {
            let mut len = buf.len() as libc::socklen_t;
            // SAFETY: a buffer of that length.
            check(unsafe {
                libc::getsockopt(raw, libc::SOL_IP, option, buf.as_mut_ptr().cast(), &mut len)
            })
        };
        let u32_at = |buf: &[u8], at: usize| {
            u32::from_ne_bytes(buf[at..at + 4].try_into().expect("four bytes"))
        };
        // A `struct ipt_getinfo`, and a `struct ipt_get_entries`.
        let mut info = [0u8; 84];
        info[..6].copy_from_slice(b"filter");
        if let Err(e) = get(64, &mut info) {
            return skip(test, &format!("this kernel has no table filter: {e}"));
        }
        assert_eq!(said(), [""; 0]);
        let (count, size) = (u32_at(&info, 76), u32_at(&info, 80));
        let mut entries = vec![0; 40 + size as usize];
        entries[..6].copy_from_slice(b"filter");
        entries[32..36].copy_from_slice(&size.to_ne_bytes());
        get(65, &mut entries).expect("entries");
        let mut entries = entries.split_off(40);
        // The verdict of the chain's last rule: behind its begin of 112 bytes and the head of its target.
        let forward = u32_at(&info, 64) as usize;
        assert_eq!(u32_at(&entries, forward + 144) as i32, -2);
        entries[forward + 144..forward + 148].copy_from_slice(&(-1i32).to_ne_bytes());
        // A `struct ipt_replace`.
        let mut counters = vec![0u64; 2 * count as usize];
        let mut replace = vec![0u8; 96];
        replace[..36].copy_from_slice(&info[..36]);
        replace[36..40].copy_from_slice(&count.to_ne_bytes());
        replace[40..44].copy_from_slice(&size.to_ne_bytes());
        replace[44..84].copy_from_slice(&info[36..76]);
        replace[84..88].copy_from_slice(&count.to_ne_bytes());
        replace[88..96].copy_from_slice(&(counters.as_mut_ptr() as u64).to_ne_bytes());
        replace.extend_from_slice(&entries);
        // SAFETY: a buffer of that length, with a pointer to room for the counters.
        let done = unsafe {
            libc::setsockopt(
                raw,
                libc::SOL_IP,
                64,
                replace.as_ptr().cast(),
                replace.len() as u32,
            )
        };
        check(done).expect("a policy");
        let lines = [
            "isolate: a firewall drops what is forwarded; unless it has them, it needs these lines:",
            "iptables-legacy -I FORWARD -i iso7 -j ACCEPT",
            "iptables-legacy -I FORWARD -o iso7 -m conntrack --ctstate ESTABLISHED,RELATED,DNAT -j ACCEPT",
        ];
        assert_eq!(said(), lines);
    });
}

#[test]
fn name_servers_are_those_that_can_be_reached() {
    let test = "name_servers_are_those_that_can_be_reached";
    namespaces(test, || {
        if !Path::new("/etc/resolv.conf").exists() {
            return skip(test, "no /etc/resolv.conf to mount over");
        }
        let found = |text: &str, masquerade: bool, dns: Option<&str>| {
            let mut rules = Rules::default();
            rules.masquerade = masquerade;
            if let Some(server) = dns {
                rules.add(Use::Dns, server.as_bytes()).expect("an address");
            }
            fs::write("/run/resolv.conf", text).expect("a file");
            run("mount --bind /run/resolv.conf /etc/resolv.conf").ok();
            let mut said = Vec::new();
            nat::find_servers(&mut rules, &mut |line| {
                said.push(String::from_utf8_lossy(line).into_owned())
            });
            let text = nat::resolv_conf(&rules);
            run("umount /etc/resolv.conf").ok();
            (String::from_utf8(text).expect("text"), said)
        };
        let stub = "nameserver 127.0.0.53\nsearch example.org\n";
        let search = "search example.org\n".to_owned();
        assert_eq!(found(stub, false, None), (search.clone(), vec![]));
        let left_out = "isolate: name servers are left out that cannot be reached from inside; --dns names others";
        let left_out = vec![left_out.to_owned()];
        assert_eq!(found(stub, true, None), (search.clone(), left_out.clone()));
        let two = "nameserver ::1\nnameserver 192.0.2.1\n";
        let one = "nameserver 192.0.2.1\n".to_owned();
        assert_eq!(found(two, true, None), (one, left_out));
        fs::create_dir_all("/run/systemd/resolve").expect("a folder");
        let real = "nameserver 192.0.2.2\n";
        fs::write("/run/systemd/resolve/resolv.conf", real).expect("a file");
        assert_eq!(found(stub, true, None), (search.clone() + real, vec![]));
        let named = search + "nameserver 192.0.2.3\n";
        assert_eq!(found(stub, true, Some("192.0.2.3")), (named, vec![]));
    });
}

/// A running `isolate` whose network has a name. It ends when its standard input does.
struct Isolate {
    child: std::process::Child,
    /// The first line of what it prints.
    line: String,
}

impl Isolate {
    /// Starts it, and waits until the command inside has printed a line.
    fn start(name: &str, options: &str) -> Isolate {
        Isolate::run(name, options, "echo ready")
    }

    fn run(name: &str, options: &str, first: &str) -> Isolate {
        let line = format!("isolate --name {name} {options} -- sh -c '{first}; exec cat'");
        let mut command = command(words(&line));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("isolate");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        assert!(!line.is_empty(), "it does not run: {:?}", child.wait());
        Isolate { child, line }
    }

    /// Ends it as usual.
    fn end(mut self) {
        drop(self.child.stdin.take());
        let status = self.child.wait().expect("its end");
        assert!(status.success(), "{status}");
    }

    /// What holds its rules was killed: the command is, too.
    fn ends_with_its_rules(mut self) {
        // Waiting closes what the command reads, and it would end by itself.
        let stdin = self.child.stdin.take();
        let status = self.child.wait().expect("its end");
        drop(stdin);
        assert_eq!(status.code(), Some(125));
    }

    /// SIGKILL.
    fn kill(mut self) {
        self.child.kill().expect("a process");
        self.child.wait().expect("its end");
    }

    /// Kills what holds the table, and the settings of uplinks: of its children that which is not process 1 of its own.
    fn kill_holder(&self) {
        let children = format!("/proc/{0}/task/{0}/children", self.child.id());
        let children = fs::read_to_string(children).expect("children");
        // A child that has just ended is none any more.
        let is_holder = |pid: &&str| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let mut lines = status.lines();
            let pids = lines.find_map(|line| line.strip_prefix("NSpid:"));
            pids.is_some_and(|pids| pids.split_whitespace().count() == 1)
        };
        let holders: Vec<_> = children.split_whitespace().filter(is_holder).collect();
        assert_eq!(holders.len(), 1, "{children}");
        // SAFETY: takes numbers only.
        check(unsafe { libc::kill(holders[0].parse().expect("a pid"), libc::SIGKILL) })
            .expect("kill");
    }
}

/// Settings, tables, links and names are what they were.
fn whole_state() -> Vec<String> {
    let mut state = state();
    state.extend(tables());
    state.push(
        run("ip -o link show")
            .ok()
            .lines()
            .filter(|line| line.contains("iso"))
            .collect(),
    );
    let names = fs::read_dir("/run/netns").expect("names").flatten();
    let mut names: Vec<_> = names
        .map(|name| format!("{:?}", name.file_name()))
        .collect();
    names.sort();
    state.extend(names);
    state
}

#[test]
fn isolate_lets_its_command_out() {
    let test = "isolate_lets_its_command_out";
    namespaces_with(&[part::ISOLATE, part::NAT], test, || {
        world();
        serve(INTERNET, "203.0.113.9:80");
        serve(INTERNET, "[2001:db8:9::9]:80");
        let before = whole_state();
        let isolate = Isolate::start("a", "--nat --dns 203.0.113.9");
        answers("a", "203.0.113.9:80", "198.51.100.2");
        answers("a", "[2001:db8:9::9]:80", "2001:db8:1::2");
        isolate.end();
        assert_eq!(whole_state(), before);
        // Two of them, and one ends.
        let (first, second) = (Isolate::start("a", "--nat"), Isolate::start("b", "--nat"));
        answers("a", "203.0.113.9:80", "198.51.100.2");
        first.end();
        answers("b", "203.0.113.9:80", "198.51.100.2");
        second.end();
        assert_eq!(whole_state(), before);
    });
}

#[test]
fn isolate_publishes_ports() {
    let test = "isolate_publishes_ports";
    namespaces_with(&[part::ISOLATE, part::NAT], test, || {
        world();
        let before = state();
        let isolate = Isolate::start("a", "--nat --publish 8080:80 --publish 8080:80/udp");
        serve("a", "[::]:80");
        answers(INTERNET, "198.51.100.2:8080", "::ffff:198.51.100.1");
        answers(INTERNET, "[2001:db8:1::2]:8080", "2001:db8:1::1");
        answers(HERE, "127.0.0.1:8080", "::ffff:10.1.1.1");
        answers("a", "10.1.1.1:8080", "::ffff:10.1.1.1");
        isolate.end();
        refuses(HERE, "127.0.0.1:8080");
        // The servers of this test keep the network from ending.
        assert_eq!((state(), tables()), (before, vec![]));
    });
}

#[test]
fn isolate_lets_out_what_is_allowed() {
    let test = "isolate_lets_out_what_is_allowed";
    namespaces_with(&[part::ISOLATE, part::NAT], test, || {
        world();
        for port in [53, 80, 81] {
            serve(INTERNET, &format!("203.0.113.9:{port}"));
            serve(INTERNET, &format!("203.0.113.10:{port}"));
            serve(INTERNET, &format!("[2001:db8:9::9]:{port}"));
            serve(HERE, &format!("[::]:{port}"));
        }
        let options = "--nat --allow 203.0.113.9:80 --allow [2001:db8:9::9]:80 --dns 203.0.113.10";
        let first = "grep nameserver /etc/resolv.conf";
        let has_file = Path::new("/etc/resolv.conf").exists();
        let isolate = Isolate::run("a", options, if has_file { first } else { "echo" });
        if has_file {
            assert_eq!(isolate.line, "nameserver 203.0.113.10\n");
        }
        answers("a", "203.0.113.9:80", "198.51.100.2");
        answers("a", "[2001:db8:9::9]:80", "2001:db8:1::2");
        answers("a", "203.0.113.10:53", "198.51.100.2");
        for at in ["203.0.113.9:81", "203.0.113.10:80", "[2001:db8:9::9]:81"] {
            refuses("a", at);
        }
        for at in [
            "198.51.100.2:80",
            "10.1.1.1:53",
            "[fd00:1::1]:80",
            "[2001:db8:1::2]:80",
        ] {
            assert_eq!(ask_tcp("a", at).as_deref().map_err(|e| *e), REFUSED, "{at}");
        }
        isolate.end();
    });
}

#[test]
fn whoever_is_killed_everything_is_put_back() {
    let test = "whoever_is_killed_everything_is_put_back";
    namespaces_with(&[part::ISOLATE, part::NAT], test, || {
        world();
        serve(INTERNET, "203.0.113.9:80");
        let before = whole_state();
        let (first, second) = (Isolate::start("a", "--nat"), Isolate::start("b", "--nat"));
        first.kill();
        answers("b", "203.0.113.9:80", "198.51.100.2");
        until("the end of the first", || tables().len() == 1);
        assert_eq!(state()[0], "1");
        second.kill();
        until("the state of before", || whole_state() == before);
        let isolate = Isolate::start("a", "--nat");
        isolate.kill_holder();
        isolate.ends_with_its_rules();
        until("the state of before", || whole_state() == before);
        // Everybody at once: the next one puts it back.
        let isolate = Isolate::start("a", "--nat");
        isolate.kill_holder();
        isolate.kill();
        Isolate::start("c", "--nat").end();
        assert_eq!(state()[..], before[..state().len()]);
    });
}

#[test]
fn what_cannot_be_let_out_is_an_error() {
    let test = "what_cannot_be_let_out_is_an_error";
    namespaces_with(&[part::ISOLATE, part::NAT], test, || {
        world();
        let before = whole_state();
        for (options, text) in [
            (
                "--publish x",
                "isolate: --publish: \"x\" is not [ADDR:]PORT:INNER[/udp]\n",
            ),
            (
                "--allow 80",
                "isolate: --allow: \"80\" is not CIDR or ADDR[:PORT[/PROTO]]\n",
            ),
            (
                "--dns x",
                "isolate: --dns: \"x\" is no address of a server\n",
            ),
        ] {
            let out = run(&format!("isolate {options} true"));
            assert_eq!((out.code, &*out.stderr), (125, text));
        }
        run("mkdir -m 777 /run/ipso").ok();
        let out = run("isolate --nat --dns 203.0.113.9 true");
        assert_eq!(out.code, 125, "{out:?}");
        let end = "/proc/sys/net/ipv4/conf/up0/forwarding: Operation not permitted\n";
        assert!(
            out.stderr.starts_with("isolate: ") && out.stderr.ends_with(end),
            "{out:?}"
        );
        fs::remove_dir("/run/ipso").expect("an empty folder");
        assert_eq!(whole_state(), before);
    });
}
