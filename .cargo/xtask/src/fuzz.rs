//! `cargo xtask fuzz`: what may come from the kernel, from a command line or from a batch file, changed at random again and
//! again, and kept where it reaches lines that nothing before has reached.
//!
//! The program that does so is the package in .cargo/fuzz, with libFuzzer. It is built by the same stable compiler, which is
//! told to count the branches that are taken. The code under test has no real system calls there, so nothing that an input says
//! can reach this machine.

use crate::own::Own;
use crate::toolchain::clean;
use crate::{Res, at, root, shown};
use lexopt::{Arg::Long, Arg::Value, Parser, ValueExt};
use std::fs;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

pub const USAGE: &str = "\
Usage: cargo xtask fuzz TARGET [--seconds N]
Tries random inputs for N seconds, 60 without it, or until one of them is a fault. They begin with the data of the tests.
  messages          what the kernel answers, as every command shows it
  words             command lines, up to the message that is sent, which is then shown
  batch             batch files
An input that is a fault is printed, and kept in target/fuzz/found; those that reach new code in target/fuzz/corpus.
A C++ compiler is needed.";

const TARGETS: &[&str] = &["messages", "words", "batch"];

/// They have the compiler count branches and hand on what is compared, for libFuzzer. cargo-fuzz has the same.
const FLAGS: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "-Cforce-frame-pointers",
];

/// One input may take so long, and the process so much memory: what takes more is a fault, too.
const LIMITS: &[&str] = &["-timeout=5", "-rss_limit_mb=512", "-max_len=4096"];

/// How often the planted fault may be looked for. It takes some thousands.
const PLANTED_RUNS: &str = "-runs=500000";

/// How many seconds a fault may be made shorter.
const MINIMIZE: &str = "-max_total_time=20";

pub fn main(words: &mut Parser) -> Result<(), lexopt::Error> {
    let (target, seconds) = read(words)?;
    let fuzzer = Fuzzer::build()?;
    fuzzer.find_planted()?;
    fuzzer.run(target, seconds)?;
    Ok(())
}

fn read(words: &mut Parser) -> Result<(&'static str, u32), lexopt::Error> {
    let (mut target, mut seconds) = (None, 60);
    while let Some(word) = words.next()? {
        match word {
            Long("seconds") => seconds = words.value()?.parse()?,
            Value(name) if target.is_none() => {
                let known = TARGETS.iter().find(|known| name == ***known);
                target = Some(*known.ok_or_else(|| format!("There is no target {name:?}"))?);
            }
            other => return Err(other.unexpected()),
        }
    }
    if seconds == 0 {
        return Err("--seconds 0 would never end".into());
    }
    Ok((target.ok_or("Which target?")?, seconds))
}

struct Fuzzer {
    program: PathBuf,
    /// target/fuzz
    folder: PathBuf,
    /// What no other run may touch.
    own: Own,
}

impl Fuzzer {
    fn build() -> Res<Fuzzer> {
        let triple = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        if !["x86_64", "aarch64"].contains(&std::env::consts::ARCH) {
            return Err(format!("fuzz: not on {}", std::env::consts::ARCH));
        }
        let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
        let mut version = Command::new(&compiler);
        version.arg("--version").stdout(Stdio::null());
        if !version.status().is_ok_and(|status| status.success()) {
            let name = compiler.display();
            return Err(format!(
                "fuzz: no C++ compiler: {name} (Debian's package g++ has one)"
            ));
        }
        let root = root();
        let folder = root.join("target/fuzz");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        clean(&mut command)
            .current_dir(&root)
            .args(["build", "--release", "--target", &triple])
            .args(["--manifest-path", ".cargo/fuzz/Cargo.toml"])
            .arg("--target-dir")
            .arg(folder.join("build"))
            .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f"));
        crate::run(&mut command)?;
        let program = folder.join("build").join(triple).join("release/fuzz");
        let own = Own::new(&folder, "run")?;
        Ok(Fuzzer {
            program,
            folder,
            own,
        })
    }

    /// A folder that is there.
    fn folder(&self, name: &str) -> Res<PathBuf> {
        let path = self.folder.join(name);
        fs::create_dir_all(&path).map_err(|e| at(&path, e))?;
        Ok(path)
    }

