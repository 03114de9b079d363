//! What becomes of an input, and what has to hold of it.

use crate::corpus;
use crate::kernel::{self, Kernel};
use crate::message::{header_len, hex};
use crate::sandbox;
use ipso::args::Words;
use ipso::error::Result;
use ipso::ip::batch::split;
use ipso::ip::command::Io;
use ipso::nl::wire::{Attrs, Messages};
use ipso::out::Style;
use std::env;
use std::mem::transmute;
use std::sync::{LazyLock, Mutex};

#[derive(Clone, Copy, PartialEq)]
pub enum Target {
    /// What the kernel sends: a byte that chooses one of [`COMMANDS`], and messages. With its highest bit each message is a
    /// datagram of its own.
    Messages,
    /// A command line, quoted as in a batch; behind a NUL, what the kernel answers and what is in standard input and in files.
    Words,
    /// Global options, a bit each (see [`BATCH_OPTIONS`]), and the file.
    Batch,
    /// The first, with a fault that is only in this program: no link may have another MTU
    /// than 1500.
    Planted,
}

/// A command that shows something, and the types of the messages that it shows, without their lowest two bits.
pub type Command = (&'static str, &'static [u16]);

const LINK: u16 = 16;
const ADDR: u16 = 20;
const ROUTE: u16 = 24;
const NEIGH: u16 = 28;
const RULE: u16 = 32;
const NTABLE: u16 = 64;
const ADDRLABEL: u16 = 72;
const NETCONF: u16 = 80;
const NSID: u16 = 88;
const STATS: u16 = 92;
const NEXTHOP: u16 = 104;
const BUCKET: u16 = 116;
const FOU: u16 = 1024;
const TCP_METRICS: u16 = 1028;
const MPTCP: u16 = 1032;
const EVENTS: &[u16] = &[
    LINK, ADDR, ROUTE, NEIGH, RULE, ADDRLABEL, NETCONF, NSID, STATS, NEXTHOP, BUCKET,
];

/// New ones come at the end: an input that was kept has its number.
pub const COMMANDS: &[Command] = &[
    ("link", &[LINK]),
    ("-d -s -s link", &[LINK]),
    ("-o -d link", &[LINK]),
    ("-br link", &[LINK]),
    ("-j -d -s -s link", &[LINK]),
    ("-p -j -d link", &[LINK]),
    ("-c -h -iec -s link", &[LINK]),
    ("-N -h -s addr", &[LINK, ADDR]),
    ("-br -j addr", &[LINK, ADDR]),
    ("-br addr", &[LINK, ADDR]),
    ("-d addr", &[LINK, ADDR]),
    ("-j -d addr", &[LINK, ADDR]),
    ("-s -d -c route", &[ROUTE]),
    ("-j -s -d route", &[ROUTE]),
    ("-6 -d route show table all", &[ROUTE]),
    ("-N route show table all", &[ROUTE]),
    ("-j route get 10.0.0.1", &[ROUTE]),
    ("route show cache", &[ROUTE]),
    ("-s neigh", &[NEIGH]),
    ("-j -s neigh", &[NEIGH]),
    ("-br neigh", &[NEIGH]),
    ("-c neigh show proxy", &[NEIGH]),
    ("-N -c rule", &[RULE]),
    ("-d -j rule", &[RULE]),
    ("-d mrule", &[RULE]),
    ("-s -d nexthop", &[NEXTHOP]),
    ("-j -d nexthop", &[NEXTHOP]),
    ("-j -s nexthop bucket", &[BUCKET]),
    ("nexthop bucket", &[BUCKET]),
    ("-o -d stats", &[STATS]),
    ("-j -h stats", &[STATS]),
    ("-s -d stats", &[STATS]),
    ("-s -c mroute show table all", &[ROUTE]),
    ("-j -s -d mroute show table all", &[ROUTE]),
    ("token", &[LINK]),
    ("-j token", &[LINK]),
    ("-s -o ntable", &[NTABLE]),
    ("-j -s ntable", &[NTABLE]),
    ("netconf", &[NETCONF]),
    ("-j netconf", &[NETCONF]),
    ("addrlabel", &[ADDRLABEL]),
    ("-j addrlabel", &[ADDRLABEL]),
    ("netns list-id", &[NSID]),
    ("-j netns list-id", &[NSID]),
    ("fou show", &[FOU]),
    ("-j fou show", &[FOU]),
    ("tcp_metrics", &[TCP_METRICS]),
    ("-j tcp_metrics", &[TCP_METRICS]),
    ("mptcp endpoint", &[MPTCP]),
    ("-j mptcp endpoint", &[MPTCP]),
    ("mptcp limits", &[MPTCP]),
    ("-j mptcp limits", &[MPTCP]),
    ("mptcp monitor", &[MPTCP]),
    ("-j mptcp monitor", &[MPTCP]),
    ("-d -s monitor", EVENTS),
    ("-br monitor", EVENTS),
    ("-j -d monitor", EVENTS),
    ("-t -c monitor all label", EVENTS),
    ("netns monitor", &[NSID]),
    ("link xstats type bridge", &[STATS]),
    ("-j link xstats type bond", &[STATS]),
    ("link afstats", &[STATS]),
    ("-j link afstats", &[STATS]),
    ("-d -d link show d2", &[LINK]),
    ("addr save", &[ADDR]),
    ("route save", &[ROUTE]),
    ("rule save", &[RULE]),
    ("addr flush dev d2", &[ADDR]),
    ("route flush table all", &[ROUTE]),
    ("rule flush", &[RULE]),
    ("neigh flush all", &[NEIGH]),
    ("nexthop flush", &[NEXTHOP]),
    ("-s tcp_metrics flush", &[TCP_METRICS]),
    ("link set d2 vf 0 mac 02:00:00:00:00:01", &[LINK]),
    ("link set d2 type bond_slave queue_id 1", &[LINK]),
    ("link show type bridge", &[LINK]),
    ("link show vrf d3", &[LINK]),
    ("tunnel", &[LINK]),
    ("-s tunnel", &[LINK]),
    ("tuntap", &[LINK]),
    ("-j tuntap", &[LINK]),
    ("vrf", &[LINK]),
    ("-j -br vrf", &[LINK]),
    ("-j addr showdump", &[ADDR]),
];

