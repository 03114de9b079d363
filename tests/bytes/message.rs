//! Messages as text, in both notations of `main.rs`. They are taken apart here anew, not by what is tested.

use crate::data::{Line, root};
use crate::support::{Messages, Msg};
use std::collections::HashMap;
use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::sync::LazyLock;

/// Names of the kernel that the program has no use for.
const MORE_CONSTANTS: &[(&str, u64)] = &[
    // The kernel gives the families of generic netlink other types each time.
    ("fou", 1024),
    ("tcp_metrics", 1028),
    ("mptcp_pm", 1032),
    ("ARPHRD_ETHER", 1),
    ("ARPHRD_NONE", 0xfffe),
    ("IFLA_CAN_TDC_TDCV_MIN", 1),
    ("IFLA_CAN_TDC_TDCV_MAX", 2),
    ("IFLA_CAN_TDC_TDCO_MIN", 3),
    ("IFLA_CAN_TDC_TDCO_MAX", 4),
    ("IFLA_CAN_TDC_TDCF_MIN", 5),
    ("IFLA_CAN_TDC_TDCF_MAX", 6),
    ("IFLA_CAN_TDC_TDCV", 7),
    ("IFLA_CAN_TDC_TDCO", 8),
    ("IFLA_CAN_TDC_TDCF", 9),
    ("IFLA_CAN_PWM_PWMS_MIN", 1),
    ("IFLA_CAN_PWM_PWMS_MAX", 2),
    ("IFLA_CAN_PWM_PWML_MIN", 3),
    ("IFLA_CAN_PWM_PWML_MAX", 4),
    ("IFLA_CAN_PWM_PWMO_MIN", 5),
    ("IFLA_CAN_PWM_PWMO_MAX", 6),
    ("IFLA_CAN_PWM_PWMS", 7),
    ("IFLA_CAN_PWM_PWML", 8),
    ("IFLA_CAN_PWM_PWMO", 9),
];

/// The kernel's constants by their full names, read from the source of the program: `// prefix: IFLA_` stands above
/// `pub const MTU: u16 = 4;`.
static CONSTANTS: LazyLock<HashMap<String, u64>> = LazyLock::new(|| {
    let more = MORE_CONSTANTS.iter();
    let mut constants = more.map(|(name, n)| ((*name).to_owned(), *n)).collect();
    add_constants(&mut constants, &root().join("src/nl"));
    constants
});

fn add_constants(constants: &mut HashMap<String, u64>, path: &Path) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder of the source") {
            add_constants(constants, &entry.expect("an entry").path());
        }
        return;
    }
    let source = fs::read_to_string(path).expect("a source file");
    let mut prefix = None;
    for line in source.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("// prefix: ") {
            prefix = rest.split_whitespace().next();
        } else if let (Some(prefix), Some((name, value))) = (prefix, constant(line)) {
            let name = format!("{prefix}{name}");
            let other = constants.insert(name, value).unwrap_or(value);
            assert_eq!(other, value, "{}: {line}", path.display());
        }
    }
}

/// `pub const NAME: TYPE = VALUE;`
fn constant(line: &str) -> Option<(&str, u64)> {
    let (name, rest) = line.strip_prefix("pub const ")?.split_once(": ")?;
    let (_, value) = rest.split_once(" = ")?;
    let (value, _) = value.split_once(';')?;
    Some((name, plain_number(value)?))
}

/// Fields of the fixed headers with their widths; those without a name are padding.
type Header = &'static [(&'static str, usize)];

const IFINFOMSG: Header = &[
    ("ifi_family", 1),
    ("", 1),
    ("ifi_type", 2),
    ("ifi_index", 4),
    ("ifi_flags", 4),
    ("ifi_change", 4),
];

const IFADDRMSG: Header = &[
    ("ifa_family", 1),
    ("ifa_prefixlen", 1),
    ("ifa_flags", 1),
    ("ifa_scope", 1),
    ("ifa_index", 4),
];

