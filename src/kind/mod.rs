//! One row per option, and the engine that parses, prints and explains rows.
//!
//! The rows are in [`table`]; what no row can say is in [`odd`]. Table order is print order. Here is what a row is; how a
//! word becomes an attribute is in `value`, how an attribute becomes text in `show`, and what waits for a name in `draft`.

pub mod bond;
pub mod bridge;
pub mod can;
mod draft;
pub mod macsec;
pub mod odd;
pub mod overlay;
mod show;
pub mod small;
pub mod table;
mod tunnel;
mod tunnel_odd;
mod value;
pub mod words;

pub use draft::{Draft, vrf};
pub use show::{show, show_bits};
pub use value::{is_multicast, parse_value};

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result};
use crate::names::Names;
use crate::nl::uapi::nla_f;
use crate::nl::wire::{Attr, Attrs, Msg};
use crate::out::Out;
use crate::text::{self, add, fill};

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
    /// 32 bits on the wire, 16 at the most.
    Short32,
    /// The same, so many bits at the most.
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
    /// A number on the wire, a leading part of one of the row's words on the command line; only set.
    Prefix32,
    /// Eight bytes in hexadecimal joined by colons, a u64 on the wire; only set.
    Eui64,
    /// The same as `Word8`, as the mode of IPv6 addresses inside `IFLA_AF_SPEC`.
    Inet6Word8,
    /// The same of a byte, shown as the word alone, and not at all if there is none.
    Name8,
    /// As `Enum8`; a leading part of a word is taken too.
    Begin8,
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
    /// A byte again, refused in another way: `must be "on" or "off"`.
    OnOffA8,
    /// No value: a byte, 1, or 0 for the word with `no` before it (see [`args::named`]). Text has the word, with or without
    /// `no`, where it is not as the default says (0, 1, or 2 for none), or with `-d -d` (not with 4 more); JSON has it always.
    /// With 3, which is none too, an attribute that is not there is 0. See [`Sent::flag`].
    Bool8(u8),
    /// No value: 32 bits, this number; only set.
    Only32(u16),
    /// A byte, the lifetime of packets. `inherit` is another attribute: that number, 1 in so many bytes.
    Ttl(u8, u8),
    /// Bits of one u16, each its own row or its own word of a row; the word with `no` before it clears them. Such rows are
    /// late, as are those of the next two types.
    Bits16(u16),
    /// No value: a u16, this number. Text has the word alone if it is that, JSON `true`. Such rows are late; once one of an
    /// attribute was given, the others are unknown.
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
    /// No value: the index 0 under another word.
    NoDev,
    /// The same of 16 bits.
    Zero16,
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
    /// In text, not with `-j`.
    TextOnly,
    /// With `-j`, not in text.
    JsonOnly,
    /// If it is not 0.
    NonZero,
    /// The same in text; with `-j` always.
    TextNonZero,
}

/// One option of a link kind.
#[derive(Clone, Copy)]
pub struct Opt {
    ty: Ty,
    attr: u16,
    show: Show,
    once: u8,
    /// `words|text|json|reason|values`: the words that set it (see [`args::named`]; none for what is only shown), its name in
    /// text and in JSON, why a value is wrong (`%` is the first word), and words for values (`none=0 auto=1`). An empty name
    /// repeats the one before; an empty reason is the kind's; one with `!` in front is the whole text, with a second `%`
    /// for the value, and exit status 1; what is behind a `~` is for numbers. What is empty at the end is left out; an
    /// [`Odd`](odd::Odd) may have more behind it.
    names: &'static str,
}

/// A row.
pub const fn opt(attr: u16, ty: Ty, show: Show, names: &'static str) -> Opt {
    Opt {
        ty,
        attr,
        show,
        once: 0,
        names,
    }
}

impl Opt {
    /// A second one is an error.
    pub const fn once(mut self) -> Opt {
        self.once = 1;
        self
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
            Ty::Flag | Ty::FlagNull | Ty::NoDev | Ty::Zero16 | Ty::Bool8(_) => true,
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

/// Looks at the options of a link together, and completes them.
pub type Finish = fn(&mut Options) -> Result<()>;

/// The options of one link, as a [`Finish`] sees them.
pub struct Options<'o> {
    /// The kind's name.
    pub name: &'o [u8],
    /// Whether the link is to be made.
    pub creates: bool,
    /// The family of `-4` and `-6`, else 0.
    pub family: u8,
    /// What goes in the order of the words.
    pub data: Attrs<'o>,
    /// What is [`Sent`] behind that; of several with a number the last counts.
    pub late: &'o mut Msg,
    /// Lines for stderr.
    pub warnings: &'o mut Vec<u8>,
    /// What is not sent after all.
    pub skip: &'static [u16],
}

impl Options<'_> {
    /// An option, if it was given.
    pub fn get(&self, attr: u16) -> Option<Attr<'_>> {
        self.late.attrs(0).find(attr).or(self.data.find(attr))
    }

    /// Whether it was given.
    pub fn has(&self, attr: u16) -> bool {
        self.get(attr).is_some()
    }

    /// Refuses them: `KIND: TEXT`, status 1, with the kind's help if the text ends with a newline.
    pub fn refuse(&self, text: &str) -> Result<()> {
        Err(Error::refused(
            "%",
            &fill("%: %", &[self.name, text.as_bytes()]),
        ))
    }
}

