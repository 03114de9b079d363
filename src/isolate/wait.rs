//! Waiting, on both sides: for children, for signals, which are passed on, and for a byte from the other side. How a stopped
//! command stops isolate, and who has the terminal.
//!
//! Outside, every signal is blocked and read from a descriptor. What a process has sent goes to the first process inside as a byte,
//! its number, and from there to the command. What the terminal sends goes to the whole process group and is nobody's to
//! pass on, but for a hangup. If the command stops, the first process inside says so with a byte; isolate stops as well,
//! so that the caller's shell sees it, and has the command go on when it goes on itself.

use std::mem::{ManuallyDrop, take};
use std::os::fd::{AsFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socketpair,
};
use rustix::process::{
    Pid, Signal, WaitOptions, WaitStatus, getpgrp, getpid, kill_process, test_kill_process_group,
    wait,
};
use rustix::termios::{tcgetpgrp, tcsetpgrp};

use crate::error::{Error, Result};
use crate::files;
use crate::isolate::run::failed;
use crate::nl::wire::field;
use crate::sys;

/// Says that the command has stopped in isolate's own process group, or in another.
const STOPPED: u8 = b's';
const STOPPED_APART: u8 = b'S';
/// Says that the ids are mapped.
pub const MAPPED: u8 = b'm';
/// Says that inside has its /proc, or the caller's.
#[cfg(feature = "isolate")]
pub const HAS_PROC: u8 = b'p';
/// Asks for another attempt, without a user namespace.
pub const WITHOUT_USER: u8 = b'u';

/// Says that the command is about to be started: what is heard after that may be the command's words.
pub const STARTED: u8 = b'c';

/// Lets the command go on: this bit, and with it how often isolate has heard that the command stopped. If it has stopped once more
/// since, the byte is for the time before.
const GO_ON: u8 = 0x80;

/// How a child has ended.
pub enum End {
    /// As a shell says it: the exit status, or 128 and the signal.
    Status(u8),
    /// It wants to be started without a user namespace.
    WithoutUser,
}

/// What happens.
enum Event {
    /// A signal: its number, and whether a process has sent it.
    Signal(i32, bool),
    Byte(u8),
}

/// Signals, and the socket that leads to the other side.
struct Events<'a> {
    /// It ends with the process.
    signals: ManuallyDrop<OwnedFd>,
    other: Option<&'a OwnedFd>,
}

