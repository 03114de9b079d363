//! The network: which nets the tunnels take, that the first packet is not lost, and the other places that a command may have
//! its network from.

use crate::callers::{
    Caller, NO_TUNNEL, Root, State, User, both, both_real, isolate, output_of, run_isolate,
    status_of,
};
use crate::common::*;
use crate::signals::Lines;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

/// What this program does if isolate starts it: the name of a role, and the port that it is told.
const ROLE: &str = "IPSO_TEST_ROLE";
const PORT: &str = "IPSO_TEST_PORT";

/// The status of a client whose first packet was lost, and of one whose network is not as it should be.
const LOST: i32 = 9;
const WRONG: i32 = 8;

/// Not a test: what plays a role inside, if there is one to play.
#[test]
fn role() {
    let port = || env::var(PORT).expect("a port").parse().expect("a number");
    match env::var(ROLE).as_deref() {
        Ok("client") => client(port()),
        Ok("server") => server(port()),
        _ => {}
    }
}

/// `isolate OPTIONS` with a role for its command.
fn isolate_role(options: &str, role: &str, port: u16) -> Command {
    let mut command = isolate(Root, &format!("{options} --"));
    command.arg(env::current_exe().expect("the path of this test"));
    command.args([
        "--exact",
        "network::role",
        "--nocapture",
        "--test-threads=1",
    ]);
    command.env(ROLE, role).env(PORT, port.to_string());
    command
}

/// The routers inside, as /proc says.
fn routers() -> Vec<IpAddr> {
    let text = fs::read_to_string("/proc/net/route").expect("routes");
    let routes = text.lines().map(|line| line.split_whitespace());
    let routers = routes.filter_map(|mut fields| {
        (fields.nth(1)? == "00000000").then_some(())?;
        let number = u32::from_str_radix(fields.next()?, 16).ok()?;
        Some(IpAddr::from(Ipv4Addr::from(number.to_ne_bytes())))
    });
    let mut all: Vec<_> = routers.collect();
    let text = fs::read_to_string("/proc/net/ipv6_route").unwrap_or_default();
    let routes = text.lines().map(|line| line.split_whitespace().collect());
    let routers = routes.filter_map(|fields: Vec<&str>| {
        let is_default = fields[0].bytes().all(|byte| byte == b'0') && fields[1] == "00";
        (is_default && fields[9] == "eth0").then_some(())?;
        let number = u128::from_str_radix(fields[4], 16).ok()?;
        Some(IpAddr::from(Ipv6Addr::from(number)))
    });
    all.extend(routers);
    all
}

/// Connects to the routers at once, and waits until the server hangs up.
fn client(port: u16) {
    let routers = routers();
    if routers.is_empty() {
        process::exit(WRONG);
    }
    let mut streams = Vec::new();
    for router in routers {
        let Ok(stream) = TcpStream::connect((router, port)) else {
            process::exit(WRONG);
        };
        if segments_sent_again(&stream) != 0 {
            process::exit(LOST);
        }
        streams.push(stream);
    }
    for mut stream in streams {
        let _ = stream.read(&mut [0]);
    }
    process::exit(0)
}

/// How many segments a connection has sent again.
fn segments_sent_again(stream: &TcpStream) -> u32 {
    // A `struct tcp_info` of <linux/tcp.h>, of which this one stands behind eight bytes and 23 numbers of 32 bits.
    let mut info = [0u32; 64];
    let mut len = size_of_val(&info) as libc::socklen_t;
    // SAFETY: the kernel writes as many bytes as there are, and how many.
    let done = unsafe {
        libc::getsockopt(
            stream.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            info.as_mut_ptr().cast(),
            &mut len,
        )
    };
    check(done).expect("TCP_INFO");
    info[25]
}

/// Answers one connection and one datagram.
fn server(port: u16) {
    let listener = TcpListener::bind(("0.0.0.0", port)).expect("a listener");
    let socket = UdpSocket::bind(("0.0.0.0", port)).expect("a socket");
    println!("\nready");
    let mut byte = [0];
    let (mut stream, _) = listener.accept().expect("a connection");
    stream.read_exact(&mut byte).expect("a byte");
    stream.write_all(&byte).expect("an answer");
    let (_, from) = socket.recv_from(&mut byte).expect("a datagram");
    socket.send_to(&byte, from).expect("an answer");
    let _ = stream.read(&mut byte);
    process::exit(5)
}

