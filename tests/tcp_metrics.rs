//! `ip tcp_metrics`, with something that TCP remembers.

mod common;
use common::*;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// Has a connection from an address to itself, at whose end the kernel remembers something.
fn talk(address: &str) {
    let listener = TcpListener::bind((address, 0)).expect("a port");
    let to = listener.local_addr().expect("an address");
    let mut client = None;
    // An address of IPv6 has its route a little later.
    until("a connection", || {
        client = TcpStream::connect(to).ok();
        client.is_some()
    });
    let mut client = client.expect("a connection");
    let (mut server, _) = listener.accept().expect("a connection");
    let mut buf = [0; 1000];
    for _ in 0..50 {
        client.write_all(&[1; 1000]).expect("bytes");
        server.read_exact(&mut buf).expect("bytes");
        server.write_all(&[2; 1000]).expect("bytes");
        client.read_exact(&mut buf).expect("bytes");
    }
}

/// The addresses that are listed, by the words behind `ip`.
fn listed(line: &str) -> Vec<String> {
    let out = run(&format!("ip {line}")).ok();
    let mut hosts: Vec<String> = out
        .lines()
        .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    hosts.sort();
    hosts
}

fn remember() {
    for line in [
        "ip link set lo up",
        "ip addr add 10.0.0.1/24 dev lo",
        "ip addr add 10.0.1.1/24 dev lo",
        "ip addr add fd00::1/64 dev lo nodad",
    ] {
        run(line).ok();
    }
    for address in ["10.0.0.1", "10.0.1.1", "fd00::1"] {
        talk(address);
    }
    until("what is remembered", || listed("tcp_metrics").len() == 3);
}

#[test]
fn words_choose_hosts() {
    namespaces_with(&[part::TCP_METRICS], "words_choose_hosts", || {
        remember();
        for (line, hosts) in [
            ("tcp_metrics", &["10.0.0.1", "10.0.1.1", "fd00::1"][..]),
            ("-4 tcp_metrics", &["10.0.0.1", "10.0.1.1"]),
            ("-6 tcp_metrics", &["fd00::1"]),
            ("tcp_metrics show 10.0.0.0/24", &["10.0.0.1"]),
            ("tcp_metrics show 10.0.1.1", &["10.0.1.1"]),
            ("tcp_metrics show src 10.0.1.1", &["10.0.1.1"]),
            ("tcp_metrics show 10.0.0.0/8 src 10.0.1.1", &["10.0.1.1"]),
            ("tcp_metrics show 10.0.0.0/24 src 10.0.1.1", &[]),
            ("tcp_metrics show ::/0", &["fd00::1"]),
            ("tcp_metrics show 0/0", &["10.0.0.1", "10.0.1.1"]),
            ("tcp_metrics show fd00::1 source fd00::1", &["fd00::1"]),
        ] {
            assert_eq!(listed(line), hosts, "{line}");
        }
        let line = run("ip tcp_metrics show 10.0.0.1").ok();
        let pattern = r"^10\.0\.0\.1 age [0-9]+\.[0-9]{3}sec (ssthresh [0-9]+ )?cwnd [0-9]+ (reordering [0-9]+ )?rtt [0-9]+us rttvar [0-9]+us source 10\.0\.0\.1\n$";
        assert!(regex(pattern).is_match(&line), "{line}");
        let json = run("ip -j tcp_metrics show 10.0.0.0/24").ok();
        let parsed: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(parsed[0]["dst"], "10.0.0.1");
        assert_eq!(parsed[0]["source"], "10.0.0.1");
        let rtt = parsed[0]["rtt"].as_f64().expect("a number");
        assert!(rtt > 0.0 && rtt < 60.0, "{json}");
        assert_eq!(parsed.as_array().map(Vec::len), Some(1), "{json}");
    });
}

/// The kernel lets the real root alone delete.
#[test]
fn hosts_are_deleted() {
    let test = "hosts_are_deleted";
    if !has_parts(test, &[part::TCP_METRICS, part::STATS]) {
        return;
    }
    as_root(test, || {
        remember();
        let said = run("ip -s -s tcp_metrics flush 10.0.0.0/24").ok();
        let pattern = r"^Deleted 10\.0\.0\.1 age [^\n]+ source 10\.0\.0\.1\n\n\*\*\* Round 1, deleting 1 entries \*\*\*\n\*\*\* Flush is complete after 1 round \*\*\*\n$";
        assert!(regex(pattern).is_match(&said), "{said}");
        assert_eq!(listed("tcp_metrics"), ["10.0.1.1", "fd00::1"]);
        let none = run("ip tcp_metrics flush 10.0.0.0/24");
        assert_eq!((none.code, &*none.stderr), (0, "Nothing to flush.\n"));
        run("ip tcp_metrics flush ::/0").ok();
        assert_eq!(listed("tcp_metrics"), ["10.0.1.1"]);
        let other = run("ip tcp_metrics del 10.0.1.1 source 10.0.0.1");
        assert_eq!(
            (other.code, &*other.stderr),
            (2, "RTNETLINK answers: No such process\n")
        );
        run("ip tcp_metrics del 10.0.1.1 source 10.0.1.1").ok();
        assert!(listed("tcp_metrics").is_empty());
        talk("10.0.0.1");
        talk("fd00::1");
        until("what is remembered", || listed("tcp_metrics").len() == 2);
        assert_eq!(run("ip tcp_metrics flush").ok(), "");
        assert!(listed("tcp_metrics").is_empty());
    });
}
