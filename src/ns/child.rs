//! Child processes: what one does to its namespaces ends with it.

use rustix::io::Errno;
use rustix::process::{Pid, WaitOptions, WaitStatus, waitpid};

use crate::error::{Error, Result};
use crate::ns::failed;
use crate::sys;

/// Starts a child, in new namespaces (`CLONE_NEW*`) or none, that runs `body` and nothing else. In the child this returns an
/// error that ends the program, with what came of `body`. Output that waits is to be flushed before: else both would write it.
pub fn start(namespaces: i32, body: &mut dyn FnMut() -> Result<()>) -> Result<Pid> {
    // Where the caller ignores the signal, no child could be waited for.
    sys::default(libc::SIGCHLD);
    match sys::fork(namespaces).map_err(|e| failed("fork failed", b"", e))? {
        Some(child) => Ok(child),
        None => Err(body().err().unwrap_or_else(|| Error::status(0)).ends()),
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
pub fn run(body: &mut dyn FnMut() -> Result<()>) -> Result<WaitStatus> {
    wait(start(0, body)?)
}

/// How a child has ended, as a shell says it: its exit status, or 128 and the signal that killed it.
pub fn code(status: WaitStatus) -> u8 {
    match status.terminating_signal() {
        Some(signal) => 128 + signal as u8,
        None => status.exit_status().unwrap_or(0) as u8,
    }
}
