//! What isolate knows of its holder.

use std::os::fd::OwnedFd;

use rustix::process::Pid;

use crate::ns::who;

/// The process outside that holds what the kernel does not take away by itself.
pub struct Holder {
    /// Its number.
    pub process: Pid,
    /// Whether it holds everything.
    pub is_ready: bool,
    /// Leads to it.
    pub socket: OwnedFd,
    /// The network namespace inside.
    pub namespace: who::File,
    /// Whether there was something of the name before.
    pub was_named: bool,
}
