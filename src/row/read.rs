//! From words to attributes.

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result};
use crate::names::file::number_in;
use crate::names::table::ethertype;
use crate::nl::uapi::af;
use crate::nl::wire::Msg;
use crate::row::draft::{Draft, Name};
use crate::row::option::{Row, Rows, Twice};
use crate::row::table::Table;
use crate::row::types::{Print, Read};
use crate::text::{self, add, fill, fill_two};

/// Takes the next word, if it sets one of the rows.
pub fn next_row<'a>(rows: Rows, w: &mut Words<'a>) -> Option<(&'a [u8], Row)> {
    let word = w.peek()?;
    let row = rows.find_word(word)?;
    w.next();
    Some((word, row))
}

impl Row {
    /// Whether an attribute is one of this row's. Rows of hosts and groups have the same attributes, and the address tells.
    pub fn owns(&self, attr: u16, value: &[u8]) -> bool {
        let second = attr == u16::from(self.arg);
        match (self.read, self.print) {
            (Read::HostAddress, _) | (_, Print::HostAddress) => {
                (attr == self.attr || second) && !is_multicast(value)
            }
            (Read::GroupAddress, _) | (_, Print::GroupAddress) => {
                (attr == self.attr || second) && is_multicast(value)
            }
            (Read::TtlOrInherit | Read::TtlOrInheritByte, _) => attr == self.attr || second,
            _ => attr == self.attr,
        }
    }
}

/// Whether an address is that of a group.
pub fn is_multicast(address: &[u8]) -> bool {
    match address {
        [first, _, _, _] => first & 0xf0 == 0xe0,
        _ => address.first() == Some(&0xff),
    }
}

/// A wrong value: the row says why, or else its table.
fn wrong_value(table: &Table, row: &Row, value: &[u8]) -> Error {
    if let Some(text) = row.refusal() {
        return Error::say(REFUSED, fill(text, &[row.word(), value]));
    }
    let is_number = args::unsigned(value, u64::MAX).is_some();
    let out_of_range = row.out_of_range().filter(|_| is_number);
    let reason = out_of_range
        .or(row.wrong())
        .unwrap_or_else(|| table.wrong_value());
    Error::bad_value(value, reason, row.word())
}

/// Adds the value of an option, which `word` set, to the attributes that begin at `start`.
///
/// # Errors
/// A value that is missing or wrong, or the option's second where it may be given once.
pub fn parse_option<'a>(
    table: &Table,
    row: &Row,
    word: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
    start: usize,
) -> Result<()> {
    let value = match row.read {
        // These look for themselves.
        Read::Custom => w.peek().unwrap_or_default(),
        Read::Ipv4List | Read::Ipv6List => w.next().unwrap_or_default(),
        read if read.is_bare() => b"",
        _ => w.value()?,
    };
    let is_given = |msg: &Msg, start| {
        msg.attrs(start)
            .any(|(attr, value)| row.owns(attr, value.0))
    };
    if row.twice != Twice::Allowed && (is_given(&draft.msg, start) || is_given(&draft.late, 0)) {
        return Err(match row.twice {
            Twice::Duplicate => Error::duplicate(row.word(), value),
            _ if row.read.is_bare() => Error::garbage(word, word),
            _ => Error::garbage(row.word(), value),
        });
    }
    let n = match row.read {
        Read::Custom => {
            let custom = table.customs.functions.get(usize::from(row.arg));
            return custom.map_or(Ok(()), |custom| (custom.parse)(row, word, w, draft));
        }
        Read::SetBit | Read::BitsByWord | Read::MaskedBit | Read::FlagBit | Read::FlagBitOneOf => {
            return parse_bits(table, row, word, value, draft);
        }
        Read::TtlOrInherit | Read::TtlOrInheritByte if value == b"inherit" => {
            let width = u8::from(row.read == Read::TtlOrInheritByte);
            draft.msg.number(row.arg.into(), 1, width);
            return Ok(());
        }
        Read::Mac => {
            draft.put(row.attr).bytes(row.attr, &args::lladdr(value)?);
            return Ok(());
        }
        Read::Text => {
            draft.put(row.attr).str(row.attr, value);
            return Ok(());
        }
        Read::Device => {
            draft.name(row.attr, Name::Device(value, row.wrong()));
            return Ok(());
        }
        Read::DeviceWord => {
            draft.name(row.attr, Name::DeviceWord(value));
            return Ok(());
        }
        Read::Ipv4List | Read::Ipv6List => return parse_addresses(row, value, draft),
        Read::Ipv4 | Read::HostAddress | Read::GroupAddress | Read::Ipv4End | Read::Ipv6End => {
            return parse_address(table, row, value, draft);
        }
        Read::OnOff => Some(args::on_off(value, row.word(), true)?.into()),
        Read::Word | Read::WordByPrefix => {
            Some(known(row, value).ok_or_else(|| not_a_member(table, row, value))?)
        }
        Read::WordByPrefixWarned => Some(one_of(row, value, w)?),
        _ => read_number(row, word, value),
    };
    let n = n.ok_or_else(|| wrong_value(table, row, value))?;
    let width = row.wire.width();
    draft
        .put(row.attr)
        .number(row.attr, row.wire.swap(n), width);
    Ok(())
}

