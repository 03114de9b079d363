//! `ip address`: show, add, change, replace, delete.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, Result, add, add_unsigned, fill};
use crate::ip::iface::{self, Filter, Part};
use crate::ip::select::{self, Wanted};
use crate::ip::stats::stats;
use crate::ip::{Commands, Ctx, Io, command};
use crate::names::{self, Names};
use crate::nl::uapi::{af, ifa, ifa_f, nlm_f, rt_scope, rtm};
use crate::nl::wire::{Attr, Attrs, Message, Msg, field};
use crate::out::{Color, Out, hexadecimal};

const COMMANDS: Commands = (
    "add|change,=chg|replace|delete|list,show,lst|help",
    &[
        |w, ctx, io| change(w, ctx, io, ADD),
        |w, ctx, io| change(w, ctx, io, CHANGE),
        |w, ctx, io| change(w, ctx, io, REPLACE),
        |w, ctx, io| change(w, ctx, io, DELETE),
        list,
        |_, _, _| Err(usage()),
    ],
);

/// Runs `ip address WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    command(w, "address", COMMANDS, list)?(w, ctx, io)
}

const USAGE_TEXT: &str = "\
Usage: ip address { add | change | replace | delete } PREFIX dev DEV [ SETTING ... ]
       ip address [ show ] [ DEV | group GROUP ] [ up | down ] [ master DEV | vrf NAME | nomaster ] [ type KIND ]
                  [ scope SCOPE ] [ to PREFIX ] [ label PATTERN ] [ proto N ] [ [-]FLAG ... ]
SETTING := { peer PREFIX | broadcast { ADDR | + | - } | anycast ADDR | label TEXT | scope SCOPE | metric N |
             valid_lft TIME | preferred_lft TIME | proto PROTO | FLAG }
FLAG := { dynamic | primary";

fn usage() -> Error {
    let mut text = USAGE_TEXT.as_bytes().to_vec();
    for (_, flag) in names::Rows(FLAGS.as_bytes()) {
        add(&mut text, b" | %", &[flag]);
    }
    text.extend_from_slice(b" }");
    Error::help(text)
}

/// `IFA_F_*` by bit, in the order in which they are shown.
pub const FLAGS: &str = "0 secondary|0 temporary|1 nodad|2 optimistic|3 dadfailed|4 home|5 deprecated|6 tentative|\
    7 permanent|8 mngtmpaddr|9 noprefixroute|10 autojoin|11 stable-privacy";

/// Flags that can be set on IPv6 addresses alone.
const INET6_FLAGS: u32 =
    ifa_f::NODAD | ifa_f::OPTIMISTIC | ifa_f::HOMEADDRESS | ifa_f::MANAGETEMPADDR;
/// Flags that can be set on any.
const OWN_FLAGS: u32 = ifa_f::NOPREFIXROUTE | ifa_f::MCAUTOJOIN;

type Op = (u16, u16);
const ADD: Op = (rtm::NEWADDR, nlm_f::CREATE | nlm_f::EXCL);
const CHANGE: Op = (rtm::NEWADDR, nlm_f::REPLACE);
const REPLACE: Op = (rtm::NEWADDR, nlm_f::CREATE | nlm_f::REPLACE);
const DELETE: Op = (rtm::DELADDR, 0);

/// For ever, in a lifetime.
const FOREVER: u32 = u32::MAX;

/// What is to be done with an address.
pub struct Req<'a> {
    op: Op,
    family: u8,
    local: Option<Prefix>,
    peer: Option<Prefix>,
    /// `+` (all ones) or `-` (all zeros) in place of a broadcast address.
    computed: Option<u8>,
    scope: u8,
    dev: Option<&'a [u8]>,
    flags: u32,
    /// Preferred and valid, in seconds.
    lifetimes: Option<[u32; 2]>,
    /// What the words set at once, in their order, behind a `struct ifaddrmsg` that is filled in last.
    msg: Msg,
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
    /// No keyword: the address itself.
    Bare,
}

/// In the order in which they are tried.
const WORDS: (&str, &[Word]) = (
    "=peer,=remote|broadcast,=brd|=anycast|=scope|=dev|=label|metric,priority,preference|valid_lft|preferred_lft|\
     proto|=local|help",
    {
        use Word::*;
        &[
            Peer, Broadcast, Anycast, Scope, Dev, Label, Metric, Valid, Preferred, Proto, Local,
            Help,
        ]
    },
);

