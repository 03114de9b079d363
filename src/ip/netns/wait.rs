//! `ip netns delete NAME wait [SECONDS]`: comes back when the kernel has freed the namespace.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ns::freed;
use crate::text::cut;

/// For how long is waited where it is not said, in seconds.
const PATIENCE: u32 = 10;

/// Runs what follows the name: `wait`, which is taken already, and the seconds.
pub fn run(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let name = w.before().unwrap_or_default();
    let seconds = match w.next() {
        None => PATIENCE,
        Some(word) => match args::unsigned(word, i32::MAX as u64) {
            Some(seconds) => seconds as u32,
            None => return Err(Error::bad_arg(word, "Invalid \"wait\" value")),
        },
    };
    let Io { out, names, .. } = io;
    let mut devices = Vec::new();
    freed::delete(name, seconds, &mut devices, names, out)?;
    out.document();
    out.object("");
    out.str("name|", name);
    out.array("devices");
    let mut rest = &devices[..];
    while let Some(device) = cut(&mut rest, b'\n') {
        let form = "|device % is back in the initial network namespace\n";
        out.str(form, device);
    }
    out.array_end();
    out.object_end();
    out.document_end()
}
