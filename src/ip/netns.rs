//! `ip netns`: named network namespaces, which are files under [`names::NETNS_DIR`] with a namespace mounted on each.

use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{FlockOperation, Mode, OFlags, StatVfsMountFlags, flock, mkdir, statvfs, unlink};
use rustix::io::Errno;
use rustix::mount::{
    MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind, mount_bind_recursive,
    mount_change, unmount,
};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::args::{self, Words};
use crate::error::{Error, Result, USAGE};
use crate::ip::{Ctx, Io, unknown};
use crate::names::{self, NETNS_DIR, NETNS_ETC, netns_path};
use crate::out::Out;
use crate::sys::{self, Path};
use crate::text::fill;

const USAGE_TEXT: &str = "\
Usage:	ip netns list
	ip netns add NAME
	ip netns delete NAME
	ip netns exec NAME cmd ...";

/// What is asked for.
pub enum Req<'a> {
    /// All names.
    List,
    /// A new namespace of that name.
    Add(&'a [u8]),
    /// The name goes; the namespace stays as long as somebody is in it.
    Delete(&'a [u8]),
    /// A command in a namespace.
    Exec(&'a [u8], &'a [&'a [u8]]),
}

#[derive(Clone, Copy)]
enum Command {
    List,
    Help,
    Add,
    Delete,
    Exec,
}

/// In the order in which a prefix picks them.
const COMMANDS: (&str, &[Command]) = ("list,show,lst|help|add|delete|exec", {
    use Command::*;
    &[List, Help, Add, Delete, Exec]
});

/// Reads the words after `ip netns`.
pub fn parse<'a>(w: &mut Words<'a>) -> Result<Req<'a>> {
    let Some(word) = w.next() else {
        return Ok(Req::List);
    };
    let name = w.next();
    if let Some(name) = name.filter(|name| !is_name(name)) {
        return Err(Error::new(USAGE, "Invalid netns name \"%\"", &[name]));
    }
    let command = args::pick(word, COMMANDS).ok_or_else(|| unknown(word, "netns"))?;
    let name = match command {
        Command::List => return Ok(Req::List),
        Command::Help => return Err(Error::help(USAGE_TEXT)),
        _ => name.ok_or_else(|| Error::refused("No netns name specified", b""))?,
    };
    Ok(match command {
        Command::Add => Req::Add(name),
        Command::Delete => Req::Delete(name),
        _ => match w.rest() {
            [] => return Err(Error::refused("No command specified", b"")),
            command => Req::Exec(name, command),
        },
    })
}

fn is_name(name: &[u8]) -> bool {
    (1..256).contains(&name.len()) && !name.contains(&b'/') && name != b"." && name != b".."
}

/// Runs `ip netns WORDS`.
pub fn run(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    match parse(w)? {
        Req::List => list(io),
        Req::Add(name) => add(name),
        Req::Delete(name) => delete(name),
        Req::Exec(name, command) => exec(name, command, io),
    }
}

/// A name, and its namespace's id as seen from here.
pub struct Record<'a> {
    name: &'a [u8],
    id: Option<i32>,
}

/// Prints a name.
pub fn show(record: &Record, out: &mut Out) {
    out.object("");
    out.str("name|%", record.name);
    if let Some(id) = record.id {
        out.int("id| (id: %)", id.into());
    }
    out.text("\n");
    out.object_end();
}

fn list(io: &mut Io) -> Result<()> {
    let Io { out, names } = io;
    let mark = out.mark();
    out.document();
    let found = names::entries(NETNS_DIR.as_bytes(), &mut |name| {
        let mut id = None;
        match names::open(&netns_path(name), OFlags::RDONLY).map(|fd| names.nsid(&fd)) {
            Ok(Ok(found)) => id = found,
            // A name that is no namespace is listed all the same, with the kernel's word on it.
            Ok(Err(e)) => out.warn(&fill("%\n", &[e.text()])),
            Err(_) => {}
        }
        show(&Record { name, id }, out);
        let _ = out.record_end();
    })?;
    if !found {
        out.rollback(mark);
        return Ok(());
    }
    out.document_end()
}

/// A system call failed: what was tried, with `%` for `part`. Exit status 1.
fn failed(template: &str, part: &[u8], errno: Errno) -> Error {
    Error::os(template, part, errno.raw_os_error())
}

/// The namespace is made first, in this process, which ends with the command and so needs no way back; then the name.
fn add(name: &[u8]) -> Result<()> {
    prepare_dir()?;
    sys::unshare(libc::CLONE_NEWNET)
        .map_err(|e| failed("Failed to create a new network namespace \"%\"", name, e))?;
    let path = netns_path(name);
    let shown = path.to_bytes();
    names::open(&path, OFlags::RDONLY | OFlags::CREATE | OFlags::EXCL)
        .map_err(|e| failed("Cannot create namespace file \"%\"", shown, e))?;
    mount_bind(c"/proc/self/ns/net", &*path).map_err(|e| {
        let _ = unlink(&*path);
        failed("Bind /proc/self/ns/net -> % failed", shown, e)
    })
}

