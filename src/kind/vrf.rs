//! vrf: devices with a routing table of their own, and their ports.

use crate::customs;
use crate::error::{Error, Result};
use crate::kind::kind::{Kind, OPTION};
use crate::names::file::ROUTE_TABLES;
use crate::nl::uapi::{vrf, vrf_port};
use crate::options;
use crate::row::declare::*;
use crate::row::table::NEVER_SHOWN;
use crate::row::table::Reading;

/// The kinds vrf and vrf_slave.
pub static KINDS: &[Kind] = &[
    Kind::new(c"vrf", OPTION, VRF).customs(&CUSTOMS),
    Kind::new(c"vrf_slave", c"", VRF_SLAVE),
];

customs! {
    static CUSTOMS;
    TABLE: parse_table, NEVER_SHOWN, " TABLE";
}

options! {
    /// A VRF device.
    VRF {
        vrf::TABLE => TABLE, word: "table", show: Never;
        vrf::TABLE => U32, name: "table";
    }

    /// A port of one.
    VRF_SLAVE {
        vrf_port::TABLE => U32, name: "table";
    }
}

/// Reads a routing table, by its number or name.
fn parse_table(r: &mut Reading) -> Result<()> {
    match ROUTE_TABLES.number_of(r.value, u32::MAX) {
        Some(table) => {
            r.draft.number(r.row.attr, table.into(), 4);
            Ok(())
        }
        None => Err(Error::bad_arg(r.value, "invalid table ID\n")),
    }
}