    /// Starts libFuzzer with words for it, and waits. What it says goes into a file.
    fn start(&self, target: &str, log: &Path, more: &dyn Fn(&mut Command)) -> Res<ExitStatus> {
        let said = fs::File::create(log).map_err(|e| at(log, e))?;
        let mut command = Command::new(&self.program);
        command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said)
            .env("IPSO_FUZZ_TARGET", target)
            .env("IPSO_FUZZ_CURRENT", self.current(target))
            .args(LIMITS);
        more(&mut command);
        // SAFETY: a system call without pointers, which may be made between fork and exec.
        unsafe {
            command.pre_exec(
                || match libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) {
                    0 => Ok(()),
                    _ => Err(io::Error::last_os_error()),
                },
            );
        }
        command.status().map_err(|e| at(&self.program, e))
    }

    /// The file that has the input of the moment.
    fn current(&self, target: &str) -> PathBuf {
        self.own.path().join(format!("{target}.current"))
    }

    /// A fuzzer that finds nothing looks like a program without faults: so it has to find one that is planted.
    fn find_planted(&self) -> Res<()> {
        let folder = self.own.path();
        let log = folder.join("planted.log");
        self.start("planted", &log, &|command| {
            command
                .env("IPSO_FUZZ_SEEDS", folder.join("seeds"))
                .arg(folder.join("seeds"))
                .arg(format!("-artifact_prefix={}/", folder.display()))
                .args([PLANTED_RUNS, "-seed=1", "-max_len=64"]);
        })?;
        let text = read_text(&log)?;
        let found = found_in(&text).is_some() && text.contains("planted: ");
        if !found {
            return Err(format!(
                "fuzz: the planted fault was not found\n{}",
                told(&text)
            ));
        }
        Ok(())
    }

    fn run(&self, target: &str, seconds: u32) -> Res<()> {
        let corpus = self.folder(&format!("corpus/{target}"))?;
        let found = self.folder("found")?.join(target);
        let log = self.folder.join(format!("{target}.log"));
        let dictionary = self.folder.join(format!("{target}.dictionary"));
        println!(
            "fuzz {target}: {seconds} seconds; what libFuzzer says is in {}",
            shown(&log)
        );
        let status = self.start(target, &log, &|command| {
            command
                .env("IPSO_FUZZ_SEEDS", &corpus)
                .arg(&corpus)
                .arg(format!("-max_total_time={seconds}"))
                .arg(format!("-artifact_prefix={}-", found.display()))
                .arg("-print_final_stats=1");
            if target != "messages" {
                // It is written before it is read.
                command.env("IPSO_FUZZ_DICTIONARY", &dictionary);
                command.arg(format!("-dict={}", dictionary.display()));
            }
        })?;
        let text = read_text(&log)?;
        println!("fuzz {target}: {}", figures(&text));
        if status.success() && text.contains("\nDone ") {
            return Ok(());
        }
        let mut said = format!("fuzz {target}: {status}\n{}", told(&text));
        let kept = match found_in(&text) {
            Some(path) => PathBuf::from(path),
            None => {
                let (kept, input) = self.keep_current(target, &found)?;
                said += &format!("    {}\n", input.escape_ascii());
                kept
            }
        };
        said += &format!("kept as {}\n", shown(&kept));
        // A signal is none of libFuzzer's: it would find nothing to make shorter.
        if status.signal().is_none() {
            said += &self.minimized(target, &kept)?;
        }
        Err(said)
    }

    /// Keeps the input that was tried when the process died, and returns it.
    fn keep_current(&self, target: &str, found: &Path) -> Res<(PathBuf, Vec<u8>)> {
        let current = self.current(target);
        let bytes = fs::read(&current).map_err(|e| at(&current, e))?;
        let kept = PathBuf::from(format!("{}-died", found.display()));
        let input = input_of(&bytes).to_vec();
        fs::write(&kept, &input).map_err(|e| at(&kept, e))?;
        Ok((kept, input))
    }

    /// Makes an input that is a fault shorter, as far as that does not take long.
    fn minimized(&self, target: &str, kept: &Path) -> Res<String> {
        let short = PathBuf::from(format!("{}-short", kept.display()));
        let log = self.folder.join(format!("{target}.short.log"));
        self.start(target, &log, &|command| {
            command
                .args(["-minimize_crash=1", MINIMIZE])
                .arg(format!("-exact_artifact_path={}", short.display()))
                .arg(kept);
        })?;
        if !short.exists() {
            return Ok(String::new());
        }
        self.start(target, &log, &|command| {
            command.arg(&short).arg("-exact_artifact_path=/dev/null");
        })?;
        Ok(format!(
            "and shorter as {}\n{}",
            shown(&short),
            told(&read_text(&log)?)
        ))
    }
}

