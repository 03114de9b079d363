//! Parsers of addresses: of the link layer, IPv4 and IPv6.

use crate::args::number::{radix, unsigned};
use crate::error::{Error, REFUSED, Result};
use crate::text::cut;

/// A link-layer address: hexadecimal bytes joined by colons, 32 at most, or a dotted quad.
pub fn lladdr(word: &[u8]) -> Result<Vec<u8>> {
    read_lladdr(word).ok_or_else(|| Error::refused("\"%\" is invalid lladdr.", word))
}

fn read_lladdr(mut word: &[u8]) -> Option<Vec<u8>> {
    if word.contains(&b'.') {
        return Some(ipv4(word)?.into());
    }
    let mut bytes = Vec::new();
    while bytes.len() < 32 {
        let last = !word.contains(&b':');
        let part = cut(&mut word, b':')?;
        let digits = part.strip_prefix(b"0x").unwrap_or(part);
        bytes.push(radix(digits, 16)?.try_into().ok()?);
        if last {
            return Some(bytes);
        }
    }
    None
}

/// Parses one to four numbers joined by dots, each in the base that `0x` or `0` says. Those that are missing are 0:
/// `10.7` is 10.7.0.0.
fn ipv4(mut word: &[u8]) -> Option<[u8; 4]> {
    let mut quad = [0; 4];
    for byte in &mut quad {
        let last = !word.contains(&b'.');
        let part = cut(&mut word, b'.')?;
        *byte = unsigned(part, 255)? as u8;
        if last {
            return Some(quad);
        }
    }
    None
}

/// An IPv6 address as inet_pton(3) reads it.
fn ipv6(word: &[u8]) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    let gap = word.windows(2).position(|pair| pair == b"::");
    let Some(gap) = gap else {
        return (groups(word, &mut bytes)? == 16).then_some(bytes);
    };
    let head = groups(&word[..gap], &mut bytes)?;
    let mut end = [0; 16];
    let tail = groups(&word[gap + 2..], &mut end)?;
    if head + tail > 14 {
        return None;
    }
    bytes[16 - tail..].copy_from_slice(&end[..tail]);
    Some(bytes)
}

/// Parses groups of an IPv6 address, of which the last may be a dotted quad. Returns how many bytes they are.
fn groups(mut word: &[u8], bytes: &mut [u8; 16]) -> Option<usize> {
    let mut at = 0;
    while !word.is_empty() {
        let last = !word.contains(&b':');
        let part = cut(&mut word, b':')?;
        if last && part.contains(&b'.') {
            let octet = |part: &[u8]| part.len() == 1 || part.first() != Some(&b'0');
            let dots = part.iter().filter(|b| **b == b'.').count();
            if dots != 3 || !part.split(|b| *b == b'.').all(octet) {
                return None;
            }
            bytes.get_mut(at..at + 4)?.copy_from_slice(&ipv4(part)?);
            at += 4;
        } else {
            let group = radix(part, 16).filter(|_| part.len() <= 4)? as u16;
            bytes
                .get_mut(at..at + 2)?
                .copy_from_slice(&group.to_be_bytes());
            at += 2;
        }
        if !last && word.is_empty() {
            return None;
        }
    }
    Some(at)
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

fn not_expected(word: &[u8], family: u8, what: &[u8]) -> Error {
    let family: &[u8] = match family {
        0 => b"any valid",
        INET => b"inet",
        INET6 => b"inet6",
        PACKET => b"link",
        MPLS => b"mpls",
        BRIDGE => b"bridge",
        _ => b"???",
    };
    let text = "Error: % % is expected rather than \"%\".";
    Error::new(REFUSED, text, &[family, what, word]).ends()
}

/// Parses an address without a prefix length. `family` is 0 for any.
pub fn addr(word: &[u8], family: u8) -> Result<Prefix> {
    read_addr(word, family).ok_or_else(|| not_expected(word, family, b"address"))
}

fn read_addr(word: &[u8], family: u8) -> Option<Prefix> {
    let mut prefix = Prefix {
        family,
        bytes: [0; 16],
        width: 0,
        len: 0,
        explicit: false,
    };
    match word {
        b"any" | b"all" => return Some(prefix),
        b"default" => {
            prefix.width = width(family);
            return Some(prefix);
        }
        _ if word.contains(&b':') => {
            (prefix.family, prefix.bytes) = (INET6, ipv6(word)?);
        }
        _ => {
            prefix.family = INET;
            prefix.bytes[..4].copy_from_slice(&ipv4(word)?);
        }
    }
    prefix.width = width(prefix.family);
    prefix.len = prefix.width * 8;
    (family == 0 || family == prefix.family).then_some(prefix)
}

fn width(family: u8) -> u8 {
    match family {
        INET => 4,
        INET6 => 16,
        _ => 0,
    }
}

/// Parses `ADDR[/LEN]`, where LEN may be a dotted netmask. Without it the length is that of a whole address. `family`
/// is 0 for any.
pub fn cidr(word: &[u8], family: u8) -> Result<Prefix> {
    read_cidr(word, family).ok_or_else(|| not_expected(word, family, b"prefix"))
}

fn read_cidr(word: &[u8], family: u8) -> Option<Prefix> {
    let mut mask = word;
    let host = cut(&mut mask, b'/')?;
    let mut prefix = read_addr(host, family)?;
    if host.len() < word.len() {
        let max = if prefix.width == 0 {
            128
        } else {
            prefix.width * 8
        };
        prefix.len = match unsigned(mask, max.into()) {
            Some(len) => len as u8,
            None => ipv4(mask)
                .filter(|_| prefix.family == INET)
                .and_then(netmask)?,
        };
        prefix.explicit = true;
    }
    Some(prefix)
}

/// The length of a netmask. `None` if it has a one behind a zero.
fn netmask(quad: [u8; 4]) -> Option<u8> {
    let mask = u32::from_be_bytes(quad);
    let ones = mask.leading_ones();
    (mask.count_ones() == ones).then_some(ones as u8)
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
        for bad in [
            "1.2.3.4.5",
            "1.2.3.4/33",
            "fd00::1/129",
            "256.1",
            "x",
            "1.2.3.4/255.0.255.0",
            "/8",
            "",
        ] {
            assert!(cidr(bad.as_bytes(), 0).is_err(), "{bad}");
        }
        assert!(cidr(b"10.0.0.1", INET6).is_err());
        assert_eq!(lladdr(b"2:0:0:0:0:1f").unwrap(), [2, 0, 0, 0, 0, 0x1f]);
        assert!(lladdr(b"2:0:zz").is_err());
        assert!(lladdr(b"2:100").is_err());
    }
}
