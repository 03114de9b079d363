//! Text as bytes: templates, numbers, addresses, and pieces between separators.
use crate::append::Append;

mod quotient;

pub use quotient::{add_general, add_thousandths};

/// The value of a switch: `on` or `off`, in JSON a boolean, which is not quoted.
pub fn on_off(is_on: bool, is_json: bool) -> &'static [u8] {
    match (is_on, is_json) {
        (true, true) => b"true",
        (false, true) => b"false",
        (true, false) => b"on",
        (false, false) => b"off",
    }
}

/// A template in which each `%` is replaced by the next part. If there are more of them than parts, the rest stay as
/// they are.
pub fn fill(template: impl AsRef<[u8]>, parts: &[&[u8]]) -> Vec<u8> {
    fill_all(template.as_ref(), parts)
}

/// [`fill`] with one part. A call with one or two parts takes fewer bytes than one with a list.
pub fn fill_one(template: &str, part: &[u8]) -> Vec<u8> {
    fill_all(template.as_bytes(), &[part])
}

/// [`fill`] with two parts.
pub fn fill_two(template: &str, first: &[u8], second: &[u8]) -> Vec<u8> {
    fill_all(template.as_bytes(), &[first, second])
}

fn fill_all(template: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut text = Vec::new();
    add(&mut text, template, parts);
    text
}

/// Adds a template with its parts to a text: see [`fill`].
pub fn add(text: &mut Vec<u8>, mut template: &[u8], parts: &[&[u8]]) {
    for part in parts {
        let (before, rest) = split(template, b'%');
        text.append_bytes(before);
        if before.len() == template.len() {
            return;
        }
        text.append_bytes(part);
        template = rest;
    }
    text.append_bytes(template);
}

/// Adds a template with one part to a text.
pub fn add_one(text: &mut Vec<u8>, template: &str, part: &[u8]) {
    add(text, template.as_bytes(), &[part]);
}

/// Adds `[N]`, as a number is shown that has no name.
pub fn add_in_brackets(text: &mut Vec<u8>, n: u64) {
    text.push(b'[');
    add_unsigned(text, n);
    text.push(b']');
}

