//! Namespaces for the measurements, so that nothing of the machine's own network is touched.

use super::cases::Room;
use crate::{Res, run};
use std::ffi::{CStr, CString};
use std::fs;
use std::io::{Error, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Does something in a process of its own, in new namespaces of users, mounts and the network, with a /run that is empty but
/// for what the room holds. All of it goes with the process.
pub fn inside(room: Room, minimal: &Path, work: impl FnOnce() -> Res<()>) -> Res<()> {
    let _ = std::io::stdout().flush();
    // SAFETY: xtask has one thread.
    match unsafe { libc::fork() } {
        -1 => Err(format!("fork: {}", Error::last_os_error())),
        0 => {
            let done = enter()
                .and_then(|()| furnish(room, minimal))
                .and_then(|()| work());
            if let Err(text) = &done {
                eprintln!("{text}");
            }
            std::process::exit(done.is_err().into())
        }
        child => {
            let mut status = 0;
            // SAFETY: the kernel writes one number.
            let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
            if waited == child && status == 0 {
                Ok(())
            } else {
                Err("the measurement was broken off".into())
            }
        }
    }
}

fn enter() -> Res<()> {
    // SAFETY: numbers only.
    let (user, group) = unsafe { (libc::getuid(), libc::getgid()) };
    // SAFETY: flags only.
    let done =
        unsafe { libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNS | libc::CLONE_NEWNET) };
    result(done, "unshare (may this user make namespaces?)")?;
    let write = |file: &str, text: String| {
        let path = format!("/proc/self/{file}");
        fs::write(&path, text).map_err(|e| format!("{path}: {e}"))
    };
    write("setgroups", "deny".into())?;
    write("uid_map", format!("0 {user} 1"))?;
    write("gid_map", format!("0 {group} 1"))?;
    let private = libc::MS_REC | libc::MS_PRIVATE;
    mount(None, c"/", None, private)?;
    mount(Some(c"none"), c"/run", Some(c"tmpfs"), 0)
}

/// Fills a room with what it holds.
fn furnish(room: Room, minimal: &Path) -> Res<()> {
    let folder = c"/run/netns";
    fs::create_dir("/run/netns").map_err(|e| format!("/run/netns: {e}"))?;
    mount(Some(folder), folder, None, libc::MS_BIND)?;
    mount(None, folder, None, libc::MS_SHARED)?;
    let (names, links) = room.holds();
    for n in 1..=names {
        add_name(minimal, &format!("n{n}"))?;
    }
    if links > 0 {
        add_links(links)?;
    }
    Ok(())
}

/// Makes a namespace of that name.
pub fn add_name(minimal: &Path, name: &str) -> Res<()> {
    run(Command::new(minimal).args(["netns-add", &format!("/run/netns/{name}")]))
}

/// Takes a name away, if it is there. Its namespace goes if nobody has it open.
pub fn delete_name(name: &str) {
    let path = format!("/run/netns/{name}");
    if let Ok(c_path) = CString::new(path.as_str()) {
        // SAFETY: a string that lives until the call returns.
        unsafe { libc::umount2(c_path.as_ptr(), libc::MNT_DETACH) };
    }
    let _ = fs::remove_file(path);
}

/// Makes interfaces, two at once.
fn add_links(count: usize) -> Res<()> {
    let ip = super::in_path("ip").ok_or("no `ip` to make interfaces with")?;
    let mut batch = Command::new(ip)
        .args(["-batch", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|e| format!("ip: {e}"))?;
    let mut lines = String::new();
    for n in 1..=count / 2 {
        lines += &format!("link add v{n} type veth peer name w{n}\n");
    }
    let mut input = batch.stdin.take().ok_or("ip has no stdin")?;
    input
        .write_all(lines.as_bytes())
        .map_err(|e| format!("ip: {e}"))?;
    drop(input);
    match batch.wait() {
        Ok(status) if status.success() => Ok(()),
        done => Err(format!("ip -batch: {done:?}")),
    }
}

fn mount(
    source: Option<&CStr>,
    target: &CStr,
    kind: Option<&CStr>,
    flags: libc::c_ulong,
) -> Res<()> {
    let pointer = |text: Option<&CStr>| text.map_or(std::ptr::null(), CStr::as_ptr);
    // SAFETY: strings that live until the call returns, or none.
    let done = unsafe {
        libc::mount(
            pointer(source),
            target.as_ptr(),
            pointer(kind),
            flags,
            std::ptr::null(),
        )
    };
    result(done, &format!("mount on {}", target.to_string_lossy()))
}

fn result(done: libc::c_int, what: &str) -> Res<()> {
    match done {
        0 => Ok(()),
        _ => Err(format!("{what}: {}", Error::last_os_error())),
    }
}
