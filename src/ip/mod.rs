//! `ip`: global options, objects, commands.

pub mod addr;
#[cfg(feature = "tunables")]
pub mod addrlabel;
mod alike;
pub mod batch;
pub mod command;
#[cfg(feature = "xstats")]
pub mod counters;
#[cfg(feature = "encap")]
pub mod encap;
pub mod flush;
#[cfg(feature = "fou")]
pub mod fou;
#[cfg(any(feature = "fou", feature = "mptcp", feature = "tcp-metrics"))]
mod generic;
#[cfg(feature = "help")]
mod help;
pub mod hop;
pub mod iface;
pub mod ifaddr;
pub mod link;
#[cfg(feature = "multicast")]
pub mod maddress;
#[cfg(feature = "monitor")]
pub mod monitor;
#[cfg(feature = "mptcp")]
pub mod mptcp;
#[cfg(feature = "neigh")]
pub mod neigh;
#[cfg(feature = "tunables")]
pub mod netconf;
pub mod netns;
#[cfg(feature = "nexthop")]
pub mod nexthop;
#[cfg(feature = "tunables")]
pub mod ntable;
pub(crate) mod objects;
mod pending;
pub mod route;
#[cfg(feature = "rule")]
pub mod rule;
#[cfg(feature = "save")]
pub mod save;
#[cfg(any(feature = "save", feature = "monitor"))]
pub mod saved;
#[cfg(any(feature = "monitor", feature = "mptcp"))]
mod stamp;
#[cfg(feature = "xstats")]
pub mod stats;
#[cfg(feature = "tcp-metrics")]
pub mod tcp_metrics;
#[cfg(feature = "tunables")]
pub mod token;
#[cfg(feature = "ip-tunnel")]
pub mod tunnel;
#[cfg(feature = "tuntap")]
pub mod tuntap;
#[cfg(feature = "vrf")]
pub mod vrf;
#[cfg(feature = "wait")]
mod wait;

