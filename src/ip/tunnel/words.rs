//! The words of `ip tunnel add`, `change`, `delete` and `show`.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::tunnel::parm::*;
use crate::names::Names;
use crate::names::file::ds_field;
use crate::nl::uapi::{af, ip6_tnl_f};
use crate::row::read::not_ipv4;

/// What the words say besides the structure.
#[derive(Default)]
pub struct Req<'a> {
    /// The device below, not yet in the structure.
    dev: Option<&'a [u8]>,
    /// A name has been given.
    named: bool,
}

/// What a word says. The sides are bits: 1 for what comes in, 2 for what goes out.
#[derive(Clone, Copy)]
pub(crate) enum Word {
    Mode,
    Key(u8),
    /// A flag of these sides.
    Flag(u8, u16),
    Remote,
    Local,
    Dev,
    Ttl,
    /// Over IPv6 the traffic class.
    Tos,
    Name,
    Help,
    PmtuDisc(u8),
    Tclass,
    EncapLimit,
    FlowLabel,
    Dscp,
    AllowLocal(bool),
}

/// The words over IPv4 and IPv6, in the order in which they are tried.
pub(crate) const WORDS: (&str, &[Word]) = (
    "=mode|=key|=ikey|=okey|=seq|=iseq|=oseq|=csum|=icsum|=ocsum|=remote|=local|=dev|=ttl,=hoplimit,=hlim|\
     =tos,=tclass,dsfield|=name|help|=nopmtudisc|=pmtudisc|=tc|=encaplimit|=flowlabel,=fl|=dscp|=allow-localremote|\
     =noallow-localremote",
    &[
        Word::Mode,
        Word::Key(3),
        Word::Key(1),
        Word::Key(2),
        Word::Flag(3, SEQ),
        Word::Flag(1, SEQ),
        Word::Flag(2, SEQ),
        Word::Flag(3, CSUM),
        Word::Flag(1, CSUM),
        Word::Flag(2, CSUM),
        Word::Remote,
        Word::Local,
        Word::Dev,
        Word::Ttl,
        Word::Tos,
        Word::Name,
        Word::Help,
        Word::PmtuDisc(0),
        Word::PmtuDisc(0x40),
        Word::Tclass,
        Word::EncapLimit,
        Word::FlowLabel,
        Word::Dscp,
        Word::AllowLocal(true),
        Word::AllowLocal(false),
    ],
);

/// What a word says over one of the two; nothing of a word that the other alone has.
fn pick(word: &[u8], is_inet6: bool) -> Option<Word> {
    let found = args::pick(word, WORDS)?;
    let is_here = match found {
        Word::PmtuDisc(_) => !is_inet6,
        Word::Tclass | Word::EncapLimit | Word::FlowLabel | Word::Dscp | Word::AllowLocal(_) => {
            is_inet6
        }
        _ => true,
    };
    is_here.then_some(found)
}

/// The values of `mode`: the protocol, a flag, and whether it is one over IPv6.
pub(crate) const MODES: (&str, &[(u8, u16, bool)]) = (
    "=gre,=gre/ip|=ipip,=ip/ip|=sit,=ipv6/ip|=isatap|=vti|=ip6ip6,=ipv6/ipv6|=vti6|=ipip6,=ip4ip6,=ip/ipv6,=ipv4/ipv6|\
     =ip6gre,=gre/ipv6|=any,=any/ipv6",
    &[
        (GRE, 0, false),
        (IPIP, 0, false),
        (IPV6, 0, false),
        (IPV6, ISATAP, false),
        (IPIP, VTI, false),
        (IPV6, 0, true),
        (IPV6, VTI, true),
        (IPIP, 0, true),
        (GRE, 0, true),
        (0, 0, true),
    ],
);

/// What a name begins with says of the mode, where no word does: over IPv4.
const NAMES: [(&[u8], u8, u16); 5] = [
    (b"gre", GRE, 0),
    (b"ipip", IPIP, 0),
    (b"sit", IPV6, 0),
    (b"isatap", IPV6, ISATAP),
    (b"vti", IPIP, VTI),
];

/// Whether a tunnel over IPv6 is meant, by the first `mode`.
pub fn has_inet6_mode(words: &[&[u8]]) -> bool {
    let mode = words.iter().position(|word| *word == b"mode");
    let mode = mode.and_then(|at| words.get(at + 1));
    mode.and_then(|mode| args::pick(mode, MODES))
        .is_some_and(|mode| mode.2)
}

/// The name that the words begin with.
pub fn first_name<'a>(words: &[&'a [u8]], is_inet6: bool) -> Option<&'a [u8]> {
    let name = match words {
        [b"name", name, ..] => name,
        [name, ..] if pick(name, is_inet6).is_none() => name,
        _ => return None,
    };
    args::is_ifname(name).then_some(name)
}

