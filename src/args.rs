//! A cursor over the words of a command line, and the readings of one word: keyword, number, address.

use crate::error::{Error, Result};
use crate::text::cut;

/// A cursor over words. A batch line has the same form as a command line.
#[derive(Clone)]
pub struct Words<'a> {
    list: &'a [&'a [u8]],
    at: usize,
    /// Lines for stderr that do not stop the command.
    pub warnings: Vec<u8>,
}

impl<'a> Words<'a> {
    /// A cursor at the first word.
    pub fn new(list: &'a [&'a [u8]]) -> Words<'a> {
        Words {
            list,
            at: 0,
            warnings: Vec::new(),
        }
    }

    /// The next word, without taking it.
    pub fn peek(&self) -> Option<&'a [u8]> {
        self.list.get(self.at).copied()
    }

    /// Takes the word that follows a keyword, which must be there.
    pub fn value(&mut self) -> Result<&'a [u8]> {
        self.next().ok_or_else(Error::incomplete)
    }

    /// Steps back over the word that was taken last.
    pub fn back(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    /// The word that was taken last.
    pub fn taken(&self) -> Option<&'a [u8]> {
        self.list.get(self.at.wrapping_sub(1)).copied()
    }

    /// The word before the one that was taken last.
    pub fn before(&self) -> Option<&'a [u8]> {
        self.list.get(self.at.wrapping_sub(2)).copied()
    }

    /// Takes all the words that are left.
    pub fn rest(&mut self) -> &'a [&'a [u8]] {
        let rest = &self.list[self.at..];
        self.at = self.list.len();
        rest
    }

    /// Adds a line for stderr.
    pub fn warn(&mut self, line: &[u8]) {
        self.warnings.extend_from_slice(line);
        self.warnings.push(b'\n');
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let word = self.peek()?;
        self.at += 1;
        Some(word)
    }
}

/// Whether `word` is a leading part of `full`. The empty word is a part of nothing.
pub fn prefix(word: &[u8], full: &str) -> bool {
    !word.is_empty() && full.as_bytes().starts_with(word)
}

/// Whether `word` matches one of the comma-joined spellings of a row: `=word` must be equal, `word:3` needs three bytes at
/// the least (an earlier word owns what is shorter), any other matches by prefix; `!word` is also met by `noword`, in the same
/// way.
pub fn named(word: &[u8], spellings: &[u8]) -> bool {
    let mut rest = spellings;
    while let Some(mut spelling) = cut(&mut rest, b',') {
        let strict = spelling.strip_prefix(b"=");
        let twice = strict.unwrap_or(spelling).strip_prefix(b"!");
        spelling = twice.or(strict).unwrap_or(spelling);
        let full = cut(&mut spelling, b':').unwrap_or_default();
        let least = match strict {
            Some(_) => full.len(),
            None => radix(spelling, 10).unwrap_or(1) as usize,
        };
        let meets = |word: &[u8], least| word.len() >= least && full.starts_with(word);
        if meets(word, least.max(1)) {
            return true;
        }
        let without = match word.len() {
            0..2 => b"no".starts_with(word).then_some(&b""[..]),
            _ => word.strip_prefix(b"no"),
        };
        let least = if strict.is_some() { least } else { 0 };
        if twice.is_some() && !word.is_empty() && without.is_some_and(|word| meets(word, least)) {
            return true;
        }
    }
    false
}

/// The row that a word picks from a table: spellings joined by `|`, and what each of them means.
pub fn pick<T: Copy>(word: &[u8], table: (&str, &[T])) -> Option<T> {
    table.1.get(place(word, table.0)).copied()
}

