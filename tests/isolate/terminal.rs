//! At a terminal: shells with job control outside and inside, and keys that are typed.

use crate::callers::{Caller, both, command_of, processes, status_of};
use crate::common::*;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Stdio};
use std::ptr::{null, null_mut};

const INTERRUPT: &str = "\x03";
const SUSPEND: &str = "\x1a";

/// What the shells outside and inside print when they wait for a line.
const OUTSIDE: &str = "OUT> ";
const INSIDE: &str = "IN> ";

/// A terminal, and the shell that leads its session.
struct Terminal {
    keys: File,
    /// All that was shown, and up to where it was waited for.
    shown: Vec<u8>,
    seen: usize,
    shell: Child,
}

impl Terminal {
    /// Starts a command at a terminal of its own.
    fn start(caller: Caller, words: &[&str]) -> Terminal {
        let (mut ours, mut theirs) = (0, 0);
        // SAFETY: it writes two numbers, which are new descriptors.
        let (ours, theirs) = unsafe {
            check(libc::openpty(
                &mut ours,
                &mut theirs,
                null_mut(),
                null(),
                null(),
            ))
            .expect("a terminal");
            (File::from_raw_fd(ours), OwnedFd::from_raw_fd(theirs))
        };
        // Nobody else's, so that its end is the end of the terminal.
        // SAFETY: takes numbers.
        check(unsafe { libc::fcntl(ours.as_raw_fd(), libc::F_SETFD, libc::FD_CLOEXEC) })
            .expect("a flag");
        let mut command = command_of(caller, words);
        command.env("PS1", OUTSIDE).env("TERM", "dumb");
        let stream = || Stdio::from(theirs.try_clone().expect("one more descriptor"));
        command.stdin(stream()).stdout(stream()).stderr(stream());
        // SAFETY: system calls that take numbers.
        unsafe {
            command.pre_exec(|| {
                check(libc::setsid())?;
                check(libc::ioctl(0, libc::TIOCSCTTY, 0))
            });
        }
        let shell = command.spawn().expect("a shell");
        Terminal {
            keys: ours,
            shown: Vec::new(),
            seen: 0,
            shell,
        }
    }

    fn type_in(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("a key");
    }

    /// Waits until a text is shown, behind those that were waited for before.
    #[track_caller]
    fn until(&mut self, text: &str) {
        loop {
            let rest = &self.shown[self.seen..];
            let at = rest
                .windows(text.len())
                .position(|part| part == text.as_bytes());
            if let Some(at) = at {
                self.seen += at + text.len();
                return;
            }
            let mut chunk = [0; 4096];
            match self.is_readable().then(|| self.keys.read(&mut chunk)) {
                Some(Ok(len @ 1..)) => self.shown.extend(&chunk[..len]),
                end => {
                    let _ = self.shell.kill();
                    panic!("no {text:?} ({end:?}) in the end of\n{}", self.text());
                }
            }
        }
    }

    /// Waits until something is shown, or the other end is closed everywhere.
    fn is_readable(&self) -> bool {
        let mut poll = libc::pollfd {
            fd: self.keys.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: the array of one lives during the call.
        unsafe { libc::poll(&mut poll, 1, 60_000) == 1 }
    }

    /// Types a line when the shell outside waits for one.
    #[track_caller]
    fn line(&mut self, line: &str) {
        self.until(OUTSIDE);
        self.type_in(&format!("{line}\n"));
    }

    /// The same inside.
    #[track_caller]
    fn line_inside(&mut self, line: &str) {
        self.until(INSIDE);
        self.type_in(&format!("{line}\n"));
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown).into_owned()
    }

    /// Ends the shell outside, and checks that no process is left.
    #[track_caller]
    fn end(mut self) {
        self.line("exit 0");
        let text = self.text();
        assert_eq!(status_of(self.shell, "the shell"), 0, "{text}");
        until("all processes to end", || processes().is_empty());
        assert!(!text.contains("job control"), "{text}");
    }
}

/// Interactive shells with job control.
fn shells(test: &str) -> Vec<&'static str> {
    let mut shells = vec!["sh -i"];
    if has_tools(test, &["bash"]) {
        shells.push("bash --norc --noprofile -i");
    }
    shells
}

/// Runs `body` with each shell at a terminal of its own.
fn at_terminals(test: &str, body: impl Fn(&mut Terminal, &str)) {
    both(test, |caller| {
        for shell in shells(test) {
            let words: Vec<_> = shell.split(' ').collect();
            let mut terminal = Terminal::start(caller, &words);
            body(&mut terminal, shell);
            terminal.end();
        }
    });
}

/// Prints a word that is not what is typed, and lets the next be seen.
const WAITS: &str = "isolate --net none sh -c 'trap \"echo aga$((3-2))in\" CONT; echo sta$((3-2))rted; while :; do sleep 1000 & wait $!; done'";

