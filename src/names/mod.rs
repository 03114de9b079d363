//! Names for numbers, and numbers for names: here those of interfaces, in the folder all others.

pub mod file;
pub mod netns;
pub mod table;

use crate::append::Append;
use rustix::net::Protocol;

use crate::args;
use crate::error::{Error, KERNEL, REFUSED, Result};
use crate::names::file::{Database, Key, find_line, read_lines};
use crate::nl::sock::Socket;
use crate::nl::uapi::{ifla, rtext_filter, rtm};
use crate::nl::wire::{Attr, Attrs, Msg, field};
use crate::text::{add_one, add_unsigned, decimal, fill_one, hexadecimal, split};

/// The index in `ifN`, as an interface is called whose name is not known.
pub fn numbered(name: &[u8]) -> Option<u32> {
    let number = args::radix(name.strip_prefix(b"if")?, 10)?;
    u32::try_from(number).ok().filter(|n| *n > 0)
}

/// A name for an ioctl has fewer bytes than this.
const IFNAMSIZ: usize = 16;

/// How many links are remembered, so that memory does not grow with their number.
const MOST_LINKS: usize = 1024;

/// A link that is remembered.
#[derive(Clone, Copy, Default)]
struct Link {
    index: u32,
    /// `IFF_*`.
    flags: u32,
    /// `IFLA_IFNAME`, filled up with NUL.
    name: [u8; 16],
    /// `ARPHRD_*`, where the kernel was asked for the link.
    arphrd: Option<u16>,
}

impl Link {
    fn name(&self) -> &[u8] {
        Attr(&self.name).str()
    }
}

/// What names mean in the current network namespace. The kernel is asked when an answer is needed, and once for each.
#[derive(Default)]
pub struct Names {
    /// For requests; a dump borrows it, see [`Names::lend`].
    socket: Option<Box<Socket>>,
    /// The id of the network namespace that links are asked for in, where that is another than this one.
    namespace: Option<u32>,
    /// Sorted by index.
    links: Vec<Link>,
    /// The named namespaces that have an id: the id and the name.
    namespaces: Option<Vec<(i32, Vec<u8>)>>,
    /// Why not all of these have been found.
    pub unread: Option<Error>,
    /// `-rcvbuf`: the size of each socket's receive buffer, where it is not the kernel's own choice.
    pub receive_buffer: Option<u32>,
    /// The files of iproute2 that were looked into, and their lines.
    files: Vec<(&'static str, Vec<u8>)>,
    /// Why the kernel could not be asked for the name of a link, as a line for stderr.
    failure: Vec<u8>,
}

impl Names {
    /// Adds the name of a number to a text, or the number where it has none or none is wanted (`-N`).
    pub fn add_name(
        &mut self,
        database: &'static Database,
        n: u32,
        numeric: bool,
        text: &mut Vec<u8>,
    ) {
        if !numeric && self.add_known(database, n, text) {
            return;
        }
        match database.digits {
            0 => add_unsigned(text, n.into()),
            digits => {
                text.append_bytes(b"0x");
                hexadecimal(text, n.into(), digits.into());
            }
        }
    }

    /// Adds the name of a number to a text. False if it has none.
    pub fn add_known(&mut self, database: &'static Database, n: u32, text: &mut Vec<u8>) -> bool {
        if let Some(name) = database.table.name_of(n.into()) {
            text.append_bytes(name);
            return true;
        }
        let line = find_line(self.lines_of(database.file), Key::Number(n.into()));
        if let Some((_, name)) = &line {
            text.append_bytes(name);
        }
        line.is_some()
    }

    /// The lines of a file of iproute2, which is read once.
    fn lines_of(&mut self, file: &'static str) -> &[u8] {
        let known = self.files.iter().position(|(name, _)| *name == file);
        let at = known.unwrap_or_else(|| {
            self.files.push((file, read_lines(file)));
            self.files.len() - 1
        });
        &self.files[at].1
    }

