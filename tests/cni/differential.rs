//! Plays every script of tests/cni/ twice, with ipso's links and with the reference plugins, each time in fresh namespaces. After each
//! line the answers have to be equal, and so has what both namespaces have: links, addresses, routes, settings; and the stores.
//!
//! The reference is Debian's package `containernetworking-plugins`, or the folder `$IPSO_CNI_REFERENCE`.
//!
//! A line of a script is a call: variables, the command, the plugin, and members of the configuration, of which the version, the
//! name and the type are added where they are not said; or a whole configuration. `$PREV` is what the last ADD has answered.
//! Other lines are:
//!
//! - `# …`: a comment.
//! - `---`: the end of a group. The next one is played in fresh namespaces.
//! - `@sh …`: a step of preparation, by the shell.
//! - `@needs KIND …`: the group needs these kinds of links.
//! - `~answer …`, `~state …`: the answers to the next line are to differ, or the states after it, for this reason.

use crate::common::*;
use crate::support::*;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::thread;

macro_rules! scripts {
    ($($test:ident $file:literal)*) => {
        const FILES: &[&str] = &[$($file),*];
        $(#[test] fn $test() { compare(concat!("differential::", stringify!($test)), $file); })*
    };
}

scripts! {
    bridge "bridge"
    chained "chained"
    ipam "ipam"
    lower "lower"
    protocol "protocol"
    ptp "ptp"
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cni")
}

#[test]
fn every_script_is_played() {
    let entries = fs::read_dir(folder()).expect("tests/cni").flatten();
    let names = entries.map(|entry| entry.file_name().into_string().expect("a name"));
    let mut found: Vec<_> = names
        .filter_map(|name| name.strip_suffix(".txt").map(str::to_owned))
        .collect();
    found.sort();
    assert_eq!(found, FILES);
    let calls: usize = FILES
        .iter()
        .flat_map(|file| groups(file))
        .map(|group| group.steps.len())
        .sum();
    assert!(calls > 150, "only {calls} lines");
}

/// A line of a script.
struct Step {
    number: usize,
    line: String,
    /// Whether the answers differ, and the states.
    differs: [bool; 2],
}

/// Lines for the same namespaces.
#[derive(Default)]
struct Group {
    kinds: Vec<String>,
    steps: Vec<Step>,
}

fn groups(file: &str) -> Vec<Group> {
    let path = folder().join(format!("{file}.txt"));
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut groups = vec![Group::default()];
    let mut differs = [false; 2];
    for (number, line) in (1..).zip(text.lines()) {
        let group = groups.last_mut().expect("one at least");
        match line.split_once(' ') {
            _ if line == "---" => groups.push(Group::default()),
            _ if line.is_empty() || line.starts_with('#') => {}
            Some(("@needs", kinds)) => group.kinds.extend(kinds.split(' ').map(str::to_owned)),
            Some(("~answer", _)) => differs[0] = true,
            Some(("~state", _)) => differs[1] = true,
            _ => group.steps.push(Step {
                number,
                line: line.to_owned(),
                differs: std::mem::take(&mut differs),
            }),
        }
    }
    groups
}

/// What there is to compare after a line.
struct Seen {
    answer: String,
    state: String,
}

fn compare(test: &str, file: &str) {
    namespaces_with(&[part::CNI], test, || {
        let Some(ip) = which("ip") else {
            return skip(test, "no ip of iproute2 here");
        };
        if !has_tools(test, &["iptables", "ip6tables"]) {
            return;
        }
        let Some(reference) = reference(test, &["bridge", "host-local", "portmap"]) else {
            return;
        };
        let mut report = String::new();
        let mut groups = groups(file);
        groups.retain(|group| group.kinds.iter().all(|kind| has_kind(kind)));
        // What takes its time is the kernel's: all of them at once.
        let played: Vec<_> = thread::scope(|scope| {
            let start = |group, plugins| {
                let ip = &ip;
                scope.spawn(move || fresh(|| play(plugins, ip, file, group)))
            };
            let both = |group| (start(group, PLUGINS), start(group, &reference));
            let threads: Vec<_> = groups.iter().map(both).collect();
            let seen = threads
                .into_iter()
                .map(|(ours, theirs)| (ours.join(), theirs.join()));
            seen.map(|(ours, theirs)| (ours.expect("no panic"), theirs.expect("no panic")))
                .collect()
        });
        for (group, (ours, theirs)) in groups.iter().zip(&played) {
            for (step, (ours, theirs)) in group.steps.iter().zip(ours.iter().zip(theirs)) {
                let pairs = [
                    ("answer", &ours.answer, &theirs.answer),
                    ("state", &ours.state, &theirs.state),
                ];
                for ((what, ours, theirs), differs) in pairs.into_iter().zip(step.differs) {
                    let at = format!("{file}.txt:{}: {}\n", step.number, step.line);
                    if differs && ours == theirs {
                        let _ = write!(report, "{at}    ~{what} is not needed any more\n{ours}");
                    } else if !differs && ours != theirs {
                        let _ = write!(report, "{at}    {what}:\n{}", diff(theirs, ours));
                    }
                }
            }
        }
        assert!(report.is_empty(), "\n{report}");
    });
}

/// Plays a group with the plugins of a folder.
fn play(plugins: &str, ip: &Path, file: &str, group: &Group) -> Vec<Seen> {
    // Without link-local addresses and duplicate address detection, which the kernel does in a work queue.
    for (key, value) in [("addr_gen_mode", "1"), ("accept_dad", "0")] {
        let _ = fs::write(format!("/proc/sys/net/ipv6/conf/default/{key}"), value);
    }
    set_up();
    within_both(|| {
        for (key, value) in [("addr_gen_mode", "1"), ("accept_dad", "0")] {
            let _ = fs::write(format!("/proc/sys/net/ipv6/conf/default/{key}"), value);
        }
    });
    let text: Vec<_> = group.steps.iter().map(|step| step.line.as_str()).collect();
    let keep = text.join("\n");
    let mut previous = "null".to_owned();
    let mut seen = Vec::new();
    for step in &group.steps {
        let at = format!("{file}.txt:{}: {}", step.number, step.line);
        let answer = match step.line.split_once(' ') {
            Some(("@sh", script)) => {
                let mut shell = command_with(ip, ["sh", "-c", script]);
                shell.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
                let out = finish(shell);
                assert_eq!(out.code, 0, "{at}\n{}", out.stderr);
                String::new()
            }
            _ => {
                let out = read_call(&step.line, &previous).in_folder(plugins).run();
                let mut answer = match out.stdout.as_str() {
                    "" => Value::Null,
                    text => parse(text),
                };
                if step.line.contains("ADD ") && out.code == 0 {
                    previous = answer.to_string();
                }
                if out.code != 0 {
                    // The reference leaves it out of refusals.
                    answer
                        .as_object_mut()
                        .map(|object| object.remove("cniVersion"));
                }
                format!("{} {:#}\n", out.code, sorted(answer)).replace(plugins, "$PLUGINS")
            }
        };
        let prefix = |line: &str| -> Vec<String> {
            ["ip".to_owned()].into_iter().chain(words(line)).collect()
        };
        let shown = |line: &str| {
            let mut words = prefix(line);
            words[0] = ip.display().to_string();
            finish(command(words)).stdout
        };
        settle(shown);
        comes_true(|| bridges_are_settled(&shown("-d -j link")));
        let mut masks = Masks::default();
        seen.push(Seen {
            answer: mask(&masks.apply(&answer), &keep),
            state: state(&shown, &mut masks, &keep),
        });
    }
    seen
}

/// Whether a bridge without ports has no carrier, which it loses some time after the last one.
fn bridges_are_settled(links: &str) -> bool {
    let links: Value = serde_json::from_str(links).unwrap_or_default();
    let links = || links.as_array().into_iter().flatten();
    let is_bridge = |link: &&Value| link["linkinfo"]["info_kind"] == "bridge";
    links().filter(is_bridge).all(|bridge| {
        let has_ports = links().any(|link| link["master"] == bridge["ifname"]);
        let state = &bridge["operstate"];
        has_ports || state == "DOWN" || !bridge["flags"].to_string().contains("\"UP\"")
    })
}

/// Runs something in the namespace of the container.
fn within_both(body: impl FnOnce() + Send) {
    servers::within("c", body);
}

/// The call that a line is.
fn read_call(line: &str, previous: &str) -> Call {
    let (mut variables, mut rest) = (Vec::new(), line);
    while let Some((word, more)) = rest.split_once(' ')
        && let Some((name, value)) = word.split_once('=')
        && name.starts_with("CNI_")
    {
        variables.push((name, value));
        rest = more;
    }
    let mut words = rest.splitn(3, ' ');
    let mut word = || words.next().unwrap_or_default();
    let (command, plugin, members) = (word(), word(), word());
    let config = match members.starts_with('{') || members == "-" {
        true => members.trim_start_matches('-').to_owned(),
        false => {
            let mut all = String::new();
            for (name, value) in [("cniVersion", "1.0.0"), ("name", "net"), ("type", plugin)] {
                if !members.contains(&format!("\"{name}\":")) || name == "type" {
                    let _ = write!(all, "\"{name}\":\"{value}\",");
                }
            }
            format!("{{{}}}", format!("{all}{members}").trim_end_matches(','))
        }
    };
    let call = call(
        &format!("{command} {plugin}"),
        config.replace("$PREV", previous),
    );
    variables
        .into_iter()
        .fold(call, |call, (name, value)| match value {
            "-" => call.without(name),
            value => call.with(name, value),
        })
}

/// The same with the members of objects sorted.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let sorted_members: BTreeMap<_, _> = members
                .into_iter()
                .map(|(name, value)| (name, sorted(value)))
                .collect();
            sorted_members.into_iter().collect()
        }
        Value::Array(list) => list.into_iter().map(sorted).collect(),
        other => other,
    }
}

