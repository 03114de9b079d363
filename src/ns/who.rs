//! Who is in a network namespace.

use std::ffi::CStr;
use std::os::fd::{AsFd, BorrowedFd};

use rustix::fs::{AtFlags, Stat, statat};

use crate::error::Result;
use crate::files::{self, Call};
use crate::ns::failed;
use crate::sys::Path;

/// Whether two files are one.
pub fn same(a: &Stat, b: &Stat) -> bool {
    (a.st_dev, a.st_ino) == (b.st_dev, b.st_ino)
}

/// What a path leads to, seen from a folder.
pub fn stat(dir: BorrowedFd<'_>, path: &CStr) -> Call<Stat> {
    statat(dir, path, AtFlags::empty())
}

/// Whether a path leads to a file, seen from a folder.
pub fn leads_to(dir: BorrowedFd<'_>, path: &CStr, file: &Stat) -> bool {
    stat(dir, path).is_ok_and(|found| same(&found, file))
}

/// Goes through the processes: the open /proc, and the name that a process has there.
pub fn each_process(each: &mut dyn FnMut(BorrowedFd<'_>, &[u8])) -> Result<()> {
    let done = files::open_dir(c"/proc").and_then(|proc| {
        files::entries(proc.as_fd(), &mut |name| {
            let name = name.to_bytes();
            if name.iter().all(u8::is_ascii_digit) {
                each(proc.as_fd(), name);
            }
        })
    });
    done.map_err(|e| failed("Open of /proc failed", b"", e))
}

/// Goes through the processes whose network namespace that is. One that may not be looked into is left out.
pub fn processes(namespace: &Stat, each: &mut dyn FnMut(&[u8])) -> Result<()> {
    each_process(&mut |proc, pid| {
        if leads_to(proc, &Path::new(&[pid, b"/ns/net"]), namespace) {
            each(pid);
        }
    })
}
