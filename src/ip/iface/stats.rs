//! The statistics of a link, in the columns of `-s`; with `-s -s` two more lines have the errors by their cause.

use crate::ip::command::Ctx;
use crate::ip::iface::columns::Line;
use crate::ip::iface::record::Record;
use crate::ip::iface::view::View;
use crate::names::Names;
use crate::nl::uapi::ifla;
use crate::nl::wire::Attr;
use crate::out::Out;
use crate::text::decimal_width;

/// The counters of `struct rtnl_link_stats64` in their order, and behind them `IFLA_CARRIER_CHANGES`.
#[derive(Clone, Copy, PartialEq)]
enum Counter {
    RxPackets,
    TxPackets,
    RxBytes,
    TxBytes,
    RxErrors,
    TxErrors,
    RxDropped,
    TxDropped,
    Multicast,
    Collisions,
    RxLengthErrors,
    RxOverErrors,
    RxCrcErrors,
    RxFrameErrors,
    RxFifoErrors,
    RxMissedErrors,
    TxAbortedErrors,
    TxCarrierErrors,
    TxFifoErrors,
    TxHeartbeatErrors,
    TxWindowErrors,
    RxCompressed,
    TxCompressed,
    RxNohandler,
    RxOtherhostDropped,
    CarrierChanges,
}

use Counter::*;

/// A column: its head and counter in text, its key and counter in JSON.
type Column = (&'static str, Counter, &'static str, Counter);

/// So many columns of the first and of the second line are shown always. Those behind them are shown where they are not
/// zero.
const ALWAYS: [usize; 2] = [6, 5];

/// The direction: its key in JSON, its name in text, and the columns of its two lines.
const DIRECTIONS: [(&str, &str, [&[Column]; 2]); 2] = [
    (
        "rx",
        "    RX",
        [
            &[
                ("bytes", RxBytes, "bytes", RxBytes),
                ("packets", RxPackets, "packets", RxPackets),
                ("errors", RxErrors, "errors", RxErrors),
                ("dropped", RxDropped, "dropped", RxDropped),
                ("missed", RxMissedErrors, "over_errors", RxOverErrors),
                ("mcast", Multicast, "multicast", Multicast),
                ("compressed", RxCompressed, "compressed", RxCompressed),
            ],
            &[
                ("length", RxLengthErrors, "length_errors", RxLengthErrors),
                ("crc", RxCrcErrors, "crc_errors", RxCrcErrors),
                ("frame", RxFrameErrors, "frame_errors", RxFrameErrors),
                ("fifo", RxFifoErrors, "fifo_errors", RxFifoErrors),
                ("overrun", RxOverErrors, "missed_errors", RxMissedErrors),
                ("nohandler", RxNohandler, "nohandler", RxNohandler),
                (
                    "otherhost",
                    RxOtherhostDropped,
                    "otherhost",
                    RxOtherhostDropped,
                ),
            ],
        ],
    ),
    (
        "tx",
        "    TX",
        [
            &[
                ("bytes", TxBytes, "bytes", TxBytes),
                ("packets", TxPackets, "packets", TxPackets),
                ("errors", TxErrors, "errors", TxErrors),
                ("dropped", TxDropped, "dropped", TxDropped),
                (
                    "carrier",
                    TxCarrierErrors,
                    "carrier_errors",
                    TxCarrierErrors,
                ),
                ("collsns", Collisions, "collisions", Collisions),
                ("compressed", TxCompressed, "compressed", TxCompressed),
            ],
            &[
                (
                    "aborted",
                    TxAbortedErrors,
                    "aborted_errors",
                    TxAbortedErrors,
                ),
                ("fifo", TxFifoErrors, "fifo_errors", TxFifoErrors),
                ("window", TxWindowErrors, "window_errors", TxWindowErrors),
                (
                    "heartbt",
                    TxHeartbeatErrors,
                    "heartbeat_errors",
                    TxHeartbeatErrors,
                ),
                ("transns", CarrierChanges, "carrier_changes", CarrierChanges),
            ],
        ],
    ),
];

/// Shows the statistics below a link.
pub fn show_below(record: &Record, view: View, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    if view == View::Link && ctx.stats > 0 {
        out.line_break();
        show(record, view, ctx, out, names);
    }
}

