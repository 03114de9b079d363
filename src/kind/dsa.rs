//! dsa: a port of an Ethernet switch, which the CPU reaches through another interface.

use crate::kind::kind::{COMMAND, Kind};
use crate::nl::uapi::dsa;
use crate::options;
use crate::row::declare::*;

/// The kind dsa.
pub static KINDS: &[Kind] = &[Kind::new(c"dsa", COMMAND, DSA)];

options! {
    /// A port. `master` is the older word for its conduit.
    DSA {
        dsa::CONDUIT => DEVICE, exact: "conduit,master", wrong: "Device does not exist\n";
    }
}
