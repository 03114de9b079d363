//! From words to attributes.

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result};
use crate::kind::draft::Name;
use crate::kind::{Cast, Draft, Family, ONE_OF, Once, Opt, Ty};
use crate::names;
use crate::nl::uapi::{af, inet6};
use crate::nl::wire::Msg;
use crate::text::{self, add, fill};

impl Opt {
    /// Whether its value may be a number.
    pub(super) fn takes_number(&self) -> bool {
        use Ty::{Be16, Hex8, Hex16, Hex32, Ttl, U8, U16, U32, U64};
        matches!(
            self.ty,
            U8 | U16 | U32 | U64 | Be16 | Hex8 | Hex16 | Hex32 | Ttl(..)
        )
    }

    /// Whether an attribute of that number is one of this row's. Rows with the same numbers are told apart by the value.
    pub(super) fn owns(&self, attr: u16, value: &[u8]) -> bool {
        let of_cast = |cast| match cast {
            Cast::Any => true,
            _ => is_multicast(value) == (cast == Cast::Multicast),
        };
        match self.ty {
            Ty::Ip46(six, cast) => (attr == self.attr || attr == u16::from(six)) && of_cast(cast),
            Ty::Ttl(inherit, _) => attr == self.attr || attr == inherit.into(),
            _ => attr == self.attr,
        }
    }
}

/// Why a value is wrong: the row's reason, or else that of its table. One with `!` in front is the whole text.
fn wrong(row: &'static Opt, reason: &'static str, value: &[u8]) -> Error {
    let reason = match row.reason() {
        b"" => reason.as_bytes(),
        own => own,
    };
    // What is behind `~` is for numbers.
    let mut number = reason;
    let other = text::cut(&mut number, b'~').unwrap_or_default();
    let reason = match args::unsigned(value, u64::MAX) {
        Some(_) if !number.is_empty() => number,
        _ => other,
    };
    match reason.strip_prefix(b"!") {
        None => Error::bad_value(value, reason, row.word()),
        Some(whole) => Error::new(REFUSED, whole, &[row.word(), value]),
    }
}

