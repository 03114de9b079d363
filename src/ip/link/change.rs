//! `ip link add`, `set`, `replace` and `delete`: from words to a message.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::iface::dump::get_data;
use crate::ip::iface::record::decode;
use crate::ip::iface::show::show;
use crate::ip::iface::view::View;
use crate::ip::link::setting::Link;
use crate::ip::link::usage::{is_pair, of_kind};
use crate::ip::link::words::{End, parse_words};
use crate::kind::table::{find_kind, missing_kind};
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{ifla, info, nlm_f, rtext_filter, rtm, veth};
use crate::nl::wire::{Attr, Attrs, HEADER, Msg};
use crate::ns::hint::nearest_word;
use crate::row::draft::Draft;
use crate::text::decimal;

/// `RTM_*` and `NLM_F_*` of a change.
pub type Op = (u16, u16);
/// `add`.
pub const ADD: Op = (rtm::NEWLINK, nlm_f::CREATE | nlm_f::EXCL);
/// `set`.
pub const SET: Op = (rtm::NEWLINK, 0);
/// `replace`.
pub const REPLACE: Op = (rtm::NEWLINK, nlm_f::CREATE | nlm_f::REPLACE);
/// `delete`.
pub const DELETE: Op = (rtm::DELLINK, 0);

const GARBAGE: &str = "Garbage instead of arguments \"% ...\". Try \"ip link help\".";
const NAMED_TWICE: &str = "both \"name\" and \"dev\" cannot be used when creating devices.";

/// A new link, or changes of a link.
pub struct Req<'a> {
    op: Op,
    link: Link<'a>,
    draft: Draft<'a>,
    /// How many of the draft's names stand before `type`.
    names: usize,
    typed: bool,
    open: Option<Open<'a>>,
    /// The first word after the kind's name.
    option: Option<&'a [u8]>,
    /// The first wrong word; a name before it that nothing has is told first.
    word_error: Option<Error>,
    /// The same among the kind's options.
    kind_error: Option<Error>,
}

/// Where the attributes of a link message start.
const START: usize = HEADER + 16;

/// Reads the words of a change.
pub fn parse<'a>(w: &mut Words<'a>, op: Op) -> Req<'a> {
    let mut draft = Draft::default();
    draft.msg = Msg::new(op.0, op.1, &[0; 16]);
    let mut req = Req {
        op,
        link: Link::default(),
        draft,
        names: 0,
        typed: false,
        open: None,
        option: None,
        word_error: None,
        kind_error: None,
    };
    let end = parse_words(&mut req.link, &mut req.draft, START, w);
    req.names = req.draft.names();
    match end {
        Err(e) => req.word_error = Some(e),
        Ok(End::Help) => req.word_error = Some(Error::asks_for_usage()),
        Ok(end) => {
            close_words(&mut req);
            if let End::Kind(kind) = end {
                req.typed = true;
                req.option = w.peek();
                req.kind_error = parse_kind(kind, w, &mut req).err();
            }
        }
    }
    req
}

/// What comes between the words' own attributes and the kind's.
fn close_words(req: &mut Req) {
    let (link, draft) = (&mut req.link, &mut req.draft);
    link.gather(draft);
    let creates = req.op.1 & nlm_f::CREATE != 0;
    let dev = link.dev;
    if let Some(group) = link.group {
        draft.msg.u32(ifla::GROUP, group);
    }
    if link.index != 0 && !creates {
        draft.msg.u32(ifla::NEW_IFINDEX, link.index);
    }
    if let Some(lower) = link.lower.filter(|_| creates) {
        draft.lower(ifla::LINK, lower, START);
    }
    let name = if creates {
        link.name.or(dev)
    } else {
        link.name.filter(|name| dev.is_some_and(|dev| dev != *name))
    };
    if let Some(name) = name {
        draft.msg.str(ifla::IFNAME, name);
    }
}

/// The options of a kind that still have to be completed.
struct Open<'a> {
    kind: &'a [u8],
    /// The words after the kind's name.
    words: Words<'a>,
    /// Where `IFLA_LINKINFO` and the data in it are, the latter if there are words.
    info: usize,
    data: Option<usize>,
}

/// `IFLA_LINKINFO`: the kind's name, and the options after `type KIND`. It stays open.
fn parse_kind<'a>(name: &'a [u8], w: &mut Words<'a>, req: &mut Req<'a>) -> Result<()> {
    let draft = &mut req.draft;
    let info = draft.msg.open();
    draft.msg.str(info::KIND, name);
    let words = w.clone();
    let data = words.peek().map(|_| draft.msg.open());
    req.open = Some(Open {
        kind: name,
        words,
        info,
        data,
    });
    match data {
        Some(_) => parse_options(name, w, draft),
        None => Ok(()),
    }
}

