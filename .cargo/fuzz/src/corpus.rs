//! What fuzzing starts with: the data of the tests.

use crate::data::{Reply, replies, root, sections};
use crate::kernel::SENT as SENT_BY;
use crate::sandbox::Worker;
use crate::target::{COMMANDS, SENT, Target};
use ipso::nl::wire::Msg;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The objects that have messages of the kernel in tests/bytes.
const REPLIES: &[(&str, &str)] = &[
    ("addr", "replies"),
    ("fou", "replies"),
    ("kinds", "replies"),
    ("link", "replies"),
    ("mptcp", "replies"),
    ("neigh", "replies"),
    ("netns", "freed"),
    ("netns", "replies"),
    ("nexthop", "replies"),
    ("route", "replies"),
    ("rule", "replies"),
    ("stats", "replies"),
    ("tcp_metrics", "replies"),
    ("tunables", "replies"),
];

/// The objects that have command lines there.
const LINES: &[(&str, &str)] = &[
    ("addr", "requests"),
    ("fou", "requests"),
    ("kinds", "requests"),
    ("link", "requests"),
    ("maddress", "calls"),
    ("mptcp", "requests"),
    ("neigh", "requests"),
    ("netns", "requests"),
    ("nexthop", "requests"),
    ("route", "requests"),
    ("rule", "requests"),
    ("stats", "requests"),
    ("tcp_metrics", "requests"),
    ("tunables", "requests"),
    ("tunnel", "calls"),
    ("tuntap", "calls"),
    ("tuntap", "requests"),
];

/// How many commands show a message from the start.
const COMMANDS_OF_ONE: usize = 4;