/// Random names of veth links, numbered in their order.
#[derive(Default)]
struct Masks(HashMap<String, String>);

impl Masks {
    /// Numbers the names in a text.
    fn apply(&mut self, text: &str) -> String {
        let mut pieces = text.split("veth");
        let mut masked = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let is_random = |digits: &&str| {
                let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                digits.bytes().all(is_hex)
            };
            match piece.get(..8).filter(is_random) {
                Some(digits) => {
                    let next = format!("veth-{}", self.0.len() + 1);
                    masked += self.0.entry(digits.to_owned()).or_insert(next);
                    masked += &piece[8..];
                }
                None => {
                    masked += "veth";
                    masked += piece;
                }
            }
        }
        masked
    }
}

/// What differs for no reason: how often something was made, and what of a bridge is a time.
const CHANGING: &[&str] = &[
    "ifindex",
    "link_index",
    "link_netnsid",
    "ifi_index",
    "cache_info",
    "bridge_id",
    "root_id",
    "designated_bridge",
    "designated_root",
    "port_id",
    "id",
];

fn without_changing(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members
                .retain(|name, _| !CHANGING.contains(&name.as_str()) && !name.ends_with("_timer"));
            // Which of them a link without a carrier has depends on where its peer was when it lost it.
            if members
                .get("operstate")
                .is_some_and(|state| state == "LOWERLAYERDOWN")
            {
                members.insert("operstate".into(), "DOWN".into());
            }
            members.values_mut().for_each(without_changing);
        }
        Value::Array(list) => list.iter_mut().for_each(without_changing),
        _ => {}
    }
}

