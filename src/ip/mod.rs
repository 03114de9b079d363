//! `ip`: global options, objects, commands.

pub mod addr;
mod all;
mod batch;
pub mod iface;
pub mod inet;
mod inet_conf;
pub mod link;
pub mod netns;
pub mod property;
mod rare;
mod state;
pub mod stats;
mod tunnel;
mod usage;
pub mod vf;
mod wait;
mod xstats;

use crate::args::{self, Words};
use crate::error::{Error, Result, USAGE};
use crate::names::Names;
use crate::nl::uapi::af;
use crate::ns;
use crate::out::{Out, Style};
use crate::sys;

/// What the global options say.
#[derive(Clone, Default)]
pub struct Ctx {
    /// `AF_*`, 0 for all.
    pub family: u8,
    /// How many `-d`.
    pub details: u8,
    /// How many `-s`.
    pub stats: u8,
    /// `-br`.
    pub brief: bool,
    /// `-N`: numbers, no names.
    pub numeric: bool,
    /// `-h`: the base in which large numbers are scaled, 1000 or 1024; else 0.
    pub human: u64,
    /// `-echo`: what the kernel makes of a change is shown.
    pub echo: bool,
    /// `-all`.
    pub all: bool,
    /// `-fail`: a command that fails in one of all namespaces is not forgotten.
    pub fail: bool,
    /// `-batch`: another line may follow.
    pub batch: bool,
}

/// What is said when what was dumped has changed under way.
pub const DUMP_CHANGED: &[u8] = b"Dump was interrupted and may be inconsistent.\n";

/// Where a command prints, and whom it asks.
#[derive(Default)]
pub struct Io {
    /// Standard output, and warnings.
    pub out: Out,
    /// Names, and the netlink socket.
    pub names: Names,
}

/// The code of a command.
pub type Run = fn(&mut Words, &Ctx, &mut Io) -> Result<()>;
/// Commands: their spellings in the order in which a prefix picks them, and their code.
pub type Commands = (&'static str, &'static [Run]);

/// Picks the command that the next word names; `default` where the line ends.
pub fn command(w: &mut Words, object: &str, commands: Commands, default: Run) -> Result<Run> {
    match w.next() {
        Some(word) => args::pick(word, commands).ok_or_else(|| {
            let mut known = commands.0.as_bytes().split(|byte| *byte == b'|');
            ns::hint::nearest_word(unknown(word, object), word, &mut known)
        }),
        None => Ok(default),
    }
}

/// An object has no such command.
pub fn unknown(word: &[u8], object: &str) -> Error {
    let text = "Command \"%\" is unknown, try \"ip % help\".";
    Error::new(USAGE, text, &[word, object.as_bytes()])
}

/// The objects in the order in which a prefix picks them. `neighbor` is not here yet, but keeps its prefixes: `n` never
/// comes to mean `netns`.
const OBJECTS: (&str, &[Option<Run>]) = (
    "address|neighbor|link|netns|help",
    &[
        Some(addr::run),
        None,
        Some(link::run),
        Some(netns::run),
        Some(|_, _, _| Err(usage())),
    ],
);

const USAGE_TEXT: &str = "\
Usage: ip [ OPTIONS ] { address | link | netns } { COMMAND | help }
OPTIONS := { -V[ersion] | -h[uman-readable] | -iec | -s[tatistics] | -d[etails] | -r[esolve] | -o[neline] | -br[ief] | -j[son] |
       -p[retty] | -f[amily] { inet | inet6 | mpls | bridge | link } | -4 | -6 | -M | -B | -0 | -N[umeric] |
       -n[etns] NAMESPACE | -a[ll] | -fail | -b[atch] FILE | -fo[rce] | -echo |
       -c[olor][=always|=auto|=never] }";

fn usage() -> Error {
    Error::help(USAGE_TEXT)
}

/// A global option's meaning.
#[derive(Clone, Copy)]
enum Global {
    FamilyNamed,
    Family(u8),
    Human,
    Iec,
    Stats,
    Details,
    Oneline,
    Version,
    Brief,
    Json,
    Pretty,
    Color,
    Help,
    Netns,
    Numeric,
    All,
    Fail,
    Force,
    Batch,
    Echo,
    /// Addresses have no names here.
    Resolve,
    /// Known to iproute2; nothing here would heed it.
    Missing,
}

/// In the order in which a prefix picks them.
const GLOBALS: (&str, &[Global]) = (
    "loops|family|=4|=6|=0|=M|=B|human,human-readable|iec|stats,statistics|details|resolve|oneline|\
     timestamp,tshort|Version|force|batch|brief|json|pretty|rcvbuf|color|help|netns|Numeric|all|=echo|=fail",
    {
        use Global::*;
        &[
            Missing,
            FamilyNamed,
            Family(af::INET),
            Family(af::INET6),
            Family(af::PACKET),
            Family(af::MPLS),
            Family(af::BRIDGE),
            Human,
            Iec,
            Stats,
            Details,
            Resolve,
            Oneline,
            Missing,
            Version,
            Force,
            Batch,
            Brief,
            Json,
            Pretty,
            Missing,
            Color,
            Help,
            Netns,
            Numeric,
            All,
            Echo,
            Fail,
        ]
    },
);

