//! Names for numbers, and numbers for names: here those of interfaces, in the folder all others.

pub mod file;
pub mod netns;
pub mod table;

use crate::args;
use crate::error::{Error, KERNEL, REFUSED, Result};
use crate::names::file::name_in;
use crate::nl::sock::Socket;
use crate::nl::uapi::{ifla, rtext_filter, rtm};
use crate::nl::wire::{Attr, Attrs, Msg, field};
use crate::text::{add_one, add_unsigned, decimal};

/// The index in `ifN`, as an interface is called whose name is not known.
pub fn numbered(name: &[u8]) -> Option<u32> {
    let number = args::radix(name.strip_prefix(b"if")?, 10)?;
    u32::try_from(number).ok().filter(|n| *n > 0)
}

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
    /// Sorted by index.
    links: Vec<Link>,
    /// The named namespaces that have an id: the id and the name.
    namespaces: Option<Vec<(i32, Vec<u8>)>>,
    /// The link group that was looked up last, and its name, if it has one.
    group: (u32, Vec<u8>),
}

impl Names {
    /// Adds the name of a link group to a text, or its number.
    pub fn add_group(&mut self, text: &mut Vec<u8>, n: u32, numeric: bool) {
        if n != 0 && n != self.group.0 && !numeric {
            self.group = (n, name_in("group", n).unwrap_or_default());
        }
        match &self.group.1[..] {
            _ if n == 0 && !numeric => text.extend_from_slice(b"default"),
            name if !name.is_empty() && !numeric => text.extend_from_slice(name),
            _ => add_unsigned(text, n.into()),
        }
    }

    /// The socket for requests, opened by the first.
    pub fn socket(&mut self) -> Result<&mut Socket> {
        if self.socket.is_none() {
            self.socket = Some(Socket::open()?);
        }
        let socket = self.socket.as_deref_mut();
        socket.ok_or_else(|| Error::status(REFUSED))
    }

    /// Lends the socket for a dump. Requests that are made meanwhile open another.
    pub fn lend(&mut self) -> Result<Box<Socket>> {
        self.socket.take().map_or_else(Socket::open, Ok)
    }

    /// Takes the socket back.
    pub fn give_back(&mut self, socket: Box<Socket>) {
        self.socket = Some(socket);
    }

    /// Forgets links and namespaces: they may have changed.
    pub fn forget(&mut self) {
        self.links.clear();
        self.namespaces = None;
    }

    /// Takes the warnings that came with acknowledgements, as lines for stderr.
    pub fn warnings(&mut self) -> Vec<u8> {
        self.socket
            .as_mut()
            .map(|socket| std::mem::take(&mut socket.warnings))
            .unwrap_or_default()
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

    /// The index of a device by its name, alternative name or `ifN`; `None` if there is no such device.
    ///
    /// # Errors
    /// The kernel cannot be asked.
    pub fn find_index(&mut self, name: &[u8]) -> Result<Option<u32>> {
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
        self.find_index(name)?.ok_or_else(|| Error::no_device(name))
    }

    /// Adds the name of the link with an index to a text, or `ifN`. Returns the `IFF_*` of the link, if there is one.
    pub fn add_link_name(&mut self, index: u32, text: &mut Vec<u8>) -> Option<u32> {
        for _ in 0..2 {
            if let Ok(at) = self.find_place(index) {
                let link = &self.links[at];
                text.extend_from_slice(link.name());
                return Some(link.flags);
            }
            match self.ask(index, 0, &[], None) {
                Ok(link) => self.note(link),
                Err(_) => break,
            }
        }
        add_one(text, "if%", &decimal(index.into()));
        None
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
