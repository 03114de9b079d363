//! One row per option, and the engine that parses, prints and explains rows.
//!
//! The rows are in [`table`]; what no row can say is in [`odd`]. Table order is print order.

pub mod odd;
pub mod table;

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result, decimal};
use crate::names::{self, Names};
use crate::nl::wire::{Attr, Attrs, Msg};
use crate::out::{Color, Out, hex, hexadecimal};

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
    /// As `Enum32`; a leading part of a word is taken too, with a warning.
    OneOf32,
    /// A number on the command line, the row's words in print.
    Pick8,
    /// `on` or `off`, a byte.
    OnOff8,
    /// Bits of one u16, each its own row or its own word of a row. What is given last wins for the rest.
    Bits16(u16),
    /// One bit of a value and a mask, both u32: the option's value is a byte, 0 or 1.
    Bit(u8),
    /// `on` or `off` for a bit of a value and a mask, in print a member of the list `<A,B>` that the first row opens.
    FlagBit(u32),
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
    /// `on` sets the bit, or clears it if inverted.
    Flags(u32, bool),
    OnOff,
    Type,
    Alias,
    Group,
    LinkNetns,
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
    attr: u16,
    ty: Ty,
    show: Show,
    /// `words|text|json|reason`: the words that set it (see [`args::spelled`]; none for what is only shown), its name
    /// in text and in JSON, and why a value is wrong (`%` is the first word). An empty field repeats the one before; an
    /// empty reason is the kind's; one with `!` in front is the whole text, with `#` for the value, and exit status 1.
    names: &'static str,
    /// `none=0 auto=1`: words for values.
    words: &'static str,
    once: bool,
    late: bool,
}

/// A row.
pub const fn opt(attr: u16, ty: Ty, show: Show, names: &'static str, words: &'static str) -> Opt {
    Opt {
        attr,
        ty,
        show,
        names,
        words,
        once: false,
        late: false,
    }
}

impl Opt {
    /// A second one is an error.
    pub const fn once(mut self) -> Opt {
        self.once = true;
        self
    }

    /// Sent after all that is not late, whatever the order of the words.
    pub const fn late(mut self) -> Opt {
        self.late = true;
        self
    }

    fn part(&self, n: usize) -> &'static str {
        self.names.split('|').nth(n).unwrap_or("")
    }

    /// The spellings that set it.
    pub fn spellings(&self) -> &'static str {
        self.part(0)
    }

    /// The word that errors name.
    pub fn word(&self) -> String {
        args::plain(self.part(0).split(',').next().unwrap_or(""))
    }

    fn text(&self) -> String {
        if self.part(1).is_empty() {
            self.word()
        } else {
            self.part(1).into()
        }
    }

    fn json(&self) -> String {
        if self.part(2).is_empty() {
            self.text()
        } else {
            self.part(2).into()
        }
    }

    /// The attribute's number.
    pub fn attr(&self) -> u16 {
        self.attr
    }

    /// Its type.
    pub fn ty(&self) -> Ty {
        self.ty
    }

    fn values(&self) -> impl Iterator<Item = (&'static str, u64)> + use<> {
        let pair = |word: &'static str| {
            let (word, n) = word.split_once('=')?;
            Some((word, args::unsigned(n.as_bytes(), u64::MAX)?))
        };
        self.words.split(' ').filter_map(pair)
    }

    /// Whether its value takes no word.
    fn is_bare(&self) -> bool {
        match self.ty {
            Ty::Flag | Ty::NoDev => true,
            Ty::Bits16(bits) => bits != 0,
            _ => false,
        }
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
    check: Option<fn(&[Field]) -> Option<&'static str>>,
}

