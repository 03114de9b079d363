//! `cargo demo`: plays tests/walkthrough.txt in namespaces that vanish with this process. Nothing of the caller's
//! network or /run is touched.

use crate::toolchain::{self, clean};
use crate::{Res, at, product, root};
use lexopt::{Arg::Long, Parser};
use std::ffi::{CString, OsString};
use std::fs;
use std::io::{Error, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SCRIPT: &str = "tests/walkthrough.txt";

/// A command that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// The kernel takes a dead namespace's links down in its own time.
const SETTLE: Duration = Duration::from_secs(10);

pub fn main(words: &mut Parser) -> Result<(), lexopt::Error> {
    // For the README: the play alone, without our own last line.
    let mut transcript = false;
    while let Some(word) = words.next()? {
        match word {
            Long("transcript") => transcript = true,
            _ => return Err(word.unexpected()),
        }
    }
    let root = root();
    let script = fs::read_to_string(root.join(SCRIPT)).map_err(|e| at(&root.join(SCRIPT), e))?;
    let triple = toolchain::default_triple();
    let binary = match toolchain::find(&triple) {
        Some(tools) => product::build(&tools, &triple)?,
        None => {
            eprintln!(
                "demo: no toolchain for the static file (see `cargo static`); playing with the host build"
            );
            host_build(&root)?
        }
    };
    let path = enter(&root, &binary)?;
    let (played, wrong) = play(&script, &path, &mut std::io::stdout())?;
    if wrong > 0 {
        let text = format!("demo: {wrong} of {played} commands did not do what they should");
        return Err(text.into());
    }
    if !transcript {
        println!("\ndemo: all {played} commands did what they should");
    }
    Ok(())
}

/// Plain `cargo build`; cargo says where the file is, whatever its settings.
pub fn host_build(root: &Path) -> Res<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(&cargo);
    command
        .current_dir(root)
        .args([
            "build",
            "--package",
            "ipso",
            "--bin",
            "ipso",
            "--message-format",
            "json-render-diagnostics",
        ])
        .stderr(Stdio::inherit());
    let output = command.output().map_err(|e| format!("cargo: {e}"))?;
    if !output.status.success() {
        return Err(format!("cargo build: {}", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.split("\"executable\":\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(PathBuf::from)
        .find(|path| path.file_name().is_some_and(|name| name == "ipso"))
        .ok_or_else(|| "cargo build named no file".into())
}

/// Moves this process into the namespaces; returns the PATH on which the commands are found.
pub fn enter(root: &Path, binary: &Path) -> Res<OsString> {
    // Made beforehand: it is where the links are mounted, and stays empty outside.
    let links = root.join("target/demo");
    fs::create_dir_all(&links).map_err(|e| at(&links, e))?;
    namespaces()?;
    mount(None, Path::new("/"), libc::MS_REC | libc::MS_SLAVE)?;
    mount(Some(c"tmpfs"), Path::new("/run"), 0)?;
    // A link to /run, unless the system is an old one.
    if let Ok(old) = fs::canonicalize("/var/run")
        && !old.starts_with("/run")
    {
        mount(Some(c"tmpfs"), &old, 0)?;
    }
    mount(Some(c"tmpfs"), &links, 0)?;

    let system = std::env::var_os("PATH").unwrap_or_else(|| "/usr/sbin:/usr/bin:/sbin:/bin".into());
    let link =
        |target: &Path, name: &str| symlink(target, links.join(name)).map_err(|e| at(&links, e));
    link(binary, "ip")?;
    link(binary, "isolate")?;
    if !std::env::split_paths(&system).any(|dir| executable(&dir.join("ping"))) {
        link(&std::env::current_exe().map_err(|e| e.to_string())?, "ping")?;
    }
    let mut path = links.into_os_string();
    path.push(":");
    path.push(system);
    Ok(path)
}

fn executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// New network and mount namespaces; where that takes a user namespace first, one with us as its root.
pub fn namespaces() -> Res<()> {
    // SAFETY: none of these touches memory.
    let (uid, gid) = unsafe { (libc::geteuid(), libc::getegid()) };
    let unshare = |flags| match unsafe { libc::unshare(flags) } {
        0 => Ok(()),
        _ => Err(Error::last_os_error()),
    };
    // Root in a container may lack the capability.
    if uid == 0 && unshare(libc::CLONE_NEWNET | libc::CLONE_NEWNS).is_ok() {
        return Ok(());
    }
    let map = || -> std::io::Result<()> {
        unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNET | libc::CLONE_NEWNS)?;
        // The kernel takes a group map from the unprivileged only without setgroups (user_namespaces(7)).
        fs::write("/proc/self/setgroups", "deny")?;
        fs::write("/proc/self/uid_map", format!("0 {uid} 1"))?;
        fs::write("/proc/self/gid_map", format!("0 {gid} 1"))
    };
    map().map_err(|e| refused("new namespaces", e))
}

pub fn mount(kind: Option<&std::ffi::CStr>, on: &Path, flags: libc::c_ulong) -> Res<()> {
    let target = CString::new(on.as_os_str().as_bytes()).map_err(|e| e.to_string())?;
    let kind = kind.unwrap_or(c"none").as_ptr();
    // SAFETY: three strings that outlive the call, and no data.
    match unsafe { libc::mount(kind, target.as_ptr(), kind, flags, std::ptr::null()) } {
        0 => Ok(()),
        _ => Err(refused(
            &format!("mount on {}", on.display()),
            Error::last_os_error(),
        )),
    }
}

fn refused(what: &str, error: Error) -> String {
    format!(
        "demo: {what}: {error}. It needs root, or user namespaces that are allowed: see the sysctls\n\
         user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns"
    )
}

/// Plays a script and writes its transcript to `out`, each piece at once. Returns how many commands ran and how many of them
/// did not do what the script says.
pub fn play(script: &str, path: &OsString, out: &mut dyn Write) -> Res<(usize, usize)> {
    let (mut played, mut wrong) = (0, 0);
    for line in script.lines() {
        if line.starts_with("##") || line.trim().is_empty() {
            continue;
        }
        if line.starts_with('#') {
            say(out, format!("\n{line}\n").as_bytes())?;
            continue;
        }
        let (fails, line) = match line.strip_prefix("! ") {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        say(out, format!("$ {line}\n").as_bytes())?;
        let words: Vec<&str> = line.split_whitespace().collect();
        // Only what merely looks may be asked twice.
        let until = Instant::now()
            + if fails && words.contains(&"show") {
                SETTLE
            } else {
                Duration::ZERO
            };
        let (output, done) = loop {
            let (output, done) = command(&words, path, out)?;
            if done != fails || Instant::now() >= until {
                break (output, done);
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        say(out, &output)?;
        played += 1;
        if done == fails {
            wrong += 1;
            let should = if fails {
                "should have failed"
            } else {
                "should have succeeded"
            };
            say(out, format!("demo: this {should}\n").as_bytes())?;
        }
    }
    Ok((played, wrong))
}

fn say(out: &mut dyn Write, text: &[u8]) -> Res<()> {
    out.write_all(text)
        .and_then(|()| out.flush())
        .map_err(|e| format!("demo: {e}"))
}

/// What a command writes, in order, and whether it succeeds. Of one that hangs `out` has it.
fn command(words: &[&str], path: &OsString, out: &mut dyn Write) -> Res<(Vec<u8>, bool)> {
    let context = |e: Error| format!("{}: {e}", words[0]);
    let (mut reader, writer) = std::io::pipe().map_err(context)?;
    let mut child = {
        let mut command = Command::new(words[0]);
        clean(&mut command)
            .args(&words[1..])
            .env("PATH", path)
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        command
            .stdout(writer.try_clone().map_err(context)?)
            .stderr(writer);
        // Our ends of the pipe close with `command`: the end of the child is the end of the file.
        command.spawn().map_err(context)?
    };
    let limit = Instant::now() + LIMIT;
    let mut output = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let left = limit.saturating_duration_since(Instant::now()).as_millis() as libc::c_int;
        let mut poll = libc::pollfd {
            fd: reader.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: one pollfd, of a descriptor that stays open.
        if unsafe { libc::poll(&mut poll, 1, left) } == 0 {
            child.kill().map_err(context)?;
            child.wait().map_err(context)?;
            say(out, &output)?;
            return Err(format!(
                "demo: this takes longer than {} s",
                LIMIT.as_secs()
            ));
        }
        match reader.read(&mut chunk).map_err(context)? {
            0 => break,
            n => output.extend_from_slice(&chunk[..n]),
        }
    }
    let status = child.wait().map_err(context)?;
    Ok((output, status.success()))
}
