//! `ip token`: the part of an IPv6 address that a device has in place of one made of its link-layer address, where a router
//! announces the prefix.

use crate::args::{self, Words};
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{af, iff, ifla, inet6, rtm};
use crate::nl::wire::{Attr, Attrs, Message, Msg, field};
use crate::out::{Color, Out};
use crate::text::add_address;
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "list,lst,show" => list,
    "set,add" => |w, _, io| change(w, io, true),
    "delete" => |w, _, io| change(w, io, false),
    "get" => list,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

const OBJECT: Object = Object {
    name: "token",
    commands: COMMANDS,
    default: list,
    usage: usage!("token { set | del | list } ...", || {
        "Usage: ip token set TOKEN dev DEV\n       ip token del dev DEV\n       ip token [ list | get ] [ dev DEV ]".into()
    }),
};

/// Runs `ip token WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}

/// A token that is set.
struct Req {
    /// The address; empty, or one of zeros to delete it.
    token: Vec<u8>,
    /// Index of the device.
    index: u32,
}

/// Reads the value of `dev`.
fn find_dev(w: &mut Words, names: &mut Names) -> Result<u32> {
    names.index_or(w.value()?, |dev| Error::bad_arg(dev, "dev is invalid\n"))
}

/// Reads the words. Of several devices and of several tokens the first counts; to delete, no token is heard.
fn parse(w: &mut Words, sets: bool, names: &mut Names) -> Result<Req> {
    let (mut token, mut index) = (None, 0);
    if !sets {
        token = Some(vec![0; 16]);
    }
    while let Some(word) = w.next() {
        if word == b"dev" {
            match index {
                0 => index = find_dev(w, names)?,
                _ => _ = w.value()?,
            }
        } else if args::prefix(word, "help") {
            return Err(Error::asks_for_usage());
        } else if token.is_none() {
            token = Some(args::cidr(word, af::INET6)?.bytes().into());
        }
    }
    match token {
        None => {
            let text = "Not enough information: token is required.";
            Err(Error::refused(text, b""))
        }
        Some(_) if index == 0 => {
            let text = "Not enough information: \"dev\" argument is required.";
            Err(Error::refused(text, b""))
        }
        Some(token) => Ok(Req { token, index }),
    }
}

fn encode(req: &Req) -> Msg {
    let mut msg = Msg::new(rtm::SETLINK, 0, &ifinfo(af::INET6, req.index, 0, 0));
    msg.nest(ifla::AF_SPEC, |msg| {
        msg.nest(af::INET6.into(), |msg| msg.bytes(inet6::TOKEN, &req.token));
    });
    msg
}

/// From words to a request.
pub fn message(w: &mut Words, sets: bool, names: &mut Names) -> Result<Msg> {
    Ok(encode(&parse(w, sets, names)?))
}

fn change(w: &mut Words, io: &mut Io, sets: bool) -> Result<()> {
    let mut msg = message(w, sets, &mut io.names)?;
    io.send(&mut msg)
}

/// The token of a device. It borrows from the datagram.
pub struct Record<'a> {
    /// Index of the device.
    pub index: u32,
    /// The address, zeros where there is no token; `None` for kernels before 3.9.
    pub token: Option<Attr<'a>>,
}

/// Decodes a message; `None` if it is none of a device that can have a token.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    let body = message.body;
    let can = field(body, 8)? & (iff::LOOPBACK | iff::NOARP) == 0;
    if message.kind != rtm::NEWLINK || body[0] != af::INET6 || !can {
        return None;
    }
    let info = Attrs(body.get(16..)?).find(ifla::PROTINFO)?;
    Some(Record {
        index: field(body, 4)?,
        token: info.attrs().find(inet6::TOKEN),
    })
}

/// Prints the token of a device.
pub fn show(index: u32, token: Attr, out: &mut Out, names: &mut Names) {
    out.object("");
    add_address(out.begin(b"token "), token.0);
    out.end_with(b"token", Some(Color::Inet6), b"");
    out.text(" dev ");
    names.add_link_name(index, out.value());
    out.paint(Color::Ifname).put("ifname|%\n", true);
    out.object_end();
}

/// The request for all devices.
pub fn list_request() -> Msg {
    Msg::new(rtm::GETLINK, 0, &ifinfo(af::INET6, 0, 0, 0))
}

/// Lists the tokens of all devices, or of one. Other words are passed over, as by iproute2.
fn list(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let mut wanted = 0;
    while let Some(word) = w.next() {
        if word == b"dev" {
            wanted = find_dev(w, &mut io.names)?;
        }
    }
    io.print_list(
        &mut |socket, each| socket.dump(&mut list_request(), each),
        &mut |message, out, names| {
            let Some(record) = decode(message) else {
                return Ok(());
            };
            if wanted != 0 && wanted != record.index {
                return Ok(());
            }
            let Some(token) = record.token else {
                let text = "Seems there's no support for IPv6 token!\nDump terminated";
                return Err(Error::refused(text, b""));
            };
            show(record.index, token, out, names);
            Ok(())
        },
    )
}
