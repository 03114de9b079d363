//! VRF devices, and the devices that are part of one.

use crate::args::Words;
use crate::customs;
use crate::error::{Error, Result};
use crate::kind::kind::{Kind, OPTION};
use crate::names::file::table_number;
use crate::nl::uapi::{vrf, vrf_port};
use crate::options;
use crate::row::declare::*;
use crate::row::draft::Draft;
use crate::row::option::Row;
use crate::row::table::NEVER_SHOWN;

/// vrf and vrf_slave.
pub static KINDS: &[Kind] = &[
    Kind::new(c"vrf", OPTION, VRF).customs(&CUSTOMS),
    Kind::new(c"vrf_slave", c"", VRF_SLAVE),
];

customs! {
    static CUSTOMS;
    TABLE: parse_table, NEVER_SHOWN, " TABLE";
}

options! {
    /// A device with a routing table of its own.
    VRF {
        vrf::TABLE => TABLE, word: "table", show: Never;
        vrf::TABLE => U32, name: "table";
    }

    /// A device that is part of one.
    VRF_SLAVE {
        vrf_port::TABLE => U32, name: "table";
    }
}

/// A routing table by its number or name.
fn parse_table<'a>(row: &Row, _: &[u8], w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    let word = w.value()?;
    let wrong = || Error::bad_arg(word, "invalid table ID\n");
    let table = table_number(word).ok_or_else(wrong)?;
    draft.put(row.attr).u32(row.attr, table);
    Ok(())
}
