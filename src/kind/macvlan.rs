//! macvlan and macvtap: links with a MAC address of their own on the interface below.

use crate::args;
use crate::customs;
use crate::error::{Error, REFUSED, Result};
use crate::kind::kind::{Kind, OPTION, Options};
use crate::names::Names;
use crate::nl::uapi::{macvlan, macvlan_macaddr};
use crate::nl::wire::{Attr, Index};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::Row;
use crate::row::read::{is_equal, number_of};
use crate::row::sent::Sent;
use crate::row::table::{NEVER_SET, NEVER_SHOWN, Reading};
use crate::text::add_mac;

/// The kinds macvlan and macvtap.
pub static KINDS: &[Kind] = &[Kind::new(c"macvlan,macvtap", OPTION, MACVLAN)
    .sent(&[Sent::given(macvlan::MODE), Sent::given(macvlan::FLAGS)])
    .customs(&CUSTOMS)
    .complete(require_passthru)];

customs! {
    static CUSTOMS;
    MAC_LIST: parse_mac_list, NEVER_SHOWN, " { { add | del } LLADDR | set [ LLADDR ... ] | flush }";
    MAC_COUNT: NEVER_SET, show_mac_list, "";
}

options! {
    /// A link. The sources of the mode `source` are added and deleted one by one, by the numbers `MACVLAN_MACADDR_*`.
    MACVLAN {
        macvlan::MODE => WORD32, word: "mode", values: "private=1 vepa=2 bridge=4 passthru=8 source=16",
            show: First;
        macvlan::FLAGS => BITS16_BY_WORD, word: "flag", values: "nopromisc=1 nodst=2 null=0", show: Never;
        macvlan::FLAGS => bit16(1), word: "nopromisc";
        macvlan::FLAGS => bit16(2), word: "nodst";
        macvlan::BC_QUEUE_LEN => U32, word: "bcqueuelen",
            refusal: "Error: argument of \"%\" must be a positive integer [0-4294967295], not \"%\"";
        macvlan::BC_QUEUE_LEN_USED => U32, name: "usedbcqueuelen";
        macvlan::MACADDR_MODE => MAC_LIST, word: "macaddr", values: "add del flush set", show: Never;
        macvlan::BC_CUTOFF => S32, exact: "bclim", refusal: "Error: illegal value for \"%\": \"%\"";
        macvlan::MACADDR_COUNT => MAC_COUNT;
    }
}

/// Reads `add MAC`, `del MAC`, `set [MAC ...]` or `flush`. Anything else is refused without a word, as by iproute2.
fn parse_mac_list(r: &mut Reading) -> Result<()> {
    let Some(mode) = number_of(r.row, r.value, is_equal) else {
        return Err(Error::status(REFUSED));
    };
    let (mode, msg) = (mode as u32, &mut r.draft.msg);
    msg.u32(r.row.attr, mode);
    match mode {
        macvlan_macaddr::FLUSH => {}
        macvlan_macaddr::SET => {
            let start = msg.open();
            while let Some(address) = r.w.peek().and_then(|word| args::lladdr(word).ok()) {
                r.w.next();
                msg.bytes(macvlan::MACADDR, &address);
            }
            msg.close(start, macvlan::MACADDR_DATA);
        }
        _ => msg.bytes(macvlan::MACADDR, &args::lladdr(r.w.value()?)?),
    }
    Ok(())
}

/// Prints `remotes (N) MAC MAC`: the sources, in the mode `source` alone.
fn show_mac_list(_: &Row, count: Attr, data: &Index, out: &mut Out, _: &mut Names) {
    const SOURCE: u32 = 16;
    if data.get(macvlan::MODE).and_then(Attr::u32) != Some(SOURCE) {
        return;
    }
    let count = count.u32().unwrap_or(0);
    out.uint("macaddr_count|remotes (%) ", count.into());
    out.array("macaddr_data");
    let sources = data.get(macvlan::MACADDR_DATA).unwrap_or_default();
    for (kind, address) in sources.attrs() {
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
    let flags = options.number(macvlan::FLAGS).unwrap_or(0);
    if flags & NOPROMISC != 0 && options.number(macvlan::MODE) != Some(PASSTHRU) {
        return options.refuse("nopromisc flag only valid in passthru mode\n");
    }
    Ok(())
}
