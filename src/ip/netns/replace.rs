//! `ip netns replace NAME [up]`: a namespace of that name is there after that, whether it was there before or not.

use crate::args::Words;
use crate::error::Result;
use crate::ip::command::{Ctx, Io, apart};
use crate::ip::netns::words::no_name;
use crate::names::netns::{is_namespace, open_named};
use crate::ns::{self, enter};
use crate::out::Out;

/// Runs `replace NAME [up]`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let Some(name) = w.next() else {
        return Err(no_name());
    };
    let up = w.next() == Some(b"up");
    apart(ctx, io, &mut |io| replace(name, up, &mut io.out))
}

/// Makes a namespace of that name if there is none, perhaps with its loopback device up. This process is in it after
/// that.
fn replace(name: &[u8], up: bool, out: &mut Out) -> Result<()> {
    const TURNS: u32 = 8;
    for turn in 1.. {
        if let Some(namespace) = open_named(name).ok().filter(is_namespace) {
            if !up {
                break;
            }
            enter::join(&namespace, name)?;
            return ns::raise_lo();
        }
        match ns::add(name, up, out) {
            // Another process was faster, with making it or with taking it away; or with both, and it is gone again. A
            // file that is no namespace is still there at the last turn.
            Err(e) if turn < TURNS && matches!(e.errno(), libc::ENOENT | libc::EEXIST) => {}
            done => return done,
        }
    }
    Ok(())
}
