//! When something happened, by UTC: neither the zone of the machine nor that of TZ is known here.

use crate::append::Append;
use crate::ip::command::Ctx;
use crate::out::Out;
use crate::sys;
use crate::text::{add, add_date, decimal};

const DAYS: &str = "Thu Fri Sat Sun Mon Tue Wed ";
const MONTHS: &str = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";

/// Shows the present time in front of an event: with `-t` on a line of its own, with `-ts` in brackets.
pub fn show_now(ctx: &Ctx, out: &mut Out) {
    if ctx.timestamp == 0 {
        return;
    }
    let (seconds, micros) = now();
    if out.json() || ctx.timestamp == 2 {
        add_short(seconds, micros, out.value());
        out.put("timestamp|[%] ", true);
    } else {
        add_long(seconds, micros, out.value());
        out.put("|Timestamp: % usec\n", false);
    }
}

/// The same for an event of another sort, of which JSON has members as text has them.
#[cfg(feature = "mptcp")]
pub fn show_now_as_text(ctx: &Ctx, out: &mut Out) {
    let (seconds, micros) = now();
    match ctx.timestamp {
        1 if out.json() => {
            let text = out.value();
            add_long(seconds, micros, text);
            text.append_bytes(b" usec");
            out.put("timestamp", true);
        }
        2 if out.json() => {
            add_short(seconds, micros, out.value());
            out.put("timestamp_short", true);
        }
        _ => show_now(ctx, out),
    }
}

/// The present time in seconds and microseconds.
fn now() -> (u64, u64) {
    let now = sys::clock(libc::CLOCK_REALTIME);
    (now / 1_000_000_000, now / 1000 % 1_000_000)
}

/// Shows the time that is in a file: `s32` of seconds and of microseconds.
#[cfg(feature = "monitor")]
pub fn show_saved(seconds: u32, micros: u32, out: &mut Out) {
    out.line();
    if out.json() {
        add_short(seconds.into(), micros.into(), out.value());
        out.put("timestamp", true);
    } else {
        add_long(seconds.into(), micros.into(), out.value());
        out.put("|Timestamp: % us\n", false);
    }
}

/// Adds `2026-11-23T16:00:00.000012`.
fn add_short(seconds: u64, micros: u64, text: &mut Vec<u8>) {
    add_date(text, seconds, b'T');
    // The digits behind a one.
    let digits = decimal(1_000_000 + micros as i64);
    text.push(b'.');
    text.append_bytes(&digits[1..]);
}

/// Adds `Mon Nov 23 16:00:00 2026 12`, as ctime(3) has it.
fn add_long(seconds: u64, micros: u64, text: &mut Vec<u8>) {
    // `2026-11-23 16:00:00`
    let mut date = Vec::new();
    add_date(&mut date, seconds, b' ');
    let Some([year @ .., _, m0, m1, _, d0, d1]) = date.first_chunk::<10>() else {
        return;
    };
    let month = 10 * (m0 & 15) + (m1 & 15) - 1;
    for (names, n) in [(DAYS, (seconds / 86_400 % 7) as u8), (MONTHS, month)] {
        let name = names.as_bytes().chunks(4).nth(n.into());
        text.append_bytes(name.unwrap_or_default());
    }
    text.append_bytes(&[if *d0 == b'0' { b' ' } else { *d0 }, *d1]);
    text.append_bytes(&date[10..]);
    add(text, b" % %", &[year, &decimal(micros as i64)]);
}
