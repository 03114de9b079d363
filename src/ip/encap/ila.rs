//! `encap ila LOCATOR …`: the upper half of a destination is replaced by the locator.

use crate::args::radix;
use crate::error::{Error, Result};
use crate::names::Names;
use crate::nl::uapi::ila;
use crate::nl::wire::{Attr, Index};
use crate::out::Out;
use crate::row::draft::Draft;
use crate::row::option::Row;
use crate::text::{hexadecimal, split};

/// Adds a locator: one to four hexadecimal numbers of 16 bits joined by colons. Those that are missing are 0.
pub fn parse_locator(word: &[u8], draft: &mut Draft) -> Result<()> {
    let mut locator = 0;
    let mut rest = word;
    for shift in [48, 32, 16, 0] {
        let (part, behind) = split(rest, b':');
        let digits = part.strip_prefix(b"0x").unwrap_or(part);
        let Some(number @ 0..=0xffff) = radix(digits, 16) else {
            break;
        };
        locator |= number << shift;
        if part.len() == rest.len() {
            draft.number(ila::LOCATOR, u64::to_be(locator), 8);
            return Ok(());
        }
        rest = behind;
    }
    Err(Error::refused("Bad locator: %", word))
}

/// Prints a locator.
pub fn show_locator(_: &Row, attr: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    let text = out.value();
    for number in attr.0.chunks_exact(2) {
        if !text.is_empty() {
            text.push(b':');
        }
        let number = u16::from_be_bytes([number[0], number[1]]);
        hexadecimal(text, number.into(), 1);
    }
    out.put("locator| % ", true);
}
