//! `ip stats`: the counters of links that `RTM_GETSTATS` has, in groups, and whether the hardware counts.

use crate::append::Append;
use crate::args::{self, Words};
use crate::commands;
use crate::error::{Channel, Error, Result};
use crate::ip::command::{Commands, Ctx, Io};
use crate::ip::counters::bond::show_lacp;
use crate::ip::counters::bridge::{show_multicast, show_stp, show_vlan};
use crate::ip::counters::directions::show_directions;
use crate::ip::iface::stats::show_counters;
use crate::names::Names;
use crate::nl::uapi::{
    af, bond_xstats, bridge_xstats, mpls_stats, nla, offload_xstats, rtm, stats, xstats,
};
use crate::nl::wire::{Attr, Attrs, Message, Msg, field};
use crate::ns::hint::suggest_word;
use crate::out::{Color, Out};
use crate::text::{cut, fill_one, on_off};
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "=show" => list,
    "=set" => set,
    "=help" => |_, _, _| Err(Error::asks_for_usage()),
};

/// The text of the help.
const USAGE: fn() -> Vec<u8> = usage!("stats { show | set } ...", || {
    "Usage: ip stats show [ dev DEV ] [ group GROUP [ subgroup SUBGROUP [ suite SUITE ] ... ] ... ] ...
       ip stats set dev DEV l3_stats { on | off }
       ip stats help
GROUP := { link | offload | afstats | xstats | xstats_slave }
SUBGROUP := of offload { l3_stats | hw_stats_info | cpu_hit }, of afstats { mpls }, of the others { bridge | bond }
SUITE := of bridge { vlan | mcast | stp }, of bond { 802.3ad }"
        .into()
});

/// Runs `ip stats WORDS`. Its exit statuses are not those of other objects.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let run = match w.next() {
        None => list,
        Some(word) => args::pick(word, COMMANDS).ok_or_else(|| {
            let text = "Command \"%\" is unknown, try \"ip stats help\".";
            let mut known = COMMANDS.0.as_bytes().split(|byte| *byte == b'|');
            suggest_word(Error::refused(text, word), word, &mut known)
        })?,
    };
    match run(w, ctx, io) {
        Err(e) if e.channel() == Channel::AsksForUsage => {
            io.warn(&fill_one("%\n", &USAGE()));
            Ok(())
        }
        done => done,
    }
}

/// The exit status for wrong words: the errno EINVAL.
const WRONG: u8 = 22;

/// The error for a word that means nothing.
fn what_is(word: &[u8]) -> Error {
    let e = Error::refused("What is \"%\"?", word);
    e.code_is(WRONG).then(USAGE())
}

/// What is shown of a suite, or of a group or subgroup without suites.
#[derive(Clone, Copy, PartialEq)]
enum Body {
    Mpls,
    Link,
    L3,
    HardwareInfo,
    CpuHit,
    Lacp,
    Vlans,
    Multicast,
    Stp,
}

use Body::*;

/// All that can be shown, in its order: group, subgroup and suite, and the attribute `IFLA_STATS_*` of the group.
static SUITES: [(&str, u16, Body); 13] = [
    ("afstats/mpls", stats::AF_SPEC, Mpls),
    ("link", stats::LINK_64, Link),
    ("offload/l3_stats", stats::LINK_OFFLOAD_XSTATS, L3),
    (
        "offload/hw_stats_info",
        stats::LINK_OFFLOAD_XSTATS,
        HardwareInfo,
    ),
    ("offload/cpu_hit", stats::LINK_OFFLOAD_XSTATS, CpuHit),
    ("xstats_slave/bond/802.3ad", stats::LINK_XSTATS_SLAVE, Lacp),
    ("xstats/bond/802.3ad", stats::LINK_XSTATS, Lacp),
    ("xstats_slave/bridge/vlan", stats::LINK_XSTATS_SLAVE, Vlans),
    (
        "xstats_slave/bridge/mcast",
        stats::LINK_XSTATS_SLAVE,
        Multicast,
    ),
    ("xstats_slave/bridge/stp", stats::LINK_XSTATS_SLAVE, Stp),
    ("xstats/bridge/vlan", stats::LINK_XSTATS, Vlans),
    ("xstats/bridge/mcast", stats::LINK_XSTATS, Multicast),
    ("xstats/bridge/stp", stats::LINK_XSTATS, Stp),
];

