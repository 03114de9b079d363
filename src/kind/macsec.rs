//! macsec: links that authenticate and encrypt Ethernet frames (IEEE 802.1AE).

use crate::append::Append;
use crate::args;
use crate::customs;
use crate::error::{Error, Result};
use crate::kind::kind::{COMMAND, Kind, Options};
use crate::names::Names;
use crate::nl::uapi::{macsec, macsec_id};
use crate::nl::wire::{Attr, Index};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::Row;
use crate::row::sent::Sent;
use crate::row::table::NEVER_SHOWN;
use crate::row::table::Reading;
use crate::text::{decimal, same};

/// The kind macsec.
pub static KINDS: &[Kind] = &[Kind::new(c"macsec", COMMAND, MACSEC)
    .sent(SENT)
    .customs(&CUSTOMS)
    .complete(check)];

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
        macsec::SCI => SCI, exact: "sci", show: Never;
        macsec::PORT => SCI, exact: "port", show: Never;
        macsec::PORT => SCI_ADDRESS, exact: "address", show: Never;
        macsec::PROTECT => ON_OFF8, exact: "protect";
        macsec::CIPHER_SUITE => CIPHER, exact: "cipher", json: "cipher_suite", twice: Duplicate;
        macsec::ICV_LEN => U8, exact: "icvlen", json: "icv_len", wrong: "expected ICV length", twice: Duplicate;
        macsec::ENCODING_SA => U8, exact: "encodingsa", json: "encoding_sa", wrong: "expected an { 0..3 }",
            twice: Duplicate;
        macsec::VALIDATION => WORD8_BY_PREFIX_WARNED, exact: "validate", json: "validation",
            values: "disabled check strict";
        macsec::OFFLOAD => WORD8_BY_PREFIX_WARNED, exact: "offload", values: "off phy mac";
        macsec::ENCRYPT => ON_OFF8, exact: "encrypt";
        macsec::INC_SCI => ON_OFF8, exact: "send_sci", json: "inc_sci";
        macsec::ES => ON_OFF8, exact: "end_station", json: "es";
        macsec::SCB => ON_OFF8, exact: "scb";
        macsec::REPLAY_PROTECT => ON_OFF8, exact: "replay", json: "replay_protect";
        macsec::WINDOW => U32, exact: "window", wrong: "expected replay window size";
    }
}

/// The attributes that are sent behind the others.
static SENT: &[Sent] = &[
    Sent::given(macsec::CIPHER_SUITE),
    Sent::given(macsec::ICV_LEN),
    Sent::given(macsec::WINDOW),
    Sent::given(macsec::REPLAY_PROTECT),
    Sent::given(macsec::ENCODING_SA),
];

/// The cipher suites. The first has the name of the default, and the number that an older draft gave to the second: it
/// is printed as that.
static CIPHERS: [(&[u8], u64); 5] = [
    (b"DEFAULT", macsec_id::DEFAULT_CIPHER_ID),
    (b"GCM-AES-128", macsec_id::CIPHER_ID_GCM_AES_128),
    (b"GCM-AES-256", macsec_id::CIPHER_ID_GCM_AES_256),
    (b"GCM-AES-XPN-128", macsec_id::CIPHER_ID_GCM_AES_XPN_128),
    (b"GCM-AES-XPN-256", macsec_id::CIPHER_ID_GCM_AES_XPN_256),
];

/// Checks the ranges of numbers, and options that need or exclude each other.
fn check(options: &mut Options) -> Result<()> {
    let check_range = |attr, least, most, reason| match options.number(attr) {
        Some(n) if n < least || n > most => Err(Error::bad_arg(&decimal(n as i64), reason)),
        _ => Ok(()),
    };
    let icv = "ICV length must be in the range {8..16}";
    check_range(macsec::ICV_LEN, 8, 16, icv)?;
    check_range(macsec::ENCODING_SA, 0, 3, "expected an { 0..3 }")?;
    let identifying = [macsec::INC_SCI, macsec::ES, macsec::SCB];
    let replay = options.number(macsec::REPLAY_PROTECT);
    let window = options.number(macsec::WINDOW);
    let (text, n) = match (replay, window) {
        _ if identifying
            .iter()
            .filter(|attr| options.is_on(**attr))
            .count()
            > 1 =>
        {
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
    Err(Error::refused(text, &decimal(n as i64)))
}

/// Reads `sci HEX`, `port N` or `address LLADDR port N`: the identifier of the secure channel, or a part of it. It has
/// to stand first.
fn parse_sci(r: &mut Reading) -> Result<()> {
    let word = r.row.word();
    let mut value = r.value;
    if !r.draft.is_empty() {
        let text = "macsec: unknown command \"%\"?\n";
        return Err(Error::refused(text, word));
    }
    let mut bytes = Vec::new();
    let (n, width, reason) = if word == b"sci" {
        let digits = value.strip_prefix(b"0x").unwrap_or(value);
        (args::radix(digits, 16), 8, "expected sci")
    } else {
        if word == b"address" {
            bytes = args::lladdr(value).unwrap_or_default();
            if bytes.len() != 6 {
                return Err(Error::usage("\"%\" is invalid lladdr.", value));
            }
            value = r.w.value()?;
            if value == b"port" {
                value = r.w.value()?;
            }
        }
        match args::unsigned(value, 0xffff) {
            Some(0) => (None, 2, "expected port != 0"),
            port => (port, 2, "expected port"),
        }
    };
    let n = n
        .ok_or_else(|| Error::bad_arg(value, reason))?
        .to_be_bytes();
    bytes.append_bytes(&n[8 - width..]);
    let attr = match bytes.len() {
        2 => macsec::PORT,
        _ => macsec::SCI,
    };
    r.draft.msg.bytes(attr, &bytes);
    Ok(())
}

/// Reads the name of a cipher suite.
fn parse_cipher(r: &mut Reading) -> Result<()> {
    let known = CIPHERS.iter().find(|(name, _)| same(name, r.value));
    let Some((_, id)) = known else {
        let reason =
            "expected: default, gcm-aes-128, gcm-aes-256, gcm-aes-xpn-128 or gcm-aes-xpn-256";
        return Err(Error::bad_arg(r.value, reason));
    };
    r.draft.number(r.row.attr, *id, 8);
    Ok(())
}

/// Prints the name of a cipher suite.
fn show_cipher(row: &Row, id: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    let Some(id) = id.u64() else {
        return;
    };
    let at = CIPHERS.iter().position(|(_, known)| *known == id);
    let known = at.and_then(|at| CIPHERS.get(at.max(1)));
    let name = known.map_or(&b"(unknown)"[..], |(name, _)| name);
    out.value().append_bytes(name);
    row.put(out, true);
}
