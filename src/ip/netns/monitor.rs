//! `ip netns monitor`: names that come and go from now on.

use rustix::fs::inotify;
use rustix::io::Errno;

use crate::args::Words;
use crate::error::Result;
use crate::ip::command::{Ctx, Io};
use crate::nl::wire::field;
use crate::ns::{self, failed};
use crate::sys::Path;

/// Runs `monitor`, for ever.
pub fn run(_: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let out = &mut io.out;
    let folder = ns::make_folder()?;
    let failed = |what: &'static [u8]| move |e: Errno| failed("% failed", what, e);
    let fd = inotify::init(inotify::CreateFlags::CLOEXEC).map_err(failed(b"inotify_init"))?;
    let both = inotify::WatchFlags::CREATE | inotify::WatchFlags::DELETE;
    inotify::add_watch(&fd, &*Path::new(&[folder]), both).map_err(failed(b"inotify_add_watch"))?;
    let mut buf = [0; 4096];
    loop {
        let len = match rustix::io::read(&fd, &mut buf) {
            Err(Errno::INTR) => continue,
            len => len.map_err(failed(b"read"))?,
        };
        // A `struct inotify_event`: watch, mask, cookie, length of the name, and the name with one or more NUL.
        let mut rest = &buf[..len];
        while let (Some(mask), Some(len)) = (field(rest, 4), field(rest, 12)) {
            let (event, later) = rest.split_at(rest.len().min(16 + len as usize));
            rest = later;
            let name = event[16..].split(|byte| *byte == 0).next();
            let Some(name) = name.filter(|name| !name.is_empty()) else {
                continue;
            };
            out.line();
            let added = mask & inotify::ReadFlags::CREATE.bits() != 0;
            out.str("event|% ", if added { b"add" } else { b"delete" });
            out.str("name|%\n", name);
            out.line_end()?;
            out.flush()?;
        }
    }
}
