//! Signals: what is sent to isolate arrives at the command, once, and what the caller ignores or blocks stays so.

use crate::callers::{
    Caller, Root, State, both, command_of, isolate, run_isolate, send, status_of,
};
use crate::common::*;
use crate::status::deadly;
use std::io::{self, BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A command and the lines that it prints.
pub struct Lines {
    pub child: Child,
    said: Receiver<String>,
}

impl Lines {
    pub fn of(mut command: Command) -> Lines {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("a process");
        let stdout = child.stdout.take().expect("a pipe");
        let (sender, said) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Lines { child, said }
    }

    /// The next line; panics if there is none for long.
    #[track_caller]
    pub fn next(&mut self) -> String {
        match self.said.recv_timeout(Duration::from_secs(60)) {
            Ok(line) => line,
            Err(e) => {
                let _ = self.child.kill();
                panic!("no line: {e}");
            }
        }
    }

    /// The status at the end, and the lines that were not asked for.
    #[track_caller]
    pub fn end(self, what: &str) -> (i32, Vec<String>) {
        let status = status_of(self.child, what);
        (status, self.said.iter().collect())
    }
}

/// Waits until a child stops or ends; whether it has stopped.
pub fn stops(child: &Child) -> bool {
    let mut status = 0;
    // SAFETY: writes one number. If the child has ended, it is still to be waited for.
    let done = unsafe { libc::waitpid(child.id() as i32, &mut status, libc::WUNTRACED) };
    assert_eq!(done, child.id() as i32);
    libc::WIFSTOPPED(status)
}

/// A command that prints the number of each of these signals when it comes. They are sent to a shell that does nothing else.
fn trapping(caller: Caller, options: &str, signals: &[i32]) -> Lines {
    let list: Vec<_> = signals.iter().map(|n| n.to_string()).collect();
    let script = format!(
        "for n in {}; do trap \"echo $n\" $n; done; echo ready; sleep 1000 & while :; do wait $!; done",
        list.join(" ")
    );
    let mut lines = Lines::of(isolate(caller, &format!("{options} sh -c '{script}'")));
    assert_eq!(lines.next(), "ready");
    lines
}

#[test]
fn each_signal_arrives_once() {
    both("signals::each_signal_arrives_once", |caller| {
        let before = State::now();
        // Nobody hears of the first two; of the third, isolate has ones of its own.
        let kept = [libc::SIGKILL, libc::SIGSTOP, libc::SIGCHLD];
        let all = (1..32).chain(34..65);
        let signals: Vec<_> = all.filter(|signal| !kept.contains(signal)).collect();
        let mut lines = trapping(caller, "--net none", &signals);
        for signal in &signals {
            send(&lines.child, *signal);
            assert_eq!(lines.next(), signal.to_string(), "{caller:?}");
        }
        // One that came twice would be seen before this one is.
        send(&lines.child, libc::SIGUSR1);
        assert_eq!(lines.next(), libc::SIGUSR1.to_string());
        send(&lines.child, libc::SIGKILL);
        assert_eq!(lines.end("a killed isolate"), (137, vec![]));
        before.is_back("signals");
    });
}

/// Where the command does nothing about it, its end is isolate's.
#[test]
fn a_signal_that_ends_the_command_ends_isolate() {
    let test = "signals::a_signal_that_ends_the_command_ends_isolate";
    both(test, |caller| {
        let before = State::now();
        for signal in deadly() {
            let line = "--net none sh -c 'echo ready; exec sleep 1000'";
            let mut lines = Lines::of(isolate(caller, line));
            assert_eq!(lines.next(), "ready");
            send(&lines.child, signal);
            assert_eq!(lines.end("a command").0, 128 + signal, "{caller:?}");
        }
        before.is_back("deadly signals");
    });
}

#[test]
fn what_the_caller_ignores_or_blocks_stays_so() {
    let test = "signals::what_the_caller_ignores_or_blocks_stays_so";
    both(test, |caller| {
        let look = |isolate: &str| {
            let script = format!(
                "trap \"\" HUP INT USR1 PIPE; exec {isolate} grep Sig[BIC] /proc/self/status"
            );
            let mut command = command_of(caller, &["sh", "-c", &script]);
            // SAFETY: between fork and exec system calls are made, on memory of this frame.
            unsafe {
                command.pre_exec(|| {
                    let mut set = std::mem::zeroed();
                    libc::sigemptyset(&mut set);
                    for signal in [libc::SIGUSR2, libc::SIGWINCH, 40] {
                        libc::sigaddset(&mut set, signal);
                    }
                    check(libc::sigprocmask(
                        libc::SIG_BLOCK,
                        &set,
                        std::ptr::null_mut(),
                    ))
                });
            }
            finish(command).ok()
        };
        assert_eq!(look("isolate --net none"), look(""), "{caller:?}");
        // What is ignored inside does nothing when it is sent outside.
        let mut lines = Lines::of(command_of(
            caller,
            &[
                "sh",
                "-c",
                "trap \"\" HUP INT; exec isolate --net none sh -c 'trap \"echo usr1\" USR1; echo ready; sleep 1000 & while :; do wait $!; done'",
            ],
        ));
        assert_eq!(lines.next(), "ready");
        for signal in [libc::SIGHUP, libc::SIGINT, libc::SIGUSR1] {
            send(&lines.child, signal);
        }
        assert_eq!(lines.next(), "usr1");
        send(&lines.child, libc::SIGTERM);
        assert_eq!(lines.end("ignored signals"), (143, vec![]));
    });
}

/// Process 1 inside is no target of its own: what is sent to it is for the command.
#[test]
fn a_signal_to_the_first_process_is_for_the_command() {
    let test = "signals::a_signal_to_the_first_process_is_for_the_command";
    both(test, |caller| {
        for signal in ["HUP", "INT", "TERM", "USR1"] {
            let script = format!(
                "trap \"exit 4\" {signal}; sleep 1000 & (kill -{signal} 1) & while :; do wait; done"
            );
            let out = run_isolate(caller, &format!("--net none sh -c '{script}'"));
            assert_eq!(out.code, 4, "{signal}: {out:?}");
        }
        // It cannot be killed or stopped from inside.
        let out = run_isolate(
            caller,
            "--net none sh -c 'kill -KILL 1; kill -STOP 1; exit 3'",
        );
        assert_eq!(out.code, 3, "{out:?}");
    });
}

#[test]
fn isolate_stops_with_the_command_and_goes_on() {
    let test = "signals::isolate_stops_with_the_command_and_goes_on";
    both(test, |caller| {
        let before = State::now();
        for signal in ["STOP", "TSTP", "TTIN"] {
            let script = format!("kill -{signal} $$; echo on; kill -{signal} $$; exit 6");
            let mut command = isolate(caller, &format!("--net none sh -c '{script}'"));
            // In a process group of its own; one that nobody could let go on again is not stopped.
            command.process_group(0);
            let mut lines = Lines::of(command);
            assert!(stops(&lines.child), "{signal}, {caller:?}");
            send(&lines.child, libc::SIGCONT);
            assert_eq!(lines.next(), "on");
            assert!(stops(&lines.child), "{signal}, {caller:?}");
            send(&lines.child, libc::SIGCONT);
            assert_eq!(lines.end(signal), (6, vec![]));
        }
        // Stopped itself, it does as it did when it goes on, and loses no signal that came meanwhile.
        let mut lines = trapping(caller, "--net none", &[libc::SIGUSR1, libc::SIGCONT]);
        send(&lines.child, libc::SIGSTOP);
        assert!(stops(&lines.child));
        send(&lines.child, libc::SIGUSR1);
        send(&lines.child, libc::SIGCONT);
        let mut both = [lines.next(), lines.next()];
        both.sort();
        assert_eq!(both, [libc::SIGUSR1, libc::SIGCONT].map(|n| n.to_string()));
        send(&lines.child, libc::SIGTERM);
        assert_eq!(lines.end("TERM"), (143, vec![]));
        before.is_back("stopping");
    });
}

/// Whoever starts isolate may end it at once.
#[test]
fn a_signal_at_the_start_is_not_lost() {
    let test = "signals::a_signal_at_the_start_is_not_lost";
    both(test, |caller| {
        let before = State::now();
        let start = || {
            let mut command = isolate(caller, "sleep 1000");
            command.stderr(Stdio::null()).spawn().expect("a process")
        };
        for signal in [libc::SIGTERM, libc::SIGHUP, libc::SIGKILL, libc::SIGINT] {
            let children: Vec<_> = (0..8).map(|_| start()).collect();
            for child in &children {
                send(child, signal);
            }
            for child in children {
                assert_eq!(status_of(child, "isolate"), 128 + signal, "{caller:?}");
            }
            before.is_back("a signal at the start");
        }
    });
}

/// A child that is not isolate's, since the caller's process was another program before, is no matter.
#[test]
fn a_strange_child_is_no_matter() {
    let test = "signals::a_strange_child_is_no_matter";
    namespaces_with(&[part::ISOLATE], test, || {
        let mut command = command_of(
            Root,
            &[
                "sh",
                "-c",
                "true & sh -c 'exit 9' & exec isolate --net none sh -c 'exit 5'",
            ],
        );
        command.stdin(Stdio::null());
        let child: io::Result<Child> = command.spawn();
        assert_eq!(status_of(child.expect("a process"), test), 5);
    });
}
