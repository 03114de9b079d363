//! The rows of MACsec, and what no row can say of it.

use crate::args::{self, Words};
use crate::error::{Error, Result, USAGE};
use crate::kind::Show::{Always, Never};
use crate::kind::Ty::*;
use crate::kind::odd::Odd as O;
use crate::kind::{Draft, Opt, Options, Sent, opt};
use crate::names::Names;
use crate::nl::uapi::{macsec, macsec_id};
use crate::nl::wire::{Attr, Attrs};
use crate::out::Out;
use crate::text::{decimal, same};

/// A device that encrypts and signs Ethernet frames.
pub static MACSEC: &[Opt] = &[
    opt(macsec::SCI, HexBytes, Always, c"|sci"),
    opt(macsec::SCI, Odd(O::Sci), Never, c"=sci"),
    opt(macsec::PORT, Odd(O::Sci), Never, c"=port"),
    opt(macsec::PORT, Odd(O::SciAddress), Never, c"=address"),
    opt(macsec::PROTECT, OnOff8, Always, c"=protect"),
    opt(
        macsec::CIPHER_SUITE,
        Odd(O::Cipher),
        Always,
        c"=cipher||cipher_suite",
    ),
    opt(
        macsec::ICV_LEN,
        U8,
        Always,
        c"=icvlen||icv_len|expected ICV length",
    )
    .once(),
    opt(
        macsec::ENCODING_SA,
        U8,
        Always,
        c"=encodingsa||encoding_sa|expected an { 0..3 }",
    )
    .once(),
    opt(
        macsec::VALIDATION,
        OneOf8,
        Always,
        c"=validate||validation||disabled=0 check=1 strict=2",
    ),
    opt(
        macsec::OFFLOAD,
        OneOf8,
        Always,
        c"=offload||||off=0 phy=1 mac=2",
    ),
    opt(macsec::ENCRYPT, OnOff8, Always, c"=encrypt"),
    opt(macsec::INC_SCI, OnOff8, Always, c"=send_sci||inc_sci"),
    opt(macsec::ES, OnOff8, Always, c"=end_station||es"),
    opt(macsec::SCB, OnOff8, Always, c"=scb"),
    opt(
        macsec::REPLAY_PROTECT,
        OnOff8,
        Always,
        c"=replay||replay_protect",
    ),
    opt(
        macsec::WINDOW,
        U32,
        Always,
        c"=window|||expected replay window size",
    ),
];

/// What is sent last.
pub static SENT: &[Sent] = &[
    Sent::given(macsec::CIPHER_SUITE),
    Sent::given(macsec::ICV_LEN),
    Sent::given(macsec::WINDOW),
    Sent::given(macsec::REPLAY_PROTECT),
    Sent::given(macsec::ENCODING_SA),
];

/// The suites by name; the first is the second one's old number, and shown as that.
static CIPHERS: [(&[u8], u64); 5] = [
    (b"DEFAULT", macsec_id::DEFAULT_CIPHER_ID),
    (b"GCM-AES-128", macsec_id::CIPHER_ID_GCM_AES_128),
    (b"GCM-AES-256", macsec_id::CIPHER_ID_GCM_AES_256),
    (b"GCM-AES-XPN-128", macsec_id::CIPHER_ID_GCM_AES_XPN_128),
    (b"GCM-AES-XPN-256", macsec_id::CIPHER_ID_GCM_AES_XPN_256),
];

/// Ranges, and options that go only together or not at all.
pub fn finish(options: &mut Options) -> Result<()> {
    let value = |attr| options.number(attr);
    let within = |attr, least, most, reason| match value(attr) {
        Some(n) if n < least || n > most => Err(Error::bad_arg(&decimal(n as i64), reason)),
        _ => Ok(()),
    };
    let icv = "ICV length must be in the range {8..16}";
    within(macsec::ICV_LEN, 8, 16, icv)?;
    within(macsec::ENCODING_SA, 0, 3, "expected an { 0..3 }")?;
    let on = |attr| value(attr).unwrap_or(0);
    let (text, part) = match (value(macsec::REPLAY_PROTECT), value(macsec::WINDOW)) {
        _ if on(macsec::INC_SCI) + on(macsec::ES) + on(macsec::SCB) > 1 => {
            ("invalid combination of send_sci/end_station/scb", 0)
        }
        (Some(1), None) => (
            "replay protection enabled, but no window set. did you mean 'replay on window VALUE'?",
            0,
        ),
        (None, Some(window)) => (
            "replay window set, but replay protection not enabled. did you mean 'replay on window %'?",
            window,
        ),
        _ => return Ok(()),
    };
    Err(Error::refused(text, &decimal(part as i64)))
}

/// `sci HEX`, `port N` or `address LLADDR port N`, which together are an SCI: said first or not at all.
pub fn parse_sci<'a>(
    row: &'static Opt,
    _: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    if w.before() != Some(b"macsec") {
        let text = "macsec: unknown command \"%\"?\n";
        return Err(Error::refused(text, row.word()));
    }
    let mut word = w.value()?;
    let mut bytes = Vec::new();
    let (n, width, reason) = match row.word() {
        b"sci" => {
            let digits = word.strip_prefix(b"0x").unwrap_or(word);
            (args::radix(digits, 16), 8, "expected sci")
        }
        which => {
            if which == b"address" {
                bytes = args::lladdr(word).unwrap_or_default();
                if bytes.len() != 6 {
                    return Err(Error::new(USAGE, "\"%\" is invalid lladdr.", &[word]));
                }
                word = w.value()?;
                if word == b"port" {
                    word = w.value()?;
                }
            }
            match args::unsigned(word, 0xffff) {
                Some(0) => (None, 2, "expected port != 0"),
                port => (port, 2, "expected port"),
            }
        }
    };
    let n = n.ok_or_else(|| Error::bad_arg(word, reason))?.to_be_bytes();
    bytes.extend_from_slice(&n[8 - width..]);
    let attr = match bytes.len() {
        2 => macsec::PORT,
        _ => macsec::SCI,
    };
    draft.msg.bytes(attr, &bytes);
    Ok(())
}

/// A suite by name.
pub fn parse_cipher<'a>(
    row: &'static Opt,
    _: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    let word = w.value()?;
    if draft.late.attrs(0).find(row.attr()).is_some() {
        return Err(Error::duplicate(row.word(), word));
    }
    let reason = "expected: default, gcm-aes-128, gcm-aes-256, gcm-aes-xpn-128 or gcm-aes-xpn-256";
    let known = CIPHERS.iter().find(|(name, _)| same(name, word));
    let (_, id) = known.ok_or_else(|| Error::bad_arg(word, reason))?;
    draft.late.number(row.attr(), *id, 8);
    Ok(())
}

/// A suite's name.
pub fn cipher(row: &'static Opt, id: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    let Some(id) = id.and_then(Attr::u64) else {
        return;
    };
    let at = CIPHERS.iter().position(|(_, known)| *known == id);
    let known = at.and_then(|at| CIPHERS.get(at.max(1)));
    let name = known.map_or(&b"(unknown)"[..], |(name, _)| name);
    out.value().extend_from_slice(name);
    out.pair(row.name(out.json()), true);
}
