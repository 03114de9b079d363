//! One mount namespace for commands that run one after the other, each in a network namespace of its own.
//!
//! A new mount namespace is a copy of all mounts, and each named namespace is one of them: with a copy for each
//! command, a command in each of N namespaces takes a time that grows with N². So one command leaves its mount
//! namespace to the next, if the next cannot tell it from a copy: nothing is left that the command has started, it has
//! mounted nothing itself, and its network namespace had nothing of its own but /sys, which the next one's replaces.

use std::os::fd::OwnedFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::process::{WaitOptions, getpid, set_child_subreaper, wait};

use crate::error::Result;
use crate::files;
use crate::ns::enter::{become_command, mount_own, separate_mounts, switch};
use crate::ns::sysfs::{SYS, list_below};
use crate::out::Out;
use crate::sys::mount::{mount_id, next_below};

/// The mount namespace of this process, which others are to use after each other.
pub struct Shared {
    /// /proc/self/mountinfo, which tells poll(2) of each change once. Children have the same open file.
    table: OwnedFd,
    /// What is mounted below /sys, if only text tells it.
    places: Option<Vec<u8>>,
}

impl Shared {
    /// Moves this process into a new mount namespace, and makes it the parent of all that its children leave behind;
    /// `None` where that cannot be done.
    pub fn make() -> Option<Shared> {
        set_child_subreaper(Some(getpid())).ok()?;
        separate_mounts().ok()?;
        Some(Shared {
            table: files::open(c"/proc/self/mountinfo", OFlags::RDONLY).ok()?,
            places: list_places(),
        })
    }

    /// Becomes a command in the network namespace that a word means.
    pub fn exec(&self, word: &[u8], command: &[&[u8]], out: &mut Out) -> Result<()> {
        switch(word)?;
        if mount_own(word, self.places.as_deref(), out) {
            // What has changed by now, the command has not.
            self.has_changed();
        }
        out.flush()?;
        Err(become_command(command))
    }

    /// Whether the next command would find something of the last one, whose process has ended.
    pub fn is_used_up(&self) -> bool {
        is_parent() || self.has_changed()
    }

    /// Whether there are other mounts than at the last time that this was asked.
    fn has_changed(&self) -> bool {
        let mut files = [PollFd::new(&self.table, PollFlags::PRI)];
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        poll(&mut files, Some(&now)) != Ok(0)
    }
}

/// What is mounted below /sys, if only text tells it, as before Linux 6.8: that has a line for each mount there is, so
/// that it would take long to read it for each command.
fn list_places() -> Option<Vec<u8>> {
    if next_below(mount_id(SYS), 0).is_some() {
        return None;
    }
    let mut places = Vec::new();
    list_below(SYS.to_bytes(), &mut places).ok()?;
    Some(places)
}

/// Whether this process has children. Waits for those that have ended.
fn is_parent() -> bool {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) | Err(Errno::INTR) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}
