//! `ip nexthop show` and `get`.

use crate::args::Words;
use crate::error::{Error, KERNEL, Result};
use crate::ip::alike::{Alike, Last, Varying};
use crate::ip::command::{Ctx, Io};
use crate::ip::hop::object::{NHMSG, decode, show};
use crate::ip::hop::parse::parse_number;
use crate::ip::nexthop::filter::{Filter, parse, request, request_one};
use crate::names::Names;
use crate::nl::uapi::{nha, nha_op_flag, rtm};
use crate::nl::wire::{HEADER, Message, Msg, field};
use crate::out::Out;
use crate::text::add_unsigned;

/// Nexthops that differ in their ids alone: `id 5 …`.
static ALIKE: Alike = Alike {
    kind: rtm::NEWNEXTHOP,
    fixed: NHMSG,
    free: &[],
    varying: &[Varying {
        attr: nha::ID,
        word: Some(1),
    }],
    add: |text, _, id, _| add_unsigned(text, field(id, 0).unwrap_or(0).into()),
};

/// Lists the nexthops that the words choose.
pub fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let filter = parse(w, rtm::GETNEXTHOP, ctx.family, &mut io.names)?;
    let protocol = filter.protocol;
    if let Some(id) = filter.id {
        return print_one(id, protocol, ctx, io);
    }
    let mut plain = request(rtm::GETNEXTHOP, ctx.family);
    plain.raw(filter.msg.attrs(HEADER + NHMSG).0);
    let mut msg = encode(filter, ctx).0;
    let mut last = Last::new(&ALIKE, true, &io.out);
    io.print_list(
        &mut |socket, each| {
            let dumped = match socket.dump(&mut msg, each) {
                Err(e) if is_unknown(&e) => socket.dump(&mut plain, each),
                dumped => dumped,
            };
            dumped.map_err(|e| e.code_is(KERNEL))
        },
        &mut |message, out, names| {
            if !last.print(message, out) {
                let mark = out.mark();
                print(message, protocol, ctx, out, names)?;
                last.keep(message, mark, out);
            }
            Ok(())
        },
    )
}

/// Shows one nexthop.
pub fn get(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut id = 0;
    while let Some(word) = w.next() {
        if word != b"id" {
            return Err(Error::asks_for_usage());
        }
        id = parse_number(w.value()?, u32::MAX, "invalid id value")?;
    }
    match id {
        0 => Err(Error::asks_for_usage()),
        _ => print_one(id, 0, ctx, io),
    }
}

/// The request for what words choose, and whether it is for a dump: with an id it is for that one alone.
pub fn encode(mut filter: Filter, ctx: &Ctx) -> (Msg, bool) {
    if let Some(id) = filter.id {
        return (encode_one(id, ctx), false);
    }
    let flags = stats_flags(ctx);
    if flags != 0 {
        filter.msg.u32(nha::OP_FLAGS, flags);
    }
    (filter.msg, true)
}

/// The request for one nexthop.
fn encode_one(id: u32, ctx: &Ctx) -> Msg {
    let mut msg = request_one(rtm::GETNEXTHOP, id, ctx.family);
    msg.u32(nha::OP_FLAGS, stats_flags(ctx));
    msg
}

/// Asks for one nexthop, and prints it if it is of a protocol; 0 is for any.
fn print_one(id: u32, protocol: u32, ctx: &Ctx, io: &mut Io) -> Result<()> {
    io.print_answer(
        &mut |socket, each| {
            let done = match socket.get(&mut encode_one(id, ctx), each) {
                Err(e) if is_unknown(&e) => {
                    socket.get(&mut request_one(rtm::GETNEXTHOP, id, ctx.family), each)
                }
                done => done,
            };
            done.map(|()| true)
        },
        &mut |message, out, names| print(message, protocol, ctx, out, names),
    )
}

/// Whether a kernel may refuse a request so because of the flags for statistics, which came with Linux 6.9.
fn is_unknown(e: &Error) -> bool {
    e.errno() == libc::EINVAL
}

/// Which statistics the kernel is to send: `NHA_OP_FLAG_*`.
fn stats_flags(ctx: &Ctx) -> u32 {
    match ctx.stats {
        0 => 0,
        1 => nha_op_flag::DUMP_STATS,
        _ => nha_op_flag::DUMP_STATS | nha_op_flag::DUMP_HW_STATS,
    }
}

/// Prints the nexthop of a message, if it is of a protocol; 0 is for any.
pub fn print(
    message: &Message<'_>,
    protocol: u32,
    ctx: &Ctx,
    out: &mut Out,
    names: &mut Names,
) -> Result<()> {
    if let Some(record) = &decode(message)
        && (protocol == 0 || u32::from(record.protocol) == protocol)
    {
        out.object("");
        let shown = show(record, ctx, out, names);
        out.text("\n");
        out.object_end();
        return shown;
    }
    Ok(())
}
