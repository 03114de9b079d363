//! `ip netns` where a comparison of outputs does not reach: commands that are killed or run at the same time, machines
//! that lack something, and what iproute2 does not have.

#[path = "../common/mod.rs"]
mod common;

mod add;
mod all;
mod batch;
mod connect;
mod delete;
mod exec;
mod hints;
mod list;
mod map;
mod operands;
mod prune;
mod resources;

use common::*;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

const RUN: &str = "/run/netns";

fn names() -> BTreeSet<String> {
    fs::read_dir(RUN).map_or_else(
        |_| BTreeSet::new(),
        |dir| {
            dir.map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("UTF-8")
            })
            .collect()
        },
    )
}

/// The names that `ip netns list` prints.
fn listed() -> BTreeSet<String> {
    let text = run("ip netns list").ok();
    text.lines()
        .map(|line| line.split(' ').next().expect("a word").to_owned())
        .collect()
}

fn set<const N: usize>(words: [&str; N]) -> BTreeSet<String> {
    words.map(str::to_owned).into()
}

/// The mount points at and below `path`, one for each mount, sorted.
fn mounts(path: &str) -> Vec<String> {
    let text = fs::read_to_string("/proc/thread-self/mountinfo").expect("mountinfo");
    let place = |line: &str| line.split(' ').nth(4).expect("a mount point").to_owned();
    let below = |place: &String| {
        place
            .strip_prefix(path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mut found: Vec<_> = text.lines().map(place).filter(below).collect();
    found.sort();
    found
}

/// The peer group of the topmost mount at `path`: `shared:N`, or `private`.
fn peer_group(path: &str) -> String {
    let text = fs::read_to_string("/proc/thread-self/mountinfo").expect("mountinfo");
    let mut lines = text
        .lines()
        .filter(|line| line.split(' ').nth(4) == Some(path));
    let line = lines.next_back().expect("a mount");
    let shared = line.split(' ').find(|word| word.starts_with("shared:"));
    shared.unwrap_or("private").to_owned()
}

/// Checks that each name has a namespace of its own and is mounted once, and that the folder is one shared mount in a
/// peer group of its own.
#[track_caller]
fn assert_sound() {
    let mut expected: Vec<_> = names().iter().map(|name| format!("{RUN}/{name}")).collect();
    expected.push(RUN.into());
    expected.sort();
    assert_eq!(mounts(RUN), expected, "each mounted once");
    assert!(peer_group(RUN).starts_with("shared:"));
    assert_ne!(
        peer_group(RUN),
        peer_group("/run"),
        "a peer group of its own"
    );
    let inodes: BTreeSet<_> = names()
        .iter()
        .map(|name| fs::metadata(format!("{RUN}/{name}")).expect("a name").ino())
        .collect();
    assert_eq!(
        inodes.len(),
        names().len(),
        "each is a namespace of its own"
    );
    assert_eq!(listed(), names());
}

fn start(program: &Path, line: &str) -> Child {
    let mut command = command_with(program, words(line));
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("a process")
}

fn iproute2(test: &str) -> Option<PathBuf> {
    if has_tools(test, &["ip"]) {
        which("ip")
    } else {
        None
    }
}

/// Commands that make /run what it is on some machines: a private mount or a shared one, without /run/netns or with one
/// that is a mount already.
const MACHINES: [&str; 4] = [
    "true",
    "mount --make-shared /run",
    "mkdir /run/netns && mount -t tmpfs tmpfs /run/netns",
    "mount --make-shared /run && mkdir /run/netns && mount -t tmpfs tmpfs /run/netns",
];

fn machine(setup: &str) {
    let mut command = command(["sh", "-c", setup]);
    assert!(command.status().expect("a shell").success(), "{setup}");
}

fn links() -> BTreeSet<String> {
    let text = run("ip -br link").ok();
    text.lines()
        .map(|line| line.split([' ', '@']).next().expect("a name").to_owned())
        .collect()
}

/// The brief line of a namespace's loopback device.
fn lo(name: &str) -> String {
    run(&format!("ip -n {name} -br link show lo")).ok()
}

/// The words in front of a command that run it as on a kernel without these system calls.
fn without(calls: &str) -> String {
    format!("strace -f -o /dev/null -e inject={calls}:error=ENOSYS")
}
