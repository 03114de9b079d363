//! Options of sockets that have no name in rustix.

use std::ffi::c_int;
use std::os::fd::{AsRawFd, BorrowedFd};

use super::call::call;

/// getsockopt(2): fills in `value`, of which what is there is part of the question for some options. Returns the length of the
/// answer.
pub fn option(
    fd: BorrowedFd<'_>,
    level: c_int,
    option: c_int,
    value: &mut [u8],
) -> rustix::io::Result<usize> {
    let mut len = value.len() as libc::socklen_t;
    let args = [
        fd.as_raw_fd() as usize,
        level as usize,
        option as usize,
        value.as_mut_ptr() as usize,
        &raw mut len as usize,
    ];
    // SAFETY: the kernel writes at most `len` bytes of `value`, and `len` itself.
    unsafe { call(libc::SYS_getsockopt, args) }?;
    Ok(len as usize)
}