/// Whether a command writes messages as they are, and does so to no terminal.
fn is_binary(line: &str) -> bool {
    line.ends_with(" save")
}

/// The global options of a batch, and their bits.
pub const BATCH_OPTIONS: &[(u8, &str)] = &[
    (1, "-force"),
    (2, "-j"),
    (4, "-d"),
    (8, "-s"),
    (16, "-o"),
    (32, "-c"),
    (64, "-echo"),
];

/// What shows a message that was sent as one that is there, by its type.
const SHOWN_BY: &[(u16, [&str; 2])] = &[
    (LINK, ["-d -s link", "-j -d link"]),
    (ADDR, ["-d addr", "-j -d addr"]),
    (
        ROUTE,
        ["-d route show table all", "-j -d route show table all"],
    ),
    (NEIGH, ["-s neigh", "-j -s neigh"]),
    (RULE, ["-d rule", "-j -d rule"]),
    (NTABLE, ["ntable", "-j ntable"]),
    (ADDRLABEL, ["addrlabel", "-j addrlabel"]),
    (NEXTHOP, ["-d nexthop", "-j -d nexthop"]),
];

/// What a line has sent that was tried for that.
pub static SENT: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// What the command lines of an input have printed, if that is asked for.
pub static PRINTED: Mutex<Vec<u8>> = Mutex::new(Vec::new());
pub static PRINTS: LazyLock<bool> = LazyLock::new(|| env::var_os("IPSO_FUZZ_PRINT").is_some());

impl Target {
    pub fn named(name: &str) -> Option<Target> {
        Some(match name {
            "messages" => Target::Messages,
            "words" => Target::Words,
            "batch" => Target::Batch,
            "planted" => Target::Planted,
            _ => return None,
        })
    }

    /// Tries an input. Panics where something does not hold.
    pub fn run(self, input: &[u8]) {
        if input == kernel::CHECK {
            sandbox::try_to_leave();
            return check();
        }
        if let Some(line) = input.strip_prefix(kernel::SENT) {
            let ended = run(line, Kernel::default());
            let sent = ended.kernel.sent.into_iter();
            *SENT.lock().expect("one thread") = sent.map(|(_, datagram)| datagram).collect();
            return;
        }
        match self {
            Target::Messages => drop(show(input)),
            Target::Words => try_words(input),
            Target::Batch => try_batch(input),
            Target::Planted => {
                let stdout = String::from_utf8_lossy(&show(input)).into_owned();
                let other = stdout
                    .split("mtu ")
                    .skip(1)
                    .find(|rest| !rest.starts_with("1500 "));
                assert!(other.is_none(), "planted: {stdout}");
            }
        }
    }

