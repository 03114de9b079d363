//! Parsers of addresses: of the link layer, IPv4 and IPv6.

use crate::args::number::{radix, unsigned};
use crate::error::{Error, REFUSED, Result};
use crate::text::cut;

/// A link-layer address: hexadecimal bytes joined by colons, 32 at most, or a dotted quad.
pub fn lladdr(word: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match read_lladdr(word, &mut bytes) {
        Some(()) => Ok(bytes),
        None => Err(Error::refused("\"%\" is invalid lladdr.", word)),
    }
}

fn read_lladdr(mut word: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    if word.contains(&b'.') {
        bytes.extend_from_slice(&ipv4(word, false)?);
        return Some(());
    }
    while bytes.len() < 32 {
        let left = word.len();
        let part = cut(&mut word, b':')?;
        let digits = part.strip_prefix(b"0x").unwrap_or(part);
        bytes.push(radix(digits, 16)?.try_into().ok()?);
        if part.len() == left {
            return Some(());
        }
    }
    None
}

/// Parses one to four numbers joined by dots, each in the base that `0x` or `0` says. Those that are missing are 0:
/// `10.7` is 10.7.0.0. `plain`: all four have to be there, in plain decimal.
fn ipv4(mut word: &[u8], plain: bool) -> Option<[u8; 4]> {
    let mut quad = [0; 4];
    for n in 0..4 {
        let left = word.len();
        let part = cut(&mut word, b'.')?;
        if plain && part != b"0" && !matches!(part.first(), Some(b'1'..=b'9')) {
            return None;
        }
        quad[n] = unsigned(part, 255)? as u8;
        if part.len() == left {
            return (n == 3 || !plain).then_some(quad);
        }
    }
    None
}

/// Parses an IPv6 address as inet_pton(3) does.
fn ipv6(mut word: &[u8], bytes: &mut [u8; 16]) -> Option<()> {
    let mut at = 0;
    // Where the `::` is.
    let mut gap = None;
    if let Some(rest) = word.strip_prefix(b"::") {
        gap = Some(0);
        word = rest;
    }
    while !word.is_empty() {
        let left = word.len();
        let part = cut(&mut word, b':')?;
        let last = part.len() == left;
        let (number, len) = if last && part.contains(&b'.') {
            (ipv4(part, true)?, 4)
        } else {
            let group = radix(part, 16).filter(|_| part.len() <= 4)? as u32;
            ((group << 16).to_be_bytes(), 2)
        };
        for byte in &number[..len] {
            *bytes.get_mut(at)? = *byte;
            at += 1;
        }
        if gap.is_none() && word.starts_with(b":") {
            gap = Some(at);
            word = &word[1..];
        } else if !last && word.is_empty() {
            return None;
        }
    }
    match gap {
        None => (at == 16).then_some(()),
        Some(_) if at > 14 => None,
        Some(gap) => {
            // What stands behind the gap belongs to the end, and zeros to its place.
            for from in (gap..at).rev() {
                bytes.swap(from, from + 16 - at);
            }
            Some(())
        }
    }
}

/// `AF_*` in a byte, as netlink has them.
const INET: u8 = libc::AF_INET as u8;
const INET6: u8 = libc::AF_INET6 as u8;
const PACKET: u8 = libc::AF_PACKET as u8;
const BRIDGE: u8 = libc::AF_BRIDGE as u8;
const MPLS: u8 = libc::AF_MPLS as u8;

/// An address with the length of its prefix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prefix {
    /// `AF_INET`, `AF_INET6`, or 0 where the word was `any`, `all` or `default` and no family is known.
    pub family: u8,
    bytes: [u8; 16],
    /// How many of `bytes` are the address: 4 or 16, or 0 for `any`.
    width: u8,
    /// The length of the prefix in bits: 0 to 32, or 0 to 128.
    pub len: u8,
    /// Whether the word had a `/LEN`.
    pub explicit: bool,
}

impl Prefix {
    /// An IPv4 address with the length of its prefix, 0 to 32.
    pub fn inet([a, b, c, d]: [u8; 4], len: u8) -> Prefix {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&[a, b, c, d]);
        Prefix {
            family: INET,
            bytes,
            width: 4,
            len,
            explicit: true,
        }
    }

    /// The address: 4 or 16 bytes, none for `any`.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.width)]
    }

    /// The first byte of the address, 0 for `any`.
    pub fn first(&self) -> u8 {
        self.bytes[0]
    }

    /// Whether an address of the same family has this prefix.
    pub fn contains(&self, address: &[u8]) -> bool {
        let bit = |bytes: &[u8], at: usize| Some(bytes.get(at / 8)? >> (7 - at % 8) & 1);
        let is_equal = |at| {
            let own = bit(self.bytes(), at);
            own.is_some() && own == bit(address, at)
        };
        (0..self.len.into()).all(is_equal)
    }
}

