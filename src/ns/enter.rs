//! Going into a network namespace, with its own /sys and its own files of /etc, and running a command there.

use std::ffi::CStr;
use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use rustix::fs::{CWD, OFlags, StatVfsMountFlags, statvfs};
use rustix::io::Errno;
use rustix::mount::{
    MountFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags, mount,
    mount_bind, mount_bind_recursive, mount_change, move_mount, open_tree, unmount,
};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::args;
use crate::error::{Result, USAGE};
use crate::files::{self, Call};
use crate::names::netns::{netns_name, open_netns};
use crate::ns::{failed, failed2, hint, warn};
use crate::out::Out;
use crate::sys::{self, Path};
use crate::text::{cut, decimal};

/// Where the files of namespaces for /etc are.
const FILES: &str = env!("BUILT_IPSO_NETNS_ETC_DIR");

/// Becomes a command in the namespace that a word means.
pub fn exec(word: &[u8], command: &[&[u8]], out: &mut Out) -> Result<()> {
    switch(word)?;
    isolate_mounts(word, out)?;
    out.flush()?;
    Err(failed(
        "exec of \"%\" failed",
        command[0],
        sys::exec(command),
    ))
}

/// `-n`: enters the namespace at once. The mounts are made only if it has files for /etc, which may be names that are read
/// later; nothing else here looks at them.
pub fn enter(word: &[u8], out: &mut Out) -> Result<()> {
    switch(word)?;
    match netns_name(word) {
        Some(name) if files::exists(&etc_folder(name)) => isolate_mounts(word, out),
        _ => Ok(()),
    }
}

/// Opens the namespace that a word means. Exit status 255.
pub fn open(word: &[u8]) -> Result<OwnedFd> {
    open_netns(word).map_err(|e| {
        let e = failed("Cannot open network namespace \"%\"", word, e);
        hint::nearest(hint::cause(e), word).code_is(USAGE)
    })
}

/// Moves this process into the namespace that a word means. Exit status 255.
pub fn switch(word: &[u8]) -> Result<()> {
    // What is open ends with the process, or when it becomes another: nothing here is closed by hand.
    join(&ManuallyDrop::new(open(word)?), word)
}

/// Moves this process into an open namespace.
pub fn join(namespace: &OwnedFd, word: &[u8]) -> Result<()> {
    let kind = Some(LinkNameSpaceType::Network);
    move_into_link_name_space(namespace.as_fd(), kind).map_err(|e| {
        let text = "setting the network namespace \"%\" failed";
        let e = hint::cause(failed(text, word, e)).code_is(USAGE);
        hint::stale(e, word)
    })
}

/// A mount namespace with the network namespace's own /sys and files of /etc. Exit status 255.
fn isolate_mounts(word: &[u8], out: &mut Out) -> Result<()> {
    // What is mounted from here on stays here.
    let slave = MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC;
    sys::unshare(libc::CLONE_NEWNS)
        .map_err(|e| hint::creation(failed("unshare failed", b"", e)))
        .and_then(|()| {
            mount_change(c"/", slave)
                .map_err(|e| failed("\"mount --make-rslave /\" failed", b"", e))
        })
        .map_err(|e| e.code_is(USAGE))?;
    mount_sys(word, out);
    if let Some(name) = netns_name(word) {
        bind_etc(name, out);
    }
    Ok(())
}

/// Something mounted, to be put back where it was.
struct Kept {
    place: Path,
    tree: ManuallyDrop<OwnedFd>,
}

const SYS: &CStr = c"/sys";
/// A copy of what is mounted at a place and below.
const COPY: OpenTreeFlags = OpenTreeFlags::OPEN_TREE_CLONE
    .union(OpenTreeFlags::OPEN_TREE_CLOEXEC)
    .union(OpenTreeFlags::AT_RECURSIVE);

/// Mounts a sysfs of this network namespace in place of the one on /sys, and on it again what was mounted below. Where that
/// cannot be done all stays as it is, with a warning.
fn mount_sys(source: &[u8], out: &mut Out) {
    let done = match open_tree(CWD, SYS, COPY) {
        // Without a /sys there is nothing to replace.
        Err(Errno::NOENT) => Ok(()),
        // Where no copy can be taken (before Linux 5.2), the new one is mounted over the old one.
        Err(_) => replace_sys(source, None, out),
        Ok(old) => replace_sys(source, Some(ManuallyDrop::new(old)), out),
    };
    if let Err(e) = done {
        warn(&failed("mount of /sys failed", b"", e), out);
    }
}

