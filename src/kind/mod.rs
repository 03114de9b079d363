//! One row per option, and the engine that parses, prints and explains rows.
//!
//! The rows are in [`table`]; what no row can say is in [`odd`]. Table order is print order. Here is what a row is; how a
//! word becomes an attribute is in `value`, how an attribute becomes text in `show`, and what waits for a name in `draft`.

pub mod bond;
pub mod bridge;
pub mod can;
mod draft;
mod help;
pub mod macsec;
pub mod odd;
pub mod overlay;
mod sent;
mod show;
pub mod small;
pub mod table;
mod tunnel;
mod tunnel_odd;
mod value;
pub mod words;

pub use draft::{Draft, vrf};
pub use help::help;
pub use sent::{Finish, Options, Sent};
pub use show::{show, show_bits};
pub use value::{is_multicast, parse_value};

use std::ffi::CStr;

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result};
use crate::names::Names;
use crate::nl::wire::Attrs;
use crate::out::Out;
use crate::sys::Text;
use crate::text::{self, fill};

/// What an option's value is, in words and on the wire. Numbers are in host order unless the name says otherwise.
#[derive(Clone, Copy)]
pub enum Ty {
    /// No value; an empty attribute. Text has the word alone, JSON `true`.
    Flag,
    /// The same, and in JSON null.
    FlagNull,
    /// Unsigned numbers, and the row's words for some of them: text has the word, JSON the number.
    U8,
    /// 16 bits.
    U16,
    /// 32 bits.
    U32,
    /// 32 bits on the wire, so many at the most.
    Low32(u8),
    /// 64 bits.
    U64,
    /// 16 bits in network order: a port.
    Be16,
    /// A signed 32-bit number.
    S32,
    /// A byte that is read and printed as hexadecimal: a traffic class.
    Hex8,
    /// A 16-bit number printed as hexadecimal, and 0 as `0`.
    Hex16,
    /// A 32-bit number printed as hexadecimal.
    Hex32,
    /// The same in network order, 20 bits at the most: a flow label.
    HexBe20,
    /// 64 bits in network order, printed as hexadecimal.
    HexBe64,
    /// A number on the wire of which only the row's words are accepted; `unknown` when printed.
    Enum8,
    /// 16 bits.
    Enum16,
    /// 32 bits.
    Enum32,
    /// The same in a byte, whatever the case of the word.
    Word8,
    /// Eight bytes in hexadecimal joined by colons, a u64 on the wire; only set.
    Eui64,
    /// The same as `Word8`, as the mode of IPv6 addresses inside `IFLA_AF_SPEC`.
    Inet6Word8,
    /// The same of a byte, and not shown at all if there is no word for it.
    Name8,
    /// As `Enum8`; a leading part of a word is taken too.
    Begin8,
    /// 32 bits.
    Begin32,
    /// As `Enum8`; the number of a word is taken too. `UNKNOWN` when printed.
    Index8,
    /// 32 bits; `none` is null in JSON.
    Index32,
    /// As `Enum8`; a leading part of a word is taken too, with a warning.
    OneOf8,
    /// 32 bits.
    OneOf32,
    /// A number on the command line, the row's words in print.
    Pick8,
    /// The row's words in print, the number where there is none; only printed.
    Named,
    /// `on` or `off`, a byte.
    OnOff8,
    /// `on` or `off` in 32 bits, only set.
    OnOff32,
    /// No value: a byte, 1, or 0 for the word with `no` before it (see [`args::named`]). Text has the word, with or without
    /// `no`, where it is not as the default says (0, 1, or 2 for none), or with `-d -d` (not with 4 more); JSON has it always.
    /// See [`Sent::flag`].
    Bool8(u8),
    /// No value: 32 bits, this number; only set.
    Only32(u16),
    /// A byte, the lifetime of packets. `inherit` is another attribute: that number, 1 in so many bytes.
    Ttl(u8, u8),
    /// Bits of one u16, each its own row or its own word of a row; the word with `no` before it clears them. Such rows are
    /// late, as are those of the next two types.
    Bits16(u16),
    /// No value: a u16, this number. Text has the word alone if it is that, JSON `true`. Such rows are late; once one of an
    /// attribute was given, those that are [`Opt::alone`] are unknown.
    Only16(u16),
    /// One bit of a value and a mask, both u32: the option's value is a byte, 0 or 1.
    Bit(u8),
    /// `on` or `off` for a bit of a value and a mask, by its number; in print a member of the list `<A,B>`
    /// that the first row opens. With [`ONE_OF`] refused as [`Ty::OnOff8`] is.
    FlagBit(u8),
    /// An ethertype by name, in network order.
    Ethertype,
    /// A link-layer address.
    Mac,
    /// A device by name, its index on the wire.
    Dev,
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
    /// An address: the row's attribute for IPv4, this one for IPv6. In JSON the key of the latter ends in 6.
    Ip46(u8, Cast),
    /// An IPv4 address.
    Ip4,
    /// Addresses of a family joined by commas, perhaps none: each is an attribute inside, by its place.
    IpList(Family),
    /// One end of a tunnel, by the family of its address. `any` is not sent, and shown where there is none.
    End(Family),
    /// u64 nanoseconds, only printed.
    Nanoseconds,
    /// A string, on the wire with its NUL.
    Str,
    /// What no type says: functions of [`odd`].
    Odd(odd::Odd),
    /// A word of `ip link` itself that is not one attribute.
    Link(LinkWord),
}

