//! A /sys that shows the network namespace of this process, in place of the one that is there, and on it again what was mounted
//! below that.
//!
//! Where it can be moved, the old /sys is put aside meanwhile, so that it can come back if the new one cannot be mounted. What is
//! below it moves over. In a user namespace it is locked in its place: the new one is mounted over it, and what was below is
//! bound. All that is done in a new mount namespace: nobody else sees it.

use std::borrow::Cow;
use std::ffi::CStr;
use std::mem::ManuallyDrop;
use std::os::fd::AsRawFd;

use rustix::fs::{OFlags, StatVfs, StatVfsMountFlags, statvfs};
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

/// Mounts the new /sys, with `source` as its device. `places` is what is mounted below the old one if that is known by text (see
/// [`places_of_old_kernels`]). Where it cannot be mounted all stays as it is, with a warning. False if the new one lacks
/// something that the old one had.
pub fn mount_sys(source: &[u8], places: Option<&[u8]>, out: &mut Out) -> bool {
    let is_aside = match mount_move(SYS, ASIDE) {
        // Without a /sys there is nothing to replace.
        Err(Errno::NOENT) => return true,
        moved => moved.is_ok(),
    };
    let done = match is_aside {
        true => move_over(source, places, out),
        false => mount_over(source, places, out),
    };
    done.unwrap_or_else(|e| {
        if is_aside {
            let _ = mount_move(ASIDE, SYS);
        }
        warn(&failed("mount of /sys failed", b"", e), out);
        false
    })
}

fn mount_new(source: &[u8], flags: MountFlags) -> Call<()> {
    mount(&*Path::new(&[source]), SYS, c"sysfs", flags, None)
}

/// Mounts the new /sys, and moves to it what is below the old one, which is aside and then goes.
fn move_over(source: &[u8], places: Option<&[u8]>, out: &mut Out) -> Call<bool> {
    let mut whole = true;
    let mut put = |place: &[u8]| {
        let from = Path::new(&[ASIDE.to_bytes(), place]);
        let onto = Path::new(&[SYS.to_bytes(), place]);
        whole &= check(mount_move(&*from, &*onto), &onto, out);
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
        Err(_) => {
            let places = known_or_listed(places, b"")?;
            mount_new(source, MountFlags::empty())?;
            let mut rest = &places[..];
            while let Some(place) = cut(&mut rest, 0) {
                put(place);
            }
        }
    }
    let _ = unmount(ASIDE, UnmountFlags::DETACH);
    Ok(whole)
}

/// Mounts the new /sys over the old one, and binds what is below that.
fn mount_over(source: &[u8], places: Option<&[u8]>, out: &mut Out) -> Call<bool> {
    let places = known_or_listed(places, SYS.to_bytes())?;
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
    let read_only = |found: StatVfs| found.f_flag.contains(StatVfsMountFlags::RDONLY);
    let flags = match statvfs(SYS).is_ok_and(read_only) {
        true => MountFlags::RDONLY,
        false => MountFlags::empty(),
    };
    mount_new(source, flags)?;
    let mut whole = true;
    for (place, file) in kept {
        let from = Path::new(&[b"/proc/self/fd/", &decimal(file.as_raw_fd().into())]);
        whole &= check(mount_bind_recursive(&*from, &*place), &place, out);
    }
    Ok(whole)
}

/// Whether something is mounted again; warns if it could not be.
fn check(done: Call<()>, place: &CStr, out: &mut Out) -> bool {
    // A device's own folder is not in every namespace.
    if let Err(e) = done
        && e != Errno::NOENT
    {
        warn(&failed("mount of % failed", place.to_bytes(), e), out);
    }
    done.is_ok()
}

/// What is mounted below /sys, each path from there with a NUL behind it, if only text tells it: before Linux 6.8. That text has a
/// line for every mount there is.
pub fn places_of_old_kernels() -> Option<Vec<u8>> {
    match mount_below(mount_id(SYS), 0, &mut Vec::new()) {
        Ok(_) => None,
        Err(_) => list_below(SYS.to_bytes()).ok(),
    }
}

fn known_or_listed<'a>(places: Option<&'a [u8]>, folder: &[u8]) -> Call<Cow<'a, [u8]>> {
    match places {
        Some(places) => Ok(places.into()),
        None => Ok(list_below(folder)?.into()),
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