use crate::args::{self, Words};
use crate::error::{Error, Noun, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::objects::{find_object, run_object, usage};
use crate::keywords;
use crate::name_table;
use crate::names::table::{FAMILIES, Table};
use crate::ns;
use crate::out::Style;
use crate::sys;

keywords! {
    /// The global options, in the order in which a prefix picks them.
    pub(crate) enum Global {
        Loops = "loops",
        Family = "family",
        Human = "human,human-readable",
        Iec = "iec",
        Stats = "stats,statistics" (part "stats"),
        Details = "details",
        /// Accepted and without effect: addresses are never resolved to names.
        Resolve = "resolve",
        Oneline = "oneline",
        Timestamp = "timestamp",
        ShortTimestamp = "tshort",
        Version = "Version",
        Force = "force",
        Batch = "batch",
        Brief = "brief",
        Json = "json",
        Pretty = "pretty",
        ReceiveBuffer = "rcvbuf",
        Color = "color",
        Help = "help",
        Netns = "netns",
        Numeric = "Numeric",
        All = "all",
        Echo = "=echo",
        Fail = "=fail",
    }
}

/// Options that stand for a value of `-family`.
pub(crate) static FAMILY_OPTIONS: Table = name_table!("2 4|10 6|17 0|28 M|7 B");

keywords! {
    /// The values of `-color`.
    pub(crate) enum When {
        Always = "=always",
        Auto = "=auto",
        Never = "=never",
    }
}

/// Runs `ip WORDS`. `object` is what the name of the program has behind `ip`: of `iplink` it is `link`.
pub fn run(w: &mut Words, object: Option<&[u8]>, io: &mut Io) -> Result<()> {
    let mut ctx = Ctx {
        loops: 10,
        ..Ctx::default()
    };
    let mut color = false;
    let mut iec = false;
    let mut force = false;
    let mut file = None;
    while let Some(word) = w.peek().filter(|word| word.starts_with(b"-")) {
        w.next();
        if word == b"--" {
            break;
        }
        let whole = word.strip_prefix(b"--").unwrap_or(&word[1..]);
        let (name, value) = match whole.iter().position(|b| *b == b'=') {
            Some(at) => (&whole[..at], Some(&whole[at + 1..])),
            None => (whole, None),
        };
        let unknown = || Error::usage("Option \"-%\" is unknown, try \"ip -help\".", whole);
        if let (Some(family), None) = (FAMILY_OPTIONS.number_of(name), value) {
            ctx.family = family as u8;
            continue;
        }
        // A lone `-` is the first of all options.
        let option = match whole {
            b"" => Global::Loops,
            _ => Global::pick(name).ok_or_else(unknown)?,
        };
        if let Some(part) = option.missing_part() {
            return Err(Error::missing_part(Noun::Option, word, part));
        }
        match option {
            Global::Color => color = colored(value).ok_or_else(unknown)?,
            _ if value.is_some() => return Err(unknown()),
            Global::Family => {
                let family = w.next().ok_or_else(|| Error::required("family type"))?;
                if family == b"help" {
                    return Err(usage());
                }
                let number = FAMILIES.number_of(family);
                let reason = "invalid protocol family";
                ctx.family = number.ok_or_else(|| Error::bad_arg(family, reason))? as u8;
            }
            Global::Human => ctx.human = 1000,
            Global::Iec => iec = true,
            Global::Stats => ctx.stats = ctx.stats.saturating_add(1),
            Global::Details => ctx.details = ctx.details.saturating_add(1),
            Global::Oneline => io.out.style.oneline = true,
            Global::Brief => ctx.brief = true,
            Global::Json => io.out.style.json = true,
            Global::Pretty => io.out.style.pretty = true,
            Global::Numeric => ctx.numeric = true,
            Global::All => ctx.all = true,
            Global::Fail => ctx.fail = true,
            Global::Force => force = true,
            Global::Echo => ctx.echo = true,
            Global::Loops => {
                let word = w.next().ok_or_else(|| Error::required("loop count"))?;
                ctx.loops = args::leading(word).unwrap_or(0);
            }
            Global::ReceiveBuffer => {
                let word = w.next().ok_or_else(|| Error::required("rcvbuf size"))?;
                let size = args::unsigned(word, u32::MAX.into());
                let size = size.ok_or_else(|| Error::usage("Invalid rcvbuf size '%'", word))?;
                io.names.receive_buffer = Some(size as u32);
            }
            Global::Timestamp => ctx.timestamp = 1,
            Global::ShortTimestamp => ctx.timestamp = 2,
            Global::Resolve => {}
            Global::Batch => {
                file = Some(w.next().ok_or_else(|| Error::required("batch file"))?);
            }
            Global::Netns => {
                ns::enter::enter(w.value()?, &mut io.out)?;
                ctx.elsewhere = true;
            }
            Global::Help => return Err(usage()),
            Global::Version => {
                io.out.style = Style::default();
                io.out.text(concat!(
                    "ip utility, iproute2-7.3.0, ipso ",
                    env!("IPSO_VERSION"),
                    "\n"
                ));
                return Ok(());
            }
        }
    }
    if iec && ctx.human != 0 {
        ctx.human = 1024;
    }
    io.out.style.details = ctx.details;
    io.out.style.numeric = ctx.numeric;
    set_colors(&mut io.out.style, color);
    if let Some(file) = file {
        ctx.batch = true;
        return batch::run(file, force, &ctx, io);
    }
    if let Some(object) = object.filter(|object| find_object(object).is_some()) {
        return run_object(object, w, &ctx, io);
    }
    let object = w.next().ok_or_else(usage)?;
    run_object(object, w, &ctx, io)
}

/// Whether text is coloured: `-c[=always|auto|never]`.
fn colored(value: Option<&[u8]>) -> Option<bool> {
    Some(match value {
        None | Some(b"") => true,
        Some(value) => match When::pick(value)? {
            When::Always => true,
            When::Auto => rustix::termios::isatty(rustix::stdio::stdout()),
            When::Never => false,
        },
    })
}

/// Sets whether text is coloured, and for what background, which is in COLORFGBG. NO_COLOR has no effect: without `-c`
/// there is no colour anyway.
fn set_colors(style: &mut Style, wanted: bool) {
    style.color = wanted && !style.json;
    if style.color {
        let value = sys::env(b"COLORFGBG").unwrap_or_default();
        let is_dark = matches!(value, [.., b';', b'0'..=b'6' | b'8']);
        style.light = value.contains(&b';') && !is_dark;
    }
}
