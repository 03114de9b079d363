//! Names for numbers and numbers for names: fixed tables, iproute2's files, interfaces and network namespaces.

pub mod table;

use std::ffi::CStr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags, openat};
use rustix::io::Errno;

use crate::args;
use crate::error::{Error, KERNEL, REFUSED, Result};
use crate::files::{Call, entries, exists, open, open_dir, read_file};
use crate::name_table;
use crate::names::table::Table;
use crate::nl::sock::Socket;
use crate::nl::uapi::{ifla, netnsa, rtext_filter, rtm};
use crate::nl::wire::{Attr, Attrs, Message, Msg, field};
use crate::sys::{self, Path};
use crate::text::{self, add, add_unsigned, decimal};

/// Where named network namespaces are.
const NETNS_DIR: &str = env!("BUILT_IPSO_NETNS_RUN_DIR");
/// Where they are if there is no /run; empty if whoever built this has chosen another place.
const NETNS_WITHOUT_RUN: &str = env!("BUILT_IPSO_NETNS_WITHOUT_RUN");
/// Where their files for /etc are.
pub const NETNS_ETC: &str = env!("BUILT_IPSO_NETNS_ETC_DIR");

/// The `NUMBER NAME` line with that number, or else with that name, in one of iproute2's files: in /etc/iproute2, or where
/// that has none in /usr/share/iproute2.
fn line_of(file: &str, n: Option<u64>, name: &[u8]) -> Option<(u64, Vec<u8>)> {
    let read = |folder: &[u8]| read_file(&Path::new(&[folder, file.as_bytes()]));
    line_in(
        &read(b"/etc/iproute2/").or_else(|| read(b"/usr/share/iproute2/"))?,
        n,
        name,
    )
}

/// The same in a text.
pub fn line_in(mut rest: &[u8], n: Option<u64>, name: &[u8]) -> Option<(u64, Vec<u8>)> {
    while !rest.is_empty() {
        let line = text::cut(&mut rest, b'\n').unwrap_or_default();
        let mut words = line
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        let (Some(number), Some(known)) = (words.next(), words.next()) else {
            continue;
        };
        // What does not begin with a digit is a comment, or no line of ours.
        let number = args::unsigned(number, u32::MAX.into()).filter(|_| number[0] <= b'9');
        if let Some(number) = number
            && n.map_or(known == name, |n| n == number)
        {
            return Some((number, known.into()));
        }
    }
    None
}

/// What `file` calls `n`.
pub fn in_file(file: &str, n: u64) -> Option<Vec<u8>> {
    line_of(file, Some(n), b"").map(|line| line.1)
}

/// The number that `file` gives a name.
pub fn of_file(file: &str, name: &[u8]) -> Option<u64> {
    line_of(file, None, name).map(|line| line.0)
}

/// A link group's number: `default`, a name of the file `group`, or a number.
pub fn group(word: &[u8]) -> Option<u32> {
    let number = || args::unsigned(word, i32::MAX as u64).or_else(|| of_file("group", word));
    if word == b"default" {
        Some(0)
    } else {
        number()?.try_into().ok()
    }
}

/// `RT_TABLE_*`; `rt_tables` may name more.
static ROUTE_TABLES: Table = name_table!("253 default|254 main|255 local");

/// A routing table's number: a number, or a name of the file `rt_tables`.
pub fn table(word: &[u8]) -> Option<u32> {
    let number = args::unsigned(word, u32::MAX.into())
        .or_else(|| ROUTE_TABLES.number_of(word))
        .or_else(|| of_file("rt_tables", word))?;
    number.try_into().ok()
}

/// The name of a user or group in `/etc/passwd` or `/etc/group`, where the third field is its number.
pub fn owner(file: &CStr, id: u32) -> Option<Vec<u8>> {
    let text = read_file(file)?;
    let mut lines = text.split(|byte| *byte == b'\n');
    lines.find_map(|line| {
        let mut fields = line.split(|byte| *byte == b':');
        let name = fields.next()?;
        let number = args::radix(fields.nth(1)?, 10)?;
        (number == id.into()).then(|| name.into())
    })
}

/// The number in `ifN`, which stands for an interface without a name here.
pub fn numbered(name: &[u8]) -> Option<u32> {
    let number = args::radix(name.strip_prefix(b"if")?, 10)?;
    u32::try_from(number).ok().filter(|n| *n > 0)
}

