//! Runs the programs in turn, and what remains of their times.

use super::cases::{Case, Effect, Filling, NAMED};
use super::room::{add_name, delete_name, delete_routes};
use super::{Kind, Program, cni};
use crate::Res;
use std::fs::File;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pair {
    pub median: u64,
    pub minimum: u64,
}

impl Pair {
    fn of(mut values: Vec<u64>) -> Pair {
        values.sort_unstable();
        let middle = values.len() / 2;
        let median = match values.len() {
            0 => return Pair::default(),
            len if len % 2 == 1 => values[middle],
            _ => values[middle - 1].midpoint(values[middle]),
        };
        Pair {
            median,
            minimum: values[0],
        }
    }
}

/// What one program took.
pub struct Figures {
    pub cpu: Pair,
    pub wall: Pair,
}

/// A time with three to five digits.
pub fn time(nanoseconds: u64) -> String {
    match nanoseconds {
        0..99_999_500 => format!("{} µs", (nanoseconds + 500) / 1_000),
        _ => format!("{} ms", (nanoseconds + 500_000) / 1_000_000),
    }
}

pub fn ratio(value: u64, base: u64) -> String {
    match base {
        0 => "-".into(),
        base => format!("{:.2}", value as f64 / base as f64),
    }
}

/// Measures a case with each program; None for one that has no such command. `held` gets namespaces that lose their names:
/// to take one apart takes the kernel long, and would disturb whoever comes next.
pub fn case(
    case: &Case,
    programs: &[Program],
    runs: usize,
    held: &mut Vec<File>,
) -> Res<Vec<Option<Figures>>> {
    let bytes = bytes(case, programs)?;
    let runs = runs.div_ceil(case.every);
    let mut times = vec![(Vec::new(), Vec::new()); programs.len()];
    // A first turn fills the caches, but where a run takes so long that they do not matter.
    let warm_up = usize::from(case.every == 1);
    for turn in 0..runs + warm_up {
        // Forth and back, so that each program has more than one predecessor.
        let order = (0..programs.len()).map(|n| match turn % 2 {
            0 => n,
            _ => programs.len() - 1 - n,
        });
        for n in order {
            let program = &programs[n];
            let verb = case.name.rsplit(' ').next().unwrap_or_default();
            let name = format!("{verb}-{turn}-{n}");
            let Some(words) = case.words(program, &filling(&name, programs, bytes)) else {
                continue;
            };
            if case.effect == Effect::DeletesName {
                add_name(&programs[0].file, &name)?;
                let path = format!("/run/netns/{name}");
                held.push(File::open(&path).map_err(|e| format!("{path}: {e}"))?);
            }
            if case.effect == Effect::Attaches {
                add_name(&programs[0].file, &name)?;
            }
            let (cpu, wall) = match case.effect {
                Effect::Attaches => cni::attach(program, &words, &name)?,
                _ => run(program, &words)?,
            };
            match case.effect {
                Effect::Attaches => {
                    cni::detach(program, &words, &name)?;
                    delete_name(&name);
                    settle();
                }
                Effect::AddsRoutes => delete_routes()?,
                Effect::LeavesNamespaces => settle(),
                _ => {}
            }
            if turn >= warm_up {
                times[n].0.push(cpu);
                times[n].1.push(wall);
            }
        }
    }
    let figures = times.into_iter().map(|(cpu, wall)| {
        (!cpu.is_empty()).then(|| Figures {
            cpu: Pair::of(cpu),
            wall: Pair::of(wall),
        })
    });
    Ok(figures.collect())
}

/// Gives the kernel the time to take namespaces apart, which would disturb whoever comes next.
pub fn settle() {
    std::thread::sleep(Duration::from_millis(30));
}

pub fn filling<'a>(name: &'a str, programs: &'a [Program], bytes: usize) -> Filling<'a> {
    let minimal = programs[0].file.to_str().unwrap_or_default();
    Filling {
        name,
        minimal,
        bytes,
    }
}

/// How many bytes ipso writes for a case, where the minimal program has to write as many.
pub fn bytes(case: &Case, programs: &[Program]) -> Res<usize> {
    let ipso = programs.iter().find(|program| program.kind == Kind::Ipso);
    let ipso = ipso.ok_or("no ipso")?;
    if !case.writes() {
        return Ok(0);
    }
    let words = case
        .words(ipso, &filling(NAMED, programs, 0))
        .unwrap_or_default();
    let mut command = Command::new(&ipso.file);
    let output = command
        .args(&words)
        .env_clear()
        .output()
        .map_err(|e| format!("ipso: {e}"))?;
    Ok(output.stdout.len())
}

/// Runs a program to its end, which has to be a good one: its CPU time and the time by the clock, in nanoseconds.
fn run(program: &Program, words: &[String]) -> Res<(u64, u64)> {
    let mut command = Command::new(&program.file);
    command.args(words).env_clear();
    timed(command.stdin(Stdio::null()).stdout(Stdio::null()))
}

/// The same of a command.
pub fn timed(command: &mut Command) -> Res<(u64, u64)> {
    let line = |command: &Command| {
        let words = [command.get_program()]
            .into_iter()
            .chain(command.get_args());
        let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    };
    let start = Instant::now();
    let child = command
        .spawn()
        .map_err(|e| format!("{}: {e}", line(command)))?;
    let mut status = 0;
    // SAFETY: all zeroes is a value of it.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the kernel fills in both.
    let waited =
        unsafe { libc::wait4(child.id().cast_signed(), &raw mut status, 0, &raw mut usage) };
    let wall = start.elapsed().as_nanos() as u64;
    if waited < 0 || status != 0 {
        return Err(format!("{}: wait status {status}", line(command)));
    }
    let nanoseconds =
        |of: libc::timeval| of.tv_sec as u64 * 1_000_000_000 + of.tv_usec as u64 * 1_000;
    Ok((
        nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime),
        wall,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_minima() {
        let of = |values: &[u64]| {
            let pair = Pair::of(values.into());
            (pair.median, pair.minimum)
        };
        assert_eq!(of(&[]), (0, 0));
        assert_eq!(of(&[7]), (7, 7));
        assert_eq!(of(&[9, 1, 5]), (5, 1));
        assert_eq!(of(&[4, 100, 2, 6]), (5, 2));
    }

    #[test]
    fn cells() {
        assert_eq!(time(1_499), "1 µs");
        assert_eq!(time(1_234_500), "1235 µs");
        assert_eq!(time(99_999_499), "99999 µs");
        assert_eq!(time(99_999_500), "100 ms");
        assert_eq!(ratio(300, 200), "1.50");
        assert_eq!(ratio(300, 0), "-");
    }

    #[test]
    fn a_program_that_fails_is_an_error() {
        let program = Program {
            kind: Kind::Busybox,
            file: "/bin/sh".into(),
            name: String::new(),
        };
        let run = |script: &str| run(&program, &["-c".into(), script.into()]);
        assert!(
            run("exit 3")
                .unwrap_err()
                .starts_with("/bin/sh -c exit 3: ")
        );
        let (cpu, wall) = run("n=0; while [ $n -lt 20000 ]; do n=$((n + 1)); done").unwrap();
        assert!(cpu > 0 && wall > 0);
    }
}
