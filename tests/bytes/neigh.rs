//! `ip neigh`.

use crate::check;
use crate::data::Line;
use crate::message::message;
use crate::support::{Messages, chooses_neighbour};

#[test]
fn words_become_messages() {
    check::requests("neigh");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("neigh");
}

/// Neighbours, each with the letter that stands for it below. The device d2 has index 2, d3 has 3.
const NEIGHBOURS: &[(char, &str)] = &[
    (
        's',
        "AF_INET ndm_ifindex 2 ndm_state NUD_STALE|NDA_DST 10.0.0.9",
    ),
    (
        'p',
        "AF_INET ndm_ifindex 2 ndm_state NUD_PERMANENT|NDA_DST 10.0.0.8|NDA_PROTOCOL u8 4",
    ),
    (
        'n',
        "AF_INET ndm_ifindex 2 ndm_state NUD_NOARP|NDA_DST 224.0.0.1",
    ),
    (
        'r',
        "AF_INET6 ndm_ifindex 3 ndm_state NUD_REACHABLE ndm_flags NTF_ROUTER|NDA_DST fe80::1|NDA_CACHEINFO u32 0 0 0 1",
    ),
    (
        'x',
        "AF_INET ndm_ifindex 2 ndm_flags NTF_PROXY|NDA_DST 10.0.0.77",
    ),
    (
        'e',
        "AF_INET ndm_ifindex 3 ndm_state NUD_PERMANENT ndm_flags NTF_EXT_LEARNED|NDA_DST 10.1.0.1|NDA_CACHEINFO u32 0 0 0 0",
    ),
    ('0', "AF_INET ndm_ifindex 2|NDA_DST 10.0.0.10"),
    (
        'f',
        "AF_INET ndm_ifindex 2 ndm_state NUD_FAILED|NDA_DST 10.0.0.11",
    ),
    (
        'b',
        "AF_BRIDGE ndm_ifindex 2 ndm_state NUD_PERMANENT|NDA_LLADDR 02:00:00:00:00:07",
    ),
];

/// What the words choose of these.
const CHOICES: &[(&str, &str)] = &[
    ("show", "sprxefb"),
    ("show nud all", "spnrxe0fb"),
    ("show nud none", "xe0"),
    ("show nud 0", "xe0"),
    ("show nud stale nud noarp", "snxe"),
    ("show nud p", "pxeb"),
    ("show nud f nud 4", "sxef"),
    ("show dev d2", "spxfb"),
    ("show dev d3 nud stale", "e"),
    ("show unused", "spxefb"),
    ("show protocol static", "p"),
    ("show protocol 0", "sprxefb"),
    ("show proto 5", ""),
    ("show to 10.0.0.0/24", "spxf"),
    ("show 10.0.0.8", "p"),
    ("show fe80::/10", "r"),
    ("show any", "sprxefb"),
    ("show all", "sprxefb"),
    ("show default", "sprxefb"),
    ("show 10.0.0.9 to 10.0.0.8", "p"),
    ("flush all", "srxe0f"),
    ("flush dev d2", "sx0f"),
    ("flush nud permanent", "pxeb"),
    ("flush nud all", "sprxe0fb"),
    ("flush nud noarp", "nxe"),
    ("flush 10.0.0.9", "s"),
    ("flush proxy", "srxe0f"),
    ("flush unused", "sxe0f"),
];

#[test]
fn words_choose_neighbours() {
    for (line, expected) in CHOICES {
        let is_chosen = |text: &str| {
            let lines = format!("RTM_NEWNEIGH ndm_family {text}").replace("|NDA", "\nNDA");
            let lines = lines.lines().map(|line| Line {
                at: String::new(),
                text: line.to_owned(),
            });
            let bytes = message(&lines.collect::<Vec<_>>());
            let message = Messages(&bytes).next().expect("a whole message");
            chooses_neighbour(line, message)
        };
        let chosen = NEIGHBOURS.iter().filter(|(_, text)| is_chosen(text));
        let chosen: String = chosen.map(|(letter, _)| letter).collect();
        assert_eq!(chosen, *expected, "{line}");
    }
}
