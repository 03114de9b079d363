//! `xdp off` of `ip link set`, and its like for one mode.

use crate::error::{Error, Result};
use crate::ip::link::setting::Setting;
use crate::nl::uapi::{xdp, xdp_flags};

/// `off`: no program.
pub fn parse(mut s: Setting) -> Result<()> {
    let value = s.single_value(s.is_given())?;
    if value != b"off" {
        return Err(Error::bad_arg(
            value,
            "ipso loads no programs: \"off\" alone is possible\n",
        ));
    }
    let mode = match s.key() {
        b"xdpgeneric" => xdp_flags::SKB_MODE,
        b"xdpdrv" => xdp_flags::DRV_MODE,
        b"xdpoffload" => xdp_flags::HW_MODE,
        _ => 0,
    };
    s.draft.msg.nest(s.row.attr, |m| {
        // The descriptor of no program.
        m.u32(xdp::FD, u32::MAX);
        m.u32(xdp::FLAGS, xdp_flags::UPDATE_IF_NOEXIST | mode);
    });
    Ok(())
}
