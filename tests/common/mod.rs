//! What all tests have in common: namespaces of their own, commands with a clean environment, skips that are seen.
//!
//! Nothing is shared between tests and nothing outside the namespaces is touched, so that all of them run at once and
//! none needs root.
#![allow(
    dead_code,
    unused_imports,
    reason = "every file of tests uses some of this"
)]

pub mod part;
pub mod servers;

pub use part::{has_parts, is_built, line_if_built, not_built, split_parts};
use regex_lite::{Captures, Regex};
use std::collections::{BTreeSet, HashMap};
use std::ffi::{CString, OsStr};
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};
use std::{env, fs, panic, ptr, thread};

/// The environment variable that has the test's name in the process that is in the namespaces already.
const INSIDE: &str = "IPSO_TEST_INSIDE";
/// How long a test may take before it is killed. `$IPSO_PATIENCE` multiplies it: in a virtual machine everything is
/// slow.
static TEST_DEADLINE: LazyLock<Duration> = LazyLock::new(|| patience(180));
/// How long `until` and `comes_true` wait.
const WAIT_DEADLINE: Duration = Duration::from_secs(10);
const SYSTEM_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

fn patience(seconds: u64) -> Duration {
    let factor = env::var("IPSO_PATIENCE")
        .ok()
        .and_then(|text| text.parse().ok());
    Duration::from_secs(seconds * factor.unwrap_or(1))
}

/// Runs `body` as root of new user, network and mount namespaces, with an empty tmpfs on /run.
///
/// `test` is the full name of the calling test: it is executed once more, alone, in there.
pub fn namespaces(test: &str, body: impl FnOnce()) {
    isolated(test, libc::CLONE_NEWUSER, body);
}

/// As [`namespaces`], for a test that needs parts of the program.
#[track_caller]
pub fn namespaces_with(parts: &[&str], test: &str, body: impl FnOnce()) {
    if has_parts(test, parts) {
        namespaces(test, body);
    }
}

/// As [`namespaces`] but with the caller's own, real root and no user namespace. Skips when there is none.
pub fn as_root(test: &str, body: impl FnOnce()) {
    // SAFETY: no arguments, cannot fail.
    if env::var_os(INSIDE).is_none() && unsafe { libc::geteuid() } != 0 {
        return skip(test, "needs the real root");
    }
    isolated(test, 0, body);
}

const SKIP: &str = "SKIP ";

/// Says that something was not tested, once for each reason.
pub fn skip(test: &str, reason: &str) {
    say(format!("{SKIP}{test}: {reason}\n"));
}

/// Prints `line` on the real stderr, past the capture of the test runner, unless it was printed before.
fn say(line: String) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut said = SAID.lock().expect("no panic while it is held");
    if !said.contains(&line) {
        // In the namespaces the test runner has begun a line of its own, and `isolated` looks for whole ones.
        let begin = env::var_os(INSIDE).map_or("", |_| "\n");
        let _ = io::stderr().write_all(format!("{begin}{line}").as_bytes());
        said.insert(line);
    }
}

fn isolated(test: &str, user: libc::c_int, body: impl FnOnce()) {
    if env::var_os(INSIDE).is_some_and(|inside| inside == test) {
        body();
        println!("\n{INSIDE} {test} done");
        return;
    }
    let log =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}.log", std::process::id()));
    let output = fs::File::create(&log).expect("a file for the output");
    let mut command = Command::new(env::current_exe().expect("the path of this test"));
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(INSIDE, test)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null());
    command
        .stdout(output.try_clone().expect("one more descriptor"))
        .stderr(output);
    // SAFETY: between fork and exec only system calls are made, on memory that is ready.
    unsafe {
        let (uid, gid) = (libc::geteuid(), libc::getegid());
        command.pre_exec(move || {
            prepare_child()?;
            check(libc::unshare(user | libc::CLONE_NEWNET | libc::CLONE_NEWNS))?;
            if user != 0 {
                fs::write("/proc/self/setgroups", "deny")?;
                fs::write("/proc/self/uid_map", format!("0 {uid} 1"))?;
                fs::write("/proc/self/gid_map", format!("0 {gid} 1"))?;
            }
            mount("none", "/", "", libc::MS_REC | libc::MS_PRIVATE)?;
            mount("tmpfs", "/run", "tmpfs", 0)
        });
    }
    let spawned = command.spawn();
    let finished = spawned.map(|mut child| {
        let ended = ended_within(&child, *TEST_DEADLINE);
        if !ended {
            child.kill().expect("kill of a child");
        }
        (ended, child.wait().expect("wait for a child"))
    });
    let output = fs::read_to_string(&log).unwrap_or_default();
    let _ = fs::remove_file(&log);
    let is_said = |line: &&str| line.starts_with(SKIP) || line.starts_with(part::NOT_BUILT);
    for line in output.lines().filter(is_said) {
        say(format!("{line}\n"));
    }
    match finished {
        Err(e)
            if matches!(
                e.raw_os_error(),
                Some(libc::EPERM | libc::ENOSPC | libc::EUSERS)
            ) =>
        {
            skip(test, &format!("namespaces are not allowed here: {e}"));
        }
        Err(e) => panic!("{test}: cannot start in namespaces: {e}"),
        Ok((true, status))
            if status.success() && output.contains(&format!("{INSIDE} {test} done")) => {}
        Ok((true, status)) => panic!("{test} in its namespaces: {status}\n{output}"),
        Ok((false, _)) => panic!("{test} was killed after {:?}\n{output}", *TEST_DEADLINE),
    }
}

