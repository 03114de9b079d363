//! What a process is and may do: its user, its capabilities, its session, its environment.

use std::ffi::{CStr, c_char, c_int};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::sync::atomic::Ordering;

use rustix::io::Errno;

use super::ENVIRONMENT;
use super::call::call;
use crate::text::split;

/// Ends this process: for one that was forked, and that is not to return to who forked it.
pub fn exit(status: c_int) -> ! {
    loop {
        // SAFETY: nothing is left to be done with this process's memory.
        let _ = unsafe { call(libc::SYS_exit_group, [status as usize]) };
    }
}

/// Whether the kernel knows the capability of a number, and this process may get it.
pub fn has_capability(number: u32) -> bool {
    let args = [libc::PR_CAPBSET_READ as usize, number as usize, 0, 0, 0];
    // SAFETY: the kernel takes numbers.
    unsafe { call(libc::SYS_prctl, args) }.is_ok()
}

/// Makes sure that neither this process nor what it becomes ever gets the capability of a number.
pub fn drop_capability(number: u32) -> rustix::io::Result<()> {
    let args = [libc::PR_CAPBSET_DROP as usize, number as usize, 0, 0, 0];
    // SAFETY: the kernel takes numbers.
    unsafe { call(libc::SYS_prctl, args) }.map(drop)
}

/// Becomes another user, of one group alone. Where groups cannot be given up, which setgroups(2) says in a user namespace
/// of an ordinary user, they stay.
pub fn become_user(user: u32, group: u32) -> rustix::io::Result<()> {
    let (user, group) = (user as usize, group as usize);
    // SAFETY: an empty list and numbers.
    unsafe {
        match call(SETGROUPS, [0, 0]) {
            Ok(_) | Err(Errno::PERM) => {}
            Err(e) => return Err(e),
        }
        call(SETRESGID, [group, group, group])?;
        call(SETRESUID, [user, user, user])?;
    }
    Ok(())
}

// Where ids of 16 bits came first, those of 32 have calls of other names.
#[cfg(any(target_arch = "x86", target_arch = "arm"))]
const SETGROUPS: libc::c_long = libc::SYS_setgroups32;
#[cfg(any(target_arch = "x86", target_arch = "arm"))]
const SETRESGID: libc::c_long = libc::SYS_setresgid32;
#[cfg(any(target_arch = "x86", target_arch = "arm"))]
const SETRESUID: libc::c_long = libc::SYS_setresuid32;
#[cfg(not(any(target_arch = "x86", target_arch = "arm")))]
const SETGROUPS: libc::c_long = libc::SYS_setgroups;
#[cfg(not(any(target_arch = "x86", target_arch = "arm")))]
const SETRESGID: libc::c_long = libc::SYS_setresgid;
#[cfg(not(any(target_arch = "x86", target_arch = "arm")))]
const SETRESUID: libc::c_long = libc::SYS_setresuid;

/// sethostname(2).
pub fn set_hostname(name: &[u8]) -> rustix::io::Result<()> {
    // SAFETY: the kernel reads as many bytes as there are.
    unsafe { call(libc::SYS_sethostname, [name.as_ptr() as usize, name.len()]) }.map(drop)
}

/// setsid(2): leaves the terminal and the process group.
pub fn leave_session() {
    // SAFETY: it takes nothing.
    let _ = unsafe { call(libc::SYS_setsid, []) };
}

/// Puts another file in the place of a standard stream.
pub fn replace(stream: c_int, by: BorrowedFd<'_>) {
    let args = [by.as_raw_fd() as usize, stream as usize, 0];
    // SAFETY: the caller of isolate owns the old stream, and this process does not use it again.
    let _ = unsafe { call(libc::SYS_dup3, args) };
}

/// Changes the environment of what this process becomes: empties it if so asked, and adds strings `NAME=VALUE`, which take the
/// place of those with the same name.
pub fn change_environment(clear: bool, added: &[&'static [u8]]) {
    let mut strings: Vec<*const c_char> = Vec::new();
    let name_of = |entry: &[u8]| split(entry, b'=').0.to_vec();
    let mut at = ENVIRONMENT.load(Ordering::Relaxed).cast_const();
    // SAFETY: what `words` was promised.
    while let Some(&entry) = unsafe { at.as_ref() }.filter(|entry| !clear && !entry.is_null()) {
        // SAFETY: as above.
        let name = name_of(unsafe { CStr::from_ptr(entry) }.to_bytes());
        if added.iter().all(|other| name_of(other) != name) {
            strings.push(entry);
        }
        at = at.wrapping_add(1);
    }
    for (n, entry) in added.iter().enumerate() {
        let name = name_of(entry);
        if added[n + 1..].iter().all(|later| name_of(later) != name) {
            let mut copy = entry.to_vec();
            copy.push(0);
            strings.push(copy.leak().as_ptr().cast());
        }
    }
    strings.push(std::ptr::null());
    ENVIRONMENT.store(strings.leak().as_mut_ptr(), Ordering::Relaxed);
}
