//! Kernels that lack something: socket options, messages and attributes that came late. Each is played on this kernel by strace,
//! which makes a system call fail, or changes a request on its way so that it is one that no kernel knows.

mod common;
use common::*;
use std::fs;

/// Messages and attributes of `<linux/rtnetlink.h>` and `<linux/if_link.h>`.
const NEWLINK: u16 = 16;
const GETLINK: u16 = 18;
const GETADDR: u16 = 22;
const GETNSID: u16 = 90;
const IFLA_IFNAME: u16 = 3;
const IFLA_MASTER: u16 = 10;
const IFLA_LINKINFO: u16 = 18;
const IFLA_ALT_IFNAME: u16 = 53;
const NLM_F_ECHO: u16 = 8;
/// Where the attributes of a link message start.
const LINK_ATTRS: usize = 32;
/// A message and an attribute that no kernel knows.
const UNKNOWN: u16 = 0x3ff0;
const NOT_SUPPORTED: &str = "RTNETLINK answers: Operation not supported\n";

/// No `NETLINK_EXT_ACK` (Linux 4.12), no `NETLINK_GET_STRICT_CHK` (4.20).
const NO_OPTIONS: &str = "-e inject=setsockopt:error=ENOPROTOOPT";

/// Runs `body` in namespaces where there is a strace that can change what a program sends.
fn with_strace(test: &str, body: impl FnOnce()) {
    if !has_tools(test, &["strace"]) {
        return;
    }
    namespaces(test, || {
        let poke = "strace -o /dev/null -e inject=sendto:poke_enter=@arg2=00 true";
        match run(poke).code {
            0 => body(),
            _ => skip(test, "this strace cannot change messages"),
        }
    });
}

/// Runs `line` under strace.
fn traced(options: &str, line: &str) -> Out {
    run(&format!("strace -o /dev/null {options} {line}"))
}

fn number(message: &[u8], at: usize) -> u16 {
    u16::from_ne_bytes([message[at], message[at + 1]])
}

fn set_number(message: &mut [u8], at: usize, number: u16) {
    message[at..at + 2].copy_from_slice(&number.to_ne_bytes());
}

/// The kind of a message.
fn kind(message: &[u8]) -> u16 {
    number(message, 4)
}

/// Where an attribute of a link message is: its length, its number, its value.
fn attr(message: &[u8], wanted: u16) -> Option<usize> {
    let mut at = LINK_ATTRS;
    while at < message.len() {
        // Above are the bits of nested ones.
        if number(message, at + 2) & 0x3fff == wanted {
            return Some(at);
        }
        at += usize::from(number(message, at)).next_multiple_of(4);
    }
    None
}

/// Makes an attribute that has to be there one that no kernel knows.
#[track_caller]
fn hide(message: &mut [u8], wanted: u16) {
    let at = attr(message, wanted).expect("the attribute");
    set_number(message, at + 2, UNKNOWN);
}

/// The messages that `line` sends with its system call number `when`, one after the other. It is run for that.
#[track_caller]
fn sent(line: &str, when: usize) -> Vec<u8> {
    run(&format!(
        "strace -o /run/trace -e trace=sendto -e write=all {line}"
    ));
    let trace = fs::read_to_string("/run/trace").expect("a trace");
    let call = trace.split("sendto(").nth(when);
    let call = call.unwrap_or_else(|| panic!("{line}: no message {when}: {trace}"));
    // ` | 00000  1c 00 00 00 5a 00 01 00  01 00 00 00 00 00 00 00  ....Z........... |`
    let rows = call.lines().filter_map(|row| row.strip_prefix(" | "));
    let bytes = rows.flat_map(|row| row[7..56].split_whitespace());
    bytes
        .map(|byte| u8::from_str_radix(byte, 16).expect("a byte"))
        .collect()
}

/// The option that puts these bytes in front of what system call number `when` sends.
fn poke(bytes: &[u8], when: usize) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("-e inject=sendto:poke_enter=@arg2={hex}:when={when}")
}