/// How many digits `n` has in decimal.
pub fn decimal_width(mut n: u64) -> usize {
    let mut width = 1;
    while n >= 10 {
        n /= 10;
        width += 1;
    }
    width
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
pub fn add_unsigned(text: &mut Vec<u8>, n: u64) {
    text.append_bytes(digits(n, &mut [0; 20]));
}

/// `n` in decimal. The digits are at the end of `buf`, which has 20 bytes or more.
pub fn digits(mut n: u64, buf: &mut [u8]) -> &[u8] {
    let mut start = buf.len() - 1;
    // The last division is not made: most numbers are short.
    while n >= 10 {
        buf[start] = b'0' + (n % 10) as u8;
        n /= 10;
        start -= 1;
    }
    buf[start] = b'0' + n as u8;
    &buf[start..]
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Copies a text to the end of a cell. Both are short: a call of memcpy would take longer.
pub fn copy_to_end(cell: &mut [u8], text: &[u8]) {
    for (place, byte) in cell.iter_mut().rev().zip(text.iter().rev()) {
        *place = *byte;
    }
}

/// Adds `n` in lower-case hexadecimal, `width` digits at the least, without `0x`.
pub fn hexadecimal(text: &mut Vec<u8>, mut n: u64, width: usize) {
    let digits = (16 - n.leading_zeros() as usize / 4).max(width);
    let start = text.len();
    text.resize(start + digits, b'0');
    for digit in text[start..].iter_mut().rev() {
        *digit = DIGITS[(n & 15) as usize];
        n >>= 4;
    }
}

/// Adds bytes in hexadecimal joined by colons.
pub fn add_mac(text: &mut Vec<u8>, bytes: &[u8]) {
    for few in bytes.chunks(8) {
        let mut cell = [b':'; 24];
        for (place, byte) in cell.chunks_exact_mut(3).zip(few) {
            place[0] = DIGITS[usize::from(byte >> 4)];
            place[1] = DIGITS[usize::from(byte & 15)];
        }
        text.append_bytes(&cell[..3 * few.len()]);
    }
    if !bytes.is_empty() {
        text.pop();
    }
}

/// Adds `n`, which is 0 or at least `unit`, in that unit with three digits and at most two decimals, as printf writes
/// the double that is their quotient: exactly, a tie to the even digit.
pub fn add_scaled(text: &mut Vec<u8>, n: u64, unit: u64) {
    let decimals = match n / unit {
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    let scale = [1, 10, 100][decimals];
    // The quotient is its mantissa, an integer of 53 bits, over a power of two; with the scale that makes 60 bits at
    // most.
    let bits = (n as f64 / unit as f64).to_bits();
    let scaled = (bits & ((1 << 52) - 1) | 1 << 52) * scale;
    // 0 has the least power there is: with 63 it stays 0.
    let power = (1075 - (bits >> 52)).min(63);
    let shown = (scaled + (1 << (power - 1)) - 1 + (scaled >> power & 1)) >> power;
    add_unsigned(text, shown / scale);
    if decimals > 0 {
        let start = text.len();
        add_unsigned(text, shown % scale + scale);
        // In place of the 1 that kept the zeros.
        text[start] = b'.';
    }
}

/// Adds nanoseconds in the largest unit that leaves 1 or more, with three digits as printf's `%.3g`: `1.5s`, `250ms`,
/// `7ns`.
pub fn add_time(text: &mut Vec<u8>, ns: u64) {
    let (unit, name): (u64, &[u8]) = match ns {
        ..1_000 => (1, b"ns"),
        1_000..1_000_000 => (1_000, b"us"),
        1_000_000..1_000_000_000 => (1_000_000, b"ms"),
        _ => (1_000_000_000, b"s"),
    };
    add_scaled(text, ns, unit);
    if text.contains(&b'.') {
        while text.ends_with(b"0") {
            text.pop();
        }
        if text.ends_with(b".") {
            text.pop();
        }
    }
    text.append_bytes(name);
}

/// The date and the time of day of seconds since 1970, by UTC: year, month, day, hour, minute, second.
fn calendar(seconds: u64) -> [u64; 6] {
    // Years that begin in March end with the day that leaps. From then on months have 153 days in five, and 400 years have
    // 146,097 days.
    let days = seconds / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, year) = match month {
        10.. => (month - 9, year + 1),
        _ => (month + 3, year),
    };
    let of_day = seconds % 86_400;
    [
        400 * era + year,
        month,
        day,
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60,
    ]
}

/// Adds a time in seconds since 1970 as `YEAR-MONTH-DAY HOUR:MINUTE:SECOND`, with another byte for the blank.
pub fn add_date(text: &mut Vec<u8>, seconds: u64, blank: u8) {
    let [year, month, day, hour, minute, second] = calendar(seconds);
    add_unsigned(text, year);
    for (before, n) in [
        (b'-', month),
        (b'-', day),
        (blank, hour),
        (b':', minute),
        (b':', second),
    ] {
        text.append_bytes(&[before, b'0' + (n / 10) as u8, b'0' + (n % 10) as u8]);
    }
}

/// Removes the piece before the next separator, and the separator, from a text and returns the piece; `None` at its
/// end.
pub fn cut<'a>(text: &mut &'a [u8], separator: u8) -> Option<&'a [u8]> {
    let all = *text;
    if all.is_empty() {
        return None;
    }
    let (piece, rest) = split(all, separator);
    *text = rest;
    Some(piece)
}

/// The pieces before and behind the first separator; without one all of the text, and nothing.
pub fn split(text: &[u8], separator: u8) -> (&[u8], &[u8]) {
    let mut end = 0;
    while end < text.len() && text[end] != separator {
        end += 1;
    }
    (&text[..end], text.get(end + 1..).unwrap_or_default())
}

/// The piece number `n`, from 0 on, of those that a separator is between; empty if there are not so many.
pub fn piece(mut text: &[u8], separator: u8, n: usize) -> &[u8] {
    for _ in 0..n {
        cut(&mut text, separator);
    }
    cut(&mut text, separator).unwrap_or_default()
}

/// Texts as one, at compile time: a newline behind each, and a NUL at the end. [`piece`] finds one again.
#[macro_export]
macro_rules! joined {
    ($texts:expr) => {{
        const TEXTS: &[&str] = $texts;
        const LEN: usize = $crate::text::joined_len(TEXTS);
        const JOINED: &[u8; LEN] = &$crate::text::join(TEXTS);
        JOINED
    }};
}

/// How many bytes [`join`] makes of the texts.
pub const fn joined_len(texts: &[&str]) -> usize {
    let (mut len, mut n) = (1, 0);
    while n < texts.len() {
        len += texts[n].len() + 1;
        n += 1;
    }
    len
}

/// The texts as [`joined!`](crate::joined) has them; none has a newline or a NUL.
pub const fn join<const LEN: usize>(texts: &[&str]) -> [u8; LEN] {
    let mut joined = [0; LEN];
    let (mut at, mut n) = (0, 0);
    while n < texts.len() {
        let text = texts[n].as_bytes();
        let mut from = 0;
        while from < text.len() {
            assert!(text[from] != b'\n' && text[from] != 0);
            joined[at] = text[from];
            at += 1;
            from += 1;
        }
        joined[at] = b'\n';
        at += 1;
        n += 1;
    }
    joined
}

