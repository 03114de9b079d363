//! An option: as a table declares it ([`Opt`]), as it is packed into bytes at compile time ([`Rows`]), and as it is
//! read back at run time ([`Row`]).

use crate::args;
use crate::out::Out;
use crate::row::types::{Print, Read, Show, TYPES, Twice, Ty, Wire};
pub use crate::row::values::Values;

/// How many texts an option may have, with its words as the first.
const TEXTS: usize = 8;
/// The number of each text: its bit in the head of a packed row, and its place behind the head.
const WORDS: usize = 0;
const NAME: usize = 1;
const JSON: usize = 2;
const WRONG: usize = 3;
const REFUSAL: usize = 4;
const OUT_OF_RANGE: usize = 5;
const VALUES: usize = 6;
const JSON_NUMBER: usize = 7;

/// How many lists of words an option may have.
const LISTS: usize = 4;

/// Words that set an option, as they are declared.
#[derive(Clone, Copy)]
struct Words {
    list: &'static str,
    is_exact: bool,
    shortest: &'static str,
}

/// An option as a table declares it; see [`options!`](crate::options). The first of its words is its name in errors,
/// and in text if it has no other.
#[derive(Clone, Copy)]
pub struct Opt {
    attr: u16,
    ty: Ty,
    show: Show,
    twice: Twice,
    words: [Option<Words>; LISTS],
    texts: [Option<&'static str>; TEXTS],
}

impl Opt {
    /// An option of an attribute below 256 and a type. Without any words it is only printed.
    pub const fn new(attr: u16, ty: Ty) -> Opt {
        Opt {
            attr,
            ty,
            show: Show::Always,
            twice: Twice::Allowed,
            words: [None; LISTS],
            texts: [None; TEXTS],
        }
    }

    /// Words, joined by commas, that set it and may be shortened to any leading part, as by iproute2's `matches()`.
    /// Where that fits several options, the first of the table is meant. With `[no]` in front a word may also be given
    /// with `no` before it.
    pub const fn word(self, list: &'static str) -> Opt {
        self.with_words(list, false)
    }

    /// Words that have to be given whole, as by iproute2's `strcmp()`; else as [`Opt::word`].
    pub const fn exact(self, list: &'static str) -> Opt {
        self.with_words(list, true)
    }

    const fn with_words(mut self, list: &'static str, is_exact: bool) -> Opt {
        let mut at = 0;
        while self.words[at].is_some() {
            at += 1;
        }
        self.words[at] = Some(Words {
            list,
            is_exact,
            shortest: "",
        });
        self
    }

    /// The shortest leading part that stands for the word in front. A shorter one is for a word that iproute2 tries
    /// before, though it stands further down here.
    pub const fn shortest(mut self, part: &'static str) -> Opt {
        let mut at = LISTS;
        while self.words[at - 1].is_none() {
            at -= 1;
        }
        if let Some(words) = &mut self.words[at - 1] {
            words.shortest = part;
        }
        self
    }

    const fn with_text(mut self, number: usize, text: &'static str) -> Opt {
        self.texts[number] = Some(text);
        self
    }

    /// Its name in text, where that is not its first word; with an empty one the value stands alone.
    pub const fn name(self, name: &'static str) -> Opt {
        self.with_text(NAME, name)
    }

    /// Its name in JSON, where that is not the one in text.
    pub const fn json(self, name: &'static str) -> Opt {
        self.with_text(JSON, name)
    }

    /// Its name in JSON where the value is a number for which `values` have no word.
    pub const fn json_number(self, name: &'static str) -> Opt {
        self.with_text(JSON_NUMBER, name)
    }

    /// What `Error: argument "VALUE" is wrong:` ends with, where it is not the table's own reason. `%` is the option's
    /// word. With an empty one that is the table's reason after all, where else the words of the option would be listed.
    pub const fn wrong(self, reason: &'static str) -> Opt {
        self.with_text(WRONG, reason)
    }

    /// The same, for a number that is out of range.
    pub const fn out_of_range(self, reason: &'static str) -> Opt {
        self.with_text(OUT_OF_RANGE, reason)
    }

    /// The whole text for a wrong value, which then has exit status 1: the first `%` is the option's word, the second
    /// the value.
    pub const fn refusal(self, text: &'static str) -> Opt {
        self.with_text(REFUSAL, text)
    }

