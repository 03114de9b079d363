//! A message under construction, in which names still have to become numbers.

use std::os::fd::{AsRawFd, OwnedFd};

use rustix::io::Errno;

use crate::args;
use crate::error::{Error, Result, USAGE};
use crate::files::exists;
use crate::names::netns::open_netns;
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{ifla, info, netnsa, rtm, vrf};
use crate::nl::wire::{Attr, Attrs, Msg, field};
use crate::row::sent::Sent;
use crate::row::types::Wire;

/// What a name is the name of, and so which number it becomes.
#[derive(Clone, Copy)]
pub enum NameOf {
    /// An interface: its index.
    Device,
    /// The same; one that does not exist has the exit status of a usage error.
    DeviceWord,
    /// A VRF device: its index.
    Vrf,
    /// The interface below, which is in the namespace that the attribute `IFLA_LINK_NETNSID` says: its index there.
    Lower,
    /// An interface: its index, which goes where it stands, outside of any attribute. For one that does not exist the line
    /// `wrong` is added to the error, which has the exit status of a usage error.
    Index,
    /// A network namespace: a descriptor of it.
    Netns,
    /// A network namespace: its id.
    NetnsId,
}

/// A name whose number the message waits for.
struct Pending<'a> {
    /// Where the number goes in the message, or in what is sent late.
    at: usize,
    is_late: bool,
    what: NameOf,
    name: &'a [u8],
    wrong: &'static [u8],
    /// Where the attributes of the same link start.
    start: usize,
}

impl Pending<'_> {
    /// The error where no device has the name.
    fn no_device(&self) -> Error {
        let wrong: &[u8] = match self.what {
            NameOf::Index => b"",
            NameOf::Vrf if self.wrong.is_empty() => b"Not a valid VRF name\n",
            _ => self.wrong,
        };
        if !wrong.is_empty() {
            return Error::bad_value(self.name, wrong, b"");
        }
        let e = Error::no_device(self.name);
        match self.what {
            NameOf::Device => e,
            NameOf::Index => e.then(self.wrong).code_is(USAGE).ends(),
            _ => e.code_is(USAGE).ends(),
        }
    }
}

/// A message under construction. Words add attributes, some of which are sent behind all others; names become numbers
/// in one step, [`Draft::resolve`], when no word was wrong.
#[derive(Default)]
pub struct Draft<'a> {
    /// The message, with the attributes in the order of their words.
    pub msg: Msg,
    /// Where the attributes start to which the words add that are being read.
    pub start: usize,
    /// The attributes that are [`Sent`] behind the others: of several with one number the last counts.
    pub late: Msg,
    /// Which attributes those are.
    pub sent: &'static [Sent],
    names: Vec<Pending<'a>>,
    /// How many of the names are numbers by now.
    resolved: usize,
    /// What descriptors in the message stand for: open until it is sent.
    held: Vec<OwnedFd>,
    /// The request is refused anyway: no namespace is to get an id on its account.
    pub dry: bool,
    /// Lines for standard error.
    pub warnings: Vec<u8>,
    /// The address family of `-4` and `-6`, else 0.
    pub family: u8,
}

impl<'a> Draft<'a> {
    /// Whether an attribute is sent behind the others.
    pub fn is_late(&self, attr: u16) -> bool {
        self.sent.iter().any(|sent| sent.attr() == attr)
    }

    /// Whether no word has added anything so far.
    pub fn is_empty(&self) -> bool {
        self.msg.size() == self.start && self.late.size() == 0
    }

    /// Whether the words that are being read have added an attribute.
    pub fn has(&self, attr: u16) -> bool {
        let added = [self.msg.attrs(self.start), self.late.attrs(0)];
        added.iter().any(|attrs| attrs.find(attr).is_some())
    }

    /// The message that an attribute is to be added to.
    pub fn put(&mut self, attr: u16) -> &mut Msg {
        if self.is_late(attr) {
            &mut self.late
        } else {
            &mut self.msg
        }
    }

    /// Adds an attribute with any payload.
    pub fn bytes(&mut self, attr: u16, payload: &[u8]) {
        self.put(attr).bytes(attr, payload);
    }

    /// Adds an attribute with the low 0, 1, 2, 4 or 8 bytes of a number in host order.
    pub fn number(&mut self, attr: u16, number: u64, width: u8) {
        self.put(attr).number(attr, number, width);
    }

    /// The number in an attribute that is sent late, as given or by default; 0 if there is none.
    pub fn late_number(&self, attr: u16) -> u64 {
        let given = self.late.attrs(0).find(attr).and_then(Attr::number);
        let sent = self.sent.iter().find(|sent| sent.attr() == attr);
        given.unwrap_or_else(|| sent.map_or(0, Sent::default_number))
    }

    /// Sets or clears bits of a number that is sent late.
    pub fn set_bits(&mut self, attr: u16, bits: u64, on: bool, wire: Wire) {
        let old = self.late_number(attr);
        let new = if on { old | bits } else { old & !bits };
        self.late.number(attr, new, wire.width());
    }

    /// Clears, and then sets, bits of two numbers of 32 bits that are one attribute, sent late: a value and its mask,
    /// or the other way round. At first both are 0.
    pub fn set_pair(&mut self, attr: u16, clear: [u32; 2], set: [u32; 2]) {
        let old = self.late.attrs(0).find(attr).unwrap_or_default();
        let mut new = [0; 8];
        for (n, bytes) in new.chunks_exact_mut(4).enumerate() {
            let old = field(old.0, 4 * n).unwrap_or(0);
            bytes.copy_from_slice(&(old & !clear[n] | set[n]).to_ne_bytes());
        }
        self.late.bytes(attr, &new);
    }

