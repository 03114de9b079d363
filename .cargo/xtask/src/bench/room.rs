//! Namespaces for the measurements, so that nothing of the machine's own network is touched.

use super::cases::{ADD_ROUTES, EVENTS, LINES, Room};
use crate::{Res, run};
use std::ffi::{CStr, CString};
use std::fmt::Write as _;
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
    let holds = room.holds();
    for n in 1..=holds.names {
        add_name(minimal, &format!("n{n}"))?;
    }
    let mut lines = String::new();
    // Interfaces are made two at once.
    for n in 1..=holds.links / 2 {
        lines += &format!("link add v{n} type veth peer name w{n}\n");
        for (name, net) in [("v", 2 * n), ("w", 2 * n + 1)] {
            for host in 1..=holds.addresses {
                let [high, low] = (net as u16).to_be_bytes();
                lines += &format!("addr add 10.{high}.{low}.{host}/24 dev {name}{n}\n");
            }
        }
    }
    for n in 1..=holds.neighbours {
        let [high, low] = (n as u16).to_be_bytes();
        let mac = format!("02:00:00:00:{high:02x}:{low:02x}");
        lines += &format!("neigh add 10.0.{high}.{low} lladdr {mac} dev v1\n");
    }
    if holds.lines > 0 || holds.nexthops > 0 {
        lines += "link set w1 up\nlink set v1 up\naddr add 192.0.2.1/24 dev v1\n";
    }
    for n in 1..=holds.nexthops {
        lines += &format!("nexthop add id {n} via 192.0.2.{} dev v1\n", 2 + n % 250);
    }
    if holds.lines > 0 {
        fs::write(LINES, routes(holds.lines)).map_err(|e| format!("{LINES}: {e}"))?;
        fs::write(EVENTS, events(holds.lines)).map_err(|e| format!("{EVENTS}: {e}"))?;
    }
    if !lines.is_empty() {
        batch(&lines)?;
    }
    if holds.has_routes {
        run(Command::new(minimal).args(ADD_ROUTES))?;
    }
    Ok(())
}

/// Lines that add routes, as the minimal program adds them.
fn routes(count: usize) -> String {
    let mut lines = String::new();
    for n in 0..count {
        let [_, b, c, d] = (n as u32).to_be_bytes();
        let _ = writeln!(lines, "route add 10.{b}.{c}.{d} via 192.0.2.2 dev v1");
    }
    lines
}

/// What the kernel tells of these routes: messages of netlink, where v1 has the index 3.
fn events(count: usize) -> Vec<u8> {
    const RTM_NEWROUTE: u16 = 24;
    const RTA_TABLE: u16 = 15;
    const RTA_DST: u16 = 1;
    const RTA_OIF: u16 = 4;
    const RTA_GATEWAY: u16 = 5;
    let mut bytes = Vec::new();
    for n in 0..count {
        let [_, b, c, d] = (n as u32).to_be_bytes();
        let attrs = [
            (RTA_TABLE, 254u32.to_ne_bytes()),
            (RTA_DST, [10, b, c, d]),
            (RTA_GATEWAY, [192, 0, 2, 2]),
            (RTA_OIF, 3u32.to_ne_bytes()),
        ];
        // The header of the message, and `struct rtmsg`.
        bytes.extend((16 + 12 + 8 * attrs.len() as u32).to_ne_bytes());
        bytes.extend(RTM_NEWROUTE.to_ne_bytes());
        bytes.extend([0; 10]);
        bytes.extend([2, 32, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0]);
        for (kind, value) in attrs {
            bytes.extend(8u16.to_ne_bytes());
            bytes.extend(kind.to_ne_bytes());
            bytes.extend(value);
        }
    }
    bytes
}

/// Takes all routes by v1 away but that to its own net: the kernel does it with an interface that goes down.
pub fn delete_routes() -> Res<()> {
    batch("link set v1 down\nlink set v1 up\n")
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

/// Has the system's `ip` run lines.
fn batch(lines: &str) -> Res<()> {
    let ip = super::in_path("ip").ok_or("no `ip` to furnish a room with")?;
    let mut batch = Command::new(ip)
        .args(["-batch", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|e| format!("ip: {e}"))?;
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
