//! A process outside that holds what the kernel does not take away with the processes inside, and outlives isolate: the name of
//! the network namespace, the table of rules, and the settings of uplinks. It ends when isolate ends, however that comes, and
//! puts everything back. If it is killed itself, isolate does that.
//!
//! One socket joins the two. The holder says [`READY`] or what went wrong; when isolate asks, or has ended, it clears up, and
//! says [`DONE`].

use crate::append::Append;
use std::mem::{forget, take};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{CWD, OFlags};
use rustix::process::{PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::error::{Error, Result};
use crate::files;
use crate::isolate::held::Holder;
#[cfg(feature = "nat")]
use crate::isolate::nat;
use crate::isolate::options::{Options, Word};
#[cfg(feature = "nat")]
use crate::isolate::run::warn;
use crate::isolate::run::{FAILED, Run, failed};
use crate::isolate::wait::{socket_pair, tell};
use crate::names::netns::{folder, is_namespace, open_named};
use crate::ns::{self, who};
use crate::sys::{self, Path};
use crate::text::decimal;

const READY: u8 = b'r';
const DONE: u8 = b'd';

/// Whether there is something to hold.
pub fn is_needed(options: &Options) -> bool {
    options.name.is_some() || options.has_rules()
}

/// Starts the holder, and waits until it holds everything.
pub fn start(run: &mut Run, _: [Word; 2]) -> Result<()> {
    let [here, there] = socket_pair()?;
    let namespace = who::file_at(CWD.as_fd(), &namespace_of(run), b"");
    let name = run.options.name.unwrap_or_default();
    let was_named = open_named(name).is_ok();
    let Some(process) = sys::fork(0).map_err(failed)? else {
        hold(run, &there, namespace);
    };
    drop(there);
    let holder = run.holder.insert(Holder {
        process,
        is_ready: false,
        socket: here,
        namespace,
        was_named,
    });
    let mut said = Vec::new();
    let mut buf = [0; 256];
    // All that is said before it is ready is why it cannot be.
    while let Ok(len @ 1..) = rustix::io::read(&holder.socket, &mut buf) {
        if said.is_empty() && buf[0] == READY {
            holder.is_ready = true;
            return Ok(());
        }
        said.append_bytes(&buf[..len]);
    }
    Err(match said.is_empty() {
        true => Error::refused("it was killed", b""),
        false => Error::say(FAILED, said),
    })
}

/// The path of the network namespace inside.
fn namespace_of(run: &Run) -> Vec<u8> {
    let child = run.child.map_or(0, |child| child.as_raw_pid());
    [b"/proc/", &*decimal(child.into()), b"/ns/net"].concat()
}

/// What the holder does. It never returns.
fn hold(run: &mut Run, socket: &OwnedFd, namespace: who::File) -> ! {
    sys::process::leave_session();
    // What the caller's descriptors lead to may wait for their end, and these processes' sockets belong to isolate.
    forget(take(&mut run.io.names));
    sys::close_others(&[socket.as_raw_fd()], 0);
    if let Err(e) = hold_all(run, socket, namespace) {
        tell(socket, e.text());
    }
    sys::process::exit(0)
}

/// Holds everything until isolate asks, or has ended.
fn hold_all(run: &mut Run, socket: &OwnedFd, namespace: who::File) -> Result<()> {
    #[cfg(feature = "nat")]
    let mut table = open_table(run)?;
    let inside = run
        .child
        .map(|child| pidfd_open(child, PidfdFlags::empty()));
    let named = give_name(run);
    if named.is_ok() {
        // What is open may be a pipe whose end somebody waits for.
        if let Ok(null) = files::open(c"/dev/null", OFlags::RDWR) {
            for stream in 0..3 {
                sys::process::replace(stream, null.as_fd());
            }
        }
        tell(socket, &[READY]);
        let _ = rustix::io::read(socket, &mut [0]);
        // Killed, isolate closes the socket before those inside are killed: they are not to go on without the rules.
        if let Some(Ok(inside)) = inside {
            let _ = pidfd_send_signal(&inside, Signal::KILL);
            let _ = poll(&mut [PollFd::new(&inside, PollFlags::IN)], None);
        }
        take_name(run, namespace, false);
    }
    #[cfg(feature = "nat")]
    if let Some(table) = &mut table {
        table.undo();
    }
    if named.is_ok() {
        // The kernel takes its time to close the socket of a table that had an owner: nobody is to wait for that.
        tell(socket, &[DONE]);
    }
    named
}

/// Lets through the tunnel what the rules say.
#[cfg(feature = "nat")]
fn open_table(run: &mut Run) -> Result<Option<nat::Held>> {
    let Some(tunnel) = run.tunnel.as_ref().filter(|_| run.options.has_rules()) else {
        return Ok(None);
    };
    let [outer, inner] = &tunnel.ends;
    let quad = inner[0].bytes().first_chunk();
    let both =
        [&outer[1], &inner[1]].map(|end| end.bytes().first_chunk().copied().unwrap_or([0; 16]));
    let name = tunnel.name();
    let seen = nat::Tunnel {
        name: &name,
        index: tunnel.index,
        inner: quad.copied().unwrap_or_default(),
        both6: tunnel.has_inet6.then_some(both),
    };
    let io = &mut *run.io;
    nat::open(&run.options.nat, &seen, &mut |line| warn(line, io)).map(Some)
}

/// Gives the network namespace inside its name.
fn give_name(run: &mut Run) -> Result<()> {
    let Some(name) = run.options.name else {
        return Ok(());
    };
    let source = Path::new(&[&namespace_of(run)]);
    ns::give_name(name, &source, &mut run.io.out, &mut || Ok(()))
}

/// Takes the name away, unless it is another's by now; with `or_plain` also if it is a plain file.
fn take_name(run: &Run, namespace: who::File, or_plain: bool) {
    let Some(name) = run.options.name else { return };
    let path = Path::entry(folder(), name);
    let is_plain = || open_named(name).is_ok_and(|file| !is_namespace(&file));
    if who::leads_to(CWD.as_fd(), path.to_bytes(), b"", namespace) || or_plain && is_plain() {
        let _ = ns::delete(name);
    }
}

/// Has the holder clear up; does so itself if the holder was killed.
pub fn end(run: &mut Run) {
    let Some(holder) = run.holder.take() else {
        return;
    };
    let mut byte = [0];
    tell(&holder.socket, &[DONE]);
    while let Ok(1) = rustix::io::read(&holder.socket, &mut byte) {
        if byte[0] == DONE {
            return;
        }
    }
    #[cfg(feature = "nat")]
    if let Some(tunnel) = run.tunnel.as_ref().filter(|_| run.options.has_rules()) {
        nat::undo_for_dead_holder(&tunnel.name(), holder.is_ready);
    }
    // If it did not come further, there is a plain file.
    take_name(run, holder.namespace, !holder.was_named);
}
