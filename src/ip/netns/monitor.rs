//! `ip netns monitor`: names that come and go from now on.

use rustix::fs::inotify;
use rustix::io::Errno;

use crate::args::Words;
use crate::error::Result;
use crate::ip::command::{Ctx, Io};
use crate::nl::wire::field;
use crate::ns::{self, failed};
use crate::out::Out;
use crate::sys::Path;
use crate::text::cut;

/// Runs `monitor`, for ever.
pub fn run(_: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let folder = Path::new(&[ns::make_folder()?]);
    let fd = inotify::init(inotify::CreateFlags::CLOEXEC)
        .map_err(|e| failed("inotify_init failed", b"", e))?;
    // Nothing would ever come of a file that is no folder.
    let events =
        inotify::WatchFlags::CREATE | inotify::WatchFlags::DELETE | inotify::WatchFlags::ONLYDIR;
    inotify::add_watch(&fd, &*folder, events)
        .map_err(|e| failed("inotify_add_watch failed", b"", e))?;
    let mut buf = [0; 4096];
    loop {
        match rustix::io::read(&fd, &mut buf) {
            Ok(len) => show(&buf[..len], &mut io.out)?,
            Err(Errno::INTR) => {}
            Err(e) => return Err(failed("read failed", b"", e)),
        }
    }
}

/// Prints events: each a `struct inotify_event` (watch, mask, cookie, length of the name), and the name with one or
/// more NUL.
fn show(mut events: &[u8], out: &mut Out) -> Result<()> {
    while let (Some(mask), Some(len)) = (field(events, 4), field(events, 12)) {
        let (event, later) = events.split_at(events.len().min(16 + len as usize));
        events = later;
        let Some(name) = cut(&mut &event[16..], 0).filter(|name| !name.is_empty()) else {
            continue;
        };
        let added = mask & inotify::ReadFlags::CREATE.bits() != 0;
        out.line();
        out.str("event|% ", if added { b"add" } else { b"delete" });
        out.str("name|%\n", name);
        out.line_end()?;
        out.flush()?;
    }
    Ok(())
}
