//! dsa: a port of a switch.

use crate::kind::kind::{COMMAND, Kind};
use crate::nl::uapi::dsa;
use crate::options;
use crate::row::declare::*;

/// dsa.
pub static KINDS: &[Kind] = &[Kind::new(c"dsa", COMMAND, DSA)];

options! {
    /// Its options.
    DSA {
        dsa::CONDUIT => DEVICE, word: "=conduit,=master", wrong: "Device does not exist\n";
    }
}
