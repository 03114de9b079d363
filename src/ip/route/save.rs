//! `ip route save`, `restore` and `showdump`.

use rustix::fs::{SeekFrom, seek};
use rustix::stdio::stdin;

use crate::args::Words;
use crate::error::{Error, KERNEL, REFUSED, Result, errno_words};
use crate::ip::command::{Ctx, Io};
use crate::ip::route::filter::parse;
use crate::ip::route::record::{Record, decode};
use crate::ip::route::show::show;
use crate::ip::save::{self, Format, Saved};
use crate::nl::uapi::rta;
use crate::nl::wire::Message;

const FORMAT: Format = Format {
    magic: 0x4531_1224,
    noun: "route",
    terminated: ("Dump terminated", KERNEL),
    mismatch: REFUSED,
    failed: KERNEL,
};

/// Writes the routes that the words choose to standard output.
pub fn save(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let filter = parse(w, ctx.family, &mut io.names)?;
    save::save(
        &FORMAT,
        &mut filter.encode(),
        &mut |message, _| decode(message).is_some_and(|record| filter.passes(&record)),
        io,
    )
}

/// Makes the routes that were saved, each after those that it leads through. Further words are ignored.
pub fn restore(_: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let saved = Saved::open(&FORMAT)?;
    // As iproute2, which reads a file three times, and refuses a pipe.
    seek(stdin(), SeekFrom::Current(0)).map_err(|e| {
        let words = errno_words(e.raw_os_error());
        Error::refused("Failed to restore: ftell: %", &words)
    })?;
    for turn in 0..3 {
        let is_next = &mut |message: &Message<'_>| {
            decode(message).is_some_and(|record| turn_of(&record) == turn)
        };
        save::restore(&saved, is_next, io)?;
    }
    Ok(())
}

/// When a route is made: first those that need no other and the own addresses, then the networks of the links, then what leads
/// through a gateway. (iproute2 takes gateways of several hops, and those of another family, for none.)
fn turn_of(route: &Record) -> u8 {
    let has = |attr| route.attrs.get(attr).is_some();
    let source = route.attrs.get(rta::PREFSRC);
    if has(rta::GATEWAY) || has(rta::VIA) || has(rta::MULTIPATH) || has(rta::NH_ID) {
        2
    } else {
        u8::from(source.is_some() && source != route.attrs.get(rta::DST))
    }
}

/// Shows the routes that were saved: as text, with `-j` as well.
pub fn showdump(_: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let json = std::mem::take(&mut io.out.style.json);
    let Io { out, names, .. } = io;
    let done = Saved::open(&FORMAT).and_then(|saved| {
        saved.each(&mut |message| {
            let of_family = |record: &Record| ctx.family == 0 || ctx.family == record.family;
            if let Some(mut record) = decode(message).filter(of_family) {
                show(&mut record, 0, ctx, out, names);
            }
            out.record_end()
        })
    });
    io.out.style.json = json;
    done
}
