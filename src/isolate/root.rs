//! Another root file system, and what options mount. A tree to be mounted is opened while the caller's root is still there,
//! and attached below the new one, where no symbolic link leads out of it.

use std::ffi::CStr;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{AtFlags, CWD, FileType, Mode, mkdir, mknodat, symlink};
use rustix::io::Errno;
use rustix::mount::{
    MountFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags, mount, mount_move, move_mount,
    open_tree, unmount,
};
use rustix::process::{chdir, chroot, fchdir, pivot_root};

use crate::error::Result;
#[cfg(feature = "nat")]
use crate::files;
use crate::files::Call;
#[cfg(feature = "nat")]
use crate::isolate::nat::Use;
use crate::isolate::options::Word;
#[cfg(feature = "nat")]
use crate::isolate::run::say;
use crate::isolate::run::{Run, Side, Step, StepFn, Task, failed};
use crate::isolate::{holder, users};
use crate::names::netns::folder;
use crate::sys::{self, Path};

const fn inside(text: &'static str, run: StepFn) -> Step {
    Step {
        side: Side::Inside,
        text,
        run,
    }
}

const fn outside(text: &'static str, run: StepFn) -> Step {
    Step {
        side: Side::Outside,
        text,
        run,
    }
}

static HOLD_NAME: Step = outside("give the network the name %", in_one_go);
#[cfg(feature = "nat")]
static RULE: Step = outside("rule: %", in_one_go);
static HOLD: Step = outside("hold what outlives the command", holder::start);
#[cfg(feature = "nat")]
static WRITE_SERVERS: Step = inside("write the name servers down", write_servers);
#[cfg(feature = "nat")]
static ATTACH_SERVERS: Step = inside("mount them on /etc/resolv.conf", attach_servers);
static CARRY: Step = inside("open %", carry);
static OPEN: Step = inside("open %", open);
static OPEN_READ_ONLY: Step = inside("open % read-only", open_read_only);
static ENTER: Step = inside("make % the root", enter);
static SEAL: Step = inside("make what is mounted read-only", seal);
static PLACE: Step = inside("make a place for %", place);
static TMPFS: Step = inside("mount tmpfs on %", tmpfs);
static DEVICES: Step = inside("mount tmpfs with terminals on /dev", devices);
static HOSTNAME: Step = inside("set the host name %", hostname);
static FOLDER: Step = inside("start in %", folder_of_command);
static BECOME_ROOT: Step = inside("become root of the map", users::become_root);
static ATTACH: Step = inside("mount % on %", attach);

/// The devices that every root has, which an ordinary user cannot make.
const DEVICES_TO_OPEN: [Word; 6] = [
    b"/dev/null",
    b"/dev/zero",
    b"/dev/full",
    b"/dev/random",
    b"/dev/urandom",
    b"/dev/tty",
];

/// Adds the tasks for the root file system and for mounts.
pub fn add_tasks(run: &Run, tasks: &mut Vec<Task>) {
    let options = run.options;
    let mut add = |step: &'static Step, values: [Word; 2]| tasks.push(Task { step, values });
    let none: Word = b"";
    if let Some(name) = options.name {
        add(&HOLD_NAME, [name, none]);
    }
    #[cfg(feature = "nat")]
    let has_servers = options.nat.has(Use::Dns) && run.namespaces & libc::CLONE_NEWNS != 0;
    #[cfg(feature = "nat")]
    {
        options
            .nat
            .describe(&mut |line| add(&RULE, [line.to_vec().leak(), none]));
    }
    if holder::is_needed(options) {
        add(&HOLD, [none, none]);
    }
    // What the caller's root had by now, and the new one is to have.
    let mut carried: Vec<Word> = Vec::new();
    if options.rootfs.is_some() {
        carried.extend([&b"/proc"[..], b"/sys"]);
        if run.namespaces & libc::CLONE_NEWNET != 0 {
            carried.push(folder());
        }
        carried.extend(DEVICES_TO_OPEN);
    }
    for path in &carried {
        add(&CARRY, [path, none]);
    }
    for mount in &options.mounts {
        match mount.source {
            Some(source) if mount.read_only => add(&OPEN_READ_ONLY, [source, mount.target]),
            Some(source) => add(&OPEN, [source, mount.target]),
            None => {}
        }
    }
    // Trees are attached in the order in which they are opened.
    #[cfg(feature = "nat")]
    if has_servers {
        add(&WRITE_SERVERS, [none, none]);
    }
    if let Some(rootfs) = options.rootfs {
        add(&ENTER, [rootfs, none]);
    }
    if options.read_only {
        let places = carried.iter().copied().filter(|_| options.rootfs.is_some());
        let empty = options.mounts.iter().filter(|mount| mount.source.is_none());
        for path in places.chain(empty.map(|mount| mount.target)) {
            add(&PLACE, [path, none]);
        }
        add(&SEAL, [none, none]);
        if options.rootfs.is_none() {
            add(&TMPFS, [b"/dev/shm", none]);
            add(&TMPFS, [b"/tmp", none]);
        }
    }
    if options.rootfs.is_some() {
        add(&DEVICES, [none, none]);
    }
    for path in carried {
        add(&ATTACH, [path, path]);
    }
    for mount in &options.mounts {
        match mount.source {
            Some(source) => add(&ATTACH, [source, mount.target]),
            None => add(&TMPFS, [mount.target, none]),
        }
    }
    #[cfg(feature = "nat")]
    if has_servers {
        add(&ATTACH_SERVERS, [none, none]);
    }
    if let Some(name) = options.hostname {
        add(&HOSTNAME, [name, none]);
    }
    // Where the caller is, as it is mounted now, if that is there.
    let folder = options.folder.or(run.folder);
    if let Some(folder) = folder {
        add(&FOLDER, [folder, none]);
    }
    if options.map_auto && run.is_root {
        add(&BECOME_ROOT, [none, none]);
    }
}

