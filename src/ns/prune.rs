//! Names that are no namespace, and how they are taken away.

use std::ffi::CStr;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, openat, statat, unlinkat};
use rustix::io::Errno;

use crate::error::Result;
use crate::files;
use crate::names::netns::{cannot_read, folder, is_namespace, open_folder};
use crate::ns::{Folder, SETTLED, cannot_remove, pause};
use crate::out::Out;

/// Takes away the names that are no namespace; `each` gets those that went. A file that somebody may be about to mount
/// on is looked at again a second later, or left alone if that would take longer.
pub fn prune(out: &mut Out, each: &mut dyn FnMut(&mut Out, &[u8])) -> Result<()> {
    let path = folder();
    let mut done = Ok(());
    for turn in 0..2 {
        let locked = match open_folder() {
            Err(Errno::NOENT) => break,
            dir => Folder::lock(path, dir.map_err(cannot_read)?, out),
        };
        let mut wait = 0;
        // Opened under the lock: before, it may not have been the mount that it is now.
        let read = open_folder().and_then(|dir| {
            files::entries(dir.as_fd(), &mut |entry| {
                let name = entry.to_bytes();
                match locked.check_stale(&dir, entry) {
                    None => {}
                    Some(0) => match unlinkat(&dir, entry, AtFlags::empty()) {
                        Ok(()) => each(out, name),
                        Err(Errno::NOENT) => {}
                        Err(e) if done.is_ok() => done = Err(cannot_remove(name, e)),
                        Err(_) => {}
                    },
                    Some(delay) if delay <= SETTLED => wait = delay.max(wait),
                    Some(_) => {}
                }
            })
        });
        read.map_err(cannot_read)?;
        if wait == 0 || turn > 0 {
            break;
        }
        // Without the lock, which others need.
        drop(locked);
        pause(wait);
    }
    done
}

impl Folder {
    /// Whether an entry is a name without a namespace; and for how long it may still get one, in nanoseconds.
    fn check_stale(&self, dir: &OwnedFd, name: &CStr) -> Option<u64> {
        let file = statat(dir, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let kind = FileType::from_raw_mode(file.st_mode);
        if !matches!(kind, FileType::RegularFile | FileType::Symlink) {
            return None;
        }
        // Opened as a path alone: to open a fifo for reading would wait for a writer.
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let no_namespace = match openat(dir, name, flags, Mode::empty()) {
            Err(errno) => matches!(errno, Errno::NOENT | Errno::LOOP),
            Ok(fd) => !is_namespace(&fd),
        };
        no_namespace.then(|| self.time_left(&file))
    }
}
