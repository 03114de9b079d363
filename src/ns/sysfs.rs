//! A /sys that shows the network namespace of this process, in place of the one that is there, and on it again what was
//! mounted below that.
//!
//! Where it can be moved, the old /sys is put aside: then it can come back if the new one cannot be mounted, and what
//! is below it moves over. In a user namespace it is locked in its place: then the new one is made ready aside, what is
//! below the old one is bound there as well, and the new one is moved over the old one. All this is done in a new mount
//! namespace: nobody else sees it.

use std::ffi::CStr;
use std::mem::ManuallyDrop;
use std::os::fd::AsFd;

use rustix::fs::{OFlags, StatVfsMountFlags, statvfs};
use rustix::io::Errno;
use rustix::mount::{MountFlags, UnmountFlags, mount, mount_bind_recursive, mount_move, unmount};

use crate::args;
use crate::files::{self, Call};
use crate::ns::{failed, field, warn};
use crate::out::Out;
use crate::sys::Path;
use crate::sys::mount::{last_below, mount_id, next_below, place_of};
use crate::text::cut;

/// Where a sysfs is mounted.
pub const SYS: &CStr = c"/sys";
/// What is mounted on the root is part of no path but this one. It is there on every machine, and hides nothing.
const ASIDE: &CStr = c"/..";

/// Mounts the new /sys, with `source` as its device. Where it cannot be mounted all stays as it is, with a warning. False
/// if the new one lacks something that the old one had.
pub fn mount_sys(source: &[u8], out: &mut Out) -> bool {
    let is_aside = match mount_move(SYS, ASIDE) {
        // Without a /sys there is nothing to replace.
        Err(Errno::NOENT) => return true,
        moved => moved.is_ok(),
    };
    let mut whole = true;
    if let Err(e) = replace(source, is_aside, &mut whole, out) {
        if is_aside {
            let _ = mount_move(ASIDE, SYS);
        }
        warn(&failed("mount of /sys failed", b"", e), out);
        whole = false;
    }
    whole
}

/// Mounts the new one, and on it what is below the old one. `whole` becomes false if something of that could not be
/// mounted.
fn replace(source: &[u8], is_aside: bool, whole: &mut bool, out: &mut Out) -> Call<()> {
    let (old, new) = if is_aside { (ASIDE, SYS) } else { (SYS, ASIDE) };
    let parent = mount_id(old);
    let first = next_below(parent, 0);
    let mut listed = Vec::new();
    if first.is_none() {
        list_below(if is_aside { b"" } else { SYS.to_bytes() }, &mut listed)?;
    }
    let source = Path::new(&[source]);
    let mut flags = MountFlags::empty();
    // As iproute2 does where it cannot unmount the old one.
    if !is_aside && is_read_only(SYS) {
        flags = MountFlags::RDONLY;
    }
    let mount_at = |place| mount(&*source, place, c"sysfs", flags, None);
    if let Err(e) = mount_at(new) {
        *whole = false;
        // Where a sysfs is allowed on /sys alone, it covers what was below, as iproute2's.
        return if is_aside { Err(e) } else { mount_at(SYS) };
    }
    let mut put = |place: &[u8]| {
        let from = Path::two(old.to_bytes(), place);
        let onto = Path::two(new.to_bytes(), place);
        let done = match is_aside {
            true => mount_move(&*from, &*onto),
            false => mount_bind_recursive(&*from, &*onto),
        };
        match done {
            // What a later mount covers is no mount point any more, and not to be seen here either.
            Ok(()) | Err(Errno::INVAL) => return,
            // A device's own folder is not in every namespace.
            Err(Errno::NOENT) => {}
            Err(e) => warn(&failed("mount of /sys% failed", place, e), out),
        }
        *whole = false;
    };
    let mut id = first.unwrap_or(0);
    let mut place = Vec::new();
    while id != 0 && place_of(id, &mut place) {
        let below = place.strip_prefix(SYS.to_bytes());
        put(below.filter(|_| !is_aside).unwrap_or(&place));
        // What is below that has moved along, or was bound with it: in a new mount namespace it has the next ids.
        let last = if is_aside { id } else { last_below(id) };
        id = next_below(parent, last).unwrap_or(0);
    }
    let mut rest = &listed[..];
    while first.is_none()
        && let Some(place) = cut(&mut rest, 0)
    {
        put(place);
    }
    match is_aside {
        true => unmount(ASIDE, UnmountFlags::DETACH),
        false => mount_move(ASIDE, SYS).inspect_err(|_| {
            let _ = unmount(ASIDE, UnmountFlags::DETACH);
        }),
    }
}

fn is_read_only(place: &CStr) -> bool {
    statvfs(place).is_ok_and(|found| found.f_flag.contains(StatVfsMountFlags::RDONLY))
}

/// Adds the mounts right below the one that is to be seen at `folder`, which is empty for the root: their paths from
/// there, each with a NUL behind it (proc_pid_mountinfo(5)). Nothing where there is no /proc.
fn list_below(folder: &[u8], places: &mut Vec<u8>) -> Call<()> {
    let table = match files::open(c"/proc/self/mountinfo", OFlags::RDONLY) {
        Err(Errno::NOENT) => return Ok(()),
        // Closed by the end of this process, or when it becomes another.
        file => ManuallyDrop::new(file?),
    };
    let mut text = Vec::new();
    files::read_all(table.as_fd(), &mut text)?;
    // Of several at one place each is mounted on the one before.
    let own: &[u8] = if folder.is_empty() { b"/" } else { folder };
    let mut seen: &[u8] = b"";
    let mut rest = &text[..];
    while let Some(line) = cut(&mut rest, b'\n') {
        if field(line, 4) == own {
            seen = field(line, 0);
        }
    }
    rest = &text;
    while let Some(line) = cut(&mut rest, b'\n') {
        let is_on = seen.is_empty() || field(line, 1) == seen;
        if let Some(below @ [b'/', _, ..]) = field(line, 4).strip_prefix(folder)
            && is_on
        {
            add_unescaped(places, below);
            places.push(0);
        }
    }
    Ok(())
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
