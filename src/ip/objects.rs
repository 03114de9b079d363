//! The objects of `ip`: what stands behind its options.

use crate::args::{self, Words};
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Run};
#[cfg(feature = "help")]
use crate::ip::help;
use crate::ip::{addr, link, netns};
use crate::usage;

/// The objects, in the order in which they are tried.
const OBJECTS: Commands = commands! {
    "Object":
    "address" => addr::run,
    "link" => link::run,
    "netns" => netns::run,
    "help" => |_, _, _| Err(usage()),
};

/// What `ip help` prints.
pub fn usage() -> Error {
    let usage = usage!(
        "[ OPTIONS ] { address | link | netns } { COMMAND | help }",
        help::usage
    );
    Error::help(usage())
}

/// The function of an object. The prefixes of `neighbor` are those of no object, although it is not here yet: `n` must
/// not mean `netns` until then.
pub fn find_object(word: &[u8]) -> Option<Run> {
    args::pick(word, OBJECTS).filter(|_| !args::prefix(word, "neighbor"))
}

/// Runs the words behind an object.
pub fn run_object(word: &[u8], w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let Some(run) = find_object(word) else {
        return Err(Error::refused(
            "Object \"%\" is unknown, try \"ip help\".",
            word,
        ));
    };
    let done = run(w, ctx, io);
    let warnings = io.names.warnings();
    io.out.warn(&warnings);
    done
}
