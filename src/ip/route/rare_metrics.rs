//! Metrics that are not just a number of 32 bits.

use crate::args::{self, fraction};
use crate::error::Result;
use crate::ip::route::metrics::{add_number, take_lock};
use crate::ip::route::setting::{Route, known};
use crate::nl::uapi::rtax;
use crate::nl::wire::Attr;
use crate::out::Out;
use crate::row::option::Values;
use crate::row::table::Reading;
use crate::text::{add_unsigned, hexadecimal};

/// Bits of `RTAX_FEATURES`.
const FEATURES: Values = Values::new(b"ecn=1 tcp_usec_ts=16");

/// Units of time, each with the number of milliseconds. The longest words stand in front.
const UNITS: &[(&[u8], u64)] = &[
    (b"msecs", 1),
    (b"msec", 1),
    (b"ms", 1),
    (b"secs", 1000),
    (b"sec", 1000),
    (b"s", 1000),
];

/// How many units of the kernel's a millisecond has: it keeps the round-trip times of TCP scaled.
fn scale_of(attr: u16) -> u32 {
    match attr {
        rtax::RTT => 8,
        rtax::RTTVAR => 4,
        _ => 1,
    }
}

/// Reads `[lock] N`, where N is at most 255.
pub fn parse_hoplimit(r: &mut Reading, route: &mut Route) -> Result<()> {
    take_lock(r, route)?;
    let number = known(args::unsigned(r.value, 0xff), r)?;
    add_number(r, route, number as u32);
    Ok(())
}

/// Reads `[lock] TIME`: a number as the kernel has it, or one with a unit. `rto_min` is always locked; iproute2 refuses the word
/// for that, which its own `route show` prints.
pub fn parse_time(r: &mut Reading, route: &mut Route) -> Result<()> {
    take_lock(r, route)?;
    if r.row.attr == rtax::RTO_MIN {
        route.locked |= 1 << rtax::RTO_MIN;
    }
    let word = r.value.to_ascii_lowercase();
    let unit = UNITS.iter().find(|(unit, _)| word.ends_with(unit));
    let digits = &word[..word.len() - unit.map_or(0, |unit| unit.0.len())];
    // In millionths, since a fraction is rounded up.
    let millionths = if digits.contains(&b'.') {
        fraction(digits, 6)
    } else {
        args::unsigned(digits, u32::MAX.into()).map(|n| n * 1_000_000)
    };
    let (ms, scale) = match unit {
        Some((_, ms)) => (*ms, scale_of(r.row.attr).into()),
        None => (1, 1),
    };
    let number = millionths
        .and_then(|n| n.checked_mul(ms))
        .map(|n| n.div_ceil(1_000_000) * scale)
        .filter(|n| *n <= u32::MAX.into());
    let number = known(number, r)?;
    add_number(r, route, number as u32);
    Ok(())
}

/// Reads words for features, as many as there are.
pub fn parse_features(r: &mut Reading, route: &mut Route) -> Result<()> {
    let number_of = |word: &[u8]| {
        FEATURES
            .clone()
            .find(|known| known.0 == word)
            .map(|known| known.1)
    };
    let mut features = known(number_of(r.value), r)?;
    while let Some(feature) = r.w.peek().and_then(number_of) {
        features |= feature;
        r.w.next();
    }
    add_number(r, route, features as u32);
    Ok(())
}

/// Reads `0` or `1`.
pub fn parse_switch(r: &mut Reading, route: &mut Route) -> Result<()> {
    let number = known(args::unsigned(r.value, 1), r)?;
    add_number(r, route, number as u32);
    Ok(())
}

/// Reads `[lock] NAME`: the congestion control of TCP.
pub fn parse_congctl(r: &mut Reading, route: &mut Route) -> Result<()> {
    take_lock(r, route)?;
    route.metrics.bytes(rtax::CC_ALGO, r.value);
    Ok(())
}

/// Whether a metric has its default, which is not shown.
pub fn is_hidden(attr: u16, number: u32) -> bool {
    attr == rtax::HOPLIMIT && number == u32::MAX
}

/// Shows the value of a metric behind its name; false for one that is shown as a plain number.
pub fn show(attr: u16, value: Attr, number: u32, out: &mut Out) -> bool {
    match attr {
        rtax::FEATURES => show_features(number, out),
        rtax::CC_ALGO => out.str("congestion|% ", value.str()),
        rtax::RTT | rtax::RTTVAR | rtax::RTO_MIN => {
            let ms = number / scale_of(attr);
            let key: &[u8] = match attr {
                rtax::RTT => b"rtt",
                rtax::RTTVAR => b"rttvar",
                _ => b"rto_min",
            };
            show_time(key, ms, out);
        }
        _ => return false,
    }
    true
}

fn show_features(number: u32, out: &mut Out) {
    let mut rest = u64::from(number);
    for (word, bit) in FEATURES {
        if rest & bit == 0 {
            continue;
        }
        rest &= !bit;
        if out.json() {
            out.pair_of(word, b"null");
        } else {
            out.raw(word);
            out.text(" ");
        }
    }
    if rest != 0 {
        hexadecimal(out.value(), rest, 1);
        out.put("features|0x% ", true);
    }
}

/// Shows a time in milliseconds, or from a second on in seconds with six digits.
fn show_time(key: &[u8], ms: u32, out: &mut Out) {
    let json = out.json();
    let text = out.value();
    if json {
        add_unsigned(text, ms.into());
        return out.pair(key, false);
    }
    if ms < 1000 {
        add_unsigned(text, ms.into());
        text.push(b'm');
    } else {
        add_seconds(ms, text);
    }
    text.push(b's');
    out.put("|% ", true);
}

/// Adds milliseconds as seconds with six digits at most, as printf's `%g` does below a million.
fn add_seconds(ms: u32, text: &mut Vec<u8>) {
    // How many thousandths the last of six digits has.
    let unit = match ms {
        ..1_000_000 => 1,
        1_000_000..10_000_000 => 10,
        10_000_000..100_000_000 => 100,
        _ => 1000,
    };
    let ms = u64::from(ms);
    let rounded = (ms + unit / 2) / unit * unit;
    add_unsigned(text, rounded / 1000);
    let thousandths = rounded % 1000;
    if thousandths != 0 {
        let start = text.len();
        add_unsigned(text, 1000 + thousandths);
        // In place of the 1 that kept the zeros.
        text[start] = b'.';
        while text.ends_with(b"0") {
            text.pop();
        }
    }
}