/// An enum of keywords, each with its spellings (see [`named`]), in the order in which a prefix picks them. `NAME::pick(word)`
/// is the keyword that a word picks. Behind the spellings may stand the part that a keyword needs: see `NAME::missing_part`.
///
/// ```ignore
/// keywords! {
///     /// The words of a change.
///     enum Word {
///         Peer = "=peer,=remote",
///         Broadcast = "broadcast,=brd",
///     }
/// }
/// ```
#[macro_export]
macro_rules! keywords {
    ($(#[$doc:meta])* $vis:vis enum $name:ident {
        $($(#[$about:meta])* $word:ident = $spellings:literal $((part $part:literal))?,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq)]
        $vis enum $name {
            $($(#[$about])* $word,)*
        }

        impl $name {
            /// The keyword that a word picks.
            $vis fn pick(word: &[u8]) -> Option<$name> {
                const WORDS: (&str, &[$name]) = (concat!($($spellings, "|"),*), &[$($name::$word),*]);
                $crate::args::pick(word, WORDS)
            }

            /// The part that the keyword needs, where this build does not have it.
            #[allow(dead_code)]
            $vis fn missing_part(self) -> Option<&'static str> {
                $($(
                    #[cfg(not(feature = $part))]
                    if self == $name::$word {
                        return Some($part);
                    }
                )?)*
                None
            }
        }
    };
}

fn place(word: &[u8], table: &str) -> usize {
    let mut rest = table.as_bytes();
    let mut n = 0;
    while cut(&mut rest, b'|').is_some_and(|spellings| !named(word, spellings)) {
        n += 1;
    }
    n
}

/// The plain word of the first spelling.
pub fn plain(spellings: &[u8]) -> &[u8] {
    let mut first = spellings;
    let mut first = cut(&mut first, b',').unwrap_or_default();
    let word = cut(&mut first, b':').unwrap_or_default();
    let word = word.strip_prefix(b"=").unwrap_or(word);
    word.strip_prefix(b"!").unwrap_or(word)
}

/// strtoul's reading of a whole word: blanks, a sign, `0x` and `0` for the base; `-1` wraps. The flag is the sign.
fn magnitude(word: &[u8]) -> Option<(u64, bool)> {
    let blanks = word
        .iter()
        .take_while(|b| matches!(b, b' ' | 9..=13))
        .count();
    let mut digits = &word[blanks..];
    let negative = digits.first() == Some(&b'-');
    if negative || digits.first() == Some(&b'+') {
        digits = &digits[1..];
    }
    let mut base = 10;
    if digits.first() == Some(&b'0') && digits.len() > 1 {
        (base, digits) = match digits[1] | 0x20 {
            b'x' => (16, &digits[2..]),
            _ => (8, &digits[1..]),
        };
    }
    Some((radix(digits, base)?, negative))
}

/// An unsigned number in the given base, without sign or prefix; `None` if a byte is no digit or it does not fit.
pub fn radix(digits: &[u8], base: u32) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |n, &byte| {
        let digit = char::from(byte).to_digit(base)?;
        n.checked_mul(base.into())?.checked_add(digit.into())
    })
}

/// atoi's reading: blanks, a sign, and decimal digits up to the first byte that is none.
pub fn leading(word: &[u8]) -> Option<i32> {
    let word = word.trim_ascii_start();
    let sign = usize::from(matches!(word.first(), Some(b'-' | b'+')));
    let digits = word[sign..].iter().take_while(|b| b.is_ascii_digit());
    let number = &word[sign..sign + digits.count()];
    let n = i64::try_from(radix(number, 10)?).ok()?;
    i32::try_from(if word[0] == b'-' { -n } else { n }).ok()
}

/// Eight bytes, each one or two hexadecimal digits, joined by colons.
pub fn eui64(mut word: &[u8]) -> Option<u64> {
    let mut n = 0;
    for _ in 0..8 {
        let byte = radix(cut(&mut word, b':')?, 16).filter(|byte| *byte < 256)?;
        n = n << 8 | byte;
    }
    word.is_empty().then_some(n)
}

/// An unsigned number of at most `max`, base by prefix (`0x`, `0`).
pub fn unsigned(word: &[u8], max: u64) -> Option<u64> {
    let (n, negative) = magnitude(word)?;
    let n = if negative { n.wrapping_neg() } else { n };
    (n <= max).then_some(n)
}

/// A signed 32-bit number, base by prefix (`0x`, `0`).
pub fn signed(word: &[u8]) -> Option<i32> {
    let (n, negative) = magnitude(word)?;
    let n = i64::try_from(n).ok()?;
    i32::try_from(if negative { -n } else { n }).ok()
}

/// A decimal fraction, in units of its digit number `places` behind the point; further digits count for nothing.
pub fn fraction(word: &[u8], places: usize) -> Option<u64> {
    let mut decimals = word;
    let mut digits = cut(&mut decimals, b'.')?.to_vec();
    let any = digits.len() + decimals.len() > 0 && decimals.iter().all(u8::is_ascii_digit);
    digits.extend((0..places).map(|at| decimals.get(at).unwrap_or(&b'0')));
    radix(&digits, 10).filter(|_| any)
}

/// `on` or `off`, and iproute2's two ways to refuse anything else.
pub fn on_off(word: &[u8], key: &[u8], one_of: bool) -> Result<bool> {
    match word {
        b"on" => Ok(true),
        b"off" => Ok(false),
        _ if one_of => Err(not_one_of(word, key, b"one of \"off\", \"on\"")),
        _ => Err(not_one_of(word, key, b"\"on\" or \"off\"")),
    }
}

/// `word` is not in the list that `list` spells out. Exit status 1.
pub fn not_one_of(word: &[u8], key: &[u8], list: &[u8]) -> Error {
    let text = "Error: argument of \"%\" must be %, not \"%\"";
    Error::new(crate::error::REFUSED, text, &[key, list, word])
}

/// Whether the kernel takes it as an interface name: 1 to 15 bytes, no `/`, no blanks, neither `.` nor `..`.
pub fn is_ifname(name: &[u8]) -> bool {
    (1..16).contains(&name.len())
        && name != b"."
        && name != b".."
        && !name
            .iter()
            .any(|b| *b == b'/' || b.is_ascii_whitespace() || *b == 11)
}

/// Whether the kernel takes it as an alternative name: 1 to 127 bytes.
pub fn is_altname(name: &[u8]) -> bool {
    (1..128).contains(&name.len())
}

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

/// One to four parts joined by dots, each with its own base; the missing ones are zero (`10.7` is 10.7.0.0).
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

/// Groups of an IPv6 address joined by colons, the last perhaps a dotted quad; how many bytes they are.
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

/// `AF_INET` and `AF_INET6`; this module knows nothing of netlink's numbers.
const INET: u8 = 2;
const INET6: u8 = 10;

/// An address with the length of its prefix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prefix {
    /// `AF_INET`, `AF_INET6`, or 0 where the word was `any`, `all` or `default` and no family is known.
    pub family: u8,
    bytes: [u8; 16],
    /// How many of the bytes count: 4 or 16, none for `any`.
    width: u8,
    /// Bits, 0 to 32 or 128.
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
        17 => b"link",
        28 => b"mpls",
        7 => b"bridge",
        _ => b"???",
    };
    let text = "Error: % % is expected rather than \"%\".";
    Error::new(crate::error::REFUSED, text, &[family, what, word]).ends()
}

