//! What `ip netns map` shows: the network namespaces, their links and addresses, and how these are joined.
//!
//! Each namespace is entered once, and asked for all its links and all its addresses. The other end of a link is found by its
//! index in the namespace that has the id which the kernel tells beside it.

use crate::append::Append;
use std::mem::ManuallyDrop;
use std::os::fd::OwnedFd;

use rustix::fs::OFlags;

use crate::error::Result;
use crate::files::open;
use crate::ip::command::{Ctx, Io, TRIES};
use crate::ip::iface::record::{Record, decode};
use crate::ip::ifaddr::dump::{Addresses, get_addresses};
use crate::names::netns::{cannot_read, each_named};
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{iff, ifla, info, rt_scope, rtext_filter, rtm};
use crate::nl::wire::{Attr, Msg};
use crate::ns::{enter, warn, who};
use crate::text::{add_address, add_unsigned, hexadecimal, is_control};

/// The place of the caller's namespace in [`Map::namespaces`].
pub const HERE: usize = 0;

/// A link.
#[derive(Default)]
pub struct Link {
    /// Its index.
    pub index: u32,
    /// Its name.
    pub name: Vec<u8>,
    /// Its kind, as `veth`; empty where it has none.
    pub kind: Vec<u8>,
    /// `IFF_*`.
    pub flags: u32,
    /// The index of the link whose port it is, or 0.
    pub master: u32,
    /// The index of the other end of a pair, or of the link that it stands on, or 0.
    pub other: u32,
    /// The id of the namespace that has the other link, if that is not its own.
    pub other_netns: Option<i32>,
    /// Its addresses with the lengths of their prefixes.
    pub addresses: Vec<Vec<u8>>,
}

impl Link {
    /// Whether the other link is the other end of a pair, and not one that it stands on.
    pub fn is_pair(&self) -> bool {
        matches!(&self.kind[..], b"veth" | b"netkit" | b"vxcan")
    }
}

/// Whose the id of a namespace is.
#[derive(Clone, Copy)]
enum Owner {
    /// It has no name.
    Unknown,
    /// That of the caller.
    Caller,
    /// One with a name, by its place in [`Map::names`].
    Name(usize),
}

/// A network namespace.
#[derive(Default)]
pub struct Namespace {
    /// Its names, as places in [`Map::names`].
    pub names: Vec<usize>,
    /// Why it could not be entered or asked; else empty.
    pub error: Vec<u8>,
    /// Its links by index.
    pub links: Vec<Link>,
    /// The places of its links by the link whose ports they are.
    ports: Vec<usize>,
    /// The ids of the namespaces that links lead to, sorted.
    ids: Vec<(i32, Owner)>,
    file: who::File,
}

impl Namespace {
    /// The links that are ports of one, or for 0 of none.
    pub fn ports_of(&self, master: u32) -> &[usize] {
        let start = self
            .ports
            .partition_point(|at| self.links[*at].master < master);
        let ports = &self.ports[start..];
        &ports[..ports.partition_point(|at| self.links[*at].master == master)]
    }

    /// The place of the link with an index.
    pub fn find(&self, index: u32) -> Option<usize> {
        self.links
            .binary_search_by_key(&index, |link| link.index)
            .ok()
    }
}

/// Where the other link of a link is.
#[derive(Clone, Copy)]
pub enum Other {
    /// The link: the places of its namespace and its own.
    Link(usize, usize),
    /// It is in this namespace, which could not be asked.
    Namespace(usize),
    /// The namespace has this id, and no name.
    Unnamed(i32),
}

/// All namespaces.
#[derive(Default)]
pub struct Map {
    /// The names, sorted.
    pub names: Vec<Vec<u8>>,
    /// The namespaces: that of the caller, and those with other names, by their first.
    pub namespaces: Vec<Namespace>,
    /// Of each name the place of its namespace.
    namespace_of: Vec<usize>,
}

impl Map {
    /// The first name of a namespace; empty for that of the caller if it has none.
    pub fn name(&self, namespace: usize) -> &[u8] {
        let first = self.namespaces[namespace].names.first();
        first.map_or(&[], |at| &self.names[*at])
    }

