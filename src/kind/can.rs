//! CAN controllers: timings of up to three speeds, modes, and what has lines of its own in `-d`.

use std::ffi::CStr;

use crate::args::{self, Words};
use crate::customs;
use crate::error::{Error, Result, USAGE};
use crate::kind::kind::{Kind, Options};
use crate::names::Names;
use crate::nl::uapi::can;
use crate::nl::wire::{Attr, Attrs, field};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::draft::Draft;
use crate::row::option::{Row, Values};
use crate::row::print::show_bits;
use crate::row::sent::Sent;
use crate::row::table::{NEVER_SET, NEVER_SHOWN};
use crate::text::{add_unsigned, cut, decimal, fill};

/// can.
pub static KINDS: &[Kind] = &[Kind::new(c"can", c"%: unknown option \"%\"\n", CAN)
    .wrong(WRONG)
    .sent(SENT)
    .customs(&CUSTOMS)
    .finish_with(drop_empty_timings)];

customs! {
    static CUSTOMS;
    TIMING_NUMBER: parse_number, NEVER_SHOWN, " NUMBER";
    MODE: parse_mode, NEVER_SHOWN, " { on | off }";
    TDC_MODE: parse_mode, NEVER_SHOWN, " { auto | manual | off }";
    MODES: NEVER_SET, show_modes, "";
    BERR_COUNTER: NEVER_SET, show_error_counters, "";
    RESTART: parse_restart, NEVER_SHOWN, "";
    LINES: NEVER_SET, show_lines, "";
}

options! {
    /// A controller. A mode's value is its bit; a word of a timing is one of [`TIMING`], [`COMPENSATION`] or
    /// [`PULSES`], perhaps with the letter of its speed before it.
    CAN {
        can::BITTIMING => TIMING_NUMBER, word: "bitrate", show: Never;
        can::BITTIMING => TIMING_NUMBER, word: "sample-point", show: Never;
        can::BITTIMING => TIMING_NUMBER, word: "tq", show: Never;
        can::BITTIMING => TIMING_NUMBER, word: "prop-seg", show: Never;
        can::BITTIMING => TIMING_NUMBER, word: "phase-seg1", show: Never;
        can::BITTIMING => TIMING_NUMBER, word: "phase-seg2", show: Never;
        can::BITTIMING => TIMING_NUMBER, word: "sjw", show: Never;
        can::DATA_BITTIMING => TIMING_NUMBER, word: "dbitrate", show: Never;
        can::DATA_BITTIMING => TIMING_NUMBER, word: "dsample-point", show: Never;
        can::DATA_BITTIMING => TIMING_NUMBER, word: "dtq", show: Never;
        can::DATA_BITTIMING => TIMING_NUMBER, word: "dprop-seg", show: Never;
        can::DATA_BITTIMING => TIMING_NUMBER, word: "dphase-seg1", show: Never;
        can::DATA_BITTIMING => TIMING_NUMBER, word: "dphase-seg2", show: Never;
        can::DATA_BITTIMING => TIMING_NUMBER, word: "dsjw", show: Never;
        can::TDC => TIMING_NUMBER, word: "tdcv", show: Never;
        can::TDC => TIMING_NUMBER, word: "tdco", show: Never;
        can::TDC => TIMING_NUMBER, word: "tdcf", show: Never;
        can::XL_DATA_BITTIMING => TIMING_NUMBER, word: "=xbitrate", show: Never;
        can::XL_DATA_BITTIMING => TIMING_NUMBER, word: "=xsample-point", show: Never;
        can::XL_DATA_BITTIMING => TIMING_NUMBER, word: "=xtq", show: Never;
        can::XL_DATA_BITTIMING => TIMING_NUMBER, word: "=xprop-seg", show: Never;
        can::XL_DATA_BITTIMING => TIMING_NUMBER, word: "=xphase-seg1", show: Never;
        can::XL_DATA_BITTIMING => TIMING_NUMBER, word: "=xphase-seg2", show: Never;
        can::XL_DATA_BITTIMING => TIMING_NUMBER, word: "=xsjw", show: Never;
        can::XL_TDC => TIMING_NUMBER, word: "=xtdcv", show: Never;
        can::XL_TDC => TIMING_NUMBER, word: "=xtdco", show: Never;
        can::XL_TDC => TIMING_NUMBER, word: "=xtdcf", show: Never;
        can::XL_PWM => TIMING_NUMBER, word: "=pwms", show: Never;
        can::XL_PWM => TIMING_NUMBER, word: "=pwml", show: Never;
        can::XL_PWM => TIMING_NUMBER, word: "=pwmo", show: Never;
        can::CTRLMODE => MODE, word: "loopback", values: "on=1", show: Never;
        can::CTRLMODE => MODE, word: "listen-only", values: "on=2", show: Never;
        can::CTRLMODE => MODE, word: "triple-sampling", values: "on=4", show: Never;
        can::CTRLMODE => MODE, word: "one-shot", values: "on=8", show: Never;
        can::CTRLMODE => MODE, word: "berr-reporting", values: "on=16", show: Never;
        can::CTRLMODE => MODE, word: "fd", values: "on=32", show: Never;
        can::CTRLMODE => MODE, word: "fd-non-iso", values: "on=128", show: Never;
        can::CTRLMODE => MODE, word: "presume-ack", values: "on=64", show: Never;
        can::CTRLMODE => MODE, word: "cc-len8-dlc", values: "on=256", show: Never;
        can::CTRLMODE => TDC_MODE, word: "tdc-mode", values: "auto=512 manual=1024", show: Never;
        can::CTRLMODE => MODE, word: "=restricted", values: "on=2048", show: Never;
        can::CTRLMODE => MODE, word: "=xl", values: "on=4096", show: Never;
        can::CTRLMODE => TDC_MODE, word: "=xtdc-mode", values: "auto=8192 manual=16384", show: Never;
        can::CTRLMODE => MODE, word: "=tms", values: "on=32768", show: Never;
        can::CTRLMODE => MODES, json: "ctrlmode";
        can::STATE => WORD32_OR_NUMBER, name: "state",
            values: "ERROR-ACTIVE ERROR-WARNING ERROR-PASSIVE BUS-OFF STOPPED SLEEPING";
        can::BERR_COUNTER => BERR_COUNTER;
        can::RESTART => RESTART, word: "restart", show: Never;
        can::RESTART_MS => U32, word: "restart-ms", json: "restart_ms";
        can::TERMINATION => U16, word: "termination", show: Never;
        can::BITTIMING => LINES;
    }
}

