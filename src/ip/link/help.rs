//! The settings of `ip link`, explained by the rows that read them.

use crate::ip::link::words;
use crate::kind::table::each_kind;
use crate::row::help::add_help;
use crate::row::table::Table;

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

/// Adds the settings of a link, and the names of the kinds that have options.
pub fn add_settings(text: &mut Vec<u8>) {
    for (head, table) in SETTINGS {
        text.extend_from_slice(head.as_bytes());
        add_help(table, text);
    }
    text.extend_from_slice(b"\nKIND: any that the kernel knows; with ip link help KIND:");
    for kind in each_kind().filter(|kind| kind.has_help()) {
        for name in kind.each_name() {
            text.push(b' ');
            text.extend_from_slice(name);
        }
    }
}