/// Makes an attempt in the folder of named network namespaces, which is another where there is no /run; the folder as well.
pub fn in_netns_dir<T>(attempt: &dyn Fn(&'static [u8]) -> Call<T>) -> (&'static [u8], Call<T>) {
    let folder = NETNS_DIR.as_bytes();
    match attempt(folder) {
        // Asked last, so that it costs nothing where the name is there.
        Err(Errno::NOENT) if !NETNS_WITHOUT_RUN.is_empty() && !exists(c"/run") => {
            let folder = NETNS_WITHOUT_RUN.as_bytes();
            (folder, attempt(folder))
        }
        done => (folder, done),
    }
}

/// How a name is opened: one that is a fifo is not waited for.
const NAMED: OFlags = OFlags::RDONLY
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC);

/// Opens what has a name in the folder of network namespaces.
pub fn open_named(name: &[u8]) -> Call<OwnedFd> {
    in_netns_dir(&|folder| open(&Path::new(&[folder, b"/", name]), NAMED)).1
}

/// Opens the network namespace that a word means: a path if it has a `/`, else a name, else an open descriptor `fd:N`, else
/// a process.
///
/// # Errors
/// The errno with which the last of these could not be opened.
pub fn open_netns(word: &[u8]) -> Call<OwnedFd> {
    if word.contains(&b'/') {
        return open(&Path::new(&[word]), OFlags::RDONLY);
    }
    open_named(word).or_else(|errno| {
        let number = |digits| args::radix(digits, 10).and_then(|n| i32::try_from(n).ok());
        match (
            word.strip_prefix(b"fd:").and_then(number),
            args::signed(word),
        ) {
            (Some(fd), _) => sys::duplicate(fd),
            (_, Some(pid)) => open(
                &Path::new(&[b"/proc/", &decimal(pid.into()), b"/ns/net"]),
                OFlags::RDONLY,
            ),
            _ => Err(errno),
        }
    })
}

/// The name of the named namespace that a word means, which may be its path. A number and an open descriptor are names only if
/// there is one.
pub fn netns_name(word: &[u8]) -> Option<&[u8]> {
    let inside = |folder: &str| word.strip_prefix(folder.as_bytes())?.strip_prefix(b"/");
    let name = inside(NETNS_DIR).or_else(|| inside(NETNS_WITHOUT_RUN));
    let name = name.unwrap_or(word);
    let other = name.starts_with(b"fd:") || name.iter().all(u8::is_ascii_digit);
    (is_netns_name(name) && (!other || open_named(name).is_ok())).then_some(name)
}

/// Whether a namespace can have that name: 1 to 255 bytes, no `/`, neither `.` nor `..`.
pub fn is_netns_name(name: &[u8]) -> bool {
    (1..256).contains(&name.len()) && !name.contains(&b'/') && name != b"." && name != b".."
}

