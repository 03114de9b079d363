//! wwan: a link of a modem for mobile networks.

use crate::kind::kind::{COMMAND, Kind};
use crate::nl::uapi::wwan;
use crate::options;
use crate::row::declare::*;

/// The kind wwan.
pub static KINDS: &[Kind] = &[Kind::new(c"wwan", COMMAND, WWAN).wrong(c"%")];

options! {
    /// One of the modem's sessions.
    WWAN {
        wwan::LINK_ID => U32, word: "linkid";
    }
}
