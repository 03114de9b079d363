//! vti and vti6: virtual tunnel interfaces of IPsec.

use std::ffi::CStr;

use crate::kind::kind::Kind;
use crate::kind::tunnel::{BOTH_KEYS, CUSTOMS, IPV4_END, IPV6_END, KEY, start_from_link};
use crate::nl::uapi::vti;
use crate::option_list;
use crate::packed;
use crate::row::declare::*;
use crate::row::option::{Opt, Rows};
use crate::row::sent::Sent;
use crate::row::types::Ty;

/// The kinds vti and vti6.
pub static KINDS: &[Kind] = &[tunnel(c"vti", VTI), tunnel(c"vti6", VTI6)];

const VTI: Rows = packed!(&options(IPV4_END));
const VTI6: Rows = packed!(&options(IPV6_END));

const fn tunnel(names: &'static CStr, rows: Rows) -> Kind {
    Kind::new(names, c"", rows)
        .sent(SENT)
        .starts_from_link(start_from_link)
        .customs(&CUSTOMS)
}

/// A tunnel; `end` is the type of its two ends.
const fn options(end: Ty) -> [Opt; 7] {
    option_list! {
        vti::IKEY => BOTH_KEYS, word: "key", show: Never;
        vti::REMOTE => end, word: "remote", show: Ever;
        vti::LOCAL => end, word: "local", show: Ever;
        vti::LINK => DEVICE_WORD, word: "dev", json: "link", show: NonZero;
        vti::IKEY => KEY, word: "ikey";
        vti::OKEY => KEY, word: "okey";
        vti::FWMARK => HEX32, exact: "fwmark", wrong: "invalid fwmark\n", show: NonZero;
    }
}

/// The attributes that are sent behind the others.
static SENT: &[Sent] = &[
    Sent::always(vti::IKEY, 4, 0),
    Sent::always(vti::OKEY, 4, 0),
    Sent::nonzero(vti::LOCAL),
    Sent::nonzero(vti::REMOTE),
    Sent::always(vti::FWMARK, 4, 0),
    Sent::nonzero(vti::LINK),
];
