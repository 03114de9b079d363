//! `protodown_reason` of `ip link set`: why a link is to be held down.

use crate::args;
use crate::error::{Error, Result};
use crate::ip::iface::reasons;
use crate::ip::link::setting::Link;
use crate::row::table::Reading;

/// Reads a reason by its number or name, and whether it is to hold. Several of them in one command all count.
pub fn parse<'a>(r: &mut Reading<'_, 'a>, link: &mut Link<'a>) -> Result<()> {
    let Some(number) = reasons::number_of(r.value) else {
        return Err(Error::bad_arg(r.value, "invalid protodown reason\n"));
    };
    let bit = 1 << number;
    let on = match r.w.value()? {
        word if args::prefix(word, "on") => true,
        word if args::prefix(word, "off") => false,
        word => args::on_off(word, r.row.word(), false)?,
    };
    let [mask, value] = &mut link.reasons;
    *mask |= bit;
    *value &= !bit;
    if on {
        *value |= bit;
    }
    Ok(())
}
