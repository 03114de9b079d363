//! How many system calls a command makes, by strace(1), how many instructions, by valgrind(1), and how much memory it takes.

use super::cases::{Case, Effect};
use super::{Program, line, measure, room};
use crate::{Res, capture, root};
use std::fs;
use std::io::Error;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

pub struct Tools {
    strace: bool,
    valgrind: bool,
}

impl Tools {
    /// What there is of them.
    pub fn find() -> Tools {
        let has = |name: &str| capture(Command::new(name).arg("--version")).is_some();
        Tools {
            strace: has("strace"),
            valgrind: has("valgrind"),
        }
    }

    /// Prints a row for each.
    pub fn row(&self, case: &Case, programs: &[Program]) -> Res<()> {
        // It is more than one program.
        if case.effect == Effect::Attaches {
            return Ok(());
        }
        let counts: [(&str, bool, Count); 3] = [
            ("system calls", self.strace, system_calls),
            ("instructions", self.valgrind, instructions),
            ("memory, KiB", true, memory),
        ];
        let bytes = measure::bytes(case, programs)?;
        let filling = measure::filling("counted", programs, bytes);
        for (name, there, count) in counts {
            if !there {
                continue;
            }
            let mut cells = vec![case.name.to_owned(), name.to_owned()];
            for program in programs {
                if case.effect == Effect::DeletesName {
                    room::add_name(&programs[0].file, filling.name)?;
                }
                let words = case.words(program, &filling);
                let number = words.and_then(|words| count(program, &words));
                cells.push(number.map_or("-".into(), |number| number.to_string()));
                match case.effect {
                    Effect::None | Effect::Attaches => {}
                    Effect::LeavesNamespaces => measure::settle(),
                    Effect::AddsRoutes => room::delete_routes()?,
                    Effect::AddsName | Effect::DeletesName => room::delete_name(filling.name),
                }
            }
            line(&cells);
        }
        Ok(())
    }
}

type Count = fn(&Program, &[String]) -> Option<u64>;

/// The calls of a program and of its children.
fn system_calls(program: &Program, words: &[String]) -> Option<u64> {
    let file = root().join(format!("target/bench/strace-{}", std::process::id()));
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-c", "-o"])
        .arg(&file)
        .arg(&program.file)
        .args(words);
    let _ = strace.env_clear().stdout(Stdio::null()).status();
    let table = fs::read_to_string(&file);
    let _ = fs::remove_file(&file);
    total(&table.ok()?)
}

/// The sum of all calls in a table of `strace -c`: time in percent and in seconds, microseconds a call, calls, perhaps
/// errors, and the name, which is `total` in the last line.
fn total(table: &str) -> Option<u64> {
    let mut lines = table.lines();
    let line = lines.rfind(|line| line.ends_with(" total"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

/// What a program runs outside the kernel. None where valgrind cannot tell, as of one that becomes another program.
fn instructions(program: &Program, words: &[String]) -> Option<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    let output = valgrind.arg(&program.file).args(words).output().ok()?;
    collected(&String::from_utf8_lossy(&output.stderr))
}

/// The number of callgrind's line `==1234== Collected : 5678`.
fn collected(text: &str) -> Option<u64> {
    let mut lines = text.lines();
    let line = lines.rfind(|line| line.contains(" Collected : "))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// The most memory that a program has at any time, in KiB, the pages of its file with it; of its children nothing. None
/// where it becomes another program, or must not be traced.
fn memory(program: &Program, words: &[String]) -> Option<u64> {
    let mut command = Command::new(&program.file);
    command.args(words).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::null());
    // SAFETY: between fork and exec one system call, on numbers.
    unsafe {
        command.pre_exec(
            || match libc::ptrace(libc::PTRACE_TRACEME, 0, 0usize, 0usize) {
                0 => Ok(()),
                _ => Err(Error::last_os_error()),
            },
        );
    }
    let child = command.spawn().ok()?.id().cast_signed();
    let options = libc::PTRACE_O_TRACEEXIT | libc::PTRACE_O_TRACEEXEC | libc::PTRACE_O_EXITKILL;
    let (mut is_started, mut is_another) = (false, false);
    let mut most = None;
    loop {
        let mut status = 0;
        // SAFETY: the kernel writes one number.
        if unsafe { libc::waitpid(child, &raw mut status, 0) } != child {
            return None;
        }
        if !libc::WIFSTOPPED(status) {
            return most;
        }
        let mut signal = 0;
        match status >> 16 {
            0 if !is_started => {
                is_started = true;
                // SAFETY: numbers only.
                unsafe { libc::ptrace(libc::PTRACE_SETOPTIONS, child, 0usize, options as usize) };
            }
            0 => signal = libc::WSTOPSIG(status) as usize,
            // Now it still has all of it. What wait4(2) says afterwards is no use: that counts this program, too, from which
            // it was forked.
            libc::PTRACE_EVENT_EXIT if !is_another => {
                most = peak(&fs::read_to_string(format!("/proc/{child}/status")).ok()?);
            }
            _ => is_another = true,
        }
        // SAFETY: numbers only.
        unsafe { libc::ptrace(libc::PTRACE_CONT, child, 0usize, signal) };
    }
}

/// The number of the line `VmHWM:      1234 kB` in /proc/PID/status.
fn peak(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_of_strace() {
        let table = "% time     seconds  usecs/call     calls    errors syscall\n\
            ------ ----------- ----------- --------- --------- ----------------\n\
            \u{20} 0.00    0.000000           0         1           write\n\
            \u{20} 0.00    0.000000           0        11         1 mount\n\
            ------ ----------- ----------- --------- --------- ----------------\n\
            100.00    0.000000           0        12         1 total\n";
        assert_eq!(total(table), Some(12));
        assert_eq!(
            total("100.00    0.000000           0         4           total\n"),
            Some(4)
        );
        assert_eq!(total("strace: exec: No such file or directory\n"), None);
    }

    #[test]
    fn peaks_of_memory() {
        let text = "Name:\tip\nVmPeak:\t    1648 kB\nVmHWM:\t     572 kB\nVmRSS:\t     560 kB\n";
        assert_eq!(peak(text), Some(572));
        assert_eq!(peak("Name:\tip\nState:\tZ (zombie)\n"), None);
    }

    #[test]
    fn instructions_of_callgrind() {
        let text = "==12== Events    : Ir\n==12== Collected : 48213\n==12== \n";
        assert_eq!(collected(text), Some(48_213));
        assert_eq!(collected("valgrind: failed to start\n"), None);
    }
}
