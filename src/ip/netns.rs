//! `ip netns`: named network namespaces, which are files under [`names::NETNS_DIR`] with a namespace mounted on each.

use rustix::fs::{FlockOperation, Mode, OFlags, flock, mkdir, open, statvfs, unlink};
use rustix::io::Errno;
use rustix::mount::{
    MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind, mount_bind_recursive,
    mount_change, unmount,
};

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result, USAGE, errno_words};
use crate::ip::{Ctx, Io};
use crate::names::{self, NETNS_DIR, NETNS_ETC, netns_path};
use crate::out::Out;
use crate::sys;

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

/// In the order in which a prefix picks them; what is not here has no letter.
const COMMANDS: &[(&str, Option<char>)] = &[
    ("list,show,lst", Some('l')),
    ("list-id", None),
    ("help", Some('h')),
    ("add", Some('a')),
    ("set", None),
    ("delete", Some('d')),
    ("identify,pids", None),
    ("exec", Some('e')),
    ("monitor,attach", None),
];

/// Reads the words after `ip netns`.
pub fn parse<'a>(w: &mut Words<'a>) -> Result<Req<'a>> {
    let Some(word) = w.next() else {
        return Ok(Req::List);
    };
    if let Some(name) = w.peek().filter(|name| !is_name(name)) {
        return Err(Error::new(USAGE, cat!["Invalid netns name \"", name, "\""]));
    }
    let known = COMMANDS
        .iter()
        .find(|(spellings, _)| args::named(word, spellings));
    let mut name = || {
        w.next()
            .ok_or_else(|| Error::new(REFUSED, "No netns name specified".into()))
    };
    Ok(match known.and_then(|(_, letter)| *letter) {
        Some('l') => Req::List,
        Some('a') => Req::Add(name()?),
        Some('d') => Req::Delete(name()?),
        Some('e') => {
            let name = name()?;
            let command = w.rest();
            if command.is_empty() {
                return Err(Error::new(REFUSED, "No command specified".into()));
            }
            Req::Exec(name, command)
        }
        Some(_) => return Err(Error::help(USAGE_TEXT)),
        None => {
            let text = cat!["Command \"", word, "\" is unknown, try \"ip netns help\"."];
            return Err(Error::new(USAGE, text));
        }
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
    out.str("name", "%", record.name);
    if let Some(id) = record.id {
        out.int("id", " (id: %)", id.into());
    }
    out.text("\n");
    out.object_end();
}

fn list(io: &mut Io) -> Result<()> {
    let Some(list) = names::netns_list()? else {
        return Ok(());
    };
    io.out.document();
    for name in list {
        let name = name.to_bytes();
        let id = match names::open_netns(&netns_path(name)).map(|fd| io.names.nsid(&fd)) {
            Ok(Ok(id)) => id,
            // A name that is no namespace is listed all the same, with the kernel's word on it.
            Ok(Err(e)) => {
                io.out.warn(&cat![e.text(), "\n"]);
                None
            }
            Err(_) => None,
        };
        show(&Record { name, id }, &mut io.out);
        io.out.record_end()?;
    }
    io.out.document_end()
}

/// An error of a system call, with exit status 1.
fn failed(what: Vec<u8>, errno: Errno) -> Error {
    Error::os(what, errno.raw_os_error())
}

/// The namespace is made first, in this process, which ends with the command and so needs no way back; then the name.
fn add(name: &[u8]) -> Result<()> {
    prepare_dir()?;
    let quoted = |before: &str| cat![before, "\"", name, "\""];
    sys::unshare(libc::CLONE_NEWNET)
        .map_err(|errno| Error::os(quoted("Failed to create a new network namespace "), errno))?;
    let path = netns_path(name);
    let flags = OFlags::RDONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    open(&path[..], flags, Mode::empty())
        .map_err(|e| failed(cat!["Cannot create namespace file \"", &path, "\""], e))?;
    mount_bind("/proc/self/ns/net", &path[..]).map_err(|e| {
        let _ = unlink(&path[..]);
        failed(cat!["Bind /proc/self/ns/net -> ", &path, " failed"], e)
    })
}

/// Makes the folder of names, a shared mount of its own: a name that is mounted or unmounted in one mount namespace is so
/// in all. A lock keeps two from mounting it twice; iproute2 takes the same one.
fn prepare_dir() -> Result<()> {
    make_dirs().map_err(|e| failed(cat!["mkdir ", NETNS_DIR, " failed"], e))?;
    let lock = open(
        NETNS_DIR,
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )
    .map_err(|e| {
        failed(
            cat!["Cannot open netns runtime directory \"", NETNS_DIR, "\""],
            e,
        )
    })?;
    let _ = flock(&lock, FlockOperation::LockExclusive);
    let change = |how, word: &str| {
        mount_change(NETNS_DIR, how | MountPropagationFlags::REC).map_err(|e| {
            (
                e,
                failed(cat!["mount --make-", word, " ", NETNS_DIR, " failed"], e),
            )
        })
    };
    match change(MountPropagationFlags::SHARED, "shared") {
        Err((Errno::INVAL, _)) => {
            mount_bind_recursive(NETNS_DIR, NETNS_DIR).map_err(|e| {
                failed(
                    cat!["mount --bind ", NETNS_DIR, " ", NETNS_DIR, " failed"],
                    e,
                )
            })?;
            // Private first, so that it gets a peer group of its own.
            change(MountPropagationFlags::PRIVATE, "private").map_err(|(_, e)| e)?;
            change(MountPropagationFlags::SHARED, "shared").map_err(|(_, e)| e)
        }
        done => done.map_err(|(_, e)| e),
    }
}

/// Makes the folder, and where an initramfs has none, those above it.
fn make_dirs() -> rustix::io::Result<()> {
    let make = |path: &str| match mkdir(path, Mode::from_raw_mode(0o755)) {
        Err(Errno::EXIST) => Ok(()),
        done => done,
    };
    match make(NETNS_DIR) {
        Err(Errno::NOENT) => {
            NETNS_DIR
                .match_indices('/')
                .skip(1)
                .try_for_each(|(at, _)| make(&NETNS_DIR[..at]))?;
            make(NETNS_DIR)
        }
        done => done,
    }
}

fn delete(name: &[u8]) -> Result<()> {
    let path = netns_path(name);
    // A plain file can go as well.
    let _ = unmount(&path[..], UnmountFlags::DETACH);
    unlink(&path[..]).map_err(|e| failed(cat!["Cannot remove namespace file \"", &path, "\""], e))
}

fn exec(name: &[u8], command: &[&[u8]], io: &mut Io) -> Result<()> {
    switch(name)?;
    isolate_mounts(name, io)?;
    io.out.flush()?;
    let errno = sys::exec(command);
    Err(Error::os(
        cat!["exec of \"", command[0], "\" failed"],
        errno,
    ))
}

/// Moves this process into a named namespace. Exit status 255.
fn switch(name: &[u8]) -> Result<()> {
    let refused = |what: Vec<u8>, errno: i32| Error::os(what, errno).code_is(USAGE);
    let path = netns_path(name);
    let fd = open(&path[..], OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).map_err(|e| {
        refused(
            cat!["Cannot open network namespace \"", name, "\""],
            e.raw_os_error(),
        )
    })?;
    use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
    move_into_link_name_space(
        std::os::fd::AsFd::as_fd(&fd),
        Some(LinkNameSpaceType::Network),
    )
    .map_err(|e| {
        refused(
            cat!["setting the network namespace \"", name, "\" failed"],
            e.raw_os_error(),
        )
    })
}

/// `-n NAME`: enters the namespace at once. The mounts are made only if it has files for /etc, which may be names that are
/// read later; nothing else here looks at them.
pub fn enter(name: &[u8], io: &mut Io) -> Result<()> {
    switch(name)?;
    if rustix::fs::access(&cat![NETNS_ETC, "/", name][..], rustix::fs::Access::EXISTS).is_ok() {
        isolate_mounts(name, io)?;
    }
    Ok(())
}

/// A mount namespace with the network namespace's own /sys and files of /etc.
fn isolate_mounts(name: &[u8], io: &mut Io) -> Result<()> {
    let refused = |what: &str, errno: i32| Error::os(what.into(), errno).code_is(USAGE);
    sys::unshare(libc::CLONE_NEWNS).map_err(|errno| refused("unshare failed", errno))?;
    // What is mounted from here on stays here.
    mount_change(
        "/",
        MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC,
    )
    .map_err(|e| refused("\"mount --make-rslave /\" failed", e.raw_os_error()))?;
    let mut flags = MountFlags::empty();
    if unmount("/sys", UnmountFlags::DETACH).is_err() {
        let read_only = |found: rustix::fs::StatVfs| {
            found.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY)
        };
        if statvfs("/sys").is_ok_and(read_only) {
            flags = MountFlags::RDONLY;
        }
    }
    if let Err(e) = mount(name, "/sys", "sysfs", flags, None) {
        io.out.warn(&cat![
            "mount of /sys failed: ",
            &errno_words(e.raw_os_error()),
            "\n"
        ]);
    }
    bind_etc(name, io);
    Ok(())
}

/// Binds the namespace's files over those of /etc.
fn bind_etc(name: &[u8], io: &mut Io) {
    let folder = cat![NETNS_ETC, "/", name];
    for entry in names::entries(&folder).ok().flatten().unwrap_or_default() {
        let from = cat![&folder, "/", entry.to_bytes()];
        let onto = cat!["/etc/", entry.to_bytes()];
        if let Err(e) = mount_bind(&from[..], &onto[..]) {
            let words = errno_words(e.raw_os_error());
            io.out.warn(&cat![
                "Bind ",
                &from,
                " -> ",
                &onto,
                " failed: ",
                &words,
                "\n"
            ]);
        }
    }
}
