//! `ip link`: show, add, set, replace, delete; the other commands have rooms of their own.

mod help;
mod inet;
pub mod property;
pub mod vf;
mod wait;
mod xstats;

use crate::args::{self, Words};
use crate::commands;
use crate::error::{Error, Result, USAGE};
use crate::ip::command::{Commands, Ctx, Io, command};
use crate::ip::iface::rare;
use crate::ip::iface::{self, Filter, Part};
pub use crate::ip::iface::{Record, decode, show};
use crate::ip::inet::Wanted;
use crate::ip::link::help::{help, is_pair, of_kind, usage};
use crate::ip::link::vf::Functions;
use crate::kind::{self, Draft, Kind, LinkWord, Ty, words};
use crate::names::{self, Names, ifinfo};
use crate::nl::uapi::{af, ifla, info, nla, nlm_f, reason, rtm, veth, xdp, xdp_flags};
use crate::nl::wire::{Attr, Attrs, HEADER, Msg};
use crate::ns::hint::nearest_word;

const COMMANDS: Commands = commands! {
    "Command":
    "add" => |w, ctx, io| change(w, ctx, io, ADD),
    "set,change" => |w, ctx, io| change(w, ctx, io, SET),
    "replace" => |w, ctx, io| change(w, ctx, io, REPLACE),
    "delete" => |w, ctx, io| change(w, ctx, io, DELETE),
    "show,lst,list" => list,
    "xstats" => xstats::run,
    "afstats" => xstats::families,
    "property" => property::run,
    "help" => help,
    "=wait" => wait::run,
};

/// Runs `ip link WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    command(w, "link", COMMANDS, list)?(w, ctx, io)
}

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

/// What the words say of a link beside its attributes.
#[derive(Default)]
struct Link<'a> {
    /// The device that is changed, or the new one's name.
    dev: Option<&'a [u8]>,
    /// The word after `name`.
    name: Option<&'a [u8]>,
    /// Interface index: of the device, or wanted for a new one.
    index: u32,
    /// `IFF_*`.
    iff: u32,
    /// The `IFF_*` that change.
    mask: u32,
    /// The device below.
    lower: Option<&'a [u8]>,
    group: Option<u32>,
    /// Length of the link-layer address, or 0.
    address: usize,
    /// Why the link is to be held down: bits, and which of them are set.
    reasons: [u32; 2],
    functions: Functions,
}

const GARBAGE: &str = "Garbage instead of arguments \"% ...\". Try \"ip link help\".";
const NAMED_TWICE: &str = "both \"name\" and \"dev\" cannot be used when creating devices.";

impl Link<'_> {
    /// Whether a new link has two names.
    fn named_twice(&self) -> bool {
        self.name.is_some() && self.dev.is_some() && self.name != self.dev
    }
}

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
    draft.gathers(words::GATHERED);
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
    let kind = parse_words(&mut req.link, &mut req.draft, START, w);
    req.names = req.draft.names();
    match kind {
        Err(e) => req.word_error = Some(e),
        Ok(kind) => {
            close_words(&mut req);
            if let Some(kind) = kind {
                req.typed = true;
                req.option = w.peek();
                req.kind_error = parse_kind(kind, w, &mut req).err();
            }
        }
    }
    req
}

/// Reads words up to the end or `type`, whose kind it returns. The attributes start at `start`.
fn parse_words<'a>(
    link: &mut Link<'a>,
    draft: &mut Draft<'a>,
    start: usize,
    w: &mut Words<'a>,
) -> Result<Option<&'a [u8]>> {
    while let Some(word) = w.next() {
        let Some(row) = kind::find(words::LINK, word) else {
            set_dev(link, word)?;
            continue;
        };
        match row.ty() {
            Ty::Link(LinkWord::Type) => return w.value().map(Some),
            Ty::Link(special) => parse_special(link, draft, start, row, special, w)?,
            _ => kind::parse_value(row, word, words::LINK_REASON, w, draft, start)?,
        }
    }
    Ok(None)
}

fn set_dev<'a>(link: &mut Link<'a>, dev: &'a [u8]) -> Result<()> {
    if link.dev.is_some() {
        let mut known = words::LINK.iter().map(kind::Opt::spellings);
        return Err(nearest_word(Error::garbage("dev", dev), dev, &mut known));
    }
    if !args::is_altname(dev) {
        return Err(Error::bad_arg(dev, "\"dev\" not a valid ifname"));
    }
    link.dev = Some(dev);
    Ok(())
}