/// Runs `body` in another network and mount namespace, with an empty /run: for a test that needs several.
///
/// It runs in a thread of its own, since namespaces belong to threads. The processes that it starts are in there too.
pub fn fresh<T: Send>(body: impl FnOnce() -> T + Send) -> T {
    let played = thread::scope(|scope| {
        let inside = scope.spawn(|| {
            // SAFETY: takes a number only, and changes this thread alone.
            check(unsafe { libc::unshare(libc::CLONE_NEWNET | libc::CLONE_NEWNS) })
                .expect("unshare");
            mount("tmpfs", "/run", "tmpfs", 0).expect("tmpfs on /run");
            body()
        });
        inside.join()
    });
    played.unwrap_or_else(|e| panic::resume_unwind(e))
}

/// Waits until `condition` holds; panics when it still does not after a while.
pub fn until(what: &str, condition: impl FnMut() -> bool) {
    assert!(
        comes_true(condition),
        "waited {:?} in vain for {what}",
        WAIT_DEADLINE
    );
}

/// Whether `condition` holds, now or after a while.
pub fn comes_true(mut condition: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + WAIT_DEADLINE;
    while !condition() {
        if Instant::now() > deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(2));
    }
    true
}

/// Whether `child` ends within `limit`. The caller still has to wait for it.
pub fn ended_within(child: &Child, limit: Duration) -> bool {
    let pid = libc::pid_t::try_from(child.id()).expect("a process id");
    // SAFETY: the descriptor is new and owned here; the array of one lives during the call.
    unsafe {
        let fd = libc::syscall(libc::SYS_pidfd_open, pid, 0);
        assert!(fd >= 0, "pidfd_open: {}", io::Error::last_os_error());
        let fd = OwnedFd::from_raw_fd(fd as i32);
        let mut poll = libc::pollfd {
            fd: fd.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        libc::poll(&mut poll, 1, limit.as_millis() as i32) == 1
    }
}

/// The program under test: `$IPSO`, relative to the package, else the one that cargo built for this test.
pub fn ipso() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    env::var_os("IPSO").map_or_else(|| env!("CARGO_BIN_EXE_ipso").into(), |path| root.join(path))
}

/// A command that runs it: by `$IPSO_EMULATOR` where it is for another processor.
pub fn program() -> Command {
    match env::var_os("IPSO_EMULATOR") {
        Some(emulator) => {
            let mut command = Command::new(emulator);
            command.arg(ipso());
            command
        }
        None => Command::new(ipso()),
    }
}

/// Whether a program needs no other file: nothing at its start names an interpreter, `/lib64/ld-linux-x86-64.so.2`.
pub fn is_static(program: &Path) -> bool {
    let bytes = fs::read(program).unwrap_or_default();
    let start = &bytes[..bytes.len().min(1024)];
    !start.is_empty() && !start.windows(4).any(|part| part == b"/ld-")
}

/// The executable file `name` on the path that tests have.
pub fn which(name: &str) -> Option<PathBuf> {
    SYSTEM_PATH
        .split(':')
        .map(|dir| Path::new(dir).join(name))
        .find(|path| {
            let mode = fs::metadata(path).map(|meta| meta.permissions().mode());
            mode.is_ok_and(|mode| mode & 0o111 != 0)
        })
}

