//! bareudp: packets of a layer 3 protocol, as IP or MPLS, in UDP.

use crate::error::{Error, Result};
use crate::kind::kind::{COMMAND, Kind, Options};
use crate::nl::uapi::bareudp;
use crate::options;
use crate::row::declare::*;
use crate::row::sent::Sent;

/// The kind bareudp.
pub static KINDS: &[Kind] = &[Kind::new(c"bareudp", COMMAND, BAREUDP)
    .wrong(c"%")
    .sent(SENT)
    .complete(require_port_and_ethertype)];

options! {
    /// A tunnel.
    BAREUDP {
        bareudp::PORT => PORT, word: "dstport", twice: Garbage;
        bareudp::ETHERTYPE => ETHERTYPE, word: "ethertype", twice: Garbage;
        bareudp::SRCPORT_MIN => U16, word: "srcportmin", twice: Garbage;
        bareudp::MULTIPROTO_MODE => TOGGLE, word: "[no]multiproto", show: Ever, twice: Garbage;
    }
}

/// All attributes, in iproute2's order.
static SENT: &[Sent] = &[
    Sent::given(bareudp::PORT),
    Sent::given(bareudp::ETHERTYPE),
    Sent::given(bareudp::SRCPORT_MIN),
    Sent::flag(bareudp::MULTIPROTO_MODE),
];

fn require_port_and_ethertype(options: &mut Options) -> Result<()> {
    let missing = if !options.has(bareudp::PORT) {
        "dstport"
    } else if !options.has(bareudp::ETHERTYPE) {
        "ethertype"
    } else {
        return Ok(());
    };
    Err(Error::required(missing))
}
