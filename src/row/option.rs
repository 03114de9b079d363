//! An option as it is declared, as it is packed at compile time, and as it is read back.

use crate::args;
use crate::row::types::{Print, Read, Ty, Wire};
use crate::text::cut;

/// Whether an option is printed.
#[derive(Clone, Copy, PartialEq)]
pub enum Show {
    /// Whenever the kernel has it.
    Always,
    /// The same, and as 0 where it has nothing.
    Ever,
    /// Never: only set.
    Never,
    /// Whenever the kernel has it; without it nothing behind it is shown.
    First,
    /// In text, not with `-j`.
    TextOnly,
    /// With `-j`, not in text.
    JsonOnly,
    /// If it is not 0.
    NonZero,
    /// The same in text; with `-j` always.
    TextNonZero,
}

/// What a second one of an option is.
#[derive(Clone, Copy, PartialEq)]
pub enum Twice {
    /// No error: it counts.
    Allowed,
    /// `duplicate "WORD": "VALUE" is the second value.`
    Duplicate,
    /// `either "WORD" is duplicate, or "VALUE" is garbage.`
    Garbage,
    /// An unknown word; so is another option of the same attribute.
    Unknown,
}

const SHOWS: [Show; 8] = {
    use Show::*;
    [
        Always,
        Ever,
        Never,
        First,
        TextOnly,
        JsonOnly,
        NonZero,
        TextNonZero,
    ]
};
const TWICES: [Twice; 4] = {
    use Twice::*;
    [Allowed, Duplicate, Garbage, Unknown]
};

/// How many texts an option may have.
const TEXTS: usize = 8;
/// Their numbers, in the order in which they are packed.
const WORD: usize = 0;
const NAME: usize = 1;
const JSON: usize = 2;
const WRONG: usize = 3;
const REFUSAL: usize = 4;
const OUT_OF_RANGE: usize = 5;
const VALUES: usize = 6;
const JSON_NUMBER: usize = 7;

/// An option as it is declared in a table; see [`options!`](crate::options).
#[derive(Clone, Copy)]
pub struct Opt {
    attr: u16,
    ty: Ty,
    show: Show,
    twice: Twice,
    texts: [Option<&'static str>; TEXTS],
}

impl Opt {
    /// An option of an attribute and a type. It is shown whenever the kernel has it, and a second one is no error.
    pub const fn new(attr: u16, ty: Ty) -> Opt {
        Opt {
            attr,
            ty,
            show: Show::Always,
            twice: Twice::Allowed,
            texts: [None; TEXTS],
        }
    }

    const fn with(mut self, text: usize, value: &'static str) -> Opt {
        self.texts[text] = Some(value);
        self
    }

    /// The words that set it, comma-joined: see [`args::named`]. Without any it is only shown.
    pub const fn word(self, words: &'static str) -> Opt {
        self.with(WORD, words)
    }

    /// Its name in text, if that is not its first word; an empty one leaves the name out.
    pub const fn name(self, name: &'static str) -> Opt {
        self.with(NAME, name)
    }

    /// Its name in JSON, if that is not the one in text.
    pub const fn json(self, name: &'static str) -> Opt {
        self.with(JSON, name)
    }

    /// The name in JSON of a number that has no word.
    pub const fn json_number(self, name: &'static str) -> Opt {
        self.with(JSON_NUMBER, name)
    }

    /// Why a value is wrong, if the table's own reason does not fit: what stands behind `argument "VALUE" is wrong:`, with `%` for
    /// the option's word.
    pub const fn wrong(self, reason: &'static str) -> Opt {
        self.with(WRONG, reason)
    }

    /// Why a number is wrong that is one, but out of range.
    pub const fn out_of_range(self, reason: &'static str) -> Opt {
        self.with(OUT_OF_RANGE, reason)
    }

    /// The whole text that refuses a wrong value, with exit status 1: the first `%` is the option's word, the second the value.
    pub const fn refusal(self, text: &'static str) -> Opt {
        self.with(REFUSAL, text)
    }

    /// Words for values, joined by blanks: `none auto` for 0 and 1; `auto=4` begins anew from there.
    pub const fn values(self, words: &'static str) -> Opt {
        self.with(VALUES, words)
    }

    /// When it is printed.
    pub const fn show(mut self, show: Show) -> Opt {
        self.show = show;
        self
    }

