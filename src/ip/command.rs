//! What all commands have in common: the global options, output and names, and the tables that list them.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::names::Names;
use crate::ns::hint;
use crate::out::Out;
use crate::text::fill_one;

/// The global options.
#[derive(Clone, Default)]
pub struct Ctx {
    /// `AF_*`, 0 for all.
    pub family: u8,
    /// How often `-d` is given.
    pub details: u8,
    /// How often `-s` is given.
    pub stats: u8,
    /// `-br`.
    pub brief: bool,
    /// `-N`: numbers in place of names.
    pub numeric: bool,
    /// `-h`: the base by which large numbers are scaled, 1000 or 1024; else 0.
    pub human: u64,
    /// `-echo`: the kernel's notification of a change is shown.
    pub echo: bool,
    /// `-all`.
    pub all: bool,
    /// `-fail`: with `-all`, the exit status is that of a command that fails, in whichever namespace.
    pub fail: bool,
    /// `-batch`: the command is a line of a batch.
    pub batch: bool,
}

/// The warning that what was dumped changed meanwhile.
pub const DUMP_CHANGED: &[u8] = b"Dump was interrupted and may be inconsistent.\n";

/// How often a dump is made while what is dumped changes meanwhile, and none of it is on standard output yet.
pub const TRIES: u32 = 3;

/// What a command prints to, and what it asks for names.
#[derive(Default)]
pub struct Io {
    /// Standard output and standard error.
    pub out: Out,
    /// The names of links and namespaces, and the netlink socket.
    pub names: Names,
}

/// The function that runs a command or an object.
pub type Run = fn(&mut Words, &Ctx, &mut Io) -> Result<()>;

/// A table of commands or objects: their spellings, joined by `|` in the order in which they are tried, and their
/// functions. Made by [`commands!`](crate::commands).
pub type Commands = (&'static str, &'static [Run]);

/// Makes a table of commands or objects. A row has spellings (see [`args::named`]), the part that has the function if
/// it is not in core, and the function. If the part is not in this build, the function is one that returns
/// [`Error::missing_part`], where the word at the begin of the table stands for what a row is.
///
/// ```ignore
/// const COMMANDS: Commands = commands! {
///     "Command":
///     "add" => add,
///     "xstats" (part "xstats") => xstats::run,
/// };
/// ```
#[macro_export]
macro_rules! commands {
    ($what:literal: $($spellings:literal $((part $part:literal))? => $code:expr,)*) => {
        (
            concat!($($spellings, "|"),*),
            &[$($crate::commands!(@code $what, $spellings, $($part,)? $code)),*],
        )
    };
    (@code $what:literal, $spellings:literal, $code:expr) => { $code };
    (@code $what:literal, $spellings:literal, $part:literal, $code:expr) => {{
        #[cfg(feature = $part)]
        const CODE: $crate::ip::command::Run = $code;
        #[cfg(not(feature = $part))]
        const CODE: $crate::ip::command::Run = |_, _, _| {
            Err($crate::error::Error::missing_part($what, $crate::args::plain($spellings.as_bytes()), $part))
        };
        CODE
    }};
}

/// The function that makes the usage of an object. It belongs to the part `help`; a build without that says so in its place.
#[macro_export]
macro_rules! usage {
    ($object:literal, $usage:expr) => {{
        #[cfg(feature = "help")]
        const USAGE: fn() -> Vec<u8> = $usage;
        #[cfg(not(feature = "help"))]
        const USAGE: fn() -> Vec<u8> = || $crate::ip::command::short_usage($object);
        USAGE
    }};
}

/// What a build without the part `help` has for the usage of an object.
pub fn short_usage(object: &str) -> Vec<u8> {
    let text = "Usage: ip %\nThe rest is not in this build of ipso: it needs the part \"help\".";
    fill_one(text, object.as_bytes())
}

/// Takes the next word and finds its command; `default` if there is no word.
pub fn command(w: &mut Words, object: &str, commands: Commands, default: Run) -> Result<Run> {
    match w.next() {
        Some(word) => args::pick(word, commands).ok_or_else(|| {
            let mut known = commands.0.as_bytes().split(|byte| *byte == b'|');
            hint::suggest_word(unknown(word, object), word, &mut known)
        }),
        None => Ok(default),
    }
}

/// The error for a word that is no command of an object.
pub fn unknown(word: &[u8], object: &str) -> Error {
    let text = "Command \"%\" is unknown, try \"ip % help\".";
    Error::usage_two(text, word, object.as_bytes())
}
