//! The usage of `ip neigh`.

const USAGE_TEXT: &str = "\
Usage: ip neigh { add | change | replace | del } { ADDR | proxy ADDR } dev DEV [ SETTING ... ]
       ip neigh get { ADDR | proxy ADDR } dev DEV
       ip neigh [ show ] [ CHOICE ... ]
       ip neigh flush CHOICE ...
SETTING := { lladdr LLADDR | nud STATE | router | use | managed | extern_learn | extern_valid | protocol PROTO }
CHOICE := { proxy | [ to ] PREFIX | dev DEV | master DEV | vrf NAME | nomaster | nud { STATE | all } | unused | protocol PROTO }
STATE := { permanent | reachable | noarp | none | stale | incomplete | delay | probe | failed }";

/// The commands, with what may follow them.
pub fn usage() -> Vec<u8> {
    USAGE_TEXT.into()
}
