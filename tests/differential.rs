//! Plays every script of tests/differential/ twice, with ipso's and with iproute2's `ip`, each time in fresh
//! namespaces. Exit status, stdout and stderr have to be equal, line by line, but for what tests/known-differences.txt
//! lists.
//!
//! The reference is the system's `ip`, or the one at `$IPSO_REFERENCE`.
//!
//! A line of a script is the words after `ip`; `'…'` keeps blanks, `$PID` is a process in a network namespace of its
//! own. Other lines are:
//!
//! - `# …`: a comment.
//! - `---`: the end of a group. The next one is played in fresh namespaces.
//! - `@ip …`: a step of preparation, by the reference on both sides; `@sh …`: one by the shell.
//! - `@wait DEV WORD`: waits until `ip -br link show DEV` has WORD or, where that is `gone`, DEV is gone. The state of
//!   a link changes some time after the command, and so does what a deleted namespace had.
//! - `@needs tool NAME …`: the lines below it, up to the end of the group, use these programs. `@needs part NAME …`:
//!   they need these parts of ipso. `@needs device tun`: they need /dev/net/tun, and a /sys of their own namespace.
//!   `[NAME …] LINE`: this line alone needs the parts.
//!
//! Lines that cannot be played for want of a program or a part are left out on both sides, visibly.

mod common;
use common::*;
#[path = "common/grammar.rs"]
mod grammar;
#[path = "common/kinds.rs"]
mod kinds;
#[path = "common/random.rs"]
mod random;
use std::cell::Cell;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn tests_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

