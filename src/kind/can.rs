//! can: controllers of a Controller Area Network.

use std::ffi::CStr;

use crate::args;
use crate::customs;
use crate::error::{Error, Result, USAGE};
use crate::kind::kind::{Kind, Options};
use crate::names::Names;
use crate::nl::uapi::can;
use crate::nl::wire::{Attr, Index, field};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::{Row, Values};
use crate::row::print::show_bits;
use crate::row::sent::Sent;
use crate::row::table::Reading;
use crate::row::table::{NEVER_SET, NEVER_SHOWN};
use crate::text::{add_unsigned, cut, decimal, decimal_width, fill};

/// The kind can.
pub static KINDS: &[Kind] = &[Kind::new(c"can", c"%: unknown option \"%\"\n", CAN)
    .wrong(WRONG)
    .sent(SENT)
    .customs(&CUSTOMS)
    .complete(drop_empty_timings)];

/// Why a value is wrong.
const WRONG: &CStr = c"invalid \"%\" value";

customs! {
    static CUSTOMS;
    TIMING_NUMBER: parse_number, NEVER_SHOWN, " NUMBER";
    MODE: parse_mode, NEVER_SHOWN, " { on | off }";
    TDC_MODE: parse_mode, NEVER_SHOWN, " { auto | manual | off }";
    MODES: NEVER_SET, show_modes, "";
    BERR_COUNTER: NEVER_SET, show_error_counters, "";
    LINES: NEVER_SET, show_lines, "";
}

options! {
    /// A controller. The words for numbers of a timing end with their names in [`TIMING`], [`COMPENSATION`] or
    /// [`PULSES`]; those of a mode stand for bits of `CAN_CTRLMODE_*`.
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
        can::XL_DATA_BITTIMING => TIMING_NUMBER, exact: "xbitrate", show: Never;
        can::XL_DATA_BITTIMING => TIMING_NUMBER, exact: "xsample-point", show: Never;
        can::XL_DATA_BITTIMING => TIMING_NUMBER, exact: "xtq", show: Never;
        can::XL_DATA_BITTIMING => TIMING_NUMBER, exact: "xprop-seg", show: Never;
        can::XL_DATA_BITTIMING => TIMING_NUMBER, exact: "xphase-seg1", show: Never;
        can::XL_DATA_BITTIMING => TIMING_NUMBER, exact: "xphase-seg2", show: Never;
        can::XL_DATA_BITTIMING => TIMING_NUMBER, exact: "xsjw", show: Never;
        can::XL_TDC => TIMING_NUMBER, exact: "xtdcv", show: Never;
        can::XL_TDC => TIMING_NUMBER, exact: "xtdco", show: Never;
        can::XL_TDC => TIMING_NUMBER, exact: "xtdcf", show: Never;
        can::XL_PWM => TIMING_NUMBER, exact: "pwms", show: Never;
        can::XL_PWM => TIMING_NUMBER, exact: "pwml", show: Never;
        can::XL_PWM => TIMING_NUMBER, exact: "pwmo", show: Never;
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
        can::CTRLMODE => MODE, exact: "restricted", values: "on=2048", show: Never;
        can::CTRLMODE => MODE, exact: "xl", values: "on=4096", show: Never;
        can::CTRLMODE => TDC_MODE, exact: "xtdc-mode", values: "auto=8192 manual=16384", show: Never;
        can::CTRLMODE => MODE, exact: "tms", values: "on=32768", show: Never;
        can::CTRLMODE => MODES, json: "ctrlmode";
        can::STATE => WORD32_OR_NUMBER, name: "state",
            values: "ERROR-ACTIVE ERROR-WARNING ERROR-PASSIVE BUS-OFF STOPPED SLEEPING";
        can::BERR_COUNTER => BERR_COUNTER;
        can::RESTART => fixed32(1), word: "restart", show: Never;
        can::RESTART_MS => U32, word: "restart-ms", json: "restart_ms";
        can::TERMINATION => U16, word: "termination", show: Never;
        can::BITTIMING => LINES, show: Ever;
    }
}

/// The modes as they are printed, `CAN_CTRLMODE_*`.
const MODE_NAMES: &[u8] = b"LOOPBACK=1 LISTEN-ONLY=2 TRIPLE-SAMPLING=4 ONE-SHOT=8 BERR-REPORTING=16 FD=32 \
    FD-NON-ISO=128 PRESUME-ACK=64 CC-LEN8-DLC=256 TDC-AUTO=512 TDC-MANUAL=1024 RESTRICTED=2048 XL=4096 XL-TDC-AUTO=8192 \
    XL-TDC-MANUAL=16384 TMS=32768";

