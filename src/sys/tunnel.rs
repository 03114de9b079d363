//! Tunnels by ioctl(2), for which rustix has no calls.

use std::os::fd::{AsRawFd, BorrowedFd};

use super::call::call;

/// As long as the longest argument that is used: a `struct ip_tunnel_prl` of 16 bytes for the length, and 15 of a list.
pub const ARGUMENT: usize = 256;

/// `struct ifreq` with an address in its union.
#[repr(C)]
struct Ifreq {
    name: [u8; 16],
    data: *mut u8,
    rest: [u8; 16],
}

/// Asks something of the tunnel with a name, which has less than 16 bytes: a `SIOC*` from SIOCGETTUNNEL on, with its structure
/// at the begin of the argument.
pub fn ask_tunnel(
    socket: BorrowedFd<'_>,
    request: u32,
    name: &[u8],
    argument: &mut [u8; ARGUMENT],
) -> rustix::io::Result<()> {
    let mut ifreq = Ifreq {
        name: [0; 16],
        data: argument.as_mut_ptr(),
        rest: [0; 16],
    };
    for (place, byte) in ifreq.name.iter_mut().zip(name).take(15) {
        *place = *byte;
    }
    let args = [
        socket.as_raw_fd() as usize,
        request as usize,
        &raw mut ifreq as usize,
    ];
    // SAFETY: the kernel takes a `struct ifreq` of which there is as much as it has anywhere, and at its address a structure that
    // is not longer than the argument: of a tunnel 52 or 76 bytes, of its prefix 24, and of its list as many as that says.
    unsafe { call(libc::SYS_ioctl, args) }.map(drop)
}
