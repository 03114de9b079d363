//! One row per option, and the engine that parses, prints and explains rows.
//!
//! The rows are in [`table`]; what no row can say is in [`odd`]. Table order is print order. Here is what a row is, and how a
//! word becomes an attribute; how an attribute becomes text is in `show`, and what waits for a name in `draft`.

pub mod bridge;
mod draft;
pub mod odd;
mod show;
pub mod table;
pub mod words;

use draft::Name;
pub use draft::{Draft, vrf};
pub use show::show;

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result};
use crate::names::{self, Names};
use crate::nl::uapi::{af, inet6};
use crate::nl::wire::{Attr, Attrs, field};
use crate::out::Out;
use crate::text::{self, add, fill};

/// What an option's value is, in words and on the wire. Numbers are in host order unless the name says otherwise.
#[derive(Clone, Copy)]
pub enum Ty {
    /// No value; an empty attribute. Text and JSON have the word alone.
    Flag,
    /// Unsigned numbers, and the row's words for some of them.
    U8,
    /// 16 bits.
    U16,
    /// 32 bits.
    U32,
    /// 32 bits on the wire, 16 at the most.
    Short32,
    /// 64 bits.
    U64,
    /// A signed 32-bit number.
    S32,
    /// A 16-bit number printed as hexadecimal, and 0 as `0`.
    Hex16,
    /// A number on the wire of which only the row's words are accepted; `unknown` when printed.
    Enum32,
    /// The same in a byte, whatever the case of the word.
    Word8,
    /// A number on the wire, a leading part of one of the row's words on the command line; only set.
    Prefix32,
    /// Eight bytes in hexadecimal joined by colons, a u64 on the wire; only set.
    Eui64,
    /// The same as `Word8`, as the mode of IPv6 addresses inside `IFLA_AF_SPEC`.
    Inet6Word8,
    /// As `Enum32`; a leading part of a word is taken too, with a warning.
    OneOf32,
    /// A number on the command line, the row's words in print.
    Pick8,
    /// `on` or `off`, a byte.
    OnOff8,
    /// The same in 32 bits, only set.
    OnOff32,
    /// Bits of one u16, each its own row or its own word of a row. Such rows are late, as are those of the next two types.
    Bits16(u16),
    /// One bit of a value and a mask, both u32: the option's value is a byte, 0 or 1.
    Bit(u8),
    /// `on` or `off` for a bit of a value and a mask, by its number; in print a member of the list `<A,B>`
    /// that the first row opens.
    FlagBit(u8),
    /// An ethertype by name, in network order.
    Ethertype,
    /// A link-layer address.
    Mac,
    /// A device by name, its index on the wire.
    Dev,
    /// No value: the index 0 under another word.
    NoDev,
    /// A bridge's id: u16 priority in network order and an address.
    BridgeId,
    /// u64 hundredths of a second.
    Centi64,
    /// A byte that is printed as the word alone, and only if it is not 0.
    True8,
    /// Bytes in hexadecimal, only printed.
    HexBytes,
    /// An address, only printed.
    Ip,
    /// u64 nanoseconds, only printed.
    Nanoseconds,
    /// A string, on the wire with its NUL.
    Str,
    /// What no type says: functions of [`odd`].
    Odd(odd::Odd),
    /// A word of `ip link` itself that is not one attribute.
    Link(LinkWord),
}

/// Words of `link add` and `link set` that are not one attribute.
#[derive(Clone, Copy, PartialEq)]
#[allow(missing_docs)]
pub enum LinkWord {
    Up,
    Down,
    Name,
    Index,
    Lower,
    Address,
    Netns,
    /// `on` sets the bit of that number.
    Flag(u8),
    /// `on` clears it.
    NoFlag(u8),
    OnOff,
    Type,
    Alias,
    Group,
    LinkNetns,
    LinkNetnsid,
    Vrf,
    Reason,
    Inet,
    Vf,
    /// `XDP_FLAGS_*`.
    Xdp(u8),
    Help,
    Dev,
}

/// Whether an option is printed.
#[derive(Clone, Copy, PartialEq)]
pub enum Show {
    /// Whenever the kernel has it.
    Always,
    /// Never: only set.
    Never,
    /// In text, not with `-j`.
    TextOnly,
}