/// Runs `line` twice: as it is, and so that `change` is made to each message that its system call number `when` sends.
#[track_caller]
fn changed(options: &str, line: &str, when: usize, change: impl Fn(&mut [u8])) -> Out {
    let mut bytes = sent(line, when);
    let mut rest = &mut bytes[..];
    while !rest.is_empty() {
        let len = usize::from(number(rest, 0)).next_multiple_of(4);
        let (message, later) = rest.split_at_mut(len);
        change(message);
        rest = later;
    }
    traced(&format!("{} {options}", poke(&bytes, when)), line)
}

/// As [`changed`], on a kernel that does not know the messages.
#[track_caller]
fn unknown(line: &str, when: usize, wanted: u16) -> Out {
    changed("", line, when, |message| {
        assert_eq!(kind(message), wanted, "{line}");
        set_number(message, 4, UNKNOWN);
    })
}

#[track_caller]
fn assert_says(out: &Out, code: i32, stderr: &str) {
    assert_eq!(
        (out.code, out.stderr.as_str(), out.stdout.as_str()),
        (code, stderr, "")
    );
}

/// Links of several kinds, one in a bridge, one that leads to the namespace a; addresses that do not change by themselves; a
/// namespace b without an id.
fn machine() {
    for line in [
        "ip netns add a",
        "ip netns add b",
        "ip link add br0 type bridge",
        "ip link add v0 type veth peer name v1",
        "ip link add w0 type veth peer name w1 netns a",
        "ip link set v0 master br0",
        "ip link set lo up",
        "ip addr add 10.0.0.1/24 dev v0",
        "ip addr add 10.0.1.1/24 dev v1",
        "ip addr add fd00::1/64 dev v1 nodad",
        "ip link set lo group 7",
    ] {
        run(line).ok();
    }
}

/// The kernel chooses less then, and ipso the rest.
#[test]
fn without_socket_options() {
    let test = "without_socket_options";
    with_strace(test, || {
        machine();
        let lines = [
            "ip link show",
            "ip link show v0",
            "ip link show type veth",
            "ip link show master br0",
            "ip link show nomaster",
            "ip link show up",
            "ip link show group 7",
            "[stats] ip -j -s link show v1",
            "ip -6 link",
            "ip -0 addr",
            "ip addr",
            "ip -j addr",
            "ip -4 addr",
            "ip -6 addr",
            "ip addr show dev v0",
            "ip -4 addr show dev v1",
            "ip -6 -o addr show dev v1",
            "ip -j addr show dev v1",
            "ip addr show type veth",
            "ip addr show master br0",
            "ip addr show nomaster",
            "ip addr show nope",
            "ip link show nope",
            "ip link set nope up",
            "ip netns list",
            "[netns-extra] ip netns get a",
            "[netns-extra] ip netns list-id",
            "[netns-extra] ip netns list-id nsid 0",
            "[netns-extra] ip netns list-id target-nsid 0 nsid 0",
        ];
        for line in lines.iter().filter_map(|line| line_if_built(test, line)) {
            let new = run(line);
            for when in ["", ":when=1", ":when=2", ":when=3"] {
                let old = traced(&format!("{NO_OPTIONS}{when}"), line);
                assert_eq!(old, new, "{line} {when}");
            }
        }
        if has_parts(test, &[part::CONNECT]) {
            // A tunnel as well: it looks for a free network and a default route.
            let line = format!("strace -f -o /dev/null {NO_OPTIONS} ip netns connect b");
            run(&line).ok();
            run("ip netns disconnect b").ok();
        }
    });
}

/// The kernel's refusal has no words of its own then.
#[test]
fn without_extended_acks() {
    with_strace("without_extended_acks", || {
        machine();
        for (line, new, old) in [
            (
                "ip link add x type nosuchkind",
                "Error: Unknown device type.\n",
                NOT_SUPPORTED,
            ),
            (
                "ip link set v0 mtu 1",
                "Error: mtu less than device minimum.\n",
                "RTNETLINK answers: Invalid argument\n",
            ),
            (
                "ip netns set a 5",
                "Error: Peer netns already has a nsid assigned.\n",
                "RTNETLINK answers: File exists\n",
            ),
        ] {
            assert_says(&run(line), 2, new);
            assert_says(&traced(NO_OPTIONS, line), 2, old);
            assert_says(&traced(&format!("{NO_OPTIONS}:when=1"), line), 2, old);
        }
    });
}

