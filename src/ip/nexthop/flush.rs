//! `ip nexthop flush`.

use crate::args::Words;
use crate::error::{KERNEL, REFUSED, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::hop::object::decode;
use crate::ip::nexthop::filter::{parse, request, request_one};
use crate::nl::uapi::{nha, rtm};
use crate::nl::wire::Msg;

/// Deletes the nexthops that the words choose. What is said of it is text, also with `-j`, as in iproute2.
pub fn flush(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut count = 0;
    if w.peek().is_none() {
        // Groups first: the kernel deletes a group with the last of its members, and then there is none to be deleted.
        let mut groups = request(rtm::GETNEXTHOP, ctx.family);
        groups.bytes(nha::GROUPS, b"");
        delete_all(&mut groups, 0, io, &mut count)?;
    }
    let mut filter = parse(w, rtm::GETNEXTHOP, ctx.family, &mut io.names)?;
    if let Some(id) = filter.id {
        let mut msg = request_one(rtm::DELNEXTHOP, id, 0);
        let deleted = io.names.socket()?.ack(&mut msg, &mut |_| Ok(()));
        return deleted.map_err(|e| e.code_is(REFUSED));
    }
    delete_all(&mut filter.msg, filter.protocol, io, &mut count)?;
    let json = std::mem::take(&mut io.out.style.json);
    match count {
        0 => io.out.text("Nothing to flush\n"),
        _ => io.out.uint("|Flushed % nexthops\n", count),
    }
    io.out.style.json = json;
    Ok(())
}

/// Deletes what a request for a dump is answered with, as far as it is of a protocol, and adds to `count` how many that were. Why
/// one could not be deleted is reported, and no failure.
fn delete_all(request: &mut Msg, protocol: u32, io: &mut Io, count: &mut u64) -> Result<()> {
    let Io { out, names, .. } = io;
    let socket = names.socket()?;
    // Known before the first is deleted, since the kernel goes through them as they are by then.
    let mut deletions = Vec::new();
    let dumped = socket.dump_for(
        "Dump terminated. Failed to flush nexthops",
        request,
        &mut |message| {
            let record = decode(message);
            let record =
                record.filter(|record| protocol == 0 || u32::from(record.protocol) == protocol);
            let id = record.and_then(|record| record.id());
            deletions.extend(id.map(|id| request_one(rtm::DELNEXTHOP, id, 0)));
            Ok(())
        },
    );
    dumped.map_err(|e| e.code_is(KERNEL))?;
    *count += deletions.len() as u64;
    socket.send_all_unanswered(&mut deletions, &mut |_, e| {
        *count -= 1;
        out.report(&e);
    })
}
