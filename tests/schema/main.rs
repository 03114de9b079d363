//! What ipso prints with `-j` is as .cargo/xtask/schema/ipso.schema.json says: in the golden files of tests/bytes, and in
//! namespaces, for every kind of link that this kernel has.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/kinds.rs"]
mod kinds;
#[path = "../common/random.rs"]
mod random;
mod validator;

use common::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs};
use validator::Schema;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn schema() -> Schema {
    Schema::new(&read(&root().join(".cargo/xtask/schema/ipso.schema.json")))
}

/// Values that were checked, and what is wrong with them.
struct Checked {
    schema: Schema,
    counts: BTreeMap<String, usize>,
    /// The kinds of the links among them.
    kinds: BTreeSet<String>,
    wrong: String,
}

impl Checked {
    fn new() -> Checked {
        Checked {
            schema: schema(),
            counts: BTreeMap::new(),
            kinds: BTreeSet::new(),
            wrong: String::new(),
        }
    }

    /// Checks what `what` has printed, if anything.
    fn check(&mut self, definition: &str, what: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        *self.counts.entry(definition.to_owned()).or_default() += 1;
        match serde_json::from_str(text) {
            Err(e) => self.wrong += &format!("{what}: {e}: {text}\n"),
            Ok(value) => {
                self.add_kinds(&value);
                for wrong in self.schema.check(definition, &value) {
                    self.wrong += &format!("{what}: {definition}: {wrong}\n");
                }
            }
        }
    }

    fn add_kinds(&mut self, links: &Value) {
        for info in links
            .as_array()
            .into_iter()
            .flatten()
            .map(|link| &link["linkinfo"])
        {
            let text = |key: &str| info[key].as_str().map(str::to_owned);
            self.kinds.extend(text("info_kind"));
            self.kinds
                .extend(text("info_slave_kind").map(|kind| kind + "_slave"));
        }
    }

    /// Checks what a command has printed on both streams.
    fn check_out(&mut self, definition: &str, command: &str, out: &Out) {
        self.check(definition, command, &out.stdout);
        for line in out.stderr.lines().filter(|line| line.starts_with('{')) {
            self.check("error", command, line);
        }
    }

    /// Fails if anything was wrong, or fewer values were checked than are expected.
    #[track_caller]
    fn finish(self, least: &[(&str, usize)]) {
        assert!(self.wrong.is_empty(), "{}", self.wrong);
        for (definition, least) in least {
            let count = self.counts.get(*definition).copied().unwrap_or(0);
            assert!(count >= *least, "{definition}: {count} were checked");
        }
    }
}

#[test]
fn every_member_has_a_type_and_a_description() {
    let schema = schema();
    schema.visit(&mut |of, at| {
        // Those of a condition only look at what others describe.
        let members = of.get("properties").and_then(Value::as_object);
        let members = members.filter(|_| !at.contains("/allOf"));
        for (name, member) in members.into_iter().flatten() {
            let referred = member.get("$ref").map(|to| schema.definition(to));
            let has = |keyword: &str| {
                member.get(keyword).is_some()
                    || referred.is_some_and(|def| def.get(keyword).is_some())
            };
            assert!(has("description"), "{at}/{name} has no description");
            let is_typed = ["type", "const", "enum", "anyOf", "allOf", "$ref"]
                .iter()
                .any(|k| has(k));
            assert!(is_typed, "{at}/{name} has no type");
        }
    });
}

/// A definition that nothing uses is that of a command, as which its description begins.
#[test]
fn every_definition_is_used() {
    let schema = schema();
    let mut used = Vec::new();
    schema.visit(&mut |of, _| used.extend(of.get("$ref").cloned()));
    for name in schema.definitions() {
        let reference = Value::from(format!("#/$defs/{name}"));
        let about = schema.definition(&reference)["description"].as_str();
        let is_used = used.contains(&reference)
            || about.is_some_and(|about| about.contains("`i") || name == "error");
        assert!(is_used, "{name}");
    }
}

