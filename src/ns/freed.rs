//! Who is in a network namespace, and when the kernel has freed it.

use std::ffi::CStr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, Stat, fstat, statat};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Pid;

use crate::error::{Error, REFUSED, Result};
use crate::files::{self, Call};
use crate::names::{self, Names, ifinfo};
use crate::nl::sock::Socket;
use crate::nl::uapi::{arphrd, ifla, info, netnsa, rtext_filter, rtm, rtnlgrp};
use crate::nl::wire::{Attrs, Message, Msg};
use crate::ns::{enter, failed, hint};
use crate::sys::{self, Path};
use crate::text::{add, cut, decimal, fill};

/// Whether two files are one.
pub fn same(a: &Stat, b: &Stat) -> bool {
    (a.st_dev, a.st_ino) == (b.st_dev, b.st_ino)
}

/// What a path leads to, seen from a folder.
pub fn stat(dir: BorrowedFd<'_>, path: &CStr) -> Call<Stat> {
    statat(dir, path, AtFlags::empty())
}

/// Goes through the processes, with their folder in /proc.
fn each_process(each: &mut dyn FnMut(BorrowedFd<'_>, &[u8])) -> Result<()> {
    let proc = files::open_dir(c"/proc").map_err(|e| failed("Open of /proc failed", b"", e))?;
    let done = files::entries(proc.as_fd(), &mut |name| {
        let name = name.to_bytes();
        if name.iter().all(u8::is_ascii_digit) {
            each(proc.as_fd(), name);
        }
    });
    done.map_err(|e| failed("Open of /proc failed", b"", e))
}

/// The processes whose network namespace it is. One that may not be looked into is left out.
pub fn processes(namespace: &Stat, each: &mut dyn FnMut(&[u8])) -> Result<()> {
    each_process(&mut |proc, pid| {
        if stat(proc, &Path::new(&[pid, b"/ns/net"])).is_ok_and(|found| same(&found, namespace)) {
            each(pid);
        }
    })
}

/// Who keeps a namespace: processes and threads in it, descriptors and mounts of it.
fn holders(namespace: &Stat) -> Vec<u8> {
    let mut list = Vec::new();
    let is_it = |found: Call<Stat>| found.is_ok_and(|found| same(&found, namespace));
    let mounted = fill(b" net:[%] ", &[&decimal(namespace.st_ino as i64)]);
    let _ = each_process(&mut |proc, pid| {
        // Whether one of the entries of a folder of the process leads there.
        let any = |folder: &[u8], rest: &[u8]| {
            let mut found = false;
            if let Ok(dir) = files::open_dir(&Path::new(&[b"/proc/", pid, folder])) {
                let _ = files::entries(dir.as_fd(), &mut |entry| {
                    let path = Path::new(&[entry.to_bytes(), rest]);
                    found = found || is_it(stat(dir.as_fd(), &path));
                });
            }
            found
        };
        let file =
            |name: &[u8]| files::read_file(&Path::new(&[b"/proc/", pid, name])).unwrap_or_default();
        let how = if is_it(stat(proc, &Path::new(&[pid, b"/ns/net"]))) {
            ""
        } else if any(b"/task", b"/ns/net") {
            ", a thread"
        } else if any(b"/fd", b"") {
            ", a descriptor"
        } else if file(b"/mountinfo")
            .windows(mounted.len())
            .any(|part| part == mounted)
        {
            ", a mount"
        } else {
            return;
        };
        let comm = file(b"/comm");
        let comm = comm.strip_suffix(b"\n").unwrap_or(&comm);
        let comma: &[u8] = if list.is_empty() { b"" } else { b", " };
        add(&mut list, b"%% (%%)", &[comma, pid, comm, how.as_bytes()]);
    });
    list
}

/// The names, one a line, of the devices that go back to the initial namespace when this one is freed. They are asked for in there, by a
/// child: asked from here (`IFLA_TARGET_NETNSID`), the kernel gives this namespace an id in itself on the way.
fn physical(namespace: &OwnedFd, name: &[u8]) -> Result<Vec<u8>> {
    let (end, start, child) = fork(0)?;
    let Some(child) = child else {
        enter::join(namespace, name)?;
        let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, 0, 0, 0));
        msg.u32(ifla::EXT_MASK, rtext_filter::SKIP_STATS);
        Socket::open()?.dump(&mut msg, &mut |message| {
            if let Some(name) = returning(message) {
                let _ = rustix::io::write(&start, &fill(b"%\n", &[name]));
            }
            Ok(())
        })?;
        return Err(Error::status(0).ends());
    };
    drop(start);
    let text = files::read_all(&end).unwrap_or_default();
    ended(child)?;
    Ok(text)
}

