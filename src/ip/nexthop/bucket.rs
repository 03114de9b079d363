//! `ip nexthop bucket`: the buckets of resilient groups, each of which has one of the nexthops.

use crate::args::Words;
use crate::commands;
use crate::error::{Error, KERNEL, Result};
use crate::ip::command::{Commands, Ctx, Io};
use crate::ip::hop::object::{NHMSG, show_time};
use crate::ip::hop::parse::parse_number;
use crate::ip::hop::show::show_flags;
use crate::ip::nexthop::filter::{parse, request_one};
use crate::nl::uapi::{nha, nha_res_bucket, nla, rtm};
use crate::nl::wire::{Attr, Attrs, Message, Msg, field};
use crate::out::Out;

/// The commands.
pub const COMMANDS: Commands = commands! {
    Command:
    "list,show,lst" => list,
    "get" => get,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

/// Lists the buckets that the words choose.
pub fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut filter = parse(w, rtm::GETNEXTHOPBUCKET, ctx.family, &mut io.names)?;
    io.print_list(
        &mut |socket, each| {
            let dumped = socket.dump(&mut filter.msg, each);
            dumped.map_err(|e| match e.errno() {
                // As iproute2, where the kernel has no text for it.
                libc::ENOENT => Error::refused("Dump terminated", b"").code_is(KERNEL),
                _ => e.code_is(KERNEL),
            })
        },
        &mut |message, out, _| {
            print(message, out);
            Ok(())
        },
    )
}

/// Shows one bucket.
fn get(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let (mut id, mut index) = (0, None);
    while let Some(word) = w.next() {
        match word {
            b"id" => id = parse_number(w.value()?, u32::MAX, "invalid id value")?,
            b"index" => {
                let number = parse_number(w.value()?, 0xffff, "invalid bucket index value")?;
                index = Some(number as u16);
            }
            _ => return Err(Error::asks_for_usage()),
        }
    }
    let index = index.filter(|_| id != 0);
    let mut msg = encode(id, index.ok_or_else(Error::asks_for_usage)?, ctx.family);
    io.print_answer(
        &mut |socket, each| socket.get(&mut msg, each).map(|()| true),
        &mut |message, out, _| {
            print(message, out);
            Ok(())
        },
    )
}

/// The request for one bucket.
pub fn encode(id: u32, index: u16, family: u8) -> Msg {
    let mut msg = request_one(rtm::GETNEXTHOPBUCKET, id, family);
    msg.nest(nha::RES_BUCKET | nla::F_NESTED, |bucket| {
        bucket.number(nha_res_bucket::INDEX, index.into(), 2);
    });
    msg
}

/// A bucket message. It borrows from the datagram.
pub struct Record<'a> {
    /// The id of the group.
    id: Option<u32>,
    /// `NHA_RES_BUCKET_*`.
    bucket: Attrs<'a>,
    /// `RTNH_F_*`.
    flags: u32,
}

/// Decodes a bucket message; `None` if it is none.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    if message.kind != rtm::NEWNEXTHOPBUCKET {
        return None;
    }
    let attrs = Attrs(message.body.get(NHMSG..)?);
    Some(Record {
        id: attrs.find(nha::ID).and_then(Attr::u32),
        bucket: attrs.find(nha::RES_BUCKET).unwrap_or_default().attrs(),
        flags: field(message.body, 4)?,
    })
}

/// Shows a bucket, to the end of its line.
pub fn show(record: &Record, out: &mut Out) {
    let bucket = record.bucket;
    if let Some(id) = record.id {
        out.pair_uint(b"id", id.into());
    }
    out.object("bucket");
    if let Some(index) = bucket.find(nha_res_bucket::INDEX).and_then(Attr::u16) {
        out.pair_uint(b"index", index.into());
    }
    show_time(bucket.find(nha_res_bucket::IDLE_TIME), b"idle_time", out);
    if let Some(id) = bucket.find(nha_res_bucket::NH_ID).and_then(Attr::u32) {
        out.pair_uint(b"nhid", id.into());
    }
    out.object_end();
    show_flags(record.flags, out);
    out.text("\n");
}

/// Prints the bucket of a message.
pub fn print(message: &Message<'_>, out: &mut Out) {
    if let Some(record) = &decode(message) {
        out.object("");
        show(record, out);
        out.object_end();
    }
}
