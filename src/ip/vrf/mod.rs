//! `ip vrf`: VRFs, and processes whose sockets are bound to one of them.
//!
//! A process is bound by its control group: a program of the group writes the index of the VRF into each socket that is made
//! there.

mod cgroup;
pub mod exec;
#[cfg(feature = "help")]
mod help;
mod processes;
pub mod show;

use crate::args::Words;
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Object, as_text, run_command};
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "identify" => |w, ctx, io| as_text(processes::identify, w, ctx, io),
    "pids" => |w, ctx, io| as_text(processes::pids, w, ctx, io),
    "exec" => exec::exec,
    "show,lst,list" => show::list,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

const OBJECT: Object = Object {
    name: "vrf",
    commands: COMMANDS,
    default: show::list,
    usage: usage!("vrf { show | exec | identify | pids } ...", help::usage),
};

/// Runs `ip vrf WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}