/// Reads the words of a change.
pub fn parse<'a>(w: &mut Words<'a>, family: u8, op: Op) -> Result<Req<'a>> {
    let msg = Msg::new(op.0, op.1, &[0; 8]);
    let mut req = Req {
        op,
        family,
        local: None,
        peer: None,
        computed: None,
        scope: rt_scope::UNIVERSE,
        dev: None,
        flags: 0,
        lifetimes: None,
        msg,
    };
    let (mut broadcast, mut scoped) = (false, false);
    while let Some(word) = w.next() {
        if let Some(bit) = names::of_table(FLAGS, word) {
            set_flag(&mut req, 1 << bit, word, w);
            continue;
        }
        let known = args::pick(word, WORDS).unwrap_or(Word::Bare);
        let value = match known {
            Word::Help => return Err(usage()),
            Word::Bare => word,
            _ => w.value()?,
        };
        let number = |max: u64, reason: &str| {
            args::unsigned(value, max).ok_or_else(|| Error::bad_arg(value, reason))
        };
        match known {
            Word::Peer => {
                if req.peer.is_some() {
                    return Err(Error::duplicate(b"peer", value));
                }
                req.peer = Some(take(&mut req, ifa::ADDRESS, value, args::cidr)?);
            }
            Word::Broadcast => {
                if broadcast {
                    return Err(Error::duplicate(b"broadcast", value));
                }
                broadcast = true;
                match value {
                    b"+" | b"-" => req.computed = Some(value[0]),
                    _ => drop(take(&mut req, ifa::BROADCAST, value, args::addr)?),
                }
            }
            Word::Anycast => drop(take(&mut req, ifa::ANYCAST, value, args::addr)?),
            Word::Scope => {
                let scope = select::scope(value);
                req.scope = scope.ok_or_else(|| Error::bad_arg(value, "invalid scope value."))?;
                scoped = true;
            }
            Word::Dev => req.dev = Some(value),
            Word::Label => req.msg.str(ifa::LABEL, value),
            Word::Metric => {
                let n = number(u32::MAX.into(), "\"metric\" value is invalid\n")?;
                req.msg.u32(ifa::RT_PRIORITY, n as u32);
            }
            Word::Valid | Word::Preferred => {
                let (at, reason) = match known {
                    Word::Valid => (1, "valid_lft value"),
                    _ => (0, "preferred_lft value"),
                };
                let time = match value {
                    b"forever" => FOREVER,
                    _ => number(u32::MAX.into(), reason)? as u32,
                };
                req.lifetimes.get_or_insert([FOREVER; 2])[at] = time;
            }
            Word::Proto => {
                let named = names::of_table(names::ADDR_PROTOS, value);
                let n = match named.or_else(|| names::of_file("rt_addrprotos", value)) {
                    Some(n) => n,
                    None => number(0xff, "\"proto\" value is invalid\n")?,
                };
                req.msg.bytes(ifa::PROTO, &[n as u8]);
            }
            Word::Local | Word::Bare | Word::Help => {
                if req.local.is_some() {
                    return Err(Error::garbage("local", value));
                }
                let local = take(&mut req, ifa::LOCAL, value, args::cidr)?;
                let loopback = local.family == af::INET && local.bytes().first() == Some(&127);
                if loopback && !scoped && op != DELETE {
                    req.scope = rt_scope::HOST;
                }
                req.local = Some(local);
            }
        }
    }
    check(&req, w)?;
    Ok(req)
}

/// An address of the family that is known by now, or that it makes known, as an attribute.
fn take(
    req: &mut Req,
    attr: u16,
    word: &[u8],
    read: fn(&[u8], u8) -> Result<Prefix>,
) -> Result<Prefix> {
    let found = read(word, req.family)?;
    req.family = if req.family == 0 {
        found.family
    } else {
        req.family
    };
    req.msg.bytes(attr, found.bytes());
    Ok(found)
}

fn set_flag(req: &mut Req, flag: u32, word: &[u8], w: &mut Words) {
    let why = match flag {
        _ if flag & INET6_FLAGS != 0 && req.family != af::INET6 => {
            "Warning: % option can be set only for IPv6 addresses"
        }
        _ if flag & (INET6_FLAGS | OWN_FLAGS) == 0 => {
            "Warning: % option is not mutable from userspace"
        }
        _ => {
            req.flags |= flag;
            return;
        }
    };
    w.warn(&fill(why, &[word]));
}

