//! `cargo xtask bench`: how long commands take, as ratios to a program that makes the needed system calls alone
//! (minimal.rs), beside iproute2, busybox and bubblewrap.
//!
//! The programs take turns, so that whatever else the machine does meets all of them. Of each the median and the minimum
//! count, of the CPU time (user and system, by wait4(2)) and of the time by the clock, from before fork to after wait.

mod cases;
mod cni;
mod counts;
mod measure;
mod room;

use crate::{Res, at, capture, product, root, run, toolchain};
use cases::{CASES, Case, Room};
use lexopt::{Arg::Long, Parser, ValueExt};
use measure::Figures;
use std::io::Write;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const USAGE: &str = "\
Usage: cargo xtask bench [OPTION ...]
Runs commands again and again in namespaces of their own, and prints a table of their times: those of the minimal
program, and those of the others as ratios to it; the median, and in brackets the minimum.
  --runs N           runs of each program (default 41; slow cases take fewer)
  --case NAME        this case alone; may be repeated
  --ipso FILE        instead of target/ipso
  --reference FILE   one more `ip` beside the system's; may be repeated
  --busybox FILE     instead of the system's
  --bubblewrap FILE  instead of the system's bwrap
  --plugins DIR      the plugins of container runtimes, instead of /usr/lib/cni
  --counts           system calls (by strace), instructions (by valgrind) and memory as well
  --list             the names of the cases";

/// A program that is measured.
pub struct Program {
    pub kind: Kind,
    pub file: PathBuf,
    /// The head of its column.
    name: String,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Minimal,
    Ipso,
    Iproute2,
    Busybox,
    Bubblewrap,
    /// The folder of the network plugins of container runtimes.
    Plugins,
}

#[derive(Debug, PartialEq)]
struct Options {
    runs: usize,
    cases: Vec<String>,
    ipso: Option<PathBuf>,
    references: Vec<PathBuf>,
    busybox: Option<PathBuf>,
    bubblewrap: Option<PathBuf>,
    plugins: Option<PathBuf>,
    counts: bool,
    list: bool,
}

impl Options {
    fn read(words: &mut Parser) -> Result<Options, lexopt::Error> {
        let mut options = Options {
            runs: 41,
            cases: Vec::new(),
            ipso: None,
            references: Vec::new(),
            busybox: None,
            bubblewrap: None,
            plugins: None,
            counts: false,
            list: false,
        };
        while let Some(word) = words.next()? {
            match word {
                Long("runs") => options.runs = words.value()?.parse::<NonZero<usize>>()?.get(),
                Long("case") => {
                    let name = words.value()?.string()?;
                    if !CASES.iter().any(|case| case.name == name) {
                        let text = format!("no such case: {name:?}. There are:\n{}", list());
                        return Err(text.into());
                    }
                    options.cases.push(name);
                }
                Long("ipso") => options.ipso = Some(words.value()?.into()),
                Long("reference") => options.references.push(words.value()?.into()),
                Long("busybox") => options.busybox = Some(words.value()?.into()),
                Long("bubblewrap") => options.bubblewrap = Some(words.value()?.into()),
                Long("plugins") => options.plugins = Some(words.value()?.into()),
                Long("counts") => options.counts = true,
                Long("list") => options.list = true,
                _ => return Err(word.unexpected()),
            }
        }
        Ok(options)
    }

    fn cases(&self, room: Room) -> impl Iterator<Item = &'static Case> {
        CASES.iter().filter(move |case| {
            let named = self.cases.is_empty() || self.cases.iter().any(|name| name == case.name);
            named && case.room == room
        })
    }
}

fn list() -> String {
    let names: Vec<_> = CASES.iter().map(|case| case.name).collect();
    names.join("\n")
}

pub fn main(words: &mut Parser) -> Result<(), lexopt::Error> {
    let options = Options::read(words)?;
    if options.list {
        crate::help(&list());
        return Ok(());
    }
    let programs = programs(&options)?;
    let tools = options.counts.then(counts::Tools::find);
    header(&programs);
    for room in Room::ALL {
        let cases: Vec<_> = options.cases(*room).collect();
        if !cases.is_empty() {
            // A process for each, that takes its namespaces with it when it ends.
            room::inside(*room, &programs[0].file, || {
                let mut held = Vec::new();
                for case in &cases {
                    let figures = measure::case(case, &programs, options.runs, &mut held)?;
                    rows(case, &figures);
                }
                // Last, since some of it leaves the kernel busy.
                match &tools {
                    Some(tools) => cases.iter().try_for_each(|case| tools.row(case, &programs)),
                    None => Ok(()),
                }
            })?;
        }
    }
    Ok(())
}

