//! `ip rule save` and `restore`.

use crate::args::Words;
use crate::error::{Error, Result, USAGE};
use crate::ip::command::{Ctx, Io};
use crate::ip::rule::list::{family_of, request};
use crate::ip::save::{self, Format};
use crate::names::Names;
use crate::nl::uapi::rtm;
use crate::nl::wire::Message;

const FORMAT: Format = Format {
    magic: 0x7170_6986,
    noun: "rule",
    terminated: ("Dump terminated", USAGE),
    mismatch: USAGE,
    failed: USAGE,
};

/// Writes all rules of a family to standard output.
pub fn save(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    if w.peek().is_some() {
        let text = "\"ip rule save\" does not take any arguments.";
        return Err(Error::refused(text, b""));
    }
    let is_rule = &mut |message: &Message<'_>, _: &mut Names| message.kind == rtm::NEWRULE;
    save::save(&FORMAT, &mut request(family_of(ctx)), is_rule, io)
}

/// Adds the rules that were saved to those that there are. Further words are ignored.
pub fn restore(_: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    save::restore_all(&FORMAT, rtm::NEWRULE, io)
}