    /// What a namespace is called: its names, joined by commas.
    pub fn title(&self, namespace: usize) -> Vec<u8> {
        let names = self.namespaces[namespace].names.iter();
        let mut title = Vec::new();
        for name in names {
            if !title.is_empty() {
                title.append_bytes(b", ");
            }
            title.append_bytes(&self.names[*name]);
        }
        if namespace == HERE {
            title.append_bytes(if title.is_empty() {
                b"here"
            } else {
                b" (here)"
            });
        }
        title
    }

    /// Whether the other link of a link is this one.
    pub fn leads_to(&self, namespace: usize, link: &Link, there: usize, wanted: &Link) -> bool {
        match self.other(namespace, link) {
            Some(Other::Link(found, at)) => {
                found == there && self.namespaces[found].links[at].index == wanted.index
            }
            _ => false,
        }
    }

    /// The other link of a link.
    pub fn other(&self, namespace: usize, link: &Link) -> Option<Other> {
        if link.other == 0 {
            return None;
        }
        let mut there = namespace;
        if let Some(id) = link.other_netns {
            let from = &self.namespaces[namespace];
            let owner = from.find_id(id).map_or(Owner::Unknown, |at| from.ids[at].1);
            there = match owner {
                Owner::Unknown => return Some(Other::Unnamed(id)),
                Owner::Caller => HERE,
                Owner::Name(name) => self.namespace_of[name],
            };
        }
        match self.namespaces[there].find(link.other) {
            Some(at) => Some(Other::Link(there, at)),
            None => (there != namespace).then_some(Other::Namespace(there)),
        }
    }
}

/// Enters all namespaces, one after the other. What keeps one from that is a warning. Nothing of the map is given back by hand: the
/// process ends with it.
pub fn gather(ctx: &Ctx, io: &mut Io) -> Result<ManuallyDrop<Map>> {
    let mut map = ManuallyDrop::new(Map::default());
    let Map {
        names,
        namespaces,
        namespace_of,
    } = &mut *map;
    let read = each_named(&mut |_, name| {
        let name = name.to_bytes();
        let at = names.partition_point(|other| &other[..] < name);
        names.insert(at, name.to_vec());
    });
    match read {
        Ok(()) | Err(rustix::io::Errno::NOENT) => {}
        Err(e) => return Err(cannot_read(e)),
    }
    // Without /proc the own namespace is told from others by nothing.
    let own = ManuallyDrop::new(open(c"/proc/self/ns/net", OFlags::RDONLY).ok());
    let own = own.as_ref();
    namespaces.push(Namespace {
        file: own.map_or_else(who::File::default, file_of),
        ..Namespace::default()
    });
    look(&mut namespaces[HERE], own, names, ctx, &mut io.names)?;
    for (at, name) in names.iter().enumerate() {
        let opened = enter::open(name);
        let file = opened
            .as_ref()
            .map_or_else(|_| who::File::default(), file_of);
        let is_same = |other: &Namespace| opened.is_ok() && other.file == file;
        let known = namespaces.iter().position(is_same);
        let place = known.unwrap_or(namespaces.len());
        if known.is_none() {
            namespaces.push(Namespace {
                file,
                ..Namespace::default()
            });
            let namespace = &mut namespaces[place];
            let looked = opened.and_then(|file| {
                enter::join(&file, name)?;
                look(namespace, own, names, ctx, &mut io.names)
            });
            if let Err(e) = looked {
                warn(&e, &mut io.out);
                namespace.error = e.text().to_vec();
            }
        }
        namespaces[place].names.push(at);
        namespace_of.push(place);
    }
    Ok(map)
}

fn file_of(namespace: &OwnedFd) -> who::File {
    who::file_of(namespace).unwrap_or_default()
}

