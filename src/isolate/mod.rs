//! `isolate CMD`: a command in new user, pid, mount, uts and network namespaces, with a veth tunnel to the caller's.
//!
//! Options become a [`Plan`]: steps outside and inside. One loop runs the steps; those outside are undone in reverse when
//! a later one fails or the command ends. Three processes: the caller's, which waits; the first inside (pid 1), which ends
//! with the caller's and takes everything inside along; and the command.

use std::os::fd::OwnedFd;

use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::mount::{MountFlags, MountPropagationFlags, mount, mount_change};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{
    Pid, Signal, WaitOptions, getegid, geteuid, getpid, set_parent_process_death_signal, wait,
    waitpid,
};

use crate::error::{Error, REFUSED, Result, USAGE, decimal, fill};
use crate::names::{self, Names, ifinfo};
use crate::nl::uapi::{af, ifa, iff, ifla, info, nlm_f, rtm, veth};
use crate::nl::wire::Msg;
use crate::sys::{self, Path};

const HELP: &str = "\
Usage: isolate [ --help | --version ] COMMAND [ ARGUMENT ... ]
Runs COMMAND in new user, pid, mount, uts and network namespaces, with a veth tunnel from 10.1.1.2/24 (veth1, inside)
to 10.1.1.1/24 (here). The exit status is the command's own, or 128 and the number of the signal that ended it.";

const NAMESPACES: i32 = libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNS
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWNET;

/// The two ends of the tunnel.
const OUTSIDE: [u8; 4] = [10, 1, 1, 1];
const INSIDE: [u8; 4] = [10, 1, 1, 2];
const PREFIX: u8 = 24;
const DEVICE_INSIDE: &[u8] = b"veth1";

/// What is to be done, in order.
pub struct Plan<'a> {
    outside: &'static [Step],
    inside: &'static [Step],
    /// The tunnel's end outside.
    device: Vec<u8>,
    command: &'a [&'a [u8]],
}

/// A step of a plan.
#[derive(Clone, Copy)]
enum Step {
    /// The caller is root inside.
    Map,
    /// A veth pair: the plan's device outside, [`DEVICE_INSIDE`] inside.
    Veth,
    /// The tunnel's address on this side; the device is raised as well.
    Address,
    /// The loopback is raised.
    Loopback,
    /// What is mounted inside stays inside; /proc shows the processes inside.
    Mounts,
}