/// The names of modes, `CAN_CTRLMODE_*`.
const MODE_NAMES: &[u8] = b"LOOPBACK=1 LISTEN-ONLY=2 TRIPLE-SAMPLING=4 ONE-SHOT=8 BERR-REPORTING=16 FD=32 FD-NON-ISO=128 \
    PRESUME-ACK=64 CC-LEN8-DLC=256 TDC-AUTO=512 TDC-MANUAL=1024 RESTRICTED=2048 XL=4096 XL-TDC-AUTO=8192 \
    XL-TDC-MANUAL=16384 TMS=32768";

/// What is sent behind the other attributes.
static SENT: &[Sent] = &[
    Sent::nonzero(can::BITTIMING),
    Sent::nonzero(can::DATA_BITTIMING),
    Sent::nonzero(can::XL_DATA_BITTIMING),
    Sent::given(can::CTRLMODE),
    Sent::nested(can::TDC),
    Sent::nested(can::XL_TDC),
    Sent::nested(can::XL_PWM),
];

/// The attributes of one of the three speeds of a bus.
struct Speed {
    /// Of the keys in JSON.
    key: &'static [u8],
    /// Of the words.
    word: &'static [u8],
    timing: u16,
    limits: u16,
    rates: u16,
    tdc: u16,
    pwm: u16,
}

static SPEEDS: [Speed; 3] = [
    Speed {
        key: b"",
        word: b"",
        timing: can::BITTIMING,
        limits: can::BITTIMING_CONST,
        rates: can::BITRATE_CONST,
        tdc: 0,
        pwm: 0,
    },
    Speed {
        key: b"data_",
        word: b"d",
        timing: can::DATA_BITTIMING,
        limits: can::DATA_BITTIMING_CONST,
        rates: can::DATA_BITRATE_CONST,
        tdc: can::TDC,
        pwm: 0,
    },
    Speed {
        key: b"xl_data_",
        word: b"x",
        timing: can::XL_DATA_BITTIMING,
        limits: can::XL_DATA_BITTIMING_CONST,
        rates: can::XL_DATA_BITRATE_CONST,
        tdc: can::XL_TDC,
        pwm: can::XL_PWM,
    },
];

