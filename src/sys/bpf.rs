//! bpf(2), for which neither rustix nor the C library has a function.

use std::ffi::CStr;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use super::call::call;

/// Commands, `BPF_*` of `enum bpf_cmd` in `<linux/bpf.h>`.
const PROG_LOAD: usize = 5;
const PROG_ATTACH: usize = 8;

/// Two numbers of 32 bits as they lie side by side in `union bpf_attr`.
fn pair(first: u32, second: u32) -> u64 {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&first.to_ne_bytes());
    bytes[4..].copy_from_slice(&second.to_ne_bytes());
    u64::from_ne_bytes(bytes)
}

/// # Safety
/// `attr` is what the command takes: each address in it is that of memory which lives until the call returns, and has as many
/// bytes as stands beside it.
unsafe fn bpf(command: usize, attr: &[u64]) -> rustix::io::Result<usize> {
    let args = [command, attr.as_ptr() as usize, size_of_val(attr)];
    // SAFETY: the kernel reads that many bytes of `attr`; the rest is the caller's promise.
    unsafe { call(libc::SYS_bpf, args) }
}

/// Loads a program of a type (`BPF_PROG_TYPE_*`): instructions of eight bytes each, `struct bpf_insn`. `log` gets what the kernel
/// has to say of it, with a NUL at the end.
pub fn load_program(
    kind: u32,
    code: &[[u8; 8]],
    license: &CStr,
    log: &mut [u8],
) -> rustix::io::Result<OwnedFd> {
    let attr = [
        pair(kind, code.len() as u32),
        code.as_ptr() as usize as u64,
        license.as_ptr() as usize as u64,
        // The first level of what it says.
        pair(1, log.len() as u32),
        log.as_mut_ptr() as usize as u64,
        0,
    ];
    // SAFETY: the instructions are as many as is said, the license ends with a NUL, and the log has as many bytes as is said.
    let fd = unsafe { bpf(PROG_LOAD, &attr) }?;
    // SAFETY: it is new, and nobody else's.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as i32) })
}

/// Has a program run for what is of a sort (`BPF_CGROUP_*`) in a control group, in place of the one before.
pub fn attach_program(
    group: BorrowedFd<'_>,
    program: BorrowedFd<'_>,
    sort: u32,
) -> rustix::io::Result<()> {
    let attr = [
        pair(group.as_raw_fd() as u32, program.as_raw_fd() as u32),
        pair(sort, 0),
    ];
    // SAFETY: there is no address in it.
    unsafe { bpf(PROG_ATTACH, &attr) }.map(drop)
}