fn hostname(_: &mut Run, [name, _]: [Word; 2]) -> Result<()> {
    sys::process::set_hostname(name).map_err(failed)
}

fn folder_of_command(run: &mut Run, [folder, _]: [Word; 2]) -> Result<()> {
    let done = chdir(&*Path::new(&[folder]));
    match run.options.folder {
        // It is not there, or covered: nothing below the cover is to be seen.
        None => done.or_else(|_| chdir(c"/")).map_err(failed),
        Some(_) => done.map_err(failed),
    }
}

/// What the holder does, all of it at once.
fn in_one_go(_: &mut Run, _: [Word; 2]) -> Result<()> {
    Ok(())
}

/// Opens a file that is in no folder, with the name servers. /etc is covered only until it is open: a mount that is nowhere
/// cannot be copied (Linux 6.1).
#[cfg(feature = "nat")]
fn write_servers(run: &mut Run, values: [Word; 2]) -> Result<()> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount(c"tmpfs", c"/etc", c"tmpfs", flags, Some(c"mode=755")).map_err(failed)?;
    let text = crate::isolate::nat::resolv_conf(&run.options.nat);
    let done = make_file(c"/etc/resolv.conf")
        .and_then(|()| files::write(c"/etc/resolv.conf", &text))
        .map_err(failed)
        .and_then(|()| open(run, [b"/etc/resolv.conf", values[1]]));
    unmount(c"/etc", UnmountFlags::DETACH).map_err(failed)?;
    done
}

/// Puts them in place. Where there is no place for them, the command does without.
#[cfg(feature = "nat")]
fn attach_servers(run: &mut Run, values: [Word; 2]) -> Result<()> {
    if let Err(e) = attach(run, [values[0], b"/etc/resolv.conf"]) {
        let e = e.context(b"no name servers: /etc/resolv.conf");
        say(e.text(), run.io);
    }
    Ok(())
}

/// Opens a copy of what is mounted at a path and below it.
fn open(run: &mut Run, [path, target]: [Word; 2]) -> Result<()> {
    let tree = open_copy(&Path::new(&[path])).map_err(failed)?;
    run.trees.push_back((Some(tree), target));
    Ok(())
}

/// The same for what isolate itself carries along, which may be missing.
fn carry(run: &mut Run, values: [Word; 2]) -> Result<()> {
    match open(run, values) {
        Err(e) if e.errno() == libc::ENOENT => {
            run.trees.push_back((None, values[1]));
            Ok(())
        }
        done => done,
    }
}

fn open_copy(path: &CStr) -> Call<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    open_tree(CWD, path, flags)
}

fn open_read_only(run: &mut Run, values: [Word; 2]) -> Result<()> {
    open(run, values)?;
    let tree = run.trees.back().and_then(|(tree, _)| tree.as_ref());
    tree.map_or(Ok(()), |tree| sys::make_read_only(tree.as_fd(), c""))
        .map_err(failed)
}

/// Makes a folder the root; the old one is not to be seen any more.
fn enter(_: &mut Run, [path, _]: [Word; 2]) -> Result<()> {
    let path = Path::new(&[path]);
    let done = open_copy(&path)
        .and_then(|tree| put(&tree, &path).and_then(|()| fchdir(&tree)))
        .and_then(|()| match pivot_root(c".", c".") {
            Ok(()) => unmount(c".", UnmountFlags::DETACH),
            // The root is that of an initramfs, or the caller is in a chroot(2).
            Err(Errno::INVAL) => mount_move(c".", c"/").and_then(|()| chroot(c".")),
            Err(e) => Err(e),
        })
        .and_then(|()| chdir(c"/"));
    done.map_err(failed)
}