    /// An input in words, as a test can have it.
    pub fn explain(self, input: &[u8]) -> String {
        match (self, input) {
            (Target::Messages | Target::Planted, [command, script @ ..]) => {
                let mut text = format!("ip {}\n", command_of(*command).0);
                let mut at = 0;
                for message in Messages(script) {
                    let whole = &script[at..at + 16 + message.body.len()];
                    text += &format!("    type {} body {}\n", message.kind, hex(&whole[16..]));
                    at += whole.len().next_multiple_of(4);
                }
                text + &format!("    all: {}\n", hex(script))
            }
            (Target::Words, _) => {
                let (line, script) = line_and_script(input);
                format!("ip {}\n    answer: {}\n", line.escape_ascii(), hex(script))
            }
            (Target::Batch, [options, file @ ..]) => {
                let line = batch_line(*options);
                format!("ip {line} <<.\n{}\n.\n", file.escape_ascii())
            }
            _ => String::new(),
        }
    }
}

/// What is tried is reached: a message is shown, words are sent, and so are the lines of a file.
fn check() {
    let link = corpus::planted().remove(0);
    let shown = String::from_utf8_lossy(&show(&link)).into_owned();
    assert!(
        shown.contains(": d2: ") && shown.contains("mtu 1500"),
        "{shown}"
    );
    let changes = |ended: Ended| {
        let kinds = ended.kernel.sent.iter().map(|(_, datagram)| datagram[4]);
        kinds.filter(|kind| *kind == LINK as u8).count()
    };
    let line = b"link set d2 mtu 5";
    assert_eq!(changes(run(line, Kernel::default())), 1, "words");
    let kernel = Kernel {
        stdin: b"link set d2 mtu 5\n# none\nlink set \\\nd3 mtu 6".to_vec(),
        ..Kernel::default()
    };
    assert_eq!(changes(run(b"-batch -", kernel)), 2, "lines of a batch");
}

fn command_of(byte: u8) -> Command {
    COMMANDS[usize::from(byte & 0x7f) % COMMANDS.len()]
}

/// What there is when a command has ended.
struct Ended {
    done: Result<()>,
    style: Style,
    kernel: Kernel,
}

/// Runs a command line as the program does.
fn run(line: &[u8], kernel: Kernel) -> Ended {
    let mut done = Ok(());
    let mut style = Style::default();
    let kernel = kernel::with(kernel, || {
        let Ok(words) = split(line) else { return };
        let mut io = Io::default();
        done = match words[..] {
            [b"isolate", ref rest @ ..] => {
                // SAFETY: the words are kept no longer than the call lasts, which starts no process.
                let rest = unsafe { transmute::<&[&[u8]], &'static [&'static [u8]]>(rest) };
                ipso::isolate::run(rest, &mut io)
            }
            _ => ipso::ip::run(&mut Words::new(&words), None, &mut io),
        };
        let written = io.out.flush();
        if let Err(e) = &done {
            io.out.report(e);
        }
        written.expect("nothing refuses to be written to");
        style = io.out.style;
    });
    if *PRINTS {
        let mut printed = PRINTED.lock().expect("one thread");
        printed.extend_from_slice(&[b"$ ip ", line, b"\n"].concat());
        printed.extend_from_slice(&[&kernel.stdout[..], &kernel.stderr].concat());
    }
    Ended {
        done,
        style,
        kernel,
    }
}

fn show(input: &[u8]) -> Vec<u8> {
    let Some((&choice, script)) = input.split_first() else {
        return Vec::new();
    };
    let (line, _) = command_of(choice);
    let kernel = Kernel {
        script: script.to_vec(),
        is_split: choice & 0x80 != 0,
        is_terminal: !is_binary(line),
        ..Kernel::default()
    };
    let ended = run(line.as_bytes(), kernel);
    check_sent(&ended.kernel, false);
    check_shown(line, &ended);
    ended.kernel.stdout
}

/// JSON is JSON, and text for a terminal has no control characters but its own.
fn check_shown(line: &str, ended: &Ended) {
    let has = |word: &str| line.split(' ').any(|other| other == word);
    let stdout = &ended.kernel.stdout;
    if is_binary(line) {
        return;
    }
    if has("-j") && !has("limits") {
        match () {
            () if ended.done.is_ok() => check_json(line, stdout),
            // It ends when the socket does, which leaves the list of all events open.
            () if has("mptcp") && has("monitor") => check_json(line, &[stdout, &b"]"[..]].concat()),
            () if has("monitor") => check_json(line, stdout),
            // A refusal may come in the middle.
            () => {}
        }
        return;
    }
    check_text(ended);
}

