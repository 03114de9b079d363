//! A tracer of system calls (ptrace(2)): it sends a signal to a process just before one of them.

use crate::common::check;
use std::collections::HashSet;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::ptr::null_mut;

/// Which process of isolate's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Who {
    /// The caller's.
    Isolate,
    /// The first inside, which isolate starts first.
    First,
    /// The one that holds the name, which isolate starts next.
    Holder,
}

/// Starts a command and sends `signal` to one of its processes when that is about to make a system call of which `is_it` says so,
/// given its number in `<asm/unistd.h>` and how many there were before. Returns the command's status as wait(2) has it.
pub fn strike(
    mut command: Command,
    who: Who,
    signal: i32,
    mut is_it: impl FnMut(i64, usize) -> bool,
) -> i32 {
    // SAFETY: system calls that take numbers.
    unsafe {
        command.pre_exec(|| {
            let none = null_mut::<libc::c_void>();
            check(libc::ptrace(libc::PTRACE_TRACEME, 0, none, none) as i32)
        });
    }
    let isolate = command.spawn().expect("isolate").id() as i32;
    let mut status = wait_for(isolate).expect("it stops").1;
    assert!(libc::WIFSTOPPED(status), "{status:x}");
    let forks = libc::PTRACE_O_TRACEFORK | libc::PTRACE_O_TRACECLONE | libc::PTRACE_O_TRACEVFORK;
    let options = libc::PTRACE_O_TRACESYSGOOD | libc::PTRACE_O_EXITKILL;
    let options = options | if who == Who::Isolate { 0 } else { forks };
    ask(libc::PTRACE_SETOPTIONS, isolate, options as usize).expect("options");
    // Processes that isolate has started, of which the wanted one is a certain one; and those that have stopped already.
    let (mut started, mut stopped) = (Vec::new(), HashSet::new());
    let mut target = (who == Who::Isolate).then_some(isolate);
    let go_on = |pid, target: Option<i32>, signal| {
        let order = match Some(pid) == target {
            true => libc::PTRACE_SYSCALL,
            false => libc::PTRACE_CONT,
        };
        // It may have been killed meanwhile.
        let _ = ask(order, pid, signal);
    };
    go_on(isolate, target, 0);
    let (mut calls, mut last) = (0, None);
    loop {
        let Ok((pid, now)) = wait_for(-1) else {
            // Nobody is left.
            return last.expect("the status of isolate");
        };
        status = now;
        if !libc::WIFSTOPPED(status) {
            if pid == isolate {
                last = Some(status);
            }
            continue;
        }
        let (stop, event) = (libc::WSTOPSIG(status), status >> 16);
        if event != 0 {
            let child = message(pid);
            let wanted = match who {
                Who::Isolate => usize::MAX,
                Who::First => 0,
                Who::Holder => 1,
            };
            if pid == isolate && started.len() == wanted {
                target = Some(child);
            }
            if pid == isolate {
                started.push(child);
            }
            if stopped.remove(&child) {
                start(child, target);
            } else {
                stopped.insert(-child);
            }
            go_on(pid, target, 0);
        } else if pid != isolate && Some(pid) != target {
            // A new process, of which its parent has told, or is still to tell.
            if stopped.remove(&-pid) {
                start(pid, target);
            } else {
                stopped.insert(pid);
            }
        } else if stop == libc::SIGTRAP | 0x80 {
            if let Some(call) = entered(pid) {
                calls += 1;
                if is_it(call, calls - 1) {
                    // SAFETY: takes numbers; the process is stopped, and not waited for.
                    unsafe { libc::kill(pid, signal) };
                    target = None;
                    let _ = ask(libc::PTRACE_DETACH, pid, 0);
                    continue;
                }
            }
            go_on(pid, target, 0);
        } else if Some(pid) == target && stopped.remove(&-pid) {
            start(pid, target);
        } else {
            // A signal, or the stop that comes with an execve(2).
            let passed = if stop == libc::SIGTRAP { 0 } else { stop };
            go_on(pid, target, passed as usize);
        }
    }
}

/// Has a new process run: traced if it is the wanted one.
fn start(pid: i32, target: Option<i32>) {
    let order = match Some(pid) == target {
        true => libc::PTRACE_SYSCALL,
        false => libc::PTRACE_DETACH,
    };
    let _ = ask(order, pid, 0);
}

/// The next child of this thread, or a certain one, that stops or ends.
fn wait_for(pid: i32) -> io::Result<(i32, i32)> {
    let mut status = 0;
    // SAFETY: writes one number.
    let pid = unsafe { libc::waitpid(pid, &mut status, libc::__WALL | libc::__WNOTHREAD) };
    check(pid).map(|()| (pid, status))
}

fn ask(order: libc::c_uint, pid: i32, data: usize) -> io::Result<()> {
    // SAFETY: none of these orders takes an address.
    let done = unsafe {
        libc::ptrace(
            order,
            pid,
            null_mut::<libc::c_void>(),
            data as *mut libc::c_void,
        )
    };
    check(done as i32)
}

/// What comes with an event: the number of a new process.
fn message(pid: i32) -> i32 {
    let mut number: libc::c_ulong = 0;
    ask(libc::PTRACE_GETEVENTMSG, pid, &raw mut number as usize).expect("a message");
    number as i32
}

/// The number of the system call that a process is about to make; `None` if it returns from one.
fn entered(pid: i32) -> Option<i64> {
    // A `struct ptrace_syscall_info`: what it is, architecture, two addresses, and the number.
    let mut info = [0u64; 16];
    // SAFETY: the kernel writes no more than the size that it is told.
    let len = unsafe {
        libc::ptrace(
            libc::PTRACE_GET_SYSCALL_INFO,
            pid,
            size_of_val(&info) as *mut libc::c_void,
            info.as_mut_ptr().cast::<libc::c_void>(),
        )
    };
    let is_entry = info[0].to_ne_bytes()[0] == 1;
    (len > 0 && is_entry).then_some(info[3] as i64)
}