/// Makes all that is mounted read-only, but for what is isolate's own: /proc, whose files of processes are written to, and the
/// folder of names.
fn seal(run: &mut Run, _: [Word; 2]) -> Result<()> {
    for (tree, target) in &run.trees {
        // If this one is not to be made, or below what is still to be mounted, the mount says so.
        if let Some(tree) = tree.as_ref().filter(|_| !target.is_empty()) {
            let _ = make_place(tree, &Path::new(&[target]));
        }
    }
    sys::make_read_only(CWD, c"/").map_err(failed)?;
    if run.options.rootfs.is_none() {
        for path in [b"/proc", folder()] {
            // It may be the caller's, and read-only from the start.
            let _ = sys::make_writable(CWD, &Path::new(&[path]));
        }
    }
    Ok(())
}

/// Makes a folder for what is to be mounted, while that can be done; if it cannot, the mount says why.
fn place(_: &mut Run, [path, _]: [Word; 2]) -> Result<()> {
    let is_device = DEVICES_TO_OPEN.contains(&path);
    let _ = make_folders(if is_device { b"/dev" } else { path });
    Ok(())
}

fn tmpfs(_: &mut Run, [path, _]: [Word; 2]) -> Result<()> {
    let path = Path::new(&[path]);
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    let attempt = || mount(c"tmpfs", &*path, c"tmpfs", flags, Some(c"mode=1777"));
    let done = match attempt() {
        Err(Errno::NOENT) => make_folders(path.to_bytes()).and_then(|()| attempt()),
        done => done,
    };
    done.map_err(failed)
}

/// Makes a folder and those above it; what is there is left.
fn make_folders(path: &[u8]) -> Call<()> {
    for end in 1..=path.len() {
        if end == path.len() || path[end] == b'/' {
            match mkdir(&*Path::new(&[&path[..end]]), Mode::from_raw_mode(0o755)) {
                Err(Errno::EXIST) => {}
                done => done?,
            }
        }
    }
    Ok(())
}

/// /dev without its devices, which are mounted one by one.
fn devices(_: &mut Run, _: [Word; 2]) -> Result<()> {
    const LINKS: [[&CStr; 2]; 5] = [
        [c"/proc/self/fd", c"/dev/fd"],
        [c"/proc/self/fd/0", c"/dev/stdin"],
        [c"/proc/self/fd/1", c"/dev/stdout"],
        [c"/proc/self/fd/2", c"/dev/stderr"],
        [c"pts/ptmx", c"/dev/ptmx"],
    ];
    let make = || {
        make_folders(b"/dev")?;
        let flags = MountFlags::NOSUID | MountFlags::NOEXEC;
        mount(c"tmpfs", c"/dev", c"tmpfs", flags, Some(c"mode=755"))?;
        make_folders(b"/dev/pts")?;
        make_folders(b"/dev/shm")?;
        let data = c"newinstance,ptmxmode=0666,mode=620";
        mount(c"devpts", c"/dev/pts", c"devpts", flags, Some(data))?;
        let flags = flags | MountFlags::NODEV;
        mount(c"tmpfs", c"/dev/shm", c"tmpfs", flags, Some(c"mode=1777"))?;
        LINKS.iter().try_for_each(|[to, link]| symlink(*to, *link))
    };
    make().map_err(failed)
}

/// Mounts the first of the open trees at a path, which is made if it is not there: a folder or, for a file, a file.
fn attach(run: &mut Run, [_, path]: [Word; 2]) -> Result<()> {
    // What is carried along may be missing.
    let Some((Some(tree), _)) = run.trees.pop_front() else {
        return Ok(());
    };
    let path = Path::new(&[path]);
    let done = match put(&tree, &path) {
        Err(Errno::NOENT) => make_place(&tree, &path).and_then(|()| put(&tree, &path)),
        done => done,
    };
    done.map_err(failed)
}

fn put(tree: &OwnedFd, path: &CStr) -> Call<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_SYMLINKS;
    move_mount(tree, c"", CWD, path, flags)
}

fn make_place(tree: &OwnedFd, path: &CStr) -> Call<()> {
    let file = rustix::fs::statat(tree, c"", AtFlags::EMPTY_PATH)?;
    let bytes = path.to_bytes();
    if FileType::from_raw_mode(file.st_mode) == FileType::Directory {
        return make_folders(bytes);
    }
    if let Some(end) = bytes
        .iter()
        .rposition(|byte| *byte == b'/')
        .filter(|end| *end > 0)
    {
        make_folders(&bytes[..end])?;
    }
    make_file(path)
}

fn make_file(path: &CStr) -> Call<()> {
    let mode = Mode::from_raw_mode(0o644);
    mknodat(CWD, path, FileType::RegularFile, mode, 0)
}
