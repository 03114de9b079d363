//! Nine counters, those of both directions in turn, as `struct mpls_link_stats` and `struct rtnl_hw_stats64` have them.

use crate::ip::command::Ctx;
use crate::ip::counters::dump::counter;
use crate::ip::iface::columns::{self, Line};
use crate::nl::wire::Attr;
use crate::out::Out;

/// The columns: the head, which is the key in JSON, and the number of the counter of what was received. That of what was sent
/// is one more.
const COLUMNS: [(&str, usize); 4] = [("bytes", 2), ("packets", 0), ("errors", 4), ("dropped", 6)];
/// The number of the last counter, which is of received packets alone.
const LAST: usize = 8;
/// Its least width.
const LAST_WIDTH: usize = 7;

/// Shows the counters, each line behind a line break. The last one is called `last` in text, and `last_key` in JSON.
pub fn show_directions(
    counters: Attr,
    indent: usize,
    [last, last_key]: [&str; 2],
    ctx: &Ctx,
    out: &mut Out,
) {
    for (direction, key, name) in [(0, "rx", "RX:"), (1, "tx", "TX:")] {
        let mut heads = Line::empty();
        heads.blanks(indent);
        heads.text(name);
        let mut numbers = Line::empty();
        numbers.blanks(indent + 4);
        out.object(key);
        let mut add = |head: &str, key: &str, number: u64, width: usize| {
            if out.json() {
                return out.uint(key, number);
            }
            heads.blanks(1);
            heads.right(head.as_bytes(), width);
            numbers.number(number, width, ctx);
        };
        for (head, at) in COLUMNS {
            // A column is as wide as its head, or as the longer number of both directions.
            let both = [counter(counters, at), counter(counters, at + 1)];
            let widths = both.map(|number| columns::width(number, ctx));
            let width = head.len().max(widths[0]).max(widths[1]);
            add(head, head, both[direction], width);
        }
        if direction == 0 {
            let number = counter(counters, LAST);
            let width = columns::width(number, ctx).max(LAST_WIDTH);
            add(last, last_key, number, width);
        }
        if !out.json() {
            out.line_break();
            heads.show(out);
            out.line_break();
            numbers.show(out);
        }
        out.object_end();
    }
}
