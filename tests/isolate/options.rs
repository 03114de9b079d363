//! The command line: every option is in the help, wrong words are refused in clear words, `--dry-run` does nothing, and what
//! `-v` and `--json` say is so.

use crate::callers::{Root, State, User, both, isolate, run_isolate};
use crate::common::*;
use crate::signals::Lines;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Stdio;

/// The long names of the options, as the tables of the source have them.
fn names() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/isolate");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the source")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "rs"));
    let row = regex(r#"\b(?:flag|value|word)\(\s*"([a-z0-9-]+)""#);
    let mut names = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).expect("text");
        names.extend(row.captures_iter(&text).map(|found| found[1].to_owned()));
    }
    names
}

#[test]
fn the_help_has_every_option_on_a_screen() {
    let test = "options::the_help_has_every_option_on_a_screen";
    namespaces_with(&[part::ISOLATE, part::NAT], test, || {
        let help = run("isolate --help").ok();
        assert_eq!(run("isolate -h").ok(), help);
        let names = names();
        assert!(names.len() > 25, "{names:?}");
        let word = regex(r"--([a-z][a-z0-9-]*)");
        let said: BTreeSet<_> = word
            .captures_iter(&help)
            .map(|found| found[1].to_owned())
            .collect();
        assert_eq!(said, names, "in --help, and in the tables");
        assert!(help.lines().count() <= 24, "{}", help.lines().count());
        for line in help.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
    });
}

/// README may leave some out, and knows none that there is not.
#[test]
fn readme_knows_no_other_options() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).expect("README.md");
    let names = names();
    let call = regex(r"\bisolate((?: --?[a-z0-9-]+(?: [^- \n`][^ \n`]*)?)+)");
    let word = regex(r" --([a-z][a-z0-9-]*)");
    for call in call.captures_iter(&readme) {
        // What stands behind the command is the command's.
        for option in word.captures_iter(&call[1]) {
            let known = names.contains(&option[1]) || ["help"].contains(&&option[1]);
            assert!(known, "README.md: {}", &call[0]);
        }
    }
}

#[test]
fn wrong_words_are_refused() {
    let test = "options::wrong_words_are_refused";
    namespaces_with(&[part::ISOLATE], test, || {
        let before = State::now();
        let usage = "\nTry \"isolate --help\".\n";
        for (line, text) in [
            ("", "there is no command"),
            ("--", "there is no command"),
            ("-v", "there is no command"),
            ("--nosuch true", "there is no option \"--nosuch\""),
            ("-x true", "there is no option \"-x\""),
            ("-vx true", "there is no option \"-x\""),
            ("--verbos true", "there is no option \"--verbos\""),
            ("--ro=yes true", "option \"--ro\" takes no value"),
            ("--net", "option \"--net\" needs a value"),
            (
                "--net tunnel --share net true",
                "--net needs a network of its own: without --netns and --share net",
            ),
            (
                "--name n --net host true",
                "--name needs a network of its own",
            ),
            (
                "--addr 10.1.1.2/24 --net none true",
                "an address needs the tunnel",
            ),
            (
                "--rootfs / --share mnt true",
                "mounts need a mount namespace: --share has mnt",
            ),
            (
                "--ro --share mnt true",
                "mounts need a mount namespace: --share has mnt",
            ),
            (
                "--tmpfs /tmp --share mnt true",
                "mounts need a mount namespace: --share has mnt",
            ),
            (
                "--hostname h --share uts true",
                "--hostname needs a uts namespace: --share has uts",
            ),
            (
                "--map-user 5 --share user true",
                "a map of ids needs a user namespace: --share has user",
            ),
            (
                "--map-user 5 --map-auto true",
                "--map-user and --map-auto exclude each other",
            ),
        ] {
            let out = run_isolate(Root, line);
            let expected = format!("isolate: {text}{usage}");
            assert_eq!((out.code, out.stderr), (125, expected), "{line}");
            assert_eq!(out.stdout, "", "{line}");
        }
        for (option, word, what) in [
            (
                "--net",
                "tunnels",
                "\"tunnels\" is none of tunnel, none, host",
            ),
            ("--net", "''", "\"\" is none of tunnel, none, host"),
            (
                "--share",
                "net,nosuch",
                "\"nosuch\" is no kind of namespace",
            ),
            ("--share", "''", "\"\" is no kind of namespace"),
            ("--netns", "''", "\"\" is empty"),
            ("--rootfs", "''", "\"\" is empty"),
            ("--user", "root", "\"root\" is no user's number"),
            ("--user", "1:x", "\"x\" is no group's number"),
            ("--user", "4294967295", "\"4294967295\" is no user's number"),
            ("--user", "-1", "\"-1\" is no user's number"),
            ("--map-user", "''", "\"\" is no user's number"),
            ("--bind", "relative", "\"relative\" is no absolute path"),
            ("--bind", "/a:/b:rx", "\"rx\" is neither ro nor rw"),
            ("--bind", "/a:b", "\"b\" is no absolute path"),
            ("--tmpfs", "tmp", "\"tmp\" is no absolute path"),
            ("--env", "NAME", "\"NAME\" is not NAME=VALUE"),
            (
                "--cap-drop",
                "net_raw,nosuch",
                "\"nosuch\" is no capability",
            ),
            ("--json-fd", "x", "\"x\" is no descriptor"),
            ("--keep-fd", "-3", "\"-3\" is no descriptor"),
            ("--keep-fd", "4294967296", "\"4294967296\" is no descriptor"),
        ] {
            // A value may stand apart or behind `=`.
            for line in [
                format!("{option} {word} true"),
                format!("{option}={word} true"),
            ] {
                let out = run_isolate(Root, &line);
                let text = format!("isolate: {option}: {what}\n");
                assert!(out.stderr.starts_with(&text), "{line}: {out:?}");
                assert_eq!((out.code, out.stdout.as_str()), (125, ""), "{line}");
            }
        }
        before.is_back("wrong words");
        // What stands behind the command is the command's.
        for line in [
            "--net none -- sh -c 'exit 3' --nosuch",
            "--net none sh -c 'exit 3' -x",
        ] {
            assert_eq!(run_isolate(Root, line).code, 3, "{line}");
        }
    });
}

