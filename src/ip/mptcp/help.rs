//! The usage of `ip mptcp`.

const USAGE_TEXT: &str = "\
Usage: ip mptcp endpoint add ADDR [ dev DEV ] [ id ID ] [ port PORT ] [ FLAG ... ]
       ip mptcp endpoint delete id ID [ ADDR ]
       ip mptcp endpoint change [ id ID ] [ ADDR ] [ port PORT ] CHANGE ...
       ip mptcp endpoint show [ id ID ]
       ip mptcp endpoint flush
       ip mptcp limits set [ subflows N ] [ add_addr_accepted N ]
       ip mptcp limits show
       ip mptcp monitor
FLAG := { signal | subflow | laminar | backup | fullmesh }
CHANGE := { backup | nobackup | fullmesh | nofullmesh }";

/// The commands, with what may follow them.
pub fn usage() -> Vec<u8> {
    USAGE_TEXT.into()
}
