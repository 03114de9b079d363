//! The usage of `ip fou`.

const USAGE_TEXT: &str = "\
Usage: ip fou add port PORT { ipproto PROTO | gue } [ END ... ]
       ip fou del port PORT [ END ... ]
       ip fou show
END := { -6 | local ADDR | peer ADDR peer_port PORT | dev DEV }
PROTO := { NAME | 1..255 }";

/// The commands, with what may follow them.
pub fn usage() -> Vec<u8> {
    USAGE_TEXT.into()
}