/// What both namespaces have, and the stores, as text.
fn state(shown: &dyn Fn(&str) -> String, masks: &mut Masks, keep: &str) -> String {
    let (mut text, mut numbers) = (String::new(), String::new());
    for (place, namespace) in [("outside", ""), ("inside", "-n c ")] {
        for line in [
            "-d -j link",
            "-j addr",
            "-j -4 route show table all",
            "-j -6 route show table all",
        ] {
            let listed = shown(&format!("{namespace}{line}"));
            let mut list: Value = serde_json::from_str(&listed).unwrap_or_default();
            without_changing(&mut list);
            let mut entries: Vec<_> = sorted(list)
                .as_array()
                .into_iter()
                .flatten()
                // The kernel adds these when a link that is up gets a carrier.
                .filter(|entry| entry["type"] != "multicast")
                .map(|entry| {
                    // As it is known before the made up addresses are masked.
                    let name = entry["ifname"].as_str().unwrap_or_default();
                    (masks.apply(name), masks.apply(&entry.to_string()))
                })
                .collect();
            match line.contains("route") {
                true => entries.sort(),
                false => entries.sort_by(|(a, _), (b, _)| a.cmp(b)),
            }
            for (_, entry) in entries {
                let _ = writeln!(text, "{place} {line}: {entry}");
            }
        }
        let mut settings = Vec::new();
        match namespace {
            "" => read_settings(&mut settings),
            _ => within_both(|| read_settings(&mut settings)),
        }
        let mut lines: Vec<_> = settings.iter().map(|line| masks.apply(line)).collect();
        lines.sort();
        for line in lines {
            let _ = writeln!(numbers, "{place} {line}");
        }
    }
    for folder in [&format!("{STORE}/net"), "/run/cni/tuning"] {
        for (name, file) in files(folder) {
            let file = serde_json::from_str(&file).map_or(file, |json| sorted(json).to_string());
            let _ = writeln!(text, "{folder}/{name}: {file:?}");
        }
    }
    mask(&text, keep) + &numbers
}

/// All settings of devices, and those of forwarding.
fn read_settings(lines: &mut Vec<String>) {
    let base = "/proc/sys/net";
    let mut add = |path: &Path| {
        if let Ok(value) = fs::read_to_string(path) {
            let name = path.strip_prefix(base).expect("a setting").display();
            lines.push(format!("{name} = {}", value.trim()));
        }
    };
    add(&Path::new(base).join("ipv4/ip_forward"));
    for family in ["ipv4", "ipv6"] {
        let devices = fs::read_dir(format!("{base}/{family}/conf"));
        for device in devices.into_iter().flatten().flatten() {
            for setting in fs::read_dir(device.path()).into_iter().flatten().flatten() {
                add(&setting.path());
            }
        }
    }
}
