//! Named network namespaces: files in a folder with a namespace mounted on each. How names are made, and how they go.
//!
//! A name is made under a lock on the folder, which iproute2 takes as well, by two adjacent system calls: the file, and the
//! mount on it. Who dies in between leaves an empty file. Its mode tells that it was made here and has no mount yet, so that
//! whoever has the lock knows that nobody is about to mount on it. Once it is covered it has another mode: where the mount is
//! not to be seen, in another mount namespace, the file is not taken for one that waits.

pub mod child;
pub mod enter;
pub mod freed;
pub mod hint;
pub mod tunnel;

use std::ffi::CStr;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::Timespec;
use rustix::fs::{
    AtFlags, CWD, FileType, FlockOperation, Mode, OFlags, Stat, fchmod, flock, fstatfs, lstat,
    mkdir, open, openat, statat, unlink, unlinkat,
};
use rustix::io::Errno;
use rustix::mount::{
    MountPropagationFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags, mount_bind,
    mount_bind_recursive, mount_change, move_mount, open_tree, unmount,
};

use rustix::thread::nanosleep;

use crate::error::{Error, Result};
use crate::files;
use crate::names::{self, ifinfo};
use crate::nl::sock::Socket;
use crate::nl::uapi::{iff, rtm};
use crate::nl::wire::Msg;
use crate::out::Out;
use crate::sys::{self, Path};
use crate::text::fill;

/// The mode of a file that waits for its mount: no rights, as iproute2's, and a bit that says it was made here.
const WAITS: Mode = Mode::SVTX;
/// Its mode after that, in which nobody sees it: that of the namespace on it.
const COVERED: Mode = Mode::from_raw_mode(0o444);
/// How old another tool's file is, in nanoseconds, when nobody is about to mount on it any more. iproute2 has no lock there,
/// and takes some milliseconds.
const ABANDONED: u64 = 60 * 1_000_000_000;
/// The same for files of other modes, which come from tools that make no namespace in between.
const SETTLED: u64 = 1_000_000_000;
/// File systems of namespaces: `NSFS_MAGIC` and, before Linux 3.19, `PROC_SUPER_MAGIC` of `<linux/magic.h>`.
const NAMESPACE_MAGIC: [u64; 2] = [0x6e73_6673, 0x9fa0];

/// A system call failed: what was tried, with `%` for `part`. Exit status 1.
pub fn failed(template: &str, part: &[u8], errno: Errno) -> Error {
    failed2(template, [part, part], errno)
}

fn failed2(template: &str, parts: [&[u8]; 2], errno: Errno) -> Error {
    Error::os2(template, parts, errno.raw_os_error())
}

/// The line ends where a name is due.
pub fn no_name() -> Error {
    Error::refused("No netns name specified", b"")
}

/// The folder of names, open and locked until this is dropped.
pub struct Folder {
    path: &'static [u8],
    fd: OwnedFd,
    /// Not so on a file system without locks.
    locked: bool,
}

impl Folder {
    /// Opens the folder and waits for its lock.
    fn lock(path: &'static [u8], fd: OwnedFd, out: &mut Out) -> Folder {
        let lock = flock(&fd, FlockOperation::LockExclusive);
        if let Err(e) = lock {
            let text = "Warning: could not flock netns runtime directory \"%\"";
            let e = Error::os(text, path, e.raw_os_error());
            out.warn(&fill("%\n", &[e.text()]));
        }
        Folder {
            path,
            fd,
            locked: lock.is_ok(),
        }
    }

    /// The folder, made where it is missing, and a shared mount of its own: a name that is mounted or unmounted in one mount
    /// namespace is so in all.
    pub fn prepare(out: &mut Out) -> Result<Folder> {
        Folder::prepare_as(out).map_err(hint::cause)
    }

    fn prepare_as(out: &mut Out) -> Result<Folder> {
        let path = make_folder()?;
        let whole = Path::new(&[path]);
        let fd = files::open_dir(&whole)
            .map_err(|e| failed("Cannot open netns runtime directory \"%\"", path, e))?;
        let folder = Folder::lock(path, fd, out);
        let shared = MountPropagationFlags::SHARED | MountPropagationFlags::REC;
        match mount_change(&*whole, shared) {
            // It is no mount yet.
            Err(Errno::INVAL) => mount_on_itself(path, &whole)?,
            done => done.map_err(|e| failed("mount --make-shared % failed", path, e))?,
        }
        Ok(folder)
    }

    /// Gives `name` to the namespace at the path `source`.
    pub fn name(&self, name: &[u8], source: &CStr) -> Result<()> {
        let path = Path::new(&[self.path, b"/", name]);
        let flags = OFlags::RDONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let made = open(&*path, flags, WAITS);
        let is_new = made.is_ok();
        let in_vain = || {
            let file = lstat(&*path);
            file.is_ok_and(|file| mode(&file).is_some_and(is_awaited) && self.delay(&file) == 0)
        };
        let file = match made {
            Ok(file) => Some(file),
            Err(Errno::EXIST) if in_vain() => files::open(&path, OFlags::RDONLY).ok(),
            Err(e) => {
                let text = "Cannot create namespace file \"%\"";
                let e = hint::cause(failed(text, path.to_bytes(), e));
                return Err(hint::stale(e, name));
            }
        };
        let mounted = mount_bind(source, &*path);
        mounted.map_err(|e| {
            // What was there before may be a name in another mount namespace.
            if is_new {
                let _ = unlink(&*path);
            }
            hint::cause(failed2(
                "Bind % -> % failed",
                [source.to_bytes(), path.to_bytes()],
                e,
            ))
        })?;
        if let Some(file) = file {
            let _ = fchmod(&file, COVERED);
        }
        Ok(())
    }

