//! `ip neigh flush`.

use crate::args::Words;
use crate::error::{Error, REFUSED, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::flush::{self, Flush};
use crate::ip::neigh::filter::Filter;
use crate::ip::neigh::record::decode;
use crate::ip::neigh::show::show;
use crate::nl::uapi::rtm;
use crate::nl::wire::Message;

const FLUSH: Flush = Flush {
    delete: rtm::DELNEIGH,
    noun: "entries",
    rounds: 10,
    incomplete: "*** Flush not complete bailing out after % rounds",
    seconds: 0,
    one_round: false,
    // One that has gone meanwhile is deleted.
    ignored: libc::ENOENT,
    dump_refused: REFUSED,
    delete_refused: REFUSED,
    incomplete_is_error: false,
};

/// Deletes the neighbours that the words choose.
pub fn flush(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    if w.peek().is_none() {
        return Err(Error::refused("Flush requires arguments.", b""));
    }
    let mut filter = Filter::parse(w, ctx.family, true)?;
    filter.resolve(&mut io.names)?;
    let mut choose = |message: &Message<'_>, out: &mut _, names: &mut _| {
        let Some(record) = &decode(message) else {
            return false;
        };
        let is_chosen = filter.passes(record);
        if is_chosen && ctx.stats > 1 {
            show(record, filter.index == 0, ctx, out, names);
        }
        is_chosen
    };
    flush::flush(&FLUSH, &mut filter.encode(), &mut choose, ctx, io)
}
