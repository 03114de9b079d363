//! From attributes to text and JSON.

use crate::names::Names;
use crate::names::table::add_ethertype;
use crate::nl::wire::{Attr, Index, field};
use crate::out::{Out, Style};
use crate::row::option::{Row, Rows, Show, Values};
use crate::row::table::Table;
use crate::row::types::{Print, TOGGLE_DEFAULT_ON, TOGGLE_NO_DEFAULT, TOGGLE_QUIET, Wire};
use crate::text::{
    add_address, add_decimal, add_mac, add_time, add_unsigned, decimal, hexadecimal,
};

/// Prints what the kernel has of each option, in the order of the rows.
pub fn show_options(table: &Table, data: &Index<'_>, out: &mut Out, names: &mut Names) {
    // The attribute whose bits were shown last.
    let mut flags_of = None;
    let mut rest = table.rows;
    loop {
        let from_here = rest;
        let row = rest.next();
        // By reference: to move it out would wait for its bytes, which have just been stored one by one.
        let Some(row) = &row else {
            return;
        };
        let mut attr = data.get(row.attr);
        if matches!(row.print, Print::HostAddress | Print::GroupAddress) {
            let either = attr.or(data.get(row.arg.into()));
            attr = either.filter(|attr| row.owns(row.attr, attr.0));
        }
        let json = out.json();
        let is_shown = match row.show {
            Show::Always => true,
            Show::First if attr.is_none() => return,
            Show::First => true,
            Show::Ever => {
                attr = attr.or(Some(Attr(&[0])));
                true
            }
            Show::Never => false,
            Show::TextOnly => !json,
            Show::JsonOnly => json,
            Show::TextNonZero if json => true,
            Show::NonZero | Show::TextNonZero => {
                attr.is_some_and(|attr| attr.0.iter().any(|byte| *byte != 0))
            }
        };
        if !is_shown {
            continue;
        }
        match row.print {
            Print::Custom => {
                if let Some(custom) = table.customs.functions.get(usize::from(row.arg)) {
                    (custom.print)(row, attr, data.all, out, names);
                }
                continue;
            }
            Print::Ttl
                if data
                    .get(row.arg.into())
                    .is_some_and(|inherit| inherit.number() != Some(0)) =>
            {
                out.text("ttl inherit ");
                continue;
            }
            Print::End => attr = attr.or(Some(Attr(&[]))),
            _ => {}
        }
        let Some(attr) = attr else {
            continue;
        };
        match row.print {
            Print::FlagBit if flags_of == Some(row.attr) => {}
            Print::FlagBit => {
                flags_of = Some(row.attr);
                show_flags(from_here, row.attr, attr, out);
            }
            Print::AddressList => show_addresses(row, attr, out),
            Print::NameOrNull if json => out.pair_of(row.name(true), b"null"),
            Print::Name | Print::NameOrNull => out.word(row.name(json)),
            Print::NameIfSet | Print::NameIfBit | Print::NameIfEqual => {
                let n = attr.number().unwrap_or(0);
                let is_set = match row.print {
                    Print::NameIfBit => n >> row.arg & 1 != 0,
                    Print::NameIfEqual => attr.u16() == Some(row.arg.into()),
                    _ => n != 0,
                };
                if is_set {
                    out.word(row.name(json));
                }
            }
            Print::Toggle => show_toggle(row, attr, out),
            _ => show_value(row, attr, out, names),
        }
    }
}

/// A name with `no` before it or not, where that is not the default.
fn show_toggle(row: &Row, attr: Attr<'_>, out: &mut Out) {
    let on = attr.0.is_empty() || attr.number().unwrap_or(0) != 0;
    let default = row.arg & (TOGGLE_DEFAULT_ON | TOGGLE_NO_DEFAULT);
    if out.json() {
        out.pair_of(row.name(true), if on { b"true" } else { b"false" });
    } else if u8::from(on) != default || out.style.details > 1 && row.arg & TOGGLE_QUIET == 0 {
        out.text(if on { "" } else { "no" });
        out.word(row.name(false));
    }
}

/// A name and a value.
fn show_value(row: &Row, attr: Attr<'_>, out: &mut Out, names: &mut Names) {
    let style = out.style;
    // Most options are plain numbers: of 1,000 links with details some 20,000.
    if row.print == Print::Decimal && (style.json || !row.has_values()) {
        if let Some(n) = in_host_order(row.wire, attr) {
            out.pair_uint(row.name(style.json), n);
        }
        return;
    }
    let Some(quoted) = add_value(row, attr, style, names, out.value()) else {
        return;
    };
    let name = row.name(style.json);
    let is_number = matches!(row.print, Print::WordOrNumber | Print::WordOrBareNumber) && !quoted;
    let is_ipv6 =
        matches!(row.print, Print::HostAddress | Print::GroupAddress) && attr.0.len() == 16;
    if style.json && is_ipv6 {
        out.pair(&[name, b"6"].concat(), quoted);
    } else if style.json && is_number {
        // A number that has no word is another member.
        out.pair(row.json_number().unwrap_or(name), quoted);
    } else {
        out.pair(name, quoted);
    }
}

