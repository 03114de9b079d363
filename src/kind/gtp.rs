//! gtp: tunnels of mobile networks.

use crate::error::Result;
use crate::kind::kind::{COMMAND, Kind, Options};
use crate::nl::uapi::gtp;
use crate::options;
use crate::row::declare::*;
use crate::row::sent::Sent;

/// gtp.
pub static KINDS: &[Kind] = &[Kind::new(c"gtp", COMMAND, GTP)
    .wrong(c"invalid %")
    .sent(SENT)
    .finish_with(complete)];

options! {
    /// Its options.
    GTP {
        gtp::ROLE => WORD32, word: "=role", wrong: "invalid %, use sgsn or ggsn", values: "ggsn sgsn",
            twice: Garbage;
        gtp::PDP_HASHSIZE => u32_of_bits(17), word: "=hsize", wrong: "invalid PDP hash size",
            out_of_range: "PDP hash size too big", twice: Garbage;
        gtp::RESTART_COUNT => U8, word: "=restart_count", twice: Garbage;
    }
}

/// What is sent behind the other attributes. The kernel is to make the sockets.
static SENT: &[Sent] = &[
    Sent::always(gtp::CREATE_SOCKETS, 1, 1),
    Sent::given(gtp::ROLE),
    Sent::given(gtp::PDP_HASHSIZE),
    Sent::given(gtp::RESTART_COUNT),
];

/// How many contexts there is room for, if that is not said.
const HASHSIZE: u32 = 1024;

/// A role is required; the rest has a default.
fn complete(options: &mut Options) -> Result<()> {
    if !options.has(gtp::ROLE) {
        return options.refuse("role of the gtp device was not specified");
    }
    if !options.has(gtp::PDP_HASHSIZE) {
        options.late.u32(gtp::PDP_HASHSIZE, HASHSIZE);
    }
    Ok(())
}