    /// Words for numbers, joined by blanks: `none auto` for 0 and 1. A word may name its number, from which the next
    /// ones count on: `auto=4 manual` for 4 and 5. Of several words for a number the first is printed.
    pub const fn values(self, words: &'static str) -> Opt {
        self.with_text(VALUES, words)
    }

    /// When it is printed; [`Show::Always`] without this.
    pub const fn show(mut self, show: Show) -> Opt {
        self.show = show;
        self
    }

    /// What a second one means; [`Twice::Allowed`] without this.
    pub const fn twice(mut self, twice: Twice) -> Opt {
        self.twice = twice;
        self
    }
}

/// A list of options: of each the attribute, `=>`, the type, and what else there is to say of it, by the names of
/// [`Opt`]'s functions, up to a `;`.
///
/// ```ignore
/// hsr::INTERLINK => DEVICE, exact: "interlink", wrong: "No such interface";
/// hsr::SEQ_NR => U16, name: "sequence", json: "seq_nr";
/// ```
#[macro_export]
macro_rules! option_list {
    ($($attr:expr => $ty:expr $(, $text:ident: $value:expr)*;)*) => {
        [$($crate::row::option::Opt::new($attr, $ty)$(.$text($value))*),*]
    };
}

/// One or several lists of options, packed into [`Rows`].
#[macro_export]
macro_rules! packed {
    ($($list:expr),*) => {{
        const LISTS: &[&[$crate::row::option::Opt]] = &[$($list),*];
        const SIZE: usize = $crate::row::option::packed_size(LISTS);
        const BYTES: [u8; SIZE] = $crate::row::option::pack(LISTS).bytes;
        $crate::row::option::Rows(&BYTES)
    }};
}

/// Constants that each are a list of options, packed; [`option_list!`](crate::option_list) says how an option is
/// written.
///
/// ```ignore
/// options! {
///     /// A redundant ring.
///     pub HSR {
///         hsr::INTERLINK => DEVICE, exact: "interlink", wrong: "No such interface";
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

/// The bytes at the start of a packed row: its length, the attribute, which texts it has, the place of its type, and in
/// one byte [`Show`], [`Twice`], [`HAS_ARG`] and [`ONE_WORD`]. Behind them are the parameter of the type, if it is not 0, and the
/// texts, each with its length in front.
const HEAD: usize = 5;
/// The type has a parameter.
const HAS_ARG: u8 = 1;
/// It has one word, without `[no]`.
const ONE_WORD: u8 = 2;

/// Packed bytes. What does not fit is counted alone.
pub struct Packed<const N: usize> {
    /// As many as fit.
    pub bytes: [u8; N],
    /// How many there are.
    size: usize,
}

/// How many bytes the options take.
pub const fn packed_size(lists: &[&[Opt]]) -> usize {
    pack::<0>(lists).size
}

/// Packs the options.
pub const fn pack<const N: usize>(lists: &[&[Opt]]) -> Packed<N> {
    let mut packed = Packed {
        bytes: [0; N],
        size: 0,
    };
    let mut list = 0;
    while list < lists.len() {
        let mut row = 0;
        while row < lists[list].len() {
            packed.add_option(&lists[list][row]);
            row += 1;
        }
        list += 1;
    }
    packed
}

impl<const N: usize> Packed<N> {
    const fn add(&mut self, byte: u8) {
        self.set(self.size, byte);
        self.size += 1;
    }

    const fn set(&mut self, at: usize, byte: u8) {
        if at < N {
            self.bytes[at] = byte;
        }
    }

    const fn add_option(&mut self, opt: &Opt) {
        assert!(opt.attr < 256);
        let start = self.size;
        let mut has = 0;
        // The length and the texts follow below.
        self.add(0);
        self.add(opt.attr as u8);
        self.add(0);
        self.add(opt.ty.place);
        let mut bits = (opt.show as u8) << 5 | (opt.twice as u8) << 3;
        self.add(0);
        if opt.ty.arg != 0 {
            bits |= HAS_ARG;
            self.add(opt.ty.arg);
        }
        let mut number = 0;
        while number < TEXTS {
            let before = self.size;
            self.add(0);
            if number == WORDS {
                if self.add_words(opt) {
                    bits |= ONE_WORD;
                }
            } else if let Some(text) = opt.texts[number] {
                self.add_text(text);
            }
            // An empty name is a name; an empty list of words is none.
            if self.size > before + 1 || opt.texts[number].is_some() {
                has |= 1 << number;
                self.set(before, (self.size - before - 1) as u8);
            } else {
                self.size = before;
            }
            number += 1;
        }
        assert!(self.size - start < 256);
        self.set(start, (self.size - start) as u8);
        self.set(start + 2, has);
        self.set(start + 4, bits);
    }