/// The name of a link that goes back to the initial namespace: one that was not made by a kind (`default_device_exit_net` in
/// net/core/dev.c).
pub fn returning(message: Message<'_>) -> Option<&[u8]> {
    let body = message.body;
    let kind = u16::from_ne_bytes(*body.get(2..)?.first_chunk()?);
    let attrs = Attrs(body.get(16..)?);
    let made = attrs.find(ifla::LINKINFO).unwrap_or_default().attrs();
    let stays = attrs.find(ifla::NETNS_IMMUTABLE).and_then(|attr| attr.u8()) == Some(1);
    if message.kind != rtm::NEWLINK
        || kind == arphrd::LOOPBACK
        || stays
        || made.find(info::KIND).is_some()
    {
        return None;
    }
    Some(attrs.find(ifla::IFNAME)?.str())
}

/// Takes a name away and waits until the kernel has freed its namespace, `seconds` at most: the names, one a line, of the physical devices that were in
/// it. A name that is no namespace just goes.
///
/// The kernel tells when it begins to free a namespace, by the id that we give it. It frees one batch after the other, so that
/// when it begins with a namespace that died later, it is done with the first.
pub fn delete(name: &[u8], seconds: u32, names: &mut Names) -> Result<Vec<u8>> {
    let opened = names::open_named(name);
    let Ok((namespace, file)) = opened.and_then(|fd| fstat(&fd).map(|file| (fd, file))) else {
        return super::delete(name).map(|()| Vec::new());
    };
    if names.nsid(&namespace).is_err() {
        return super::delete(name).map(|()| Vec::new());
    }
    let mut socket = Socket::open()?;
    socket.join(rtnlgrp::NSID)?;
    let id = names
        .assigned_nsid(netnsa::FD, namespace.as_raw_fd() as u32)
        .map_err(|e| hint::cause(e.context(b"wait")))?;
    let devices = physical(&namespace, name)?;
    super::delete(name)?;
    drop(namespace);
    let deadline = sys::clock(libc::CLOCK_MONOTONIC) + u64::from(seconds) * 1_000_000_000;
    let begun = socket.listen(deadline, &mut |message| is_death(message, id))?;
    if begun && after_all(&mut socket, deadline, names)? {
        return Ok(devices);
    }
    let held = holders(&file);
    let mut text = fill(
        b"Network namespace \"%\" is not free after % s: ",
        &[name, &decimal(seconds.into())],
    );
    match (&held[..], begun) {
        ([], true) => text.extend_from_slice(b"the kernel is not done with it"),
        ([], false) => {
            text.extend_from_slice(b"held by what /proc does not show, such as a socket")
        }
        (held, _) => add(&mut text, b"held by %", &[held]),
    }
    let mut devices = &devices[..];
    while let Some(device) = cut(&mut devices, b'\n') {
        add(
            &mut text,
            b"\nDevice \"%\" stays in it until then.",
            &[device],
        );
    }
    Err(Error::refused("%", &text))
}

/// Whether the kernel says that it frees the namespace with that id.
fn is_death(message: Message<'_>, id: i32) -> bool {
    let attrs = Attrs(message.body.get(4..).unwrap_or_default());
    message.kind == rtm::DELNSID && attrs.find(netnsa::NSID).and_then(|attr| attr.i32()) == Some(id)
}

/// Waits until the kernel frees a namespace that is made and dies now.
fn after_all(socket: &mut Socket, deadline: u64, names: &mut Names) -> Result<bool> {
    let (end, start, child) = fork(libc::CLONE_NEWNET)?;
    let Some(child) = child else {
        drop(start);
        // It holds its namespace until the other side has seen it, or is dead itself.
        let _ = rustix::io::read(&end, &mut [0]);
        return Err(Error::status(0).ends());
    };
    let pid = child.as_raw_nonzero().get() as u32;
    let id = names.assigned_nsid(netnsa::PID, pid);
    drop(start);
    ended(child)?;
    let id = id?;
    socket.listen(deadline, &mut |message| is_death(message, id))
}

/// A child, and the two ends of a pipe to it or from it.
fn fork(namespaces: i32) -> Result<(OwnedFd, OwnedFd, Option<Pid>)> {
    // Where the caller ignores it, no child could be waited for.
    sys::default(libc::SIGCHLD);
    let (end, start) = pipe_with(PipeFlags::CLOEXEC).map_err(|e| failed("pipe failed", b"", e))?;
    let child = sys::fork(namespaces).map_err(|e| failed("clone failed", b"", e))?;
    Ok((end, start, child))
}

/// Waits for a child, which is to succeed.
fn ended(child: Pid) -> Result<()> {
    let status = enter::wait(child).map_err(|e| failed("waitpid failed", b"", e))?;
    match status.exit_status() {
        Some(0) => Ok(()),
        _ => Err(Error::status(REFUSED)),
    }
}
