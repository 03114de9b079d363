//! netkit: a pair of links that run BPF programs.

use crate::kind::kind::{Kind, OPTION};
use crate::nl::uapi::netkit;
use crate::options;
use crate::row::declare::*;

/// The kind netkit.
pub static KINDS: &[Kind] = &[Kind::new(c"netkit", OPTION, NETKIT)];

/// `NETKIT_PASS` and `NETKIT_DROP`, which are `TCX_PASS` and `TCX_DROP`.
const PASS: u8 = 0;
const DROP: u8 = 2;

options! {
    /// A pair. The rows below that of `peer` are the words that may follow it, for the peer: its own mode is that of
    /// the pair.
    NETKIT {
        netkit::MODE => WORD32, exact: "mode",
            refusal: "Error: argument of \"%\" must be either \"l3\" or \"l2\"", values: "l2 l3",
            twice: Duplicate;
        netkit::PRIMARY => WORD8, name: "type", values: "peer primary";
        netkit::POLICY => WORD32, name: "policy", values: "forward=0 blackhole=2";
        netkit::PEER_POLICY => WORD32, name: "peer policy", json: "peer_policy",
            values: "forward=0 blackhole=2";
        netkit::POLICY => fixed32(PASS), exact: "forward", show: Never;
        netkit::POLICY => fixed32(DROP), exact: "blackhole", show: Never;
        netkit::SCRUB => WORD32, exact: "scrub", refusal: "Error: % must be either \"none\" or \"default\"",
            values: "none default";
        netkit::PEER_SCRUB => WORD32, name: "peer scrub", json: "peer_scrub", values: "none default";
        netkit::PEER_INFO => PEER, exact: "peer", show: Never;
        netkit::MODE => WORD32, exact: "mode",
            refusal: "Error: argument of \"%\" must be either \"l3\" or \"l2\"", values: "l2 l3", show: Never,
            twice: Duplicate;
        netkit::PEER_POLICY => fixed32(PASS), exact: "forward", show: Never;
        netkit::PEER_POLICY => fixed32(DROP), exact: "blackhole", show: Never;
        netkit::PEER_SCRUB => WORD32, exact: "scrub",
            refusal: "Error: % must be either \"none\" or \"default\"", values: "none default", show: Never;
    }
}
