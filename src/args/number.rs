//! Parsers of numbers.

use crate::text::cut;

/// Parses a whole word as strtoul(3) does: blanks, a sign, the base by `0x` or `0`, and digits. Returns the absolute
/// value, and whether the sign is `-`.
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

/// Parses a number as atoi(3) does: blanks, a sign, and decimal digits up to the first byte that is none.
pub fn leading(word: &[u8]) -> Option<i32> {
    let mut digits = word.trim_ascii_start();
    let is_negative = digits.first() == Some(&b'-');
    if let [b'-' | b'+', rest @ ..] = digits {
        digits = rest;
    }
    digits.first().filter(|byte| byte.is_ascii_digit())?;
    let mut n = 0;
    for byte in digits {
        if !byte.is_ascii_digit() {
            break;
        }
        // What is too long stays too large for the result.
        n = (10 * n + i64::from(byte - b'0')).min(1 << 40);
    }
    i32::try_from(if is_negative { -n } else { n }).ok()
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

/// Parses an unsigned number of at most `max`, in the base that `0x` or `0` says; `-1` is the greatest u64.
pub fn unsigned(word: &[u8], max: u64) -> Option<u64> {
    let (n, negative) = magnitude(word)?;
    let n = if negative { n.wrapping_neg() } else { n };
    (n <= max).then_some(n)
}

/// Parses a signed 32-bit number, in the base that `0x` or `0` says.
pub fn signed(word: &[u8]) -> Option<i32> {
    let (n, negative) = magnitude(word)?;
    let n = i64::try_from(n).ok()?;
    i32::try_from(if negative { -n } else { n }).ok()
}

/// Parses a decimal fraction with `places` digits behind the point: with 9, `1.5` is 1,500,000,000. More digits are
/// dropped.
pub fn fraction(word: &[u8], places: usize) -> Option<u64> {
    let mut decimals = word;
    let mut digits = cut(&mut decimals, b'.')?.to_vec();
    let any = digits.len() + decimals.len() > 0 && decimals.iter().all(u8::is_ascii_digit);
    digits.extend((0..places).map(|at| decimals.get(at).unwrap_or(&b'0')));
    radix(&digits, 10).filter(|_| any)
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
}
