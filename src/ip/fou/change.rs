//! `ip fou add` and `delete`: from words to a message.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
#[cfg(feature = "help")]
use crate::ip::fou::help;
use crate::ip::generic::Family;
use crate::keywords;
use crate::names::Names;
use crate::names::file::ip_protocol;
use crate::nl::genl::request;
use crate::nl::uapi::af;
use crate::nl::uapi::fou::{attr, cmd, encap};
use crate::nl::wire::Msg;
use crate::usage;

/// The usage of the object.
pub const USAGE: fn() -> Vec<u8> = usage!("fou { add | delete | show } ...", help::usage);

/// A port that is opened or closed.
#[derive(Default)]
struct Req<'a> {
    /// `FOU_CMD_*`.
    command: u8,
    /// `AF_*`.
    family: u8,
    /// Not 0.
    port: u16,
    /// The protocol of the packets inside, 0 if none is said.
    proto: u8,
    /// The packets say their protocol themselves.
    is_gue: bool,
    /// The addresses of this end and the other, as they were given.
    ends: [Option<&'a [u8]>; 2],
    /// The port of the other end, 0 for any.
    peer_port: u16,
    /// The device that the packets come in on.
    dev: Option<&'a [u8]>,
}

keywords! {
    /// The words, in the order in which they are tried.
    pub(crate) enum Word {
        Port = "port",
        Proto = "ipproto",
        Gue = "gue",
        Inet6 = "-6",
        Local = "local",
        Peer = "peer",
        PeerPort = "peer_port",
        Dev = "dev",
    }
}

/// Reads the words. `family` is that of the global options, 0 for IPv4.
fn parse<'a>(w: &mut Words<'a>, command: u8, family: u8) -> Result<Req<'a>> {
    let mut req = Req {
        command,
        family: if family == 0 { af::INET } else { family },
        ..Req::default()
    };
    while let Some(word) = w.next() {
        let Some(known) = Word::pick(word) else {
            let e = Error::usage("fou: unknown command \"%\"?", word);
            return Err(e.then(USAGE()));
        };
        match known {
            Word::Gue => req.is_gue = true,
            Word::Inet6 => req.family = af::INET6,
            _ => take_value(&mut req, known, w.value()?)?,
        }
    }
    check(&req).map_or(Ok(req), |text| Err(Error::usage(text, b"")))
}

/// Reads the value of a word.
fn take_value<'a>(req: &mut Req<'a>, word: Word, value: &'a [u8]) -> Result<()> {
    let wrong = |reason| Error::bad_arg(value, reason);
    let port = |reason| {
        let port = args::unsigned(value, 0xffff).filter(|port| *port > 0);
        port.map(|port| port as u16).ok_or_else(|| wrong(reason))
    };
    match word {
        Word::Port => req.port = port("invalid port")?,
        Word::PeerPort => req.peer_port = port("invalid peer port")?,
        Word::Proto => {
            let number = || args::unsigned(value, 0xff).map(|number| number as u8);
            let proto = number().or_else(|| ip_protocol(value));
            let proto = proto.filter(|proto| *proto > 0);
            req.proto = proto.ok_or_else(|| wrong("invalid ipproto"))?;
        }
        Word::Local => req.ends[0] = Some(value),
        Word::Peer => req.ends[1] = Some(value),
        _ if args::is_ifname(value) => req.dev = Some(value),
        _ => return Err(Error::refused("fou: invalid device name", b"")),
    }
    Ok(())
}

/// Why the words do not fit together. (iproute2 says so as well, and sends a request without an attribute.)
fn check(req: &Req) -> Option<&'static str> {
    let has_proto = req.proto > 0;
    if req.port == 0 {
        Some("fou: missing port")
    } else if has_proto && req.is_gue {
        Some("fou: cannot set ipproto and gue")
    } else if req.command == cmd::ADD && !has_proto && !req.is_gue {
        Some("fou: must set ipproto or gue")
    } else if req.ends[1].is_some() != (req.peer_port > 0) {
        Some("fou: both peer and peer port must be set")
    } else {
        None
    }
}

/// Makes the request, for the number that the family has; `index` is that of the device, or 0.
///
/// # Errors
/// What stands for an address is none of the family.
fn encode(req: &Req, family: u16, index: u32) -> Result<Msg> {
    let mut msg = request(family, req.command);
    msg.bytes(attr::PORT, &req.port.to_be_bytes());
    let kind = if req.is_gue {
        encap::GUE
    } else {
        encap::DIRECT
    };
    msg.bytes(attr::TYPE, &[kind]);
    msg.bytes(attr::AF, &[req.family]);
    if req.proto > 0 {
        msg.bytes(attr::IPPROTO, &[req.proto]);
    }
    for (end, attr) in req.ends.iter().zip([attr::LOCAL_V4, attr::PEER_V4]) {
        if let Some(word) = end {
            let address = args::addr(word, req.family)?;
            // The attribute for IPv6 is the next one.
            let attr = attr + u16::from(req.family != af::INET);
            msg.bytes(attr, address.bytes());
        }
    }
    if req.peer_port > 0 {
        msg.bytes(attr::PEER_PORT, &req.peer_port.to_be_bytes());
    }
    if index > 0 {
        msg.u32(attr::IFINDEX, index);
    }
    Ok(msg)
}

/// From words to a request, for the number that the family has. `inet` is the family of the global options.
pub fn message(
    w: &mut Words,
    command: u8,
    family: u16,
    inet: u8,
    names: &mut Names,
) -> Result<Msg> {
    let req = parse(w, command, inet)?;
    let index = match req.dev {
        Some(dev) => names.index_or(dev, |_| Error::refused("fou: unknown device name", b""))?,
        None => 0,
    };
    encode(&req, family, index)
}

/// Opens a port or closes one: `command` is `FOU_CMD_*`.
pub fn change(
    w: &mut Words,
    command: u8,
    family: &mut Family,
    ctx: &Ctx,
    io: &mut Io,
) -> Result<()> {
    let mut msg = message(w, command, family.id, ctx.family, &mut io.names)?;
    family.send(&mut msg, io)
}
