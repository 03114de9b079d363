//! `ip link afstats`: counters of address families, of which MPLS has some.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io, unknown};
use crate::ip::counters::directions::show_directions;
use crate::ip::counters::dump::each_stats;
use crate::nl::uapi::{af, mpls_stats, stats};

/// Runs `ip link afstats WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut dev = None;
    while let Some(word) = w.next() {
        match word {
            b"dev" if dev.is_none() => dev = Some(w.value()?),
            b"dev" => return Err(Error::garbage("dev", w.value()?)),
            _ if args::prefix(word, "help") => return Err(Error::asks_for_usage()),
            _ => return Err(unknown(word, "link")),
        }
    }
    let index = match dev {
        Some(dev) => io.names.index_or(dev, Error::unknown_device)?,
        None => 0,
    };
    let mpls = af::MPLS.into();
    each_stats(
        io,
        stats::AF_SPEC,
        mpls,
        index,
        &mut |index, name, all, out| {
            out.uint("ifindex|%:", index.into());
            out.str("ifname|%", name);
            out.line_break();
            out.text("    mpls:");
            let counters = all.find(mpls_stats::LINK).unwrap_or_default();
            show_directions(counters, 8, ["noroute"; 2], ctx, out);
            out.text("\n");
        },
    )
}
