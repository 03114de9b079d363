//! `xdp off` of `ip link set`, and the same for one of the three places where a program may run.

use crate::error::{Error, Result};
use crate::ip::link::setting::Link;
use crate::nl::uapi::{xdp, xdp_flags};
use crate::row::table::Reading;

/// Reads `off`, which takes a program away.
pub fn parse<'a>(r: &mut Reading<'_, 'a>, _: &mut Link<'a>) -> Result<()> {
    if r.value != b"off" {
        let text = "ipso loads no programs: \"off\" alone is possible\n";
        return Err(Error::bad_arg(r.value, text));
    }
    // Of xdpgeneric, xdpdrv or xdpoffload; xdp leaves the place to the kernel.
    let place = match r.row.word().get(b"xdp".len()) {
        Some(b'g') => xdp_flags::SKB_MODE,
        Some(b'd') => xdp_flags::DRV_MODE,
        Some(b'o') => xdp_flags::HW_MODE,
        _ => 0,
    };
    let msg = &mut r.draft.msg;
    let start = msg.open();
    // The descriptor of no program.
    msg.u32(xdp::FD, u32::MAX);
    msg.u32(xdp::FLAGS, xdp_flags::UPDATE_IF_NOEXIST | place);
    msg.close(start, r.row.attr);
    Ok(())
}
