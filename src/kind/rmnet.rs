//! rmnet: a channel of a Qualcomm modem.

use crate::kind::kind::{COMMAND, Kind};
use crate::nl::uapi::rmnet;
use crate::options;
use crate::row::declare::*;
use crate::row::sent::Sent;

/// The kind rmnet.
pub static KINDS: &[Kind] = &[Kind::new(c"rmnet", COMMAND, RMNET)
    .wrong(c"% is invalid")
    .sent(&[Sent::given(rmnet::FLAGS)])];

options! {
    /// A channel, whose number is in front of each packet. The flags are `RMNET_FLAGS_*`, each by the number of its
    /// bit.
    RMNET {
        rmnet::MUX_ID => U16, exact: "mux_id", show: First;
        rmnet::FLAGS => flag_bit_one_of(0), exact: "ingress-deaggregation", name: "ingress_deaggregation";
        rmnet::FLAGS => flag_bit_one_of(1), exact: "ingress-commands", name: "ingress_map_commands";
        rmnet::FLAGS => flag_bit_one_of(2), exact: "ingress-mapv4-checksum", name: "ingress_map_cksumv4";
        rmnet::FLAGS => flag_bit_one_of(3), exact: "egress-mapv4-checksum", name: "egress_map_cksumv4";
        rmnet::FLAGS => flag_bit_one_of(4), exact: "ingress-mapv5-checksum", name: "ingress_map_cksumv5";
        rmnet::FLAGS => flag_bit_one_of(5), exact: "egress-mapv5-checksum", name: "egress_map_cksumv5";
    }
}
