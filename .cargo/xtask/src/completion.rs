//! `cargo xtask completion`: what bash, zsh and fish need to complete the words of `ipso` and `isolate`.
//!
//! The words are those of [`ipso::vocabulary`], as a table in the script: at each place of the command line the commands, and
//! the words with what follows them. A short function walks along the words in front of the cursor, and prints what may come
//! next; that of bash and zsh is the same.

use crate::{Res, at, root, shown};
use ipso::kind::table::each_kind;
use ipso::vocabulary::grammar::{COMMANDS, NESTED, PLACES, SAME};
use ipso::vocabulary::{ABSENT, ENCAPS, Form, KINDS, List, Word, lists};
use lexopt::Parser;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub const USAGE: &str = "\
Usage: cargo xtask completion
Makes the completion of bash, zsh and fish in target/completion: ipso.bash, _ipso, ipso.fish.";

pub fn main(words: &mut Parser) -> Result<(), lexopt::Error> {
    crate::none(words)?;
    for file in make(&root().join("target/completion"))? {
        println!("{}", shown(&file));
    }
    Ok(())
}

/// Writes the scripts to a folder. Returns the files.
pub fn make(folder: &Path) -> Res<Vec<PathBuf>> {
    fs::create_dir_all(folder).map_err(|e| at(folder, e))?;
    let write = |(name, text): (&str, String)| {
        let file = folder.join(name);
        fs::write(&file, text).map_err(|e| at(&file, e))?;
        Ok(file)
    };
    scripts().into_iter().map(write).collect()
}

/// The files of a package, by shell and name. bash and fish look for a file that has the name of the command.
pub fn installed() -> Vec<(String, Vec<u8>)> {
    let [(_, bash), (_, zsh), (_, fish)] = scripts();
    let files = [
        ("bash/ipso", bash),
        ("bash/isolate", ". \"${BASH_SOURCE[0]%/*}/ipso\"\n".into()),
        ("zsh/_ipso", zsh),
        ("fish/ipso.fish", fish),
        (
            "fish/isolate.fish",
            "source (dirname (status filename))/ipso.fish\n".into(),
        ),
    ];
    let files = files.into_iter();
    files
        .map(|(name, text)| (name.into(), text.into_bytes()))
        .collect()
}

/// The scripts.
pub fn scripts() -> [(&'static str, String); 3] {
    let table = table();
    let encaps: Vec<&str> = ENCAPS.iter().map(|(name, _)| *name).collect();
    let values = |script: &str| {
        let script = script.replace("@KINDS@", &kinds().join(" "));
        script.replace("@ENCAPS@", &encaps.join(" "))
    };
    let sh = |script: &str| {
        let shared = SHARED.replace("@TABLE@\n", &sh_table(&table));
        values(&script.replace("@SHARED@\n", &shared))
    };
    let fish = values(&FISH.replace("@TABLE@\n", &fish_table(&table)));
    [
        ("ipso.bash", sh(BASH)),
        ("_ipso", sh(ZSH)),
        ("ipso.fish", fish),
    ]
}

const SHARED: &str = include_str!("completion/shared.sh");
const BASH: &str = include_str!("completion/ipso.bash");
const ZSH: &str = include_str!("completion/_ipso");
const FISH: &str = include_str!("completion/ipso.fish");

/// The names of all kinds of links.
fn kinds() -> Vec<String> {
    let kinds = each_kind().flat_map(|kind| {
        let names = kind.each_name().map(|name| String::from_utf8_lossy(name));
        // Of some ports there is nothing that could be set.
        let names = names.filter(|name| kind.has_options() || !name.ends_with("_slave"));
        names.map(String::from).collect::<Vec<_>>()
    });
    let mut kinds: Vec<String> = kinds.collect();
    kinds.sort();
    kinds
}

/// What there is at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Here {
    /// The commands, `SPELLING=NAME`, in the order in which they are tried.
    commands: Vec<String>,
    /// The words, as the scripts say.
    words: Vec<String>,
}

/// All places; those that have the same are together.
type Table = Vec<(Vec<String>, Here)>;