/// One option of a link kind.
pub struct Opt {
    ty: Ty,
    attr: u16,
    show: Show,
    /// [`ONCE`], [`LATE`].
    how: u8,
    /// `words|text|json|reason|values`: the words that set it (see [`args::named`]; none for what is only shown), its name in
    /// text and in JSON, why a value is wrong (`%` is the first word), and words for values (`none=0 auto=1`). An empty name
    /// repeats the one before; an empty reason is the kind's; one with `!` in front is the whole text, with a second `%`
    /// for the value, and exit status 1. What is empty at the end is left out.
    names: &'static str,
}

/// A second one is an error.
const ONCE: u8 = 1;
/// Sent after all that is not late.
const LATE: u8 = 2;

/// A row.
pub const fn opt(attr: u16, ty: Ty, show: Show, names: &'static str) -> Opt {
    Opt {
        ty,
        attr,
        show,
        how: 0,
        names,
    }
}

impl Opt {
    /// A second one is an error.
    pub const fn once(mut self) -> Opt {
        self.how |= ONCE;
        self
    }

    /// Sent after all that is not late, whatever the order of the words.
    pub const fn late(mut self) -> Opt {
        self.how |= LATE;
        self
    }

    fn is(&self, how: u8) -> bool {
        self.how & how != 0
    }

    fn part(&self, n: usize) -> &'static [u8] {
        let mut rest = self.names.as_bytes();
        let mut part = text::cut(&mut rest, b'|');
        for _ in 0..n {
            part = text::cut(&mut rest, b'|');
        }
        part.unwrap_or_default()
    }

    /// The spellings that set it.
    pub fn spellings(&self) -> &'static [u8] {
        self.part(0)
    }

    /// The word that errors name.
    pub fn word(&self) -> &'static [u8] {
        args::plain(self.spellings())
    }

    fn text(&self) -> &'static [u8] {
        if self.part(1).is_empty() {
            self.word()
        } else {
            self.part(1)
        }
    }

    fn json(&self) -> &'static [u8] {
        if self.part(2).is_empty() {
            self.text()
        } else {
            self.part(2)
        }
    }

    /// Why a value is wrong, if the row says so.
    fn reason(&self) -> &'static [u8] {
        self.part(3)
    }

    /// The attribute's number.
    pub fn attr(&self) -> u16 {
        self.attr
    }

    /// Its type.
    pub fn ty(&self) -> Ty {
        self.ty
    }

    fn values(&self) -> Values {
        Values(self.part(4))
    }

    /// Whether its value takes no word.
    fn is_bare(&self) -> bool {
        match self.ty {
            Ty::Flag | Ty::NoDev => true,
            Ty::Link(LinkWord::Up | LinkWord::Down | LinkWord::Help) => true,
            Ty::Bits16(bits) => bits != 0,
            _ => false,
        }
    }
}

