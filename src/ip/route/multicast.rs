//! `ip mroute`: the multicast routes, which a routing daemon makes and nothing but that changes.

use crate::append::Append;
use crate::args::{self, Prefix, Words};
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::ip::route::record::{Record, decode};
use crate::keywords;
use crate::names::Names;
use crate::names::file::ROUTE_TABLES;
use crate::nl::uapi::{af, rt_table, rta, rtm, rtn, rtnh_f, rtnl_family};
use crate::nl::wire::{Attr, Msg};
use crate::out::{Color, Out};
use crate::text::{add_address, add_general, add_unsigned};
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "list,show,lst" => list,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

const OBJECT: Object = Object {
    name: "mroute",
    commands: COMMANDS,
    default: list,
    usage: usage!("mroute [ show ] ...", || {
        "Usage: ip mroute [ show ] [ [ to ] PREFIX ] [ from PREFIX ] [ iif DEV ] [ table { TABLE_ID | all } ]".into()
    }),
};

/// Runs `ip mroute WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}

keywords! {
    /// The words. Any other is a prefix, as behind `to`.
    pub(crate) enum Word {
        Table = "table",
        Iif = "=iif",
        From = "from",
        To = "=to",
    }
}

/// Which routes are shown.
#[derive(Default)]
pub struct Filter {
    /// `RTNL_FAMILY_*`, or 0 for a family without multicast routes.
    family: u8,
    /// Their table, 0 for all.
    table: u32,
    /// Index of the device on which packets arrive, 0 for any.
    index: u32,
    /// Prefixes of the source and of the group.
    prefixes: [Prefix; 2],
}

/// Reads the words, and turns names into numbers. IPv4 has its multicast routes in the table `default`, IPv6 in `main`.
pub fn parse(w: &mut Words, family: u8, names: &mut Names) -> Result<Filter> {
    let mut filter = Filter::default();
    let mut iif = None;
    match family {
        0 | af::INET => {
            filter.family = rtnl_family::IPMR;
            filter.table = rt_table::DEFAULT.into();
        }
        af::INET6 => filter.family = rtnl_family::IP6MR,
        _ => {}
    }
    while let Some(word) = w.next() {
        let (word, value) = match Word::pick(word) {
            Some(known) => (known, w.value()?),
            None => (Word::To, word),
        };
        match word {
            Word::Iif => iif = Some(value),
            Word::Table => {
                filter.table = match ROUTE_TABLES.number_of(value, u32::MAX) {
                    Some(table) => table,
                    None if value == b"all" => 0,
                    None if value == b"help" => return Err(Error::asks_for_usage()),
                    None => return Err(Error::bad_arg(value, "table id value is invalid\n")),
                }
            }
            Word::To if args::prefix(value, "help") => return Err(Error::asks_for_usage()),
            Word::From | Word::To => {
                let family = if filter.family == 0 { 0 } else { family };
                filter.prefixes[usize::from(word == Word::To)].read(value, family, true)?;
            }
        }
    }
    if let Some(dev) = iif {
        filter.index = names.index_of(dev)?;
    }
    Ok(filter)
}

/// The request for the routes, as far as the kernel can choose them.
pub fn encode(filter: &Filter) -> Msg {
    let mut head = [0; 12];
    head[0] = filter.family;
    let mut msg = Msg::new(rtm::GETROUTE, 0, &head);
    if filter.table != 0 {
        msg.u32(rta::TABLE, filter.table);
    }
    msg
}

impl Filter {
    /// Whether a route passes.
    pub fn passes(&self, route: &Record) -> bool {
        let addresses = [route.get(rta::SRC), route.get(rta::DST)];
        for (prefix, address) in self.prefixes.iter().zip(addresses) {
            let address = address.unwrap_or_default().0;
            if prefix.len > 0
                && !(prefix.bytes().len() == address.len() && prefix.contains(address))
            {
                return false;
            }
        }
        (self.table == 0 || self.table == route.table)
            && (self.index == 0 || Some(self.index) == route.u32(rta::IIF))
    }
}

/// The warning for a route that is not of the type `RTN_MULTICAST`: a kernel without multicast routing answers with its unicast
/// routes.
pub const NOT_MULTICAST: &[u8] =
    b"Non multicast route received, kernel does support IP multicast?\n";

