//! Virtual tunnel interfaces of IPsec: vti and vti6.

use std::ffi::CStr;

use crate::kind::kind::Kind;
use crate::kind::tunnel::{CUSTOMS, KEY};
use crate::nl::uapi::vti;
use crate::option_list;
use crate::packed;
use crate::row::declare::*;
use crate::row::option::{Opt, Rows};
use crate::row::sent::Sent;
use crate::row::types::Ty;

/// vti and vti6. A change begins with what the tunnel has.
pub static KINDS: &[Kind] = &[
    tunnel(c"vti", packed!(&options(IPV4_END))),
    tunnel(c"vti6", packed!(&options(IPV6_END))),
];

const fn tunnel(names: &'static CStr, rows: Rows) -> Kind {
    Kind::new(names, c"", rows)
        .sent(SENT)
        .reading()
        .customs(&CUSTOMS)
}

/// The options; `end` is the type of both ends.
const fn options(end: Ty) -> [Opt; 7] {
    option_list! {
        vti::IKEY => KEY, word: "key", show: Never;
        vti::REMOTE => end, word: "remote";
        vti::LOCAL => end, word: "local";
        vti::LINK => DEVICE_WORD, word: "dev", json: "link", show: NonZero;
        vti::IKEY => KEY, word: "ikey";
        vti::OKEY => KEY, word: "okey";
        vti::FWMARK => HEX32, word: "=fwmark", wrong: "invalid fwmark\n", show: NonZero;
    }
}

/// What is sent behind the other attributes.
static SENT: &[Sent] = &[
    Sent::always(vti::IKEY, 4, 0),
    Sent::always(vti::OKEY, 4, 0),
    Sent::nonzero(vti::LOCAL),
    Sent::nonzero(vti::REMOTE),
    Sent::always(vti::FWMARK, 4, 0),
    Sent::nonzero(vti::LINK),
];
