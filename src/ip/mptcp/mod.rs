//! `ip mptcp`: the addresses that MPTCP makes subflows with, its limits, and what happens to its connections.

pub mod change;
#[cfg(feature = "help")]
mod help;
pub mod limits;
pub mod monitor;
pub mod show;

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io, unknown_of};
use crate::ip::generic::Family;
use crate::nl::genl::request;
use crate::nl::uapi::mptcp::cmd;
use crate::usage;

/// What errors call the object.
const NAME: &str = "mptcp";

/// What commands are about.
#[derive(Clone, Copy)]
pub(crate) enum Topic {
    Endpoint,
    Limits,
    Monitor,
}

pub(crate) const TOPICS: (&str, &[Topic]) = (
    "endpoint|limits|monitor",
    &[Topic::Endpoint, Topic::Limits, Topic::Monitor],
);

/// The commands for addresses, each with its `MPTCP_PM_CMD_*`.
pub(crate) const ENDPOINT: (&str, &[u8]) = (
    "add|delete|show|flush|change",
    &[
        cmd::ADD_ADDR,
        cmd::DEL_ADDR,
        cmd::GET_ADDR,
        cmd::FLUSH_ADDRS,
        cmd::SET_FLAGS,
    ],
);
/// Those for limits.
pub(crate) const LIMITS: (&str, &[u8]) = ("set|show", &[cmd::SET_LIMITS, cmd::GET_LIMITS]);

const USAGE: fn() -> Vec<u8> = usage!("mptcp { endpoint | limits | monitor } ...", help::usage);

/// Runs `ip mptcp WORDS`. The family is asked for before the commands are looked at, as in iproute2.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let word = w.next().unwrap_or(b"help");
    if args::prefix(word, "help") {
        return Err(Error::help(USAGE()));
    }
    let family = &mut Family::open(monitor::FAMILY, io)?;
    let Some(topic) = args::pick(word, TOPICS) else {
        return Err(unknown_of(word, NAME, TOPICS.0));
    };
    let next = w.next();
    let pick = |table: (&str, &[u8]), default| match next {
        Some(word) => args::pick(word, table).ok_or_else(|| unknown_of(word, NAME, table.0)),
        None => Ok(default),
    };
    match topic {
        Topic::Endpoint => match pick(ENDPOINT, cmd::GET_ADDR)? {
            cmd::GET_ADDR => show::list(w, family, io),
            cmd::FLUSH_ADDRS => family.send(&mut request(family.id, cmd::FLUSH_ADDRS), io),
            command => change::change(w, command, family, io),
        },
        Topic::Limits => limits::run(w, pick(LIMITS, cmd::GET_LIMITS)?, family, io),
        Topic::Monitor => match next {
            Some(word) => Err(unknown_of(word, NAME, "")),
            None => monitor::run(family, ctx, io),
        },
    }
}
