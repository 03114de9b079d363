//! `isolate CMD`: a command in new user, pid, mount, uts and network namespaces, with a veth tunnel to the caller's.
//!
//! Options become a [`Plan`]: lines of `ip`, outside and inside. One loop runs them; what was done outside is undone when a
//! later line fails or the command ends. Three processes: the caller's, which waits; the first inside (pid 1), which ends
//! with the caller's and takes everything inside along; and the command.

use std::os::fd::OwnedFd;

use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::mount::{MountFlags, MountPropagationFlags, mount, mount_change};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{
    Pid, Signal, WaitOptions, WaitStatus, getegid, geteuid, getpid, kill_process,
    set_parent_process_death_signal, wait,
};

use crate::args::Words;
use crate::error::{Error, REFUSED, Result};
use crate::files;
use crate::ip;
use crate::ip::batch::split;
use crate::ip::command::Io;
use crate::ns::hint;
use crate::sys;
use crate::text::{decimal, fill_one, fill_two};

const HELP: &str = "\
Usage: isolate COMMAND [ ARGUMENT ... ]
Runs COMMAND in new user, pid, mount, uts and network namespaces, with a tunnel from 10.1.1.2/24 (veth1)
to 10.1.1.1/24 (here). The exit status is COMMAND's, or 128 + the signal that ended it.";

/// What is waited for.
const SIGNALS: sys::Signals = sys::signals(&[
    libc::SIGCHLD,
    libc::SIGTERM,
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
]);

const NAMESPACES: i32 = libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNS
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWNET;

/// What is to be done: lines of `ip`, in which the first `%` is the number of this process, and the second that of the first
/// process inside.
pub struct Plan<'a> {
    outside: &'static [&'static str],
    /// Takes back what would outlive the processes inside, or vanish only some time after them.
    undo: &'static str,
    inside: &'static [&'static str],
    command: &'a [&'a [u8]],
}

/// Reads the options.
pub fn parse<'a>(words: &'a [&'a [u8]]) -> Result<Plan<'a>> {
    let first = words.first().copied().unwrap_or_default();
    let command = match first {
        b"-h" | b"--help" => return Err(Error::say(0, HELP.into()).on_stdout()),
        b"--" => &words[1..],
        _ if first.starts_with(b"-") => {
            let text = "isolate: unknown option \"%\", try \"isolate --help\"";
            return Err(Error::usage(text, first));
        }
        _ => words,
    };
    if command.is_empty() {
        return Err(Error::help(HELP));
    }
    Ok(Plan {
        outside: &[
            "link add isolate% up type veth peer name veth1 netns %",
            "addr add 10.1.1.1/24 dev isolate%",
        ],
        undo: "link delete isolate%",
        inside: &[
            "link set lo up",
            "link set veth1 up",
            "addr add 10.1.1.2/24 dev veth1",
        ],
        command,
    })
}

/// Runs `isolate WORDS`.
pub fn run(words: &[&[u8]], io: &mut Io) -> Result<()> {
    let plan = parse(words)?;
    let (go, started) = pipe_with(PipeFlags::CLOEXEC).map_err(|e| failed("pipe", e))?;
    // From here on signals are taken one by one; the command gets back the mask that was.
    let mask = sys::block(SIGNALS, libc::SIG_BLOCK);
    // Where the caller ignores it, no child could be waited for.
    sys::default(libc::SIGCHLD);
    match sys::fork(NAMESPACES).map_err(|e| hint::explain_creation(failed("namespaces", e)))? {
        None => {
            drop(started);
            inside(&plan, go, mask, io)
        }
        Some(child) => {
            drop(go);
            outside(&plan, child, started, io)
        }
    }
}

fn failed(what: &str, errno: Errno) -> Error {
    Error::os("isolate: %", what.as_bytes(), errno.raw_os_error())
}

/// Runs a line of `ip`.
fn ip_line(line: &str, child: Pid, io: &mut Io) -> Result<()> {
    let line = fill_two(line, &number(getpid()), &number(child));
    let words = split(&line)?;
    ip::run(&mut Words::new(&words), None, io).map_err(|e| {
        let text = Error::refused_two("isolate: ip %: %", &line, e.text());
        hint::explain_refusal(text.with_errno(e.errno()))
    })
}

fn number(pid: Pid) -> Vec<u8> {
    decimal(pid.as_raw_nonzero().get().into())
}

/// The caller's side: prepares, lets the first process inside go on, waits for it, and clears up.
fn outside(plan: &Plan, child: Pid, started: OwnedFd, io: &mut Io) -> Result<()> {
    let mut done = 0;
    let prepared = map(child).and_then(|()| {
        plan.outside.iter().try_for_each(|line| {
            ip_line(line, child, io)?;
            done += 1;
            Ok(())
        })
    });
    if prepared.is_ok() {
        let _ = rustix::io::write(&started, b"!");
    }
    // Without that byte the other side gives up.
    drop(started);
    let status = wait_for(child);
    if done > 0 {
        // It may be gone already.
        let _ = ip_line(plan.undo, child, io);
    }
    prepared?;
    match status {
        0 => Ok(()),
        code => Err(Error::status(code)),
    }
}

/// Waits until a process ends, and collects any other that ends before; a shell's number for how it ended. What asks this
/// process to end is passed on, so that it can clear up after the other; what a terminal sends the other gets by itself.
fn wait_for(child: Pid) -> u8 {
    loop {
        if let Some(signal @ (Signal::TERM | Signal::HUP)) =
            Signal::from_named_raw(sys::next_signal(SIGNALS))
        {
            let _ = kill_process(child, signal);
        }
        while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
            if pid == child {
                return exit_status(status);
            }
        }
    }
}

