//! How many system calls a command makes, by strace(1), and how many instructions, by valgrind(1).

use super::cases::{Case, Effect};
use super::{Program, line, measure, room};
use crate::{Res, capture, root};
use std::fs;
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
        let counts: [(&str, bool, Count); 2] = [
            ("system calls", self.strace, system_calls),
            ("instructions", self.valgrind, instructions),
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
                if case.effect != Effect::None {
                    room::delete_name(filling.name);
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
    fn instructions_of_callgrind() {
        let text = "==12== Events    : Ir\n==12== Collected : 48213\n==12== \n";
        assert_eq!(collected(text), Some(48_213));
        assert_eq!(collected("valgrind: failed to start\n"), None);
    }
}
