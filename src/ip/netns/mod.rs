//! `ip netns`: named network namespaces, their ids, who is in them, and tunnels between them.

#[cfg(feature = "netns-extra")]
mod all;
pub(crate) mod basic;
#[cfg(feature = "connect")]
pub(crate) mod connect;
#[cfg(feature = "netns-extra")]
mod get;
#[cfg(feature = "help")]
mod help;
#[cfg(feature = "netns-extra")]
pub mod list_id;
#[cfg(feature = "netns-map")]
pub(crate) mod map;
#[cfg(feature = "netns-map")]
mod map_graph;
#[cfg(feature = "netns-map")]
mod map_namespaces;
#[cfg(feature = "netns-map")]
mod map_tree;
#[cfg(feature = "netns-extra")]
mod monitor;
#[cfg(feature = "netns-extra")]
mod processes;
#[cfg(feature = "netns-extra")]
mod prune;
#[cfg(feature = "netns-extra")]
mod replace;
#[cfg(feature = "netns-wait")]
mod wait;
mod words;

use crate::args::{self, Words};
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Run, unknown};
use crate::names::netns::is_netns_name;
use crate::usage;

/// What may follow a command: a name and nothing else, or any NAMESPACE, so that a path is no error.
const NAME: bool = false;
const NAMESPACE: bool = true;

/// The table of the commands. A row is the spellings of a command (see [`args::named`]), what may follow it, perhaps
/// the part that has it, its code, and its line in the help; of that line a piece may be of a part as well.
macro_rules! table {
    ($($spellings:literal $of:ident $((part $part:literal))? => $code:expr
        $(, [$($piece:literal $(if $has:literal)?)*])?;)*) => {
        /// In the order in which a prefix picks them.
        pub const COMMANDS: Commands = commands! {
            Command:
            $($spellings $((part $part))? => $code,)*
        };
        /// What may follow each.
        const FOLLOWED_BY: (&str, &[bool]) = (COMMANDS.0, &[$($of),*]);
        /// Their lines of the help, in pieces.
        #[cfg(feature = "help")]
        const HELP: &[&[&str]] = &[
            $($(#[cfg(feature = $part)])? $(&[$($(#[cfg(feature = $has)])? $piece),*],)?)*
        ];
    };
}

// Commands that iproute2 has not are whole words, in nobody's way.
table! {
    "list,show,lst" NAME => basic::list,
        ["ip netns list"];
    "add" NAME => basic::add,
        ["ip netns add NAME [up]"];
    "=replace" NAME (part "netns-extra") => replace::run,
        ["ip netns replace NAME [up]"];
    "attach" NAME => basic::attach,
        ["ip netns attach NAME PID"];
    "set" NAMESPACE => basic::set,
        ["ip netns set NAMESPACE NETNSID"];
    "=get" NAME (part "netns-extra") => get::run,
        ["ip netns get NAME"];
    "delete" NAME => basic::delete,
        ["ip " "[-all [-fail]] " if "netns-extra" "netns delete [NAME" " [wait [SECONDS]]" if "netns-wait" "]"];
    "=prune" NAME (part "netns-extra") => prune::run,
        ["ip netns prune"];
    "identify" NAME (part "netns-extra") => processes::identify,
        ["ip netns identify [PID]"];
    "pids" NAMESPACE (part "netns-extra") => processes::pids,
        ["ip netns pids NAMESPACE"];
    "exec" NAMESPACE => basic::exec,
        ["ip " "[-all [-fail]] " if "netns-extra" "netns exec [NAMESPACE] cmd ..."];
    "monitor" NAME (part "netns-extra") => monitor::run,
        ["ip netns monitor"];
    "list-id" NAME (part "netns-extra") => list_id::run,
        ["ip netns list-id [target-nsid POSITIVE-INT] [nsid POSITIVE-INT]"];
    "=connect" NAMESPACE (part "connect") => connect::connect,
        ["ip netns connect NAMESPACE [OTHER] [dev DEV] [peer DEV] [PREFIX] [mtu N]"];
    "=disconnect" NAMESPACE (part "connect") => connect::disconnect,
        ["ip netns disconnect NAMESPACE [OTHER] [dev DEV]"];
    "=map" NAME (part "netns-map") => map::run,
        ["ip netns map [dot | mermaid]"];
    "help" NAME => |_, _, _| Err(Error::asks_for_usage());
}

#[cfg(feature = "help")]
static USAGE_TEXT: [u8; help::length(HELP)] = help::text(HELP);

/// Runs `ip netns WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let run = pick(w, ctx)?;
    run(w, ctx, io).map_err(|e| {
        e.with_usage(usage!(
            "netns { list | add | attach | set | delete | exec } ...",
            || USAGE_TEXT.to_vec()
        ))
    })
}

/// The code of the command that the next word names. What follows is looked at before it is known whether there is such
/// a command, as iproute2 does.
pub fn pick(w: &mut Words, ctx: &Ctx) -> Result<Run> {
    let Some(word) = w.next() else {
        return Ok(basic::list);
    };
    let any = args::pick(word, FOLLOWED_BY) == Some(NAMESPACE);
    if let Some(name) = w.peek()
        && !ctx.all
        && !is_netns_name(name)
        && !(any && name.contains(&b'/'))
    {
        return Err(Error::usage("Invalid netns name \"%\"", name));
    }
    args::pick(word, COMMANDS).ok_or_else(|| unknown(word, "netns"))
}
