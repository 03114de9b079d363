//! amt: multicast through networks that have none.

use crate::kind::kind::{COMMAND, Kind};
use crate::nl::uapi::amt;
use crate::options;
use crate::row::declare::*;

/// amt.
pub static KINDS: &[Kind] = &[Kind::new(c"amt", COMMAND, AMT).wrong(c"%")];

options! {
    /// Its options.
    AMT {
        amt::MODE => WORD32, word: "=mode", name: "", json: "mode", refusal: "", values: "gateway relay";
        amt::GATEWAY_PORT => PORT, word: "=gateway_port";
        amt::RELAY_PORT => PORT, word: "=relay_port";
        amt::LOCAL_IP => IPV4, word: "=local", twice: Garbage;
        amt::REMOTE_IP => ADDRESS, name: "remote";
        amt::DISCOVERY_IP => IPV4, word: "=discovery", twice: Garbage;
        amt::LINK => DEVICE_WORD, word: "=dev", json: "link", show: NonZero;
        amt::MAX_TUNNELS => U32, word: "=max_tunnels";
    }
}
