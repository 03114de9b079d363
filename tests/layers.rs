//! The house as the design draws it: who may use whom, where unsafe code may be, what each command file has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What a room may use besides itself. A command of `ip` may also use what src/ip has that is no command.
const MAY_USE: &[(&str, &[&str])] = &[
    ("append", &[]),
    ("text", &["append"]),
    ("parts", &[]),
    ("error", &["append", "text"]),
    ("args", &["append", "error", "text"]),
    ("out", &["append", "error", "text"]),
    ("sys", &["append", "text"]),
    ("nl", &["append", "error", "sys", "text"]),
    ("files", &["sys"]),
    (
        "names",
        &["append", "error", "args", "files", "sys", "nl", "text"],
    ),
    // The engine: it knows no kind of link and no command.
    (
        "row",
        &[
            "append", "error", "args", "files", "out", "sys", "nl", "names", "text",
        ],
    ),
    (
        "kind",
        &[
            "append", "error", "args", "out", "sys", "nl", "names", "text", "row",
        ],
    ),
    (
        "ns",
        &[
            "append", "error", "args", "files", "out", "sys", "nl", "names", "text",
        ],
    ),
    (
        "ip",
        &[
            "append", "error", "args", "files", "out", "sys", "nl", "row", "kind", "names", "ns",
            "text",
        ],
    ),
    // Of `ip` it has what holds output and names, as `isolate`.
    (
        "cni",
        &[
            "append", "error", "args", "files", "sys", "nl", "names", "ns", "text", "ip",
        ],
    ),
    (
        "isolate",
        &[
            "append", "error", "args", "files", "sys", "nl", "names", "ns", "text", "ip",
        ],
    ),
];
/// These see everything: they choose the applet, hold the modules, and know the words of all.
const TOP: &[&str] = &["main", "lib", "vocabulary"];
/// The commands of `ip`.
const COMMANDS: &[&str] = &[
    "netns",
    "link",
    "addr",
    "route",
    "neigh",
    "nexthop",
    "vrf",
    "rule",
    "tuntap",
    "maddress",
    "netconf",
    "addrlabel",
    "token",
    "ntable",
    "stats",
    "monitor",
    "fou",
    "mptcp",
    "tcp_metrics",
    "tunnel",
];
/// Files that may use commands: the table of all, and `ip monitor`, which decodes and shows what all of them do.
const USE_COMMANDS: &[&str] = &["ip/objects.rs", "ip/monitor/"];
/// The five parts of an object, in the order in which a file has them.
const PARTS: &[&str] = &[
    "(struct|enum) Req",
    "fn parse",
    "fn encode",
    "fn decode",
    "fn show",
];
/// The objects of `ip`, and where their parts are: what several of them print has a place of its own.
const OBJECTS: &[(&str, &[&str])] = &[
    ("link", &["ip/link/", "ip/iface/"]),
    ("addr", &["ip/addr/", "ip/ifaddr/"]),
    ("route", &["ip/route/"]),
    ("neigh", &["ip/neigh/"]),
    ("nexthop", &["ip/nexthop/", "ip/hop/"]),
    ("netns", &["ip/netns/"]),
    ("rule", &["ip/rule/"]),
    ("tuntap", &["ip/tuntap/"]),
    ("maddress", &["ip/maddress/"]),
    ("netconf", &["ip/netconf.rs"]),
    ("addrlabel", &["ip/addrlabel.rs"]),
    ("token", &["ip/token.rs"]),
    ("ntable", &["ip/ntable.rs"]),
    ("stats", &["ip/stats.rs"]),
    ("fou", &["ip/fou/"]),
    ("mptcp", &["ip/mptcp/"]),
    ("tcp_metrics", &["ip/tcp_metrics/"]),
    ("tunnel", &["ip/tunnel/"]),
];
const MOST_LINES: usize = 600;
/// Files that may be longer, each with its reason.
const LONGER: &[(&str, &str)] = &[];
const DEPENDENCIES: [&str; 3] = ["lexopt", "libc", "rustix"];

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All of src/ by path below it, `ip/link.rs`.
fn sources() -> BTreeMap<String, String> {
    let mut sources = BTreeMap::new();
    let mut directories = vec![String::new()];
    while let Some(directory) = directories.pop() {
        for entry in
            fs::read_dir(package().join("src").join(&directory)).expect("a directory of src")
        {
            let entry = entry.expect("an entry");
            let path = format!(
                "{directory}{}",
                entry.file_name().to_str().expect("a name in UTF-8")
            );
            if entry.file_type().expect("a type").is_dir() {
                directories.push(format!("{path}/"));
            } else if path.ends_with(".rs") {
                sources.insert(
                    path,
                    fs::read_to_string(entry.path()).expect("a source file"),
                );
            }
        }
    }
    sources
}

