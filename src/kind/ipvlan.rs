//! ipvlan and ipvtap: links with the MAC address of the interface below.

use crate::kind::kind::{Kind, OPTION};
use crate::nl::uapi::ipvlan;
use crate::options;
use crate::row::declare::*;
use crate::row::sent::Sent;

/// The kinds ipvlan and ipvtap.
pub static KINDS: &[Kind] =
    &[Kind::new(c"ipvlan,ipvtap", OPTION, IPVLAN).sent(&[Sent::always(ipvlan::FLAGS, 2, 0)])];

options! {
    /// A link of IP addresses. Text has two blanks in front of `mode`, as iproute2's.
    IPVLAN {
        ipvlan::MODE => WORD16, word: "mode", name: " mode", json: "mode",
            refusal: "Error: argument of \"%\" must be either \"l2\", \"l3\" or \"l3s\"", values: "l2 l3 l3s";
        ipvlan::FLAGS => fixed16(0), word: "bridge", twice: Unknown;
        ipvlan::FLAGS => fixed16(1), word: "private", twice: Unknown;
        ipvlan::FLAGS => fixed16(2), word: "vepa", twice: Unknown;
    }
}
