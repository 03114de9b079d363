//! An interface as the kernel reports it: what `link`, `addr` and `monitor` all print. It is no command of its own.

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result, decimal, unsigned_decimal};
use crate::ip::{Ctx, Io};
use crate::kind::{self, Kind, mac, table};
use crate::names::{self, Names, ifinfo};
use crate::nl::sock::{Each, Socket};
use crate::nl::uapi::{af, arphrd, iff, ifla, inet6, info, rtext_filter, rtm};
use crate::nl::wire::{Attr, Attrs, Message, Msg, field, index};
use crate::out::{Color, Out, hexadecimal};

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
    attrs: [Attr<'a>; ATTRS],
    all: Attrs<'a>,
}

/// Reads a link message; `None` if it is none, or has no name.
pub fn decode(message: Message<'_>) -> Option<Record<'_>> {
    let body = message.body;
    if !matches!(message.kind, rtm::NEWLINK | rtm::DELLINK) {
        return None;
    }
    let all = Attrs(body.get(16..)?);
    let mut attrs = [Attr::default(); ATTRS];
    index(all, &mut attrs);
    let record = Record {
        kind: message.kind,
        arphrd: u16::from_ne_bytes([body[2], body[3]]),
        index: field(body, 4)?,
        flags: field(body, 8)?,
        attrs,
        all,
    };
    record.get(ifla::IFNAME).is_some().then_some(record)
}

impl<'a> Record<'a> {
    /// An attribute.
    pub fn get(&self, attr: u16) -> Option<Attr<'a>> {
        self.attrs
            .get(usize::from(attr))
            .copied()
            .filter(|found| found.kind == attr)
    }

    fn u32(&self, attr: u16) -> Option<u32> {
        self.get(attr)?.u32()
    }

    /// The interface's name.
    pub fn name(&self) -> &'a [u8] {
        self.get(ifla::IFNAME).unwrap_or_default().str()
    }

    fn link_info(&self, attr: u16) -> Option<Attr<'a>> {
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
    up: Option<bool>,
    group: Option<u32>,
    /// The device that others are part of, and whether it must be a VRF.
    master: Option<(&'a [u8], bool)>,
    /// The master's index; `u32::MAX` asks the kernel for links without one.
    master_index: Option<u32>,
    kind: Option<&'a [u8]>,
    novf: bool,
}

impl<'a> Filter<'a> {
    /// Takes one word, and the value after it.
    pub fn take(&mut self, word: &'a [u8], w: &mut Words<'a>) -> Result<()> {
        match word {
            b"up" => self.up = Some(true),
            b"down" => self.up = Some(false),
            b"group" => {
                let word = w.value()?;
                let group = names::group(word).ok_or_else(|| Error::invalid(word, "group"))?;
                self.group = Some(group);
            }
            b"master" => self.master = Some((w.value()?, false)),
            b"vrf" => self.master = Some((w.value()?, true)),
            b"nomaster" => self.master_index = Some(u32::MAX),
            b"type" => self.kind = Some(w.value()?),
            b"novf" => self.novf = true,
            _ => {
                let dev = if word == b"dev" { w.value()? } else { word };
                if self.dev.is_some() {
                    return Err(Error::garbage("dev", dev));
                }
                self.dev = Some(dev);
            }
        }
        Ok(())
    }

    /// Turns the master's name into its index.
    pub fn resolve(&mut self, names: &mut Names) -> Result<()> {
        if let Some((master, true)) = self.master {
            self.master_index = Some(vrf(master, names)?);
        } else if let Some((master, false)) = self.master {
            let index = names.find(master)?;
            self.master_index =
                Some(index.ok_or_else(|| Error::bad_arg(master, "Device does not exist\n"))?);
        }
        Ok(())
    }

    /// Asks for the links, as far as the kernel can choose them.
    fn request(&self, family: u8, ctx: &Ctx) -> Msg {
        let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(family, 0, 0, 0));
        if family == af::INET6 {
            // The kernel answers this family with a dump of its own, which knows no filters.
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
        self.group
            .is_some_and(|group| record.u32(ifla::GROUP) != Some(group))
            || self.group.is_some() && self.dev.is_some_and(|dev| dev != record.name())
    }