fn replace_sys(source: &[u8], old: Option<ManuallyDrop<OwnedFd>>, out: &mut Out) -> Call<()> {
    let mut kept = Vec::new();
    for place in mounts_below(SYS.to_bytes())? {
        let place = Path::new(&[&place]);
        let tree = match old {
            Some(_) => open_tree(CWD, &*place, COPY),
            None => files::open(&place, OFlags::PATH),
        };
        match tree.map(ManuallyDrop::new) {
            Ok(tree) => kept.push(Kept { place, tree }),
            // Something else is mounted above it.
            Err(Errno::NOENT) => {}
            Err(e) => return Err(e),
        }
    }
    let mut flags = MountFlags::empty();
    let away = old.is_some() && unmount(SYS, UnmountFlags::DETACH).is_ok();
    if !away && statvfs(SYS).is_ok_and(|found| found.f_flag.contains(StatVfsMountFlags::RDONLY)) {
        flags = MountFlags::RDONLY;
    }
    let put = |tree: &OwnedFd, place: &CStr| {
        let empty = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH;
        match old {
            Some(_) => move_mount(tree, c"", CWD, place, empty),
            None => {
                let number = decimal(tree.as_raw_fd().into());
                mount_bind_recursive(&*Path::new(&[b"/proc/self/fd/", &number]), place)
            }
        }
    };
    if let Err(e) = mount(&*Path::new(&[source]), SYS, c"sysfs", flags, None) {
        if let (true, Some(old)) = (away, &old) {
            let _ = put(old, SYS);
        }
        return Err(e);
    }
    for Kept { place, tree } in kept {
        match put(&tree, &place) {
            // A device's own folder is not in every namespace.
            Ok(()) | Err(Errno::NOENT) => {}
            Err(e) => warn(&failed("mount of % failed", place.to_bytes(), e), out),
        }
    }
    Ok(())
}

/// What is mounted in a folder and not below another such, by path (proc_pid_mountinfo(5)). Nothing where there is no /proc.
fn mounts_below(folder: &[u8]) -> Call<Vec<Vec<u8>>> {
    let table = match files::open(c"/proc/self/mountinfo", OFlags::RDONLY) {
        Err(Errno::NOENT) => return Ok(Vec::new()),
        file => files::read_all(&ManuallyDrop::new(file?))?,
    };
    // Each line has the mount's own number, that of the one which it is on, and as the fifth its place.
    let mut lines: Vec<[&[u8]; 3]> = Vec::new();
    let mut rest = &table[..];
    while let Some(mut line) = cut(&mut rest, b'\n') {
        let mut fields: [&[u8]; 5] = [b""; 5];
        for field in &mut fields {
            *field = cut(&mut line, b' ').unwrap_or_default();
        }
        let [own, on, _, _, place] = fields;
        if place.starts_with(folder) {
            lines.push([own, on, place]);
        }
    }
    // What is to be seen there is what nothing else is mounted on.
    let mut seen = None;
    for [own, _, place] in &lines {
        if *place == folder
            && !lines
                .iter()
                .any(|line| line[1] == *own && line[2] == folder)
        {
            seen = Some(*own);
        }
    }
    let mut places: Vec<Vec<u8>> = Vec::new();
    for [_, on, place] in &lines {
        let below = place.get(folder.len()) == Some(&b'/');
        if below && seen.is_none_or(|seen| seen == *on) {
            let place = unescape(place);
            if let Err(at) = places.binary_search(&place) {
                places.insert(at, place);
            }
        }
    }
    // A folder sorts before all that is in it.
    let mut found: Vec<Vec<u8>> = Vec::new();
    for place in places {
        let inside = |outer: &Vec<u8>| {
            let rest = place.strip_prefix(&outer[..]);
            rest.is_some_and(|rest| matches!(rest, [] | [b'/', ..]))
        };
        if !found.iter().any(inside) {
            found.push(place);
        }
    }
    Ok(found)
}

/// A path in which blanks, backslashes and line ends are written `\ooo`.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        let code = tail.get(..3).filter(|_| *byte == b'\\');
        let code = code.and_then(|digits| args::radix(digits, 8));
        plain.push(code.map_or(*byte, |code| code as u8));
        rest = code.map_or(tail, |_| &tail[3..]);
    }
    plain
}

fn etc_folder(name: &[u8]) -> Path {
    Path::new(&[FILES.as_bytes(), b"/", name])
}

/// Binds the namespace's files over those of /etc; one that is a symbolic link there is followed.
fn bind_etc(name: &[u8], out: &mut Out) {
    let folder = etc_folder(name);
    let Ok(dir) = files::open_dir(&folder) else {
        return;
    };
    let bound = files::entries(dir.as_fd(), &mut |entry| {
        let from = Path::new(&[folder.to_bytes(), b"/", entry.to_bytes()]);
        let onto = Path::new(&[b"/etc/", entry.to_bytes()]);
        if let Err(e) = mount_bind(&*from, &*onto) {
            let parts = [from.to_bytes(), onto.to_bytes()];
            warn(&failed2("Bind % -> % failed", parts, e), out);
        }
    });
    if let Err(e) = bound {
        warn(
            &failed("Failed to open directory %", folder.to_bytes(), e),
            out,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn paths_of_mountinfo() {
        for (text, plain) in [
            (r"/sys/fs/cgroup", "/sys/fs/cgroup"),
            (r"/sys/a\040b\134c", r"/sys/a b\c"),
            (r"/sys/\011\012", "/sys/\t\n"),
            (r"/sys/\9", r"/sys/\9"),
        ] {
            assert_eq!(unescape(text.as_bytes()), plain.as_bytes());
        }
    }
}