/// Whether the machine has all these programs. Where one is missing, what was to be tested with it is a visible skip.
///
/// A shell and the basic commands (`cat`, `mount`, `chroot`, `grep`) are taken for granted, everything else is asked
/// for.
pub fn has_tools(test: &str, names: &[&str]) -> bool {
    let missing = names.iter().find(|name| which(name).is_none());
    if let Some(name) = missing {
        skip(test, &format!("no {name} here"));
    }
    missing.is_none()
}

/// Whether there is a /dev/net/tun that may be opened here, in the namespaces of a test, and a namespace may have its own
/// /sys, where its devices are described. Else what was to be tested is a visible skip.
pub fn has_tun(test: &str) -> bool {
    let node = "/dev/net/tun";
    let opened = fs::File::options().read(true).write(true).open(node);
    if let Err(e) = opened {
        skip(test, &format!("{node}: {e}"));
        return false;
    }
    let mounted = fresh(|| mount("sysfs", "/sys", "sysfs", 0));
    if let Err(e) = &mounted {
        skip(test, &format!("sysfs cannot be mounted here: {e}"));
    }
    mounted.is_ok()
}

/// A directory in which `ip`, `ipso` and `isolate` are links to `program`, in the namespace's own /run.
pub fn links(program: &Path) -> PathBuf {
    let dir = PathBuf::from(format!(
        "/run/links{}",
        program.display().to_string().replace('/', "-")
    ));
    if !dir.exists() {
        fs::create_dir(&dir).expect("a directory in /run");
        for name in ["ip", "ipso", "isolate"] {
            std::os::unix::fs::symlink(program, dir.join(name)).expect("a link in /run");
        }
    }
    dir
}

