//! The link-layer multicast addresses of a device, which ioctl(2) alone changes: rustix has no call for that.

use std::os::fd::{AsRawFd, BorrowedFd};

use super::call::call;

/// The length of the longest `struct ifreq`: 16 bytes of a name, and on 64-bit machines 24 of what else is asked.
pub const IFREQ: usize = 40;

/// SIOCADDMULTI or SIOCDELMULTI: adds the address of a `struct ifreq` to those that a device listens to, or deletes it, by any
/// socket.
pub fn change_multicast(
    socket: BorrowedFd<'_>,
    adds: bool,
    ifreq: &mut [u8; IFREQ],
) -> rustix::io::Result<()> {
    let request = match adds {
        true => libc::SIOCADDMULTI,
        false => libc::SIOCDELMULTI,
    };
    let args = [
        socket.as_raw_fd() as usize,
        request as usize,
        ifreq.as_mut_ptr() as usize,
    ];
    // SAFETY: the requests read a `struct ifreq`, of which there are as many bytes as it has anywhere. Of a file of another
    // sort the numbers ask for nothing.
    unsafe { call(libc::SYS_ioctl, args) }.map(drop)
}
