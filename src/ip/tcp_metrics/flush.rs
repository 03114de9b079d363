//! `ip tcp_metrics delete` and `flush`.

use crate::args::Words;
use crate::error::Result;
use crate::ip::command::{Ctx, Io};
use crate::ip::flush::{refused, show_end, show_round};
use crate::ip::generic::Family;
use crate::ip::tcp_metrics::filter::{Req, encode, parse};
use crate::ip::tcp_metrics::list::FAMILY;
use crate::ip::tcp_metrics::record::{Record, decode};
use crate::ip::tcp_metrics::show::show;
use crate::nl::genl::request;
use crate::nl::uapi::tcp_metrics::cmd;
use crate::nl::wire::Msg;

/// Deletes one host.
pub fn delete(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let req = parse(w, cmd::DEL, ctx.family)?;
    let mut family = Family::open(FAMILY, io)?;
    family.send(&mut encode(&req, cmd::DEL, family.id), io)
}

/// Deletes the hosts that the words choose. What is said of it is text, also with `-j`, as in iproute2.
pub fn flush(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let req = parse(w, cmd::GET, ctx.family)?;
    let mut family = Family::open(FAMILY, io)?;
    if req.is_one() || req.is_all() {
        return family.send(&mut encode(&req, cmd::DEL, family.id), io);
    }
    let json = std::mem::take(&mut io.out.style.json);
    let done = run_rounds(&req, &mut family, ctx, io);
    io.out.style.json = json;
    done
}

/// Dumps the hosts and deletes those that are chosen, until there are none.
fn run_rounds(req: &Req, family: &mut Family, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let out = &mut io.out;
    let mut rounds = 0;
    loop {
        let mut deletions = Vec::new();
        let id = family.id;
        let mut msg = encode(req, cmd::GET, id);
        let dumped = family
            .socket
            .dump_for("Flush terminated", &mut msg, &mut |message| {
                if let Some(record) = &decode(message)
                    && req.passes(record)
                {
                    deletions.push(deletion(record, id));
                    if ctx.stats > 1 {
                        out.text("Deleted ");
                        show(record, out);
                    }
                }
                out.record_end()
            });
        dumped?;
        if deletions.is_empty() {
            if rounds == 0 {
                out.warn(b"Nothing to flush.\n");
            } else if ctx.stats > 0 {
                show_end(rounds, out);
            }
            return Ok(());
        }
        let mut errno = 0;
        family
            .socket
            .send_all_unanswered(&mut deletions, &mut |_, e| {
                // One that has gone meanwhile is deleted.
                if e.errno() != libc::ESRCH {
                    errno = e.errno();
                }
            })?;
        if errno != 0 {
            return Err(refused(errno));
        }
        rounds += 1;
        if ctx.stats > 0 {
            show_round(rounds, deletions.len() as u64, "entries", out)?;
        }
    }
}

/// The request that deletes a host.
fn deletion(record: &Record, family: u16) -> Msg {
    let mut msg = request(family, cmd::DEL);
    for (attr, address) in [record.address(), record.source()].into_iter().flatten() {
        msg.bytes(attr, address.0);
    }
    msg
}