/// A listener for both families, at a port that nobody has.
fn listener() -> (TcpListener, u16) {
    let any = match families() == 2 {
        true => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
        false => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
    };
    let listener = TcpListener::bind(any).expect("a listener");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

/// How many families of addresses the tunnels have.
fn families() -> usize {
    1 + usize::from(Path::new("/proc/net/if_inet6").exists())
}

/// The IPv4 address of who connects, if it is one.
fn peer_of(stream: &TcpStream) -> Option<Ipv4Addr> {
    match stream.peer_addr().expect("an address").ip() {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(address) => address.to_ipv4_mapped(),
    }
}

#[test]
fn fifty_at_once_are_apart_and_lose_no_packet() {
    let test = "network::fifty_at_once_are_apart_and_lose_no_packet";
    namespaces_with(&[part::ISOLATE], test, || {
        const COUNT: usize = 50;
        let before = State::now();
        for round in 0..3 {
            let (listener, port) = listener();
            let start = |_| {
                let mut command = isolate_role("", "client", port);
                let command = command.stdout(Stdio::null()).stderr(Stdio::inherit());
                command.spawn().expect("isolate")
            };
            let mut clients: Vec<Child> = (0..COUNT).map(start).collect();
            // All of them are there until the last one has come.
            let accepted = thread::spawn(move || {
                let mut peers = BTreeSet::new();
                let mut streams = Vec::new();
                while streams.len() < COUNT * families() {
                    let (stream, _) = listener.accept().expect("a connection");
                    peers.extend(peer_of(&stream));
                    streams.push(stream);
                }
                (peers, streams, listener)
            });
            // None ends before that.
            let deadline = Instant::now() + Duration::from_secs(100);
            while !accepted.is_finished() {
                let ended = clients
                    .iter_mut()
                    .filter_map(|child| child.try_wait().expect("wait"));
                let ended: Vec<_> = ended.map(|status| status.to_string()).collect();
                assert!(
                    ended.is_empty() && Instant::now() < deadline,
                    "round {round}: {ended:?} {}",
                    run("ip -br addr").stdout
                );
                thread::sleep(Duration::from_millis(2));
            }
            let (peers, streams, listener) = accepted.join().expect("the server");
            let links = run("ip -br link").ok();
            let names: BTreeSet<_> = links
                .lines()
                .filter_map(|line| line.strip_prefix("iso")?.split('@').next())
                .map(str::to_owned)
                .collect();
            let nets: BTreeSet<_> = peers
                .iter()
                .map(|peer| peer.octets()[2].to_string())
                .collect();
            assert_eq!(peers.len(), COUNT);
            assert_eq!(names, nets, "the names are the nets");
            assert!(peers.iter().all(|peer| {
                let [a, b, _, d] = peer.octets();
                [a, b, d] == [10, 1, 2]
            }));
            drop((streams, listener));
            for client in clients {
                assert_eq!(status_of(client, "a client"), 0, "round {round}");
            }
            before.is_back("fifty at once");
        }
    });
}

#[test]
fn of_a_hundred_in_turn_none_loses_its_first_packet() {
    let test = "network::of_a_hundred_in_turn_none_loses_its_first_packet";
    namespaces_with(&[part::ISOLATE], test, || {
        let before = State::now();
        let (listener, port) = listener();
        // It hangs up at once.
        thread::spawn(move || while listener.accept().is_ok() {});
        let mut nets = BTreeSet::new();
        for n in 0..100 {
            let mut command = isolate_role("--json-fd 2", "client", port);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            let out = output_of(command.spawn().expect("isolate"), "a client");
            assert_eq!(out.code, 0, "client {n}: {out:?}");
            let json: Value = serde_json::from_str(out.stderr.trim_end()).expect("an object");
            nets.insert(json["outside"]["ifname"].to_string());
        }
        // The net of the last one is free again when isolate has ended.
        assert_eq!(nets, BTreeSet::from(["\"iso1\"".to_owned()]));
        before.is_back("a hundred in turn");
    });
}

#[test]
fn connections_and_datagrams_go_in() {
    let test = "network::connections_and_datagrams_go_in";
    namespaces_with(&[part::ISOLATE], test, || {
        let mut server = Lines::of(isolate_role("", "server", 5005));
        while server.next() != "ready" {}
        let mut byte = *b"x";
        let mut stream = TcpStream::connect("10.1.1.2:5005").expect("a connection");
        assert_eq!(segments_sent_again(&stream), 0);
        stream.write_all(&byte).expect("a byte");
        stream.read_exact(&mut byte).expect("an answer");
        let socket = UdpSocket::bind("0.0.0.0:0").expect("a socket");
        socket.send_to(&byte, "10.1.1.2:5005").expect("a datagram");
        assert_eq!(
            socket.recv_from(&mut byte).expect("an answer").1.port(),
            5005
        );
        assert_eq!(byte, *b"x");
        drop(stream);
        assert_eq!(server.end("the server").0, 5);
    });
}

/// The object that `--json` prints, of a command that does nothing.
fn json(options: &str) -> Value {
    let text = run_isolate(Root, &format!("--json {options} true")).ok();
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text:?}"))
}

