//! Bytes: words -> message against golden lines, recorded replies -> text and JSON, options there and back, and what is cut
//! short or damaged is no panic. No kernel is asked: the names are told beforehand.
//!
//! The lines are in `bytes/requests.txt` and `bytes/options.txt`, as of a little-endian host: what is a number in the
//! order of the host stands in `<>`, and is turned round on a big-endian one.

mod common;

use common::words;
use ipso::args::Words;
use ipso::error::Error;
use ipso::ip::iface::Part;
use ipso::ip::stats::stats;
use ipso::ip::{Ctx, addr, iface, inet, link, netns, property};
use ipso::kind::{Draft, Kind, table};
use ipso::names::Names;
use ipso::nl::uapi::{bond, bond_ad_info, bond_slave, can};
use ipso::nl::uapi::{br, brport, ifa, ifla, inet6, info, macvlan, querier, reason, vf, xdp};
use ipso::nl::uapi::{hsr, ipoib, ovpn, rmnet, tun, vrf_port, xfrm};
use ipso::nl::wire::{Attrs, Message, Messages, Msg};
use ipso::ns::freed::returning;
use ipso::out::{Out, Style};
use std::collections::HashSet;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const REQUESTS: &str = include_str!("bytes/requests.txt");
/// With the names of the files.
const OPTIONS: &[(&str, &str)] = &[
    ("options.txt", include_str!("bytes/options.txt")),
    ("small.txt", include_str!("bytes/small.txt")),
    ("masters.txt", include_str!("bytes/masters.txt")),
    ("overlay.txt", include_str!("bytes/overlay.txt")),
    ("tunnels.txt", include_str!("bytes/tunnels.txt")),
];

const ACK: u16 = 4;
const NEWLINK: u16 = 16;
const DELLINK: u16 = 17;
const NEWADDR: u16 = 20;
const DELADDR: u16 = 21;

/// UP, RUNNING and LOWER_UP.
const RUNS: u32 = 0x10041;

