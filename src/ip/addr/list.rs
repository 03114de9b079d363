//! `ip address show`.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::iface;
use crate::ip::iface::dump::each_link;
use crate::ip::iface::show::{BELOW_ADDRESSES, show as show_link};
use crate::ip::iface::view::View;
use crate::ip::ifaddr;
use crate::ip::ifaddr::dump::{Addresses, get_addresses};
use crate::ip::ifaddr::show::show as show_address;
use crate::nl::uapi::af;

/// Lists the links and addresses that the words choose.
pub fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut links = iface::filter::Filter::default();
    let mut wanted = ifaddr::filter::Filter::default();
    wanted.family = ctx.family;
    while let Some(word) = w.next() {
        if wanted.take(word, w)? {
            continue;
        }
        if args::prefix(word, "help") {
            return Err(Error::asks_for_usage());
        }
        links.take(word, w)?;
    }
    links.resolve(&mut io.names)?;
    let only_links = wanted.family == af::PACKET;
    let all = match links.dev {
        _ if only_links => Addresses::default(),
        None => get_addresses(wanted.family, 0, &mut io.names)?,
        Some(dev) => {
            let index = io.names.find_index(dev)?;
            let index = index.ok_or_else(|| Error::unknown_device(dev))?;
            get_addresses(wanted.family, index, &mut io.names).map_err(|e| match e.errno() {
                libc::ENODEV => Error::unknown_device(dev),
                _ => e,
            })?
        }
    };
    // A link stays if one of its addresses is wanted, or if it has none and no family is asked for.
    let keep = |index, name: &[u8]| {
        let (mut any, mut passes) = (false, false);
        all.of(index, &mut |record| {
            any = true;
            passes |= wanted.passes(&record, name);
        });
        only_links || passes || !any && wanted.family == 0
    };
    let oneline = io.out.style.oneline && !ctx.brief && !only_links;
    let view = match wanted.family {
        _ if wanted.label.is_some() || oneline => None,
        0 => Some(View::Address),
        af::PACKET if ctx.brief => Some(View::Link),
        af::PACKET => Some(View::Address),
        _ => Some(View::FirstLine),
    };
    each_link(
        &links,
        ctx.family,
        ctx,
        io,
        &keep,
        &mut |link, out, names| {
            match view {
                Some(view) => show_link(link, view, ctx, out, names),
                None => names.note_link(link.index, link.flags, link.name()),
            }
            if view.is_some() && !ctx.brief {
                out.text("\n");
            }
            if !only_links {
                out.array("addr_info");
                all.of(link.index, &mut |record| {
                    // What the words leave out still has an empty place in JSON.
                    out.object("");
                    if wanted.passes(&record, link.name()) {
                        show_address(&record, ctx, out, names);
                    }
                    out.object_end();
                });
                out.array_end();
            }
            if ctx.brief {
                out.text("\n");
            } else if let Some(view) = view.filter(|_| ctx.stats > 0) {
                for show in BELOW_ADDRESSES {
                    show(link, view, ctx, out, names);
                }
                out.text("\n");
            }
            Ok(())
        },
    )
}
