//! `ip nexthop add`, `replace` and `delete`: from words to a message.

use crate::args::{self, Words};
use crate::error::{Error, Noun, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::hop::object::{NHMSG, decode};
use crate::ip::hop::parse::{parse_encap, parse_number, read_via};
use crate::ip::nexthop::list::print;
use crate::keywords;
use crate::names::Names;
use crate::names::file::ROUTE_PROTOS;
use crate::nl::uapi::{af, nexthop_grp_type, nha, nha_res_group, nla, nlm_f, rtm, rtnh_f};
use crate::nl::wire::{HEADER, Msg};
use crate::row::draft::{Draft, NameOf};
use crate::text::split;

/// What is done: the `RTM_*` and `NLM_F_*` of the request.
pub type Op = (u16, u16);
/// `add`.
pub const ADD: Op = (rtm::NEWNEXTHOP, nlm_f::CREATE | nlm_f::EXCL);
/// `replace`.
pub const REPLACE: Op = (rtm::NEWNEXTHOP, nlm_f::CREATE | nlm_f::REPLACE);
/// `delete`.
pub const DELETE: Op = (rtm::DELNEXTHOP, 0);

/// A nexthop that is changed.
struct Req<'a> {
    /// `AF_*`; of a group 0.
    family: u8,
    /// `RTPROT_*`.
    protocol: u8,
    /// `RTNH_F_*`.
    flags: u32,
    /// The message: attributes in the order of the words.
    draft: Draft<'a>,
}

keywords! {
    /// The words.
    pub(crate) enum Word {
        Id = "=id",
        Dev = "=dev",
        Via = "=via",
        Encap = "=encap" (part "encap"),
        Blackhole = "=blackhole",
        Fdb = "=fdb",
        DstPort = "=dst_port",
        Onlink = "=onlink",
        Group = "=group",
        Type = "=type",
        HwStats = "=hw_stats",
        Protocol = "protocol",
        Help = "=help",
    }
}

keywords! {
    /// What may follow `type resilient`.
    pub(crate) enum Resilient {
        Buckets = "=buckets",
        IdleTimer = "=idle_timer",
        UnbalancedTimer = "=unbalanced_timer",
    }
}

/// Timers have fewer seconds than this, so that their hundredths have 32 bits.
const SECONDS: u32 = u32::MAX / 100;

/// The exit status for a word that is neither `on` nor `off`: EINVAL.
const NOT_ON_OFF: u8 = libc::EINVAL as u8;

/// Reads the words of a change.
fn parse<'a>(w: &mut Words<'a>, op: Op, family: u8) -> Result<Box<Req<'a>>> {
    let mut req = Box::new(Req {
        family,
        protocol: 0,
        flags: 0,
        draft: Draft::default(),
    });
    req.draft.msg = Msg::new(op.0, op.1, &[0; NHMSG]);
    req.draft.start = HEADER + NHMSG;
    while let Some(word) = w.next() {
        let known = Word::pick(word).ok_or_else(|| Error::bad_arg(word, ""))?;
        if let Some(part) = known.missing_part() {
            return Err(Error::missing_part(Noun::Option, word, part));
        }
        let msg = &mut req.draft.msg;
        match known {
            Word::Help => return Err(Error::asks_for_usage()),
            Word::Blackhole => {
                msg.bytes(nha::BLACKHOLE, b"");
                req.be_inet();
            }
            Word::Fdb => msg.bytes(nha::FDB, b""),
            Word::Onlink => req.flags |= u32::from(rtnh_f::ONLINK),
            Word::Encap => parse_encap(w, &mut req.draft, (nha::ENCAP, nha::ENCAP_TYPE))?,
            _ => req.take_value(known, w.value()?, w)?,
        }
    }
    Ok(req)
}

impl<'a> Req<'a> {
    /// Where nothing says its family, it is of IPv4.
    fn be_inet(&mut self) {
        if self.family == 0 {
            self.family = af::INET;
        }
    }