/// `<A,B>` of the bits that are set, of which each is a row of the attribute.
fn show_flags(rows: Rows, number: u16, attr: Attr<'_>, out: &mut Out) {
    let value = field(attr.0, 0).unwrap_or(0);
    out.array("flags");
    out.text("<");
    let mut form = "|%";
    for row in rows.take_while(|row| row.attr == number) {
        if value >> row.arg & 1 != 0 {
            out.str(form, &row.name(false).to_ascii_uppercase());
            form = "|,%";
        }
    }
    out.array_end();
    out.text("> ");
}

/// `NAME A,B`; nothing where there is none.
fn show_addresses(row: &Row, attr: Attr<'_>, out: &mut Out) {
    let mut form = "|%";
    for (_, address) in attr.attrs() {
        if form == "|%" {
            out.array(row.name(true));
            out.raw(row.name(false));
            out.text(" ");
        }
        add_address(out.value(), address.0);
        out.put(form, true);
        form = "|,%";
    }
    if form != "|%" {
        out.array_end();
        out.text(" ");
    }
}

/// Names of the bits that are set, and what is left in hexadecimal.
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

/// Adds a value as text; whether JSON quotes it. `None` if the payload is not of the row's width.
fn add_value(
    row: &Row,
    attr: Attr<'_>,
    style: Style,
    names: &mut Names,
    text: &mut Vec<u8>,
) -> Option<bool> {
    let json = style.json;
    let number = attr.number();
    let word = || row.word_of(number?);
    let mut quoted = true;
    match row.print {
        Print::Decimal | Print::Ttl => {
            quoted = false;
            match word().filter(|_| !json) {
                Some(word) => text.extend_from_slice(word),
                None => add_unsigned(text, in_host_order(row.wire, attr)?),
            }
        }
        Print::Signed => {
            quoted = false;
            add_decimal(text, attr.i32()?.into());
        }
        Print::Hex => match word().filter(|_| !json) {
            Some(word) => text.extend_from_slice(word),
            None => {
                let n = in_host_order(row.wire, attr)?;
                text.extend_from_slice(if n == 0 { b"" } else { b"0x" });
                hexadecimal(text, n, 1);
            }
        },
        Print::WordOrNull if json && word() == Some(b"none") => {
            quoted = false;
            text.extend_from_slice(b"null");
        }
        Print::Word => text.extend_from_slice(word().unwrap_or(b"unknown")),
        Print::WordOrUnknown | Print::WordOrNull => {
            text.extend_from_slice(word().unwrap_or(b"UNKNOWN"))
        }
        Print::WordIfKnown => text.extend_from_slice(word()?),
        Print::WordOrNumber | Print::WordOrBareNumber => match word() {
            Some(word) => text.extend_from_slice(word),
            None => {
                quoted = false;
                let bare = json || row.print == Print::WordOrBareNumber;
                text.extend_from_slice(if bare { b"" } else { b"(" });
                add_unsigned(text, number?);
                text.extend_from_slice(if bare { b"" } else { b")" });
            }
        },
        Print::OnOff => {
            quoted = false;
            text.extend_from_slice(match (number? != 0, json) {
                (true, true) => b"true",
                (false, true) => b"false",
                (true, false) => b"on",
                (false, false) => b"off",
            });
        }
        Print::MaskedBit => {
            let at = |at| Some(field(attr.0, at)? >> row.arg & 1);
            at(4).filter(|set| *set == 1)?;
            quoted = false;
            add_unsigned(text, at(0)?.into());
        }
        // iproute2's word where the kernel says nothing.
        Print::Ethertype if attr.0 == [0] => text.extend_from_slice(b"802.1q"),
        Print::Ethertype => add_ethertype(text, attr.be16()?, style.numeric),
        Print::Mac => add_mac(text, attr.0),
        Print::End if attr.0.iter().all(|byte| *byte == 0) => text.extend_from_slice(b"any"),
        Print::Address | Print::HostAddress | Print::GroupAddress | Print::End => {
            add_address(text, attr.0)
        }
        Print::Nanoseconds => add_time(text, attr.u64()?),
        Print::Text => text.extend_from_slice(attr.str()),
        Print::HexBytes => attr
            .0
            .iter()
            .for_each(|byte| hexadecimal(text, (*byte).into(), 2)),
        Print::Device => match attr.u32()? {
            0 => text.push(b'*'),
            index => drop(names.link(index, text)),
        },
        Print::BridgeId => {
            let (priority, address) = attr.0.split_first_chunk::<2>()?;
            hexadecimal(text, u16::from_be_bytes(*priority).into(), 4);
            for (n, byte) in address.iter().enumerate() {
                text.push(if n == 0 { b'.' } else { b':' });
                hexadecimal(text, (*byte).into(), 1);
            }
        }
        Print::Centiseconds => {
            let n = attr.u64()?;
            quoted = false;
            if !json {
                // Four digits before the point, at the least.
                let digits = decimal(n as i64 / 100).len();
                text.resize(4usize.saturating_sub(digits), b' ');
            }
            add_unsigned(text, n / 100);
            let point = text.len();
            add_unsigned(text, 100 + n % 100);
            // In place of the 1 that kept the zeros.
            text[point] = b'.';
        }
        _ => return None,
    }
    Some(quoted)
}

/// A number as the wire has it, in the order of the host.
fn in_host_order(wire: Wire, attr: Attr<'_>) -> Option<u64> {
    let n = match wire {
        Wire::Be16 => attr.u16()?.into(),
        Wire::Be32 => attr.u32()?.into(),
        Wire::Be64 => attr.u64()?,
        _ => attr.number()?,
    };
    Some(wire.swap(n))
}