/// The programs in the order of the columns; the minimal one is compiled.
fn programs(options: &Options) -> Res<Vec<Program>> {
    let folder = root().join("target/bench");
    std::fs::create_dir_all(&folder).map_err(|e| at(&folder, e))?;
    let mut programs = vec![Program {
        kind: Kind::Minimal,
        file: compile_minimal(&folder)?,
        name: "minimal".into(),
    }];
    let ipso = options.ipso.clone();
    let ipso =
        ipso.unwrap_or_else(|| product::path(&toolchain::default_triple(), &product::Parts::All));
    programs.push(Program {
        kind: Kind::Ipso,
        file: std::path::absolute(&ipso).map_err(|e| at(&ipso, e))?,
        name: "ipso".into(),
    });
    if !ipso.exists() {
        return Err(format!(
            "{}: build it with `cargo static`",
            crate::shown(&ipso)
        ));
    }
    for file in in_path("ip").into_iter().chain(options.references.clone()) {
        let version = capture(Command::new(&file).arg("-V"))
            .ok_or(format!("{}: cannot be run", file.display()))?;
        programs.push(Program {
            kind: Kind::Iproute2,
            name: version_of(&version),
            file: std::path::absolute(&file).map_err(|e| at(&file, e))?,
        });
    }
    for (kind, named, name, head) in [
        (Kind::Busybox, &options.busybox, "busybox", "busybox"),
        (Kind::Bubblewrap, &options.bubblewrap, "bwrap", "bubblewrap"),
    ] {
        if let Some(file) = named.clone().or_else(|| in_path(name)) {
            programs.push(Program {
                kind,
                file: std::path::absolute(&file).map_err(|e| at(&file, e))?,
                name: head.into(),
            });
        }
    }
    let plugins = options.plugins.clone();
    let plugins = plugins.unwrap_or_else(|| "/usr/lib/cni".into());
    if plugins.join("bridge").exists() && in_path("iptables").is_some() {
        programs.push(Program {
            kind: Kind::Plugins,
            file: std::path::absolute(&plugins).map_err(|e| at(&plugins, e))?,
            name: "CNI plugins".into(),
        });
    } else {
        let folder = crate::shown(&plugins);
        eprintln!("SKIP the reference of `cni ADD`: no plugins in {folder}, or no iptables");
    }
    Ok(programs)
}

/// `iproute2 6.1.0` of `ip utility, iproute2-6.1.0, libbpf 1.1.0`.
fn version_of(text: &str) -> String {
    let mut words = text.split([' ', ',']);
    let word = words.find(|word| word.starts_with("iproute2-"));
    word.unwrap_or("ip").replacen('-', " ", 1)
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/sbin"), "/usr/sbin".into()]);
    folders
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn compile_minimal(folder: &Path) -> Res<PathBuf> {
    let source = root().join(".cargo/xtask/src/bench/minimal.rs");
    let file = folder.join("minimal");
    let flags = "--edition=2024 --crate-type=bin -Copt-level=2 -Cpanic=abort -Ccodegen-units=1 -Cstrip=symbols \
        -Crelocation-model=static -Clink-args=-nostartfiles -Clink-args=-nostdlib -Clink-args=-static \
        -Clink-args=-Wl,--build-id=none";
    let mut rustc = Command::new("rustc");
    run(rustc
        .args(flags.split(' '))
        .arg(&source)
        .arg("-o")
        .arg(&file))?;
    Ok(file)
}

fn line(cells: &[String]) {
    // A reader that has gone wants no more.
    let _ = writeln!(std::io::stdout(), "| {} |", cells.join(" | "));
}

fn header(programs: &[Program]) {
    let mut cells = vec!["case".to_owned(), "of".to_owned()];
    cells.extend(programs.iter().map(|program| program.name.clone()));
    line(&cells);
    line(&vec!["---".to_owned(); cells.len()]);
}

/// A row for the CPU time and one for the clock.
fn rows(case: &Case, figures: &[Option<Figures>]) {
    for (name, of) in [
        ("CPU", (|f| f.cpu) as fn(&Figures) -> measure::Pair),
        ("clock", |f| f.wall),
    ] {
        let mut cells = vec![case.name.to_owned(), name.to_owned()];
        // That of the minimal program, where it has such a command.
        let first = figures.iter().position(Option::is_some).unwrap_or_default();
        let base = figures[first].as_ref().map(of).unwrap_or_default();
        for (n, figures) in figures.iter().enumerate() {
            cells.push(match figures.as_ref().map(of) {
                None => "-".into(),
                Some(pair) if n == first => format!(
                    "{} ({})",
                    measure::time(pair.median),
                    measure::time(pair.minimum)
                ),
                Some(pair) => format!(
                    "{} ({})",
                    measure::ratio(pair.median, base.median),
                    measure::ratio(pair.minimum, base.minimum)
                ),
            });
        }
        line(&cells);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, lexopt::Error> {
        Options::read(&mut Parser::from_args(line.split_terminator(' ')))
    }

    #[test]
    fn options_of_a_command_line() {
        let plain = parse("").unwrap();
        assert_eq!((plain.runs, plain.counts), (41, false));
        assert!(Room::ALL.iter().all(|room| plain.cases(*room).count() > 0));
        let rooms = Room::ALL.iter().map(|room| plain.cases(*room).count());
        assert_eq!(rooms.sum::<usize>(), CASES.len());
        let all = parse(
            "--runs 3 --ipso a --reference b --reference c --busybox d --bubblewrap e --plugins f --counts --case start",
        );
        let all = all.unwrap();
        assert_eq!(all.runs, 3);
        assert_eq!(all.references, [PathBuf::from("b"), "c".into()]);
        assert!(all.counts && all.ipso == Some("a".into()));
        assert_eq!(all.busybox, Some("d".into()));
        assert_eq!(all.plugins, Some("f".into()));
        assert_eq!(all.bubblewrap, Some("e".into()));
        let cases: Vec<_> = all.cases(Room::Plain).map(|case| case.name).collect();
        assert_eq!(cases, ["start"]);
        assert_eq!(all.cases(Room::Links).count(), 0);
        for wrong in [
            "--runs",
            "--runs 0",
            "--runs x",
            "--case",
            "--case none",
            "x",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn versions_of_iproute2() {
        let text = "ip utility, iproute2-6.1.0, libbpf 1.1.0";
        assert_eq!(version_of(text), "iproute2 6.1.0");
        assert_eq!(
            version_of("ip utility, iproute2-ss190107"),
            "iproute2 ss190107"
        );
        assert_eq!(version_of("something else"), "ip");
    }
}
