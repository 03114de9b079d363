//! What `ip link help` prints.

use crate::args::Words;
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::kind::kind::Kind;
use crate::kind::table::find_kind;
use crate::text::fill_one;

const USAGE_TEXT: &str = "\
Usage: ip link { add | replace } [ name ] NAME [ SETTING ... ] type KIND [ OPTION ... ]
       ip link { set | change } { DEV | group GROUP } [ SETTING ... ] [ type KIND_slave OPTION ... ]
       ip link delete { DEV | group GROUP }
       ip link [ show ] [ DEV | group GROUP ] [ up | down ] [ master DEV | vrf NAME | nomaster ] [ type KIND ] [ novf ]
       ip link property { add | del } DEV [ altname NAME ] ...
       ip link xstats type { bridge | bridge_slave } [ igmp ] [ dev DEV ]
       ip link xstats type { bond | bond_slave } [ 802.3ad ] [ dev DEV ]
       ip link afstats [ dev DEV ]
       ip link wait DEV [ present | absent | up | down | carrier | address ] [ timeout SECONDS ]
       ip link help [ KIND ]";

/// What is behind it.
static MORE: &[fn(&mut Vec<u8>)] = &[
    #[cfg(feature = "help")]
    super::help::add_settings,
];

/// The usage of `ip link`.
pub fn usage() -> Vec<u8> {
    let mut text = USAGE_TEXT.as_bytes().to_vec();
    for add in MORE {
        add(&mut text);
    }
    text
}

/// `ip link help [KIND]`.
pub fn help(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let kind = w.next().and_then(|name| Some((name, find_kind(name)?)));
    let (name, kind) = kind
        .filter(|(_, kind)| kind.has_help())
        .ok_or_else(Error::asks_for_usage)?;
    io.out.raw(&of_kind(name, kind));
    io.out.text("\n");
    Ok(())
}

/// Whether links of the kind are made in pairs, with a `peer`.
pub fn is_pair(name: &[u8]) -> bool {
    name == b"veth" || name == b"vxcan"
}

/// The help of a kind.
pub fn of_kind(name: &[u8], kind: &Kind) -> Vec<u8> {
    const PAIR: &str = "Usage: ip link <options> type % [peer <options>]\nTo get <options> type 'ip link add help'";
    if is_pair(name) {
        fill_one(PAIR, name)
    } else {
        kind.help(name)
    }
}
