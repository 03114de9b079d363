//! `ip fou`: add, delete and show the ports of UDP on which packets of tunnels are received.

pub mod change;
#[cfg(feature = "help")]
mod help;
pub mod show;

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io, unknown_of};
use crate::ip::fou::change::{USAGE, change};
use crate::ip::fou::show::list;
use crate::ip::generic::Family;
use crate::nl::uapi::fou::cmd;

/// The commands, each with its `FOU_CMD_*`.
pub(crate) const COMMANDS: (&str, &[u8]) = ("add|delete|show", &[cmd::ADD, cmd::DEL, cmd::GET]);

/// Runs `ip fou WORDS`. The family is asked for before the command is looked at, as in iproute2.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let word = w.next().unwrap_or(b"help");
    if args::prefix(word, "help") {
        return Err(Error::help(USAGE()));
    }
    let mut family = Family::open(b"fou", io)?;
    match args::pick(word, COMMANDS) {
        None => Err(unknown_of(word, "fou", COMMANDS.0)),
        Some(cmd::GET) => list(w, &mut family, io),
        Some(command) => change(w, command, &mut family, ctx, io),
    }
}
