//! `ip address add`, `change`, `replace` and `delete`: from words to a message.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::ifaddr::filter::parse_scope;
use crate::ip::ifaddr::flags::find_flag;
use crate::ip::ifaddr::record::FOREVER;
use crate::keywords;
use crate::names::Names;
use crate::names::file::number_in;
use crate::names::table::ADDR_PROTOS;
use crate::nl::uapi::{af, ifa, ifa_f, nlm_f, rt_scope, rtm};
use crate::nl::wire::Msg;
use crate::text::fill_one;

/// Flags that can be set on IPv6 addresses only.
const INET6_FLAGS: u32 =
    ifa_f::NODAD | ifa_f::OPTIMISTIC | ifa_f::HOMEADDRESS | ifa_f::MANAGETEMPADDR;
/// Flags that can be set on all addresses.
const OWN_FLAGS: u32 = ifa_f::NOPREFIXROUTE | ifa_f::MCAUTOJOIN;

/// What is done: the `RTM_*` and `NLM_F_*` of the request.
pub type Op = (u16, u16);
/// `add`.
pub const ADD: Op = (rtm::NEWADDR, nlm_f::CREATE | nlm_f::EXCL);
/// `change`.
pub const CHANGE: Op = (rtm::NEWADDR, nlm_f::REPLACE);
/// `replace`.
pub const REPLACE: Op = (rtm::NEWADDR, nlm_f::CREATE | nlm_f::REPLACE);
/// `delete`.
pub const DELETE: Op = (rtm::DELADDR, 0);

/// A change of an address.
pub struct Req<'a> {
    op: Op,
    family: u8,
    /// The addresses, by their `IFA_*`.
    addresses: [Option<Prefix>; 6],
    /// The broadcast address is computed: `+` sets the host bits of the address, `-` clears them.
    broadcast: Option<u8>,
    scope: u8,
    dev: Option<&'a [u8]>,
    flags: u32,
    /// Preferred and valid lifetime, in seconds, and whether they were given.
    lifetimes: [u32; 2],
    has_lifetime: [bool; 2],
    /// The address as it was given.
    word: &'a [u8],
    /// The request: `struct ifaddrmsg`, filled in last, and the attributes that need nothing but their words, in the
    /// order of these.
    msg: Msg,
}

impl Req<'_> {
    fn local(&self) -> Option<&Prefix> {
        self.addresses[usize::from(ifa::LOCAL)].as_ref()
    }

    fn peer(&self) -> Option<&Prefix> {
        self.addresses[usize::from(ifa::ADDRESS)].as_ref()
    }
}

keywords! {
    /// The keywords, in the order in which they are tried.
    enum Word {
        Peer = "=peer,=remote",
        Broadcast = "broadcast,=brd",
        Anycast = "=anycast",
        Scope = "=scope",
        Dev = "=dev",
        Label = "=label",
        Metric = "metric,priority,preference",
        Valid = "valid_lft",
        Preferred = "preferred_lft",
        Proto = "proto",
        Local = "=local",
        Help = "help",
    }
}

/// Reads the words of a change.
pub fn parse<'a>(w: &mut Words<'a>, family: u8, op: Op) -> Result<Req<'a>> {
    let msg = Msg::new(op.0, op.1, &[0; 8]);
    let mut req = Req {
        op,
        family,
        addresses: [None; 6],
        broadcast: None,
        scope: rt_scope::UNIVERSE,
        dev: None,
        flags: 0,
        lifetimes: [FOREVER; 2],
        has_lifetime: [false; 2],
        word: b"",
        msg,
    };
    let (mut has_broadcast, mut has_scope) = (false, false);
    while let Some(word) = w.next() {
        if let Some(flag) = find_flag(word) {
            set_flag(&mut req, flag, word, w);
            continue;
        }
        // A word that is no keyword is the address, as behind `local`.
        let known = Word::pick(word).unwrap_or(Word::Local);
        let bare = known == Word::Local && word != b"local";
        let value = match known {
            Word::Help => return Err(Error::asks_for_usage()),
            _ if bare => word,
            _ => w.value()?,
        };
        let number = |max: u64, reason: &str| {
            args::unsigned(value, max).ok_or_else(|| Error::bad_arg(value, reason))
        };
        match known {
            Word::Peer => {
                if req.peer().is_some() {
                    return Err(Error::duplicate(b"peer", value));
                }
                take_address(&mut req, ifa::ADDRESS, value, args::cidr)?;
            }
            Word::Broadcast => {
                if has_broadcast {
                    return Err(Error::duplicate(b"broadcast", value));
                }
                has_broadcast = true;
                match value {
                    b"+" | b"-" => req.broadcast = Some(value[0]),
                    _ => take_address(&mut req, ifa::BROADCAST, value, args::addr)?,
                }
            }
            Word::Anycast => take_address(&mut req, ifa::ANYCAST, value, args::addr)?,
            Word::Scope => {
                let scope = parse_scope(value);
                req.scope = scope.ok_or_else(|| Error::bad_arg(value, "invalid scope value."))?;
                has_scope = true;
            }
            Word::Dev => req.dev = Some(value),
            Word::Label => req.msg.str(ifa::LABEL, value),
            Word::Metric => {
                let n = number(u32::MAX.into(), "\"metric\" value is invalid\n")?;
                req.msg.u32(ifa::RT_PRIORITY, n as u32);
            }
            Word::Valid | Word::Preferred => {
                let (at, key, reason) = match known {
                    Word::Valid => (1, "valid_lft", "valid_lft value"),
                    _ => (0, "preferred_lft", "preferred_lft value"),
                };
                if req.has_lifetime[at] {
                    return Err(Error::duplicate(key.as_bytes(), key.as_bytes()));
                }
                req.has_lifetime[at] = true;
                if value != b"forever" {
                    req.lifetimes[at] = number(u32::MAX.into(), reason)? as u32;
                }
            }
            Word::Proto => {
                let named = ADDR_PROTOS.number_of(value);
                let n = match named.or_else(|| number_in("rt_addrprotos", value)) {
                    Some(n) => n,
                    None => number(0xff, "\"proto\" value is invalid\n")?,
                };
                req.msg.bytes(ifa::PROTO, &[n as u8]);
            }
            Word::Local | Word::Help => {
                if req.local().is_some() {
                    return Err(Error::garbage("local", value));
                }
                take_address(&mut req, ifa::LOCAL, value, args::cidr)?;
                let is_loopback = |local: &Prefix| local.family == af::INET && local.first() == 127;
                if req.local().is_some_and(is_loopback) && !has_scope && op != DELETE {
                    req.scope = rt_scope::HOST;
                }
                req.word = value;
            }
        }
    }
    check(&req, w)?;
    Ok(req)
}

