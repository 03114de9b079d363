//! `ip mptcp monitor`, with a connection: what a script of words cannot show.

mod common;
use common::*;
use std::fs;
use std::io::{BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};
use std::process::{Child, Stdio};

/// A socket of MPTCP that listens on a port of the loopback device; `None` where the kernel has no MPTCP.
fn listener() -> Option<TcpListener> {
    // SAFETY: numbers only; the descriptor is new and owned here.
    let fd = unsafe {
        let fd = libc::socket(libc::AF_INET, libc::SOCK_STREAM, libc::IPPROTO_MPTCP);
        (fd >= 0).then(|| OwnedFd::from_raw_fd(fd))
    };
    // A socket that listens without a name gets a port for all addresses.
    let listener = TcpListener::from(fd?);
    // SAFETY: the descriptor lives as long as the listener.
    check(unsafe { libc::listen(listener.as_raw_fd(), 1) }).expect("listen");
    Some(listener)
}

/// A client's end, connected to a port of the loopback device.
fn connect(port: u16) -> TcpStream {
    // SAFETY: numbers, and an address that lives during the call; the descriptor is new and owned here.
    unsafe {
        let fd = libc::socket(libc::AF_INET, libc::SOCK_STREAM, libc::IPPROTO_MPTCP);
        assert!(fd >= 0, "{}", std::io::Error::last_os_error());
        let fd = OwnedFd::from_raw_fd(fd);
        let address = libc::sockaddr_in {
            sin_family: libc::AF_INET as _,
            sin_port: port.to_be(),
            sin_addr: libc::in_addr {
                s_addr: u32::from_ne_bytes([127, 0, 0, 1]),
            },
            sin_zero: [0; 8],
        };
        let raw = fd.as_raw_fd();
        let len = size_of::<libc::sockaddr_in>() as libc::socklen_t;
        check(libc::connect(raw, (&raw const address).cast(), len)).expect("connect");
        TcpStream::from(fd)
    }
}

/// Starts a monitor, and waits until it listens: until a socket of generic netlink here is in a group.
fn monitor(line: &str) -> Child {
    let child = command(words(line)).stdout(Stdio::piped()).spawn();
    let child = child.expect("a process");
    until("a listener", || {
        let table = fs::read_to_string("/proc/self/net/netlink").expect("netlink sockets");
        table.lines().skip(1).any(|line| {
            let fields: Vec<_> = line.split_ascii_whitespace().collect();
            fields[1] == "16" && fields[2] != "0" && fields[3] != "00000000"
        })
    });
    child
}

/// Connects, sends a byte each way, and closes.
fn talk(listener: &TcpListener) -> u16 {
    let port = listener.local_addr().expect("an address").port();
    let mut client = connect(port);
    let (mut server, from) = listener.accept().expect("a connection");
    client.write_all(b"x").expect("a byte");
    server.read_exact(&mut [0]).expect("a byte");
    server.write_all(b"y").expect("a byte");
    client.read_exact(&mut [0]).expect("a byte");
    from.port()
}

#[test]
fn events_of_a_connection_are_told() {
    let test = "events_of_a_connection_are_told";
    namespaces_with(&[part::MPTCP], test, || {
        run("ip link set lo up").ok();
        let Some(listener) = listener() else {
            return skip(test, "this kernel has no MPTCP");
        };
        for line in [
            "ip mptcp monitor",
            "ip -ts mptcp monitor",
            "ip -j mptcp monitor",
        ] {
            let mut child = monitor(line);
            let out = child.stdout.take().expect("a pipe");
            let port = talk(&listener);
            let mut bytes = BufReader::new(out)
                .bytes()
                .map(|byte| byte.expect("a byte"));
            let mut text = String::new();
            // Both ends are here. The last event of each is that it is closed; a list in JSON has no lines.
            let closed = |text: &str| {
                let subflows = text.matches("SF_CLOSED").count();
                text.matches("CLOSED").count() - subflows
            };
            while closed(&text) < 2 {
                text.push(char::from(bytes.next().expect("an event")));
            }
            child.kill().expect("a process");
            child.wait().expect("its end");
            let stamp = match line.contains("-ts") {
                true => r"\[20[0-9-]+T[0-9:]+\.[0-9]{6}\] ",
                false => "",
            };
            for event in ["CREATED", "ESTABLISHED"] {
                let ends = format!("saddr4=127.0.0.1 daddr4=127.0.0.1 sport={port} dport=[0-9]+");
                let text_line = format!(
                    "(?m)^{stamp}\\[ +{event}\\] token=[0-9a-f]{{8}} (remid=0 locid=0 )?{ends}$"
                );
                let ends =
                    r#""saddr4":"127.0.0.1","daddr4":"127.0.0.1","sport":PORT,"dport":[0-9]+\}"#;
                let ends = ends.replace("PORT", &port.to_string());
                let object = format!(
                    r#"[\[,]\{{"event":"{event}","token":"0x[0-9a-f]+",("remid":0,"locid":0,)?{ends}"#
                );
                let (pattern, server) = match line {
                    "ip mptcp monitor" | "ip -ts mptcp monitor" => (text_line, " server_side\n"),
                    _ => (object, "\"server_side\":true}"),
                };
                assert!(regex(&pattern).is_match(&text), "{pattern}: {text}");
                assert!(text.contains(server), "{text}");
            }
        }
    });
}
