//! VRF devices: the routing table that one stands for.

use crate::error::{Error, Result};
use crate::names::Names;
use crate::nl::uapi::rt_table;
use crate::row::draft;

/// The error for a name that is no VRF.
pub fn not_a_vrf(name: &[u8]) -> Error {
    Error::bad_arg(name, "Invalid VRF\n")
}

/// The routing table of a VRF; `default`, unless a device has that name, stands for the main table.
pub fn vrf_table(name: &[u8], names: &mut Names) -> Result<u32> {
    match draft::vrf(name, names)? {
        Some((_, table)) if table > 0 => Ok(table),
        None if name == b"default" => Ok(rt_table::MAIN.into()),
        _ => Err(not_a_vrf(name)),
    }
}