    /// Adds a part of the attribute that [`Draft::gather`] makes of all its parts.
    pub fn add_part(&mut self, attr: u16, fill: impl FnOnce(&mut Msg)) {
        self.late.nest(attr, fill);
    }

    /// Adds one attribute that holds all that is sent late, if there is any: parts of an attribute of which the kernel
    /// would take the last alone.
    pub fn gather(&mut self, attr: u16) {
        let parts = std::mem::take(&mut self.late);
        let start = self.msg.open();
        for (_, part) in parts.attrs(0) {
            self.msg.raw(part.0);
        }
        if self.msg.size() == start + 4 {
            self.msg.truncate(start);
        } else {
            self.msg.close(start, attr);
        }
    }

    /// Adds an attribute with the number that a name will be. `wrong` is why the word is wrong if nothing has that
    /// name; if that is empty, the interface is said not to exist.
    pub fn name(&mut self, attr: u16, what: NameOf, name: &'a [u8], wrong: &'static [u8]) {
        let is_late = self.is_late(attr);
        let msg = self.put(attr);
        let at = msg.size() + 4;
        msg.u32(attr, 0);
        self.wait(at, is_late, what, name, wrong);
    }

    /// Remembers that the index of an interface is to be written at a place in the message. `wrong` is a second line of the
    /// error where there is no such interface.
    pub fn index(&mut self, at: usize, name: &'a [u8], wrong: &'static [u8]) {
        self.wait(at, false, NameOf::Index, name, wrong);
    }

    fn wait(
        &mut self,
        at: usize,
        is_late: bool,
        what: NameOf,
        name: &'a [u8],
        wrong: &'static [u8],
    ) {
        self.names.push(Pending {
            at,
            is_late,
            what,
            name,
            wrong,
            start: self.start,
        });
    }

    /// How many names there are by now.
    pub fn names(&self) -> usize {
        self.names.len()
    }

    /// How many names are of words in front of those that are being read, which are in a nested attribute.
    pub fn names_before(&self) -> usize {
        let before = self.names.iter();
        before.take_while(|name| name.start != self.start).count()
    }

    /// Takes back what the words of a kind have added, from `start` on and behind the first `names` names, for them to
    /// be read once more: as changes of what the link has.
    pub fn restart(&mut self, start: usize, names: usize, has: Attrs) {
        self.msg.truncate(start);
        self.names.truncate(names);
        self.resolved = self.resolved.min(names);
        self.late = Msg::default();
        for (attr, value) in has {
            if self.is_late(attr) {
                self.late.bytes(attr, value.0);
            }
        }
    }

    /// Turns the first `until` names into numbers.
    pub fn resolve(&mut self, until: usize, names: &mut Names) -> Result<()> {
        for pending in &self.names[self.resolved..until] {
            let (at, name) = (pending.at, pending.name);
            let number = match pending.what {
                NameOf::Device | NameOf::DeviceWord | NameOf::Index => {
                    let found = names.find_index(name)?;
                    found.ok_or_else(|| pending.no_device())?
                }
                NameOf::Vrf => {
                    let found = vrf(name, names)?;
                    found.ok_or_else(|| pending.no_device())?.0
                }
                NameOf::Lower => {
                    let namespace = self.msg.attrs(pending.start).find(ifla::LINK_NETNSID);
                    names.index_in(namespace.and_then(Attr::u32), name)?
                }
                NameOf::NetnsId => {
                    let fd = open_netns(name).map_err(|_| Error::invalid(name, b"link-netns"))?;
                    if self.dry {
                        continue;
                    }
                    names.assigned_nsid(netnsa::FD, fd.as_raw_fd() as u32)? as u32
                }
                NameOf::Netns => match (open_netns(name), args::signed(name)) {
                    (Ok(fd), _) => {
                        let number = fd.as_raw_fd() as u32;
                        self.held.push(fd);
                        number
                    }
                    // A process whose namespace may not be opened, or cannot without /proc: the kernel finds it by the
                    // id of the process.
                    (Err(errno), Some(pid)) if errno == Errno::ACCESS || !exists(c"/proc/self") => {
                        self.msg.patch(at - 2, &ifla::NET_NS_PID.to_ne_bytes());
                        pid as u32
                    }
                    _ => return Err(Error::invalid(name, b"netns")),
                },
            };
            let msg = if pending.is_late {
                &mut self.late
            } else {
                &mut self.msg
            };
            msg.patch(at, &number.to_ne_bytes());
        }
        self.resolved = until;
        Ok(())
    }
}

/// The index of a VRF device, and the number of its routing table, 0 where it has none; `None` if no interface has that
/// name, or one of another kind.
pub fn vrf(name: &[u8], names: &mut Names) -> Result<Option<(u32, u32)>> {
    let Some(index) = names.find_named(name)? else {
        return Ok(None);
    };
    let mut found = None;
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
    names.socket()?.get(&mut msg, &mut |message| {
        let attrs = message.attrs(16);
        let info = attrs.find(ifla::LINKINFO).unwrap_or_default().attrs();
        if info.find(info::KIND).unwrap_or_default().str() == b"vrf" {
            let data = info.find(info::DATA).unwrap_or_default().attrs();
            let table = data.find(vrf::TABLE).and_then(Attr::u32);
            found = Some((index, table.unwrap_or(0)));
        }
        Ok(())
    })?;
    Ok(found)
}
