//! Named network namespaces: the folder of their names, which namespace a word means, and the ids of namespaces.

use crate::append::Append;
use std::ffi::CStr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags, fstatfs, openat};
use rustix::io::Errno;

use crate::args;
use crate::error::{Error, Result};
use crate::files::{Call, entries, exists, of_process, open};
use crate::names::Names;
use crate::nl::uapi::{netnsa, rtm};
use crate::nl::wire::{Message, Msg};
use crate::sys::{self, Path};
use crate::text::{cut, decimal};

/// The folder of the names.
const FOLDER: &str = env!("BUILT_IPSO_NETNS_RUN_DIR");
/// Their folder where there is no /run; empty if whoever built this has chosen another place.
const FOLDER_WITHOUT_RUN: &str = env!("BUILT_IPSO_NETNS_WITHOUT_RUN");

/// File systems of namespaces: `NSFS_MAGIC` and, before Linux 3.19, `PROC_SUPER_MAGIC` of `<linux/magic.h>`.
const NAMESPACE_MAGIC: [u64; 2] = [0x6e73_6673, 0x9fa0];

/// The folder of the names, as it is called in messages.
pub fn folder() -> &'static [u8] {
    let usual = FOLDER_WITHOUT_RUN.is_empty() || exists(c"/run");
    if usual { FOLDER } else { FOLDER_WITHOUT_RUN }.as_bytes()
}

/// Makes an attempt in the folder of the names. /run is looked for only if the attempt fails with `ENOENT`.
pub fn in_folder(attempt: &mut dyn FnMut(&'static [u8]) -> Call<()>) -> Call<()> {
    let done = attempt(FOLDER.as_bytes());
    if done != Err(Errno::NOENT) || folder() == FOLDER.as_bytes() {
        return done;
    }
    attempt(FOLDER_WITHOUT_RUN.as_bytes())
}

/// Opens the folder of the names.
pub fn open_folder() -> Call<OwnedFd> {
    open_in_folder(b"", OFlags::RDONLY | OFlags::DIRECTORY)
}

/// How a name is opened: without waiting, if it is a fifo.
const NAMED: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK);

/// Opens what has a name in the folder.
pub fn open_named(name: &[u8]) -> Call<OwnedFd> {
    open_in_folder(name, NAMED)
}

fn open_in_folder(name: &[u8], flags: OFlags) -> Call<OwnedFd> {
    let mut file = None;
    in_folder(&mut |folder| {
        let slash: &[u8] = if name.is_empty() { b"" } else { b"/" };
        file = Some(open(&Path::new(&[folder, slash, name]), flags)?);
        Ok(())
    })?;
    file.ok_or(Errno::NOENT)
}

/// Opens the network namespace that a word means: a path if it has a `/`, else a name, else an open descriptor `fd:N`,
/// else a process.
///
/// # Errors
/// The errno with which the last of these could not be opened.
pub fn open_netns(word: &[u8]) -> Call<OwnedFd> {
    if word.contains(&b'/') {
        return open(&Path::new(&[word]), OFlags::RDONLY);
    }
    open_named(word).or_else(|errno| {
        let descriptor = word.strip_prefix(b"fd:");
        let descriptor = descriptor.and_then(|digits| args::radix(digits, 10));
        if let Some(number) = descriptor.and_then(|n| i32::try_from(n).ok()) {
            return sys::duplicate(number);
        }
        let pid = args::signed(word).ok_or(errno)?;
        let path = of_process(&decimal(pid.into()), b"/ns/net");
        open(&path, OFlags::RDONLY)
    })
}

/// The name of the named namespace that a word means, which may be its path. A number and an open descriptor are names
/// only if there is one.
pub fn netns_name(word: &[u8]) -> Option<&[u8]> {
    let inside = |folder: &str| word.strip_prefix(folder.as_bytes())?.strip_prefix(b"/");
    let name = inside(FOLDER).or_else(|| inside(FOLDER_WITHOUT_RUN));
    let name = name.unwrap_or(word);
    let other = name.starts_with(b"fd:") || name.iter().all(u8::is_ascii_digit);
    (is_netns_name(name) && (!other || open_named(name).is_ok())).then_some(name)
}

/// Whether a namespace can have that name: 1 to 255 bytes, no `/`, neither `.` nor `..`.
pub fn is_netns_name(name: &[u8]) -> bool {
    (1..256).contains(&name.len()) && !name.contains(&b'/') && name != b"." && name != b".."
}

/// Whether an open file is a namespace.
pub fn is_namespace(fd: &OwnedFd) -> bool {
    fstatfs(fd).is_ok_and(|system| NAMESPACE_MAGIC.contains(&(system.f_type as u64)))
}

