//! The walkthrough of tests/walkthrough.txt works, tests/walkthrough.console has the output that it really has, and README.md a part of
//! that; so has the picture tests/session.svg that of tests/session.txt.

mod common;
use common::*;
use std::path::Path;
use std::{env, fs};

const WALKTHROUGH: &str = "tests/walkthrough.txt";
const SESSION: &str = "tests/session.txt";
const PICTURE: &str = "tests/session.svg";

/// One command of a script; `fails` where a `! ` stands before it.
struct Line {
    command: String,
    fails: bool,
}

impl Line {
    fn pings(&self) -> bool {
        self.command.split(' ').any(|word| word == "ping")
    }
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn lines(script: &str) -> Vec<Line> {
    let text = read(script);
    let commands = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let line = |line: &str| {
        let stripped = line.strip_prefix("! ");
        Line {
            command: stripped.unwrap_or(line).to_owned(),
            fails: stripped.is_some(),
        }
    };
    commands.map(line).collect()
}

/// Plays a script and returns what each command printed. Where there is no ping, its lines are a visible skip.
fn play(test: &str, script: &str) -> Vec<(Line, Out)> {
    let can_ping = has_tools(test, &["ping"]);
    let play = |line: Line| {
        let once = || finish(command(line.command.split_ascii_whitespace()));
        let mut out = once();
        // A carrier comes up some time after the command, and the links of a deleted namespace go some time after it.
        if line.pings() || line.fails {
            comes_true(|| {
                let expected = (out.code != 0) == line.fails;
                if !expected {
                    out = once();
                }
                expected
            });
        }
        (line, out)
    };
    lines(script)
        .into_iter()
        .filter(|line| can_ping || !line.pings())
        .map(play)
        .collect()
}

#[test]
fn every_line_does_what_it_says() {
    let test = "every_line_does_what_it_says";
    namespaces(test, || {
        let played = play(test, WALKTHROUGH);
        for (Line { command, fails }, out) in &played {
            assert_eq!(out.code != 0, *fails, "{command}: {out:?}");
            assert!(!out.stderr.contains("panicked"), "{command}: {out:?}");
        }
        let outs = |command: &str| {
            let outs: Vec<_> = played
                .iter()
                .filter(|(line, _)| line.command == command)
                .map(|(_, out)| out)
                .collect();
            assert!(!outs.is_empty(), "the walkthrough has no {command}");
            outs
        };
        let lists = outs("ip netns list");
        assert!(lists.len() > 1 && lists[0].stdout == "coke\n", "{lists:?}");
        assert_eq!(lists[lists.len() - 1].stdout, "");
        let before = &outs("ip netns exec coke ip link list")[0].stdout;
        assert!(
            before.starts_with("1: lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN "),
            "{before}"
        );
        for device in ["veth0", "a0"] {
            let gone = outs(&format!("ip link show {device}"));
            assert_eq!(
                gone[gone.len() - 1].stderr,
                format!("Device \"{device}\" does not exist.\n")
            );
        }
        let end: Vec<_> = run("ip -o link").ok().lines().map(str::to_owned).collect();
        assert!(
            end.iter()
                .all(|line| !line.contains("veth") && !line.contains("10.1.1.")),
            "left behind: {end:?}"
        );
    });
}

/// Makes equal what differs between machines and runs, and leaves out empty lines and blanks at the ends of lines.
fn normal(text: &str) -> String {
    let mut text = mask(text, "");
    for (pattern, to) in [
        (r"(?m)^[0-9]+: ", "N: "),
        (r"@if[0-9]+", "@ifN"),
        (r"time=[0-9.]+ ms", "time=T ms"),
        (r"time [0-9]+ms", "time Tms"),
        (r"mdev = [0-9./]+ ms", "mdev = T ms"),
        (r"(?m)[ \t]+$", ""),
        (r"\n+", "\n"),
    ] {
        text = regex(pattern).replace_all(&text, to).into_owned();
    }
    text.trim().to_owned()
}

/// The whole walkthrough, as `cargo demo` prints it: commands, each with its output.
fn recorded() -> Vec<(String, String)> {
    commands(&read("tests/walkthrough.console"))
}

/// The commands that stand in the picture, each with what is shown below it.
fn picture() -> Vec<(String, String)> {
    let picture = read(PICTURE);
    let (_, after) = picture
        .split_once("<desc id=\"description\">\n")
        .expect("the picture has a description");
    let (text, _) = after.split_once("</desc>").expect("the description ends");
    let text = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    commands(&text)
}

/// Commands, each with the output shown below it. Lines that begin with `# ` say what comes next.
fn commands(block: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in block.lines().filter(|line| !line.starts_with("# ")) {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.to_owned(), String::new())),
            (None, Some((_, output))) => *output += &format!("{line}\n"),
            (None, None) => assert!(line.is_empty(), "output before the first command: {line}"),
        }
    }
    commands
}

