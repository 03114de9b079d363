//! Finds the compiler that can build the product: it needs a standard library built anew for size, so its sources, and
//! musl's libc.a and start files for the target.

use crate::{Res, capture, run};
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGES: [&str; 4] = ["musl-tools", "rustc-web", "cargo-web", "rust-web-src"];

/// The first compiler that has `panic = "immediate-abort"`, without which the file is twice the size.
const OLDEST: u32 = 93;

pub enum Kind {
    /// musl and a linker come with rustup's target.
    Rustup,
    /// musl is Debian's, linked by its `musl-gcc`; unstable options need RUSTC_BOOTSTRAP.
    Debian,
}

pub struct Toolchain {
    pub kind: Kind,
    pub cargo: PathBuf,
    pub rustc: PathBuf,
    pub sysroot: PathBuf,
}

/// This machine's processor with musl.
pub fn default_triple() -> String {
    match std::env::consts::ARCH {
        "arm" => "armv7-unknown-linux-musleabihf".into(),
        "riscv64" => "riscv64gc-unknown-linux-musl".into(),
        arch => format!("{arch}-unknown-linux-musl"),
    }
}

pub fn find(triple: &str) -> Option<Toolchain> {
    rustup(triple).or_else(|| debian(triple))
}

fn rustup(triple: &str) -> Option<Toolchain> {
    let list = capture(clean(&mut Command::new("rustup")).args(["toolchain", "list"]))?;
    let names = list
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    names
        .filter(|name| name.starts_with("nightly"))
        .find_map(|name| {
            let mut ask = Command::new("rustup");
            let sysroot = PathBuf::from(capture(
                clean(&mut ask).args(["run", name, "rustc", "--print", "sysroot"]),
            )?);
            let musl = sysroot
                .join("lib/rustlib")
                .join(triple)
                .join("lib/self-contained/libc.a");
            let tools = Toolchain {
                kind: Kind::Rustup,
                cargo: sysroot.join("bin/cargo"),
                rustc: sysroot.join("bin/rustc"),
                sysroot,
            };
            (musl.exists() && complete(&tools)).then_some(tools)
        })
}

fn debian(triple: &str) -> Option<Toolchain> {
    // musl-gcc links for the machine that it runs on.
    if triple != default_triple() || !Path::new("/usr/bin/musl-gcc").exists() {
        return None;
    }
    let rustc = PathBuf::from("/usr/bin/rustc");
    let sysroot = PathBuf::from(capture(
        clean(&mut Command::new(&rustc)).args(["--print", "sysroot"]),
    )?);
    let tools = Toolchain {
        kind: Kind::Debian,
        cargo: "/usr/bin/cargo".into(),
        rustc,
        sysroot,
    };
    complete(&tools).then_some(tools)
}

fn complete(tools: &Toolchain) -> bool {
    let minor = || {
        let version = capture(clean(&mut Command::new(&tools.rustc)).arg("--version"))?;
        version.split('.').nth(1)?.parse::<u32>().ok()
    };
    tools.cargo.exists()
        && tools
            .sysroot
            .join("lib/rustlib/src/rust/library/std/Cargo.toml")
            .exists()
        && minor().is_some_and(|minor| minor >= OLDEST)
}

/// What to type where `find` finds nothing.
pub fn missing(triple: &str) -> String {
    let mut text = format!(
        "Nothing here can build for {triple}. Install what it needs with rustup:\n\
         \x20   rustup toolchain install nightly --profile minimal --component rust-src --target {triple}\n"
    );
    if triple == default_triple() {
        text += &format!(
            "or, on Debian, as root (`cargo static --install` does it):\n    apt-get install {}\n",
            PACKAGES.join(" ")
        );
    }
    text.pop();
    text
}

/// Installs Debian's packages.
pub fn install(triple: &str) -> Res<()> {
    // SAFETY: geteuid cannot fail and touches no memory.
    let root = unsafe { libc::geteuid() } == 0;
    if triple != default_triple() || !root || !Path::new("/etc/debian_version").exists() {
        return Err(format!(
            "--install is for Debian, as root, and its own processor.\n{}",
            missing(triple)
        ));
    }
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], &PACKAGES[..]].concat())
}

/// Runs apt-get, without questions.
pub fn apt(args: &[&str]) -> Res<()> {
    run(clean(&mut Command::new("apt-get"))
        .args(["-q", "-y"])
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Takes out what the cargo that runs us has set: the child is another toolchain and would mix the two.
pub fn clean(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        // The user's own registry, proxy and terminal settings stay.
        let keep = ["CARGO_HOME", "RUSTUP_HOME", "RUST_BACKTRACE"].contains(&&*text)
            || [
                "CARGO_HTTP_",
                "CARGO_NET_",
                "CARGO_REGISTR",
                "CARGO_SOURCE_",
                "CARGO_TERM_",
            ]
            .iter()
            .any(|prefix| text.starts_with(prefix));
        let ours =
            text.starts_with("CARGO") || text.starts_with("RUST") || text == "LD_LIBRARY_PATH";
        if ours && !keep {
            command.env_remove(&name);
        }
    }
    command
}
