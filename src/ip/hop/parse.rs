//! Reads words that routes and nexthops have in common.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, Result};
use crate::names::file::realms;
use crate::names::table::FAMILIES;
use crate::nl::uapi::rta;
use crate::nl::wire::Msg;
use crate::row::draft::Draft;

/// Reads a number of at most `max`; for `reason` another word is wrong.
pub fn parse_number(word: &[u8], max: u32, reason: &str) -> Result<u32> {
    match args::unsigned(word, max.into()) {
        Some(number) => Ok(number as u32),
        None => Err(Error::bad_arg(word, reason)),
    }
}

/// Reads `[FAMILY] ADDR` behind `via`, of which `value` is the first word. Without `FAMILY` the address is of `family`, which may
/// be 0 for any.
pub fn read_via(value: &[u8], w: &mut Words, family: u8) -> Result<Prefix> {
    let (word, wanted) = match FAMILIES.number_of(value) {
        Some(number) => (w.value()?, number as u8),
        None => (value, family),
    };
    let mut address = Prefix::default();
    address.read(word, wanted, false)?;
    Ok(address)
}

/// The same of a route or one of its nexthops, and adds it to a message. `family` is that of the route; if it is 0 the address
/// sets it.
pub fn parse_via(value: &[u8], w: &mut Words, family: &mut u8, msg: &mut Msg) -> Result<()> {
    let address = read_via(value, w, *family)?;
    if *family == 0 {
        *family = address.family;
    }
    if address.family == *family {
        msg.bytes(rta::GATEWAY, address.bytes());
    } else {
        let start = msg.open();
        msg.plain(&u16::from(address.family).to_ne_bytes());
        msg.plain(address.bytes());
        msg.close(start, rta::VIA);
    }
    Ok(())
}

/// Reads the encapsulation behind `encap`, and adds two attributes with the numbers `attrs`: the options and the type.
#[cfg(feature = "encap")]
pub fn parse_encap<'a>(w: &mut Words<'a>, draft: &mut Draft<'a>, attrs: (u16, u16)) -> Result<()> {
    super::encap::parse(w, draft, attrs)
}
/// A build without the part has refused the word.
#[cfg(not(feature = "encap"))]
pub fn parse_encap<'a>(_: &mut Words<'a>, _: &mut Draft<'a>, _: (u16, u16)) -> Result<()> {
    Ok(())
}

/// Reads the realms of a route, and adds them.
pub fn add_realms(value: &[u8], msg: &mut Msg) -> Result<()> {
    let number = realms(value);
    let number = number.ok_or_else(|| Error::bad_arg(value, "\"realm\" value is invalid\n"))?;
    msg.u32(rta::FLOW, number);
    Ok(())
}

/// The error of a second gateway.
pub fn second_gateway() -> Error {
    Error::bad_arg(b"via", "use nexthop syntax to specify multiple via\n")
}
