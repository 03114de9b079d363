//! `ip address`: show, add, change, replace, delete.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, REFUSED, Result, decimal};
use crate::ip::iface::{self, Filter, Part};
use crate::ip::{Command, Ctx, Io, command};
use crate::names::{self, Names, address_text};
use crate::nl::uapi::{af, ifa, ifa_f, nlm_f, rt_scope, rtm};
use crate::nl::wire::{Attr, Attrs, Message, Msg, field, index};
use crate::out::{Color, Out, hexadecimal};

const COMMANDS: &[Command] = &[
    ("add", |w, ctx, io| change(w, ctx, io, ADD)),
    ("change,=chg", |w, ctx, io| change(w, ctx, io, CHANGE)),
    ("replace", |w, ctx, io| change(w, ctx, io, REPLACE)),
    ("delete", |w, ctx, io| change(w, ctx, io, DELETE)),
    ("list,show,lst", list),
    ("help", |_, _, _| Err(usage())),
];

/// Runs `ip address WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    command(w, "address", COMMANDS, list)?(w, ctx, io)
}

const USAGE_TEXT: &str = "\
Usage: ip address { add | change | replace } PREFIX dev DEV [ SETTING ... ]
	ip address delete PREFIX dev DEV [ SETTING ... ]
	ip address [ show ] [ DEV | group GROUP ] [ up | down ] [ master DEV ] [ nomaster ] [ type KIND ]
	                    [ scope { SCOPE | all } ] [ to PREFIX ] [ label PATTERN ] [ proto N ] [ [-]FLAG ... ]
SETTING := { peer PREFIX | broadcast { ADDR | + | - } | anycast ADDR | label TEXT | scope SCOPE |
	metric N | valid_lft TIME | preferred_lft TIME | proto PROTO | FLAG }
FLAG := { home | mngtmpaddr | nodad | optimistic | noprefixroute | autojoin | secondary | temporary | primary |
	dadfailed | deprecated | tentative | permanent | dynamic | stable-privacy }
SCOPE := { host | link | global | NUMBER }    TIME := { forever | SECONDS }";

fn usage() -> Error {
    Error::help(USAGE_TEXT)
}

/// Who may set a flag.
#[derive(Clone, Copy, PartialEq)]
enum May {
    Set,
    SetOnInet6,
    Read,
}

/// `IFA_F_*` in the order in which they are shown, with their words.
const FLAGS: &[(u32, &str, May)] = &[
    (ifa_f::SECONDARY, "secondary", May::Read),
    (ifa_f::SECONDARY, "temporary", May::Read),
    (ifa_f::NODAD, "nodad", May::SetOnInet6),
    (ifa_f::OPTIMISTIC, "optimistic", May::SetOnInet6),
    (ifa_f::DADFAILED, "dadfailed", May::Read),
    (ifa_f::HOMEADDRESS, "home", May::SetOnInet6),
    (ifa_f::DEPRECATED, "deprecated", May::Read),
    (ifa_f::TENTATIVE, "tentative", May::Read),
    (ifa_f::PERMANENT, "permanent", May::Read),
    (ifa_f::MANAGETEMPADDR, "mngtmpaddr", May::SetOnInet6),
    (ifa_f::NOPREFIXROUTE, "noprefixroute", May::Set),
    (ifa_f::MCAUTOJOIN, "autojoin", May::Set),
    (ifa_f::STABLE_PRIVACY, "stable-privacy", May::Read),
];

type Op = (u16, u16);
const ADD: Op = (rtm::NEWADDR, nlm_f::CREATE | nlm_f::EXCL);
const CHANGE: Op = (rtm::NEWADDR, nlm_f::REPLACE);
const REPLACE: Op = (rtm::NEWADDR, nlm_f::CREATE | nlm_f::REPLACE);
const DELETE: Op = (rtm::DELADDR, 0);

/// For ever, in a lifetime.
const FOREVER: u32 = u32::MAX;

/// What is to be done with an address.
#[derive(Default)]
pub struct Req<'a> {
    family: u8,
    local: Option<Prefix>,
    peer: Option<Prefix>,
    /// `+` (all ones) or `-` (all zeros) in place of a broadcast address.
    computed: Option<u8>,
    broadcast: bool,
    scope: Option<u8>,
    dev: Option<&'a [u8]>,
    flags: u32,
    valid: Option<u32>,
    preferred: Option<u32>,
    /// What the words set at once, in their order.
    attrs: Vec<(u16, Vec<u8>)>,
}

