//! The usage of `ip link`: its commands, and its settings as the rows explain them.

use crate::ip::link::words;
use crate::kind::table::each_kind;
use crate::row::help::add_help;
use crate::row::table::Table;

const USAGE_TEXT: &str = "\
Usage: ip link { add | replace } [ name ] NAME [ SETTING ... ] type KIND [ OPTION ... ]
       ip link { set | change } { DEV | group GROUP } [ SETTING ... ] [ type KIND_slave OPTION ... ]
       ip link delete { DEV | group GROUP }
       ip link [ show ] [ DEV | group GROUP ] [ up | down ] [ master DEV | vrf NAME | nomaster ] [ type KIND ] [ novf ]
       ip link property { add | del } DEV [ altname NAME ] ...
       ip link xstats type { bridge | bridge_slave } [ igmp ] [ dev DEV ]
       ip link xstats type { bond | bond_slave } [ 802.3ad ] [ dev DEV ]
       ip link afstats [ dev DEV ]
       ip link wait DEV [ present | absent | up | down | carrier | address ] [ timeout SECONDS ]
       ip link help [ KIND ]";

/// What stands above a table, and the table.
static SETTINGS: &[(&str, &Table)] = &[
    ("\nSETTING:", &words::WORDS),
    #[cfg(feature = "vf")]
    ("\nvf NUM, then:", &super::vf::VF_WORDS),
    #[cfg(feature = "vf")]
    ("\nvlan ID of vf, then:", &super::vf::VLAN_WORDS),
    #[cfg(feature = "link-extra")]
    ("\ninet, then:", &super::inet::WORDS),
];

/// The commands, the settings of a link, and the names of the kinds that have options.
pub fn usage() -> Vec<u8> {
    let mut text = USAGE_TEXT.as_bytes().to_vec();
    for (head, table) in SETTINGS {
        text.extend_from_slice(head.as_bytes());
        add_help(table, &mut text);
    }
    text.extend_from_slice(b"\nKIND: any that the kernel knows; with ip link help KIND:");
    for kind in each_kind().filter(|kind| kind.has_help()) {
        for name in kind.each_name() {
            text.push(b' ');
            text.extend_from_slice(name);
        }
    }
    text
}
