//! An address as the kernel reports it, and which are shown: the words of `ip address show` that choose them (those that
//! choose links are in `iface`), and the addresses by interface. It is no command of its own.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, Result};
use crate::ip::command::Ctx;
use crate::ip::iface;
use crate::names::{self, Names};
use crate::nl::uapi::{af, ifa, ifa_f, rtm};
use crate::nl::wire::{Attr, Attrs, Message, Msg, field};
use crate::out::{Color, Out};
use crate::text::{add_address, add_unsigned, hexadecimal};

/// `IFA_F_*` by bit, in the order in which they are shown.
pub const FLAGS: &str = "0 secondary|0 temporary|1 nodad|2 optimistic|3 dadfailed|4 home|5 deprecated|6 tentative|\
    7 permanent|8 mngtmpaddr|9 noprefixroute|10 autojoin|11 stable-privacy";

/// For ever, in a lifetime.
pub const FOREVER: u32 = u32::MAX;

/// An address message.
pub struct Record<'a> {
    kind: u16,
    /// `AF_*`.
    pub family: u8,
    len: u8,
    /// `RT_SCOPE_*`.
    pub scope: u8,
    /// `IFA_F_*`.
    pub flags: u32,
    /// Index of its interface.
    pub index: u32,
    attrs: [Option<Attr<'a>>; 12],
}

/// Reads an address message; `None` if it is none.
pub fn decode(message: Message<'_>) -> Option<Record<'_>> {
    let body = message.body;
    if !matches!(message.kind, rtm::NEWADDR | rtm::DELADDR) {
        return None;
    }
    let mut attrs = [None; 12];
    Attrs(body.get(8..)?).index(&mut attrs);
    let mut record = Record {
        kind: message.kind,
        family: body[0],
        len: body[1],
        scope: body[3],
        flags: body[2].into(),
        index: field(body, 4)?,
        attrs,
    };
    if let Some(flags) = record.get(ifa::FLAGS).and_then(Attr::u32) {
        record.flags = flags;
    }
    Some(record)
}

impl<'a> Record<'a> {
    /// An attribute.
    pub fn get(&self, attr: u16) -> Option<Attr<'a>> {
        self.attrs.get(usize::from(attr)).copied().flatten()
    }

    /// The address itself: on a point-to-point link the near end.
    pub fn local(&self) -> Option<&'a [u8]> {
        Some(self.get(ifa::LOCAL).or(self.get(ifa::ADDRESS))?.0)
    }
}

/// Prints an address, to the end of its last line.
pub fn show(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    let color = if record.family == af::INET6 {
        Color::Inet6
    } else {
        Color::Inet
    };
    let address = |form: &str, attr: Attr, out: &mut Out| {
        add_address(out.value(), attr.0);
        out.paint(color).put(form, true);
    };
    if record.kind == rtm::DELADDR {
        out.yes("deleted|Deleted ");
    }
    if !ctx.brief {
        if out.style.oneline {
            out.uint("index|%: ", record.index.into());
            names.link(record.index, out.value());
            out.put("dev|%", true);
        }
        match record.family {
            af::INET => out.str("family|    % ", b"inet"),
            af::INET6 => out.str("family|    % ", b"inet6"),
            other => out.uint("family_index|    family % ", other.into()),
        }
    }
    let peer = record.get(ifa::ADDRESS);
    if let Some(own) = record.get(ifa::LOCAL).or(peer) {
        address("local|%", own, out);
        if let Some(peer) = peer.filter(|peer| *peer != own) {
            out.text(" peer ");
            address("address|%", peer, out);
        }
    }
    out.uint("prefixlen|/% ", record.len.into());
    if let Some(metric) = record.get(ifa::RT_PRIORITY).and_then(Attr::u32) {
        out.uint("metric|metric % ", metric.into());
    }
    if ctx.brief {
        return;
    }
    for &(attr, word, form) in &[
        (ifa::BROADCAST, "brd ", "broadcast|% "),
        (ifa::ANYCAST, "any ", "anycast|% "),
        (ifa::MULTICAST, "mcast ", "multicast|% "),
    ] {
        if let Some(found) = record.get(attr) {
            out.text(word);
            address(form, found, out);
        }
    }
    let name = |table, file, n: u8, out: &mut Out| {
        let known = match names::in_table(table, n.into()) {
            _ if ctx.numeric => None,
            Some(name) => Some(name.into()),
            None => names::in_file(file, n.into()),
        };
        let text = out.value();
        match known {
            Some(name) => *text = name,
            None if table == names::SCOPES => add_unsigned(text, n.into()),
            None => {
                text.extend_from_slice(b"0x");
                hexadecimal(text, n.into(), 1);
            }
        }
    };
    name(names::SCOPES, "rt_scopes", record.scope, out);
    out.put("scope|scope % ", true);
    show_flags(record, out);
    if let Some(proto) = record.get(ifa::PROTO).and_then(Attr::u8)
        && (proto != 0 || out.json())
    {
        name(names::ADDR_PROTOS, "rt_addrprotos", proto, out);
        out.put("protocol|proto % ", true);
    }
    if let Some(label) = record.get(ifa::LABEL) {
        out.str("label|%", label.str());
    }
    if let Some(lifetimes) = record.get(ifa::CACHEINFO) {
        out.line_break();
        for &(at, word, key) in &[
            (4, "       valid_lft ", "valid_life_time"),
            (0, " preferred_lft ", "preferred_life_time"),
        ] {
            let time = field(lifetimes.0, at).unwrap_or(FOREVER);
            let past = at == 0 && record.flags & ifa_f::DEPRECATED != 0;
            out.text(word);
            match time {
                _ if out.json() => out.uint(key, time.into()),
                FOREVER => out.text("forever"),
                _ if past => out.int("|%sec", (time as i32).into()),
                _ => out.uint("|%sec", time.into()),
            }
        }
    }
    out.text("\n");
}