const RTMSG: Header = &[
    ("rtm_family", 1),
    ("rtm_dst_len", 1),
    ("rtm_src_len", 1),
    ("rtm_tos", 1),
    ("rtm_table", 1),
    ("rtm_protocol", 1),
    ("rtm_scope", 1),
    ("rtm_type", 1),
    ("rtm_flags", 4),
];

const FIB_RULE_HDR: Header = &[
    ("family", 1),
    ("dst_len", 1),
    ("src_len", 1),
    ("tos", 1),
    ("table", 1),
    ("", 1),
    ("", 1),
    ("action", 1),
    ("flags", 4),
];

const NDMSG: Header = &[
    ("ndm_family", 1),
    ("", 1),
    ("", 2),
    ("ndm_ifindex", 4),
    ("ndm_state", 2),
    ("ndm_flags", 1),
    ("ndm_type", 1),
];

const NHMSG: Header = &[
    ("nh_family", 1),
    ("nh_scope", 1),
    ("nh_protocol", 1),
    ("", 1),
    ("nh_flags", 4),
];

const NDTMSG: Header = &[("ndtm_family", 1), ("", 3)];

const IFADDRLBLMSG: Header = &[
    ("ifal_family", 1),
    ("", 1),
    ("ifal_prefixlen", 1),
    ("ifal_flags", 1),
    ("ifal_index", 4),
    ("ifal_seq", 4),
];

const NETCONFMSG: Header = &[("ncm_family", 1), ("", 3)];

const IF_STATS_MSG: Header = &[("family", 1), ("", 3), ("ifindex", 4), ("filter_mask", 4)];

const RTGENMSG: Header = &[("rtgen_family", 1), ("", 3)];

const GENLMSGHDR: Header = &[("cmd", 1), ("version", 1), ("", 2)];

/// The fixed header of a message. Types come in fours: new, delete, get, set.
fn header(kind: u16) -> Header {
    match kind & !3 {
        // RTM_NEWLINK, RTM_NEWLINKPROP
        16 | 108 => IFINFOMSG,
        // RTM_NEWADDR
        20 => IFADDRMSG,
        // RTM_NEWROUTE
        24 => RTMSG,
        // RTM_NEWRULE
        32 => FIB_RULE_HDR,
        // RTM_NEWNEIGH
        28 => NDMSG,
        // RTM_NEWNEXTHOP, RTM_NEWNEXTHOPBUCKET
        104 | 116 => NHMSG,
        // RTM_NEWNEIGHTBL
        64 => NDTMSG,
        // RTM_NEWADDRLABEL
        72 => IFADDRLBLMSG,
        // RTM_NEWNETCONF
        80 => NETCONFMSG,
        // RTM_NEWSTATS
        92 => IF_STATS_MSG,
        // RTM_NEWNSID
        88 => RTGENMSG,
        // Generic netlink.
        1024.. => GENLMSGHDR,
        _ => panic!("no such message: {kind}"),
    }
}

/// How long the fixed header of a message is.
pub fn header_len(kind: u16) -> usize {
    header(kind).iter().map(|(_, width)| width).sum()
}

/// The message that a reply of `replies.txt` has: a line with the fixed header, and the attributes.
pub fn message(lines: &[Line]) -> Vec<u8> {
    let (line, attributes) = lines.split_first().expect("a message");
    let mut words = line.text.split(' ');
    let kind = words.next().and_then(number).map(|kind| kind as u16);
    let kind = kind.unwrap_or_else(|| panic!("{}: no such type", line.at));
    let words: Vec<&str> = words.collect();
    let known = |pair: &[&str]| header(kind).iter().any(|(name, _)| *name == pair[0]);
    assert!(words.chunks(2).all(known), "{}: no such field", line.at);
    let fields = header(kind).iter().map(|(name, width)| {
        let pair = words.chunks(2).find(|pair| pair[0] == *name);
        let value = pair.map_or(Some(0), |pair| number(pair[1]));
        let value = value.unwrap_or_else(|| panic!("{}: no value of {name}", line.at));
        match width {
            1 => vec![value as u8],
            2 => (value as u16).to_ne_bytes().to_vec(),
            3 => vec![0; 3],
            _ => (value as u32).to_ne_bytes().to_vec(),
        }
    });
    let mut msg = Msg::new(kind, 0, &fields.collect::<Vec<_>>().concat());
    add_attributes(&mut msg, attributes);
    msg.finish(0, 0).expect("attributes of any length").to_vec()
}