/// An address without a prefix length. `family` 0 takes either.
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

/// `ADDR[/LEN]`, where LEN may be a dotted netmask; without it the length is that of a host. `family` 0 takes either.
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

/// The length of a mask whose ones are all in front.
fn netmask(quad: [u8; 4]) -> Option<u8> {
    let mask = u32::from_be_bytes(quad);
    let ones = mask.leading_ones();
    (mask.count_ones() == ones).then_some(ones as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_strtoul_reads_them() {
        assert_eq!(unsigned(b"0x1F", u64::MAX), Some(31));
        assert_eq!(unsigned(b" +010", u64::MAX), Some(8));
        assert_eq!(unsigned(b"-1", u32::MAX.into()), None);
        assert_eq!(unsigned(b"-1", u64::MAX), Some(u64::MAX));
        assert_eq!(unsigned(b"-18446744073709551615", u32::MAX.into()), Some(1));
        assert_eq!(unsigned(b"18446744073709551616", u64::MAX), None);
        assert_eq!(signed(b"-0x80000000"), Some(i32::MIN));
        for (word, n) in [
            ("1x", Some(1)),
            (" -7", Some(-7)),
            ("0x10", Some(0)),
            ("2147483648", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(leading(word.as_bytes()), n, "{word}");
        }
        assert_eq!(eui64(b"01:2:3:4:5:6:7:ff"), Some(0x0102_0304_0506_07ff));
        for bad in [&b"1:2:3"[..], b"1:2:3:4:5:6:7:8:9", b"1:2:3:4:5:6:7:100"] {
            assert_eq!(eui64(bad), None);
        }
        for bad in [&b""[..], b"-", b"0x", b"08", b"1 ", b"1k", b"1.0", b"--1"] {
            assert_eq!(unsigned(bad, u64::MAX), None, "{bad:?}");
        }
    }

    #[test]
    fn spellings() {
        let table = ("=chg,change|add|mtu", &[1, 2, 3][..]);
        for (word, picked) in [
            ("a", Some(2)),
            ("add", Some(2)),
            ("adds", None),
            ("", None),
            ("ch", Some(1)),
            ("chg", Some(1)),
            ("m", Some(3)),
        ] {
            assert_eq!(pick(word.as_bytes(), table), picked, "{word}");
        }
        assert!(named(b"mtu", b"=mtu") && !named(b"mt", b"=mtu") && !named(b"", b"=mtu"));
        assert!(
            named(b"mcast_s", b"mcast_snooping:7") && named(b"mcast_snoop", b"mcast_snooping:7")
        );
        assert!(!named(b"mcast_", b"mcast_snooping:7"));
        assert_eq!(plain(b"=mcast_snooping:7,x"), b"mcast_snooping");
        assert_eq!(plain(b"=!mab"), b"mab");
        for (word, loose, strict) in [
            ("proxy", true, true),
            ("noproxy", true, true),
            ("nop", true, false),
            ("no", true, false),
            ("n", true, false),
            ("p", true, false),
            ("nox", false, false),
            ("", false, false),
        ] {
            assert_eq!(named(word.as_bytes(), b"!proxy"), loose, "{word}");
            assert_eq!(named(word.as_bytes(), b"=!proxy"), strict, "{word}");
        }
    }

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
