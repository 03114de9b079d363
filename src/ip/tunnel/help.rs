//! The usage of `ip tunnel`.

const USAGE_TEXT: &str = "\
Usage: ip [ -6 ] tunnel { add | change | del | show } [ NAME ] [ mode MODE ] [ SETTING ... ]
       ip tunnel prl { prl-default | prl-nodefault | prl-delete } ADDR dev DEV
       ip tunnel 6rd { 6rd-prefix PREFIX | 6rd-relay_prefix PREFIX | 6rd-reset } dev DEV
MODE := { gre | ipip | isatap | sit | vti | ip6ip6 | ipip6 | ip6gre | vti6 | any }
SETTING := { remote ADDR | local ADDR | dev DEV | ttl N | tos TOS | [no]pmtudisc | [i|o]key KEY | [i|o]seq | [i|o]csum }
       over IPv6 { encaplimit N | tclass HEX | flowlabel HEX | dscp inherit | [no]allow-localremote }";

/// The commands, with what may follow them.
pub fn usage() -> Vec<u8> {
    USAGE_TEXT.into()
}
