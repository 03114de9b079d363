//! The metrics of a route: what TCP and path MTU discovery begin with.

use crate::args;
use crate::error::Result;
use crate::ip::route::setting::{Route, known};
use crate::nl::uapi::rtax;
use crate::nl::wire::Attr;
use crate::out::Out;
use crate::row::option::Rows;
use crate::row::table::Reading;
use crate::text::add_unsigned;

/// Adds a metric that is a number.
pub fn add_number(r: &mut Reading, route: &mut Route, number: u32) {
    route.metrics.u32(r.row.attr, number);
}

/// Takes `lock` in front of the value, and remembers it.
pub fn take_lock(r: &mut Reading, route: &mut Route) -> Result<()> {
    if r.value == b"lock" {
        route.locked |= 1 << r.row.attr;
        r.value = r.w.value()?;
    }
    Ok(())
}

/// Reads `[lock] NUMBER`.
pub fn parse_number(r: &mut Reading, route: &mut Route) -> Result<()> {
    take_lock(r, route)?;
    let number = known(args::unsigned(r.value, u32::MAX.into()), r)?;
    add_number(r, route, number as u32);
    Ok(())
}

/// Shows the metrics in the order of their numbers. `rows` are those that have a name.
pub fn show_metrics(metrics: Attr, rows: Rows, out: &mut Out) {
    let metrics = metrics.attrs();
    let locked = metrics.find(rtax::LOCK).and_then(Attr::u32).unwrap_or(0);
    out.array("metrics");
    out.object("");
    // The kernel sends them in the order of their numbers, those alone that are set.
    for (attr, value) in metrics.filter(|(attr, _)| *attr != rtax::LOCK) {
        show_metric(attr, value, rows, locked, out);
    }
    out.object_end();
    out.array_end();
}

/// Shows one metric.
fn show_metric(attr: u16, value: Attr, rows: Rows, locked: u32, out: &mut Out) {
    let number = value.u32().unwrap_or(0);
    #[cfg(feature = "route-extra")]
    if super::rare_metrics::is_hidden(attr, number) {
        return;
    }
    let mut name: &[u8] = b"";
    for row in rows {
        if row.attr == attr {
            name = row.word();
        }
    }
    let has_name = !name.is_empty();
    if !has_name {
        name = b"metric";
    }
    out.raw(name);
    out.text(" ");
    if !has_name && !out.json() {
        out.uint("|% ", attr.into());
    }
    if attr < 32 && locked >> attr & 1 != 0 {
        out.text("lock ");
    }
    #[cfg(feature = "route-extra")]
    if super::rare_metrics::show(attr, value, number, out) {
        return;
    }
    add_unsigned(out.value(), number.into());
    if out.json() {
        out.pair(name, false);
    } else {
        out.put("|% ", false);
    }
}
