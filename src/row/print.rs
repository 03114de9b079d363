//! Prints options: from attributes to text and JSON.

use crate::append::Append;
use crate::names::Names;
use crate::names::table::add_ethertype;
use crate::nl::wire::{Attr, Index, field};
use crate::out::{Out, Style};
use crate::row::option::{Row, Rows, Values};
use crate::row::table::Table;
use crate::row::types::{Print, Show, TOGGLE_DEFAULT_ON, TOGGLE_NO_DEFAULT, TOGGLE_QUIET};
use crate::text::{add_address, add_decimal, add_mac, add_time, add_unsigned, hexadecimal, on_off};

/// Prints the options of a table that the attributes have, in the order of the table.
pub fn show_options(table: &Table, data: &Index<'_>, out: &mut Out, names: &mut Names) {
    let json = out.json();
    let mut rows = table.rows;
    // By reference: to move a row would wait until its bytes, just stored one by one, are in the cache.
    while let Some(row) = &rows.next() {
        let mut attr = data.get(row.attr);
        let is_shown = match row.show {
            Show::Never => false,
            Show::First if attr.is_none() => return,
            Show::Ever => {
                attr = attr.or(Some(Attr(&[0])));
                true
            }
            Show::TextOnly => !json,
            Show::JsonOnly => json,
            Show::NonZero => !is_zero(attr),
            Show::TextNonZero => json || !is_zero(attr),
            Show::First | Show::Always => true,
        };
        if !is_shown {
            continue;
        }
        let Some(attr) = attr else {
            continue;
        };
        match row.print {
            Print::Custom => {
                if let Some(custom) = table.custom(row) {
                    (custom.print)(row, attr, data, out, names);
                }
            }
            Print::FlagBit => show_flags(*row, &mut rows, attr, out),
            Print::Toggle => show_toggle(row, attr, out),
            Print::Name
            | Print::NameOrNull
            | Print::NameIfSet
            | Print::NameIfBit
            | Print::NameIfEqual => show_name(row, attr, out),
            _ => show_value(row, attr, out, names),
        }
    }
}

/// Whether all bytes of a payload are 0, or there is none.
fn is_zero(attr: Option<Attr<'_>>) -> bool {
    let attr = attr.unwrap_or_default();
    attr.0.iter().all(|byte| *byte == 0)
}

/// Prints a name, unless its number says that it is not to be.
fn show_name(row: &Row, attr: Attr<'_>, out: &mut Out) {
    let number = attr.number().unwrap_or(0);
    let is_shown = match row.print {
        Print::NameIfSet => number != 0,
        Print::NameIfBit => number >> row.arg & 1 != 0,
        Print::NameIfEqual => number == row.arg.into(),
        _ => true,
    };
    if !is_shown {
    } else if row.print == Print::NameOrNull && out.json() {
        out.pair_of(row.name(true), b"null");
    } else {
        out.word(row.name(out.json()));
    }
}

/// Prints a name with `no` before it or not, in text if that is not the default.
fn show_toggle(row: &Row, attr: Attr<'_>, out: &mut Out) {
    // An empty attribute is a flag that is set.
    let on = attr.0.is_empty() || attr.number().unwrap_or(0) != 0;
    let default = row.arg & (TOGGLE_DEFAULT_ON | TOGGLE_NO_DEFAULT);
    if out.json() {
        out.pair_of(row.name(true), if on { b"true" } else { b"false" });
    } else if u8::from(on) != default || out.style.details > 1 && row.arg & TOGGLE_QUIET == 0 {
        out.text(if on { "" } else { "no" });
        out.word(row.name(false));
    }
}

/// Prints `<A,B>` of the bits that are set. Each bit is a row of the attribute: `row`, and those behind it, which are
/// taken from `rows`.
fn show_flags(mut row: Row, rows: &mut Rows, attr: Attr<'_>, out: &mut Out) {
    let value = field(attr.0, 0).unwrap_or(0);
    out.array("flags");
    out.text("<");
    let mut form = "|%";
    loop {
        if value >> row.arg & 1 != 0 {
            let text = out.value();
            text.append_bytes(row.name(false));
            text.make_ascii_uppercase();
            out.put(form, true);
            form = "|,%";
        }
        let mut rest = *rows;
        match rest.next() {
            Some(next) if next.attr == row.attr => (row, *rows) = (next, rest),
            _ => break,
        }
    }
    out.array_end();
    out.text("> ");
}

/// Prints `<A,B>` of the names of the bits that are set; bits without a name are a number in hexadecimal at the end.
pub fn show_bits(key: &[u8], words: Values, mut bits: u64, out: &mut Out) {
    out.array(key);
    out.text("<");
    let mut form = "|%";
    for (word, bit) in words {
        if bits & bit != 0 {
            out.str(form, word);
            form = "|,%";
            bits &= !bit;
        }
    }
    if bits != 0 {
        hexadecimal(out.value(), bits, 1);
        out.put(form, true);
    }
    out.array_end();
    out.text("> ");
}

