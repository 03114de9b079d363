//! What all commands have in common: the global options, where they print, whom they ask, and the tables that list them.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::names::Names;
use crate::ns::hint;
use crate::out::Out;

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

/// How often a dump that changed under way is asked for again, while none of it is written out.
pub const TRIES: u32 = 3;

/// Where a command prints, and whom it asks.
#[derive(Default)]
pub struct Io {
    /// Standard output, and warnings.
    pub out: Out,
    /// Names, and the netlink socket.
    pub names: Names,
}

/// The code of a command, or of an object.
pub type Run = fn(&mut Words, &Ctx, &mut Io) -> Result<()>;

/// A table of words with the code of each: the spellings, in the order in which a prefix picks them, joined by `|`. Made by
/// [`commands!`](crate::commands).
pub type Commands = (&'static str, &'static [Run]);

/// A table of commands or objects. Each row is its spellings (see [`args::named`]), perhaps the part that has the code, and the
/// code. Where the part is not in this build, the row's code is an error that says so. The table begins with what a row
/// is called in that error.
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

/// Picks the command that the next word names; `default` where the line ends.
pub fn command(w: &mut Words, object: &str, commands: Commands, default: Run) -> Result<Run> {
    match w.next() {
        Some(word) => args::pick(word, commands).ok_or_else(|| {
            let mut known = commands.0.as_bytes().split(|byte| *byte == b'|');
            hint::nearest_word(unknown(word, object), word, &mut known)
        }),
        None => Ok(default),
    }
}

/// An object has no such command.
pub fn unknown(word: &[u8], object: &str) -> Error {
    let text = "Command \"%\" is unknown, try \"ip % help\".";
    Error::usage_two(text, word, object.as_bytes())
}