    /// For how many nanoseconds an empty file may be one that somebody is about to mount on.
    fn delay(&self, file: &Stat) -> u64 {
        let most = match mode(file) {
            None => return 0,
            Some(WAITS) if self.locked => return 0,
            Some(mode) if is_awaited(mode) => ABANDONED,
            Some(_) => SETTLED,
        };
        let now = sys::clock(libc::CLOCK_REALTIME) as i64;
        let born = file.st_mtime.saturating_mul(1_000_000_000);
        let age = now
            .saturating_sub(born)
            .saturating_sub(i64::from(file.st_mtime_nsec as i32));
        // As far in the future as that, it is of a time when the clock was wrong.
        match age.unsigned_abs() < most {
            true => most - age.max(0) as u64,
            false => 0,
        }
    }

    /// Whether an entry is a name without a namespace; and for how long it may still get one, in nanoseconds.
    fn stale(&self, dir: &OwnedFd, name: &CStr) -> Option<u64> {
        let file = statat(dir, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let kind = FileType::from_raw_mode(file.st_mode);
        if !matches!(kind, FileType::RegularFile | FileType::Symlink) {
            return None;
        }
        // Opened without being looked into, which for a fifo would last.
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let no_namespace = match openat(dir, name, flags, Mode::empty()) {
            Err(errno) => matches!(errno, Errno::NOENT | Errno::LOOP),
            Ok(fd) => !is_namespace(&fd),
        };
        no_namespace.then(|| self.delay(&file))
    }
}

/// The mode of an empty file.
fn mode(file: &Stat) -> Option<Mode> {
    let empty = FileType::from_raw_mode(file.st_mode) == FileType::RegularFile && file.st_size == 0;
    // One that is covered by a namespace is empty as well.
    let mode = Mode::from_raw_mode(file.st_mode);
    (empty && mode != COVERED).then_some(mode)
}

/// Whether that is the mode of a file which was made for a namespace, here or by iproute2.
fn is_awaited(mode: Mode) -> bool {
    mode.is_empty() || mode == WAITS
}

/// Whether an open file is a namespace.
pub fn is_namespace(fd: &OwnedFd) -> bool {
    fstatfs(fd).is_ok_and(|system| NAMESPACE_MAGIC.contains(&(system.f_type as u64)))
}

/// Makes the folder, and where an initramfs has none, those above it.
pub fn make_folder() -> Result<&'static [u8]> {
    let make = |path: &[u8]| match mkdir(&*Path::new(&[path]), Mode::from_raw_mode(0o755)) {
        Err(Errno::EXIST) => Ok(()),
        done => done,
    };
    let (folder, made) = names::in_netns_dir(&make);
    let made = match made {
        Err(Errno::NOENT) => {
            let mut ends = (1..folder.len()).filter(|at| folder[*at] == b'/');
            ends.try_for_each(|at| make(&folder[..at]))
                .and_then(|()| make(folder))
        }
        done => done,
    };
    made.map_err(|e| failed("mkdir % failed", folder, e))?;
    Ok(folder)
}

/// Mounts the folder on itself, with a peer group of its own.
fn mount_on_itself(folder: &[u8], path: &CStr) -> Result<()> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    // Ready before it is put in place: who is killed on the way leaves nothing in the peer group of what is above.
    let in_place = open_tree(CWD, path, flags).and_then(|tree| {
        sys::set_propagation(tree.as_fd(), MountPropagationFlags::PRIVATE)?;
        sys::set_propagation(tree.as_fd(), MountPropagationFlags::SHARED)?;
        // The folder may be a symbolic link.
        let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_SYMLINKS;
        move_mount(&tree, c"", CWD, path, flags)
    });
    if in_place.is_ok() {
        return Ok(());
    }
    // Step by step, for kernels before 5.12, and for the words of what fails.
    let change = |how| mount_change(path, how | MountPropagationFlags::REC);
    mount_bind_recursive(path, path)
        .map_err(|e| failed2("mount --bind % % failed", [folder; 2], e))?;
    change(MountPropagationFlags::PRIVATE)
        .map_err(|e| failed("mount --make-private % failed", folder, e))?;
    change(MountPropagationFlags::SHARED)
        .map_err(|e| failed("mount --make-shared % failed", folder, e))
}

/// The index that every namespace's loopback device has (`LOOPBACK_IFINDEX` of the kernel).
const LO: u32 = 1;

/// The order that a link comes up.
fn up(index: u32) -> Msg {
    Msg::new(rtm::NEWLINK, 0, &ifinfo(0, index, iff::UP, iff::UP))
}