#[test]
fn keys_interrupt_and_suspend_a_command() {
    let test = "terminal::keys_interrupt_and_suspend_a_command";
    at_terminals(test, |terminal, _| {
        terminal.line(WAITS);
        terminal.until("sta1rted");
        terminal.type_in(INTERRUPT);
        terminal.line("echo code=$?");
        terminal.until("code=130");
        terminal.line(WAITS);
        terminal.until("sta1rted");
        for _ in 0..2 {
            terminal.type_in(SUSPEND);
            terminal.line("jobs");
            terminal.until("topped");
            terminal.line("fg");
            terminal.until("aga1in");
        }
        terminal.type_in(INTERRUPT);
        terminal.line("echo code=$?");
        terminal.until("code=130");
        // A command that reads has the terminal, and what is typed.
        terminal.line("isolate --net none sh -c 'read word; echo got=$word; exit 6'");
        terminal.type_in("something\n");
        terminal.until("got=something");
        terminal.line("echo code=$?");
        terminal.until("code=6");
    });
}

#[test]
fn a_shell_inside_has_job_control() {
    let test = "terminal::a_shell_inside_has_job_control";
    at_terminals(test, |terminal, shell| {
        terminal.line(&format!("PS1='{INSIDE}' isolate --net none {shell}"));
        terminal.line_inside(WAITS.trim_start_matches("isolate --net none "));
        terminal.until("sta1rted");
        terminal.type_in(SUSPEND);
        terminal.line_inside("jobs");
        terminal.until("topped");
        terminal.line_inside("fg");
        terminal.until("aga1in");
        terminal.type_in(INTERRUPT);
        terminal.line_inside("echo code=$?");
        terminal.until("code=130");
        // It stops itself, and isolate with it; the shell outside goes on, and so does it.
        for stop in ["kill -STOP $$", "suspend"] {
            if stop == "suspend" && !shell.starts_with("bash") {
                continue;
            }
            terminal.line_inside(stop);
            terminal.line("jobs");
            terminal.until("topped");
            terminal.line("fg");
            terminal.type_in("echo ba$((3-2))ck\n");
            terminal.until("ba1ck");
        }
        let (exit, status) = exit_of(shell);
        terminal.line_inside(exit);
        terminal.line("echo code=$?");
        terminal.until(&format!("code={status}"));
    });
}

/// What ends a shell inside, and its status. dash wants to give the terminal back to whom it had it from, who has no number inside,
/// and ends with an error then.
fn exit_of(shell: &str) -> (&'static str, i32) {
    match shell.starts_with("bash") {
        true => ("exit 7", 7),
        false => ("kill -KILL $$", 137),
    }
}

/// A shell inside leaves its own process group in the foreground, where the next read would fail.
#[test]
fn a_script_reads_the_terminal_after_a_shell_inside() {
    let test = "terminal::a_script_reads_the_terminal_after_a_shell_inside";
    at_terminals(test, |terminal, shell| {
        terminal.line(&format!(
            "PS1='{INSIDE}' sh -c 'isolate --net none {shell}; echo in=$?; read word; echo got=$word'"
        ));
        let (exit, status) = exit_of(shell);
        terminal.line_inside(exit);
        terminal.until(&format!("in={status}"));
        terminal.type_in("something\n");
        terminal.until("got=something");
        // The same where the shell is killed, and where isolate is.
        terminal.line(&format!(
            "PS1='{INSIDE}' sh -c 'isolate --net none {shell}; echo in=$?; read word; echo got=$word'"
        ));
        terminal.line_inside("kill -KILL $$");
        terminal.until("in=137");
        terminal.type_in("something\n");
        terminal.until("got=something");
    });
}

#[test]
fn a_new_size_is_told_inside() {
    let test = "terminal::a_new_size_is_told_inside";
    at_terminals(test, |terminal, _| {
        let traps = WAITS.replace("CONT", "WINCH");
        terminal.line(&traps);
        terminal.until("sta1rted");
        let size = libc::winsize {
            ws_row: 20,
            ws_col: 70,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        // SAFETY: the kernel reads a size.
        check(unsafe { libc::ioctl(terminal.keys.as_raw_fd(), libc::TIOCSWINSZ, &size) })
            .expect("a size");
        terminal.until("aga1in");
        terminal.type_in(INTERRUPT);
    });
}

/// Whoever closes the window leaves nothing behind.
#[test]
fn a_hangup_ends_everything() {
    let test = "terminal::a_hangup_ends_everything";
    both(test, |caller| {
        for shell in shells(test) {
            let words: Vec<_> = shell.split(' ').collect();
            let inside = format!("PS1='{INSIDE}' isolate --net none {shell}");
            // In the foreground: a command, a shell, a shell with a command; and one that is stopped.
            for (line, then) in [
                (WAITS, &["sta1rted"][..]),
                (&inside, &[INSIDE]),
                (
                    &inside,
                    &[INSIDE, "sleep 1000 & echo sta$((3-2))rted\n", "sta1rted"],
                ),
                (
                    &inside,
                    &[
                        INSIDE,
                        "sh -c 'echo sta$((3-2))rted; exec sleep 1000'\n",
                        "sta1rted",
                    ],
                ),
                (WAITS, &["sta1rted", SUSPEND, OUTSIDE]),
            ] {
                let mut terminal = Terminal::start(caller, &words);
                terminal.line(line);
                for step in then {
                    match step.ends_with('\n') || *step == SUSPEND {
                        true => terminal.type_in(step),
                        false => terminal.until(step),
                    }
                }
                let Terminal {
                    keys, shell: child, ..
                } = terminal;
                drop(keys);
                status_of(child, line);
                until("all processes to end", || processes().is_empty());
            }
        }
    });
}
