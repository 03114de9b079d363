//! The usage of `ip address`.

use crate::append::Append;
use crate::ip::ifaddr::flags::flag_words;
use crate::text::fill;

const START: &str = "\
Usage: ip address { add | change | replace | delete } PREFIX dev DEV [ SETTING ... ]
       ip address [ show ] [ CHOICE ... ] [ group GROUP ] [ up | down ] [ master DEV | vrf NAME | nomaster ] [ type KIND ]
       ip address flush CHOICE ...
";
const SAVE: &str = if cfg!(feature = "save") {
    "       ip address save [ CHOICE ... ]
       ip address { restore | showdump }
"
} else {
    ""
};
const WAIT: &str = if cfg!(feature = "wait") {
    "       ip address wait PREFIX [ CHOICE ... ] [ timeout SECONDS ]\n"
} else {
    ""
};
const REST: &str = "\
CHOICE := { [ dev ] DEV | scope SCOPE | to PREFIX | label PATTERN | proto N | [-]FLAG }
SETTING := { peer PREFIX | broadcast { ADDR | + | - } | anycast ADDR | label TEXT | scope SCOPE | metric N |
       valid_lft TIME | preferred_lft TIME | proto PROTO | FLAG }
FLAG := { dynamic | primary";

/// The commands, with what may follow them.
pub fn usage() -> Vec<u8> {
    let mut text = fill("%%%%", &[START, SAVE, WAIT, REST].map(str::as_bytes));
    for word in flag_words() {
        text.append_bytes(b" | ");
        text.append_bytes(word);
    }
    text.append_bytes(b" }");
    text
}
