//! What `-d` adds to a link: the settings of the device, and the options of its kind and of its master's.

use crate::ip::command::Ctx;
use crate::ip::iface::record::Record;
use crate::ip::iface::rows::{AFTER_KIND, BEFORE_KIND};
use crate::ip::iface::view::View;
use crate::kind::table::find_kind;
use crate::name_table;
use crate::names::Names;
use crate::names::table::Table;
use crate::nl::uapi::{af, ifla, inet6, info};
use crate::nl::wire::Attr;
use crate::out::Out;
use crate::row::print::show_options;
use crate::text::hexadecimal;

/// Shows the statistics of a kind, `IFLA_INFO_XSTATS`.
type ShowStats = fn(Attr, &mut Out);

/// The kinds that have some.
const STATS: &[(&[u8], ShowStats)] = &[
    #[cfg(feature = "can")]
    (b"can", crate::kind::can::show_stats),
];

/// Shows the details.
pub fn show(record: &Record, view: View, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    if ctx.details == 0 {
        return;
    }
    show_options(&BEFORE_KIND, &record.attrs, out, names);
    if let Some(info) = record.get(ifla::LINKINFO) {
        out.object("linkinfo");
        show_kind(info, ctx, out, names);
        show_master_kind(info, out, names);
        out.object_end();
    }
    if view == View::Link {
        show_addr_gen_mode(record, out);
    }
    show_options(&AFTER_KIND, &record.attrs, out, names);
}

/// Shows what kind of link it is, with its options and statistics.
fn show_kind(info: Attr, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    let get = |attr| info.attrs().find(attr);
    let Some(name) = get(info::KIND).map(Attr::str) else {
        return;
    };
    out.line_break();
    out.str("info_kind|    % ", name);
    if let Some(kind) = find_kind(name) {
        let data = get(info::DATA).unwrap_or_default();
        kind.show(data.attrs(), "info_data", out, names);
    }
    let stats = get(info::XSTATS).filter(|_| ctx.stats > 0);
    for (_, show_stats) in STATS.iter().filter(|(kind, _)| *kind == name) {
        stats.into_iter().for_each(|stats| show_stats(stats, out));
    }
}

/// Shows the kind of the link's master, with the options of its port.
fn show_master_kind(info: Attr, out: &mut Out, names: &mut Names) {
    let get = |attr| info.attrs().find(attr);
    let Some(name) = get(info::SLAVE_KIND).map(Attr::str) else {
        return;
    };
    out.line_break();
    out.str("info_slave_kind|    %_slave ", name);
    if let Some(kind) = find_kind(&[name, b"_slave"].concat()) {
        let data = get(info::SLAVE_DATA).unwrap_or_default();
        kind.show(data.attrs(), "info_slave_data", out, names);
    }
}

/// `IN6_ADDR_GEN_MODE_*`.
static ADDR_GEN_MODES: Table = name_table!("0 eui64|1 none|2 stable_secret|3 random");

/// Shows how the link makes its IPv6 addresses.
fn show_addr_gen_mode(record: &Record, out: &mut Out) {
    let families = record.get(ifla::AF_SPEC).unwrap_or_default().attrs();
    let inet6 = families.find(af::INET6.into()).unwrap_or_default().attrs();
    let Some(mode) = inet6.find(inet6::ADDR_GEN_MODE).and_then(Attr::u8) else {
        return;
    };
    match ADDR_GEN_MODES.name_of(mode.into()) {
        Some(name) => out.str("inet6_addr_gen_mode|addrgenmode % ", name),
        None => {
            hexadecimal(out.value(), mode.into(), 2);
            out.put("inet6_addr_gen_mode|addrgenmode 0x% ", true);
        }
    }
}
