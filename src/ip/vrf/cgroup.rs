//! Control groups of version 2: where they are mounted, and in which a process is.

use std::os::fd::AsFd;

use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::mount::{MountFlags, mount};

use crate::error::{Error, Result, errno_words};
use crate::files::{Call, of_process, open, read_all, read_file};
use crate::ns::make_dirs;
use crate::text::{cut, next_word};

/// Where they are mounted if they are not yet, which stays.
const OWN: &[u8] = b"/var/run/cgroup2";

/// The folder where they are mounted.
pub fn find_mount() -> Result<Vec<u8>> {
    let text = read_file(c"/proc/mounts").unwrap_or_default();
    let mut rest = &text[..];
    while let Some(mut line) = cut(&mut rest, b'\n') {
        next_word(&mut line);
        let folder = next_word(&mut line);
        if next_word(&mut line) == b"cgroup2" {
            return Ok(folder.to_vec());
        }
    }
    make_dirs(OWN).map_err(|_| Error::refused("Failed to setup cgroup2 directory", b""))?;
    match mount(c"none", OWN, c"cgroup2", MountFlags::empty(), None) {
        Ok(()) | Err(Errno::BUSY) => Ok(OWN.to_vec()),
        Err(Errno::NODEV) => {
            let text = "Failed to mount cgroup2. Are CGROUPS enabled in your kernel?";
            Err(Error::refused(text, b""))
        }
        Err(e) => {
            let text = "Failed to mount cgroup2: %";
            Err(Error::refused(text, &errno_words(e.raw_os_error())))
        }
    }
}

/// What /proc says of the control groups of a process: a line each, `0::/PATH` for that of version 2.
pub fn groups_of(pid: &[u8]) -> Call<Vec<u8>> {
    let mut text = Vec::new();
    read_all(
        open(&of_process(pid, b"/cgroup"), OFlags::RDONLY)?.as_fd(),
        &mut text,
    )?;
    Ok(text)
}

/// The path of the group of version 2 in such a text, from its first slash on; of several that fit, the first.
#[inline(never)]
pub fn path_in(text: &[u8], fits: fn(&[u8]) -> bool) -> Option<&[u8]> {
    text.split(|byte| *byte == b'\n').find_map(|line| {
        let at = find(line, b"::/")?;
        Some(&line[at + 2..]).filter(|path| fits(path))
    })
}

/// Where a text is in another.
#[inline(never)]
pub fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|part| part == wanted)
}