fn parse_options<'a>(name: &'a [u8], w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    let first = w.peek().unwrap_or_default();
    match find_kind(name) {
        Some(kind) if is_pair(name) && first != b"peer" => {
            Err(Error::refused("%", &of_kind(name, kind)).on_stdout())
        }
        Some(kind) if kind.has_options() => {
            let parsed = kind.parse(name, w, draft).map_err(|e| {
                let unknown = e.text().starts_with(&[name, b": unknown "].concat());
                let Some(word) = w.taken().filter(|_| unknown) else {
                    return e;
                };
                let mut known = kind.rows().map(|row| row.spellings());
                nearest_word(e, word, &mut known)
            });
            // netkit sends no peer of which nothing is said.
            if parsed? && (is_pair(name) || w.peek().is_some()) {
                parse_peer(w, draft)?;
            }
            Ok(())
        }
        _ if args::prefix(first, "help") => Err(Error::asks_for_usage()),
        None if missing_kind(name).is_some() => missing_kind(name).map_or(Ok(()), Err),
        _ => Err(Error::refused(GARBAGE, first)),
    }
}

/// Completes the kind's options: all names are numbers, and no word was wrong.
fn close_kind(req: &mut Req, names: &mut Names) -> Result<()> {
    let Some(mut open) = req.open.take() else {
        return Ok(());
    };
    let draft = &mut req.draft;
    if let Some(data) = open.data {
        if let Some(kind) = find_kind(open.kind) {
            let creates = req.op.1 & nlm_f::CREATE != 0;
            let start = data + 4;
            if kind.reads() && !creates {
                // Words change what the link has.
                let has = get_data(names, req.link.index, open.kind)?;
                draft.again(start, req.names, Attrs(&has));
                parse_options(open.kind, &mut open.words, draft)?;
                draft.resolve(draft.names(), names)?;
            }
            kind.finish(open.kind, creates, draft, start)?;
        }
        let slave = open.kind.ends_with(b"_slave");
        draft
            .msg
            .close(data, if slave { info::SLAVE_DATA } else { info::DATA });
    }
    draft.msg.close(open.info, ifla::LINKINFO);
    Ok(())
}

/// The other end of a pair: the header of a link message, and its attributes.
fn parse_peer<'a>(w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    let mut link = Link::default();
    let peer = draft.msg.open();
    let head = draft.msg.size();
    draft.msg.raw(&[0; 16]);
    match parse_words(&mut link, draft, head + 16, w)? {
        End::Kind(kind) => return Err(Error::duplicate(b"type", kind)),
        End::Help => return Err(Error::asks_for_usage()),
        End::Line => {}
    }
    if link.is_named_twice() {
        return Err(Error::usage(NAMED_TWICE, b""));
    }
    link.gather(draft);
    link.functions
        .complete_rates(Attr::default(), &mut draft.msg)?;
    if let Some(group) = link.group {
        draft.msg.u32(ifla::GROUP, group);
    }
    if let Some(lower) = link.lower {
        draft.lower(ifla::LINK, lower, head + 16);
    }
    if let Some(name) = link.name.or(link.dev) {
        draft.msg.str(ifla::IFNAME, name);
    }
    draft
        .msg
        .patch(head, &ifinfo(0, link.index, link.iff, link.mask));
    draft.msg.close(peer, veth::PEER);
    Ok(())
}