/// The attributes that are sent behind the others.
static SENT: &[Sent] = &[
    Sent::nonzero(can::BITTIMING),
    Sent::nonzero(can::DATA_BITTIMING),
    Sent::nonzero(can::XL_DATA_BITTIMING),
    Sent::given(can::CTRLMODE),
    Sent::nested(can::TDC),
    Sent::nested(can::XL_TDC),
    Sent::nested(can::XL_PWM),
];

/// The names of the numbers in `struct can_bittiming`, in their order; in JSON with `_` for `-`.
const TIMING: &[u8] = b"bitrate|sample-point|tq|prop-seg|phase-seg1|phase-seg2|sjw|brp";
/// The places of some of them.
const BITRATE: usize = 0;
const SAMPLE_POINT: usize = 1;
const TQ: usize = 2;

/// The numbers of transmitter delay compensation: attributes from `IFLA_CAN_TDC_TDCV` on.
const COMPENSATION: &[u8] = b"tdcv|tdco|tdcf";
/// The numbers of pulse width modulation: attributes from `IFLA_CAN_PWM_PWMS` on.
const PULSES: &[u8] = b"pwms|pwml|pwmo";

/// In both of these nests the least and the most of the three numbers, in turn, are the attributes from this one on,
const FIRST_LIMIT: u16 = 1;
/// and the three numbers those from this one on.
const FIRST_NUMBER: u16 = 7;

/// One of the three speeds of a bus: its attributes, and what tells its words and its names in JSON from those of the
/// others.
struct Speed {
    /// In front of names in JSON.
    key: &'static [u8],
    /// In front of words.
    prefix: &'static [u8],
    timing: u16,
    limits: u16,
    rates: u16,
    triples: &'static [Triple],
}

/// A nest of three numbers and their limits.
struct Triple {
    attr: u16,
    key: &'static str,
    /// In front of words.
    prefix: &'static [u8],
    names: &'static [u8],
}

static SPEEDS: [Speed; 3] = [
    Speed {
        key: b"",
        prefix: b"",
        timing: can::BITTIMING,
        limits: can::BITTIMING_CONST,
        rates: can::BITRATE_CONST,
        triples: &[],
    },
    Speed {
        key: b"data_",
        prefix: b"d",
        timing: can::DATA_BITTIMING,
        limits: can::DATA_BITTIMING_CONST,
        rates: can::DATA_BITRATE_CONST,
        triples: &[Triple {
            attr: can::TDC,
            key: "tdc",
            prefix: b"",
            names: COMPENSATION,
        }],
    },
    Speed {
        key: b"xl_data_",
        prefix: b"x",
        timing: can::XL_DATA_BITTIMING,
        limits: can::XL_DATA_BITTIMING_CONST,
        rates: can::XL_DATA_BITRATE_CONST,
        triples: &[
            Triple {
                attr: can::XL_TDC,
                key: "xtdc",
                prefix: b"x",
                names: COMPENSATION,
            },
            Triple {
                attr: can::XL_PWM,
                key: "pwm",
                prefix: b"",
                names: PULSES,
            },
        ],
    },
];

/// The places of the least and the most of some numbers among those of `struct can_bittiming_const`, which follow a
/// name.
static LIMITS: [(&[u8], usize, usize); 4] = [
    (b"tseg1", 0, 1),
    (b"tseg2", 2, 3),
    (b"sjw", ALWAYS_1, 4),
    (b"brp", 5, 6),
];
/// The struct has no least width of the synchronisation jump: it is 1.
const ALWAYS_1: usize = usize::MAX;
/// The place of the increment of the prescaler.
const BRP_INC: usize = 7;

/// A timing without a bit rate and without a time quantum is none, and not sent.
fn drop_empty_timings(options: &mut Options) -> Result<()> {
    for speed in &SPEEDS {
        let timing = options.get(speed.timing).unwrap_or_default();
        let at = |place| field(timing.0, 4 * place).unwrap_or(0);
        if at(BITRATE) | at(TQ) == 0 {
            options.late.bytes(speed.timing, b"");
        }
    }
    Ok(())
}

/// The place among `names` of the one that a word ends with.
fn place_of(word: &[u8], mut names: &[u8]) -> Option<usize> {
    let mut place = 0;
    while let Some(name) = cut(&mut names, b'|') {
        if word.ends_with(name) {
            return Some(place);
        }
        place += 1;
    }
    None
}

