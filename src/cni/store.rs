//! The addresses of a network that are given, as the files of a folder: see [`host_local`](super::host_local).

use core::ffi::CStr;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{
    AtFlags, FlockOperation, Mode, OFlags, SeekFrom, flock, linkat, openat, seek, unlinkat,
};
use rustix::io::Errno;

use crate::cni::call::Call;
use crate::cni::json::Json;
use crate::cni::outcome::{Host, read_address};
use crate::cni::protocol::{Answer, Fault};
use crate::cni::texts::{self, Text, copy, entry, errno_words, path};
use crate::files::{self, Call as SystemCall};
use crate::ns::make_dirs;
use crate::text::split;

const FOLDER: &[u8] = b"/var/lib/cni/networks";
/// The name of a file that is not finished.
const UNFINISHED: &CStr = c".unfinished";

/// The folder of a network, locked.
pub struct Store {
    folder: OwnedFd,
    _lock: OwnedFd,
    /// What the file of an address has that is given to this container.
    pub owner: Text,
}

fn failed(what: &str, part: &[u8], e: Errno) -> Fault {
    Fault::other(what, part).context("%", errno_words(e))
}

/// The text of an address's file.
pub fn owner_of(container: &[u8], ifname: &[u8]) -> Text {
    texts::join(&[container, b"\r\n", ifname])
}

impl Store {
    /// Opens the folder of a network, and locks it. `None` if there is none, and none is to be made.
    pub fn open(call: &Call, ipam: Json<'static>, makes: bool) -> Answer<Option<Box<Store>>> {
        let given = call.text_of(ipam, "dataDir");
        call.check()?;
        let base = if given.is_empty() { FOLDER } else { given };
        let path = entry(base, call.name);
        match lock(path, makes) {
            Ok((folder, lock)) => Ok(Some(Box::new(Store {
                folder,
                _lock: lock,
                owner: owner_of(call.container, call.ifname),
            }))),
            Err(Errno::NOENT) if !makes => Ok(None),
            Err(e) => Err(failed("cannot open the store \"%\"", path.to_bytes(), e)),
        }
    }

    /// The text of a file, if it can be read.
    pub fn read(&self, name: &CStr) -> Option<Text> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let file = openat(&self.folder, name, flags, Mode::empty());
        let mut text = Vec::new();
        files::read_all(file.ok()?.as_fd(), &mut text).ok()?;
        Some(text.leak())
    }

    /// Writes a file whole.
    fn write_file(&self, name: &CStr, text: &[u8]) -> SystemCall<()> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC;
        let file = openat(&self.folder, name, flags, Mode::from_raw_mode(0o644))?;
        match rustix::io::write(&file, text)? == text.len() {
            true => Ok(()),
            false => Err(Errno::NOSPC),
        }
    }

    /// Writes a file; an error names it.
    pub fn write(&self, name: &CStr, text: &[u8]) -> Answer<()> {
        let done = self.write_file(name, text);
        done.map_err(|e| failed("cannot write \"%\"", name.to_bytes(), e))
    }

    /// Takes an address; false if it is given to another. It is there with its owner or not at all, whenever this process is
    /// killed. An empty file is what one that was killed has left that wrote in two steps: nobody does while it is locked.
    pub fn take(&self, address: &CStr) -> Answer<bool> {
        // One that was killed may have left it as a second name of the file of an address.
        self.remove(UNFINISHED);
        let mut done = self.write_file(UNFINISHED, self.owner);
        if done.is_ok() {
            done = self.link(address);
            if done == Err(Errno::EXIST) && self.read(address) == Some(b"") {
                self.remove(address);
                done = self.link(address);
            }
            self.remove(UNFINISHED);
        }
        match done {
            Ok(()) => Ok(true),
            Err(Errno::EXIST) => Ok(false),
            Err(e) => Err(failed("cannot reserve \"%\"", address.to_bytes(), e)),
        }
    }

    fn link(&self, address: &CStr) -> SystemCall<()> {
        let flags = AtFlags::empty();
        linkat(&self.folder, UNFINISHED, &self.folder, address, flags)
    }

    /// Removes a file, if it is there.
    pub fn remove(&self, name: &CStr) {
        let _ = unlinkat(&self.folder, name, AtFlags::empty());
    }

    /// Goes through the addresses that are given, each with the name of its file and its owner.
    fn each(&self, each: &mut dyn FnMut(Host, &CStr, Text)) -> Answer<()> {
        // Where an earlier turn has ended.
        let _ = seek(&self.folder, SeekFrom::Start(0));
        let listed = files::entries(self.folder.as_fd(), &mut |name| {
            if let Some(host) = read_address(name.to_bytes())
                && let Some(text) = self.read(name)
            {
                each(host, name, text.trim_ascii());
            }
        });
        listed.map_err(|e| failed("cannot read the store", b"", e))
    }

    /// The file of an address that this container has, of those of which `is_it` says so.
    pub fn find_owned(&self, is_it: &mut dyn FnMut(Host) -> bool) -> Answer<Option<Text>> {
        let mut found = None;
        self.each(&mut |host, name, owner| {
            // Also as older plugins wrote it.
            let is_own = owner == self.owner || owner == self.container();
            if is_own && is_it(host) {
                found = Some(copy(name.to_bytes()));
            }
        })?;
        Ok(found)
    }

    /// The id of the container.
    pub fn container(&self) -> &[u8] {
        split(self.owner, b'\r').0
    }

    /// Takes the addresses of an owner away, and says how many.
    pub fn remove_where(&self, is_gone: &mut dyn FnMut(&[u8]) -> bool) -> Answer<usize> {
        let mut names = Vec::new();
        self.each(&mut |_, name, owner| {
            if is_gone(owner) {
                names.push(path(name.to_bytes()));
            }
        })?;
        let names: &[&CStr] = names.leak();
        for name in names {
            self.remove(name);
        }
        self.remove(UNFINISHED);
        Ok(names.len())
    }

    /// Takes away what the container has, also as older plugins wrote it.
    pub fn release(&self) -> Answer<()> {
        if self.remove_where(&mut |owner| owner == self.owner)? == 0 {
            self.remove_where(&mut |owner| owner == self.container())?;
        }
        Ok(())
    }
}

/// Opens a folder, which may have to be made, and locks it: the folder and the lock.
fn lock(path: &CStr, makes: bool) -> SystemCall<(OwnedFd, OwnedFd)> {
    if makes {
        make_dirs(path.to_bytes())?;
    }
    let folder = files::open_dir(path)?;
    let flags = OFlags::RDONLY | OFlags::CREATE | OFlags::CLOEXEC;
    let lock = openat(&folder, c"lock", flags, Mode::from_raw_mode(0o750))?;
    while let Err(e) = flock(&lock, FlockOperation::LockExclusive) {
        if e != Errno::INTR {
            return Err(e);
        }
    }
    Ok((folder, lock))
}
