//! wwan: a link of a mobile modem.

use crate::kind::kind::{COMMAND, Kind};
use crate::nl::uapi::wwan;
use crate::options;
use crate::row::declare::*;

/// wwan.
pub static KINDS: &[Kind] = &[Kind::new(c"wwan", COMMAND, WWAN).wrong(c"%")];

options! {
    /// Its options.
    WWAN {
        wwan::LINK_ID => U32, word: "linkid";
    }
}
