//! What `isolate --nat` and its like send to nf_tables.

use crate::common::words;
use crate::data::{Differences, Section, sections};
use crate::message::hex;
use ipso::isolate::nat::{Rules, Tunnel, Use, table};
use ipso::nl::nft::Batch;
use ipso::nl::uapi::nfproto;
use ipso::nl::wire::{Attrs, Messages, Msg};

/// The tunnel in all of these tests; it has IPv6 where a heading begins with `-6`.
fn tunnel(ipv6: bool) -> Tunnel<'static> {
    let address = |last| [0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
    Tunnel {
        name: b"isolate7",
        index: 7,
        inner: [10, 1, 1, 2],
        both6: ipv6.then(|| [address(1), address(2)]),
    }
}

/// The batch for the options in a heading.
fn batch(title: &str) -> Vec<u8> {
    let mut rules = Rules::default();
    let mut ipv6 = false;
    let words = words(title);
    let mut words = words.iter().map(String::as_str);
    while let Some(option) = words.next() {
        let mut value = || words.next().expect("a value").as_bytes();
        match option {
            "-6" => ipv6 = true,
            "--nat" => rules.masquerade = true,
            "--publish" => rules.add(Use::Publish, value()).expect("a port"),
            "--allow" => rules.add(Use::Allow, value()).expect("a network"),
            "--dns" => rules.add(Use::Dns, value()).expect("an address"),
            "delete" => {
                let mut batch = Batch::new(nfproto::INET, b"isolate7");
                batch.delete(0);
                return numbered(batch.finish());
            }
            _ => panic!("no option: {option}"),
        }
    }
    let tunnel = tunnel(ipv6);
    let mut batch = table::build(&rules, &tunnel, 2);
    numbered(batch.finish())
}

/// The batch with plain sequence numbers: in each stands the module, too, that the message needs.
fn numbered(batch: &[u8]) -> Vec<u8> {
    let mut bytes = batch.to_vec();
    let mut at = 0;
    for (n, message) in Messages(batch).enumerate() {
        assert_eq!(message.seq / 16, n as u32 + 1);
        bytes[at + 8..at + 12].copy_from_slice(&(n as u32 + 1).to_ne_bytes());
        at += 16 + message.body.len();
    }
    bytes
}

/// The pieces in hexadecimal, which `…` lines separate.
fn pieces(section: &Section) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for line in &section.lines {
        if line.text == "…" {
            pieces.push(String::new());
        } else {
            let digits = line.text.chars().filter(char::is_ascii_hexdigit);
            pieces.last_mut().expect("a piece").extend(digits);
        }
    }
    pieces
}

#[cfg(target_endian = "little")]
#[test]
fn batches_are_those_that_were_proven() {
    for section in sections("nat", "batches") {
        let found = hex(&batch(&section.title));
        let pieces = pieces(&section);
        match &pieces[..] {
            [whole] => assert_eq!(*whole, found, "{}", section.title),
            parts => {
                for part in &parts[1..] {
                    assert!(
                        found.contains(part),
                        "{}: {part}\nin {found}",
                        section.title
                    );
                }
            }
        }
    }
}

/// The expressions of a rule: names, and attributes of which those with a payload of their own are in hexadecimal.
fn expressions(list: Attrs<'_>) -> String {
    let mut text = String::new();
    for (_, element) in list {
        let find = |attr| element.attrs().find(attr);
        let name = find(1).expect("a name").str();
        text += &format!("; {}", String::from_utf8_lossy(name));
        for (attr, value) in find(2).unwrap_or_default().attrs() {
            // Of `cmp` and `immediate` the value, or the verdict.
            let nested = match (name, attr) {
                (b"cmp", 3) | (b"immediate", 2) => value.attrs().next(),
                _ => None,
            };
            text += &match nested {
                Some((1, value)) => format!(" ={}", hex(value.0)),
                Some((_, verdict)) => {
                    let code = verdict.attrs().next().map(|(_, code)| code.0);
                    format!(" verdict {}", hex(code.unwrap_or_default()))
                }
                None => {
                    let number = value.u32().map(u32::from_be);
                    format!(
                        " {attr}:{}",
                        number.unwrap_or_else(|| value.u8().map_or(0, u32::from))
                    )
                }
            };
        }
    }
    text
}

/// Each rule of a batch in a line, each chain with its hook and priority.
fn described(datagram: &[u8]) -> String {
    let mut text = String::new();
    for message in Messages(datagram) {
        let attrs = Attrs(message.body.get(4..).unwrap_or_default());
        let name = |attr| String::from_utf8_lossy(attrs.find(attr).unwrap_or_default().str());
        match message.kind & 0xff {
            3 => {
                let hook = attrs.find(4).expect("a hook").attrs();
                let number = |attr| {
                    hook.find(attr)
                        .and_then(|n| n.u32())
                        .map(|n| u32::from_be(n) as i32)
                };
                text += &format!(
                    "chain {} type {} hook {} priority {}\n",
                    name(3),
                    name(7),
                    number(1).expect("a hook"),
                    number(2).expect("a priority")
                );
            }
            6 => {
                let list = attrs.find(4).expect("expressions").attrs();
                text += &format!("{}{}\n", name(2), expressions(list));
            }
            _ => {}
        }
    }
    text
}

#[cfg(target_endian = "little")]
#[test]
fn options_become_rules() {
    let mut differences = Differences::default();
    for section in sections("nat", "rules") {
        let expected = section.lines.iter().map(|line| line.text.clone() + "\n");
        let expected: String = expected.collect();
        differences.compare(
            &section.title,
            &expected,
            &described(&batch(&section.title)),
        );
    }
    differences.finish();
}

/// A forwarding chain as another program may have made it: whatever of it is missing, it is looked at without a panic.
#[test]
fn damaged_chains_are_no_firewall() {
    let mut chain = Msg::new(0x0a03, 0, &[1, 0, 0, 0]);
    chain.str(1, b"t");
    chain.str(3, b"c");
    chain.nest(4, |msg| {
        msg.bytes(1, &[0, 0, 0, 2]);
        msg.bytes(2, &[0, 0, 0, 0]);
    });
    chain.bytes(5, &[0, 0, 0, 0]);
    chain.str(7, b"filter");
    let whole = chain.finish(1, 0).expect("a message").to_vec();
    let is_found = |body: &[u8]| ipso::isolate::nat::firewall::dropping(body).is_some();
    assert!(is_found(&whole[16..]));
    for len in 16..whole.len() {
        assert!(!is_found(&whole[16..len]) || len + 4 > whole.len(), "{len}");
    }
    for at in 16..whole.len() {
        for value in [0, 1, 4, 0xff] {
            let mut damaged = whole[16..].to_vec();
            damaged[at - 16] = value;
            let _ = is_found(&damaged);
        }
    }
}