    /// The socket for requests, opened by the first.
    pub fn socket(&mut self) -> Result<&mut Socket> {
        if self.socket.is_none() {
            self.socket = Some(self.open_socket()?);
        }
        let socket = self.socket.as_deref_mut();
        socket.ok_or_else(|| Error::status(REFUSED))
    }

    /// Opens another socket.
    pub fn open_socket(&self) -> Result<Box<Socket>> {
        self.open_socket_to(None)
    }

    /// Opens a socket to another part of the kernel than routing: `NETLINK_*`.
    pub fn open_socket_to(&self, protocol: Option<Protocol>) -> Result<Box<Socket>> {
        let socket = Socket::open_to(protocol)?;
        if let Some(size) = self.receive_buffer {
            socket.set_receive_buffer(size)?;
        }
        Ok(socket)
    }

    /// Closes the socket. The next request opens one in the network namespace of then.
    pub fn close_socket(&mut self) {
        self.socket = None;
    }

    /// Lends the socket for a dump. Requests that are made meanwhile open another.
    pub fn lend(&mut self) -> Result<Box<Socket>> {
        match self.socket.take() {
            Some(socket) => Ok(socket),
            None => self.open_socket(),
        }
    }

    /// Takes the socket back.
    pub fn give_back(&mut self, socket: Box<Socket>) {
        self.socket = Some(socket);
    }

    /// Forgets links and namespaces: they may have changed.
    pub fn forget(&mut self) {
        self.links.clear();
        (self.namespaces, self.unread) = (None, None);
    }

    /// Forgets namespaces alone, of which none are known in another one.
    #[cfg(feature = "monitor")]
    pub fn forget_namespaces(&mut self) {
        if self.namespace.is_none() {
            self.namespaces = None;
        }
    }

    /// Knows the names of another network namespace from now on, which has an id in this one. What names the ids of
    /// namespaces have there is not known here.
    #[cfg(feature = "monitor")]
    pub fn see_namespace(&mut self, id: u32) {
        if self.namespace != Some(id) {
            self.links.clear();
            self.namespace = Some(id);
            self.namespaces = Some(Vec::new());
        }
    }

    /// Takes the warnings that came with acknowledgements, as lines for stderr.
    pub fn warnings(&mut self) -> Vec<u8> {
        let mut warnings = std::mem::take(&mut self.failure);
        if let Some(socket) = &mut self.socket {
            warnings.append(&mut socket.warnings);
        }
        warnings
    }

    /// Remembers a link, so that the kernel need not be asked for its name.
    pub fn note_link(&mut self, index: u32, flags: u32, name: &[u8]) {
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
        match self.find_place(link.index) {
            Ok(at) => self.links[at] = link,
            Err(_) if self.links.len() == MOST_LINKS => {
                self.links.clear();
                self.links.push(link);
            }
            Err(at) => self.links.insert(at, link),
        }
    }

    /// The place of a link in `links`, or the place where it would be inserted.
    fn find_place(&self, index: u32) -> std::result::Result<usize, usize> {
        // A dump goes through the links in the order of their indexes: most that is looked up was noted just before.
        let near = self.links.len().saturating_sub(4);
        let is_near = self.links.get(near).is_some_and(|link| link.index <= index);
        let start = if is_near { near } else { 0 };
        self.links[start..]
            .binary_search_by_key(&index, |link| link.index)
            .map(|at| start + at)
            .map_err(|at| start + at)
    }

    /// Whether a link is remembered.
    pub fn has_link(&self, index: u32) -> bool {
        self.find_place(index).is_ok()
    }

    /// The index of a device by its name, alternative name or `ifN`; `None` if there is no such device. A name that netlink
    /// does not know is read as the kernel reads it for `SIOCGIFINDEX`, to which iproute2 turns then: up to the first colon, so
    /// that `eth0:1`, as an alias was called, is `eth0`.
    ///
    /// # Errors
    /// The kernel cannot be asked.
    pub fn find_index(&mut self, name: &[u8]) -> Result<Option<u32>> {
        let mut found = self.find_named(name)?;
        let (device, _) = split(name, b':');
        if found.is_none() && device.len() < name.len() && name.len() < IFNAMSIZ {
            found = self.find_named(device)?;
        }
        Ok(found.or_else(|| numbered(name)))
    }

