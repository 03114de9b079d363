//! `ip address`: show, add, change, replace, delete, flush, save, restore, showdump.

pub mod change;
mod flush;
#[cfg(feature = "help")]
mod help;
pub mod list;
#[cfg(feature = "save")]
mod save;
#[cfg(feature = "wait")]
mod wait;

use crate::args::Words;
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::addr::change::{ADD, CHANGE, DELETE, REPLACE, change};
use crate::ip::addr::list::list;
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "add" => |w, ctx, io| change(w, ctx, io, ADD),
    "change,=chg" => |w, ctx, io| change(w, ctx, io, CHANGE),
    "replace" => |w, ctx, io| change(w, ctx, io, REPLACE),
    "delete" => |w, ctx, io| change(w, ctx, io, DELETE),
    "list,show,lst" => list,
    "flush" => flush::run,
    "save" (part "save") => save::save,
    "showdump" (part "save") => save::showdump,
    "restore" (part "save") => save::restore,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
    "=wait" (part "wait") => wait::run,
};

const OBJECT: Object = Object {
    name: "address",
    commands: COMMANDS,
    default: list,
    usage: usage!(
        "address { add | change | replace | delete | show | flush } ...",
        help::usage
    ),
};

/// Runs `ip address WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}
