//! `ip address`: show, add, change, replace, delete.

pub mod change;
mod list;

use crate::args::Words;
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::addr::change::{ADD, CHANGE, DELETE, REPLACE, change};
use crate::ip::addr::list::list;
use crate::ip::command::{Commands, Ctx, Io, command};
use crate::ip::ifaddr::flags::flag_words;

const COMMANDS: Commands = commands! {
    "Command":
    "add" => |w, ctx, io| change(w, ctx, io, ADD),
    "change,=chg" => |w, ctx, io| change(w, ctx, io, CHANGE),
    "replace" => |w, ctx, io| change(w, ctx, io, REPLACE),
    "delete" => |w, ctx, io| change(w, ctx, io, DELETE),
    "list,show,lst" => list,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

/// Runs `ip address WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let run = command(w, "address", COMMANDS, list)?;
    run(w, ctx, io).map_err(|e| e.with_usage(usage))
}

const USAGE_TEXT: &str = "\
Usage: ip address { add | change | replace | delete } PREFIX dev DEV [ SETTING ... ]
       ip address [ show ] [ DEV | group GROUP ] [ up | down ] [ master DEV | vrf NAME | nomaster ] [ type KIND ]
                  [ scope SCOPE ] [ to PREFIX ] [ label PATTERN ] [ proto N ] [ [-]FLAG ... ]
SETTING := { peer PREFIX | broadcast { ADDR | + | - } | anycast ADDR | label TEXT | scope SCOPE | metric N |
       valid_lft TIME | preferred_lft TIME | proto PROTO | FLAG }
FLAG := { dynamic | primary";

fn usage() -> Vec<u8> {
    let mut text = USAGE_TEXT.as_bytes().to_vec();
    for word in flag_words() {
        text.extend_from_slice(b" | ");
        text.extend_from_slice(word);
    }
    text.extend_from_slice(b" }");
    text
}
