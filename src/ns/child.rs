//! Children: what they do to their namespaces ends with them.

use rustix::io::Errno;
use rustix::process::{Pid, WaitOptions, WaitStatus, waitpid};

use crate::error::{Error, Result};
use crate::ns::failed;
use crate::out::Out;
use crate::sys;

/// Starts a child, in new namespaces (`CLONE_NEW*`) or none, that runs `body` and nothing else: whatever comes of that comes back
/// there as an error that ends the program.
pub fn start(
    out: &mut Out,
    namespaces: i32,
    body: &mut dyn FnMut(&mut Out) -> Result<()>,
) -> Result<Pid> {
    // Else both would write what waits.
    out.flush()?;
    // Where the caller ignores it, no child could be waited for.
    sys::default(libc::SIGCHLD);
    match sys::fork(namespaces).map_err(|e| failed("fork failed", b"", e))? {
        Some(child) => Ok(child),
        None => Err(body(out).err().unwrap_or_else(|| Error::status(0)).ends()),
    }
}

/// Waits for a child.
pub fn wait(child: Pid) -> Result<WaitStatus> {
    loop {
        match waitpid(Some(child), WaitOptions::empty()) {
            Ok(Some((_, status))) => return Ok(status),
            Ok(None) | Err(Errno::INTR) => {}
            Err(e) => return Err(failed("waitpid failed", b"", e)),
        }
    }
}

/// Starts a child and waits for it.
pub fn run(out: &mut Out, body: &mut dyn FnMut(&mut Out) -> Result<()>) -> Result<WaitStatus> {
    wait(start(out, 0, body)?)
}
