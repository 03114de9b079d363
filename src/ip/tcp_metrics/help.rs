//! The usage of `ip tcp_metrics`.

const USAGE_TEXT: &str = "\
Usage: ip tcp_metrics [ show ] [ CHOICE ... ]
       ip tcp_metrics flush [ CHOICE ... ]
       ip tcp_metrics delete [ address ] ADDRESS [ source ADDRESS ]
CHOICE := { [ address ] PREFIX | source ADDRESS }";

/// The commands, with what may follow them.
pub fn usage() -> Vec<u8> {
    USAGE_TEXT.into()
}