/// The definition of what a command prints, by the words behind `ip`; `None` for other objects.
fn definition_of(words: &[String]) -> Option<&'static str> {
    let mut words = words.iter().map(String::as_str).peekable();
    let mut is_echo = false;
    while let Some(option) = words.next_if(|word| word.starts_with('-')) {
        match option {
            "-n" | "-netns" | "-f" | "-family" | "-l" | "-loops" | "-rc" | "-rcvbuf" => {
                _ = words.next()
            }
            "-echo" => is_echo = true,
            // They print no JSON, or that of many lines.
            "-b" | "-batch" | "-V" | "-Version" | "-a" | "-all" | "-force" => return None,
            _ => {}
        }
    }
    let object = words.next()?;
    let command = words.next().unwrap_or("show");
    let is = |whole: &str| !command.is_empty() && whole.starts_with(command);
    Some(match object {
        "l" | "link" => match command {
            "xstats" | "afstats" | "property" | "help" | "wait" => return None,
            _ => "link-show",
        },
        "a" | "addr" | "address" => match command {
            _ if is("add") || is("delete") || is("change") || is("replace") || is("flush") => {
                if !is_echo {
                    return None;
                }
                "addr-change"
            }
            "save" | "restore" | "showdump" | "help" | "wait" => return None,
            _ => "addr-show",
        },
        "r" | "ro" | "route" => match command {
            "save" | "restore" | "showdump" | "help" | "wait" => return None,
            "get" => "route-get",
            _ => "route-show",
        },
        "netns" => match command {
            "list" | "show" | "lst" | "li" => "netns-list",
            "list-id" => "netns-list-id",
            "identify" => "netns-identify",
            "pids" => "netns-pids",
            "get" => "netns-get",
            "prune" => "netns-prune",
            "map" => "netns-map",
            "connect" => "netns-connect",
            _ => return None,
        },
        _ => return None,
    })
}

/// The files of a folder of tests/bytes.
fn goldens(object: &str) -> Vec<PathBuf> {
    let folder = root().join("tests/bytes").join(object);
    let entries = fs::read_dir(&folder).expect("a folder of golden files");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files
}

#[test]
fn golden_replies() {
    let mut checked = Checked::new();
    for file in ["addr", "kinds", "link", "netns", "route"]
        .iter()
        .flat_map(|object| goldens(object))
    {
        let text = read(&file);
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let Some(command) = line.strip_prefix("$ ip ") else {
                continue;
            };
            let words = words(command);
            let mut printed = String::new();
            while let Some(line) = lines.next_if(|line| line.starts_with('|')) {
                printed += line.trim_start_matches(['|', ' ']);
            }
            let is_json = words.iter().any(|word| word == "-j");
            // Some goldens are cut.
            let is_whole = !printed.contains('…');
            let definition = definition_of(&words).filter(|_| is_json && is_whole);
            if let Some(mut definition) = definition {
                if definition == "addr-show" {
                    // These are of single messages, each an address.
                    definition = "addr-change";
                }
                let what = format!("{}: ip {command}", file.display());
                checked.check(definition, &what, &printed);
            }
        }
    }
    let least = [
        ("link-show", 40),
        ("addr-change", 5),
        ("route-show", 5),
        ("netns-list-id", 1),
    ];
    checked.finish(&least);
}

/// A line is `WORDS => ATTRIBUTES => TEXT => JSON`, under the heading of its kind.
#[test]
fn golden_options_of_kinds() {
    let mut checked = Checked::new();
    for file in goldens("kinds")
        .iter()
        .filter(|file| file.to_string_lossy().ends_with(".options.txt"))
    {
        let mut kind = String::new();
        for line in read(file).lines() {
            if let Some(title) = line
                .strip_prefix('[')
                .and_then(|line| line.strip_suffix(']'))
            {
                kind = title.to_owned();
            }
            let json = line
                .rsplit(" => ")
                .next()
                .filter(|json| json.starts_with('{'));
            let Some(data) = json.and_then(|json| serde_json::from_str::<Value>(json).ok()) else {
                continue;
            };
            let info = match kind.strip_suffix("_slave") {
                Some(master) => json!({"info_slave_kind": master, "info_slave_data": data}),
                None => json!({"info_kind": kind, "info_data": data}),
            };
            checked.check(
                "linkinfo",
                &format!("{}: {line}", file.display()),
                &info.to_string(),
            );
        }
    }
    checked.finish(&[("linkinfo", 300)]);
}