    /// Adds the words in the form that [`args::named`] takes. Whether it is one, without `[no]`.
    const fn add_words(&mut self, opt: &Opt) -> bool {
        let start = self.size;
        let mut is_one = true;
        let mut number = 0;
        while number < LISTS {
            if let Some(words) = opt.words[number] {
                let list = words.list.as_bytes();
                let mut at = 0;
                while at < list.len() {
                    if self.size > start {
                        self.add(b',');
                        is_one = false;
                    }
                    if words.is_exact {
                        self.add(b'=');
                    }
                    if list[at] == b'[' {
                        self.add(b'!');
                        is_one = false;
                        at += "[no]".len();
                    }
                    while at < list.len() && list[at] != b',' {
                        self.add(list[at]);
                        at += 1;
                    }
                    at += 1;
                }
                let shortest = words.shortest.len();
                if shortest > 0 {
                    assert!(shortest < 10);
                    self.add(b':');
                    self.add(b'0' + shortest as u8);
                }
            }
            number += 1;
        }
        is_one && self.size > start
    }

    const fn add_text(&mut self, text: &str) {
        let mut at = 0;
        while at < text.len() {
            self.add(text.as_bytes()[at]);
            at += 1;
        }
    }
}

/// Packed rows; an iterator over them.
#[derive(Clone, Copy)]
pub struct Rows(pub &'static [u8]);

impl Rows {
    /// No rows.
    pub const NONE: Rows = Rows(&[]);

    /// The rows behind the first `n`.
    pub const fn without_first(self, n: usize) -> Rows {
        let mut bytes = self.0;
        let mut left = n;
        while left > 0 {
            bytes = bytes.split_at(bytes[0] as usize).1;
            left -= 1;
        }
        Rows(bytes)
    }

    /// The first row that `word` sets; what stays are the rows behind it.
    pub fn find_word(&mut self, word: &[u8]) -> Option<Row> {
        loop {
            self.skip_others(word);
            let mut at = *self;
            // A row is not moved before it is known to be the one: it is looked up once more.
            match &self.next() {
                Some(row) if args::named(word, row.spellings()) => return at.next(),
                Some(_) => {}
                None => return None,
            }
        }
    }

    /// Skips rows whose only word has another first letter, up to one that is not so. (Each word of each line of a batch
    /// goes through some tables.)
    fn skip_others(&mut self, word: &[u8]) {
        let letter = word.first().copied().unwrap_or(0);
        while let &[len, _, _, _, bits, _, b, c, d, ..] = self.0
            && bits & ONE_WORD != 0
        {
            // The length of the text is in front, before that perhaps the parameter of the type, and perhaps what says that
            // it must be whole. A last row that has fewer bytes is not skipped.
            let (first, second) = if bits & HAS_ARG != 0 { (c, d) } else { (b, c) };
            let first = if first == b'=' { second } else { first };
            if first == letter {
                break;
            }
            self.0 = self.0.get(len.into()..).unwrap_or_default();
        }
    }

    /// The words of each row, as [`Row::spellings`].
    pub fn each_spellings(self) -> impl Iterator<Item = &'static [u8]> {
        self.map(|row| row.spellings())
    }

    /// Whether an option can be set.
    pub fn has_words(mut self) -> bool {
        self.any(|row| !row.spellings().is_empty())
    }
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let (row, rest) = self.0.split_at_checked((*self.0.first()?).into())?;
        self.0 = rest;
        let (&[_, attr, has, place, bits], mut texts) = row.split_first_chunk::<HEAD>()?;
        let mut arg = 0;
        if bits & HAS_ARG != 0 {
            (arg, texts) = texts.split_first().map(|(arg, texts)| (*arg, texts))?;
        }
        let ty = TYPES.get(usize::from(place))?;
        Some(Row {
            attr: attr.into(),
            show: Show::of(bits >> 5),
            twice: Twice::of(bits >> 3 & 3),
            wire: ty.wire,
            read: ty.read,
            print: ty.print,
            arg,
            has,
            texts,
        })
    }
}

