//! IP over InfiniBand.

use crate::customs;
use crate::kind::kind::{Kind, OPTION};
use crate::names::Names;
use crate::nl::uapi::ipoib;
use crate::nl::wire::{Attr, Attrs};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::Row;
use crate::row::table::NEVER_SET;
use crate::text::hexadecimal;

/// ipoib.
pub static KINDS: &[Kind] = &[Kind::new(c"ipoib", OPTION, IPOIB)
    .wrong(c"% is invalid")
    .customs(&CUSTOMS)];

customs! {
    static CUSTOMS;
    FOUR_DIGITS: NEVER_SET, show_four_digits, "";
}

options! {
    /// The missing blank in the refusal of a mode is iproute2's.
    IPOIB {
        ipoib::PKEY => U16, word: "pkey", show: Never;
        ipoib::PKEY => FOUR_DIGITS, name: "pkey", json: "key", show: First;
        ipoib::MODE => WORD16, word: "mode",
            refusal: "Error: argument of \"%\" must be \"datagram\"or \"connected\"",
            values: "datagram connected";
        ipoib::UMCAST => U16, word: "umcast", show: Never;
        ipoib::UMCAST => FOUR_DIGITS, name: "umcast";
    }
}

/// A number of 16 bits in four hexadecimal digits; a key that is not 0 has `0x` in front.
fn show_four_digits(row: &Row, attr: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    if let Some(n) = attr.and_then(Attr::u16) {
        let text = out.value();
        if n != 0 && row.attr == ipoib::PKEY {
            text.extend_from_slice(b"0x");
        }
        hexadecimal(text, n.into(), 4);
        out.pair(row.name(out.json()), true);
    }
}
