//! isolate, the first process inside and the holder of the name are killed at each of their system calls. Whatever they were about
//! to do, afterwards all is as it was before.

use crate::callers::{Caller, Root, State, User, both, isolate, send};
use crate::common::*;
use crate::signals::Lines;
use crate::trace::{Who, strike};
use std::cell::Cell;
use std::process::Stdio;

/// How many are struck at once. They are in each other's way, as those of many callers are.
const AT_ONCE: usize = 8;

/// Strikes a process at each of its calls, until none is left. `line` may have a `%`, a number that differs.
fn at_every_call(caller: Caller, who: Who, line: &str, allowed: &[i32]) -> usize {
    let before = State::now();
    let mut first = 0;
    loop {
        let struck: Vec<_> = std::thread::scope(|scope| {
            let one = |n: usize| {
                let line = line.replace('%', &n.to_string());
                scope.spawn(move || {
                    let mut command = isolate(caller, &line);
                    command.stdout(Stdio::null()).stderr(Stdio::null());
                    let mut reached = false;
                    let status = strike(command, who, libc::SIGKILL, |_, calls| {
                        reached |= calls == n;
                        calls == n
                    });
                    (reached, status)
                })
            };
            let threads: Vec<_> = (first..first + AT_ONCE).map(one).collect();
            let ends = threads.into_iter().map(|thread| thread.join());
            ends.map(|end| end.expect("a tracer")).collect()
        });
        before.is_back(&format!("{who:?} killed at calls {first} and on"));
        for (n, (reached, status)) in (first..).zip(&struck) {
            let code = match libc::WIFSIGNALED(*status) {
                true => 128 + libc::WTERMSIG(*status),
                false => libc::WEXITSTATUS(*status),
            };
            assert!(
                allowed.contains(&code) || !reached && code == 3,
                "{who:?} at call {n}: {code}"
            );
        }
        first += AT_ONCE;
        if struck.iter().all(|(reached, _)| !reached) {
            return first;
        }
    }
}

/// A command that leaves a process, and ends by itself.
const COMMAND: &str = "sh -c 'sleep 1000 & exit 3'";

#[test]
fn isolate_is_killed_at_every_call() {
    let test = "killed::isolate_is_killed_at_every_call";
    namespaces_with(&[part::ISOLATE], test, || {
        let line = format!("--name n% {COMMAND}");
        let calls = at_every_call(Root, Who::Isolate, &line, &[137]);
        assert!(calls > 40, "{calls} calls");
    });
}

#[test]
fn isolate_of_a_user_is_killed_at_every_call() {
    let test = "killed::isolate_of_a_user_is_killed_at_every_call";
    namespaces_with(&[part::ISOLATE], test, || {
        at_every_call(
            User,
            Who::Isolate,
            &format!("--hostname n% {COMMAND}"),
            &[137],
        );
    });
}

/// The caller is told by the status, and isolate clears up.
#[test]
fn the_first_process_is_killed_at_every_call() {
    let test = "killed::the_first_process_is_killed_at_every_call";
    namespaces_with(&[part::ISOLATE], test, || {
        let line = format!("--name n% {COMMAND}");
        let calls = at_every_call(Root, Who::First, &line, &[137, 125]);
        assert!(calls > 20, "{calls} calls");
    });
}

/// The command goes on, or was not started yet; isolate does what the holder would have done.
#[test]
fn the_holder_is_killed_at_every_call() {
    let test = "killed::the_holder_is_killed_at_every_call";
    namespaces_with(&[part::ISOLATE], test, || {
        let line = format!("--name n% {COMMAND}");
        let calls = at_every_call(Root, Who::Holder, &line, &[3, 125]);
        assert!(calls > 8, "{calls} calls");
    });
}

/// A signal that comes before there is a command is one for it.
#[test]
fn a_signal_at_any_call_ends_the_command() {
    let test = "killed::a_signal_at_any_call_ends_the_command";
    namespaces_with(&[part::ISOLATE], test, || {
        let before = State::now();
        let waits = Cell::new(false);
        let mut n = 0;
        while !waits.get() {
            let mut command = isolate(Root, "--name n sleep 1000");
            command.stdout(Stdio::null()).stderr(Stdio::null());
            let status = strike(command, Who::Isolate, libc::SIGTERM, |call, calls| {
                waits.set(is_wait(call));
                calls == n || waits.get()
            });
            let is_term = libc::WIFSIGNALED(status) && libc::WTERMSIG(status) == libc::SIGTERM;
            assert!(
                is_term || libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 143,
                "{n}: {status:x}"
            );
            n += 1;
        }
        before.is_back("a signal at any call");
        assert!(n > 20, "{n} calls");
    });
}

/// Whether it is the call by which isolate waits.
fn is_wait(call: i64) -> bool {
    #[cfg(target_arch = "x86_64")]
    if call == libc::SYS_poll {
        return true;
    }
    call == libc::SYS_ppoll
}

/// Without a process namespace there is none that takes all others along; the command ends nevertheless.
#[test]
fn a_command_ends_with_isolate_where_process_ids_are_shared() {
    let test = "killed::a_command_ends_with_isolate_where_process_ids_are_shared";
    both(test, |caller| {
        let before = State::now();
        let line = "--share pid sh -c 'echo ready; exec sleep 1000'";
        let mut command = isolate(caller, line);
        command.stderr(Stdio::null());
        let mut lines = Lines::of(command);
        assert_eq!(lines.next(), "ready");
        send(&lines.child, libc::SIGKILL);
        assert_eq!(lines.end("a killed isolate"), (137, vec![]));
        before.is_back("shared process ids");
    });
}
