//! What several commands of `ip netns` read, do and print.

use crate::args::Words;
use crate::error::{Error, REFUSED, Result};
use crate::ip::command::{Ctx, Io};
use crate::names::Names;
use crate::ns::child::{self, End};
use crate::out::Out;

/// Does what leaves this process in another namespace. In a batch, where another line may follow, a child does it.
pub fn apart(ctx: &Ctx, io: &mut Io, body: &mut dyn FnMut(&mut Io) -> Result<()>) -> Result<()> {
    if !ctx.batch {
        return body(io);
    }
    io.out.flush()?;
    let child = child::start(0, &mut || {
        // The socket is the parent's as well: who reads an answer from it takes it from the other.
        io.names = Names::default();
        body(io)
    })?;
    match child::wait(child) {
        End { code: 0, .. } => Ok(()),
        End { killed, .. } => {
            let failed = Error::status(REFUSED);
            Err(if killed { failed.ends() } else { failed })
        }
    }
}

/// The line ends where a name or another NAMESPACE is due.
pub fn no_name() -> Error {
    Error::refused("No netns name specified", b"")
}

/// The words that are left, which are the command to be run.
pub fn command<'a>(w: &mut Words<'a>) -> Result<&'a [&'a [u8]]> {
    match w.rest() {
        [] => Err(Error::refused("No command specified", b"")),
        command => Ok(command),
    }
}

/// Refuses any word that is left.
pub fn only(w: &Words) -> Result<()> {
    match w.peek() {
        Some(_) => Err(Error::refused("extra arguments specified", b"")),
        None => Ok(()),
    }
}

/// Prints an object with a name, as one line of text.
pub fn show_name(name: &[u8], out: &mut Out) {
    out.object("");
    out.str("name|%\n", name);
    out.object_end();
}

/// Opens the object of a name with an id, and prints both.
pub fn open_record(name: &[u8], id: Option<i32>, out: &mut Out) {
    out.object("");
    out.str("name|%", name);
    if let Some(id) = id {
        out.int("id| (id: %)", id.into());
    }
}
