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
use crate::ip::ifaddr::show::{show as show_address, show_with_interface};
use crate::names::Names;
use crate::nl::uapi::af;

/// Reads the words of `flush` and `save`, and finds what they name. Words that choose links choose nothing here, as with
/// iproute2: `up` is all links.
pub fn choose<'a>(
    w: &mut Words<'a>,
    ctx: &Ctx,
    names: &mut Names,
) -> Result<Box<ifaddr::filter::Filter<'a>>> {
    let mut wanted = Box::default();
    parse(
        w,
        ctx,
        names,
        &mut iface::filter::Filter::default(),
        &mut wanted,
    )?;
    Ok(wanted)
}

/// Reads the words that choose links and addresses, and finds what they name.
fn parse<'a>(
    w: &mut Words<'a>,
    ctx: &Ctx,
    names: &mut Names,
    links: &mut iface::filter::Filter<'a>,
    wanted: &mut ifaddr::filter::Filter<'a>,
) -> Result<()> {
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
    links.resolve(names)?;
    if let Some(dev) = links.dev {
        links.dev_index = names.index_or(dev, Error::unknown_device)?;
        wanted.index = links.dev_index;
    }
    Ok(())
}

/// Lists the links and addresses that the words choose.
pub fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let (mut links, mut wanted) = Default::default();
    parse(w, ctx, &mut io.names, &mut links, &mut wanted)?;
    let only_links = wanted.family == af::PACKET;
    let all = if only_links {
        Addresses::default()
    } else {
        get_addresses(wanted.family, wanted.index, &mut io.names).map_err(|e| match links.dev {
            Some(dev) if e.errno() == libc::ENODEV => Error::unknown_device(dev),
            _ => e,
        })?
    };
    let keeps_all = only_links || wanted.passes_all();
    // A link stays if one of its addresses is wanted, or if it has none and no family is asked for.
    let keep = |index, name: &[u8]| {
        if keeps_all {
            return true;
        }
        let (mut any, mut passes) = (false, false);
        all.of(index, &mut |record| {
            any = true;
            passes |= wanted.passes(record, name);
        });
        passes || !any && wanted.family == 0
    };
    let oneline = io.out.style.oneline && !ctx.brief && !only_links;
    // iproute2 says so with `-echo` as well.
    let show = if io.out.style.oneline || ctx.echo {
        show_with_interface
    } else {
        show_address
    };
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
                    if wanted.passes(record, link.name()) {
                        show(record, ctx, out, names);
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
