//! From attributes to text and JSON.

use crate::kind::{ONE_OF, Opt, Show, Ty, Values};
use crate::names::{self, Names};
use crate::nl::wire::{Attr, Attrs, field};
use crate::out::{Out, Style};
use crate::text::{
    add_address, add_decimal, add_mac, add_time, add_unsigned, decimal, hexadecimal,
};

/// Prints what the kernel has of each row, in the order of the rows.
pub fn show(rows: &'static [Opt], data: Attrs<'_>, out: &mut Out, names: &mut Names) {
    let mut flags_of = 0;
    // Of some thousand links each has a hundred rows.
    let mut table = [None; 72];
    data.index(&mut table);
    let find = |attr: u16| table.get(usize::from(attr)).copied().flatten();
    for (n, row) in rows.iter().enumerate() {
        let mut attr = find(row.attr);
        if let Ty::Ip46(six, _) = row.ty {
            let either = attr.or(find(six.into()));
            attr = either.filter(|attr| row.owns(row.attr, attr.0));
        }
        let json = out.json();
        let shown = match row.show {
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
        if !shown {
            continue;
        }
        match row.ty {
            Ty::Odd(odd) => {
                odd.show(row, attr, data, out, names);
                continue;
            }
            Ty::Ttl(inherit, _) => {
                let inherits = find(inherit.into());
                if inherits.is_some_and(|attr| attr.number() != Some(0)) {
                    out.text("ttl inherit ");
                    continue;
                }
            }
            Ty::End(_) => attr = attr.or(Some(Attr(&[]))),
            _ => {}
        }
        let Some(attr) = attr else {
            continue;
        };
        match row.ty {
            // The first of an attribute's rows shows them all.
            Ty::FlagBit(_) if flags_of == row.attr => {}
            Ty::FlagBit(_) => {
                flags_of = row.attr;
                show_flags(&rows[n..], attr, out);
            }
            Ty::IpList(_) => show_ip_list(row, attr, out),
            Ty::FlagNull if json => out.pair_of(row.json(), b"null"),
            Ty::Flag | Ty::FlagNull | Ty::True8 | Ty::Bits16(_) | Ty::Only16(_) => {
                let n = attr.number().unwrap_or(0);
                let set = match row.ty {
                    Ty::Flag | Ty::FlagNull => true,
                    Ty::Bits16(bit) => n & u64::from(bit) != 0,
                    Ty::Only16(only) => attr.u16() == Some(only),
                    _ => n != 0,
                };
                if set {
                    out.word(row.name(json));
                }
            }
            Ty::Bool8(default) => {
                let on = attr.0.is_empty() || attr.number().unwrap_or(0) != 0;
                if json {
                    out.pair_of(row.json(), if on { b"true" } else { b"false" });
                } else if u8::from(on) != default & 3 || out.style.details > 1 && default < 4 {
                    out.text(if on { "" } else { "no" });
                    out.word(row.text());
                }
            }
            _ => {
                if let Some(quoted) = add_value(row, attr, out.style, names, out.value()) {
                    let six = matches!(row.ty, Ty::Ip46(..)) && attr.0.len() == 16;
                    let number = matches!(row.ty, Ty::Pick8 | Ty::Named) && !quoted;
                    match row.name(json) {
                        b"-" => out.pair(b"", quoted),
                        key if json && six => out.pair(&[key, b"6"].concat(), quoted),
                        // A number that has no word is another member.
                        _ if json && number && !row.part(5).is_empty() => {
                            out.pair(row.part(5), quoted);
                        }
                        name => out.pair(name, quoted),
                    }
                }
            }
        }
    }
}

/// `<A,B>` of the bits that are set, of which each is a row.
fn show_flags(rows: &'static [Opt], attr: Attr<'_>, out: &mut Out) {
    let value = field(attr.0, 0).unwrap_or(0);
    out.array("flags");
    out.text("<");
    let mut form = "|%";
    for row in rows.iter().take_while(|row| row.attr == rows[0].attr) {
        if matches!(row.ty, Ty::FlagBit(bit) if value >> (bit & !ONE_OF) & 1 != 0) {
            out.str(form, &row.text().to_ascii_uppercase());
            form = "|,%";
        }
    }
    out.array_end();
    out.text("> ");
}

/// `WORD A,B`; nothing where there is none.
fn show_ip_list(row: &'static Opt, attr: Attr<'_>, out: &mut Out) {
    let mut form = "|%";
    for (_, address) in attr.attrs() {
        if form == "|%" {
            out.array(row.json());
            out.raw(row.text());
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

/// Names of the bits that are set, by words as of a row, and what is left in hexadecimal.
pub fn show_bits(key: &[u8], words: &'static [u8], mut bits: u64, out: &mut Out) {
    out.array(key);
    out.text("<");
    let mut form = "|%";
    for (word, bit) in Values(words) {
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
    row: &'static Opt,
    attr: Attr<'_>,
    style: Style,
    names: &mut Names,
    text: &mut Vec<u8>,
) -> Option<bool> {
    let json = style.json;
    let number = attr.number();
    let word = || {
        row.values()
            .find(|(_, value)| Some(*value) == number)
            .map(|found| found.0)
    };
    let mut quoted = true;
    match row.ty {
        Ty::U8 | Ty::U16 | Ty::U32 | Ty::Low32(_) | Ty::U64 | Ty::Be16 | Ty::Ttl(..) => {
            let number = match row.ty {
                Ty::Be16 => attr.be16().map(u64::from),
                _ => number,
            };
            quoted = false;
            match word().filter(|_| !json) {
                Some(word) => text.extend_from_slice(word),
                None => add_unsigned(text, number?),
            }
        }
        Ty::S32 => {
            quoted = false;
            add_decimal(text, attr.i32()?.into());
        }
        Ty::Hex16 => {
            let n = number?;
            text.extend_from_slice(if n == 0 { b"" } else { b"0x" });
            hexadecimal(text, n, 1);
        }
        Ty::Hex8 | Ty::Hex32 | Ty::HexBe20 | Ty::HexBe64 => match word().filter(|_| !json) {
            Some(word) => text.extend_from_slice(word),
            None => {
                let n = match row.ty {
                    Ty::HexBe20 => u32::from_be(attr.u32()?).into(),
                    Ty::HexBe64 => u64::from_be(attr.u64()?),
                    _ => number?,
                };
                text.extend_from_slice(if n == 0 { b"" } else { b"0x" });
                hexadecimal(text, n, 1);
            }
        },
        Ty::Enum8 | Ty::Enum16 | Ty::Enum32 | Ty::OneOf8 | Ty::OneOf32 | Ty::Begin8 => {
            text.extend_from_slice(word().unwrap_or(b"unknown"));
        }
        Ty::Index32 if json && word() == Some(b"none") => {
            quoted = false;
            text.extend_from_slice(b"null");
        }
        Ty::Name8 => text.extend_from_slice(word()?),
        Ty::Index8 | Ty::Index32 => text.extend_from_slice(word().unwrap_or(b"UNKNOWN")),
        Ty::Pick8 | Ty::Named => match word() {
            Some(word) => text.extend_from_slice(word),
            None => {
                quoted = false;
                let bare = json || matches!(row.ty, Ty::Named);
                text.extend_from_slice(if bare { b"" } else { b"(" });
                add_unsigned(text, number?);
                text.extend_from_slice(if bare { b"" } else { b")" });
            }
        },
        Ty::OnOff8 => {
            quoted = false;
            text.extend_from_slice(match (number? != 0, json) {
                (true, true) => b"true",
                (false, true) => b"false",
                (true, false) => b"on",
                (false, false) => b"off",
            });
        }
        Ty::Bit(bit) => {
            let at = |at| Some(field(attr.0, at)? >> bit & 1);
            at(4).filter(|set| *set == 1)?;
            quoted = false;
            add_unsigned(text, at(0)?.into());
        }
        // iproute2's word where the kernel says nothing.
        Ty::Ethertype if attr.0 == [0] => text.extend_from_slice(b"802.1q"),
        Ty::Ethertype => names::add_ethertype(text, attr.be16()?, style.numeric),
        Ty::Mac => add_mac(text, attr.0),
        Ty::End(_) if attr.0.iter().all(|byte| *byte == 0) => text.extend_from_slice(b"any"),
        Ty::Ip | Ty::Ip4 | Ty::Ip46(..) | Ty::End(_) => add_address(text, attr.0),
        Ty::Nanoseconds => add_time(text, attr.u64()?),
        Ty::Str => text.extend_from_slice(attr.str()),
        Ty::HexBytes => attr
            .0
            .iter()
            .for_each(|byte| hexadecimal(text, (*byte).into(), 2)),
        Ty::Dev => match attr.u32()? {
            0 => text.push(b'*'),
            index => drop(names.link(index, text)),
        },
        Ty::BridgeId => {
            let (priority, address) = attr.0.split_first_chunk::<2>()?;
            hexadecimal(text, u16::from_be_bytes(*priority).into(), 4);
            for (n, byte) in address.iter().enumerate() {
                text.push(if n == 0 { b'.' } else { b':' });
                hexadecimal(text, (*byte).into(), 1);
            }
        }
        Ty::Centi64 => {
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
