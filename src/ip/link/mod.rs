//! `ip link`: show, add, set, replace, delete, and what is left.

pub mod change;
mod list;
pub mod setting;
mod usage;
pub mod words;

#[cfg(feature = "xstats")]
mod afstats;
#[cfg(feature = "help")]
mod help;
#[cfg(feature = "link-extra")]
pub mod inet;
#[cfg(feature = "link-extra")]
mod many;
#[cfg(feature = "link-extra")]
pub mod property;
#[cfg(feature = "xdp")]
mod protodown;
#[cfg(feature = "vf")]
pub mod vf;
#[cfg(feature = "wait")]
pub(crate) mod wait;
#[cfg(feature = "xdp")]
mod xdp;
#[cfg(feature = "xstats")]
mod xstats;

use crate::args::Words;
use crate::commands;
use crate::error::Result;
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::ip::link::change::{ADD, REPLACE, SET, change};
use crate::ip::link::list::list;
#[cfg(feature = "link-extra")]
use crate::ip::link::many::delete;
use crate::ip::link::usage::help;
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "add" => |w, ctx, io| change(w, ctx, io, ADD),
    "set,change" => |w, ctx, io| change(w, ctx, io, SET),
    "replace" => |w, ctx, io| change(w, ctx, io, REPLACE),
    "delete" => delete,
    "show,lst,list" => list,
    "xstats" (part "xstats") => xstats::run,
    "afstats" (part "xstats") => afstats::run,
    "property" (part "link-extra") => property::run,
    "help" => help,
    "=wait" (part "wait") => wait::run,
};

/// `delete` of one link.
#[cfg(not(feature = "link-extra"))]
fn delete(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    change(w, ctx, io, change::DELETE)
}

const OBJECT: Object = Object {
    name: "link",
    commands: COMMANDS,
    default: list,
    usage: usage!(
        "link { add | set | replace | delete | show } ...",
        help::usage
    ),
};

/// Runs `ip link WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}