/// Reads the words into a tunnel, and looks the device below up.
pub fn parse(w: &mut Words, parm: &mut Parm, names: &mut Names) -> Result<()> {
    let mut req = Req::default();
    while let Some(word) = w.next() {
        let known = pick(word, parm.is_inet6);
        let value = match known {
            Some(Word::Help) => return Err(Error::asks_for_usage()),
            Some(Word::Flag(..) | Word::PmtuDisc(_) | Word::AllowLocal(_)) | None => word,
            Some(_) => w.value()?,
        };
        match known {
            Some(Word::Flag(sides, flag)) => {
                each_side(sides, &mut |side| parm.add_flags(side, flag));
            }
            Some(Word::Dev) => req.dev = Some(value),
            // A word that is no keyword is the name.
            Some(Word::Name) | None => {
                if req.named {
                    return Err(Error::garbage("name", value));
                }
                if !args::is_ifname(value) {
                    return Err(Error::bad_arg(value, "\"name\" not a valid ifname"));
                }
                parm.bytes[..16].fill(0);
                parm.set(0, value);
                req.named = true;
            }
            Some(known) => take_value(parm, known, word, value)?,
        }
    }
    if !parm.is_inet6 {
        complete(parm)?;
    }
    if let Some(dev) = req.dev {
        let index = names.index_of(dev)?;
        parm.set(LINK, &index.to_ne_bytes());
    }
    Ok(())
}

fn each_side(sides: u8, each: &mut dyn FnMut(usize)) {
    for side in 0..2 {
        if sides >> side & 1 != 0 {
            each(side);
        }
    }
}

/// Reads the value of a word.
fn take_value(parm: &mut Parm, known: Word, word: &[u8], value: &[u8]) -> Result<()> {
    let wrong = |reason| Error::bad_arg(value, reason);
    let is_inet6 = parm.is_inet6;
    match known {
        Word::Mode => {
            let mode = args::pick(value, MODES).filter(|mode| mode.2 == is_inet6);
            let Some((proto, flag, _)) = mode else {
                return Err(Error::usage("Unknown tunnel mode \"%\"", value));
            };
            let old = parm.proto();
            if !is_inet6 && old != 0 && old != proto {
                let text = "You managed to ask for more than one tunnel mode.";
                return Err(Error::usage(text, b""));
            }
            *parm.byte(PROTO) = proto;
            parm.add_flags(0, flag);
        }
        Word::Key(sides) => {
            let key = parse_key(word, value)?;
            each_side(sides, &mut |side| parm.set_key(side, key));
        }
        Word::Remote => set_address(parm, REMOTE, value)?,
        Word::Local => set_address(parm, LOCAL, value)?,
        Word::Ttl => {
            let inherits = !is_inet6 && value == b"inherit";
            let ttl = if inherits {
                Some(0)
            } else {
                args::unsigned(value, 0xff)
            };
            let reason = if is_inet6 {
                "invalid TTL"
            } else {
                "invalid TTL\n"
            };
            *parm.byte(TTL) = ttl.ok_or_else(|| wrong(reason))? as u8;
        }
        Word::Tos if !is_inet6 => parm.bytes[TOS] = parse_tos(value)?,
        Word::EncapLimit => {
            let is_none = value == b"none";
            set_inet6_flag(parm, ip6_tnl_f::IGN_ENCAP_LIMIT, is_none);
            if !is_none {
                let limit = args::unsigned(value, 0xff);
                parm.bytes[ENCAP_LIMIT] = limit.ok_or_else(|| wrong("invalid ELIM"))? as u8;
            }
        }
        Word::FlowLabel => {
            let flag = ip6_tnl_f::USE_ORIG_FLOWLABEL;
            set_flow(parm, value, flag, 0, 0xf_ffff).ok_or_else(|| wrong("invalid Flowlabel"))?;
        }
        Word::Dscp if value == b"inherit" => {
            set_inet6_flag(parm, ip6_tnl_f::RCV_DSCP_COPY, true);
        }
        Word::Dscp => return Err(wrong("not inherit")),
        Word::PmtuDisc(fragment) => parm.bytes[FRAGMENT] = fragment,
        Word::AllowLocal(allows) => {
            set_inet6_flag(parm, ip6_tnl_f::ALLOW_LOCAL_REMOTE, allows);
        }
        _ => {
            let flag = ip6_tnl_f::USE_ORIG_TCLASS;
            set_flow(parm, value, flag, 20, 0xff).ok_or_else(|| wrong("invalid TClass"))?;
        }
    }
    Ok(())
}

