//! Reads options: from words to attributes.

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result};
use crate::names::file::ds_field;
use crate::names::table::ethertype;
use crate::nl::uapi::af;
use crate::row::draft::{Draft, NameOf};
use crate::row::option::{Row, Rows};
use crate::row::table::{Reading, Table, Value};
use crate::row::types::{Read, Twice};
use crate::text::{self, add, fill};

/// Takes the next word if it sets one of the rows.
pub fn next_row(mut rows: Rows, w: &mut Words<'_>) -> Option<Row> {
    let row = rows.find_word(w.peek()?)?;
    w.next();
    Some(row)
}

/// Whether an address of 4 or 16 bytes is that of a multicast group.
pub fn is_multicast(address: &[u8]) -> bool {
    match address {
        [first, _, _, _] => first & 0xf0 == 0xe0,
        _ => address.first() == Some(&0xff),
    }
}

/// Reads the value of an option whose word was just taken, and adds it to the draft.
///
/// # Errors
/// A value that is missing or wrong, or an option that may be given once and is there already.
pub fn parse_option<'a>(
    table: &Table,
    row: &Row,
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    parse_option_with(
        table,
        row,
        w,
        draft,
        &mut |reading| match table.custom(row) {
            Some(custom) => (custom.parse)(reading),
            None => Ok(()),
        },
    )
}

/// The same, with a function for the options of custom types.
pub fn parse_option_with<'a>(
    table: &Table,
    row: &Row,
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
    parse_custom: &mut dyn FnMut(&mut Reading<'_, 'a>) -> Result<()>,
) -> Result<()> {
    let word = w.taken();
    let on = !row.is_negated(word);
    let (is_bare, is_optional) = match row.read {
        Read::Custom => {
            let value = table.custom_value(row);
            (!on || value == Value::Never, value == Value::Optional)
        }
        read => (read.is_bare(), false),
    };
    let value = match is_bare {
        true => b"",
        false if is_optional => w.next().unwrap_or_default(),
        false => w.value()?,
    };
    let mut reading = Reading {
        table,
        row,
        value,
        on,
        w,
        draft,
    };
    if row.twice != Twice::Allowed && reading.is_given() {
        return Err(match row.twice {
            Twice::Duplicate => Error::duplicate(row.word(), value),
            _ if is_bare => Error::garbage(word, word),
            _ => Error::garbage(row.word(), value),
        });
    }
    match row.read {
        Read::Custom => parse_custom(&mut reading),
        _ => reading.parse(),
    }
}

impl Reading<'_, '_> {
    /// Whether the option is in the draft already: its attribute, or of an attribute with a bit for each word that bit.
    pub fn is_given(&self) -> bool {
        let row = self.row;
        match row.read {
            Read::SetBit => self.draft.late_number(row.attr) >> row.arg & 1 != 0,
            _ => self.draft.has(row.attr),
        }
    }

    /// The error for the value: in the words of the row, or else of the table.
    pub fn wrong_value(&self) -> Error {
        let (row, value) = (self.row, self.value);
        if let Some(text) = row.refusal() {
            return Error::say(REFUSED, fill(text, &[row.word(), value]));
        }
        let is_number = args::unsigned(value, u32::MAX.into()).is_some();
        let out_of_range = row.out_of_range().filter(|_| is_number);
        let reason = out_of_range
            .or(row.wrong())
            .filter(|reason| !reason.is_empty())
            .unwrap_or_else(|| self.table.wrong_value());
        Error::bad_value(value, reason, row.word())
    }

    fn parse(&mut self) -> Result<()> {
        let (row, value) = (self.row, self.value);
        let attr = row.attr;
        let number = match row.read {
            Read::SetBit
            | Read::BitsByWord
            | Read::MaskedBit
            | Read::FlagBit
            | Read::FlagBitOneOf => {
                return self.parse_bits();
            }
            Read::Ipv4 => {
                let address = args::addr(value, af::INET)?;
                // The word `any` has no bytes.
                if !address.bytes().is_empty() {
                    self.draft.bytes(attr, address.bytes());
                }
                return Ok(());
            }
            Read::Mac => {
                self.draft.bytes(attr, &args::lladdr(value)?);
                return Ok(());
            }
            Read::Text => {
                self.draft.put(attr).str(attr, value);
                return Ok(());
            }
            Read::Device | Read::DeviceWord => {
                let what = match row.read {
                    Read::Device => NameOf::Device,
                    _ => NameOf::DeviceWord,
                };
                let wrong = row.wrong().unwrap_or_default();
                self.draft.name(attr, what, value, wrong);
                return Ok(());
            }
            Read::OnOff => args::on_off(value, row.word(), true)?.into(),
            Read::Word | Read::WordByPrefix | Read::WordByPrefixWarned => self.parse_word()?,
            _ => match self.parse_number() {
                Some(number) => number,
                None => return Err(self.wrong_value()),
            },
        };
        let number = row.wire.swap(number);
        self.draft.number(attr, number, row.wire.width());
        Ok(())
    }

