//! HSR and PRP: rings of redundant links.

use crate::customs;
use crate::kind::kind::Kind;
use crate::names::Names;
use crate::nl::uapi::hsr;
use crate::nl::wire::{Attr, Attrs};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::Row;
use crate::row::table::NEVER_SET;

/// hsr.
pub static KINDS: &[Kind] = &[Kind::new(c"hsr", c"%: what is \"%\"?\n", HSR)
    .wrong(c"% is invalid")
    .customs(&CUSTOMS)];

customs! {
    static CUSTOMS;
    NO_SLAVE: NEVER_SET, show_missing_slave, "";
}

options! {
    /// A ring, as seen by one of its members.
    HSR {
        hsr::SLAVE1 => DEVICE, word: "slave1:2", wrong: "No such interface";
        hsr::SLAVE1 => NO_SLAVE, name: "slave1";
        hsr::SLAVE2 => DEVICE, word: "slave2:6", wrong: "No such interface";
        hsr::SLAVE2 => NO_SLAVE, name: "slave2";
        hsr::INTERLINK => DEVICE, word: "=interlink", wrong: "No such interface";
        hsr::SEQ_NR => U16, name: "sequence", json: "seq_nr";
        hsr::MULTICAST_SPEC => U8, word: "supervision", wrong: "ADDR-BYTE is invalid", show: Never;
        hsr::SUPERVISION_ADDR => MAC, name: "supervision", json: "supervision_addr";
        hsr::PROTOCOL => U8, word: "proto", wrong: "protocol is invalid";
        hsr::VERSION => U8, word: "version";
    }
}

/// `<none>`, in JSON null, where the ring has no such port.
fn show_missing_slave(row: &Row, attr: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    if attr.is_none() {
        let none: &[u8] = if out.json() { b"null" } else { b"<none>" };
        out.value().extend_from_slice(none);
        out.pair(row.name(out.json()), false);
    }
}
