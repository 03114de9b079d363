//! Files: opened, read, and folders gone through. Nothing here knows what is in them.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{Access, Mode, OFlags, RawDir, access};
use rustix::io::Errno;

use crate::sys::{self, Path};

/// What a system call answers.
pub type Call<T> = std::result::Result<T, Errno>;

/// open(2) for reading, or what else the flags say, always with `O_CLOEXEC`.
pub fn open(path: &CStr, flags: OFlags) -> Call<OwnedFd> {
    rustix::fs::open(path, flags | OFlags::CLOEXEC, Mode::empty()).and_then(sys::not_standard)
}

/// A file of a process in /proc; `name` begins with a `/`.
pub fn of_process(pid: &[u8], name: &[u8]) -> Path {
    Path::new(&[b"/proc/", pid, name])
}

/// Opens a folder.
pub fn open_dir(path: &CStr) -> Call<OwnedFd> {
    open(path, OFlags::RDONLY | OFlags::DIRECTORY)
}

/// Whether there is anything at a path.
pub fn exists(path: &CStr) -> bool {
    access(path, Access::EXISTS).is_ok()
}

/// A small file's bytes. `None` where it cannot be read.
pub fn read_file(path: &CStr) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    read_all(open(path, OFlags::RDONLY).ok()?.as_fd(), &mut text).ok()?;
    Some(text)
}

/// Adds all that can be read from here on; before an error, what was read until then.
pub fn read_all(file: BorrowedFd<'_>, text: &mut Vec<u8>) -> Call<()> {
    let mut len = text.len();
    let done = loop {
        // Twice as much room as there is text, so that a long file takes few calls.
        text.resize(2 * len + 4096, 0);
        match rustix::io::read(file, &mut text[len..]) {
            Ok(0) => break Ok(()),
            Ok(n) => len += n,
            Err(Errno::INTR) => {}
            Err(e) => break Err(e),
        }
    };
    text.truncate(len);
    done
}

/// Writes to a file that is there already.
pub fn write(path: &CStr, text: &[u8]) -> Call<()> {
    let file = open(path, OFlags::WRONLY)?;
    rustix::io::write(&file, text).map(|_| ())
}

/// Goes through the entries of an open folder, in its own order.
pub fn entries(dir: BorrowedFd<'_>, each: &mut dyn FnMut(&CStr)) -> Call<()> {
    let mut buf = [MaybeUninit::uninit(); 4096];
    let mut dir = RawDir::new(dir, &mut buf);
    while let Some(entry) = dir.next() {
        let entry = entry?;
        if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
            each(entry.file_name());
        }
    }
    Ok(())
}