/// Makes the folder of names, a shared mount of its own: a name that is mounted or unmounted in one mount namespace is so
/// in all. A lock keeps two from mounting it twice; iproute2 takes the same one.
fn prepare_dir() -> Result<()> {
    let folder = NETNS_DIR.as_bytes();
    let path = &*Path::new(&[folder]);
    make_dirs().map_err(|e| failed("mkdir % failed", folder, e))?;
    let lock = names::open(path, OFlags::RDONLY | OFlags::DIRECTORY)
        .map_err(|e| failed("Cannot open netns runtime directory \"%\"", folder, e))?;
    let _ = flock(&lock, FlockOperation::LockExclusive);
    let change = |how| mount_change(path, how | MountPropagationFlags::REC);
    let share = || change(MountPropagationFlags::SHARED);
    let shared = match share() {
        Err(Errno::INVAL) => {
            mount_bind_recursive(path, path)
                .map_err(|e| failed("mount --bind % % failed", folder, e))?;
            // Private first, so that it gets a peer group of its own.
            change(MountPropagationFlags::PRIVATE)
                .map_err(|e| failed("mount --make-private % failed", folder, e))?;
            share()
        }
        done => done,
    };
    shared.map_err(|e| failed("mount --make-shared % failed", folder, e))
}

/// Makes the folder, and where an initramfs has none, those above it.
fn make_dirs() -> rustix::io::Result<()> {
    let make = |path: &[u8]| match mkdir(&*Path::new(&[path]), Mode::from_raw_mode(0o755)) {
        Err(Errno::EXIST) => Ok(()),
        done => done,
    };
    let folder = NETNS_DIR.as_bytes();
    match make(folder) {
        Err(Errno::NOENT) => {
            let ends = (1..folder.len()).filter(|at| folder[*at] == b'/');
            ends.into_iter().try_for_each(|at| make(&folder[..at]))?;
            make(folder)
        }
        done => done,
    }
}

fn delete(name: &[u8]) -> Result<()> {
    let path = netns_path(name);
    // A plain file can go as well.
    let _ = unmount(&*path, UnmountFlags::DETACH);
    unlink(&*path).map_err(|e| failed("Cannot remove namespace file \"%\"", path.to_bytes(), e))
}

fn exec(name: &[u8], command: &[&[u8]], io: &mut Io) -> Result<()> {
    switch(name)?;
    isolate_mounts(name, io)?;
    io.out.flush()?;
    Err(failed(
        "exec of \"%\" failed",
        command[0],
        sys::exec(command),
    ))
}

/// Moves this process into a named namespace. Exit status 255.
fn switch(name: &[u8]) -> Result<()> {
    let enter =
        |fd| move_into_link_name_space(OwnedFd::as_fd(&fd), Some(LinkNameSpaceType::Network));
    names::open(&netns_path(name), OFlags::RDONLY)
        .map_err(|e| failed("Cannot open network namespace \"%\"", name, e))
        .and_then(|fd| {
            enter(fd).map_err(|e| failed("setting the network namespace \"%\" failed", name, e))
        })
        .map_err(|e| e.code_is(USAGE))
}

/// `-n NAME`: enters the namespace at once. The mounts are made only if it has files for /etc, which may be names that are
/// read later; nothing else here looks at them.
pub fn enter(name: &[u8], io: &mut Io) -> Result<()> {
    switch(name)?;
    let files = Path::new(&[NETNS_ETC.as_bytes(), b"/", name]);
    if names::exists(&files) {
        isolate_mounts(name, io)
    } else {
        Ok(())
    }
}

/// A mount namespace with the network namespace's own /sys and files of /etc. Exit status 255.
fn isolate_mounts(name: &[u8], io: &mut Io) -> Result<()> {
    // What is mounted from here on stays here.
    let slave = || {
        mount_change(
            c"/",
            MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC,
        )
    };
    sys::unshare(libc::CLONE_NEWNS)
        .map_err(|e| failed("unshare failed", b"", e))
        .and_then(|()| slave().map_err(|e| failed("\"mount --make-rslave /\" failed", b"", e)))
        .map_err(|e| e.code_is(USAGE))?;
    let mut flags = MountFlags::empty();
    if unmount(c"/sys", UnmountFlags::DETACH).is_err()
        && statvfs(c"/sys").is_ok_and(|found| found.f_flag.contains(StatVfsMountFlags::RDONLY))
    {
        flags = MountFlags::RDONLY;
    }
    if let Err(e) = mount(&*Path::new(&[name]), c"/sys", c"sysfs", flags, None) {
        warn(failed("mount of /sys failed", b"", e), io);
    }
    bind_etc(name, io);
    Ok(())
}

fn warn(e: Error, io: &mut Io) {
    io.out.warn(&fill("%\n", &[e.text()]));
}

/// Binds the namespace's files over those of /etc.
fn bind_etc(name: &[u8], io: &mut Io) {
    let folder = [NETNS_ETC.as_bytes(), b"/", name].concat();
    let _ = names::entries(&folder, &mut |entry| {
        let from = Path::new(&[&folder, b"/", entry]);
        let onto = Path::new(&[b"/etc/", entry]);
        if let Err(e) = mount_bind(&*from, &*onto) {
            let both = fill("% -> %", &[from.to_bytes(), onto.to_bytes()]);
            warn(failed("Bind % failed", &both, e), io);
        }
    });
}
