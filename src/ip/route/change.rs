//! `ip route add`, `change`, `replace`, `prepend`, `append`, `test` and `delete`: from words to a message.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::route::hops::parse_hops;
#[cfg(feature = "route-extra")]
use crate::ip::route::rare_words;
use crate::ip::route::record::decode;
use crate::ip::route::setting::{Route, add_address};
use crate::ip::route::show::show;
use crate::ip::route::words::{CHANGE as WORDS, parse_words};
use crate::names::Names;
use crate::names::table::route_type;
use crate::nl::uapi::{af, nlm_f, rt_scope, rt_table, rta, rtax, rtm, rtn, rtprot};
use crate::nl::wire::{HEADER, Msg};
use crate::row::draft::{Draft, NameOf};

/// What is done: the `RTM_*` and `NLM_F_*` of the request.
pub type Op = (u16, u16);
/// `add`.
pub const ADD: Op = (rtm::NEWROUTE, nlm_f::CREATE | nlm_f::EXCL);
/// `change`.
pub const CHANGE: Op = (rtm::NEWROUTE, nlm_f::REPLACE);
/// `replace`.
pub const REPLACE: Op = (rtm::NEWROUTE, nlm_f::CREATE | nlm_f::REPLACE);
/// `prepend`.
pub const PREPEND: Op = (rtm::NEWROUTE, nlm_f::CREATE);
/// `append`.
pub const APPEND: Op = (rtm::NEWROUTE, nlm_f::CREATE | nlm_f::APPEND);
/// `test`.
pub const TEST: Op = (rtm::NEWROUTE, nlm_f::EXCL);
/// `delete`.
pub const DELETE: Op = (rtm::DELROUTE, 0);

/// A change of a route or a question for one, as its words say it.
pub struct Req<'a> {
    /// What is no attribute.
    pub route: Route<'a>,
    /// The message.
    pub draft: Draft<'a>,
    /// How many of the draft's names stand before the nexthops.
    names: usize,
    /// The error of a nexthop. Names in front of it that nothing has are reported first.
    error: Option<Error>,
}

/// `struct rtmsg` of `<linux/rtnetlink.h>` has so many bytes.
const RTMSG: usize = 12;

/// An empty request.
pub fn new<'a>(op: Op, family: u8) -> Box<Req<'a>> {
    let mut req = Box::new(Req {
        route: Route::default(),
        draft: Draft::default(),
        names: 0,
        error: None,
    });
    req.route.family = family;
    req.draft.msg = Msg::new(op.0, op.1, &[0; RTMSG]);
    req.draft.start = HEADER + RTMSG;
    req
}

/// Reads the words of a change.
pub fn parse<'a>(w: &mut Words<'a>, op: Op, family: u8) -> Result<Box<Req<'a>>> {
    let mut req = new(op, family);
    let (route, draft) = (&mut req.route, &mut req.draft);
    parse_words(w, route, draft, WORDS, parse_destination)?;
    if route.dst_len.is_none() {
        return Err(Error::asks_for_usage());
    }
    if let Some(dev) = route.dev {
        draft.name(rta::OIF, NameOf::Device, dev, b"");
    }
    req.names = draft.names();
    if route.metrics.size() > 0 {
        if route.locked != 0 {
            route.metrics.u32(rtax::LOCK, route.locked);
        }
        draft.msg.bytes(rta::METRICS, route.metrics.attrs(0).0);
    }
    if route.has_hops {
        req.error = parse_hops(w, route, draft).err();
    }
    Ok(req)
}

/// Reads `[to] [TYPE] PREFIX`, of which the first word is taken.
fn parse_destination<'a>(
    mut word: &'a [u8],
    w: &mut Words<'a>,
    route: &mut Route<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    if word == b"to" {
        word = w.value()?;
    }
    if !word.first().is_some_and(u8::is_ascii_digit)
        && let Some(kind) = route_type(word)
    {
        route.kind = Some(kind);
        word = w.value()?;
    }
    if args::prefix(word, "help") {
        return Err(Error::asks_for_usage());
    }
    if route.dst_len.is_some() {
        return Err(Error::garbage("to", word));
    }
    route.dst_len = Some(add_address(rta::DST, word, true, route, draft)?);
    Ok(())
}

