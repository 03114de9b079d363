//! `ip link show`.

use crate::args::{self, Words};
use crate::error::Result;
use crate::ip::command::{Ctx, Io};
use crate::ip::iface::{self, Filter, Part};
use crate::ip::inet::Wanted;
use crate::ip::link::help::usage;
use crate::nl::uapi::af;

/// Lists the links that the words choose.
pub fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut filter = Filter::default();
    // The words that choose addresses are heard, and choose nothing here.
    let mut wanted = Wanted::default();
    while let Some(word) = w.next() {
        if wanted.take(word, w)? {
            continue;
        }
        if args::prefix(word, "help") {
            return Err(usage());
        }
        filter.take(word, w)?;
    }
    // No link has an address's label.
    filter.nothing = wanted.label.is_some();
    filter.resolve(&mut io.names)?;
    iface::each(
        &filter,
        af::PACKET,
        ctx,
        io,
        &|_, _| true,
        &mut |record, out, names| {
            iface::show(record, Part::Link, ctx, out, names);
            out.text("\n");
            Ok(())
        },
    )
}