/// What a command has printed, and its exit status.
#[derive(Clone, Debug, PartialEq)]
pub struct Out {
    /// Exit status; 128 + N when signal N ended it.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Out {
    fn of(output: std::process::Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let code = output
            .status
            .code()
            .unwrap_or_else(|| 128 + output.status.signal().unwrap_or(0));
        Self {
            code,
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// The standard output of a command that has to succeed and to print nothing on stderr.
    #[track_caller]
    pub fn ok(self) -> String {
        assert!(
            self.code == 0 && self.stderr.is_empty(),
            "should succeed in silence: {self:?}"
        );
        self.stdout
    }
}

/// A command with a clean environment in which `ip` and `isolate` are ours. It ends when its parent does.
pub fn command<S: AsRef<OsStr>>(words: impl IntoIterator<Item = S>) -> Command {
    command_with(&ipso(), words)
}

/// As [`command`], with the `ip` of `program`.
pub fn command_with<S: AsRef<OsStr>>(
    program: &Path,
    words: impl IntoIterator<Item = S>,
) -> Command {
    let mut words = words.into_iter();
    let mut command = Command::new(words.next().expect("a command has a first word"));
    command
        .args(words)
        .env_clear()
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    command.env(
        "PATH",
        format!("{}:{SYSTEM_PATH}", links(program).display()),
    );
    // SAFETY: a system call without pointers.
    unsafe { command.pre_exec(prepare_child) };
    command
}

/// Runs the words of `line`, where '…' keeps blanks and may be empty.
#[track_caller]
pub fn run(line: &str) -> Out {
    finish(command(words(line)))
}

/// Runs `command` to its end.
#[track_caller]
pub fn finish(mut command: Command) -> Out {
    match command.output() {
        Ok(output) => Out::of(output),
        Err(e) => panic!("{:?}: {e}", command.get_program()),
    }
}

/// What `line` prints on a terminal, where both its streams are that.
pub fn on_terminal(line: &str) -> String {
    let none = ptr::null_mut();
    let (mut ours, mut theirs) = (0, 0);
    // SAFETY: it writes two numbers, which are new descriptors.
    let (ours, theirs) = unsafe {
        check(libc::openpty(
            &mut ours,
            &mut theirs,
            none,
            ptr::null_mut(),
            ptr::null_mut(),
        ))
        .expect("a terminal");
        (OwnedFd::from_raw_fd(ours), OwnedFd::from_raw_fd(theirs))
    };
    let mut command = command(words(line));
    command
        .stdout(theirs.try_clone().expect("one more descriptor"))
        .stderr(theirs);
    let mut child = command.spawn().expect("a process");
    // The command keeps its end open otherwise.
    drop(command);
    let mut text = Vec::new();
    // Reading fails once the other end is closed everywhere (tty(4)).
    let _ = fs::File::from(ours).read_to_end(&mut text);
    child.wait().expect("wait");
    String::from_utf8_lossy(&text).replace('\r', "")
}

/// Starts `line` in a network namespace of its own. It is killed when the result is dropped.
pub fn background(line: &str) -> Background {
    let mut command = command(words(line));
    // SAFETY: a system call without pointers.
    unsafe { command.pre_exec(|| check(libc::unshare(libc::CLONE_NEWNET))) };
    Background(
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process"),
    )
}

/// A process that is killed when this is dropped.
pub struct Background(pub Child);

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Splits on blanks; '…' keeps them, and '' is an empty word.
pub fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for c in line.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    assert!(!quoted, "a quote is left open: {line}");
    words.extend(word);
    words
}

/// The names of network namespaces, sorted.
pub fn names() -> Vec<String> {
    let mut names: Vec<_> = run("ip netns list")
        .ok()
        .lines()
        .map(|line| line.split(' ').next().unwrap_or("").into())
        .collect();
    names.sort();
    names
}

/// Names of the links here, sorted.
pub fn links_here() -> Vec<String> {
    let text = run("ip -o link").ok();
    let name = |line: &str| {
        line.split([' ', ':', '@'])
            .find(|word| word.parse::<u32>().is_err() && !word.is_empty())
            .map(str::to_owned)
    };
    let mut links: Vec<_> = text.lines().filter_map(name).collect();
    links.sort();
    links
}

/// Waits until the state of every link, here and in the named namespaces, fits its carrier, and no address is
/// tentative. The kernel changes both in work queues (net/core/link_watch.c, net/ipv6/addrconf.c). A state that never
/// comes is left to the comparison.
pub fn settle(ip: impl Fn(&str) -> String) {
    let link_settled = |link: &str| {
        let flags: Vec<_> = link
            .split(['<', '>'])
            .nth(1)
            .unwrap_or("")
            .split(',')
            .collect();
        let (up, carrier) = (flags.contains(&"UP"), flags.contains(&"LOWER_UP"));
        // A loopback device, a dummy and a bridge without ports have a state that does not follow a carrier.
        let kind = |kind: &str| link.contains(&format!("    {kind} "));
        let still = !up || flags.contains(&"LOOPBACK") || kind("dummy") || kind("bridge");
        still || !link.contains(" state UNKNOWN ") && carrier == link.contains(" state UP ")
    };
    let settled = |prefix: &str| {
        ip(&format!("{prefix} -d -o link"))
            .lines()
            .all(link_settled)
            && !ip(&format!("{prefix} -6 -o addr")).contains(" tentative ")
    };
    let names = ip("netns list");
    let named = names
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(|name| format!("-n {name}"));
    let prefixes: Vec<_> = [String::new()].into_iter().chain(named).collect();
    comes_true(|| prefixes.iter().all(|prefix| settled(prefix)));
}

/// Makes equal what differs from run to run: random MAC addresses and what derives from them are numbered in their
/// order, timers are fixed, lifetimes rounded up. What is in `keep` stays.
pub fn mask(text: &str, keep: &str) -> String {
    const FIXED: [&str; 3] = ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "8000.0:0:0:0:0:0"];
    /// What the kernel makes up, and how its substitute begins: a bridge's id, a link-local address, a MAC address.
    static MADE_UP: LazyLock<[(Regex, &str); 3]> = LazyLock::new(|| {
        [
            (
                regex(r"\b[0-9a-f]{4}\.[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}\b"),
                "8000.a:b:c:d:e",
            ),
            (
                regex(r"\bfe80::[0-9a-f]{1,4}(:[0-9a-f]{1,4}){3}\b"),
                "fe80::a:b:c",
            ),
            (regex(r"\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b"), "xx:xx:xx:xx:xx"),
        ]
    });
    static LIFETIME: LazyLock<Regex> =
        LazyLock::new(|| regex(r#"((?:valid|preferred)_l(?:ft |ife_time": ?))([0-9]+)"#));
    static TIMER: LazyLock<Regex> = LazyLock::new(|| {
        let names = "(?:hello|tcn|topology_change|gc|hold|message_age|forward_delay)_timer";
        regex(&format!(
            r#"({names})(?:(": ?)[0-9]+| [ 0-9]{{4}})\.[0-9]{{2}}\b"#
        ))
    });
    /// The random permanent address of a tunnel over IPv6, which is shown in the form of an IPv6 address.
    static PERMANENT: LazyLock<Regex> =
        LazyLock::new(|| regex(r#"(permaddr(?: |": ?"))[0-9a-f:]+::"#));
    let mut text = PERMANENT.replace_all(text, "${1}p::").into_owned();
    for (pattern, begin) in &*MADE_UP {
        let mut seen = HashMap::new();
        let by_appearance = |found: &Captures| {
            let found = &found[0];
            if FIXED.contains(&found) || keep.contains(found) {
                return found.to_owned();
            }
            let next = seen.len() + 1;
            format!(
                "{begin}:{:02x}",
                *seen.entry(found.to_owned()).or_insert(next)
            )
        };
        text = pattern.replace_all(&text, by_appearance).into_owned();
    }
    let rounded = |found: &Captures| match found[2].parse::<u32>() {
        Ok(seconds) if seconds < u32::MAX - 1000 => {
            // An emulated machine may take minutes from the line that makes an address to the one that shows it.
            let unit = if seconds > 2000 { 1000 } else { 100 };
            format!("{}{}", &found[1], seconds.next_multiple_of(unit))
        }
        _ => found[0].to_owned(),
    };
    text = LIFETIME.replace_all(&text, rounded).into_owned();
    TIMER.replace_all(&text, "${1}${2}9999.99").into_owned()
}

/// A regular expression that is known to be one.
#[track_caller]
pub fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}"))
}

/// The lines in which two texts differ, `-` for the first and `+` for the second, quoted, long ones cut to the
/// difference.
pub fn diff(first: &str, second: &str) -> String {
    let lines = |text: &str| {
        text.split_inclusive('\n')
            .map(|line| format!("{line:?}"))
            .collect::<Vec<_>>()
    };
    let (a, b) = (lines(first), lines(second));
    let (head, tail) = shared(&a, &b);
    let (a, b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    if a.len() != b.len() {
        return format!("{}{}", marked('-', a), marked('+', b));
    }
    let mut text = String::new();
    for (a, b) in a.iter().zip(b).filter(|(a, b)| a != b) {
        let (a, b): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
        let (head, tail) = shared(&a, &b);
        let cut = |line: &[char]| {
            let (from, to) = (
                head.saturating_sub(40),
                (line.len() - tail + 40).min(line.len()),
            );
            let dots = |cut: bool| if cut { "…" } else { "" };
            format!(
                "{}{}{}",
                dots(from > 0),
                line[from..to].iter().collect::<String>(),
                dots(to < line.len())
            )
        };
        text += &format!("{}{}", marked('-', &[cut(&a)]), marked('+', &[cut(&b)]));
    }
    text
}

fn marked(sign: char, lines: &[String]) -> String {
    lines
        .iter()
        .map(|line| format!("      {sign} {line}\n"))
        .collect()
}

/// How many items two lists share at the start, and how many more at the end.
fn shared<T: PartialEq>(a: &[T], b: &[T]) -> (usize, usize) {
    let head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let tail = a[head..]
        .iter()
        .rev()
        .zip(b[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    (head, tail)
}

/// Of a child that a test starts: it ends with this process, and signals do what they do by default.
fn prepare_child() -> io::Result<()> {
    // A shell that starts the tests in the background, and nohup(1), have them ignored.
    for signal in [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT] {
        // SAFETY: takes numbers only; it is a system call, and may be made between fork and exec.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    // SAFETY: takes numbers only.
    check(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) })
}

pub fn check(result: libc::c_int) -> io::Result<()> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

fn mount(source: &str, target: &str, kind: &str, flags: libc::c_ulong) -> io::Result<()> {
    let text = |s: &str| CString::new(s).expect("no NUL in a path");
    let (source, target, kind) = (text(source), text(target), text(kind));
    // SAFETY: three strings that end in NUL and live during the call.
    check(unsafe {
        libc::mount(
            source.as_ptr(),
            target.as_ptr(),
            kind.as_ptr(),
            flags,
            ptr::null(),
        )
    })
}
