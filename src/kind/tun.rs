//! tun: tun and tap devices. They are made by ioctl(2), so that there is nothing to set here.

use crate::append::Append;
use crate::customs;
use crate::kind::kind::Kind;
use crate::names::Names;
use crate::names::file::owner_name;
use crate::nl::uapi::tun;
use crate::nl::wire::{Attr, Index};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::Row;
use crate::row::table::NEVER_SET;
use crate::text::add_unsigned;

/// The kind tun.
pub static KINDS: &[Kind] = &[Kind::new(c"tun", c"", TUN).customs(&CUSTOMS)];

customs! {
    static CUSTOMS;
    OWNER: NEVER_SET, show_owner, "";
}

options! {
    /// A device.
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

/// Prints the name of a user or a group, or its number if it has none, which is a number in JSON too.
fn show_owner(row: &Row, id: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    let Some(id) = id.u32() else {
        return;
    };
    let user = row.attr == tun::OWNER;
    let name = owner_name(if user { c"/etc/passwd" } else { c"/etc/group" }, id);
    match &name {
        Some(name) => out.value().append_bytes(name),
        None => add_unsigned(out.value(), id.into()),
    }
    row.put(out, name.is_some());
}