#[test]
fn all_of_the_walkthrough_is_recorded() {
    let shown: Vec<_> = recorded().into_iter().map(|(command, _)| command).collect();
    let lines: Vec<_> = lines(WALKTHROUGH)
        .into_iter()
        .map(|line| line.command)
        .collect();
    assert_eq!(shown, lines);
}

/// README shows some of its commands, in their order, with their output.
#[test]
fn readme_shows_a_part_of_the_recorded_walkthrough() {
    let readme = read("README.md");
    let (_, after) = readme
        .split_once("<!-- walkthrough -->")
        .expect("README.md has no <!-- walkthrough -->");
    let block = after
        .trim_start()
        .strip_prefix("```console\n")
        .expect("a ```console block follows the mark");
    let (block, _) = block.split_once("\n```").expect("the block ends");
    let mut recorded = recorded().into_iter();
    let shown = commands(block);
    assert!(shown.len() >= 10, "{}", shown.len());
    for (command, output) in shown {
        let found = recorded.find(|(recorded, _)| *recorded == command);
        let (_, real) =
            found.unwrap_or_else(|| panic!("not recorded, or not in this order: {command}"));
        assert_eq!(output.trim_end(), real.trim_end(), "{command}");
    }
}

#[test]
fn the_recorded_output_is_the_real_one() {
    let test = "the_recorded_output_is_the_real_one";
    namespaces(test, || {
        let wrong = differences(recorded(), &play(test, WALKTHROUGH), str::to_owned);
        assert!(
            wrong.is_empty(),
            "- tests/walkthrough.console, + what it really is:\n{wrong}"
        );
    });
}

/// What is shown of the commands that were played and differs from what they printed; `excerpt` gives what is to be shown of that.
fn differences(
    shown: Vec<(String, String)>,
    played: &[(Line, Out)],
    excerpt: fn(&str) -> String,
) -> String {
    let shown = shown
        .into_iter()
        .filter(|(command, _)| played.iter().any(|(line, _)| line.command == *command));
    let mut wrong = String::new();
    for ((command, shown), (_, out)) in shown.zip(played) {
        let (shown, real) = (
            normal(&shown),
            normal(&excerpt(&format!("{}{}", out.stdout, out.stderr))),
        );
        if shown != real {
            wrong += &format!("$ {command}\n{}", diff(&shown, &real));
        }
    }
    wrong
}

/// The picture leaves out what a command prints below an empty line: the statistics of ping.
#[test]
fn the_picture_shows_the_real_output() {
    let test = "the_picture_shows_the_real_output";
    namespaces_with(&[part::NETNS_MAP], test, || {
        let played = play(test, SESSION);
        for (Line { command, fails }, out) in &played {
            assert_eq!(out.code != 0, *fails, "{command}: {out:?}");
        }
        let excerpt = |text: &str| text.split("\n\n").next().unwrap_or_default().to_owned();
        let wrong = differences(picture(), &played, excerpt);
        assert!(
            wrong.is_empty(),
            "- {PICTURE}, + what it really is; draw it anew: cargo xtask picture\n{wrong}"
        );
    });
}

#[test]
fn the_picture_has_every_command_of_the_session() {
    let shown: Vec<_> = picture().into_iter().map(|(command, _)| command).collect();
    let lines: Vec<_> = lines(SESSION)
        .into_iter()
        .map(|line| line.command)
        .collect();
    assert_eq!(shown, lines);
}
