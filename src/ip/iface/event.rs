//! What only a notification says of a link: the event behind it, and where a link went that was moved.

use crate::ip::command::Ctx;
use crate::ip::iface::record::Record;
use crate::ip::iface::view::View;
use crate::name_table;
use crate::names::Names;
use crate::names::table::Table;
use crate::nl::uapi::ifla;
use crate::nl::wire::Attr;
use crate::out::Out;

/// `IFLA_EVENT_*`.
static EVENTS: Table = name_table!(
    "1 REBOOT|2 FEATURE CHANGE|3 BONDING FAILOVER|4 NOTIFY PEERS|5 RESEND IGMP|6 BONDING OPTION"
);

/// Shows the event, at the end of the first line.
pub fn show_event(record: &Record, _: View, _: &Ctx, out: &mut Out, _: &mut Names) {
    let event = record.u32(ifla::EVENT).unwrap_or(0);
    if event != 0 {
        match EVENTS.name_of(event.into()) {
            Some(name) => out.str("event|event % ", name),
            None => out.uint("event|event % ", event.into()),
        }
    }
}

/// Shows the namespace that a link went to, and its index there.
pub fn show_move(record: &Record, _: View, _: &Ctx, out: &mut Out, names: &mut Names) {
    if out.json() {
        return;
    }
    if let Some(id) = record.get(ifla::NEW_NETNSID).and_then(Attr::i32) {
        match names.netns(id) {
            Some(name) => out.str("| new-netns %", &name),
            None => out.int("| new-netnsid %", id.into()),
        }
    }
    if let Some(index) = record.u32(ifla::NEW_IFINDEX) {
        out.uint("| new-ifindex %", index.into());
    }
}
