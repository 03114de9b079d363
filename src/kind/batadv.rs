//! batadv: a B.A.T.M.A.N. Advanced mesh, of which iproute2 shows nothing.

use crate::kind::kind::{COMMAND, Kind};
use crate::nl::uapi::batadv;
use crate::options;
use crate::row::declare::*;

/// The kind batadv.
pub static KINDS: &[Kind] = &[Kind::new(c"batadv", COMMAND, BATADV).hidden()];

options! {
    /// A mesh, by the name of its routing algorithm.
    BATADV {
        batadv::ALGO_NAME => TEXT, word: "ra";
    }
}