/// `text` without comments and without what is in string and character literals.
fn code(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            raw.find("\"#").map_or(rest.len(), |at| at + 5)
        } else if c == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let end = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                end
            });
            end.map_or(rest.len(), |at| at + 2)
        } else if ["'\"'", "'\\''", "'/'"]
            .iter()
            .any(|literal| rest.starts_with(literal))
        {
            3
        } else {
            code.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        code.extend(rest[..length].chars().filter(|c| *c == '\n'));
        rest = &rest[length..];
    }
    code
}

/// The paths that begin at `start` in `code`, those in braces one by one: `crate::{a::B, c}` is a::B and c.
fn paths(code: &str, start: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, _) in code.match_indices(start) {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '$') {
            continue;
        }
        let (mut prefixes, mut path) = (vec![String::new()], String::new());
        for c in code[at + start.len()..].chars() {
            match c {
                c if c.is_alphanumeric() || "_:!*".contains(c) => path.push(c),
                c if c.is_whitespace() && prefixes.len() > 1 => {}
                '{' => prefixes.push(std::mem::take(&mut path)),
                ',' | '}' if prefixes.len() > 1 => {
                    if !path.is_empty() {
                        paths.push(prefixes.concat() + &std::mem::take(&mut path));
                    }
                    if c == '}' {
                        prefixes.pop();
                    }
                    if prefixes.len() == 1 {
                        break;
                    }
                }
                _ => break,
            }
        }
        if !path.is_empty() && prefixes.len() == 1 {
            paths.push(path);
        }
    }
    paths
}

fn segments(path: &str) -> Vec<&str> {
    path.split("::")
        .filter(|segment| !segment.is_empty())
        .collect()
}

#[test]
fn paths_are_found() {
    let found = |text| paths(&code(text), "crate::");
    assert_eq!(found("use crate::args::Words;"), ["args::Words"]);
    assert_eq!(
        found("use crate::{\n    nl::{sock, wire::Msg},\n    out::Out,\n};"),
        ["nl::sock", "nl::wire::Msg", "out::Out"]
    );
    assert_eq!(
        found("let e = crate::error::Error(\"crate::no\"); // crate::no"),
        ["error::Error"]
    );
    assert_eq!(found("$crate::no mycrate::no 'x' crate::yes!(1)"), ["yes!"]);
}