/// The words of a change.
#[derive(Clone, Copy)]
enum Word {
    Peer,
    Broadcast,
    Anycast,
    Scope,
    Dev,
    Label,
    Metric,
    Valid,
    Preferred,
    Proto,
    Local,
    Help,
}

/// In the order in which they are tried.
const WORDS: &[(&str, Word)] = &[
    ("=peer,=remote", Word::Peer),
    ("broadcast,=brd", Word::Broadcast),
    ("=anycast", Word::Anycast),
    ("=scope", Word::Scope),
    ("=dev", Word::Dev),
    ("=label", Word::Label),
    ("metric,priority,preference", Word::Metric),
    ("valid_lft", Word::Valid),
    ("preferred_lft", Word::Preferred),
    ("proto", Word::Proto),
    ("=local", Word::Local),
    ("help", Word::Help),
];

/// Reads the words of a change.
pub fn parse<'a>(w: &mut Words<'a>, family: u8, op: Op) -> Result<Req<'a>> {
    let mut req = Req {
        family,
        ..Req::default()
    };
    while let Some(word) = w.next() {
        let known = WORDS
            .iter()
            .find(|(spellings, _)| args::named(word, spellings));
        let known = known.map(|(_, known)| *known);
        if let Some(flag) = FLAGS.iter().find(|flag| flag.1.as_bytes() == word) {
            set_flag(&mut req, flag, w);
            continue;
        }
        let value = match known {
            Some(Word::Help) => return Err(usage()),
            Some(_) => w.value()?,
            None => word,
        };
        let invalid = |reason: &str| Error::bad_arg(value, reason);
        match known.unwrap_or(Word::Local) {
            Word::Peer => {
                if req.peer.is_some() {
                    return Err(Error::duplicate("peer", value));
                }
                let peer = take(&mut req, value, args::cidr)?;
                req.attrs.push((ifa::ADDRESS, peer.bytes.clone()));
                req.peer = Some(peer);
            }
            Word::Broadcast => {
                if req.broadcast {
                    return Err(Error::duplicate("broadcast", value));
                }
                req.broadcast = true;
                match value {
                    b"+" | b"-" => req.computed = Some(value[0]),
                    _ => {
                        let address = take(&mut req, value, args::addr)?;
                        req.attrs.push((ifa::BROADCAST, address.bytes));
                    }
                }
            }
            Word::Anycast => {
                let address = take(&mut req, value, args::addr)?;
                req.attrs.push((ifa::ANYCAST, address.bytes));
            }
            Word::Scope => {
                req.scope = Some(scope(value).ok_or_else(|| invalid("invalid scope value."))?);
            }
            Word::Dev => req.dev = Some(value),
            Word::Label => req.attrs.push((ifa::LABEL, cat![value, "\0"])),
            Word::Metric => {
                let n = args::unsigned(value, u32::MAX.into());
                let n = n.ok_or_else(|| invalid("\"metric\" value is invalid\n"))? as u32;
                req.attrs.push((ifa::RT_PRIORITY, n.to_ne_bytes().into()));
            }
            Word::Valid => {
                req.valid = Some(lifetime(value).ok_or_else(|| invalid("valid_lft value"))?);
            }
            Word::Preferred => {
                req.preferred =
                    Some(lifetime(value).ok_or_else(|| invalid("preferred_lft value"))?);
            }
            Word::Proto => {
                let n = args::unsigned(value, 0xff).or_else(|| {
                    let known = names::of_table(names::ADDR_PROTOS, value);
                    known.or_else(|| names::of_file("rt_addrprotos", value))
                });
                let n = n.ok_or_else(|| invalid("\"proto\" value is invalid\n"))?;
                req.attrs.push((ifa::PROTO, vec![n as u8]));
            }
            Word::Local | Word::Help => {
                if req.local.is_some() {
                    return Err(Error::garbage("local", value));
                }
                let local = take(&mut req, value, args::cidr)?;
                req.attrs.push((ifa::LOCAL, local.bytes.clone()));
                req.local = Some(local);
            }
        }
    }
    check(&mut req, op, w)?;
    Ok(req)
}

