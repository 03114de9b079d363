//! Which links are shown: the words of `ip link show` that choose links, which `ip address show` has too.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::Ctx;
use crate::ip::iface::record::Record;
use crate::keywords;
use crate::names::file::group_number;
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{af, iff, ifla, info, rtext_filter, rtm};
use crate::nl::wire::Msg;
use crate::row::draft::vrf;

keywords! {
    /// The words that choose links. Any other word is a device.
    pub(crate) enum Word {
        Up = "=up",
        Down = "=down",
        NoMaster = "=nomaster",
        NoVf = "=novf",
        Group = "=group",
        Master = "=master",
        Vrf = "=vrf",
        Type = "=type",
        Dev = "=dev",
    }
}

/// Which links are shown.
#[derive(Default)]
pub struct Filter<'a> {
    /// The one device that is asked for.
    pub dev: Option<&'a [u8]>,
    /// The index of `dev`; 0 if the kernel is asked for it by name.
    pub dev_index: u32,
    up: bool,
    down: bool,
    /// No link is shown, since the words ask for what no link has.
    pub nothing: bool,
    group: Option<u32>,
    /// Devices and whether they must be VRFs: the links that are ports of the last one, but all of them must be there.
    masters: Vec<(&'a [u8], bool)>,
    /// Only links without a master. Not left to the kernel, which can choose them since Linux 5.16 only.
    no_master: bool,
    master_index: Option<u32>,
    kind: Option<&'a [u8]>,
    no_vf: bool,
}

impl<'a> Filter<'a> {
    /// Takes one word, and the value after it.
    pub fn take(&mut self, word: &'a [u8], w: &mut Words<'a>) -> Result<()> {
        match Word::pick(word) {
            Some(Word::Up) => self.up = true,
            Some(Word::Down) => self.down = true,
            Some(Word::NoMaster) => self.no_master = true,
            Some(Word::NoVf) => self.no_vf = true,
            Some(Word::Group) => {
                let value = w.value()?;
                let group = group_number(value);
                self.group = Some(group.ok_or_else(|| Error::invalid(value, b"group"))?);
            }
            Some(of @ (Word::Master | Word::Vrf)) => {
                self.masters.push((w.value()?, of == Word::Vrf));
                self.no_master = false;
            }
            Some(Word::Type) => self.kind = Some(w.value()?),
            known @ (Some(Word::Dev) | None) => {
                let dev = if known.is_some() { w.value()? } else { word };
                if self.dev.is_some() {
                    return Err(Error::garbage("dev", dev));
                }
                self.dev = Some(dev);
            }
        }
        Ok(())
    }

    /// Whether one device is asked for by its name alone, which the kernel answers with one message.
    pub fn single(&self) -> Option<&'a [u8]> {
        self.dev.filter(|_| self.group.is_none())
    }

    /// Turns names into numbers.
    pub fn resolve(&mut self, names: &mut Names) -> Result<()> {
        if let (Some(dev), Some(_)) = (self.dev, self.group) {
            self.dev_index = names.index_or(dev, Error::unknown_device)?;
        }
        for &(master, is_vrf) in &self.masters {
            self.master_index = Some(find_master(master, is_vrf, names)?);
        }
        if self.no_master {
            self.master_index = None;
        }
        Ok(())
    }

    /// The request for the links, as far as the kernel can choose them.
    pub fn request(&self, family: u8, ctx: &Ctx) -> Msg {
        let index = self.single().map_or(0, |_| self.dev_index);
        let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(family, index, 0, 0));
        if matches!(family, af::INET6 | af::BRIDGE) {
            // The kernel answers these families with dumps of their own, which know no filters.
            return msg;
        }
        let stats = if ctx.stats > 0 {
            0
        } else {
            rtext_filter::SKIP_STATS
        };
        let vf = if self.no_vf { 0 } else { rtext_filter::VF };
        msg.u32(ifla::EXT_MASK, stats | vf);
        match self.single() {
            Some(_) if index != 0 => {}
            Some(dev) if args::is_ifname(dev) => msg.str(ifla::IFNAME, dev),
            Some(dev) => msg.str(ifla::ALT_IFNAME, dev),
            None => {
                if let Some(master) = self.master_index {
                    msg.u32(ifla::MASTER, master);
                }
                if let Some(kind) = self.kind.filter(|kind| !kind.ends_with(b"_slave")) {
                    msg.nest(ifla::LINKINFO, |m| m.bytes(info::KIND, kind));
                }
            }
        }
        msg
    }

    /// Whether a link is not in the list at all.
    pub fn drops(&self, record: &Record) -> bool {
        let has_master = self.no_master && record.get(ifla::MASTER).is_some();
        match (self.group, self.dev) {
            (None, dev) => has_master && dev.is_none(),
            (group, dev) => {
                has_master
                    || record.u32(ifla::GROUP) != group
                    || dev.is_some() && self.dev_index != record.index
            }
        }
    }

    /// Whether a link is left out, which JSON shows as an empty object.
    pub fn hides(&self, record: &Record) -> bool {
        let up = record.flags & iff::UP != 0;
        self.nothing
            || self.up && !up
            || self.down && up
            || self
                .master_index
                .is_some_and(|master| record.u32(ifla::MASTER) != Some(master))
            || self.kind.is_some_and(|kind| !record.is_of_kind(kind))
    }
}

/// The index of the device behind `master`, or behind `vrf`.
pub fn find_master(name: &[u8], is_vrf: bool, names: &mut Names) -> Result<u32> {
    let (index, reason) = match is_vrf {
        true => (
            vrf(name, names)?.map(|found| found.0),
            "Not a valid VRF name\n",
        ),
        false => (names.find_index(name)?, "Device does not exist\n"),
    };
    index.ok_or_else(|| Error::bad_arg(name, reason))
}
