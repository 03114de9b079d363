//! The usage of `ip tuntap`.

const USAGE_TEXT: &str = "\
Usage: ip tuntap { add | del } [ dev | name ] NAME mode { tun | tap } [ SETTING ... ]
       ip tuntap [ show | list | lst | help ]
SETTING := { user USER | group GROUP | pi | one_queue | vnet_hdr | multi_queue }";

/// The commands, with what may follow them.
pub fn usage() -> Vec<u8> {
    USAGE_TEXT.into()
}
