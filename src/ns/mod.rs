//! Named network namespaces: files in a folder with a namespace mounted on each. How names are made, and how they go.
//!
//! A name is made under a lock on the folder, which iproute2 takes as well, by two adjacent system calls: the file, and the
//! mount on it. Who dies in between leaves an empty file. Its mode tells that it was made here, so that whoever has the lock
//! knows that nobody is about to mount on it.

pub mod enter;
pub mod freed;
pub mod hint;
pub mod tunnel;

use std::ffi::CStr;
use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{
    AtFlags, CWD, FileType, FlockOperation, Mode, OFlags, Stat, flock, fstat, fstatfs, mkdir,
    mknodat, openat, statat, unlink, unlinkat,
};
use rustix::io::Errno;
use rustix::mount::{
    MountPropagationFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags, mount_bind,
    mount_bind_recursive, mount_change, move_mount, open_tree, unmount,
};

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
const OURS: Mode = Mode::SVTX;
/// How old another tool's file is, in nanoseconds, when nobody is about to mount on it any more. iproute2 has no lock there,
/// and takes some milliseconds.
const ABANDONED: u64 = 60 * 1_000_000_000;
/// File systems of namespaces: `NSFS_MAGIC` and, before Linux 3.19, `PROC_SUPER_MAGIC` of `<linux/magic.h>`.
const NAMESPACE_MAGIC: [u64; 2] = [0x6e73_6673, 0x9fa0];

/// A system call failed: what was tried, with `%` for `part`. Exit status 1; on a terminal with a way out.
pub fn failed(template: &str, part: &[u8], errno: Errno) -> Error {
    failed2(template, [part, part], errno)
}

fn failed2(template: &str, parts: [&[u8]; 2], errno: Errno) -> Error {
    hint::cause(Error::os2(template, parts, errno.raw_os_error()))
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
        let made = mknodat(CWD, &*path, FileType::RegularFile, OURS, 0);
        let taken_over = made == Err(Errno::EXIST)
            && statat(CWD, &*path, AtFlags::SYMLINK_NOFOLLOW)
                .is_ok_and(|file| self.waits(&file) == Some(false));
        if !taken_over {
            made.map_err(|e| failed("Cannot create namespace file \"%\"", path.to_bytes(), e))?;
        }
        mount_bind(source, &*path).map_err(|e| {
            if made.is_ok() {
                let _ = unlink(&*path);
            }
            let parts = [source.to_bytes(), path.to_bytes()];
            failed2("Bind % -> % failed", parts, e)
        })
    }

    /// Whether a file waits for its mount: with somebody about to mount on it, in vain, or (`None`) not at all.
    fn waits(&self, file: &Stat) -> Option<bool> {
        let mode = Mode::from_raw_mode(file.st_mode);
        let is_empty = FileType::from_raw_mode(file.st_mode) == FileType::RegularFile
            && file.st_size == 0
            && fstat(&self.fd).is_ok_and(|folder| folder.st_dev == file.st_dev);
        if !is_empty || !(mode.is_empty() || mode == OURS) {
            return None;
        }
        let age =
            sys::clock(libc::CLOCK_REALTIME).saturating_sub(file.st_mtime as u64 * 1_000_000_000);
        Some(!(self.locked && mode == OURS) && age < ABANDONED)
    }

    /// Whether an entry is a name without a namespace, and nobody is about to mount one on it.
    fn is_stale(&self, dir: BorrowedFd<'_>, name: &CStr) -> bool {
        let Ok(file) = statat(dir, name, AtFlags::SYMLINK_NOFOLLOW) else {
            return false;
        };
        let no_namespace = match FileType::from_raw_mode(file.st_mode) {
            // Opened without being looked into, which for a fifo would last.
            FileType::RegularFile | FileType::Symlink => {
                match openat(dir, name, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()) {
                    Err(errno) => matches!(errno, Errno::NOENT | Errno::LOOP),
                    Ok(fd) => !is_namespace(&fd),
                }
            }
            _ => false,
        };
        no_namespace && self.waits(&file) != Some(true)
    }
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
        let empty = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH;
        move_mount(&tree, c"", CWD, path, empty)
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

/// The loopback device of this process's namespace comes up.
fn raise_lo() -> Result<()> {
    const LO: u32 = 1;
    let mut msg = Msg::new(rtm::NEWLINK, 0, &ifinfo(0, LO, iff::UP, iff::UP));
    Socket::open()?.ack(&mut msg, &mut |_| Ok(()))
}

/// Makes a namespace with a name, and perhaps with its loopback device up. It is made first, in this process, which ends with the command and so needs no way back; then the name.
pub fn add(name: &[u8], up: bool, out: &mut Out) -> Result<()> {
    // Closed and unlocked by the end of the process, which is near.
    let folder = ManuallyDrop::new(Folder::prepare(out)?);
    sys::unshare(libc::CLONE_NEWNET).map_err(|e| {
        let text = "Failed to create a new network namespace \"%\"";
        hint::creation(failed(text, name, e))
    })?;
    if up {
        raise_lo()?;
    }
    folder.name(name, c"/proc/self/ns/net")
}

/// The same, if there is none of that name; in this process as well.
pub fn replace(name: &[u8], up: bool, out: &mut Out) -> Result<()> {
    match named(name) {
        None => match add(name, up, out) {
            // Another process was faster.
            Err(e) if e.errno() == libc::EEXIST && named(name).is_some() => replace(name, up, out),
            done => done,
        },
        Some(namespace) if up => {
            enter::join(&namespace, name)?;
            raise_lo()
        }
        Some(_) => Ok(()),
    }
}

/// The namespace of that name, if it is one.
fn named(name: &[u8]) -> Option<OwnedFd> {
    names::open_named(name).ok().filter(is_namespace)
}

/// Takes a name away. Its namespace stays as long as somebody is in it.
pub fn delete(name: &[u8]) -> Result<()> {
    let (folder, done) = names::in_netns_dir(&|folder| {
        let path = Path::new(&[folder, b"/", name]);
        // A plain file can go as well.
        let _ = unmount(&*path, UnmountFlags::DETACH);
        unlink(&*path)
    });
    done.map_err(|e| {
        let path = [folder, b"/", name].concat();
        let e = failed("Cannot remove namespace file \"%\"", &path, e);
        hint::nearest(e, name)
    })
}

/// Takes away the names that are no namespace; `each` gets those that went.
pub fn prune(out: &mut Out, each: &mut dyn FnMut(&mut Out, &[u8])) -> Result<()> {
    let mut folder = None;
    let mut done = Ok(());
    names::each_named(&mut |dir, name| {
        // Locked by the first name.
        let folder = folder.get_or_insert_with(|| {
            let fd = dir.try_clone_to_owned();
            fd.map(|fd| Folder::lock(b"", fd, out)).ok()
        });
        if !folder
            .as_ref()
            .is_some_and(|folder| folder.is_stale(dir, name))
        {
            return;
        }
        match unlinkat(dir, name, AtFlags::empty()) {
            Ok(()) => each(out, name.to_bytes()),
            Err(Errno::NOENT) => {}
            Err(e) if done.is_ok() => {
                done = Err(failed(
                    "Cannot remove namespace file \"%\"",
                    name.to_bytes(),
                    e,
                ));
            }
            Err(_) => {}
        }
    })?;
    done
}
