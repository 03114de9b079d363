//! An interface as the kernel reports it: what `link`, `addr` and `monitor` all print. It is no command of its own.

pub mod rare;
mod state;
pub mod stats;

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, DUMP_CHANGED, Io};
use crate::ip::iface::state::{flags, operstate};
use crate::ip::iface::stats::stats;
use crate::kind::{self, Kind, can, words};
use crate::names::{self, Names, ifinfo};
use crate::nl::sock::{Each, Socket};
use crate::nl::uapi::{af, arphrd, iff, ifla, inet6, info, rtext_filter, rtm};
use crate::nl::wire::{Attr, Attrs, Message, Messages, Msg, field};
use crate::out::{Color, Out};
use crate::text::{add, add_address, add_mac, decimal, hexadecimal};

/// Attributes with higher numbers are not shown.
const ATTRS: usize = 72;

/// A link message.
pub struct Record<'a> {
    /// `RTM_NEWLINK` or `RTM_DELLINK`.
    pub kind: u16,
    /// `ARPHRD_*`.
    pub arphrd: u16,
    /// Interface index.
    pub index: u32,
    /// `IFF_*`.
    pub flags: u32,
    /// `IFLA_*` by number.
    attrs: [Option<Attr<'a>>; ATTRS],
    all: Attrs<'a>,
}

/// Reads a link message; `None` if it is none, or has no name.
pub fn decode(message: Message<'_>) -> Option<Record<'_>> {
    let body = message.body;
    if !matches!(message.kind, rtm::NEWLINK | rtm::DELLINK) {
        return None;
    }
    let all = Attrs(body.get(16..)?);
    let mut attrs = [None; ATTRS];
    all.index(&mut attrs);
    attrs[usize::from(ifla::IFNAME)]?;
    Some(Record {
        kind: message.kind,
        arphrd: u16::from_ne_bytes([body[2], body[3]]),
        index: field(body, 4)?,
        flags: field(body, 8)?,
        attrs,
        all,
    })
}

impl<'a> Record<'a> {
    /// An attribute.
    pub fn get(&self, attr: u16) -> Option<Attr<'a>> {
        self.attrs.get(usize::from(attr)).copied().flatten()
    }

    fn u8(&self, attr: u16) -> Option<u8> {
        self.get(attr)?.u8()
    }

    fn u32(&self, attr: u16) -> Option<u32> {
        self.get(attr)?.u32()
    }

    /// The interface's name.
    pub fn name(&self) -> &'a [u8] {
        self.get(ifla::IFNAME).unwrap_or_default().str()
    }

    /// Of the link's kind: `IFLA_INFO_*`.
    pub fn link_info(&self, attr: u16) -> Option<Attr<'a>> {
        self.get(ifla::LINKINFO)?.attrs().find(attr)
    }

    /// What kind of link it is, or of what kind the link is that it is part of.
    pub fn is_of_kind(&self, word: &[u8]) -> bool {
        let (attr, name) = match word.strip_suffix(b"_slave") {
            Some(master) => (info::SLAVE_KIND, master),
            None => (info::KIND, word),
        };
        self.link_info(attr).is_some_and(|kind| kind.str() == name)
    }
}

/// Which links are shown.
#[derive(Default)]
pub struct Filter<'a> {
    /// The one device that is asked for.
    pub dev: Option<&'a [u8]>,
    /// Its number, where the kernel is not asked for it by name.
    dev_index: u32,
    up: bool,
    down: bool,
    /// What nothing meets was asked for.
    pub nothing: bool,
    group: Option<u32>,
    /// The device that others are part of, and whether it must be a VRF.
    master: Option<(&'a [u8], bool)>,
    /// Links that are part of none. Chosen here: before Linux 5.16 the kernel cannot.
    nomaster: bool,
    master_index: Option<u32>,
    kind: Option<&'a [u8]>,
    novf: bool,
}