/// The names that the kernel would be asked for.
fn names() -> Names {
    let mut names = Names::default();
    names.saw(1, RUNS | 8, b"lo");
    names.saw(2, RUNS, b"d2");
    names.saw(3, 0, b"d3");
    names
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// ` TYPE:HEX` of each attribute, `N` behind the type for the bit of nested ones. Read anew here, not by what is tested.
fn attributes(mut bytes: &[u8]) -> String {
    let mut text = String::new();
    while !bytes.is_empty() {
        let len = usize::from(u16::from_ne_bytes([bytes[0], bytes[1]]));
        let kind = u16::from_ne_bytes([bytes[2], bytes[3]]);
        let nested = if kind & 0x8000 != 0 { "N" } else { "" };
        text += &format!(" {}{nested}:{}", kind & 0x3fff, hex(&bytes[4..len]));
        let end = len.next_multiple_of(4);
        assert!(
            bytes[len..end].iter().all(|byte| *byte == 0),
            "padding is zero"
        );
        bytes = &bytes[end..];
    }
    text
}

/// How long the fixed header of a message is.
fn fixed(kind: u16) -> usize {
    if matches!(kind, NEWADDR | DELADDR) {
        8
    } else {
        16
    }
}

fn described(bytes: &[u8]) -> String {
    let message = Messages(bytes).next().expect("a whole message");
    assert_eq!(message.body.len() + 16, bytes.len(), "one message");
    let (head, attrs) = message.body.split_at(fixed(message.kind));
    format!(
        "type {} fl {:x} hdr {} attrs{}",
        message.kind,
        message.flags,
        hex(head),
        attributes(attrs)
    )
}

fn refused(e: &Error) -> String {
    let text = String::from_utf8_lossy(e.text()).replace('\n', "\\n");
    format!("rc {} {text}", e.code())
}

/// The message that a command line makes, ready to be sent.
fn request(line: &str) -> Result<Vec<u8>, Error> {
    let words = words(line);
    let mut words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
    let family = match words[0] {
        b"-4" => 2,
        b"-6" => 10,
        _ => 0,
    };
    if family != 0 {
        words.remove(0);
    }
    let mut rest = Words::new(&words[2..]);
    let mut names = names();
    let mut msg = match (words[0], words[1]) {
        (b"addr", op) => {
            let op = match op {
                b"add" => addr::ADD,
                b"change" => addr::CHANGE,
                b"replace" => addr::REPLACE,
                b"del" => addr::DELETE,
                _ => panic!("no such command: {line}"),
            };
            addr::message(&mut rest, op, family, &mut names)?
        }
        (b"link", b"property") => property::message(&mut rest, &mut names)?,
        (b"link", op) => {
            let op = match op {
                b"add" => link::ADD,
                b"set" => link::SET,
                b"replace" => link::REPLACE,
                b"del" => link::DELETE,
                _ => panic!("no such command: {line}"),
            };
            link::message(&mut rest, op, family, &mut names)?.msg
        }
        _ => panic!("no such object: {line}"),
    };
    Ok(msg.finish(1, ACK)?.to_vec())
}

/// The bytes of an expectation as this host sends them: those of a number between `<` and `>` come last first on a
/// big-endian one.
fn sent(expected: &str) -> String {
    let mut text = String::new();
    for part in expected.split_inclusive(['<', '>']) {
        let number = part.strip_suffix('>').filter(|number| {
            number.len() >= 4 && number.bytes().all(|digit| digit.is_ascii_hexdigit())
        });
        match number {
            Some(number) => {
                text.truncate(text.len() - 1);
                let pairs = (0..number.len()).step_by(2).map(|at| &number[at..at + 2]);
                if cfg!(target_endian = "big") {
                    text.extend(pairs.rev());
                } else {
                    text.extend(pairs);
                }
            }
            None => text += part,
        }
    }
    text
}

#[test]
fn numbers_of_the_host() {
    let number = if cfg!(target_endian = "big") {
        "0000000000000005"
    } else {
        "0500000000000000"
    };
    assert_eq!(
        sent("1:<0500000000000000>ff <GVRP> <>"),
        format!("1:{number}ff <GVRP> <>")
    );
}

/// Whether an expectation is met; `…` at its end or begin stands for anything.
fn meets(found: &str, expected: &str) -> bool {
    match (expected.strip_suffix('…'), expected.strip_prefix('…')) {
        (Some(begin), _) => found.starts_with(begin),
        (_, Some(end)) => found.ends_with(end),
        _ => found == expected,
    }
}

/// The lines of a table that are no comments, with their numbers.
fn lines(table: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = table.lines().enumerate().map(|(n, line)| (n + 1, line));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

#[test]
fn requests() {
    let mut wrong = String::new();
    for (n, line) in lines(REQUESTS) {
        let (command, expected) = line.split_once(" => ").expect("COMMAND => MESSAGE");
        let found = match request(command) {
            Ok(bytes) => described(&bytes),
            Err(e) => refused(&e),
        };
        if !meets(&found, &sent(expected)) {
            wrong += &format!("requests.txt:{n}: {command}\n  - {expected}\n  + {found}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Words that are taken with a warning, and the warning.
#[test]
fn warnings() {
    let cases: &[(&[&str], &str)] = &[
        (
            &["10.0.0.1/24", "dev", "d2", "nodad"],
            "Warning: nodad option can be set only for IPv6 addresses\n",
        ),
        (
            &["fd00::1/64", "dev", "d2", "permanent", "stable-privacy"],
            "Warning: permanent option is not mutable from userspace\n\
             Warning: stable-privacy option is not mutable from userspace\n",
        ),
    ];
    for (line, expected) in cases {
        let list: Vec<&[u8]> = line.iter().map(|word| word.as_bytes()).collect();
        let mut words = Words::new(&list);
        let made = addr::message(&mut words, addr::ADD, 0, &mut names());
        assert!(made.is_ok(), "{line:?}");
        assert_eq!(String::from_utf8_lossy(&words.warnings), *expected);
    }
    let mut words = Words::new(&[b"10.0.0.1", b"dev", b"d2"]);
    assert!(addr::message(&mut words, addr::DELETE, 0, &mut names()).is_ok());
    assert_eq!(
        String::from_utf8_lossy(&words.warnings),
        "Warning: Executing wildcard deletion to stay compatible with old scripts.\n         \
         Explicitly specify the prefix length (10.0.0.1/32) to avoid this warning.\n         \
         This special behaviour is likely to disappear in further releases,\n         \
         fix your scripts!\n"
    );
    let list: [&[u8]; 5] = [b"k", b"type", b"vxlan", b"id", b"5"];
    let made = link::message(&mut Words::new(&list), link::ADD, 0, &mut names());
    let made = made.unwrap_or_else(|e| panic!("{}", refused(&e)));
    assert_eq!(
        String::from_utf8_lossy(&made.warnings),
        "vxlan: destination port not specified\n\
         Will use Linux kernel default (non-standard value)\n\
         Use 'dstport 4789' to get the IANA assigned value\n\
         Use 'dstport 0' to get default and quiet this message\n"
    );
    let list: [&[u8]; 6] = [b"k", b"type", b"bridge", b"stp_mode", b"k", b"fdb_flush"];
    let mut words = Words::new(&list);
    assert!(link::message(&mut words, link::ADD, 0, &mut names()).is_ok());
    assert_eq!(
        String::from_utf8_lossy(&words.warnings),
        "WARNING: 'k' matches 'kernel' by prefix.\n\
         Matching by prefix is deprecated in this context, please use the full string.\n"
    );
}

/// The options of a kind: each line says the kind, its words and the expectation.
fn options() -> impl Iterator<Item = (String, &'static str, &'static str)> {
    of_kinds(OPTIONS)
}

/// The lines of tables, each with its kind.
fn of_kinds(
    tables: &'static [(&str, &str)],
) -> impl Iterator<Item = (String, &'static str, &'static str)> {
    let mut kind = "";
    let all = tables
        .iter()
        .flat_map(|(file, table)| lines(table).map(move |(n, line)| (format!("{file}:{n}"), line)));
    all.filter_map(move |(n, line)| {
        let head = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'));
        kind = head.unwrap_or(kind);
        head.is_none().then_some((n, kind, line))
    })
}

/// A command line that makes a link of a kind, or for a slave's kind changes one.
fn with_kind(kind: &str, words: &str) -> String {
    match kind.ends_with("_slave") {
        true => format!("link set dev d3 type {kind} {words}"),
        false => format!("link add name k0 type {kind} {words}"),
    }
}

/// The kind's data in a request.
fn data_of(request: &[u8], slave: bool) -> Vec<u8> {
    let message = Messages(request).next().expect("a message");
    let info = Attrs(&message.body[16..]).find(18).expect("IFLA_LINKINFO");
    let data = info.attrs().find(if slave { 5 } else { 2 });
    data.unwrap_or_default().0.to_vec()
}

/// What a kind shows of its data.
fn shown(kind: &str, data: &[u8], json: bool) -> String {
    let style = Style {
        json,
        ..Style::default()
    };
    let mut out = Out::new(style);
    let kind = Kind::named(kind.as_bytes()).expect("a known kind");
    kind.show(Attrs(data), "", &mut out, &mut names());
    String::from_utf8(out.take()).expect("text")
}

/// Words -> bytes -> text and JSON, for each option of each kind.
#[test]
fn options_there_and_back() {
    let mut wrong = String::new();
    for (n, kind, line) in options() {
        let (differs, line) = match line.strip_prefix('!') {
            Some(line) => (true, line),
            None => (false, line),
        };
        let parts: Vec<&str> = line.split(" => ").collect();
        let words = parts[0];
        let found = match request(&with_kind(kind, words)) {
            Err(e) => refused(&e),
            Ok(request) => {
                let data = data_of(&request, kind.ends_with("_slave"));
                let (text, json) = (shown(kind, &data, false), shown(kind, &data, true));
                assert!(text.is_empty() || text.ends_with(' '), "{text:?}");
                let attrs = attributes(&data);
                let text = text.trim_end().replace('\n', "\\n").replace('\t', "\\t");
                format!("{} => {text} => {json}", attrs.trim_start())
            }
        };
        let expected = parts[1..].join(" => ");
        if meets(&found, &sent(&expected)) == differs {
            wrong += &format!("{n}: {kind} {words}\n  - {expected}\n  + {found}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// With `-N` an ethertype is a number.
#[test]
fn ethertypes_in_numbers() {
    let request = request(&with_kind("vlan", "protocol 802.1ad")).expect("a message");
    for (json, expected) in [
        (false, "protocol [34984] "),
        (true, "{\"protocol\":\"[34984]\"}"),
    ] {
        let mut out = Out::new(Style {
            json,
            numeric: true,
            ..Style::default()
        });
        let known = Kind::named(b"vlan").expect("a known kind");
        known.show(Attrs(&data_of(&request, false)), "", &mut out, &mut names());
        assert_eq!(String::from_utf8_lossy(&out.take()), expected);
    }
}

/// Booleans with `-d -d`: all of them, whatever the default.
#[test]
fn booleans_with_more_details() {
    let cases = [
        (
            "vxlan",
            "external learning noudpcsum dstport 9",
            "dstport 9 external learning noudp_csum ",
        ),
        (
            "geneve",
            "external udpcsum",
            "external id 0 ttl auto udpcsum ",
        ),
        (
            "bareudp",
            "dstport 5 ethertype ip",
            "dstport 5 ethertype ip nomultiproto ",
        ),
    ];
    for (kind, words, text) in cases {
        let request =
            request(&with_kind(kind, words)).unwrap_or_else(|e| panic!("{}", refused(&e)));
        let mut out = Out::new(Style {
            details: 2,
            ..Style::default()
        });
        let known = Kind::named(kind.as_bytes()).expect("a known kind");
        known.show(Attrs(&data_of(&request, false)), "", &mut out, &mut names());
        assert_eq!(String::from_utf8_lossy(&out.take()), text, "{kind}");
    }
}

/// What a change sends of a kind that is told whole: what the link has, and on top of it the words.
fn changed(kind: &'static Kind, name: &str, has: &[u8], line: &str) -> Result<Vec<u8>, Error> {
    let line = words(line);
    let list: Vec<&[u8]> = line.iter().map(String::as_bytes).collect();
    let mut draft = Draft::default();
    // As in a command: the words are read once before the link is asked for.
    kind.parse(name.as_bytes(), &mut Words::new(&list), &mut draft)?;
    draft.again(0, 0, Attrs(has));
    kind.parse(name.as_bytes(), &mut Words::new(&list), &mut draft)?;
    draft.resolve(draft.names(), &mut names())?;
    kind.finish(name.as_bytes(), false, &mut draft, 0)?;
    let attrs = draft.msg.attrs(0);
    Ok(attrs.0.to_vec())
}

#[test]
fn changes_keep_what_the_link_has() {
    let mut wrong = String::new();
    for (n, name, line) in of_kinds(&[("changes.txt", include_str!("bytes/changes.txt"))]) {
        let (change, expected) = line.split_once(" => ").expect("CHANGE => MESSAGE");
        let (has, line) = change.split_once(" | ").expect("HAS | WORDS");
        let made = request(&with_kind(name, has)).expect("a link");
        let kind = Kind::named(name.as_bytes()).expect("a known kind");
        assert!(kind.reads(), "{name}");
        let found = match changed(kind, name, &data_of(&made, false), line) {
            Ok(bytes) => attributes(&bytes).trim_start().to_owned(),
            Err(e) => refused(&e),
        };
        if !meets(&found, &sent(expected)) {
            wrong += &format!("{n}: {name} {change}\n  - {expected}\n  + {found}\n");
        }
        // What is damaged is no panic.
        let has = data_of(&made, false);
        for cut in 0..has.len() {
            let _ = changed(kind, name, &has[..cut], line);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// No option is without a line in `options.txt` and its like, of one of the kinds that have it.
#[test]
fn every_option_has_a_line() {
    for kind in table::KINDS {
        let accepted: HashSet<String> = options()
            .filter(|(_, of, line)| {
                kind.names().split(',').any(|name| name == *of) && !line.contains("=> rc ")
            })
            .flat_map(|(_, _, line)| words(line.split(" => ").next().unwrap_or_default()))
            .map(|word| word.trim_start_matches('!').to_owned())
            .collect();
        let rows = kind.rows().iter();
        let missing: Vec<_> = rows
            .map(|row| String::from_utf8_lossy(row.word()))
            .filter(|word| !word.is_empty() && *word != "peer" && !accepted.contains(&**word))
            .collect();
        assert!(missing.is_empty(), "{}: {missing:?}", kind.names());
    }
}

/// How a reply is shown: the part of a link, and the global options.
#[derive(Clone, Copy)]
struct How {
    part: Part,
    style: Style,
    details: u8,
    stats: u8,
    brief: bool,
    numeric: bool,
    human: u64,
}

/// Global options, behind `addr` for the link as `ip addr` shows it, or `addr4` as `ip -4 addr` does.
fn how(options: &str) -> How {
    let mut how = How {
        part: Part::Link,
        style: Style::default(),
        details: 0,
        stats: 0,
        brief: false,
        numeric: false,
        human: 0,
    };
    for option in options.split_whitespace() {
        match option {
            "addr" => how.part = Part::Address,
            "addr4" => how.part = Part::FirstLine,
            "-d" => {
                how.details += 1;
                how.style.details += 1;
            }
            "-s" => how.stats += 1,
            "-br" => how.brief = true,
            "-N" => {
                how.numeric = true;
                how.style.numeric = true;
            }
            "-h" => how.human = 1000,
            "-iec" => how.human = 1024,
            "-o" => how.style.oneline = true,
            "-j" => how.style.json = true,
            "-p" => how.style.pretty = true,
            "-c" => how.style.color = true,
            _ => panic!("no such option: {option}"),
        }
    }
    how
}

/// What is printed of a message, as the element of a document. `None` if it is not one that is shown.
fn printed(message: Message<'_>, options: &str) -> Option<Vec<u8>> {
    let how = how(options);
    let ctx = Ctx {
        details: how.details,
        stats: how.stats,
        brief: how.brief,
        numeric: how.numeric,
        human: how.human,
        ..Ctx::default()
    };
    let mut out = Out::new(how.style);
    let mut names = names();
    out.document();
    out.object("");
    if let Some(record) = iface::decode(message) {
        iface::show(&record, how.part, &ctx, &mut out, &mut names);
        if how.part != Part::Link && ctx.stats > 0 {
            stats(&record, &ctx, &mut out);
        }
        out.text("\n");
    } else {
        let record = inet::decode(message)?;
        inet::show(&record, &ctx, &mut out, &mut names);
    }
    out.object_end();
    out.document_end().expect("nothing is written out");
    Some(out.take())
}

/// Ways to print that lead through all of the code.
const WAYS: [&str; 8] = [
    "",
    "-d -s -s",
    "-o -d",
    "-br",
    "-j -d -s -s",
    "-p -j -d",
    "addr -N -h -s",
    "addr -br -j",
];

/// Reads and prints a message every way; JSON must be JSON. Returns whether it was one.
fn survives(message: Message<'_>) -> bool {
    let mut any = false;
    for options in WAYS {
        let Some(text) = printed(message, options) else {
            continue;
        };
        any = true;
        if options.contains("-j") {
            let text = String::from_utf8_lossy(&text);
            let parsed = serde_json::from_str::<serde_json::Value>(&text);
            assert!(parsed.is_ok(), "{options}: {parsed:?}: {text}");
        }
    }
    any
}

/// Every golden message: the requests, which have the form of replies, and the recorded replies.
fn golden() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = lines(REQUESTS)
        .filter_map(|(_, line)| request(line.split(" => ").next()?).ok())
        .collect();
    for (_, kind, line) in options() {
        let words = line.split(" => ").next().unwrap_or_default();
        all.extend(request(&with_kind(kind, words.trim_start_matches('!'))));
    }
    all.extend(replies().into_iter().map(|reply| reply.bytes));
    all
}

/// Runs `body` in a thread; panics where it panics, and where it does not end.
fn within(limit: Duration, body: impl FnOnce() + Send + 'static) {
    let (done, waits) = mpsc::channel();
    let thread = thread::spawn(move || {
        body();
        let _ = done.send(());
    });
    match waits.recv_timeout(limit) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("does not end within {limit:?}"),
        _ => thread.join().expect("no panic"),
    }
}

const LIMIT: Duration = Duration::from_secs(120);

/// Cut short at any byte, a datagram is no message, and a message of that length is read as far as it goes.
#[test]
fn what_is_cut_short_is_no_panic() {
    within(LIMIT, || {
        for bytes in golden() {
            let message = Messages(&bytes).next().expect("a whole message");
            assert_eq!(Messages(&bytes).count(), 1);
            for len in 0..bytes.len() {
                assert_eq!(Messages(&bytes[..len]).count(), 0, "{}", hex(&bytes));
            }
            for len in 0..message.body.len() {
                let body = &message.body[..len];
                let whole = survives(Message { body, ..message });
                assert!(!whole || len >= fixed(message.kind));
            }
        }
    });
}

/// Numbers that look random and are the same in every run (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}

/// A message with a few bytes changed, most of them where lengths and types are.
fn damaged(body: &[u8], random: &mut Random) -> Vec<u8> {
    let mut body = body.to_vec();
    for _ in 0..=random.below(4) {
        if body.is_empty() {
            return body;
        }
        let at = random.below(body.len());
        match random.below(8) {
            0 => body[at] = random.below(256) as u8,
            1 => body[at] ^= 1 << random.below(8),
            2 => body[at] = [0, 1, 3, 4, 5, 0x7f, 0x80, 0xff][random.below(8)],
            3 => body.truncate(at),
            4 => body.extend_from_within(at..),
            5 => drop(body.drain(at..(at + 4).min(body.len()))),
            // A low byte of a length or a type.
            _ => body[at & !1] = random.below(72) as u8,
        }
    }
    body
}

#[test]
fn what_is_damaged_is_no_panic() {
    within(LIMIT, || {
        let golden = golden();
        let mut random = Random(0x1950_0b5e_55ed);
        let mut shown = 0;
        // An emulated processor takes its time, and one has done them all by itself.
        let turns = match std::env::var_os("IPSO_EMULATOR") {
            Some(_) => 3000,
            None => 20000,
        };
        for turn in 0..turns {
            let bytes = &golden[turn % golden.len()];
            let message = Messages(bytes).next().expect("a whole message");
            let body = damaged(message.body, &mut random);
            let kinds = [message.kind, NEWLINK, NEWADDR, DELLINK, DELADDR];
            let kind = kinds[random.below(8).min(4) * usize::from(turn % 4 == 0)];
            let body = &body;
            shown += usize::from(survives(Message {
                kind,
                body,
                ..message
            }));
        }
        assert!(shown > turns / 2, "of {turns} only {shown} were shown");
    });
}

/// Damaged datagrams are taken apart without end or panic as well.
#[test]
fn damaged_datagrams_end() {
    within(LIMIT, || {
        let golden = golden();
        let mut random = Random(0xda7a_64a3);
        for turn in 0..10000 {
            let mut datagram = golden[turn % golden.len()].clone();
            datagram.resize(datagram.len().next_multiple_of(4), 0);
            datagram.extend_from_slice(&golden[random.below(golden.len())]);
            let datagram = damaged(&datagram, &mut random);
            assert!(Messages(&datagram).count() <= datagram.len() / 16);
        }
    });
}

/// A recorded reply and what is printed of it.
struct Reply {
    name: &'static str,
    bytes: Vec<u8>,
    /// Options as of [`how`], and the text. `!` in front: printed otherwise today, as in `options.txt`.
    prints: Vec<(&'static str, &'static str)>,
}

fn replies() -> Vec<Reply> {
    let mut all = Vec::new();
    first_line(&mut all);
    second_line(&mut all);
    details(&mut all);
    small_kinds(&mut all);
    masters(&mut all);
    can_controller(&mut all);
    can_stats(&mut all);
    statistics(&mut all);
    addresses(&mut all);
    rare(&mut all);
    all
}

/// A message with a link's fixed header and name.
fn link_reply(head: (u16, u32, u32), name: &str, fill: impl FnOnce(&mut Msg)) -> Vec<u8> {
    let (arphrd, index, flags) = head;
    let mut fixed = vec![0, 0];
    fixed.extend(arphrd.to_ne_bytes());
    fixed.extend([index, flags, 0].map(u32::to_ne_bytes).concat());
    let mut msg = Msg::new(NEWLINK, 0, &fixed);
    msg.str(3, name.as_bytes());
    fill(&mut msg);
    msg.finish(0, 0).expect("not too long").to_vec()
}

fn reply(
    all: &mut Vec<Reply>,
    name: &'static str,
    bytes: Vec<u8>,
    prints: &[(&'static str, &'static str)],
) {
    let prints = prints.to_vec();
    all.push(Reply {
        name,
        bytes,
        prints,
    });
}

const ETHER: u16 = 1;
const MAC: &[u8] = &[2, 0, 0, 0, 0, 1];

fn first_line(all: &mut Vec<Reply>) {
    let whole = |m: &mut Msg| {
        m.u32(ifla::TXQLEN, 1000);
        m.number(ifla::OPERSTATE, 6, 1);
        m.number(ifla::LINKMODE, 0, 1);
        m.u32(ifla::MTU, 1500);
        m.u32(ifla::GROUP, 0);
        m.str(ifla::QDISC, b"noqueue");
        m.u32(ifla::MASTER, 3);
        m.bytes(ifla::ADDRESS, MAC);
        m.bytes(ifla::BROADCAST, &[0xff; 6]);
    };
    reply(
        all,
        "an Ethernet device",
        link_reply((ETHER, 7, 0x11043), "x", whole),
        &[
            (
                "",
                "7: x: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master d3 state UP mode DEFAULT \
                 group default qlen 1000\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n",
            ),
            (
                "-o",
                "7: x: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master d3 state UP mode DEFAULT \
                 group default qlen 1000\\    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n",
            ),
            (
                "-N",
                "7: x: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master d3 state UP mode DEFAULT \
                 group 0 qlen 1000\n    link/[1] 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n",
            ),
            (
                "-c",
                "7: \x1b[1;36mx: \x1b[0m<BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master d3 \
                 state \x1b[1;32mUP \x1b[0mmode DEFAULT group default qlen 1000\n    \
                 link/ether \x1b[1;33m02:00:00:00:00:01\x1b[0m brd \x1b[1;33mff:ff:ff:ff:ff:ff\x1b[0m\n",
            ),
            (
                "addr",
                "7: x: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master d3 state UP \
                 group default qlen 1000\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n",
            ),
            (
                "addr4",
                "7: x: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master d3 state UP \
                 group default qlen 1000\n",
            ),
            (
                "-br",
                "x                UP             02:00:00:00:00:01 <BROADCAST,MULTICAST,UP,LOWER_UP> \n",
            ),
            (
                "-br -d -s -o",
                "x                UP             02:00:00:00:00:01 <BROADCAST,MULTICAST,UP,LOWER_UP> \n",
            ),
            (
                "-j -br",
                "[{\"ifname\":\"x\",\"operstate\":\"UP\",\"address\":\"02:00:00:00:00:01\",\
                 \"flags\":[\"BROADCAST\",\"MULTICAST\",\"UP\",\"LOWER_UP\"]}]\n",
            ),
            (
                "-j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[\"BROADCAST\",\"MULTICAST\",\"UP\",\"LOWER_UP\"],\
                 \"mtu\":1500,\"qdisc\":\"noqueue\",\"master\":\"d3\",\"operstate\":\"UP\",\
                 \"linkmode\":\"DEFAULT\",\"group\":\"default\",\"txqlen\":1000,\"link_type\":\"ether\",\
                 \"address\":\"02:00:00:00:00:01\",\"broadcast\":\"ff:ff:ff:ff:ff:ff\"}]\n",
            ),
            (
                "-p -j -br",
                "[ {\n        \"ifname\": \"x\",\n        \"operstate\": \"UP\",\n        \
                 \"address\": \"02:00:00:00:00:01\",\n        \
                 \"flags\": [ \"BROADCAST\",\"MULTICAST\",\"UP\",\"LOWER_UP\" ]\n    } ]\n",
            ),
        ],
    );
    reply(
        all,
        "a device that is its name alone",
        link_reply((ETHER, 7, 0), "x", |_| {}),
        &[
            ("", "7: x: <> \n    link/ether \n"),
            ("-br", "x                <> \n"),
            (
                "-j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"ether\"}]\n",
            ),
            (
                "-p -j",
                "[ {\n        \"ifindex\": 7,\n        \"ifname\": \"x\",\n        \"flags\": [ ],\n        \
                 \"link_type\": \"ether\"\n    } ]\n",
            ),
        ],
    );
    reply(
        all,
        "numbers without a name",
        link_reply((4242, 7, 0xffff_ffbf), "x", |m| {
            m.number(ifla::OPERSTATE, 9, 1);
            m.number(ifla::LINKMODE, 5, 1);
            m.u32(ifla::GROUP, 4242);
        }),
        &[
            (
                "",
                "7: x: <NO-CARRIER,LOOPBACK,BROADCAST,POINTOPOINT,MULTICAST,NOARP,ALLMULTI,PROMISC,MASTER,SLAVE,DEBUG,\
                 DYNAMIC,AUTOMEDIA,PORTSEL,NOTRAILERS,UP,LOWER_UP,DORMANT,ECHO,fff80000> state 0x9mode 5 \
                 group 4242 \n    link/[4242] \n",
            ),
            ("addr4", "…DORMANT,ECHO,fff80000> state 0x9group 4242 \n"),
            ("-br", "x                state 0x9<NO-CARRIER,LOOPBACK…"),
            (
                "-j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[\"NO-CARRIER\",\"LOOPBACK\",\"BROADCAST\",\
                 \"POINTOPOINT\",\"MULTICAST\",\"NOARP\",\"ALLMULTI\",\"PROMISC\",\"MASTER\",\"SLAVE\",\"DEBUG\",\
                 \"DYNAMIC\",\"AUTOMEDIA\",\"PORTSEL\",\"NOTRAILERS\",\"UP\",\"LOWER_UP\",\"DORMANT\",\"ECHO\",\
                 \"fff80000\"],\"operstate_index\":9,\"linkmode_index\":5,\"group\":\"4242\",\
                 \"link_type\":\"[4242]\"}]\n",
            ),
        ],
    );
    reply(
        all,
        "no queue",
        link_reply((65534, 7, 0), "x", |m| {
            m.u32(ifla::GROUP, 0);
            m.u32(ifla::TXQLEN, 0);
        }),
        &[
            // As 7.3 has it; 7.1 left the length out.
            ("", "7: x: <> group default qlen 0\n    link/none \n"),
            (
                "-j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"group\":\"default\",\"txqlen\":0,\"link_type\":\"none\"}]\n",
            ),
        ],
    );
    reply(
        all,
        "states and modes by name",
        link_reply((65534, 7, RUNS), "x", |m| {
            m.number(ifla::OPERSTATE, 2, 1);
            m.number(ifla::LINKMODE, 1, 1);
        }),
        &[
            (
                "",
                "7: x: <UP,LOWER_UP> state DOWN mode DORMANT \n    link/none \n",
            ),
            (
                "-c",
                "7: \x1b[1;36mx: \x1b[0m<UP,LOWER_UP> state \x1b[1;31mDOWN \x1b[0mmode DORMANT \n    link/none \n",
            ),
        ],
    );
    reply(
        all,
        "no link below",
        link_reply((776, 7, 0), "sit0", |m| m.u32(ifla::LINK, 0)),
        &[
            ("", "7: sit0@NONE: <> \n    link/sit \n"),
            ("-br", "sit0@NONE        <> \n"),
            (
                "-j",
                "[{\"ifindex\":7,\"link\":null,\"ifname\":\"sit0\",\"flags\":[],\"link_type\":\"sit\"}]\n",
            ),
        ],
    );
    reply(
        all,
        "a link below that is up",
        link_reply((ETHER, 7, 0), "x", |m| m.u32(ifla::LINK, 2)),
        &[("", "7: x@d2: <> \n    link/ether \n")],
    );
    reply(
        all,
        "a link below that is down",
        link_reply((ETHER, 7, RUNS), "x", |m| m.u32(ifla::LINK, 3)),
        &[
            ("", "7: x@d3: <UP,LOWER_UP,M-DOWN> \n    link/ether \n"),
            ("-br", "x@d3             <UP,LOWER_UP,M-DOWN> \n"),
            (
                "-j",
                "[{\"ifindex\":7,\"link\":\"d3\",\"ifname\":\"x\",\"flags\":[\"UP\",\"LOWER_UP\",\"M-DOWN\"],\
                 \"link_type\":\"ether\"}]\n",
            ),
        ],
    );
    reply(
        all,
        "both down",
        link_reply((ETHER, 7, 0), "x", |m| m.u32(ifla::LINK, 3)),
        &[("", "7: x@d3: <,M-DOWN> \n    link/ether \n")],
    );
    reply(
        all,
        "a link elsewhere",
        link_reply((ETHER, 7, 0), "x", |m| {
            m.u32(ifla::LINK, 9);
            m.bytes(ifla::ADDRESS, MAC);
            m.u32(ifla::LINK_NETNSID, 12345);
        }),
        &[
            (
                "",
                "7: x@if9: <> \n    link/ether 02:00:00:00:00:01 link-netnsid 12345\n",
            ),
            ("-br", "x@if9            02:00:00:00:00:01 <> \n"),
            (
                "-j",
                "[{\"ifindex\":7,\"link_index\":9,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"ether\",\
                 \"address\":\"02:00:00:00:00:01\",\"link_netnsid\":12345}]\n",
            ),
        ],
    );
    reply(
        all,
        "a link nobody knows where",
        link_reply((65534, 7, 0), "x", |m| m.u32(ifla::LINK_NETNSID, u32::MAX)),
        &[
            ("", "7: x: <> \n    link/none  link-netnsid unknown\n"),
            (
                "-j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"none\",\"link_netnsid\":-1}]\n",
            ),
        ],
    );
    let mut gone = link_reply((ETHER, 7, 0), "x", |_| {});
    gone[4..6].copy_from_slice(&DELLINK.to_ne_bytes());
    reply(
        all,
        "a link that is gone",
        gone,
        &[
            ("", "Deleted 7: x: <> \n    link/ether \n"),
            (
                "-j",
                "[{\"deleted\":true,\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"ether\"}]\n",
            ),
        ],
    );
    reply(
        all,
        "bytes that JSON escapes",
        link_reply((ETHER, 7, 0), "a\"\\\x01\u{e9}", |_| {}),
        &[
            ("", "7: a\"\\\x01\u{e9}: <> \n    link/ether \n"),
            (
                "-j",
                "[{\"ifindex\":7,\"ifname\":\"a\\\"\\\\\\u0001\u{e9}\",\"flags\":[],\"link_type\":\"ether\"}]\n",
            ),
        ],
    );
}

fn second_line(all: &mut Vec<Reply>) {
    /// POINTOPOINT and NOARP.
    const TUNNEL: u32 = 0x90;
    let ends = |m: &mut Msg| {
        m.bytes(ifla::ADDRESS, &[10, 0, 0, 1]);
        m.bytes(ifla::BROADCAST, &[10, 0, 0, 2]);
    };
    reply(
        all,
        "a tunnel's ends",
        link_reply((768, 7, TUNNEL), "t", ends),
        &[
            (
                "",
                "7: t: <POINTOPOINT,NOARP> \n    link/ipip 10.0.0.1 peer 10.0.0.2\n",
            ),
            (
                "-j",
                "[{\"ifindex\":7,\"ifname\":\"t\",\"flags\":[\"POINTOPOINT\",\"NOARP\"],\"link_type\":\"ipip\",\
                 \"address\":\"10.0.0.1\",\"link_pointtopoint\":true,\"broadcast\":\"10.0.0.2\"}]\n",
            ),
        ],
    );
    reply(
        all,
        "the same bytes on Ethernet",
        link_reply((ETHER, 7, 0), "t", ends),
        &[(
            "",
            "7: t: <> \n    link/ether 0a:00:00:01 brd 0a:00:00:02\n",
        )],
    );
    reply(
        all,
        "a tunnel's ends over IPv6",
        link_reply((769, 7, TUNNEL), "t", |m| {
            m.bytes(
                ifla::ADDRESS,
                &[0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            );
            m.bytes(ifla::BROADCAST, &[0; 16]);
        }),
        &[(
            "",
            "7: t: <POINTOPOINT,NOARP> \n    link/tunnel6 fd00::1 peer ::\n",
        )],
    );
    reply(
        all,
        "another permanent address",
        link_reply((ETHER, 7, 0), "x", |m| {
            m.bytes(ifla::ADDRESS, MAC);
            m.bytes(ifla::PERM_ADDRESS, &[2, 0, 0, 0, 0, 2]);
            m.number(ifla::PROTO_DOWN, 1, 1);
        }),
        &[
            (
                "",
                "7: x: <> \n    link/ether 02:00:00:00:00:01 permaddr 02:00:00:00:00:02 protodown on \n",
            ),
            (
                "-j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"ether\",\
                 \"address\":\"02:00:00:00:00:01\",\"permaddr\":\"02:00:00:00:00:02\",\"proto_down\":true}]\n",
            ),
        ],
    );
    reply(
        all,
        "the same permanent address",
        link_reply((ETHER, 7, 0), "x", |m| {
            m.bytes(ifla::ADDRESS, MAC);
            m.bytes(ifla::PERM_ADDRESS, MAC);
            m.number(ifla::PROTO_DOWN, 0, 1);
        }),
        &[("", "7: x: <> \n    link/ether 02:00:00:00:00:01\n")],
    );
    reply(
        all,
        "other names",
        link_reply((ETHER, 7, 0), "x", |m| {
            m.bytes(ifla::IFALIAS, b"two words");
            m.nest(ifla::PROP_LIST, |m| {
                m.str(ifla::ALT_IFNAME, b"one");
                m.str(ifla::ALT_IFNAME, b"two");
            });
        }),
        &[
            (
                "",
                "7: x: <> \n    link/ether \n    alias two words\n    altname one\n    altname two\n",
            ),
            (
                "-o",
                "7: x: <> \\    link/ether \\    alias two words\\    altname one\\    altname two\n",
            ),
            (
                "addr",
                "7: x: <> \n    link/ether \n    altname one\n    altname two\n",
            ),
            (
                "addr -d",
                "7: x: <> \n    link/ether \n    alias two words\n    altname one\n    altname two\n",
            ),
            (
                "-j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"ether\",\"ifalias\":\"two words\",\
                 \"altnames\":[\"one\",\"two\"]}]\n",
            ),
        ],
    );
}

/// `IFLA_LINKINFO` of a kind with its data, perhaps as a slave's.
fn kind_reply(kind: &str, slave: bool, fill: impl FnOnce(&mut Msg)) -> Vec<u8> {
    link_reply((ETHER, 7, 0), "k0", |m| {
        let (name, data) = if slave {
            (info::SLAVE_KIND, info::SLAVE_DATA)
        } else {
            (info::KIND, info::DATA)
        };
        m.nest(ifla::LINKINFO, |m| {
            // The kernel has no NUL here.
            m.bytes(name, kind.as_bytes());
            m.nest(data, fill);
        });
    })
}

fn details(all: &mut Vec<Reply>) {
    reply(
        all,
        "all details",
        link_reply((ETHER, 7, 0), "x", |m| {
            m.bytes(ifla::ADDRESS, MAC);
            m.str(ifla::PARENT_DEV_NAME, b"0000:00:01.0");
            m.str(ifla::PARENT_DEV_BUS_NAME, b"pci");
            m.bytes(ifla::PHYS_SWITCH_ID, &[0xa, 0xb]);
            m.bytes(ifla::PHYS_PORT_ID, &[1, 0x20]);
            m.str(ifla::PHYS_PORT_NAME, b"p0");
            m.u32(ifla::GRO_IPV4_MAX_SIZE, 9);
            m.u32(ifla::GSO_IPV4_MAX_SIZE, 8);
            m.u32(ifla::GRO_MAX_SIZE, 7);
            m.u32(ifla::TSO_MAX_SEGS, 6);
            m.u32(ifla::TSO_MAX_SIZE, 5);
            m.u32(ifla::GSO_MAX_SEGS, 4);
            m.u32(ifla::GSO_MAX_SIZE, 65536);
            m.u32(ifla::NUM_RX_QUEUES, 2);
            m.u32(ifla::NUM_TX_QUEUES, 3);
            m.nest(ifla::AF_SPEC, |m| {
                m.nest(10, |m| m.number(inet6::ADDR_GEN_MODE, 2, 1));
            });
            m.nest(ifla::LINKINFO, |m| {
                m.bytes(info::KIND, b"foo");
                m.nest(info::DATA, |m| m.u32(1, 1));
                m.bytes(info::SLAVE_KIND, b"bar");
                m.nest(info::SLAVE_DATA, |m| m.u32(1, 1));
            });
            m.number(ifla::NETNS_IMMUTABLE, 1, 1);
            m.u32(ifla::MAX_MTU, u32::MAX);
            m.u32(ifla::MIN_MTU, 68);
            m.u32(ifla::ALLMULTI, 1);
            m.u32(ifla::PROMISCUITY, 2);
        }),
        &[
            ("", "7: x: <> \n    link/ether 02:00:00:00:00:01\n"),
            (
                "-d",
                "7: x: <> \n    link/ether 02:00:00:00:00:01 promiscuity 2 allmulti 1 minmtu 68 maxmtu 4294967295 \
                 netns-immutable \n    foo \n    bar_slave addrgenmode stable_secret numtxqueues 3 numrxqueues 2 \
                 gso_max_size 65536 gso_max_segs 4 tso_max_size 5 tso_max_segs 6 gro_max_size 7 \
                 gso_ipv4_max_size 8 gro_ipv4_max_size 9 portname p0 portid 0120 switchid 0a0b parentbus pci \
                 parentdev 0000:00:01.0 \n",
            ),
            (
                "addr4 -d -o",
                "7: x: <> \\    link/ether 02:00:00:00:00:01 promiscuity 2 allmulti 1 minmtu 68 maxmtu 4294967295 \
                 netns-immutable \\    foo \\    bar_slave numtxqueues 3 numrxqueues 2 \
                 gso_max_size 65536 gso_max_segs 4 tso_max_size 5 tso_max_segs 6 gro_max_size 7 \
                 gso_ipv4_max_size 8 gro_ipv4_max_size 9 portname p0 portid 0120 switchid 0a0b parentbus pci \
                 parentdev 0000:00:01.0 \n",
            ),
            (
                "-j -d",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"ether\",\
                 \"address\":\"02:00:00:00:00:01\",\"promiscuity\":2,\"allmulti\":1,\"min_mtu\":68,\
                 \"max_mtu\":4294967295,\"netns-immutable\":true,\"linkinfo\":{\"info_kind\":\"foo\",\
                 \"info_slave_kind\":\"bar\"},\"inet6_addr_gen_mode\":\"stable_secret\",\"num_tx_queues\":3,\
                 \"num_rx_queues\":2,\"gso_max_size\":65536,\"gso_max_segs\":4,\"tso_max_size\":5,\
                 \"tso_max_segs\":6,\"gro_max_size\":7,\"gso_ipv4_max_size\":8,\"gro_ipv4_max_size\":9,\
                 \"phys_port_name\":\"p0\",\"phys_port_id\":\"0120\",\"phys_switch_id\":\"0a0b\",\
                 \"parentbus\":\"pci\",\"parentdev\":\"0000:00:01.0\"}]\n",
            ),
        ],
    );
    reply(
        all,
        "an unknown mode of IPv6 addresses",
        link_reply((ETHER, 7, 0), "x", |m| {
            m.nest(ifla::AF_SPEC, |m| {
                m.nest(10, |m| m.number(inet6::ADDR_GEN_MODE, 9, 1));
            });
        }),
        &[("-d", "7: x: <> \n    link/ether addrgenmode 0x09 \n")],
    );
    for (kind, text, json) in [
        (
            "bridge",
            "7: k0: <> \n    link/ether \n    bridge \n",
            "[{\"ifindex\":7,\"ifname\":\"k0\",\"flags\":[],\"link_type\":\"ether\",\
             \"linkinfo\":{\"info_kind\":\"bridge\",\"info_data\":{}}}]\n",
        ),
        (
            "dummy",
            "7: k0: <> \n    link/ether \n    dummy \n",
            "[{\"ifindex\":7,\"ifname\":\"k0\",\"flags\":[],\"link_type\":\"ether\",\
             \"linkinfo\":{\"info_kind\":\"dummy\"}}]\n",
        ),
    ] {
        let bytes = kind_reply(kind, false, |_| {});
        reply(all, kind, bytes, &[("-d", text), ("-j -d", json)]);
    }
    reply(
        all,
        "a bridge's own state",
        kind_reply("bridge", false, |m| {
            m.nest(br::MCAST_QUERIER_STATE, |m| {
                m.bytes(querier::IP_ADDRESS, &[10, 0, 0, 1]);
                m.u32(querier::IP_PORT, 4);
                m.number(querier::IP_OTHER_TIMER, 1_500_000_000, 8);
                m.bytes(
                    querier::IPV6_ADDRESS,
                    &[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                );
                m.u32(querier::IPV6_PORT, 5);
                m.number(querier::IPV6_OTHER_TIMER, 250_000, 8);
            });
            m.u32(br::FDB_N_LEARNED, 12);
            m.number(br::GC_TIMER, 29_999, 8);
            m.number(br::TOPOLOGY_CHANGE_TIMER, 5, 8);
            m.number(br::TCN_TIMER, 1_234_567, 8);
            m.number(br::HELLO_TIMER, 184, 8);
            m.number(br::TOPOLOGY_CHANGE_DETECTED, 1, 1);
            m.number(br::TOPOLOGY_CHANGE, 0, 1);
            m.u32(br::ROOT_PATH_COST, 100);
            m.number(br::ROOT_PORT, 2, 2);
            m.bytes(br::ROOT_ID, &[0x0f, 0xff, 0, 0, 0, 0, 0, 0]);
            m.bytes(br::BRIDGE_ID, &[0x80, 0, 2, 0, 0, 0, 0, 0x10]);
            m.u32(br::FORWARD_DELAY, 1500);
            m.u32(br::STP_MODE, 9);
        }),
        &[
            (
                "-d",
                "7: k0: <> \n    link/ether \n    bridge forward_delay 1500 stp_mode unknown \
                 bridge_id 8000.2:0:0:0:0:10 designated_root 0fff.0:0:0:0:0:0 root_port 2 root_path_cost 100 \
                 topology_change 0 topology_change_detected 1 hello_timer    1.84 tcn_timer 12345.67 \
                 topology_change_timer    0.05 gc_timer  299.99 fdb_n_learned 12 \
                 mcast_querier_ipv4_addr 10.0.0.1 mcast_querier_ipv4_port 4 mcast_querier_ipv4_other_timer 1.5s \
                 mcast_querier_ipv6_addr fe80::1 mcast_querier_ipv6_port 5 mcast_querier_ipv6_other_timer 250us \n",
            ),
            (
                "-j -d",
                "[{\"ifindex\":7,\"ifname\":\"k0\",\"flags\":[],\"link_type\":\"ether\",\"linkinfo\":{\
                 \"info_kind\":\"bridge\",\"info_data\":{\"forward_delay\":1500,\"stp_mode\":\"unknown\",\
                 \"bridge_id\":\"8000.2:0:0:0:0:10\",\"root_id\":\"0fff.0:0:0:0:0:0\",\"root_port\":2,\
                 \"root_path_cost\":100,\"topology_change\":0,\"topology_change_detected\":1,\
                 \"hello_timer\":1.84,\"tcn_timer\":12345.67,\"topology_change_timer\":0.05,\
                 \"gc_timer\":299.99,\"fdb_n_learned\":12,\"mcast_querier_state_ipv4\":{\
                 \"mcast_querier_ipv4_addr\":\"10.0.0.1\",\"mcast_querier_ipv4_port\":4,\
                 \"mcast_querier_ipv4_other_timer\":\"1.5s\"},\"mcast_querier_state_ipv6\":{\
                 \"mcast_querier_ipv6_addr\":\"fe80::1\",\"mcast_querier_ipv6_port\":5,\
                 \"mcast_querier_ipv6_other_timer\":\"250us\"}}}}]\n",
            ),
        ],
    );
    reply(
        all,
        "a bridge's port",
        kind_reply("bridge", true, |m| {
            m.number(brport::HOLD_TIMER, 0, 8);
            m.number(brport::MESSAGE_AGE_TIMER, 100, 8);
            m.number(brport::FORWARD_DELAY_TIMER, 1, 8);
            m.number(brport::CONFIG_PENDING, 1, 1);
            m.number(brport::TOPOLOGY_CHANGE_ACK, 0, 1);
            m.bytes(brport::ROOT_ID, &[0x80, 0, 2, 0, 0, 0, 0, 0x10]);
            m.bytes(brport::BRIDGE_ID, &[0x80, 0, 2, 0, 0, 0, 0, 0x11]);
            m.number(brport::DESIGNATED_COST, 7, 2);
            m.number(brport::DESIGNATED_PORT, 32769, 2);
            m.number(brport::NO, 1, 2);
            m.number(brport::ID, 0x8001, 2);
            m.number(brport::STATE, 3, 1);
            m.u32(brport::BACKUP_PORT, 2);
        }),
        &[
            (
                "-d",
                "7: k0: <> \n    link/ether \n    bridge_slave state forwarding port_id 0x8001 port_no 0x1 \
                 designated_port 32769 designated_cost 7 designated_bridge 8000.2:0:0:0:0:11 \
                 designated_root 8000.2:0:0:0:0:10 hold_timer    0.00 message_age_timer    1.00 \
                 forward_delay_timer    0.01 topology_change_ack 0 config_pending 1 backup_port d2 \n",
            ),
            (
                "-j -d",
                "[{\"ifindex\":7,\"ifname\":\"k0\",\"flags\":[],\"link_type\":\"ether\",\"linkinfo\":{\
                 \"info_slave_kind\":\"bridge\",\"info_slave_data\":{\"state\":\"forwarding\",\
                 \"id\":\"0x8001\",\"no\":\"0x1\",\"designated_port\":32769,\"designated_cost\":7,\
                 \"bridge_id\":\"8000.2:0:0:0:0:11\",\"root_id\":\"8000.2:0:0:0:0:10\",\"hold_timer\":0.00,\
                 \"message_age_timer\":1.00,\"forward_delay_timer\":0.01,\"topology_change_ack\":0,\
                 \"config_pending\":1,\"backup_port\":\"d2\"}}}]\n",
            ),
        ],
    );
    let remotes = |mode: u32| {
        kind_reply("macvlan", false, |m| {
            m.u32(macvlan::MODE, mode);
            m.number(macvlan::FLAGS, 0, 2);
            m.u32(macvlan::MACADDR_COUNT, 2);
            m.nest(macvlan::MACADDR_DATA, |m| {
                m.bytes(macvlan::MACADDR, &[2, 0, 0, 0, 0, 9]);
                m.bytes(macvlan::MACADDR, &[2, 0, 0, 0, 0, 10]);
            });
            m.u32(macvlan::BC_QUEUE_LEN, 1000);
            m.u32(macvlan::BC_QUEUE_LEN_USED, 900);
        })
    };
    reply(
        all,
        "a macvlan's remotes",
        remotes(16),
        &[
            (
                "-d",
                "7: k0: <> \n    link/ether \n    macvlan mode source bcqueuelen 1000 usedbcqueuelen 900 \
                 remotes (2) 02:00:00:00:00:09 02:00:00:00:00:0a \n",
            ),
            (
                "-j -d",
                "[{\"ifindex\":7,\"ifname\":\"k0\",\"flags\":[],\"link_type\":\"ether\",\"linkinfo\":{\
                 \"info_kind\":\"macvlan\",\"info_data\":{\"mode\":\"source\",\"bcqueuelen\":1000,\
                 \"usedbcqueuelen\":900,\"macaddr_count\":2,\
                 \"macaddr_data\":[\"02:00:00:00:00:09\",\"02:00:00:00:00:0a\"]}}}]\n",
            ),
        ],
    );
    reply(
        all,
        "remotes in another mode",
        remotes(3),
        &[(
            "-d",
            "7: k0: <> \n    link/ether \n    macvlan mode unknown bcqueuelen 1000 usedbcqueuelen 900 \n",
        )],
    );
}

/// Numbers of a kind's data, with their widths, and what is shown of them: the kind's line, and `linkinfo` in JSON.
type Numbers = (
    &'static str,
    &'static [(u16, u64, u8)],
    &'static str,
    &'static str,
);

/// What no words can set.
fn small_kinds(all: &mut Vec<Reply>) {
    // No file of users has this number.
    const NOBODY: u64 = 4_000_000_000;
    let numbers: &[Numbers] = &[
        (
            "vrf_slave",
            &[(vrf_port::TABLE, 10, 4)],
            "table 10 ",
            "{\"table\":10}",
        ),
        (
            "xfrm",
            &[
                (xfrm::COLLECT_METADATA, 0, 0),
                (xfrm::IF_ID, 0, 4),
                (xfrm::LINK, 2, 4),
            ],
            "external ",
            "{\"external\":true}",
        ),
        (
            "hsr",
            &[
                (hsr::SLAVE1, 2, 4),
                (hsr::SLAVE2, 3, 4),
                (hsr::SUPERVISION_ADDR, 0, 4),
                (hsr::SEQ_NR, 65535, 2),
                (hsr::VERSION, 1, 1),
                (hsr::PROTOCOL, 0, 1),
                (hsr::INTERLINK, 1, 4),
            ],
            "slave1 d2 slave2 d3 interlink lo sequence 65535 supervision 00:00:00:00 proto 0 version 1 ",
            "{\"slave1\":\"d2\",\"slave2\":\"d3\",\"interlink\":\"lo\",\"seq_nr\":65535,\
             \"supervision_addr\":\"00:00:00:00\",\"proto\":0,\"version\":1}",
        ),
        (
            "tun",
            &[
                (tun::TYPE, 1, 1),
                (tun::PI, 0, 1),
                (tun::VNET_HDR, 1, 1),
                (tun::PERSIST, 0, 1),
                (tun::MULTI_QUEUE, 0, 1),
            ],
            "type tun pi off vnet_hdr on persist off ",
            "{\"type\":\"tun\",\"pi\":false,\"vnet_hdr\":true,\"multi_queue\":false,\"persist\":false}",
        ),
        (
            "tun",
            &[
                (tun::OWNER, 0, 4),
                (tun::GROUP, 0, 4),
                (tun::TYPE, 2, 1),
                (tun::PI, 1, 1),
                (tun::VNET_HDR, 0, 1),
                (tun::PERSIST, 1, 1),
                (tun::MULTI_QUEUE, 1, 1),
                (tun::NUM_QUEUES, 1, 4),
                (tun::NUM_DISABLED_QUEUES, 2, 4),
            ],
            "type tap pi on vnet_hdr off multi_queue numqueues 1 numdisabled 2 persist on user root group root ",
            "{\"type\":\"tap\",\"pi\":true,\"vnet_hdr\":false,\"multi_queue\":true,\"numqueues\":1,\
             \"numdisabled\":2,\"persist\":true,\"user\":\"root\",\"group\":\"root\"}",
        ),
        (
            // iproute2: `UNKNOWN:3`. No kernel has another type.
            "tun",
            &[
                (tun::OWNER, NOBODY, 4),
                (tun::GROUP, NOBODY, 4),
                (tun::TYPE, 3, 1),
            ],
            "type UNKNOWN user 4000000000 group 4000000000 ",
            "{\"type\":\"UNKNOWN\",\"user\":4000000000,\"group\":4000000000}",
        ),
        (
            "ipoib",
            &[(ipoib::PKEY, 0x8001, 2), (ipoib::MODE, 2, 2)],
            "pkey 0x8001 mode unknown ",
            "{\"key\":\"0x8001\",\"mode\":\"unknown\"}",
        ),
        (
            "rmnet",
            &[(rmnet::MUX_ID, 5, 2), (rmnet::FLAGS, 0, 8)],
            "mux_id 5 <> ",
            "{\"mux_id\":5,\"flags\":[]}",
        ),
        (
            // iproute2: `(unknown)`.
            "ovpn",
            &[(ovpn::MODE, 5, 1)],
            "mode unknown ",
            "{\"mode\":\"unknown\"}",
        ),
        // Nothing is shown, whatever it is.
        ("batadv", &[(1, 65, 2)], "", ""),
        ("nlmon", &[], "", ""),
        ("team_slave", &[(1, 0, 1)], "", ""),
    ];
    for (kind, numbers, text, json) in numbers {
        let (name, slave) = match kind.strip_suffix("_slave") {
            Some(name) => (name, "_slave"),
            None => (*kind, ""),
        };
        let bytes = kind_reply(name, !slave.is_empty(), |m| {
            for (attr, n, width) in *numbers {
                m.number(*attr, *n, *width);
            }
        });
        let data = match *json {
            "" => String::new(),
            json => format!(",\"info{slave}_data\":{json}"),
        };
        // They live as long as the test.
        let text = format!("7: k0: <> \n    link/ether \n    {kind} {text}\n").leak();
        let json = format!(
            "[{{\"ifindex\":7,\"ifname\":\"k0\",\"flags\":[],\"link_type\":\"ether\",\
             \"linkinfo\":{{\"info{slave}_kind\":\"{name}\"{data}}}}}]\n"
        )
        .leak();
        reply(
            all,
            kind,
            bytes,
            &[("-d", text), ("-d -d", text), ("-j -d", json)],
        );
    }
}

/// What no option sets of a bond, its ports, MACsec and CAN.
fn masters(all: &mut Vec<Reply>) {
    reply(
        all,
        "what a bond has agreed on",
        kind_reply("bond", false, |m| {
            m.nest(bond::AD_INFO, |m| {
                m.number(bond_ad_info::AGGREGATOR, 1, 2);
                m.number(bond_ad_info::NUM_PORTS, 2, 2);
                m.number(bond_ad_info::ACTOR_KEY, 3, 2);
                m.number(bond_ad_info::PARTNER_KEY, 4, 2);
                m.bytes(bond_ad_info::PARTNER_MAC, MAC);
            });
            m.number(bond::MODE, 9, 1);
            m.u32(bond::PRIMARY, 0);
            m.number(bond::TLB_DYNAMIC_LB, 1, 1);
        }),
        &[
            (
                "-d",
                "7: k0: <> \n    link/ether \n    bond mode UNKNOWN ad_aggregator 1 ad_num_ports 2 ad_actor_key 3 \
                 ad_partner_key 4 ad_partner_mac 02:00:00:00:00:01 tlb_dynamic_lb 1 \n",
            ),
            (
                "-j -d",
                "[{\"ifindex\":7,\"ifname\":\"k0\",\"flags\":[],\"link_type\":\"ether\",\"linkinfo\":{\
                 \"info_kind\":\"bond\",\"info_data\":{\"mode\":\"UNKNOWN\",\"ad_info\":{\"aggregator\":1,\
                 \"num_ports\":2,\"actor_key\":3,\"partner_key\":4,\"partner_mac\":\"02:00:00:00:00:01\"},\
                 \"tlb_dynamic_lb\":1}}}]\n",
            ),
        ],
    );
    reply(
        all,
        "a bond's port",
        kind_reply("bond", true, |m| {
            m.number(bond_slave::STATE, 1, 1);
            m.number(bond_slave::MII_STATUS, 2, 1);
            m.u32(bond_slave::LINK_FAILURE_COUNT, 5);
            m.bytes(bond_slave::PERM_HWADDR, MAC);
            m.number(bond_slave::QUEUE_ID, 1, 2);
            m.u32(bond_slave::PRIO, u32::MAX);
            m.number(bond_slave::AD_AGGREGATOR_ID, 2, 2);
            m.number(bond_slave::AD_ACTOR_OPER_PORT_STATE, 0, 1);
            m.number(bond_slave::AD_PARTNER_OPER_PORT_STATE, 0x1ff, 2);
            m.number(bond_slave::AD_CHURN_ACTOR_STATE, 0, 1);
            m.number(bond_slave::AD_CHURN_PARTNER_STATE, 3, 1);
            m.number(bond_slave::ACTOR_PORT_PRIO, 7, 2);
        }),
        // iproute2 ends the list of states with a comma where it does not know all of them.
        &[
            (
                "-d",
                "7: k0: <> \n    link/ether \n    bond_slave state BACKUP mii_status DOWN link_failure_count 5 \
                 perm_hwaddr 02:00:00:00:00:01 queue_id 1 prio -1 ad_aggregator_id 2 ad_actor_oper_port_state 0 \
                 ad_actor_oper_port_state_str <> ad_partner_oper_port_state 511 ad_partner_oper_port_state_str \
                 <active,short_timeout,aggregating,in_sync,collecting,distributing,defaulted,expired,100> \
                 churn_actor_state MONITOR churn_partner_state 3 actor_port_prio 7 \n",
            ),
            (
                "-j -d",
                "[{\"ifindex\":7,\"ifname\":\"k0\",\"flags\":[],\"link_type\":\"ether\",\"linkinfo\":{\
                 \"info_slave_kind\":\"bond\",\"info_slave_data\":{\"state\":\"BACKUP\",\
                 \"mii_status\":\"DOWN\",\"link_failure_count\":5,\"perm_hwaddr\":\"02:00:00:00:00:01\",\
                 \"queue_id\":1,\"prio\":-1,\"ad_aggregator_id\":2,\"ad_actor_oper_port_state\":0,\
                 \"ad_actor_oper_port_state_str\":[],\"ad_partner_oper_port_state\":511,\
                 \"ad_partner_oper_port_state_str\":[\"active\",\"short_timeout\",\"aggregating\",\"in_sync\",\
                 \"collecting\",\"distributing\",\"defaulted\",\"expired\",\"100\"],\
                 \"churn_actor_state\":\"MONITOR\",\"churn_partner_state\":3,\"actor_port_prio\":7}}}]\n",
            ),
        ],
    );
    reply(
        all,
        "a bond's port in states that are new",
        kind_reply("bond", true, |m| {
            m.number(bond_slave::STATE, 2, 1);
            m.number(bond_slave::MII_STATUS, 4, 1);
        }),
        &[
            (
                "-d",
                "7: k0: <> \n    link/ether \n    bond_slave state 2 mii_status 4 \n",
            ),
            (
                // Here it has the keys state_index and mii_status_index.
                "-j -d",
                "[{\"ifindex\":7,\"ifname\":\"k0\",\"flags\":[],\"link_type\":\"ether\",\"linkinfo\":{\
                 \"info_slave_kind\":\"bond\",\"info_slave_data\":{\"state_index\":2,\
                 \"mii_status_index\":4}}}]\n",
            ),
        ],
    );
}

/// Numbers in the order of the host, one behind the other.
fn u32s(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_ne_bytes()).collect()
}

/// A CAN controller that has everything.
fn can_controller(all: &mut Vec<Reply>) {
    let timing = u32s(&[500_000, 875, 125, 6, 7, 2, 1, 10]);
    let mut limits = b"mcp251xfd\0\0\0\0\0\0\0".to_vec();
    limits.extend(u32s(&[2, 256, 1, 128, 127, 1, 255, 3]));
    let numbers = |m: &mut Msg| {
        for attr in 1..10 {
            m.u32(attr, attr.into());
        }
    };
    let whole = |m: &mut Msg| {
        m.u32(can::STATE, 1);
        m.bytes(can::CTRLMODE, &u32s(&[u32::MAX, 0x1fff1]));
        m.bytes(can::BERR_COUNTER, &[5u16, 7].map(u16::to_ne_bytes).concat());
        m.u32(can::RESTART_MS, 100);
        m.bytes(can::BITTIMING, &timing);
        m.bytes(can::BITTIMING_CONST, &limits);
        m.bytes(can::DATA_BITTIMING, &timing);
        m.bytes(can::DATA_BITTIMING_CONST, &limits);
        m.bytes(can::XL_DATA_BITTIMING, &timing);
        m.bytes(can::XL_DATA_BITTIMING_CONST, &limits);
        m.nest(can::TDC, numbers);
        m.nest(can::XL_TDC, numbers);
        m.nest(can::XL_PWM, numbers);
        m.number(can::TERMINATION, 120, 2);
        m.bytes(
            can::TERMINATION_CONST,
            &[0u16, 120].map(u16::to_ne_bytes).concat(),
        );
        m.u32(can::CLOCK, 8_000_000);
    };
    let times = |d: &str| {
        format!(
            "{d}bitrate 500000 {d}sample-point 0.875\n\t  {d}tq 125 {d}prop-seg 6 {d}phase-seg1 7 {d}phase-seg2 2 \
             {d}sjw 1 {d}brp 10\n\t  "
        )
    };
    let limit = |d: &str| {
        format!(
            "mcp251xfd: {d}tseg1 2..256 {d}tseg2 1..128 {d}sjw 1..127 {d}brp 1..255 {d}brp_inc 3\n\t  "
        )
    };
    let text = [
        "7: k0: <> \n    link/ether \n    can <LOOPBACK,BERR-REPORTING,FD,FD-NON-ISO,PRESUME-ACK,CC-LEN8-DLC,TDC-AUTO,\
         TDC-MANUAL,RESTRICTED,XL,XL-TDC-AUTO,XL-TDC-MANUAL,TMS,10000> state ERROR-WARNING (berr-counter tx 5 rx 7) \
         restart-ms 100 \n\t  ",
        &times(""),
        &limit(""),
        &times("d"),
        "tdcv 7 tdco 8 tdcf 9\n\t  ",
        &limit("d"),
        "tdcv 1..2 tdco 3..4 tdcf 5..6\n\t  ",
        &times("x"),
        "xtdcv 7 xtdco 8 xtdcf 9\n\t  pwms 7 pwml 8 pwmo 9\n\t  ",
        &limit("x"),
        "xtdcv 1..2 xtdco 3..4 xtdcf 5..6\n\t  pwms 1..2 pwml 3..4 pwmo 5..6\n\t  ",
        "termination 120 [ 0, 120 ]\n\t  clock 8000000 \n",
    ];
    let times = "\"bitrate\":500000,\"sample_point\":\"0.875\",\"tq\":125,\"prop_seg\":6,\"phase_seg1\":7,\
                 \"phase_seg2\":2,\"sjw\":1,\"brp\":10";
    let limit = "\"name\":\"mcp251xfd\",\"tseg1\":{\"min\":2,\"max\":256},\"tseg2\":{\"min\":1,\"max\":128},\
                 \"sjw\":{\"min\":1,\"max\":127},\"brp\":{\"min\":1,\"max\":255},\"brp_inc\":3";
    let now = |names: [&str; 3]| {
        let [a, b, c] = names;
        format!("{{\"{a}\":7,\"{b}\":8,\"{c}\":9}}")
    };
    let most = |names: [&str; 3]| {
        let [a, b, c] = names;
        format!(
            "{{\"{a}\":{{\"min\":1,\"max\":2}},\"{b}\":{{\"min\":3,\"max\":4}},\
             \"{c}\":{{\"min\":5,\"max\":6}}}}"
        )
    };
    let (tdc, pwm) = (["tdcv", "tdco", "tdcf"], ["pwms", "pwml", "pwmo"]);
    // The names of the widths have a blank in front of them in iproute2's JSON.
    let json = format!(
        "[{{\"ifindex\":7,\"ifname\":\"k0\",\"flags\":[],\"link_type\":\"ether\",\"linkinfo\":{{\
         \"info_kind\":\"can\",\"info_data\":{{\"ctrlmode\":[\"LOOPBACK\",\"BERR-REPORTING\",\"FD\",\
         \"FD-NON-ISO\",\"PRESUME-ACK\",\"CC-LEN8-DLC\",\"TDC-AUTO\",\"TDC-MANUAL\",\"RESTRICTED\",\"XL\",\
         \"XL-TDC-AUTO\",\"XL-TDC-MANUAL\",\"TMS\",\"10000\"],\"state\":\"ERROR-WARNING\",\
         \"berr_counter\":{{\"tx\":5,\"rx\":7}},\"restart_ms\":100,\"bittiming\":{{{times}}},\
         \"bittiming_const\":{{{limit}}},\"data_bittiming\":{{{times},\"tdc\":{}}},\
         \"data_bittiming_const\":{{{limit},\"tdc\":{}}},\
         \"xl_data_bittiming\":{{{times},\"xtdc\":{},\"pwm\":{}}},\
         \"xl_data_bittiming_const\":{{{limit},\"xtdc\":{},\"pwm\":{}}},\
         \"termination\":120,\"termination_const\":[0,120],\"clock\":8000000}}}}}}]\n",
        now(tdc),
        most(tdc),
        now(tdc),
        now(pwm),
        most(tdc),
        most(pwm)
    );
    reply(
        all,
        "a CAN controller",
        kind_reply("can", false, whole),
        &[("-d", text.concat().leak()), ("-j -d", json.leak())],
    );
    let rates = u32s(&[10_000, 20_000, 50_000, 125_000, 250_000, 500_000, 1_000_000]);
    reply(
        all,
        "a CAN controller that knows some rates alone",
        kind_reply("can", false, |m| {
            m.bytes(can::BITTIMING, &timing);
            m.bytes(can::BITRATE_CONST, &rates);
            m.bytes(can::DATA_BITRATE_CONST, &rates[..8]);
            m.bytes(can::XL_DATA_BITRATE_CONST, &rates[..4]);
            m.u32(can::STATE, 9);
        }),
        // iproute2 has data_bitrate_const a second time, and no blank at the end.
        &[
            (
                "-d",
                "7: k0: <> \n    link/ether \n    can state UNKNOWN \n\t  bitrate 500000\n\t     \
                 [   10000,    20000,    50000,   125000,   250000,   500000, \n\t       1000000 ]\n\t  dbitrate 0\n\t     \
                 [   10000,    20000 ]\n\t  xbitrate 0\n\t     [   10000 ] \n",
            ),
            (
                "-j -d",
                "[{\"ifindex\":7,\"ifname\":\"k0\",\"flags\":[],\"link_type\":\"ether\",\"linkinfo\":{\
                 \"info_kind\":\"can\",\"info_data\":{\"state\":\"UNKNOWN\",\"bittiming_bitrate\":500000,\
                 \"bitrate_const\":[10000,20000,50000,125000,250000,500000,1000000],\
                 \"data_bittiming_bitrate\":0,\"data_bitrate_const\":[10000,20000],\
                 \"xl_data_bittiming_bitrate\":0,\"xl_data_bitrate_const\":[10000]}}}]\n",
            ),
        ],
    );
}

/// What a CAN controller has counted.
fn can_stats(all: &mut Vec<Reply>) {
    let counted = |counted: &[u32]| {
        link_reply((ETHER, 7, 0), "k0", |m| {
            m.nest(ifla::LINKINFO, |m| {
                m.bytes(info::KIND, b"can");
                m.nest(info::DATA, |m| m.u32(can::STATE, 0));
                m.bytes(info::XSTATS, &u32s(counted));
            });
        })
    };
    reply(
        all,
        "a CAN controller's counters",
        counted(&[1, 2, 3, 4, u32::MAX, 6]),
        &[
            (
                "-d",
                "7: k0: <> \n    link/ether \n    can state ERROR-ACTIVE \n",
            ),
            (
                "-d -s",
                "7: k0: <> \n    link/ether \n    can state ERROR-ACTIVE \n\t  re-started bus-errors arbit-lost \
                 error-warn error-pass bus-off\n\t  6          1          4294967295 2          3          4          \n\n",
            ),
            (
                "-j -d -s",
                "[{\"ifindex\":7,\"ifname\":\"k0\",\"flags\":[],\"link_type\":\"ether\",\"linkinfo\":{\
                 \"info_kind\":\"can\",\"info_data\":{\"state\":\"ERROR-ACTIVE\"},\"info_xstats\":{\
                 \"restarts\":6,\"bus_error\":1,\"arbitration_lost\":4294967295,\"error_warning\":2,\
                 \"error_passive\":3,\"bus_off\":4}}}]\n",
            ),
        ],
    );
    reply(
        all,
        "counters that are cut short",
        counted(&[1, 2]),
        &[(
            "-d -s",
            "7: k0: <> \n    link/ether \n    can state ERROR-ACTIVE \n\n",
        )],
    );
}

/// `struct rtnl_link_stats64`, or with a width of 4 `rtnl_link_stats`, of the numbers that are not zero by their places.
fn counters(width: u8, numbers: &[(usize, u64)]) -> Vec<u8> {
    let mut all = [0; 25];
    for &(at, n) in numbers {
        all[at] = n;
    }
    let bytes = all.iter().map(|n: &u64| match width {
        4 => (*n as u32).to_ne_bytes().to_vec(),
        _ => n.to_ne_bytes().to_vec(),
    });
    bytes.collect::<Vec<_>>().concat()
}

fn statistics(all: &mut Vec<Reply>) {
    reply(
        all,
        "statistics of nothing",
        link_reply((65534, 7, 0), "x", |m| {
            m.bytes(ifla::STATS64, &counters(8, &[]));
            m.bytes(ifla::STATS, &counters(4, &[(0, 7)]));
            m.nest(ifla::PROP_LIST, |m| m.str(ifla::ALT_IFNAME, b"one"));
        }),
        &[
            ("", "7: x: <> \n    link/none \n    altname one\n"),
            (
                "-s",
                concat!(
                    "7: x: <> \n    link/none \n",
                    "    RX:  bytes packets errors dropped  missed   mcast           \n",
                    "             0       0      0       0       0       0 \n",
                    "    TX:  bytes packets errors dropped carrier collsns           \n",
                    "             0       0      0       0       0       0 \n",
                    "    altname one\n",
                ),
            ),
            (
                "-s -s",
                concat!(
                    "7: x: <> \n    link/none \n",
                    "    RX:  bytes packets errors dropped  missed   mcast           \n",
                    "             0       0      0       0       0       0 \n",
                    "    RX errors:  length    crc   frame    fifo overrun\n",
                    "                     0      0       0       0       0 \n",
                    "    TX:  bytes packets errors dropped carrier collsns           \n",
                    "             0       0      0       0       0       0 \n",
                    "    TX errors: aborted   fifo  window heartbt        \n",
                    "                     0      0       0       0 \n",
                    "    altname one\n",
                ),
            ),
            (
                "-s -j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"none\",\"stats64\":{\
                 \"rx\":{\"bytes\":0,\"packets\":0,\"errors\":0,\"dropped\":0,\"over_errors\":0,\"multicast\":0},\
                 \"tx\":{\"bytes\":0,\"packets\":0,\"errors\":0,\"dropped\":0,\"carrier_errors\":0,\
                 \"collisions\":0}},\"altnames\":[\"one\"]}]\n",
            ),
            (
                "-s -s -j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"none\",\"stats64\":{\
                 \"rx\":{\"bytes\":0,\"packets\":0,\"errors\":0,\"dropped\":0,\"over_errors\":0,\"multicast\":0,\
                 \"length_errors\":0,\"crc_errors\":0,\"frame_errors\":0,\"fifo_errors\":0,\"missed_errors\":0},\
                 \"tx\":{\"bytes\":0,\"packets\":0,\"errors\":0,\"dropped\":0,\"carrier_errors\":0,\
                 \"collisions\":0,\"aborted_errors\":0,\"fifo_errors\":0,\"window_errors\":0,\
                 \"heartbeat_errors\":0}},\"altnames\":[\"one\"]}]\n",
            ),
        ],
    );
    // Each number says its place in the struct.
    let places: Vec<(usize, u64)> = (0..25).map(|at| (at, 100 + at as u64)).collect();
    reply(
        all,
        "every counter in its place",
        link_reply((65534, 7, 0), "x", |m| {
            m.bytes(ifla::STATS64, &counters(8, &places));
            m.u32(ifla::CARRIER_CHANGES, 42);
        }),
        &[
            (
                "-s -s",
                concat!(
                    "7: x: <> \n    link/none \n",
                    "    RX:  bytes packets errors dropped  missed   mcast compressed\n",
                    "           102     100    104     106     115     108        121 \n",
                    "    RX errors:  length    crc   frame    fifo overrun  nohandler otherhost\n",
                    "                   110    112     113     114     111        123       124 \n",
                    "    TX:  bytes packets errors dropped carrier collsns compressed\n",
                    "           103     101    105     107     117     109        122 \n",
                    "    TX errors: aborted   fifo  window heartbt transns\n",
                    "                   116    118     120     119      42 \n",
                ),
            ),
            (
                "-s -s -j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"none\",\"stats64\":{\
                 \"rx\":{\"bytes\":102,\"packets\":100,\"errors\":104,\"dropped\":106,\"over_errors\":111,\
                 \"multicast\":108,\"compressed\":121,\"length_errors\":110,\"crc_errors\":112,\
                 \"frame_errors\":113,\"fifo_errors\":114,\"missed_errors\":115,\"nohandler\":123,\
                 \"otherhost\":124},\"tx\":{\"bytes\":103,\"packets\":101,\"errors\":105,\"dropped\":107,\
                 \"carrier_errors\":117,\"collisions\":109,\"compressed\":122,\"aborted_errors\":116,\
                 \"fifo_errors\":118,\"window_errors\":120,\"heartbeat_errors\":119,\
                 \"carrier_changes\":42}}}]\n",
            ),
        ],
    );
    let large = &[(2, u64::MAX), (1, 123_456_789), (4, 99_999_999)];
    reply(
        all,
        "columns as wide as their numbers",
        link_reply((65534, 7, 0), "x", |m| {
            m.bytes(ifla::STATS64, &counters(8, large))
        }),
        &[
            (
                "-s",
                concat!(
                    "7: x: <> \n    link/none \n",
                    "    RX:            bytes   packets   errors dropped  missed   mcast           \n",
                    "    18446744073709551615         0 99999999       0       0       0 \n",
                    "    TX:            bytes   packets   errors dropped carrier collsns           \n",
                    "                       0 123456789        0       0       0       0 \n",
                ),
            ),
            (
                "-s -h",
                concat!(
                    "7: x: <> \n    link/none \n",
                    "    RX:  bytes packets errors dropped  missed   mcast           \n",
                    "         18.4E       0 100.0M       0       0       0 \n",
                    "    TX:  bytes packets errors dropped carrier collsns           \n",
                    "             0    123M      0       0       0       0 \n",
                ),
            ),
            (
                "-s -h -iec",
                concat!(
                    "7: x: <> \n    link/none \n",
                    "    RX:  bytes packets errors dropped  missed   mcast           \n",
                    "        16.0Ei       0 95.4Mi       0       0       0 \n",
                    "    TX:  bytes packets errors dropped carrier collsns           \n",
                    "             0   118Mi      0       0       0       0 \n",
                ),
            ),
        ],
    );
    let small = &[
        (2, 999),
        (0, 1000),
        (4, 1023),
        (6, 1024),
        (3, 1_500_000),
        (1, 12_340),
    ];
    reply(
        all,
        "numbers of 32 bits",
        link_reply((65534, 7, 0), "x", |m| {
            m.bytes(ifla::STATS, &counters(4, small)[..96]);
        }),
        &[
            (
                "-s -h",
                concat!(
                    "7: x: <> \n    link/none \n",
                    "    RX:  bytes packets errors dropped  missed   mcast           \n",
                    "           999   1.00k  1.02k   1.02k       0       0 \n",
                    "    TX:  bytes packets errors dropped carrier collsns           \n",
                    "         1.50M   12.3k      0       0       0       0 \n",
                ),
            ),
            (
                "addr -s",
                concat!(
                    "7: x: <> \n    link/none ",
                    "    RX:  bytes packets errors dropped  missed   mcast           \n",
                    "           999    1000   1023    1024       0       0 \n",
                    "    TX:  bytes packets errors dropped carrier collsns           \n",
                    "       1500000   12340      0       0       0       0 \n",
                ),
            ),
            (
                "-s -j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"none\",\"stats\":{\
                 \"rx\":{\"bytes\":999,\"packets\":1000,\"errors\":1023,\"dropped\":1024,\"over_errors\":0,\
                 \"multicast\":0},\"tx\":{\"bytes\":1500000,\"packets\":12340,\"errors\":0,\"dropped\":0,\
                 \"carrier_errors\":0,\"collisions\":0}}}]\n",
            ),
        ],
    );
}

/// A message with an address's fixed header: family, length of the prefix, flags and scope, on d2.
/// A virtual function: what of it is set, as `IFLA_VF_*` with the words behind its number, and its counters.
fn function(m: &mut Msg, number: u8, settings: &[(u16, &[u32])], counters: &[(u16, u64)]) {
    let head = u32::from(number).to_ne_bytes();
    m.nest(vf::INFO, |m| {
        let mut mac = [0; 36];
        mac[..4].copy_from_slice(&head);
        mac[4..10].copy_from_slice(&[2, 0, 0, 0, 0, number]);
        m.bytes(vf::MAC, &mac);
        if number != 2 {
            let mut all = [0; 32];
            all[..6].fill(0xff);
            m.bytes(vf::BROADCAST, &all);
        }
        for (attr, words) in settings {
            let words = words.iter().flat_map(|word| word.to_ne_bytes());
            m.bytes(*attr, &head.into_iter().chain(words).collect::<Vec<_>>());
        }
        if number > 1 {
            m.nest(vf::VLAN_LIST, |m| {
                let list = [(0u32, 0u32, 0x8100u16), (7, 1, 0x88a8), (8, 0, 0x8100)];
                for (id, qos, protocol) in list.into_iter().filter(|_| number == 2) {
                    let mut one = [&head[..], &id.to_ne_bytes(), &qos.to_ne_bytes()].concat();
                    one.extend(protocol.to_be_bytes());
                    one.extend([0, 0]);
                    m.bytes(vf::VLAN_INFO, &one);
                }
            });
        }
        if !counters.is_empty() {
            m.nest(vf::STATS, |m| {
                for (attr, n) in counters {
                    m.number(*attr, *n, 8);
                }
            });
        }
    });
}

/// What few links have. Recorded from iproute2 7.3, to which such messages were given.
fn rare(all: &mut Vec<Reply>) {
    const MUCH: &[(u16, u64)] = &[
        (0, 100),
        (1, 200),
        (2, 123_456_789_012),
        (3, 400),
        (4, 7),
        (5, 8),
    ];
    const LITTLE: &[(u16, u64)] = &[
        (0, 1),
        (1, 2),
        (2, 3),
        (3, 4),
        (4, 5),
        (5, 6),
        (7, 70),
        (8, 80),
    ];
    // A number of 64 bits in two words of the host.
    let guid = |n: u64| {
        let bytes = n.to_ne_bytes();
        let word = |at: usize| u32::from_ne_bytes(*bytes[at..].first_chunk().expect("four bytes"));
        [0, word(0), word(4)]
    };
    reply(
        all,
        "virtual functions",
        link_reply((ETHER, 7, 0), "x", |m| {
            m.bytes(ifla::ADDRESS, MAC);
            m.u32(ifla::NUM_VF, 4);
            m.nest(ifla::VFINFO_LIST, |m| {
                let first: &[(u16, &[u32])] = &[
                    (vf::VLAN, &[0, 0]),
                    (vf::TX_RATE, &[0]),
                    (vf::RATE, &[0, 0]),
                    (vf::SPOOFCHK, &[1]),
                    (vf::LINK_STATE, &[0]),
                    (vf::TRUST, &[0]),
                    (vf::RSS_QUERY_EN, &[0]),
                ];
                function(m, 0, first, MUCH);
                let second: &[(u16, &[u32])] = &[
                    (vf::VLAN, &[5, 3]),
                    (vf::TX_RATE, &[9]),
                    (vf::RATE, &[5, 100]),
                    (vf::SPOOFCHK, &[0]),
                    (vf::LINK_STATE, &[1]),
                    (vf::TRUST, &[1]),
                    (vf::RSS_QUERY_EN, &[1]),
                    (vf::IB_NODE_GUID, &guid(0x0102_0304_0506_0708)),
                    (vf::IB_PORT_GUID, &guid(0x0102_0304_0506_0709)),
                ];
                function(m, 1, second, LITTLE);
                let third: &[(u16, &[u32])] = &[
                    (vf::TX_RATE, &[0]),
                    (vf::RATE, &[5, 0]),
                    (vf::SPOOFCHK, &[0]),
                    (vf::LINK_STATE, &[2]),
                ];
                function(m, 2, third, MUCH);
                let fourth: &[(u16, &[u32])] = &[
                    (vf::TX_RATE, &[0]),
                    (vf::SPOOFCHK, &[0]),
                    (vf::LINK_STATE, &[3]),
                ];
                function(m, 3, fourth, &[]);
            });
        }),
        &[
            (
                "",
                "7: x: <> \n    link/ether 02:00:00:00:00:01\n    vf 0     link/ether 02:00:00:00:00:00 brd ff:ff:ff:ff:ff:ff, spoof checking on, link-state auto, trust off, query_rss off\n    vf 1     link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff, vlan 5, qos 3, tx rate 9 (Mbps), max_tx_rate 100Mbps, min_tx_rate 5Mbps, spoof checking off, NODE_GUID 01:02:03:04:05:06:07:08, PORT_GUID 01:02:03:04:05:06:07:09, link-state enable, trust on, query_rss on\n    vf 2     link/ether 02:00:00:00:00:02, vlan 7, qos 1, vlan protocol 802.1ad, vlan 8, min_tx_rate 5Mbps, spoof checking off, link-state disable\n    vf 3     link/ether 02:00:00:00:00:03 brd ff:ff:ff:ff:ff:ff, spoof checking off, link-state disable\n",
            ),
            ("addr", "7: x: <> \n    link/ether 02:00:00:00:00:01\n"),
            (
                "-s",
                "7: x: <> \n    link/ether 02:00:00:00:00:01\n\n    vf 0     link/ether 02:00:00:00:00:00 brd ff:ff:ff:ff:ff:ff, spoof checking on, link-state auto, trust off, query_rss off\n    RX: bytes  packets  mcast   bcast \n    123456789012      100       8       7 \n    TX: bytes  packets \n           400      200 \n    vf 1     link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff, vlan 5, qos 3, tx rate 9 (Mbps), max_tx_rate 100Mbps, min_tx_rate 5Mbps, spoof checking off, NODE_GUID 01:02:03:04:05:06:07:08, PORT_GUID 01:02:03:04:05:06:07:09, link-state enable, trust on, query_rss on\n    RX: bytes  packets  mcast   bcast   dropped \n             3        1       6       5       70 \n    TX: bytes  packets   dropped \n             4        2       80 \n    vf 2     link/ether 02:00:00:00:00:02, vlan 7, qos 1, vlan protocol 802.1ad, vlan 8, min_tx_rate 5Mbps, spoof checking off, link-state disable\n    RX: bytes  packets  mcast   bcast \n    123456789012      100       8       7 \n    TX: bytes  packets \n           400      200 \n    vf 3     link/ether 02:00:00:00:00:03 brd ff:ff:ff:ff:ff:ff, spoof checking off, link-state disable\n",
            ),
            (
                "-j -s",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"ether\",\"address\":\"02:00:00:00:00:01\",\"vfinfo_list\":[{\"vf\":0,\"link_type\":\"ether\",\"address\":\"02:00:00:00:00:00\",\"broadcast\":\"ff:ff:ff:ff:ff:ff\",\"rate\":{\"max_tx\":0,\"min_tx\":0},\"spoofchk\":true,\"link_state\":\"auto\",\"trust\":false,\"query_rss_en\":false,\"stats\":{\"rx\":{\"bytes\":123456789012,\"packets\":100,\"multicast\":8,\"broadcast\":7},\"tx\":{\"tx_bytes\":400,\"tx_packets\":200}}},{\"vf\":1,\"link_type\":\"ether\",\"address\":\"02:00:00:00:00:01\",\"broadcast\":\"ff:ff:ff:ff:ff:ff\",\"vlan\":5,\"qos\":3,\"tx_rate\":9,\"rate\":{\"max_tx\":100,\"min_tx\":5},\"spoofchk\":false,\"node guid\":\"01:02:03:04:05:06:07:08\",\"port guid\":\"01:02:03:04:05:06:07:09\",\"link_state\":\"enable\",\"trust\":true,\"query_rss_en\":true,\"stats\":{\"rx\":{\"bytes\":3,\"packets\":1,\"multicast\":6,\"broadcast\":5,\"dropped\":70},\"tx\":{\"tx_bytes\":4,\"tx_packets\":2,\"dropped\":80}}},{\"vf\":2,\"link_type\":\"ether\",\"address\":\"02:00:00:00:00:02\",\"vlan_list\":[{},{\"vlan\":7,\"qos\":1,\"protocol\":\"802.1ad\"},{\"vlan\":8}],\"rate\":{\"max_tx\":0,\"min_tx\":5},\"spoofchk\":false,\"link_state\":\"disable\",\"stats\":{\"rx\":{\"bytes\":123456789012,\"packets\":100,\"multicast\":8,\"broadcast\":7},\"tx\":{\"tx_bytes\":400,\"tx_packets\":200}}},{\"vf\":3,\"link_type\":\"ether\",\"address\":\"02:00:00:00:00:03\",\"broadcast\":\"ff:ff:ff:ff:ff:ff\",\"vlan_list\":[],\"spoofchk\":false,\"link_state\":\"disable\"}]}]\n",
            ),
        ],
    );
    // Not all that kernels of today send.
    reply(
        all,
        "a virtual function of few words",
        link_reply((ETHER, 7, 0), "x", |m| {
            m.bytes(ifla::ADDRESS, MAC);
            m.nest(ifla::VFINFO_LIST, |m| {
                function(m, 0, &[], &[]);
                m.nest(vf::INFO, |m| m.u32(vf::TX_RATE, 5));
            });
        }),
        &[
            (
                "",
                "7: x: <> \n    link/ether 02:00:00:00:00:01\n    vf 0     link/ether 02:00:00:00:00:00 brd ff:ff:ff:ff:ff:ff\n",
            ),
            (
                "-j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"ether\",\"address\":\"02:00:00:00:00:01\",\"vfinfo_list\":[{\"vf\":0,\"link_type\":\"ether\",\"address\":\"02:00:00:00:00:00\",\"broadcast\":\"ff:ff:ff:ff:ff:ff\"},{}]}]\n",
            ),
        ],
    );
    type Program = (
        &'static str,
        u8,
        &'static [(u16, u32)],
        &'static str,
        &'static str,
        &'static str,
        &'static str,
    );
    let programs: [Program; 6] = [
        (
            "xdp",
            1,
            &[(xdp::PROG_ID, 17)],
            "xdp ",
            "xdp/id:17 ",
            "\n    prog/xdp id 17 ",
            r#"{"mode":1,"prog":{"id":17},"attached":[{"mode":1,"prog":{"id":17}}]}"#,
        ),
        (
            "xdpgeneric",
            2,
            &[(xdp::PROG_ID, 17), (xdp::SKB_PROG_ID, 17)],
            "xdpgeneric ",
            "xdpgeneric/id:17 ",
            "\n    prog/xdp id 17 ",
            r#"{"mode":2,"prog":{"id":17},"attached":[{"mode":2,"prog":{"id":17}}]}"#,
        ),
        (
            "xdpoffload",
            3,
            &[(xdp::PROG_ID, 17)],
            "xdpoffload ",
            "xdpoffload/id:17 ",
            "\n    prog/xdp id 17 ",
            r#"{"mode":3,"prog":{"id":17},"attached":[{"mode":3,"prog":{"id":17}}]}"#,
        ),
        (
            "xdpmulti",
            4,
            &[
                (xdp::SKB_PROG_ID, 17),
                (xdp::DRV_PROG_ID, 18),
                (xdp::HW_PROG_ID, 19),
            ],
            "xdpmulti ",
            "xdpmulti ",
            "\n    prog/xdpgeneric id 17 \n    prog/xdpdrv id 18 \n    prog/xdpoffload id 19 ",
            r#"{"mode":4,"attached":[{"mode":2,"prog":{"id":17}},{"mode":1,"prog":{"id":18}},{"mode":3,"prog":{"id":19}}]}"#,
        ),
        (
            "a mode to come",
            9,
            &[(xdp::PROG_ID, 17)],
            "xdp[9] ",
            "xdp[9]/id:17 ",
            "\n    prog/xdp id 17 ",
            r#"{"mode":9,"prog":{"id":17},"attached":[{"mode":9,"prog":{"id":17}}]}"#,
        ),
        (
            "no id",
            1,
            &[],
            "xdp ",
            "xdp ",
            "",
            r#"{"mode":1,"attached":[]}"#,
        ),
    ];
    let leak = |text: String| -> &'static str { text.leak() };
    for (name, mode, ids, link, addr, lines, json) in programs {
        reply(
            all,
            name,
            link_reply((ETHER, 7, 0), "x", |m| {
                m.u32(ifla::MTU, 9);
                m.nest(ifla::XDP, |m| {
                    m.number(xdp::ATTACHED, mode.into(), 1);
                    ids.iter().for_each(|(attr, id)| m.u32(*attr, *id));
                });
            }),
            &[
                (
                    "",
                    leak(format!("7: x: <> mtu 9 {link}\n    link/ether {lines}\n")),
                ),
                (
                    "addr",
                    leak(format!("7: x: <> mtu 9 {addr}\n    link/ether \n")),
                ),
                (
                    "-j",
                    leak(format!(
                        "[{{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"mtu\":9,\"xdp\":{json},\"link_type\":\"ether\"}}]\n"
                    )),
                ),
            ],
        );
    }
    let down = |down: u8, why: u32| {
        link_reply((ETHER, 7, 0), "x", |m| {
            m.number(ifla::PROTO_DOWN, down.into(), 1);
            m.nest(ifla::PROTO_DOWN_REASON | 0x8000, |m| {
                m.u32(reason::VALUE, why)
            });
        })
    };
    reply(
        all,
        "held down",
        down(1, 0x8000_0206),
        &[
            (
                "",
                "7: x: <> \n    link/ether  protodown on protodown_reason <1,2,9,31>\n",
            ),
            (
                "-j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"link_type\":\"ether\",\"proto_down\":true,\"proto_down_reason\":[\"1\",\"2\",\"9\",\"31\"]}]\n",
            ),
        ],
    );
    reply(
        all,
        "a reason left over",
        down(0, 4),
        &[("", "7: x: <> \n    link/ether  protodown_reason <2>\n")],
    );
    let told = |event: u32, index: u32| {
        link_reply((ETHER, 7, 0), "x", |m| {
            m.u32(ifla::TXQLEN, 5);
            m.u32(ifla::EVENT, event);
            m.u32(ifla::NEW_IFINDEX, index);
        })
    };
    reply(
        all,
        "an event",
        told(3, 77),
        &[
            (
                "",
                "7: x: <> qlen 5event BONDING FAILOVER \n    link/ether  new-ifindex 77\n",
            ),
            (
                "-j",
                "[{\"ifindex\":7,\"ifname\":\"x\",\"flags\":[],\"txqlen\":5,\"event\":\"BONDING FAILOVER\",\"link_type\":\"ether\"}]\n",
            ),
        ],
    );
    reply(
        all,
        "an event to come",
        told(9, 1),
        &[(
            "",
            "7: x: <> qlen 5event 9 \n    link/ether  new-ifindex 1\n",
        )],
    );
}

fn address_reply(head: [u8; 4], fill: impl FnOnce(&mut Msg)) -> Vec<u8> {
    let mut msg = Msg::new(NEWADDR, 0, &[head, 2u32.to_ne_bytes()].concat());
    fill(&mut msg);
    msg.finish(0, 0).expect("not too long").to_vec()
}

/// `struct ifa_cacheinfo`.
fn lifetimes(m: &mut Msg, preferred: u32, valid: u32) {
    m.bytes(
        ifa::CACHEINFO,
        &[preferred, valid, 5, 6].map(u32::to_ne_bytes).concat(),
    );
}

fn addresses(all: &mut Vec<Reply>) {
    const FE80: [u8; 16] = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    reply(
        all,
        "an address for ever",
        address_reply([2, 24, 0x80, 0], |m| {
            m.bytes(ifa::ADDRESS, &[10, 0, 0, 1]);
            m.bytes(ifa::LOCAL, &[10, 0, 0, 1]);
            m.bytes(ifa::BROADCAST, &[10, 0, 0, 255]);
            m.str(ifa::LABEL, b"d2:1");
            m.u32(ifa::FLAGS, 0x80);
            lifetimes(m, u32::MAX, u32::MAX);
        }),
        &[
            (
                "",
                "    inet 10.0.0.1/24 brd 10.0.0.255 scope global d2:1\n       \
                 valid_lft forever preferred_lft forever\n",
            ),
            (
                "-o",
                "2: d2    inet 10.0.0.1/24 brd 10.0.0.255 scope global d2:1\\       \
                 valid_lft forever preferred_lft forever\n",
            ),
            ("-br", "10.0.0.1/24 "),
            (
                "-N",
                "    inet 10.0.0.1/24 brd 10.0.0.255 scope 0 d2:1\n       \
                 valid_lft forever preferred_lft forever\n",
            ),
            (
                "-c",
                "    inet \x1b[1;35m10.0.0.1\x1b[0m/24 brd \x1b[1;35m10.0.0.255 \x1b[0mscope global d2:1\n       \
                 valid_lft forever preferred_lft forever\n",
            ),
            (
                "-j",
                "[{\"family\":\"inet\",\"local\":\"10.0.0.1\",\"prefixlen\":24,\"broadcast\":\"10.0.0.255\",\
                 \"scope\":\"global\",\"label\":\"d2:1\",\"valid_life_time\":4294967295,\
                 \"preferred_life_time\":4294967295}]\n",
            ),
            (
                "-o -j",
                "[{\"index\":2,\"dev\":\"d2\",\"family\":\"inet\",\"local\":\"10.0.0.1\",\"prefixlen\":24,\
                 \"broadcast\":\"10.0.0.255\",\"scope\":\"global\",\"label\":\"d2:1\",\
                 \"valid_life_time\":4294967295,\"preferred_life_time\":4294967295}]\n",
            ),
            ("-br -j", "[{\"local\":\"10.0.0.1\",\"prefixlen\":24}]\n"),
        ],
    );
    reply(
        all,
        "every address of an address, and a time that is over",
        address_reply([2, 24, 0x20, 253], |m| {
            m.bytes(ifa::ADDRESS, &[10, 0, 1, 0]);
            m.bytes(ifa::LOCAL, &[10, 0, 0, 1]);
            m.bytes(ifa::BROADCAST, &[10, 0, 0, 2]);
            m.bytes(ifa::ANYCAST, &[10, 0, 0, 3]);
            m.bytes(ifa::MULTICAST, &[10, 0, 0, 4]);
            m.u32(ifa::RT_PRIORITY, 5);
            m.number(ifa::PROTO, 2, 1);
            lifetimes(m, 5u32.wrapping_neg(), 100);
        }),
        &[
            (
                "",
                "    inet 10.0.0.1 peer 10.0.1.0/24 metric 5 brd 10.0.0.2 any 10.0.0.3 mcast 10.0.0.4 scope link \
                 deprecated dynamic proto kernel_ra \n       valid_lft 100sec preferred_lft -5sec\n",
            ),
            ("-br", "10.0.0.1 peer 10.0.1.0/24 metric 5 "),
            (
                "-j",
                "[{\"family\":\"inet\",\"local\":\"10.0.0.1\",\"address\":\"10.0.1.0\",\"prefixlen\":24,\
                 \"metric\":5,\"broadcast\":\"10.0.0.2\",\"anycast\":\"10.0.0.3\",\"multicast\":\"10.0.0.4\",\
                 \"scope\":\"link\",\"deprecated\":true,\"dynamic\":true,\"protocol\":\"kernel_ra\",\
                 \"valid_life_time\":100,\"preferred_life_time\":4294967291}]\n",
            ),
            (
                "-br -j",
                "[{\"local\":\"10.0.0.1\",\"address\":\"10.0.1.0\",\"prefixlen\":24,\"metric\":5}]\n",
            ),
        ],
    );
    reply(
        all,
        "every flag of an IPv6 address",
        address_reply([10, 64, 0, 77], |m| {
            m.bytes(ifa::ADDRESS, &FE80);
            m.u32(ifa::FLAGS, 0xffff_ff7f);
            m.number(ifa::PROTO, 42, 1);
        }),
        &[
            (
                "",
                "    inet6 fe80::1/64 scope 77 temporary nodad optimistic dadfailed home deprecated tentative dynamic \
                 mngtmpaddr noprefixroute autojoin stable-privacy flags fffff000 proto 0x2a \n",
            ),
            (
                "-j",
                "[{\"family\":\"inet6\",\"local\":\"fe80::1\",\"prefixlen\":64,\"scope\":\"77\",\
                 \"temporary\":true,\"nodad\":true,\"optimistic\":true,\"dadfailed\":true,\"home\":true,\
                 \"deprecated\":true,\"tentative\":true,\"dynamic\":true,\"mngtmpaddr\":true,\
                 \"noprefixroute\":true,\"autojoin\":true,\"stable-privacy\":true,\"ifa_flags\":\"fffff000\",\
                 \"protocol\":\"0x2a\"}]\n",
            ),
        ],
    );
    reply(
        all,
        "an IPv6 address with a peer",
        address_reply([10, 128, 0x81, 200], |m| {
            m.bytes(ifa::LOCAL, &FE80);
            m.bytes(ifa::ADDRESS, &[0; 16]);
            m.number(ifa::PROTO, 0, 1);
            lifetimes(m, 0, u32::MAX);
        }),
        &[(
            "",
            "    inet6 fe80::1 peer ::/128 scope site temporary \n       valid_lft forever preferred_lft 0sec\n",
        )],
    );
    reply(
        all,
        "a secondary address",
        address_reply([2, 8, 0x81, 254], |m| m.bytes(ifa::LOCAL, &[127, 0, 0, 1])),
        &[("", "    inet 127.0.0.1/8 scope host secondary \n")],
    );
    let mut gone = address_reply([2, 32, 0x80, 255], |m| m.bytes(ifa::LOCAL, &[0; 4]));
    gone[4..6].copy_from_slice(&DELADDR.to_ne_bytes());
    reply(
        all,
        "an address that is gone",
        gone,
        &[
            ("", "Deleted     inet 0.0.0.0/32 scope nowhere \n"),
            ("-o", "Deleted 2: d2    inet 0.0.0.0/32 scope nowhere \n"),
        ],
    );
    reply(
        all,
        "an unknown family",
        address_reply([99, 8, 0x80, 0], |m| m.bytes(ifa::LOCAL, &[1])),
        &[("", "    family 99 …"), ("-j", "[{\"family_index\":99,…")],
    );
}

#[test]
fn recorded_replies() {
    let mut wrong = String::new();
    for Reply {
        name,
        bytes,
        prints,
    } in replies()
    {
        let message = Messages(&bytes).next().expect("a whole message");
        for (options, expected) in prints {
            let differs = options.starts_with('!');
            let options = options.trim_start_matches('!');
            let found = printed(message, options).expect("a link or an address");
            let found = String::from_utf8_lossy(&found);
            if meets(&found, expected) == differs {
                wrong += &format!("{name} [{options}]\n  - {expected:?}\n  + {found:?}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn nsid_reply(kind: u16, fill: impl FnOnce(&mut Msg)) -> Vec<u8> {
    let mut msg = Msg::new(kind, 0, &[0; 4]);
    fill(&mut msg);
    msg.finish(1, 0).expect("a short message").to_vec()
}

/// Ids of namespaces: the question, and the answers in text and JSON.
#[test]
fn namespace_ids() {
    for (target, id, expected) in [
        (None, None, ""),
        (None, Some(13), " 1:<0d000000>"),
        (Some(12), None, " 4:<0c000000>"),
        (Some(12), Some(13), " 1:<0d000000> 4:<0c000000>"),
    ] {
        let mut msg = netns::encode(&netns::Req::ListId(target, id));
        let bytes = msg.finish(1, 0).expect("a short message");
        assert_eq!(u16::from_ne_bytes([bytes[4], bytes[5]]), 90);
        assert_eq!(attributes(&bytes[20..]), sent(expected));
    }
    let number = |attr: u16, n: i32| (attr, n);
    for (attrs, name, text, json) in [
        (&[number(1, 12)][..], None, "nsid 12 \n", r#"{"nsid":12}"#),
        (
            &[number(1, 12)],
            Some("foo"),
            "nsid 12 (iproute2 netns name: foo)\n",
            r#"{"nsid":12,"name":"foo"}"#,
        ),
        (
            &[number(1, 22), number(5, 12)],
            Some("f\"o"),
            "nsid 22 current-nsid 12 (iproute2 netns name: f\"o)\n",
            r#"{"nsid":22,"current-nsid":12,"name":"f\"o"}"#,
        ),
        (
            &[number(1, -1), number(5, -1)],
            None,
            "nsid unassigned current-nsid unassigned \n",
            "{}",
        ),
        (&[], None, "\n", "{}"),
    ] {
        let bytes = nsid_reply(88, |m| {
            for (attr, n) in attrs {
                m.u32(*attr, *n as u32);
            }
        });
        for (json, expected) in [(false, text), (true, json)] {
            let mut out = Out::new(Style {
                json,
                ..Style::default()
            });
            let message = Messages(&bytes).next().expect("a message");
            let record = netns::decode(message).expect("a record");
            netns::show(&record, name.map(str::as_bytes), &mut out);
            assert_eq!(String::from_utf8_lossy(&out.take()), expected);
        }
        for end in 0..bytes.len() {
            for message in Messages(&bytes[..end]) {
                let _ = netns::decode(message);
            }
        }
    }
    let other = nsid_reply(89, |m| m.u32(1, 1));
    assert!(netns::decode(Messages(&other).next().expect("a message")).is_none());
}

/// Which links the kernel gives back to the initial namespace: those of no kind, but for what cannot leave.
#[test]
fn physical_devices() {
    const ETHER: u16 = 1;
    const LOOPBACK: u16 = 772;
    let of_kind =
        |m: &mut Msg, kind: &str| m.nest(ifla::LINKINFO, |m| m.str(info::KIND, kind.as_bytes()));
    type Case<'a> = (u16, &'a dyn Fn(&mut Msg), Option<&'a [u8]>);
    let cases: [Case<'_>; 5] = [
        (ETHER, &|_| {}, Some(b"eth1")),
        (ETHER, &|m| of_kind(m, "veth"), None),
        (LOOPBACK, &|_| {}, None),
        (ETHER, &|m| m.bytes(ifla::NETNS_IMMUTABLE, &[1]), None),
        (
            ETHER,
            &|m| m.bytes(ifla::NETNS_IMMUTABLE, &[0]),
            Some(b"eth1"),
        ),
    ];
    for (kind, fill, expected) in cases {
        let bytes = link_reply((kind, 2, 0), "eth1", fill);
        let message = Messages(&bytes).next().expect("a message");
        assert_eq!(returning(message), expected);
        for end in 0..message.body.len() {
            let cut = Message {
                body: &message.body[..end],
                ..message
            };
            let _ = returning(cut);
        }
    }
}
