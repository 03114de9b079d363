//! ovpn: OpenVPN in the kernel.

use crate::kind::kind::{Kind, OPTION};
use crate::nl::uapi::ovpn;
use crate::options;
use crate::row::declare::*;

/// ovpn.
pub static KINDS: &[Kind] = &[Kind::new(c"ovpn", OPTION, OVPN)];

options! {
    /// Its options.
    OVPN {
        ovpn::MODE => WORD8_BY_PREFIX_WARNED, word: "=mode", values: "p2p mp";
    }
}