/// Asks for the links and the addresses of the namespace that this process is in, and for the ids of the others that its links
/// lead to: first that of the caller's, to which most lead.
fn look(
    namespace: &mut Namespace,
    own: Option<&OwnedFd>,
    known: &[Vec<u8>],
    ctx: &Ctx,
    names: &mut Names,
) -> Result<()> {
    names.close_socket();
    names.forget();
    let has_details = ctx.details > 0;
    let addresses = get_addresses(0, 0, names)?;
    for turn in 1.. {
        namespace.links.clear();
        let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, 0, 0, 0));
        msg.u32(ifla::EXT_MASK, rtext_filter::SKIP_STATS);
        let is_consistent = names.socket()?.dump(&mut msg, &mut |message| {
            if let Some(record) = &decode(message) {
                namespace.add(record, &addresses, has_details);
            }
            Ok(())
        })?;
        if is_consistent || turn == TRIES {
            break;
        }
    }
    for at in 0..namespace.links.len() {
        let mut master = namespace.links[at].master;
        if namespace.find(master).is_none() {
            master = 0;
        }
        namespace.links[at].master = master;
        let links = &namespace.links;
        let ports = &mut namespace.ports;
        let place = ports.partition_point(|other| links[*other].master <= master);
        ports.insert(place, at);
    }
    let mut left = namespace.ids.len();
    if let Some(own) = own.filter(|_| left > 0)
        && let Some(id) = names.nsid(own)?
    {
        left -= usize::from(namespace.set_owner(id, Owner::Caller));
    }
    if left > 0 {
        // What keeps some names from it leaves their namespaces without a name.
        let _ = names.each_nsid(&mut |name, id| {
            let place = known.binary_search_by(|other| other[..].cmp(name));
            if let (Ok(Some(id)), Ok(place)) = (id, place) {
                namespace.set_owner(id, Owner::Name(place));
            }
        });
    }
    Ok(())
}

impl Namespace {
    /// Adds a link of a dump, with its addresses.
    fn add(&mut self, record: &Record, all: &Addresses, has_details: bool) {
        let mut addresses = Vec::new();
        all.of(record.index, &mut |record| {
            // Those that each link or each namespace has of its own accord join nothing.
            if record.scope < rt_scope::LINK || has_details {
                let mut text = Vec::new();
                add_address(&mut text, record.local().unwrap_or_default().0);
                text.push(b'/');
                add_unsigned(&mut text, record.prefix_len.into());
                addresses.push(text);
            }
        });
        if record.flags & iff::LOOPBACK != 0 && addresses.is_empty() && !has_details {
            return;
        }
        let other = record.u32(ifla::LINK).unwrap_or(0);
        let other_netns = record.get(ifla::LINK_NETNSID).and_then(Attr::i32);
        if let Some(id) = other_netns
            && let Err(at) = self.find_id(id)
        {
            self.ids.insert(at, (id, Owner::Unknown));
        }
        let is_itself = other == record.index && other_netns.is_none();
        let kind = record.link_info(info::KIND).unwrap_or_default();
        let link = Link {
            index: record.index,
            name: record.name().to_vec(),
            kind: kind.str().to_vec(),
            flags: record.flags,
            master: record.u32(ifla::MASTER).unwrap_or(0),
            other: if is_itself { 0 } else { other },
            other_netns,
            addresses,
        };
        // The kernel goes through them in this order.
        let at = self.links.partition_point(|other| other.index < link.index);
        self.links.insert(at, link);
    }

    /// The place of an id in [`Namespace::ids`], or the place where it would be inserted.
    fn find_id(&self, id: i32) -> std::result::Result<usize, usize> {
        self.ids.binary_search_by_key(&id, |known| known.0)
    }

    /// Says whose an id is. False if no link has it.
    fn set_owner(&mut self, id: i32, owner: Owner) -> bool {
        let found = self.find_id(id);
        if let Ok(at) = found {
            self.ids[at].1 = owner;
        }
        found.is_ok()
    }
}

/// A name as it can be part of any document: control bytes, and what is no UTF-8, as `\x1b`.
pub fn printable(name: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for chunk in name.utf8_chunks() {
        for byte in chunk.valid().bytes() {
            match is_control(&byte) {
                true => add_byte(&mut text, byte),
                false => text.push(byte),
            }
        }
        for byte in chunk.invalid() {
            add_byte(&mut text, *byte);
        }
    }
    text
}

fn add_byte(text: &mut Vec<u8>, byte: u8) {
    text.append_bytes(b"\\x");
    hexadecimal(text, byte.into(), 2);
}
