//! macvlan and macvtap.

use crate::args::{self, Words};
use crate::customs;
use crate::error::{Error, REFUSED, Result};
use crate::kind::kind::{Kind, OPTION, Options};
use crate::names::Names;
use crate::nl::uapi::{macvlan, macvlan_macaddr};
use crate::nl::wire::{Attr, Attrs};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::draft::Draft;
use crate::row::option::Row;
use crate::row::sent::Sent;
use crate::row::table::{NEVER_SET, NEVER_SHOWN};
use crate::text::add_mac;

/// macvlan and macvtap.
pub static KINDS: &[Kind] = &[Kind::new(c"macvlan,macvtap", OPTION, MACVLAN)
    .sent(&[Sent::given(macvlan::MODE), Sent::given(macvlan::FLAGS)])
    .customs(&CUSTOMS)
    .finish_with(require_passthru)];

customs! {
    static CUSTOMS;
    MAC_LIST: parse_mac_list, NEVER_SHOWN, " { { add | del } LLADDR | set [ LLADDR ... ] | flush }";
    MAC_COUNT: NEVER_SET, show_mac_list, "";
}

options! {
    /// A link with a MAC address of its own on the device below.
    MACVLAN {
        macvlan::MODE => WORD32, word: "mode", values: "private=1 vepa=2 bridge=4 passthru=8 source=16",
            show: First;
        macvlan::FLAGS => BITS16_BY_WORD, word: "flag", values: "nopromisc=1 nodst=2 null=0", show: Never;
        macvlan::FLAGS => bit16(1), word: "nopromisc";
        macvlan::FLAGS => bit16(2), word: "nodst";
        macvlan::BC_QUEUE_LEN => U32, word: "bcqueuelen",
            refusal: "Error: argument of \"%\" must be a positive integer [0-4294967295], not \"%\"";
        macvlan::BC_QUEUE_LEN_USED => U32, name: "usedbcqueuelen";
        macvlan::MACADDR_MODE => MAC_LIST, word: "macaddr", show: Never;
        macvlan::BC_CUTOFF => S32, word: "=bclim", refusal: "Error: illegal value for \"%\": \"%\"";
        macvlan::MACADDR_COUNT => MAC_COUNT;
    }
}

/// `add MAC`, `del MAC`, `set [MAC ...]` or `flush`: the sources of the source mode.
fn parse_mac_list<'a>(row: &Row, _: &[u8], w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    let mode = match w.value()? {
        b"add" => macvlan_macaddr::ADD,
        b"del" => macvlan_macaddr::DEL,
        b"set" => macvlan_macaddr::SET,
        b"flush" => macvlan_macaddr::FLUSH,
        _ => return Err(Error::status(REFUSED)),
    };
    let msg = draft.put(row.attr);
    msg.u32(row.attr, mode);
    match mode {
        macvlan_macaddr::SET => msg.nest(macvlan::MACADDR_DATA, |m| {
            while let Some(address) = w.peek().and_then(|word| args::lladdr(word).ok()) {
                w.next();
                m.bytes(macvlan::MACADDR, &address);
            }
        }),
        macvlan_macaddr::FLUSH => {}
        _ => msg.bytes(macvlan::MACADDR, &args::lladdr(w.value()?)?),
    }
    Ok(())
}

/// `remotes (N) MAC MAC`, in source mode alone.
fn show_mac_list(_: &Row, count: Option<Attr>, data: Attrs, out: &mut Out, _: &mut Names) {
    const SOURCE: u32 = 16;
    let mode = data.find(macvlan::MODE).and_then(|mode| mode.u32());
    let Some(count) = count.filter(|_| mode == Some(SOURCE)) else {
        return;
    };
    out.uint(
        "macaddr_count|remotes (%) ",
        count.u32().unwrap_or(0).into(),
    );
    out.array("macaddr_data");
    for (kind, address) in data.find(macvlan::MACADDR_DATA).unwrap_or_default().attrs() {
        if kind == macvlan::MACADDR {
            add_mac(out.value(), address.0);
            out.put("|% ", true);
        }
    }
    out.array_end();
}

/// `nopromisc` is for the mode `passthru` alone.
fn require_passthru(options: &mut Options) -> Result<()> {
    const NOPROMISC: u64 = 1;
    const PASSTHRU: u64 = 8;
    let value = |attr| options.number(attr).unwrap_or(0);
    if value(macvlan::FLAGS) & NOPROMISC != 0 && value(macvlan::MODE) != PASSTHRU {
        return options.refuse("nopromisc flag only valid in passthru mode\n");
    }
    Ok(())
}
