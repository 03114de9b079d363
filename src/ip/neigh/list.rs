//! `ip neigh show`, and how answers are printed.

use crate::args::Words;
use crate::error::Result;
use crate::ip::alike::{Alike, Last, Varying};
use crate::ip::command::{Ctx, Io};
use crate::ip::neigh::filter::Filter;
use crate::ip::neigh::record::{NDMSG, decode};
use crate::ip::neigh::show::show;
use crate::nl::uapi::{nda, rtm};
use crate::nl::wire::Msg;
use crate::text::{add_address, add_mac};

/// Lists the neighbours that the words choose.
pub fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut filter = Filter::parse(w, ctx.family, false)?;
    filter.resolve(&mut io.names)?;
    print_neighbours(&filter, &mut filter.encode(), true, ctx, io)
}

/// A link-layer address of so many bytes is printed alike on any link.
const MAC: usize = 6;

/// Neighbours that differ in their addresses and in what `-s` shows, with their device in the line and without.
static ALIKE: [Alike; 2] = [alike(&varying(2)), alike(&varying(4))];

const fn alike(varying: &'static [Varying]) -> Alike {
    Alike {
        kind: rtm::NEWNEIGH,
        fixed: NDMSG,
        free: &[],
        varying,
        add: |text, attr, address, _| match attr {
            nda::DST => add_address(text, address),
            _ => add_mac(text, address),
        },
    }
}

/// The attributes that may differ, where the link-layer address is the word `lladdr` of the line.
const fn varying(lladdr: u8) -> [Varying; 4] {
    const fn at(attr: u16, word: Option<u8>) -> Varying {
        Varying { attr, word }
    }
    [
        at(nda::DST, Some(0)),
        at(nda::LLADDR, Some(lladdr)),
        at(nda::PROBES, None),
        at(nda::CACHEINFO, None),
    ]
}

/// Prints the neighbours of the answer to a request, which is a dump or a single one, that the filter passes.
pub fn print_neighbours(
    filter: &Filter,
    request: &mut Msg,
    is_dump: bool,
    ctx: &Ctx,
    io: &mut Io,
) -> Result<()> {
    let with_dev = filter.index == 0;
    let is_on = !ctx.brief && ctx.stats == 0 && !filter.chooses_by_address_or_use();
    let mut last = Last::new(&ALIKE[usize::from(with_dev)], is_on, &io.out);
    io.print_answer(
        &mut |socket, each| match is_dump {
            true => socket.dump(request, each),
            false => socket.get(request, each).map(|()| true),
        },
        &mut |message, out, names| {
            if !last.print(message, out)
                && let Some(record) = &decode(message)
                && filter.passes(record)
            {
                let mark = out.mark();
                out.object("");
                show(record, with_dev, ctx, out, names);
                out.object_end();
                if record.index != 0 && record.get(nda::LLADDR).0.len() == MAC {
                    last.keep(message, mark, out);
                }
            }
            Ok(())
        },
    )
}