/// An address of the family that is known by now, or that it makes known.
fn take(req: &mut Req, word: &[u8], read: fn(&[u8], u8) -> Result<Prefix>) -> Result<Prefix> {
    let found = read(word, req.family)?;
    if req.family == 0 {
        req.family = found.family;
    }
    Ok(found)
}

fn set_flag(req: &mut Req, flag: &(u32, &str, May), w: &mut Words) {
    let why = match flag.2 {
        May::Read => " option is not mutable from userspace",
        May::SetOnInet6 if req.family != af::INET6 => " option can be set only for IPv6 addresses",
        _ => {
            req.flags |= flag.0;
            return;
        }
    };
    w.warn(&cat!["Warning: ", flag.1, why]);
}

fn scope(word: &[u8]) -> Option<u8> {
    let known = names::of_table(names::SCOPES, word).or_else(|| args::unsigned(word, 0xff));
    Some(known.or_else(|| names::of_file("rt_scopes", word))? as u8)
}

fn lifetime(word: &[u8]) -> Option<u32> {
    if word == b"forever" {
        Some(FOREVER)
    } else {
        args::unsigned(word, u32::MAX.into()).map(|n| n as u32)
    }
}

/// What iproute2 refuses before it asks the kernel, and what it warns of.
fn check(req: &mut Req, op: Op, w: &mut Words) -> Result<()> {
    let refuse = |text: &str| Err(Error::new(REFUSED, text.into()));
    let wildcard = op == DELETE
        && req.peer.is_none()
        && req
            .local
            .as_ref()
            .is_some_and(|local| local.family == af::INET && !local.explicit);
    if wildcard {
        let local = req
            .local
            .as_ref()
            .and_then(|local| address_text(&local.bytes))
            .unwrap_or_default();
        w.warn(b"Warning: Executing wildcard deletion to stay compatible with old scripts.");
        w.warn(&cat![
            "         Explicitly specify the prefix length (",
            &local,
            "/32) to avoid this warning."
        ]);
        w.warn(b"         This special behaviour is likely to disappear in further releases,");
        w.warn(b"         fix your scripts!");
    }
    if req.dev.is_none() {
        return refuse("Not enough information: \"dev\" argument is required.");
    }
    if let (Some(local), None, false) = (&req.local, &req.peer, wildcard) {
        req.peer = Some(local.clone());
    } else if wildcard {
        req.peer = None;
    }
    if req.computed.is_some() && req.family == af::INET6 {
        return refuse("Broadcast can be set only for IPv4 addresses");
    }
    if req.valid.is_some() || req.preferred.is_some() {
        let valid = *req.valid.get_or_insert(FOREVER);
        let preferred = *req.preferred.get_or_insert(FOREVER);
        if valid == 0 {
            return refuse("valid_lft is zero");
        }
        if preferred > valid {
            return refuse("preferred_lft is greater than valid_lft");
        }
    }
    let multicast = req
        .local
        .as_ref()
        .and_then(|local| local.bytes.first())
        .is_some_and(|first| {
            if req.family == af::INET {
                first >> 4 == 14
            } else {
                *first == 0xff
            }
        });
    if req.flags & ifa_f::MCAUTOJOIN != 0 && !multicast {
        return refuse("autojoin needs multicast address");
    }
    Ok(())
}