/// The words for the levels of these, which are the keys in JSON as well.
pub(crate) const LEVELS: [&str; 3] = ["group", "subgroup", "suite"];
/// How a level is shown.
const LEVEL_FORMS: [&str; 3] = ["group| group %", "subgroup| subgroup %", "suite| suite %"];

/// The suites below some of the names of a path: a bit for each of [`SUITES`]. With `is_whole` the names are the whole path.
fn suites_below(names: &[&[u8]], is_whole: bool) -> u16 {
    let mut found = 0;
    for (n, (path, ..)) in SUITES.iter().enumerate() {
        let mut path = path.as_bytes();
        let is_below = names.iter().all(|name| cut(&mut path, b'/') == Some(*name));
        if is_below && (path.is_empty() || !is_whole) {
            found |= 1 << n;
        }
    }
    found
}

/// What is shown, and of which links.
pub struct Req {
    /// Index of the link, 0 for all.
    index: u32,
    /// A bit for each of `SUITES`.
    pub suites: u16,
}

/// What the words have chosen so far.
#[derive(Default)]
struct Choice<'a> {
    /// A bit for each of [`SUITES`].
    suites: u16,
    /// The names that were said last: those of what is chosen next, unless another name of the same level follows.
    names: Vec<&'a [u8]>,
}

impl<'a> Choice<'a> {
    /// Adds what the names have chosen.
    fn add_names(&mut self) {
        if !self.names.is_empty() {
            self.suites |= suites_below(&self.names, false);
        }
    }

    /// Reads a name of a level.
    fn choose(&mut self, level: usize, name: &'a [u8]) -> Result<()> {
        let word = LEVELS[level].as_bytes();
        let said = self.names.len();
        let wrong = |text: &str, parts: &[&[u8]]| Err(Error::new(WRONG, text, parts));
        if said < level {
            let text = "Error: % % requested without selecting a % first";
            return wrong(text, &[word, name, LEVELS[said].as_bytes()]);
        }
        if said > level {
            self.add_names();
            self.names.truncate(level);
        }
        let above = self.names.last().copied().unwrap_or(b"top-level");
        let is_leaf = level > 0 && suites_below(&self.names, true) != 0;
        self.names.push(name);
        if suites_below(&self.names, false) != 0 {
            Ok(())
        } else if is_leaf {
            let text = "Error: % % requested inside leaf % %";
            wrong(text, &[word, name, LEVELS[level - 1].as_bytes(), above])
        } else {
            let text = "Error: no % named % found inside %";
            wrong(text, &[word, name, above])
        }
    }
}

/// Reads the value of `dev`, and finds the link.
fn find_dev(w: &mut Words, index: &mut u32, names: &mut Names) -> Result<()> {
    let dev = w.value()?;
    if *index != 0 {
        return Err(Error::garbage("dev", dev));
    }
    *index = names.index_of(dev)?;
    Ok(())
}

/// Reads the words of `show`.
pub fn parse(w: &mut Words, names: &mut Names) -> Result<Req> {
    let mut index = 0;
    let mut choice = Choice::default();
    while let Some(word) = w.next() {
        match word {
            b"dev" => find_dev(w, &mut index, names)?,
            b"help" => return Err(Error::asks_for_usage()),
            _ => {
                let level = LEVELS.iter().position(|level| level.as_bytes() == word);
                choice.choose(level.ok_or_else(|| what_is(word))?, w.value()?)?;
            }
        }
    }
    choice.add_names();
    if choice.suites == 0 {
        choice.suites = u16::MAX;
    }
    Ok(Req {
        index,
        suites: choice.suites,
    })
}

/// All attributes of [`offload_xstats`], by their bits.
const WHOLE_OFFLOAD: u32 = 0b111;

/// The bit of an attribute, as filters have it.
fn bit(attr: u16) -> u32 {
    1 << (attr - 1)
}

/// A request with `struct if_stats_msg`: family, padding, index, and a filter of groups.
fn request(kind: u16, index: u32, groups: u32) -> Msg {
    let mut head = [0; 12];
    head[4..8].copy_from_slice(&index.to_ne_bytes());
    head[8..].copy_from_slice(&groups.to_ne_bytes());
    Msg::new(kind, 0, &head)
}