    /// Whether a link is left out, which JSON shows as an empty object.
    fn hides(&self, record: &Record) -> bool {
        let master = self.master_index.filter(|_| self.master.is_some());
        self.up
            .is_some_and(|up| up != (record.flags & iff::UP != 0))
            || master.is_some_and(|master| record.u32(ifla::MASTER) != Some(master))
            || self.kind.is_some_and(|kind| !record.is_of_kind(kind))
    }
}

/// The index of a VRF device.
pub fn vrf(name: &[u8], names: &mut Names) -> Result<u32> {
    let mut found = false;
    let index = names.find(name)?.unwrap_or(0);
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
    if index != 0 {
        names.socket()?.get(&mut msg, &mut |message| {
            found = decode(message).is_some_and(|record| record.is_of_kind(b"vrf"));
            Ok(())
        })?;
    }
    if found {
        Ok(index)
    } else {
        Err(Error::bad_arg(name, "Not a valid VRF name\n"))
    }
}

/// Whether a link is in the list, by its index and name.
pub type Keep<'e> = &'e dyn Fn(u32, &[u8]) -> bool;

/// What is done with each link.
pub type EachLink<'e> = &'e mut dyn FnMut(&Record, &mut Out, &mut Names) -> Result<()>;

/// How often a dump that changed under way is asked for again, while none of it is written out.
const TRIES: u32 = 3;

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
            out.object("");
            if !filter.hides(&record) {
                each(&record, out, names)?;
            }
            out.object_end();
            out.record_end()
        };
        let mut msg = filter.request(if single { af::PACKET } else { family }, ctx);
        let consistent = match filter.dev.filter(|_| single) {
            Some(dev) => one(dev, &mut socket, &mut msg, &mut visit).map(|()| true),
            None => socket.dump(&mut msg, &mut visit),
        }?;
        if !opened {
            out.document();
        }
        if consistent || turn == TRIES || !out.rollback(mark) {
            out.document_end()?;
            if !consistent {
                out.warn(b"Dump was interrupted and may be inconsistent.\n");
            }
            break;
        }
    }
    names.give_back(socket);
    Ok(())
}

