//! `ip route`: show, add, change, replace, prepend, append, test, delete, get, flush, save, restore, showdump.

mod cache;
pub mod change;
#[cfg(feature = "route-extra")]
mod details;
pub mod filter;
pub mod fixed;
pub mod get;
#[cfg(feature = "help")]
mod help;
pub(crate) mod hops;
mod list;
mod metrics;
#[cfg(feature = "multicast")]
pub mod multicast;
#[cfg(feature = "route-extra")]
mod rare_metrics;
#[cfg(feature = "route-extra")]
mod rare_words;
pub mod record;
#[cfg(feature = "save")]
mod save;
pub(crate) mod setting;
pub mod show;
#[cfg(feature = "wait")]
mod wait;
pub mod words;

use crate::args::Words;
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::ip::route::change::{ADD, APPEND, CHANGE, DELETE, PREPEND, REPLACE, TEST, change};
use crate::ip::route::get::get;
use crate::ip::route::list::{flush_routes, list};
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "add" => |w, ctx, io| change(w, ctx, io, ADD),
    "change,=chg" => |w, ctx, io| change(w, ctx, io, CHANGE),
    "replace" => |w, ctx, io| change(w, ctx, io, REPLACE),
    "prepend" => |w, ctx, io| change(w, ctx, io, PREPEND),
    "append" => |w, ctx, io| change(w, ctx, io, APPEND),
    "test" => |w, ctx, io| change(w, ctx, io, TEST),
    "delete" => |w, ctx, io| change(w, ctx, io, DELETE),
    "list,show,lst" => list,
    "get" => get,
    "flush" => flush_routes,
    "save" (part "save") => save::save,
    "restore" (part "save") => save::restore,
    "showdump" (part "save") => save::showdump,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
    "=wait" (part "wait") => wait::run,
};

const OBJECT: Object = Object {
    name: "route",
    commands: COMMANDS,
    default: list,
    usage: usage!(
        "route { add | change | replace | append | delete | show | get | flush } ...",
        help::usage
    ),
};

/// Runs `ip route WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}
