//! When the kernel has freed a network namespace, and what keeps it from that.

use crate::append::Append;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use rustix::fs::CWD;
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::getpid;

use crate::error::{Error, REFUSED, Result};
use crate::files::{self, of_process};
use crate::names::netns::{is_namespace, open_named};
use crate::names::{Names, ifinfo};
use crate::nl::sock::Socket;
use crate::nl::uapi::{arphrd, ifla, info, netnsa, rtext_filter, rtm, rtnlgrp};
use crate::nl::wire::{Attrs, Message, Msg};
use crate::ns::child::{self, End};
use crate::ns::who::{File, each_process, file_at, file_of, leads_to};
use crate::ns::{enter, failed, field, hint};
use crate::out::Out;
use crate::sys;
use crate::text::{add, add_one, cut, decimal, fill_one, fill_two};

/// Adds who keeps a namespace: processes and threads in it, descriptors of it, and where it is mounted, each mount
/// namespace once.
fn add_holders(list: &mut Vec<u8>, namespace: File) {
    let own = decimal(getpid().as_raw_nonzero().get().into());
    let mounted = fill_one("net:[%]", &decimal(namespace.inode as i64));
    let mut seen = Vec::new();
    let _ = each_process(&mut |proc, pid| {
        if leads_to(proc, pid, b"/ns/net", namespace) {
            add_holder(list, pid, b"", b"");
        } else if one_leads_to(pid, b"/task", b"/ns/net", namespace) {
            add_holder(list, pid, b", a thread", b"");
        } else if pid != own && one_leads_to(pid, b"/fd", b"", namespace) {
            add_holder(list, pid, b", a descriptor", b"");
        }
        let mounts = file_at(proc, pid, b"/ns/mnt");
        if seen.contains(&mounts) {
            return;
        }
        seen.push(mounts);
        let table = read(pid, b"/mountinfo");
        let mut lines = &table[..];
        while let Some(line) = cut(&mut lines, b'\n') {
            if field(line, 3) == mounted {
                add_holder(list, pid, b", mounted on ", field(line, 4));
            }
        }
    });
}

/// Adds a process, and how it holds the namespace.
fn add_holder(list: &mut Vec<u8>, pid: &[u8], how: &[u8], place: &[u8]) {
    let comm = read(pid, b"/comm");
    let comm = comm.strip_suffix(b"\n").unwrap_or(&comm);
    let comma: &[u8] = if list.is_empty() { b"" } else { b", " };
    add(list, b"%% (%%%)", &[comma, pid, comm, how, place]);
}

/// A file of a process in /proc; empty if it cannot be read.
fn read(pid: &[u8], name: &[u8]) -> Vec<u8> {
    files::read_file(&of_process(pid, name)).unwrap_or_default()
}

/// Whether one of the entries of a folder of a process leads there.
fn one_leads_to(pid: &[u8], folder: &[u8], rest: &[u8], namespace: File) -> bool {
    let mut found = false;
    if let Ok(dir) = files::open_dir(&of_process(pid, folder)) {
        let _ = files::entries(dir.as_fd(), &mut |entry| {
            found = found || leads_to(dir.as_fd(), entry.to_bytes(), rest, namespace);
        });
    }
    found
}

/// Adds the names, one a line, of the devices that go back to the initial namespace when this one is freed. They are
/// asked for in there, by a child: asked from here (`IFLA_TARGET_NETNSID`), the kernel gives this namespace an id in
/// itself on the way.
fn add_physical(devices: &mut Vec<u8>, namespace: &OwnedFd, name: &[u8]) -> Result<()> {
    let (end, start) = pipe()?;
    let child = child::start(0, &mut || {
        enter::join(namespace, name)?;
        let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, 0, 0, 0));
        msg.u32(ifla::EXT_MASK, rtext_filter::SKIP_STATS);
        Socket::open()?.dump(&mut msg, &mut |message| {
            if let Some(name) = returning(message) {
                let _ = rustix::io::write(&start, &fill_one("%\n", name));
            }
            Ok(())
        })?;
        Ok(())
    })?;
    drop(start);
    let _ = files::read_all(end.as_fd(), devices);
    match child::wait(child) {
        End { code: 0, .. } => Ok(()),
        End { code, .. } => Err(Error::status(code)),
    }
}