/// Turns names into numbers.
fn resolve(req: &mut Req, names: &mut Names) -> Result<()> {
    let draft = &mut req.draft;
    #[cfg(feature = "route-extra")]
    if rare_words::resolve_vrf(&mut req.route, names)? > 0xff {
        draft.msg.u32(rta::TABLE, req.route.table.unwrap_or(0));
    }
    draft.resolve(req.names, names)?;
    if let Some(e) = req.error.take() {
        return Err(e);
    }
    draft.resolve(draft.names(), names)
}

/// Fills in the header of a request, `struct rtmsg`.
pub fn set_header(req: &mut Req, table: u8, protocol: u8, scope: u8, kind: u8) {
    let route = &req.route;
    let dst_len = route.dst_len.unwrap_or(0);
    let tos = route.tos.unwrap_or(0);
    let [a, b, c, d] = route.flags.to_ne_bytes();
    let (family, src_len) = (route.family, route.src_len);
    req.draft.msg.set_fixed(&[
        family, dst_len, src_len, tos, table, protocol, scope, kind, a, b, c, d,
    ]);
}

/// Completes the message: what the words do not say follows from the others.
pub fn encode(req: &mut Req, deletes: bool) {
    req.route.set_family(af::INET);
    let (route, draft) = (&req.route, &req.draft);
    let kind = route.kind.unwrap_or(rtn::UNICAST);
    let is_hop = |attr| matches!(attr, rta::GATEWAY | rta::VIA | rta::NH_ID | rta::MULTIPATH);
    let has_hop = draft.msg.attrs(draft.start).any(|(attr, _)| is_hop(attr));
    let table = match (route.table, kind) {
        (Some(table), _) => u8::try_from(table).unwrap_or(rt_table::UNSPEC),
        (None, rtn::LOCAL | rtn::BROADCAST | rtn::NAT | rtn::ANYCAST) => rt_table::LOCAL,
        (None, _) => rt_table::MAIN,
    };
    let scope = match kind {
        _ if matches!(route.family, af::INET6 | af::MPLS) => rt_scope::UNIVERSE,
        rtn::LOCAL | rtn::NAT => rt_scope::HOST,
        rtn::BROADCAST | rtn::MULTICAST | rtn::ANYCAST => rt_scope::LINK,
        _ if deletes => rt_scope::NOWHERE,
        rtn::UNICAST if !has_hop => rt_scope::LINK,
        _ => rt_scope::UNIVERSE,
    };
    let (protocol, default) = match deletes {
        // MPLS has no other type, and asks for it here, too.
        true if route.family == af::MPLS => (rtprot::UNSPEC, rtn::UNICAST),
        true => (rtprot::UNSPEC, rtn::UNSPEC),
        false => (rtprot::BOOT, rtn::UNICAST),
    };
    let protocol = route.protocol.unwrap_or(protocol);
    let (scope, kind) = (route.scope.unwrap_or(scope), route.kind.unwrap_or(default));
    set_header(req, table, protocol, scope, kind);
}

/// From words to a request.
pub fn message(w: &mut Words, op: Op, family: u8, names: &mut Names) -> Result<Msg> {
    let mut req = parse(w, op, family)?;
    resolve(&mut req, names)?;
    encode(&mut req, op.0 == rtm::DELROUTE);
    Ok(std::mem::take(&mut req.draft.msg))
}

/// Makes a change.
pub fn change(w: &mut Words, ctx: &Ctx, io: &mut Io, op: Op) -> Result<()> {
    let op = (op.0, op.1 | ctx.echo_flag());
    let mut msg = message(w, op, ctx.family, &mut io.names)?;
    io.change(ctx, &mut msg, &mut |message, out, names| {
        let record = decode(message);
        if let Some(mut record) = record {
            show(&mut record, 0, ctx, out, names);
            return true;
        }
        false
    })
}
