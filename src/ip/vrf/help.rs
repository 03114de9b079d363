//! The usage of `ip vrf`.

const USAGE_TEXT: &str = "\
Usage: ip vrf [ show [ NAME ] ]
       ip vrf exec { NAME | default } COMMAND ...
       ip vrf identify [ PID ]
       ip vrf pids NAME";

/// The commands, with what may follow them.
pub fn usage() -> Vec<u8> {
    USAGE_TEXT.into()
}
