//! veth and vxcan: links that come in pairs. The other end is a link of its own, with the words of a link behind
//! `peer`.

use crate::kind::kind::Kind;
use crate::nl::uapi::veth;
use crate::options;
use crate::row::declare::*;

/// The kinds veth and vxcan.
pub static KINDS: &[Kind] = &[Kind::new(c"veth,vxcan", c"", PAIR).hidden()];

options! {
    /// The peer alone.
    PAIR {
        veth::PEER => PEER, exact: "peer";
    }
}
