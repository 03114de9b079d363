//! The usage of `ip nexthop`.

const USAGE_TEXT: &str = "\
Usage: ip nexthop { add | replace } id ID HOP [ protocol PROTO ]
       ip nexthop { del | get } id ID
       ip nexthop [ list ] [ CHOICE ... ]
       ip nexthop flush [ CHOICE ... ]
       ip nexthop bucket [ list ] [ id ID | nhid ID | dev DEV | master DEV | vrf NAME ] ...
       ip nexthop bucket get id ID index INDEX
HOP := { blackhole | [ via [ FAMILY ] ADDRESS ] [ dev DEV ] [ onlink ] [ encap ENCAPTYPE ENCAPHDR ] |
       via [ FAMILY ] ADDRESS fdb [ dst_port PORT ] | group GROUP [ fdb ] [ type TYPE ] [ hw_stats { on | off } ] }
GROUP := ID[,weight][/ID[,weight]]...
TYPE := { mpath | resilient [ buckets NUMBER ] [ idle_timer SECONDS ] [ unbalanced_timer SECONDS ] }
CHOICE := { id ID | dev DEV | master DEV | vrf NAME | groups | fdb | protocol NUMBER }
FAMILY := { inet | inet6 }
ENCAPTYPE := { mpls | ip | ip6 | ila | seg6 | seg6local | rpl | ioam6 | xfrm | bpf }";

/// The commands, with what may follow them.
pub fn usage() -> Vec<u8> {
    USAGE_TEXT.into()
}
