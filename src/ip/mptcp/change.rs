//! `ip mptcp endpoint add`, `delete` and `change`: from words to a message. That of `show` for one address is made here too.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, Result};
use crate::ip::command::Io;
use crate::ip::generic::Family;
use crate::keywords;
use crate::name_table;
use crate::names::Names;
use crate::names::table::Table;
use crate::nl::genl::request;
use crate::nl::uapi::mptcp::{addr_attr, addr_flag, attr, cmd};
use crate::nl::uapi::{af, nla};
use crate::nl::wire::Msg;

/// An address that is changed or asked for.
#[derive(Default)]
struct Req<'a> {
    /// `MPTCP_PM_CMD_*`.
    command: u8,
    /// `MPTCP_PM_ADDR_FLAG_*`.
    flags: u32,
    id: Option<u8>,
    dev: Option<&'a [u8]>,
    /// 0 for that of the connection.
    port: u16,
    address: Option<Prefix>,
}

/// `MPTCP_PM_ADDR_FLAG_*` in the order in which they are shown, and words that leave a flag out.
pub static FLAGS: Table = name_table!(
    "1 signal|2 subflow|4 backup|8 fullmesh|16 implicit|32 laminar|0 nobackup|0 nofullmesh"
);
/// The flags that these have.
pub const KNOWN_FLAGS: u32 = 0x3f;
/// Those that can be changed.
const CHANGEABLE: u32 = addr_flag::BACKUP | addr_flag::FULLMESH;
/// Those that exclude each other.
const EITHER: u32 = addr_flag::SIGNAL | addr_flag::FULLMESH;

keywords! {
    /// The words that have a value.
    pub(crate) enum Word {
        Id = "id",
        Dev = "dev",
        Port = "port",
    }
}

/// Reads the words.
fn parse<'a>(w: &mut Words<'a>, command: u8) -> Result<Req<'a>> {
    let mut req = Req {
        command,
        ..Req::default()
    };
    while let Some(word) = w.next() {
        if let Some(flag) = FLAGS.number_of(word) {
            req.flags |= flag as u32;
            let wrong = match command {
                cmd::ADD_ADDR if req.flags & EITHER == EITHER => {
                    "flags mustn't have both signal and fullmesh"
                }
                cmd::SET_FLAGS if req.flags & !CHANGEABLE != 0 => {
                    "invalid flags, backup and fullmesh only"
                }
                _ => continue,
            };
            return Err(Error::bad_arg(word, wrong));
        }
        let Some(known) = Word::pick(word) else {
            // A word that is no keyword is the address.
            req.address = Some(args::addr(word, 0)?);
            continue;
        };
        let value = w.value()?;
        let number = |max, reason| {
            let number = args::unsigned(value, max);
            number.ok_or_else(|| Error::bad_arg(value, reason))
        };
        match known {
            Word::Id => req.id = Some(number(0xff, "invalid ID\n")? as u8),
            Word::Port => req.port = number(0xffff, "expected port")? as u16,
            Word::Dev if args::is_ifname(value) => req.dev = Some(value),
            Word::Dev => return Err(Error::bad_arg(value, "invalid interface name\n")),
        }
    }
    match check(&req) {
        Some((what, "")) => Err(Error::required(what)),
        Some((what, reason)) => Err(Error::bad_arg(what.as_bytes(), reason)),
        None => Ok(req),
    }
}

/// What is wrong about the words together, and why; there is no reason where it is missing.
fn check(req: &Req) -> Option<(&'static str, &'static str)> {
    let has_address = req.address.is_some();
    match (req.command, req.id) {
        (cmd::ADD_ADDR, _) if !has_address => Some(("ADDRESS", "")),
        (cmd::DEL_ADDR, None) => Some(("ID", "")),
        (cmd::DEL_ADDR, Some(1..)) if has_address => {
            Some(("ADDRESS", "invalid for non-zero id address\n"))
        }
        // That is the address of the connection's first subflow.
        (cmd::DEL_ADDR, Some(0)) if !has_address => {
            Some(("ID", "address is needed for deleting id 0 address\n"))
        }
        (cmd::DEL_ADDR, _) => None,
        (_, Some(0)) => Some(("ID", "cannot be 0\n")),
        (cmd::ADD_ADDR, _) if req.port > 0 && req.flags & addr_flag::SIGNAL == 0 => {
            Some(("port", "flags must have signal when using port"))
        }
        (cmd::SET_FLAGS, Some(_)) if req.port > 0 => Some(("port", "port can't be used with id")),
        _ => None,
    }
}

/// Makes the request, for the number that the family has; `index` is that of the device, or 0.
fn encode(req: &Req, family: u16, index: u32) -> Msg {
    let mut msg = request(family, req.command);
    msg.nest(attr::ADDR | nla::F_NESTED, |msg| {
        if let Some(id) = req.id {
            msg.bytes(addr_attr::ID, &[id]);
        }
        for (attr, number) in [(addr_attr::FLAGS, req.flags), (addr_attr::IF_IDX, index)] {
            if number > 0 {
                msg.u32(attr, number);
            }
        }
        if req.port > 0 {
            msg.number(addr_attr::PORT, req.port.into(), 2);
        }
        if let Some(address) = &req.address {
            msg.number(addr_attr::FAMILY, address.family.into(), 2);
            let attr = match address.family {
                af::INET => addr_attr::ADDR4,
                _ => addr_attr::ADDR6,
            };
            msg.bytes(attr, address.bytes());
        }
    });
    msg
}

/// From words to a request, for the number that the family has; `command` is `MPTCP_PM_CMD_*`.
pub fn message(w: &mut Words, command: u8, family: u16, names: &mut Names) -> Result<Msg> {
    let req = parse(w, command)?;
    let index = match req.dev {
        Some(dev) => names.index_or(dev, |dev| Error::bad_arg(dev, "device does not exist\n"))?,
        None => 0,
    };
    Ok(encode(&req, family, index))
}

/// Makes a change.
pub fn change(w: &mut Words, command: u8, family: &mut Family, io: &mut Io) -> Result<()> {
    let mut msg = message(w, command, family.id, &mut io.names)?;
    family.send(&mut msg, io)
}