/// The words that are not one attribute with one value.
fn parse_special<'a>(
    link: &mut Link<'a>,
    draft: &mut Draft<'a>,
    start: usize,
    row: &'static kind::Opt,
    special: LinkWord,
    w: &mut Words<'a>,
) -> Result<()> {
    let key = row.word();
    let bit = match special {
        LinkWord::Help => return Err(usage()),
        LinkWord::Up => Some((0, true)),
        LinkWord::Down => Some((0, false)),
        LinkWord::Flag(bit) => Some((bit, args::on_off(w.value()?, key, false)?)),
        LinkWord::NoFlag(bit) => Some((bit, !args::on_off(w.value()?, key, false)?)),
        LinkWord::Inet => return inet::parse(draft, w),
        _ => None,
    };
    if let Some((bit, on)) = bit {
        // Number 0 is IFF_UP.
        let bit = 1 << bit;
        link.mask |= bit;
        link.iff = if on { link.iff | bit } else { link.iff & !bit };
        return Ok(());
    }
    let value = w.value()?;
    let twice = match special {
        LinkWord::Name => link.name.is_some(),
        LinkWord::Index => link.index != 0,
        LinkWord::Group => link.group.is_some(),
        LinkWord::Netns | LinkWord::LinkNetns | LinkWord::LinkNetnsid | LinkWord::Xdp(_) => {
            draft.msg.attrs(start).find(row.attr()).is_some()
        }
        _ => false,
    };
    if twice {
        let key = match special {
            LinkWord::LinkNetns | LinkWord::LinkNetnsid => b"link-netns/link-netnsid",
            _ => key,
        };
        return Err(Error::duplicate(key, value));
    }
    match special {
        LinkWord::Name if !args::is_ifname(value) => {
            return Err(Error::bad_arg(value, "\"name\" not a valid ifname"));
        }
        LinkWord::Name => link.name = Some(value),
        LinkWord::Dev => set_dev(link, value)?,
        LinkWord::Index => {
            let index = args::leading(value).filter(|n| *n > 0);
            let index = index.ok_or_else(|| Error::bad_arg(value, "Invalid \"index\" value"))?;
            link.index = index as u32;
        }
        LinkWord::Lower => link.lower = Some(value),
        LinkWord::Address => {
            let address = args::lladdr(value)?;
            draft.msg.bytes(row.attr(), &address);
            link.address = address.len();
        }
        LinkWord::Netns => draft.netns(row.attr(), value),
        LinkWord::LinkNetns => draft.netns_id(row.attr(), value),
        LinkWord::LinkNetnsid => {
            let id = args::signed(value).ok_or_else(|| Error::invalid(value, key))?;
            draft.msg.u32(row.attr(), id as u32);
        }
        LinkWord::Vrf => draft.vrf(row.attr(), value),
        LinkWord::Reason => {
            let wrong = || Error::bad_arg(value, "invalid protodown reason\n");
            let bit = 1 << rare::reason(value).ok_or_else(wrong)?;
            let on = match w.value()? {
                word if args::prefix(word, "on") => true,
                word if args::prefix(word, "off") => false,
                word => args::on_off(word, key, false)?,
            };
            let [mask, old] = link.reasons;
            link.reasons = [mask | bit, if on { old | bit } else { old & !bit }];
        }
        LinkWord::Xdp(mode) if value == b"off" => draft.msg.nest(row.attr(), |m| {
            // No program at all.
            m.u32(xdp::FD, u32::MAX);
            m.u32(xdp::FLAGS, xdp_flags::UPDATE_IF_NOEXIST | u32::from(mode));
        }),
        LinkWord::Xdp(_) => {
            return Err(Error::bad_arg(
                value,
                "ipso loads no programs: \"off\" alone is possible\n",
            ));
        }
        LinkWord::Vf => {
            let vf = args::unsigned(value, u32::MAX.into());
            let vf = vf.ok_or_else(|| Error::invalid(value, key))?;
            if link.dev.is_none() {
                return Err(Error::required("dev"));
            }
            vf::parse(vf as u32, w, draft, &mut link.functions)?;
        }
        LinkWord::OnOff => {
            // A raw -EINVAL leaks out of iproute2 here.
            let on = args::on_off(value, key, true).map_err(|e| e.code_is(22))?;
            draft.msg.number(row.attr(), on.into(), 1);
        }
        LinkWord::Alias if value.len() >= 256 => {
            return Err(Error::bad_arg(value, "alias too long\n"));
        }
        LinkWord::Alias => draft.msg.bytes(row.attr(), value),
        LinkWord::Group => {
            link.group = Some(names::group(value).ok_or_else(|| Error::invalid(value, key))?);
        }
        _ => {}
    }
    Ok(())
}