/// Takes the next word, which ends at a blank; an empty one at the end of the text.
pub fn next_word<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    skip_blanks(text);
    let mut end = 0;
    while end < text.len() && !is_blank(text[end]) {
        end += 1;
    }
    let (word, rest) = text.split_at(end);
    *text = rest;
    word
}

/// Takes the blanks at the begin of a text.
pub fn skip_blanks(text: &mut &[u8]) {
    while let [first, rest @ ..] = text
        && is_blank(*first)
    {
        *text = rest;
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Whether two words are equal, in whatever case of ASCII letters.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.eq_ignore_ascii_case(b))
}

/// Adds bytes in decimal joined by dots. There may be many addresses: four bytes at a time are put together in a cell.
fn add_dotted(text: &mut Vec<u8>, bytes: &[u8]) {
    let mut dot = 0;
    for four in bytes.chunks(4) {
        let mut cell = [b'.'; 16];
        let mut end = 0;
        for byte in four {
            end += dot;
            dot = 1;
            let mut put = |digit| {
                cell[end & 15] = b'0' + digit as u8;
                end += 1;
            };
            // Products in place of quotients: the compiler would take the shorter division, which takes ten times as long.
            let n = u32::from(*byte);
            let hundreds = (n * 41) >> 12;
            let rest = n - 100 * hundreds;
            let tens = (rest * 103) >> 10;
            if n >= 100 {
                put(hundreds);
            }
            if n >= 10 {
                put(tens);
            }
            put(rest - 10 * tens);
        }
        text.append_bytes(&cell[..end]);
    }
}

/// Adds an address of 16 bytes as inet_ntop(3) writes it, and one of any other length in decimal joined by dots, as for
/// IPv4.
pub fn add_address(text: &mut Vec<u8>, bytes: &[u8]) {
    let Ok(bytes) = <&[u8; 16]>::try_from(bytes) else {
        add_dotted(text, bytes);
        return;
    };
    let group = |at: usize| u16::from_be_bytes([bytes[2 * at], bytes[2 * at + 1]]);
    // The first of the longest runs of two zero groups or more is written `::`.
    let run = |start: usize| (start..8).take_while(|at| group(*at) == 0).count();
    let (mut start, mut len) = (8, 1);
    for at in 0..8 {
        if run(at) > len {
            (start, len) = (at, run(at));
        }
    }
    let dotted = start == 0 && (len == 6 || len == 5 && group(5) == 0xffff);
    let mut at = 0;
    while at < 8 {
        if at == start {
            text.append_bytes(b"::");
            at += len;
            continue;
        }
        if at > 0 && at != start + len {
            text.push(b':');
        }
        if at == 6 && dotted {
            return add_address(text, &bytes[12..]);
        }
        hexadecimal(text, group(at).into(), 1);
        at += 1;
    }
}

/// Adds a stack of MPLS labels, four bytes each, joined by `/`: up to the one whose bit ends the stack, or else to the
/// last.
pub fn add_labels(text: &mut Vec<u8>, stack: &[u8]) {
    let start = text.len();
    let mut rest = stack;
    while let Some((entry, below)) = rest.split_first_chunk() {
        let entry = u32::from_be_bytes(*entry);
        if text.len() > start {
            text.push(b'/');
        }
        add_unsigned(text, (entry >> 12).into());
        rest = if entry & 0x100 == 0 { below } else { b"" };
    }
}

/// Whether a byte is a control byte of ASCII.
pub fn is_control(byte: &u8) -> bool {
    *byte < b' ' || *byte == 0x7f
}

