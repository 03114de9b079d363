//! Lightweight tunnels: `encap TYPE …` of a route or nexthop says what its packets are put into.
//!
//! A type is a list of options in `options`. What no row can say is in the file of the type; what several types have, in
//! `value` and `source_route`.

mod ila;
mod ioam6;
mod ip;
mod options;
mod rpl;
mod seg6;
pub(crate) mod seg6local;
mod source_route;
mod value;

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::Ctx;
use crate::ip::encap::options::EncapType;
pub use crate::ip::encap::options::TYPES;
use crate::name_table;
use crate::names::Names;
use crate::names::table::Table;
use crate::nl::uapi::{lwt_xfrm, lwtunnel_encap, mpls_iptunnel, nla, seg6_local};
use crate::nl::wire::Attr;
use crate::out::Out;
use crate::row::draft::Draft;
use crate::row::print::show_options;
use crate::row::read::{next_row, parse_option};

/// `LWTUNNEL_ENCAP_*` by their words.
pub(crate) static NAMES: Table =
    name_table!("1 mpls|2 ip|3 ila|4 ip6|5 seg6|6 bpf|7 seg6local|8 rpl|9 ioam6|10 xfrm");

/// The type with a number.
fn find_type(kind: u16) -> Option<&'static EncapType> {
    TYPES.get(usize::from(kind).wrapping_sub(1))
}

/// Reads `TYPE …` behind `encap` up to the first word of another kind, and adds two attributes: the options, nested, and
/// the type. `attrs` are their numbers: `RTA_ENCAP` and `RTA_ENCAP_TYPE`, or those of a nexthop. Names of interfaces are
/// names of the draft.
pub fn parse<'a>(w: &mut Words<'a>, draft: &mut Draft<'a>, attrs: (u16, u16)) -> Result<()> {
    let word = w.value()?;
    if word == b"help" {
        return Err(Error::help(USAGE));
    }
    let kind = NAMES.number_of(word).unwrap_or(0) as u16;
    let Some(encap_type) = find_type(kind) else {
        let reason = "\"encap type\" value is invalid\n";
        return Err(Error::bad_arg(word, reason));
    };
    // As iproute2: two words have to follow the type, of whatever kind.
    w.value()?;
    if w.peek().is_none() {
        return Err(Error::required("encap type"));
    }
    w.back();
    let start = draft.msg.open();
    // The draft has nothing that is sent late: neither routes nor nexthops have.
    let outer = (draft.start, draft.sent);
    draft.start = draft.msg.size();
    draft.sent = encap_type.sent;
    parse_options(kind, encap_type, w, draft)?;
    for sent in encap_type.sent {
        sent.add(draft.late.attrs(0), false, &mut draft.msg);
    }
    draft.late.truncate(0);
    (draft.start, draft.sent) = outer;
    draft.msg.close(start, attrs.0 | nla::F_NESTED);
    draft.msg.number(attrs.1, kind.into(), 2);
    Ok(())
}

/// Reads the options of a type up to the first word that is none of them, checks and completes them.
fn parse_options<'a>(
    kind: u16,
    encap_type: &EncapType,
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    let table = encap_type.table();
    match kind {
        lwtunnel_encap::MPLS => {
            let labels = args::mpls(w.value()?)?;
            draft.bytes(mpls_iptunnel::DST, &labels);
        }
        lwtunnel_encap::ILA => ila::parse_locator(w.value()?, draft)?,
        _ => {}
    }
    loop {
        if let Some(row) = next_row(table.rows, w) {
            parse_option(&table, &row, w, draft)?;
        } else if kind != lwtunnel_encap::XFRM || w.peek().is_none() {
            break;
        } else if w.next() == Some(b"help") {
            // As iproute2, xfrm passes over all other words, to the last.
            return Err(xfrm_usage());
        }
    }
    match kind {
        lwtunnel_encap::SEG6 => seg6::finish(draft),
        lwtunnel_encap::SEG6_LOCAL => seg6local::finish(draft),
        lwtunnel_encap::RPL => rpl::finish(draft),
        lwtunnel_encap::IOAM6 => ioam6::finish(table.rows, draft),
        lwtunnel_encap::XFRM if !draft.has(lwt_xfrm::IF_ID) => Err(xfrm_usage()),
        _ => Ok(()),
    }
}

fn xfrm_usage() -> Error {
    Error::help("Usage: ip route ... encap xfrm if_id IF_ID [ link_dev LINK ]")
}

/// The words that may follow `encap`.
const USAGE: &str = "Usage: ip route ... encap TYPE [ OPTIONS ] [...]\n\
    TYPE := { mpls | ip | ila | ip6 | seg6 | bpf | seg6local | rpl | ioam6 | xfrm }";

/// Shows the encapsulation of a route or nexthop: in text ` encap TYPE …` with a blank in front, in JSON an object
/// `encap`. `kind` is the type, and `data` the payload of the attribute with the options.
pub fn show(kind: u16, data: Attr<'_>, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    out.object("encap");
    let name = NAMES.name_of(kind.into());
    out.str("encap_type| encap % ", name.unwrap_or(b"unknown"));
    if let Some(encap_type) = find_type(kind) {
        let mut options = data.attrs().indexed();
        if kind == lwtunnel_encap::SEG6_LOCAL && ctx.stats == 0 {
            options.hide(seg6_local::COUNTERS);
        }
        show_options(&encap_type.table(), &options, out, names);
    }
    out.object_end();
}
