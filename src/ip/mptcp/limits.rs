//! `ip mptcp limits`.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::Io;
use crate::ip::generic::Family;
use crate::nl::genl::{HEADER, request};
use crate::nl::uapi::mptcp::{attr, cmd};
use crate::nl::wire::{Attr, Attrs, Message, Msg};
use crate::out::Out;

/// The limits, in the order in which they are sent and shown: the words, and the numbers of their attributes. Both words have
/// prefixes.
pub(crate) const LIMITS: (&str, &[u16]) = (
    "add_addr_accepted|subflows",
    &[attr::RCV_ADD_ADDRS, attr::SUBFLOWS],
);

/// From words to a request, for the number that the family has; `command` is `MPTCP_PM_CMD_*`.
pub fn message(w: &mut Words, command: u8, family: u16) -> Result<Msg> {
    let mut limits = [None; LIMITS.1.len()];
    while let Some(word) = w.next() {
        let Some(attr) = args::pick(word, LIMITS) else {
            return Err(Error::bad_arg(word, "unknown limit"));
        };
        let value = w.value()?;
        let (at, reason) = match attr {
            attr::SUBFLOWS => (1, "invalid subflows\n"),
            _ => (0, "invalid add_addr_accepted\n"),
        };
        let limit = args::unsigned(value, u32::MAX.into());
        limits[at] = Some(limit.ok_or_else(|| Error::bad_arg(value, reason))?);
    }
    let mut msg = request(family, command);
    for (attr, limit) in LIMITS.1.iter().zip(limits) {
        if let Some(limit) = limit {
            msg.u32(*attr, limit as u32);
        }
    }
    Ok(msg)
}

/// Decodes a message of the family.
pub fn decode<'a>(message: &Message<'a>) -> Option<Attrs<'a>> {
    message.body.get(HEADER..).map(Attrs)
}

/// Prints the limits.
pub fn show_limits(attrs: Attrs, out: &mut Out) {
    let words = LIMITS.0.as_bytes().split(|byte| *byte == b'|');
    for (attr, word) in LIMITS.1.iter().zip(words) {
        if let Some(limit) = attrs.find(*attr).and_then(Attr::u32) {
            out.pair_uint(word, limit.into());
        }
    }
    out.line_break();
}

/// Sets limits or shows them: `command` is `MPTCP_PM_CMD_*`. They are shown as text, also with `-j`, as in iproute2.
pub fn run(w: &mut Words, command: u8, family: &mut Family, io: &mut Io) -> Result<()> {
    let mut msg = message(w, command, family.id)?;
    if command == cmd::SET_LIMITS {
        return family.send(&mut msg, io);
    }
    let json = std::mem::take(&mut io.out.style.json);
    let mut show = |message: &Message, out: &mut Out, _: &mut _| {
        if let Some(attrs) = decode(message) {
            show_limits(attrs, out);
        }
        Ok(())
    };
    let done = family.print(&mut msg, &mut show, io);
    io.out.style.json = json;
    done
}
