//! batadv: a B.A.T.M.A.N. mesh. Nothing is shown of it.

use crate::kind::kind::{COMMAND, Kind};
use crate::nl::uapi::batadv;
use crate::options;
use crate::row::declare::*;

/// batadv.
pub static KINDS: &[Kind] = &[Kind::new(c"batadv", COMMAND, BATADV).hidden()];

options! {
    /// Its options.
    BATADV {
        batadv::ALGO_NAME => TEXT, word: "ra", show: Never;
    }
}