/// Lists the routes that the words choose. Of a family without multicast routes nothing is said, as by iproute2.
fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let filter = parse(w, ctx.family, &mut io.names)?;
    if filter.family == 0 {
        return Ok(());
    }
    io.print_list(
        &mut |socket, each| socket.dump(&mut encode(&filter), each),
        &mut |message, out, names| {
            if let Some(route) = &decode(message)
                && filter.passes(route)
            {
                match route.kind {
                    rtn::MULTICAST => show(route, filter.table != 0, ctx, out, names),
                    _ => out.warn(NOT_MULTICAST),
                }
            }
            Ok(())
        },
    )
}

/// Prints a multicast route, its table only where that is not `is_fixed`.
pub fn show(route: &Record, is_fixed: bool, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    out.object("");
    if route.message == rtm::DELROUTE {
        out.yes("deleted|Deleted ");
    }
    let addresses = [("(", "src", rta::SRC, ""), (",", "dst", rta::DST, ")")];
    let text = out.value();
    for (before, _, attr, after) in addresses {
        text.append_bytes(before.as_bytes());
        add_known_address(route.get(attr), text);
        text.append_bytes(after.as_bytes());
    }
    if out.json() {
        for (_, key, attr, _) in addresses {
            add_known_address(route.get(attr), out.value());
            out.put(key, true);
        }
    } else {
        out.pad_value(32);
        out.put("|% Iif: ", false);
    }
    match route.u32(rta::IIF) {
        Some(index) => {
            names.add_link_name(index, out.value());
            if !out.json() {
                out.pad_value(10);
            }
            out.paint(Color::Ifname).put("iif|% ", true);
        }
        None => out.str("iif|% ", b"unresolved"),
    }
    if route.get(rta::MULTIPATH).is_some() {
        out.array("multipath");
        let mut before = "Oifs: ";
        for hop in route.hops() {
            out.text(std::mem::take(&mut before));
            out.object("");
            names.add_link_name(hop.index, out.value());
            out.paint(Color::Ifname).put("oif|%", true);
            // The least TTL of a packet that is sent there.
            if hop.hops > 1 {
                out.uint("ttl|(ttl %)", hop.hops.into());
            }
            out.text(" ");
            out.object_end();
        }
        out.array_end();
    }
    let has = |flag: u8| route.flags & u32::from(flag) != 0;
    let state: &[u8] = match has(rtnh_f::UNRESOLVED) {
        true => b"unresolved",
        false => b"resolved",
    };
    out.str("state| State: %", state);
    if has(rtnh_f::OFFLOAD) {
        out.null("offload| offload");
    }
    if ctx.stats > 0 {
        show_stats(route, out);
    }
    let is_main = route.table == rt_table::MAIN.into();
    if !is_fixed && (!is_main || ctx.details > 0) {
        names.add_name(&ROUTE_TABLES, route.table, ctx.numeric, out.value());
        out.put("table| Table: %", true);
    }
    out.text("\n");
    out.object_end();
}

fn add_known_address(address: Option<Attr>, text: &mut Vec<u8>) {
    match address {
        Some(address) => add_address(text, address.0),
        None => text.append_bytes(b"unknown"),
    }
}

/// Shows `struct rta_mfc_stats`, and how long ago the route was last used, in hundredths of a second.
fn show_stats(route: &Record, out: &mut Out) {
    if let Some(stats) = route.get(rta::MFC_STATS) {
        let mut counters = stats.0.chunks_exact(8);
        let mut counter = || counters.next().and_then(|n| Attr(n).u64()).unwrap_or(0);
        out.line_break();
        out.uint("packets|  % packets,", counter());
        out.uint("bytes| % bytes", counter());
        match counter() {
            0 => {}
            n => out.uint("wrong_if|, % arrived on wrong iif.", n),
        }
    }
    if let Some(age) = route.get(rta::EXPIRES).and_then(Attr::u64) {
        let is_json = out.json();
        let text = out.value();
        if is_json {
            add_general(text, age, 100);
        } else {
            let hundredths = (age % 100) as u8;
            add_unsigned(text, age / 100);
            text.append_bytes(&[b'.', b'0' + hundredths / 10, b'0' + hundredths % 10]);
        }
        out.put("expires|, Age %", false);
    }
}
