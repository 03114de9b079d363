//! Who calls isolate, where, and what it must leave as it was.

use crate::common::*;
use std::ffi::CStr;
use std::fs;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Who calls isolate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Caller {
    /// Root of the namespaces of the test.
    Root,
    /// An ordinary user, with a number of 1000 and no capabilities.
    User,
}

pub use Caller::{Root, User};

/// The number of the ordinary user, and of its group.
pub const USER: u32 = 1000;

/// A variable in the environment of all that a test starts, so that what is left of it is found.
const MARK: &str = "IPSO_TEST_MARK";

/// Runs `body` twice in namespaces of the test, as root and as an ordinary user.
#[track_caller]
pub fn both(test: &str, body: impl Fn(Caller)) {
    namespaces_with(&[part::ISOLATE], test, || {
        for caller in [Root, User] {
            body(caller);
        }
    });
}

/// As [`both`], with the real root and all its numbers of users. Skips where the tests are not started by root.
pub fn both_real(test: &str, body: impl Fn(Caller)) {
    if has_parts(test, &[part::ISOLATE]) {
        as_root(test, || {
            for caller in [Root, User] {
                body(caller);
            }
        });
    }
}

/// As [`common::command`], by a caller. An ordinary user is one of a user namespace, or if there are numbers for that, a real one.
pub fn command_of(caller: Caller, words: &[&str]) -> Command {
    let mut command = command_with(&program_for_all(), words);
    command.env(MARK, mark());
    if caller == User {
        let is_real = has_all_ids();
        // The command may be run where /proc is not what it is now.
        let proc = fs::File::open("/proc").expect("/proc");
        // SAFETY: between fork and exec only system calls are made, on memory that is ready.
        unsafe {
            command.pre_exec(move || match is_real {
                true => become_user(),
                false => become_user_of_namespace(&proc),
            });
        }
    }
    command
}

fn become_user() -> io::Result<()> {
    // SAFETY: takes an empty list and numbers.
    unsafe {
        check(libc::setgroups(0, std::ptr::null()))?;
        check(libc::setresgid(USER, USER, USER))?;
        check(libc::setresuid(USER, USER, USER))
    }
}

fn become_user_of_namespace(proc: &fs::File) -> io::Result<()> {
    let write = |name: &CStr, text: String| {
        // SAFETY: a string that ends in NUL; the descriptor is new.
        let file = unsafe {
            let file = libc::openat(proc.as_raw_fd(), name.as_ptr(), libc::O_WRONLY);
            check(file)?;
            fs::File::from_raw_fd(file)
        };
        (&file).write_all(text.as_bytes())
    };
    // SAFETY: takes a number only.
    check(unsafe { libc::unshare(libc::CLONE_NEWUSER) })?;
    write(c"self/setgroups", "deny".into())?;
    write(c"self/uid_map", format!("{USER} 0 1"))?;
    write(c"self/gid_map", format!("{USER} 0 1"))
}

/// Whether this process has more numbers of users than one.
pub fn has_all_ids() -> bool {
    let map = fs::read_to_string("/proc/self/uid_map").expect("a map of users");
    let count = map
        .split_whitespace()
        .nth(2)
        .and_then(|n| n.parse::<u32>().ok());
    count.is_some_and(|count| count > USER)
}

/// The program under test at a place that every user may come to.
fn program_for_all() -> PathBuf {
    let place = PathBuf::from("/run/ipso-test/ipso");
    if !place.exists() {
        fs::create_dir("/run/ipso-test").expect("a folder");
        fs::copy(ipso(), &place).expect("a copy of the program");
        // The folder that `links` makes is there before a state is noted.
        links(&place);
    }
    place
}

/// `isolate LINE` by a caller.
pub fn isolate(caller: Caller, line: &str) -> Command {
    let line = words(&format!("isolate {line}"));
    command_of(caller, &line.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Runs `isolate LINE` by a caller, to its end.
#[track_caller]
pub fn run_isolate(caller: Caller, line: &str) -> Out {
    let mut command = isolate(caller, line);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    output_of(command.spawn().expect("isolate"), line)
}

/// The line that isolate says to an ordinary user who asked for no network, less what a user may expect.
pub const NO_TUNNEL: &str =
    "isolate: only lo inside: a tunnel takes CAP_NET_ADMIN here (--net none: without this line)\n";

impl Out {
    /// The standard output of a command that has to succeed, and to say nothing but that there is no tunnel.
    #[track_caller]
    pub fn ok_but_tunnel(mut self) -> String {
        if self.stderr == NO_TUNNEL {
            self.stderr.clear();
        }
        self.ok()
    }
}

/// What a child prints until it ends. It is killed when it hangs.
#[track_caller]
pub fn output_of(mut child: Child, what: &str) -> Out {
    let read = |stream: Option<Box<dyn io::Read + Send>>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut stream) = stream {
                let _ = stream.read_to_end(&mut bytes);
            }
            String::from_utf8_lossy(&bytes).into_owned()
        })
    };
    let stdout = child.stdout.take().map(|stream| Box::new(stream) as _);
    let stderr = child.stderr.take().map(|stream| Box::new(stream) as _);
    let (stdout, stderr) = (read(stdout), read(stderr));
    let code = status_of(child, what);
    Out {
        code,
        stdout: stdout.join().expect("a reader"),
        stderr: stderr.join().expect("a reader"),
    }
}

