//! The caller's process: starts the first process inside, prepares this side, waits, and clears up.

use std::mem::ManuallyDrop;

use rustix::io::Errno;
use rustix::process::geteuid;

use crate::error::{Error, Result};
use crate::ip::command::Io;
#[cfg(feature = "isolate")]
use crate::isolate::options::Word;
use crate::isolate::options::{Net, Options};
use crate::isolate::plan::{describe, plan, run_tasks};
#[cfg(feature = "nat")]
use crate::isolate::run::warn;
use crate::isolate::run::{FAILED, Run, Side, failed, say};
use crate::isolate::wait::{End, socket_pair, tell, wait_outside};
use crate::isolate::{inside, tunnel};
#[cfg(feature = "isolate")]
use crate::isolate::{
    run::reports_after_proc,
    wait::{HAS_PROC, WITHOUT_USER},
};
use crate::ns::pool::delete_link;
use crate::ns::{enter, hint};
use crate::sys;
use crate::text::fill_one;

const NAMESPACES: i32 = libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNS
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWCGROUP
    | libc::CLONE_NEWNET;

/// Whether there is a user namespace, and whether there is another way if that fails.
#[derive(Clone, Copy, PartialEq)]
enum User {
    /// With one; without it, if that is refused and the caller is root.
    First,
    /// Without one.
    Without,
    /// With one, and nothing else.
    Only,
}

/// Runs the command. In the first process inside, and in the command's before it is one, this returns as well, with the error
/// that ends it.
pub fn run(#[allow(unused_mut)] mut options: Options, io: &mut Io) -> Result<()> {
    #[cfg(feature = "nat")]
    crate::isolate::nat::find_servers(&mut options.nat, &mut |line| warn(line, io));
    let options = &options;
    let mut user = match options.share & libc::CLONE_NEWUSER {
        // Who wants other numbers gets none without.
        0 if geteuid().is_root() && options.map_user.is_none() && !options.map_auto => User::First,
        0 => User::Only,
        _ => User::Without,
    };
    if let Some(word) = options.netns {
        // From here on this is the caller's network.
        enter::switch(word).map_err(|e| e.context(b"isolate"))?;
    }
    // From here on signals are read one by one; the command gets back the mask that was.
    let mask = sys::block(sys::EVERY_SIGNAL, libc::SIG_BLOCK);
    // Where the caller ignores it, no child could be waited for.
    sys::default(libc::SIGCHLD);
    loop {
        match attempt(options, user, mask, io)? {
            End::Status(0) => return Ok(()),
            End::Status(code) => return Err(Error::status(code)),
            End::WithoutUser if user == User::First => user = User::Without,
            End::WithoutUser => user = User::Only,
        }
    }
}

