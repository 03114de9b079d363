//! `ip netns identify` and `pids`: the namespaces of processes.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::netns::words::no_name;
use crate::ns::{enter, failed, hint, who};
use crate::out::Out;

/// `identify [PID]`: the name of a process's namespace, of several the last in the folder's order, or an empty line.
pub fn identify(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let pid = w.next();
    only(w)?;
    if let Some(word) = pid.filter(|pid| !pid.iter().all(u8::is_ascii_digit)) {
        return Err(Error::refused("Specified string '%' is not a pid", word));
    }
    let found = who::name_of(pid.unwrap_or(b"self"))?;
    let out = &mut io.out;
    out.document();
    if !found.is_empty() || !out.json() {
        show_name(&found, out);
    }
    out.document_end()
}

/// `pids NAMESPACE`: the processes in a namespace.
pub fn pids(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let Some(word) = w.next() else {
        return Err(no_name());
    };
    only(w)?;
    let file = enter::open(word).map_err(|e| {
        // Without the name, as iproute2.
        let e = Error::os("Cannot open network namespace", b"", e.errno());
        hint::suggest_name(e, word)
    })?;
    let file = who::file_of(&file).map_err(|e| failed("Stat of netns failed", b"", e))?;
    let out = &mut io.out;
    out.document();
    let done = who::processes(file, &mut |pid| {
        out.object("");
        out.uint("pid|%\n", args::radix(pid, 10).unwrap_or(0));
        out.object_end();
    });
    out.document_end()?;
    done
}

/// Refuses any word that is left.
fn only(w: &Words) -> Result<()> {
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
