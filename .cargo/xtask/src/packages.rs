//! `cargo xtask packages`: what `cargo dist` makes for this processor's Debian is installed in a Debian of its own, and tried there.
//!
//! debootstrap makes that once, in target/packages, of the packages that apt knows here. Each run has a copy of it.

use crate::own::Own;
use crate::product::{self, Parts};
use crate::toolchain::{self, Machine};
use crate::{Res, at, capture, demo, package, root, run, shown, tools};
use std::ffi::CString;
use std::fs;
use std::io::{Error, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const USAGE: &str = "\
Usage: cargo xtask packages
Makes the packages of ipso and ipso-core for this processor and installs those for Debian in a Debian of its own, where
tests/walkthrough.txt is played. Wants root, debootstrap, and lintian to look at the packages; says `SKIP` where they are missing.";

/// What a minimal Debian does not have, and is tried beside ipso.
const MORE: &str = "iproute2,iputils-ping";

/// What holds of an installed package. `$1` is it, `$2` the one of core.
const INSTALLED: &str = r#"
is() { [ "$(readlink -f "$(command -v "$1")")" = "$2" ] || { echo "$1 is not $2"; exit 1; }; }
as_packed() { said=$(dpkg --verify "$1"); [ -z "$said" ] || { echo "$said"; exit 1; }; }
as_packed ipso
is ipso /usr/sbin/ipso
is isolate /usr/sbin/ipso
case $(command -v ip) in /usr/lib/ipso/*) echo "ip was taken"; exit 1;; esac
iproute2=$(readlink -f "$(command -v ip)")
[ "$iproute2" != /usr/sbin/ipso ]
PATH=/usr/lib/ipso:$PATH ip -V
"#;

/// Who has the other one gets this one in its place, and nothing is left in the end.
const REPLACED: &str = r#"
dpkg -i "$2"
is ipso /usr/sbin/ipso
! dpkg --status ipso 2>/dev/null | grep -q '^Status: install ok installed' || { echo "both are installed"; exit 1; }
dpkg -i "$1"
as_packed ipso
dpkg --purge ipso ipso-core
is ip "$iproute2"
left=$(find /usr /etc /var -xdev -iname '*ipso*' ! -path '/var/log/*')
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
"#;

pub fn main() -> Res<()> {
    let triple = toolchain::default_triple();
    let machine = Machine::of(&triple).ok_or("no packages for this processor")?;
    let time = product::time(std::env::var_os("SOURCE_DATE_EPOCH"))?;
    let mut debs = Vec::new();
    for parts in [Parts::All, Parts::CORE] {
        let file = product::build_parts(&tools(&triple, false)?, &triple, &parts)?;
        let made = package::make(&file, &triple, &parts, time)?.into_iter();
        debs.extend(made.filter(|path| path.extension().is_some_and(|end| end == "deb")));
    }
    lint(&debs)?;
    match debian(machine)? {
        Ok(debian) => install(&debian, &debs),
        Err(reason) => {
            skip(&reason);
            Ok(())
        }
    }
}

fn skip(reason: &str) {
    println!("SKIP packages: {reason}");
}

/// What Debian's own checker calls an error is one.
fn lint(debs: &[PathBuf]) -> Res<()> {
    if capture(Command::new("lintian").arg("--version")).is_none() {
        skip("no lintian");
        return Ok(());
    }
    println!("packages: lintian");
    let mut lintian = Command::new("lintian");
    // Root is who runs this.
    run(lintian.args(["--allow-root", "--fail-on=error"]).args(debs))
}

/// A minimal Debian of the release that apt knows, or why there is none.
fn debian(machine: &Machine) -> Res<Result<PathBuf, String>> {
    // SAFETY: geteuid cannot fail and touches no memory.
    if unsafe { libc::geteuid() } != 0 {
        return Ok(Err("not root".into()));
    }
    let folder = root().join("target/packages");
    let place = folder.join("debian");
    if place.exists() {
        return Ok(Ok(place));
    }
    if capture(Command::new("debootstrap").arg("--version")).is_none() {
        return Ok(Err("no debootstrap".into()));
    }
    let mut ask = Command::new("apt-get");
    ask.args([
        "indextargets",
        "--format",
        "$(CODENAME) $(REPO_URI)",
        "Created-By: Packages",
    ]);
    let known = capture(&mut ask).unwrap_or_default();
    let first = known.lines().next().and_then(|line| line.split_once(' '));
    let Some((release, from)) = first else {
        return Ok(Err(
            "apt knows no packages: `apt-get update` tells it".into()
        ));
    };
    println!("packages: debootstrap, {release} for {}", machine.debian);
    let own = Own::new(&folder, "bootstrap")?;
    let new = own.path().join("root");
    let log = own.path().join("log");
    let output = fs::File::create(&log).map_err(|e| at(&log, e))?;
    let mut debootstrap = Command::new("debootstrap");
    debootstrap
        .arg(format!("--arch={}", machine.debian))
        .args(["--variant=minbase", &format!("--include={MORE}"), release])
        .args([new.as_os_str(), from.as_ref()])
        .env("LC_ALL", "C")
        .stdout(output);
    toolchain::clean(&mut debootstrap);
    run(&mut debootstrap).map_err(|text| {
        let log = fs::read_to_string(&log).unwrap_or_default();
        format!("{text}\n{log}")
    })?;
    toolchain::put(&new, &place)?;
    Ok(Ok(place))
}

fn install(debian: &Path, debs: &[PathBuf]) -> Res<()> {
    let own = Own::new(&root().join("target/packages"), "run")?;
    let new = own.path().join("root");
    run(Command::new("cp").arg("--archive").args([debian, &new]))?;
    let mut names = Vec::new();
    for deb in debs {
        let name = Path::new("/tmp").join(deb.file_name().unwrap_or_default());
        let to = new.join(name.strip_prefix("/").unwrap_or(&name));
        fs::copy(deb, &to).map_err(|e| at(&to, e))?;
        names.push(name);
    }
    let script = root().join("tests/walkthrough.txt");
    let script = fs::read_to_string(&script).map_err(|e| at(&script, e))?;
    println!("packages: installing {}", shown(&debs[0]));
    inside(&new, || {
        run(Command::new("dpkg").arg("-i").arg(&names[0]))?;
        let readme = fs::read_to_string("/usr/share/doc/ipso/README.Debian");
        let readme = readme.map_err(|e| format!("README.Debian: {e}"))?;
        let path = "/usr/lib/ipso:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        let mut transcript = Vec::new();
        let (played, wrong) = demo::play(&script, &path.into(), &mut transcript)?;
        if wrong > 0 {
            let _ = std::io::stdout().write_all(&transcript);
            return Err(format!(
                "{wrong} of {played} commands did not do what they should"
            ));
        }
        println!("packages: all {played} commands of the tour did what they should");
        let text = ["set -e", INSTALLED, &advice(&readme)?, REPLACED].join("\n");
        let mut shell = Command::new("sh");
        shell.args(["-c", &text, "sh"]).args(&names);
        run(toolchain::clean(&mut shell).env("PATH", &path["/usr/lib/ipso:".len()..]))
    })?;
    println!("packages: installed, used as `ip`, replaced and removed");
    Ok(())
}

/// The commands of README.Debian, each lot with what holds after it.
fn advice(readme: &str) -> Res<String> {
    let mut lots = Vec::new();
    let mut before = "";
    for line in readme.lines() {
        if let Some(command) = line.strip_prefix("    ") {
            if !before.starts_with("    ") {
                lots.push(String::new());
            }
            if let Some(lot) = lots.last_mut() {
                *lot += command;
                *lot += "\n";
            }
        }
        before = line;
    }
    let [link, path, divert, back] = &lots[..] else {
        return Err(format!("README.Debian has {} lots of commands", lots.len()));
    };
    Ok(format!(
        "{link}is ip /usr/sbin/ipso\nrm /usr/local/sbin/ip\n\
         ({path}is ip /usr/sbin/ipso)\n\
         {divert}is /bin/ip /usr/sbin/ipso\nis /sbin/ip /usr/sbin/ipso\n\
         dpkg -i /var/cache/apt/archives/iproute2_*.deb\nis /bin/ip /usr/sbin/ipso\n\
         {back}is ip \"$iproute2\"\nas_packed iproute2\n"
    ))
}

/// Does something as a process that sees a folder as its root, in namespaces of its own.
fn inside(folder: &Path, work: impl FnOnce() -> Res<()>) -> Res<()> {
    let _ = std::io::stdout().flush();
    // SAFETY: xtask has one thread.
    match unsafe { libc::fork() } {
        -1 => Err(format!("fork: {}", Error::last_os_error())),
        0 => {
            let done = enter(folder).and_then(|()| work());
            if let Err(text) = &done {
                eprintln!("{text}");
            }
            let _ = std::io::stdout().flush();
            std::process::exit(done.is_err().into())
        }
        child => {
            let mut status = 0;
            // SAFETY: the kernel writes one number.
            let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
            if waited == child && status == 0 {
                Ok(())
            } else {
                Err("packages: it did not work in there".into())
            }
        }
    }
}

fn enter(folder: &Path) -> Res<()> {
    demo::namespaces()?;
    demo::mount(None, Path::new("/"), libc::MS_REC | libc::MS_PRIVATE)?;
    let path = CString::new(folder.as_os_str().as_bytes()).map_err(|e| e.to_string())?;
    let (place, none) = (path.as_ptr(), std::ptr::null());
    // The root of `netns exec` has to be a mount.
    // SAFETY: a string that outlives the call, and no data.
    if unsafe { libc::mount(place, place, none, libc::MS_BIND, none.cast()) } != 0 {
        return Err(format!("mount: {}", Error::last_os_error()));
    }
    for (kind, name) in [(c"proc", "proc"), (c"sysfs", "sys"), (c"tmpfs", "run")] {
        demo::mount(Some(kind), &folder.join(name), 0)?;
    }
    // SAFETY: a string that outlives the call.
    if unsafe { libc::chroot(place) } != 0 {
        return Err(format!("chroot: {}", Error::last_os_error()));
    }
    std::env::set_current_dir("/tmp").map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lots_of_commands_are_four() {
        let text = advice("a\n\n    b\n    c\nd\n    e\n\n    f\n\n    g\n").unwrap();
        assert!(text.starts_with("b\nc\nis ip "), "{text}");
        assert!(advice("    a\n").is_err());
    }
}