    /// Reads the value of a word.
    fn take_value(&mut self, word: Word, value: &'a [u8], w: &mut Words<'a>) -> Result<()> {
        let msg = &mut self.draft.msg;
        match word {
            Word::Id => {
                let id = parse_number(value, u32::MAX, "invalid id value")?;
                msg.u32(nha::ID, id);
            }
            Word::Dev => {
                let reason = b"Device does not exist\n";
                self.draft.name(nha::OIF, NameOf::DeviceWord, value, reason);
                self.be_inet();
            }
            Word::Via => {
                let address = read_via(value, w, self.family)?;
                if self.family == 0 {
                    self.family = address.family;
                } else if self.family != address.family {
                    let word = w.taken();
                    return Err(Error::bad_arg(word, "address family mismatch\n"));
                }
                msg.bytes(nha::GATEWAY, address.bytes());
            }
            Word::DstPort => {
                let port = parse_number(value, 0xffff, "\"dst_port\" value is invalid\n")?;
                msg.bytes(nha::DST_PORT, &(port as u16).to_be_bytes());
            }
            Word::Group => parse_group(value, msg)?,
            Word::Type => parse_type(value, w, msg)?,
            Word::HwStats => {
                let on = args::on_off(value, b"hw_stats", true);
                let on = on.map_err(|e| e.code_is(NOT_ON_OFF))?;
                msg.u32(nha::HW_STATS_ENABLE, on.into());
            }
            _ => {
                self.protocol = ROUTE_PROTOS.byte_of(value, "\"protocol\" value is invalid\n")?;
            }
        }
        Ok(())
    }
}

/// Reads the members of a group, `ID[,WEIGHT]` joined by slashes, and adds them: of each `struct nexthop_grp`.
fn parse_group(value: &[u8], msg: &mut Msg) -> Result<()> {
    let start = msg.open();
    for member in value.split(|byte| *byte == b'/') {
        let (id, weight) = split(member, b',');
        let Some(number) = args::unsigned(id, u32::MAX.into()) else {
            // iproute2 names what it had read by then.
            let word = split(split(value, b'/').0, b',').0;
            return Err(Error::bad_arg(word, "\"group\" value is invalid\n"));
        };
        let mut more = 0;
        if id.len() < member.len() {
            let found = args::unsigned(weight, 1 << 16).filter(|weight| *weight > 0);
            let reason = "\"weight\" is invalid\n";
            more = found.ok_or_else(|| Error::bad_arg(weight, reason))? - 1;
        }
        let [low, high] = (more as u16).to_le_bytes();
        msg.plain(&(number as u32).to_ne_bytes());
        msg.plain(&[low, high, 0, 0]);
    }
    msg.close(start, nha::GROUP);
    Ok(())
}

/// Reads the type of a group, and what may follow it, and adds it.
fn parse_type(value: &[u8], w: &mut Words, msg: &mut Msg) -> Result<()> {
    let kind = match value {
        b"mpath" => nexthop_grp_type::MPATH,
        b"resilient" => nexthop_grp_type::RES,
        _ => return Err(Error::bad_arg(value, "\"type\" value is invalid\n")),
    };
    if kind == nexthop_grp_type::RES && w.peek().is_some() {
        let start = msg.open();
        while let Some(word) = w.peek().and_then(Resilient::pick) {
            w.next();
            let value = w.value()?;
            let mut add_timer = |attr, reason| {
                let seconds = parse_number(value, SECONDS - 1, reason)?;
                msg.u32(attr, 100 * seconds);
                Ok(())
            };
            match word {
                Resilient::Buckets => {
                    let buckets = parse_number(value, 0xffff, "invalid buckets value")?;
                    msg.number(nha_res_group::BUCKETS, buckets.into(), 2);
                }
                Resilient::IdleTimer => {
                    add_timer(nha_res_group::IDLE_TIMER, "invalid idle timer value")?;
                }
                Resilient::UnbalancedTimer => {
                    let reason = "invalid unbalanced timer value";
                    add_timer(nha_res_group::UNBALANCED_TIMER, reason)?;
                }
            }
        }
        msg.close(start, nha::RES_GROUP | nla::F_NESTED);
    }
    msg.number(nha::GROUP_TYPE, kind.into(), 2);
    Ok(())
}

/// Completes the message.
fn encode(req: &mut Req) {
    let [a, b, c, d] = req.flags.to_ne_bytes();
    let head = [req.family, 0, req.protocol, 0, a, b, c, d];
    req.draft.msg.set_fixed(&head);
}

/// From words to a request.
pub fn message(w: &mut Words, op: Op, family: u8, names: &mut Names) -> Result<Msg> {
    let mut req = parse(w, op, family)?;
    req.draft.resolve(req.draft.names(), names)?;
    encode(&mut req);
    Ok(std::mem::take(&mut req.draft.msg))
}

/// Makes a change.
pub fn change(w: &mut Words, ctx: &Ctx, io: &mut Io, op: Op) -> Result<()> {
    let op = (op.0, op.1 | ctx.echo_flag());
    // The header of a deletion has a family only where the words say it.
    let mut msg = message(w, op, ctx.family, &mut io.names)?;
    io.change(ctx, &mut msg, &mut |message, out, names| {
        // A group that cannot be shown is said in its place.
        let _ = print(message, 0, ctx, out, names);
        decode(message).is_some()
    })
}
