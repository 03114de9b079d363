//! `ip link`: show, add, set, replace, delete.

use std::os::fd::{AsRawFd, OwnedFd};

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result, USAGE, decimal, fill};
use crate::ip::iface::{self, Filter, Part};
pub use crate::ip::iface::{Record, decode, show};
use crate::ip::{Command, Ctx, Io, command};
use crate::kind::{self, Field, Kind, LinkWord, Ty, Val, table};
use crate::names::{self, Names, ifinfo};
use crate::nl::uapi::{af, iff, ifla, inet6, info, nlm_f, rtm, veth};
use crate::nl::wire::Msg;

const COMMANDS: &[Command] = &[
    ("add", |w, ctx, io| change(w, ctx, io, ADD)),
    ("set,change", |w, ctx, io| change(w, ctx, io, SET)),
    ("replace", |w, ctx, io| change(w, ctx, io, REPLACE)),
    ("delete", |w, ctx, io| change(w, ctx, io, DELETE)),
    ("show,lst,list", list),
    ("help", help),
];

/// Runs `ip link WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    command(w, "link", COMMANDS, list)?(w, ctx, io)
}

const USAGE_TEXT: &str = "\
Usage: ip link { add | replace } [ name ] NAME [ SETTING ... ] type KIND [ OPTION ... ]
       ip link { set | change } { DEV | group GROUP } [ SETTING ... ] [ type KIND_slave OPTION ... ]
       ip link delete { DEV | group GROUP }
       ip link [ show ] [ DEV | group GROUP ] [ up | down ] [ master DEV | vrf NAME | nomaster ] [ type KIND ] [ novf ]
       ip link help [ KIND ]
KIND := { bridge | bridge_slave | dummy | macvlan | macvtap | veth | any that the kernel knows }
SETTING:";

fn usage() -> Error {
    let mut text = USAGE_TEXT.as_bytes().to_vec();
    kind::help(table::LINK, &mut text);
    Error::help(text)
}

fn help(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let kind = w.next().and_then(|name| Some((name, Kind::named(name)?)));
    let (name, kind) = kind
        .filter(|(name, kind)| kind.has_options() || is_pair(name))
        .ok_or_else(usage)?;
    io.out.raw(&kind_help(name, kind));
    io.out.text("\n");
    Ok(())
}

/// Whether the kind comes in pairs, with a `peer` that is a link of its own.
fn is_pair(name: &[u8]) -> bool {
    name == b"veth"
}

fn kind_help(name: &[u8], kind: &Kind) -> Vec<u8> {
    const PAIR: &str = "Usage: ip link <options> type % [peer <options>]\nTo get <options> type 'ip link add help'";
    if is_pair(name) {
        fill(PAIR, &[name])
    } else {
        kind.help(name)
    }
}

/// A request under construction: a new link, changes of a link, or the other end of a pair.
#[derive(Default)]
pub struct Req<'a> {
    /// `RTM_*`.
    request: u16,
    /// `NLM_F_*`.
    flags: u16,
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
    address: Option<Vec<u8>>,
    kind: Option<&'a [u8]>,
    fields: Vec<Field<'a>>,
    info: Vec<Field<'a>>,
    /// The first wrong word; a name before it that nothing has is told first.
    word_error: Option<Error>,
    /// The same among the kind's options.
    kind_error: Option<Error>,
}

type Op = (u16, u16);
const ADD: Op = (rtm::NEWLINK, nlm_f::CREATE | nlm_f::EXCL);
const SET: Op = (rtm::NEWLINK, 0);
const REPLACE: Op = (rtm::NEWLINK, nlm_f::CREATE | nlm_f::REPLACE);
const DELETE: Op = (rtm::DELLINK, 0);

/// Reads the words of a change. A pair's `peer` is read in the same way (`inner`).
pub fn parse<'a>(w: &mut Words<'a>, op: Op, inner: bool) -> Req<'a> {
    let mut req = Req {
        request: op.0,
        flags: op.1,
        ..Req::default()
    };
    req.word_error = parse_words(&mut req, w, op, inner).err();
    req
}