#[test]
fn a_dry_run_does_nothing() {
    both("options::a_dry_run_does_nothing", |caller| {
        let before = State::now();
        for options in [
            "",
            "--net none",
            "--net host",
            "--share user,net",
            "--name n --hostname h --ro --tmpfs /tmp --bind /etc:/mnt --chdir /etc",
            "--rootfs /run --bind /etc:/etc/new",
        ] {
            let plan = run_isolate(caller, &format!("--dry-run {options} touch /run/made")).ok();
            for line in plan.lines() {
                assert!(
                    line.starts_with("outside: ") || line.starts_with("inside: "),
                    "{line}"
                );
            }
            let last = match options {
                "--net none" => "set lo up",
                "--net host" | "--share user,net" => "leave the network as it is",
                _ => "set lo and the tunnel up",
            };
            assert_eq!(
                plan.matches("lo and the tunnel").count(),
                usize::from(last.ends_with("tunnel up")),
                "{plan}"
            );
            assert!(
                plan.lines().any(|line| line == format!("inside: {last}")),
                "{plan}"
            );
            let makes = [
                "name n",
                "host name h",
                "read-only",
                "tmpfs on /tmp",
                "mount /etc on /mnt",
                "start in /etc",
            ];
            for text in makes.iter().filter(|_| options.contains("--name")) {
                assert!(plan.contains(text), "{text}: {plan}");
            }
            assert!(!Path::new("/run/made").exists());
            before.is_back(options);
        }
        // What is not done is no step.
        let plan = run_isolate(caller, "--dry-run --net none true").ok();
        assert!(!plan.contains("make the tunnel"), "{plan}");
        // A wrong word is one here as well.
        assert_eq!(run_isolate(caller, "--dry-run --nosuch true").code, 125);
    });
}

#[test]
fn json_says_what_is_there() {
    let test = "options::json_says_what_is_there";
    namespaces_with(&[part::ISOLATE], test, || {
        let before = State::now();
        let script = "read word; readlink /proc/self/ns/net; ip -br addr show eth0";
        let mut command = isolate(Root, &format!("--json sh -c '{script}'"));
        command.stdin(Stdio::piped());
        let mut lines = Lines::of(command);
        // It comes before anything of the command's.
        let json: Value = serde_json::from_str(&lines.next()).expect("an object");
        let pid = json["pid"].as_u64().expect("a number");
        let net = fs::metadata(format!("/proc/{pid}/ns/net"))
            .expect("a namespace")
            .ino();
        let own = run("ip -br addr show iso1").ok();
        assert_eq!(json["outside"]["ifname"], "iso1");
        assert_eq!(json["inside"]["ifname"], "eth0");
        let listed = |end: &str| {
            let addresses = json[end]["addresses"].as_array().expect("a list").clone();
            addresses
                .into_iter()
                .map(|address| address.as_str().expect("text").to_owned())
                .collect::<Vec<_>>()
        };
        assert!(
            listed("outside")
                .iter()
                .all(|address| own.contains(address.as_str())),
            "{own}"
        );
        drop(lines.child.stdin.take());
        assert_eq!(lines.next(), format!("net:[{net}]"));
        let inside = lines.next();
        assert!(
            listed("inside")
                .iter()
                .all(|address| inside.contains(address.as_str())),
            "{inside}"
        );
        assert_eq!(lines.end("json").0, 0);
        // Without a tunnel there are no ends, and one object is all, also where a first attempt fails.
        for line in [
            "--net none --json true",
            "--net none isolate --net none --json true",
            "isolate --json-fd 1 true",
        ] {
            let text = run_isolate(Root, line).ok();
            assert_eq!(text.lines().count(), 1, "{line}: {text}");
            let json: Value = serde_json::from_str(&text).expect("an object");
            assert_eq!(
                json.get("inside").is_some(),
                line.starts_with("isolate"),
                "{line}"
            );
        }
        let out = run_isolate(Root, "--net none --json-fd 2 sh -c 'echo out'");
        assert!(
            out.stdout == "out\n" && out.stderr.starts_with("{\"pid\":"),
            "{out:?}"
        );
        before.is_back("json");
    });
}

#[test]
fn verbose_says_what_is_made() {
    let test = "options::verbose_says_what_is_made";
    namespaces_with(&[part::ISOLATE], test, || {
        let out = run_isolate(Root, "-v true");
        let line = regex(
            r"^isolate: process 1 inside is [0-9]+; iso1 10\.1\.1\.1/24( fd00:1::1/64)? here, eth0 10\.1\.1\.2/24( fd00:1::2/64)? inside\n$",
        );
        assert!(out.code == 0 && line.is_match(&out.stderr), "{out:?}");
        let out = run_isolate(User, "--net none --verbose true");
        let line = regex(r"^isolate: process 1 inside is [0-9]+\n$");
        assert!(out.code == 0 && line.is_match(&out.stderr), "{out:?}");
    });
}
