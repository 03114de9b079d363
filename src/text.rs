//! Pieces of text as bytes: templates, numbers, and what stands between separators.

/// A template with each `%` replaced by the next of the parts.
pub fn fill(template: impl AsRef<[u8]>, parts: &[&[u8]]) -> Vec<u8> {
    let mut text = Vec::new();
    add(&mut text, template.as_ref(), parts);
    text
}

/// Adds a template to a text, with each `%` replaced by the next of the parts.
pub fn add(text: &mut Vec<u8>, template: &[u8], parts: &[&[u8]]) {
    let mut parts = parts.iter();
    for &byte in template {
        match byte {
            b'%' => text.extend_from_slice(parts.next().unwrap_or(&&b"%"[..])),
            _ => text.push(byte),
        }
    }
}

/// `n` in decimal.
pub fn decimal(n: i64) -> Vec<u8> {
    let mut text = Vec::new();
    add_decimal(&mut text, n);
    text
}

/// Adds `n` in decimal.
pub fn add_decimal(text: &mut Vec<u8>, n: i64) {
    if n < 0 {
        text.push(b'-');
    }
    add_unsigned(text, n.unsigned_abs());
}

/// Adds `n` in decimal, however large.
pub fn add_unsigned(text: &mut Vec<u8>, mut n: u64) {
    let start = text.len();
    loop {
        text.push(b'0' + (n % 10) as u8);
        n /= 10;
        if n == 0 {
            break;
        }
    }
    text[start..].reverse();
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Adds `n` in lower-case hexadecimal, `width` digits at the least, without `0x`.
pub fn hexadecimal(text: &mut Vec<u8>, n: u64, width: usize) {
    let digits = (16 - n.leading_zeros() as usize / 4).max(width);
    for at in (0..digits).rev() {
        text.push(DIGITS[(n >> (4 * at)) as usize & 15]);
    }
}

/// Takes what stands before the next separator, and the separator; `None` once all is taken.
pub fn cut<'a>(text: &mut &'a [u8], separator: u8) -> Option<&'a [u8]> {
    if text.is_empty() {
        return None;
    }
    let end = text
        .iter()
        .position(|b| *b == separator)
        .unwrap_or(text.len());
    let piece = &text[..end];
    *text = text.get(end + 1..).unwrap_or_default();
    Some(piece)
}

/// Whether two words are equal but for the case of ASCII letters.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.eq_ignore_ascii_case(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals() {
        assert_eq!(decimal(0), b"0");
        assert_eq!(decimal(-255), b"-255");
        assert_eq!(decimal(i64::MIN), b"-9223372036854775808");
    }

    #[test]
    fn hexadecimals() {
        for (n, width, text) in [
            (0, 1, "0"),
            (0x1f, 4, "001f"),
            (u64::MAX, 1, "ffffffffffffffff"),
        ] {
            let mut buf = Vec::new();
            hexadecimal(&mut buf, n, width);
            assert_eq!(buf, text.as_bytes());
        }
    }
}
