//! `ip tuntap`.

use crate::check;
use crate::data::{Differences, Line, sections};
use crate::message::{message, sent};
use crate::support::{Messages, calls, device_shown, refused, tuntap_name};

#[test]
fn words_become_messages() {
    check::requests("tuntap");
}

#[test]
fn words_become_calls() {
    let mut differences = Differences::default();
    for line in sections("tuntap", "calls")
        .into_iter()
        .flat_map(|section| section.lines)
    {
        let (command, expected) = line.text.split_once(" => ").expect("COMMAND => CALLS");
        let found = calls(command).unwrap_or_else(|e| refused(&e));
        let case = format!("{}: {command}", line.at);
        differences.compare(&case, &sent(expected), &found);
    }
    differences.finish();
}

/// A tun device may be given another hardware type, with which iproute2 does not show it.
#[test]
fn devices_are_found() {
    for (arphrd, kind, is_found) in [
        ("ARPHRD_NONE", "IFLA_INFO_KIND \"tun\"", true),
        ("ARPHRD_ETHER", "IFLA_INFO_KIND \"tun\\0\"", true),
        ("ARPHRD_LOOPBACK", "IFLA_INFO_KIND \"tun\"", false),
        ("ARPHRD_NONE", "IFLA_INFO_KIND \"tunx\"", false),
        ("ARPHRD_ETHER", "IFLA_INFO_SLAVE_KIND \"tun\"", false),
    ] {
        let lines = [
            &format!("RTM_NEWLINK ifi_type {arphrd} ifi_index 7"),
            "    IFLA_IFNAME \"t0\\0\"",
            "    IFLA_LINKINFO",
            &format!("        {kind}"),
        ];
        let lines = lines.map(|text| Line {
            at: String::new(),
            text: text.to_owned(),
        });
        let bytes = message(&lines);
        let message = Messages(&bytes).next().expect("a whole message");
        let found = is_found.then(|| "t0".to_owned());
        assert_eq!(tuntap_name(message), found, "{arphrd} {kind}");
    }
}

/// The files tun_flags, owner and group, a command, and what it prints.
const SHOWN: &[([u64; 3], &str, &str)] = &[
    (
        [0x1801, u64::MAX, u64::MAX],
        "ip tuntap",
        "t0: tun persist\n",
    ),
    (
        [0x1802, 1000, 100],
        "ip tuntap",
        "t0: tap persist user 1000 group 100\n",
    ),
    (
        [0x6901, u64::MAX, 0],
        "ip tuntap",
        "t0: tun pi one_queue multi_queue vnet_hdr persist filter group 0\n",
    ),
    (
        [0x9411, u64::MAX, u64::MAX],
        "ip tuntap",
        "t0: tun 0x8410\n",
    ),
    (
        [0x1801, u64::MAX, u64::MAX],
        "ip -c tuntap",
        "\x1b[1;36mt0:\x1b[0m tun persist\n",
    ),
    (
        [0x9002, 4_000_000_000, u64::MAX],
        "ip -j tuntap",
        "[{\"ifname\":\"t0\",\"flags\":[\"tap\",\"0x8000\"],\"user\":4000000000}]\n",
    ),
];

#[test]
fn devices_are_printed() {
    for (values, command, expected) in SHOWN {
        assert_eq!(device_shown(*values, command), *expected, "{values:x?}");
    }
}