/// Whether an IPv4 address is to be deleted whatever its prefix.
fn is_wildcard(req: &Req) -> bool {
    let bare = |local: &Prefix| local.family == af::INET && !local.explicit;
    req.op == DELETE && req.peer.is_none() && req.local.as_ref().is_some_and(bare)
}

/// What iproute2 refuses before it asks the kernel, and what it warns of.
fn check(req: &Req, w: &mut Words) -> Result<()> {
    const WILDCARD: &str = "\
Warning: Executing wildcard deletion to stay compatible with old scripts.
         Explicitly specify the prefix length (%/32) to avoid this warning.
         This special behaviour is likely to disappear in further releases,
         fix your scripts!";
    let local = req
        .local
        .as_ref()
        .map(|local| local.bytes())
        .unwrap_or_default();
    if is_wildcard(req) {
        let mut address = Vec::new();
        names::add_address(&mut address, local);
        w.warn(&fill(WILDCARD, &[&address]));
    }
    let [preferred, valid] = req.lifetimes.unwrap_or([FOREVER; 2]);
    let multicast = match req.family {
        af::INET => local.first().is_some_and(|first| first >> 4 == 14),
        _ => local.first() == Some(&0xff),
    };
    let wrong = if req.dev.is_none() {
        "Not enough information: \"dev\" argument is required."
    } else if req.computed.is_some() && req.family == af::INET6 {
        "Broadcast can be set only for IPv4 addresses"
    } else if valid == 0 {
        "valid_lft is zero"
    } else if preferred > valid {
        "preferred_lft is greater than valid_lft"
    } else if req.flags & ifa_f::MCAUTOJOIN != 0 && !multicast {
        "autojoin needs multicast address"
    } else {
        return Ok(());
    };
    Err(Error::refused(wrong, b""))
}

/// Completes the request's message; the device is `index` by now.
pub fn encode(req: &mut Req, index: u32) {
    let network = req.peer.as_ref().or(req.local.as_ref());
    let few_flags = if req.flags > 0xff { 0 } else { req.flags as u8 };
    let mut head = [
        req.family,
        network.map_or(0, |network| network.len),
        few_flags,
        req.scope,
        0,
        0,
        0,
        0,
    ];
    head[4..].copy_from_slice(&index.to_ne_bytes());
    req.msg.set_fixed(&head);
    if req.flags > 0xff {
        req.msg.u32(ifa::FLAGS, req.flags);
    }
    if let Some(local) = req
        .local
        .as_ref()
        .filter(|_| req.peer.is_none() && !is_wildcard(req))
    {
        req.msg.bytes(ifa::ADDRESS, local.bytes());
    }
    if let (Some(kind), Some(network)) = (req.computed, network)
        && let Ok(quad) = <[u8; 4]>::try_from(network.bytes())
        && network.len <= 30
        && req.op != DELETE
    {
        let hosts = u32::MAX >> network.len;
        let address = u32::from_be_bytes(quad);
        let address = if kind == b'+' {
            address | hosts
        } else {
            address & !hosts
        };
        req.msg.bytes(ifa::BROADCAST, &address.to_be_bytes());
    }
    if let Some([preferred, valid]) = req.lifetimes {
        req.msg.bytes(
            ifa::CACHEINFO,
            &[preferred, valid, 0, 0].map(u32::to_ne_bytes).concat(),
        );
    }
}

fn change(w: &mut Words, ctx: &Ctx, io: &mut Io, op: Op) -> Result<()> {
    let parsed = parse(w, ctx.family, op);
    io.out.warn(&std::mem::take(&mut w.warnings));
    let mut req = parsed?;
    let index = io.names.index(req.dev.unwrap_or_default())?;
    encode(&mut req, index);
    io.names.socket()?.ack(&mut req.msg)
}

/// An address message.
pub struct Record<'a> {
    kind: u16,
    /// `AF_*`.
    pub family: u8,
    len: u8,
    /// `RT_SCOPE_*`.
    pub scope: u8,
    /// `IFA_F_*`.
    pub flags: u32,
    /// Index of its interface.
    pub index: u32,
    attrs: [Option<Attr<'a>>; 12],
}

