//! The statistics of an interface, in the columns of `-s`.

use crate::ip::command::Ctx;
use crate::ip::iface::Record;
use crate::nl::uapi::ifla;
use crate::nl::wire::Attr;
use crate::out::Out;
use crate::text::{add_scaled, add_unsigned};

/// A column: head, and its place in `rtnl_link_stats64`; JSON key, and its place.
type Column = (&'static str, u8, &'static str, u8);

/// `IFLA_CARRIER_CHANGES` is put behind the 25 numbers of `rtnl_link_stats64`.
const CARRIER_CHANGES: u8 = 25;

/// Columns that are shown always; those behind only where they are not zero, the carrier changes where they are known.
const ALWAYS: [usize; 2] = [6, 5];

/// RX and TX, and of each the main columns and those of errors.
const TABLES: [(&str, [&[Column]; 2]); 2] = [
    (
        "rx|    RX",
        [
            &[
                ("bytes", 2, "bytes", 2),
                ("packets", 0, "packets", 0),
                ("errors", 4, "errors", 4),
                ("dropped", 6, "dropped", 6),
                ("missed", 15, "over_errors", 11),
                ("mcast", 8, "multicast", 8),
                ("compressed", 21, "compressed", 21),
            ],
            &[
                ("length", 10, "length_errors", 10),
                ("crc", 12, "crc_errors", 12),
                ("frame", 13, "frame_errors", 13),
                ("fifo", 14, "fifo_errors", 14),
                ("overrun", 11, "missed_errors", 15),
                ("nohandler", 23, "nohandler", 23),
                ("otherhost", 24, "otherhost", 24),
            ],
        ],
    ),
    (
        "tx|    TX",
        [
            &[
                ("bytes", 3, "bytes", 3),
                ("packets", 1, "packets", 1),
                ("errors", 5, "errors", 5),
                ("dropped", 7, "dropped", 7),
                ("carrier", 17, "carrier_errors", 17),
                ("collsns", 9, "collisions", 9),
                ("compressed", 22, "compressed", 22),
            ],
            &[
                ("aborted", 16, "aborted_errors", 16),
                ("fifo", 18, "fifo_errors", 18),
                ("window", 20, "window_errors", 20),
                ("heartbt", 19, "heartbeat_errors", 19),
                (
                    "transns",
                    CARRIER_CHANGES,
                    "carrier_changes",
                    CARRIER_CHANGES,
                ),
            ],
        ],
    ),
];

/// Prints the statistics, without a newline at the end.
pub fn stats(record: &Record, ctx: &Ctx, out: &mut Out) {
    let (key, size, attr) = match (record.get(ifla::STATS64), record.get(ifla::STATS)) {
        (Some(attr), _) => ("stats64", 8, attr),
        (None, Some(attr)) => ("stats", 4, attr),
        _ => return,
    };
    let mut values = [0; CARRIER_CHANGES as usize + 1];
    for (value, bytes) in values.iter_mut().zip(attr.0.chunks_exact(size)) {
        *value = Attr(bytes).number().unwrap_or(0);
    }
    let changes = record.get(ifla::CARRIER_CHANGES).and_then(Attr::u32);
    values[usize::from(CARRIER_CHANGES)] = changes.unwrap_or(0).into();
    let known = |at: u8| at != CARRIER_CHANGES || changes.is_some();
    let tables = if ctx.stats > 1 { 2 } else { 1 };
    let widths = widths(&values, tables, ctx);
    out.object(key);
    for (n, (name, columns)) in TABLES.iter().enumerate() {
        if n > 0 {
            out.line_break();
        }
        let key = &name[..2];
        out.object(key);
        for (errors, columns) in columns[..tables].iter().enumerate() {
            if out.json() {
                for (n, (_, _, key, at)) in columns.iter().enumerate() {
                    let value = values[usize::from(*at)];
                    if known(*at) && (n < ALWAYS[errors] || value != 0 || *at == CARRIER_CHANGES) {
                        out.uint(key, value);
                    }
                }
                continue;
            }
            // The columns of errors stand below those of the packets and after.
            let own = &widths[errors..];
            if errors > 0 {
                out.line_break();
            }
            out.text(&name[3..]);
            if errors > 0 {
                out.text(" errors:");
                right(b"", widths[0] - 10, out);
            } else {
                out.text(":");
            }
            let visible = |n: usize, at: u8| {
                (
                    n < ALWAYS[errors] || values[usize::from(at)] != 0,
                    known(at),
                )
            };
            for (n, (head, at, ..)) in columns.iter().enumerate() {
                let (shown, known) = visible(n, *at);
                if shown || errors == 0 {
                    out.text(" ");
                    let head = if shown && known { head } else { "" };
                    right(
                        head.as_bytes(),
                        own[n] - if errors + n == 0 { 4 } else { 0 },
                        out,
                    );
                }
            }
            out.line_break();
            right(b"", if errors > 0 { widths[0] + 5 } else { 4 }, out);
            for (n, (_, at, ..)) in columns.iter().enumerate() {
                if visible(n, *at) == (true, true) {
                    right(&number(values[usize::from(*at)], ctx), own[n], out);
                    out.text(" ");
                }
            }
        }
        out.object_end();
    }
    out.object_end();
}

/// Each column is as wide as its longest number.
fn widths(values: &[u64], tables: usize, ctx: &Ctx) -> [usize; 8] {
    let mut widths = [10, 7, 6, 7, 7, 7, 10, 9];
    for (errors, (_, columns)) in
        (0..tables).flat_map(|errors| TABLES.iter().map(move |table| (errors, table)))
    {
        for (width, column) in widths[errors..].iter_mut().zip(columns[errors]) {
            if ctx.human == 0 {
                *width = (*width).max(number(values[usize::from(column.1)], ctx).len());
            }
        }
    }
    widths
}

/// Text at the right end of a column.
pub fn right(text: &[u8], width: usize, out: &mut Out) {
    out.blanks(width.saturating_sub(text.len()));
    out.raw(text);
}

/// A number, or with `-h` its leading digits and a letter.
pub fn number(n: u64, ctx: &Ctx) -> Vec<u8> {
    let mut text = Vec::new();
    if ctx.human == 0 || n < ctx.human {
        add_unsigned(&mut text, n);
        return text;
    }
    let mut unit = ctx.human;
    let mut letter = 0;
    while n / unit >= ctx.human && letter < 5 {
        unit *= ctx.human;
        letter += 1;
    }
    add_scaled(&mut text, n, unit);
    text.push(b"kMGTPE"[letter]);
    if ctx.human == 1024 {
        text.push(b'i');
    }
    text
}
