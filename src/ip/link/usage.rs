//! `ip link help`.

use crate::args::Words;
use crate::error::{Error, Result, USAGE};
use crate::ip::command::{Ctx, Io};
use crate::kind::kind::Kind;
use crate::kind::table::{find_kind, missing_kind};
use crate::text::fill_one;

/// `ip link help [KIND]`.
pub fn help(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let name = w.next().unwrap_or_default();
    let kind = find_kind(name).filter(|kind| kind.has_help());
    let kind = kind.ok_or_else(|| match missing_kind(name) {
        Some(e) => e.code_is(USAGE),
        None => Error::asks_for_usage(),
    })?;
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
