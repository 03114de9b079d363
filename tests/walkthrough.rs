//! The walkthrough of tests/walkthrough.txt works, and README.md shows it with the output that it really has.

mod common;
use common::*;
use std::path::Path;
use std::{env, fs};

/// One command of the walkthrough; `fails` where a `! ` stands before it.
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

fn walkthrough() -> Vec<Line> {
    let text = read("tests/walkthrough.txt");
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

/// Plays the walkthrough and returns what each command printed. Where there is no ping, its lines are a visible skip.
fn play(test: &str) -> Vec<(Line, Out)> {
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
    walkthrough()
        .into_iter()
        .filter(|line| can_ping || !line.pings())
        .map(play)
        .collect()
}

#[test]
fn every_line_does_what_it_says() {
    let test = "every_line_does_what_it_says";
    namespaces(test, || {
        let played = play(test);
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

/// The commands of README.md's transcript, each with the output shown below it.
fn transcript() -> Vec<(String, String)> {
    let readme = read("README.md");
    let (_, after) = readme
        .split_once("<!-- walkthrough -->")
        .expect("README.md has no <!-- walkthrough -->");
    let block = after
        .trim_start()
        .strip_prefix("```console\n")
        .expect("a ```console block follows the mark");
    let (block, _) = block.split_once("\n```").expect("the block ends");
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
fn readme_shows_the_walkthrough() {
    let shown: Vec<_> = transcript()
        .into_iter()
        .map(|(command, _)| command)
        .collect();
    let lines: Vec<_> = walkthrough().into_iter().map(|line| line.command).collect();
    assert_eq!(shown, lines);
}

#[test]
fn readme_shows_the_real_output() {
    let test = "readme_shows_the_real_output";
    namespaces(test, || {
        let played = play(test);
        let shown = transcript()
            .into_iter()
            .filter(|(command, _)| played.iter().any(|(line, _)| line.command == *command));
        let mut wrong = String::new();
        for ((command, shown), (_, out)) in shown.zip(&played) {
            let (shown, real) = (
                normal(&shown),
                normal(&format!("{}{}", out.stdout, out.stderr)),
            );
            if shown != real {
                wrong += &format!("$ {command}\n{}", diff(&shown, &real));
            }
        }
        assert!(
            wrong.is_empty(),
            "- README.md, + what it really is:\n{wrong}"
        );
    });
}