/// The request for the groups, and within `offload` for some of its attributes.
pub fn encode(req: &Req) -> Msg {
    let (mut groups, mut offload) = (0, 0);
    for (n, (_, attr, body)) in SUITES.iter().enumerate() {
        if req.suites >> n & 1 != 0 {
            groups |= bit(*attr);
            offload |= match body {
                L3 => bit(offload_xstats::L3_STATS) | bit(offload_xstats::HW_S_INFO),
                HardwareInfo => bit(offload_xstats::HW_S_INFO),
                CpuHit => bit(offload_xstats::CPU_HIT),
                _ => 0,
            };
        }
    }
    let mut msg = request(rtm::GETSTATS, req.index, groups);
    if offload != 0 && offload != WHOLE_OFFLOAD {
        msg.nest(stats::GET_FILTERS | nla::F_NESTED, |msg| {
            msg.u32(stats::LINK_OFFLOAD_XSTATS, offload);
        });
    }
    msg
}

/// The counters of a link. It borrows from the datagram.
pub struct Record<'a> {
    /// Index of the link.
    pub index: u32,
    /// `IFLA_STATS_*`.
    groups: Attrs<'a>,
}

/// Decodes a message; `None` if it is none with counters.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    if message.kind != rtm::NEWSTATS {
        return None;
    }
    Some(Record {
        index: field(message.body, 4)?,
        groups: Attrs(message.body.get(12..)?),
    })
}

impl<'a> Record<'a> {
    /// Whether the hardware is asked to count, and whether it does: `IFLA_OFFLOAD_XSTATS_HW_S_INFO_*`.
    pub fn hardware_info(&self) -> Option<Attrs<'a>> {
        let group = self.groups.find(stats::LINK_OFFLOAD_XSTATS)?.attrs();
        let info = group.find(offload_xstats::HW_S_INFO)?.attrs();
        Some(info.find(offload_xstats::L3_STATS)?.attrs())
    }

    /// The attribute that a suite shows; of VLANs all of the bridge's.
    fn body(&self, group: u16, body: Body) -> Option<Attr<'a>> {
        let group = self.groups.find(group)?;
        let within = |outer: u16, inner: u16| group.attrs().find(outer)?.attrs().find(inner);
        match body {
            Link => Some(group),
            Mpls => within(af::MPLS.into(), mpls_stats::LINK),
            L3 => group.attrs().find(offload_xstats::L3_STATS),
            HardwareInfo => None,
            CpuHit => group.attrs().find(offload_xstats::CPU_HIT),
            Lacp => within(xstats::BOND, bond_xstats::AD),
            Vlans => group.attrs().find(xstats::BRIDGE),
            Multicast => within(xstats::BRIDGE, bridge_xstats::MCAST),
            Stp => within(xstats::BRIDGE, bridge_xstats::STP),
        }
    }
}

/// Shows the suites of a link whose bits are set: a line, or an object, for each, and what there is of it.
pub fn show(record: &Record, suites: u16, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    for (n, (path, group, body)) in SUITES.iter().enumerate() {
        if suites >> n & 1 == 0 {
            continue;
        }
        out.object("");
        show_link(record.index, out, names);
        let mut path = path.as_bytes();
        for form in LEVEL_FORMS {
            if let Some(name) = cut(&mut path, b'/') {
                out.str(form, name);
            }
        }
        show_body(record, *body, record.body(*group, *body), ctx, out);
        out.object_end();
    }
}

/// Shows the index and name of a link.
pub fn show_link(index: u32, out: &mut Out, names: &mut Names) {
    out.uint("ifindex|%:", index.into());
    names.add_link_name(index, out.value());
    out.paint(Color::Ifname).put("ifname| %:", true);
}