/// The words for values of a row.
struct Values(&'static [u8]);

impl Iterator for Values {
    type Item = (&'static [u8], u64);

    fn next(&mut self) -> Option<(&'static [u8], u64)> {
        let mut number = text::cut(&mut self.0, b' ')?;
        let word = text::cut(&mut number, b'=')?;
        Some((word, args::radix(number, 10)?))
    }
}

/// A link kind, or several with the same options.
pub struct Kind {
    /// Comma-joined.
    names: &'static str,
    /// How the kind calls an unknown word: `command` or `option`.
    unknown: &'static str,
    /// Why a value is wrong, where the row says nothing: `%` is the option's word.
    reason: &'static str,
    opts: &'static [Opt],
    /// Whether the kernel's data is shown at all (an empty object in JSON).
    shown: bool,
    /// A check of the options together: a refusal's words after the kind's name.
    check: Option<Check>,
}

/// A check of a kind's options together.
pub type Check = fn(Attrs) -> Option<&'static str>;

/// Finds the row that a word sets.
pub fn find(opts: &'static [Opt], word: &[u8]) -> Option<&'static Opt> {
    opts.iter().find(|row| args::named(word, row.spellings()))
}

/// Why a value is wrong: the row's reason, or else that of its table. One with `!` in front is the whole text.
fn wrong(row: &'static Opt, reason: &'static str, value: &[u8]) -> Error {
    let reason = match row.reason() {
        b"" => reason.as_bytes(),
        own => own,
    };
    match reason.strip_prefix(b"!") {
        None => Error::bad_value(value, reason, row.word()),
        Some(whole) => Error::new(REFUSED, whole, &[row.word(), value]),
    }
}

/// Adds the value of `row` to what was begun at `start`. `reason` says what is wrong with a value where the row does not.
pub fn parse_value<'a>(
    row: &'static Opt,
    reason: &'static str,
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
    start: usize,
) -> Result<()> {
    let value = if row.is_bare() { b"" } else { w.value()? };
    if row.is(ONCE) && draft.msg.attrs(start).find(row.attr).is_some() {
        return Err(Error::duplicate(row.word(), value));
    }
    // The width in bytes of a number, and the number.
    let (width, n) = match row.ty {
        Ty::Flag => (0, Some(0)),
        Ty::NoDev => (4, Some(0)),
        Ty::U8 => (1, known(row, value).or_else(|| args::unsigned(value, 0xff))),
        Ty::Pick8 => (1, args::unsigned(value, 0xff)),
        Ty::U16 | Ty::Hex16 => (
            2,
            known(row, value).or_else(|| args::unsigned(value, 0xffff)),
        ),
        Ty::U32 => (
            4,
            known(row, value).or_else(|| args::unsigned(value, u32::MAX.into())),
        ),
        Ty::Short32 => (4, args::unsigned(value, 0xffff)),
        Ty::U64 => (8, args::unsigned(value, u64::MAX)),
        Ty::S32 => (4, args::signed(value).map(|n| n as u64)),
        Ty::OnOff8 | Ty::OnOff32 => (
            if matches!(row.ty, Ty::OnOff8) { 1 } else { 4 },
            Some(args::on_off(value, row.word(), true)?.into()),
        ),
        Ty::Prefix32 => (
            4,
            row.values()
                .find(|(word, _)| !value.is_empty() && word.starts_with(value))
                .map(|found| found.1),
        ),
        Ty::Eui64 => (8, args::eui64(value)),
        Ty::Word8 | Ty::Inet6Word8 => (
            1,
            row.values()
                .find(|(word, _)| text::same(word, value))
                .map(|found| found.1),
        ),
        Ty::Enum32 => (
            4,
            Some(known(row, value).ok_or_else(|| not_a_member(row, value))?),
        ),
        Ty::OneOf32 => (4, Some(one_of(row, value, w)?)),
        Ty::Bits16(bit) => {
            let bits = match bit {
                0 => known(row, value).ok_or_else(|| not_a_member(row, value))?,
                _ => bit.into(),
            };
            let old = draft.late.attrs(0).find(row.attr).and_then(Attr::number);
            (2, Some(old.unwrap_or(0) | bits))
        }
        Ty::Bit(_) | Ty::FlagBit(_) => {
            let (on, bit) = match row.ty {
                Ty::FlagBit(bit) => (args::on_off(value, row.word(), false)?, 1 << bit),
                Ty::Bit(bit) => {
                    let n = args::unsigned(value, 0xff).ok_or_else(|| wrong(row, reason, value))?;
                    (n != 0, 1 << bit)
                }
                _ => (false, 0),
            };
            // A value and a mask; other bits stay as an earlier word has set them.
            let old = draft.late.attrs(0).find(row.attr).unwrap_or_default();
            let at = |at| field(old.0, at).unwrap_or(0);
            let pair = [if on { at(0) | bit } else { at(0) & !bit }, at(4) | bit];
            draft
                .late
                .bytes(row.attr, &pair.map(u32::to_ne_bytes).concat());
            return Ok(());
        }
        Ty::Ethertype => {
            let mut rows = names::Rows(names::VLAN_PROTOCOLS.as_bytes());
            let known = rows.find(|row| text::same(row.1, value)).map(|row| row.0);
            let n = known.or_else(|| args::unsigned(value, 0xffff));
            (2, n.map(|n| u16::to_be(n as u16).into()))
        }
        Ty::Odd(odd) => return odd.parse(row.attr, value, w, &mut draft.msg),
        Ty::Mac | Ty::Str | Ty::Dev => {
            match row.ty {
                Ty::Mac => draft.msg.bytes(row.attr, &args::lladdr(value)?),
                Ty::Str => draft.msg.str(row.attr, value),
                _ => draft.name(row.attr, Name::Dev(value, row.reason())),
            }
            return Ok(());
        }
        // These are never set.
        Ty::BridgeId
        | Ty::Centi64
        | Ty::Ip
        | Ty::Nanoseconds
        | Ty::True8
        | Ty::HexBytes
        | Ty::Link(_) => (0, None),
    };
    let n = n.ok_or_else(|| wrong(row, reason, value))?;
    let msg = if row.is(LATE) {
        &mut draft.late
    } else {
        &mut draft.msg
    };
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

/// The number of one of the row's words.
fn known(row: &'static Opt, value: &[u8]) -> Option<u64> {
    row.values()
        .find(|(word, _)| *word == value)
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

impl Kind {
    /// The kind of that name, if its options are known.
    pub fn named(name: &[u8]) -> Option<&'static Kind> {
        table::KINDS.iter().find(|kind| {
            let mut names = kind.names.as_bytes();
            std::iter::from_fn(|| text::cut(&mut names, b',')).any(|known| known == name)
        })
    }

    /// Its names, comma-joined.
    pub fn names(&self) -> &'static str {
        self.names
    }

    /// Whether any word may follow its name.
    pub fn has_options(&self) -> bool {
        !self.opts.is_empty()
    }

    /// Adds the options of this kind, up to the end of the line.
    pub fn parse<'a>(&self, name: &[u8], w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
        let with_help = |said: &[u8]| Err(Error::refused("%", &[said, &self.help(name)].concat()));
        let start = draft.msg.size();
        while let Some(word) = w.next() {
            let Some(row) = find(self.opts, word) else {
                if args::prefix(word, "help") {
                    return with_help(b"");
                }
                let unknown = self.unknown.as_bytes();
                return with_help(&fill("%: unknown % \"%\"?\n", &[name, unknown, word]));
            };
            match parse_value(row, self.reason, w, draft, start) {
                Err(e) if e.text().is_empty() => return with_help(b""),
                done => done?,
            }
        }
        let late = std::mem::take(&mut draft.late);
        if let Some(said) = self.check.and_then(|check| check(late.attrs(0))) {
            return with_help(&fill("%: %\n", &[name, said.as_bytes()]));
        }
        // What is late comes last, in the order of the rows, once for each attribute.
        let mut last = 0;
        for row in self.opts.iter().filter(|row| row.is(LATE)) {
            if let Some(attr) = late.attrs(0).find(row.attr).filter(|_| row.attr != last) {
                draft.msg.bytes(row.attr, attr.0);
                last = row.attr;
            }
        }
        Ok(())
    }

    /// The options, each with its values.
    pub fn help(&self, name: &[u8]) -> Vec<u8> {
        let mut text = fill("Usage: ... %", &[name]);
        help(self.opts, &mut text);
        text
    }

    /// Prints the kernel's data of this kind.
    pub fn show(&self, data: Attrs<'_>, key: &str, out: &mut Out, names: &mut Names) {
        if self.shown {
            out.object(key);
            show(self.opts, data, out, names);
            out.object_end();
        }
    }
}

/// Adds the rows' words to a help text, a line each, with their values.
pub fn help(rows: &'static [Opt], text: &mut Vec<u8>) {
    for row in rows.iter().filter(|row| !row.spellings().is_empty()) {
        add(text, b"\n\t[ %", &[row.word()]);
        let before = text.len();
        let value: &[u8] = match row.ty {
            _ if row.is_bare() => b"",
            Ty::Odd(odd) => odd.help(),
            Ty::OnOff8 | Ty::OnOff32 | Ty::FlagBit(_) => b" { on | off }",
            Ty::Link(LinkWord::Flag(_) | LinkWord::NoFlag(_) | LinkWord::OnOff) => b" { on | off }",
            Ty::Link(LinkWord::Reason) => b" REASON { on | off }",
            Ty::Link(LinkWord::Inet | LinkWord::Vf) => b" ...",
            Ty::Link(LinkWord::Xdp(_)) => b" off",
            Ty::Bit(_) => b" { 0 | 1 }",
            Ty::Mac => b" LLADDR",
            Ty::Dev => b" DEV",
            _ => {
                for (word, _) in row.values() {
                    let join = if text.len() == before { " { %" } else { " | %" };
                    add(text, join.as_bytes(), &[word]);
                }
                match text.len() - before {
                    0 => add(text, b" %", &[&row.word().to_ascii_uppercase()]),
                    _ => text.extend_from_slice(b" }"),
                }
                b""
            }
        };
        text.extend_from_slice(value);
        text.extend_from_slice(b" ]");
    }
}