/// Attributes as lines; what is nested in one is indented more.
fn add_attributes(msg: &mut Msg, lines: &[Line]) {
    let indent = |line: &Line| line.text.len() - line.text.trim_start().len();
    let mut rest = lines;
    while let [line, behind @ ..] = rest {
        let nested = behind
            .iter()
            .take_while(|other| indent(other) > indent(line));
        let (nested, behind) = behind.split_at(nested.count());
        let text = line.text.trim_start();
        let (name, value) = text.split_once(' ').unwrap_or((text, ""));
        match (number(name), payload(value)) {
            (Some(attr), Some(bytes)) if nested.is_empty() => msg.bytes(attr as u16, &bytes),
            (Some(attr), Some(bytes)) if bytes.is_empty() => {
                msg.nest(attr as u16, |msg| add_attributes(msg, nested));
            }
            _ => panic!("{}: no attribute: {text}", line.at),
        }
        rest = behind;
    }
}

/// What an attribute holds.
fn payload(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut form = "";
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            rest = add_string(&mut bytes, quoted)?.trim_start();
            continue;
        }
        let (word, behind) = rest.split_once(' ').unwrap_or((rest, ""));
        match word {
            "u8" | "u16" | "u32" | "u64" | "s32" | "be16" | "be32" | "hex" | "zeros" => form = word,
            _ => bytes.extend(value(form, word)?),
        }
        rest = behind;
    }
    Some(bytes)
}

/// Adds a string up to its closing quote; what is behind it.
fn add_string<'a>(bytes: &mut Vec<u8>, text: &'a str) -> Option<&'a str> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some(&text[at + 1..]),
            '\\' => match chars.next()?.1 {
                '0' => bytes.push(0),
                'x' => {
                    bytes.push(u8::from_str_radix(text.get(at + 2..at + 4)?, 16).ok()?);
                    chars.nth(1)?;
                }
                c => bytes.extend(c.to_string().bytes()),
            },
            c => bytes.extend(c.to_string().bytes()),
        }
    }
    None
}

/// An address, or whatever the word before says.
fn value(form: &str, word: &str) -> Option<Vec<u8>> {
    if word.contains([':', '.']) {
        return address(word);
    }
    if form == "hex" {
        return bytes_of(word);
    }
    let n = number(word)?;
    Some(match form {
        "u8" => vec![n as u8],
        "u16" => (n as u16).to_ne_bytes().to_vec(),
        "u32" | "s32" => (n as u32).to_ne_bytes().to_vec(),
        "u64" => n.to_ne_bytes().to_vec(),
        "be16" => (n as u16).to_be_bytes().to_vec(),
        "be32" => (n as u32).to_be_bytes().to_vec(),
        "zeros" => vec![0; n as usize],
        _ => return None,
    })
}

/// `10.0.0.1`, `fd00::1`, or `02:00:00:00:00:01` of any length.
fn address(word: &str) -> Option<Vec<u8>> {
    if let Ok(address) = word.parse::<Ipv4Addr>() {
        return Some(address.octets().to_vec());
    }
    if word.split(':').all(|pair| pair.len() == 2) {
        return bytes_of(&word.replace(':', ""));
    }
    let address: Ipv6Addr = word.parse().ok()?;
    Some(address.octets().to_vec())
}

pub fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let pairs = (0..hex.len()).step_by(2).map(|at| hex.get(at..at + 2));
    pairs
        .map(|pair| u8::from_str_radix(pair?, 16).ok())
        .collect()
}