/// One row, read back.
#[derive(Clone, Copy)]
pub struct Row {
    /// The number of the attribute.
    pub attr: u16,
    /// When it is printed.
    pub show: Show,
    /// What a second one means.
    pub twice: Twice,
    /// The bytes of its value.
    pub wire: Wire,
    /// How it is read.
    pub read: Read,
    /// How it is printed.
    pub print: Print,
    /// The parameter of reading and printing.
    pub arg: u8,
    /// A bit for each text that it has.
    has: u8,
    texts: &'static [u8],
}

impl Row {
    fn text(&self, number: usize) -> Option<&'static [u8]> {
        if self.has >> number & 1 == 0 {
            return None;
        }
        // The bits of the texts in front.
        let mut before = self.has & ((1 << number) - 1);
        let mut rest = self.texts;
        loop {
            let (len, texts) = rest.split_first()?;
            let (text, texts) = texts.split_at_checked(usize::from(*len))?;
            if before == 0 {
                return Some(text);
            }
            // Without the lowest one.
            before &= before - 1;
            rest = texts;
        }
    }

    fn text_or_empty(&self, number: usize) -> &'static [u8] {
        self.text(number).unwrap_or_default()
    }

    /// The words that set it, in the form that [`args::named`] takes; empty for what is only printed.
    pub fn spellings(&self) -> &'static [u8] {
        self.text_or_empty(WORDS)
    }

    /// Its first word, which errors name.
    pub fn word(&self) -> &'static [u8] {
        args::plain(self.spellings())
    }

    /// Whether `word`, which sets the row, has `no` before it.
    pub fn is_negated(&self, word: &[u8]) -> bool {
        self.spellings().contains(&b'!') && !self.word().starts_with(word)
    }

    /// Its name in text or in JSON.
    pub fn name(&self, json: bool) -> &'static [u8] {
        let own = if json { self.text(JSON) } else { None };
        own.or_else(|| self.text(NAME))
            .unwrap_or_else(|| self.word())
    }

    /// Its name in JSON where the value is a number without a word.
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

    /// Its words for numbers.
    pub fn values(&self) -> Values {
        Values::new(self.text_or_empty(VALUES))
    }

    /// Whether it has words for numbers.
    pub fn has_values(&self) -> bool {
        self.text(VALUES).is_some()
    }

    /// The first of its words for a number.
    pub fn word_of(&self, number: u64) -> Option<&'static [u8]> {
        self.values()
            .find(|known| known.1 == number)
            .map(|known| known.0)
    }

    /// Prints the value that was written to [`Out::value`] behind the option's name; whether JSON quotes it.
    pub fn put(&self, out: &mut Out, quoted: bool) {
        out.pair(self.name(out.json()), quoted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::types::{TOGGLE, U16, WORD8};

    options! {
        SOME {
            7 => U16, exact: "mux_id", json: "mux";
            8 => WORD8, name: "state", show: Show::Never, twice: Twice::Garbage, values: "a b c=7 d";
            9 => TOGGLE, exact: "tos,tc", word: "[no]dsfield", shortest: "ds", name: "";
        }
    }

    #[test]
    fn what_is_packed_is_read_back() {
        let rows: Vec<Row> = SOME.collect();
        assert_eq!(rows.len(), 3);
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
        assert_eq!(SOME.without_first(1).count(), 2);
    }

    #[test]
    fn words_are_packed_as_they_are_looked_for() {
        let row = SOME.without_first(2).next().unwrap();
        assert_eq!(row.spellings(), b"=tos,=tc,!dsfield:2");
        assert_eq!((row.word(), row.name(false)), (&b"tos"[..], &b""[..]));
        let mut rows = SOME;
        let found = rows.find_word(b"mux_id").map(|row| row.attr);
        assert_eq!((found, rows.count()), (Some(7), 2));
        for (word, attr) in [
            ("tc", Some(9)),
            ("nods", Some(9)),
            ("mux", None),
            ("", None),
        ] {
            let found = SOME.clone().find_word(word.as_bytes());
            assert_eq!(found.map(|row| row.attr), attr, "{word}");
        }
    }
}