fn exit_status(status: WaitStatus) -> u8 {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => code as u8,
        (None, Some(signal)) => 128 + signal as u8,
        _ => REFUSED,
    }
}

/// The first process inside: prepares its side, starts the command, and collects what ends until the command does.
fn inside(plan: &Plan, go: OwnedFd, mask: sys::Signals, io: &mut Io) -> Result<()> {
    // Before the read, which ends if the other side has died already.
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(|e| failed("prctl", e))?;
    let mut byte = [0];
    if rustix::io::read(&go, &mut byte) != Ok(1) {
        return Err(Error::status(REFUSED));
    }
    mounts().map_err(|e| failed("mounts", e))?;
    plan.inside
        .iter()
        .try_for_each(|line| ip_line(line, getpid(), io))?;
    let Some(command) = sys::fork(0).map_err(|e| failed("fork", e))? else {
        sys::block(mask, libc::SIG_SETMASK);
        let e = sys::exec(plan.command);
        // As a shell: 127 where there is no such command, 126 where it cannot be run.
        let code = if e == Errno::NOENT { 127 } else { 126 };
        let text = "isolate: exec of \"%\" failed";
        return Err(Error::os(text, plan.command[0], e.raw_os_error()).code_is(code));
    };
    Err(Error::status(wait_for(command)))
}

/// Root inside is the caller outside. Without `deny` an ordinary user may not map a group.
fn map(child: Pid) -> Result<()> {
    write_map(child, b"/setgroups", b"deny")?;
    write_map(child, b"/uid_map", &root_is(geteuid().as_raw()))?;
    write_map(child, b"/gid_map", &root_is(getegid().as_raw()))
}

fn root_is(id: u32) -> Vec<u8> {
    fill_one("0 % 1\n", &decimal(id.into()))
}

fn write_map(child: Pid, file: &[u8], text: &[u8]) -> Result<()> {
    let path = files::of_process(&number(child), file);
    files::open(&path, OFlags::WRONLY)
        .and_then(|file| rustix::io::write(&file, text))
        .map_err(|e| Error::os("isolate: %", path.to_bytes(), e.raw_os_error()))?;
    Ok(())
}

/// What is mounted inside stays inside; /proc and, where that is allowed, /sys show what is inside.
fn mounts() -> rustix::io::Result<()> {
    mount_change(
        c"/",
        MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC,
    )?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount(c"proc", c"/proc", c"proc", flags, None)?;
    let _ = mount(c"sysfs", c"/sys", c"sysfs", flags, None);
    Ok(())
}