fn table() -> Table {
    let lists: BTreeMap<String, List> = lists().into_iter().map(|l| (l.id.clone(), l)).collect();
    let mut places: BTreeMap<String, Here> = BTreeMap::new();
    for (place, id) in COMMANDS {
        let list = &lists[*id];
        let here = places.entry((*place).into()).or_default();
        for word in list
            .words
            .iter()
            .filter(|word| !ABSENT.contains(&word.name()))
        {
            let spellings = word.spellings.iter().filter(|one| *one != "lst");
            here.commands
                .extend(spellings.map(|one| format!("{one}={}", canonical(word))));
        }
    }
    // The global options belong to the first place.
    let first = places.entry(String::new()).or_default();
    for id in ["ip/mod Global", "ip/mod FAMILY_OPTIONS"] {
        add_list(&lists[id], &lists, &mut first.words);
    }
    for place in PLACES {
        let mut words = Vec::new();
        for operand in place.operands {
            let (operand, any) = match operand.strip_suffix(" ...") {
                Some(operand) => (operand, "+"),
                None => (*operand, ""),
            };
            words.push(format!(":{}{any}", value_of("", operand, "", &lists)));
        }
        for id in place.lists {
            add_list(&lists[*id], &lists, &mut words);
        }
        for word in place.words.split(", ").filter(|word| !word.is_empty()) {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            add_word(name, &value_of("", value, name, &lists), &mut words);
        }
        for name in place.of {
            places.entry((*name).into()).or_default().words = words.clone();
        }
    }
    let of_list = |ids: &[&str]| {
        let mut here = Here::default();
        for id in ids {
            add_list(&lists[*id], &lists, &mut here.words);
        }
        here
    };
    for (kind, id) in KINDS {
        places.insert(format!("kind {kind}"), of_list(&[id]));
    }
    for (encap, id) in ENCAPS {
        places.insert(format!("encap {encap}"), of_list(&[id]));
    }
    for (word, _, ids) in NESTED {
        places.insert(format!("behind {word}"), of_list(ids));
    }
    let mut table: BTreeMap<Here, Vec<String>> = BTreeMap::new();
    for (place, here) in places {
        table.entry(here).or_default().push(place);
    }
    let mut table: Table = table.into_iter().map(|(here, of)| (of, here)).collect();
    table.sort();
    table
}

/// The name that is completed: `show` rather than `list`.
fn canonical(word: &Word) -> &str {
    if let Some((_, name)) = SAME.iter().find(|(second, _)| *second == word.name()) {
        return name;
    }
    let mut spellings = word.spellings.iter();
    let show = spellings.find(|one| *one == "show");
    show.map_or(word.name(), |show| show)
}

fn add_word(name: &str, value: &str, words: &mut Vec<String>) {
    let word = match value {
        "" => name.to_owned(),
        value => format!("{name}={value}"),
    };
    if !words.contains(&word) {
        words.push(word);
    }
}

fn add_list(list: &List, lists: &BTreeMap<String, List>, words: &mut Vec<String>) {
    for word in &list.words {
        let value = value_of(&list.id, &word.value, word.name(), lists);
        for name in &word.spellings {
            let other = if name == word.name() { "" } else { "~" };
            let dashes = match list.form {
                Form::Dash => "-",
                Form::Dashes if name.len() == 1 => "-",
                Form::Dashes => "--",
                Form::Plain | Form::Rows => "",
            };
            add_word(&format!("{other}{dashes}{name}"), &value, words);
            if word.has_no {
                add_word(&format!("{other}no{name}"), "", words);
            }
        }
    }
}

/// What completes a value: `@dev` and the like, words joined by commas, or `-` for what nobody knows.
fn value_of(list: &str, value: &str, word: &str, lists: &BTreeMap<String, List>) -> String {
    let words_of = |id: &str| {
        let words: Vec<&str> = lists[id].words.iter().map(Word::name).collect();
        words.join(",")
    };
    if NESTED
        .iter()
        .any(|(name, behind, _)| *name == word && *behind == value)
    {
        return format!("+{word}");
    }
    match value {
        "" => return String::new(),
        "DEV" | "LINK" | "VRF" => return "@dev".into(),
        "NETNS" | "LINK-NETNS" => return "@netns".into(),
        "KIND" => return "@kind".into(),
        "TYPE" if list == "ip/link/words ROWS" => return "@options".into(),
        "TYPE" => return words_of("names/table ROUTE_TYPES"),
        "ENCAP" | "ENCAPTYPE ENCAPHDR" => return "@encap".into(),
        "COMMAND" => return "@command".into(),
        "FILE" => return "@file".into(),
        "DIR" => return "@dir".into(),
        "STATE" => return words_of("ip/neigh/state WORDS"),
        "MODE" => return words_of("ip/tunnel/words MODES"),
        "FAMILY" => return words_of("names/table FAMILIES"),
        "NAMESPACES" => return words_of("isolate/words NAMESPACES"),
        _ => {}
    }
    let is_word = |one: &&str| {
        let mut letters = one.chars();
        letters.any(|c| c.is_ascii_alphanumeric()) && !one.chars().any(|c| c.is_ascii_uppercase())
            || one.starts_with("End")
    };
    // What stands behind a blank is no value, but what follows it.
    let is_choice = value.starts_with('{') || value.starts_with('[') || !value.contains(' ');
    let words: Vec<&str> = value.split_whitespace().filter(is_word).collect();
    match words.is_empty() || !is_choice {
        true => "-".into(),
        false => words.join(","),
    }
}