#[test]
fn golden_encapsulations() {
    let mut checked = Checked::new();
    let file = root().join("tests/bytes/encap/shown.txt");
    for line in read(&file).lines() {
        if let Some((_, json)) = line
            .split_once(" => ")
            .filter(|(_, json)| json.starts_with('{'))
        {
            checked.check("encap", line, json);
        }
    }
    checked.finish(&[("encap", 10)]);
}

/// Plays lines of words behind `ip`, and checks what each with `-j` prints.
fn play(lines: &[&str], checked: &mut Checked) {
    for line in lines {
        let words = words(line);
        let out = finish(command(["ip".to_owned()].into_iter().chain(words.clone())));
        let is_json = words
            .iter()
            .take_while(|word| word.starts_with('-'))
            .any(|word| word == "-j");
        if let Some(definition) = definition_of(&words).filter(|_| is_json) {
            checked.check_out(definition, line, &out);
        }
    }
}

/// A setting that is a number.
fn number(name: &str, default: usize) -> usize {
    let setting = env::var(name).ok();
    setting.map_or(default, |number| number.parse().expect("a number"))
}

/// The random lines of tests/differential/kinds.txt: links with options of their kinds. As in the comparison, `$IPSO_CASES` is how
/// many links of each kind are made, and `$IPSO_KINDS` how many kinds there are at the least.
#[test]
fn every_kind_of_link() {
    let test = "every_kind_of_link";
    let needed = [part::STATS, part::NETNS_EXTRA];
    namespaces_with(&needed, test, || {
        let mut checked = Checked::new();
        let text = read(&root().join("tests/differential/kinds.txt"));
        for kind in kinds::kinds(&text) {
            if kind.part.as_ref().is_some_and(|part| !is_built(part)) {
                continue;
            }
            fresh(|| {
                play(
                    &[
                        "link add d2 address 02:00:00:00:00:02 type veth peer name e2",
                        "link add d3 address 02:00:00:00:00:03 type veth peer name e3",
                    ],
                    &mut checked,
                );
                if let Some(master) = kind.name.strip_suffix("_slave") {
                    play(
                        &[
                            &format!("link add m0 type {master}"),
                            "link set d2 master m0",
                        ],
                        &mut checked,
                    );
                }
                for line in kind.lines("", number("IPSO_CASES", 5), true) {
                    play(&[&line], &mut checked);
                    if line.contains("link add") || line.contains("_slave") {
                        play(
                            &["-d -s -s -j link show", "-d -s -j addr show"],
                            &mut checked,
                        );
                    }
                }
            });
        }
        let least = number("IPSO_KINDS", 6);
        assert!(checked.kinds.len() >= least, "only {:?}", checked.kinds);
        checked.finish(&[("link-show", 50), ("addr-show", 50)]);
    });
}

/// The scripts of tests/differential that show links, addresses, routes and namespaces. Preparations are made by ipso too.
#[test]
fn scripts_of_the_comparison_with_iproute2() {
    let test = "scripts_of_the_comparison_with_iproute2";
    let needed = [
        part::STATS,
        part::NETNS_EXTRA,
        part::ENCAP,
        part::NEXTHOP,
        part::ROUTE_EXTRA,
    ];
    namespaces_with(&needed, test, || {
        let mut checked = Checked::new();
        for script in [
            "addr",
            "devices",
            "encap",
            "echo",
            "errors",
            "flush",
            "global",
            "link-add",
            "link-more",
            "link-set",
            "link-show",
            "netns",
            "nexthop",
            "route",
        ] {
            let text = read(&root().join(format!("tests/differential/{script}.txt")));
            for group in text.split("\n---\n") {
                fresh(|| {
                    let lines = group
                        .lines()
                        .filter(|line| !line.is_empty() && !line.starts_with('#'));
                    for line in lines
                        .map(|line| split_parts(line).1)
                        .filter(|line| !line.contains("$PID"))
                    {
                        match line.split_once(' ') {
                            Some(("@sh", rest)) => _ = finish(command(["sh", "-c", rest])),
                            Some(("@ip", rest)) => play(&[rest], &mut checked),
                            Some(("@wait" | "@needs", _)) => {}
                            _ => play(&[line], &mut checked),
                        }
                    }
                });
            }
        }
        let least = [
            ("link-show", 10),
            ("addr-show", 10),
            ("addr-change", 1),
            ("route-show", 10),
            ("route-get", 1),
            ("netns-list", 2),
            ("netns-list-id", 1),
            ("error", 1),
        ];
        checked.finish(&least);
    });
}

