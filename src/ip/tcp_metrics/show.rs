//! What is remembered of a host, as it is printed.

use crate::ip::tcp_metrics::record::Record;
use crate::nl::uapi::tcp_metrics::{attr, metric};
use crate::nl::wire::Attr;
use crate::out::Out;
use crate::text::{
    add_address, add_decimal, add_general, add_thousandths, add_unsigned, hexadecimal,
};

/// The metrics that are numbers, in the order in which they are shown.
static NUMBERS: [(u16, &str); 3] = [
    (metric::SSTHRESH, "ssthresh| ssthresh %"),
    (metric::CWND, "cwnd| cwnd %"),
    (metric::REORDERING, "reordering| reordering %"),
];

/// The metrics that are times: in microseconds, in milliseconds as older kernels have them alone, and the bits by which they are
/// shifted.
static TIMES: [(u16, u16, u8, &str); 2] = [
    (metric::RTT_US, metric::RTT, 3, "rtt| rtt %us"),
    (metric::RTTVAR_US, metric::RTTVAR, 2, "rttvar| rttvar %us"),
];

const MILLION: u64 = 1_000_000;

/// Prints what is remembered of a host, to the end of its line.
pub fn show(record: &Record, out: &mut Out) {
    let number = |attr| record.attrs.get(attr).and_then(Attr::number);
    let put_address = |form, address: Option<(u16, Attr)>, out: &mut Out| {
        if let Some((_, address)) = address {
            add_address(out.value(), address.0);
            out.put(form, true);
        }
    };
    put_address("dst|%", record.address(), out);
    if let Some(age) = number(attr::AGE) {
        put_time("age| age %sec", age, 1000, out, |text| {
            add_thousandths(text, age, 1000);
        });
    }
    if let Some(stamp) = record.attrs.get(attr::TW_TS_STAMP).and_then(Attr::i32) {
        let value = number(attr::TW_TSVAL).unwrap_or(0);
        let text = out.value();
        add_unsigned(text, value);
        text.push(b'/');
        add_decimal(text, stamp.into());
        out.put("tw_ts_stamp| tw_ts % ago", true);
    }
    if let Some(values) = record.attrs.get(attr::VALS) {
        // The number of a metric's attribute is the next one.
        let metric = |metric| values.attrs().find(metric + 1)?.number();
        for (number, form) in &NUMBERS {
            if let Some(number) = metric(*number) {
                out.uint(form, number);
            }
        }
        for (us, ms, shift, form) in &TIMES {
            let time = metric(*us).or_else(|| metric(*ms)?.checked_mul(1000));
            let time = time.unwrap_or(0) >> shift;
            if time > 0 {
                put_time(form, time, MILLION, out, |text| add_unsigned(text, time));
            }
        }
    }
    if let Some(mss) = number(attr::FOPEN_MSS) {
        out.uint("fopen_miss| fo_mss %", mss);
    }
    if let Some(drops) = number(attr::FOPEN_SYN_DROPS) {
        let age = number(attr::FOPEN_SYN_DROP_TS).unwrap_or(0);
        out.uint("fopen_syn_drops| fo_syn_drops %", drops);
        // The unit is that of iproute2: these are thousands of seconds.
        let form = "fopen_syn_drop_ts|/%usec ago";
        put_time(form, age, MILLION, out, |text| {
            add_thousandths(text, age, MILLION)
        });
    }
    if let Some(cookie) = record.attrs.get(attr::FOPEN_COOKIE) {
        let text = out.value();
        for byte in cookie.0 {
            hexadecimal(text, (*byte).into(), 2);
        }
        out.put("fo_cookie| fo_cookie %", true);
    }
    put_address("source| source %", record.source(), out);
    out.text("\n");
}

/// Prints a time: in JSON its quotient by `unit`, in text what `add` adds.
fn put_time(form: &str, time: u64, unit: u64, out: &mut Out, add: impl FnOnce(&mut Vec<u8>)) {
    let json = out.json();
    let text = out.value();
    match json {
        true => add_general(text, time, unit),
        false => add(text),
    }
    out.put(form, false);
}
