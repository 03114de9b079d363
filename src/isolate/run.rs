//! What both processes know while they work on the plan, and what a task is.

use std::os::fd::OwnedFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, set_parent_process_death_signal};

use crate::error::{Error, Result, errno_words};
use crate::files::{self, Call};
use crate::ip::command::Io;
#[cfg(feature = "isolate")]
use crate::isolate::held::Holder;
use crate::isolate::options::{Options, Word};
use crate::isolate::pair::Tunnel;
use crate::nl::sock::Socket;
use crate::text::decimal;

/// The exit status of what isolate itself refuses or cannot do, as that of env(1) and timeout(1).
pub const FAILED: u8 = 125;
/// Exit statuses of a command that cannot be run, and of one that is not there, as a shell has them.
pub const CANNOT_RUN: u8 = 126;
/// See [`CANNOT_RUN`].
pub const NOT_FOUND: u8 = 127;

/// Who does it.
#[derive(Clone, Copy, PartialEq)]
pub enum Side {
    /// The caller's process, in the caller's namespaces.
    Outside,
    /// The first process inside.
    Inside,
}

/// A kind of task.
pub struct Step {
    /// Who does it.
    pub side: Side,
    /// What it does, with `%` for its values.
    pub text: &'static str,
    /// Does it.
    pub run: StepFn,
}

/// What does a task, given its values.
pub type StepFn = fn(&mut Run, [Word; 2]) -> Result<()>;

/// Something to be done.
pub struct Task {
    /// What it is.
    pub step: &'static Step,
    /// The values of its text.
    pub values: [Word; 2],
}

/// What one of the two processes knows while it works on the plan.
pub struct Run<'a> {
    /// What is asked for.
    pub options: &'a Options,
    /// Output, and the names of the caller's network namespace; inside those of the new one.
    pub io: &'a mut Io,
    /// Whether the caller is root.
    pub is_root: bool,
    /// `CLONE_NEW*` of the namespaces that are made.
    pub namespaces: i32,
    /// Whether there is another attempt without the user namespace, if ids cannot be mapped or /proc cannot be had in it.
    pub can_do_without_user: bool,
    /// Whether that has to be made.
    pub goes_without_user: bool,
    /// The end of the socket that leads to the other process.
    pub other: OwnedFd,
    /// The process id of the first process inside, as it is outside.
    pub child: Option<Pid>,
    /// The tunnel to make, or that is there.
    pub tunnel: Option<Tunnel>,
    /// A socket of the caller's network namespace, with which the first process inside sees that the tunnel carries.
    pub outer_socket: Option<Box<Socket>>,
    /// The process that holds what outlives the processes inside.
    #[cfg(feature = "isolate")]
    pub holder: Option<Holder>,
    /// Where the caller is.
    #[cfg(feature = "isolate")]
    pub folder: Option<Word>,
    /// What is to be mounted inside once the root file system is another, in its order, and where if an option says so.
    #[cfg(feature = "isolate")]
    pub trees: std::collections::VecDeque<(Option<OwnedFd>, Word)>,
}

impl Run<'_> {
    /// Whether root inside could change the machine, its ids being the same, and is not to.
    pub fn is_protected(&self) -> bool {
        self.is_root && !self.options.writable_sys
    }
}

/// Has this process end when the caller's does, or at once if that has ended already.
pub fn end_with_caller(run: &Run) -> Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(failed)?;
    // A process closes what it has open before its children hear of its end; what it has said is still to be read then.
    let mut other = [PollFd::new(&run.other, PollFlags::empty())];
    let _ = poll(&mut other, Some(&Timespec::default()));
    match other[0].revents().contains(PollFlags::HUP) {
        true => Err(Error::status(FAILED)),
        false => Ok(()),
    }
}

/// Whether `-v` and `--json` have to wait until inside has its /proc: without that it may be started a second time, and they are
/// to speak once.
#[cfg(feature = "isolate")]
pub fn reports_after_proc(run: &Run) -> bool {
    let may_go_without = libc::CLONE_NEWUSER | libc::CLONE_NEWPID | libc::CLONE_NEWNS;
    let says = run.options.verbose || run.options.json || run.options.json_fd.is_some();
    says && run.can_do_without_user && run.namespaces & may_go_without == may_go_without
}

/// Writes to a file of the first process inside, in /proc; `name` begins with a `/`.
pub fn write_of(child: Pid, name: &[u8], text: &[u8]) -> Call<()> {
    let pid = decimal(child.as_raw_pid().into());
    files::write(&files::of_process(&pid, name), text)
}

/// A line for people: what isolate does without being asked, or what it goes without.
pub fn say(text: &[u8], io: &mut Io) {
    warn(&[b"isolate: ", text].concat(), io);
}

/// A line for people that says itself whose it is.
pub fn warn(line: &[u8], io: &mut Io) {
    io.out.warn(&[line, b"\n"].concat());
}

/// A system call failed; the text of the task that it belongs to is put in front.
pub fn failed(errno: Errno) -> Error {
    let text = errno_words(errno.raw_os_error());
    Error::say(FAILED, text).with_errno(errno.raw_os_error())
}
