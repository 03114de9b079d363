//! What several commands of `ip netns` read, do and print.

use crate::args::Words;
use crate::error::{Error, Result};
use crate::out::Out;

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

/// Opens the object of a name with an id, and prints both.
pub fn open_record(name: &[u8], id: Option<i32>, out: &mut Out) {
    out.object("");
    out.str("name|%", name);
    if let Some(id) = id {
        out.int("id| (id: %)", id.into());
    }
}
