//! The objects of `ip`: what stands behind its options.

use crate::args::{self, Words};
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Run};
#[cfg(feature = "help")]
use crate::ip::help;
#[cfg(feature = "neigh")]
use crate::ip::neigh;
#[cfg(feature = "tuntap")]
use crate::ip::tuntap;
use crate::ip::{addr, link, netns, route};
use crate::ns::hint::suggest_word;
use crate::usage;

/// The objects, in the order in which they are tried.
pub(crate) const OBJECTS: Commands = commands! {
    Object:
    "address" => addr::run,
    "addrlabel" (part "tunables") => crate::ip::addrlabel::run,
    "maddress" (part "multicast") => crate::ip::maddress::run,
    "route" => route::run,
    "rule" (part "rule") => crate::ip::rule::run,
    "neighbor" (part "neigh") => neigh::run,
    "neighbour" (part "neigh") => neigh::run,
    "ntable,ntbl" (part "tunables") => crate::ip::ntable::run,
    "link" => link::run,
    "l2tp" => absent,
    "fou" (part "fou") => crate::ip::fou::run,
    "ila" => absent,
    "macsec" => absent,
    "tunnel,tunl" (part "ip-tunnel") => crate::ip::tunnel::run,
    "tuntap" (part "tuntap") => tuntap::run,
    "tap:2" (part "tuntap") => tuntap::run,
    "token:2" (part "tunables") => crate::ip::token::run,
    "tcpmetrics:2" (part "tcp-metrics") => crate::ip::tcp_metrics::run,
    "tcp_metrics:4" (part "tcp-metrics") => crate::ip::tcp_metrics::run,
    "monitor" (part "monitor") => crate::ip::monitor::run,
    "xfrm" => absent,
    "mroute" (part "multicast") => route::multicast::run,
    "mrule" (part "rule") => crate::ip::rule::run_multicast,
    "netns" => netns::run,
    "netconf" (part "tunables") => crate::ip::netconf::run,
    "sr" => absent,
    "vrf" (part "vrf") => crate::ip::vrf::run,
    "nexthop" (part "nexthop") => crate::ip::nexthop::run,
    "mptcp:2" (part "mptcp") => crate::ip::mptcp::run,
    "ioam" => absent,
    "help" => |_, _, _| Err(usage()),
    "stats" (part "xstats") => crate::ip::stats::run,
};

/// An object of iproute2 that ipso does not have in any build; README.md says why. The exit status is that of an unknown one.
fn absent(w: &mut Words, _: &Ctx, _: &mut Io) -> Result<()> {
    let word = w.taken();
    Err(Error::refused("Object \"%\" is not in ipso.", word))
}

/// What `ip help` prints.
pub fn usage() -> Error {
    let usage = usage!(
        "[ OPTIONS ] { address | addrlabel | maddress | route | rule | neighbor | neighbour | ntable | ntbl | link | fou | \
         tunnel | tuntap | tap | token | tcpmetrics | monitor | mroute | mrule | netns | netconf | nexthop | mptcp | vrf | \
         stats } { COMMAND | help }",
        help::usage
    );
    Error::help(usage())
}

/// The function of an object.
pub fn find_object(word: &[u8]) -> Option<Run> {
    args::pick(word, OBJECTS)
}

/// Runs the words behind an object.
pub fn run_object(word: &[u8], w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let Some(run) = find_object(word) else {
        let unknown = Error::refused("Object \"%\" is unknown, try \"ip help\".", word);
        let mut known = OBJECTS.0.as_bytes().split(|byte| *byte == b'|');
        return Err(suggest_word(unknown, word, &mut known));
    };
    let done = run(w, ctx, io);
    let warnings = io.names.warnings();
    io.out.warn(&warnings);
    done
}