impl<'a> Events<'a> {
    fn open(other: &'a OwnedFd) -> Result<Events<'a>> {
        let signals = sys::signal_fd(sys::EVERY_SIGNAL).and_then(sys::not_standard);
        Ok(Events {
            signals: ManuallyDrop::new(signals.map_err(failed)?),
            other: Some(other),
        })
    }

    /// The next event. A signal comes before a byte.
    fn next(&mut self) -> Event {
        loop {
            let signals = PollFd::new(&*self.signals, PollFlags::IN);
            let other = self.other.unwrap_or(&self.signals);
            let mut both = [signals, PollFd::new(other, PollFlags::IN)];
            if poll(&mut both, None).is_err() {
                continue;
            }
            if both[0].revents().is_empty() {
                let mut byte = [0];
                match rustix::io::read(other, &mut byte) {
                    Ok(1) => return Event::Byte(byte[0]),
                    // The other side has ended; its end is a signal, or kills this one.
                    _ => self.other = None,
                }
                continue;
            }
            // A `struct signalfd_siginfo`: number, errno, code, ...
            let mut info = [0; 128];
            if rustix::io::read(&*self.signals, &mut info) == Ok(info.len()) {
                let number = field(&info, 0).unwrap_or(0) as i32;
                // SI_USER, and what is below it, is of processes; what is above it, of the kernel. Its SIGPIPE claims to be of
                // this process.
                let code = field(&info, 8).unwrap_or(0) as i32;
                let own = getpid().as_raw_pid() as u32;
                return Event::Signal(number, code <= 0 && field(&info, 12) != Some(own));
            }
        }
    }
}

/// A socket that joins two processes: both its ends.
pub fn socket_pair() -> Result<[OwnedFd; 2]> {
    let flags = SocketFlags::CLOEXEC;
    let pair = socketpair(AddressFamily::UNIX, SocketType::STREAM, flags, None);
    let (here, there) = pair.map_err(failed)?;
    Ok([
        sys::not_standard(here).map_err(failed)?,
        sys::not_standard(there).map_err(failed)?,
    ])
}

/// Tells the other side something; if it has ended, nobody hears.
pub fn tell(other: &OwnedFd, bytes: &[u8]) {
    let _ = send(other, bytes, SendFlags::NOSIGNAL);
}

const RULES_LOST: &str =
    "isolate: the process that holds its rules was killed, and the command with it";

/// Signals that are passed on even if the kernel sent them: no terminal sends them to all of the process group.
const OF_ONE: [i32; 5] = [
    libc::SIGHUP,
    libc::SIGALRM,
    libc::SIGVTALRM,
    libc::SIGPROF,
    libc::SIGXCPU,
];

/// Waits outside until the first process inside ends, and ends it if `holder` ends before.
pub fn wait_outside(child: Pid, inside: &OwnedFd, holder: Option<Pid>) -> Result<End> {
    let mut events = Events::open(inside)?;
    let (mut without_user, mut started, mut holds) = (false, false, true);
    let mut stops = 0u8;
    loop {
        match events.next() {
            Event::Byte(STARTED) => started = true,
            Event::Byte(WITHOUT_USER) => without_user |= !started,
            Event::Byte(byte) => {
                stops = stops.wrapping_add(1);
                // The process group that has the terminal while the command goes on, if that is not isolate's.
                let foreground = match byte {
                    STOPPED_APART => take_terminal(),
                    _ => None,
                };
                let _ = kill_process(getpid(), Signal::STOP);
                // It goes on. Whether SIGCONT can still be read is not certain: the next stop signal removes it.
                sys::forget_signal(libc::SIGCONT);
                give_terminal(foreground);
                tell(inside, &[GO_ON | stops]);
            }
            Event::Signal(libc::SIGCHLD, _) => {
                while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
                    if pid == child {
                        take_terminal_from_the_dead();
                        // Its last word may be still to be read: a signal comes before a byte.
                        let mut byte = [0];
                        while let Ok((_, 1)) = recv(inside, &mut byte, RecvFlags::DONTWAIT) {
                            started |= byte[0] == STARTED;
                            without_user |= byte[0] == WITHOUT_USER && !started;
                        }
                        return match without_user {
                            true => Ok(End::WithoutUser),
                            false if holds || cfg!(not(feature = "isolate")) => {
                                Ok(End::Status(exit_status(status)))
                            }
                            false => Err(Error::refused(RULES_LOST, b"")),
                        };
                    }
                    if cfg!(feature = "isolate") && holder == Some(pid) {
                        // What is not to be reached could be.
                        holds = false;
                        sys::kill(child.as_raw_pid(), libc::SIGKILL);
                    }
                }
            }
            Event::Signal(number, is_sent) => {
                if number == libc::SIGCONT {
                    tell(inside, &[GO_ON | stops]);
                } else if is_sent || OF_ONE.contains(&number) {
                    tell(inside, &[number as u8]);
                }
            }
        }
    }
}

