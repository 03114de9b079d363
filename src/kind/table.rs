//! The rows, one block a link kind. To add a kind, add a block. Large families have files of their own.

use crate::kind::Show::{Always, Never};
use crate::kind::Ty::*;
use crate::kind::bridge::{BRIDGE, BRIDGE_SLAVE};
use crate::kind::odd::Odd as O;
use crate::kind::{Kind, Opt, opt};
use crate::nl::uapi::{macvlan, vlan};
use crate::nl::wire::{Attr, Attrs};

/// A kind whose options and data are its name alone.
const fn bare(names: &'static str) -> Kind {
    Kind {
        names,
        unknown: "",
        reason: "",
        opts: &[],
        shown: false,
        check: None,
    }
}

/// Every kind that is more than its name to iproute2, or that refuses further words.
pub static KINDS: &[Kind] = &[
    bare("veth"),
    bare("dummy"),
    bare("ifb"),
    Kind {
        names: "macvlan,macvtap",
        unknown: "option",
        reason: "",
        opts: MACVLAN,
        shown: true,
        check: Some(passthru_alone),
    },
    Kind {
        names: "bridge",
        unknown: "command",
        reason: "invalid %",
        opts: BRIDGE,
        shown: true,
        check: None,
    },
    Kind {
        names: "bridge_slave",
        unknown: "option",
        reason: "invalid %",
        opts: BRIDGE_SLAVE,
        shown: true,
        check: None,
    },
    Kind {
        names: "vlan",
        unknown: "command",
        reason: "% is invalid",
        opts: VLAN,
        shown: true,
        check: None,
    },
];

static VLAN: &[Opt] = &[
    opt(vlan::PROTOCOL, Ethertype, Always, "protocol"),
    opt(vlan::ID, U16, Always, "id"),
    opt(vlan::FLAGS, FlagBit(0), Always, "reorder_hdr").late(),
    opt(vlan::FLAGS, FlagBit(1), Always, "gvrp").late(),
    opt(vlan::FLAGS, FlagBit(3), Always, "mvrp").late(),
    opt(vlan::FLAGS, FlagBit(2), Always, "loose_binding").late(),
    opt(vlan::FLAGS, FlagBit(4), Always, "bridge_binding").late(),
];

static MACVLAN: &[Opt] = &[
    opt(
        macvlan::MODE,
        Enum32,
        Always,
        "mode||||private=1 vepa=2 bridge=4 passthru=8 source=16",
    )
    .late(),
    opt(
        macvlan::FLAGS,
        Bits16(0),
        Never,
        "flag||||nopromisc=1 nodst=2 null=0",
    )
    .late(),
    opt(macvlan::FLAGS, Bits16(1), Always, "nopromisc").late(),
    opt(macvlan::FLAGS, Bits16(2), Always, "nodst").late(),
    opt(
        macvlan::BC_QUEUE_LEN,
        U32,
        Always,
        "bcqueuelen|||!Error: argument of \"%\" must be a positive integer [0-4294967295], not \"%\"",
    ),
    opt(macvlan::BC_QUEUE_LEN_USED, U32, Always, "|usedbcqueuelen"),
    opt(macvlan::MACADDR_MODE, Odd(O::MacAddr), Never, "macaddr"),
    opt(
        macvlan::BC_CUTOFF,
        S32,
        Always,
        "=bclim|||!Error: illegal value for \"%\": \"%\"",
    ),
    opt(macvlan::MACADDR_COUNT, Odd(O::MacAddr), Always, ""),
];

/// One of macvlan's flags counts in one mode alone.
fn passthru_alone(late: Attrs) -> Option<&'static str> {
    const NOPROMISC: u64 = 1;
    const PASSTHRU: u64 = 8;
    let value = |attr| late.find(attr).and_then(Attr::number).unwrap_or(0);
    let wrong = value(macvlan::FLAGS) & NOPROMISC != 0 && value(macvlan::MODE) != PASSTHRU;
    wrong.then_some("nopromisc flag only valid in passthru mode")
}