fn parse_words<'a>(req: &mut Req<'a>, w: &mut Words<'a>, op: Op, inner: bool) -> Result<()> {
    while let Some(word) = w.next() {
        let row = kind::find(table::LINK, word);
        match row.map(kind::Opt::ty) {
            None | Some(Ty::Link(LinkWord::Dev)) => {
                let dev = if row.is_some() { w.value()? } else { word };
                if req.dev.is_some() {
                    return Err(Error::garbage("dev", dev));
                }
                if !args::is_altname(dev) {
                    return Err(Error::bad_arg(dev, "\"dev\" not a valid ifname"));
                }
                req.dev = Some(dev);
            }
            Some(Ty::Link(LinkWord::Type)) => {
                let kind = w.value()?;
                if inner {
                    return Err(Error::duplicate(b"type", kind));
                }
                req.kind = Some(kind);
                match parse_kind(kind, w, op) {
                    Ok(info) => req.info = info,
                    Err(e) => req.kind_error = Some(e),
                }
                break;
            }
            Some(Ty::Link(special)) => {
                let row = row.ok_or_else(usage)?;
                parse_special(req, row, special, w)?;
            }
            Some(ty) => {
                let row = row.ok_or_else(usage)?;
                kind::parse_value(row, table::LINK_REASON, w, &mut req.fields)?;
                // The one word whose attribute lies two levels down.
                if matches!(ty, Ty::Word8) && row.attr() == ifla::AF_SPEC {
                    wrap_addr_gen_mode(&mut req.fields);
                }
            }
        }
    }
    Ok(())
}

fn wrap_addr_gen_mode(fields: &mut Vec<Field>) {
    if let Some(Field { val, .. }) = fields.pop() {
        let mode = Field {
            attr: inet6::ADDR_GEN_MODE,
            val,
        };
        let inet6 = Field {
            attr: af::INET6.into(),
            val: Val::Nest(vec![mode]),
        };
        fields.push(Field {
            attr: ifla::AF_SPEC,
            val: Val::Nest(vec![inet6]),
        });
    }
}

/// The words that are not one attribute with one value.
fn parse_special<'a>(
    req: &mut Req<'a>,
    row: &'static kind::Opt,
    special: LinkWord,
    w: &mut Words<'a>,
) -> Result<()> {
    let key = row.word();
    let mut set = |bits: u32, on: bool| {
        req.mask |= bits;
        req.iff = if on { req.iff | bits } else { req.iff & !bits };
    };
    let mut plain = |attr, val| req.fields.push(Field { attr, val });
    match special {
        LinkWord::Up => set(iff::UP, true),
        LinkWord::Down => set(iff::UP, false),
        LinkWord::Flag(bit) => set(bit, args::on_off(w.value()?, key, false)?),
        LinkWord::NoFlag(bit) => set(bit, !args::on_off(w.value()?, key, false)?),
        LinkWord::Help => return Err(usage()),
        LinkWord::Name => {
            let name = w.value()?;
            if req.name.is_some() {
                return Err(Error::duplicate(key, name));
            }
            if !args::is_ifname(name) {
                return Err(Error::bad_arg(name, "\"name\" not a valid ifname"));
            }
            req.name = Some(name);
        }
        LinkWord::Index => {
            let word = w.value()?;
            if req.index != 0 {
                return Err(Error::duplicate(key, word));
            }
            let index = args::signed(word).filter(|n| *n > 0);
            req.index =
                index.ok_or_else(|| Error::bad_arg(word, "Invalid \"index\" value"))? as u32;
        }
        LinkWord::Lower => req.lower = Some(w.value()?),
        LinkWord::Address => {
            let address = args::lladdr(w.value()?)?;
            plain(row.attr(), Val::Bytes(address.clone()));
            req.address = Some(address);
        }
        LinkWord::Netns => {
            let word = w.value()?;
            if req.fields.iter().any(|field| field.attr == ifla::NET_NS_FD) {
                return Err(Error::duplicate(key, word));
            }
            req.fields.push(Field {
                attr: ifla::NET_NS_FD,
                val: Val::Netns(word),
            });
        }
        LinkWord::LinkNetns => plain(row.attr(), Val::NetnsId(w.value()?)),
        LinkWord::OnOff => {
            // A raw -EINVAL leaks out of iproute2 here.
            let on = args::on_off(w.value()?, key, true).map_err(|e| e.code_is(22))?;
            plain(row.attr(), Val::Num(on.into(), 1));
        }
        LinkWord::Alias => {
            let text = w.value()?;
            if text.len() >= 256 {
                return Err(Error::bad_arg(text, "alias too long\n"));
            }
            plain(row.attr(), Val::Bytes(text.into()));
        }
        LinkWord::Group => {
            let word = w.value()?;
            if req.group.is_some() {
                return Err(Error::duplicate(key, word));
            }
            req.group = Some(names::group(word).ok_or_else(|| Error::invalid(word, key))?);
        }
        LinkWord::Type | LinkWord::Dev => {}
    }
    Ok(())
}

