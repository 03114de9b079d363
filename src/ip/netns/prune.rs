//! `ip netns prune`: names without a namespace go.

use crate::args::Words;
use crate::error::Result;
use crate::ip::command::{Ctx, Io};
use crate::ip::netns::processes::show_name;
use crate::ns::prune::prune;

/// Runs `prune`, and prints the names that went.
pub fn run(_: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    io.out.document();
    let done = prune(&mut io.out, &mut |out, name| show_name(name, out));
    io.out.document_end()?;
    done
}