/// Reads an address message; `None` if it is none.
pub fn decode(message: Message<'_>) -> Option<Record<'_>> {
    let body = message.body;
    if !matches!(message.kind, rtm::NEWADDR | rtm::DELADDR) {
        return None;
    }
    let mut attrs = [None; 12];
    Attrs(body.get(8..)?).index(&mut attrs);
    let mut record = Record {
        kind: message.kind,
        family: body[0],
        len: body[1],
        scope: body[3],
        flags: body[2].into(),
        index: field(body, 4)?,
        attrs,
    };
    if let Some(flags) = record.get(ifa::FLAGS).and_then(Attr::u32) {
        record.flags = flags;
    }
    Some(record)
}

impl<'a> Record<'a> {
    /// An attribute.
    pub fn get(&self, attr: u16) -> Option<Attr<'a>> {
        self.attrs.get(usize::from(attr)).copied().flatten()
    }

    /// The address itself: on a point-to-point link the near end.
    pub fn local(&self) -> Option<&'a [u8]> {
        Some(self.get(ifa::LOCAL).or(self.get(ifa::ADDRESS))?.0)
    }
}

/// The addresses, by interface. The kernel goes through the interfaces in order, once for each family: each turn is a run
/// that can be searched.
#[derive(Default)]
struct Addresses {
    bytes: Vec<u8>,
    /// Interface, message type, and where the message's body is.
    list: Vec<(u32, u16, usize, usize)>,
}

impl Addresses {
    /// Hands on the addresses of one interface.
    fn of(&self, index: u32, each: &mut dyn FnMut(Record<'_>)) {
        let mut rest = &self.list[..];
        while !rest.is_empty() {
            let falls = rest.windows(2).position(|pair| pair[1].0 < pair[0].0);
            let (run, later) = rest.split_at(falls.map_or(rest.len(), |at| at + 1));
            let first = run.partition_point(|entry| entry.0 < index);
            for (_, kind, start, end) in run[first..].iter().take_while(|entry| entry.0 == index) {
                let body = &self.bytes[*start..*end];
                let message = Message {
                    kind: *kind,
                    flags: 0,
                    seq: 0,
                    body,
                };
                decode(message).into_iter().for_each(&mut *each);
            }
            rest = later;
        }
    }
}

/// Asks for the addresses of one interface (0: of all) and family.
fn addresses(family: u8, index: u32, names: &mut Names) -> Result<Addresses> {
    let mut head = [family, 0, 0, 0, 0, 0, 0, 0];
    head[4..].copy_from_slice(&index.to_ne_bytes());
    for turn in 1.. {
        let mut all = Addresses::default();
        let mut msg = Msg::new(rtm::GETADDR, 0, &head);
        let consistent = names.socket()?.dump(&mut msg, &mut |message| {
            if let Some(record) = decode(message) {
                let start = all.bytes.len();
                all.bytes.extend_from_slice(message.body);
                all.list
                    .push((record.index, message.kind, start, all.bytes.len()));
            }
            Ok(())
        })?;
        if consistent || turn == iface::TRIES {
            return Ok(all);
        }
    }
    Ok(Addresses::default())
}

/// `ip address show`.
fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut filter = Filter::default();
    let mut wanted = Wanted::default();
    wanted.family = ctx.family;
    while let Some(word) = w.next() {
        if wanted.take(word, w)? {
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
        None => addresses(wanted.family, 0, &mut io.names)?,
        Some(dev) => {
            let index = io.names.find(dev)?.ok_or_else(|| iface::unknown(dev))?;
            addresses(wanted.family, index, &mut io.names).map_err(|e| match e.errno() {
                libc::ENODEV => iface::unknown(dev),
                _ => e,
            })?
        }
    };
    // A link stays if one of its addresses is wanted, or if it has none and no family is asked for.
    let keep = |index, name: &[u8]| {
        let (mut any, mut passes) = (false, false);
        all.of(index, &mut |record| {
            any = true;
            passes |= wanted.passes(&record, name);
        });
        links_alone || passes || !any && wanted.family == 0
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
                all.of(link.index, &mut |record| {
                    // What the words leave out still has an empty place in JSON.
                    out.object("");
                    if wanted.passes(&record, link.name()) {
                        show(&record, ctx, out, names);
                    }
                    out.object_end();
                });
                out.array_end();
            }
            if ctx.brief {
                out.text("\n");
            } else if ctx.stats > 0 && part.is_some() {
                stats(link, ctx, out);
                out.text("\n");
            }
            Ok(())
        },
    )
}