/// The options after `type KIND`: the attributes of `IFLA_LINKINFO` less the kind's name.
fn parse_kind<'a>(name: &'a [u8], w: &mut Words<'a>, op: Op) -> Result<Vec<Field<'a>>> {
    let Some(first) = w.peek() else {
        return Ok(Vec::new());
    };
    let garbage = || {
        let text = "Garbage instead of arguments \"% ...\". Try \"ip link help\".";
        Err(Error::refused(text, first))
    };
    let Some(kind) = Kind::named(name) else {
        return garbage();
    };
    let data = if is_pair(name) {
        if first != b"peer" {
            return Err(Error::refused("%", &kind_help(name, kind)).on_stdout());
        }
        w.next();
        let mut end = parse(w, op, true);
        if let Some(e) = end.word_error.take() {
            return Err(e);
        }
        vec![peer(end)]
    } else if kind.has_options() {
        kind.parse(name, w)?
    } else if args::prefix(first, "help") {
        return Err(usage());
    } else {
        return garbage();
    };
    let attr = if name.ends_with(b"_slave") {
        info::SLAVE_DATA
    } else {
        info::DATA
    };
    Ok(vec![Field {
        attr,
        val: Val::Nest(data),
    }])
}

/// The other end of a pair: the header of a link message, and its attributes.
fn peer(mut req: Req<'_>) -> Field<'_> {
    let name = req.name.or(req.dev);
    req.fields.extend(name.map(name_field));
    let head = ifinfo(0, req.index, req.iff, req.mask);
    Field {
        attr: veth::PEER,
        val: Val::Peer(head, req.fields),
    }
}

fn name_field(name: &[u8]) -> Field<'_> {
    Field {
        attr: ifla::IFNAME,
        val: Val::Str(name),
    }
}