    /// The index of a device by its name or alternative name alone.
    ///
    /// # Errors
    /// The kernel cannot be asked.
    pub fn find_named(&mut self, name: &[u8]) -> Result<Option<u32>> {
        if let Some(link) = self.links.iter().find(|link| link.name() == name) {
            return Ok(Some(link.index));
        }
        let attr = match name {
            _ if args::is_ifname(name) => ifla::IFNAME,
            _ if args::is_altname(name) => ifla::ALT_IFNAME,
            _ => return Ok(None),
        };
        match self.ask(0, attr, name, None) {
            Ok(found) => {
                self.note(found);
                Ok(Some(found.index))
            }
            Err(e) if e.code() == KERNEL => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// The index of a device that must exist, in the namespace with an id, or without one in this namespace.
    pub fn index_in(&mut self, namespace: Option<u32>, name: &[u8]) -> Result<u32> {
        if namespace.is_none() {
            return self.index_of(name);
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

    /// The index of a device that must exist.
    pub fn index_of(&mut self, name: &[u8]) -> Result<u32> {
        self.index_or(name, Error::no_device)
    }

    /// The same with another error where it does not.
    pub fn index_or(&mut self, name: &[u8], missing: fn(&[u8]) -> Error) -> Result<u32> {
        self.find_index(name)?.ok_or_else(|| missing(name))
    }

    /// Adds the name of the link with an index to a text: `*` for 0, which is no link, and `ifN` for one that is not there.
    /// Returns the `IFF_*` of the link, if there is one.
    pub fn add_link_name(&mut self, index: u32, text: &mut Vec<u8>) -> Option<u32> {
        if index == 0 {
            text.push(b'*');
            return None;
        }
        for _ in 0..2 {
            if let Ok(at) = self.find_place(index) {
                let link = &self.links[at];
                text.append_bytes(link.name());
                return Some(link.flags);
            }
            match self.ask(index, 0, &[], self.namespace) {
                Ok(link) => self.note(link),
                Err(e) => {
                    // It is not known that there is none.
                    if e.code() != KERNEL && self.failure.is_empty() {
                        self.failure = fill_one("%\n", e.text());
                    }
                    break;
                }
            }
        }
        add_one(text, "if%", &decimal(index.into()));
        None
    }

    /// The type of the link with an index, `ARPHRD_*`; `ARPHRD_VOID` where there is none.
    pub fn link_type(&mut self, index: u32) -> u16 {
        let known = self.find_place(index).ok();
        known
            .and_then(|at| self.links[at].arphrd)
            .or_else(|| {
                let link = self.ask(index, 0, &[], self.namespace).ok()?;
                self.note(link);
                link.arphrd
            })
            .unwrap_or(u16::MAX)
    }

    /// Asks for one link by its index, or by its name in the attribute `attr` (else 0); in the namespace with the id
    /// `netns`, or without one in this namespace.
    fn ask(&mut self, index: u32, attr: u16, name: &[u8], netns: Option<u32>) -> Result<Link> {
        let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
        // Kernels that know the bit 0x100 answer with the name alone.
        msg.u32(
            ifla::EXT_MASK,
            rtext_filter::VF | rtext_filter::SKIP_STATS | 0x100,
        );
        if attr != 0 {
            msg.str(attr, name);
        }
        if let Some(id) = netns {
            msg.u32(ifla::TARGET_NETNSID, id);
        }
        let mut link = Link::default();
        self.socket()?.get(&mut msg, &mut |message| {
            let body = message.body;
            if let (Some(index), Some(flags), Some(attrs)) =
                (field(body, 4), field(body, 8), body.get(16..))
            {
                (link.index, link.flags) = (index, flags);
                link.arphrd = Some(u16::from_ne_bytes([body[2], body[3]]));
                let name = Attrs(attrs).find(ifla::IFNAME).unwrap_or_default().str();
                if let Some(place) = link.name.get_mut(..name.len()) {
                    place.copy_from_slice(name);
                }
            }
            Ok(())
        })?;
        Ok(link)
    }
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
