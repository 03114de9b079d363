//! Child processes: what one does to its namespaces ends with it.

use rustix::io::Errno;
use rustix::process::{Pid, WaitOptions, waitpid};

use crate::error::{Error, REFUSED, Result};
use crate::ns::failed;
use crate::sys;

/// Starts a child, in new namespaces (`CLONE_NEW*`) or none, that runs `body` and nothing else. In the child this
/// returns an error that ends the program, with what came of `body`. Output that waits is to be flushed before: else
/// both would write it.
pub fn start(namespaces: i32, body: &mut dyn FnMut() -> Result<()>) -> Result<Pid> {
    // Where the caller ignores the signal, no child could be waited for.
    sys::default(libc::SIGCHLD);
    match sys::fork(namespaces).map_err(|e| failed("fork failed", b"", e))? {
        Some(child) => Ok(child),
        None => Err(body().err().unwrap_or_else(|| Error::status(0)).ends()),
    }
}

/// How a child has ended.
#[derive(Clone, Copy)]
pub struct End {
    /// As a shell says it: the exit status, or 128 and the signal that killed it.
    pub code: u8,
    /// Whether a signal killed it.
    pub killed: bool,
}

/// Waits for a child.
pub fn wait(child: Pid) -> End {
    loop {
        match waitpid(Some(child), WaitOptions::empty()) {
            Ok(Some((_, status))) => {
                let signal = status.terminating_signal();
                return End {
                    code: signal.map_or(status.exit_status().unwrap_or(0), |signal| 128 + signal)
                        as u8,
                    killed: signal.is_some(),
                };
            }
            Ok(None) | Err(Errno::INTR) => {}
            // There is none: it was collected by somebody else.
            Err(_) => {
                return End {
                    code: REFUSED,
                    killed: false,
                };
            }
        }
    }
}
