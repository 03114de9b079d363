//! `ip rule`: list, save, restore, add, delete, flush.

pub mod change;
#[cfg(feature = "help")]
mod help;
pub mod list;
pub mod record;
#[cfg(feature = "save")]
mod save;
pub mod show;
pub mod words;

use crate::args::Words;
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::ip::rule::change::{ADD, DELETE, change};
use crate::ip::rule::list::{flush, list};
use crate::nl::uapi::{af, rtnl_family};
use crate::text::decimal;
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "list,show,lst" => list,
    "save" (part "save") => save::save,
    "restore" (part "save") => save::restore,
    "add" => |w, ctx, io| change(w, ctx, io, ADD),
    "delete" => |w, ctx, io| change(w, ctx, io, DELETE),
    "flush" => flush,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

const OBJECT: Object = Object {
    name: "rule",
    commands: COMMANDS,
    default: list,
    usage: usage!("rule { add | delete | flush | show } ...", help::usage),
};

/// The family of the messages about rules for multicast routes of a family.
pub fn multicast_family(family: u8) -> Result<u8> {
    match family {
        0 | af::INET => Ok(rtnl_family::IPMR),
        af::INET6 => Ok(rtnl_family::IP6MR),
        other => {
            let text = "Multicast rules are only supported for IPv4/IPv6, was: %";
            Err(Error::usage(text, &decimal(other.into())))
        }
    }
}

/// Runs `ip mrule WORDS`: the same for the rules that choose a table of multicast routes.
pub fn run_multicast(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut ctx = ctx.clone();
    ctx.family = multicast_family(ctx.family)?;
    run(w, &ctx, io)
}

/// Runs `ip rule WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}
