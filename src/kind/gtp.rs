//! gtp: the GPRS tunnelling protocol of mobile networks.

use crate::error::Result;
use crate::kind::kind::{COMMAND, Kind, Options};
use crate::nl::uapi::gtp;
use crate::options;
use crate::row::declare::*;
use crate::row::sent::Sent;

/// The kind gtp.
pub static KINDS: &[Kind] = &[Kind::new(c"gtp", COMMAND, GTP)
    .wrong(c"invalid %")
    .sent(SENT)
    .complete(complete)];

options! {
    /// One end of the tunnels.
    GTP {
        gtp::ROLE => WORD32, exact: "role", wrong: "invalid %, use sgsn or ggsn", values: "ggsn sgsn",
            twice: Garbage;
        gtp::PDP_HASHSIZE => u32_of_bits(17), exact: "hsize", wrong: "invalid PDP hash size",
            out_of_range: "PDP hash size too big", twice: Garbage;
        gtp::RESTART_COUNT => U8, exact: "restart_count", twice: Garbage;
    }
}

/// The attributes that are sent behind the others. The kernel is to make the sockets.
static SENT: &[Sent] = &[
    Sent::always(gtp::CREATE_SOCKETS, 1, 1),
    Sent::given(gtp::ROLE),
    Sent::given(gtp::PDP_HASHSIZE),
    Sent::given(gtp::RESTART_COUNT),
];

/// The size of the hash table of PDP contexts by default.
const HASHSIZE: u32 = 1024;

/// The role is required; the size of the hash table has a default.
fn complete(options: &mut Options) -> Result<()> {
    if !options.has(gtp::ROLE) {
        return options.refuse("role of the gtp device was not specified");
    }
    if !options.has(gtp::PDP_HASHSIZE) {
        options.late.u32(gtp::PDP_HASHSIZE, HASHSIZE);
    }
    Ok(())
}
