//! Named network namespaces: files in a folder with a namespace mounted on each. How a name is made, and how it is
//! taken away.
//!
//! A name is made under a lock on the folder, which iproute2 takes as well, by two adjacent system calls: the file is
//! made, and the namespace is mounted on it. A process that is killed in between leaves an empty file. Until it is
//! mounted on, the file has a mode of its own (`WAITS`), so that whoever holds the lock knows that nobody is about to
//! mount on such a file. After that it has another (`COVERED`): in a mount namespace that does not have the mount, the
//! file is not taken for one that waits.

#[cfg(any(feature = "connect", feature = "isolate"))]
pub mod addresses;
pub mod child;
pub mod enter;
#[cfg(feature = "netns-wait")]
pub mod freed;
#[cfg(feature = "hints")]
pub mod hint;
#[cfg(not(feature = "hints"))]
#[path = "no_hint.rs"]
pub mod hint;
pub mod pool;
#[cfg(feature = "netns-extra")]
pub mod prune;
#[cfg(feature = "netns-extra")]
pub mod shared;
mod sysfs;
#[cfg(feature = "connect")]
pub mod tunnel;
pub mod who;

use std::ffi::CStr;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{
    CWD, FileType, FlockOperation, Mode, OFlags, Stat, Timespec, fchmod, flock, lstat, mkdir, open,
    unlink,
};
use rustix::io::Errno;
use rustix::mount::{
    MountPropagationFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags, mount_bind,
    mount_bind_recursive, mount_change, move_mount, open_tree, unmount,
};
use rustix::thread::nanosleep;

use crate::error::{Error, Result};
use crate::files::{self, Call};
use crate::names::ifinfo;
use crate::names::netns::{folder, in_folder};
use crate::nl::sock::Socket;
use crate::nl::uapi::{iff, rtm};
use crate::nl::wire::Msg;
use crate::out::Out;
use crate::sys::{self, Path};
use crate::text::{fill_one, piece};

/// The mode of a file that waits for its mount: no rights, as iproute2's, and the sticky bit, which says that it was
/// made here.
const WAITS: Mode = Mode::SVTX;
/// Its mode once a namespace is mounted on it. Nobody sees it there: what is mounted has a mode of its own.
const COVERED: Mode = Mode::from_raw_mode(0o444);
/// How old iproute2's empty file is, in nanoseconds, when iproute2 is not about to mount on it any more: it takes some
/// milliseconds, and holds no lock meanwhile.
const ABANDONED: u64 = 60 * 1_000_000_000;
/// The same for files of other modes, whose tools make the namespace before the file.
const SETTLED: u64 = 1_000_000_000;

/// A system call failed: what was tried, with `%` for `part`. Exit status 1.
pub fn failed(template: &str, part: &[u8], errno: Errno) -> Error {
    failed2(template, [part, part], errno)
}

fn failed2(template: &str, parts: [&[u8]; 2], errno: Errno) -> Error {
    Error::os2(template, parts, errno.raw_os_error())
}

/// A name could not be taken away.
fn cannot_remove(name: &[u8], errno: Errno) -> Error {
    let text = "Cannot remove namespace file \"%/%\"";
    hint::explain_refusal(failed2(text, [folder(), name], errno))
}

/// The folder of names, locked until this is dropped.
pub struct Folder {
    path: &'static [u8],
    /// Whoever has it open has the lock.
    _open: OwnedFd,
    /// False on a file system without locks.
    locked: bool,
}

impl Folder {
    /// Waits for the lock of the open folder.
    fn lock(path: &'static [u8], fd: OwnedFd, out: &mut Out) -> Folder {
        let lock = flock(&fd, FlockOperation::LockExclusive);
        if let Err(e) = lock {
            let text = "Warning: could not flock netns runtime directory \"%\"";
            warn(&failed(text, path, e), out);
        }
        Folder {
            path,
            _open: fd,
            locked: lock.is_ok(),
        }
    }

    /// Opens and locks the folder. It is made where it is missing, and made a shared mount of its own: a name that is
    /// mounted or unmounted in one mount namespace is so in all.
    fn prepare(out: &mut Out) -> Result<Folder> {
        Folder::prepare_as(out).map_err(hint::explain_refusal)
    }

    fn prepare_as(out: &mut Out) -> Result<Folder> {
        let path = make_folder()?;
        let whole = Path::new(&[path]);
        let opened = files::open_dir(&whole)
            .map_err(|e| failed("Cannot open netns runtime directory \"%\"", path, e))?;
        let folder = Folder::lock(path, opened, out);
        match change_mount(&whole, MountPropagationFlags::SHARED) {
            // It is not a mount yet.
            Err(Errno::INVAL) => mount_on_itself(path, &whole)?,
            done => done.map_err(|e| failed("mount --make-shared % failed", path, e))?,
        }
        Ok(folder)
    }

    /// Gives `name` to the namespace at the path `source`.
    fn add_name(&self, name: &[u8], source: &CStr) -> Result<()> {
        let path = Path::entry(self.path, name);
        let flags = OFlags::RDONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let made = open(&*path, flags, WAITS);
        let is_new = made.is_ok();
        let file = match made {
            Ok(file) => Some(file),
            Err(Errno::EXIST) if self.is_left(&path) => files::open(&path, OFlags::RDONLY).ok(),
            Err(e) => {
                let text = "Cannot create namespace file \"%\"";
                let e = hint::explain_refusal(failed(text, path.to_bytes(), e));
                return Err(hint::explain_stale(e, name));
            }
        };
        mount_bind(source, &*path).map_err(|e| {
            // A file that was there before may be a name in another mount namespace: it stays.
            if is_new {
                let _ = unlink(&*path);
            }
            let parts = [source.to_bytes(), path.to_bytes()];
            hint::explain_refusal(failed2("Bind % -> % failed", parts, e))
        })?;
        if let Some(file) = file {
            let _ = fchmod(&file, COVERED);
        }
        Ok(())
    }

