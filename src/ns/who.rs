//! Who is in a network namespace.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, CWD, Stat, fstat, statat};
use rustix::io::Errno;

use crate::error::{Error, Result, errno_words};
use crate::files::{self, Call, of_process};
use crate::names::netns::{each_named, folder};
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

/// The name of the network namespace of a process, of several the last in the folder's order; empty if it has none.
pub fn name_of(pid: &[u8]) -> Result<Vec<u8>> {
    let own = of_process(pid, b"/ns/net");
    let own = find(CWD, own.to_bytes(), b"")
        .map_err(|e| failed("Cannot open network namespace", b"", e))?;
    let mut found = Vec::new();
    let read = each_named(&mut |folder, name| {
        if leads_to(folder, name.to_bytes(), b"", own) {
            found = name.to_bytes().to_vec();
        }
    });
    match read {
        Ok(()) | Err(Errno::NOENT) => Ok(found),
        Err(e) => {
            // Without a blank, as iproute2 has it here.
            let text = "Failed to open directory %:%";
            let words = errno_words(e.raw_os_error());
            Err(Error::refused_two(text, folder(), &words))
        }
    }
}