#[test]
fn rooms_use_only_what_the_drawing_says() {
    let sources = sources();
    let mut wrong = Vec::new();
    for (file, text) in &sources {
        let mut own = segments(file.trim_end_matches(".rs")).join("/");
        own = own.trim_end_matches("/mod").to_owned();
        let (room, part) = own.split_once('/').unwrap_or((&own, "mod"));
        let code = code(text);
        // From src/nl/sock.rs `super::x` is crate::nl::x, from src/nl/mod.rs and src/out.rs it is crate::x.
        let inside = part != "mod";
        let mut used = paths(&code, "crate::");
        let above = paths(&code, "super::")
            .into_iter()
            .filter(|path| !path.starts_with('*'));
        used.extend(above.map(|path| {
            if inside {
                format!("{room}::{path}")
            } else {
                path
            }
        }));
        if TOP.contains(&room) {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == room) else {
            wrong.push(format!("{file}: the drawing has no room {room}"));
            continue;
        };
        for path in used {
            let segments = segments(&path);
            let Some(&first) = segments.first() else {
                continue;
            };
            let is_module = |name: &str| MAY_USE.iter().any(|(room, _)| *room == name);
            // What is at the root and no module is a macro, which all may use.
            let allowed = first == room || allowed.contains(&first) || !is_module(first);
            let command =
                first == "ip" && segments.get(1).is_some_and(|name| COMMANDS.contains(name));
            let own_command = segments.get(1).copied() == part.split('/').next();
            if !allowed
                || command
                    && !own_command
                    && !USE_COMMANDS.iter().any(|start| file.starts_with(start))
            {
                wrong.push(format!("{file} uses crate::{path}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "against the drawing:\n{}",
        wrong.join("\n")
    );
}

/// An object of `ip` is a folder of files; deeper are the kernel's headers alone, which lie as they do in the kernel.
#[test]
fn the_house_is_three_levels_deep() {
    let deep: Vec<_> = sources()
        .into_keys()
        .filter(|file| file.matches('/').count() > 2 && !file.starts_with("nl/uapi/"))
        .collect();
    assert!(deep.is_empty(), "{deep:?}");
}

/// The file that a path leads to: `ip::link::words::WORDS` is in `ip/link/words.rs`.
fn file_of(sources: &BTreeMap<String, String>, path: &str) -> Option<String> {
    let segments = segments(path);
    (1..=segments.len()).rev().find_map(|len| {
        let stem = segments[..len].join("/");
        let files = [format!("{stem}.rs"), format!("{stem}/mod.rs")];
        files.into_iter().find(|file| sources.contains_key(file))
    })
}

/// The files that a file uses: by paths from the root, and the files below it by their names.
fn used_files(sources: &BTreeMap<String, String>, file: &str) -> BTreeSet<String> {
    let code = code(&sources[file]);
    let mut used: BTreeSet<String> = paths(&code, "crate::")
        .iter()
        .filter_map(|path| file_of(sources, path))
        .collect();
    if let Some(folder) = file.strip_suffix("/mod.rs") {
        let words: Vec<&str> = code
            .split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
            .collect();
        let is_used = |name: &str| {
            words
                .iter()
                .any(|word| word.starts_with(&format!("{name}::")))
        };
        let below = sources.keys().filter(|other| {
            let name = other
                .strip_prefix(folder)
                .and_then(|rest| rest.strip_prefix('/'));
            let name = name.map(|name| name.trim_end_matches("/mod.rs").trim_end_matches(".rs"));
            name.is_some_and(|name| !name.contains('/') && is_used(name))
        });
        used.extend(below.cloned());
    }
    used.remove(file);
    used
}

/// Takes away, again and again, the files that use none that is left: what stays is in a circle, or leads to one.
#[test]
fn no_files_use_each_other_in_a_circle() {
    let sources = sources();
    let mut left: BTreeMap<&String, BTreeSet<String>> = sources
        .keys()
        .filter(|file| !TOP.contains(&file.trim_end_matches(".rs")))
        .map(|file| (file, used_files(&sources, file)))
        .collect();
    loop {
        let ends: Vec<&String> = left
            .iter()
            .filter(|(_, used)| used.iter().all(|file| !left.contains_key(file)))
            .map(|(file, _)| *file)
            .collect();
        if ends.is_empty() {
            break;
        }
        left.retain(|file, _| !ends.contains(file));
    }
    // Those that nobody left uses only lead to the circle.
    while let Some(file) = left
        .keys()
        .copied()
        .find(|file| !left.values().any(|used| used.contains(*file)))
    {
        left.remove(file);
    }
    let names: Vec<_> = left.keys().copied().cloned().collect();
    let text = left.iter().map(|(file, used)| {
        let used: Vec<_> = used
            .iter()
            .filter(|file| names.contains(file))
            .cloned()
            .collect();
        format!("{file} uses {}", used.join(", "))
    });
    let text: Vec<_> = text.collect();
    assert!(text.is_empty(), "files in circles:\n{}", text.join("\n"));
}

#[test]
fn files_are_short() {
    let reason = |file: &str| LONGER.iter().any(|(name, _)| *name == file);
    let long = |text: &String| text.lines().count() > MOST_LINES;
    let sources = sources();
    let wrong: Vec<_> = sources
        .iter()
        .filter(|(file, text)| long(text) != reason(file))
        .map(|(file, _)| file)
        .collect();
    assert!(
        wrong.is_empty(),
        "more than {MOST_LINES} lines without a reason, or no more with one: {wrong:?}"
    );
}

#[test]
fn unsafe_code_is_in_its_places_and_explained() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let (code, lines) = (code(&text), text.lines().collect::<Vec<_>>());
        let is_unsafe = |line: &str| {
            line.split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word == "unsafe")
        };
        for (number, line) in code.lines().enumerate().filter(|(_, line)| is_unsafe(line)) {
            let promises = line.contains("unsafe {") || line.contains("unsafe impl");
            // The comment stands above the statement, which may have begun some lines before.
            let comment = |line: &&&str| {
                line.trim_start().starts_with("//") || line.trim_start().starts_with("#[")
            };
            let begun = |line: &&&str| {
                !comment(line) && !line.trim_end().ends_with([';', '{', '}']) && !line.is_empty()
            };
            let above = lines[..number]
                .iter()
                .rev()
                .skip_while(begun)
                .take_while(comment);
            let explained = above
                .chain([&lines[number]])
                .any(|line| line.contains("SAFETY: "));
            let is_in_place = file.starts_with("sys/") || file == "append.rs";
            if !is_in_place || promises && !explained {
                wrong.push(format!(
                    "src/{file}:{}: {}",
                    number + 1,
                    lines[number].trim()
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "unsafe outside src/sys and src/append.rs, or without // SAFETY: above it:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn objects_have_the_five_parts_in_order() {
    let sources = sources();
    let mut wrong = Vec::new();
    for (object, folders) in OBJECTS {
        let files: Vec<_> = sources
            .iter()
            .filter(|(file, _)| folders.iter().any(|folder| file.starts_with(folder)))
            .collect();
        assert!(!files.is_empty(), "{object} is not in {folders:?}");
        let mut found = [false; PARTS.len()];
        for (file, text) in files {
            let code = code(text);
            let places: Vec<_> = PARTS
                .iter()
                .map(|part| {
                    let pattern = format!(r"(?m)^(pub(\([a-z]+\))? )?{part}\b");
                    let pattern = regex_lite::Regex::new(&pattern).expect("a pattern");
                    pattern.find(&code).map(|found| found.start())
                })
                .collect();
            for (part, place) in found.iter_mut().zip(&places) {
                *part |= place.is_some();
            }
            if !places.iter().flatten().is_sorted() {
                wrong.push(format!(
                    "src/{file} has its parts in another order than {PARTS:?}"
                ));
            }
        }
        for (part, _) in PARTS.iter().zip(found).filter(|(_, found)| !found) {
            wrong.push(format!("{object} has no {part}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_binary_has_three_dependencies() {
    let manifest = fs::read_to_string(package().join("Cargo.toml")).expect("Cargo.toml");
    let (mut section, mut found) = ("", Vec::new());
    for line in manifest.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
            // As cargo writes it in a package.
            found.extend(section.strip_prefix("dependencies."));
        } else if section.ends_with("dependencies") && !section.ends_with("dev-dependencies") {
            found.extend(
                line.split_once('=')
                    .filter(|_| !line.starts_with('#'))
                    .map(|(name, _)| name.trim()),
            );
        }
    }
    found.sort_unstable();
    assert_eq!(found, DEPENDENCIES);
}