/// Reads the options.
pub fn parse<'a>(words: &'a [&'a [u8]]) -> Result<Plan<'a>> {
    let command = match words {
        [] => return Err(Error::help(HELP)),
        [b"-h" | b"--help", ..] => return Err(Error::new(0, HELP, &[]).on_stdout()),
        [b"-V" | b"--version", ..] => {
            let text = concat!("isolate, ipso ", env!("IPSO_VERSION"));
            return Err(Error::new(0, text, &[]).on_stdout());
        }
        [b"--", command @ ..] if !command.is_empty() => command,
        [[b'-', ..], ..] => {
            let text = "isolate: unknown option \"%\", try \"isolate --help\"";
            return Err(Error::new(USAGE, text, &[words[0]]));
        }
        command => command,
    };
    Ok(Plan {
        outside: &[Step::Map, Step::Veth, Step::Address],
        inside: &[Step::Mounts, Step::Loopback, Step::Address],
        device: fill("isolate%", &[&number(getpid())]),
        command,
    })
}

fn number(pid: Pid) -> Vec<u8> {
    decimal(pid.as_raw_nonzero().get().into())
}

/// Runs `isolate WORDS`.
pub fn run(words: &[&[u8]], names: &mut Names) -> Result<()> {
    let plan = parse(words)?;
    let (go, started) = pipe_with(PipeFlags::CLOEXEC).map_err(|e| failed("pipe", e))?;
    match sys::fork(NAMESPACES).map_err(|e| hinted(failed("namespaces", e)))? {
        None => {
            drop(started);
            inside(&plan, go, names)
        }
        Some(child) => {
            drop(go);
            outside(&plan, child, started, names)
        }
    }
}

fn failed(what: &str, errno: Errno) -> Error {
    Error::os("isolate: %", what.as_bytes(), errno.raw_os_error())
}

/// Why namespaces are refused, as far as the errno tells.
fn hinted(e: Error) -> Error {
    let why = match e.errno() {
        libc::EPERM => {
            "User namespaces are forbidden here: see the sysctls kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns."
        }
        libc::EINVAL | libc::ENOSYS => {
            "This kernel lacks namespaces (CONFIG_USER_NS, CONFIG_PID_NS, CONFIG_NET_NS, CONFIG_UTS_NS)."
        }
        libc::ENOSPC | libc::EUSERS => {
            "Too many namespaces: see the sysctls user.max_*_namespaces."
        }
        _ => return e,
    };
    e.hint(why)
}

/// The caller's side: prepares, lets the first process inside go on, waits for it, and clears up.
fn outside(plan: &Plan, child: Pid, started: OwnedFd, names: &mut Names) -> Result<()> {
    let mut done = 0;
    let prepared = plan.outside.iter().try_for_each(|step| {
        step.run(plan, Some(child), names)?;
        done += 1;
        Ok(())
    });
    if prepared.is_ok() {
        // The command gets what the terminal sends; here it must not end the wait.
        sys::block(&[libc::SIGINT, libc::SIGQUIT]);
        let _ = rustix::io::write(&started, b"!");
    }
    // Without that byte the other side gives up.
    drop(started);
    let status = loop {
        match waitpid(Some(child), WaitOptions::empty()) {
            Err(Errno::INTR) => {}
            ended => break ended,
        }
    };
    plan.outside[..done]
        .iter()
        .rev()
        .for_each(|step| step.undo(plan, names));
    prepared?;
    match status.map_err(|e| failed("wait", e))? {
        Some((_, status)) => match exit_status(status) {
            0 => Ok(()),
            code => Err(Error::status(code)),
        },
        None => Ok(()),
    }
}

/// A shell's number for how a process ended.
fn exit_status(status: rustix::process::WaitStatus) -> u8 {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => code as u8,
        (None, Some(signal)) => 128 + signal as u8,
        _ => REFUSED,
    }
}

/// The first process inside: prepares its side, starts the command, and collects what ends until the command does.
fn inside(plan: &Plan, go: OwnedFd, names: &mut Names) -> Result<()> {
    let mut byte = [0];
    if rustix::io::read(&go, &mut byte) != Ok(1) {
        return Err(Error::status(REFUSED));
    }
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(|e| failed("prctl", e))?;
    plan.inside
        .iter()
        .try_for_each(|step| step.run(plan, None, names))?;
    let Some(command) = sys::fork(0).map_err(|e| failed("fork", e))? else {
        let e = sys::exec(plan.command);
        // As a shell: 127 where there is no such command, 126 where it cannot be run.
        let code = if e == Errno::NOENT { 127 } else { 126 };
        return Err(Error::os(
            "isolate: exec of \"%\" failed",
            plan.command[0],
            e.raw_os_error(),
        )
        .code_is(code));
    };
    loop {
        match wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid == command => {
                return Err(Error::status(exit_status(status)));
            }
            Ok(_) | Err(Errno::INTR) => {}
            Err(e) => return Err(failed("wait", e)),
        }
    }
}

