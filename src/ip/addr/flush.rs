//! `ip address flush`.

use crate::args::Words;
use crate::error::{Error, REFUSED, Result, USAGE};
use crate::ip::addr::list::choose;
use crate::ip::command::{Ctx, Io};
use crate::ip::flush::{Flush, flush};
use crate::ip::ifaddr::dump::address_request;
use crate::ip::ifaddr::record::decode;
use crate::ip::ifaddr::show::show_with_interface;
use crate::nl::uapi::{af, rtm};

/// Deletes the addresses that the words choose.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    if w.peek().is_none() {
        return Err(Error::refused("Flush requires arguments.", b""));
    }
    if ctx.family == af::PACKET {
        return Err(Error::refused("Cannot flush link addresses.", b""));
    }
    let wanted = choose(w, ctx, &mut io.names)?;
    let how = Flush {
        delete: rtm::DELADDR,
        noun: "addresses",
        rounds: ctx.loops,
        incomplete: "*** Flush remains incomplete after % rounds. ***",
        seconds: 0,
        // After a second round the secondary addresses would be gone that the kernel has made primary.
        one_round: wanted.is_primary(),
        // The kernel deletes secondary addresses together with their primary one.
        ignored: libc::EADDRNOTAVAIL,
        dump_refused: REFUSED,
        delete_refused: USAGE,
        incomplete_is_error: true,
    };
    flush(
        &how,
        &mut address_request(wanted.family, wanted.index),
        &mut |message, out, names| {
            let Some(record) = decode(message) else {
                return false;
            };
            let chosen = wanted.chooses(&record, names);
            if chosen && ctx.stats > 1 {
                show_with_interface(&record, ctx, out, names);
            }
            chosen
        },
        ctx,
        io,
    )
}
