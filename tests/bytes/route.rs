//! `ip route`.

use crate::check;
#[cfg(feature = "multicast")]
use crate::data::Line;
#[cfg(feature = "multicast")]
use crate::message::message;
#[cfg(feature = "multicast")]
use crate::support::{Messages, chooses_multicast};

#[test]
fn words_become_messages() {
    check::requests("route");
}

#[test]
fn words_without_effect_warn() {
    check::warnings("route");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("route");
}

/// Multicast routes, each with the letter that stands for it below. The device d2 has index 2, d3 has 3.
#[cfg(feature = "multicast")]
const MULTICAST: &[(char, &str)] = &[
    (
        'a',
        "128 rtm_table 253|RTA_SRC 10.0.0.5|RTA_DST 239.1.1.1|RTA_IIF u32 2",
    ),
    (
        'b',
        "128 rtm_table 253|RTA_SRC 10.0.1.5|RTA_DST 239.2.1.1|RTA_IIF u32 3",
    ),
    ('c', "128 rtm_table 253|RTA_SRC 0.0.0.0|RTA_DST 239.2.1.1"),
    (
        'd',
        "128 rtm_table 100|RTA_SRC 10.0.0.5|RTA_DST 239.1.1.1|RTA_IIF u32 2",
    ),
    (
        '6',
        "129 rtm_table 254|RTA_SRC fd00:0:0:0:0:0:0:5|RTA_DST ff05:0:0:0:0:0:0:1|RTA_IIF u32 2",
    ),
];

/// A family, words, and what they choose of these; the kernel would send those of the family alone.
#[cfg(feature = "multicast")]
const MULTICAST_CHOICES: &[(u8, &str, &str)] = &[
    (0, "from all", "abc"),
    (2, "table all", "abcd6"),
    (0, "table 100", "d"),
    (0, "iif d2", "a"),
    (0, "iif d3 iif d2", "a"),
    (10, "iif d2", "ad6"),
    (0, "239.0.0.0/8", "abc"),
    (0, "to 239.1.0.0/16", "a"),
    (0, "239.1.0.0/16 239.2.0.0/16", "bc"),
    (0, "from 10.0.0.0/16", "ab"),
    (0, "from 10.0.0.0/24 239.2.0.0/16", ""),
    (0, "from 0.0.0.0", "c"),
    (0, "from fd00::5", ""),
    (10, "from fd00::/8", "6"),
    (10, "ff05::1", "6"),
];

#[cfg(feature = "multicast")]
#[test]
fn words_choose_multicast_routes() {
    for (family, words, expected) in MULTICAST_CHOICES {
        let is_chosen = |text: &str| {
            let lines = format!("RTM_NEWROUTE rtm_family {text}").replace('|', "\n");
            let lines = lines.lines().map(|line| Line {
                at: String::new(),
                text: line.to_owned(),
            });
            let bytes = message(&lines.collect::<Vec<_>>());
            let message = Messages(&bytes).next().expect("a whole message");
            chooses_multicast(words, *family, message)
        };
        let chosen = MULTICAST.iter().filter(|(_, text)| is_chosen(text));
        let chosen: String = chosen.map(|(letter, _)| letter).collect();
        assert_eq!(chosen, *expected, "{words}");
    }
}