#[test]
fn nets_in_use_are_stepped_over() {
    let test = "network::nets_in_use_are_stepped_over";
    namespaces_with(&[part::ISOLATE], test, || {
        let up = "ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up; ";
        for (lines, n) in [
            ("", 1),
            // Addresses, and the nets that they are in.
            ("ip addr add 10.1.1.5/32 dev lo", 2),
            (
                "ip addr add 10.1.1.5/24 dev v0; ip addr add 10.1.3.1/24 dev v0",
                2,
            ),
            (
                "ip addr add 10.1.1.1/23 dev v0; ip addr add 10.1.2.1/24 dev v1",
                3,
            ),
            ("ip addr add 192.168.0.1 peer 10.1.1.9 dev v0", 2),
            // A link that is down may be set up.
            ("ip link set v0 down; ip addr add 10.1.1.5/24 dev v0", 2),
            // Routes, whichever table they are in, and if they have but a part of a net.
            ("ip route add 10.1.1.128/25 dev v0", 2),
            ("ip route add 10.1.0.0/21 dev v0", 8),
            ("ip route add 10.1.1.0/24 dev v0 table 100", 2),
            ("ip route add 10.1.1.7 dev v0 metric 77", 2),
            // What leads nowhere, everywhere or elsewhere is in nobody's way.
            (
                "ip route add blackhole 10.0.0.0/8; ip route add unreachable 10.1.1.0/24",
                1,
            ),
            (
                "ip addr add 192.168.0.2/24 dev v0; ip route add default via 192.168.0.1",
                1,
            ),
            (
                "ip route add 0.0.0.0/1 dev v0; ip route add 128.0.0.0/1 dev v0",
                1,
            ),
            (
                "ip route add 10.2.0.0/16 dev v0; ip addr add 10.0.1.1/24 dev v0",
                1,
            ),
            // Routers, which would be cut off.
            (
                "ip addr add 10.1.1.50/24 dev v0; ip route add default via 10.1.1.1",
                2,
            ),
            (
                "ip route add 10.1.1.1 dev v0; ip route add default via 10.1.1.1",
                2,
            ),
            (
                "ip addr add 192.168.0.2/32 dev v0; ip route add default via 10.1.1.1 dev v0 onlink",
                2,
            ),
            // Names.
            ("ip link add iso1 type veth peer name iso3", 2),
            (
                "ip link add iso1 type bridge; ip link add iso2 type bridge",
                3,
            ),
            ("ip route add 10.1.0.0/20 dev v0", 16),
            ("ip route add 10.1.0.0/17 dev v0", 128),
        ] {
            fresh(|| {
                run_all(up);
                run_all(lines);
                let json = json("");
                let inner = format!("10.1.{n}.2/24");
                assert_eq!(json["outside"]["ifname"], format!("iso{n}"), "{lines}");
                assert_eq!(json["inside"]["addresses"][0], inner, "{lines}");
                // The same digits, though these are hexadecimal.
                if let Some(inet6) = json["inside"]["addresses"].get(1) {
                    assert_eq!(*inet6, format!("fd00:{n}::2/64"), "{lines}");
                }
                // A slow machine takes longer than isolate waits.
                until("the end of the first", || {
                    run(&format!("ip link show iso{n}")).code != 0
                });
                let shown = run_isolate(Root, "ip -o addr show eth0").ok();
                assert!(shown.contains(&inner), "{lines}: {shown}");
            });
        }
        fresh(|| {
            run_all(up);
            run("ip addr add 10.1.0.1/16 dev v0").ok();
            let out = run_isolate(Root, "true");
            let text = "isolate: no free /24 in 10.1.0.0/16, name one with --addr\n";
            assert_eq!((out.code, &*out.stderr), (125, text));
            let addresses = &json("--addr 172.16.0.2/24")["inside"]["addresses"];
            assert_eq!(addresses[0], "172.16.0.2/24");
        });
    });
}

