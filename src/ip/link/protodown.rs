//! `protodown_reason` of `ip link set`: why a link is to be held down.

use crate::args;
use crate::error::{Error, Result};
use crate::ip::iface::reasons;
use crate::ip::link::setting::Setting;

/// A reason by number or name, and whether it holds. Several in one command all count.
pub fn parse(s: Setting) -> Result<()> {
    let value = s.w.value()?;
    let wrong = || Error::bad_arg(value, "invalid protodown reason\n");
    let bit = 1 << reasons::number_of(value).ok_or_else(wrong)?;
    let on = match s.w.value()? {
        word if args::prefix(word, "on") => true,
        word if args::prefix(word, "off") => false,
        word => args::on_off(word, s.key(), false)?,
    };
    let [mask, old] = s.link.reasons;
    s.link.reasons = [mask | bit, if on { old | bit } else { old & !bit }];
    Ok(())
}