/// Adds the value of `row`, which `word` set, to what was begun at `start`. `reason` says what is wrong with a value where the
/// row does not.
pub fn parse_value<'a>(
    row: &'static Opt,
    word: &[u8],
    reason: &'static str,
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
    start: usize,
) -> Result<()> {
    let value = match row.ty {
        Ty::Odd(_) => w.peek().unwrap_or_default(),
        Ty::IpList(_) => w.next().unwrap_or_default(),
        _ if row.is_bare() => b"",
        _ => w.value()?,
    };
    let given = |msg: &Msg, start| {
        let mut attrs = msg.attrs(start);
        attrs.any(|(attr, value)| row.owns(attr, value.0))
    };
    if row.once != Once::Not && (given(&draft.msg, start) || given(&draft.late, 0)) {
        return Err(match row.once {
            Once::Duplicate => Error::duplicate(row.word(), value),
            _ if row.is_bare() => Error::garbage(word, word),
            _ => Error::garbage(row.word(), value),
        });
    }
    if let Ty::Odd(odd) = row.ty {
        return odd.parse(row, word, w, draft);
    }
    let not_a_member = || match row.reason() {
        b"" => not_a_member(row, value),
        _ => wrong(row, reason, value),
    };
    // The width in bytes of a number, and the number.
    let (width, n) = match row.ty {
        Ty::Flag | Ty::FlagNull => (0, Some(0)),
        Ty::Only16(n) => (2, Some(n.into())),
        Ty::Bool8(_) => (1, Some(row.word().starts_with(word).into())),
        Ty::U8 | Ty::U16 | Ty::U32 | Ty::U64 | Ty::Hex16 | Ty::Hex32 | Ty::Index8 | Ty::Index32 => {
            let width = width(row.ty);
            let max = match row.ty {
                Ty::Index8 | Ty::Index32 => row.values().count() as u64 - 1,
                _ => u64::MAX >> (64 - 8 * width),
            };
            (
                width,
                known(row, value).or_else(|| args::unsigned(value, max)),
            )
        }
        Ty::Hex8 => {
            let digits = value.strip_prefix(b"0x").unwrap_or(value);
            let number = || args::radix(digits, 16).filter(|n| *n <= 0xff);
            let of_file = || names::of_file("rt_dsfield", value).filter(|n| *n <= 0xff);
            (1, known(row, value).or_else(number).or_else(of_file))
        }
        Ty::Be16 => {
            let n = known(row, value).or_else(|| args::unsigned(value, 0xffff));
            (2, n.map(|n| u16::to_be(n as u16).into()))
        }
        Ty::HexBe20 => {
            let n = args::unsigned(value, 0xfffff);
            (4, n.map(|n| u32::to_be(n as u32).into()))
        }
        Ty::HexBe64 => (8, args::unsigned(value, u64::MAX).map(u64::to_be)),
        Ty::Pick8 => (1, args::unsigned(value, 0xff)),
        Ty::Low32(bits) => (4, args::unsigned(value, (1 << bits) - 1)),
        Ty::Only32(n) => (4, Some(n.into())),
        Ty::Ttl(inherit, width) if value == b"inherit" => {
            draft.msg.number(inherit.into(), 1, width);
            return Ok(());
        }
        Ty::Ttl(..) => (1, known(row, value).or_else(|| args::unsigned(value, 0xff))),
        Ty::S32 => (4, args::signed(value).map(|n| n as u64)),
        Ty::OnOff8 | Ty::OnOff32 => (
            width(row.ty),
            Some(args::on_off(value, row.word(), true)?.into()),
        ),
        Ty::Eui64 => (8, args::eui64(value)),
        Ty::Word8 | Ty::Inet6Word8 => (
            1,
            row.values()
                .find(|(word, _)| text::same(word, value))
                .map(|found| found.1),
        ),
        Ty::Enum8 | Ty::Enum16 | Ty::Enum32 | Ty::Name8 | Ty::Begin8 | Ty::Begin32 => (
            width(row.ty),
            Some(known(row, value).ok_or_else(not_a_member)?),
        ),
        Ty::OneOf8 | Ty::OneOf32 => (width(row.ty), Some(one_of(row, value, w)?)),
        Ty::Bits16(bit) => {
            let bits = match bit {
                0 => known(row, value).ok_or_else(not_a_member)?,
                _ => bit.into(),
            };
            draft.set_bits(
                row.attr,
                bits as u16,
                bit == 0 || row.word().starts_with(word),
            );
            return Ok(());
        }
        Ty::Bit(_) | Ty::FlagBit(_) => {
            let (on, bit) = match row.ty {
                Ty::FlagBit(bit) => {
                    let one_of = bit & ONE_OF != 0;
                    let on = args::on_off(value, row.word(), one_of)?;
                    (on, 1 << (bit & !ONE_OF))
                }
                Ty::Bit(bit) => {
                    let n = args::unsigned(value, 0xff).ok_or_else(|| wrong(row, reason, value))?;
                    (n != 0, 1 << bit)
                }
                _ => (false, 0),
            };
            // A value and a mask; other bits stay as an earlier word has set them.
            draft.set_pair(row.attr, |[value, mask]| {
                [if on { value | bit } else { value & !bit }, mask | bit]
            });
            return Ok(());
        }
        Ty::Ethertype => {
            let n = names::ethertype(value).or_else(|| args::unsigned(value, 0xffff));
            (2, n.map(|n| u16::to_be(n as u16).into()))
        }
        Ty::Mac | Ty::Str | Ty::Dev | Ty::Ip4 | Ty::End(_) | Ty::Ip46(..) | Ty::IpList(_) => {
            match row.ty {
                Ty::Mac => draft.put(row.attr).bytes(row.attr, &args::lladdr(value)?),
                Ty::Str => draft.put(row.attr).str(row.attr, value),
                Ty::Dev => draft.name(row.attr, Name::Dev(value, row.reason())),
                Ty::IpList(family) => parse_ip_list(row, family, value, draft)?,
                ty => parse_ip(row, ty, reason, value, draft)?,
            }
            return Ok(());
        }
        // These are never set, or not here.
        Ty::BridgeId
        | Ty::Centi64
        | Ty::Ip
        | Ty::Named
        | Ty::Nanoseconds
        | Ty::True8
        | Ty::HexBytes
        | Ty::Odd(_)
        | Ty::Link(_) => (0, None),
    };
    let n = n.ok_or_else(|| wrong(row, reason, value))?;
    let msg = draft.put(row.attr);
    match row.ty {
        Ty::Inet6Word8 => msg.nest(row.attr, |m| {
            m.nest(af::INET6.into(), |m| {
                m.number(inet6::ADDR_GEN_MODE, n, width)
            });
        }),
        _ => msg.number(row.attr, n, width),
    }
    Ok(())
}

