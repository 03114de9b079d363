//! `ip netns get NAME`: one name, with its id and what identifies its namespace.

use rustix::fs::{fstat, major, minor};

use crate::args::Words;
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::netns::words::{no_name, open_record};
use crate::names::netns::{is_namespace, open_named};
use crate::ns::{failed, hint};
use crate::text::add_unsigned;

/// Runs `get NAME`.
pub fn run(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let Some(name) = w.next() else {
        return Err(no_name());
    };
    let Io { out, names, .. } = io;
    let failed = |e| {
        let e = failed("Cannot open network namespace \"%\"", name, e);
        hint::suggest_name(e, name)
    };
    let file = open_named(name).map_err(failed)?;
    let status = fstat(&file).map_err(failed)?;
    if !is_namespace(&file) {
        return Err(Error::refused("\"%\" is no network namespace", name));
    }
    let id = names.nsid(&file)?;
    out.document();
    open_record(name, id, out);
    let device = out.value();
    add_unsigned(device, major(status.st_dev).into());
    device.push(b':');
    add_unsigned(device, minor(status.st_dev).into());
    out.put("dev| dev %", true);
    out.uint("inode| inode %\n", status.st_ino);
    out.object_end();
    out.document_end()
}