/// The members of `struct can_bittiming`; in JSON with `_`.
const TIMING: &[u8] = b"bitrate|sample-point|tq|prop-seg|phase-seg1|phase-seg2|sjw|brp";

/// The numbers of delay compensation, `IFLA_CAN_TDC_TDCV` and on.
const COMPENSATION: &[u8] = b"tdcv|tdco|tdcf";
/// The numbers of pulse widths, `IFLA_CAN_PWM_PWMS` and on.
const PULSES: &[u8] = b"pwms|pwml|pwmo";

const BITRATE: usize = 0;
const SAMPLE_POINT: usize = 1;
const TQ: usize = 2;

/// Names in `struct can_bittiming_const`, and the places of the least and the most behind its name.
static LIMITS: [(&[u8], usize, usize); 4] = [
    (b"tseg1", 0, 1),
    (b"tseg2", 2, 3),
    (b"sjw", SJW, 4),
    (b"brp", 5, 6),
];
const SJW: usize = 9;

/// A timing without a bit rate and a quantum is none, and not sent.
fn drop_empty_timings(options: &mut Options) -> Result<()> {
    for speed in &SPEEDS {
        let timing = options.get(speed.timing).unwrap_or_default();
        let at = |at| field(timing.0, 4 * at).unwrap_or(0);
        if at(BITRATE) == 0 && at(TQ) == 0 {
            options.late.bytes(speed.timing, b"");
        }
    }
    Ok(())
}

/// Why a value is wrong.
const WRONG: &CStr = c"invalid \"%\" value";

/// The most places of a timing that words set; what is beyond is the number of an attribute inside.
const PLACES: usize = 7;

/// Where the number goes that a word sets: its place in a timing, or behind those the number of an attribute inside.
fn place_of(word: &[u8]) -> usize {
    for (first, names) in [(0, TIMING), (PLACES, COMPENSATION), (PLACES, PULSES)] {
        let mut names = names.split(|byte| *byte == b'|');
        if let Some(place) = names.position(|name| word.ends_with(name)) {
            return first + place;
        }
    }
    0
}

/// A number of a timing, of delay compensation or of pulse widths.
fn parse_number<'a>(row: &Row, _: &[u8], w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    let word = w.value()?;
    let place = place_of(row.word());
    let n = if place == SAMPLE_POINT {
        args::fraction(word, 3).filter(|n| *n <= u32::MAX.into())
    } else {
        args::unsigned(word, u32::MAX.into())
    };
    let n = n.ok_or_else(|| Error::bad_value(word, WRONG.to_bytes(), row.word()))? as u32;
    let old = draft.late.attrs(0).find(row.attr).unwrap_or_default();
    let mut old = old.0.to_vec();
    if place < PLACES {
        old.resize(32, 0);
        old[4 * place..][..4].copy_from_slice(&n.to_ne_bytes());
        draft.late.bytes(row.attr, &old);
    } else {
        draft.late.nest(row.attr, |m| {
            m.raw(&old);
            m.u32(place as u16, n);
        });
    }
    Ok(())
}

/// A bit of the mask and the value of `struct can_ctrlmode`, or `off`.
fn parse_mode<'a>(row: &Row, _: &[u8], w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    let word = w.value()?;
    let (mut all, mut bit) = (0, None);
    for (name, n) in row.values() {
        all |= n as u32;
        if name == word {
            bit = Some(n as u32);
        }
    }
    let (mask, bit) = match bit {
        Some(bit) => (bit, bit),
        None if word == b"off" => (all, 0),
        None => {
            let e = if all.is_power_of_two() {
                args::not_one_of(word, row.word(), b"\"on\" or \"off\"")
            } else {
                let reason = b"\"%\" must be either of \"auto\", \"manual\" or \"off\"";
                Error::bad_value(word, reason, row.word())
            };
            return Err(e.code_is(USAGE));
        }
    };
    draft.set_pair(row.attr, |[known, on]| [known | mask, on & !all | bit]);
    Ok(())
}