/// The request as attributes; the device is `index` by now. `struct ifaddrmsg` goes in front.
pub fn encode(req: &Req, op: Op, index: u32) -> Msg {
    let given = req.attrs.iter().any(|(attr, _)| *attr == ifa::ADDRESS);
    let explicit = if given {
        req.peer.as_ref()
    } else {
        req.local.as_ref()
    };
    let loopback = req
        .local
        .as_ref()
        .is_some_and(|local| local.family == af::INET && local.bytes.first() == Some(&127));
    let default = if loopback && op != DELETE {
        rt_scope::HOST
    } else {
        rt_scope::UNIVERSE
    };
    let mut head = [0; 8];
    head[0] = req.family;
    head[1] = explicit.map_or(0, |prefix| prefix.len);
    head[2] = if req.flags > 0xff { 0 } else { req.flags as u8 };
    head[3] = req.scope.unwrap_or(default);
    head[4..].copy_from_slice(&index.to_ne_bytes());
    let mut msg = Msg::new(op.0, op.1, &head);
    for (attr, bytes) in &req.attrs {
        msg.bytes(*attr, bytes);
    }
    if req.flags > 0xff {
        msg.u32(ifa::FLAGS, req.flags);
    }
    if let Some(peer) = req.peer.as_ref().filter(|_| !given) {
        msg.bytes(ifa::ADDRESS, &peer.bytes);
    }
    if let (Some(ones), Some(bytes)) = (req.computed, broadcast_of(req)) {
        if op != DELETE {
            msg.bytes(ifa::BROADCAST, &bytes(ones == b'+'));
        }
    }
    if let (Some(valid), Some(preferred)) = (req.valid, req.preferred) {
        msg.bytes(
            ifa::CACHEINFO,
            &[preferred, valid, 0, 0].map(u32::to_ne_bytes).concat(),
        );
    }
    msg
}

/// How to compute the broadcast address, for a network of more than two addresses.
fn broadcast_of(req: &Req) -> Option<impl Fn(bool) -> [u8; 4]> {
    let network = req
        .peer
        .as_ref()
        .or(req.local.as_ref())
        .filter(|network| network.len <= 30)?;
    let address = u32::from_be_bytes(network.bytes.as_slice().try_into().ok()?);
    let hosts = u32::MAX.checked_shr(network.len.into()).unwrap_or(0);
    Some(move |ones| {
        if ones {
            address | hosts
        } else {
            address & !hosts
        }
        .to_be_bytes()
    })
}

fn change(w: &mut Words, ctx: &Ctx, io: &mut Io, op: Op) -> Result<()> {
    let parsed = parse(w, ctx.family, op);
    io.out.warn(&std::mem::take(&mut w.warnings));
    let req = parsed?;
    let index = io.names.index(req.dev.unwrap_or_default())?;
    io.names.socket()?.ack(&mut encode(&req, op, index))
}

/// An address message.
pub struct Record<'a> {
    kind: u16,
    family: u8,
    len: u8,
    scope: u8,
    flags: u32,
    /// Index of its interface.
    pub index: u32,
    attrs: [Attr<'a>; 12],
}

/// Reads an address message; `None` if it is none.
pub fn decode(message: Message<'_>) -> Option<Record<'_>> {
    let body = message.body;
    if !matches!(message.kind, rtm::NEWADDR | rtm::DELADDR) {
        return None;
    }
    let mut attrs = [Attr::default(); 12];
    index(Attrs(body.get(8..)?), &mut attrs);
    let mut record = Record {
        kind: message.kind,
        family: body[0],
        len: body[1],
        scope: body[3],
        flags: body[2].into(),
        index: field(body, 4)?,
        attrs,
    };
    if let Some(flags) = record.get(ifa::FLAGS).and_then(|attr| attr.u32()) {
        record.flags = flags;
    }
    Some(record)
}

impl<'a> Record<'a> {
    fn get(&self, attr: u16) -> Option<Attr<'a>> {
        self.attrs
            .get(usize::from(attr))
            .copied()
            .filter(|found| found.kind == attr)
    }

    /// The address itself: on a point-to-point link the near end.
    fn local(&self) -> Option<&'a [u8]> {
        Some(self.get(ifa::LOCAL).or(self.get(ifa::ADDRESS))?.payload)
    }
}

/// Which addresses are shown.
#[derive(Default)]
struct Wanted<'a> {
    family: u8,
    to: Option<Prefix>,
    scope: Option<u8>,
    flags: u32,
    flags_mask: u32,
    label: Option<&'a [u8]>,
    proto: Option<u8>,
}

impl Wanted<'_> {
    fn passes(&self, record: &Record, ifname: &[u8]) -> bool {
        let within = |prefix: &Prefix| {
            let Some(local) = record.local().filter(|_| record.family == prefix.family) else {
                return false;
            };
            let bits = |bytes: &[u8], at: usize| bytes[at / 8] >> (7 - at % 8) & 1;
            (0..prefix.len.into()).all(|at| bits(local, at) == bits(&prefix.bytes, at))
        };
        let label = |pattern: &[u8]| {
            let label = record.get(ifa::LABEL).map_or(ifname, |attr| attr.str());
            glob(pattern, label)
        };
        (self.family == 0 || self.family == record.family)
            && self.to.as_ref().is_none_or(within)
            && self.scope.is_none_or(|scope| scope == record.scope)
            && (self.flags ^ record.flags) & self.flags_mask == 0
            && self.label.is_none_or(label)
            && self.proto.is_none_or(|proto| {
                record
                    .get(ifa::PROTO)
                    .is_none_or(|attr| attr.u8() == Some(proto))
            })
    }
}

