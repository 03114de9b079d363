//! macsec: devices that encrypt and sign Ethernet frames.

use crate::args::{self, Words};
use crate::customs;
use crate::error::{Error, Result};
use crate::kind::kind::{COMMAND, Kind, Options};
use crate::names::Names;
use crate::nl::uapi::{macsec, macsec_id};
use crate::nl::wire::{Attr, Attrs};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::draft::Draft;
use crate::row::option::Row;
use crate::row::sent::Sent;
use crate::row::table::NEVER_SHOWN;
use crate::text::{decimal, same};

/// macsec.
pub static KINDS: &[Kind] = &[Kind::new(c"macsec", COMMAND, MACSEC)
    .sent(SENT)
    .customs(&CUSTOMS)
    .finish_with(check)];

customs! {
    static CUSTOMS;
    SCI: parse_sci, NEVER_SHOWN, " NUMBER";
    SCI_ADDRESS: parse_sci, NEVER_SHOWN, " LLADDR port NUMBER";
    CIPHER: parse_cipher, show_cipher, " { default | gcm-aes-128 | gcm-aes-256 | gcm-aes-xpn-128 | gcm-aes-xpn-256 }";
}

options! {
    /// A secure channel, and how frames are sent and checked on it.
    MACSEC {
        macsec::SCI => HEX_BYTES, name: "sci";
        macsec::SCI => SCI, word: "=sci", show: Never;
        macsec::PORT => SCI, word: "=port", show: Never;
        macsec::PORT => SCI_ADDRESS, word: "=address", show: Never;
        macsec::PROTECT => ON_OFF8, word: "=protect";
        macsec::CIPHER_SUITE => CIPHER, word: "=cipher", json: "cipher_suite";
        macsec::ICV_LEN => U8, word: "=icvlen", json: "icv_len", wrong: "expected ICV length", twice: Duplicate;
        macsec::ENCODING_SA => U8, word: "=encodingsa", json: "encoding_sa", wrong: "expected an { 0..3 }",
            twice: Duplicate;
        macsec::VALIDATION => WORD8_BY_PREFIX_WARNED, word: "=validate", json: "validation",
            values: "disabled check strict";
        macsec::OFFLOAD => WORD8_BY_PREFIX_WARNED, word: "=offload", values: "off phy mac";
        macsec::ENCRYPT => ON_OFF8, word: "=encrypt";
        macsec::INC_SCI => ON_OFF8, word: "=send_sci", json: "inc_sci";
        macsec::ES => ON_OFF8, word: "=end_station", json: "es";
        macsec::SCB => ON_OFF8, word: "=scb";
        macsec::REPLAY_PROTECT => ON_OFF8, word: "=replay", json: "replay_protect";
        macsec::WINDOW => U32, word: "=window", wrong: "expected replay window size";
    }
}

/// What is sent behind the other attributes.
static SENT: &[Sent] = &[
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
fn check(options: &mut Options) -> Result<()> {
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
fn parse_sci<'a>(row: &Row, _: &[u8], w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
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
                    return Err(Error::usage("\"%\" is invalid lladdr.", word));
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
fn parse_cipher<'a>(row: &Row, _: &[u8], w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    let word = w.value()?;
    if draft.late.attrs(0).find(row.attr).is_some() {
        return Err(Error::duplicate(row.word(), word));
    }
    let reason = "expected: default, gcm-aes-128, gcm-aes-256, gcm-aes-xpn-128 or gcm-aes-xpn-256";
    let known = CIPHERS.iter().find(|(name, _)| same(name, word));
    let (_, id) = known.ok_or_else(|| Error::bad_arg(word, reason))?;
    draft.late.number(row.attr, *id, 8);
    Ok(())
}

/// A suite's name.
fn show_cipher(row: &Row, id: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    let Some(id) = id.and_then(Attr::u64) else {
        return;
    };
    let at = CIPHERS.iter().position(|(_, known)| *known == id);
    let known = at.and_then(|at| CIPHERS.get(at.max(1)));
    let name = known.map_or(&b"(unknown)"[..], |(name, _)| name);
    out.value().extend_from_slice(name);
    out.pair(row.name(out.json()), true);
}
