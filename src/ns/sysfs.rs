//! A /sys that shows the network namespace of this process, in place of the one that is there, and on it again what was mounted
//! below that.
//!
//! Where it can be moved, the old /sys is put aside meanwhile, so that it can come back if the new one cannot be mounted. What is
//! below it moves over. In a user namespace it is locked in its place: the new one is mounted over it, and what was below is
//! bound. All that is done in a new mount namespace: nobody else sees it.

use std::ffi::CStr;
use std::mem::ManuallyDrop;
use std::os::fd::AsRawFd;

use rustix::fs::{OFlags, StatVfsMountFlags, statvfs};
use rustix::io::Errno;
use rustix::mount::{MountFlags, UnmountFlags, mount, mount_bind_recursive, mount_move, unmount};

use crate::args;
use crate::files::{self, Call};
use crate::ns::{failed, warn};
use crate::out::Out;
use crate::sys::Path;
use crate::sys::mount::{mount_below, mount_id};
use crate::text::{cut, decimal};

const SYS: &CStr = c"/sys";
/// What is mounted on the root is no part of any path but this one. It is there on every machine, and hides nothing.
const ASIDE: &CStr = c"/..";

/// Mounts the new /sys, with `source` as its device. Where that cannot be done all stays as it is, with a warning.
pub fn mount_sys(source: &[u8], out: &mut Out) {
    let is_aside = match mount_move(SYS, ASIDE) {
        // Without a /sys there is nothing to replace.
        Err(Errno::NOENT) => return,
        moved => moved.is_ok(),
    };
    let done = match is_aside {
        true => move_over(source, out),
        false => mount_over(source, out),
    };
    if let Err(e) = done {
        if is_aside {
            let _ = mount_move(ASIDE, SYS);
        }
        warn(&failed("mount of /sys failed", b"", e), out);
    }
}

fn mount_new(source: &[u8], flags: MountFlags) -> Call<()> {
    mount(&*Path::new(&[source]), SYS, c"sysfs", flags, None)
}

/// Mounts the new /sys, and moves to it what is below the old one, which is aside and then goes.
fn move_over(source: &[u8], out: &mut Out) -> Call<()> {
    let mut put = |place: &[u8]| {
        let from = Path::new(&[ASIDE.to_bytes(), place]);
        let onto = Path::new(&[SYS.to_bytes(), place]);
        check(mount_move(&*from, &*onto), &onto, out);
    };
    let old = mount_id(ASIDE);
    let mut place = Vec::new();
    match mount_below(old, 0, &mut place) {
        Ok(mut id) => {
            mount_new(source, MountFlags::empty())?;
            while id != 0 {
                put(&place);
                // What was mounted below that has moved along.
                id = mount_below(old, id, &mut place).unwrap_or(0);
            }
        }
        // Before Linux 6.8.
        Err(_) => {
            let places = list_below(b"")?;
            mount_new(source, MountFlags::empty())?;
            let mut rest = &places[..];
            while let Some(place) = cut(&mut rest, 0) {
                put(place);
            }
        }
    }
    let _ = unmount(ASIDE, UnmountFlags::DETACH);
    Ok(())
}

/// Mounts the new /sys over the old one, and binds what is below that.
fn mount_over(source: &[u8], out: &mut Out) -> Call<()> {
    let places = list_below(SYS.to_bytes())?;
    let mut kept = Vec::new();
    let mut rest = &places[..];
    while let Some(place) = cut(&mut rest, 0) {
        let place = Path::new(&[SYS.to_bytes(), place]);
        match files::open(&place, OFlags::PATH) {
            // Closed by the end of this process, or when it becomes another.
            Ok(file) => kept.push((place, ManuallyDrop::new(file))),
            // Something else is mounted above it.
            Err(Errno::NOENT) => {}
            Err(e) => return Err(e),
        }
    }
    let read_only = |found: rustix::fs::StatVfs| found.f_flag.contains(StatVfsMountFlags::RDONLY);
    let flags = match statvfs(SYS).is_ok_and(read_only) {
        true => MountFlags::RDONLY,
        false => MountFlags::empty(),
    };
    mount_new(source, flags)?;
    for (place, file) in kept {
        let from = Path::new(&[b"/proc/self/fd/", &decimal(file.as_raw_fd().into())]);
        check(mount_bind_recursive(&*from, &*place), &place, out);
    }
    Ok(())
}

/// Warns of what could not be mounted again.
fn check(done: Call<()>, place: &CStr, out: &mut Out) {
    match done {
        // A device's own folder is not in every namespace.
        Ok(()) | Err(Errno::NOENT) => {}
        Err(e) => warn(&failed("mount of % failed", place.to_bytes(), e), out),
    }
}

/// The mounts right below the one that is to be seen at `folder`, which is empty for the root: their paths from there, each with a
/// NUL behind it (proc_pid_mountinfo(5)). Nothing where there is no /proc.
fn list_below(folder: &[u8]) -> Call<Vec<u8>> {
    let table = match files::open(c"/proc/self/mountinfo", OFlags::RDONLY) {
        Err(Errno::NOENT) => return Ok(Vec::new()),
        file => files::read_all(&ManuallyDrop::new(file?))?,
    };
    // Each line has the mount's own number, that of the one which it is on, and as the fifth its place.
    let lines = || {
        table.split(|byte| *byte == b'\n').map(|line| {
            let mut fields = line.split(|byte| *byte == b' ');
            (fields.next(), fields.next(), fields.nth(2))
        })
    };
    // Of several at one place each is on the one before.
    let own: &[u8] = if folder.is_empty() { b"/" } else { folder };
    let seen = lines().filter(|line| line.2 == Some(own)).last();
    let mut places = Vec::new();
    for (_, on, place) in lines() {
        let below = place.and_then(|place| place.strip_prefix(folder));
        if let Some(below @ [b'/', _, ..]) = below
            && seen.is_none_or(|seen| on == seen.0)
        {
            add_unescaped(&mut places, below);
            places.push(0);
        }
    }
    Ok(places)
}

/// Adds a path in which blanks, backslashes and line ends are written `\ooo`.
fn add_unescaped(plain: &mut Vec<u8>, mut text: &[u8]) {
    while let [byte, rest @ ..] = text {
        let code = rest.get(..3).filter(|_| *byte == b'\\');
        let code = code.and_then(|digits| args::radix(digits, 8));
        plain.push(code.map_or(*byte, |code| code as u8));
        text = code.map_or(rest, |_| &rest[3..]);
    }
}

#[cfg(test)]
mod tests {
    use super::add_unescaped;

    #[test]
    fn paths_of_mountinfo() {
        for (text, path) in [
            (r"/sys/fs/cgroup", "/sys/fs/cgroup"),
            (r"/sys/a\040b\134c", r"/sys/a b\c"),
            (r"/sys/\011\012", "/sys/\t\n"),
            (r"/sys/\9", r"/sys/\9"),
        ] {
            let mut plain = Vec::new();
            add_unescaped(&mut plain, text.as_bytes());
            assert_eq!(plain, path.as_bytes());
        }
    }
}