/// The loopback device of this process's namespace comes up.
fn raise_lo() -> Result<()> {
    Socket::open()?.ack(&mut up(LO), &mut |_| Ok(()))
}

/// Makes a namespace with a name, and perhaps with its loopback device up. It is made first, in this process,
/// which ends with the command and so needs no way back; then the name.
pub fn add(name: &[u8], up: bool, out: &mut Out) -> Result<()> {
    let folder = Folder::prepare(out)?;
    sys::unshare(libc::CLONE_NEWNET).map_err(|e| {
        let text = "Failed to create a new network namespace \"%\"";
        hint::creation(failed(text, name, e))
    })?;
    if up {
        raise_lo()?;
    }
    folder.name(name, c"/proc/self/ns/net")?;
    // Closed and unlocked by the end of the process, which is near.
    std::mem::forget(folder);
    Ok(())
}

/// The same, if there is none of that name; in this process as well.
pub fn replace(name: &[u8], up: bool, out: &mut Out) -> Result<()> {
    const TURNS: u32 = 8;
    for turn in 1.. {
        if let Some(namespace) = named(name) {
            if !up {
                break;
            }
            enter::join(&namespace, name)?;
            return raise_lo();
        }
        match add(name, up, out) {
            // Another process was faster, with making it or with taking it away; or with both, and it is gone again. A file
            // that is no namespace is still there at the last turn.
            Err(e) if turn < TURNS && matches!(e.errno(), libc::ENOENT | libc::EEXIST) => {}
            done => return done,
        }
    }
    Ok(())
}

/// The namespace of that name, if it is one.
fn named(name: &[u8]) -> Option<OwnedFd> {
    names::open_named(name).ok().filter(is_namespace)
}

/// Takes the folder's lock if it can be had soon: everybody who can read the folder can hold it.
fn lock_soon(dir: &OwnedFd) {
    const TURNS: u32 = 50;
    for _ in 0..TURNS {
        if flock(dir, FlockOperation::NonBlockingLockExclusive) != Err(Errno::WOULDBLOCK) {
            break;
        }
        pause(SETTLED / u64::from(TURNS));
    }
}

/// Waits less than a second.
fn pause(nanoseconds: u64) {
    let _ = nanosleep(&Timespec {
        tv_sec: 0,
        tv_nsec: nanoseconds.min(999_999_999) as _,
    });
}

/// Takes a name away. Its namespace stays as long as somebody is in it.
pub fn delete(name: &[u8]) -> Result<()> {
    let (folder, done) = names::in_netns_dir(&|folder| {
        // Who makes names or takes stale ones away waits until both steps are done.
        let dir = files::open_dir(&Path::new(&[folder]));
        let _ = dir.as_ref().map(lock_soon);
        let path = Path::new(&[folder, b"/", name]);
        // A plain file can go as well.
        let _ = unmount(&*path, UnmountFlags::DETACH | UnmountFlags::NOFOLLOW);
        unlink(&*path)
    });
    done.map_err(|e| {
        let path = [folder, b"/", name].concat();
        let e = failed("Cannot remove namespace file \"%\"", &path, e);
        hint::nearest(hint::cause(e), name)
    })
}

/// Takes away the names that are no namespace; `each` gets those that went. A file that somebody may be about to mount on is
/// looked at again a second later, or left alone if that would take longer.
pub fn prune(out: &mut Out, each: &mut dyn FnMut(&mut Out, &[u8])) -> Result<()> {
    let (path, dir) = names::in_netns_dir(&|folder| files::open_dir(&Path::new(&[folder])));
    let dir = match dir {
        Err(Errno::NOENT) => return Ok(()),
        dir => dir.map_err(|e| failed("Failed to open directory %", path, e))?,
    };
    let mut folder = Folder::lock(path, dir, out);
    let mut done = Ok(());
    for turn in 0..2 {
        let mut wait = 0;
        // Opened under the lock: before, it may not have been the mount that it is now.
        let read = files::open_dir(&Path::new(&[path])).and_then(|dir| {
            files::entries(dir.as_fd(), &mut |name| {
                let path = [path, b"/", name.to_bytes()].concat();
                match folder.stale(&dir, name) {
                    None => {}
                    Some(0) => match unlinkat(&dir, name, AtFlags::empty()) {
                        Ok(()) => each(out, name.to_bytes()),
                        Err(Errno::NOENT) => {}
                        Err(e) if done.is_ok() => {
                            let text = "Cannot remove namespace file \"%\"";
                            done = Err(hint::cause(failed(text, &path, e)));
                        }
                        Err(_) => {}
                    },
                    Some(delay) if delay <= SETTLED => wait = delay.max(wait),
                    Some(_) => {}
                }
            })
        });
        read.map_err(|e| failed("Failed to open directory %", path, e))?;
        if wait == 0 || turn > 0 {
            break;
        }
        // Without the lock, which others need.
        let _ = flock(&folder.fd, FlockOperation::Unlock);
        pause(wait);
        folder = Folder::lock(path, folder.fd, out);
    }
    done
}
