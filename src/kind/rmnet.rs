//! rmnet: a channel of a Qualcomm modem.

use crate::kind::kind::{COMMAND, Kind};
use crate::nl::uapi::rmnet;
use crate::options;
use crate::row::declare::*;
use crate::row::sent::Sent;

/// rmnet.
pub static KINDS: &[Kind] = &[Kind::new(c"rmnet", COMMAND, RMNET)
    .wrong(c"% is invalid")
    .sent(&[Sent::given(rmnet::FLAGS)])];

options! {
    /// A channel, told from others by its number in front of each packet.
    RMNET {
        rmnet::MUX_ID => U16, word: "=mux_id", show: First;
        rmnet::FLAGS => flag_bit_one_of(0), word: "=ingress-deaggregation", name: "ingress_deaggregation";
        rmnet::FLAGS => flag_bit_one_of(1), word: "=ingress-commands", name: "ingress_map_commands";
        rmnet::FLAGS => flag_bit_one_of(2), word: "=ingress-mapv4-checksum", name: "ingress_map_cksumv4";
        rmnet::FLAGS => flag_bit_one_of(3), word: "=egress-mapv4-checksum", name: "egress_map_cksumv4";
        rmnet::FLAGS => flag_bit_one_of(4), word: "=ingress-mapv5-checksum", name: "ingress_map_cksumv5";
        rmnet::FLAGS => flag_bit_one_of(5), word: "=egress-mapv5-checksum", name: "egress_map_cksumv5";
    }
}