    /// Whether a file was made for a namespace and then left without one.
    fn is_left(&self, path: &CStr) -> bool {
        let Ok(file) = lstat(path) else { return false };
        empty_mode(&file).is_some_and(is_awaited) && self.time_left(&file) == 0
    }

    /// For how many nanoseconds from now an empty file may be one that somebody is about to mount on.
    fn time_left(&self, file: &Stat) -> u64 {
        let most = match empty_mode(file) {
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
        // A file that is so far from now in the future was made while the clock was wrong.
        match age.unsigned_abs() < most {
            true => most - age.max(0) as u64,
            false => 0,
        }
    }
}

/// The mode of an empty file.
fn empty_mode(file: &Stat) -> Option<Mode> {
    let empty = FileType::from_raw_mode(file.st_mode) == FileType::RegularFile && file.st_size == 0;
    // A file that is covered by a namespace is empty as well.
    let mode = Mode::from_raw_mode(file.st_mode);
    (empty && mode != COVERED).then_some(mode)
}

/// Whether that is the mode of a file which was made for a namespace, here or by iproute2.
fn is_awaited(mode: Mode) -> bool {
    mode.is_empty() || mode == WAITS
}

/// A field of a line of /proc/PID/mountinfo (proc_pid_mountinfo(5)): 0 is the mount's own number, 1 that of the mount
/// which it is on, 3 what is mounted, 4 where.
fn field(line: &[u8], n: usize) -> &[u8] {
    piece(line, b' ', n)
}

/// Says on standard error what went wrong; the command goes on.
pub fn warn(e: &Error, out: &mut Out) {
    out.warn(&fill_one("%\n", e.text()));
}

/// Makes the folder, and where an initramfs has none, those above it. Its path.
pub fn make_folder() -> Result<&'static [u8]> {
    let mut path: &[u8] = b"";
    let mut made = in_folder(&mut |folder| {
        path = folder;
        make_dir(folder)
    });
    if made == Err(Errno::NOENT) {
        made = make_dirs(path);
    }
    made.map_err(|e| failed("mkdir % failed", path, e))?;
    Ok(path)
}

/// Makes a folder and those above it, which may be there already.
pub fn make_dirs(path: &[u8]) -> Call<()> {
    let mut made = Ok(());
    for end in 1..=path.len() {
        if end == path.len() || path[end] == b'/' {
            made = make_dir(&path[..end]);
        }
    }
    made
}

/// Makes a folder that may be there already.
fn make_dir(path: &[u8]) -> Call<()> {
    match mkdir(&*Path::new(&[path]), Mode::from_raw_mode(0o755)) {
        Err(Errno::EXIST) => Ok(()),
        done => done,
    }
}

/// Changes how a mount and those below it propagate.
fn change_mount(path: &CStr, how: MountPropagationFlags) -> Call<()> {
    mount_change(path, how | MountPropagationFlags::REC)
}

/// Mounts the folder on itself, with a peer group of its own.
fn mount_on_itself(folder: &[u8], path: &CStr) -> Result<()> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    // Ready before it is put in place: a process that is killed on the way leaves nothing in the peer group of the
    // mount above.
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
    // Step by step, for kernels before 5.12, and for an error that names the step.
    let step = |text, done: Call<()>| done.map_err(|e| failed2(text, [folder; 2], e));
    let private = MountPropagationFlags::PRIVATE;
    let shared = MountPropagationFlags::SHARED;
    step("mount --bind % % failed", mount_bind_recursive(path, path))?;
    step("mount --make-private % failed", change_mount(path, private))?;
    step("mount --make-shared % failed", change_mount(path, shared))
}

/// The index that every namespace's loopback device has (`LOOPBACK_IFINDEX` of the kernel).
pub const LO: u32 = 1;

/// The order to set a link up.
pub fn link_up(index: u32) -> Msg {
    Msg::new(rtm::NEWLINK, 0, &ifinfo(0, index, iff::UP, iff::UP))
}

/// Sets the loopback device of this process's namespace up.
pub fn raise_lo() -> Result<()> {
    Socket::open()?.ack(&mut link_up(LO), &mut |_| Ok(()))
}

/// Makes a namespace with a name, and perhaps with its loopback device up. This process is in it after that: the
/// namespace is made first, then the name.
pub fn add(name: &[u8], up: bool, out: &mut Out) -> Result<()> {
    give_name(name, c"/proc/self/ns/net", out, &mut || {
        sys::unshare(libc::CLONE_NEWNET).map_err(|e| {
            let text = "Failed to create a new network namespace \"%\"";
            hint::explain_creation(failed(text, name, e))
        })?;
        if up { raise_lo() } else { Ok(()) }
    })
}

/// Gives a name to the namespace at the path `source`, which `make` makes once all else is prepared.
pub fn give_name(
    name: &[u8],
    source: &CStr,
    out: &mut Out,
    make: &mut dyn FnMut() -> Result<()>,
) -> Result<()> {
    let folder = Folder::prepare(out)?;
    make()?;
    folder.add_name(name, source)
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
    let done = in_folder(&mut |folder| {
        // Whoever makes names or prunes them waits until both steps are done.
        let dir = files::open_dir(&Path::new(&[folder]));
        let _ = dir.as_ref().map(lock_soon);
        let path = Path::entry(folder, name);
        // A plain file can go as well.
        let _ = unmount(&*path, UnmountFlags::DETACH | UnmountFlags::NOFOLLOW);
        unlink(&*path)
    });
    done.map_err(|e| hint::suggest_name(cannot_remove(name, e), name))
}
