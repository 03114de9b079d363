//! What is asked of /dev/net/tun by ioctl(2), for which rustix has no calls.

use std::os::fd::{AsRawFd, BorrowedFd};

use super::call::call;

/// The length of the longest `struct ifreq`: 16 bytes of a name, and on 64-bit machines 24 of what else is asked.
pub const IFREQ: usize = 40;

/// What can be set of a device. The numbers are the distances of the requests from TUNSETIFF.
#[derive(Clone, Copy)]
pub enum TunSetting {
    /// Whether it stays when nobody has it open: 1, or 0.
    Persist = 1,
    /// The user who may open it.
    Owner = 2,
    /// The group that may open it.
    Group = 4,
}

/// TUNSETIFF: makes the device of a `struct ifreq`, or finds it if it exists, for an open /dev/net/tun.
pub fn attach_tun(tun: BorrowedFd<'_>, ifreq: &mut [u8; IFREQ]) -> rustix::io::Result<()> {
    let args = [
        tun.as_raw_fd() as usize,
        libc::TUNSETIFF as usize,
        ifreq.as_mut_ptr() as usize,
    ];
    // SAFETY: TUNSETIFF reads and writes a `struct ifreq`, of which there are as many bytes as it has anywhere. Of a file
    // of another sort the number asks for nothing.
    unsafe { call(libc::SYS_ioctl, args) }.map(drop)
}

/// Sets something of the device that an open /dev/net/tun has.
pub fn set_tun(tun: BorrowedFd<'_>, setting: TunSetting, value: u32) -> rustix::io::Result<()> {
    let args = [
        tun.as_raw_fd() as usize,
        libc::TUNSETIFF as usize + setting as usize,
        value as usize,
    ];
    // SAFETY: these requests take a number, no address.
    unsafe { call(libc::SYS_ioctl, args) }.map(drop)
}
