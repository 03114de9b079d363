//! The usage of `ip address`.

use crate::ip::ifaddr::flags::flag_words;

const USAGE_TEXT: &str = "\
Usage: ip address { add | change | replace | delete } PREFIX dev DEV [ SETTING ... ]
       ip address [ show ] [ DEV | group GROUP ] [ up | down ] [ master DEV | vrf NAME | nomaster ] [ type KIND ]
                  [ scope SCOPE ] [ to PREFIX ] [ label PATTERN ] [ proto N ] [ [-]FLAG ... ]
SETTING := { peer PREFIX | broadcast { ADDR | + | - } | anycast ADDR | label TEXT | scope SCOPE | metric N |
       valid_lft TIME | preferred_lft TIME | proto PROTO | FLAG }
FLAG := { dynamic | primary";

/// The commands, with what may follow them.
pub fn usage() -> Vec<u8> {
    let mut text = USAGE_TEXT.as_bytes().to_vec();
    for word in flag_words() {
        text.extend_from_slice(b" | ");
        text.extend_from_slice(word);
    }
    text.extend_from_slice(b" }");
    text
}
