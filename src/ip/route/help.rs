//! The usage of `ip route`.

use crate::ip::route::words::CHANGE;
use crate::row::help::add_help;
use crate::text::fill;

const START: &str = "\
Usage: ip route { add | del | change | append | replace | prepend | test } ROUTE
       ip route [ show | list ] [ SELECTOR ... ]
       ip route flush SELECTOR ...
       ip route flush cache
";
const SAVE: &str = if cfg!(feature = "save") {
    "       ip route save [ SELECTOR ... ]
       ip route { restore | showdump }
"
} else {
    ""
};
const WAIT: &str = if cfg!(feature = "wait") {
    "       ip route wait [ to ] PREFIX [ SELECTOR ... ] [ timeout SECONDS ]\n"
} else {
    ""
};
const REST: &str = "       ip route get [ to ] ADDRESS [ from ADDRESS ] [ iif DEV ] [ oif DEV ] [ vrf NAME ] [ mark NUMBER ] [ tos TOS ]
                [ as ADDRESS ] [ uid NUMBER ] [ ipproto PROTOCOL ] [ sport NUMBER ] [ dport NUMBER ] [ flowlabel NUMBER ]
                [ connected | fibmatch | notify ]
SELECTOR := { [ root | match | exact ] PREFIX | from PREFIX | table TABLE_ID | vrf NAME | proto RTPROTO | type TYPE |
       scope SCOPE | dev DEV | iif DEV | via ADDRESS | src ADDRESS | tos TOS | metric NUMBER | mark NUMBER | realms REALM |
       cached }
ROUTE := [ to ] [ TYPE ] PREFIX [ SETTING ... ] [ nexthop HOP ... ] ...
HOP := { via [ FAMILY ] ADDRESS | dev DEV | weight NUMBER | onlink | realms REALM | encap ENCAPTYPE ENCAPHDR |
       as ADDRESS } ...
TYPE := { unicast | local | broadcast | multicast | throw | unreachable | prohibit | blackhole | nat | anycast }
TABLE_ID := { local | main | default | all | NUMBER }
SCOPE := { host | link | global | NUMBER }
FAMILY := { inet | inet6 | mpls | bridge | link }
RTPROTO := { kernel | boot | static | NUMBER }
ENCAPTYPE := { mpls | ip | ip6 | ila | seg6 | seg6local | rpl | ioam6 | xfrm | bpf }
SETTING:";

/// The commands, what chooses routes, and the settings as the rows explain them.
pub fn usage() -> Vec<u8> {
    let mut text = fill("%%%%", &[START, SAVE, WAIT, REST].map(str::as_bytes));
    for table in CHANGE {
        add_help(table, &mut text);
    }
    text
}