/// `restart`: now.
fn parse_restart<'a>(row: &Row, _: &[u8], _: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    draft.msg.u32(row.attr, 1);
    Ok(())
}

/// The modes that are on, if any.
fn show_modes(row: &Row, modes: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    let on = modes.and_then(|modes| field(modes.0, 4)).unwrap_or(0);
    if on != 0 {
        show_bits(row.name(true), Values::new(MODE_NAMES), on.into(), out);
    }
}

/// Errors on the bus, sent and received: `struct can_berr_counter`.
fn show_error_counters(_: &Row, n: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    let Some((tx, rx)) = n.and_then(|n| n.0.split_first_chunk::<2>()) else {
        return;
    };
    out.object("berr_counter");
    out.uint("tx|(berr-counter tx % ", u16::from_ne_bytes(*tx).into());
    out.uint("rx|rx %) ", Attr(rx).number().unwrap_or(0));
    out.object_end();
}

/// What has lines of its own: timings, their limits, the termination and the clock.
fn show_lines(_: &Row, _: Option<Attr>, data: Attrs, out: &mut Out, _: &mut Names) {
    let mut any = false;
    for speed in &SPEEDS {
        any |= show_speed(speed, data, out);
    }
    let numbers = data.find(can::TERMINATION_CONST);
    if let (Some(now), Some(numbers)) = (data.find(can::TERMINATION), numbers) {
        line(out);
        out.uint("termination| termination %", now.number().unwrap_or(0));
        list(b"termination_const", numbers, 2, out);
        any = true;
    }
    if let Some(hertz) = data.find(can::CLOCK).and_then(Attr::u32) {
        line(out);
        out.uint("clock| clock %", hertz.into());
        any = true;
    }
    if any {
        out.text(" ");
    }
}

fn line(out: &mut Out) {
    out.line_break();
    out.text("\t ");
}

fn underscored(byte: &u8) -> u8 {
    if *byte == b'-' { b'_' } else { *byte }
}

/// Puts a number behind a word with its prefix.
fn item(key: &[u8], words: [&[u8]; 2], value: &[u8], out: &mut Out) {
    if out.json() {
        out.pair_of(key, value);
    } else {
        out.raw(&fill(" %% %", &[words[0], words[1], value]));
    }
}

fn number(key: &[u8], words: [&[u8]; 2], n: u32, out: &mut Out) {
    item(key, words, &decimal(n.into()), out);
}

/// The least and the most of a number.
fn limits(words: [&[u8]; 2], [min, max]: [u32; 2], out: &mut Out) {
    out.object(words[1]);
    out.raw(&fill(" %%", &words));
    out.uint("min| %..", min.into());
    out.uint("max|%", max.into());
    out.object_end();
}

/// `[ A, B ]` of numbers of `width` bytes; those of four are aligned, six in a line.
fn list(key: &[u8], numbers: Attr, width: usize, out: &mut Out) {
    out.array(key);
    out.text(if width == 4 { "\t     [" } else { " [" });
    for (at, n) in numbers.0.chunks_exact(width).enumerate() {
        if at > 0 {
            out.text(",");
        }
        if at > 0 && at % 6 == 0 && width == 4 {
            out.text(" ");
            out.line_break();
            out.text("\t     ");
        }
        let n = Attr(n).number().unwrap_or(0);
        out.text(if at > 0 || width == 2 { " " } else { "" });
        if width == 4 {
            out.blanks(8usize.saturating_sub(decimal(n as i64).len()));
        }
        out.uint("|%", n);
    }
    out.text(" ]");
    out.array_end();
}

