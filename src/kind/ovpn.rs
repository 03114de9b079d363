//! ovpn: the data channel of OpenVPN in the kernel.

use crate::kind::kind::{Kind, OPTION};
use crate::nl::uapi::ovpn;
use crate::options;
use crate::row::declare::*;

/// The kind ovpn.
pub static KINDS: &[Kind] = &[Kind::new(c"ovpn", OPTION, OVPN)];

options! {
    /// A tunnel to one peer (`p2p`) or to many (`mp`).
    OVPN {
        ovpn::MODE => WORD8_BY_PREFIX_WARNED, exact: "mode", values: "p2p mp";
    }
}