/// One link by name, or by the number in `ifN`.
fn one(dev: &[u8], socket: &mut Socket, msg: &mut Msg, visit: Each) -> Result<()> {
    let unknown = || unknown(dev);
    if !args::is_altname(dev) {
        return Err(unknown());
    }
    let asked = socket.get(msg, visit);
    match asked {
        Err(e) if e.errno() == libc::ENODEV => match names::numbered(dev) {
            Some(index) => {
                let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
                socket.get(&mut msg, visit).map_err(|_| unknown())
            }
            None => Err(unknown()),
        },
        asked => asked,
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
}

/// Prints a link up to where addresses or the closing newline follow.
pub fn show(record: &Record, part: Part, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    names.saw(record.index, record.flags, record.name());
    if ctx.brief {
        brief(record, part, out, names);
        return;
    }
    let whole = part == Part::Link;
    if record.kind == rtm::DELLINK {
        out.yes("deleted", "Deleted ");
    }
    out.uint("ifindex", "%: ", record.index.into());
    let m_down = name_and_link(record, "%: ", 0, out, names);
    flags(record.flags, m_down, out);
    if let Some(mtu) = record.u32(ifla::MTU) {
        out.uint("mtu", "mtu % ", mtu.into());
    }
    if let Some(qdisc) = record.get(ifla::QDISC) {
        out.str("qdisc", "qdisc % ", qdisc.str());
    }
    if let Some(master) = record.u32(ifla::MASTER) {
        out.str("master", "master % ", names.link(master).0);
    }
    if let Some(state) = record.get(ifla::OPERSTATE).and_then(|attr| attr.u8()) {
        out.text("state ");
        operstate(state, 0, out);
    }
    if let Some(mode) = record
        .get(ifla::LINKMODE)
        .and_then(|attr| attr.u8())
        .filter(|_| whole)
    {
        match mode {
            0 => out.str("linkmode", "mode % ", "DEFAULT"),
            1 => out.str("linkmode", "mode % ", "DORMANT"),
            _ => out.uint("linkmode_index", "mode % ", mode.into()),
        }
    }
    if let Some(group) = record.u32(ifla::GROUP) {
        out.str("group", "group % ", names::group_name(group, ctx.numeric));
    }
    if let Some(len) = record.u32(ifla::TXQLEN).filter(|len| *len > 0) {
        out.uint("txqlen", "qlen %", len.into());
    }
    if part != Part::FirstLine || ctx.details > 0 {
        out.line_break();
        addresses(record, ctx, out);
        netns_of_link(record, out, names);
        if record
            .get(ifla::PROTO_DOWN)
            .and_then(|attr| attr.u8())
            .is_some_and(|down| down > 0)
        {
            out.yes("proto_down", " protodown on ");
        }
    }
    if ctx.details > 0 {
        details(record, whole, out, names);
    }
    if whole || ctx.details > 0 {
        if let Some(alias) = record.get(ifla::IFALIAS) {
            out.line_break();
            out.str("ifalias", "    alias %", alias.str());
        }
    }
    if whole && ctx.stats > 0 {
        out.line_break();
        stats(record, ctx, out);
    }
    if let Some(list) = record.get(ifla::PROP_LIST) {
        out.array("altnames");
        for name in list.attrs().filter(|attr| attr.kind == ifla::ALT_IFNAME) {
            out.line_break();
            out.str("", "    altname %", name.str());
        }
        out.array_end();
    }
}

/// `NAME@LINK`. Returns whether the link below is down.
fn name_and_link(
    record: &Record,
    template: &str,
    width: usize,
    out: &mut Out,
    names: &mut Names,
) -> bool {
    let mut text = record.name().to_vec();
    let mut down = false;
    match record.u32(ifla::LINK) {
        None => {}
        Some(0) => {
            text.extend(b"@NONE");
            if out.json() {
                out.null("link");
            }
        }
        Some(link) if record.get(ifla::LINK_NETNSID).is_some() => {
            text.extend(cat!["@if", &decimal(link.into())]);
            if out.json() {
                out.uint("link_index", "", link.into());
            }
        }
        Some(link) => {
            let (name, flags) = names.link(link);
            text.extend(cat!["@", &name]);
            down = flags.is_some_and(|flags| flags & iff::UP == 0);
            if out.json() {
                out.str("link", "", name);
            }
        }
    }
    if out.json() {
        out.str("ifname", "", record.name());
    } else {
        out.paint(Color::Ifname)
            .str("ifname", template, pad(&text, width, false));
    }
    down
}

/// Blanks after a text up to a width; none in JSON.
fn pad(text: &[u8], width: usize, json: bool) -> Vec<u8> {
    let mut padded = text.to_vec();
    if !json {
        padded.resize(width.max(text.len()), b' ');
    }
    padded
}

/// In the order in which they are shown.
const FLAGS: &[(u32, &str)] = &[
    (iff::LOOPBACK, "LOOPBACK"),
    (iff::BROADCAST, "BROADCAST"),
    (iff::POINTOPOINT, "POINTOPOINT"),
    (iff::MULTICAST, "MULTICAST"),
    (iff::NOARP, "NOARP"),
    (iff::ALLMULTI, "ALLMULTI"),
    (iff::PROMISC, "PROMISC"),
    (iff::MASTER, "MASTER"),
    (iff::SLAVE, "SLAVE"),
    (iff::DEBUG, "DEBUG"),
    (iff::DYNAMIC, "DYNAMIC"),
    (iff::AUTOMEDIA, "AUTOMEDIA"),
    (iff::PORTSEL, "PORTSEL"),
    (iff::NOTRAILERS, "NOTRAILERS"),
    (iff::UP, "UP"),
    (iff::LOWER_UP, "LOWER_UP"),
    (iff::DORMANT, "DORMANT"),
    (iff::ECHO, "ECHO"),
];

fn flags(flags: u32, m_down: bool, out: &mut Out) {
    let mut list: Vec<Vec<u8>> = Vec::new();
    if flags & iff::UP != 0 && flags & iff::RUNNING == 0 {
        list.push(b"NO-CARRIER".into());
    }
    let mut rest = flags & !iff::RUNNING;
    for (flag, name) in FLAGS {
        if rest & flag != 0 {
            list.push((*name).into());
        }
        rest &= !flag;
    }
    if rest != 0 {
        list.push(hexadecimal(rest.into(), 1));
    }
    if m_down {
        // A comma of its own even where it is alone: `<,M-DOWN>`.
        list.push(if list.is_empty() && !out.json() {
            b",M-DOWN".into()
        } else {
            b"M-DOWN".into()
        });
    }
    out.array("flags");
    out.text("<");
    for (n, name) in list.iter().enumerate() {
        out.str("", if n == 0 { "%" } else { ",%" }, name);
    }
    out.array_end();
    out.text("> ");
}

const OPERSTATES: [&str; 7] = [
    "UNKNOWN",
    "NOTPRESENT",
    "DOWN",
    "LOWERLAYERDOWN",
    "TESTING",
    "DORMANT",
    "UP",
];

fn operstate(state: u8, width: usize, out: &mut Out) {
    match OPERSTATES.get(usize::from(state)) {
        None if out.json() => out.uint("operstate_index", "", state.into()),
        None => out.text(cat![
            if width > 0 { "state " } else { "" },
            "0x",
            &hexadecimal(state.into(), 1)
        ]),
        Some(name) => {
            match state {
                2 => drop(out.paint(Color::Down)),
                6 => drop(out.paint(Color::Up)),
                _ => {}
            }
            let json = out.json();
            out.str("operstate", "% ", pad(name.as_bytes(), width, json));
        }
    }
}

/// A link-layer address in the form of its type: tunnels have the addresses of their ends.
fn lladdr(address: &[u8], arphrd: u16) -> Vec<u8> {
    let ip = match address.len() {
        4 => matches!(arphrd, arphrd::TUNNEL | arphrd::SIT | arphrd::IPGRE),
        16 => matches!(arphrd, arphrd::TUNNEL6 | arphrd::IP6GRE),
        _ => false,
    };
    names::address_text(address)
        .filter(|_| ip)
        .unwrap_or_else(|| mac(address))
}

fn addresses(record: &Record, ctx: &Ctx, out: &mut Out) {
    let name = names::in_table(names::ARPHRD, record.arphrd.into()).filter(|_| !ctx.numeric);
    match name {
        Some(name) => out.str("link_type", "    link/% ", name),
        None => out.str(
            "link_type",
            "    link/% ",
            cat!["[", &decimal(record.arphrd.into()), "]"],
        ),
    }
    let show = |out: &mut Out, key: &str, attr: Attr| {
        out.paint(Color::Mac)
            .str(key, "%", lladdr(attr.payload, record.arphrd));
    };
    let address = record.get(ifla::ADDRESS);
    if let Some(address) = address {
        show(out, "address", address);
    }
    if let Some(broadcast) = record.get(ifla::BROADCAST) {
        if record.flags & iff::POINTOPOINT != 0 {
            out.yes("link_pointtopoint", " peer ");
        } else {
            out.text(" brd ");
        }
        show(out, "broadcast", broadcast);
    }
    if let Some(permanent) = record.get(ifla::PERM_ADDRESS) {
        if address.is_none_or(|address| address.payload != permanent.payload) {
            out.text(" permaddr ");
            show(out, "permaddr", permanent);
        }
    }
}

/// The namespace of the link's other end.
fn netns_of_link(record: &Record, out: &mut Out, names: &mut Names) {
    let Some(id) = record.get(ifla::LINK_NETNSID).and_then(|attr| attr.i32()) else {
        return;
    };
    if out.json() {
        out.int("link_netnsid", "", id.into());
    } else if id < 0 {
        out.text(" link-netnsid unknown");
    } else if let Some(name) = names.netns(id) {
        out.text(cat![" link-netns ", &name]);
    } else {
        out.text(cat![" link-netnsid ", &decimal(id.into())]);
    }
}

fn details(record: &Record, whole: bool, out: &mut Out, names: &mut Names) {
    kind::show(table::DETAILS[0], record.all, out, names);
    if record.get(ifla::LINKINFO).is_some() {
        out.object("linkinfo");
        for (kind, data, suffix, keys) in [
            (info::KIND, info::DATA, "", ["info_kind", "info_data"]),
            (
                info::SLAVE_KIND,
                info::SLAVE_DATA,
                "_slave",
                ["info_slave_kind", "info_slave_data"],
            ),
        ] {
            let Some(name) = record.link_info(kind) else {
                continue;
            };
            out.line_break();
            out.str(keys[0], &["    %", suffix, " "].concat(), name.str());
            if let Some(kind) = Kind::named(&cat![name.str(), suffix]) {
                let data = record.link_info(data).unwrap_or_default();
                kind.show(data.attrs(), keys[1], out, names);
            }
        }
        out.object_end();
    }
    if whole {
        addr_gen_mode(record, out);
    }
    kind::show(table::DETAILS[1], record.all, out, names);
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
    let Some(mode) = inet6().and_then(|attr| attr.u8()) else {
        return;
    };
    let known = ["eui64", "none", "stable_secret", "random"].get(usize::from(mode));
    let unknown = cat!["0x", &hexadecimal(mode.into(), 2)];
    let text = known.map_or(&unknown[..], |word| word.as_bytes());
    out.str("inet6_addr_gen_mode", "addrgenmode % ", text);
}

fn brief(record: &Record, part: Part, out: &mut Out, names: &mut Names) {
    if record.kind == rtm::DELLINK {
        out.yes("deleted", "Deleted ");
    }
    let m_down = name_and_link(record, "% ", 16, out, names);
    if let Some(state) = record.get(ifla::OPERSTATE).and_then(|attr| attr.u8()) {
        operstate(state, 14, out);
    }
    if part == Part::Link {
        if let Some(address) = record.get(ifla::ADDRESS) {
            out.paint(Color::Mac)
                .str("address", "% ", lladdr(address.payload, record.arphrd));
        }
        flags(record.flags, m_down, out);
    }
}

/// A column of statistics: head, its place in `rtnl_link_stats64`, JSON key and its place; the last columns of a table may
/// be shown only where they are not zero.
type Column = (&'static str, usize, &'static str, usize);

/// `IFLA_CARRIER_CHANGES` is put behind the 25 numbers of `rtnl_link_stats64`.
const CARRIER_CHANGES: usize = 25;

/// Name, main columns, error columns; columns from the given ones on are optional.
const STATS: [(&str, &[Column], usize, &[Column], usize); 2] = [
    (
        "RX",
        &[
            ("bytes", 2, "bytes", 2),
            ("packets", 0, "packets", 0),
            ("errors", 4, "errors", 4),
            ("dropped", 6, "dropped", 6),
            ("missed", 15, "over_errors", 11),
            ("mcast", 8, "multicast", 8),
            ("compressed", 21, "compressed", 21),
        ],
        6,
        &[
            ("length", 10, "length_errors", 10),
            ("crc", 12, "crc_errors", 12),
            ("frame", 13, "frame_errors", 13),
            ("fifo", 14, "fifo_errors", 14),
            ("overrun", 11, "missed_errors", 15),
            ("nohandler", 23, "nohandler", 23),
            ("otherhost", 24, "otherhost", 24),
        ],
        5,
    ),
    (
        "TX",
        &[
            ("bytes", 3, "bytes", 3),
            ("packets", 1, "packets", 1),
            ("errors", 5, "errors", 5),
            ("dropped", 7, "dropped", 7),
            ("carrier", 17, "carrier_errors", 17),
            ("collsns", 9, "collisions", 9),
            ("compressed", 22, "compressed", 22),
        ],
        6,
        &[
            ("aborted", 16, "aborted_errors", 16),
            ("fifo", 18, "fifo_errors", 18),
            ("window", 20, "window_errors", 20),
            ("heartbt", 19, "heartbeat_errors", 19),
            (
                "transns",
                CARRIER_CHANGES,
                "carrier_changes",
                CARRIER_CHANGES,
            ),
        ],
        5,
    ),
];

/// Prints the statistics, without a newline at the end.
pub fn stats(record: &Record, ctx: &Ctx, out: &mut Out) {
    let (key, size, attr) = match (record.get(ifla::STATS64), record.get(ifla::STATS)) {
        (Some(attr), _) => ("stats64", 8, attr),
        (None, Some(attr)) => ("stats", 4, attr),
        _ => return,
    };
    let number = |bytes: &[u8]| {
        Attr {
            kind: 0,
            payload: bytes,
        }
        .number()
        .unwrap_or(0)
    };
    let mut values: Vec<u64> = attr.payload.chunks_exact(size).map(number).collect();
    values.resize(CARRIER_CHANGES, 0);
    let changes = record.u32(ifla::CARRIER_CHANGES);
    values.push(changes.unwrap_or(0).into());
    if out.json() {
        stats_json(key, &values, changes.is_some(), ctx, out);
    } else {
        stats_text(&values, changes.is_some(), ctx, out);
    }
}

fn stats_json(key: &str, values: &[u64], changes: bool, ctx: &Ctx, out: &mut Out) {
    out.object(key);
    for (name, main, optional, errors, optional_error) in STATS {
        out.object(&name.to_ascii_lowercase());
        let tables = [(main, optional), (errors, optional_error)];
        for (columns, optional) in &tables[..if ctx.stats > 1 { 2 } else { 1 }] {
            for (n, (_, _, key, at)) in columns.iter().enumerate() {
                let shown = if *at == CARRIER_CHANGES {
                    changes
                } else {
                    n < *optional || values[*at] != 0
                };
                if shown {
                    out.uint(key, "", values[*at]);
                }
            }
        }
        out.object_end();
    }
    out.object_end();
}

fn stats_text(values: &[u64], changes: bool, ctx: &Ctx, out: &mut Out) {
    let more = ctx.stats > 1;
    let mut widths = [10, 7, 6, 7, 7, 7, 10, 9];
    if ctx.human == 0 {
        for (_, main, _, errors, _) in STATS {
            let mut widen = |columns: &[Column], first: usize| {
                for (n, column) in columns.iter().enumerate() {
                    let digits = unsigned_decimal(values[column.1]).len();
                    widths[first + n] = widths[first + n].max(digits);
                }
            };
            widen(main, 0);
            if more {
                widen(errors, 1);
            }
        }
    }
    let right = |text: &[u8], width: usize| {
        let mut padded = vec![b' '; width.saturating_sub(text.len())];
        padded.extend(text);
        padded
    };
    for (n, (name, main, optional, errors, optional_error)) in STATS.into_iter().enumerate() {
        if n > 0 {
            out.line_break();
        }
        let shown = |columns: &'static [Column], optional: usize| {
            columns
                .iter()
                .enumerate()
                .filter(move |(n, column)| *n < optional || values[column.1] != 0)
        };
        out.text(cat!["    ", name, ":"]);
        for (n, (head, at, ..)) in main.iter().enumerate() {
            let head = if n < optional || values[*at] != 0 {
                head
            } else {
                ""
            };
            let width = if n == 0 { widths[0] - 4 } else { widths[n] };
            out.text(cat![" ", &right(head.as_bytes(), width)]);
        }
        out.line_break();
        out.text("    ");
        for (n, (_, at, ..)) in shown(main, optional) {
            out.text(cat![&right(&scaled(values[*at], ctx), widths[n]), " "]);
        }
        if !more {
            continue;
        }
        out.line_break();
        out.text(cat!["    ", name, " errors:", &right(b"", widths[0] - 10)]);
        for (n, (head, at, ..)) in shown(errors, optional_error) {
            let head = if *at == CARRIER_CHANGES && !changes {
                ""
            } else {
                head
            };
            out.text(cat![" ", &right(head.as_bytes(), widths[n + 1])]);
        }
        out.line_break();
        out.text(right(b"", widths[0] + 5));
        for (n, (_, at, ..)) in shown(errors, optional_error) {
            if *at != CARRIER_CHANGES || changes {
                out.text(cat![&right(&scaled(values[*at], ctx), widths[n + 1]), " "]);
            }
        }
    }
}

/// A number, or with `-h` its leading digits and a letter.
fn scaled(n: u64, ctx: &Ctx) -> Vec<u8> {
    if ctx.human == 0 || n < ctx.human {
        return unsigned_decimal(n);
    }
    let mut unit = ctx.human;
    let mut letters = b"kMGTPE".iter();
    let mut letter = letters.next();
    while n / unit >= ctx.human && letters.len() > 0 {
        unit *= ctx.human;
        letter = letters.next();
    }
    let decimals = match n / unit {
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    let scale = 10u64.pow(decimals);
    let shown = (n as f64 / unit as f64 * scale as f64).round_ties_even() as u64;
    let mut text = unsigned_decimal(shown / scale);
    if decimals > 0 {
        let rest = unsigned_decimal(shown % scale + scale);
        text.extend(cat![".", &rest[1..]]);
    }
    text.extend(letter);
    if ctx.human == 1024 {
        text.push(b'i');
    }
    text
}

/// There is no such device to show.
pub fn unknown(dev: &[u8]) -> Error {
    Error::new(REFUSED, cat!["Device \"", dev, "\" does not exist."])
}
