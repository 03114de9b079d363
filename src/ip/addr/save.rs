//! `ip address save`, `restore` and `showdump`.

use crate::args::Words;
use crate::error::{REFUSED, Result, USAGE};
use crate::ip::addr::list::choose;
use crate::ip::command::{Ctx, Io};
use crate::ip::ifaddr::dump::address_request;
use crate::ip::ifaddr::record::decode;
use crate::ip::ifaddr::show::show;
use crate::ip::save::{self, Format, Saved};
use crate::nl::uapi::rtm;

const FORMAT: Format = Format {
    magic: 0x4736_1222,
    noun: "address",
    terminated: ("Save terminated", REFUSED),
    mismatch: USAGE,
    failed: USAGE,
};

/// Writes the addresses that the words choose to standard output. iproute2 looks at `dev` and the family alone.
pub fn save(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let wanted = choose(w, ctx, &mut io.names)?;
    save::save(
        &FORMAT,
        &mut address_request(wanted.family, wanted.index),
        &mut |message, names| decode(message).is_some_and(|record| wanted.chooses(&record, names)),
        io,
    )
}

/// Makes the addresses that were saved. Further words are ignored.
pub fn restore(_: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    save::restore_all(&FORMAT, rtm::NEWADDR, io)
}

/// Shows the addresses that were saved; their interfaces may be those of another namespace, and have no names here.
pub fn showdump(_: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let saved = Saved::open(&FORMAT)?;
    let Io { out, names, .. } = io;
    out.document();
    out.object("");
    out.array("addr_info");
    let done = saved.each(&mut |message| {
        if let Some(record) = decode(message) {
            out.object("");
            out.uint("index|if%:", record.index.into());
            out.line_break();
            show(&record, ctx, out, names);
            out.object_end();
        }
        out.record_end()
    });
    out.array_end();
    out.object_end();
    out.document_end()?;
    done
}