/// Whether a shell pattern with `*`, `?` and `[...]` matches all of a text.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return text.is_empty();
    };
    match (first, text.split_first()) {
        (b'*', None) => glob(rest, text),
        (b'*', Some((_, later))) => glob(rest, text) || glob(pattern, later),
        (b'?', Some((_, later))) => glob(rest, later),
        (b'[', Some((byte, later))) => {
            let negated = matches!(rest.first(), Some(b'!' | b'^'));
            let set = &rest[usize::from(negated)..];
            let Some(end) = set.iter().skip(1).position(|b| *b == b']').map(|at| at + 1) else {
                return byte == first && glob(rest, later);
            };
            let mut found = false;
            let mut at = 0;
            while at < end {
                let range = at + 2 < end && set[at + 1] == b'-';
                let last = if range { set[at + 2] } else { set[at] };
                found |= (set[at]..=last).contains(byte);
                at += if range { 3 } else { 1 };
            }
            found != negated && glob(&set[end + 1..], later)
        }
        (b'\\', Some((byte, later))) if !rest.is_empty() => {
            rest[0] == *byte && glob(&rest[1..], later)
        }
        (_, Some((byte, later))) => first == byte && glob(rest, later),
        (_, None) => false,
    }
}

/// Takes a word that filters addresses. False if it is none.
fn filter_word<'a>(wanted: &mut Wanted<'a>, word: &'a [u8], w: &mut Words<'a>) -> Result<bool> {
    match word {
        b"to" => {
            let prefix = args::cidr(w.value()?, wanted.family)?;
            wanted.family = if wanted.family == 0 {
                prefix.family
            } else {
                wanted.family
            };
            wanted.to = Some(prefix);
        }
        b"scope" => {
            let word = w.value()?;
            wanted.scope = match word {
                b"all" => None,
                _ => Some(scope(word).ok_or_else(|| Error::bad_arg(word, "invalid \"scope\"\n"))?),
            };
        }
        b"label" => wanted.label = Some(w.value()?),
        b"proto" => {
            let word = w.value()?;
            let n = args::unsigned(word, 0xff);
            let n = n.ok_or_else(|| Error::bad_arg(word, "\"proto\" value is invalid\n"))?;
            wanted.proto = Some(n as u8);
        }
        _ => {
            let (negated, name) = match word.strip_prefix(b"-") {
                Some(name) => (true, name),
                None => (false, word),
            };
            // Two words that mean the absence of a flag.
            let (bit, absent) = match name {
                b"dynamic" => (ifa_f::PERMANENT, true),
                b"primary" => (ifa_f::SECONDARY, true),
                _ => match FLAGS.iter().find(|flag| flag.1.as_bytes() == name) {
                    Some(flag) => (flag.0, false),
                    None => return Ok(false),
                },
            };
            wanted.flags = if negated != absent {
                wanted.flags & !bit
            } else {
                wanted.flags | bit
            };
            wanted.flags_mask |= bit;
        }
    }
    Ok(true)
}

/// The addresses, by interface.
#[derive(Default)]
struct Addresses {
    bytes: Vec<u8>,
    /// Interface, message type, and where the message's body is.
    list: Vec<(u32, u16, usize, usize)>,
}

impl Addresses {
    fn of(&self, index: u32) -> impl Iterator<Item = Record<'_>> {
        let first = self.list.partition_point(|entry| entry.0 < index);
        let rest = self.list[first..]
            .iter()
            .take_while(move |entry| entry.0 == index);
        rest.filter_map(|(_, kind, start, end)| {
            decode(Message {
                kind: *kind,
                flags: 0,
                seq: 0,
                body: &self.bytes[*start..*end],
            })
        })
    }
}