/// Starts the command, and clears up when it has ended.
fn attempt(options: &Options, user: User, mask: sys::Signals, io: &mut Io) -> Result<End> {
    let [here, there] = socket_pair()?;
    let there = ManuallyDrop::new(there);
    let mut namespaces = NAMESPACES & !options.share;
    if user == User::Without {
        namespaces &= !libc::CLONE_NEWUSER;
    }
    if options.net == Some(Net::Host) || options.netns.is_some() {
        namespaces &= !libc::CLONE_NEWNET;
    }
    // What it holds ends with the process: nothing is given back by hand but what the other side waits for.
    let mut run = ManuallyDrop::new(Run {
        options,
        io,
        is_root: geteuid().is_root(),
        namespaces,
        can_do_without_user: user == User::First,
        goes_without_user: false,
        other: here,
        child: None,
        tunnel: None,
        outer_socket: None,
        #[cfg(feature = "isolate")]
        holder: None,
        #[cfg(feature = "isolate")]
        folder: match options.rootfs.is_none() && options.mounts.is_empty() {
            true => None,
            false => current_folder(),
        },
        #[cfg(feature = "isolate")]
        trees: Default::default(),
    });
    let has_tunnel = matches!(options.net, None | Some(Net::Tunnel));
    if has_tunnel && namespaces & libc::CLONE_NEWNET != 0 {
        run.tunnel = Some(tunnel::find(&mut run).map_err(|e| e.context(b"isolate"))?);
        run.outer_socket = Some(run.io.names.open_socket()?);
    }
    let tasks = ManuallyDrop::new(plan(&run));
    if cfg!(feature = "isolate") && options.dry_run {
        return Err(Error::say(0, describe(&tasks)).on_stdout());
    }
    run.io.out.flush()?;
    let child = match sys::fork(namespaces) {
        Ok(Some(child)) => child,
        Ok(None) => {
            run.other = ManuallyDrop::into_inner(there);
            return Err(inside::run(&tasks, mask, &mut run));
        }
        Err(e) if user != User::Only && may_be_of_user(e) => {
            return Ok(without_user(failed(e).text(), &mut run));
        }
        Err(e) => {
            let e = Error::os("isolate: namespaces", b"", e.raw_os_error());
            return Err(hint::explain_creation(e));
        }
    };
    drop(ManuallyDrop::into_inner(there));
    run.outer_socket = None;
    run.child = Some(child);
    let prepared = run_tasks(&tasks, Side::Outside, &mut run).and_then(|()| let_go(&mut run));
    if prepared.is_err() {
        sys::kill(child.as_raw_pid(), libc::SIGKILL);
    }
    #[cfg(feature = "isolate")]
    let holder = run.holder.as_ref().filter(|_| options.has_rules());
    #[cfg(feature = "isolate")]
    let holder = holder.map(|holder| holder.process);
    #[cfg(not(feature = "isolate"))]
    let holder = None;
    let end = wait_outside(child, &run.other, holder);
    let outlives = options.name.is_some() || namespaces & libc::CLONE_NEWPID == 0;
    let made = run.tunnel.as_ref().map_or(0, |tunnel| tunnel.index);
    if cfg!(feature = "isolate") && outlives && made != 0 {
        // Processes may still be there: they are not to have the tunnel without its rules.
        // It may be gone.
        let _ = delete_link(made, &mut run.io.names);
    }
    #[cfg(feature = "isolate")]
    crate::isolate::holder::end(&mut run);
    if let Some(tunnel) = run.tunnel.as_ref().filter(|tunnel| tunnel.index != 0) {
        tunnel::wait_until_gone(tunnel)?;
    }
    if run.goes_without_user || matches!(end, Ok(End::WithoutUser)) {
        return Ok(without_user(NO_PROC, &mut run));
    }
    match end {
        // It has ended while this side was at work, and has said why.
        Ok(End::Status(FAILED)) => end,
        _ => prepared.and(end),
    }
}

const NO_PROC: &[u8] = b"/proc is covered, read-only or absent";

/// Says why there is to be another attempt.
fn without_user(why: &[u8], run: &mut Run) -> End {
    if cfg!(feature = "isolate") && run.options.verbose && run.can_do_without_user {
        say(&fill_one("no user namespace: %", why), run.io);
    }
    End::WithoutUser
}

/// Whether clone(2) may fail so because of the user namespace: it is forbidden, the caller is in a chroot(2), the kernel has
/// none, or there are too many.
fn may_be_of_user(e: Errno) -> bool {
    matches!(e, Errno::PERM | Errno::INVAL | Errno::NOSPC | Errno::USERS)
}

/// Lets the first process inside go on: tells it the indices of both ends of the tunnel, and N.
fn let_go(run: &mut Run) -> Result<()> {
    #[cfg(feature = "isolate")]
    {
        let mut byte = [0];
        if reports_after_proc(run)
            && rustix::io::read(&run.other, &mut byte).is_ok()
            && byte != [HAS_PROC]
        {
            // It wants no user namespace, or has ended, and said why on standard error.
            run.goes_without_user = byte == [WITHOUT_USER];
            return Ok(());
        }
        crate::isolate::report::report(run)?;
    }
    let tunnel = run.tunnel.as_ref();
    let numbers = tunnel.map_or([0; 3], |tunnel| {
        [tunnel.index, tunnel.peer, u32::from(tunnel.n)]
    });
    let bytes = numbers.map(u32::to_ne_bytes).concat();
    // If it has ended, it has said why on standard error.
    tell(&run.other, &bytes);
    Ok(())
}

/// Where the caller is; `None` if that is no longer there.
#[cfg(feature = "isolate")]
fn current_folder() -> Option<Word> {
    let folder = rustix::process::getcwd(Vec::new()).ok()?;
    Some(folder.into_bytes().leak())
}