fn show_body(record: &Record, body: Body, counters: Option<Attr>, ctx: &Ctx, out: &mut Out) {
    let lines = if ctx.stats | ctx.details > 0 { 2 } else { 1 };
    match body {
        // These have lines that do not end with a line break.
        Mpls => {
            if let Some(counters) = counters {
                out.object("mpls_stats");
                show_directions(counters, 4, ["noroute"; 2], ctx, out);
                out.object_end();
            }
            return out.line_break();
        }
        L3 => {
            if let Some(info) = record.hardware_info() {
                out.object("info");
                show_hardware_info(info, out);
                out.object_end();
            }
            if let Some(counters) = counters {
                out.object("stats64");
                show_directions(counters, 4, ["mcast", "multicast"], ctx, out);
                out.object_end();
            }
            return out.line_break();
        }
        _ => out.line_break(),
    }
    match (body, counters) {
        (HardwareInfo, _) => {
            let Some(info) = record.hardware_info() else {
                return;
            };
            out.text("    l3_stats");
            out.object("info");
            out.object("l3_stats");
            show_hardware_info(info, out);
            out.object_end();
            out.object_end();
        }
        (CpuHit, None) => {}
        (Vlans, bridge) => {
            out.array("vlans");
            for (attr, counters) in bridge.unwrap_or_default().attrs() {
                if attr == bridge_xstats::VLAN {
                    show_vlan(counters, out);
                }
            }
            return out.array_end();
        }
        (_, None) => return,
        (Link | CpuHit, Some(counters)) => {
            show_counters("stats64", counters, None, lines, ctx, out);
        }
        (Lacp, Some(counters)) => show_lacp(counters, out),
        (Multicast, Some(counters)) => show_multicast(counters, out),
        (_, Some(counters)) => show_stp(counters, out),
    }
    out.line_break();
}

/// Shows whether the hardware is asked to count, and whether it does.
pub fn show_hardware_info(info: Attrs, out: &mut Out) {
    for (attr, form) in [
        (offload_xstats::HW_S_INFO_REQUEST, "request| %"),
        (offload_xstats::HW_S_INFO_USED, "used| used %"),
    ] {
        let is_on = info.find(attr).and_then(Attr::u8).unwrap_or(0) != 0;
        let word = on_off(is_on, out.json());
        out.value().append_bytes(word);
        out.put(form, false);
    }
}

/// Shows an event: that the hardware was asked to count or not to, or does or does not any more.
pub fn show_event(record: &Record, out: &mut Out, names: &mut Names) {
    out.object("");
    show_link(record.index, out, names);
    out.line_break();
    if let Some(info) = record.hardware_info() {
        out.text("    l3_stats");
        out.object("l3_stats");
        show_hardware_info(info, out);
        out.object_end();
        out.line_break();
    }
    out.object_end();
}

/// Lists the counters of one link, or of all, which have an empty line behind each.
fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let req = parse(w, &mut io.names)?;
    io.print_answer(
        &mut |socket, each| match req.index {
            0 => socket.dump(&mut encode(&req), each),
            _ => socket.get(&mut encode(&req), each).map(|()| true),
        },
        &mut |message, out, names| {
            if let Some(record) = &decode(message) {
                show(record, req.suites, ctx, out, names);
                if req.index == 0 {
                    out.line_break();
                }
            }
            Ok(())
        },
    )
}

/// From the words of `set` to a request.
pub fn set_message(w: &mut Words, names: &mut Names) -> Result<Msg> {
    let (mut index, mut switch) = (0, None);
    while let Some(word) = w.next() {
        match word {
            b"dev" => find_dev(w, &mut index, names)?,
            b"help" => return Err(Error::asks_for_usage()),
            b"l3_stats" => {
                let is_on = args::on_off(w.value()?, word, true);
                let is_on = is_on.map_err(|e| e.code_is(WRONG))?;
                if switch.is_some() {
                    let text = "A statistics suite to toggle was already given.";
                    return Err(Error::refused(text, b"").code_is(WRONG));
                }
                switch = Some(is_on);
            }
            _ => return Err(what_is(word)),
        }
    }
    let missing: &[u8] = match switch {
        _ if index == 0 => b"\"dev\" argument",
        None => b"stat type to toggle",
        Some(is_on) => {
            let mut msg = request(rtm::SETSTATS, index, 0);
            msg.bytes(stats::SET_OFFLOAD_XSTATS_L3_STATS, &[is_on.into()]);
            return Ok(msg);
        }
    };
    let text = "Not enough information: % is required.";
    Err(Error::usage(text, missing))
}

fn set(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let mut msg = set_message(w, &mut io.names)?;
    io.send(&mut msg)
}