/// The status of a child that has to end: 128 and the signal if one ended it. It is killed when it hangs.
#[track_caller]
pub fn status_of(mut child: Child, what: &str) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    let ended = ended_within(&child, Duration::from_secs(60));
    if !ended {
        let _ = child.kill();
    }
    let status = child.wait().expect("wait");
    assert!(ended, "{what}: hangs");
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

/// Sends a signal to a child that was not waited for.
pub fn send(child: &Child, signal: i32) {
    // SAFETY: takes numbers only; the process is there until it is waited for.
    check(unsafe { libc::kill(child.id() as i32, signal) }).expect("kill");
}

fn mark() -> String {
    format!("{}.", std::process::id())
}

/// The processes, but for zombies, that this test has started and that still run.
pub fn processes() -> Vec<i32> {
    let entry = format!("{MARK}={}", mark());
    let entries = fs::read_dir("/proc").expect("/proc").flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_ours = |pid: &i32| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let mut strings = environment.split(|byte| *byte == 0);
        strings.any(|string| string == entry.as_bytes())
    };
    pids.filter(is_ours).collect()
}

/// What isolate must not change.
#[derive(Debug, PartialEq)]
pub struct State {
    links: String,
    addresses: String,
    routes: String,
    mounts: String,
    names: Vec<PathBuf>,
}

impl State {
    /// As it is now. There is a folder of names, since that stays once there was a name.
    pub fn now() -> State {
        program_for_all();
        let folder = Path::new("/run/netns");
        if !folder.exists() {
            run("ip netns add first").ok();
            run("ip netns delete first").ok();
        }
        let names = fs::read_dir(folder).expect("the folder of names");
        let mut names: Vec<_> = names.flatten().map(|entry| entry.path()).collect();
        names.sort();
        State {
            links: run("ip -br link").ok(),
            addresses: run("ip -br addr").ok(),
            routes: ["-4", "-6"]
                .map(|family| run(&format!("ip {family} route show table all")).ok())
                .concat(),
            mounts: fs::read_to_string("/proc/thread-self/mountinfo").expect("mountinfo"),
            names,
        }
    }

    /// Checks that it is this again, at once or a little later, and that no process is left.
    #[track_caller]
    pub fn is_back(&self, what: &str) {
        let back = comes_true(|| processes().is_empty() && State::now() == *self);
        assert!(
            back,
            "{what}: left are {:?}\n{:#?}\nwas {self:#?}",
            processes(),
            State::now()
        );
    }
}

/// The mounts of this thread, also when its /proc is gone.
pub struct Mounts(fs::File);

impl Mounts {
    pub fn open() -> Mounts {
        Mounts(fs::File::open("/proc/thread-self/mountinfo").expect("mountinfo"))
    }

    pub fn read(&mut self) -> String {
        let mut text = String::new();
        self.0.rewind().expect("the start");
        self.0.read_to_string(&mut text).expect("mountinfo");
        text
    }
}

/// A folder in /run with a root file system: this machine's folders of programs and libraries, read through links or mounts, and
/// folders for what isolate mounts.
pub fn host_root(name: &str) -> PathBuf {
    let root = PathBuf::from(format!("/run/{name}"));
    fs::create_dir(&root).expect("a folder");
    for entry in fs::read_dir("/").expect("/").flatten() {
        let name = entry.file_name();
        let text = name.to_string_lossy();
        let is_taken = ["bin", "etc", "usr"].contains(&&*text)
            || ["lib", "sbin"].iter().any(|start| text.starts_with(start));
        let place = root.join(&name);
        if !is_taken {
        } else if let Ok(to) = fs::read_link(entry.path()) {
            std::os::unix::fs::symlink(to, place).expect("a link");
        } else {
            fs::create_dir(&place).expect("a folder");
            mount(&entry.path(), &place, "", libc::MS_BIND | libc::MS_REC).expect("a mount");
        }
    }
    for folder in ["proc", "sys", "dev", "run", "tmp", "own"] {
        fs::create_dir(root.join(folder)).expect("a folder");
    }
    fs::copy(program_for_all(), root.join("own/ipso")).expect("a copy");
    for name in ["ip", "isolate"] {
        std::os::unix::fs::symlink("ipso", root.join("own").join(name)).expect("a link");
    }
    root
}

/// mount(2).
pub fn mount(source: &Path, target: &Path, kind: &str, flags: libc::c_ulong) -> io::Result<()> {
    use std::ffi::CString;
    use std::os::unix::ffi::OsStrExt as _;
    let text = |bytes: &[u8]| CString::new(bytes).expect("no NUL in a path");
    let source = text(source.as_os_str().as_bytes());
    let target = text(target.as_os_str().as_bytes());
    let kind = text(kind.as_bytes());
    // SAFETY: three strings that end in NUL and live during the call.
    check(unsafe {
        libc::mount(
            source.as_ptr(),
            target.as_ptr(),
            kind.as_ptr(),
            flags,
            std::ptr::null(),
        )
    })
}

/// umount2(2), of what is still used as well.
pub fn unmount(target: &str) -> io::Result<()> {
    let target = std::ffi::CString::new(target).expect("no NUL in a path");
    // SAFETY: a string that ends in NUL and lives during the call.
    check(unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH) })
}