/// Shows the statistics, without a newline at the end.
pub fn show(record: &Record, _: View, ctx: &Ctx, out: &mut Out, _: &mut Names) {
    let (key, attr) = match (record.get(ifla::STATS64), record.get(ifla::STATS)) {
        (Some(attr), _) => ("stats64", attr),
        (None, Some(attr)) => ("stats", attr),
        _ => return,
    };
    let changes = record.u32(ifla::CARRIER_CHANGES);
    let lines = if ctx.stats > 1 { 2 } else { 1 };
    show_counters(key, attr, changes, lines, ctx, out);
}

/// Shows `struct rtnl_link_stats64`, or for the key `stats` the same of 32 bits, in one line or two for each direction.
pub fn show_counters(
    key: &str,
    attr: Attr,
    changes: Option<u32>,
    lines: usize,
    ctx: &Ctx,
    out: &mut Out,
) {
    let size = if key == "stats" { 4 } else { 8 };
    let mut values = [0; CarrierChanges as usize + 1];
    for (value, bytes) in values.iter_mut().zip(attr.0.chunks_exact(size)) {
        *value = Attr(bytes).number().unwrap_or(0);
    }
    values[CarrierChanges as usize] = changes.unwrap_or(0).into();
    out.object(key);
    if out.json() {
        show_json(&values, changes.is_some(), lines, out);
    } else {
        show_text(&values, changes.is_some(), lines, ctx, out);
    }
    out.object_end();
}

fn show_json(values: &[u64], knows_changes: bool, lines: usize, out: &mut Out) {
    for (key, _, columns) in &DIRECTIONS {
        out.object(key);
        for (columns, always) in columns[..lines].iter().zip(ALWAYS) {
            for (n, (_, _, key, counter)) in columns.iter().enumerate() {
                let value = values[*counter as usize];
                if match counter {
                    CarrierChanges => knows_changes,
                    _ => n < always || value != 0,
                } {
                    out.uint(key, value);
                }
            }
        }
        out.object_end();
    }
}

fn show_text(values: &[u64], knows_changes: bool, lines: usize, ctx: &Ctx, out: &mut Out) {
    let widths = widths(values, lines, ctx);
    for (n, (_, name, columns)) in DIRECTIONS.iter().enumerate() {
        if n > 0 {
            out.line_break();
        }
        for line in 0..lines {
            let columns = columns[line];
            let (begin, indent, below) = if line > 0 {
                out.line_break();
                (" errors:", widths[0] - 10, widths[0] + 5)
            } else {
                (":", 0, 4)
            };
            // The columns of errors stand below those of the packets and after.
            let widths = &widths[line..];
            let mut heads = Line::empty();
            heads.text(name);
            heads.text(begin);
            heads.blanks(indent);
            let mut numbers = Line::empty();
            numbers.blanks(below);
            for (n, (head, counter, ..)) in columns.iter().enumerate() {
                let value = values[*counter as usize];
                let is_shown = n < ALWAYS[line] || value != 0;
                let is_known = *counter != CarrierChanges || knows_changes;
                if is_shown || line == 0 {
                    let head = if is_shown && is_known { head } else { "" };
                    // The first line's name stands in its first column.
                    let width = widths[n] + 1 - if line + n == 0 { 4 } else { 0 };
                    heads.right(head.as_bytes(), width);
                }
                if is_shown && is_known {
                    numbers.number(value, widths[n], ctx);
                }
            }
            heads.show(out);
            out.line_break();
            numbers.show(out);
        }
    }
}

/// Each column is as wide as its longest number. With `-h` no number is longer than the column is anyway.
fn widths(values: &[u64], lines: usize, ctx: &Ctx) -> [usize; 8] {
    let mut widths = [10, 7, 6, 7, 7, 7, 10, 9];
    if ctx.human > 0 {
        return widths;
    }
    for (_, _, columns) in &DIRECTIONS {
        for line in 0..lines {
            for (width, (_, counter, ..)) in widths[line..].iter_mut().zip(columns[line]) {
                *width = (*width).max(decimal_width(values[*counter as usize]));
            }
        }
    }
    widths
}
