//! ipoib: IP over InfiniBand.

use crate::append::Append;
use crate::customs;
use crate::kind::kind::{Kind, OPTION};
use crate::names::Names;
use crate::nl::uapi::ipoib;
use crate::nl::wire::{Attr, Index};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::Row;
use crate::row::table::NEVER_SET;
use crate::text::hexadecimal;

/// The kind ipoib.
pub static KINDS: &[Kind] = &[Kind::new(c"ipoib", OPTION, IPOIB)
    .wrong(c"% is invalid")
    .customs(&CUSTOMS)];

customs! {
    static CUSTOMS;
    FOUR_DIGITS: NEVER_SET, show_four_digits, "";
}

options! {
    /// A partition. The refusal of a mode lacks a blank, as iproute2's does.
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

/// Prints a number of 16 bits in four hexadecimal digits, a key that is not 0 with `0x` in front.
fn show_four_digits(row: &Row, n: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    if let Some(n) = n.u16() {
        let text = out.value();
        if n != 0 && row.attr == ipoib::PKEY {
            text.append_bytes(b"0x");
        }
        hexadecimal(text, n.into(), 4);
        row.put(out, true);
    }
}