/// The number that a value is, if it is one that the row takes.
fn read_number(row: &Row, word: &[u8], value: &[u8]) -> Option<u64> {
    let most = |bits: u8| u64::MAX >> (64 - bits);
    match row.read {
        Read::Bare => Some(0),
        Read::Fixed => Some(row.arg.into()),
        Read::Toggle => Some(row.word().starts_with(word).into()),
        Read::Number | Read::TtlOrInherit | Read::TtlOrInheritByte => {
            known(row, value).or_else(|| args::unsigned(value, most(8 * row.wire.width())))
        }
        Read::WordOrNumber => {
            let last = row.values().count() as u64 - 1;
            known(row, value).or_else(|| args::unsigned(value, last))
        }
        Read::Limited => args::unsigned(value, most(row.arg)),
        Read::Signed => args::signed(value).map(|n| n as u64),
        Read::Dsfield => {
            let digits = value.strip_prefix(b"0x").unwrap_or(value);
            let byte = |n: &u64| *n <= 0xff;
            known(row, value)
                .or_else(|| args::radix(digits, 16).filter(byte))
                .or_else(|| number_in("rt_dsfield", value).filter(byte))
        }
        Read::Eui64 => args::eui64(value),
        Read::WordAnyCase => word_in_any_case(row, value),
        Read::Ethertype => ethertype(value).or_else(|| args::unsigned(value, 0xffff)),
        _ => None,
    }
}

/// The number of one of the row's words, whatever the case of its letters.
pub fn word_in_any_case(row: &Row, value: &[u8]) -> Option<u64> {
    let mut words = row.values();
    words
        .find(|known| text::same(known.0, value))
        .map(|known| known.1)
}

/// Bits that other words of the same attribute may set as well: they are kept until all words are read.
fn parse_bits(
    table: &Table,
    row: &Row,
    word: &[u8],
    value: &[u8],
    draft: &mut Draft,
) -> Result<()> {
    let on = match row.read {
        Read::SetBit => {
            draft.set_bits(row.attr, 1 << row.arg, row.word().starts_with(word));
            return Ok(());
        }
        Read::BitsByWord => {
            let bits = known(row, value).ok_or_else(|| not_a_member(table, row, value))?;
            draft.set_bits(row.attr, bits as u16, true);
            return Ok(());
        }
        Read::MaskedBit => {
            args::unsigned(value, 0xff).ok_or_else(|| wrong_value(table, row, value))? != 0
        }
        _ => args::on_off(value, row.word(), row.read == Read::FlagBitOneOf)?,
    };
    // A value and a mask; other bits stay as an earlier word has set them.
    let bit = 1 << row.arg;
    draft.set_pair(row.attr, |[value, mask]| {
        [if on { value | bit } else { value & !bit }, mask | bit]
    });
    Ok(())
}

/// An address, or one end of a tunnel, of which `any` is none.
fn parse_address(table: &Table, row: &Row, value: &[u8], draft: &mut Draft) -> Result<()> {
    let either = matches!(row.read, Read::HostAddress | Read::GroupAddress);
    let is_end = matches!(row.read, Read::Ipv4End | Read::Ipv6End);
    let family = match row.read {
        _ if either => 0,
        Read::Ipv6End => af::INET6,
        _ => af::INET,
    };
    let address = args::addr(value, family)?;
    let attr = if either && address.family == af::INET6 {
        row.arg.into()
    } else {
        row.attr
    };
    let bytes = address.bytes();
    let is_zero = bytes.iter().all(|byte| *byte == 0);
    match row.read {
        Read::HostAddress | Read::GroupAddress if bytes.is_empty() || !row.owns(attr, bytes) => {
            return Err(wrong_value(table, row, value));
        }
        // `any` is no address.
        Read::Ipv4 if bytes.is_empty() => return Ok(()),
        _ => {}
    }
    // Where an earlier one may wait to be sent, that of any takes its place.
    if !is_zero || !is_end || draft.is_late(attr) {
        draft.put(attr).bytes(attr, bytes);
    }
    Ok(())
}

/// Addresses joined by commas.
fn parse_addresses(row: &Row, value: &[u8], draft: &mut Draft) -> Result<()> {
    let msg = draft.put(row.attr);
    let start = msg.open();
    let (mut rest, mut place) = (value, 0);
    while let Some(word) = text::cut(&mut rest, b',') {
        if word.is_empty() {
            continue;
        }
        let address = match row.read {
            Read::Ipv6List => args::addr(word, af::INET6)?,
            _ => args::addr(word, af::INET).map_err(|_| {
                let text = "Error: an IP address is expected rather than \"%\"";
                Error::refused(text, word)
            })?,
        };
        msg.bytes(place, address.bytes());
        place += 1;
    }
    msg.close(start, row.attr);
    Ok(())
}

/// The number of one of the row's words.
fn known(row: &Row, value: &[u8]) -> Option<u64> {
    let by_prefix = row.read == Read::WordByPrefix && !value.is_empty();
    let mut words = row.values();
    let found = words.find(|(word, _)| *word == value || by_prefix && word.starts_with(value));
    found.map(|known| known.1)
}

/// The value is none of the row's words, which are listed: `"a", "b" or "c"`.
fn not_a_member(table: &Table, row: &Row, value: &[u8]) -> Error {
    if row.wrong().is_some() || row.refusal().is_some() {
        return wrong_value(table, row, value);
    }
    let mut list = Vec::new();
    let mut rest = row.values();
    while let Some((word, _)) = rest.next() {
        let join = match (list.is_empty(), rest.is_empty()) {
            (true, _) => "\"%\"",
            (_, true) => " or \"%\"",
            _ => ", \"%\"",
        };
        add(&mut list, join.as_bytes(), &[word]);
    }
    args::not_one_of(value, row.word(), &list)
}

/// A word of the list, or with a warning the first that it is a leading part of.
fn one_of(row: &Row, value: &[u8], w: &mut Words<'_>) -> Result<u64> {
    if let Some(n) = known(row, value) {
        return Ok(n);
    }
    let mut list = b"one of".to_vec();
    for (word, n) in row.values() {
        if !value.is_empty() && word.starts_with(value) {
            w.warn(&fill_two(
                "WARNING: '%' matches '%' by prefix.",
                value,
                word,
            ));
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