/// Parses an address without a prefix length. `family` is 0 for any.
pub fn addr(word: &[u8], family: u8) -> Result<Prefix> {
    parse(word, family, false)
}

/// Parses `ADDR[/LEN]`, where LEN may be a dotted netmask. Without it the length is that of a whole address. `family`
/// is 0 for any.
pub fn cidr(word: &[u8], family: u8) -> Result<Prefix> {
    parse(word, family, true)
}

fn parse(word: &[u8], family: u8, with_len: bool) -> Result<Prefix> {
    let mut prefix = Prefix {
        family,
        bytes: [0; 16],
        width: 0,
        len: 0,
        explicit: false,
    };
    match read_prefix(word, with_len, &mut prefix) {
        Some(()) => Ok(prefix),
        None => Err(not_expected(word, family, with_len)),
    }
}

fn not_expected(word: &[u8], family: u8, with_len: bool) -> Error {
    let family: &[u8] = match family {
        0 => b"any valid",
        INET => b"inet",
        INET6 => b"inet6",
        PACKET => b"link",
        MPLS => b"mpls",
        BRIDGE => b"bridge",
        _ => b"???",
    };
    let what: &[u8] = if with_len { b"prefix" } else { b"address" };
    let text = "Error: % % is expected rather than \"%\".";
    Error::new(REFUSED, text, &[family, what, word]).ends()
}

/// Fills in a prefix, of which the family is what it has to be, or 0.
fn read_prefix(word: &[u8], with_len: bool, prefix: &mut Prefix) -> Option<()> {
    let mut mask = word;
    let host = if with_len {
        cut(&mut mask, b'/')?
    } else {
        word
    };
    if host == b"default" {
        prefix.width = width(prefix.family);
    } else if host != b"any" && host != b"all" {
        let family = if host.contains(&b':') {
            ipv6(host, &mut prefix.bytes)?;
            INET6
        } else {
            prefix.bytes[..4].copy_from_slice(&ipv4(host, false)?);
            INET
        };
        if prefix.family != 0 && prefix.family != family {
            return None;
        }
        prefix.family = family;
        prefix.width = width(family);
        prefix.len = prefix.width * 8;
    }
    if host.len() < word.len() {
        prefix.explicit = true;
        let max = if prefix.width == 0 {
            128
        } else {
            prefix.width * 8
        };
        prefix.len = match unsigned(mask, max.into()) {
            Some(len) => len as u8,
            None if prefix.family == INET => netmask(ipv4(mask, false)?)?,
            None => return None,
        };
    }
    Some(())
}

fn width(family: u8) -> u8 {
    match family {
        INET => 4,
        INET6 => 16,
        _ => 0,
    }
}

/// The length of a netmask. `None` if it has a one behind a zero.
fn netmask(quad: [u8; 4]) -> Option<u8> {
    let hosts = !u32::from_be_bytes(quad);
    (hosts & hosts.wrapping_add(1) == 0).then_some(hosts.leading_zeros() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(cidr(b"10.7/8", 0).unwrap().bytes(), [10, 7, 0, 0]);
        assert_eq!(cidr(b"1.2.3.4/255.255.0.0", 0).unwrap().len, 16);
        assert_eq!(cidr(b"fd00::1", 0).unwrap().len, 128);
        assert_eq!(
            cidr(b"::ffff:1.2.3.4/96", INET6).unwrap().bytes()[12..],
            [1, 2, 3, 4]
        );
        for good in [
            "::",
            "::1",
            "1::",
            "1::2:3",
            "1:2:3:4:5:6::",
            "::1:2:3:4:5:6",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7.8.9.10",
            "fe80::ABCD",
            "64:ff9b::1.2.3.4",
        ] {
            let reference: std::net::Ipv6Addr = good.parse().unwrap();
            let parsed = addr(good.as_bytes(), INET6).unwrap();
            assert_eq!(parsed.bytes(), reference.octets(), "{good}");
        }
        for bad in [
            "1.2.3.4.5",
            "1.2.3.4/33",
            "fd00::1/129",
            "256.1",
            "x",
            "1.2.3.4/255.0.255.0",
            "/8",
            "",
            ":",
            ":1",
            "1:",
            ":::",
            "1:::2",
            "1::2::3",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7::8",
            "::12345",
            "::1.2.3",
            "::1.2.3.04",
            "::0x1.2.3.4",
            "::+1.2.3.4",
            "1.2.3.4::",
        ] {
            assert!(cidr(bad.as_bytes(), 0).is_err(), "{bad}");
        }
        assert!(cidr(b"10.0.0.1", INET6).is_err());
        assert_eq!(lladdr(b"2:0:0:0:0:1f").unwrap(), [2, 0, 0, 0, 0, 0x1f]);
        assert!(lladdr(b"2:0:zz").is_err());
        assert!(lladdr(b"2:100").is_err());
    }
}