/// Beside the number of a [`Ty::FlagBit`]: how another word than `on` and `off` is refused.
pub const ONE_OF: u8 = 32;

/// Which addresses an option takes.
#[derive(Clone, Copy, PartialEq)]
#[allow(missing_docs)]
pub enum Cast {
    Any,
    /// No group's, and not that of any.
    Unicast,
    Multicast,
}

/// A family of addresses.
#[derive(Clone, Copy, PartialEq)]
#[allow(missing_docs)]
pub enum Family {
    Inet,
    Inet6,
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
    Peer,
}

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
enum Once {
    /// No error.
    Not,
    Duplicate,
    Garbage,
    Unknown,
}

/// One option of a link kind.
#[derive(Clone, Copy)]
pub struct Opt {
    ty: Ty,
    attr: u16,
    show: Show,
    once: Once,
    /// `words|text|json|reason|values`: the words that set it (see [`args::named`]; none for what is only shown), its name in
    /// text and in JSON, why a value is wrong (`%` is the first word), and words for values (`none=0 auto=1`). An empty name
    /// repeats the one before; `-` as the name in text leaves it out; an empty reason is the kind's; one with `!` in front is the whole text, with a second `%`
    /// for the value, and exit status 1; what is behind a `~` is for numbers. What is empty at the end is left out; an
    /// [`Odd`](odd::Odd) may have more behind it, and a type for print alone the JSON key of a number without a word.
    names: Text,
}

/// A row.
pub const fn opt(attr: u16, ty: Ty, show: Show, names: &'static CStr) -> Opt {
    Opt {
        ty,
        attr,
        show,
        once: Once::Not,
        names: Text::new(names),
    }
}

impl Opt {
    /// A second one is an error.
    pub const fn once(mut self) -> Opt {
        self.once = Once::Duplicate;
        self
    }

    /// A second one is an error that is told so: `either "WORD" is duplicate, or "VALUE" is garbage.`
    pub const fn single(mut self) -> Opt {
        self.once = Once::Garbage;
        self
    }

    /// After it, or another row of the same attribute, it is an unknown word.
    pub const fn alone(mut self) -> Opt {
        self.once = Once::Unknown;
        self
    }

    fn part(&self, n: usize) -> &'static [u8] {
        let mut rest = self.names.bytes();
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
        match self.part(1) {
            b"" => self.word(),
            text => text,
        }
    }

    fn json(&self) -> &'static [u8] {
        match self.part(2) {
            b"" => self.text(),
            json => json,
        }
    }

    /// Its name in text or in JSON.
    fn name(&self, json: bool) -> &'static [u8] {
        if json { self.json() } else { self.text() }
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
            Ty::Flag | Ty::FlagNull | Ty::Bool8(_) => true,
            Ty::Only16(_) | Ty::Only32(_) => true,
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
    /// What is said of an unknown word, the help behind it: `%` is the kind, then the word.
    unknown: &'static str,
    /// Why a value is wrong, where the row says nothing: `%` is the option's word.
    reason: &'static str,
    opts: &'static [Opt],
    /// Whether the kernel's data is shown at all (an empty object in JSON).
    shown: bool,
    /// What is sent behind all other attributes, in that order.
    sent: &'static [Sent],
    /// A change begins with what the link has: its options are told to the kernel whole.
    reads: bool,
    finish: Option<Finish>,
}