/// Reads a number of a timing, of delay compensation or of pulse widths. Other numbers of the same attribute stay as
/// earlier words have set them.
fn parse_number(r: &mut Reading) -> Result<()> {
    let (word, value, attr) = (r.row.word(), r.value, r.row.attr);
    let in_timing = place_of(word, TIMING);
    let number = match in_timing {
        // In thousandths.
        Some(SAMPLE_POINT) => args::fraction(value, 3).filter(|n| *n <= u32::MAX.into()),
        _ => args::unsigned(value, u32::MAX.into()),
    };
    let Some(number) = number else {
        return Err(r.wrong_value());
    };
    let number = number as u32;
    let late = &mut r.draft.late;
    let mut payload = late.attrs(0).find(attr).unwrap_or_default().0.to_vec();
    if let Some(place) = in_timing {
        payload.resize(32, 0);
        payload[4 * place..][..4].copy_from_slice(&number.to_ne_bytes());
        late.bytes(attr, &payload);
        return Ok(());
    }
    let place = place_of(word, COMPENSATION).or(place_of(word, PULSES));
    let start = late.open();
    late.raw(&payload);
    late.u32(FIRST_NUMBER + place.unwrap_or(0) as u16, number);
    late.close(start, attr);
    Ok(())
}

/// Reads one of the words of a mode, which are bits, or `off` for none of them: changes `struct can_ctrlmode`, a mask
/// and its value.
fn parse_mode(r: &mut Reading) -> Result<()> {
    let (mut all, mut given) = (0, None);
    for (word, bit) in r.row.values() {
        all |= bit as u32;
        if word == r.value {
            given = Some(bit as u32);
        }
    }
    let (mask, value) = match given {
        Some(bit) => (bit, bit),
        None if r.value == b"off" => (all, 0),
        None => {
            let word = r.row.word();
            let e = if all.is_power_of_two() {
                args::not_one_of(r.value, word, b"\"on\" or \"off\"")
            } else {
                let reason = b"\"%\" must be either of \"auto\", \"manual\" or \"off\"";
                Error::bad_value(r.value, reason, word)
            };
            return Err(e.code_is(USAGE));
        }
    };
    r.draft.set_pair(r.row.attr, [0, all], [mask, value]);
    Ok(())
}

/// Prints the modes that are on, if there are any.
fn show_modes(row: &Row, modes: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    let on = field(modes.0, 4).unwrap_or(0);
    if on != 0 {
        show_bits(row.name(true), Values::new(MODE_NAMES), on.into(), out);
    }
}

/// Prints the counters of errors in sending and receiving, `struct can_berr_counter`.
fn show_error_counters(_: &Row, counters: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    let Some((tx, rx)) = counters.0.split_first_chunk::<2>() else {
        return;
    };
    out.object("berr_counter");
    out.uint("tx|(berr-counter tx % ", u16::from_ne_bytes(*tx).into());
    out.uint("rx|rx %) ", Attr(rx).number().unwrap_or(0));
    out.object_end();
}

/// Prints what has lines of its own: timings and their limits, the termination and the clock.
fn show_lines(_: &Row, _: Attr, data: &Index, out: &mut Out, _: &mut Names) {
    let mut any = false;
    for speed in &SPEEDS {
        any |= show_speed(speed, data, out);
    }
    let choices = data.get(can::TERMINATION_CONST);
    if let (Some(now), Some(choices)) = (data.get(can::TERMINATION), choices) {
        begin_line(out);
        out.uint("termination| termination %", now.number().unwrap_or(0));
        show_list(b"termination_const", choices, 2, out);
        any = true;
    }
    if let Some(hertz) = data.get(can::CLOCK).and_then(Attr::u32) {
        begin_line(out);
        out.uint("clock| clock %", hertz.into());
        any = true;
    }
    if any {
        out.text(" ");
    }
}

fn begin_line(out: &mut Out) {
    out.line_break();
    out.text("\t ");
}

/// Prints ` PREFIXNAME VALUE`, of which the value was written to [`Out::value`].
fn put(key: &[u8], prefix: &[u8], name: &[u8], quoted: bool, out: &mut Out) {
    if out.json() {
        out.pair(key, quoted);
    } else {
        out.text(" ");
        out.raw(prefix);
        out.raw(name);
        out.put("| %", quoted);
    }
}

fn show_number(key: &[u8], prefix: &[u8], name: &[u8], number: u32, out: &mut Out) {
    add_unsigned(out.value(), number.into());
    put(key, prefix, name, false, out);
}

/// Prints ` PREFIXNAME MIN..MAX`.
fn show_limits(prefix: &[u8], name: &[u8], [min, max]: [u32; 2], out: &mut Out) {
    out.object(name);
    out.text(" ");
    out.raw(prefix);
    out.raw(name);
    out.uint("min| %..", min.into());
    out.uint("max|%", max.into());
    out.object_end();
}

/// Prints `[ A, B ]` of numbers of `width` bytes, those of four aligned and six on a line.
fn show_list(key: &[u8], numbers: Attr, width: usize, out: &mut Out) {
    let is_aligned = width == 4;
    out.array(key);
    out.text(if is_aligned { "\t     [" } else { " [" });
    for (at, number) in numbers.0.chunks_exact(width).enumerate() {
        if at > 0 {
            out.text(",");
        }
        if at > 0 && at % 6 == 0 && is_aligned {
            out.text(" ");
            out.line_break();
            out.text("\t     ");
        }
        let number = Attr(number).number().unwrap_or(0);
        if at > 0 || !is_aligned {
            out.text(" ");
        }
        if is_aligned {
            out.blanks(8usize.saturating_sub(decimal_width(number)));
        }
        out.uint("|%", number);
    }
    out.text(" ]");
    out.array_end();
}