fn run_all(lines: &str) {
    for line in lines.split("; ").filter(|line| !line.is_empty()) {
        run(line).ok();
    }
}

#[test]
fn addresses_can_be_named() {
    let test = "network::addresses_can_be_named";
    namespaces_with(&[part::ISOLATE], test, || {
        let before = State::now();
        for (options, outside, inside) in [
            ("--addr 192.168.7.2/24", "192.168.7.1/24", "192.168.7.2/24"),
            ("--addr 192.168.7.9/30", "192.168.7.10/30", "192.168.7.9/30"),
            ("--addr 192.168.7.1/24", "192.168.7.2/24", "192.168.7.1/24"),
            ("--addr 10.1.77.2/24", "10.1.77.1/24", "10.1.77.2/24"),
        ] {
            let json = json(options);
            assert_eq!(json["outside"]["addresses"][0], outside, "{options}");
            assert_eq!(json["inside"]["addresses"][0], inside, "{options}");
        }
        let options = "--addr6 fd77::2/64";
        let json = json(options);
        assert_eq!(json["outside"]["addresses"][1], "fd77::1/64");
        assert_eq!(json["inside"]["addresses"][1], "fd77::2/64");
        assert_eq!(json["inside"]["addresses"][0], "10.1.1.2/24");
        let text = run_isolate(
            Root,
            &format!("{options} sh -c 'ip -br addr show eth0; ip -6 route show default'"),
        )
        .ok();
        assert!(
            text.contains(" fd77::2/64") && text.contains("via fd77::1 dev eth0"),
            "{text}"
        );
        for (word, what) in [
            ("10.1.1.2", "without the length of its prefix"),
            ("127.0.0.2/8", "is loopback"),
            ("224.0.0.2/8", "is multicast"),
            ("fd77::2/64", ""),
            ("10.1.1.2/33", ""),
            ("x", ""),
        ] {
            let out = run_isolate(Root, &format!("--addr {word} true"));
            assert_eq!(out.code, 125, "{word}: {out:?}");
            assert!(
                out.stderr.starts_with("isolate: --addr: ") && out.stderr.contains(what),
                "{out:?}"
            );
        }
        before.is_back("named addresses");
    });
}

#[test]
fn an_ordinary_user_has_no_tunnel() {
    let body = |caller: Caller| {
        if caller == Root {
            return;
        }
        let before = State::now();
        let line = "sh -c 'ip -br link; exit 4'";
        let out = run_isolate(caller, line);
        assert_eq!((out.code, &*out.stderr), (4, NO_TUNNEL));
        assert!(
            out.stdout.starts_with("lo ") && out.stdout.lines().count() == 1,
            "{out:?}"
        );
        // Asked for, it is an error, and so is what needs one.
        let out = run_isolate(caller, &format!("--net tunnel {line}"));
        let text = "isolate: make the tunnel: RTNETLINK answers: Operation not permitted\n";
        assert_eq!((out.code, &*out.stderr), (125, text));
        let out = run_isolate(caller, &format!("--net none {line}"));
        assert_eq!((out.code, &*out.stderr), (4, ""));
        before.is_back("no tunnel");
    };
    both("network::an_ordinary_user_has_no_tunnel", body);
}

#[test]
fn the_network_may_be_none_or_the_callers() {
    both(
        "network::the_network_may_be_none_or_the_callers",
        |caller| {
            run("ip link add v0 type veth peer name v1").ok();
            let before = State::now();
            let links =
                "sh -c 'ip -br link | while read name state rest; do echo $name $state; done'";
            assert_eq!(
                run_isolate(caller, &format!("--net none {links}")).ok(),
                "lo UNKNOWN\n"
            );
            let host = run_isolate(caller, &format!("--net host {links}")).ok();
            assert!(
                host.contains("v0@v1 DOWN\n") && !host.contains("iso"),
                "{host}"
            );
            before.is_back("no network");
            run("ip link delete v0").ok();
        },
    );
}

