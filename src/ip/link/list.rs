//! `ip link show`.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::iface::dump::each_link;
use crate::ip::iface::filter::Filter;
use crate::ip::iface::show::show;
use crate::ip::iface::view::View;
use crate::ip::ifaddr;
use crate::nl::uapi::af;

/// Lists the links that the words choose.
pub fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut filter = Filter::default();
    // The words that choose addresses are heard, and choose nothing here.
    let mut wanted = ifaddr::filter::Filter::default();
    while let Some(word) = w.next() {
        if wanted.take(word, w)? {
            continue;
        }
        if args::prefix(word, "help") {
            return Err(Error::asks_for_usage());
        }
        filter.take(word, w)?;
    }
    // No link has an address's label.
    filter.nothing = wanted.label.is_some();
    filter.resolve(&mut io.names)?;
    each_link(
        &filter,
        af::PACKET,
        ctx,
        io,
        &|_, _| true,
        &mut |record, out, names| {
            show(record, View::Link, ctx, out, names);
            out.text("\n");
            Ok(())
        },
    )
}
