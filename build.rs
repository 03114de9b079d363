//! Bakes in the version, with the commit where there is one, and the settings of the build.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // `cargo static` asks for it: src/sys/start.rs in place of the C library's start.
    println!("cargo::rustc-check-cfg=cfg(own_start)");
    println!("cargo::rerun-if-env-changed=IPSO_OWN_START");
    if env::var_os("IPSO_OWN_START").is_some() {
        println!("cargo::rustc-cfg=own_start");
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    match commit(&root.join(".git")) {
        Some(commit) => println!("cargo::rustc-env=IPSO_VERSION={version}-g{commit}"),
        None => println!("cargo::rustc-env=IPSO_VERSION={version}"),
    }
    directory("IPSO_NETNS_RUN_DIR", "/run/netns");
    // The default has a second: where there is no /run.
    let second = match env::var("IPSO_NETNS_RUN_DIR") {
        Ok(_) => "",
        Err(_) => "/var/run/netns",
    };
    println!("cargo::rustc-env=BUILT_IPSO_NETNS_WITHOUT_RUN={second}");
    directory("IPSO_NETNS_ETC_DIR", "/etc/netns");
}

fn directory(name: &str, default: &str) {
    println!("cargo::rerun-if-env-changed={name}");
    let value = env::var(name).unwrap_or_else(|_| default.into());
    let path = value.trim_end_matches('/');
    if !path.starts_with('/') || path.contains(['\n', '\0']) {
        println!("cargo::error={name} is to be the absolute path of a directory, not {value:?}");
        return;
    }
    // Not under its own name: what cargo runs has these in its environment, and may build once more.
    println!("cargo::rustc-env=BUILT_{name}={path}");
}

/// Twelve digits of HEAD, read without git, which a machine that builds need not have. Only this tree's own `.git`
/// counts: an unpacked archive inside some other checkout has no commit.
fn commit(dot: &Path) -> Option<String> {
    // A worktree's .git is a file that names the directory.
    let git = match fs::read_to_string(dot) {
        Ok(text) => dot.parent()?.join(text.strip_prefix("gitdir:")?.trim()),
        Err(_) => dot.to_path_buf(),
    };
    let head = fs::read_to_string(git.join("HEAD")).ok()?;
    watch(&git.join("HEAD"));
    let Some(name) = head.trim().strip_prefix("ref: ") else {
        return short(&head);
    };
    // A worktree shares the branches of the repository that it belongs to.
    let common = match fs::read_to_string(git.join("commondir")) {
        // Without its `../..`, so that `watch` knows the folder.
        Ok(text) => fs::canonicalize(git.join(text.trim())).ok()?,
        Err(_) => git,
    };
    let (branch, packed) = (common.join(name), common.join("packed-refs"));
    watch(&branch);
    watch(&packed);
    if let Ok(text) = fs::read_to_string(&branch) {
        return short(&text);
    }
    let packed = fs::read_to_string(&packed).ok()?;
    let line = packed
        .lines()
        .find(|line| line.split(' ').nth(1) == Some(name))?;
    short(line)
}

/// Cargo takes a file that is missing for one that has changed, at every build: watch the directory in which it would
/// appear.
fn watch(path: &Path) {
    if let Some(path) = path.ancestors().find(|path| path.exists())
        && !path.ends_with(".git")
    {
        println!("cargo::rerun-if-changed={}", path.display());
    }
}

fn short(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .take_while(char::is_ascii_hexdigit)
        .take(12)
        .collect();
    (digits.len() == 12).then_some(digits)
}
