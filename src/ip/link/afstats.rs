//! `ip link afstats`: counters of address families, of which MPLS has some.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io, unknown};
use crate::ip::iface::columns::{self, Line};
use crate::ip::link::getstats::{counter, each_stats};
use crate::nl::uapi::{af, mpls_stats, stats};
use crate::nl::wire::{Attr, Attrs};
use crate::out::Out;

/// A column: its head, and the number of its counter in `struct mpls_link_stats`.
type Column = (&'static str, usize);

/// The directions: JSON key, begin of the line, and columns.
const DIRECTIONS: [(&str, &str, &[Column]); 2] = [
    (
        "rx",
        "        RX:",
        &[
            ("bytes", 2),
            ("packets", 0),
            ("errors", 4),
            ("dropped", 6),
            ("noroute", 8),
        ],
    ),
    (
        "tx",
        "        TX:",
        &[("bytes", 3), ("packets", 1), ("errors", 5), ("dropped", 7)],
    ),
];

/// Runs `ip link afstats WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut dev = None;
    while let Some(word) = w.next() {
        match word {
            b"dev" if dev.is_none() => dev = Some(w.value()?),
            b"dev" => return Err(Error::garbage("dev", w.value()?)),
            _ if args::prefix(word, "help") => return Err(Error::asks_for_usage()),
            _ => return Err(unknown(word, "link")),
        }
    }
    let index = match dev {
        Some(dev) => {
            let index = io.names.find_index(dev)?;
            index.ok_or_else(|| Error::unknown_device(dev))?
        }
        None => 0,
    };
    let mpls = af::MPLS.into();
    each_stats(
        io,
        stats::AF_SPEC,
        mpls,
        index,
        &mut |index, name, all, out| {
            out.uint("ifindex|%:", index.into());
            out.str("ifname|%\n    mpls:\n", name);
            show_mpls(all, ctx, out);
        },
    )
}

fn show_mpls(all: Attrs, ctx: &Ctx, out: &mut Out) {
    let counters = all.find(mpls_stats::LINK).unwrap_or_default();
    for (key, begin, columns) in DIRECTIONS {
        out.object(key);
        if out.json() {
            for (key, at) in columns {
                out.uint(key, counter(counters, *at));
            }
        } else {
            let mut heads = Line::empty();
            heads.text(begin);
            let mut numbers = Line::empty();
            numbers.blanks(12);
            for (n, (head, at)) in columns.iter().enumerate() {
                let width = width(n, counters, ctx);
                heads.blanks(1);
                heads.right(head.as_bytes(), width);
                numbers.number(counter(counters, *at), width, ctx);
            }
            heads.show(out);
            out.text("\n");
            numbers.show(out);
            out.text("\n");
        }
        out.object_end();
    }
}

/// The width of a column: that of its head, or of the longer number of both directions.
fn width(n: usize, counters: Attr, ctx: &Ctx) -> usize {
    let columns = DIRECTIONS.iter().filter_map(|(_, _, all)| all.get(n));
    columns.fold(0, |width, (head, at)| {
        let number = columns::width(counter(counters, *at), ctx);
        width.max(head.len()).max(number)
    })
}