/// Waits inside until the command ends, and collects every other process that ends. Returns the exit status.
pub fn wait_inside(command: Pid, outside: &OwnedFd) -> Result<u8> {
    let mut events = Events::open(outside)?;
    let mut state = State::default();
    loop {
        match events.next() {
            Event::Signal(libc::SIGCHLD, _) => {
                if let Some(code) = state.collect(command, outside) {
                    return Ok(code);
                }
            }
            // The command goes on when the other side says so: the terminal is given first.
            Event::Signal(libc::SIGCONT, _) => state.goes_on = true,
            Event::Signal(number, true) => pass_on(number, command),
            Event::Signal(..) => {}
            Event::Byte(byte @ GO_ON..) => {
                if let Some(code) = state.collect(command, outside) {
                    return Ok(code);
                }
                if byte == GO_ON | state.stops && !state.was_told(command) {
                    state.is_passed_on = true;
                    pass_on(libc::SIGCONT, command);
                }
            }
            Event::Byte(number) => pass_on(number.into(), command),
        }
    }
}

/// What is known of the command, since it stopped last.
#[derive(Default)]
struct State {
    /// How often it has stopped.
    stops: u8,
    /// Whether somebody else has let it go on, or all of isolate's process group.
    goes_on: bool,
    /// Whether SIGCONT was passed on to it.
    is_passed_on: bool,
}

impl State {
    /// Collects processes that have ended, and notes and tells whether the command has stopped. Returns its exit status if it has
    /// ended.
    fn collect(&mut self, command: Pid, outside: &OwnedFd) -> Option<u8> {
        let options = WaitOptions::NOHANG | WaitOptions::UNTRACED | WaitOptions::CONTINUED;
        while let Ok(Some((pid, status))) = wait(options) {
            if pid != command {
                continue;
            }
            if !status.stopped() && !status.continued() {
                return Some(exit_status(status));
            }
            self.goes_on = status.continued() && !self.is_passed_on;
            if status.stopped() {
                self.stops = self.stops.wrapping_add(1);
                self.is_passed_on = false;
                let apart = group_apart(command).is_some();
                tell(outside, &[if apart { STOPPED_APART } else { STOPPED }]);
            }
        }
        None
    }

    /// Whether the command had SIGCONT together with isolate's process group; once for each time.
    fn was_told(&mut self, command: Pid) -> bool {
        take(&mut self.goes_on) && group_apart(command).is_none()
    }
}

/// Sends a signal to the command; the one that lets it go on, to all of its process group.
fn pass_on(number: i32, command: Pid) {
    let group = group_apart(command).filter(|_| number == libc::SIGCONT);
    sys::kill(group.map_or(command.as_raw_pid(), |group| -group), number);
}

/// The process group of the command, if that is another than isolate's.
fn group_apart(command: Pid) -> Option<i32> {
    // In a process namespace of its own that of isolate has the number 0.
    let [group, own] = [command, getpid()].map(sys::process_group);
    (group != own).then_some(group)
}

fn exit_status(status: WaitStatus) -> u8 {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => code as u8,
        (None, signal) => 128 + signal.unwrap_or(0) as u8,
    }
}

fn terminal() -> Option<OwnedFd> {
    files::open(
        c"/dev/tty",
        OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK,
    )
    .ok()
}

/// Makes isolate's own process group that of the terminal's foreground; which one it was, if it was another.
fn take_terminal() -> Option<Pid> {
    let tty = terminal()?;
    let group = tcgetpgrp(&tty).ok().filter(|group| *group != getpgrp())?;
    // SIGTTOU is blocked.
    tcsetpgrp(&tty, getpgrp()).ok()?;
    Some(group)
}

/// Gives the terminal to a process group inside, if isolate's own has been put into the foreground.
fn give_terminal(group: Option<Pid>) {
    if let (Some(group), Some(tty)) = (group, terminal())
        && tcgetpgrp(&tty) == Ok(getpgrp())
    {
        let _ = tcsetpgrp(&tty, group);
    }
}

/// Takes the terminal back if the process group that has it is one that ended with the command: a shell inside leaves it so,
/// and the caller's next read would be an error.
fn take_terminal_from_the_dead() {
    let Some(tty) = terminal() else { return };
    if let Ok(group) = tcgetpgrp(tty.as_fd())
        && test_kill_process_group(group) == Err(Errno::SRCH)
    {
        let _ = tcsetpgrp(&tty, getpgrp());
    }
}