/// Asks for the addresses of one interface (0: of all) and family.
fn addresses(family: u8, index: u32, io: &mut Io) -> Result<Addresses> {
    let mut head = [0; 8];
    head[0] = family;
    head[4..].copy_from_slice(&index.to_ne_bytes());
    let mut all = Addresses::default();
    for _ in 0..3 {
        all = Addresses::default();
        let mut msg = Msg::new(rtm::GETADDR, 0, &head);
        let consistent = io.names.socket()?.dump(&mut msg, &mut |message| {
            if let Some(record) = decode(message) {
                let start = all.bytes.len();
                all.bytes.extend(message.body);
                all.list
                    .push((record.index, message.kind, start, all.bytes.len()));
            }
            Ok(())
        })?;
        if consistent {
            break;
        }
    }
    all.list.sort_by_key(|entry| entry.0);
    Ok(all)
}

/// `ip address show`.
fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut filter = Filter::default();
    let mut wanted = Wanted {
        family: ctx.family,
        ..Wanted::default()
    };
    while let Some(word) = w.next() {
        if filter_word(&mut wanted, word, w)? {
            continue;
        }
        if args::prefix(word, "help") {
            return Err(usage());
        }
        filter.take(word, w)?;
    }
    filter.resolve(&mut io.names)?;
    let links_alone = wanted.family == af::PACKET;
    let all = match filter.dev {
        _ if links_alone => Addresses::default(),
        None => addresses(wanted.family, 0, io)?,
        Some(dev) => {
            let index = io.names.find(dev)?.ok_or_else(|| iface::unknown(dev))?;
            addresses(wanted.family, index, io).map_err(|e| match e.errno() {
                libc::ENODEV => iface::unknown(dev),
                _ => e,
            })?
        }
    };
    // A link stays if one of its addresses is wanted, or if it has none and no family is asked for.
    let keep = |index, name: &[u8]| {
        let mut own = all.of(index).peekable();
        links_alone
            || own.peek().is_none() && wanted.family == 0
            || own.any(|record| wanted.passes(&record, name))
    };
    let oneline = io.out.style.oneline && !ctx.brief && !links_alone;
    let part = match wanted.family {
        _ if wanted.label.is_some() || oneline => None,
        0 => Some(Part::Address),
        af::PACKET if ctx.brief => Some(Part::Link),
        af::PACKET => Some(Part::Address),
        _ => Some(Part::FirstLine),
    };
    iface::each(
        &filter,
        ctx.family,
        ctx,
        io,
        &keep,
        &mut |link, out, names| {
            match part {
                Some(part) => iface::show(link, part, ctx, out, names),
                None => names.saw(link.index, link.flags, link.name()),
            }
            if part.is_some() && !ctx.brief {
                out.text("\n");
            }
            if !links_alone {
                out.array("addr_info");
                for record in all.of(link.index) {
                    // What the words leave out still has an empty place in JSON.
                    out.object("");
                    if wanted.passes(&record, link.name()) {
                        show(&record, ctx, out, names);
                    }
                    out.object_end();
                }
                out.array_end();
            }
            if ctx.brief {
                out.text("\n");
            } else if ctx.stats > 0 && part.is_some() {
                iface::stats(link, ctx, out);
                out.text("\n");
            }
            Ok(())
        },
    )
}

