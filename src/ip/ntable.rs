//! `ip ntable`: the tables of neighbours, and what their entries on each device live by.

use crate::append::Append;
use crate::args::{self, Words};
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::ip::hop::show::show_dev;
use crate::name_table;
use crate::names::Names;
use crate::names::table::{Table, family_name};
use crate::nl::uapi::{ndta, ndtpa, nlm_f, rtm};
use crate::nl::wire::{Attr, Attrs, Index, Message, Msg};
use crate::out::Out;
use crate::sys;
use crate::text::{add_date, hexadecimal};
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "change,chg" => change,
    "show,lst,list" => list,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

const OBJECT: Object = Object {
    name: "ntable",
    commands: COMMANDS,
    default: list,
    usage: usage!("ntable { change | show } ...", usage),
};

/// Runs `ip ntable WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}

/// Where an item is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Place {
    /// An attribute of the table, `NDTA_*`.
    Own,
    /// A member of `struct ndt_config`.
    Config,
    /// An attribute of the parameters, `NDTPA_*`.
    Parms,
    /// A member of `struct ndt_stats`.
    Stats,
}

use Place::*;

/// The items, a line of text each: where they are, how the line begins, and their numbers and names. All of the table and of
/// the parameters but the two that [`READ_ONLY`] has can be changed.
#[rustfmt::skip]
pub(crate) static LINES: [(Place, &str, Table); 13] = [
    (Own, "    ", name_table!("2 thresh1|3 thresh2|4 thresh3|8 gc_int")),
    (Config, "    config ", name_table!("0 key_len|1 entry_size|2 entries")),
    (Config, "        ", name_table!("3 last_flush|4 last_rand")),
    (Config, "        ", name_table!("5 hash_rnd|6 hash_mask|7 hash_chain_gc|8 proxy_qlen")),
    (Parms, "    ", name_table!("2 refcnt|3 reachable|4 base_reachable|5 retrans")),
    (Parms, "    ", name_table!("6 gc_stale|7 delay_probe|8 queue")),
    (Parms, "    ", name_table!("9 app_probes|10 ucast_probes|11 mcast_probes|17 mcast_reprobes")),
    (Parms, "    ", name_table!("12 anycast_delay|13 proxy_delay|14 proxy_queue|15 locktime")),
    (Stats, "    stats ", name_table!("0 allocs|1 destroys|2 hash_grows")),
    (Stats, "    ", name_table!("3 res_failed|4 lookups|5 hits")),
    (Stats, "    ", name_table!("6 rcv_probes_mcast|7 rcv_probes_ucast")),
    (Stats, "    ", name_table!("8 periodic_gc_runs|9 forced_gc_runs")),
    (Stats, "    ", name_table!("10 table_fulls")),
];

/// Parameters that cannot be changed.
const READ_ONLY: [u16; 2] = [ndtpa::REFCNT, ndtpa::REACHABLE_TIME];
/// The items that are times, in milliseconds, and have 64 bits: a bit for each attribute of the table and of the parameters.
const TIMES: [u32; 2] = [1 << 8, 0b1011_0000_1111_0000];

/// The item of a word: whether it is a parameter, and its attribute.
pub(crate) fn find_item(word: &[u8]) -> Option<(bool, u16)> {
    LINES.iter().find_map(|(place, _, names)| {
        let attr = names.number_of(word)? as u16;
        match place {
            Own => Some((false, attr)),
            Parms if !READ_ONLY.contains(&attr) => Some((true, attr)),
            _ => None,
        }
    })
}

/// The usage, in which each word that can be changed is one of the items.
#[cfg(feature = "help")]
fn usage() -> Vec<u8> {
    let mut text = b"Usage: ip ntable change name NAME [ dev DEV ] { SETTING VALUE } ...\n       \
        ip ntable [ show ] [ dev { DEV | none } ] [ name NAME ]\n\
        SETTING := {"
        .to_vec();
    let mut join = " ";
    for (_, _, names) in &LINES {
        for (_, name) in names.0.filter(|(_, name)| find_item(name).is_some()) {
            text.append_bytes(join.as_bytes());
            text.append_bytes(name);
            join = " | ";
        }
    }
    text.append_bytes(b" }");
    text
}