fn read_text(path: &Path) -> Res<String> {
    let bytes = fs::read(path).map_err(|e| at(path, e))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The input in the file of the moment: behind its length.
fn input_of(bytes: &[u8]) -> &[u8] {
    let Some((len, rest)) = bytes.split_first_chunk() else {
        return &[];
    };
    let len = usize::try_from(u64::from_ne_bytes(*len)).unwrap_or(usize::MAX);
    &rest[..len.min(rest.len())]
}

/// The file that libFuzzer has kept an input in.
fn found_in(log: &str) -> Option<&str> {
    let (_, rest) = log.rsplit_once("Test unit written to ")?;
    rest.lines().next()
}

/// What libFuzzer says of a run: how many inputs, how fast, and how many branches.
fn figures(log: &str) -> String {
    let stat = |name: &str| {
        let line = log.lines().find_map(|line| line.strip_prefix(name));
        line.map_or("?", |line| line.trim_start_matches(':').trim())
    };
    let behind = |name: &str| {
        let words = log.lines().filter(|line| line.starts_with('#'));
        let word = words
            .rev()
            .find_map(|line| line.split_once(name)?.1.split_whitespace().next());
        word.unwrap_or("?")
    };
    let all = log
        .lines()
        .find_map(|line| line.split_once(" PC tables (")?.1.split(' ').next());
    format!(
        "{} inputs, {} a second; {} of {} branches; {} kept; {} MiB of memory",
        stat("stat::number_of_executed_units"),
        stat("stat::average_exec_per_sec"),
        behind("cov: "),
        all.unwrap_or("?"),
        behind("corp: ").split('/').next().unwrap_or("?"),
        stat("stat::peak_rss_mb"),
    )
}

/// What libFuzzer says, without its progress.
fn told(log: &str) -> String {
    let progress = |line: &&str| {
        [
            "#",
            "\"",
            "Dictionary: ",
            "INFO: ",
            "WARNING: ",
            "stat::",
            "NOTE: ",
        ]
        .iter()
        .any(|begin| line.starts_with(begin))
            || line.trim_start().starts_with("NEW_FUNC")
    };
    let lines = log
        .lines()
        .filter(|line| !progress(line) && !line.trim().is_empty());
    lines.map(|line| format!("    {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<(&'static str, u32), String> {
        let mut words = Parser::from_args(line.split_whitespace());
        read(&mut words).map_err(|e| e.to_string())
    }

    #[test]
    fn words_are_read() {
        assert_eq!(words("words"), Ok(("words", 60)));
        assert_eq!(words("--seconds 5 batch"), Ok(("batch", 5)));
        assert_eq!(words("messages --seconds=3600"), Ok(("messages", 3600)));
        for wrong in [
            "",
            "dragons",
            "words batch",
            "words --seconds",
            "words --seconds 0",
            "words --fast",
        ] {
            assert!(words(wrong).is_err(), "{wrong}");
        }
    }

    /// The program is asked for the targets by the same names.
    #[test]
    fn targets_are_those_of_the_program() {
        let path = root().join(".cargo/fuzz/src/target.rs");
        let source = fs::read_to_string(path).expect("the source of the targets");
        for target in TARGETS.iter().chain(&["planted"]) {
            assert!(
                source.contains(&format!("\"{target}\" => Target::")),
                "{target}"
            );
        }
    }

    const LOG: &str = "\
INFO: Loaded 1 PC tables (39038 PCs): 39038 [0x1,0x2),
#849\tNEW    cov: 5193 ft: 8302 corp: 426/34Kb lim: 981 exec/s: 0 rss: 31Mb
#190201\tDONE   cov: 5200 ft: 8310 corp: 430/35Kb lim: 981 exec/s: 4528 rss: 31Mb

panicked at src/x.rs:1:2:
ip link
artifact_prefix='f/w-'; Test unit written to f/w-crash-1
Base64: AA==
stat::number_of_executed_units: 190201
stat::average_exec_per_sec:     4528
stat::peak_rss_mb:              77
";

    #[test]
    fn what_libfuzzer_says_is_understood() {
        assert_eq!(
            figures(LOG),
            "190201 inputs, 4528 a second; 5200 of 39038 branches; 430 kept; 77 MiB of memory"
        );
        assert_eq!(found_in(LOG), Some("f/w-crash-1"));
        let told = told(LOG);
        assert!(
            told.starts_with("    panicked at src/x.rs:1:2:\n    ip link\n"),
            "{told}"
        );
        assert!(!told.contains("NEW") && !told.contains("stat::"), "{told}");
    }

    #[test]
    fn the_input_of_the_moment_is_read_to_its_length() {
        let mut bytes = 2u64.to_ne_bytes().to_vec();
        assert_eq!(input_of(&bytes), b"");
        bytes.extend(b"abc");
        assert_eq!(input_of(&bytes), b"ab");
        assert_eq!(input_of(b"short"), b"");
    }
}
