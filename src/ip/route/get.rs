//! `ip route get`: the route that the kernel would take for a packet.

use crate::append::Append;
use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::route::change::{Req, new, set_header};
use crate::ip::route::record::decode;
use crate::ip::route::setting::{Route, add_address};
use crate::ip::route::show::show;
use crate::ip::route::words::{QUESTION, parse_words};
use crate::names::Names;
use crate::nl::uapi::{af, rta, rtm, rtm_f};
use crate::nl::wire::Messages;
use crate::row::draft::Draft;
use crate::row::sent::Sent;
use crate::text::add_unsigned;

/// Attributes that are sent behind those in the order of their words.
static LATE: &[Sent] = &[
    Sent::given(rta::IIF),
    Sent::given(rta::OIF),
    Sent::given(rta::MARK),
];

/// Reads the address that a route is asked for, of which only a whole one counts.
fn parse_destination<'a>(
    mut word: &'a [u8],
    w: &mut Words<'a>,
    route: &mut Route<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    if word == b"to" {
        word = w.value()?;
    }
    if args::prefix(word, "help") {
        return Err(Error::asks_for_usage());
    }
    if route.family == af::MPLS {
        route.dst_len = Some(add_address(rta::DST, word, true, route, draft)?);
        return Ok(());
    }
    let prefix = args::cidr(word, route.family)?;
    route.set_family(prefix.family);
    if !prefix.bytes().is_empty() {
        draft.bytes(rta::DST, prefix.bytes());
    }
    let whole = 8 * prefix.bytes().len() as u8;
    if prefix.explicit && prefix.len != whole {
        let text = &mut w.warnings;
        text.append_bytes(b"Warning: /");
        add_unsigned(text, prefix.len.into());
        text.append_bytes(b" as prefix is invalid, only /");
        add_unsigned(text, whole.into());
        text.append_bytes(b" (or none) is supported.\n");
    }
    route.dst_len = Some(whole);
    Ok(())
}

/// From words to a question. The warnings are in `w`.
pub fn message<'a>(w: &mut Words<'a>, family: u8, names: &mut Names) -> Result<Box<Req<'a>>> {
    let mut req = new((rtm::GETROUTE, 0), family);
    let (route, draft) = (&mut req.route, &mut req.draft);
    draft.sent = LATE;
    parse_words(w, route, draft, QUESTION, parse_destination)?;
    if route.dst_len.is_none() {
        return Err(Error::refused("need at least a destination address", b""));
    }
    route.set_family(af::INET);
    if route.family == af::INET {
        route.flags |= rtm_f::LOOKUP_TABLE;
    }
    draft.resolve(draft.names(), names)?;
    for sent in LATE {
        sent.add(draft.late.attrs(0), true, &mut draft.msg);
    }
    set_header(&mut req, 0, 0, 0, 0);
    Ok(req)
}

/// Asks for a route and shows it.
pub fn get(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let made = message(w, ctx.family, &mut io.names);
    io.warn(&std::mem::take(&mut w.warnings));
    let mut req = made?;
    // With `connected` iproute2 asks the same question once more.
    let is_twice = req.route.connected && req.route.src_len == 0;
    let socket = io.names.socket()?;
    let has_more = [rta::NEWDST, rta::SRC, rta::FLOWLABEL].map(|attr| req.draft.has(attr));
    if has_more != [false; 3] || req.route.flags & rtm_f::NOTIFY != 0 {
        // Without this the kernel takes what it does not understand for right.
        socket.be_strict();
    }
    // Kept, so that names are asked for by the same socket.
    let mut answers = Vec::new();
    for _ in 0..1 + u8::from(is_twice) {
        socket.get(&mut req.draft.msg, &mut |message| {
            message.add_copy(message.kind, &mut answers);
            Ok(())
        })?;
    }
    io.out.document();
    for message in Messages(&answers) {
        if let Some(mut record) = decode(&message) {
            show(&mut record, 0, ctx, &mut io.out, &mut io.names);
        }
    }
    io.out.document_end()
}