/// What is changed.
struct Req<'a> {
    /// The name of the table.
    name: Option<&'a [u8]>,
    /// The attributes of the table, and of the parameters, of which the device is one.
    attrs: [Msg; 2],
}

/// Reads the words of a change.
fn parse<'a>(w: &mut Words<'a>, names: &mut Names) -> Result<Req<'a>> {
    let mut req = Req {
        name: None,
        attrs: Default::default(),
    };
    let mut changes = false;
    while let Some(word) = w.next() {
        let item = find_item(word);
        if item.is_none() && word != b"name" && word != b"dev" {
            return Err(Error::bad_arg(word, "unknown"));
        }
        let value = w.value()?;
        match item {
            Some((is_parm, attr)) => {
                let width = match TIMES[usize::from(is_parm)] >> attr & 1 {
                    0 => 4,
                    _ => 8,
                };
                let number = args::unsigned(value, u64::MAX >> (64 - 8 * width));
                let reason = b"\"%\" value is invalid";
                let number = number.ok_or_else(|| Error::bad_value(value, reason, word))?;
                req.attrs[usize::from(is_parm)].number(attr, number, width);
                changes = true;
            }
            None if word == b"dev" => req.attrs[1].u32(ndtpa::IFINDEX, names.index_of(value)?),
            None if req.name.is_some() => return Err(Error::duplicate(b"NAME", value)),
            None => req.name = Some(value),
        }
    }
    if req.name.is_none() {
        return Err(Error::required("NAME"));
    }
    if !changes {
        let text = "Not enough information: changeable attributes required.";
        return Err(Error::usage(text, b""));
    }
    Ok(req)
}

/// A request with `struct ndtmsg`.
fn request(kind: u16, flags: u16, family: u8) -> Msg {
    Msg::new(kind, flags, &[family, 0, 0, 0])
}

fn encode(req: &Req, family: u8) -> Msg {
    let mut msg = request(rtm::SETNEIGHTBL, nlm_f::REPLACE, family);
    msg.str(ndta::NAME, req.name.unwrap_or_default());
    let [table, parms] = &req.attrs;
    msg.raw(table.attrs(0).0);
    if parms.size() > 0 {
        msg.bytes(ndta::PARMS, parms.attrs(0).0);
    }
    msg
}

/// From words to a request.
pub fn message(w: &mut Words, family: u8, names: &mut Names) -> Result<Msg> {
    Ok(encode(&parse(w, names)?, family))
}

/// The request for all tables of a family.
pub fn list_request(family: u8) -> Msg {
    request(rtm::GETNEIGHTBL, 0, family)
}

fn change(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut msg = message(w, ctx.family, &mut io.names)?;
    io.send(&mut msg)
}

/// A table, or its parameters on a device. It borrows from the datagram.
pub struct Record<'a> {
    /// `AF_*`.
    pub family: u8,
    /// `NDTA_*`.
    attrs: Index<'a, 16>,
    /// `NDTPA_*`.
    parms: Index<'a, 32>,
}

/// Decodes a message; `None` if it is none of a table.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    if message.kind != rtm::NEWNEIGHTBL {
        return None;
    }
    let attrs = Attrs(message.body.get(4..)?).indexed();
    Some(Record {
        family: message.body[0],
        parms: attrs.get(ndta::PARMS).unwrap_or_default().attrs().indexed(),
        attrs,
    })
}

