//! hsr: rings of redundant links, by the protocols HSR and PRP.

use crate::append::Append;
use crate::customs;
use crate::kind::kind::Kind;
use crate::names::Names;
use crate::nl::uapi::hsr;
use crate::nl::wire::{Attr, Index};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::Row;
use crate::row::table::NEVER_SET;

/// The kind hsr.
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
        hsr::SLAVE1 => DEVICE, word: "slave1", shortest: "sl", wrong: "No such interface";
        hsr::SLAVE1 => NO_SLAVE, name: "slave1", show: Ever;
        hsr::SLAVE2 => DEVICE, word: "slave2", shortest: "slave2", wrong: "No such interface";
        hsr::SLAVE2 => NO_SLAVE, name: "slave2", show: Ever;
        hsr::INTERLINK => DEVICE, exact: "interlink", wrong: "No such interface";
        hsr::SEQ_NR => U16, name: "sequence", json: "seq_nr";
        hsr::MULTICAST_SPEC => U8, word: "supervision", wrong: "ADDR-BYTE is invalid", show: Never;
        hsr::SUPERVISION_ADDR => MAC, name: "supervision", json: "supervision_addr";
        hsr::PROTOCOL => U8, word: "proto", wrong: "protocol is invalid";
        hsr::VERSION => U8, word: "version";
    }
}

/// Prints `<none>`, in JSON null, if the attribute has no index: the ring has no such port.
fn show_missing_slave(row: &Row, index: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    if index.u32().is_none() {
        let none: &[u8] = if out.json() { b"null" } else { b"<none>" };
        out.value().append_bytes(none);
        row.put(out, false);
    }
}