/// Writes the inputs of a target into a folder, each into a file of its own.
pub fn write(target: Target, folder: &Path, worker: &Worker) {
    let inputs = match target {
        Target::Messages => [messages(), sent(worker)].concat(),
        Target::Words => words(),
        Target::Batch => batches(),
        Target::Planted => planted(),
    };
    assert!(!inputs.is_empty());
    fs::create_dir_all(folder).expect("a folder");
    for (n, input) in inputs.iter().enumerate() {
        let path = folder.join(format!("seed-{n:05}"));
        fs::write(&path, input).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
}

fn all_replies() -> Vec<Reply> {
    let all = REPLIES
        .iter()
        .flat_map(|(object, what)| replies(object, what));
    all.collect()
}

fn kind(message: &[u8]) -> u16 {
    u16::from_ne_bytes([message[4], message[5]]) & !3
}

fn messages() -> Vec<Vec<u8>> {
    let mut inputs = Vec::new();
    for (n, reply) in all_replies().iter().enumerate() {
        let shows = |byte: &usize| COMMANDS[*byte].1.contains(&kind(&reply.bytes));
        let commands: Vec<usize> = (0..COMMANDS.len()).filter(shows).collect();
        for turn in 0..commands.len().min(COMMANDS_OF_ONE) {
            let command = commands[(n * COMMANDS_OF_ONE + turn) % commands.len()];
            inputs.push([&[command as u8][..], &reply.bytes].concat());
        }
    }
    // A prefix that a router has announced: `struct prefixmsg`, an address and lifetimes.
    let mut msg = Msg::new(52, 0, &[10, 0, 0, 0, 2, 0, 0, 0, 3, 64, 3, 0]);
    msg.bytes(1, &[0xfd; 16]);
    msg.bytes(2, &[1; 8]);
    let bytes = msg.finish(0, 0).expect("a message").to_vec();
    for byte in (0..COMMANDS.len()).filter(|byte| COMMANDS[*byte].0.contains("-d monitor")) {
        inputs.push([&[byte as u8][..], &bytes].concat());
    }
    inputs
}

/// What the command lines send, which is what the kernel sends when it is there. Only the thread of the inputs may run them.
fn sent(worker: &Worker) -> Vec<Vec<u8>> {
    let groups = request_groups()
        .into_iter()
        .chain([kind_lines(), encap_lines()]);
    let mut messages = BTreeSet::new();
    for line in groups.flatten() {
        if worker.run(&[SENT_BY, line.as_bytes()].concat()) {
            messages.append(&mut SENT.lock().expect("one thread").drain(..).collect());
        }
    }
    let mut inputs = Vec::new();
    for message in &messages {
        // RTM_NEW… alone.
        let shows = |byte: &usize| COMMANDS[*byte].1.contains(&u16::from(message[4]));
        let commands: Vec<usize> = (0..COMMANDS.len()).filter(shows).collect();
        // Of the lists of links these are text and JSON with all details.
        for command in commands.iter().skip(1).step_by(3).take(2) {
            inputs.push([&[*command as u8][..], message].concat());
        }
    }
    inputs
}

/// One message, of a link with the MTU that is no fault.
pub fn planted() -> Vec<Vec<u8>> {
    let mut msg = Msg::new(16, 0, &[0; 16]);
    msg.str(3, b"d2");
    msg.u32(4, 1500);
    let bytes = msg.finish(0, 0).expect("a message");
    vec![[&[0][..], bytes].concat()]
}

/// The command lines of a line of requests.txt.
fn command(line: &str) -> String {
    line.split(" => ").next().unwrap_or_default().to_owned()
}

fn kind_lines() -> Vec<String> {
    let mut lines = Vec::new();
    for section in sections("kinds", "options") {
        let begin = match section.title.ends_with("_slave") {
            true => "link set dev d3 type",
            false => "link add name k0 type",
        };
        let title = &section.title;
        let words = section.lines.iter().map(|line| command(&line.text));
        lines.extend(words.map(|words| format!("{begin} {title} {words}")));
    }
    lines
}

fn encap_lines() -> Vec<String> {
    let sections = sections("encap", "options").into_iter();
    let lines = sections.flat_map(|section| section.lines);
    let words = lines.map(|line| command(&line.text).replace(" | ", " "));
    words
        .map(|words| format!("route add 10.9.0.0/16 encap {words}"))
        .collect()
}

fn isolate_lines() -> Vec<String> {
    let sections = sections("nat", "batches").into_iter();
    let lines = sections.flat_map(|section| section.lines);
    lines
        .map(|line| format!("isolate {} true", command(&line.text)))
        .collect()
}

/// The lines of tests/differential, in the groups that stand together.
fn scripts() -> Vec<Vec<String>> {
    let mut scripts = Vec::new();
    let folder = root().join("tests/differential");
    let entries = fs::read_dir(folder).expect("a folder");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    for file in files {
        let text = fs::read_to_string(&file).expect("a text file");
        for part in text.split("\n---\n") {
            let lines = part.lines().filter(|line| !line.is_empty());
            let lines = lines.filter_map(|line| match line.strip_prefix("@ip ") {
                Some(line) => Some(line.to_owned()),
                None if line.starts_with(['@', '#']) => None,
                None => Some(line.to_owned()),
            });
            scripts.push(lines.collect());
        }
    }
    scripts
}

/// What `printf '…' >FILE` writes, in lines of tests/differential.
fn printed() -> Vec<String> {
    let file = root().join("tests/differential/batch.txt");
    let text = fs::read_to_string(file).expect("a text file");
    let quoted = text.lines().filter_map(|line| {
        let (_, rest) = line.split_once("printf ")?;
        let (text, _) = rest.split_once('\'')?.1.split_once("' >")?;
        let text = text.replace("\\n", "\n").replace("\\t", "\t");
        Some(text.replace("\\r", "\r").replace("\\\\", "\\"))
    });
    quoted.collect()
}

fn request_groups() -> Vec<Vec<String>> {
    let all = LINES
        .iter()
        .flat_map(|(object, what)| sections(object, what));
    all.map(|section| {
        let lines = section.lines.iter();
        lines.map(|line| command(&line.text)).collect()
    })
    .collect()
}

fn words() -> Vec<Vec<u8>> {
    let mut lines: BTreeSet<Vec<u8>> = BTreeSet::new();
    for group in request_groups().into_iter().chain(scripts()) {
        lines.extend(group.into_iter().map(String::into_bytes));
    }
    for group in [kind_lines(), encap_lines(), isolate_lines()] {
        lines.extend(group.into_iter().map(String::into_bytes));
    }
    // With an answer.
    for reply in all_replies() {
        let commands = reply
            .prints
            .iter()
            .filter_map(|print| print.command.strip_prefix("ip "));
        for line in commands.take(2) {
            lines.insert([line.as_bytes(), b"\0", &reply.bytes].concat());
        }
    }
    // With files.
    for reply in all_replies() {
        for (kind_of, magic, object) in SAVED {
            if kind(&reply.bytes) == *kind_of {
                for command in ["restore", "showdump"] {
                    let line = format!("{object} {command}\0");
                    lines.insert([line.as_bytes(), &magic.to_ne_bytes(), &reply.bytes].concat());
                }
            }
        }
        lines.insert([b"-j -d monitor file x\0", &reply.bytes[..]].concat());
    }
    for (line, file) in FILES {
        lines.insert(format!("{line}\0{file}").into_bytes());
    }
    lines.into_iter().collect()
}

/// The types of messages that can be saved, the number in front of them, and the object.
const SAVED: &[(u16, u32, &str)] = &[
    (20, 0x4736_1222, "addr"),
    (24, 0x4531_1224, "route"),
    (32, 0x7170_6986, "rule"),
];

/// Commands that read files, and what is in them.
const FILES: &[(&str, &str)] = &[
    ("rule add table a", "# names\n10 a\n0x14\tb # two\n"),
    ("route add 10.9.0.0/16 dev d2 proto b", "10\ta\n20 b\n"),
    (
        "addr add 10.0.0.1/24 dev d2 scope a proto b",
        "10\ta\n20 b\n",
    ),
    ("link set d2 group b", "10\ta\n20 b\n"),
    ("link add k0 type vxlan id 5 dev d2", "1\n"),
    (
        "-j maddr",
        "3    d3              1     0     333300000001\n",
    ),
    (
        "maddr show dev d3",
        "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n\
         3\td3        :     1      V3\n\t\t\t\t010000E0     1 0:00000000\t\t0\n",
    ),
    (
        "-6 maddr",
        "3    d3              ff0200000000000000000001ff000001     2 00000004 0\n",
    ),
    (
        "-j mroute",
        "Group    Origin   Iif     Pkts    Bytes    Wrong Oifs\n",
    ),
    ("rule add ipproto b", "a 10 A\nb 20 B\n"),
    ("-batch x", "link set d2 up\nlink set d2 down\n"),
    ("vrf exec d3 x", "0::/user.slice\n"),
    (
        "isolate --user a:b --net x true",
        "a:x:1:2::/:/bin/sh\nb:x:2:\n",
    ),
    (
        "netns identify 1",
        "36 35 98:0 / /run/netns rw,noatime shared:1 - nsfs nsfs rw\n",
    ),
];

fn batches() -> Vec<Vec<u8>> {
    let mut files: Vec<String> = printed();
    for group in request_groups().into_iter().chain(scripts()) {
        // Longer files take longer and show no more.
        files.extend(group.chunks(12).map(|lines| lines.join("\n")));
    }
    let mut inputs: Vec<Vec<u8>> = Vec::new();
    for (n, file) in files.iter().enumerate() {
        for options in [n as u8 & 0x7e, n as u8 | 1] {
            inputs.push([&[options][..], file.as_bytes()].concat());
        }
    }
    inputs
}

/// libFuzzer's dictionary: the words of all those lines.
pub fn dictionary() -> String {
    let mut words = BTreeSet::new();
    let groups = request_groups().into_iter().chain(scripts());
    let lines = groups
        .flatten()
        .chain(kind_lines())
        .chain(encap_lines())
        .chain(isolate_lines());
    for line in lines {
        for word in line.split_whitespace() {
            let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '\'');
            if (2..=24).contains(&word.len()) && word.chars().all(is_plain) {
                words.insert(word.to_owned());
            }
        }
    }
    words.iter().map(|word| format!("\"{word}\"\n")).collect()
}
