//! Automatic Multicast Tunneling (RFC 7450): multicast through networks that have none.

use crate::kind::kind::{COMMAND, Kind};
use crate::nl::uapi::amt;
use crate::options;
use crate::row::declare::*;

/// The kind amt.
pub static KINDS: &[Kind] = &[Kind::new(c"amt", COMMAND, AMT).wrong(c"%")];

options! {
    /// A gateway or a relay.
    AMT {
        amt::MODE => WORD32, exact: "mode", name: "", json: "mode", refusal: "", values: "gateway relay";
        amt::GATEWAY_PORT => PORT, exact: "gateway_port";
        amt::RELAY_PORT => PORT, exact: "relay_port";
        amt::LOCAL_IP => IPV4, exact: "local", twice: Garbage;
        amt::REMOTE_IP => ADDRESS, name: "remote";
        amt::DISCOVERY_IP => IPV4, exact: "discovery", twice: Garbage;
        amt::LINK => DEVICE_WORD, exact: "dev", json: "link", show: NonZero;
        amt::MAX_TUNNELS => U32, exact: "max_tunnels";
    }
}