/// Prints an address, to the end of its last line.
pub fn show(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    let text = |attr: Attr| address_text(attr.payload).unwrap_or_else(|| b"???".into());
    let color = if record.family == af::INET6 {
        Color::Inet6
    } else {
        Color::Inet
    };
    if record.kind == rtm::DELADDR {
        out.yes("deleted", "Deleted ");
    }
    if !ctx.brief {
        if out.style.oneline {
            out.uint("index", "%: ", record.index.into());
            out.str("dev", "%", names.link(record.index).0);
        }
        match record.family {
            af::INET => out.str("family", "    % ", "inet"),
            af::INET6 => out.str("family", "    % ", "inet6"),
            other => out.uint("family_index", "    family % ", other.into()),
        }
    }
    let (local, address) = (record.get(ifa::LOCAL), record.get(ifa::ADDRESS));
    if let Some(own) = local.or(address) {
        out.paint(color).str("local", "%", text(own));
        if let Some(peer) = address.filter(|peer| peer.payload != own.payload) {
            out.text(" peer ");
            out.paint(color).str("address", "%", text(peer));
        }
    }
    out.uint("prefixlen", "/% ", record.len.into());
    if let Some(metric) = record.get(ifa::RT_PRIORITY).and_then(|attr| attr.u32()) {
        out.uint("metric", "metric % ", metric.into());
    }
    if ctx.brief {
        return;
    }
    for (attr, key, word) in [
        (ifa::BROADCAST, "broadcast", "brd "),
        (ifa::ANYCAST, "anycast", "any "),
        (ifa::MULTICAST, "multicast", "mcast "),
    ] {
        if let Some(found) = record.get(attr) {
            out.text(word);
            out.paint(color).str(key, "% ", text(found));
        }
    }
    show_scope(record.scope, ctx, out);
    show_flags(record, out);
    if let Some(proto) = record.get(ifa::PROTO).and_then(|attr| attr.u8()) {
        show_proto(proto, ctx, out);
    }
    if let Some(label) = record.get(ifa::LABEL) {
        out.str("label", "%", label.str());
    }
    if let Some(lifetimes) = record.get(ifa::CACHEINFO) {
        let time = |at| field(lifetimes.payload, at).unwrap_or(FOREVER);
        out.line_break();
        out.text("       ");
        show_time("valid_life_time", "valid_lft ", time(4), false, out);
        let deprecated = record.flags & ifa_f::DEPRECATED != 0;
        show_time(
            "preferred_life_time",
            " preferred_lft ",
            time(0),
            deprecated,
            out,
        );
    }
    out.text("\n");
}

fn show_scope(scope: u8, ctx: &Ctx, out: &mut Out) {
    let known = names::in_table(names::SCOPES, scope.into()).filter(|_| !ctx.numeric);
    match known {
        Some(name) => out.str("scope", "scope % ", name),
        None => {
            let named = names::in_file("rt_scopes", scope.into()).filter(|_| !ctx.numeric);
            out.str(
                "scope",
                "scope % ",
                named.unwrap_or_else(|| decimal(scope.into())),
            );
        }
    }
}

fn show_flags(record: &Record, out: &mut Out) {
    let mut rest = record.flags;
    for (bit, name, _) in FLAGS {
        // What is temporary in one family is secondary in the other, and what is not permanent is dynamic.
        let other = if record.family == af::INET6 {
            "secondary"
        } else {
            "temporary"
        };
        let shown = match *bit {
            ifa_f::PERMANENT if rest & bit == 0 => "dynamic",
            ifa_f::PERMANENT => "",
            _ if rest & bit == 0 || *name == other => "",
            _ => name,
        };
        if !shown.is_empty() {
            out.yes(shown, &[shown, " "].concat());
        }
        if *name != other {
            rest &= !bit;
        }
    }
    if rest != 0 {
        out.str("ifa_flags", "flags % ", hexadecimal(rest.into(), 2));
    }
}

fn show_proto(proto: u8, ctx: &Ctx, out: &mut Out) {
    if proto == 0 && !out.json() {
        return;
    }
    let known = names::in_table(names::ADDR_PROTOS, proto.into()).map(Vec::from);
    let known = known
        .or_else(|| names::in_file("rt_addrprotos", proto.into()))
        .filter(|_| !ctx.numeric);
    let text = known.unwrap_or_else(|| cat!["0x", &hexadecimal(proto.into(), 1)]);
    out.str("protocol", "proto % ", text);
}

fn show_time(key: &str, word: &str, time: u32, signed: bool, out: &mut Out) {
    out.text(word);
    if out.json() {
        out.uint(key, "", time.into());
    } else if time == FOREVER {
        out.text("forever");
    } else if signed {
        out.int("", "%sec", (time as i32).into());
    } else {
        out.uint("", "%sec", time.into());
    }
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn globs() {
        for (pattern, text, matches) in [
            ("eth0:*", "eth0:1", true),
            ("eth0:*", "eth0", false),
            ("*", "", true),
            ("?th[0-9]", "eth5", true),
            ("[!a-d]*", "b", false),
            ("[]]", "]", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("[", "[", true),
        ] {
            assert_eq!(
                glob(pattern.as_bytes(), text.as_bytes()),
                matches,
                "{pattern} {text}"
            );
        }
    }
}
