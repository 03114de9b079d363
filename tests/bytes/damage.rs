//! Messages that are cut short or damaged: no panic, no loop without end, and JSON stays JSON.

use crate::data::{replies, sections};
use crate::kinds::with_kind;
use crate::message::{header_len, hex};
use crate::support::{Error, Message, Messages, monitored, printed, refused, request, returning};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long one of these tests may take.
const LIMIT: Duration = Duration::from_secs(120);

/// Commands that lead through all of the code.
const COMMANDS: &[&str] = &[
    "ip link",
    "ip -d -s -s link",
    "ip -o -d link",
    "ip -br link",
    "ip -s neigh",
    "ip -j -d -s -s link",
    "ip -p -j -d link",
    "ip -N -h -s addr",
    "ip -br -j addr",
    "ip -s -d -c route",
    "ip -j -s -d route",
    "ip -o -d stats",
    "ip -j -h stats",
    "ip token",
    "ip -s -o ntable",
    "ip -j -s ntable",
    "ip -s -c mroute",
    "ip -j -s -d mroute",
    "ip -N -c rule",
    "ip -d -j rule",
    "ip -s -d nexthop",
    "ip -j -s nexthop bucket",
    "ip mptcp endpoint",
    "ip -j mptcp endpoint",
    "ip -j mptcp monitor",
    "ip mptcp limits",
];

/// Prints a message with every command. Returns whether it is one that is shown.
fn print_all(message: Message<'_>) -> bool {
    let mut any = false;
    let _ = returning(&message);
    for command in COMMANDS {
        let Some(text) = printed(message, command) else {
            continue;
        };
        any = true;
        if command.contains("-j") {
            let parsed = serde_json::from_str::<serde_json::Value>(&text);
            assert!(parsed.is_ok(), "{command}: {parsed:?}: {text}");
        }
    }
    for command in ["ip -d -s monitor", "ip -br monitor", "ip -j -d monitor"] {
        let text = monitored(message, command).unwrap_or_default();
        if command.contains("-j") && !text.is_empty() {
            let parsed = serde_json::from_str::<serde_json::Value>(&text);
            assert!(parsed.is_ok(), "{command}: {parsed:?}: {text}");
        }
    }
    any
}

/// Every message of the data: replies, and requests, which have the same form.
fn golden() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let command = |line: &str| line.split(" => ").next().unwrap_or_default().to_owned();
    for object in [
        "addr",
        "fou",
        "kinds",
        "link",
        "mptcp",
        "neigh",
        "netns",
        "nexthop",
        "route",
        "rule",
        "tcp_metrics",
        "stats",
        "tunables",
    ] {
        for section in sections(object, "requests") {
            let commands = section.lines.iter().map(|line| command(&line.text));
            all.extend(commands.filter_map(|line| Some(request(&line).ok()?.bytes)));
        }
        all.extend(
            replies(object, "replies")
                .into_iter()
                .map(|reply| reply.bytes),
        );
    }
    all.extend(
        replies("netns", "freed")
            .into_iter()
            .map(|reply| reply.bytes),
    );
    for section in sections("kinds", "options") {
        let lines = section.lines.iter().map(|line| command(&line.text));
        let commands = lines.map(|words| with_kind(&section.title, &words));
        all.extend(commands.filter_map(|line| Some(request(&line).ok()?.bytes)));
    }
    all
}

/// Runs `body` in a thread; panics where it panics, and where it does not end.
fn within(limit: Duration, body: impl FnOnce() + Send + 'static) {
    let (done, waits) = mpsc::channel();
    let thread = thread::spawn(move || {
        body();
        let _ = done.send(());
    });
    match waits.recv_timeout(limit) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("does not end within {limit:?}"),
        _ => thread.join().expect("no panic"),
    }
}

/// A refusal may have any number.
#[test]
fn refusals_end() {
    within(Duration::from_secs(5), || {
        for errno in [i32::MIN, -1, 4095, 4096, i32::MAX] {
            let text = format!("rc 2 RTNETLINK answers: Unknown error {errno}");
            assert_eq!(refused(&Error::kernel(errno, b"", None)), text);
        }
    });
}

/// A datagram that is cut short has no message. A message that is shorter is read as far as it goes.
#[test]
fn truncated_messages_do_not_panic() {
    within(LIMIT, || {
        for bytes in golden() {
            let message = Messages(&bytes).next().expect("a whole message");
            assert_eq!(Messages(&bytes).count(), 1);
            for len in 0..bytes.len() {
                assert_eq!(Messages(&bytes[..len]).count(), 0, "{}", hex(&bytes));
            }
            for len in 0..message.body.len() {
                let body = &message.body[..len];
                let is_shown = print_all(Message { body, ..message });
                assert!(!is_shown || len >= header_len(message.kind));
            }
        }
    });
}

/// Numbers that look random and are the same in every run (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}

/// A message with a few bytes changed, most of them where lengths and types are.
fn damaged(body: &[u8], random: &mut Random) -> Vec<u8> {
    let mut body = body.to_vec();
    for _ in 0..=random.below(4) {
        if body.is_empty() {
            return body;
        }
        let at = random.below(body.len());
        match random.below(8) {
            0 => body[at] = random.below(256) as u8,
            1 => body[at] ^= 1 << random.below(8),
            2 => body[at] = [0, 1, 3, 4, 5, 0x7f, 0x80, 0xff][random.below(8)],
            3 => body.truncate(at),
            4 => body.extend_from_within(at..),
            5 => drop(body.drain(at..(at + 4).min(body.len()))),
            // A low byte of a length or a type.
            _ => body[at & !1] = random.below(72) as u8,
        }
    }
    body
}

#[test]
fn damaged_messages_do_not_panic() {
    within(LIMIT, || {
        let golden = golden();
        let mut random = Random(0x1950_0b5e_55ed);
        let mut shown = 0;
        // An emulated processor is slow, and a real one has tried them all.
        let turns = match std::env::var_os("IPSO_EMULATOR") {
            Some(_) => 3000,
            None => 20000,
        };
        for turn in 0..turns {
            let bytes = &golden[turn % golden.len()];
            let message = Messages(bytes).next().expect("a whole message");
            let body = damaged(message.body, &mut random);
            // RTM_NEW and RTM_DEL of LINK, ADDR, ROUTE, NEIGH, RULE and NEXTHOP, and RTM_NEWNEXTHOPBUCKET.
            let kinds = [
                message.kind,
                16,
                20,
                24,
                28,
                32,
                104,
                17,
                21,
                25,
                29,
                33,
                105,
                116,
            ];
            let kind = kinds[random.below(17).min(13) * usize::from(turn % 4 == 0)];
            let body = &body;
            shown += usize::from(print_all(Message {
                kind,
                body,
                ..message
            }));
        }
        assert!(shown > turns / 3, "of {turns} only {shown} were shown");
    });
}

#[test]
fn damaged_datagrams_end() {
    within(LIMIT, || {
        let golden = golden();
        let mut random = Random(0xda7a_64a3);
        for turn in 0..10000 {
            let mut datagram = golden[turn % golden.len()].clone();
            datagram.resize(datagram.len().next_multiple_of(4), 0);
            datagram.extend_from_slice(&golden[random.below(golden.len())]);
            let datagram = damaged(&datagram, &mut random);
            assert!(Messages(&datagram).count() <= datagram.len() / 16);
        }
    });
}
