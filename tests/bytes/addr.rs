//! `ip addr`.

use crate::check;
use crate::message::described;
use crate::support::{Messages, Msg, flushed};

#[test]
fn words_become_messages() {
    check::requests("addr");
}

#[test]
fn words_without_effect_warn() {
    check::warnings("addr");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("addr");
}

/// An address as a dump has it: family, prefix length, flags, scope and interface, and its own address, label if it has
/// one, and flags once more.
fn address(head: [u8; 5], local: &[u8], label: &str) -> Vec<u8> {
    let [family, len, flags, scope, index] = head;
    let index = u32::from(index).to_ne_bytes();
    let fixed = [&[family, len, flags, scope][..], &index].concat();
    let mut msg = Msg::new(20, 0, &fixed);
    msg.bytes(1, local);
    if family == 2 {
        msg.bytes(2, local);
        msg.str(3, label.as_bytes());
    }
    msg.u32(8, flags.into());
    msg.finish(7, 2).expect("short attributes").to_vec()
}

/// A1 to A4 of the vectors: two of d2, one of them secondary, one of IPv6, and one of lo.
#[test]
fn flush_deletes_what_the_words_choose() {
    let inet6 = |last: u8| [&[0xfd][..], &[0; 14], &[last]].concat();
    let all = [
        address([2, 24, 0x80, 0, 2], &[10, 0, 0, 1], "d2"),
        address([2, 24, 0x81, 0, 2], &[10, 0, 0, 2], "d2"),
        address([10, 64, 0x80, 0, 2], &inet6(1), ""),
        address([2, 8, 0x80, 254, 1], &[127, 0, 0, 1], "lo"),
    ];
    for (family, words, chosen) in [
        (0, "dev d2", "1 2 3"),
        (0, "d2", "1 2 3"),
        (2, "dev d2", "1 2"),
        (10, "dev d2", "3"),
        (0, "to 10.0.0.2", "2"),
        (0, "to 10.0.0.0/8", "1 2"),
        (0, "label d2", "1 2 3"),
        (0, "label l*", "4"),
        (0, "up", "1 2 3 4"),
        (0, "type veth down nomaster novf", "1 2 3 4"),
        (0, "d2 primary", "1 3"),
        (0, "dev d2 secondary", "2"),
        (0, "scope host", "4"),
        (10, "dev d2 scope global permanent", "3"),
        (0, "dev d2 mngtmpaddr", ""),
        (0, "dev d3", ""),
    ] {
        let datagram = flushed(family, words, &all.concat());
        let wanted = |n: &str| &all[n.parse::<usize>().expect("a number") - 1];
        let wanted: Vec<_> = chosen
            .split_whitespace()
            .map(|n| {
                let text = described(wanted(n));
                // A request without an acknowledgement, with the same body.
                text.replace("type 20 fl 3", "type 21 fl 1")
            })
            .collect();
        let mut found = Vec::new();
        let mut rest = &datagram[..];
        while let Some(message) = Messages(rest).next() {
            let (one, behind) = rest.split_at(rest.len() - message.rest.len());
            found.push(described(one));
            rest = behind;
        }
        assert_eq!(found, wanted, "{words}");
    }
}