/// The three numbers of delay compensation or of pulse widths, or their limits.
fn triple(speed: &Speed, pwm: bool, limited: bool, data: Attrs, out: &mut Out) {
    let (attr, prefix, mut names, key) = match (pwm, speed.pwm) {
        (true, attr) => (attr, &b""[..], PULSES, "pwm"),
        (false, 0) => (speed.tdc, &b""[..], COMPENSATION, "tdc"),
        _ => (speed.tdc, speed.word, COMPENSATION, "xtdc"),
    };
    let Some(data) = data.find(attr).filter(|_| attr != 0) else {
        return;
    };
    let get = |attr| data.attrs().find(attr).and_then(Attr::u32);
    let mut open = false;
    for n in 0..3 {
        let name = cut(&mut names, b'|').unwrap_or_default();
        let (low, high) = match limited {
            true => (get(1 + 2 * n), get(2 + 2 * n)),
            false => (get(7 + n), Some(0)),
        };
        let (Some(low), Some(high)) = (low, high) else {
            continue;
        };
        if !open {
            line(out);
            out.object(key);
            open = true;
        }
        match limited {
            true => limits([prefix, name], [low, high], out),
            false => number(name, [prefix, name], low, out),
        }
    }
    if open {
        out.object_end();
    }
}

/// Whether there was anything to show.
fn show_speed(speed: &Speed, data: Attrs, out: &mut Out) -> bool {
    let timing = data.find(speed.timing);
    let key = |name: &str| fill(name, &[speed.key]);
    let rates = data.find(speed.rates);
    let limit = data.find(speed.limits);
    if let Some(rates) = rates {
        // The controller knows these rates alone.
        let now = field(timing.unwrap_or_default().0, 0).unwrap_or(0);
        line(out);
        let words = [speed.word, b"bitrate"];
        number(&key("%bittiming_bitrate"), words, now, out);
        out.line_break();
        list(&key("%bitrate_const"), rates, 4, out);
    } else if let Some(timing) = timing {
        out.object(key("%bittiming"));
        let (mut words, mut n) = (TIMING, 0);
        while let (Some(word), Some(number)) = (cut(&mut words, b'|'), field(timing.0, 4 * n)) {
            if n == BITRATE || n == TQ {
                line(out);
            }
            let mut value = decimal(number.into());
            if n == SAMPLE_POINT {
                let quote = if out.json() { "\"" } else { "" };
                value = quote.into();
                add_unsigned(&mut value, (number / 1000).into());
                let point = value.len();
                add_unsigned(&mut value, (1000 + number % 1000).into());
                // In place of the 1 that kept the zeros.
                value[point] = b'.';
                value.extend_from_slice(quote.as_bytes());
            }
            let key: Vec<u8> = word.iter().map(underscored).collect();
            item(&key, [speed.word, word], &value, out);
            n += 1;
        }
        triple(speed, false, false, data, out);
        triple(speed, true, false, data, out);
        out.object_end();
    }
    if let Some((name, numbers)) = limit.and_then(|limit| limit.0.split_first_chunk::<16>()) {
        line(out);
        out.object(key("%bittiming_const"));
        out.str("name| %:", Attr(name).str());
        let at = |at: usize| field(numbers, 4 * at).unwrap_or(0);
        // The least of sjw is not told: it is 1.
        for &(name, min, max) in &LIMITS {
            let min = if min == SJW { 1 } else { at(min) };
            limits([speed.word, name], [min, at(max)], out);
        }
        let words = [speed.word, b"brp_inc"];
        number(b"brp_inc", words, at(7), out);
        triple(speed, false, true, data, out);
        triple(speed, true, true, data, out);
        out.object_end();
    }
    timing.is_some() || rates.is_some() || limit.is_some()
}

/// The members of `struct can_device_stats` in the order in which they are shown, and their places.
const STATS: &[u8] = b"restarts|bus_error|arbitration_lost|error_warning|error_passive|bus_off";
static STATS_AT: [u8; 6] = [5, 0, 4, 1, 2, 3];

/// What a controller has counted (`IFLA_INFO_XSTATS`).
pub fn show_stats(counted: Attr, out: &mut Out) {
    out.object("info_xstats");
    if counted.0.len() >= 4 * STATS_AT.len() {
        line(out);
        out.text(" re-started bus-errors arbit-lost error-warn error-pass bus-off");
        line(out);
        out.text(" ");
        let mut keys = STATS;
        for at in STATS_AT {
            let mut n = decimal(field(counted.0, 4 * usize::from(at)).unwrap_or(0).into());
            let key = cut(&mut keys, b'|');
            if out.json() {
                out.pair_of(key.unwrap_or_default(), &n);
            } else {
                n.resize(11, b' ');
                out.raw(&n);
            }
        }
    }
    out.object_end();
}
