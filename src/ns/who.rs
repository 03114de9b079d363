//! Who is in a network namespace.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, Stat, fstat, statat};

use crate::error::Result;
use crate::files::{self, Call};
use crate::ns::failed;
use crate::sys::Path;

/// What tells a file from others.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct File {
    /// Of the file system that it is in.
    pub device: u64,
    /// 0 for none.
    pub inode: u64,
}

impl File {
    fn of(status: Stat) -> File {
        File {
            device: status.st_dev,
            inode: status.st_ino,
        }
    }
}

/// An open file.
pub fn file_of(file: &OwnedFd) -> Call<File> {
    fstat(file).map(File::of)
}

/// What the path `first` + `second` leads to, seen from a folder.
pub fn find(dir: BorrowedFd<'_>, first: &[u8], second: &[u8]) -> Call<File> {
    statat(dir, &*Path::two(first, second), AtFlags::empty()).map(File::of)
}

/// The same; none if it leads nowhere.
pub fn file_at(dir: BorrowedFd<'_>, first: &[u8], second: &[u8]) -> File {
    find(dir, first, second).unwrap_or_default()
}

/// Whether such a path leads to a file.
pub fn leads_to(dir: BorrowedFd<'_>, first: &[u8], second: &[u8], file: File) -> bool {
    file_at(dir, first, second) == file
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
pub fn processes(namespace: File, each: &mut dyn FnMut(&[u8])) -> Result<()> {
    each_process(&mut |proc, pid| {
        if leads_to(proc, pid, b"/ns/net", namespace) {
            each(pid);
        }
    })
}
