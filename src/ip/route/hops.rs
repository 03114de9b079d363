//! The nexthops of a route with several: `nexthop …` up to the end of the line.

use crate::args::{self, Words};
use crate::error::{Error, Noun, Result};
use crate::ip::hop::parse::{parse_encap, parse_via};
#[cfg(feature = "route-extra")]
use crate::ip::route::rare_words;
use crate::ip::route::setting::Route;
use crate::keywords;
use crate::nl::uapi::{rta, rtnh_f};
use crate::row::draft::Draft;

keywords! {
    /// The words of a nexthop.
    pub(crate) enum Word {
        Via = "=via",
        Dev = "=dev",
        Weight = "=weight",
        Onlink = "=onlink",
        Realms = "realms" (part "route-extra"),
        Encap = "=encap" (part "encap"),
        As = "=as" (part "route-extra"),
    }
}

/// The second line of the error where the device of a nexthop does not exist.
const UNKNOWN_DEVICE: &[u8] = b"Error: cannot parse nexthop";

/// Reads the nexthops behind the first word `nexthop`, and adds `RTA_MULTIPATH`: of each `struct rtnexthop` and attributes.
pub fn parse_hops<'a>(
    w: &mut Words<'a>,
    route: &mut Route<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    let start = draft.msg.open();
    loop {
        if w.peek().is_none() {
            let text = "Error: unexpected end of line after \"nexthop\"";
            return Err(Error::usage(text, b""));
        }
        parse_hop(w, route, draft)?;
        match w.next() {
            None => break,
            Some(b"nexthop") => {}
            Some(word) => {
                let text = "Error: \"nexthop\" or end of line is expected instead of \"%\"";
                return Err(Error::usage(text, word));
            }
        }
    }
    draft.msg.close(start, rta::MULTIPATH);
    Ok(())
}

/// Reads one nexthop, up to a word that is none of its own.
fn parse_hop<'a>(w: &mut Words<'a>, route: &mut Route<'a>, draft: &mut Draft<'a>) -> Result<()> {
    let (mut flags, mut hops) = (0, 0);
    let head = draft.msg.size();
    draft.msg.plain(&[0; 8]);
    let outside = std::mem::replace(&mut draft.start, draft.msg.size());
    while let Some(word) = w.peek().and_then(Word::pick) {
        let own = w.next().unwrap_or_default();
        if let Some(part) = word.missing_part() {
            return Err(Error::missing_part(Noun::Option, own, part));
        }
        match word {
            Word::Onlink => flags |= rtnh_f::ONLINK,
            Word::Encap => parse_encap(w, draft, (rta::ENCAP, rta::ENCAP_TYPE))?,
            Word::Via => parse_via(w.value()?, w, &mut route.family, &mut draft.msg)?,
            Word::Dev => draft.index(head + 4, w.value()?, UNKNOWN_DEVICE),
            Word::Weight => {
                let value = w.value()?;
                let weight = args::unsigned(value, 256).filter(|weight| *weight > 0);
                let reason = "\"weight\" is invalid\n";
                hops = weight.ok_or_else(|| Error::bad_arg(value, reason))? as usize - 1;
            }
            #[cfg(feature = "route-extra")]
            Word::Realms | Word::As => {
                rare_words::parse_of_hop(word == Word::As, w, route, draft)?;
            }
            // Of a part that is missing.
            #[cfg(not(feature = "route-extra"))]
            Word::Realms | Word::As => {}
        }
    }
    draft.start = outside;
    let len = (draft.msg.size() - head) as u16;
    draft.msg.patch(head, &len.to_ne_bytes());
    draft.msg.patch(head + 2, &[flags, hops as u8]);
    Ok(())
}