/// Adds a JSON string. `"`, `\` and control bytes are escaped; other bytes stay as they are, UTF-8 or not.
pub fn quote(buf: &mut Vec<u8>, mut value: &[u8]) {
    buf.push(b'"');
    loop {
        let special = |byte: &u8| is_control(byte) || matches!(byte, b'"' | b'\\');
        let end = value.iter().position(special).unwrap_or(value.len());
        let (plain, rest) = value.split_at(end);
        buf.append_bytes(plain);
        let Some((&byte, rest)) = rest.split_first() else {
            break;
        };
        value = rest;
        let letter = match byte {
            b'\t' => b't',
            b'\n' => b'n',
            b'\r' => b'r',
            0x0c => b'f',
            0x08 => b'b',
            b'"' | b'\\' => byte,
            _ => {
                buf.append_bytes(b"\\u00");
                hexadecimal(buf, byte.into(), 2);
                continue;
            }
        };
        buf.append_bytes(&[b'\\', letter]);
    }
    buf.push(b'"');
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

    #[test]
    fn dates() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00"),
            (951_782_400, "2000-02-29 00:00:00"),
            (951_868_799, "2000-02-29 23:59:59"),
            (951_868_800, "2000-03-01 00:00:00"),
            (1_078_012_800, "2004-02-29 00:00:00"),
            (4_102_444_799, "2099-12-31 23:59:59"),
            (4_107_542_400, "2100-03-01 00:00:00"),
            (13_574_563_200, "2400-02-29 00:00:00"),
        ] {
            assert_eq!(shown(|buf| add_date(buf, seconds, b' ')), text);
        }
    }

    fn shown(add: impl Fn(&mut Vec<u8>)) -> String {
        let mut text = Vec::new();
        add(&mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn times_scale() {
        for (ns, text) in [
            (0, "0ns"),
            (999, "999ns"),
            (1_000, "1us"),
            (1_234_000, "1.23ms"),
            (254_990_000_000, "255s"),
            (12_550_000_000, "12.6s"),
            (1_500_000_000, "1.5s"),
        ] {
            assert_eq!(shown(|buf| add_time(buf, ns)), text);
        }
    }

    #[test]
    fn scaled_numbers_round_as_printf_does() {
        let mut rng = 1u64;
        for unit in [1_000, 1_024, 1_000_000, 1 << 20, 1_000_000_000, 1 << 30] {
            for round in 0..20_000 {
                rng = rng.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                // Every number from the unit on, where halves of a digit stand close, and others anywhere.
                let n = match round {
                    0..10_000 => unit + round * unit / 1_000,
                    _ => unit + (rng >> 16) % (999 * unit),
                };
                let decimals = [2, 1, 0][(n / unit).max(1).ilog10() as usize];
                let text = format!("{:.*}", decimals, n as f64 / unit as f64);
                assert_eq!(shown(|buf| add_scaled(buf, n, unit)), text, "{n} / {unit}");
            }
        }
        for (n, unit, text) in [
            (4_037, 1_000, "4.04"),
            (1_995, 1_024, "1.95"),
            (u64::MAX, 1_000_000_000_000_000_000, "18.4"),
            (u64::MAX, 1 << 60, "16.0"),
        ] {
            assert_eq!(shown(|buf| add_scaled(buf, n, unit)), text);
        }
    }

    #[test]
    fn addresses_read_as_inet_ntop_writes_them() {
        for text in [
            "::",
            "::1",
            "1::",
            "fe80::1",
            "1:0:0:2::3",
            "::ffff:1.2.3.4",
            "::1.2.3.4",
            "1:2:3:4:5:6:7:8",
            "0:1::",
            "1:0:2::",
            "::2:0:0:0:3",
            "2001:db8::1:0:0:1",
            "ff02::1:ff00:1",
        ] {
            let parsed: std::net::Ipv6Addr = text.parse().unwrap();
            let back = shown(|text| add_address(text, &parsed.octets()));
            assert_eq!(
                back.parse::<std::net::IpAddr>(),
                text.parse::<std::net::IpAddr>(),
                "{text}"
            );
            assert!(back.len() <= text.len(), "{text} {back}");
        }
        for (bytes, address) in [
            (&[10, 0, 0, 1][..], "10.0.0.1"),
            (&[255, 100, 99, 9], "255.100.99.9"),
            (&[1, 2, 3, 4, 50, 6], "1.2.3.4.50.6"),
            (&[7], "7"),
            (&[], ""),
        ] {
            assert_eq!(shown(|text| add_address(text, bytes)), address);
        }
        for byte in 0..=255u8 {
            assert_eq!(shown(|text| add_address(text, &[byte])), byte.to_string());
        }
        let bytes: Vec<u8> = (0..20).collect();
        assert_eq!(
            shown(|text| add_mac(text, &bytes[..6])),
            "00:01:02:03:04:05"
        );
        assert!(shown(|text| add_mac(text, &bytes)).ends_with(":0f:10:11:12:13"));
        assert_eq!(shown(|text| add_mac(text, &[])), "");
    }

    #[test]
    fn labels_end_with_the_stack() {
        let stack = [0, 6, 0x40, 0, 0xff, 0xff, 0xf1, 0xff, 0, 0, 0x10, 0];
        assert_eq!(shown(|text| add_labels(text, &stack)), "100/1048575");
        assert_eq!(shown(|text| add_labels(text, &stack[..7])), "100");
        assert_eq!(shown(|text| add_labels(text, b"")), "");
    }
}