/// Prints the numbers of a nest, or their limits, on a line of their own if there are any.
fn show_triple(triple: &Triple, shows_limits: bool, data: &Index, out: &mut Out) {
    let nest = data.get(triple.attr).unwrap_or_default().attrs();
    let get = |attr| nest.find(attr).and_then(Attr::u32);
    let mut names = triple.names;
    let mut is_open = false;
    for n in 0..3 {
        let name = cut(&mut names, b'|').unwrap_or_default();
        let limit = FIRST_LIMIT + 2 * n;
        let (first, second) = match shows_limits {
            true => (get(limit), get(limit + 1)),
            false => (get(FIRST_NUMBER + n), Some(0)),
        };
        let (Some(first), Some(second)) = (first, second) else {
            continue;
        };
        if !is_open {
            is_open = true;
            begin_line(out);
            out.object(triple.key);
        }
        match shows_limits {
            true => show_limits(triple.prefix, name, [first, second], out),
            false => show_number(name, triple.prefix, name, first, out),
        }
    }
    if is_open {
        out.object_end();
    }
}

/// Prints the timing of a speed, or its rate and the rates that the controller knows, and the limits; whether there are
/// any.
fn show_speed(speed: &Speed, data: &Index, out: &mut Out) -> bool {
    let timing = data.get(speed.timing);
    let rates = data.get(speed.rates);
    let limits = data.get(speed.limits);
    let key = |name: &str| fill(name, &[speed.key]);
    if let Some(rates) = rates {
        let now = field(timing.unwrap_or_default().0, 0).unwrap_or(0);
        begin_line(out);
        let name = key("%bittiming_bitrate");
        show_number(&name, speed.prefix, b"bitrate", now, out);
        out.line_break();
        show_list(&key("%bitrate_const"), rates, 4, out);
    } else if let Some(timing) = timing {
        out.object(key("%bittiming"));
        show_timing(speed, timing, out);
        for triple in speed.triples {
            show_triple(triple, false, data, out);
        }
        out.object_end();
    }
    if let Some((name, numbers)) = limits.and_then(|limits| limits.0.split_first_chunk::<16>()) {
        begin_line(out);
        out.object(key("%bittiming_const"));
        out.str("name| %:", Attr(name).str());
        let at = |place: usize| match place {
            ALWAYS_1 => 1,
            _ => field(numbers, 4 * place).unwrap_or(0),
        };
        for &(name, min, max) in &LIMITS {
            show_limits(speed.prefix, name, [at(min), at(max)], out);
        }
        show_number(b"brp_inc", speed.prefix, b"brp_inc", at(BRP_INC), out);
        for triple in speed.triples {
            show_triple(triple, true, data, out);
        }
        out.object_end();
    }
    timing.is_some() || rates.is_some() || limits.is_some()
}

/// Prints the numbers of a timing, on two lines.
fn show_timing(speed: &Speed, timing: Attr, out: &mut Out) {
    let (mut names, mut place) = (TIMING, 0);
    while let (Some(name), Some(number)) = (cut(&mut names, b'|'), field(timing.0, 4 * place)) {
        if place == BITRATE || place == TQ {
            begin_line(out);
        }
        let mut key = name.to_vec();
        for byte in &mut key {
            if *byte == b'-' {
                *byte = b'_';
            }
        }
        let value = out.value();
        let is_fraction = place == SAMPLE_POINT;
        if is_fraction {
            add_unsigned(value, (number / 1000).into());
            let point = value.len();
            add_unsigned(value, (1000 + number % 1000).into());
            // In place of the 1 that kept the zeros.
            value[point] = b'.';
        } else {
            add_unsigned(value, number.into());
        }
        put(&key, speed.prefix, name, is_fraction, out);
        place += 1;
    }
}

/// The names of the numbers in `struct can_device_stats` as they are printed, and their places in it.
const STATS: &[u8] = b"restarts|bus_error|arbitration_lost|error_warning|error_passive|bus_off";
static STATS_AT: [u8; 6] = [5, 0, 4, 1, 2, 3];

/// Prints the statistics of a controller, `IFLA_INFO_XSTATS`.
pub fn show_stats(counted: Attr, out: &mut Out) {
    out.object("info_xstats");
    if counted.0.len() >= 4 * STATS_AT.len() {
        begin_line(out);
        out.text(" re-started bus-errors arbit-lost error-warn error-pass bus-off");
        begin_line(out);
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
