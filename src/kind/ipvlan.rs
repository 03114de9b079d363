//! ipvlan and ipvtap.

use crate::kind::kind::{Kind, OPTION};
use crate::nl::uapi::ipvlan;
use crate::options;
use crate::row::declare::*;
use crate::row::sent::Sent;

/// ipvlan and ipvtap.
pub static KINDS: &[Kind] =
    &[Kind::new(c"ipvlan,ipvtap", OPTION, IPVLAN).sent(&[Sent::always(ipvlan::FLAGS, 2, 0)])];

options! {
    /// The blank too many in front of `mode` is iproute2's.
    IPVLAN {
        ipvlan::MODE => WORD16, word: "mode", name: " mode", json: "mode",
            refusal: "Error: argument of \"%\" must be either \"l2\", \"l3\" or \"l3s\"", values: "l2 l3 l3s";
        ipvlan::FLAGS => fixed16(0), word: "bridge", twice: Unknown;
        ipvlan::FLAGS => fixed16(1), word: "private", twice: Unknown;
        ipvlan::FLAGS => fixed16(2), word: "vepa", twice: Unknown;
    }
}