fn show_flags(record: &Record, out: &mut Out) {
    // What is temporary in one family is secondary in the other, and what is not permanent is dynamic.
    let other: &[u8] = if record.family == af::INET6 {
        b"secondary"
    } else {
        b"temporary"
    };
    let mut rest = record.flags ^ ifa_f::PERMANENT;
    for (bit, name) in names::Rows(FLAGS.as_bytes()).filter(|row| row.1 != other) {
        let bit = 1 << bit;
        let name = if bit == ifa_f::PERMANENT {
            b"dynamic"
        } else {
            name
        };
        if rest & bit != 0 {
            out.word(name);
        }
        rest &= !bit;
    }
    if rest != 0 {
        hexadecimal(out.value(), rest.into(), 2);
        out.put("ifa_flags|flags % ", true);
    }
}

/// Which addresses are shown.
#[derive(Default)]
pub struct Wanted<'a> {
    /// `AF_*`, 0 for all.
    pub family: u8,
    to: Option<Prefix>,
    scope: Option<u8>,
    flags: u32,
    flags_mask: u32,
    /// A shell pattern.
    pub label: Option<&'a [u8]>,
    proto: Option<u8>,
}

/// A scope's number: by name, or as it is.
pub fn scope(word: &[u8]) -> Option<u8> {
    let known = names::of_table(names::SCOPES, word).or_else(|| args::unsigned(word, 0xff));
    Some(known.or_else(|| names::of_file("rt_scopes", word))? as u8)
}

impl<'a> Wanted<'a> {
    /// Whether an address passes. One without a label has its interface's name for it.
    pub fn passes(&self, record: &Record, ifname: &[u8]) -> bool {
        let within = |prefix: &Prefix| {
            let local = record
                .local()
                .filter(|_| record.family == prefix.family)
                .unwrap_or_default();
            let bit = |bytes: &[u8], at: usize| Some(bytes.get(at / 8)? >> (7 - at % 8) & 1);
            (0..prefix.len.into())
                .all(|at| bit(local, at).is_some() && bit(local, at) == bit(prefix.bytes(), at))
                && record.family == prefix.family
        };
        let label = |pattern: &[u8]| {
            let label = record.get(ifa::LABEL).map_or(ifname, Attr::str);
            glob(pattern, label)
        };
        let proto = |proto: u8| {
            record
                .get(ifa::PROTO)
                .is_none_or(|attr| attr.u8() == Some(proto))
        };
        (self.family == 0 || self.family == record.family)
            && self.to.as_ref().is_none_or(within)
            && self.scope.is_none_or(|scope| scope == record.scope)
            && (self.flags ^ record.flags) & self.flags_mask == 0
            && self.label.is_none_or(label)
            && self.proto.is_none_or(proto)
    }

    /// Takes a word that chooses addresses, and its value. False if it is none.
    pub fn take(&mut self, word: &'a [u8], w: &mut Words<'a>) -> Result<bool> {
        let takes = |words: &[&[u8]]| words.contains(&word);
        let value = if takes(&[b"to", b"scope", b"label", b"proto"]) {
            w.value()?
        } else {
            b""
        };
        match word {
            b"to" => {
                let prefix = args::cidr(value, self.family)?;
                self.family = if self.family == 0 {
                    prefix.family
                } else {
                    self.family
                };
                self.to = Some(prefix);
            }
            b"scope" if value == b"all" => self.scope = None,
            b"scope" => {
                let number = scope(value);
                self.scope =
                    Some(number.ok_or_else(|| Error::bad_arg(value, "invalid \"scope\"\n"))?);
            }
            b"label" => self.label = Some(value),
            b"proto" => {
                let n = args::unsigned(value, 0xff);
                let n = n.ok_or_else(|| Error::bad_arg(value, "\"proto\" value is invalid\n"))?;
                self.proto = Some(n as u8);
            }
            _ => {
                let name = word.strip_prefix(b"-").unwrap_or(word);
                // Two words that mean the absence of a flag.
                let (bit, absent) = match name {
                    b"dynamic" => (ifa_f::PERMANENT, true),
                    b"primary" => (ifa_f::SECONDARY, true),
                    _ => match names::of_table(FLAGS, name) {
                        Some(bit) => (1 << bit, false),
                        None => return Ok(false),
                    },
                };
                let negated = name.len() < word.len();
                self.flags = if negated != absent {
                    self.flags & !bit
                } else {
                    self.flags | bit
                };
                self.flags_mask |= bit;
            }
        }
        Ok(true)
    }
}

