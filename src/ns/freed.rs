//! When the kernel has freed a network namespace, and what keeps it from that.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::fs::{CWD, Stat, fstat};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, getpid};

use crate::error::{Error, Result};
use crate::files;
use crate::names::netns::{is_namespace, open_named};
use crate::names::{Names, ifinfo};
use crate::nl::sock::Socket;
use crate::nl::uapi::{arphrd, ifla, info, netnsa, rtext_filter, rtm, rtnlgrp};
use crate::nl::wire::{Attrs, Message, Msg};
use crate::ns::who::{each_process, leads_to, stat};
use crate::ns::{child, enter, failed, hint};
use crate::out::Out;
use crate::sys::{self, Path};
use crate::text::{add, add_one, cut, decimal, fill, fill_one};

/// Who keeps a namespace: processes and threads in it, descriptors of it, and where it is mounted, each mount namespace once.
fn holders(namespace: &Stat) -> Vec<u8> {
    let mut list = Vec::new();
    let own = decimal(getpid().as_raw_nonzero().get().into());
    let mounted = fill_one("net:[%]", &decimal(namespace.st_ino as i64));
    let mount_namespace = |proc: BorrowedFd<'_>, pid: &[u8]| {
        stat(proc, &Path::new(&[pid, b"/ns/mnt"])).map_or(0, |found| found.st_ino)
    };
    let mut seen = Vec::new();
    let _ = each_process(&mut |proc, pid| {
        let file = |name: &[u8]| {
            let path = Path::new(&[b"/proc/", pid, name]);
            files::read_file(&path).unwrap_or_default()
        };
        let mut hold = |how: &[u8]| {
            let comm = file(b"/comm");
            let comm = comm.strip_suffix(b"\n").unwrap_or(&comm);
            let comma: &[u8] = if list.is_empty() { b"" } else { b", " };
            add(&mut list, b"%% (%%)", &[comma, pid, comm, how]);
        };
        // Whether one of the entries of a folder of the process leads there.
        let any = |folder: &[u8], rest: &[u8]| {
            let mut found = false;
            if let Ok(dir) = files::open_dir(&Path::new(&[b"/proc/", pid, folder])) {
                let _ = files::entries(dir.as_fd(), &mut |entry| {
                    let path = Path::new(&[entry.to_bytes(), rest]);
                    found = found || leads_to(dir.as_fd(), &path, namespace);
                });
            }
            found
        };
        if leads_to(proc, &Path::new(&[pid, b"/ns/net"]), namespace) {
            hold(b"");
        } else if any(b"/task", b"/ns/net") {
            hold(b", a thread");
        } else if pid != own && any(b"/fd", b"") {
            hold(b", a descriptor");
        }
        let mounts = mount_namespace(proc, pid);
        if seen.contains(&mounts) {
            return;
        }
        seen.push(mounts);
        let table = file(b"/mountinfo");
        let mut lines = &table[..];
        while let Some(line) = cut(&mut lines, b'\n') {
            let mut fields = line.split(|b| *b == b' ').skip(3);
            if fields.next() == Some(&mounted) {
                let place = fields.next().unwrap_or_default();
                hold(&fill_one(", mounted on %", place));
            }
        }
    });
    list
}

/// The names, one a line, of the devices that go back to the initial namespace when this one is freed. They are asked for in
/// there, by a child: asked from here (`IFLA_TARGET_NETNSID`), the kernel gives this namespace an id in itself on the way.
fn physical(namespace: &OwnedFd, name: &[u8], out: &mut Out) -> Result<Vec<u8>> {
    let (end, start) = pipe()?;
    out.flush()?;
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
    let text = files::read_all(&end).unwrap_or_default();
    match child::wait(child)?.exit_status() {
        Some(0) => Ok(text),
        status => Err(Error::status(status.unwrap_or(1) as u8)),
    }
}