impl<'a> Filter<'a> {
    /// Takes one word, and the value after it.
    pub fn take(&mut self, word: &'a [u8], w: &mut Words<'a>) -> Result<()> {
        const WORDS: &str = "0 up|1 down|2 nomaster|3 novf|4 group|5 master|6 vrf|7 type|8 dev";
        let known = names::of_table(WORDS, word).unwrap_or(9);
        let value = if matches!(known, 4..=8) {
            w.value()?
        } else {
            word
        };
        match known {
            0 => self.up = true,
            1 => self.down = true,
            2 => (self.nomaster, self.master) = (true, None),
            3 => self.novf = true,
            4 => {
                let group = names::group(value);
                self.group = Some(group.ok_or_else(|| Error::invalid(value, b"group"))?);
            }
            5 | 6 => (self.nomaster, self.master) = (false, Some((value, known == 6))),
            7 => self.kind = Some(value),
            _ if self.dev.is_some() => return Err(Error::garbage("dev", value)),
            _ => self.dev = Some(value),
        }
        Ok(())
    }

    /// Turns names into numbers.
    pub fn resolve(&mut self, names: &mut Names) -> Result<()> {
        if let (Some(dev), Some(_)) = (self.dev, self.group) {
            self.dev_index = names.find(dev)?.ok_or_else(|| unknown(dev))?;
        }
        if let Some((master, true)) = self.master {
            let why = || Error::bad_arg(master, "Not a valid VRF name\n");
            self.master_index = Some(kind::vrf(master, names)?.ok_or_else(why)?);
        } else if let Some((master, false)) = self.master {
            let index = names.find(master)?;
            self.master_index =
                Some(index.ok_or_else(|| Error::bad_arg(master, "Device does not exist\n"))?);
        }
        Ok(())
    }