/// Text for a terminal has line breaks, tabs and colours, and else nothing that the terminal would obey.
fn check_text(ended: &Ended) {
    let stdout = &ended.kernel.stdout;
    for (at, byte) in stdout.iter().enumerate() {
        let is_own = match byte {
            b'\n' | b'\t' => true,
            0x1b => ended.style.color && stdout.get(at + 1) == Some(&b'['),
            _ => !byte.is_ascii_control(),
        };
        assert!(is_own, "{}", stdout.escape_ascii());
    }
}

fn check_json(line: &str, stdout: &[u8]) {
    let text = String::from_utf8_lossy(stdout);
    let values = serde_json::Deserializer::from_str(&text).into_iter::<serde::de::IgnoredAny>();
    for value in values {
        if let Err(e) = value {
            panic!("{line}: {e}: {text}");
        }
    }
}

/// What is sent is whole messages; where nothing in them is a copy of what was received, their attributes fill them.
fn check_sent(kernel: &Kernel, is_own: bool) {
    for (protocol, datagram) in &kernel.sent {
        let mut len = 0;
        for message in Messages(datagram) {
            len += 16 + message.body.len().next_multiple_of(4);
            assert!(message.flags & 1 != 0, "no request: {}", hex(datagram));
            if !is_own || *protocol != 0 && *protocol != 16 {
                continue;
            }
            let head = match (protocol, message.kind) {
                (16, _) => 4,
                // RTM_GETMULTICAST
                (_, 58) => 4,
                (_, kind) => header_len(kind),
            };
            // To dump what is old, `struct rtgenmsg` is enough.
            if message.body.len() < head {
                assert!(message.kind & 3 == 2, "short: {}", hex(datagram));
                continue;
            }
            let mut attrs = Attrs(&message.body[head..]);
            while attrs.next().is_some() {}
            let left = attrs.0.len();
            assert_eq!(left, 0, "behind the attributes: {}", hex(datagram));
        }
        assert_eq!(len, datagram.len(), "messages: {}", hex(datagram));
    }
}

fn line_and_script(input: &[u8]) -> (&[u8], &[u8]) {
    match input.iter().position(|byte| *byte == 0) {
        Some(at) => (&input[..at], &input[at + 1..]),
        None => (input, &[]),
    }
}

fn try_words(input: &[u8]) {
    let (line, script) = line_and_script(input);
    let kernel = Kernel {
        script: script.to_vec(),
        stdin: script.to_vec(),
        file: script.to_vec(),
        is_terminal: !line.windows(5).any(|word| word == b" save"),
        ..Kernel::default()
    };
    let ended = run(line, kernel);
    check_sent(&ended.kernel, script.is_empty());
    if ended.kernel.is_terminal && !ended.style.json {
        check_text(&ended);
    }
    if ended.style.json && ended.done.is_ok() && ended.kernel.stdout.starts_with(b"[") {
        check_json(&String::from_utf8_lossy(line), &ended.kernel.stdout);
    }
    // What would be there then.
    for (protocol, datagram) in ended.kernel.sent {
        let known = Messages(&datagram).next().and_then(|message| {
            SHOWN_BY
                .iter()
                .find(|(kind, _)| protocol == 0 && *kind == message.kind)
        });
        for line in known.iter().flat_map(|(_, lines)| lines) {
            let kernel = Kernel {
                script: datagram.clone(),
                is_terminal: true,
                ..Kernel::default()
            };
            check_shown(line, &run(line.as_bytes(), kernel));
        }
    }
}

fn batch_line(options: u8) -> String {
    let chosen = BATCH_OPTIONS.iter().filter(|(bit, _)| options & bit != 0);
    let words = chosen.map(|(_, word)| format!("{word} "));
    words.chain(["-batch -".to_owned()]).collect()
}

fn try_batch(input: &[u8]) {
    let Some((&options, file)) = input.split_first() else {
        return;
    };
    let kernel = Kernel {
        stdin: file.to_vec(),
        ..Kernel::default()
    };
    let ended = run(batch_line(options).as_bytes(), kernel);
    check_sent(&ended.kernel, true);
}