/// Prints a name and a value.
fn show_value(row: &Row, attr: Attr<'_>, out: &mut Out, names: &mut Names) {
    let style = out.style;
    // Most options are plain numbers: of 1,000 links some 20,000.
    if row.print == Print::Decimal && (style.json || !row.has_values()) {
        if let Some(number) = attr.number() {
            out.pair_uint(row.name(style.json), row.wire.swap(number));
        }
        return;
    }
    let Some(quoted) = add_value(row, attr, style, names, out.value()) else {
        return;
    };
    let name = row.name(style.json);
    // Only a number has another name.
    let number = row.json_number().filter(|_| style.json && !quoted);
    out.pair(number.unwrap_or(name), quoted);
}

/// Adds a value as text; whether JSON quotes it. `None` if the payload is not as wide as the option's values are: it is
/// not printed.
// As a part of `show_options` both take more bytes.
#[inline(never)]
pub fn add_value(
    row: &Row,
    attr: Attr<'_>,
    style: Style,
    names: &mut Names,
    text: &mut Vec<u8>,
) -> Option<bool> {
    let json = style.json;
    let number = attr.number().map(|n| row.wire.swap(n));
    let has_words = match row.print {
        Print::Decimal | Print::Hex => !json,
        Print::Word
        | Print::WordOrUnknownMark
        | Print::WordOrUnknown
        | Print::WordOrNull
        | Print::WordIfKnown
        | Print::WordOrNumber
        | Print::WordOrBareNumber => true,
        _ => false,
    };
    let word = number.filter(|_| has_words).and_then(|n| row.word_of(n));
    if let Some(word) = word {
        let is_null = json && row.print == Print::WordOrNull && word == b"none";
        text.append_bytes(if is_null { b"null" } else { word });
        return Some(!is_null);
    }
    let mut quoted = true;
    // What is not added at once is added at the end.
    let rest: &[u8] = match row.print {
        Print::Decimal => {
            quoted = false;
            add_unsigned(text, number?);
            b""
        }
        Print::Hex => {
            let number = number?;
            text.append_bytes(if number == 0 { b"" } else { b"0x" });
            hexadecimal(text, number, 1);
            b""
        }
        Print::Word => b"unknown",
        Print::WordOrUnknownMark => b"<unknown>",
        Print::WordOrUnknown | Print::WordOrNull => b"UNKNOWN",
        Print::WordOrNumber | Print::WordOrBareNumber => {
            quoted = false;
            let bare = json || row.print == Print::WordOrBareNumber;
            text.append_bytes(if bare { b"" } else { b"(" });
            add_unsigned(text, number?);
            if bare { b"" } else { b")" }
        }
        Print::OnOff => {
            quoted = false;
            on_off(number? != 0, json)
        }
        Print::MaskedBit => {
            quoted = false;
            let mask = field(attr.0, 4)?;
            let bit = |bits: u32| bits >> row.arg & 1;
            if bit(mask) == 0 {
                return None;
            }
            add_unsigned(text, bit(field(attr.0, 0)?).into());
            b""
        }
        Print::Signed => {
            quoted = false;
            add_decimal(text, attr.i32()?.into());
            b""
        }
        // iproute2 says this where the kernel says nothing.
        Print::Ethertype if attr.0 == [0] => b"802.1q",
        Print::Ethertype => {
            add_ethertype(text, attr.be16()?, style.numeric);
            b""
        }
        Print::Mac => {
            add_mac(text, attr.0);
            b""
        }
        Print::Address => {
            add_address(text, attr.0);
            b""
        }
        Print::Nanoseconds => {
            add_time(text, attr.u64()?);
            b""
        }
        Print::Text => attr.str(),
        Print::HexBytes => {
            for byte in attr.0 {
                hexadecimal(text, (*byte).into(), 2);
            }
            b""
        }
        Print::Device => {
            names.add_link_name(attr.u32()?, text);
            b""
        }
        Print::BridgeId => {
            let (priority, address) = attr.0.split_first_chunk::<2>()?;
            hexadecimal(text, u16::from_be_bytes(*priority).into(), 4);
            let mut separator = b'.';
            for byte in address {
                text.push(separator);
                hexadecimal(text, (*byte).into(), 1);
                separator = b':';
            }
            b""
        }
        Print::Centiseconds => {
            quoted = false;
            let n = attr.u64()?;
            // As printf's `%4llu.%.2llu`.
            for limit in [1_000, 10_000, 100_000] {
                if n < limit && !json {
                    text.push(b' ');
                }
            }
            add_unsigned(text, n / 100);
            let point = text.len();
            add_unsigned(text, 100 + n % 100);
            // In place of the 1 that kept the zeros.
            text[point] = b'.';
            b""
        }
        _ => return None,
    };
    text.append_bytes(rest);
    Some(quoted)
}
