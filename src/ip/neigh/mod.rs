//! `ip neigh`: show, get, add, change, replace, delete, flush.

pub mod change;
pub mod filter;
mod flush;
mod get;
#[cfg(feature = "help")]
mod help;
mod list;
pub mod record;
pub mod show;
pub(crate) mod state;

use crate::args::Words;
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::ip::neigh::change::{ADD, CHANGE, DELETE, REPLACE, change};
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "add" => |w, ctx, io| change(w, ctx, io, ADD),
    "change,=chg" => |w, ctx, io| change(w, ctx, io, CHANGE),
    "replace" => |w, ctx, io| change(w, ctx, io, REPLACE),
    "delete" => |w, ctx, io| change(w, ctx, io, DELETE),
    "get" => get::get,
    "show,lst,list" => list::list,
    "flush" => flush::flush,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

const OBJECT: Object = Object {
    name: "neigh",
    commands: COMMANDS,
    default: list::list,
    usage: usage!(
        "neigh { add | change | replace | delete | get | show | flush } ...",
        help::usage
    ),
};

/// Runs `ip neigh WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}