/// Checks what the words say together, in iproute2's order, and turns names into numbers.
fn resolve(req: &mut Req, names: &mut Names) -> Result<()> {
    let (link, draft) = (&mut req.link, &mut req.draft);
    let creates = req.op.1 & nlm_f::CREATE != 0;
    // A line that is refused gives no namespace an id.
    draft.dry = req.word_error.is_some() || req.kind_error.is_some();
    draft.resolve(req.names, names)?;
    if let Some(e) = req.word_error.take() {
        return Err(e);
    }
    let given = |attr| draft.msg.attrs(START).find(attr).is_some();
    let moves = given(ifla::NET_NS_FD) || given(ifla::NET_NS_PID);
    // A name stands in for the device.
    let dev = link.dev.or(link.name);
    let wrong = if creates && link.is_named_twice() {
        NAMED_TWICE
    } else if !creates && link.index != 0 && !moves {
        "index can be used only when creating devices or when moving device to another netns."
    } else if let (Some(first), Some(_), None) = (req.option, link.group, dev) {
        return Err(Error::usage(GARBAGE, first));
    } else if link.group.is_some() && dev.is_none() {
        if !creates {
            // A kind says nothing of a group.
            if let Some(open) = req.open.take() {
                draft.msg.truncate(open.info);
            }
            return Ok(());
        }
        "group cannot be used when creating devices."
    } else if !creates && dev.is_none() {
        "Not enough information: \"dev\" argument is required."
    } else {
        ""
    };
    if !wrong.is_empty() {
        return Err(Error::usage(wrong, b""));
    }
    if let Some(dev) = dev.filter(|_| !creates) {
        link.index = names.index(dev)?;
        check_addresses(link, draft, names)?;
    } else {
        link.functions
            .complete_rates(Attr::default(), &mut draft.msg)?;
    }
    draft.resolve(draft.names(), names)?;
    if let Some(e) = req.kind_error.take() {
        return Err(e);
    }
    close_kind(req, names)?;
    if creates && !req.typed {
        return Err(Error::refused(
            "Not enough information: \"type\" argument is required",
            b"",
        ));
    }
    Ok(())
}

/// Link-layer addresses must be as long as the device's own, and of two limits of a virtual function the device has the one that is
/// not named.
fn check_addresses(link: &Link, draft: &mut Draft, names: &mut Names) -> Result<()> {
    let functions = &link.functions;
    let lengths = [link.address, functions.address];
    let is_whole = functions
        .rates
        .iter()
        .all(|rate| !rate.limits.contains(&None));
    if is_whole {
        functions.complete_rates(Attr::default(), &mut draft.msg)?;
    }
    if is_whole && lengths == [0; 2] {
        return Ok(());
    }
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, link.index, 0, 0));
    if !is_whole {
        msg.u32(ifla::EXT_MASK, rtext_filter::VF);
    }
    names.socket()?.get(&mut msg, &mut |message| {
        let Some(record) = decode(message) else {
            return Ok(());
        };
        let own = record.get(ifla::ADDRESS).map(|own| own.0.len());
        for len in lengths {
            if let Some(own) = own.filter(|own| len > 0 && *own != len) {
                let (len, own) = (decimal(len as i64), decimal(own as i64));
                let text = "Invalid address length % - must be % bytes";
                return Err(Error::refused_two(text, &len, &own));
            }
        }
        let list = record.get(ifla::VFINFO_LIST).unwrap_or_default();
        functions.complete_rates(list, &mut draft.msg)
    })
}

/// Completes the request's message; names are numbers by now.
pub fn encode(req: &mut Req, family: u8) {
    let link = &req.link;
    req.draft
        .msg
        .set_fixed(&ifinfo(family, link.index, link.iff, link.mask));
}

/// The whole way from words to a message, and what its descriptors stand for. Warnings stay with the words.
pub fn message<'a>(w: &mut Words<'a>, op: Op, family: u8, names: &mut Names) -> Result<Draft<'a>> {
    let mut req = parse(w, op);
    req.draft.family = family;
    resolve(&mut req, names)?;
    encode(&mut req, family);
    Ok(req.draft)
}

/// Makes a change.
pub fn change(w: &mut Words, ctx: &Ctx, io: &mut Io, op: Op) -> Result<()> {
    let flags = op.1 | if ctx.echo { nlm_f::ECHO } else { 0 };
    let made = message(w, (op.0, flags), ctx.family, &mut io.names);
    io.out.warn(&std::mem::take(&mut w.warnings));
    let mut made = made?;
    io.out.warn(&made.warnings);
    if !ctx.echo {
        return io.names.socket()?.ack(&mut made.msg, &mut |_| Ok(()));
    }
    let Io { out, names } = io;
    let mut socket = names.lend()?;
    let mark = out.mark();
    out.document();
    out.object("");
    // A kernel that has nothing to tell leaves the object empty; of several messages (a pair's end takes its peer along) it has
    // room for one, the first, as iproute2's.
    let mut told = false;
    let done = socket.ack(&mut made.msg, &mut |message| {
        if let Some(record) = decode(message).filter(|_| !told) {
            told = true;
            show(&record, View::Event, ctx, out, names);
            out.text("\n");
        }
        Ok(())
    });
    names.give_back(socket);
    if done.is_err() {
        out.rollback(mark);
        return done;
    }
    out.object_end();
    out.document_end()
}
