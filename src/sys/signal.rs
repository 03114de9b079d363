//! Signals: sets, masks, and how one is sent. (The C library's functions for them would bring in a kilobyte.)

use std::ffi::c_int;
use std::os::fd::{FromRawFd, OwnedFd};

use super::call::call;

/// The kernel's set of signals, 64 bits or on mips 128, in words of its own size.
pub type Signals = [libc::c_ulong; 16 / size_of::<libc::c_ulong>()];
const SIGNALS_SIZE: usize = if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
    16
} else {
    8
};

/// All signals that can be blocked.
pub const EVERY_SIGNAL: Signals = [!0; 16 / size_of::<libc::c_ulong>()];

/// One signal, 1 to 31.
pub fn only(signal: c_int) -> Signals {
    let mut set = Signals::default();
    set[0] = 1 << (signal - 1);
    set
}

/// Changes the mask of signals as `how` says (`SIG_BLOCK`, `SIG_SETMASK`); the mask that was.
pub fn block(set: Signals, how: c_int) -> Signals {
    let mut old = Signals::default();
    let args = [
        how as usize,
        set.as_ptr() as usize,
        old.as_mut_ptr() as usize,
        SIGNALS_SIZE,
    ];
    // SAFETY: the kernel reads and writes SIGNALS_SIZE bytes, and a set has as many.
    let _ = unsafe { call(libc::SYS_rt_sigprocmask, args) };
    old
}

/// A signal does again what it does at first.
pub fn default(signal: c_int) {
    // A `struct sigaction` of the kernel's, as long as the longest, of which SIG_DFL and no flags are all zero.
    let action = [0u64; 32];
    let args = [signal as usize, action.as_ptr() as usize, 0, SIGNALS_SIZE];
    // SAFETY: the kernel reads less of `action` than there is.
    let _ = unsafe { call(libc::SYS_rt_sigaction, args) };
}

/// A descriptor from which blocked signals are read, `struct signalfd_siginfo` of `<linux/signalfd.h>` each.
pub fn signal_fd(set: Signals) -> rustix::io::Result<OwnedFd> {
    let args = [
        usize::MAX,
        set.as_ptr() as usize,
        SIGNALS_SIZE,
        libc::SFD_CLOEXEC as usize,
    ];
    // SAFETY: the kernel reads SIGNALS_SIZE bytes of `set`.
    let fd = unsafe { call(libc::SYS_signalfd4, args) }?;
    // SAFETY: it is new, and nobody else's.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as c_int) })
}

/// Takes away a blocked signal that waits to be read, if it does.
pub fn forget_signal(signal: c_int) {
    let set = only(signal);
    // A `struct timespec` of no time, however long its numbers are.
    let none = [0u64; 2];
    let args = [
        set.as_ptr() as usize,
        0,
        none.as_ptr() as usize,
        SIGNALS_SIZE,
    ];
    // SAFETY: the kernel reads SIGNALS_SIZE bytes of `set`, and the time.
    let _ = unsafe { call(libc::SYS_rt_sigtimedwait, args) };
}

/// kill(2), for signals of any number, to a process or, if negative, to a process group. One that nobody is there for is lost.
pub fn kill(process: c_int, signal: c_int) {
    let args = [process as usize, signal as usize];
    // SAFETY: the kernel takes two numbers.
    let _ = unsafe { call(libc::SYS_kill, args) };
}

/// getpgid(2): 0 for a process group that has no number in this process namespace, or if there is no such process.
pub fn process_group(process: rustix::process::Pid) -> c_int {
    // SAFETY: the kernel takes a number.
    unsafe { call(libc::SYS_getpgid, [process.as_raw_pid() as usize]) }.unwrap_or(0) as c_int
}