#[test]
fn the_network_may_be_another() {
    let test = "network::the_network_may_be_another";
    namespaces_with(&[part::ISOLATE], test, || {
        run("ip netns add there").ok();
        let other = background("sleep 1000");
        let of_other = format!("/proc/{}/ns/net", other.0.id());
        let own = inode("/proc/self/ns/net");
        until("its namespace", || inode(&of_other) != own);
        let before = State::now();
        let pid = other.0.id().to_string();
        for (word, path) in [
            ("there", "/run/netns/there"),
            ("/run/netns/there", "/run/netns/there"),
            (&*pid, &*of_other),
            (&*of_other, &*of_other),
        ] {
            let line = format!("--netns {word} sh -c 'readlink /proc/self/ns/net; id -u; exit 3'");
            let out = run_isolate(Root, &line);
            let inside = format!("net:[{}]\n0\n", inode(path));
            assert_eq!(
                (out.code, &*out.stdout, &*out.stderr),
                (3, &*inside, ""),
                "{word}"
            );
        }
        for word in ["nosuch", "/dev/null", "''"] {
            let out = run_isolate(Root, &format!("--netns {word} true"));
            assert!(
                out.code == 125 && out.stderr.starts_with("isolate: "),
                "{out:?}"
            );
        }
        // It is another's.
        let out = run_isolate(User, "--netns there true");
        assert!(
            out.code == 125 && out.stderr.contains("Operation not permitted"),
            "{out:?}"
        );
        before.is_back("another network");
    });
}

fn inode(path: &str) -> u64 {
    fs::metadata(path).expect("a namespace").ino()
}

#[test]
fn a_name_leads_to_the_network_inside() {
    let test = "network::a_name_leads_to_the_network_inside";
    namespaces_with(&[part::ISOLATE], test, || {
        let before = State::now();
        for options in ["", "--net none", "--share user", "--share pid,mnt"] {
            let line = format!(
                "{options} --name tied sh -c 'readlink /proc/self/ns/net; read word; exit 3'"
            );
            let mut command = isolate(Root, &line);
            command.stdin(Stdio::piped());
            let mut lines = Lines::of(command);
            let inside = lines.next();
            // The name is there before the command runs.
            assert_eq!(
                run("ip netns list").ok().split_whitespace().next(),
                Some("tied"),
                "{options}"
            );
            let named = run("ip netns exec tied readlink /proc/self/ns/net").ok();
            assert_eq!(named, format!("{inside}\n"));
            assert!(
                run("ip -n tied -br link show lo").ok().starts_with("lo "),
                "{options}"
            );
            let taken = run_isolate(Root, "--name tied true");
            assert!(
                taken.code == 125 && taken.stderr.contains("File exists"),
                "{taken:?}"
            );
            drop(lines.child.stdin.take());
            assert_eq!(lines.end("a named one").0, 3);
            before.is_back(options);
        }
        // One that was there stays as it is.
        run("ip netns add other").ok();
        let held = State::now();
        let taken = run_isolate(Root, "--name other true");
        let text = ": Cannot create namespace file \"/run/netns/other\": File exists\n";
        assert!(
            taken.code == 125 && taken.stderr.ends_with(text),
            "{taken:?}"
        );
        held.is_back("a name that is taken");
        for name in ["a/b", "..", ".", "''"] {
            let out = run_isolate(Root, &format!("--name {name} true"));
            assert!(
                out.code == 125 && out.stderr.starts_with("isolate: "),
                "{out:?}"
            );
        }
        // Deleted meanwhile, it is nobody's any more.
        let out = run_isolate(Root, "--name gone sh -c 'exit 3'");
        assert_eq!((out.code, &*out.stderr), (3, ""));
        held.is_back("names");
        // An ordinary user cannot write to the folder.
        let out = run_isolate(User, "--name mine true");
        assert!(out.code == 125 || State::now() == held, "{out:?}");
    });
}

/// As root and as an ordinary user without any user namespace between: the tunnel is root's.
#[test]
fn the_real_root_has_a_tunnel() {
    both_real("network::the_real_root_has_a_tunnel", |caller| {
        let before = State::now();
        let out = run_isolate(
            caller,
            "--name tied sh -c 'ip -4 -br addr show eth0; exit 4'",
        );
        match caller {
            Root => assert!(
                out.code == 4 && out.stdout.contains("10.1.1.2/24"),
                "{out:?}"
            ),
            User => assert!(out.code == 125, "{out:?}"),
        }
        let out = run_isolate(caller, "sh -c 'exit 4'");
        let said = if caller == Root { "" } else { NO_TUNNEL };
        assert_eq!((out.code, &*out.stderr), (4, said));
        before.is_back("a tunnel");
    });
}
