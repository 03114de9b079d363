//! Which neighbours are shown or deleted: the words of `ip neigh show` and `flush`.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, Result};
use crate::ip::iface::filter::find_master;
use crate::ip::neigh::record::Record;
use crate::ip::neigh::state::find_state;
use crate::keywords;
use crate::names::Names;
use crate::names::file::ROUTE_PROTOS;
use crate::nl::uapi::{nda, ntf, nud, rtm};
use crate::nl::wire::Msg;

keywords! {
    /// The words. Any other is a prefix, as behind `to`.
    pub(crate) enum Word {
        Dev = "=dev",
        Master = "=master",
        Vrf = "=vrf",
        NoMaster = "=nomaster",
        Unused = "=unused",
        Nud = "=nud",
        Proxy = "=proxy",
        Protocol = "protocol",
        To = "=to",
    }
}

/// The bit of [`Filter::states`] for neighbours without a state.
const NO_STATE: u16 = 0x100;
/// The bits for all states.
const EVERY_STATE: u16 = 0x1ff;

/// Which neighbours are shown.
#[derive(Default)]
pub struct Filter<'a> {
    /// `AF_*`, 0 for all.
    family: u8,
    /// Those of this device.
    dev: Option<&'a [u8]>,
    /// Index of `dev`, else 0.
    pub index: u32,
    /// Devices and whether they must be VRFs: those of the ports of the last one, but all of them must be there.
    masters: Vec<(&'a [u8], bool)>,
    /// Those of devices without a master.
    no_master: bool,
    /// Index of the last of `masters`, or [`NO_MASTER`], else 0.
    master_index: u32,
    /// `NUD_*`, and [`NO_STATE`].
    states: u16,
    /// Words say which.
    has_states: bool,
    /// Those that nothing uses.
    unused: bool,
    /// Proxy entries, which the kernel has in a list of their own.
    proxy: bool,
    /// `RTPROT_*`, 0 for all.
    proto: u8,
    /// Of no family: any address.
    to: Prefix,
}

/// The value of `NDA_MASTER` for devices without a master.
const NO_MASTER: u32 = u32::MAX;

impl<'a> Filter<'a> {
    /// Passes all.
    pub fn all() -> Box<Filter<'a>> {
        let mut filter = Box::<Filter>::default();
        filter.states = EVERY_STATE;
        filter
    }

    /// Reads the words of `show`, or with `flushes` those of `flush`: what these choose where they say nothing of states
    /// differs.
    pub fn parse(w: &mut Words<'a>, family: u8, flushes: bool) -> Result<Box<Filter<'a>>> {
        let mut filter = Filter::all();
        filter.family = family;
        while let Some(word) = w.next() {
            match Word::pick(word) {
                Some(Word::NoMaster) => filter.no_master = true,
                Some(Word::Unused) => filter.unused = true,
                Some(Word::Proxy) => filter.proxy = true,
                Some(known) => filter.take_value(known, w.value()?, flushes)?,
                None => filter.take_value(Word::To, word, flushes)?,
            }
        }
        if !filter.has_states {
            filter.states &= !match flushes {
                true => nud::PERMANENT | nud::NOARP,
                false => NO_STATE | nud::NOARP,
            };
        }
        Ok(filter)
    }

    fn take_value(&mut self, word: Word, value: &'a [u8], flushes: bool) -> Result<()> {
        match word {
            Word::Dev if self.dev.is_some() => return Err(Error::duplicate(b"dev", value)),
            Word::Dev => self.dev = Some(value),
            Word::Master | Word::Vrf => {
                self.masters.push((value, word == Word::Vrf));
                self.no_master = false;
            }
            Word::Nud => {
                let states = match find_state(value) {
                    Some(nud::NONE) => NO_STATE,
                    Some(state) => state,
                    None if value != b"all" => {
                        return Err(Error::bad_arg(value, "nud state is bad"));
                    }
                    None if flushes => EVERY_STATE & !nud::NOARP,
                    None => EVERY_STATE,
                };
                if !self.has_states {
                    self.states = 0;
                }
                self.states |= states;
                self.has_states = true;
            }
            Word::Protocol => {
                self.proto = ROUTE_PROTOS.byte_of(value, "invalid \"protocol\"\n")?;
            }
            _ => {
                if args::prefix(value, "help") {
                    return Err(Error::asks_for_usage());
                }
                self.to.read_in(value, &mut self.family, true)?;
            }
        }
        Ok(())
    }

    /// Turns names into numbers.
    pub fn resolve(&mut self, names: &mut Names) -> Result<()> {
        for &(master, is_vrf) in &self.masters {
            self.master_index = find_master(master, is_vrf, names)?;
        }
        if self.no_master {
            self.master_index = NO_MASTER;
        }
        if let Some(dev) = self.dev {
            self.index = names.index_of(dev)?;
        }
        Ok(())
    }

    /// The request for the neighbours, as far as the kernel can choose them.
    pub fn encode(&self) -> Msg {
        let mut head = [0; 12];
        head[0] = self.family;
        head[10] = if self.proxy { ntf::PROXY } else { 0 };
        let mut msg = Msg::new(rtm::GETNEIGH, 0, &head);
        for (attr, index) in [(nda::IFINDEX, self.index), (nda::MASTER, self.master_index)] {
            if index != 0 {
                msg.u32(attr, index);
            }
        }
        msg
    }

    /// Whether neighbours are chosen by their addresses, or by who uses them.
    pub fn chooses_by_address_or_use(&self) -> bool {
        self.to.family != 0 || self.unused
    }

    /// Whether a neighbour passes.
    pub fn passes(&self, record: &Record) -> bool {
        let state = match record.state {
            nud::NONE => NO_STATE,
            state => state,
        };
        // Those that are not the kernel's own, and those that are no real ones, pass with whatever state.
        let always = u32::from(ntf::PROXY | ntf::EXT_LEARNED);
        let address = record.get(nda::DST).0;
        (self.family == 0 || self.family == record.family)
            && (self.index == 0 || self.index == record.index)
            && (self.states & state != 0 || record.flags & always != 0)
            && (self.to.family == 0 || address.is_empty() || self.to.contains(address))
            && !(self.unused && record.cache().is_some_and(|[.., users]| users != 0))
            && (self.proto == 0 || record.get(nda::PROTOCOL).u8() == Some(self.proto))
    }
}
