//! What stands in for words.rs in a build without the part `isolate`: the command, and no options.

use crate::error::{Error, Noun, Result};
use crate::isolate::options::{Options, Word, command, part_of};

const HELP: &str = "\
Usage: isolate [ -- ] COMMAND [ ARGUMENT ... ]
Runs COMMAND in new namespaces, with a tunnel from eth0 there (10.1.N.2) to isoN here (10.1.N.1).
Exits as COMMAND, or 125.";

/// Reads the command.
pub fn parse(words: &[Word]) -> Result<Options> {
    let mut options = Options::default();
    let words = match words {
        [b"-h" | b"--help", ..] => return Err(Error::say(0, HELP.into()).on_stdout()),
        [b"--", rest @ ..] => rest,
        [first, ..] if first.starts_with(b"-") => {
            return Err(
                Error::missing_part(Noun::Option, first, part_of(first)).context(b"isolate")
            );
        }
        _ => words,
    };
    command(words.iter().copied(), &mut options)?;
    Ok(options)
}
