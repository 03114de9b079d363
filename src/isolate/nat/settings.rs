//! Settings of devices that outlive the tunnel: forwarding of an uplink. Several instances may need one; the last puts it back.
//!
//! A file in /run/ipso stands for a setting that was off and is on since; it has the path of the setting. Each instance that
//! needs it holds a shared lock. A file that nobody holds, whoever was killed, is put back and removed by the next one that
//! looks. Only with an exclusive lock is a file filled or removed; that it was removed meanwhile, its number of links tells.

use std::ffi::CStr;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{
    AtFlags, FlockOperation, Mode, OFlags, flock, fstat, mkdir, openat, rmdir, unlinkat,
};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};
use rustix::process::geteuid;

use crate::files::{self, Call};
use crate::nl::uapi::af;
use crate::sys::{self, Path, socket};
use crate::text::{decimal, fill_one};

/// Where the files are.
pub const FOLDER: &CStr = c"/run/ipso";

/// Forwarding of a device by its name: the file of the setting, `AF_INET` or else IPv6.
pub fn path_of(name: &[u8], family: u8) -> Path {
    let form = match family {
        af::INET => "/proc/sys/net/ipv4/conf/%/forwarding",
        _ => "/proc/sys/net/ipv6/conf/%/force_forwarding",
    };
    Path::new(&[&fill_one(form, name)])
}

/// Whether a setting is on. `None` where there is none.
pub fn is_on(path: &CStr) -> Option<bool> {
    let value = files::read_file(path)?;
    Some(!value.starts_with(b"0"))
}

/// Turns a setting on until the last that holds the result drops it. `None` if it is on for other reasons.
pub fn hold(path: &CStr) -> Call<Option<OwnedFd>> {
    let file = state_name(path.to_bytes());
    loop {
        let made = mkdir(FOLDER, Mode::RWXU);
        let folder = match open_folder() {
            // It was removed meanwhile.
            Err(Errno::NOENT) if made.is_ok() || made == Err(Errno::EXIST) => continue,
            Err(_) if is_on(path) == Some(true) => return Ok(None),
            folder => folder?,
        };
        let held = match open_state(&folder, &file, OFlags::CREATE) {
            Err(Errno::NOENT) => continue,
            held => held?,
        };
        if is_alone(&held) {
            let mut known = Vec::new();
            files::read_all(held.as_fd(), &mut known)?;
            if known.is_empty() {
                if is_on(path) == Some(true) {
                    let _ = unlinkat(&folder, &*file, AtFlags::empty());
                    let _ = rmdir(FOLDER);
                    return Ok(None);
                }
                rustix::io::write(&held, path.to_bytes())?;
            }
            files::write(path, b"1")?;
        }
        // A lock is given up before it is taken in another form.
        flock(&held, FlockOperation::LockShared)?;
        if is_linked(&held) {
            return Ok(Some(held));
        }
    }
}

/// Puts back what nobody holds.
pub fn put_back() {
    let Ok(folder) = open_folder() else {
        return;
    };
    let begin = state_name(b"");
    let _ = files::entries(folder.as_fd(), &mut |name| {
        if !name.to_bytes().starts_with(begin.to_bytes()) {
            return;
        }
        if let Ok(state) = open_state(&folder, name, OFlags::empty())
            && is_alone(&state)
        {
            let mut path = Vec::new();
            let _ = files::read_all(state.as_fd(), &mut path);
            // Meanwhile somebody else may have had all devices forward IPv4.
            let is_general = path.starts_with(b"/proc/sys/net/ipv4")
                && is_on(c"/proc/sys/net/ipv4/conf/all/forwarding") == Some(true);
            if !is_general {
                // The device may be gone.
                let _ = files::write(&Path::new(&[&path]), b"0");
            }
            let _ = unlinkat(&folder, name, AtFlags::empty());
        }
    });
    // If it is empty.
    let _ = rmdir(FOLDER);
}

/// How IPv6 can be forwarded from some devices to others: with `true` by a setting of each (Linux 6.17), with `false` all of
/// them do already; `None`: not without changing all of them.
pub fn ipv6() -> Option<bool> {
    match is_on(c"/proc/sys/net/ipv6/conf/all/forwarding") {
        Some(true) => Some(false),
        _ => is_on(c"/proc/sys/net/ipv6/conf/lo/force_forwarding").map(|_| true),
    }
}

/// Opens the folder of files; one that others may write to is refused.
fn open_folder() -> Call<OwnedFd> {
    let folder = files::open(FOLDER, OFlags::DIRECTORY | OFlags::NOFOLLOW)?;
    let stat = fstat(&folder)?;
    if stat.st_uid != geteuid().as_raw() || stat.st_mode & 0o022 != 0 {
        return Err(Errno::PERM);
    }
    Ok(folder)
}

fn open_state(folder: &OwnedFd, name: &CStr, flags: OFlags) -> Call<OwnedFd> {
    let flags = flags | OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(folder, name, flags, Mode::RUSR | Mode::WUSR).and_then(sys::not_standard)
}

/// Whether nobody else holds a file that is there still; then nobody else can.
fn is_alone(state: &OwnedFd) -> bool {
    flock(state, FlockOperation::NonBlockingLockExclusive).is_ok() && is_linked(state)
}

fn is_linked(state: &OwnedFd) -> bool {
    fstat(state).is_ok_and(|stat| stat.st_nlink > 0)
}

/// The name of a file: a number of this network namespace that no other gets until the next boot (Linux 5.14), and the path of
/// the setting.
fn state_name(path: &[u8]) -> Path {
    let mut cookie = [0; 8];
    if let Ok(any) = socket_with(
        AddressFamily::UNIX,
        SocketType::DGRAM,
        SocketFlags::CLOEXEC,
        None,
    ) {
        let (level, option) = (libc::SOL_SOCKET, libc::SO_NETNS_COOKIE);
        let _ = socket::option(any.as_fd(), level, option, &mut cookie);
    }
    let mut name = decimal(i64::from_ne_bytes(cookie));
    name.push(b'.');
    // Behind /proc/sys/net/.
    for byte in path.iter().skip(14) {
        name.push(if *byte == b'/' { b'-' } else { *byte });
    }
    Path::new(&[&name])
}
