//! `ip address`: show, add, change, replace, delete.

pub mod change;
#[cfg(feature = "help")]
mod help;
mod list;

use crate::args::Words;
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::addr::change::{ADD, CHANGE, DELETE, REPLACE, change};
use crate::ip::addr::list::list;
use crate::ip::command::{Commands, Ctx, Io, command};
use crate::usage;

const COMMANDS: Commands = commands! {
    "Command":
    "add" => |w, ctx, io| change(w, ctx, io, ADD),
    "change,=chg" => |w, ctx, io| change(w, ctx, io, CHANGE),
    "replace" => |w, ctx, io| change(w, ctx, io, REPLACE),
    "delete" => |w, ctx, io| change(w, ctx, io, DELETE),
    "list,show,lst" => list,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

/// Runs `ip address WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let run = command(w, "address", COMMANDS, list)?;
    run(w, ctx, io).map_err(|e| {
        e.with_usage(usage!(
            "address { add | change | replace | delete | show } ...",
            help::usage
        ))
    })
}