/// The name of a link that goes back to the initial namespace: one that was made by no kind, or by `can`
/// (`default_device_exit_net` in net/core/dev.c; `netns_refund`).
pub fn returning(message: Message<'_>) -> Option<&[u8]> {
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

/// A namespace that is there to die after another, and so tells when that is freed.
struct Last {
    child: Pid,
    /// While it is open the child lives, and holds the namespace.
    alive: Option<OwnedFd>,
    id: i32,
}

impl Last {
    fn make(first: &mut Option<OwnedFd>, names: &mut Names, out: &mut Out) -> Result<Last> {
        let (end, alive) = pipe()?;
        let mut alive = Some(alive);
        out.flush()?;
        let child = child::start(libc::CLONE_NEWNET, &mut || {
            // Its own copies: it is to hold neither of them.
            drop((alive.take(), first.take()));
            let _ = rustix::io::read(&end, &mut [0]);
            Ok(())
        })?;
        let pid = child.as_raw_nonzero().get() as u32;
        let id = names.assigned_nsid(netnsa::PID, pid)?;
        Ok(Last { child, alive, id })
    }

    fn die(self) -> Result<()> {
        drop(self.alive);
        child::wait(self.child).map(|_| ())
    }
}

/// Takes a name away and waits until the kernel has freed its namespace, `seconds` at most: the names, one a line, of the
/// physical devices that were in it. A name that is no namespace just goes.
///
/// The kernel tells when it begins to free a namespace, by the id that we give it (`RTM_DELNSID`). It frees one batch after the
/// other (`cleanup_net` in net/core/net_namespace.c), so that when it begins with one that died later, it is done with the first.
pub fn delete(name: &[u8], seconds: u32, names: &mut Names, out: &mut Out) -> Result<Vec<u8>> {
    let opened = |e| failed("Cannot open network namespace \"%\"", name, e);
    let namespace = match open_named(name) {
        Err(Errno::NOENT | Errno::LOOP) => return super::delete(name).map(|()| Vec::new()),
        fd => fd.map_err(opened)?,
    };
    if !is_namespace(&namespace) {
        return super::delete(name).map(|()| Vec::new());
    }
    let file = fstat(&namespace).map_err(opened)?;
    if leads_to(CWD, c"/proc/self/ns/net", &file) {
        let text = "wait: this command is in the namespace \"%\" itself";
        return Err(Error::refused(text, name));
    }
    // All that can fail comes before the name goes.
    let id = names
        .assigned_nsid(netnsa::FD, namespace.as_raw_fd() as u32)
        .map_err(|e| hint::cause(e.context(b"wait")))?;
    let devices = physical(&namespace, name, out)?;
    let mut namespace = Some(namespace);
    let last = Last::make(&mut namespace, names, out)?;
    // Both ids are taken by now, so that what is heard of them is about these.
    let mut socket = Socket::open()?;
    socket.join(&[rtnlgrp::NSID])?;
    super::delete(name)?;
    drop(namespace);
    let deadline = sys::clock(libc::CLOCK_MONOTONIC) + u64::from(seconds) * 1_000_000_000;
    let begun = socket.listen(deadline, &mut |message| is_death(message, id))?;
    let after = last.id;
    last.die()?;
    if begun && socket.listen(deadline, &mut |message| is_death(message, after))? {
        return Ok(devices);
    }
    Err(still_there(name, seconds, &holders(&file), &devices))
}

/// What keeps a namespace from being freed.
fn still_there(name: &[u8], seconds: u32, held: &[u8], mut devices: &[u8]) -> Error {
    let seconds = decimal(seconds.into());
    let text = b"The name \"%\" is gone, its network namespace is not after % s: ";
    let mut text = fill(text, &[name, &seconds]);
    match held {
        b"" => text.extend_from_slice(
            b"the kernel is not done, or it is held by what /proc does not show, such as a socket",
        ),
        _ => add_one(&mut text, "held by %", held),
    }
    while let Some(device) = cut(&mut devices, b'\n') {
        let line = b"\nDevice \"%\" stays in it until then.";
        add(&mut text, line, &[device]);
    }
    Error::refused("%", &text)
}

/// Whether the kernel says that it frees the namespace with that id.
fn is_death(message: Message<'_>, id: i32) -> bool {
    let attrs = Attrs(message.body.get(4..).unwrap_or_default());
    message.kind == rtm::DELNSID && attrs.find(netnsa::NSID).and_then(|attr| attr.i32()) == Some(id)
}
