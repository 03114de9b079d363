//! The first process inside: prepares its side, starts the command, and waits until it ends.

use std::os::fd::AsRawFd;

use rustix::io::Errno;
use rustix::process::{
    DumpableBehavior, Signal, set_dumpable_behavior, set_parent_process_death_signal,
};
use rustix::thread::set_no_new_privs;

use crate::error::{Error, Result};
use crate::isolate::plan::run_tasks;
use crate::isolate::run::{
    CANNOT_RUN, FAILED, NOT_FOUND, Run, Side, Task, end_with_caller, failed,
};
#[cfg(feature = "isolate")]
use crate::isolate::users;
use crate::isolate::wait::{STARTED, tell, wait_inside};
use crate::sys;

/// Does all that the first process inside does. Returns what ends it, or the command's process before it is the command.
pub fn run(tasks: &[Task], mask: sys::Signals, run: &mut Run) -> Error {
    match start(tasks, mask, run) {
        Ok(code) => Error::status(code),
        Err(e) => e,
    }
}

fn start(tasks: &[Task], mask: sys::Signals, run: &mut Run) -> Result<u8> {
    end_with_caller(run)?;
    let mut byte = [0];
    let waits = run.namespaces & libc::CLONE_NEWUSER != 0;
    if waits && rustix::io::read(&run.other, &mut byte) != Ok(1) {
        return Err(Error::status(FAILED));
    }
    // Its socket leads into the caller's network.
    run.io.names.close_socket();
    run_tasks(tasks, Side::Inside, run)?;
    run.outer_socket = None;
    // The kernel frees a namespace some time after the last socket like this one is closed, and the tunnel with it: not only
    // when the command has ended.
    run.io.names.close_socket();
    // Nobody inside may look into this process: it has the caller's environment and descriptors, and leads outside.
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(failed)?;
    tell(&run.other, &[STARTED]);
    let Some(command) = sys::fork(0).map_err(failed)? else {
        return Err(become_command(mask, run));
    };
    sys::close_others(&[run.other.as_raw_fd()], 0);
    wait_inside(command, &run.other)
}

/// Becomes the command; returns what keeps it from that.
fn become_command(mask: sys::Signals, run: &mut Run) -> Error {
    #[cfg(feature = "isolate")]
    if let Err(e) = users::restrict(run.options) {
        return e.context(b"isolate");
    }
    if cfg!(feature = "isolate") && run.namespaces & libc::CLONE_NEWPID == 0 {
        // The end of its parent does not end it by itself.
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
    }
    let _ = set_no_new_privs(true);
    #[cfg(feature = "isolate")]
    sys::process::change_environment(run.options.clear_env, &run.options.env);
    // Until the command runs they are owned here.
    sys::close_others(&run.options.kept, libc::CLOSE_RANGE_CLOEXEC);
    sys::block(mask, libc::SIG_SETMASK);
    let command = &run.options.command;
    let e = sys::exec(command);
    // As a shell: 127 where there is no such command, 126 where it cannot be run.
    let code = if e == Errno::NOENT {
        NOT_FOUND
    } else {
        CANNOT_RUN
    };
    let text = "isolate: exec of \"%\" failed";
    Error::os(text, command[0], e.raw_os_error()).code_is(code)
}