/// A number, the name of one, or several of both joined by `|`.
fn number(text: &str) -> Option<u64> {
    let mut numbers = text.split('|').map(|word| {
        let named = CONSTANTS.get(word).copied();
        named.or_else(|| plain_number(word))
    });
    numbers.try_fold(0, |all, n| Some(all | n?))
}

fn plain_number(text: &str) -> Option<u64> {
    if let Some(text) = text.strip_prefix('-') {
        return Some(plain_number(text)?.wrapping_neg());
    }
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// ` TYPE:HEX` of each attribute, with `N` behind the type for `NLA_F_NESTED`.
pub fn attributes(mut bytes: &[u8]) -> String {
    let mut text = String::new();
    while !bytes.is_empty() {
        let len = usize::from(u16::from_ne_bytes([bytes[0], bytes[1]]));
        let kind = u16::from_ne_bytes([bytes[2], bytes[3]]);
        let nested = if kind & 0x8000 != 0 { "N" } else { "" };
        text += &format!(" {}{nested}:{}", kind & 0x3fff, hex(&bytes[4..len]));
        let end = len.next_multiple_of(4);
        assert!(
            bytes[len..end].iter().all(|byte| *byte == 0),
            "padding is zero"
        );
        bytes = &bytes[end..];
    }
    text
}

/// A message as `requests.txt` has it.
pub fn described(bytes: &[u8]) -> String {
    let message = Messages(bytes).next().expect("a whole message");
    assert_eq!(message.body.len() + 16, bytes.len(), "one message");
    let (head, attrs) = message.body.split_at(header_len(message.kind));
    format!(
        "type {} fl {:x} hdr {} attrs{}",
        message.kind,
        message.flags,
        hex(head),
        attributes(attrs)
    )
}

/// The bytes of an expectation as this host sends them: on a big-endian one, those of a number between `<` and `>` are
/// reversed.
pub fn sent(expected: &str) -> String {
    let mut text = String::new();
    for part in expected.split_inclusive(['<', '>']) {
        let number = part.strip_suffix('>').filter(|number| {
            number.len() >= 4 && number.bytes().all(|digit| digit.is_ascii_hexdigit())
        });
        match number {
            Some(number) => {
                text.truncate(text.len() - 1);
                let pairs = (0..number.len()).step_by(2).map(|at| &number[at..at + 2]);
                if cfg!(target_endian = "big") {
                    text.extend(pairs.rev());
                } else {
                    text.extend(pairs);
                }
            }
            None => text += part,
        }
    }
    text
}

#[test]
fn numbers_in_host_order_are_reversed_on_big_endian_hosts() {
    let number = if cfg!(target_endian = "big") {
        "0000000000000005"
    } else {
        "0500000000000000"
    };
    assert_eq!(
        sent("1:<0500000000000000>ff <GVRP> <>"),
        format!("1:{number}ff <GVRP> <>")
    );
}

/// A message in one notation, and the same in the other.
#[test]
fn both_notations_say_the_same() {
    let text = r#"RTM_NEWLINK ifi_type ARPHRD_ETHER ifi_index 7 ifi_flags IFF_UP|0x40
    IFLA_IFNAME "a \"b\\\x01é\0"
    IFLA_LINKINFO|NLA_F_NESTED
        IFLA_INFO_KIND "can" u16 1
        IFLA_INFO_DATA
        9999 u8 3 4 02:0a be16 5 be32 0x6 zeros 3
    IFLA_AF_SPEC s32 -2 u64 7 hex 0a0b 10.0.0.1 fd00::1"#;
    let lines = text.lines().map(|line| Line {
        at: String::new(),
        text: line.to_owned(),
    });
    let found = described(&message(&lines.collect::<Vec<_>>()));
    let expected = "type 16 fl 1 hdr 0000<0100><07000000><41000000>00000000 attrs 3:612022625c01c3a900 \
         18N:<0900><0100>63616e<0100>000000<0400><0200><1100><0f27>0304020a000500000006000000000000 \
         26:<feffffff><0700000000000000>0a0b0a000001fd000000000000000000000000000001";
    assert_eq!(found, sent(expected));
}