/// Goes through the names of network namespaces, with their open folder; the folder's path as well. False where there is none.
pub fn each_named(each: &mut dyn FnMut(BorrowedFd<'_>, &CStr)) -> (&'static [u8], Call<bool>) {
    let (folder, dir) = in_netns_dir(&|folder| open_dir(&Path::new(&[folder])));
    let done = match dir {
        Err(Errno::NOENT) => Ok(false),
        Err(errno) => Err(errno),
        Ok(dir) => entries(dir.as_fd(), &mut |name| each(dir.as_fd(), name)).map(|()| true),
    };
    (folder, done)
}

/// So many links are kept in mind.
const MOST_LINKS: usize = 1024;

/// A link that was seen.
#[derive(Clone, Copy, Default)]
struct Link {
    index: u32,
    /// `IFF_*`.
    flags: u32,
    /// `IFLA_IFNAME`, up to a NUL.
    name: [u8; 16],
}

impl Link {
    fn name(&self) -> &[u8] {
        Attr(&self.name).str()
    }
}

/// What names mean in the current network namespace. Nothing is asked before it is needed, and nothing twice.
#[derive(Default)]
pub struct Names {
    /// Apart from the socket of a dump under way.
    socket: Option<Box<Socket>>,
    /// Sorted by index.
    links: Vec<Link>,
    /// Ids of named namespaces.
    namespaces: Option<Vec<(i32, Vec<u8>)>>,
    /// The last group that was looked for, and its name.
    group: (u32, Vec<u8>),
}

impl Names {
    /// Adds a link group's name, or its number.
    pub fn add_group(&mut self, text: &mut Vec<u8>, n: u32, numeric: bool) {
        if n != 0 && n != self.group.0 && !numeric {
            self.group = (n, in_file("group", n.into()).unwrap_or_default());
        }
        match &self.group.1[..] {
            _ if n == 0 && !numeric => text.extend_from_slice(b"default"),
            name if !name.is_empty() && !numeric => text.extend_from_slice(name),
            _ => add_unsigned(text, n.into()),
        }
    }

    /// The socket for questions.
    pub fn socket(&mut self) -> Result<&mut Socket> {
        if self.socket.is_none() {
            self.socket = Some(Socket::open()?);
        }
        let socket = self.socket.as_deref_mut();
        socket.ok_or_else(|| Error::status(REFUSED))
    }

    /// Hands the socket out, so that questions can be asked while it is read from; they open another.
    pub fn lend(&mut self) -> Result<Box<Socket>> {
        self.socket.take().map_or_else(Socket::open, Ok)
    }

    /// Takes back what was lent.
    pub fn give_back(&mut self, socket: Box<Socket>) {
        self.socket = Some(socket);
    }

    /// Forgets what may have changed since.
    pub fn forget(&mut self) {
        self.links.clear();
        self.namespaces = None;
    }

    /// What the kernel warned of since the last call.
    pub fn warnings(&mut self) -> Vec<u8> {
        self.socket
            .as_mut()
            .map(|socket| std::mem::take(&mut socket.warnings))
            .unwrap_or_default()
    }

    /// Takes note of a link that passed by.
    pub fn saw(&mut self, index: u32, flags: u32, name: &[u8]) {
        let mut link = Link {
            index,
            flags,
            ..Link::default()
        };
        if let Some(place) = link.name.get_mut(..name.len()) {
            place.copy_from_slice(name);
            self.note(link);
        }
    }

    fn note(&mut self, link: Link) {
        match self.find_index(link.index) {
            Ok(at) => self.links[at] = link,
            // However many there are, memory is not to grow with them.
            Err(_) if self.links.len() == MOST_LINKS => {
                self.links.clear();
                self.links.push(link);
            }
            Err(at) => self.links.insert(at, link),
        }
    }

    /// Where a link is, or would be.
    fn find_index(&self, index: u32) -> std::result::Result<usize, usize> {
        self.links.binary_search_by_key(&index, |link| link.index)
    }

    /// Whether an index needs no question.
    pub fn knows(&self, index: u32) -> bool {
        self.find_index(index).is_ok()
    }

    /// The index of a device by its name, alternative name or `ifN`.
    ///
    /// # Errors
    /// `None` inside if the kernel says so; an error only if it cannot be asked.
    pub fn find(&mut self, name: &[u8]) -> Result<Option<u32>> {
        if let Some(link) = self.links.iter().find(|link| link.name() == name) {
            return Ok(Some(link.index));
        }
        let attr = match name {
            _ if args::is_ifname(name) => ifla::IFNAME,
            _ if args::is_altname(name) => ifla::ALT_IFNAME,
            _ => return Ok(None),
        };
        match self.ask(0, attr, name, None) {
            Ok(found) => Ok(Some(found.index)),
            Err(e) if e.code() == KERNEL => Ok(numbered(name)),
            Err(e) => Err(e),
        }
    }

    /// The index of a device that must be there, in the namespace with an id, or in this one.
    pub fn index_in(&mut self, namespace: Option<u32>, name: &[u8]) -> Result<u32> {
        if namespace.is_none() {
            return self.index(name);
        }
        let attr = if args::is_ifname(name) {
            ifla::IFNAME
        } else {
            ifla::ALT_IFNAME
        };
        let found = match self.ask(0, attr, name, namespace) {
            Err(e) if e.code() == KERNEL => numbered(name),
            asked => Some(asked?.index),
        };
        found.ok_or_else(|| Error::no_device(name))
    }

    /// The index of a device that must be there.
    pub fn index(&mut self, name: &[u8]) -> Result<u32> {
        self.find(name)?.ok_or_else(|| Error::no_device(name))
    }

    /// Adds the name of an index, `ifN` if there is none; the link's `IFF_*` flags if it is there.
    pub fn link(&mut self, index: u32, text: &mut Vec<u8>) -> Option<u32> {
        for _ in 0..2 {
            if let Ok(at) = self.find_index(index) {
                let link = &self.links[at];
                text.extend_from_slice(link.name());
                return Some(link.flags);
            }
            match self.ask(index, 0, &[], None) {
                Ok(link) => self.note(link),
                Err(_) => break,
            }
        }
        add(text, b"if%", &[&decimal(index.into())]);
        None
    }

    /// Asks for one link by index, or by a name in the attribute `attr`, here or in the namespace with an id.
    fn ask(&mut self, index: u32, attr: u16, name: &[u8], away: Option<u32>) -> Result<Link> {
        let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
        // The bit 0x100 asks for the name alone, where a kernel knows it.
        msg.u32(
            ifla::EXT_MASK,
            rtext_filter::VF | rtext_filter::SKIP_STATS | 0x100,
        );
        if attr != 0 {
            msg.str(attr, name);
        }
        if let Some(id) = away {
            msg.u32(ifla::TARGET_NETNSID, id);
        }
        let mut link = Link::default();
        self.socket()?.get(&mut msg, &mut |message| {
            let body = message.body;
            if let (Some(index), Some(flags), Some(attrs)) =
                (field(body, 4), field(body, 8), body.get(16..))
            {
                (link.index, link.flags) = (index, flags);
                let name = Attrs(attrs).find(ifla::IFNAME).unwrap_or_default().str();
                if let Some(place) = link.name.get_mut(..name.len()) {
                    place.copy_from_slice(name);
                }
            }
            Ok(())
        })?;
        Ok(link)
    }

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

    /// Goes through the names of network namespaces, with their ids, in the folder's order: `None` where the name cannot even
    /// be opened. False where the folder cannot be read. Two system calls a name: so many are asked at once.
    pub fn each_nsid(&mut self, each: EachNsid) -> Result<bool> {
        const MOST: usize = 64;
        // Before the names have taken all descriptors there are.
        self.socket()?;
        let mut opened = Vec::new();
        let mut names = Vec::new();
        let mut failed = Ok(());
        let (_, found) = each_named(&mut |dir, name| {
            let open = || openat(dir, name, NAMED, Mode::empty());
            let mut fd = open();
            let full = matches!(fd, Err(Errno::MFILE | Errno::NFILE));
            if full || opened.len() == MOST {
                let asked = self.ask_nsids(&mut names, &mut opened, each);
                failed = std::mem::replace(&mut failed, Ok(())).and(asked);
                fd = if full { open() } else { fd };
            }
            let fd = fd.ok();
            names.push((name.to_bytes().to_vec(), fd.is_some()));
            opened.extend(fd);
        });
        failed.and_then(|()| self.ask_nsids(&mut names, &mut opened, each))?;
        Ok(found.unwrap_or(false))
    }

    /// Asks for the ids of those that are open, all at once, and hands out all names in their order.
    fn ask_nsids(
        &mut self,
        names: &mut Vec<(Vec<u8>, bool)>,
        opened: &mut Vec<OwnedFd>,
        each: EachNsid,
    ) -> Result<()> {
        let ask = |fd: &OwnedFd| nsid_message(rtm::GETNSID, netnsa::FD, fd.as_raw_fd() as u32);
        let mut msgs: Vec<Msg> = opened.iter().map(ask).collect();
        let mut rest = names.iter();
        let mut next = |mut answer: Option<Result<Option<i32>>>| {
            for (name, is_open) in rest.by_ref() {
                if !is_open {
                    each(name, None);
                } else {
                    return each(name, answer.take());
                }
            }
        };
        if !msgs.is_empty() {
            let mut answered = |answer: Result<Message<'_>>| next(Some(answer.map(nsid_of)));
            self.socket()?.pipeline(&mut msgs, &mut answered)?;
        }
        next(None);
        sys::close_all(opened);
        names.clear();
        Ok(())
    }

    /// The id of a namespace, given to it now if it has none. The namespace is a descriptor's or a process's (`NETNSA_FD`,
    /// `NETNSA_PID`).
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

    /// The name of the namespace with an id. All names are asked once, in one pass.
    pub fn netns(&mut self, id: i32) -> Option<Vec<u8>> {
        if self.namespaces.is_none() {
            let mut known = Vec::new();
            let _ = self.each_nsid(&mut |name, id| {
                if let Some(Ok(Some(id))) = id {
                    known.push((id, name.to_vec()));
                }
            });
            self.namespaces = Some(known);
        }
        let known = self.namespaces.as_ref()?;
        known
            .iter()
            .find(|entry| entry.0 == id)
            .map(|entry| entry.1.clone())
    }
}

/// What is done with a name and the id of its namespace.
pub type EachNsid<'e> = &'e mut dyn FnMut(&[u8], Option<Result<Option<i32>>>);

/// A message on the id of a namespace.
pub fn nsid_message(kind: u16, attr: u16, number: u32) -> Msg {
    let mut msg = Msg::new(kind, 0, &[0; 4]);
    msg.u32(attr, number);
    msg
}

/// The id in an answer; negative means that there is none.
fn nsid_of(message: Message<'_>) -> Option<i32> {
    let attrs = Attrs(message.body.get(4..).unwrap_or(&[]));
    attrs.find(netnsa::NSID)?.i32().filter(|id| *id >= 0)
}

/// `struct ifinfomsg` of `<linux/rtnetlink.h>`.
pub fn ifinfo(family: u8, index: u32, flags: u32, change: u32) -> [u8; 16] {
    let mut head = [0; 16];
    head[0] = family;
    head[4..8].copy_from_slice(&index.to_ne_bytes());
    head[8..12].copy_from_slice(&flags.to_ne_bytes());
    head[12..16].copy_from_slice(&change.to_ne_bytes());
    head
}