/// Closes what may have been said in several places: of several attributes with one number the kernel takes the last.
fn gather(link: &mut Link, draft: &mut Draft) {
    let [mask, value] = link.reasons;
    if mask != 0 {
        draft
            .msg
            .nest(ifla::PROTO_DOWN_REASON | nla::F_NESTED, |m| {
                m.u32(reason::MASK, mask);
                m.u32(reason::VALUE, value);
            });
    }
    draft.gather(ifla::AF_SPEC);
    let functions = link.functions.msg.attrs(0).0;
    if !functions.is_empty() {
        let start = draft.msg.size() + 4;
        draft.msg.bytes(ifla::VFINFO_LIST, functions);
        for rate in &mut link.functions.rates {
            rate.at += start;
        }
    }
}

/// What comes between the words' own attributes and the kind's.
fn close_words(req: &mut Req) {
    let (link, draft) = (&mut req.link, &mut req.draft);
    gather(link, draft);
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
    match Kind::named(name) {
        Some(kind) if is_pair(name) && first != b"peer" => {
            Err(Error::refused("%", &of_kind(name, kind)).on_stdout())
        }
        Some(kind) if kind.has_options() => {
            let parsed = kind.parse(name, w, draft).map_err(|e| {
                let unknown = e.text().starts_with(&[name, b": unknown "].concat());
                let Some(word) = w.taken().filter(|_| unknown) else {
                    return e;
                };
                let mut known = kind.rows().iter().map(kind::Opt::spellings);
                nearest_word(e, word, &mut known)
            });
            // netkit sends no peer of which nothing is said.
            if parsed? && (is_pair(name) || w.peek().is_some()) {
                parse_peer(w, draft)?;
            }
            Ok(())
        }
        _ if args::prefix(first, "help") => Err(usage()),
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
        if let Some(kind) = Kind::named(open.kind) {
            let creates = req.op.1 & nlm_f::CREATE != 0;
            let start = data + 4;
            if kind.reads() && !creates {
                // Words change what the link has.
                let has = iface::data_of(names, req.link.index, open.kind)?;
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
    draft.gathers(words::GATHERED);
    let peer = draft.msg.open();
    let head = draft.msg.size();
    draft.msg.raw(&[0; 16]);
    if let Some(kind) = parse_words(&mut link, draft, head + 16, w)? {
        return Err(Error::duplicate(b"type", kind));
    }
    if link.named_twice() {
        return Err(Error::new(USAGE, NAMED_TWICE, &[]));
    }
    gather(&mut link, draft);
    vf::complete(&link.functions.rates, Attr::default(), &mut draft.msg)?;
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
    let wrong = if creates && link.named_twice() {
        NAMED_TWICE
    } else if !creates && link.index != 0 && !moves {
        "index can be used only when creating devices or when moving device to another netns."
    } else if let (Some(first), Some(_), None) = (req.option, link.group, dev) {
        return Err(Error::new(USAGE, GARBAGE, &[first]));
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
        return Err(Error::new(USAGE, wrong, &[]));
    }
    if let Some(dev) = dev.filter(|_| !creates) {
        link.index = names.index(dev)?;
        vf::ask(link.index, link.address, &link.functions, draft, names)?;
    } else {
        vf::complete(&link.functions.rates, Attr::default(), &mut draft.msg)?;
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

fn change(w: &mut Words, ctx: &Ctx, io: &mut Io, op: Op) -> Result<()> {
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
            iface::show(&record, Part::Event, ctx, out, names);
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

/// `ip link show`.
fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut filter = Filter::default();
    // The words that choose addresses are heard, and choose nothing here.
    let mut wanted = Wanted::default();
    while let Some(word) = w.next() {
        if wanted.take(word, w)? {
            continue;
        }
        if args::prefix(word, "help") {
            return Err(usage());
        }
        filter.take(word, w)?;
    }
    // No link has an address's label.
    filter.nothing = wanted.label.is_some();
    filter.resolve(&mut io.names)?;
    iface::each(
        &filter,
        af::PACKET,
        ctx,
        io,
        &|_, _| true,
        &mut |record, out, names| {
            iface::show(record, Part::Link, ctx, out, names);
            out.text("\n");
            Ok(())
        },
    )
}