/// Prints an address, to the end of its last line.
pub fn show(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    let color = if record.family == af::INET6 {
        Color::Inet6
    } else {
        Color::Inet
    };
    let address = |form: &str, attr: Attr, out: &mut Out| {
        names::add_address(out.value(), attr.0);
        out.paint(color).put(form, true);
    };
    if record.kind == rtm::DELADDR {
        out.yes("deleted|Deleted ");
    }
    if !ctx.brief {
        if out.style.oneline {
            out.uint("index|%: ", record.index.into());
            names.link(record.index, out.value());
            out.put("dev|%", true);
        }
        match record.family {
            af::INET => out.str("family|    % ", b"inet"),
            af::INET6 => out.str("family|    % ", b"inet6"),
            other => out.uint("family_index|    family % ", other.into()),
        }
    }
    let peer = record.get(ifa::ADDRESS);
    if let Some(own) = record.get(ifa::LOCAL).or(peer) {
        address("local|%", own, out);
        if let Some(peer) = peer.filter(|peer| *peer != own) {
            out.text(" peer ");
            address("address|%", peer, out);
        }
    }
    out.uint("prefixlen|/% ", record.len.into());
    if let Some(metric) = record.get(ifa::RT_PRIORITY).and_then(Attr::u32) {
        out.uint("metric|metric % ", metric.into());
    }
    if ctx.brief {
        return;
    }
    for &(attr, word, form) in &[
        (ifa::BROADCAST, "brd ", "broadcast|% "),
        (ifa::ANYCAST, "any ", "anycast|% "),
        (ifa::MULTICAST, "mcast ", "multicast|% "),
    ] {
        if let Some(found) = record.get(attr) {
            out.text(word);
            address(form, found, out);
        }
    }
    let name = |table, file, n: u8, out: &mut Out| {
        let known = names::in_table(table, n.into()).filter(|_| !ctx.numeric);
        let other = || names::in_file(file, n.into()).filter(|_| !ctx.numeric);
        let text = out.value();
        match known.map(Vec::from).or_else(other) {
            Some(name) => *text = name,
            None if table == names::SCOPES => add_unsigned(text, n.into()),
            None => {
                text.extend_from_slice(b"0x");
                hexadecimal(text, n.into(), 1);
            }
        }
    };
    name(names::SCOPES, "rt_scopes", record.scope, out);
    out.put("scope|scope % ", true);
    show_flags(record, out);
    if let Some(proto) = record.get(ifa::PROTO).and_then(Attr::u8)
        && (proto != 0 || out.json())
    {
        name(names::ADDR_PROTOS, "rt_addrprotos", proto, out);
        out.put("protocol|proto % ", true);
    }
    if let Some(label) = record.get(ifa::LABEL) {
        out.str("label|%", label.str());
    }
    if let Some(lifetimes) = record.get(ifa::CACHEINFO) {
        out.line_break();
        for &(at, word, key) in &[
            (4, "       valid_lft ", "valid_life_time"),
            (0, " preferred_lft ", "preferred_life_time"),
        ] {
            let time = field(lifetimes.0, at).unwrap_or(FOREVER);
            let past = at == 0 && record.flags & ifa_f::DEPRECATED != 0;
            out.text(word);
            match time {
                _ if out.json() => out.uint(key, time.into()),
                FOREVER => out.text("forever"),
                _ if past => out.int("|%sec", (time as i32).into()),
                _ => out.uint("|%sec", time.into()),
            }
        }
    }
    out.text("\n");
}

fn show_flags(record: &Record, out: &mut Out) {
    // What is temporary in one family is secondary in the other, and what is not permanent is dynamic.
    let other: &[u8] = if record.family == af::INET6 {
        b"secondary"
    } else {
        b"temporary"
    };
    let mut rest = record.flags ^ ifa_f::PERMANENT;
    for (bit, name) in names::Rows(FLAGS.as_bytes()).filter(|row| row.1 != other) {
        let bit = 1 << bit;
        let name = if bit == ifa_f::PERMANENT {
            b"dynamic"
        } else {
            name
        };
        if rest & bit != 0 {
            out.word(name);
        }
        rest &= !bit;
    }
    if rest != 0 {
        hexadecimal(out.value(), rest.into(), 2);
        out.put("ifa_flags|flags % ", true);
    }
}