/// An attribute that is sent behind those that are sent in the order of their words.
#[derive(Clone, Copy)]
pub struct Sent {
    attr: u16,
    width: u8,
    when: u8,
    default: u32,
}

/// If it was given.
const GIVEN: u8 = 0;
/// If it was given and is not 0.
const NONZERO: u8 = 1;
/// Always when a link is made, else if it was given.
const ADD: u8 = 2;
/// Always.
const ALWAYS: u8 = 3;
/// The width of what holds attributes.
const NESTED: u8 = 9;
/// If it was given and is not 0, without its value.
const FLAG: u8 = 4;
/// If it was given, and then nothing behind it.
const ALONE: u8 = 5;

impl Sent {
    const fn new(attr: u16, width: u8, when: u8, default: u32) -> Sent {
        Sent {
            attr,
            width,
            when,
            default,
        }
    }

    /// If it was given.
    pub const fn given(attr: u16) -> Sent {
        Sent::new(attr, 0, GIVEN, 0)
    }

    /// If it was given, with the bit that says that it holds attributes: `NLA_F_NESTED`.
    pub const fn nested(attr: u16) -> Sent {
        Sent::new(attr, NESTED, GIVEN, 0)
    }

    /// If it was given and is not 0.
    pub const fn nonzero(attr: u16) -> Sent {
        Sent::new(attr, 0, NONZERO, 0)
    }

    /// If it was given and is not 0: an empty attribute.
    pub const fn flag(attr: u16) -> Sent {
        Sent::new(attr, 0, FLAG, 0)
    }

    /// Always when a link is made: a number of so many bytes, this one if none was given.
    pub const fn add(attr: u16, width: u8, default: u32) -> Sent {
        Sent::new(attr, width, ADD, default)
    }

    /// Always.
    pub const fn always(attr: u16, width: u8, default: u32) -> Sent {
        Sent::new(attr, width, ALWAYS, default)
    }

    /// If it was given, and then nothing behind it.
    pub const fn alone(attr: u16) -> Sent {
        Sent::new(attr, 0, ALONE, 0)
    }

    /// The attribute's number.
    pub fn attr(&self) -> u16 {
        self.attr
    }

    /// What it is if it is not given.
    fn default_number(&self) -> u64 {
        self.default.into()
    }

    fn put(&self, late: Attrs, creates: bool, msg: &mut Msg) {
        let given = late.find(self.attr);
        match given {
            Some(attr)
                if !matches!(self.when, NONZERO | FLAG) || attr.0.iter().any(|byte| *byte != 0) =>
            {
                let nested = if self.width == NESTED {
                    nla_f::NESTED
                } else {
                    0
                };
                let value = if self.when == FLAG { &[] } else { attr.0 };
                msg.bytes(self.attr | nested, value)
            }
            None if self.when == ALWAYS || self.when == ADD && creates => {
                msg.number(self.attr, self.default.into(), self.width)
            }
            _ => {}
        }
    }
}

/// Finds the row that a word sets.
pub fn find(opts: &'static [Opt], word: &[u8]) -> Option<&'static Opt> {
    opts.iter().find(|row| args::named(word, row.spellings()))
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

    /// Its rows.
    pub fn rows(&self) -> &'static [Opt] {
        self.opts
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
                matches!(row.ty, Ty::Only16(_)) && draft.late.attrs(0).find(row.attr).is_some()
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
        for sent in self.sent.iter().filter(|sent| !skip.contains(&sent.attr)) {
            sent.put(late.attrs(0), creates, &mut draft.msg);
            if sent.when == ALONE && late.attrs(0).find(sent.attr).is_some() {
                break;
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
        let no: &[u8] = if row.spellings().contains(&b'!') {
            b"[no]"
        } else {
            b""
        };
        let mut join: &[u8] = b"\n\t[ %%";
        let mut spellings = row.spellings();
        while let Some(spelling) = text::cut(&mut spellings, b',') {
            add(text, join, &[no, args::plain(spelling)]);
            join = b" | %%";
        }
        let before = text.len();
        let value: &[u8] = match row.ty {
            _ if row.is_bare() => b"",
            Ty::Odd(odd) => odd.help(),
            Ty::OnOff8 | Ty::OnOffA8 | Ty::OnOff32 | Ty::FlagBit(_) => b" { on | off }",
            Ty::Link(LinkWord::Flag(_) | LinkWord::NoFlag(_) | LinkWord::OnOff) => b" { on | off }",
            Ty::Link(LinkWord::Reason) => b" REASON { on | off }",
            Ty::Link(LinkWord::Inet | LinkWord::Vf) => b" ...",
            Ty::Link(LinkWord::Xdp(_)) => b" off",
            Ty::Bit(_) => b" { 0 | 1 }",
            Ty::Link(LinkWord::Peer) => b" [ OPTION ... ] [ SETTING ... ]",
            Ty::Mac => b" LLADDR",
            Ty::Dev => b" DEV",
            Ty::Ip4 | Ty::Ip46(..) | Ty::End(_) => b" ADDR",
            Ty::IpList(_) => b" [ ADDR,... ]",
            _ => {
                if row.takes_number() && row.values().next().is_some() {
                    add(text, b" { %", &[&row.word().to_ascii_uppercase()]);
                }
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
        if matches!(row.ty, Ty::Link(LinkWord::Peer)) {
            // What follows are the same words for the peer.
            break;
        }
    }
}