fn sh_table(table: &Table) -> String {
    let mut text = String::new();
    for (places, here) in table {
        let places: Vec<String> = places.iter().map(|place| format!("'{place}'")).collect();
        text += &format!("    {})", places.join(" | "));
        for (name, list) in [("cmds", &here.commands), ("list", &here.words)] {
            if !list.is_empty() {
                text += &format!("\n        {name}='{}'", wrap(list));
            }
        }
        text += " ;;\n";
    }
    text
}

fn fish_table(table: &Table) -> String {
    let mut text = String::new();
    for (places, here) in table {
        let places: Vec<String> = places.iter().map(|place| format!("'{place}'")).collect();
        text += &format!("        case {}\n", places.join(" "));
        for (name, list) in [("cmds", &here.commands), ("list", &here.words)] {
            if !list.is_empty() {
                let list = wrap(list).replace('\n', " \\\n");
                text += &format!("            set {name} {list}\n");
            }
        }
    }
    text
}

/// Words, on lines of a hundred letters.
fn wrap(words: &[String]) -> String {
    let (mut text, mut line) = (String::new(), 0);
    for word in words {
        if line + word.len() > 100 {
            text += "\n            ";
            line = 0;
        } else if line > 0 {
            text.push(' ');
        }
        text += word;
        line += word.len() + 1;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::man::tests::skip;
    use crate::own::Own;
    use std::collections::BTreeSet;
    use std::io::Write;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    /// How long a shell may take for all cases.
    const DEADLINE: Duration = Duration::from_secs(60);

    /// Lines in front of the cursor, what has to be offered, and what must not be. There are the devices lo, eth7 and eth8, and the
    /// namespace blue, which has the devices lo, red1 and red2.
    const CASES: &[(&str, &str, &str)] = &[
        (
            "ipso ",
            "address link netns isolate ip",
            "-json xfrm tap show",
        ),
        ("ipso l", "link", "address"),
        ("ipso -j", "-json", "link --json -statistics"),
        ("ipso --i", "--install", "-iec"),
        ("ipso -n ", "blue", "eth7 link"),
        ("ipso -f ", "inet6 mpls", "link6"),
        ("ipso -n blue link show ", "red1 red2 up master", "eth7"),
        ("ipso -netns blue link show dev ", "red1", "eth7 up"),
        ("ipso ip -br -s link s", "set show", "xstats"),
        ("ipso link set ", "eth7 eth8 lo mtu netns master", "id brd"),
        ("ipso link set eth7 ", "mtu netns master type", "eth7"),
        ("ipso link set dev eth7 ", "mtu netns", "eth7"),
        ("ipso link set eth7 mtu ", "", "mtu eth7"),
        ("ipso link set eth7 arp ", "on off", "mtu"),
        ("ipso link set eth7 netns ", "blue", "eth7"),
        ("ipso link set eth7 inet ", "forwarding rp_filter up", ""),
        ("ipso link delete eth7 ", "eth8", ""),
        ("ipso link add v0 type vx", "vxlan vxcan", "veth"),
        (
            "ipso link add v0 type ",
            "veth dummy bridge ip6gretap",
            "mtu",
        ),
        (
            "ipso link add v0 type vxlan ",
            "id dstport learning nolearning",
            "mtu brd",
        ),
        ("ipso link add v0 type vxlan dev ", "eth7", "id"),
        ("ipso link add v0 type veth ", "peer", "id"),
        ("ipso link add v0 type veth peer ", "name netns", "id"),
        ("ipso li s master ", "eth7", "mtu"),
        ("ipso a", "address addrlabel", "link"),
        ("ipso addr ", "add show flush", "list lst eth7"),
        ("ipso addr add 192.0.2.1/24 dev ", "eth7", "dev"),
        (
            "ipso addr add 192.0.2.1/24 ",
            "dev broadcast nodad",
            "brd eth7",
        ),
        ("ipso neigh show nud ", "reachable stale", "dev"),
        ("ipso route add ", "default unreachable via", "eth7"),
        (
            "ipso route add default via 192.0.2.1 encap ",
            "mpls seg6local",
            "via",
        ),
        ("ipso route add default encap seg6 ", "mode segs dev", ""),
        (
            "ipso route add default encap seg6 mode ",
            "inline encap",
            "segs",
        ),
        ("ipso route add default nexthop ", "weight via", ""),
        ("ipso nexthop bucket ", "show get", "add"),
        ("ipso nexthop bucket get ", "id index", ""),
        ("ipso mptcp endpoint add 192.0.2.1 dev ", "eth8", "id"),
        ("ipso tunnel add t0 mode ", "gre sit vti6", "ttl"),
        ("ipso monitor ", "link all-nsid", "show"),
        ("ipso netns ", "add exec connect map", "blue list"),
        ("ipso netns exec ", "blue", "eth7"),
        ("ipso netns exec blue ips", "ipso", "blue"),
        ("ipso netns connect blue ", "blue mtu peer", "eth7"),
        ("ipso isolate --net ", "tunnel none host", "blue --nat"),
        ("ipso frobnicate ", "", "link"),
        ("isolate --n", "--net --nat --name --netns", "-n --json"),
        ("isolate --net=", "tunnel none host", "--net"),
        ("isolate --net=tun", "tunnel", "none"),
        (
            "ipso --json -f mpls --netns blue link show ",
            "red1",
            "eth7",
        ),
        ("isolate --net=none --tmpfs /x isol", "isolate", "--nat"),
        ("isolate --netns ", "blue", "tunnel"),
        ("isolate --nat --net none isol", "isolate", "--nat"),
        (
            "isolate --publish 127.0.0.1:8080:80 isol",
            "isolate",
            "--nat",
        ),
        ("ipso route add default via fe80::1 ", "dev", "eth7"),
        // What a shell would make something else of.
        ("ipso link show dev ", "eth7 e;f $(g)", "mtu"),
    ];

    /// What a shell offers for the lines of all cases; `None` where it cannot be tried.
    fn offers(test: &str, shell: &str, driver: &str) -> Option<Vec<BTreeSet<String>>> {
        if Command::new(shell).arg("--version").output().is_err() {
            skip(test, &format!("no {shell}"));
            return None;
        }
        let ipso = crate::demo::host_build(&root()).unwrap_or_else(|text| panic!("{text}"));
        let own =
            Own::new(&root().join("target/tmp"), test).unwrap_or_else(|text| panic!("{text}"));
        let folder = own.path();
        make(folder).unwrap_or_else(|text| panic!("{text}"));
        for name in ["ipso", "isolate"] {
            std::os::unix::fs::symlink(&ipso, folder.join(name)).unwrap();
        }
        fs::write(folder.join("driver"), driver).unwrap();
        let mut path = folder.as_os_str().to_owned();
        path.push(":/usr/local/bin:/usr/bin:/bin");
        // Namespaces that go with it.
        let inside = |command: &str| {
            let mut inside = Command::new(&ipso);
            inside
                .args([
                    "isolate", "--net", "none", "--tmpfs", "/run", "sh", "-c", command, shell,
                ])
                .arg(folder)
                .env_clear()
                .env("PATH", &path)
                .env("HOME", folder)
                .env("TERM", "dumb")
                .current_dir(folder);
            inside
        };
        let allowed = inside("true").output().unwrap();
        if !allowed.status.success() {
            skip(
                test,
                &format!(
                    "no namespaces: {}",
                    String::from_utf8_lossy(&allowed.stderr).trim()
                ),
            );
            return None;
        }
        let script = match shell {
            "bash" => "ipso.bash",
            "zsh" => "_ipso",
            _ => "ipso.fish",
        };
        let command = format!(
            "set -e
            ipso link add eth7 type veth peer name eth8
            ipso link add 'e;f' type veth peer name '$(g)'
            ipso netns add blue
            ipso -n blue link add red1 type veth peer name red2
            exec {shell} \"$1/driver\" \"$1/{script}\""
        );
        let child = inside(&command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.unwrap();
        let lines: String = CASES.iter().map(|(line, ..)| format!("{line}\n")).collect();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(lines.as_bytes())
            .unwrap();
        let number = child.id();
        let (ends, end) = std::sync::mpsc::channel();
        std::thread::spawn(move || ends.send(child.wait_with_output()));
        let output = end.recv_timeout(DEADLINE).unwrap_or_else(|_| {
            // SAFETY: numbers only. The child is ours, and was not waited for.
            unsafe { libc::kill(number as libc::pid_t, libc::SIGTERM) };
            panic!("{shell} has not ended")
        });
        let output = output.unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && errors.is_empty(),
            "{}\n{errors}\n{text}",
            output.status
        );
        let all = text
            .split("<>\n")
            .map(|found| found.lines().map(behind_sign).collect());
        let mut all: Vec<BTreeSet<String>> = all.collect();
        assert_eq!(all.pop(), Some(BTreeSet::new()));
        assert_eq!(all.len(), CASES.len(), "{text}");
        Some(all)
    }

    /// Of `--net=none` the value, which is all that another shell completes.
    fn behind_sign(offer: &str) -> String {
        offer.rsplit('=').next().unwrap_or(offer).into()
    }

    fn check(test: &str, shell: &str, driver: &str) {
        let Some(offers) = offers(test, shell, driver) else {
            return;
        };
        let mut wrong = String::new();
        for ((line, has, has_not), found) in CASES.iter().zip(offers) {
            let missing: Vec<_> = has
                .split_whitespace()
                .filter(|one| !found.contains(*one))
                .collect();
            let others: Vec<_> = has_not
                .split_whitespace()
                .filter(|one| found.contains(*one))
                .collect();
            if !missing.is_empty() || !others.is_empty() {
                wrong += &format!("{line:?}: without {missing:?}, with {others:?}: {found:?}\n");
            }
        }
        assert!(wrong.is_empty(), "{shell}\n{wrong}");
    }

    #[test]
    fn bash_completes() {
        check(
            "bash_completes",
            "bash",
            include_str!("completion/drive/drive.bash"),
        );
    }

    #[test]
    fn zsh_completes() {
        check(
            "zsh_completes",
            "zsh",
            include_str!("completion/drive/drive.zsh"),
        );
    }

    #[test]
    fn fish_completes() {
        check(
            "fish_completes",
            "fish",
            include_str!("completion/drive/drive.fish"),
        );
    }

    /// What is in no place would never be offered.
    #[test]
    fn a_command_of_a_package_is_found_by_its_own_name() {
        let test = "a_command_of_a_package_is_found_by_its_own_name";
        let own = Own::new(&root().join("target/tmp"), test).unwrap();
        for (path, text) in installed() {
            let path = own.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        for (shell, file, ask, said) in [
            (
                "bash",
                "bash/isolate",
                "complete -p isolate",
                "complete -F _ipso isolate\n",
            ),
            (
                "fish",
                "fish/isolate.fish",
                "complete -C 'isolate --dry'",
                "--dry-run\n",
            ),
        ] {
            let file = own.path().join(file);
            let script = format!(". {}; {ask}", file.display());
            let mut command = Command::new(shell);
            command.args(["-c", &script]).env("HOME", own.path());
            match command.output() {
                Ok(output) => {
                    assert_eq!(String::from_utf8_lossy(&output.stdout), said, "{output:?}")
                }
                Err(_) => skip(test, &format!("no {shell}")),
            }
        }
    }

    #[test]
    fn every_list_has_its_place() {
        let named = COMMANDS.iter().map(|(_, id)| *id);
        let placed = PLACES.iter().flat_map(|place| place.lists.iter().copied());
        let nested = NESTED.iter().flat_map(|(_, _, ids)| ids.iter().copied());
        let kinds = KINDS.iter().chain(&ENCAPS).map(|(_, id)| *id);
        let known: BTreeSet<&str> = named.chain(placed).chain(nested).chain(kinds).collect();
        let first = ["ip/mod Global", "ip/mod FAMILY_OPTIONS", "main Applet"];
        for list in lists().iter().filter(|list| !list.has_values) {
            assert!(
                known.contains(&*list.id) || first.contains(&&*list.id),
                "{}",
                list.id
            );
        }
    }

    /// Commands without words behind them are said here.
    #[test]
    fn every_command_leads_to_a_place() {
        let silent = "fou show|link help|maddress show|netns show|netns prune|netns monitor|addrlabel show|addrlabel flush|\
            mptcp monitor|mptcp endpoint flush|mptcp limits show|address showdump|address restore|route showdump|\
            route restore|rule restore|mrule restore";
        let table = table();
        let here = |place: &str| {
            let mut table = table.iter();
            table.find(|(places, _)| places.iter().any(|one| one == place))
        };
        let mut reached = BTreeSet::from([String::new(), "isolate".to_owned()]);
        for (place, here_is) in &table {
            for place in place {
                for command in &here_is.commands {
                    let (_, name) = command.split_once('=').unwrap();
                    let next = format!("{place} {name}").trim().to_owned();
                    let is_silent = name == "help" || silent.split('|').any(|one| one == next);
                    assert!(here(&next).is_some() || is_silent, "{next}");
                    reached.insert(next);
                }
            }
        }
        for place in PLACES.iter().flat_map(|place| place.of) {
            assert!(reached.contains(*place), "{place} is at no command");
        }
    }
}