    /// What a second one is.
    pub const fn twice(mut self, twice: Twice) -> Opt {
        self.twice = twice;
        self
    }
}

/// A list of options: each is its attribute, `=>`, its type, and then its texts by name, up to a `;`. See [`Opt`] for the names.
///
/// ```ignore
/// hsr::INTERLINK => DEVICE, word: "=interlink", wrong: "No such interface";
/// hsr::SEQ_NR => U16, name: "sequence", json: "seq_nr";
/// ```
#[macro_export]
macro_rules! option_list {
    ($($attr:expr => $ty:expr $(, $text:ident: $value:expr)*;)*) => {
        [$($crate::row::option::Opt::new($attr, $ty)$(.$text($value))*),*]
    };
}

/// Packed rows, made of one or several lists of options.
#[macro_export]
macro_rules! packed {
    ($($list:expr),*) => {{
        const LISTS: &[&[$crate::row::option::Opt]] = &[$($list),*];
        const SIZE: usize = $crate::row::option::packed_size(LISTS);
        const BYTES: [u8; SIZE] = $crate::row::option::pack(LISTS);
        $crate::row::option::Rows(&BYTES)
    }};
}

/// Tables of options, packed: see [`option_list!`](crate::option_list) for a row.
///
/// ```ignore
/// options! {
///     /// A redundant ring.
///     pub HSR {
///         hsr::INTERLINK => DEVICE, word: "=interlink", wrong: "No such interface";
///     }
/// }
/// ```
#[macro_export]
macro_rules! options {
    ($($(#[$doc:meta])* $vis:vis $name:ident { $($rows:tt)* })*) => {
        $(
            $(#[$doc])*
            $vis const $name: $crate::row::option::Rows = $crate::packed!(&$crate::option_list!($($rows)*));
        )*
    };
}

/// The bytes of a packed row before its texts: its whole length, attribute, which texts it has, [`Show`], [`Twice`] and [`Wire`]
/// in one, [`Read`], [`Print`], and their parameter. Each text has its length in front.
const HEAD: usize = 7;

/// How long the packed rows are.
pub const fn packed_size(lists: &[&[Opt]]) -> usize {
    let mut size = 0;
    let mut list = 0;
    while list < lists.len() {
        let mut row = 0;
        while row < lists[list].len() {
            size += row_size(&lists[list][row]);
            row += 1;
        }
        list += 1;
    }
    size
}

const fn row_size(opt: &Opt) -> usize {
    let mut size = HEAD;
    let mut text = 0;
    while text < TEXTS {
        if let Some(value) = opt.texts[text] {
            size += 1 + value.len();
        }
        text += 1;
    }
    size
}

/// Packs rows of as many bytes as [`packed_size`] says.
pub const fn pack<const N: usize>(lists: &[&[Opt]]) -> [u8; N] {
    let mut bytes = [0; N];
    let mut at = 0;
    let mut list = 0;
    while list < lists.len() {
        let mut row = 0;
        while row < lists[list].len() {
            let opt = &lists[list][row];
            let size = row_size(opt);
            assert!(size < 256 && opt.attr < 256);
            let mut has = 0;
            let mut end = at + HEAD;
            let mut text = 0;
            while text < TEXTS {
                if let Some(value) = opt.texts[text] {
                    has |= 1 << text;
                    bytes[end] = value.len() as u8;
                    end += 1;
                    let mut byte = 0;
                    while byte < value.len() {
                        bytes[end] = value.as_bytes()[byte];
                        end += 1;
                        byte += 1;
                    }
                }
                text += 1;
            }
            bytes[at] = size as u8;
            bytes[at + 1] = opt.attr as u8;
            bytes[at + 2] = has;
            bytes[at + 3] = (opt.show as u8) << 5 | (opt.twice as u8) << 3 | opt.ty.wire as u8;
            bytes[at + 4] = opt.ty.read as u8;
            bytes[at + 5] = opt.ty.print as u8;
            bytes[at + 6] = opt.ty.arg;
            at = end;
            row += 1;
        }
        list += 1;
    }
    bytes
}

/// Packed rows; an iterator over them.
#[derive(Clone, Copy)]
pub struct Rows(pub &'static [u8]);

impl Rows {
    /// No rows.
    pub const NONE: Rows = Rows(&[]);

    /// The rows without the first `n`.
    pub const fn without_first(self, n: usize) -> Rows {
        let mut bytes = self.0;
        let mut left = n;
        while left > 0 {
            bytes = bytes.split_at(bytes[0] as usize).1;
            left -= 1;
        }
        Rows(bytes)
    }

    /// The row that a word sets.
    pub fn find_word(self, word: &[u8]) -> Option<Row> {
        let mut rows = self;
        rows.find(|row| args::named(word, row.spellings()))
    }
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let head: &[u8; HEAD] = self.0.first_chunk()?;
        let (row, rest) = self.0.split_at_checked(head[0].into())?;
        self.0 = rest;
        Some(Row {
            attr: head[1].into(),
            has: head[2],
            show: SHOWS[usize::from(head[3] >> 5)],
            twice: TWICES[usize::from(head[3] >> 3 & 3)],
            wire: Wire::of(head[3] & 7),
            read: Read::of(head[4]),
            print: Print::of(head[5]),
            arg: head[6],
            texts: row.get(HEAD..)?,
        })
    }
}

/// One row, read back.
#[derive(Clone, Copy)]
pub struct Row {
    /// The attribute's number.
    pub attr: u16,
    /// When it is printed.
    pub show: Show,
    /// What a second one is.
    pub twice: Twice,
    /// What bytes its value is.
    pub wire: Wire,
    /// What words.
    pub read: Read,
    /// What text.
    pub print: Print,
    /// The parameter of the reading and the printing.
    pub arg: u8,
    /// A bit for each text that there is.
    has: u8,
    texts: &'static [u8],
}

impl Row {
    fn text(&self, number: usize) -> Option<&'static [u8]> {
        if self.has >> number & 1 == 0 {
            return None;
        }
        let mut before = (self.has & ((1 << number) - 1)).count_ones();
        let mut rest = self.texts;
        loop {
            let (len, tail) = rest.split_first()?;
            let (text, tail) = tail.split_at_checked(usize::from(*len))?;
            if before == 0 {
                return Some(text);
            }
            before -= 1;
            rest = tail;
        }
    }

    fn text_or_none(&self, number: usize) -> &'static [u8] {
        self.text(number).unwrap_or_default()
    }

    /// The words that set it, as [`args::named`] takes them; empty for what is only shown.
    pub fn spellings(&self) -> &'static [u8] {
        self.text_or_none(WORD)
    }

    /// The word that errors name.
    pub fn word(&self) -> &'static [u8] {
        args::plain(self.spellings())
    }