macro_rules! scripts {
    ($($test:ident $file:literal)*) => {
        const FILES: &[&str] = &[$($file),*];
        $(#[test] fn $test() { compare(stringify!($test), $file); })*
    };
}

scripts! {
    global "global"
    netns "netns"
    batch "batch"
    link_show "link-show"
    link_set "link-set"
    link_add "link-add"
    link_more "link-more"
    addr "addr"
    encap "encap"
    flush "flush"
    echo "echo"
    devices "devices"
    save "save"
    route "route"
    rule "rule"
    rule_random "rule-random"
    route_random "route-random"
    neigh_random "neigh-random"
    errors "errors"
    neigh "neigh"
    alike "alike"
    nexthop "nexthop"
    nexthop_random "nexthop-random"
    tuntap "tuntap"
    vrf "vrf"
    multicast "multicast"
    tunables "tunables"
    stats "stats"
    mptcp "mptcp"
    fou "fou"
    tcp_metrics "tcp-metrics"
    tunnel "tunnel"
    kinds "kinds"
}

#[test]
fn every_script_is_played_and_there_are_many_lines() {
    let mut found: Vec<_> = fs::read_dir(tests_dir().join("differential"))
        .expect("tests/differential")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .collect();
    found.sort();
    let mut played: Vec<_> = FILES.iter().map(|file| format!("{file}.txt")).collect();
    played.sort();
    assert_eq!(found, played);
    let scripts = FILES
        .iter()
        .filter(|file| **file != KINDS && !is_random(file));
    let lines = scripts.flat_map(|file| groups(file)).flatten();
    let compared = lines
        .filter(|step| matches!(step.kind, Kind::Compare))
        .count();
    assert!(compared >= 300, "only {compared} lines are compared");
}

/// One line of a script.
struct Step {
    number: usize,
    kind: Kind,
    line: String,
    needs: Needs,
}

/// Programs that a line uses, and parts of ipso that it needs.
#[derive(Clone, Default)]
struct Needs {
    tools: Vec<String>,
    parts: Vec<String>,
    /// /dev/net/tun.
    tun: bool,
}

impl Needs {
    /// Adds what follows `@needs`.
    fn add(&mut self, words: &str) {
        let (sort, names) = words.split_once(' ').expect("@needs SORT NAME");
        let list = match sort {
            "tool" => &mut self.tools,
            "part" => &mut self.parts,
            "device" if names == "tun" => {
                self.tun = true;
                return;
            }
            _ => panic!("@needs tool, @needs part or @needs device tun, not {words}"),
        };
        list.extend(names.split(' ').map(str::to_owned));
    }

    /// Whether the machine has the programs, and the build the parts. What is missing is printed as a skip of `test`,
    /// or as not in this build.
    fn are_met(&self, test: &str) -> bool {
        fn names(list: &[String]) -> Vec<&str> {
            list.iter().map(String::as_str).collect()
        }
        // A line of a part that is not built is no skip, whatever programs it uses.
        has_parts(test, &names(&self.parts))
            && has_tools(test, &names(&self.tools))
            && (!self.tun || has_tun(test))
    }
}

enum Kind {
    Compare,
    Prepare,
    Shell,
    Wait,
}

/// The steps of a script, one list for each fresh namespace.
fn groups(file: &str) -> Vec<Vec<Step>> {
    let path = tests_dir().join(format!("differential/{file}.txt"));
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    if file == KINDS {
        return kind_groups(&text);
    }
    if is_random(file) {
        return random_groups(&text);
    }
    let mut groups = vec![Vec::new()];
    let mut below = Needs::default();
    for (number, line) in (1..).zip(text.lines()) {
        let (parts, line) = split_parts(line);
        match line.split_once(' ') {
            _ if line == "---" => {
                groups.push(Vec::new());
                below = Needs::default();
                continue;
            }
            _ if line.is_empty() || line.starts_with('#') => continue,
            Some(("@needs", rest)) => {
                below.add(rest);
                continue;
            }
            _ => {}
        }
        let (kind, rest) = kind_of(line);
        let mut needs = below.clone();
        needs.parts.extend(parts.into_iter().map(str::to_owned));
        groups.last_mut().expect("one at least").push(Step {
            number,
            kind,
            line: rest.to_owned(),
            needs,
        });
    }
    groups
}

/// The kind of a line, and what stands behind the word for it.
fn kind_of(line: &str) -> (Kind, &str) {
    match line.split_once(' ') {
        Some(("@ip", rest)) => (Kind::Prepare, rest),
        Some(("@sh", rest)) => (Kind::Shell, rest),
        Some(("@wait", rest)) => (Kind::Wait, rest),
        _ => (Kind::Compare, if line == "ip" { "" } else { line }),
    }
}

/// Whether a file is a grammar of random lines: see tests/common/grammar.rs.
fn is_random(file: &str) -> bool {
    file.ends_with("-random")
}

/// A setting in the environment.
fn setting(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// A setting that is a number.
fn number(name: &str, default: usize) -> usize {
    setting(name).map_or(default, |number| number.parse().expect("a number"))
}

/// Groups of random lines by a grammar. Another `$IPSO_SEED` gives other lines, and `$IPSO_CASES` is how many cases each
/// group has.
fn random_groups(text: &str) -> Vec<Vec<Step>> {
    let Some(reference) = reference() else {
        return Vec::new();
    };
    let grammar = grammar::Grammar::new(text, version(&reference) >= (7, 1));
    let seed = setting("IPSO_SEED").unwrap_or_default();
    let cases = number("IPSO_CASES", 20);
    let group = |group| {
        let mut random = random::Random::new(&format!("{seed}{group}"));
        let mut lines = grammar.before.clone();
        for _ in 0..cases {
            lines.extend(grammar.case(&mut random));
        }
        let steps = lines.iter().map(|line| {
            let (kind, line) = kind_of(line);
            Step {
                number: 0,
                kind,
                line: line.to_owned(),
                needs: Needs {
                    parts: grammar.parts.clone(),
                    ..Needs::default()
                },
            }
        });
        steps.collect()
    };
    (0..4).map(group).collect()
}

const KINDS: &str = "kinds";
/// The links that every group of a kind begins with.
const PRESENT: [&str; 2] = [
    "link add d2 address 02:00:00:00:00:02 type veth peer name e2 address 02:00:00:00:00:12",
    "link add d3 address 02:00:00:00:00:03 type veth peer name e3 address 02:00:00:00:00:13",
];

/// A group with random lines for each kind that this kernel has. Another `$IPSO_SEED` gives other lines, and
/// `$IPSO_CASES` is how many links of each kind are made.
fn kind_groups(text: &str) -> Vec<Vec<Step>> {
    let Some(reference) = reference() else {
        return Vec::new();
    };
    let seed = setting("IPSO_SEED").unwrap_or_default();
    let cases = number("IPSO_CASES", 30);
    let newest = version(&reference) >= (7, 1);
    let mut groups = Vec::new();
    let mut missing = Vec::new();
    for kind in kinds::kinds(text) {
        let ip = |line: &str| finish(command_with(&reference, words(&format!("ip {line}"))));
        let lacks = fresh(|| {
            for line in PRESENT {
                ip(line);
            }
            let said = ip(&kind.least()).stderr;
            said.contains("Unknown device type") || said.contains("not supported")
        });
        if lacks && !kind.is_slave() {
            missing.push(kind.name.clone());
            continue;
        }
        let step = |sort, line: &str| {
            let (parts, line) = split_parts(line);
            let parts = parts.into_iter().chain(kind.part.as_deref());
            let parts = parts.map(str::to_owned).collect();
            Step {
                number: 0,
                kind: sort,
                line: line.to_owned(),
                needs: Needs {
                    parts,
                    ..Needs::default()
                },
            }
        };
        let mut steps = PRESENT
            .map(|line| step(Kind::Prepare, line))
            .into_iter()
            .collect::<Vec<_>>();
        if let Some(master) = kind.name.strip_suffix("_slave") {
            if missing.iter().any(|known| known == master) {
                missing.push(kind.name.clone());
                continue;
            }
            steps.push(step(Kind::Prepare, &format!("link add m0 type {master}")));
            steps.push(step(Kind::Prepare, "link set d2 master m0"));
        }
        let lines = kind.lines(&seed, cases, newest);
        steps.extend(lines.iter().map(|line| step(Kind::Compare, line)));
        groups.push(steps);
    }
    let least = number("IPSO_KINDS", 6);
    assert!(
        groups.len() >= least,
        "only {} kinds, without {missing:?}",
        groups.len()
    );
    groups
}

/// Plays one group in the namespaces of this thread, and returns what each line printed that is compared.
fn play(program: &Path, reference: &Path, file: &str, steps: &[Step]) -> Vec<Out> {
    // Without link-local addresses and duplicate address detection, which the kernel does in a work queue.
    for (key, value) in [("addr_gen_mode", "1"), ("accept_dad", "0")] {
        let _ = fs::write(format!("/proc/sys/net/ipv6/conf/default/{key}"), value);
    }
    let text: String = steps
        .iter()
        .map(|step| step.line.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    let process = text.contains("$PID").then(|| background("sleep 1000"));
    let pid = process
        .as_ref()
        .map_or_else(|| "$PID".to_owned(), |process| process.0.id().to_string());
    let ip = |program: &Path, line: &str| {
        let line = line.replace("$PID", &pid);
        finish(command_with(
            program,
            ["ip".to_owned()].into_iter().chain(words(&line)),
        ))
    };
    let mut outs = Vec::new();
    for Step {
        number, kind, line, ..
    } in steps
    {
        let at = format!("{file}.txt:{number}: {line}");
        match kind {
            Kind::Compare => {
                let out = ip(program, line);
                let links = links(program).display().to_string();
                let clean =
                    |s: &str| mask(&s.replace(&pid, "$PID").replace(&links, "$LINKS"), &text);
                outs.push(Out {
                    code: out.code,
                    stdout: clean(&out.stdout),
                    stderr: clean(&out.stderr),
                });
            }
            Kind::Prepare => {
                let out = ip(reference, line);
                assert_eq!(out.code, 0, "{at}\n{}", out.stderr);
            }
            Kind::Shell => {
                let out = finish(command_with(reference, ["sh", "-c", line.as_str()]));
                assert_eq!(out.code, 0, "{at}\n{}", out.stderr);
            }
            Kind::Wait => {
                let (device, word) = line.split_once(' ').expect("@wait DEV WORD");
                let mut last = String::new();
                let came = comes_true(|| {
                    let out = ip(reference, &format!("-br link show {device}"));
                    last = out.stdout;
                    (word == "gone" && out.code != 0)
                        || last.split_ascii_whitespace().any(|found| found == word)
                });
                // Where it is in vain for ipso alone, the comparison shows it.
                assert!(came || program != reference, "waited in vain: {at}\n{last}");
                outs.push(Out {
                    code: i32::from(!came),
                    stdout: String::new(),
                    stderr: String::new(),
                });
            }
        }
        let has = |wanted: &[&str]| line.split(' ').any(|word| wanted.contains(&word));
        if has(&["up", "down", "master", "nomaster"])
            || has(&["add", "replace", "change"]) && line.contains("::")
        {
            settle(|line| ip(reference, line).stdout);
        }
    }
    outs
}

fn reference() -> Option<PathBuf> {
    env::var_os("IPSO_REFERENCE")
        .map(PathBuf::from)
        .or_else(|| which("ip"))
}

fn compare(test: &str, file: &str) {
    let Some(reference) = reference() else {
        return skip(test, "no ip of iproute2 here");
    };
    namespaces(test, || {
        let version = version(&reference);
        let rules: Vec<_> = rules()
            .into_iter()
            .filter(|rule| rule.concerns(file, version))
            .collect();
        let mut report = String::new();
        let (mut lines, mut wrong) = (0, 0);
        // Whether a random line needs a rule depends on the seed.
        let mut whole = !is_random(file);
        for mut steps in groups(file) {
            let all = steps.len();
            steps.retain(|step| step.needs.are_met(test));
            whole &= steps.len() == all;
            if !steps.iter().any(|step| matches!(step.kind, Kind::Compare)) {
                continue;
            }
            let ours = fresh(|| play(&ipso(), &reference, file, &steps));
            let theirs = fresh(|| play(&reference, &reference, file, &steps));
            let compared = steps
                .iter()
                .filter(|step| matches!(step.kind, Kind::Compare | Kind::Wait));
            for (step, (ours, theirs)) in compared.zip(ours.into_iter().zip(theirs)) {
                let (ours, theirs) = if is_built(part::HELP) {
                    (ours, theirs)
                } else {
                    whole = false;
                    match without_help(ours, theirs) {
                        Some(rest) => rest,
                        None => {
                            has_parts(test, &[part::HELP]);
                            continue;
                        }
                    }
                };
                let found = differences(&rules, &step.line, ours, theirs);
                lines += 1;
                if !found.is_empty() {
                    wrong += 1;
                    let _ = write!(
                        report,
                        "{file}.txt:{}: ip {}\n{found}",
                        step.number, step.line
                    );
                }
            }
        }
        // Where lines are left out, those that need the rule may be among them.
        let unneeded = rules
            .iter()
            .filter(|rule| whole && !rule.used.get() && rule.has_to_be_used(version));
        for rule in unneeded {
            let _ = writeln!(
                report,
                "known-differences.txt:{}: no longer needed for {file}.txt: {}",
                rule.line, rule.why
            );
        }
        assert!(
            report.is_empty(),
            "{wrong} of {lines} lines differ from {}\n{report}",
            reference.display()
        );
    });
}

/// Both answers up to a help text of the reference, for a build without help texts; `None` where the reference says
/// nothing else.
fn without_help(mut ours: Out, mut theirs: Out) -> Option<(Out, Out)> {
    let help = regex(r"(?s)(^|\n)Usage:.*");
    let is_help = |text: &str| help.find(text).is_some_and(|found| found.start() == 0);
    if is_help(&theirs.stdout) || is_help(&theirs.stderr) {
        return None;
    }
    if help.is_match(&theirs.stderr) {
        let missing = regex(r"(?m)^.* is not in this build of ipso: it needs the part .help.\.$");
        theirs.stderr = help.replace(&theirs.stderr, "$1").into_owned();
        ours.stderr = help.replace(&ours.stderr, "$1").into_owned();
        ours.stderr = missing.replace(&ours.stderr, "").trim_end().to_owned() + "\n";
    }
    Some((ours, theirs))
}

/// A report of the differences between two answers to `line`; empty when there are none.
fn differences(rules: &[Rule], line: &str, mut ours: Out, mut theirs: Out) -> String {
    let mut report = String::new();
    // With -j ipso prints an error as a JSON object too, which iproute2 does not: it is checked here, and taken out.
    let is_object = |line: &&str| line.starts_with("{\"error\":");
    let objects: Vec<_> = ours
        .stderr
        .lines()
        .filter(is_object)
        .map(serde_json::from_str::<serde_json::Value>)
        .collect();
    let failed = ours.code != 0 && !ours.stderr.is_empty() && !ours.stderr.starts_with("Usage:");
    let wanted = usize::from(failed && asks_for_json(line) && ours_is_ipso());
    if objects.len() != wanted || objects.iter().any(Result::is_err) {
        let _ = writeln!(
            report,
            "    JSON errors on stderr: {wanted} wanted, got {objects:?}"
        );
    }
    ours.stderr = ours
        .stderr
        .split_inclusive('\n')
        .filter(|line| !is_object(line))
        .collect();
    for rule in rules.iter().filter(|rule| rule.command.is_match(line)) {
        rule.apply(&mut ours, &mut theirs);
    }
    if ours.code != theirs.code {
        let _ = writeln!(report, "    code: - {} + {}", theirs.code, ours.code);
    }
    for (name, ours, theirs) in [
        ("stdout", &ours.stdout, &theirs.stdout),
        ("stderr", &ours.stderr, &theirs.stderr),
    ] {
        if ours == theirs {
            continue;
        }
        let parsed = |text: &str| {
            serde_json::from_str::<serde_json::Value>(text).map(|value| value.to_string())
        };
        let kind = match (parsed(theirs), parsed(ours)) {
            (Ok(theirs), Ok(ours)) if theirs == ours => " (the same JSON, written differently)",
            (Ok(_), Err(_)) => " (ours is no JSON)",
            _ => "",
        };
        let _ = write!(report, "    {name}{kind}:\n{}", diff(theirs, ours));
    }
    report
}

/// Whether `-j` is among the options of `line`, before `--` and before a `-n` whose namespace may not exist.
fn asks_for_json(line: &str) -> bool {
    let words = words(line);
    let options = words.iter().map_while(|word| word.strip_prefix('-'));
    let names = options.map(|word| word.strip_prefix('-').unwrap_or(word));
    names
        .take_while(|name| !name.is_empty())
        .any(|name| "json".starts_with(name))
}

/// Whether the program under test is ipso: `$IPSO` may be another iproute2, to compare two versions of it.
fn ours_is_ipso() -> bool {
    finish(command(["ip", "-V"])).stdout.contains(", ipso ")
}

/// Version of the kernel, as (6, 18).
fn kernel() -> (u32, u32) {
    let text = fs::read_to_string("/proc/sys/kernel/osrelease").expect("a kernel's version");
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    let mut number = || numbers.next().and_then(|digits| digits.parse().ok());
    (number().expect("a number"), number().expect("a number"))
}

/// Version of the reference, as (6, 1).
fn version(reference: &Path) -> (u32, u32) {
    let text = finish(command_with(reference, ["ip", "-V"])).stdout;
    let found = regex(r"iproute2-([0-9]+)\.([0-9]+)")
        .captures(&text)
        .unwrap_or_else(|| panic!("no version in {text:?}"));
    (
        found[1].parse().expect("a number"),
        found[2].parse().expect("a number"),
    )
}

/// A known difference: rewrites of the two answers that make them equal where they are allowed to differ.
struct Rule {
    line: usize,
    why: String,
    files: Vec<String>,
    /// The references that it concerns: older than 7.1, from 7.1 on, or both.
    when: When,
    command: regex_lite::Regex,
    /// Whether it may be unused: not every kernel has what it is about.
    sometimes: bool,
    rewrites: Vec<Rewrite>,
    used: Cell<bool>,
}

#[derive(Clone, Copy, PartialEq)]
enum When {
    Old,
    New,
    Always,
}

enum Rewrite {
    Code {
        from: i32,
        to: i32,
    },
    Text {
        side: Side,
        stderr: bool,
        from: regex_lite::Regex,
        to: String,
    },
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Ours,
    Theirs,
    Both,
}

impl Rule {
    fn concerns(&self, file: &str, version: (u32, u32)) -> bool {
        let when = if version < (7, 1) {
            When::Old
        } else {
            When::New
        };
        self.files.iter().any(|f| f == file) && (self.when == When::Always || self.when == when)
    }

    /// Whether it is wrong where it changes nothing. References between 6.1 and 7.1 may not need it, and old kernels
    /// may not send what it is about.
    fn has_to_be_used(&self, version: (u32, u32)) -> bool {
        !self.sometimes && kernel() >= (6, 18) && (version == (6, 1) || version >= (7, 1))
    }

    fn apply(&self, ours: &mut Out, theirs: &mut Out) {
        for rewrite in &self.rewrites {
            match rewrite {
                Rewrite::Code { from, to } => {
                    if theirs.code == *from && ours.code == *to {
                        theirs.code = *to;
                        self.used.set(true);
                    }
                }
                Rewrite::Text {
                    side,
                    stderr,
                    from,
                    to,
                } => {
                    for (own, out) in [(Side::Ours, &mut *ours), (Side::Theirs, &mut *theirs)] {
                        let text = if *stderr {
                            &mut out.stderr
                        } else {
                            &mut out.stdout
                        };
                        if *side == own || *side == Side::Both {
                            let new = from.replace_all(text, to.as_str()).into_owned();
                            if new != *text {
                                *text = new;
                                self.used.set(true);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The rules of tests/known-differences.txt, whose first lines explain the format. Its headings are for the manual page.
fn rules() -> Vec<Rule> {
    let text = fs::read_to_string(tests_dir().join("known-differences.txt"))
        .expect("known-differences.txt");
    let mut rules: Vec<Rule> = Vec::new();
    let mut open = false;
    for (number, line) in (1..).zip(text.lines()) {
        if line.starts_with(['#', '[']) || line.is_empty() {
            open &= !line.is_empty();
            continue;
        }
        // A reason goes on, which may be one that no script shows.
        if let Some(more) = line.strip_prefix("    ") {
            if let Some(rule) = rules.last_mut().filter(|_| open) {
                rule.why += " ";
                rule.why += more;
            }
            continue;
        }
        let (key, value) = line
            .split_once(':')
            .unwrap_or_else(|| panic!("known-differences.txt:{number}: {line}"));
        let value = value.trim();
        if key == "also" && !open {
            continue;
        }
        if !open {
            open = true;
            assert_eq!(
                key, "why",
                "known-differences.txt:{number}: a rule starts with its reason"
            );
            let (command, files, rewrites) = (regex(""), Vec::new(), Vec::new());
            let (why, when, used) = (value.to_owned(), When::Always, Cell::new(false));
            rules.push(Rule {
                line: number,
                why,
                files,
                when,
                command,
                sometimes: false,
                rewrites,
                used,
            });
            continue;
        }
        let rule = rules.last_mut().expect("one is open");
        let arrow = || {
            let value = format!("{value} ");
            let (from, to) = value
                .split_once(" => ")
                .unwrap_or_else(|| panic!("known-differences.txt:{number}: no =>"));
            (
                from.to_owned(),
                to.trim_end().replace("\\n", "\n").replace("\\s", " "),
            )
        };
        match key {
            "in" => {
                rule.files = value.split(' ').map(str::to_owned).collect();
                assert!(
                    rule.files.iter().all(|f| FILES.contains(&f.as_str())),
                    "known-differences.txt:{number}: {line}"
                );
            }
            "when" => {
                rule.when = match value {
                    "before 7.1" => When::Old,
                    "from 7.1" => When::New,
                    _ => panic!("known-differences.txt:{number}: {line}"),
                }
            }
            "command" => rule.command = regex(value),
            "needed" => rule.sometimes = true,
            "code" => {
                let (from, to) = arrow();
                let code = |s: &str| {
                    s.parse()
                        .unwrap_or_else(|_| panic!("known-differences.txt:{number}: {line}"))
                };
                rule.rewrites.push(Rewrite::Code {
                    from: code(&from),
                    to: code(&to),
                });
            }
            _ => {
                let (side, stream) = key
                    .split_once('.')
                    .unwrap_or_else(|| panic!("known-differences.txt:{number}: {line}"));
                let side = match side {
                    "ours" => Side::Ours,
                    "reference" => Side::Theirs,
                    "both" => Side::Both,
                    _ => panic!("known-differences.txt:{number}: {line}"),
                };
                assert!(
                    matches!(stream, "stdout" | "stderr"),
                    "known-differences.txt:{number}: {line}"
                );
                let (from, to) = arrow();
                rule.rewrites.push(Rewrite::Text {
                    side,
                    stderr: stream == "stderr",
                    from: regex(&from),
                    to,
                });
            }
        }
    }
    rules
}
