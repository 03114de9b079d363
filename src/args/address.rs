//! Parsers of addresses: of the link layer, IPv4, IPv6 and MPLS.

use crate::append::Append;
use crate::args::number::{radix, unsigned};
use crate::error::{Error, REFUSED, Result};
use crate::text::{add_address, add_decimal, cut};

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
        bytes.append_bytes(&ipv4(word, false)?);
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
    let quad = plain_ipv4(word);
    if quad.is_some() || plain {
        return quad;
    }
    let mut quad = [0; 4];
    for n in 0..4 {
        let left = word.len();
        let part = cut(&mut word, b'.')?;
        quad[n] = unsigned(part, 255)? as u8;
        if part.len() == left {
            return Some(quad);
        }
    }
    None
}

/// Parses four plain decimal numbers joined by dots. (A batch may have many lines, and most addresses are of this form.)
fn plain_ipv4(word: &[u8]) -> Option<[u8; 4]> {
    // The numbers before the one that is being read, as one; how many they are; and how many digits that one has.
    let (mut quad, mut n, mut number, mut digits) = (0u32, 0, 0u32, 0);
    for byte in word {
        if *byte == b'.' && digits > 0 && n < 3 {
            quad = quad << 8 | number;
            n += 1;
            (number, digits) = (0, 0);
            continue;
        }
        let digit = u32::from(byte.wrapping_sub(b'0'));
        let is_octal = digits > 0 && number == 0;
        number = 10 * number + digit;
        if digit > 9 || is_octal || number > 255 {
            return None;
        }
        digits += 1;
    }
    (n == 3 && digits > 0).then_some((quad << 8 | number).to_be_bytes())
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
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Prefix {
    /// `AF_*`, or 0 where the word was `any`, `all` or `default` and no family is known.
    pub family: u8,
    bytes: [u8; 16],
    /// How many of `bytes` are the address: 4 or 16, for one of the link layer 1 to 16, or 0 for `any`.
    width: u8,
    /// The length of the prefix in bits: 0 to 32, or 0 to 128; that of an MPLS label is 20.
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

    /// An IPv6 address with the length of its prefix, 0 to 128.
    pub fn inet6(bytes: [u8; 16], len: u8) -> Prefix {
        Prefix {
            family: INET6,
            bytes,
            width: 16,
            len,
            explicit: true,
        }
    }

    /// Parses an address, `with_len` with the length of its prefix, as [`addr`] and [`cidr`] do.
    pub fn read(&mut self, word: &[u8], family: u8, with_len: bool) -> Result<()> {
        *self = Prefix::default();
        self.family = family;
        match read_prefix(word, with_len, self) {
            Some(()) => Ok(()),
            None => Err(not_expected(word, family, with_len)),
        }
    }

    /// The same for a family that the first address sets.
    pub fn read_in(&mut self, word: &[u8], family: &mut u8, with_len: bool) -> Result<()> {
        self.read(word, *family, with_len)?;
        if *family == 0 {
            *family = self.family;
        }
        Ok(())
    }

    /// The address: 4 or 16 bytes, none for `any`.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.width)]
    }

    /// Adds the address and the length of its prefix to a text, as `ADDR/LEN`.
    pub fn add_to(&self, text: &mut Vec<u8>) {
        add_address(text, self.bytes());
        text.push(b'/');
        add_decimal(text, self.len.into());
    }

    /// The first byte of the address, 0 for `any`.
    pub fn first(&self) -> u8 {
        self.bytes[0]
    }

    /// Whether an address of the same family has this prefix.
    pub fn contains(&self, address: &[u8]) -> bool {
        let whole = 8 * address.len().min(self.width.into());
        usize::from(self.len) <= whole && has_equal_bits(self.bytes(), address, self.len)
    }
}

/// Whether the first `len` bits of two addresses are equal. An address has zeros behind its end.
pub fn has_equal_bits(a: &[u8], b: &[u8], len: u8) -> bool {
    let mut left = i32::from(len);
    let mut at = 0;
    while left > 0 {
        let byte = |bytes: &[u8]| bytes.get(at).copied().unwrap_or(0);
        let differing = byte(a) ^ byte(b);
        if differing.leading_zeros() < left.min(8) as u32 {
            return false;
        }
        left -= 8;
        at += 1;
    }
    true
}

/// Parses an address without a prefix length. `family` is 0 for any.
pub fn addr(word: &[u8], family: u8) -> Result<Prefix> {
    read_address(word, family, false)
}

/// Parses `ADDR[/LEN]`, where LEN may be a dotted netmask. Without it the length is that of a whole address. `family`
/// is 0 for any.
pub fn cidr(word: &[u8], family: u8) -> Result<Prefix> {
    read_address(word, family, true)
}

/// How many labels a stack may have.
const MOST_LABELS: usize = 64;
/// How many bits an MPLS label has.
#[cfg(feature = "encap")]
const LABEL_BITS: u8 = 20;