/// Checks what the words say together, and turns names into numbers. The descriptors must outlive the request.
fn resolve<'a>(req: &mut Req<'a>, op: Op, names: &mut Names) -> Result<Vec<OwnedFd>> {
    let usage_error = |text: &str| Err(Error::new(USAGE, text, &[]));
    let mut held = Vec::new();
    let creates = op.1 & nlm_f::CREATE != 0;
    resolve_fields(&mut req.fields, names, &mut held)?;
    if let Some(e) = req.word_error.take() {
        return Err(e);
    }
    if creates {
        if req.dev.is_some() && req.name.is_some() && req.dev != req.name {
            return usage_error("both \"name\" and \"dev\" cannot be used when creating devices.");
        }
        req.name = req.name.or(req.dev);
        req.dev = None;
    }
    if let Some(group) = req.group {
        if req.dev.or(req.name.filter(|_| creates)).is_none() {
            if creates {
                return usage_error("group cannot be used when creating devices.");
            }
            req.fields = vec![Field::u32(ifla::GROUP, group)];
            return Ok(held);
        }
        req.fields.push(Field::u32(ifla::GROUP, group));
    }
    if !creates {
        let Some(dev) = req.dev else {
            return usage_error("Not enough information: \"dev\" argument is required.");
        };
        if req.index != 0 {
            if !req.fields.iter().any(|field| field.attr == ifla::NET_NS_FD) {
                return usage_error(
                    "index can be used only when creating devices or when moving device to another netns.",
                );
            }
            req.fields.push(Field::u32(ifla::NEW_IFINDEX, req.index));
        }
        req.index = names.index(dev)?;
        req.name = req.name.filter(|name| *name != dev);
        if let Some(len) = req.address.as_ref().map(Vec::len) {
            check_address(names, req.index, len)?;
        }
    } else if req.kind.is_none() {
        return Err(Error::refused(
            "Not enough information: \"type\" argument is required",
            b"",
        ));
    }
    if let Some(lower) = req.lower.filter(|_| creates) {
        req.fields.push(Field::u32(ifla::LINK, names.index(lower)?));
    }
    req.fields.extend(req.name.map(name_field));
    if let Some(e) = req.kind_error.take() {
        return Err(e);
    }
    if let Some(kind) = req.kind {
        resolve_fields(&mut req.info, names, &mut held)?;
        let mut inside = vec![Field {
            attr: info::KIND,
            val: Val::Str(kind),
        }];
        inside.append(&mut req.info);
        req.fields.push(Field {
            attr: ifla::LINKINFO,
            val: Val::Nest(inside),
        });
    }
    Ok(held)
}

fn resolve_fields(fields: &mut [Field], names: &mut Names, held: &mut Vec<OwnedFd>) -> Result<()> {
    for field in fields {
        let number = match &mut field.val {
            Val::Nest(inside) | Val::Peer(_, inside) => {
                resolve_fields(inside, names, held)?;
                continue;
            }
            Val::Dev(name, b"") => names.index(name)?,
            Val::Dev(name, reason) => names
                .find(name)?
                .ok_or_else(|| Error::bad_value(name, reason, b""))?,
            Val::Netns(word) => {
                let fd = names::open_netns(word).map_err(|_| Error::invalid(word, b"netns"))?;
                held.push(fd);
                held[held.len() - 1].as_raw_fd() as u32
            }
            Val::NetnsId(word) => {
                let fd =
                    names::open_netns(word).map_err(|_| Error::invalid(word, b"link-netns"))?;
                names.assigned_nsid(&fd)? as u32
            }
            _ => continue,
        };
        field.val = Val::Num(number.into(), 4);
    }
    Ok(())
}

/// A link-layer address must be as long as the device's own.
fn check_address(names: &mut Names, index: u32, len: usize) -> Result<()> {
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
    let mut own = None;
    names.socket()?.get(&mut msg, &mut |message| {
        own = decode(message).and_then(|record| Some(record.get(ifla::ADDRESS)?.0.len()));
        Ok(())
    })?;
    match own {
        Some(own) if own != len => {
            let (len, own) = (decimal(len as i64), decimal(own as i64));
            let text = "Invalid address length % - must be % bytes";
            Err(Error::new(REFUSED, text, &[&len, &own]))
        }
        _ => Ok(()),
    }
}

/// The request as a message. Names are numbers by now.
pub fn encode(req: &Req, msg: &mut Msg) {
    req.fields.iter().for_each(|field| field.encode(msg));
}

fn change(w: &mut Words, ctx: &Ctx, io: &mut Io, op: Op) -> Result<()> {
    let mut req = parse(w, op, false);
    io.out.warn(&std::mem::take(&mut w.warnings));
    let held = resolve(&mut req, op, &mut io.names)?;
    let mut msg = Msg::new(
        req.request,
        req.flags,
        &ifinfo(ctx.family, req.index, req.iff, req.mask),
    );
    encode(&req, &mut msg);
    let done = io.names.socket()?.ack(&mut msg);
    drop(held);
    done
}

/// `ip link show`.
fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut filter = Filter::default();
    while let Some(word) = w.next() {
        if args::prefix(word, "help") {
            return Err(usage());
        }
        filter.take(word, w)?;
    }
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
