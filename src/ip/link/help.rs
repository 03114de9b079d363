//! What `ip link` explains of itself.

use crate::args::Words;
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::kind::{self, Kind, table, words};
use crate::text::{add, fill};

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
       ip link help [ KIND ]
SETTING:";

/// The words of `ip link`, as an error to be shown.
pub fn usage() -> Error {
    let mut text = USAGE_TEXT.as_bytes().to_vec();
    for (head, rows) in [
        (&b""[..], words::LINK),
        (b"\nvf NUM, then:", words::VF),
        (b"\nvlan ID of vf, then:", words::VF_VLAN),
        (b"\ninet, then:", words::INET),
    ] {
        text.extend_from_slice(head);
        kind::help(rows, &mut text);
    }
    add(
        &mut text,
        b"\nKIND: any that the kernel knows; with ip link help KIND:",
        &[],
    );
    for kind in table::KINDS.iter().filter(|kind| kind.has_help()) {
        for name in kind.each_name() {
            add(&mut text, b" %", &[name]);
        }
    }
    Error::help(text)
}

/// `ip link help [KIND]`.
pub fn help(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let kind = w.next().and_then(|name| Some((name, Kind::named(name)?)));
    let (name, kind) = kind.filter(|(_, kind)| kind.has_help()).ok_or_else(usage)?;
    io.out.raw(&of_kind(name, kind));
    io.out.text("\n");
    Ok(())
}

/// Whether the kind comes in pairs, with a `peer` that is a link of its own.
pub fn is_pair(name: &[u8]) -> bool {
    name == b"veth" || name == b"vxcan"
}

/// The options of a kind.
pub fn of_kind(name: &[u8], kind: &Kind) -> Vec<u8> {
    const PAIR: &str = "Usage: ip link <options> type % [peer <options>]\nTo get <options> type 'ip link add help'";
    if is_pair(name) {
        fill(PAIR, &[name])
    } else {
        kind.help(name)
    }
}