/// Before Linux 5.0 no other namespace can be asked for its ids, and without strict checking the kernel tells its own instead.
#[test]
fn without_target_nsid() {
    let test = "without_target_nsid";
    with_strace(test, || {
        if !has_parts(test, &[part::NETNS_EXTRA]) {
            return;
        }
        machine();
        let line = "ip netns list-id target-nsid 0";
        run(line).ok();
        let refused = format!("{NOT_SUPPORTED}Dump terminated\n");
        assert_says(&traced(NO_OPTIONS, line), 1, &refused);
        assert_says(
            &traced(NO_OPTIONS, "ip netns list-id target-nsid 9"),
            1,
            &refused,
        );
    });
}

/// Before Linux 4.0 namespaces have no ids.
#[test]
fn without_nsids() {
    let test = "without_nsids";
    with_strace(test, || {
        machine();
        let without_ids = run("ip netns list").ok().replace(" (id: 0)", "");
        assert_eq!(unknown("ip netns list", 1, GETNSID).ok(), without_ids);
        let json = unknown("ip -j netns list", 1, GETNSID).ok();
        assert!(
            json.contains(r#"{"name":"a"}"#) && !json.contains("id"),
            "{json}"
        );
        for line in ["ip link show w0", "ip addr show dev w0", "ip link"] {
            let calls = |when| sent(line, when);
            let when = (1..).find(|when| kind(&calls(*when)) == GETNSID);
            let named = run(line).ok();
            assert!(named.contains("link-netns a"), "{named}");
            let numbered = named.replace("link-netns a", "link-netnsid 0");
            assert_eq!(
                unknown(line, when.expect("a question"), GETNSID).ok(),
                numbered
            );
        }
        // These would do something if they were asked for twice.
        run("ip netns set b 5").ok();
        for (line, len, step) in [
            ("ip netns set b 5", 36, ""),
            ("[netns-extra] ip netns get b", 28, ""),
            ("[netns-extra] ip netns list-id nsid 0", 28, ""),
            ("[connect] ip netns disconnect b", 28, ""),
            ("ip link add x link-netns b type veth", 28, ""),
            ("[netns-wait] ip netns delete b wait", 28, "wait: "),
        ] {
            let Some(line) = line_if_built(test, line) else {
                continue;
            };
            let when = 1 + usize::from(line.contains("disconnect"));
            let begin = [&u32::to_ne_bytes(len)[..], &UNKNOWN.to_ne_bytes()].concat();
            let out = traced(&poke(&begin, when), line);
            assert_says(&out, 2, &format!("{step}{NOT_SUPPORTED}"));
            assert!(run("ip netns list").ok().contains("b (id: 5)\n"), "{line}");
        }
        if has_parts(test, &[part::NETNS_EXTRA]) {
            let refused = format!("{NOT_SUPPORTED}Dump terminated\n");
            assert_says(&unknown("ip netns list-id", 1, GETNSID), 1, &refused);
        }
    });
}

/// Before Linux 5.5 a link has one name, of up to 15 bytes.
#[test]
fn without_altnames() {
    with_strace("without_altnames", || {
        machine();
        let long = "averyveryverylongname";
        run(&format!(
            "ip link add dev v2 type veth peer name {}",
            &long[..15]
        ))
        .ok();
        // A name that any kernel knows is never asked for as an alternative one.
        for line in ["ip link show", "ip addr show dev", "ip link set up dev"] {
            let line = format!("{line} {}", &long[..15]);
            let question = sent(&line, 1);
            assert_eq!(kind(&question), GETLINK);
            assert!(attr(&question, IFLA_IFNAME).is_some(), "{question:?}");
            assert!(attr(&question, IFLA_ALT_IFNAME).is_none(), "{question:?}");
        }
        let unknown = format!("Device \"{long}\" does not exist.\n");
        let missing = format!("Cannot find device \"{long}\"\n");
        let wrong = format!("Error: argument \"{long}\" is wrong: Device does not exist\n\n");
        for (line, code, text) in [
            ("ip link show", 1, &unknown),
            ("ip addr show dev", 1, &unknown),
            ("ip link show master", 255, &wrong),
            ("ip link set up dev", 1, &missing),
            ("ip addr add 10.0.0.1/24 dev", 1, &missing),
        ] {
            let line = format!("{line} {long}");
            for options in ["", NO_OPTIONS] {
                let out = changed(options, &line, 1, |message| hide(message, IFLA_ALT_IFNAME));
                assert_says(&out, code, text);
            }
        }
    });
}

/// Before Linux 4.6 the kernel chooses no links, and before 5.16 none that are part of nothing.
#[test]
fn without_link_filters() {
    with_strace("without_link_filters", || {
        machine();
        for (line, wanted, when) in [
            ("ip link show type veth", IFLA_LINKINFO, 1),
            ("ip link show master br0", IFLA_MASTER, 2),
            ("ip -o addr show type veth", IFLA_LINKINFO, 2),
            ("ip -o addr show master br0", IFLA_MASTER, 3),
        ] {
            let all = changed(NO_OPTIONS, line, when, |message| hide(message, wanted));
            assert_eq!(all.ok(), run(line).ok(), "{line}");
        }
        for (line, when) in [
            ("ip link show nomaster", 1),
            ("ip -j addr show nomaster", 2),
        ] {
            let none = changed("", line, when, |message| {
                assert_eq!(kind(message), GETLINK);
                // A master that is not there.
                if let Some(at) = attr(message, IFLA_MASTER) {
                    message[at + 4..at + 8].copy_from_slice(&99_u32.to_ne_bytes());
                }
            });
            let new = run(line).ok();
            assert!(new.contains("v1") && !new.contains("master"), "{new}");
            assert_eq!(none.ok(), new, "{line}");
        }
    });
}

/// Without IPv6 the kernel answers for all families that it has.
#[test]
fn without_ipv6() {
    with_strace("without_ipv6", || {
        machine();
        run("ip addr del fd00::1/64 dev v1").ok();
        run("ip link set lo down").ok();
        for line in ["ip -6 addr", "ip -6 addr show dev v0", "ip -6 -o addr"] {
            let when = 1 + usize::from(line.contains("dev"));
            let all = changed("", line, when, |message| {
                assert_eq!(kind(message), GETADDR);
                message[16] = 0;
            });
            assert_says(&all, 0, "");
        }
    });
}

/// Before Linux 6.2 the kernel does not echo what it has made.
#[test]
fn without_echo() {
    with_strace("without_echo", || {
        if !has_parts("without_echo", &[part::CONNECT]) {
            return;
        }
        machine();
        let line = "ip netns connect b dev t0 peer t1";
        // The first of these makes the tunnel, the others are refused.
        let order = |when: usize| Some(sent(line, when)).filter(|order| kind(order) == NEWLINK);
        let (when, order) = (1..)
            .find_map(|when| Some((when, order(when)?)))
            .expect("an order");
        run("ip link del t0").ok();
        let tunnel = run(line).ok();
        run("ip link del t0").ok();
        let mut begin = order[..8].to_vec();
        let flags = number(&begin, 6);
        assert_ne!(flags & NLM_F_ECHO, 0);
        set_number(&mut begin, 6, flags & !NLM_F_ECHO);
        assert_eq!(traced(&poke(&begin, when), line).ok(), tunnel);
    });
}

/// Without netlink there is an error that says so.
#[test]
fn without_netlink() {
    let test = "without_netlink";
    with_strace(test, || {
        machine();
        let lines = [
            "ip link show",
            "ip link show v0",
            "ip link show master br0",
            "ip link show vrf br0",
            "ip link set v0 up",
            "ip link add x link v0 type macvlan",
            "ip addr show",
            "ip addr show dev v0",
            "ip addr add 10.9.0.1/24 dev v0",
            "ip netns list",
            "[netns-extra] ip netns get a",
            "[netns-extra] ip netns list-id",
            "ip netns set a 7",
            "ip netns add c up",
            "[connect] ip netns connect b",
            "[connect] ip netns disconnect b",
        ];
        for line in lines.iter().filter_map(|line| line_if_built(test, line)) {
            for (call, text) in [
                ("socket", "Cannot open netlink socket"),
                ("sendto", "Cannot talk to rtnetlink"),
            ] {
                let options = format!("-e inject={call}:error=EPROTONOSUPPORT");
                let refused = format!("{text}: Protocol not supported\n");
                assert_says(&traced(&options, line), 1, &refused);
            }
        }
    });
}
