//! `ip address add`, `change`, `replace` and `delete`: from words to a message.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::ifaddr::flags::find_flag;
use crate::ip::ifaddr::record::{FOREVER, decode};
use crate::ip::ifaddr::show::show_with_interface;
use crate::keywords;
use crate::names::Names;
use crate::names::file::{ADDR_PROTOS, SCOPES};
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
struct Req<'a> {
    is_deletion: bool,
    family: u8,
    /// The address itself, the one behind `peer`, and the last of the others.
    addresses: [Prefix; 3],
    has_broadcast: bool,
    /// The broadcast address is computed: `+` sets the host bits of the address, `-` clears them.
    broadcast: Option<u8>,
    scope: u8,
    has_scope: bool,
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
    /// The address itself; `None` also for `any`, which is sent, and for all else is no address.
    fn local(&self) -> Option<&Prefix> {
        Some(&self.addresses[0]).filter(|local| !local.bytes().is_empty())
    }

    /// The address behind `peer`, in the same way.
    fn peer(&self) -> Option<&Prefix> {
        Some(&self.addresses[1]).filter(|peer| !peer.bytes().is_empty())
    }
}

keywords! {
    /// The keywords, in the order in which they are tried.
    pub(crate) enum Word {
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
fn parse<'a>(w: &mut Words<'a>, req: &mut Req<'a>) -> Result<()> {
    while let Some(word) = w.next() {
        if let Some(flag) = find_flag(word) {
            set_flag(req, flag, word, w);
            continue;
        }
        // A word that is no keyword is the address, as behind `local`.
        let known = Word::pick(word).unwrap_or(Word::Local);
        let value = match known {
            Word::Help => return Err(Error::asks_for_usage()),
            Word::Local if word != b"local" => word,
            _ => w.value()?,
        };
        take_value(req, known, word, value)?;
    }
    check(req, w)
}

/// Reads the value of a keyword, which was written as `word`.
fn take_value<'a>(req: &mut Req<'a>, known: Word, word: &[u8], value: &'a [u8]) -> Result<()> {
    match known {
        Word::Peer => {
            if req.peer().is_some() {
                return Err(Error::duplicate(b"peer", value));
            }
            take_address(req, ifa::ADDRESS, value)?;
        }
        Word::Broadcast => {
            if req.has_broadcast {
                return Err(Error::duplicate(b"broadcast", value));
            }
            req.has_broadcast = true;
            match value {
                b"+" | b"-" => req.broadcast = Some(value[0]),
                _ => take_address(req, ifa::BROADCAST, value)?,
            }
        }
        Word::Anycast => take_address(req, ifa::ANYCAST, value)?,
        Word::Scope => {
            req.scope = SCOPES.byte_of(value, "invalid scope value.")?;
            req.has_scope = true;
        }
        Word::Dev => req.dev = Some(value),
        Word::Label => req.msg.str(ifa::LABEL, value),
        Word::Metric => {
            let metric = number(value, "\"metric\" value is invalid\n")?;
            req.msg.u32(ifa::RT_PRIORITY, metric);
        }
        Word::Valid | Word::Preferred => {
            let (at, key, reason) = match known {
                Word::Valid => (1, "valid_lft", "valid_lft value"),
                _ => (0, "preferred_lft", "preferred_lft value"),
            };
            if req.has_lifetime[at] {
                return Err(Error::duplicate(key.as_bytes(), word));
            }
            req.has_lifetime[at] = true;
            if value != b"forever" {
                req.lifetimes[at] = number(value, reason)?;
            }
        }
        Word::Proto => {
            let proto = ADDR_PROTOS.byte_of(value, "\"proto\" value is invalid\n")?;
            req.msg.bytes(ifa::PROTO, &[proto]);
        }
        Word::Local | Word::Help => {
            if req.local().is_some() {
                return Err(Error::garbage("local", value));
            }
            take_address(req, ifa::LOCAL, value)?;
            let local = &req.addresses[0];
            let is_loopback = local.family == af::INET && local.first() == 127;
            if is_loopback && !req.has_scope && !req.is_deletion {
                req.scope = rt_scope::HOST;
            }
            req.word = value;
        }
    }
    Ok(())
}

/// Parses a number of 32 bits.
fn number(word: &[u8], reason: &str) -> Result<u32> {
    match args::unsigned(word, u32::MAX.into()) {
        Some(number) => Ok(number as u32),
        None => Err(Error::bad_arg(word, reason)),
    }
}

/// Parses an address of the family of the request, which the first address sets, and adds it as an attribute.
fn take_address(req: &mut Req, attr: u16, word: &[u8]) -> Result<()> {
    let place = match attr {
        ifa::LOCAL => 0,
        ifa::ADDRESS => 1,
        _ => 2,
    };
    let address = &mut req.addresses[place];
    address.read_in(word, &mut req.family, place < 2)?;
    req.msg.bytes(attr, address.bytes());
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
    req.is_deletion && req.peer().is_none() && req.local().is_some_and(bare)
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
    if req.broadcast.is_some() && req.family == af::INET6 && !req.is_deletion {
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
fn encode(req: &mut Req, index: u32) {
    let network = req.peer().or(req.local());
    let len = network.map_or(0, |network| network.len);
    // A peer whose prefix has the length 0, as `peer default`, leaves the address the length of its own.
    let own_len = if len == 0 { req.addresses[0].len } else { len };
    let few_flags = if req.flags > 0xff { 0 } else { req.flags as u8 };
    let mut head = [req.family, own_len, few_flags, req.scope, 0, 0, 0, 0];
    head[4..].copy_from_slice(&index.to_ne_bytes());
    let mut broadcast = None;
    if let (Some(kind), Some(network)) = (req.broadcast, network)
        && let Ok(quad) = network.bytes().try_into()
        && len <= 30
        && !req.is_deletion
    {
        let hosts = u32::MAX >> len;
        let address = u32::from_be_bytes(quad);
        broadcast = Some(match kind {
            b'+' => address | hosts,
            _ => address & !hosts,
        });
    }
    let only_local = req.peer().is_none() && req.local().is_some() && !is_wildcard(req);
    req.msg.set_fixed(&head);
    if req.flags > 0xff {
        req.msg.u32(ifa::FLAGS, req.flags);
    }
    if only_local {
        req.msg.bytes(ifa::ADDRESS, req.addresses[0].bytes());
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
    let mut req = Box::new(Req {
        is_deletion: op.0 == rtm::DELADDR,
        family,
        addresses: [Prefix::default(); 3],
        has_broadcast: false,
        broadcast: None,
        scope: rt_scope::UNIVERSE,
        has_scope: false,
        dev: None,
        flags: 0,
        lifetimes: [FOREVER; 2],
        has_lifetime: [false; 2],
        word: b"",
        msg: Msg::new(op.0, op.1, &[0; 8]),
    });
    parse(w, &mut req)?;
    let index = names.index_of(req.dev.unwrap_or_default())?;
    check_values(&req)?;
    encode(&mut req, index);
    Ok(std::mem::take(&mut req.msg))
}

/// Makes a change.
pub fn change(w: &mut Words, ctx: &Ctx, io: &mut Io, op: Op) -> Result<()> {
    let op = (op.0, op.1 | ctx.echo_flag());
    let made = message(w, op, ctx.family, &mut io.names);
    io.warn(&std::mem::take(&mut w.warnings));
    io.change(ctx, &mut made?, &mut |message, out, names| {
        let Some(record) = &decode(message) else {
            return false;
        };
        out.object("");
        show_with_interface(record, ctx, out, names);
        if ctx.brief {
            out.text("\n");
        }
        out.object_end();
        true
    })
}
