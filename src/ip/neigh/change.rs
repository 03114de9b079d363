//! `ip neigh add`, `change`, `replace` and `delete`: from words to a message. That of `ip neigh get` is made here too.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::neigh::state::find_state;
use crate::keywords;
use crate::names::Names;
use crate::names::file::ROUTE_PROTOS;
use crate::nl::uapi::{nda, nlm_f, ntf, ntf_ext, nud, rtm};
use crate::nl::wire::Msg;

/// What is done: the `RTM_*` and `NLM_F_*` of the request.
pub type Op = (u16, u16);
/// `add`.
pub const ADD: Op = (rtm::NEWNEIGH, nlm_f::CREATE | nlm_f::EXCL);
/// `change`.
pub const CHANGE: Op = (rtm::NEWNEIGH, nlm_f::REPLACE);
/// `replace`.
pub const REPLACE: Op = (rtm::NEWNEIGH, nlm_f::CREATE | nlm_f::REPLACE);
/// `delete`.
pub const DELETE: Op = (rtm::DELNEIGH, 0);
/// `get`.
pub const GET: Op = (rtm::GETNEIGH, 0);

/// A neighbour that is changed or asked for.
struct Req<'a> {
    /// `NUD_*`.
    state: u16,
    /// `NTF_*`, and from bit 8 on `NTF_EXT_*`.
    flags: u16,
    address: Option<Prefix>,
    /// The link-layer address as it was given.
    lladdr: Option<&'a [u8]>,
    dev: Option<&'a [u8]>,
    /// The request: `struct ndmsg`, filled in last, and the attributes that need nothing but their words.
    msg: Msg,
}

keywords! {
    /// The keywords that have a value, in the order in which they are tried.
    pub(crate) enum Word {
        Lladdr = "lladdr",
        Nud = "=nud",
        Proxy = "proxy",
        Dev = "=dev",
        Protocol = "protocol",
        To = "=to",
    }
}

/// The words that set bits of [`Req::flags`], and these.
pub(crate) const FLAGS: (&str, &[u16]) = (
    "=router|=managed|=use|extern_learn|=extern_valid",
    &[
        ntf::ROUTER as u16,
        MANAGED,
        ntf::USE as u16,
        ntf::EXT_LEARNED as u16,
        (ntf_ext::EXT_VALIDATED << 8) as u16,
    ],
);
const PROXY: u16 = ntf::PROXY as u16;
const MANAGED: u16 = (ntf_ext::MANAGED << 8) as u16;

/// Reads the words of a change, or of `get`, which knows few of them.
fn parse<'a>(w: &mut Words<'a>, family: u8, gets: bool, req: &mut Req<'a>) -> Result<()> {
    while let Some(word) = w.next() {
        if !gets && let Some(flag) = args::pick(word, FLAGS) {
            req.flags |= flag;
            if flag == MANAGED {
                req.state = nud::NONE;
            }
            continue;
        }
        let mut known = Word::pick(word);
        if gets && matches!(known, Some(Word::Lladdr | Word::Nud | Word::Protocol)) {
            known = None;
        }
        let (known, value) = match known {
            Some(known) => (known, w.value()?),
            // A word that is no keyword is the address, as behind `to`.
            None => (Word::To, word),
        };
        take_value(req, known, value, family)?;
    }
    match &req.address {
        // A proxy entry may be for all devices.
        Some(address) if address.family != 0 && (req.dev.is_some() || req.flags & PROXY != 0) => {
            Ok(())
        }
        _ if gets => Err(Error::refused(
            "Device and address are required arguments.",
            b"",
        )),
        _ => Err(Error::usage(
            "Device and destination are required arguments.",
            b"",
        )),
    }
}

/// Reads the value of a keyword.
fn take_value<'a>(req: &mut Req<'a>, word: Word, value: &'a [u8], family: u8) -> Result<()> {
    match word {
        Word::Lladdr if req.lladdr.is_some() => return Err(Error::duplicate(b"lladdr", value)),
        Word::Lladdr => req.lladdr = Some(value),
        Word::Nud => match find_state(value) {
            Some(state) => req.state = state,
            None => return Err(Error::bad_arg(value, "nud state is bad")),
        },
        Word::Dev => req.dev = Some(value),
        Word::Protocol => {
            let proto = ROUTE_PROTOS.byte_of(value, "\"protocol\" value is invalid\n")?;
            req.msg.bytes(nda::PROTOCOL, &[proto]);
        }
        Word::Proxy | Word::To => {
            if args::prefix(value, "help") {
                return Err(Error::asks_for_usage());
            }
            if req.address.is_some() {
                return Err(match word {
                    Word::Proxy => Error::duplicate(b"address", value),
                    _ => Error::garbage("to", value),
                });
            }
            req.address = Some(args::addr(value, family)?);
            if word == Word::Proxy {
                req.flags |= u16::from(ntf::PROXY);
            }
        }
    }
    Ok(())
}

/// Completes the request; `index` is that of the device.
///
/// # Errors
/// The link-layer address is none.
fn encode(req: &mut Req, index: u32) -> Result<()> {
    let msg = &mut req.msg;
    let mut head = [0; 12];
    if let Some(address) = &req.address {
        head[0] = address.family;
        msg.bytes(nda::DST, address.bytes());
    }
    head[4..8].copy_from_slice(&index.to_ne_bytes());
    head[8..10].copy_from_slice(&req.state.to_ne_bytes());
    let [flags, more_flags] = req.flags.to_le_bytes();
    head[10] = flags;
    msg.set_fixed(&head);
    if more_flags != 0 {
        msg.u32(nda::FLAGS_EXT, more_flags.into());
    }
    match req.lladdr {
        Some(word) if word != b"null" => msg.bytes(nda::LLADDR, &args::lladdr(word)?),
        _ => {}
    }
    Ok(())
}

/// From words to a request.
pub fn message(w: &mut Words, op: Op, family: u8, names: &mut Names) -> Result<Msg> {
    let gets = op == GET;
    let mut req = Box::new(Req {
        state: if gets { nud::NONE } else { nud::PERMANENT },
        flags: 0,
        address: None,
        lladdr: None,
        dev: None,
        msg: Msg::new(op.0, op.1, &[0; 12]),
    });
    parse(w, family, gets, &mut req)?;
    // A wrong link-layer address is refused before the device is looked for.
    let index = match req.dev {
        Some(dev) => names.find_index(dev)?,
        None => Some(0),
    };
    encode(&mut req, index.unwrap_or(0))?;
    match index {
        None => Err(Error::no_device(req.dev.unwrap_or_default())),
        Some(_) => Ok(std::mem::take(&mut req.msg)),
    }
}

/// Makes a change. The kernel tells nothing of it, so that there is nothing to show with `-echo`.
pub fn change(w: &mut Words, ctx: &Ctx, io: &mut Io, op: Op) -> Result<()> {
    let mut msg = message(w, op, ctx.family, &mut io.names)?;
    io.send(&mut msg)
}