/// Parses an address of the family of the request, which the first address sets, and adds it as an attribute.
fn take_address(
    req: &mut Req,
    attr: u16,
    word: &[u8],
    read: fn(&[u8], u8) -> Result<Prefix>,
) -> Result<()> {
    let found = read(word, req.family)?;
    if req.family == 0 {
        req.family = found.family;
    }
    req.msg.bytes(attr, found.bytes());
    req.addresses[usize::from(attr)] = Some(found);
    Ok(())
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
    w.warn(&fill_one(why, word));
}

/// Whether an IPv4 address is deleted with any length of its prefix, since none was given.
fn is_wildcard(req: &Req) -> bool {
    let bare = |local: &Prefix| local.family == af::INET && !local.explicit;
    req.op == DELETE && req.peer().is_none() && req.local().is_some_and(bare)
}

/// Checks what iproute2 checks before it looks for the device.
fn check(req: &Req, w: &mut Words) -> Result<()> {
    const WILDCARD: &str = "\
Warning: Executing wildcard deletion to stay compatible with old scripts.
         Explicitly specify the prefix length (%/32) to avoid this warning.
         This special behaviour is likely to disappear in further releases,
         fix your scripts!";
    if req.dev.is_none() {
        return Err(Error::refused(
            "Not enough information: \"dev\" argument is required.",
            b"",
        ));
    }
    if is_wildcard(req) {
        w.warn(&fill_one(WILDCARD, req.word));
    }
    if req.broadcast.is_some() && req.family == af::INET6 && req.op != DELETE {
        return Err(Error::refused(
            "Broadcast can be set only for IPv4 addresses",
            b"",
        ));
    }
    Ok(())
}

/// Checks what iproute2 checks after it has found the device.
fn check_values(req: &Req) -> Result<()> {
    let [preferred, valid] = req.lifetimes;
    let first = req.local().map_or(0, Prefix::first);
    let multicast = if req.family == af::INET {
        first >> 4 == 14
    } else {
        first == 0xff
    };
    let wrong = if valid == 0 {
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

/// Completes the request; `index` is that of the device.
pub fn encode(req: &mut Req, index: u32) {
    let network = req.peer().or(req.local());
    let len = network.map_or(0, |network| network.len);
    let few_flags = if req.flags > 0xff { 0 } else { req.flags as u8 };
    let mut head = [req.family, len, few_flags, req.scope, 0, 0, 0, 0];
    head[4..].copy_from_slice(&index.to_ne_bytes());
    let mut broadcast = None;
    if let (Some(kind), Some(network)) = (req.broadcast, network)
        && let Ok(quad) = network.bytes().try_into()
        && len <= 30
        && req.op != DELETE
    {
        let hosts = u32::MAX >> len;
        let address = u32::from_be_bytes(quad);
        broadcast = Some(match kind {
            b'+' => address | hosts,
            _ => address & !hosts,
        });
    }
    let only_local = req.peer().is_none() && !is_wildcard(req);
    let local = &req.addresses[usize::from(ifa::LOCAL)];
    req.msg.set_fixed(&head);
    if req.flags > 0xff {
        req.msg.u32(ifa::FLAGS, req.flags);
    }
    if let Some(local) = local
        && only_local
    {
        req.msg.bytes(ifa::ADDRESS, local.bytes());
    }
    if let Some(address) = broadcast {
        req.msg.bytes(ifa::BROADCAST, &address.to_be_bytes());
    }
    if req.has_lifetime != [false; 2] {
        let mut times = [0; 16];
        times[..4].copy_from_slice(&req.lifetimes[0].to_ne_bytes());
        times[4..8].copy_from_slice(&req.lifetimes[1].to_ne_bytes());
        req.msg.bytes(ifa::CACHEINFO, &times);
    }
}

/// From words to a request. The warnings are in `w`.
pub fn message(w: &mut Words, op: Op, family: u8, names: &mut Names) -> Result<Msg> {
    let mut req = parse(w, family, op)?;
    let index = names.index_of(req.dev.unwrap_or_default())?;
    check_values(&req)?;
    encode(&mut req, index);
    Ok(req.msg)
}

/// Makes a change.
pub fn change(w: &mut Words, ctx: &Ctx, io: &mut Io, op: Op) -> Result<()> {
    if ctx.echo {
        let text = "Option \"-echo\" is not supported by ipso for addresses.";
        return Err(Error::usage(text, b""));
    }
    let made = message(w, op, ctx.family, &mut io.names);
    io.out.warn(&std::mem::take(&mut w.warnings));
    io.names.socket()?.ack(&mut made?, &mut |_| Ok(()))
}