impl<'a> Record<'a> {
    /// The name of the table.
    pub fn name(&self) -> &'a [u8] {
        self.attrs.get(ndta::NAME).unwrap_or_default().str()
    }

    /// Index of the device, 0 for the table itself.
    pub fn index(&self) -> u32 {
        let index = self.parms.get(ndtpa::IFINDEX).and_then(Attr::u32);
        index.unwrap_or(0)
    }

    /// The value of an item; `None` if it is absent.
    fn item(&self, place: Place, n: u16) -> Option<u64> {
        let (attr, at, width) = match place {
            Own => return self.attrs.get(n)?.number(),
            Parms => return self.parms.get(n)?.number(),
            // Two numbers of 16 bits, and others of 32.
            Config if n < 2 => (ndta::CONFIG, 2 * n, 2),
            Config => (ndta::CONFIG, 4 * n - 4, 4),
            Stats => (ndta::STATS, 8 * n, 8),
        };
        let at = usize::from(at);
        Attr(self.attrs.get(attr)?.0.get(at..at + width)?).number()
    }
}

/// Prints a table, or its parameters on a device. `now` is the time in milliseconds since 1970.
pub fn show(record: &Record, now: u64, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    out.object("");
    out.str("family|% ", family_name(record.family));
    out.str("name|% ", record.name());
    out.line_break();
    if record.index() != 0 {
        show_dev(b"    dev ", b"dev", record.index(), out, names);
        out.line_break();
    }
    for &(place, begin, items) in &LINES {
        if matches!(place, Config | Stats) && ctx.stats == 0 {
            continue;
        }
        let mut begin = begin;
        for (n, name) in items.0 {
            if let Some(value) = record.item(place, n) {
                out.text(std::mem::take(&mut begin));
                show_item(place, n, name, value, now, out);
            }
        }
        // Something was shown.
        if begin.is_empty() {
            out.line_break();
        }
    }
    out.text("\n");
    out.object_end();
}

fn show_item(place: Place, n: u16, name: &[u8], value: u64, now: u64, out: &mut Out) {
    let is_json = out.json();
    match (place, n) {
        (Config, 3 | 4) => {
            // So many milliseconds ago.
            add_date(out.value(), now.saturating_sub(value) / 1000, b' ');
            out.pair(name, true);
        }
        (Config, 6) => {
            let text = out.value();
            text.append_bytes(if is_json { b"0x" } else { b"" });
            hexadecimal(text, value, if is_json { 1 } else { 8 });
            out.pair(name, true);
        }
        (Config, 0) if is_json => out.uint("key_length", value),
        (Own, 8) if is_json => out.uint("gc_interval", value),
        _ => out.pair_uint(name, value),
    }
}

/// Which tables are shown.
#[derive(Default)]
struct Filter<'a> {
    name: Option<&'a [u8]>,
    /// Index of the device, 0 for the table itself.
    index: Option<u32>,
}

fn parse_choice<'a>(w: &mut Words<'a>, names: &mut Names) -> Result<Filter<'a>> {
    let mut filter = Filter::default();
    while let Some(word) = w.next() {
        match word {
            b"name" => filter.name = Some(w.value()?),
            b"dev" => {
                filter.index = match w.value()? {
                    b"none" => Some(0),
                    dev => {
                        let unknown = |dev: &[u8]| Error::bad_arg(dev, "\"DEV\" is invalid");
                        Some(names.index_or(dev, unknown)?)
                    }
                }
            }
            _ => return Err(Error::bad_arg(word, "unknown")),
        }
    }
    Ok(filter)
}

fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let filter = parse_choice(w, &mut io.names)?;
    let now = sys::clock(libc::CLOCK_REALTIME) / 1_000_000;
    io.print_list(
        &mut |socket, each| socket.dump(&mut list_request(ctx.family), each),
        &mut |message, out, names| {
            if let Some(record) = &decode(message)
                && (ctx.family == 0 || ctx.family == record.family)
                && filter.name.is_none_or(|name| name == record.name())
                && filter.index.is_none_or(|index| index == record.index())
            {
                show(record, now, ctx, out, names);
            }
            Ok(())
        },
    )
}
