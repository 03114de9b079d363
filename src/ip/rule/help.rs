//! The usage of `ip rule`.

use crate::text::fill;

const START: &str = "\
Usage: ip rule { add | del } SELECTOR ACTION
       ip rule { flush | [ list ] } [ SELECTOR ]
";
const SAVE: &str = if cfg!(feature = "save") {
    "       ip rule { save | restore }
"
} else {
    ""
};
const REST: &str = "\
SELECTOR := [ not ] [ from PREFIX ] [ to PREFIX ] [ iif DEV ] [ oif DEV ] [ fwmark MARK[/MASK] ] [ tos TOS ] [ dscp DSCP[/MASK] ]
       [ ipproto PROTOCOL ] [ sport PORTS ] [ dport PORTS ] [ flowlabel LABEL[/MASK] ] [ tun_id ID ] [ uidrange UID-UID ] [ l3mdev ]
       [ pref N ]
ACTION := [ table { local | main | default | N } ] [ goto N | nop | nat ADDR | TYPE ] [ realms [FROM/]TO ] [ protocol PROTO ]
       [ suppress_prefixlength N ] [ suppress_ifgroup GROUP ]
PORTS := { PORT[/MASK] | FIRST-LAST }";

/// The commands, with what may follow them.
pub fn usage() -> Vec<u8> {
    fill("%%%", &[START.as_bytes(), SAVE.as_bytes(), REST.as_bytes()])
}
