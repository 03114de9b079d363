//! `ip link`: show, add, set, replace, delete, and what is left.

pub mod change;
mod list;
pub mod setting;
mod usage;
pub mod words;

#[cfg(feature = "xstats")]
mod afstats;
#[cfg(feature = "xstats")]
mod getstats;
#[cfg(feature = "help")]
mod help;
#[cfg(feature = "link-extra")]
pub mod inet;
#[cfg(feature = "link-extra")]
pub mod property;
#[cfg(feature = "xdp")]
mod protodown;
#[cfg(feature = "vf")]
pub mod vf;
#[cfg(feature = "link-extra")]
mod wait;
#[cfg(feature = "xdp")]
mod xdp;
#[cfg(feature = "xstats")]
mod xstats;

use crate::args::Words;
use crate::commands;
use crate::error::Result;
use crate::ip::command::{Commands, Ctx, Io, command};
use crate::ip::link::change::{ADD, DELETE, REPLACE, SET, change};
use crate::ip::link::list::list;
use crate::ip::link::usage::help;
use crate::usage;

const COMMANDS: Commands = commands! {
    "Command":
    "add" => |w, ctx, io| change(w, ctx, io, ADD),
    "set,change" => |w, ctx, io| change(w, ctx, io, SET),
    "replace" => |w, ctx, io| change(w, ctx, io, REPLACE),
    "delete" => |w, ctx, io| change(w, ctx, io, DELETE),
    "show,lst,list" => list,
    "xstats" (part "xstats") => xstats::run,
    "afstats" (part "xstats") => afstats::run,
    "property" (part "link-extra") => property::run,
    "help" => help,
    "=wait" (part "link-extra") => wait::run,
};

/// Runs `ip link WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let run = command(w, "link", COMMANDS, list)?;
    run(w, ctx, io).map_err(|e| {
        e.with_usage(usage!(
            "link { add | set | replace | delete | show } ...",
            help::usage
        ))
    })
}
