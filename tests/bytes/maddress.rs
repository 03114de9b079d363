//! `ip maddress`.

use crate::data::{Differences, sections};
use crate::message::sent;
use crate::support::{memberships_shown, multicast_call, refused};

#[test]
fn words_become_calls() {
    let mut differences = Differences::default();
    let sections = sections("maddress", "calls").into_iter();
    for line in sections.flat_map(|section| section.lines) {
        let (command, expected) = line.text.split_once(" => ").expect("COMMAND => CALL");
        let found = multicast_call(command).unwrap_or_else(|e| refused(&e));
        let case = format!("{}: {command}", line.at);
        differences.compare(&case, &sent(expected), &found);
    }
    differences.finish();
}

/// /proc/net/dev_mcast, igmp and igmp6 as the kernel writes them; the addresses of igmp are numbers in host order.
fn files() -> [(u8, String); 3] {
    let group = |address: [u8; 4]| format!("{:08X}", u32::from_ne_bytes(address));
    [
        (
            17,
            "3    d3              1     0     333300000001\n\
             3    d3              2     1     333300000005\n\
             4    averylongname   1     0     000102030405060708090a0b0c0d0e0f10111213\n"
                .to_owned(),
        ),
        (
            2,
            format!(
                "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n\
                 3\td3        :     1      V3\n\t\t\t\t{}     1 0:00000000\t\t0\n\
                 4\taverylongname:     2      V3\n\t\t\t\t{}     7 0:00000000\t\t0\n",
                group([224, 0, 0, 1]),
                group([239, 1, 2, 3])
            ),
        ),
        (
            10,
            "3    d3              ff0200000000000000000001ff000001     2 00000004 0\n\
             4    averylongname   ff020000000000000000000000000001     1 0000000C 0\n"
                .to_owned(),
        ),
    ]
}

/// A device, a command, and what it prints.
const SHOWN: &[(u32, &str, &str)] = &[
    (
        3,
        "ip maddr",
        "3:\td3\n\tlink  33:33:00:00:00:01\n\tlink  33:33:00:00:00:05 users 2 static\n\
         \tinet  224.0.0.1\n\tinet6 ff02::1:ff00:1 users 2\n",
    ),
    (
        4,
        "ip -o maddr",
        "4:\taverylongname\\\tlink  00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13\n\
         4:\taverylongname\\\tinet  239.1.2.3 users 7\n4:\taverylongname\\\tinet6 ff02::1\n",
    ),
    (
        3,
        "ip -j maddr",
        "[{\"ifindex\":3,\"ifname\":\"d3\",\"maddr\":[{\"link\":\"33:33:00:00:00:01\"},\
         {\"link\":\"33:33:00:00:00:05\",\"users\":2,\"features\":\"static\"},\
         {\"family\":\"inet\",\"address\":\"224.0.0.1\"},\
         {\"family\":\"inet6\",\"address\":\"ff02::1:ff00:1\",\"users\":2}]}]\n",
    ),
    (
        4,
        "ip -o -j maddr",
        "[{\"ifindex\":4,\"ifname\":\"averylongname\",\
         \"maddr\":[{\"link\":\"00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13\"}]},\
         {\"ifindex\":4,\"ifname\":\"averylongname\",\"maddr\":[{\"family\":\"inet\",\"address\":\"239.1.2.3\",\"users\":7}]},\
         {\"ifindex\":4,\"ifname\":\"averylongname\",\"maddr\":[{\"family\":\"inet6\",\"address\":\"ff02::1\"}]}]\n",
    ),
    (
        4,
        "ip -c maddr",
        "4:\x1b[1;36m\taverylongname\x1b[0m\n\
         \tlink  \x1b[1;33m00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13\x1b[0m\n\
         \tinet  \x1b[1;35m239.1.2.3\x1b[0m users 7\n\tinet6 \x1b[1;94mff02::1\x1b[0m\n",
    ),
    (5, "ip maddr", ""),
    (5, "ip -j maddr", "[]\n"),
];

#[test]
fn files_are_printed() {
    let files = files();
    let files: Vec<_> = files
        .iter()
        .map(|(family, text)| (*family, &**text))
        .collect();
    for (index, command, expected) in SHOWN {
        assert_eq!(
            memberships_shown(&files, *index, command),
            *expected,
            "{command}"
        );
    }
}

/// Whatever a file has, there is no panic, and JSON stays JSON.
#[test]
fn damaged_files_are_printed() {
    for (family, text) in files() {
        for end in 0..text.len() {
            let text = text[..end].replace("0001", "é|");
            for command in ["ip maddr", "ip -j -o maddr"] {
                let shown = memberships_shown(&[(family, &text)], 3, command);
                let is_json = serde_json::from_str::<serde_json::Value>(&shown).is_ok();
                assert!(is_json || !command.contains("-j"), "{shown}");
            }
        }
    }
}
