//! `ip tcp_metrics`: what TCP remembers of other hosts.

pub mod filter;
mod flush;
#[cfg(feature = "help")]
mod help;
mod list;
pub mod record;
pub mod show;

use crate::args::Words;
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "list,show,lst" => list::list,
    "delete" => flush::delete,
    "flush" => flush::flush,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

const OBJECT: Object = Object {
    name: "tcp_metrics",
    commands: COMMANDS,
    default: list::list,
    usage: usage!("tcp_metrics { show | flush | delete } ...", help::usage),
};

/// Runs `ip tcp_metrics WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}
