//! Older kernels, which lack socket options, messages and attributes. strace plays them on this one: it makes a system
//! call fail, or changes a message or an attribute in a request to one that no kernel knows.

mod common;
use common::*;
use std::fs;

/// Types of messages and attributes, of `<linux/rtnetlink.h>` and `<linux/if_link.h>`.
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
/// The type of a message, or of an attribute, that no kernel knows.
const UNKNOWN: u16 = 0x3ff0;
const NOT_SUPPORTED: &str = "RTNETLINK answers: Operation not supported\n";

/// For strace: kernels before `NETLINK_EXT_ACK` (Linux 4.12) and `NETLINK_GET_STRICT_CHK` (4.20).
const NO_OPTIONS: &str = "-e inject=setsockopt:error=ENOPROTOOPT";

/// Runs `body` in namespaces. Without a strace that can change what a program sends, the test is skipped.
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

/// Runs `line` under strace with these options.
fn traced(options: &str, line: &str) -> Out {
    run(&format!("strace -o /dev/null {options} {line}"))
}

fn number(message: &[u8], at: usize) -> u16 {
    u16::from_ne_bytes([message[at], message[at + 1]])
}

fn set_number(message: &mut [u8], at: usize, number: u16) {
    message[at..at + 2].copy_from_slice(&number.to_ne_bytes());
}

/// The type of a message.
fn kind(message: &[u8]) -> u16 {
    number(message, 4)
}

/// The offset of an attribute in a message about a link. There are its length and its type, and then its value.
fn attr(message: &[u8], wanted: u16) -> Option<usize> {
    let mut at = LINK_ATTRS;
    while at < message.len() {
        // The two highest bits are flags: NLA_F_NESTED and NLA_F_NET_BYTEORDER.
        if number(message, at + 2) & 0x3fff == wanted {
            return Some(at);
        }
        at += usize::from(number(message, at)).next_multiple_of(4);
    }
    None
}

/// Changes the type of an attribute, which has to be there, to one that no kernel knows.
#[track_caller]
fn hide(message: &mut [u8], wanted: u16) {
    let at = attr(message, wanted).expect("the attribute");
    set_number(message, at + 2, UNKNOWN);
}

/// Runs `line`, and returns the bytes that its `when`th sendto(2) sends.
#[track_caller]
fn sent(line: &str, when: usize) -> Vec<u8> {
    run(&format!(
        "strace -o /run/trace -e trace=sendto -e write=all {line}"
    ));
    let trace = fs::read_to_string("/run/trace").expect("a trace");
    let call = trace.split("sendto(").nth(when);
    let call = call.unwrap_or_else(|| panic!("{line}: no message {when}: {trace}"));
    // A row is ` | 00000  1c 00 00 00 5a 00 01 00  01 00 00 00 00 00 00 00  ....Z........... |`
    let rows = call.lines().filter_map(|row| row.strip_prefix(" | "));
    let bytes = rows.flat_map(|row| row[7..56].split_whitespace());
    bytes
        .map(|byte| u8::from_str_radix(byte, 16).expect("a byte"))
        .collect()
}

/// The option of strace that overwrites the begin of what the `when`th sendto(2) sends.
fn poke(bytes: &[u8], when: usize) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("-e inject=sendto:poke_enter=@arg2={hex}:when={when}")
}

/// Runs `line` to see its messages, and once more with `change` applied to each message of its `when`th sendto(2).
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

/// As [`changed`], with messages of type `wanted` changed to one that no kernel knows.
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

/// Makes links of several kinds, a port of a bridge, a pair with its other end in the namespace a, addresses that never
/// become tentative, and a namespace b without an id.
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

/// Without strict checking the kernel filters less, and ipso has to filter the rest.
#[test]
fn without_socket_options_the_output_is_the_same() {
    let test = "without_socket_options_the_output_is_the_same";
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

/// The refusal of such a kernel is an errno alone.
#[test]
fn without_extended_acks_refusals_are_errno_words() {
    with_strace("without_extended_acks_refusals_are_errno_words", || {
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

/// Before Linux 5.0 the kernel ignores NETNSA_TARGET_NSID, and would answer with the ids of the caller's namespace.
#[test]
fn without_target_nsid_the_list_is_refused() {
    let test = "without_target_nsid_the_list_is_refused";
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
fn without_nsids_names_are_listed_alone() {
    let test = "without_nsids_names_are_listed_alone";
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
        // These change something, so that they cannot be run a first time to see their messages.
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
fn without_altnames_long_names_do_not_exist() {
    with_strace("without_altnames_long_names_do_not_exist", || {
        machine();
        let long = "averyveryverylongname";
        run(&format!(
            "ip link add dev v2 type veth peer name {}",
            &long[..15]
        ))
        .ok();
        // A name that fits into IFLA_IFNAME is never sent as IFLA_ALT_IFNAME.
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

/// Before Linux 4.6 the kernel filters no dump of links, and before 5.16 it does not know the filter for links without
/// a master.
#[test]
fn without_link_filters_the_choice_is_the_same() {
    with_strace("without_link_filters_the_choice_is_the_same", || {
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
                // An old kernel takes the value for the index of a master. No link has this one.
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

/// For a family that it does not have, the kernel answers with those that it has.
#[test]
fn without_ipv6_other_families_are_left_out() {
    with_strace("without_ipv6_other_families_are_left_out", || {
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

/// Before Linux 6.2 the kernel ignores NLM_F_ECHO on a request for a new link.
#[test]
fn without_echo_connect_finds_its_links() {
    with_strace("without_echo_connect_finds_its_links", || {
        if !has_parts("without_echo_connect_finds_its_links", &[part::CONNECT]) {
            return;
        }
        machine();
        let line = "ip netns connect b dev t0 peer t1";
        // The first RTM_NEWLINK makes the tunnel.
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

/// Without netlink the socket is refused, and without rtnetlink the first message.
#[test]
fn without_netlink_there_is_an_error() {
    let test = "without_netlink_there_is_an_error";
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