/// Goes through the names, with their open folder.
///
/// # Errors
/// `ENOENT` where there is no such folder, and whatever else keeps it from being read.
pub fn each_named(each: &mut dyn FnMut(BorrowedFd<'_>, &CStr)) -> Call<()> {
    let folder = open_folder()?;
    entries(folder.as_fd(), &mut |name| each(folder.as_fd(), name))
}

/// The folder of the names cannot be read.
pub fn cannot_read(errno: Errno) -> Error {
    Error::os("Failed to open directory %", folder(), errno.raw_os_error())
}

/// What is done with a name and the id of its namespace: `None` if it has no id or cannot be opened, an error if it is
/// no network namespace.
pub type EachId<'e> = &'e mut dyn FnMut(&[u8], Result<Option<i32>>);

impl Names {
    /// The id of a namespace as seen from here; `None` if it has none.
    ///
    /// # Errors
    /// The kernel's refusal: the descriptor is no network namespace.
    pub fn nsid(&mut self, namespace: &OwnedFd) -> Result<Option<i32>> {
        self.ask_nsid(netnsa::FD, namespace.as_raw_fd() as u32)
    }

    fn ask_nsid(&mut self, attr: u16, number: u32) -> Result<Option<i32>> {
        let mut id = None;
        let mut msg = nsid_message(rtm::GETNSID, attr, number);
        self.socket()?.get(&mut msg, &mut |message| {
            id = nsid_of(message);
            Ok(())
        })?;
        Ok(id)
    }

    /// Goes through the names with their ids, in the folder's order; false where there is no folder. The kernel tells the
    /// id of an open descriptor, so that there are two system calls a name.
    ///
    /// # Errors
    /// The folder cannot be read, too few descriptors are left for its entries, or the kernel cannot be asked.
    pub fn each_nsid(&mut self, each: EachId) -> Result<bool> {
        /// So many names are asked for at once.
        const MOST: usize = 64;
        // Before the names have taken all descriptors there are.
        self.socket()?;
        let mut names = Vec::new();
        let mut opened = Vec::new();
        let mut asked = Ok(());
        let read = each_named(&mut |folder, name| {
            let open = || openat(folder, name, NAMED | OFlags::CLOEXEC, Mode::empty());
            let mut file = open();
            if file.is_err() || opened.len() == MOST {
                if asked.is_ok() {
                    asked = self.ask_nsids(&mut names, &mut opened, each);
                }
                if matches!(file, Err(Errno::MFILE | Errno::NFILE)) {
                    file = open();
                }
            }
            match file {
                Ok(file) => {
                    names.append_bytes(name.to_bytes_with_nul());
                    opened.push(file);
                }
                Err(Errno::MFILE | Errno::NFILE) if asked.is_err() => {}
                Err(e @ (Errno::MFILE | Errno::NFILE)) => {
                    let text = "Cannot open network namespace \"%\"";
                    asked = Err(Error::os(text, name.to_bytes(), e.raw_os_error()));
                }
                Err(_) => each(name.to_bytes(), Ok(None)),
            }
        });
        asked?;
        self.ask_nsids(&mut names, &mut opened, each)?;
        match read {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(e) => Err(cannot_read(e)),
        }
    }

    /// Asks for the ids of open namespaces, all at once; `names` has the name of each and a NUL. Closes them.
    fn ask_nsids(
        &mut self,
        names: &mut Vec<u8>,
        opened: &mut Vec<OwnedFd>,
        each: EachId,
    ) -> Result<()> {
        let mut msgs = Vec::new();
        for file in &*opened {
            let number = file.as_raw_fd() as u32;
            msgs.push(nsid_message(rtm::GETNSID, netnsa::FD, number));
        }
        let mut rest = &names[..];
        if !msgs.is_empty() {
            self.socket()?.pipeline(&mut msgs, &mut |answer| {
                let name = cut(&mut rest, 0).unwrap_or_default();
                each(name, answer.map(nsid_of));
            })?;
        }
        sys::close_all(opened);
        names.clear();
        Ok(())
    }

    /// The id of a namespace, given to it now if it has none. The namespace is a descriptor's or a process's
    /// (`NETNSA_FD`, `NETNSA_PID`).
    pub fn assigned_nsid(&mut self, attr: u16, number: u32) -> Result<i32> {
        let mut made = Ok(());
        for _ in 0..2 {
            if let Some(id) = self.ask_nsid(attr, number)? {
                return Ok(id);
            }
            // Another process may give it one in between: what counts is that it has one after this.
            let mut msg = nsid_message(rtm::NEWNSID, attr, number);
            msg.u32(netnsa::NSID, u32::MAX);
            made = self.socket()?.ack(&mut msg, &mut |_| Ok(()));
        }
        made.and(Err(Error::refused("The namespace has no id", b"")))
    }

    /// The name of the namespace with an id. All names are asked once, in one pass; `unread` has what kept them from it.
    pub fn netns(&mut self, id: i32) -> Option<Vec<u8>> {
        if self.namespaces.is_none() {
            let mut known = Vec::new();
            let read = self.each_nsid(&mut |name, id| {
                if let Ok(Some(id)) = id {
                    known.push((id, name.to_vec()));
                }
            });
            self.unread = read.err();
            self.namespaces = Some(known);
        }
        let mut known = self.namespaces.as_ref()?.iter();
        known
            .find(|entry| entry.0 == id)
            .map(|entry| entry.1.clone())
    }
}

/// A message on the id of a namespace.
pub fn nsid_message(kind: u16, attr: u16, number: u32) -> Msg {
    let mut msg = Msg::new(kind, 0, &[0; 4]);
    msg.u32(attr, number);
    msg
}

/// The id in an answer; negative means that there is none.
fn nsid_of(message: &Message<'_>) -> Option<i32> {
    let attrs = message.attrs(4);
    attrs.find(netnsa::NSID)?.i32().filter(|id| *id >= 0)
}