    /// Its name in text or in JSON.
    pub fn name(&self, json: bool) -> &'static [u8] {
        let own = if json { self.text(JSON) } else { None };
        own.or_else(|| self.text(NAME))
            .unwrap_or_else(|| self.word())
    }

    /// The name in JSON of a number that has no word.
    pub fn json_number(&self) -> Option<&'static [u8]> {
        self.text(JSON_NUMBER)
    }

    /// Why a value is wrong, if the row says so.
    pub fn wrong(&self) -> Option<&'static [u8]> {
        self.text(WRONG)
    }

    /// Why a number is wrong that is out of range, if the row says so.
    pub fn out_of_range(&self) -> Option<&'static [u8]> {
        self.text(OUT_OF_RANGE)
    }

    /// The whole text that refuses a wrong value, if the row has one.
    pub fn refusal(&self) -> Option<&'static [u8]> {
        self.text(REFUSAL)
    }

    /// Whether it has words for values.
    pub fn has_values(&self) -> bool {
        self.has >> VALUES & 1 != 0
    }

    /// Its words for values.
    pub fn values(&self) -> Values {
        Values::new(self.text_or_none(VALUES))
    }

    /// The first of its words for a value.
    pub fn word_of(&self, value: u64) -> Option<&'static [u8]> {
        self.values()
            .find(|known| known.1 == value)
            .map(|known| known.0)
    }
}

/// Words for values, joined by blanks: each has the number behind its `=`, or else the next.
#[derive(Clone, Copy)]
pub struct Values {
    rest: &'static [u8],
    next: u64,
}

impl Values {
    /// The words of a text.
    pub const fn new(text: &'static [u8]) -> Values {
        Values {
            rest: text,
            next: 0,
        }
    }

    /// Whether there are no more.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

impl Iterator for Values {
    type Item = (&'static [u8], u64);

    fn next(&mut self) -> Option<(&'static [u8], u64)> {
        let mut number = cut(&mut self.rest, b' ')?;
        let word = cut(&mut number, b'=')?;
        let value = args::radix(number, 10).unwrap_or(self.next);
        self.next = value + 1;
        Some((word, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::types::{U16, WORD8};

    options! {
        SOME {
            7 => U16, word: "=mux_id", json: "mux";
            8 => WORD8, name: "state", show: Show::Never, twice: Twice::Garbage, values: "a b c=7 d";
        }
    }

    #[test]
    fn what_is_packed_is_read_back() {
        let rows: Vec<Row> = SOME.collect();
        assert_eq!(rows.len(), 2);
        let [first, second] = [rows[0], rows[1]];
        assert_eq!(
            (first.attr, first.word(), first.name(true)),
            (7, &b"mux_id"[..], &b"mux"[..])
        );
        assert!(
            first.show == Show::Always && first.wire == Wire::U16 && first.read == Read::Number
        );
        assert!(
            second.show == Show::Never
                && second.twice == Twice::Garbage
                && second.print == Print::Word
        );
        assert_eq!(
            (second.spellings(), second.name(true)),
            (&b""[..], &b"state"[..])
        );
        assert_eq!(
            second.values().map(|value| value.1).collect::<Vec<_>>(),
            [0, 1, 7, 8]
        );
        assert_eq!(SOME.without_first(1).count(), 1);
    }
}