/// What iproute2 has not, and what few scripts show.
#[test]
fn namespaces_and_routes_of_all_sorts() {
    let test = "namespaces_and_routes_of_all_sorts";
    let needed = [
        part::NETNS_EXTRA,
        part::NETNS_MAP,
        part::CONNECT,
        part::STATS,
        part::ENCAP,
        part::ROUTE_EXTRA,
    ];
    namespaces_with(&needed, test, || {
        let mut checked = Checked::new();
        play(
            &[
                "-j netns",
                "netns add a up",
                "-j netns connect a",
                "-j netns connect a 10.9.0.0/30 dev red mtu 1400",
                "netns add b",
                "netns set b 7",
                "-j netns connect a b",
                "link add br0 type bridge",
                "link add v1 up type veth peer name v2 netns b",
                "link set v1 master br0",
                "link add link v1 name v1.5 type vlan id 5",
                "-j netns",
                "-j netns list-id",
                "-j netns get a",
                "-j netns get nosuch",
                "-j netns identify",
                "-j netns pids a",
                "-j netns map",
                "-d -j netns map",
                "-j netns prune",
                "-j -br link",
                "-j -br addr",
                "-j -o addr",
                "-j -0 addr",
                "-j -4 addr",
                "-j -d -N addr",
                "-j addr show scope host",
                "-j addr show label nosuch",
                "-echo -j addr add 192.0.2.1/24 dev red valid_lft 100 preferred_lft 50",
                "-echo -j addr del 192.0.2.1/24 dev red",
                "-echo -j link set red alias x",
                "-j route",
                "-j -d route show table all",
                "-j -d -N -6 route show table all",
                "route add 10.20.0.0/16 dev red mtu 1400 advmss lock 1300 rtt 100ms features ecn congctl reno",
                "route add 10.21.0.0/16 nexthop via 10.9.0.2 weight 3 nexthop dev veth0",
                "route add 10.22.0.0/16 via inet6 fe80::1 dev red",
                "route add unreachable 10.23.0.0/16",
                "-6 route add 2001:db8::/32 dev red expires 100 pref high",
                "-j route",
                "-j -6 -s route",
                "-j route show dev red",
                "-j route get 10.20.0.1",
                "-j route get 10.9.0.2 mark 5",
                "-j route get 203.0.113.1",
                "-j route show nosuch",
                "-j link show nosuch",
            ],
            &mut checked,
        );
        let out = run("ip -j -all netns exec true");
        checked.check(
            "netns-exec-all",
            "netns exec",
            out.stdout.lines().last().unwrap_or_default(),
        );
        let out = run("ip -j netns delete b wait");
        if is_built(part::NETNS_WAIT) {
            checked.check_out("netns-delete-wait", "netns delete", &out);
        }
        let least = [
            ("netns-list", 1),
            ("netns-list-id", 1),
            ("netns-get", 1),
            ("netns-identify", 1),
            ("netns-pids", 1),
            ("netns-prune", 1),
            ("netns-map", 2),
            ("netns-connect", 3),
            ("netns-exec-all", 1),
            ("link-show", 2),
            ("addr-show", 6),
            ("addr-change", 2),
            ("route-show", 5),
            ("route-get", 2),
            ("error", 3),
        ];
        checked.finish(&least);
    });
}
