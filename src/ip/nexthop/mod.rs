//! `ip nexthop`: show, get, add, replace, delete, flush, and the buckets of resilient groups.

pub mod bucket;
pub mod change;
pub mod filter;
mod flush;
#[cfg(feature = "help")]
mod help;
pub mod list;

use crate::args::Words;
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::ip::nexthop::change::{ADD, DELETE, REPLACE, change};
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "add" => |w, ctx, io| change(w, ctx, io, ADD),
    "replace" => |w, ctx, io| change(w, ctx, io, REPLACE),
    "delete" => |w, ctx, io| change(w, ctx, io, DELETE),
    "list,show,lst" => list::list,
    "get" => list::get,
    "flush" => flush::flush,
    "bucket" => |w, ctx, io| run_command(&BUCKET, w, ctx, io),
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

const OBJECT: Object = Object {
    name: "nexthop",
    commands: COMMANDS,
    default: list::list,
    usage: usage!(
        "nexthop { list | add | replace | del | get | flush | bucket } ...",
        help::usage
    ),
};

const BUCKET: Object = Object {
    commands: bucket::COMMANDS,
    default: bucket::list,
    ..OBJECT
};

/// Runs `ip nexthop WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}
