//! `ip tunnel`: tunnels by ioctl(2). (`ip link` has their newer options as well.)

pub mod change;
#[cfg(feature = "help")]
mod help;
pub mod list;
pub mod parm;
pub mod prl;
pub mod show;
pub mod words;

use crate::args::{self, Words};
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io};
use crate::ip::tunnel::change::change;
use crate::ip::tunnel::words::has_inet6_mode;
use crate::nl::uapi::{af, sioc};
use crate::ns::hint::suggest_word;
use crate::text::decimal;
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "add" => |w, ctx, io| change(w, sioc::ADDTUNNEL, ctx, io),
    "change" => |w, ctx, io| change(w, sioc::CHGTUNNEL, ctx, io),
    "delete" => |w, ctx, io| change(w, sioc::DELTUNNEL, ctx, io),
    "show,list,lst" => list::list,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
    // Over IPv4 alone.
    "prl" => prl::change_list,
    "6rd" => prl::change_prefix,
};
/// How many of these there are over IPv6.
const INET6_COMMANDS: usize = 5;

const USAGE: fn() -> Vec<u8> = usage!(
    "tunnel { add | change | delete | show | prl | 6rd } ...",
    help::usage
);

/// Runs `ip tunnel WORDS`. A mode over IPv6 is as good as `-6`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut ctx = ctx.clone();
    if has_inet6_mode(w.left()) {
        ctx.family = af::INET6;
    }
    let is_inet6 = ctx.family == af::INET6;
    if !matches!(ctx.family, 0 | af::INET | af::INET6) {
        let family = decimal(ctx.family.into());
        return Err(Error::usage("Unsupported protocol family: %", &family));
    }
    let (spellings, all) = COMMANDS;
    let (known, text) = match is_inet6 {
        true => (
            &all[..INET6_COMMANDS],
            "Command \"%\" is unknown, try \"ip -f inet6 tunnel help\".",
        ),
        false => (all, "Command \"%\" is unknown, try \"ip tunnel help\""),
    };
    let run = match w.next() {
        None => list::list,
        Some(word) => args::pick(word, (spellings, known)).ok_or_else(|| {
            let mut known = spellings.as_bytes().split(|byte| *byte == b'|');
            suggest_word(Error::usage(text, word), word, &mut known)
        })?,
    };
    run(w, &ctx, io).map_err(|e| e.with_usage(USAGE))
}