/// The next word, if it is one of the rows'.
pub fn next_row<'a>(rows: &'static [Opt], w: &mut Words<'a>) -> Option<(&'a [u8], &'static Opt)> {
    let word = w.peek()?;
    let row = find(rows, word)?;
    w.next();
    Some((word, row))
}

/// Finds the row that a word sets.
pub fn find(opts: &'static [Opt], word: &[u8]) -> Option<&'static Opt> {
    opts.iter().find(|row| args::named(word, row.spellings()))
}

impl Kind {
    /// The kind of that name, if its options are known.
    pub fn named(name: &[u8]) -> Option<&'static Kind> {
        table::KINDS
            .iter()
            .find(|kind| kind.each_name().any(|known| known == name))
    }

    /// Its names, one by one.
    pub fn each_name(&self) -> impl Iterator<Item = &'static [u8]> {
        let mut names = self.names.as_bytes();
        std::iter::from_fn(move || text::cut(&mut names, b','))
    }

    /// Its names, comma-joined.
    pub fn names(&self) -> &'static str {
        self.names
    }

    /// Its rows.
    pub fn rows(&self) -> &'static [Opt] {
        self.opts
    }

    /// Whether iproute2 explains it: not what can only be shown.
    pub fn has_help(&self) -> bool {
        self.opts.is_empty() || self.has_options()
    }

    /// Whether any word may follow its name.
    pub fn has_options(&self) -> bool {
        self.opts.iter().any(|row| !row.spellings().is_empty())
    }

    /// Adds the options of this kind, up to the end of the line or to a `peer`, which makes it true. The rows behind that of
    /// `peer` are for the words that come next.
    pub fn parse<'a>(
        &'static self,
        name: &'a [u8],
        w: &mut Words<'a>,
        draft: &mut Draft<'a>,
    ) -> Result<bool> {
        let start = draft.msg.size();
        draft.sent = self.sent;
        let mut opts = self.opts;
        let mut peer = false;
        while let Some(word) = w.next() {
            let taken = |row: &&Opt| {
                row.once == Once::Unknown && draft.late.attrs(0).find(row.attr).is_some()
            };
            let Some(row) = find(opts, word).filter(|row| !taken(row)) else {
                if peer {
                    w.back();
                    return Ok(true);
                }
                let said = if args::prefix(word, "help") || self.unknown.is_empty() {
                    Vec::new()
                } else {
                    fill(self.unknown, &[name, word])
                };
                return Err(self.with_help(name, Error::refused("%", &said)));
            };
            if matches!(row.ty, Ty::Link(LinkWord::Peer)) {
                peer = true;
                let at = opts.iter().position(|opt| std::ptr::eq(opt, row));
                opts = &opts[at.map_or(0, |at| at + 1)..];
                continue;
            }
            parse_value(row, word, self.reason, w, draft, start)
                .map_err(|e| self.with_help(name, e))?;
        }
        Ok(peer)
    }

    /// A refusal that ends with a newline, or says nothing, has the help behind it.
    fn with_help(&self, name: &[u8], e: Error) -> Error {
        let text = e.text();
        if e.code() == REFUSED && (text.is_empty() || text.ends_with(b"\n")) {
            return Error::refused("%", &[text, &self.help(name)].concat());
        }
        e
    }

    /// Whether a change begins with what the link has.
    pub fn reads(&self) -> bool {
        self.reads
    }

    /// Adds what comes behind the words' own attributes, which begin at `start`. All names are numbers by now.
    pub fn finish(
        &self,
        name: &[u8],
        creates: bool,
        draft: &mut Draft,
        start: usize,
    ) -> Result<()> {
        let mut late = std::mem::take(&mut draft.late);
        let mut skip: &[u16] = &[];
        if let Some(finish) = self.finish {
            let mut options = Options {
                name,
                creates,
                family: draft.family,
                data: draft.msg.attrs(start),
                late: &mut late,
                warnings: &mut draft.warnings,
                skip,
            };
            finish(&mut options).map_err(|e| self.with_help(name, e))?;
            skip = options.skip;
        }
        let mut rest = self.sent.iter().filter(|sent| !skip.contains(&sent.attr()));
        while rest
            .next()
            .is_some_and(|sent| sent.put(late.attrs(0), creates, &mut draft.msg))
        {}
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
