//! `ip link add`, `set`, `replace` and `delete`: from words to a message.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::iface::record::decode;
use crate::ip::iface::show::show;
use crate::ip::iface::view::View;
use crate::ip::link::setting::{Link, check_address_len};
use crate::ip::link::usage::{is_pair, of_kind};
use crate::ip::link::words::parse_words;
use crate::kind::table::{find_kind, missing_kind};
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{ifla, info, nlm_f, rtm, veth};
use crate::nl::wire::{HEADER, Msg};
use crate::ns::hint::suggest_word;
use crate::row::draft::{Draft, NameOf};

/// The type of a message, `RTM_*`, and its flags, `NLM_F_*`.
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

/// A change of a link, as its words say it.
pub struct Req<'a> {
    creates: bool,
    link: Link<'a>,
    draft: Box<Draft<'a>>,
    /// How many of the draft's names stand before `type`.
    names: usize,
    kind: Option<OpenKind<'a>>,
    /// The error of the first word that is wrong: an option of the kind, if that is open. Names in front of it that
    /// nothing has are reported first.
    error: Option<Error>,
}

/// A kind whose options are not complete.
struct OpenKind<'a> {
    name: &'a [u8],
    /// The words after the name.
    words: &'a [&'a [u8]],
    /// Where `IFLA_LINKINFO` starts.
    info: usize,
    /// Where `IFLA_INFO_DATA` starts in it, if there are any words.
    data: Option<usize>,
}

/// Where the attributes of the link start in its message.
const START: usize = HEADER + 16;

/// Reads the words of a change. Whether they make sense together, [`message`] finds out.
pub fn parse<'a>(w: &mut Words<'a>, op: Op) -> Box<Req<'a>> {
    let mut req = Box::new(Req {
        creates: op.1 & nlm_f::CREATE != 0,
        link: Link::default(),
        draft: Box::new(Draft::default()),
        names: 0,
        kind: None,
        error: None,
    });
    req.draft.msg = Msg::new(op.0, op.1, &[0; 16]);
    req.error = parse_words(&mut req.link, &mut req.draft, w).err();
    req.names = req.draft.names();
    if req.error.is_none() {
        close_words(&mut req);
        if let Some(kind) = req.link.kind {
            req.error = parse_kind(kind, w, &mut req).err();
        }
    }
    req
}

/// Adds the attributes that come between those in the order of the words and the kind.
fn close_words(req: &mut Req) {
    let (link, draft, creates) = (&mut req.link, &mut req.draft, req.creates);
    link.gather(draft);
    if let Some(group) = link.group {
        draft.msg.u32(ifla::GROUP, group);
    }
    if link.index != 0 && !creates {
        draft.msg.u32(ifla::NEW_IFINDEX, link.index);
    }
    if let Some(lower) = link.lower.filter(|_| creates) {
        draft.name(ifla::LINK, NameOf::Lower, lower, b"");
    }
    let name = match link.name {
        // No new name, if it is the one that it has, or the only word that says which interface is meant.
        Some(_) if !creates && (link.dev.is_none() || link.dev == link.name) => None,
        None if creates => link.dev,
        name => name,
    };
    if let Some(name) = name {
        draft.msg.str(ifla::IFNAME, name);
    }
}

/// Reads what follows `type NAME`, and adds `IFLA_LINKINFO` with all that is known by now.
fn parse_kind<'a>(name: &'a [u8], w: &mut Words<'a>, req: &mut Req<'a>) -> Result<()> {
    let draft = &mut req.draft;
    let info = draft.msg.open();
    draft.msg.str(info::KIND, name);
    let data = w.peek().map(|_| draft.msg.open());
    req.kind = Some(OpenKind {
        name,
        words: w.left(),
        info,
        data,
    });
    match data {
        Some(_) => parse_options(name, w, draft),
        None => Ok(()),
    }
}

/// Reads the options of a kind, of which there is one word at least, and those of the peer.
fn parse_options<'a>(name: &'a [u8], w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    let first = w.peek().unwrap_or_default();
    let kind = find_kind(name).filter(|kind| kind.has_options());
    let Some(kind) = kind else {
        return Err(match missing_kind(name) {
            Some(e) => e,
            None if args::prefix(first, "help") => Error::asks_for_usage(),
            None => Error::refused(GARBAGE, first),
        });
    };
    if is_pair(name) && first != b"peer" {
        return Err(Error::refused("%", &of_kind(name, kind)).on_stdout());
    }
    match kind.parse(name, w, draft) {
        // netkit sends no peer of which nothing is said.
        Ok(true) if is_pair(name) || w.peek().is_some() => parse_peer(w, draft),
        Ok(_) => Ok(()),
        Err(e) => {
            let rest = e.text().strip_prefix(name);
            let is_unknown = rest.is_some_and(|rest| rest.starts_with(b": unknown "));
            Err(match is_unknown {
                true => suggest_word(e, w.taken(), &mut kind.rows().each_spellings()),
                false => e,
            })
        }
    }
}

/// Reads the words of the peer, and adds it: the header of a link message, and attributes.
fn parse_peer<'a>(w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    let mut link = Link::default();
    let peer = draft.msg.open();
    let head = draft.msg.size();
    draft.msg.raw(&[0; 16]);
    parse_words(&mut link, draft, w)?;
    if let Some(kind) = link.kind {
        return Err(Error::duplicate(b"type", kind));
    }
    if link.is_named_twice() {
        return Err(Error::usage(NAMED_TWICE, b""));
    }
    link.gather(draft);
    link.complete_functions(draft)?;
    if let Some(group) = link.group {
        draft.msg.u32(ifla::GROUP, group);
    }
    if let Some(lower) = link.lower {
        draft.name(ifla::LINK, NameOf::Lower, lower, b"");
    }
    if let Some(name) = link.name.or(link.dev) {
        draft.msg.str(ifla::IFNAME, name);
    }
    let header = ifinfo(0, link.index, link.flags, link.mask);
    draft.msg.patch(head, &header);
    draft.msg.close(peer, veth::PEER);
    Ok(())
}