impl Step {
    /// Takes the step: outside with the process inside, inside without.
    fn run(self, plan: &Plan, child: Option<Pid>, names: &mut Names) -> Result<()> {
        let (device, address) = match child {
            Some(_) => (&plan.device[..], OUTSIDE),
            None => (DEVICE_INSIDE, INSIDE),
        };
        let (noun, done): (&[u8], _) = match (self, child) {
            (Step::Map, Some(child)) => (b"user namespace", map(child)),
            (Step::Veth, Some(child)) => (b"veth tunnel", add_veth(device, child, names)),
            (Step::Address, _) => (
                b"address of the tunnel",
                add_address(device, address, names),
            ),
            (Step::Loopback, _) => (b"loopback", set_up(b"lo", names)),
            _ => (b"mounts", mounts()),
        };
        done.map_err(|e| {
            let text = Error::new(REFUSED, "isolate: %: %", &[noun, e.text()]);
            hinted(text.with_errno(e.errno()))
        })
    }

    /// Takes back what would outlive the processes inside, or vanish only some time after them.
    fn undo(self, plan: &Plan, names: &mut Names) {
        if let Step::Veth = self {
            let mut msg = Msg::new(rtm::DELLINK, 0, &ifinfo(0, 0, 0, 0));
            msg.str(ifla::IFNAME, &plan.device);
            // It may be gone already.
            let _ = names.socket().and_then(|socket| socket.ack(&mut msg));
        }
    }
}

/// Root inside is the caller outside. Without `deny` an ordinary user may not map a group.
fn map(child: Pid) -> Result<()> {
    let pid = number(child);
    let one = |id: u32| fill("0 % 1\n", &[&decimal(id.into())]);
    for (file, text) in [
        (&b"setgroups"[..], b"deny".to_vec()),
        (b"uid_map", one(geteuid().as_raw())),
        (b"gid_map", one(getegid().as_raw())),
    ] {
        let path = Path::new(&[b"/proc/", &pid, b"/", file]);
        names::open(&path, OFlags::WRONLY)
            .and_then(|file| rustix::io::write(&file, &text))
            .map_err(|e| Error::os("%", path.to_bytes(), e.raw_os_error()))?;
    }
    Ok(())
}

fn add_veth(device: &[u8], child: Pid, names: &mut Names) -> Result<()> {
    let pid = child.as_raw_nonzero().get();
    let mut msg = Msg::new(
        rtm::NEWLINK,
        nlm_f::CREATE | nlm_f::EXCL,
        &ifinfo(0, 0, 0, 0),
    );
    msg.str(ifla::IFNAME, device);
    msg.nest(ifla::LINKINFO, |m| {
        m.str(info::KIND, b"veth");
        m.nest(info::DATA, |m| {
            m.nest(veth::PEER, |m| {
                m.raw(&ifinfo(0, 0, 0, 0));
                m.str(ifla::IFNAME, DEVICE_INSIDE);
                m.u32(ifla::NET_NS_PID, pid as u32);
            });
        });
    });
    names.socket()?.ack(&mut msg)
}

fn add_address(device: &[u8], address: [u8; 4], names: &mut Names) -> Result<()> {
    let mut head = [af::INET, PREFIX, 0, 0, 0, 0, 0, 0];
    head[4..].copy_from_slice(&names.index(device)?.to_ne_bytes());
    let mut msg = Msg::new(rtm::NEWADDR, nlm_f::CREATE | nlm_f::EXCL, &head);
    msg.bytes(ifa::LOCAL, &address);
    msg.bytes(ifa::ADDRESS, &address);
    names.socket()?.ack(&mut msg)?;
    set_up(device, names)
}

fn set_up(device: &[u8], names: &mut Names) -> Result<()> {
    let mut msg = Msg::new(
        rtm::NEWLINK,
        0,
        &ifinfo(0, names.index(device)?, iff::UP, iff::UP),
    );
    names.socket()?.ack(&mut msg)
}

fn mounts() -> Result<()> {
    mount_change(
        "/",
        MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC,
    )
    .map_err(|e| Error::os("making / a slave", b"", e.raw_os_error()))?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount(c"proc", c"/proc", c"proc", flags, None)
        .map_err(|e| Error::os("/proc", b"", e.raw_os_error()))
}