    /// Asks for the links, as far as the kernel can choose them.
    pub fn request(&self, family: u8, ctx: &Ctx) -> Msg {
        let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(family, 0, 0, 0));
        if matches!(family, af::INET6 | af::BRIDGE) {
            // The kernel answers these families with dumps of their own, which know no filters.
            return msg;
        }
        let stats = if ctx.stats > 0 {
            0
        } else {
            rtext_filter::SKIP_STATS
        };
        let vf = if self.novf { 0 } else { rtext_filter::VF };
        msg.u32(ifla::EXT_MASK, stats | vf);
        match self.dev.filter(|_| self.group.is_none()) {
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
    fn drops(&self, record: &Record) -> bool {
        let part = self.nomaster && record.get(ifla::MASTER).is_some();
        match (self.group, self.dev) {
            (None, dev) => part && dev.is_none(),
            (group, dev) => {
                part || record.u32(ifla::GROUP) != group
                    || dev.is_some() && self.dev_index != record.index
            }
        }
    }

    /// Whether a link is left out, which JSON shows as an empty object.
    fn hides(&self, record: &Record) -> bool {
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

/// Whether a link is in the list, by its index and name.
pub type Keep<'e> = &'e dyn Fn(u32, &[u8]) -> bool;

/// What is done with each link.
pub type EachLink<'e> = &'e mut dyn FnMut(&Record, &mut Out, &mut Names) -> Result<()>;

/// How often a dump that changed under way is asked for again, while none of it is written out.
pub const TRIES: u32 = 3;

/// Goes through the links that the filter passes and `keep` keeps: one document.
pub fn each(
    filter: &Filter,
    family: u8,
    ctx: &Ctx,
    io: &mut Io,
    keep: Keep,
    each: EachLink,
) -> Result<()> {
    let Io { out, names } = io;
    let mut socket = names.lend()?;
    let mark = out.mark();
    for turn in 1.. {
        let mut opened = false;
        let single = filter.dev.is_some() && filter.group.is_none();
        let mut visit = |message: Message<'_>| {
            let kept = |record: &Record| !filter.drops(record) && keep(record.index, record.name());
            let Some(record) = decode(message).filter(kept) else {
                return Ok(());
            };
            if !opened {
                out.document();
                opened = true;
            }
            // The other end of a pair often follows at once: a look is cheaper than a question.
            if record
                .u32(ifla::LINK)
                .is_some_and(|link| link != 0 && !names.knows(link))
            {
                for later in Messages(message.rest).filter_map(decode) {
                    names.saw(later.index, later.flags, later.name());
                }
            }
            out.object("");
            if !filter.hides(&record) {
                each(&record, out, names)?;
            }
            out.object_end();
            out.record_end()
        };
        let mut msg = filter.request(if single { af::PACKET } else { family }, ctx);
        let consistent = match filter.dev.filter(|_| single) {
            Some(dev) => match one(dev, &mut socket, &mut msg, &mut visit) {
                Ok(false) => Err(unknown(dev)),
                found => found,
            },
            None => socket.dump(&mut msg, &mut visit),
        }?;
        if !opened {
            out.document();
        }
        if consistent || turn == TRIES || !out.rollback(mark) {
            out.document_end()?;
            if !consistent {
                out.warn(DUMP_CHANGED);
            }
            break;
        }
    }
    names.give_back(socket);
    Ok(())
}

/// One link by name, or by the number in `ifN`; whether it is there.
pub fn one(dev: &[u8], socket: &mut Socket, msg: &mut Msg, visit: Each) -> Result<bool> {
    if !args::is_altname(dev) {
        return Ok(false);
    }
    match socket.get(msg, visit) {
        // Before Linux 5.5 a question for an alternative name is an invalid one, for no name at all.
        Err(e) if matches!(e.errno(), libc::ENODEV | libc::EINVAL) => match names::numbered(dev) {
            Some(index) => {
                let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
                Ok(socket.get(&mut msg, visit).is_ok())
            }
            None => Ok(false),
        },
        asked => asked.map(|()| true),
    }
}

/// What of a link is printed.
#[derive(Clone, Copy, PartialEq)]
pub enum Part {
    /// All of it: `ip link`.
    Link,
    /// What stands above addresses: `ip addr`.
    Address,
    /// The same without the line of the link-layer address: `ip -4 addr`.
    FirstLine,
    /// What the kernel tells of its own accord: `-echo`.
    Event,
}

/// Prints a link up to where addresses or the closing newline follow.
pub fn show(record: &Record, part: Part, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    names.saw(record.index, record.flags, record.name());
    if record.kind == rtm::DELLINK {
        out.yes("deleted|Deleted ");
    }
    if ctx.brief {
        return brief(record, part, out, names);
    }
    let whole = part == Part::Link;
    out.uint("ifindex|%: ", record.index.into());
    let m_down = name_and_link(record, 0, out, names);
    flags(record.flags, m_down, out);
    let (mtu, rest) = words::FIRST_LINE.split_at(1);
    kind::show(mtu, record.all, out, names);
    rare::mode(record, part, out);
    kind::show(rest, record.all, out, names);
    if let Some(state) = record.u8(ifla::OPERSTATE) {
        out.text("state ");
        operstate(state, 0, out);
    }
    if let Some(mode) = record.u8(ifla::LINKMODE).filter(|_| whole) {
        match mode {
            0 => out.str("linkmode|mode % ", b"DEFAULT"),
            1 => out.str("linkmode|mode % ", b"DORMANT"),
            _ => out.uint("linkmode_index|mode % ", mode.into()),
        }
    }
    if let Some(group) = record.u32(ifla::GROUP) {
        names.add_group(out.value(), group, ctx.numeric);
        out.put("group|group % ", true);
    }
    if let Some(len) = record.u32(ifla::TXQLEN).filter(|_| part != Part::Event) {
        out.uint("txqlen|qlen %", len.into());
    }
    rare::event(record, out);
    if part != Part::FirstLine || ctx.details > 0 {
        out.line_break();
        addresses(record, ctx, out);
    }
    netns_of_link(record, out, names);
    rare::moved(record, out, names);
    rare::held_down(record, out);
    if ctx.details > 0 {
        details(record, whole, ctx.stats > 0, out, names);
    }
    if let Some(alias) = record
        .get(ifla::IFALIAS)
        .filter(|_| whole || ctx.details > 0)
    {
        out.line_break();
        out.str("ifalias|    alias %", alias.str());
    }
    if whole || ctx.details > 0 {
        rare::programs(record, out);
    }
    if whole && ctx.stats > 0 {
        out.line_break();
        stats(record, ctx, out);
    }
    if whole || ctx.details > 0 {
        rare::functions(record, ctx, out);
    }
    if let Some(list) = record.get(ifla::PROP_LIST) {
        out.array("altnames");
        for (_, name) in list.attrs().filter(|(kind, _)| *kind == ifla::ALT_IFNAME) {
            out.line_break();
            out.str("|    altname %", name.str());
        }
        out.array_end();
    }
}

/// `NAME@LINK`, in a column of its own if it has a width. Returns whether the link below is down.
fn name_and_link(record: &Record, width: usize, out: &mut Out, names: &mut Names) -> bool {
    let link = record.u32(ifla::LINK);
    let elsewhere = record.get(ifla::LINK_NETNSID).is_some();
    let mut down = false;
    let mut name = Vec::new();
    match link {
        None => {}
        Some(0) => name.extend_from_slice(b"NONE"),
        Some(link) if elsewhere => add(&mut name, b"if%", &[&decimal(link.into())]),
        Some(link) => {
            let flags = names.link(link, &mut name);
            down = flags.is_some_and(|flags| flags & iff::UP == 0);
        }
    }
    if out.json() {
        match link {
            None => {}
            Some(0) => out.null("link"),
            Some(link) if elsewhere => out.uint("link_index", link.into()),
            Some(_) => out.str("link", &name),
        }
        out.str("ifname", record.name());
    } else {
        let text = out.value();
        text.extend_from_slice(record.name());
        if link.is_some() {
            add(text, b"@%", &[&name]);
        }
        if text.len() < width {
            text.resize(width, b' ');
        }
        out.paint(Color::Ifname)
            .put(if width > 0 { "|% " } else { "|%: " }, true);
    }
    down
}

/// Shows a link-layer address in the form of its type: tunnels have the addresses of their ends.
pub fn show_lladdr(form: &str, address: Attr, arphrd: u16, out: &mut Out) {
    let ip = match address.0.len() {
        4 => matches!(arphrd, arphrd::TUNNEL | arphrd::SIT | arphrd::IPGRE),
        16 => matches!(arphrd, arphrd::TUNNEL6 | arphrd::IP6GRE),
        _ => false,
    };
    let add = if ip { add_address } else { add_mac };
    add(out.value(), address.0);
    out.paint(Color::Mac).put(form, true);
}

/// Shows the type of a link, at the start of a line or behind a word.
pub fn link_type(record: &Record, ctx: &Ctx, out: &mut Out) {
    match names::in_table(names::ARPHRD, record.arphrd.into()).filter(|_| !ctx.numeric) {
        Some(name) => out.str("link_type|    link/% ", name),
        None => {
            add(out.value(), b"[%]", &[&decimal(record.arphrd.into())]);
            out.put("link_type|    link/% ", true);
        }
    }
}

fn addresses(record: &Record, ctx: &Ctx, out: &mut Out) {
    link_type(record, ctx, out);
    let (own, permanent) = (record.get(ifla::ADDRESS), record.get(ifla::PERM_ADDRESS));
    let show = |word: &str, form: &str, address: Option<Attr>, out: &mut Out| {
        if let Some(address) = address {
            out.text(word);
            show_lladdr(form, address, record.arphrd, out);
        }
    };
    show("", "address|%", own, out);
    let broadcast = record.get(ifla::BROADCAST);
    if broadcast.is_some() && record.flags & iff::POINTOPOINT != 0 {
        out.yes("link_pointtopoint| peer ");
        show("", "broadcast|%", broadcast, out);
    } else {
        show(" brd ", "broadcast|%", broadcast, out);
    }
    show(
        " permaddr ",
        "permaddr|%",
        permanent.filter(|_| own != permanent),
        out,
    );
}

/// The namespace of the link's other end.
fn netns_of_link(record: &Record, out: &mut Out, names: &mut Names) {
    let Some(id) = record.u32(ifla::LINK_NETNSID).map(|id| id as i32) else {
        return;
    };
    if out.json() {
        out.int("link_netnsid", id.into());
    } else if id < 0 {
        out.text(" link-netnsid unknown");
    } else if let Some(name) = names.netns(id) {
        out.str("| link-netns %", &name);
    } else {
        out.int("| link-netnsid %", id.into());
    }
}

fn details(record: &Record, whole: bool, counts: bool, out: &mut Out, names: &mut Names) {
    kind::show(words::DETAILS[0], record.all, out, names);
    if record.get(ifla::LINKINFO).is_some() {
        out.object("linkinfo");
        for &(kind, form, data, key, suffix) in &[
            (info::KIND, "info_kind|    % ", info::DATA, "info_data", ""),
            (
                info::SLAVE_KIND,
                "info_slave_kind|    %_slave ",
                info::SLAVE_DATA,
                "info_slave_data",
                "_slave",
            ),
        ] {
            let Some(name) = record.link_info(kind) else {
                continue;
            };
            out.line_break();
            out.str(form, name.str());
            if let Some(kind) = Kind::named(&[name.str(), suffix.as_bytes()].concat()) {
                let data = record.link_info(data).unwrap_or_default();
                kind.show(data.attrs(), key, out, names);
            }
            if let Some(counted) = record.link_info(info::XSTATS)
                && counts
                && suffix.is_empty()
                && name.str() == b"can"
            {
                can::show_stats(counted, out);
            }
        }
        out.object_end();
    }
    if whole {
        addr_gen_mode(record, out);
    }
    kind::show(words::DETAILS[1], record.all, out, names);
}

fn addr_gen_mode(record: &Record, out: &mut Out) {
    let inet6 = || {
        record
            .get(ifla::AF_SPEC)?
            .attrs()
            .find(af::INET6.into())?
            .attrs()
            .find(inet6::ADDR_GEN_MODE)
    };
    if let Some(mode) = inet6().and_then(Attr::u8) {
        match names::in_table("0 eui64|1 none|2 stable_secret|3 random", mode.into()) {
            Some(name) => out.str("inet6_addr_gen_mode|addrgenmode % ", name),
            None => {
                hexadecimal(out.value(), mode.into(), 2);
                out.put("inet6_addr_gen_mode|addrgenmode 0x% ", true);
            }
        }
    }
}

fn brief(record: &Record, part: Part, out: &mut Out, names: &mut Names) {
    let m_down = name_and_link(record, 16, out, names);
    if let Some(state) = record.u8(ifla::OPERSTATE) {
        operstate(state, 14, out);
    }
    if part == Part::Link {
        if let Some(address) = record.get(ifla::ADDRESS) {
            show_lladdr("address|% ", address, record.arphrd, out);
        }
        flags(record.flags, m_down, out);
    }
}

/// There is no such device to show.
pub fn unknown(dev: &[u8]) -> Error {
    Error::refused("Device \"%\" does not exist.", dev)
}

/// The data of a link that is of that kind.
pub fn data_of(names: &mut Names, index: u32, kind: &[u8]) -> Result<Vec<u8>> {
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
    let mut data = None;
    let asked = names.socket()?.get(&mut msg, &mut |message| {
        data = decode(message)
            .filter(|record| record.is_of_kind(kind))
            .map(|record| record.link_info(info::DATA).unwrap_or_default().0.to_vec());
        Ok(())
    });
    match data.filter(|_| asked.is_ok()) {
        Some(data) => Ok(data),
        None => Err(Error::refused("Failed to get existing tunnel info.", b"")),
    }
}