/// Whether a shell pattern with `*`, `?` and `[...]` matches all of a text. What does not fit after a `*` is tried one byte
/// later; only the last `*` is ever come back to.
fn glob(mut pattern: &[u8], mut text: &[u8]) -> bool {
    let mut star: Option<(&[u8], &[u8])> = None;
    loop {
        if let Some(rest) = pattern.strip_prefix(b"*") {
            star = Some((rest, text));
            pattern = rest;
            continue;
        }
        if pattern.is_empty() && text.is_empty() {
            return true;
        }
        let fits = |(byte, later): (&u8, _)| Some((one(pattern, *byte)?, later));
        match (text.split_first().and_then(fits), star) {
            (Some(next), _) => (pattern, text) = next,
            (None, Some((rest, [_, later @ ..]))) => {
                star = Some((rest, later));
                (pattern, text) = (rest, later);
            }
            _ => return false,
        }
    }
}

/// What is left of a pattern after the part that is to match one byte; `None` if that part does not.
fn one(pattern: &[u8], byte: u8) -> Option<&[u8]> {
    let (&first, rest) = pattern.split_first()?;
    let end = rest
        .iter()
        .skip(2)
        .position(|b| *b == b']')
        .map(|at| at + 2);
    let end = end
        .or((rest.get(1) == Some(&b']')).then_some(1))
        .filter(|_| first == b'[');
    if let Some(end) = end {
        let negated = matches!(rest[0], b'!' | b'^');
        let mut set = &rest[usize::from(negated)..end];
        let mut found = false;
        while let Some((&low, after)) = set.split_first() {
            let (high, after) = match after {
                [b'-', high, after @ ..] => (*high, after),
                _ => (low, after),
            };
            found |= (low..=high).contains(&byte);
            set = after;
        }
        return (found != negated).then_some(&rest[end + 1..]);
    }
    match (first, rest.split_first()) {
        (b'?', _) => Some(rest),
        (b'\\', Some((escaped, rest))) => (*escaped == byte).then_some(rest),
        _ => (first == byte).then_some(rest),
    }
}

/// The addresses, by interface. The kernel goes through the interfaces in order, once for each family: each turn is a run
/// that can be searched.
#[derive(Default)]
pub struct Addresses {
    bytes: Vec<u8>,
    /// Interface, message type, and where the message's body is.
    list: Vec<(u32, u16, usize, usize)>,
}

impl Addresses {
    /// Hands on the addresses of one interface.
    pub fn of(&self, index: u32, each: &mut dyn FnMut(Record<'_>)) {
        let mut rest = &self.list[..];
        while !rest.is_empty() {
            let falls = rest.windows(2).position(|pair| pair[1].0 < pair[0].0);
            let (run, later) = rest.split_at(falls.map_or(rest.len(), |at| at + 1));
            let first = run.partition_point(|entry| entry.0 < index);
            for (_, kind, start, end) in run[first..].iter().take_while(|entry| entry.0 == index) {
                let body = &self.bytes[*start..*end];
                let message = Message {
                    kind: *kind,
                    flags: 0,
                    seq: 0,
                    body,
                    rest: &[],
                };
                decode(message).into_iter().for_each(&mut *each);
            }
            rest = later;
        }
    }
}

/// Asks for the addresses of one interface (0: of all) and family.
pub fn addresses(family: u8, index: u32, names: &mut Names) -> Result<Addresses> {
    let mut head = [family, 0, 0, 0, 0, 0, 0, 0];
    head[4..].copy_from_slice(&index.to_ne_bytes());
    for turn in 1.. {
        let mut all = Addresses::default();
        let mut msg = Msg::new(rtm::GETADDR, 0, &head);
        let consistent = names.socket()?.dump(&mut msg, &mut |message| {
            if let Some(record) = decode(message) {
                let start = all.bytes.len();
                all.bytes.extend_from_slice(message.body);
                all.list
                    .push((record.index, message.kind, start, all.bytes.len()));
            }
            Ok(())
        })?;
        if consistent || turn == iface::TRIES {
            return Ok(all);
        }
    }
    Ok(Addresses::default())
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn globs() {
        for (pattern, text, matches) in [
            ("eth0:*", "eth0:1", true),
            ("eth0:*", "eth0", false),
            ("*", "", true),
            ("?th[0-9]", "eth5", true),
            ("[!a-d]*", "b", false),
            ("[]]", "]", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("[", "[", true),
        ] {
            assert_eq!(
                glob(pattern.as_bytes(), text.as_bytes()),
                matches,
                "{pattern} {text}"
            );
        }
    }
}
