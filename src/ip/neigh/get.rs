//! `ip neigh get`.

use crate::args::Words;
use crate::error::Result;
use crate::ip::command::{Ctx, Io};
use crate::ip::neigh::change::{GET, message};
use crate::ip::neigh::filter::Filter;
use crate::ip::neigh::list::print_neighbours;

/// Shows one neighbour.
pub fn get(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut msg = message(w, GET, ctx.family, &mut io.names)?;
    print_neighbours(&Filter::all(), &mut msg, false, ctx, io)
}
