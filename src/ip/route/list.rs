//! `ip route show` and `flush`.

use crate::args::Words;
use crate::error::{Error, KERNEL, Result};
use crate::files;
use crate::ip::alike::{Alike, Last, Varying};
use crate::ip::command::{Ctx, Io};
use crate::ip::flush::{Flush, flush};
use crate::ip::route::filter::parse;
use crate::ip::route::record::{DST_LEN, FAMILY, RTMSG, Record, decode};
use crate::ip::route::show::{add_prefix, show};
use crate::nl::uapi::{af, rta, rtm, rtn};

/// Routes that differ in their destinations alone, with which their lines begin.
static ALIKE: Alike = Alike {
    kind: rtm::NEWROUTE,
    fixed: RTMSG,
    free: &[DST_LEN],
    varying: &[Varying {
        attr: rta::DST,
        word: Some(0),
    }],
    add: |text, _, address, body| add_prefix(body[FAMILY], address, body[DST_LEN], text),
};

/// Lists the routes that the words choose.
pub fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let filter = parse(w, ctx.family, &mut io.names)?;
    let is_on = ctx.details == 0 && !filter.chooses_by_address();
    let mut last = Last::new(&ALIKE, is_on, &io.out);
    io.print_list(
        &mut |socket, each| match socket.dump(&mut filter.encode(), each) {
            // IPv4 has no main table before its first route.
            Err(e) if e.errno() == libc::ENOENT && filter.is_main() => Ok(true),
            dumped => dumped.map_err(|e| e.code_is(KERNEL)),
        },
        &mut |message, out, names| {
            if !last.print(message, out)
                && let Some(record) = &mut decode(message)
                && filter.passes(record)
            {
                let mark = out.mark();
                show(record, filter.fixed, ctx, out, names);
                // Another begins with the word for its type.
                if record.kind == rtn::UNICAST {
                    last.keep(message, mark, out);
                }
            }
            Ok(())
        },
    )
}

/// How routes are flushed.
const ROUTES: Flush = Flush {
    delete: rtm::DELROUTE,
    noun: "entries",
    rounds: 0,
    incomplete: "% entries remain ***",
    seconds: 30,
    one_round: false,
    ignored: 0,
    dump_refused: KERNEL,
    delete_refused: KERNEL,
    incomplete_is_error: false,
};

/// Deletes the routes that the words choose.
pub fn flush_routes(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    if w.peek().is_none() {
        return Err(Error::refused(
            "\"ip route flush\" requires arguments.",
            b"",
        ));
    }
    let filter = parse(w, ctx.family, &mut io.names)?;
    if filter.is_cached() && filter.family() != af::INET6 {
        flush_cache()?;
        if ctx.stats > 0 {
            io.out.text("*** IPv4 routing cache is flushed.\n");
        }
        if filter.family() == af::INET {
            return Ok(());
        }
    }
    flush(
        &ROUTES,
        &mut filter.encode(),
        &mut |message, out, names| {
            let record = decode(message);
            let record = record.filter(|record| filter.passes(record) && !is_null_entry(record));
            let is_chosen = record.is_some();
            if let Some(mut record) = record.filter(|_| ctx.stats > 1) {
                show(&mut record, filter.fixed, ctx, out, names);
            }
            is_chosen
        },
        ctx,
        io,
    )
}

/// Whether it is the route of IPv6 that stands for no route, which cannot be deleted.
fn is_null_entry(route: &Record) -> bool {
    route.family == af::INET6
        && route.dst_len == 0
        && route.kind == rtn::UNREACHABLE
        && route.u32(rta::PRIORITY) == Some(u32::MAX)
}

/// Empties the cache of IPv4, as far as the kernel has one.
fn flush_cache() -> Result<()> {
    const PATH: &std::ffi::CStr = c"/proc/sys/net/ipv4/route/flush";
    let written = files::write(PATH, b"-1");
    written.map_err(|e| {
        Error::os(
            "Cannot open \"/proc/sys/net/ipv4/route/flush\"",
            b"",
            e.raw_os_error(),
        )
    })
}
