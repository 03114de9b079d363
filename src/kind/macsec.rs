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
use crate::text::{decimal, fill, same};

/// A device that encrypts and signs Ethernet frames.
pub static MACSEC: &[Opt] = &[
    opt(macsec::SCI, HexBytes, Always, "|sci"),
    opt(macsec::SCI, Odd(O::Sci), Never, "=sci"),
    opt(macsec::PORT, Odd(O::MacsecPort), Never, "=port"),
    opt(macsec::PORT, Odd(O::MacsecAddress), Never, "=address"),
    opt(macsec::PROTECT, OnOff8, Always, "=protect"),
    opt(
        macsec::CIPHER_SUITE,
        Odd(O::Cipher),
        Always,
        "=cipher||cipher_suite",
    ),
    opt(
        macsec::ICV_LEN,
        U8,
        Always,
        "=icvlen||icv_len|expected ICV length",
    )
    .once(),
    opt(
        macsec::ENCODING_SA,
        U8,
        Always,
        "=encodingsa||encoding_sa|expected an { 0..3 }",
    )
    .once(),
    opt(
        macsec::VALIDATION,
        OneOf8,
        Always,
        "=validate||validation||disabled=0 check=1 strict=2",
    ),
    opt(
        macsec::OFFLOAD,
        OneOf8,
        Always,
        "=offload||||off=0 phy=1 mac=2",
    ),
    opt(macsec::ENCRYPT, OnOff8, Always, "=encrypt"),
    opt(macsec::INC_SCI, OnOff8, Always, "=send_sci||inc_sci"),
    opt(macsec::ES, OnOff8, Always, "=end_station||es"),
    opt(macsec::SCB, OnOff8, Always, "=scb"),
    opt(
        macsec::REPLAY_PROTECT,
        OnOff8,
        Always,
        "=replay||replay_protect",
    ),
    opt(
        macsec::WINDOW,
        U32,
        Always,
        "=window|||expected replay window size",
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
    (b"default", macsec_id::DEFAULT_CIPHER_ID),
    (b"gcm-aes-128", macsec_id::CIPHER_ID_GCM_AES_128),
    (b"gcm-aes-256", macsec_id::CIPHER_ID_GCM_AES_256),
    (b"gcm-aes-xpn-128", macsec_id::CIPHER_ID_GCM_AES_XPN_128),
    (b"gcm-aes-xpn-256", macsec_id::CIPHER_ID_GCM_AES_XPN_256),
];

/// Ranges, and options that go only together or not at all.
pub fn finish(options: &mut Options) -> Result<()> {
    let value = |attr| options.get(attr).and_then(Attr::number);
    let refuse = |text: &str, part: &[u8]| Err(Error::refused(text, part));
    for (attr, range, reason) in [
        (
            macsec::ICV_LEN,
            8..=16,
            "ICV length must be in the range {8..16}",
        ),
        (macsec::ENCODING_SA, 0..=3, "expected an { 0..3 }"),
    ] {
        if let Some(n) = value(attr).filter(|n| !range.contains(n)) {
            return Err(Error::bad_arg(&decimal(n as i64), reason));
        }
    }
    let on = [macsec::INC_SCI, macsec::ES, macsec::SCB].map(|attr| value(attr) == Some(1));
    if on.iter().filter(|on| **on).count() > 1 {
        return refuse("invalid combination of send_sci/end_station/scb", b"");
    }
    match (value(macsec::REPLAY_PROTECT), value(macsec::WINDOW)) {
        (Some(1), None) => refuse(
            "replay protection enabled, but no window set. did you mean 'replay on window VALUE'?",
            b"",
        ),
        (None, Some(window)) => refuse(
            "replay window set, but replay protection not enabled. did you mean 'replay on window %'?",
            &decimal(window as i64),
        ),
        _ => Ok(()),
    }
}

/// Whose the frames are is said first or not at all.
fn first(row: &Opt, w: &Words<'_>) -> Result<()> {
    let mut before = w.clone();
    before.back();
    before.back();
    match before.peek() {
        Some(b"macsec") => Ok(()),
        _ => Err(Error::refused(
            "macsec: unknown command \"%\"?\n",
            row.word(),
        )),
    }
}

/// `sci HEX`.
pub fn parse_sci<'a>(
    row: &'static Opt,
    _: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    first(row, w)?;
    let word = w.value()?;
    let digits = word.strip_prefix(b"0x").unwrap_or(word);
    let n = args::radix(digits, 16).ok_or_else(|| Error::bad_arg(word, "expected sci"))?;
    draft.msg.bytes(row.attr(), &n.to_be_bytes());
    Ok(())
}

fn port(w: &mut Words) -> Result<[u8; 2]> {
    let word = w.value()?;
    let reason = match args::unsigned(word, 0xffff) {
        Some(0) => "expected port != 0",
        Some(n) => return Ok((n as u16).to_be_bytes()),
        None => "expected port",
    };
    Err(Error::bad_arg(word, reason))
}

/// `port N`.
pub fn parse_port<'a>(
    row: &'static Opt,
    _: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    first(row, w)?;
    draft.msg.bytes(row.attr(), &port(w)?);
    Ok(())
}

/// `address LLADDR port N`: together they are an SCI.
pub fn parse_address<'a>(
    row: &'static Opt,
    _: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    first(row, w)?;
    let word = w.value()?;
    let address = args::lladdr(word).ok().filter(|bytes| bytes.len() == 6);
    let Some(mut sci) = address else {
        return Err(Error::new(USAGE, "\"%\" is invalid lladdr.", &[word]));
    };
    match w.value()? {
        b"port" => sci.extend(port(w)?),
        other => return Err(Error::bad_arg(other, "expected port")),
    }
    draft.msg.bytes(macsec::SCI, &sci);
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
    match CIPHERS.iter().find(|(name, _)| same(name, word)) {
        Some((_, id)) => draft.late.number(row.attr(), *id, 8),
        None => {
            let names = CIPHERS.map(|(name, _)| name);
            let reason = fill("expected: %, %, %, % or %", &names);
            return Err(Error::bad_value(word, &reason, b""));
        }
    }
    Ok(())
}

/// A suite's name.
pub fn cipher(row: &'static Opt, id: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    let Some(id) = id.and_then(Attr::u64) else {
        return;
    };
    let at = CIPHERS.iter().position(|(_, known)| *known == id);
    match at.and_then(|at| CIPHERS.get(at.max(1))) {
        Some((name, _)) => out.value().extend(name.to_ascii_uppercase()),
        None => out.value().extend_from_slice(b"(unknown)"),
    }
    out.pair(row.json(), row.text(), true);
}
