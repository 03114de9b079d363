//! One mount namespace for commands that run one after the other, each in a network namespace of its own.
//!
//! A new mount namespace is a copy of all mounts, and each named namespace is one of them: with a copy for each
//! command, a command in each of N namespaces takes a time that grows with N². So one command leaves its mount
//! namespace to the next, if the next cannot tell it from a copy: nothing is left that the command has started, it has
//! neither mounted anything nor changed a mount, and its network namespace had nothing of its own but /sys, which the
//! next one's replaces. Before Linux 6.8 it takes too long to find out, and each command has its own.

use std::os::fd::OwnedFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::process::{WaitOptions, getpid, set_child_subreaper, wait};

use crate::error::Result;
use crate::files;
use crate::names::netns::folder;
use crate::ns::enter::{become_command, mount_own, separate_mounts, switch};
use crate::ns::sysfs::SYS;
use crate::out::Out;
use crate::sys::mount::{each_mount, place_of, settings_of};

/// The mount namespace of this process, which others are to use after each other.
pub struct Shared {
    /// /proc/self/mountinfo, which tells poll(2) of each change once. Children have the same open file.
    table: OwnedFd,
    /// The mounts whose settings are watched: all but the names of namespaces, which would be too many, and those of
    /// /sys. A change of settings alone (`mount --make-shared /`) is none that poll(2) tells.
    watched: Vec<u64>,
    /// Their settings in one number, before the first command.
    settings: u64,
}

impl Shared {
    /// Moves this process into a new mount namespace, and makes it the parent of all that its children leave behind;
    /// `None` where that cannot be done.
    pub fn make() -> Option<Shared> {
        set_child_subreaper(Some(getpid())).ok()?;
        separate_mounts().ok()?;
        let watched = list_watched()?;
        Some(Shared {
            table: files::open(c"/proc/self/mountinfo", OFlags::RDONLY).ok()?,
            settings: digest_settings(&watched),
            watched,
        })
    }

    /// Becomes a command in the network namespace that a word means.
    pub fn exec(&self, word: &[u8], command: &[&[u8]], out: &mut Out) -> Result<()> {
        switch(word)?;
        if mount_own(word, out) {
            // What has changed by now, the command has not.
            self.has_changed();
        }
        out.flush()?;
        Err(become_command(command))
    }

    /// Whether the next command would find something of the last one, whose process has ended.
    pub fn is_used_up(&self) -> bool {
        is_parent() || self.has_changed() || digest_settings(&self.watched) != self.settings
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

/// The mounts that [`Shared::watched`] is to have; `None` where the kernel does not tell.
fn list_watched() -> Option<Vec<u64>> {
    let mut watched = Vec::new();
    let mut place = Vec::new();
    let told = each_mount(&mut |id| {
        let is_there = place_of(id, &mut place);
        let name = place.strip_prefix(folder()).unwrap_or_default();
        if is_there && !name.starts_with(b"/") && !place.starts_with(SYS.to_bytes()) {
            watched.push(id);
        }
    });
    told.then_some(watched)
}

/// The settings of some mounts in one number (FNV-1a, a word at a time).
fn digest_settings(mounts: &[u64]) -> u64 {
    let mut digest = 0xcbf2_9ce4_8422_2325;
    for mount in mounts {
        for setting in settings_of(*mount) {
            digest = (digest ^ setting).wrapping_mul(0x100_0000_01b3);
        }
    }
    digest
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