/// Parses a stack of MPLS labels, numbers below 2^20 joined by `/`, into four bytes of each as they are in a packet:
/// 20 bits of label in front, and in the last one the bit that ends the stack.
pub fn mpls(word: &[u8]) -> Result<Vec<u8>> {
    let mut stack = Vec::new();
    match read_labels(word, &mut stack) {
        Some(()) => Ok(stack),
        None => Err(not_expected(word, MPLS, false)),
    }
}

fn read_labels(mut word: &[u8], stack: &mut Vec<u8>) -> Option<()> {
    while stack.len() < 4 * MOST_LABELS {
        let left = word.len();
        let part = cut(&mut word, b'/')?;
        let label = unsigned(part, 0xf_ffff)? as u32;
        let is_last = part.len() == left;
        let entry = label << 12 | u32::from(is_last) << 8;
        stack.append_bytes(&entry.to_be_bytes());
        if is_last {
            return Some(());
        }
    }
    None
}

/// [`cidr`] if `with_len`, else [`addr`].
pub fn read_address(word: &[u8], family: u8, with_len: bool) -> Result<Prefix> {
    let mut prefix = Prefix::default();
    prefix.read(word, family, with_len)?;
    Ok(prefix)
}

fn not_expected(word: &[u8], family: u8, with_len: bool) -> Error {
    if with_len && family == PACKET {
        let text = "Error: \"%\" may be inet prefix, but it is not allowed in this context.";
        return Error::refused(text, word).ends();
    }
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
    match prefix.family {
        PACKET if with_len => return None,
        #[cfg(feature = "encap")]
        PACKET | MPLS => return read_other(word, prefix),
        _ => {}
    }
    let mut mask = word;
    let host = if with_len {
        cut(&mut mask, b'/')?
    } else {
        word
    };
    let quad = plain_ipv4(host);
    if quad.is_none() {
        match word {
            b"default" => {
                prefix.width = width(prefix.family);
                prefix.explicit = prefix.family != 0;
                return Some(());
            }
            b"any" | b"all" => return Some(()),
            _ => {}
        }
    }
    let family = if quad.is_none() && host.contains(&b':') {
        ipv6(host, &mut prefix.bytes)?;
        INET6
    } else {
        let quad = quad.or_else(|| ipv4(host, false))?;
        prefix.bytes[..4].copy_from_slice(&quad);
        INET
    };
    if prefix.family != 0 && prefix.family != family {
        return None;
    }
    prefix.family = family;
    prefix.width = width(family);
    let max = prefix.width * 8;
    prefix.len = max;
    if host.len() < word.len() {
        prefix.explicit = true;
        prefix.len = match unsigned(mask, max.into()) {
            Some(len) => len as u8,
            // A number that is no length is no mask, either.
            None if family == INET && mask.contains(&b'.') => netmask(ipv4(mask, false)?)?,
            None => return None,
        };
    }
    Some(())
}

/// The same for an address of the link layer, and for an MPLS label, which is all of its prefix.
#[cfg(feature = "encap")]
fn read_other(word: &[u8], prefix: &mut Prefix) -> Option<()> {
    let mut bytes = Vec::new();
    let len = if prefix.family == MPLS {
        read_labels(word, &mut bytes)?;
        (bytes.len() == 4).then_some(LABEL_BITS)?
    } else {
        read_lladdr(word, &mut bytes)?;
        8 * bytes.len() as u8
    };
    prefix.bytes.get_mut(..bytes.len())?.copy_from_slice(&bytes);
    prefix.width = bytes.len() as u8;
    prefix.len = len;
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
            "1.2.3.4/128",
            "1.2.3.4/255",
            "1.2.3.4/0xff000000",
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
            "any/0",
            "all/8",
            "default/0",
        ] {
            assert!(cidr(bad.as_bytes(), 0).is_err(), "{bad}");
        }
        assert!(cidr(b"10.0.0.1", INET6).is_err());
        assert_eq!(lladdr(b"2:0:0:0:0:1f").unwrap(), [2, 0, 0, 0, 0, 0x1f]);
        assert!(lladdr(b"2:0:zz").is_err());
        assert!(lladdr(b"2:100").is_err());
    }

    #[test]
    fn stacks_of_labels() {
        assert_eq!(mpls(b"100").unwrap(), [0, 6, 0x41, 0]);
        let two = mpls(b"0x64/1048575").unwrap();
        assert_eq!(two, [0, 6, 0x40, 0, 0xff, 0xff, 0xf1, 0]);
        let stack = |labels: usize| vec!["16"; labels].join("/");
        assert_eq!(mpls(stack(64).as_bytes()).unwrap().len(), 256);
        assert!(mpls(stack(65).as_bytes()).is_err());
        for bad in [
            "", "/", "1/", "/1", "1//2", "1048576", "-1", "x", "1.2", "default", "any",
        ] {
            assert!(mpls(bad.as_bytes()).is_err(), "{bad}");
        }
        let e = mpls(b"x").unwrap_err();
        assert_eq!(
            e.text(),
            b"Error: mpls address is expected rather than \"x\"."
        );
    }
}
