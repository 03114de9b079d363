//! `ip maddress`: the multicast addresses that devices listen to, and those of the link layer that are added by hand.

pub mod change;
pub mod list;

use crate::args::Words;
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "add" => |w, ctx, _| change::change(w, ctx, true),
    "delete" => |w, ctx, _| change::change(w, ctx, false),
    "list,show,lst" => list::list,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

const OBJECT: Object = Object {
    name: "maddr",
    commands: COMMANDS,
    default: list::list,
    usage: usage!("maddress { add | delete | show } ...", || {
        "Usage: ip maddress { add | del } LLADDR dev DEV\n       ip maddress [ show ] [ [ dev ] DEV ]".into()
    }),
};

/// Runs `ip maddress WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}