const FAMILIES: &str = "2 inet|10 inet6|17 link|28 mpls|7 bridge";

/// Runs `ip WORDS`; `object` is one that the program's own name ends in.
pub fn run(w: &mut Words, object: Option<&[u8]>, io: &mut Io) -> Result<()> {
    let mut ctx = Ctx::default();
    let mut color = false;
    let mut iec = false;
    let mut force = false;
    let mut file = None;
    while let Some(word) = w.peek().filter(|word| word.starts_with(b"-")) {
        w.next();
        if word == b"--" {
            break;
        }
        let name = word.strip_prefix(b"--").unwrap_or(&word[1..]);
        let (name, value) = match name.iter().position(|b| *b == b'=') {
            Some(at) => (&name[..at], Some(&name[at + 1..])),
            None => (name, None),
        };
        let unknown = || {
            let name = word.strip_prefix(b"--").unwrap_or(&word[1..]);
            Error::new(
                USAGE,
                "Option \"-%\" is unknown, try \"ip -help\".",
                &[name],
            )
        };
        match args::pick(name, GLOBALS).ok_or_else(unknown)? {
            Global::Color => color = colored(value).ok_or_else(unknown)?,
            _ if value.is_some() => return Err(unknown()),
            Global::FamilyNamed => {
                let family = w.next().ok_or_else(|| Error::required("family type"))?;
                if family == b"help" {
                    return Err(usage());
                }
                let number = crate::names::of_table(FAMILIES, family);
                let number =
                    number.ok_or_else(|| Error::bad_arg(family, "invalid protocol family"))?;
                ctx.family = number as u8;
            }
            Global::Family(family) => ctx.family = family,
            Global::Human => ctx.human = 1000,
            Global::Iec => iec = true,
            Global::Stats => ctx.stats = ctx.stats.saturating_add(1),
            Global::Details => ctx.details = ctx.details.saturating_add(1),
            Global::Oneline => io.out.style.oneline = true,
            Global::Brief => ctx.brief = true,
            Global::Json => io.out.style.json = true,
            Global::Pretty => io.out.style.pretty = true,
            Global::Numeric => ctx.numeric = true,
            Global::All => ctx.all = true,
            Global::Fail => ctx.fail = true,
            Global::Force => force = true,
            Global::Echo => ctx.echo = true,
            Global::Resolve => {}
            Global::Batch => {
                file = Some(w.next().ok_or_else(|| Error::required("batch file"))?);
            }
            Global::Netns => ns::enter::enter(w.value()?, &mut io.out)?,
            Global::Help => return Err(usage()),
            Global::Version => {
                io.out.style = Style::default();
                io.out.text(concat!(
                    "ip utility, iproute2-7.3.0, ipso ",
                    env!("IPSO_VERSION"),
                    "\n"
                ));
                return Ok(());
            }
            Global::Missing => {
                return Err(Error::new(
                    USAGE,
                    "Option \"-%\" is not supported by ipso.",
                    &[name],
                ));
            }
        }
    }
    if iec && ctx.human != 0 {
        ctx.human = 1024;
    }
    io.out.style.details = ctx.details;
    io.out.style.numeric = ctx.numeric;
    set_colors(&mut io.out.style, color);
    if let Some(file) = file {
        ctx.batch = true;
        return batch::run(file, force, &ctx, io);
    }
    if let Some(object) = object.filter(|object| find_object(object).is_some()) {
        return run_object(object, w, &ctx, io);
    }
    let object = w.next().ok_or_else(usage)?;
    run_object(object, w, &ctx, io)
}

fn find_object(word: &[u8]) -> Option<Run> {
    args::pick(word, OBJECTS).flatten()
}

/// Runs the object that a word names.
fn run_object(word: &[u8], w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    match find_object(word) {
        Some(run) => {
            let done = run(w, ctx, io);
            let warnings = io.names.warnings();
            io.out.warn(&warnings);
            done
        }
        _ => Err(Error::refused(
            "Object \"%\" is unknown, try \"ip help\".",
            word,
        )),
    }
}

/// Whether text is coloured: `-c[=always|auto|never]`.
fn colored(value: Option<&[u8]>) -> Option<bool> {
    match value {
        None | Some(b"" | b"always") => Some(true),
        Some(b"auto") => Some(rustix::termios::isatty(rustix::stdio::stdout())),
        Some(b"never") => Some(false),
        _ => None,
    }
}

/// Without `-c` there are no colours, so that NO_COLOR has nothing to say. COLORFGBG tells a light background.
fn set_colors(style: &mut Style, wanted: bool) {
    style.color = wanted && !style.json;
    if style.color {
        let value = sys::env(b"COLORFGBG").unwrap_or_default();
        let last = value
            .iter()
            .rposition(|b| *b == b';')
            .map(|at| &value[at + 1..]);
        style.light = last.is_some_and(|last| !matches!(last, [b'0'..=b'6' | b'8']));
    }
}