/// The bytes of a number on the wire.
fn width(ty: Ty) -> u8 {
    match ty {
        Ty::U16 | Ty::Hex16 | Ty::Enum16 => 2,
        Ty::U32 | Ty::Hex32 | Ty::Enum32 | Ty::Index32 | Ty::OneOf32 => 4,
        Ty::Begin32 | Ty::OnOff32 => 4,
        Ty::U64 => 8,
        _ => 1,
    }
}

/// An address, or one end of a tunnel, of which `any` is none.
fn parse_ip(
    row: &'static Opt,
    ty: Ty,
    reason: &'static str,
    value: &[u8],
    draft: &mut Draft,
) -> Result<()> {
    let family = match ty {
        Ty::Ip46(..) => 0,
        Ty::End(Family::Inet6) => af::INET6,
        _ => af::INET,
    };
    let address = args::addr(value, family)?;
    let attr = match ty {
        Ty::Ip46(six, _) if address.family == af::INET6 => six.into(),
        _ => row.attr,
    };
    let bytes = address.bytes();
    let zero = bytes.iter().all(|byte| *byte == 0);
    let multicast = is_multicast(bytes);
    let right = match ty {
        Ty::Ip46(_, Cast::Unicast) => !bytes.is_empty() && !multicast,
        Ty::Ip46(_, Cast::Multicast) => multicast,
        Ty::Ip46(..) => !zero,
        // `any` is no address.
        Ty::Ip4 if bytes.is_empty() => return Ok(()),
        _ => true,
    };
    if !right {
        return Err(wrong(row, reason, value));
    }
    // Where an earlier one may stand in `late`, that of any takes its place.
    if !zero || !matches!(ty, Ty::End(_)) || draft.is_late(attr) {
        draft.put(attr).bytes(attr, bytes);
    }
    Ok(())
}

/// Addresses joined by commas.
fn parse_ip_list(row: &'static Opt, family: Family, value: &[u8], draft: &mut Draft) -> Result<()> {
    let msg = draft.put(row.attr);
    let start = msg.open();
    let (mut rest, mut n) = (value, 0);
    while let Some(word) = text::cut(&mut rest, b',') {
        if word.is_empty() {
            continue;
        }
        let address = match family {
            Family::Inet6 => args::addr(word, af::INET6)?,
            Family::Inet => args::addr(word, af::INET).map_err(|_| {
                let text = "Error: an IP address is expected rather than \"%\"";
                Error::refused(text, word)
            })?,
        };
        msg.bytes(n, address.bytes());
        n += 1;
    }
    msg.close(start, row.attr);
    Ok(())
}

/// Whether an address is that of a group.
pub fn is_multicast(address: &[u8]) -> bool {
    match address {
        [first, _, _, _] => first & 0xf0 == 0xe0,
        _ => address.first() == Some(&0xff),
    }
}

/// The number of one of the row's words.
fn known(row: &'static Opt, value: &[u8]) -> Option<u64> {
    row.values()
        .find(|(word, _)| {
            let begins = matches!(row.ty, Ty::Begin8 | Ty::Begin32) && !value.is_empty();
            *word == value || begins && word.starts_with(value)
        })
        .map(|found| found.1)
}

/// `"a", "b" or "c"`.
fn not_a_member(row: &'static Opt, value: &[u8]) -> Error {
    let mut list = Vec::new();
    let mut rest = row.values();
    while let Some((word, _)) = rest.next() {
        let join = match (list.is_empty(), rest.0.is_empty()) {
            (true, _) => "\"%\"",
            (_, true) => " or \"%\"",
            _ => ", \"%\"",
        };
        add(&mut list, join.as_bytes(), &[word]);
    }
    args::not_one_of(value, row.word(), &list)
}

/// A word of the list, or with a warning the first that it is a leading part of.
fn one_of(row: &'static Opt, value: &[u8], w: &mut Words<'_>) -> Result<u64> {
    if let Some(n) = known(row, value) {
        return Ok(n);
    }
    let mut list = b"one of".to_vec();
    for (word, n) in row.values() {
        if !value.is_empty() && word.starts_with(value) {
            w.warn(&fill("WARNING: '%' matches '%' by prefix.", &[value, word]));
            w.warn(
                b"Matching by prefix is deprecated in this context, please use the full string.",
            );
            return Ok(n);
        }
        add(
            &mut list,
            if n == 0 { b" \"%\"" } else { b", \"%\"" },
            &[word],
        );
    }
    Err(args::not_one_of(value, row.word(), &list))
}
