//! What a mount namespace of its own is for: /proc and /sys that show what is inside, a folder of names of its own, and
//! nothing that root inside could change the machine with.

use std::ffi::CStr;
use std::os::fd::AsFd;

use rustix::fs::CWD;
use rustix::io::Errno;
use rustix::mount::{
    MountFlags, MountPropagationFlags, mount, mount_bind_recursive, mount_change, mount_remount,
};
use rustix::process::{PidfdFlags, chroot, fchdir, getpid, pidfd_open};
use rustix::thread::{ThreadNameSpaceType, move_into_thread_name_spaces};

use crate::error::{Error, Result};
use crate::files::{self, Call};
use crate::isolate::options::Word;
use crate::isolate::run::{FAILED, Run, failed, say};
use crate::isolate::wait::{WITHOUT_USER, tell};
#[cfg(feature = "isolate")]
use crate::isolate::{run::reports_after_proc, wait::HAS_PROC};
use crate::names::netns::in_folder;
use crate::ns::make_folder;
use crate::sys::{self, Path};

/// For file systems that hold neither programs nor devices.
const PLAIN: MountFlags = MountFlags::NOSUID
    .union(MountFlags::NODEV)
    .union(MountFlags::NOEXEC);

/// What is mounted inside stays inside; what is mounted outside still shows.
pub fn separate(run: &mut Run, _: [Word; 2]) -> Result<()> {
    // With --ro nothing comes in that is not read-only.
    let kind = match cfg!(feature = "isolate") && run.options.read_only {
        true => MountPropagationFlags::PRIVATE,
        false => MountPropagationFlags::DOWNSTREAM,
    };
    let flags = kind | MountPropagationFlags::REC;
    let done = match mount_change(c"/", flags) {
        // The root is no mount: the caller is in a chroot(2).
        Err(Errno::INVAL) => at_namespace_root(&mut || mount_change(c"/", flags)),
        done => done,
    };
    done.map_err(failed)
}

/// Does something while this process's root is that of the mount namespace, and then goes back to its own.
fn at_namespace_root(body: &mut dyn FnMut() -> Call<()>) -> Call<()> {
    let root = files::open_dir(c"/")?;
    // Who enters a mount namespace is at its root (by a process, Linux 5.8: there may be no /proc).
    let own = pidfd_open(getpid(), PidfdFlags::empty())?;
    move_into_thread_name_spaces(own.as_fd(), ThreadNameSpaceType::MOUNT)?;
    let done = body();
    fchdir(&root).and_then(|()| chroot(c"."))?;
    done
}

/// /proc of the new process namespace.
pub fn proc(run: &mut Run, _: [Word; 2]) -> Result<()> {
    let done = mount(c"proc", c"/proc", c"proc", PLAIN, None);
    // In a user namespace it is refused where the caller sees but a part of it.
    if done == Err(Errno::PERM) && run.can_do_without_user {
        tell(&run.other, &[WITHOUT_USER]);
        return Err(Error::status(FAILED));
    }
    #[cfg(feature = "isolate")]
    if reports_after_proc(run) {
        tell(&run.other, &[HAS_PROC]);
    }
    let Err(e) = done else { return Ok(()) };
    let text = Error::os(
        "/proc is the caller's, with its process ids",
        b"",
        e.raw_os_error(),
    );
    say(text.text(), run.io);
    Ok(())
}

/// /sys of the new network namespace, with the control groups of the new cgroup namespace. Root cannot write to it.
pub fn sys(run: &mut Run, _: [Word; 2]) -> Result<()> {
    let mut flags = PLAIN;
    if run.is_protected() {
        flags |= MountFlags::RDONLY;
    }
    if run.namespaces & libc::CLONE_NEWNET != 0 {
        let attempt = |flags| mount(c"sysfs", c"/sys", c"sysfs", flags, None);
        // Where the caller's is read-only, no other may be writable.
        match attempt(flags).or_else(|_| attempt(flags | MountFlags::RDONLY)) {
            Ok(()) => {
                if run.namespaces & libc::CLONE_NEWCGROUP != 0 {
                    let _ = mount(c"cgroup2", c"/sys/fs/cgroup", c"cgroup2", flags, None);
                }
                return Ok(());
            }
            // An initramfs may have none.
            Err(Errno::NOENT) => return Ok(()),
            Err(e) => {
                let text = Error::os("/sys is the caller's", b"", e.raw_os_error());
                say(text.text(), run.io);
            }
        }
    }
    match run.is_protected() {
        true => protect_one(c"/sys"),
        false => Ok(()),
    }
}

/// What root could change the machine with (proc(5)).
const PROTECTED: [&CStr; 5] = [
    c"/proc/sys",
    c"/proc/sysrq-trigger",
    c"/proc/irq",
    c"/proc/bus",
    c"/proc/fs",
];

/// Makes that read-only; what is not there needs no protection.
pub fn protect(_: &mut Run, _: [Word; 2]) -> Result<()> {
    PROTECTED.into_iter().try_for_each(protect_one)
}

fn protect_one(path: &CStr) -> Result<()> {
    match make_read_only(path) {
        Err(Errno::NOENT) => Ok(()),
        done => done.map_err(failed),
    }
}

fn make_read_only(path: &CStr) -> Call<()> {
    mount_bind_recursive(path, path)?;
    match sys::make_read_only(CWD, path) {
        // Before Linux 5.12, without what is mounted below.
        Err(Errno::NOSYS) => {
            mount_remount(path, MountFlags::BIND | MountFlags::RDONLY | PLAIN, c"")
        }
        done => done,
    }
}

/// An empty folder of the names of network namespaces: those of the caller lead out, and a name that is made inside would stay
/// outside as a dead file.
pub fn names(run: &mut Run, _: [Word; 2]) -> Result<()> {
    if run.is_root {
        // Where that fails, the mount says why.
        let _ = make_folder();
    }
    let done = in_folder(&mut |folder| {
        let path = Path::new(&[folder]);
        mount(c"tmpfs", &*path, c"tmpfs", PLAIN, Some(c"mode=755"))
    });
    match done {
        // Where it is not there and cannot be made, nobody inside can make one.
        Err(Errno::NOENT | Errno::ROFS | Errno::ACCESS) => Ok(()),
        done => done.map_err(failed),
    }
}