/// Reads an end of the tunnel, or `any`.
fn set_address(parm: &mut Parm, place: Place, value: &[u8]) -> Result<()> {
    let mut bytes = [0; 16];
    let width = parse_address(value, parm.is_inet6, &mut bytes)?;
    let at = parm.at(place);
    parm.set(at, &bytes[..width]);
    Ok(())
}

/// Reads an address into the first of 16 zeros, and returns how long one is.
fn parse_address(value: &[u8], is_inet6: bool, bytes: &mut [u8; 16]) -> Result<usize> {
    let (family, width) = if is_inet6 {
        (af::INET6, 16)
    } else {
        (af::INET, 4)
    };
    match args::addr(value, family) {
        Ok(address) => {
            bytes[..address.bytes().len()].copy_from_slice(address.bytes());
            Ok(width)
        }
        Err(_) if !is_inet6 => Err(not_ipv4(value).ends()),
        Err(e) => Err(e),
    }
}

/// Reads an IPv4 address; `any` is 0.0.0.0.
pub fn parse_inet(value: &[u8]) -> Result<[u8; 4]> {
    let mut bytes = [0; 16];
    parse_address(value, false, &mut bytes)?;
    let [a, b, c, d, ..] = bytes;
    Ok([a, b, c, d])
}

/// Reads a key: a number, or as an IPv4 address.
fn parse_key(word: &[u8], value: &[u8]) -> Result<[u8; 4]> {
    if value.contains(&b'.') {
        return parse_inet(value);
    }
    match args::unsigned(value, u32::MAX.into()) {
        Some(key) => Ok((key as u32).to_be_bytes()),
        None => {
            let text = "invalid value for \"%\": \"%\"; it should be an unsigned integer";
            Err(Error::usage_two(text, word, value))
        }
    }
}

/// Reads a TOS: a value, `inherit`, or both.
fn parse_tos(value: &[u8]) -> Result<u8> {
    let (inherits, rest) = match value.strip_prefix(b"inherit") {
        Some(b"") => return Ok(1),
        Some([b'/', rest @ ..]) => (1, rest),
        _ => (0, value),
    };
    let shown = if inherits > 0 { b"inherit" } else { value };
    let tos = ds_field(rest).ok_or_else(|| Error::bad_arg(shown, "bad TOS value"))?;
    Ok(tos | inherits)
}

/// Sets a flag of `IP6_TNL_F_*`, or takes it away.
fn set_inet6_flag(parm: &mut Parm, flag: u32, on: bool) {
    let all = u32::from_ne_bytes(parm.four(INET6_FLAGS));
    let all = if on { all | flag } else { all & !flag };
    parm.set(INET6_FLAGS, &all.to_ne_bytes());
}

/// Sets a part of the flow information, in hexadecimal, or that it is inherited.
fn set_flow(parm: &mut Parm, value: &[u8], flag: u32, shift: u8, most: u32) -> Option<()> {
    let inherits = value == b"inherit";
    let digits = value.strip_prefix(b"0x").unwrap_or(value);
    let number = if inherits {
        0
    } else {
        args::radix(digits, 16)?
    };
    let number = u32::try_from(number).ok().filter(|n| *n <= most)?;
    let old = u32::from_be_bytes(parm.four(FLOWINFO));
    let new = old & !(most << shift) | number << shift;
    parm.set(FLOWINFO, &new.to_be_bytes());
    set_inet6_flag(parm, flag, inherits);
    Some(())
}

/// Adds to a tunnel over IPv4 what follows from its words.
fn complete(parm: &mut Parm) -> Result<()> {
    let refused = |text| Err(Error::refused(text, b""));
    if parm.proto() == 0 {
        let name = parm.name();
        let known = NAMES.iter().find(|(begin, ..)| name.starts_with(begin));
        if let Some((_, proto, flag)) = known {
            *parm.byte(PROTO) = *proto;
            parm.add_flags(0, *flag);
        }
    }
    let has_key = (parm.flags(0) | parm.flags(1)) & KEY != 0;
    let takes_keys = match parm.proto() {
        GRE => true,
        IPIP => parm.flags(0) & VTI != 0,
        _ => false,
    };
    if has_key && !takes_keys {
        return refused("Keys are not allowed with ipip and sit tunnels");
    }
    let remote = parm.four(REMOTE[0]);
    if remote[0] >> 4 == 0xe {
        for side in 0..2 {
            if parm.key(side) == [0; 4] {
                parm.set_key(side, remote);
            }
        }
        if parm.four(LOCAL[0]) == [0; 4] {
            return refused("A broadcast tunnel requires a source address");
        }
    }
    Ok(())
}