/// The name of a link that goes back to the initial namespace: one that was made by no kind, or by `can`
/// (`default_device_exit_net` in net/core/dev.c; `netns_refund`).
pub fn returning<'a>(message: &Message<'a>) -> Option<&'a [u8]> {
    let body = message.body;
    let hardware = u16::from_ne_bytes(*body.get(2..)?.first_chunk()?);
    let attrs = Attrs(body.get(16..)?);
    let made = attrs.find(ifla::LINKINFO).unwrap_or_default().attrs();
    let made = made.find(info::KIND).map_or(&b""[..], |kind| kind.str());
    let stays = attrs.find(ifla::NETNS_IMMUTABLE).and_then(|attr| attr.u8()) == Some(1);
    if message.kind != rtm::NEWLINK || hardware == arphrd::LOOPBACK || stays {
        return None;
    }
    let name = attrs.find(ifla::IFNAME)?.str();
    matches!(made, b"" | b"can").then_some(name)
}

fn pipe() -> Result<(OwnedFd, OwnedFd)> {
    pipe_with(PipeFlags::CLOEXEC).map_err(|e| failed("pipe failed", b"", e))
}

/// Takes a name away and waits until the kernel has freed its namespace, `seconds` at most. Adds the names, one a line,
/// of the physical devices that were in it. A name that is no namespace just goes.
///
/// The kernel tells when it begins to free a namespace, by the id that we give it (`RTM_DELNSID`). It frees one batch
/// after the other (`cleanup_net` in net/core/net_namespace.c), so that when it begins with one that died later, it is
/// done with the first.
pub fn delete(
    name: &[u8],
    seconds: u32,
    devices: &mut Vec<u8>,
    names: &mut Names,
    out: &mut Out,
) -> Result<()> {
    let opened = |e| failed("Cannot open network namespace \"%\"", name, e);
    let namespace = match open_named(name) {
        Err(Errno::NOENT | Errno::LOOP) => return super::delete(name),
        Ok(file) if !is_namespace(&file) => return super::delete(name),
        file => file.map_err(opened)?,
    };
    let file = file_of(&namespace).map_err(opened)?;
    if leads_to(CWD, b"/proc/self/ns/net", b"", file) {
        let text = "wait: this command is in the namespace \"%\" itself";
        return Err(Error::refused(text, name));
    }
    // All that can fail comes before the name goes.
    let first = names
        .assigned_nsid(netnsa::FD, namespace.as_raw_fd() as u32)
        .map_err(|e| hint::explain_refusal(e.context(b"wait")))?;
    out.flush()?;
    add_physical(devices, &namespace, name)?;
    // Another namespace dies after this one, and so tells when this is freed: it lives as long as a child waits for the
    // end of a pipe.
    let mut namespace = Some(namespace);
    let (end, alive) = pipe()?;
    let mut alive = Some(alive);
    let child = child::start(libc::CLONE_NEWNET, &mut || {
        // Its own copies: it is to hold neither of them.
        drop((alive.take(), namespace.take()));
        let _ = rustix::io::read(&end, &mut [0]);
        Ok(())
    })?;
    let pid = child.as_raw_nonzero().get() as u32;
    let last = names.assigned_nsid(netnsa::PID, pid)?;
    // Both ids are taken by now, so that what is heard of them is about these.
    let mut socket = names.open_socket()?;
    socket.join(&[rtnlgrp::NSID])?;
    super::delete(name)?;
    drop(namespace);
    let deadline = sys::clock(libc::CLOCK_MONOTONIC) + u64::from(seconds) * 1_000_000_000;
    let begun = socket.listen(deadline, &mut |message| is_death(message, first))?;
    drop(alive);
    child::wait(child);
    if begun && socket.listen(deadline, &mut |message| is_death(message, last))? {
        return Ok(());
    }
    Err(still_there(name, seconds, file, devices))
}

/// What keeps a namespace from being freed.
fn still_there(name: &[u8], seconds: u32, namespace: File, mut devices: &[u8]) -> Error {
    let mut held = Vec::new();
    add_holders(&mut held, namespace);
    let seconds = decimal(seconds.into());
    let text = "The name \"%\" is gone, but its network namespace is not freed after % s: ";
    let mut text = fill_two(text, name, &seconds);
    match &held[..] {
        b"" => text.append_bytes(
            b"the kernel is not done, or it is held by what /proc does not show, such as a socket",
        ),
        _ => add_one(&mut text, "held by %", &held),
    }
    while let Some(device) = cut(&mut devices, b'\n') {
        let line = "\nDevice \"%\" stays in it until then.";
        add_one(&mut text, line, device);
    }
    Error::say(REFUSED, text)
}

/// Whether the kernel says that it frees the namespace with that id.
fn is_death(message: &Message<'_>, id: i32) -> bool {
    let attrs = message.attrs(4);
    message.kind == rtm::DELNSID && attrs.find(netnsa::NSID).and_then(|attr| attr.i32()) == Some(id)
}
