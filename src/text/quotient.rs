//! Quotients with a point, as printf writes the doubles that they are.

use super::{add_unsigned, decimal_width};
use crate::append::Append;

/// `n` divided by `step` and rounded as printf rounds the double that is the quotient of `n` and `unit`, both powers of ten: a
/// tie to where that double is, or if it is the tie itself to the even number.
fn round_as_double(n: u64, unit: u64, step: u64) -> u64 {
    let (quotient, twice) = (n / step, n % step * 2);
    if twice != step {
        return quotient + u64::from(twice > step);
    }
    // The double is its mantissa, an integer of 53 bits, over a power of two.
    let bits = (n as f64 / unit as f64).to_bits();
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    let power = 1075u64.saturating_sub(bits >> 52);
    let (double, tie) = (
        u128::from(mantissa) * u128::from(unit),
        u128::from(n) << power,
    );
    quotient + u64::from(double > tie || double == tie && quotient & 1 == 1)
}

/// Adds the quotient of `n` and `unit`, a power of ten from 1000 on, with three decimals, as printf's `%.3f`.
pub fn add_thousandths(text: &mut Vec<u8>, n: u64, unit: u64) {
    let shown = round_as_double(n, unit, unit / 1000);
    add_unsigned(text, shown / 1000);
    let start = text.len();
    add_unsigned(text, shown % 1000 + 1000);
    // In place of the 1 that kept the zeros.
    text[start] = b'.';
}

/// Adds the quotient of `n` and `unit`, a power of ten, with six digits at most, as printf's `%g`: `0.25`, `1.5e-05`.
pub fn add_general(text: &mut Vec<u8>, n: u64, unit: u64) {
    let width = decimal_width(n);
    let mut digits = match width {
        7.. => round_as_double(n, unit, 10u64.pow(width as u32 - 6)),
        _ => n * 10u64.pow(6 - width as u32),
    };
    // The power of ten of the first digit.
    let mut power = width as i32 - decimal_width(unit) as i32;
    if digits == 1_000_000 {
        digits = 100_000;
        power += 1;
    }
    let mut cell = [0; 20];
    let mut digits = super::digits(digits, &mut cell);
    while let [rest @ .., b'0'] = digits {
        digits = rest;
    }
    let is_power = !(-4..6).contains(&power);
    if n == 0 {
        text.push(b'0');
    } else if power < 0 && !is_power {
        text.append_bytes(&b"0.000"[..power.unsigned_abs() as usize + 1]);
        text.append_bytes(digits);
    } else {
        let before = if is_power { 0 } else { power as usize } + 1;
        for at in 0..digits.len().max(before) {
            if at == before {
                text.push(b'.');
            }
            text.push(digits.get(at).copied().unwrap_or(b'0'));
        }
    }
    if is_power && n > 0 {
        text.append_bytes(if power < 0 { b"e-" } else { b"e+" });
        if power.abs() < 10 {
            text.push(b'0');
        }
        add_unsigned(text, power.unsigned_abs().into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(add: impl Fn(&mut Vec<u8>)) -> String {
        let mut text = Vec::new();
        add(&mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn quotients_are_those_of_printf() {
        // What glibc's printf("%g %.3f", n / unit) prints.
        for (n, unit, general, thousandths) in [
            (0, 1000, "0", "0.000"),
            (1, 1000, "0.001", "0.001"),
            (300, 1000, "0.3", "0.300"),
            (5000, 1000, "5", "5.000"),
            (123_456_789, 1000, "123457", "123456.789"),
            (1_234_565, 1000, "1234.57", "1234.565"),
            (1_234_575, 1000, "1234.58", "1234.575"),
            (100_000_500, 1000, "100000", "100000.500"),
            (999_999_500, 1000, "1e+06", "999999.500"),
            (4_000_000_123_456, 1000, "4e+09", "4000000123.456"),
            (1, 1_000_000, "1e-06", "0.000"),
            (15, 1_000_000, "1.5e-05", "0.000"),
            (100, 1_000_000, "0.0001", "0.000"),
            (500, 1_000_000, "0.0005", "0.001"),
            (1500, 1_000_000, "0.0015", "0.002"),
            (2500, 1_000_000, "0.0025", "0.003"),
            (4500, 1_000_000, "0.0045", "0.004"),
            (999_500, 1_000_000, "0.9995", "1.000"),
            (154_320_875, 1_000_000, "154.321", "154.321"),
            (1_073_741_823_750, 1_000_000, "1.07374e+06", "1073741.824"),
        ] {
            assert_eq!(shown(|text| add_general(text, n, unit)), general, "{n}");
            let found = shown(|text| add_thousandths(text, n, unit));
            assert_eq!(found, thousandths, "{n}");
        }
        for (hundredths, general) in [
            (0, "0"),
            (1, "0.01"),
            (10, "0.1"),
            (26, "0.26"),
            (100, "1"),
            (105, "1.05"),
            (110, "1.1"),
            (12_050, "120.5"),
            (1_000, "10"),
            (100_000, "1000"),
            (999_999, "9999.99"),
            (1_000_001, "10000"),
            (1_234_567, "12345.7"),
            (9_999_999, "100000"),
            (99_999_949, "999999"),
            (99_999_950, "1e+06"),
            (100_000_000, "1e+06"),
            (123_456_789, "1.23457e+06"),
            (4_294_967_100, "4.29497e+07"),
            (200_000_000_000, "2e+09"),
            (u64::MAX, "1.84467e+17"),
        ] {
            let found = shown(|text| add_general(text, hundredths, 100));
            assert_eq!(found, general, "{hundredths}");
        }
        for n in [u64::MAX, u64::MAX - 500, 1 << 63] {
            assert!(!shown(|text| add_general(text, n, 1000)).is_empty());
        }
        // The standard library rounds exactly, too.
        let mut rng = 1u64;
        for _ in 0..20_000 {
            rng = rng.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let n = (rng >> 20) / 10u64.pow((rng % 12) as u32) * 5;
            let text = format!("{:.3}", n as f64 / 1e6);
            let found = shown(|text| add_thousandths(text, n, 1_000_000));
            assert_eq!(found, text, "{n}");
            let text = format!("{:.5e}", n as f64 / 1e6);
            let found = shown(|text| add_general(text, n, 1_000_000));
            let (text, found): (f64, f64) = (text.parse().unwrap(), found.parse().unwrap());
            assert_eq!(found, text, "{n}");
        }
    }
}
