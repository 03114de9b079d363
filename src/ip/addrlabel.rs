//! `ip addrlabel`: the labels of prefixes by which the kernel chooses the source of an IPv6 packet (RFC 6724).

use crate::args::{self, Prefix, Words};
use crate::commands;
use crate::error::{Error, Result, USAGE};
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::ip::hop::show::{color_of, show_dev};
use crate::names::Names;
use crate::nl::uapi::{af, ifal, nlm_f, rtm};
use crate::nl::wire::{Attr, Attrs, Message, Msg, field};
use crate::out::Out;
use crate::text::add_address;
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "list,lst,show" => list,
    "add" => |w, ctx, io| change(w, ctx, io, ADD),
    "delete" => |w, ctx, io| change(w, ctx, io, DELETE),
    "flush" => flush,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

const OBJECT: Object = Object {
    name: "addrlabel",
    commands: COMMANDS,
    default: list,
    usage: usage!("addrlabel { add | del | list | flush } ...", || {
        "Usage: ip addrlabel { add | del } prefix PREFIX [ dev DEV ] label LABEL\n       \
         ip addrlabel [ list | flush | help ]"
            .into()
    }),
};

/// Runs `ip addrlabel WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}

/// What is done: the `RTM_*` and `NLM_F_*` of the request.
pub type Op = (u16, u16);
/// `add`.
pub const ADD: Op = (rtm::NEWADDRLABEL, nlm_f::CREATE | nlm_f::EXCL);
/// `delete`.
pub const DELETE: Op = (rtm::DELADDRLABEL, 0);

/// A label that is changed.
struct Req {
    prefix: Prefix,
    /// Index of the device that it is for, 0 for all.
    index: u32,
    label: u32,
}

/// No label: the kernel takes any other number.
const NONE: u32 = u32::MAX;

/// Reads the words of a change. Those that mean nothing are passed over, as by iproute2.
fn parse(w: &mut Words, family: u8, names: &mut Names) -> Result<Req> {
    let (mut prefix, mut index, mut label) = (None, 0, NONE);
    while let Some(word) = w.next() {
        match word {
            b"prefix" => prefix = Some(args::cidr(w.value()?, family)?),
            b"dev" => {
                index =
                    names.index_or(w.value()?, |dev| Error::bad_arg(dev, "dev is invalid\n"))?;
            }
            b"label" => {
                let word = w.value()?;
                let number = args::unsigned(word, (NONE - 1).into());
                label = number.ok_or_else(|| Error::bad_arg(word, "label is invalid\n"))? as u32;
            }
            _ => {}
        }
    }
    let missing: &[u8] = match prefix {
        Some(prefix) if label != NONE => {
            return Ok(Req {
                prefix,
                index,
                label,
            });
        }
        Some(_) => b"label",
        None => b"prefix",
    };
    let text = "Not enough information: \"%\" argument is required.";
    Err(Error::refused(text, missing))
}

/// The family of the messages: IPv6, the only one that has labels, unless another is said.
fn family_of(family: u8) -> u8 {
    if family == 0 { af::INET6 } else { family }
}

/// A request with `struct ifaddrlblmsg`: family, a reserved byte, length of the prefix, flags, index and sequence number.
fn request(op: Op, family: u8, len: u8, index: u32) -> Msg {
    let mut head = [0; 12];
    head[0] = family_of(family);
    head[2] = len;
    head[4..8].copy_from_slice(&index.to_ne_bytes());
    Msg::new(op.0, op.1, &head)
}

fn encode(req: &Req, op: Op, family: u8) -> Msg {
    let mut msg = request(op, family, req.prefix.len, req.index);
    msg.u32(ifal::LABEL, req.label);
    msg.bytes(ifal::ADDRESS, req.prefix.bytes());
    msg
}

/// From words to a request.
pub fn message(w: &mut Words, op: Op, family: u8, names: &mut Names) -> Result<Msg> {
    Ok(encode(&parse(w, family, names)?, op, family))
}

/// The request for all labels.
pub fn list_request(family: u8) -> Msg {
    request((rtm::GETADDRLABEL, 0), family, 0, 0)
}

fn change(w: &mut Words, ctx: &Ctx, io: &mut Io, op: Op) -> Result<()> {
    let mut msg = message(w, op, ctx.family, &mut io.names)?;
    io.send(&mut msg)
}

/// The label of a prefix. It borrows from the datagram.
pub struct Record<'a> {
    /// `RTM_NEWADDRLABEL` or `RTM_DELADDRLABEL`.
    pub kind: u16,
    /// `AF_*`.
    pub family: u8,
    /// The length of the prefix, in bits.
    pub len: u8,
    /// Index of the device that it is for, 0 for all.
    pub index: u32,
    /// The prefix.
    pub address: Option<Attr<'a>>,
    /// The label.
    pub label: Option<u32>,
}

/// Decodes a message; `None` if it is none about a label.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    let body = message.body;
    if !matches!(message.kind, rtm::NEWADDRLABEL | rtm::DELADDRLABEL) {
        return None;
    }
    let attrs = Attrs(body.get(12..)?);
    Some(Record {
        kind: message.kind,
        family: body[0],
        len: body[2],
        index: field(body, 4)?,
        address: attrs.find(ifal::ADDRESS),
        label: attrs.find(ifal::LABEL).and_then(Attr::u32),
    })
}

/// Prints the label of a prefix.
pub fn show(record: &Record, out: &mut Out, names: &mut Names) {
    out.object("");
    if record.kind == rtm::DELADDRLABEL {
        out.yes("deleted|Deleted ");
    }
    if let Some(address) = record.address {
        add_address(out.begin(b"prefix "), address.0);
        out.end_with(b"address", color_of(record.family), b"");
        out.uint("prefixlen|/% ", record.len.into());
    }
    if record.index != 0 {
        show_dev(b"dev ", b"ifname", record.index, out, names);
    }
    if let Some(label) = record.label {
        out.pair_uint(b"label", label.into());
    }
    out.text("\n");
    out.object_end();
}

fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    if w.peek().is_some() {
        let text = "\"ip addrlabel show\" does not take any arguments.";
        return Err(Error::refused(text, b""));
    }
    io.print_list(
        // iproute2's exit status.
        &mut |socket, each| {
            let dumped = socket.dump(&mut list_request(ctx.family), each);
            dumped.map_err(|e| e.code_is(USAGE))
        },
        &mut |message, out, names| {
            if let Some(record) = &decode(message) {
                show(record, out, names);
            }
            Ok(())
        },
    )
}

/// Deletes all labels. Nothing is said of it.
fn flush(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    if w.peek().is_some() {
        let text = "\"ip addrlabel flush\" does not allow extra arguments";
        return Err(Error::refused(text, b""));
    }
    let names = &mut io.names;
    let mut socket = names.lend()?;
    let mut request = list_request(ctx.family);
    let done = socket.dump_for("Flush terminated", &mut request, &mut |message| {
        let mut msg = Msg::new(rtm::DELADDRLABEL, 0, message.body);
        names.socket()?.ack(&mut msg, &mut |_| Ok(()))
    });
    names.give_back(socket);
    done.map(drop)
}
