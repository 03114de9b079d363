//! tun and tap devices: they are made by ioctl(2), and only shown here.

use crate::customs;
use crate::kind::kind::Kind;
use crate::names::Names;
use crate::names::file::owner_name;
use crate::nl::uapi::tun;
use crate::nl::wire::{Attr, Attrs};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::Row;
use crate::row::table::NEVER_SET;
use crate::text::add_unsigned;

/// tun.
pub static KINDS: &[Kind] = &[Kind::new(c"tun", c"", TUN).customs(&CUSTOMS)];

customs! {
    static CUSTOMS;
    OWNER: NEVER_SET, show_owner, "";
}

options! {
    /// What the kernel reports of one.
    TUN {
        tun::TYPE => WORD8_OR_NUMBER, name: "type", values: "tun=1 tap";
        tun::PI => ON_OFF8, name: "pi";
        tun::VNET_HDR => ON_OFF8, name: "vnet_hdr";
        tun::MULTI_QUEUE => NAME_IF_SET, name: "multi_queue", show: TextOnly;
        tun::MULTI_QUEUE => ON_OFF8, name: "multi_queue", show: JsonOnly;
        tun::NUM_QUEUES => U32, name: "numqueues";
        tun::NUM_DISABLED_QUEUES => U32, name: "numdisabled";
        tun::PERSIST => ON_OFF8, name: "persist";
        tun::OWNER => OWNER, name: "user";
        tun::GROUP => OWNER, name: "group";
    }
}

/// A user or a group by name; JSON has a number for one without.
fn show_owner(row: &Row, attr: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    let Some(id) = attr.and_then(Attr::u32) else {
        return;
    };
    let user = row.attr == tun::OWNER;
    let name = owner_name(if user { c"/etc/passwd" } else { c"/etc/group" }, id);
    match &name {
        Some(name) => out.value().extend_from_slice(name),
        None => add_unsigned(out.value(), id.into()),
    }
    out.pair(row.name(out.json()), name.is_some());
}
