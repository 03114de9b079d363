//! A message in which names still have to become numbers.

use std::os::fd::{AsRawFd, OwnedFd};

use rustix::io::Errno;

use crate::args;
use crate::error::{Error, Result, USAGE};
use crate::files::exists;
use crate::names::netns::open_netns;
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{ifla, info, netnsa, rtm};
use crate::nl::wire::{Attr, Attrs, Msg, field};
use crate::row::sent::Sent;

/// A name that is to become a number.
pub enum Name<'a> {
    /// A device's index, and why the word is wrong if there is none; without a reason the device is said to be missing.
    Device(&'a [u8], Option<&'static [u8]>),
    /// The same; a device that is missing has the exit status of a wrong word.
    DeviceWord(&'a [u8]),
    /// A descriptor of a network namespace.
    Netns(&'a [u8]),
    /// The id of a network namespace.
    NetnsId(&'a [u8]),
    /// The index of a VRF device.
    Vrf(&'a [u8]),
    /// A device's index in the namespace that `IFLA_LINK_NETNSID` says, where the attributes start there.
    Lower(&'a [u8], usize),
}

/// A message under construction in which names still have to become numbers: [`Draft::resolve`] is that step.
#[derive(Default)]
pub struct Draft<'a> {
    /// The message.
    pub msg: Msg,
    /// Where each is to go, and whether that is in `late`.
    names: Vec<(usize, bool, Name<'a>)>,
    resolved: usize,
    /// They must outlive the request.
    held: Vec<OwnedFd>,
    /// What comes behind all else; of several with a number the last counts.
    pub late: Msg,
    /// The attributes that go there.
    pub sent: &'static [Sent],
    /// Names are looked for, and no namespace gets an id.
    pub dry: bool,
    /// Lines for stderr.
    pub warnings: Vec<u8>,
    /// The family of `-4` and `-6`, else 0.
    pub family: u8,
}

impl<'a> Draft<'a> {
    /// The message that an attribute goes into.
    pub fn put(&mut self, attr: u16) -> &mut Msg {
        if self.is_late(attr) {
            &mut self.late
        } else {
            &mut self.msg
        }
    }

    /// The number of what is late, by now or by default; 0 if there is none.
    pub fn value(&self, attr: u16) -> u64 {
        let given = self.late.attrs(0).find(attr).and_then(Attr::number);
        let sent = self.sent.iter().find(|sent| sent.attr() == attr);
        given.unwrap_or_else(|| sent.map_or(0, Sent::default_number))
    }

    /// Sets or clears bits of 16 that are late.
    pub fn set_bits(&mut self, attr: u16, bits: u16, on: bool) {
        let old = self.value(attr) as u16;
        let new = if on { old | bits } else { old & !bits };
        self.late.number(attr, new.into(), 2);
    }

    /// Changes two numbers of 32 bits that are late; at first they are 0.
    pub fn set_pair(&mut self, attr: u16, change: impl FnOnce([u32; 2]) -> [u32; 2]) {
        let old = self.late.attrs(0).find(attr).unwrap_or_default();
        let new = change([0, 4].map(|at| field(old.0, at).unwrap_or(0)));
        self.late.bytes(attr, &new.map(u32::to_ne_bytes).concat());
    }

    /// Whether it is sent behind the words' own attributes.
    pub fn is_late(&self, attr: u16) -> bool {
        self.sent.iter().any(|sent| sent.attr() == attr)
    }

    /// An attribute whose number a name is to become.
    pub fn name(&mut self, attr: u16, name: Name<'a>) {
        let late = self.is_late(attr);
        let msg = self.put(attr);
        let at = msg.size() + 4;
        msg.u32(attr, 0);
        self.names.push((at, late, name));
    }

    /// Begins the options of a kind anew, at `start`, with what the link has.
    pub fn again(&mut self, start: usize, names: usize, has: Attrs) {
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

    /// A VRF device's index.
    pub fn vrf(&mut self, attr: u16, name: &'a [u8]) {
        self.name(attr, Name::Vrf(name));
    }

    /// The index of the device below, which may be in another namespace: the attributes of the link start at `start`.
    pub fn lower(&mut self, attr: u16, name: &'a [u8], start: usize) {
        self.name(attr, Name::Lower(name, start));
    }

    /// Says which attributes wait for [`Draft::gather`].
    pub fn gathers(&mut self, sent: &'static [Sent]) {
        self.sent = sent;
    }

    /// Adds to an attribute that is to be one, whatever else is in it.
    pub fn late(&mut self, attr: u16, fill: impl FnOnce(&mut Msg)) {
        self.late.nest(attr, fill);
    }

    /// Makes one attribute of all that was added to it.
    pub fn gather(&mut self, attr: u16) {
        let late = std::mem::take(&mut self.late);
        let parts = late.attrs(0).filter(|(kind, _)| *kind == attr);
        let whole = parts.map(|(_, part)| part.0).collect::<Vec<_>>().concat();
        if !whole.is_empty() {
            self.msg.bytes(attr, &whole);
        }
    }

    /// A descriptor of a network namespace.
    pub fn netns(&mut self, attr: u16, word: &'a [u8]) {
        self.name(attr, Name::Netns(word));
    }

    /// The id of a network namespace.
    pub fn netns_id(&mut self, attr: u16, word: &'a [u8]) {
        self.name(attr, Name::NetnsId(word));
    }

    /// How many names there are by now.
    pub fn names(&self) -> usize {
        self.names.len()
    }

    /// Turns names into numbers, up to the one with that number.
    pub fn resolve(&mut self, until: usize, names: &mut Names) -> Result<()> {
        for (at, late, name) in &self.names[self.resolved..until] {
            let number = match *name {
                Name::Device(name, None) => names.index(name)?,
                Name::Device(name, Some(why)) => {
                    let found = names.find(name)?;
                    found.ok_or_else(|| Error::bad_value(name, why, b""))?
                }
                Name::DeviceWord(name) => {
                    let found = names.find(name)?;
                    found.ok_or_else(|| Error::no_device(name).code_is(USAGE).ends())?
                }
                Name::Vrf(name) => {
                    let why = || Error::bad_value(name, b"Not a valid VRF name\n", b"");
                    vrf(name, names)?.ok_or_else(why)?
                }
                Name::Lower(name, start) => {
                    let away = self.msg.attrs(start).find(ifla::LINK_NETNSID);
                    names.index_in(away.and_then(Attr::u32), name)?
                }
                Name::NetnsId(word) => {
                    let fd = open_netns(word).map_err(|_| Error::invalid(word, b"link-netns"))?;
                    if self.dry {
                        continue;
                    }
                    names.assigned_nsid(netnsa::FD, fd.as_raw_fd() as u32)? as u32
                }
                Name::Netns(word) => match (open_netns(word), args::signed(word)) {
                    (Ok(fd), _) => {
                        self.held.push(fd);
                        self.held[self.held.len() - 1].as_raw_fd() as u32
                    }
                    // A process that may not be looked into, or cannot for want of /proc: the kernel finds it by itself.
                    (Err(errno), Some(pid)) if errno == Errno::ACCESS || !exists(c"/proc/self") => {
                        self.msg.patch(*at - 2, &ifla::NET_NS_PID.to_ne_bytes());
                        pid as u32
                    }
                    _ => return Err(Error::invalid(word, b"netns")),
                },
            };
            let msg = if *late { &mut self.late } else { &mut self.msg };
            msg.patch(*at, &number.to_ne_bytes());
        }
        self.resolved = until;
        Ok(())
    }
}

/// The index of a VRF device; `None` if there is no such device, or it is of another kind.
pub fn vrf(name: &[u8], names: &mut Names) -> Result<Option<u32>> {
    let Some(index) = names.find(name)? else {
        return Ok(None);
    };
    let mut is_vrf = false;
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
    names.socket()?.get(&mut msg, &mut |message| {
        let attrs = Attrs(message.body.get(16..).unwrap_or_default());
        let kind = attrs.find(ifla::LINKINFO).unwrap_or_default().attrs();
        is_vrf = kind
            .find(info::KIND)
            .is_some_and(|kind| kind.str() == b"vrf");
        Ok(())
    })?;
    Ok(Some(index).filter(|_| is_vrf))
}
