//! `ip tuntap`: add, delete and show tun and tap devices.

pub mod change;
#[cfg(feature = "help")]
mod help;
mod list;
mod processes;
pub mod show;

use crate::args::Words;
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "add" => |w, _, _| change::change(w, true),
    "delete" => |w, _, _| change::change(w, false),
    "show,lst,list" => list::list,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

const OBJECT: Object = Object {
    name: "tuntap",
    commands: COMMANDS,
    default: list::list,
    usage: usage!("tuntap { add | delete | show } ...", help::usage),
};

/// Runs `ip tuntap WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}
