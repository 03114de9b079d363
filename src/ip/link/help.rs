//! The usage of `ip link`: its commands, and its settings as the rows explain them.

use crate::append::Append;
use crate::ip::link::words;
use crate::kind::table::each_kind;
use crate::row::help::add_help;
use crate::row::table::Table;
use crate::text::add_one;

/// The commands, those of parts only where this build has them.
static COMMANDS: &[&str] = &[
    "ip link { add | replace } [ name ] NAME [ SETTING ... ] type KIND [ OPTION ... ]",
    "ip link { set | change } { DEV | group GROUP } [ SETTING ... ] [ type KIND_slave OPTION ... ]",
    #[cfg(feature = "link-extra")]
    "ip link delete { DEV ... | group GROUP }",
    #[cfg(not(feature = "link-extra"))]
    "ip link delete { DEV | group GROUP }",
    "ip link [ show ] [ DEV | group GROUP ] [ up | down ] [ master DEV | vrf NAME | nomaster ] [ type KIND ] [ novf ]",
    #[cfg(feature = "link-extra")]
    "ip link property { add | del } DEV [ altname NAME ] ...",
    #[cfg(feature = "xstats")]
    "ip link xstats type { bridge | bridge_slave } [ igmp ] [ dev DEV ]",
    #[cfg(feature = "xstats")]
    "ip link xstats type { bond | bond_slave } [ 802.3ad ] [ dev DEV ]",
    #[cfg(feature = "xstats")]
    "ip link afstats [ dev DEV ]",
    #[cfg(feature = "wait")]
    "ip link wait DEV [ present | absent | up | down | carrier | address ] [ timeout SECONDS ]",
    "ip link help [ KIND ]",
];

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
    let mut text = Vec::new();
    let mut join = "Usage: %";
    for line in COMMANDS {
        add_one(&mut text, join, line.as_bytes());
        join = "\n       %";
    }
    for (head, table) in SETTINGS {
        text.append_bytes(head.as_bytes());
        add_help(table, &mut text);
    }
    text.append_bytes(b"\nKIND: any that the kernel knows; with ip link help KIND:");
    for kind in each_kind().filter(|kind| kind.has_help()) {
        for name in kind.each_name() {
            text.push(b' ');
            text.append_bytes(name);
        }
    }
    text
}
