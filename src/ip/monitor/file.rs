//! `ip monitor file FILE`: messages that were saved, as rtmon(8) does, in place of those that come.

use std::os::fd::AsFd;

use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::error::{Error, REFUSED, Result, USAGE};
use crate::files::{open, read_all};
use crate::ip::monitor::event::print;
use crate::ip::monitor::watch::Watch;
use crate::ip::saved::each_saved;
use crate::ip::stamp;
use crate::nl::wire::field;
use crate::sys::Path;

/// The type of a message that has a time in place of an event: `NLMSG_TSTAMP` of iproute2.
const TIMESTAMP: u16 = 15;

/// Prints the events of a file.
pub fn replay(file: &[u8], watch: &mut Watch) -> Result<()> {
    let cannot = |what, e: Errno| Error::os(what, b"", e.raw_os_error());
    let file = open(&Path::new(&[file]), OFlags::RDONLY)
        .map_err(|e| cannot("Cannot fopen", e).code_is(USAGE))?;
    let mut bytes = Vec::new();
    read_all(file.as_fd(), &mut bytes).map_err(|e| cannot("rtnl_from_file: fread", e))?;
    each_saved(&bytes, 0, REFUSED, &mut |message| {
        let time = |at| field(message.body, at);
        if let (TIMESTAMP, Some(seconds), Some(micros)) = (message.kind, time(0), time(4)) {
            stamp::show_saved(seconds, micros, watch.out);
            return watch.out.line_end();
        }
        print(message, None, watch)
    })
}