/// A value on its way to the wire.
#[derive(Debug)]
pub enum Val<'a> {
    /// Bytes as they are.
    Bytes(Vec<u8>),
    /// A device, to be its index, and why the word is wrong if there is none.
    Dev(&'a [u8], &'static str),
    /// Attributes inside.
    Nest(Vec<Field<'a>>),
    /// A network namespace, to be a descriptor.
    Netns(&'a [u8]),
    /// A network namespace, to be its id.
    NetnsId(&'a [u8]),
    /// A fixed header and the attributes behind it: the other end of a pair.
    Peer([u8; 16], Vec<Field<'a>>),
}

/// An attribute on its way to the wire.
#[derive(Debug)]
pub struct Field<'a> {
    /// Its number.
    pub attr: u16,
    /// Its value.
    pub val: Val<'a>,
}

impl<'a> Field<'a> {
    /// An attribute with a host-order u32.
    pub fn u32(attr: u16, n: u32) -> Field<'a> {
        Field {
            attr,
            val: Val::Bytes(n.to_ne_bytes().into()),
        }
    }

    /// The attribute's bytes; nothing where it is no plain value.
    pub fn payload(&self) -> &[u8] {
        if let Val::Bytes(bytes) = &self.val {
            bytes
        } else {
            &[]
        }
    }

    /// Adds the attribute to a message. Names are numbers by now.
    pub fn encode(&self, msg: &mut Msg) {
        match &self.val {
            Val::Bytes(bytes) => msg.bytes(self.attr, bytes),
            Val::Nest(fields) => msg.nest(self.attr, |m| fields.iter().for_each(|f| f.encode(m))),
            Val::Peer(head, fields) => msg.nest(self.attr, |m| {
                m.raw(head);
                fields.iter().for_each(|f| f.encode(m));
            }),
            Val::Dev(..) | Val::Netns(_) | Val::NetnsId(_) => {}
        }
    }
}

/// Finds the row that a word sets.
pub fn find(opts: &'static [Opt], word: &[u8]) -> Option<&'static Opt> {
    opts.iter().find(|row| args::named(word, row.spellings()))
}

/// Adds the value of `row` to `fields`. `reason` says what is wrong with a value where the row does not.
pub fn parse_value<'a>(
    row: &'static Opt,
    reason: &'static str,
    w: &mut Words<'a>,
    fields: &mut Vec<Field<'a>>,
) -> Result<()> {
    let value = if row.is_bare() { b"" } else { w.value()? };
    let key = row.word();
    if row.once && fields.iter().any(|field| field.attr == row.attr) {
        return Err(Error::duplicate(&key, value));
    }
    let wrong = || {
        let said = row.part(3);
        let reason = if said.is_empty() { reason } else { said };
        match reason.strip_prefix('!') {
            None => Error::bad_arg(value, &reason.replacen('%', &key, 1)),
            Some(whole) => {
                let (before, after) = whole.split_once('#').unwrap_or((whole, ""));
                let before = before.replacen('%', &key, 1);
                Error::new(REFUSED, cat![&before, value, after])
            }
        }
    };
    let number = |max: u64| {
        let mut words = row.values().filter(|(word, _)| word.as_bytes() == value);
        let word = words
            .next()
            .map(|(_, n)| n)
            .filter(|_| !matches!(row.ty, Ty::Pick8));
        word.or_else(|| args::unsigned(value, max))
            .ok_or_else(wrong)
    };
    let member = || {
        row.values()
            .find(|(word, _)| word.as_bytes() == value)
            .map(|(_, n)| n)
    };
    let bytes = match row.ty {
        Ty::Flag => Vec::new(),
        Ty::NoDev => vec![0; 4],
        Ty::U8 | Ty::Pick8 => vec![number(0xff)? as u8],
        Ty::U16 | Ty::Hex16 => (number(0xffff)? as u16).to_ne_bytes().into(),
        Ty::U32 => (number(u32::MAX.into())? as u32).to_ne_bytes().into(),
        Ty::U64 => number(u64::MAX)?.to_ne_bytes().into(),
        Ty::S32 => args::signed(value).ok_or_else(wrong)?.to_ne_bytes().into(),
        Ty::OnOff8 => vec![args::on_off(value, &key, true)?.into()],
        Ty::Word8 => {
            let known = |word: &str| word.as_bytes().eq_ignore_ascii_case(value);
            vec![
                row.values()
                    .find(|(word, _)| known(word))
                    .ok_or_else(wrong)?
                    .1 as u8,
            ]
        }
        Ty::Enum32 => {
            let n = member().ok_or_else(|| not_a_member(row, value))?;
            (n as u32).to_ne_bytes().into()
        }
        Ty::OneOf32 => (one_of(row, value, w)? as u32).to_ne_bytes().into(),
        Ty::Bits16(0) => {
            let bits = member().ok_or_else(|| not_a_member(row, value))? as u16;
            return or_bits(fields, row.attr, bits.to_ne_bytes().into());
        }
        Ty::Bits16(bit) => return or_bits(fields, row.attr, bit.to_ne_bytes().into()),
        Ty::Bit(bit) => {
            let on = u32::from(number(0xff)? != 0) << bit;
            return set_bits(fields, row.attr, on, 1 << bit);
        }
        Ty::FlagBit(bit) => {
            let on = args::on_off(value, &key, false)?;
            return set_bits(fields, row.attr, if on { bit } else { 0 }, bit);
        }
        Ty::Ethertype => {
            let known = names::of_table(names::VLAN_PROTOCOLS, &value.to_ascii_uppercase());
            let known = known.or_else(|| names::of_table(names::VLAN_PROTOCOLS, value));
            let n = known
                .or_else(|| args::unsigned(value, 0xffff))
                .ok_or_else(wrong)?;
            (n as u16).to_be_bytes().into()
        }
        Ty::Mac => args::lladdr(value)?,
        Ty::Str => cat![value, "\0"],
        Ty::Dev => {
            fields.push(Field {
                attr: row.attr,
                val: Val::Dev(value, row.part(3)),
            });
            return Ok(());
        }
        Ty::Odd(odd) => return odd.parse(row.attr, value, w, fields),
        // These are never set.
        Ty::BridgeId | Ty::Centi64 | Ty::True8 | Ty::HexBytes | Ty::Link(_) => return Err(wrong()),
    };
    if row.late {
        fields.retain(|field| field.attr != row.attr);
    }
    fields.push(Field {
        attr: row.attr,
        val: Val::Bytes(bytes),
    });
    Ok(())
}

/// Bits of one number, gathered over the words.
fn or_bits(fields: &mut Vec<Field>, attr: u16, bits: Vec<u8>) -> Result<()> {
    let old = fields.iter_mut().find(|field| field.attr == attr);
    match old {
        Some(Field {
            val: Val::Bytes(old),
            ..
        }) => {
            old.iter_mut().zip(&bits).for_each(|(old, new)| *old |= new);
        }
        _ => fields.push(Field {
            attr,
            val: Val::Bytes(bits),
        }),
    }
    Ok(())
}

/// A value and a mask, gathered over the words; the last word on a bit wins.
fn set_bits(fields: &mut Vec<Field>, attr: u16, on: u32, mask: u32) -> Result<()> {
    let pair = [0, mask].map(u32::to_ne_bytes).concat();
    or_bits(fields, attr, pair)?;
    if let Some(Field {
        val: Val::Bytes(old),
        ..
    }) = fields.iter_mut().find(|f| f.attr == attr)
    {
        for ((old, mask), on) in old.iter_mut().zip(mask.to_ne_bytes()).zip(on.to_ne_bytes()) {
            *old = *old & !mask | on;
        }
    }
    Ok(())
}

/// `"a", "b" or "c"`.
fn not_a_member(row: &'static Opt, value: &[u8]) -> Error {
    let mut list = String::new();
    let count = row.values().count();
    for (n, (word, _)) in row.values().enumerate() {
        list.push_str(if n == 0 {
            ""
        } else if n + 1 == count {
            " or "
        } else {
            ", "
        });
        list.push('"');
        list.push_str(word);
        list.push('"');
    }
    args::not_one_of(value, &row.word(), &list)
}

/// A word of the list, or with a warning the first that it is a leading part of.
fn one_of(row: &'static Opt, value: &[u8], w: &mut Words<'_>) -> Result<u64> {
    if let Some((_, n)) = row.values().find(|(word, _)| word.as_bytes() == value) {
        return Ok(n);
    }
    if let Some((word, n)) = row.values().find(|(word, _)| args::prefix(value, word)) {
        w.warn(&cat![
            "WARNING: '",
            value,
            "' matches '",
            word,
            "' by prefix."
        ]);
        w.warn(b"Matching by prefix is deprecated in this context, please use the full string.");
        return Ok(n);
    }
    let words: Vec<String> = row
        .values()
        .map(|(word, _)| ["\"", word, "\""].concat())
        .collect();
    let list = ["one of ", &words.join(", ")].concat();
    Err(args::not_one_of(value, &row.word(), &list))
}

impl Kind {
    /// The kind of that name, if its options are known.
    pub fn named(name: &[u8]) -> Option<&'static Kind> {
        table::KINDS
            .iter()
            .find(|kind| kind.names.split(',').any(|known| known.as_bytes() == name))
    }

    /// Whether any word may follow its name.
    pub fn has_options(&self) -> bool {
        !self.opts.is_empty()
    }

    /// Parses the options of this kind up to the end of the line.
    pub fn parse<'a>(&self, name: &[u8], w: &mut Words<'a>) -> Result<Vec<Field<'a>>> {
        let mut fields = Vec::new();
        while let Some(word) = w.next() {
            if args::prefix(word, "help") {
                return Err(Error::new(REFUSED, self.help(name)));
            }
            let Some(row) = find(self.opts, word) else {
                let said = cat![
                    name,
                    ": unknown ",
                    self.unknown,
                    " \"",
                    word,
                    "\"?\n",
                    &self.help(name)
                ];
                return Err(Error::new(REFUSED, said));
            };
            parse_value(row, self.reason, w, &mut fields).map_err(|e| match e.text() {
                b"" => Error::new(REFUSED, self.help(name)),
                _ => e,
            })?;
        }
        if let Some(said) = self.check.and_then(|check| check(&fields)) {
            return Err(Error::new(
                REFUSED,
                cat![name, ": ", said, "\n", &self.help(name)],
            ));
        }
        let late = |field: &Field| {
            self.opts
                .iter()
                .position(|row| row.late && row.attr == field.attr)
        };
        fields.sort_by_key(|field| late(field).map_or(0, |at| at + 1));
        Ok(fields)
    }

    /// The options, each with its values: made of the rows.
    pub fn help(&self, name: &[u8]) -> Vec<u8> {
        let mut text = cat!["Usage: ... ", name];
        for row in self.opts.iter().filter(|row| !row.spellings().is_empty()) {
            let words: Vec<String> = row.spellings().split(',').map(args::plain).collect();
            let words = words.join(" | ");
            text.extend(cat!["\n\t[ ", &words]);
            let values: Vec<&str> = row.values().map(|(word, _)| word).collect();
            let choice = ["{ ", &values.join(" | "), " }"].concat();
            let said = match row.ty {
                _ if row.is_bare() => "",
                Ty::Odd(odd) => odd.help(),
                Ty::OnOff8 | Ty::FlagBit(_) => "{ on | off }",
                Ty::Bit(_) => "{ 0 | 1 }",
                Ty::Mac => "LLADDR",
                Ty::Dev => "DEV",
                _ if !values.is_empty() => &choice,
                _ => &row.word().to_ascii_uppercase(),
            };
            text.extend(cat![if said.is_empty() { "" } else { " " }, said, " ]"]);
        }
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

/// Prints what the kernel has of each row, in the order of the rows.
pub fn show(rows: &'static [Opt], data: Attrs<'_>, out: &mut Out, names: &mut Names) {
    let mut rows = rows.iter();
    while let Some(row) = rows.next() {
        let shown = row.show == Show::Always || row.show == Show::TextOnly && !out.json();
        if let Some(attr) = data.find(row.attr).filter(|_| shown) {
            match row.ty {
                Ty::FlagBit(_) => {
                    show_flags(row, rows.as_slice(), attr, out);
                    while rows
                        .as_slice()
                        .first()
                        .is_some_and(|next| next.attr == row.attr)
                    {
                        rows.next();
                    }
                }
                Ty::Odd(odd) => odd.show(attr, data, out),
                _ => show_value(row, attr, out, names),
            }
        }
    }
}

/// `<A,B>` of the bits that are set, of which each is a row.
fn show_flags(first: &'static Opt, rest: &'static [Opt], attr: Attr<'_>, out: &mut Out) {
    let value = crate::nl::wire::field(attr.payload, 0).unwrap_or(0);
    out.array("flags");
    let mut mark = "<%";
    for row in [first]
        .into_iter()
        .chain(rest.iter().take_while(|row| row.attr == first.attr))
    {
        if matches!(row.ty, Ty::FlagBit(bit) if value & bit != 0) {
            out.str("", mark, row.text().to_ascii_uppercase());
            mark = ",%";
        }
    }
    out.array_end();
    out.text(if mark == "<%" { "<> " } else { "> " });
}

fn show_value(row: &'static Opt, attr: Attr<'_>, out: &mut Out, names: &mut Names) {
    let key = &row.json();
    let text = &[&row.text(), " % "].concat();
    let word = |n: u64| {
        row.values()
            .find(|(_, value)| *value == n)
            .map(|(word, _)| word)
    };
    let number = attr.number();
    match row.ty {
        Ty::U8 | Ty::U16 | Ty::U32 | Ty::U64 => {
            let Some(n) = number else { return };
            match word(n).filter(|_| !out.json()) {
                Some(word) => out.str(key, text, word),
                None => out.uint(key, text, n),
            }
        }
        Ty::S32 => {
            let Some(n) = attr.i32() else { return };
            out.int(key, text, n.into());
        }
        Ty::Hex16 => {
            let Some(n) = number else { return };
            let mark = if n == 0 { "" } else { "0x" };
            out.str(key, text, cat![mark, &hexadecimal(n, 1)]);
        }
        Ty::Enum32 | Ty::OneOf32 => {
            let Some(n) = number else { return };
            out.str(key, text, word(n).unwrap_or("unknown"));
        }
        Ty::Pick8 => {
            let Some(n) = number else { return };
            match word(n) {
                Some(word) => out.str(key, text, word),
                None => out.uint(
                    &[key, "_index"].concat(),
                    &[&row.text(), " (%) "].concat(),
                    n,
                ),
            }
        }
        Ty::OnOff8 => {
            let Some(n) = attr.u8() else { return };
            out.on_off(key, text, n != 0);
        }
        Ty::Flag | Ty::Bits16(_) => {
            if !matches!(row.ty, Ty::Bits16(bit) if number.unwrap_or(0) & u64::from(bit) == 0) {
                out.yes(key, &[&row.text(), " "].concat());
            }
        }
        Ty::Bit(bit) => {
            let at = |at| crate::nl::wire::field(attr.payload, at).unwrap_or(0) >> bit & 1;
            if at(4) == 1 {
                out.uint(key, text, at(0).into());
            }
        }
        Ty::Ethertype => {
            let Some(n) = attr.be16() else { return };
            match names::in_table(names::VLAN_PROTOCOLS, n.into()) {
                Some(name) => out.str(key, text, name),
                None => out.str(key, text, cat!["[", &decimal(n.into()), "]"]),
            }
        }
        Ty::Mac => out.str(key, text, mac(attr.payload)),
        Ty::Str => out.str(key, text, attr.str()),
        Ty::True8 => {
            if attr.u8().unwrap_or(0) != 0 {
                out.yes(key, &[&row.text(), " "].concat());
            }
        }
        Ty::HexBytes => {
            let mut digits = Vec::new();
            attr.payload.iter().for_each(|byte| hex(&mut digits, *byte));
            out.str(key, text, digits);
        }
        Ty::Dev => {
            let Some(index) = attr.u32().filter(|index| *index != 0) else {
                return;
            };
            out.str(key, text, names.link(index).0);
        }
        Ty::BridgeId => {
            let Some((priority, address)) = attr.payload.split_first_chunk::<2>() else {
                return;
            };
            let mut id = hexadecimal(u16::from_be_bytes(*priority).into(), 4);
            for (n, byte) in address.iter().enumerate() {
                id.push(if n == 0 { b'.' } else { b':' });
                id.extend(hexadecimal((*byte).into(), 1));
            }
            out.str(key, text, id);
        }
        Ty::Centi64 => {
            let Some(n) = attr.u64() else { return };
            let mut seconds = decimal((n / 100) as i64);
            seconds.extend([b'.', b'0' + (n / 10 % 10) as u8, b'0' + (n % 10) as u8]);
            if !out.json() {
                let blanks = 7usize.saturating_sub(seconds.len());
                seconds.splice(0..0, vec![b' '; blanks]);
            }
            out.number(key, text, &seconds);
        }
        Ty::NoDev | Ty::Word8 | Ty::FlagBit(_) | Ty::Odd(_) | Ty::Link(_) => {}
    }
}

/// Bytes in hexadecimal joined by colons.
pub fn mac(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for (n, byte) in bytes.iter().enumerate() {
        if n > 0 {
            text.push(b':');
        }
        hex(&mut text, *byte);
    }
    text
}

/// Prints a link-layer address in its colour.
pub fn show_mac(out: &mut Out, key: &str, template: &str, text: &[u8]) {
    out.paint(Color::Mac).str(key, template, text);
}