/// Completes the options of the kind, and closes `IFLA_LINKINFO`. All names are numbers by now, and no word was wrong.
fn close_kind(req: &mut Req, names: &mut Names) -> Result<()> {
    let Some(open) = &req.kind else {
        return Ok(());
    };
    let draft = &mut req.draft;
    if let Some(data) = open.data {
        if let Some(kind) = find_kind(open.name) {
            let start = data + 4;
            if !req.creates {
                let mut w = Words::new(open.words);
                kind.restart(open.name, &mut w, draft, req.link.index, names)?;
            }
            kind.finish(open.name, req.creates, draft, start)?;
        }
        let is_slave = open.name.ends_with(b"_slave");
        let attr = if is_slave {
            info::SLAVE_DATA
        } else {
            info::DATA
        };
        draft.msg.close(data, attr);
    }
    draft.msg.close(open.info, ifla::LINKINFO);
    Ok(())
}

/// Checks what the words say together, in iproute2's order, and turns names into numbers.
fn resolve(req: &mut Req, names: &mut Names) -> Result<()> {
    let (link, draft, creates) = (&mut req.link, &mut req.draft, req.creates);
    draft.dry = req.error.is_some();
    draft.resolve(req.names, names)?;
    if req.kind.is_none()
        && let Some(e) = req.error.take()
    {
        return Err(e);
    }
    let has = |attr| draft.msg.attrs(START).find(attr).is_some();
    let moves = has(ifla::NET_NS_FD) || has(ifla::NET_NS_PID);
    // Without `dev` the name says which interface is meant.
    let dev = link.dev.or(link.name);
    let is_group = link.group.is_some() && dev.is_none();
    let first_option = req.kind.as_ref().and_then(|kind| kind.words.first());
    let wrong = if creates && link.is_named_twice() {
        NAMED_TWICE
    } else if !creates && link.index != 0 && !moves {
        "index can be used only when creating devices or when moving device to another netns."
    } else if let Some(option) = first_option.filter(|_| is_group) {
        return Err(Error::usage(GARBAGE, option));
    } else if is_group && creates {
        "group cannot be used when creating devices."
    } else if !creates && !is_group && dev.is_none() {
        "Not enough information: \"dev\" argument is required."
    } else {
        ""
    };
    if !wrong.is_empty() {
        return Err(Error::usage(wrong, b""));
    }
    if is_group {
        // A whole group has no kind.
        if let Some(kind) = req.kind.take() {
            draft.msg.truncate(kind.info);
        }
        return Ok(());
    }
    match dev.filter(|_| !creates) {
        Some(dev) => {
            link.index = names.index_of(dev)?;
            check_device(link, draft, names)?;
        }
        None => link.complete_functions(draft)?,
    }
    draft.resolve(draft.names(), names)?;
    if let Some(e) = req.error.take() {
        return Err(e);
    }
    close_kind(req, names)?;
    if creates && req.link.kind.is_none() {
        let text = "Not enough information: \"type\" argument is required";
        return Err(Error::refused(text, b""));
    }
    Ok(())
}

/// Asks for the device, if need be: the link-layer address must be as long as its own.
fn check_device(link: &Link, draft: &mut Draft, names: &mut Names) -> Result<()> {
    if let Some(functions) = &link.functions {
        return (functions.steps.check_device)(functions, link, draft, names);
    }
    if link.address_len == 0 {
        return Ok(());
    }
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, link.index, 0, 0));
    names
        .socket()?
        .get(&mut msg, &mut |message| match decode(message) {
            Some(device) => check_address_len(&device, link.address_len),
            None => Ok(()),
        })
}

/// Completes the message. All names are numbers by now.
pub fn encode(req: &mut Req, family: u8) {
    let link = &req.link;
    let header = ifinfo(family, link.index, link.flags, link.mask);
    req.draft.msg.set_fixed(&header);
}

/// The whole way from words to a message; the draft holds what its descriptors stand for. Warnings stay with the words.
pub fn message<'a>(
    w: &mut Words<'a>,
    op: Op,
    family: u8,
    names: &mut Names,
) -> Result<Box<Draft<'a>>> {
    let mut req = parse(w, op);
    req.draft.family = family;
    resolve(&mut req, names)?;
    encode(&mut req, family);
    Ok(req.draft)
}

/// Makes a change.
pub fn change(w: &mut Words, ctx: &Ctx, io: &mut Io, op: Op) -> Result<()> {
    let made = message(w, (op.0, op.1 | ctx.echo_flag()), ctx.family, &mut io.names);
    io.out.warn(&std::mem::take(&mut w.warnings));
    let mut made = made?;
    io.out.warn(&made.warnings);
    send(&mut made.msg, ctx, io)
}

/// Sends a change, and shows it with `-echo`.
pub fn send(msg: &mut Msg, ctx: &Ctx, io: &mut Io) -> Result<()> {
    // Of several messages (a pair's end takes its peer along) the first is shown, as by iproute2.
    io.change(ctx, msg, &mut |message, out, names| {
        let record = decode(message);
        if let Some(record) = &record {
            out.object("");
            show(record, View::Event, ctx, out, names);
            out.text("\n");
            out.object_end();
        }
        record.is_some()
    })
}