    /// The number of a value that is a number, or one of the row's words for numbers; `None` if it is neither.
    fn parse_number(&self) -> Option<u64> {
        let (row, value) = (self.row, self.value);
        let of_bits = |bits: u8| u64::MAX >> (64 - bits);
        let word = || number_of(row, value, is_equal);
        match row.read {
            Read::Fixed => Some(row.arg.into()),
            Read::Toggle => Some(self.on.into()),
            Read::Limited => args::unsigned(value, of_bits(row.arg)),
            Read::PlainNumber => args::unsigned(value, of_bits(8 * row.wire.width())),
            Read::Number => word().or_else(|| args::unsigned(value, of_bits(8 * row.wire.width()))),
            Read::WordOrNumber => {
                let last = row.values().count() as u64 - 1;
                word().or_else(|| args::unsigned(value, last))
            }
            Read::TrafficClass => word().or_else(|| ds_field(value).map(u64::from)),
            Read::Signed => args::signed(value).map(|n| n as u64),
            Read::WordAnyCase => number_of(row, value, text::same),
            Read::Ethertype => ethertype(value).or_else(|| args::unsigned(value, 0xffff)),
            // Read::Bare
            _ => Some(0),
        }
    }

    /// The number of a value that must be one of the row's words.
    fn parse_word(&mut self) -> Result<u64> {
        let (row, value) = (self.row, self.value);
        let is_warned = row.read == Read::WordByPrefixWarned;
        let mut number = number_of(row, value, is_equal);
        if row.read == Read::WordByPrefix || is_warned && number.is_none() {
            number = number_of(row, value, is_prefix);
            if let Some(word) = number.filter(|_| is_warned).and_then(|n| row.word_of(n)) {
                let text = "WARNING: '%' matches '%' by prefix.\n\
                            Matching by prefix is deprecated in this context, please use the full string.";
                self.w.warn(&fill(text, &[value, word]));
            }
        }
        number.ok_or_else(|| self.not_a_word(is_warned))
    }

    /// The error for a value that is none of the row's words: they are listed, as `"a", "b" or "c"` or `one of "a",
    /// "b", "c"`.
    fn not_a_word(&self, is_one_of: bool) -> Error {
        let row = self.row;
        if row.wrong().is_some() || row.refusal().is_some() {
            return self.wrong_value();
        }
        let mut list = Vec::new();
        let mut values = row.values();
        while let Some((word, _)) = values.next() {
            let join = match list.is_empty() {
                true if is_one_of => "one of \"%\"",
                true => "\"%\"",
                false if is_one_of || !values.is_empty() => ", \"%\"",
                false => " or \"%\"",
            };
            add(&mut list, join.as_bytes(), &[word]);
        }
        args::not_one_of(self.value, row.word(), &list)
    }

    /// Changes bits of an attribute to which several words may add. It is sent when all words are read.
    fn parse_bits(&mut self) -> Result<()> {
        let (row, value) = (self.row, self.value);
        let bit = 1 << row.arg;
        let on = match row.read {
            Read::SetBit => {
                self.draft.set_bits(row.attr, bit.into(), self.on, row.wire);
                return Ok(());
            }
            Read::BitsByWord => {
                let bits = self.parse_word()?;
                self.draft.set_bits(row.attr, bits, true, row.wire);
                return Ok(());
            }
            Read::MaskedBit => match args::unsigned(value, 0xff) {
                Some(number) => number != 0,
                None => return Err(self.wrong_value()),
            },
            _ => args::on_off(value, row.word(), row.read == Read::FlagBitOneOf)?,
        };
        let set = if on { bit } else { 0 };
        self.draft.set_pair(row.attr, [bit, 0], [set, bit]);
        Ok(())
    }
}

/// The error for a word that is no IPv4 address, where iproute2 reads one with get_addr32().
pub fn not_ipv4(word: &[u8]) -> Error {
    Error::refused("Error: an IP address is expected rather than \"%\"", word)
}

/// The number of the first of the row's words that fits a value.
pub fn number_of(row: &Row, value: &[u8], fits: fn(&[u8], &[u8]) -> bool) -> Option<u64> {
    for (word, number) in row.values() {
        if fits(value, word) {
            return Some(number);
        }
    }
    None
}

/// Whether a value is the word.
pub fn is_equal(value: &[u8], word: &[u8]) -> bool {
    value == word
}

/// Whether a value is a leading part of the word.
fn is_prefix(value: &[u8], word: &[u8]) -> bool {
    !value.is_empty() && word.starts_with(value)
}
