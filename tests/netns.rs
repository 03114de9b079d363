//! `ip netns` where a comparison of outputs does not reach: who dies on the way, who comes at the same time, where something is
//! missing, and what iproute2 does not have.

mod common;
use common::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, SystemTime};

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

/// The words of `ip netns list`, with nothing on stderr.
fn listed() -> BTreeSet<String> {
    let text = run("ip netns list").ok();
    text.lines()
        .map(|line| line.split(' ').next().expect("a word").to_owned())
        .collect()
}

fn set<const N: usize>(words: [&str; N]) -> BTreeSet<String> {
    words.map(str::to_owned).into()
}

/// Mount points at and below `path`, one for each mount.
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

/// The peer group of the uppermost mount at `path`.
fn peer_group(path: &str) -> String {
    let text = fs::read_to_string("/proc/thread-self/mountinfo").expect("mountinfo");
    let mut lines = text
        .lines()
        .filter(|line| line.split(' ').nth(4) == Some(path));
    let line = lines.next_back().expect("a mount");
    let shared = line.split(' ').find(|word| word.starts_with("shared:"));
    shared.unwrap_or("private").to_owned()
}

/// Every name has a namespace of its own, and the folder is one shared mount with a peer group of its own, on which every name
/// is mounted once.
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

/// What /run may be on the machine: a mount, a shared mount, and with a run directory that is a mount already.
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

#[test]
fn many_names_at_once() {
    namespaces("many_names_at_once", || {
        let other = iproute2("many_names_at_once");
        for (setup, with_other) in MACHINES
            .iter()
            .flat_map(|setup| [(setup, false), (setup, true)])
        {
            fresh(|| {
                machine(setup);
                if with_other && setup.contains("--make-shared /run") {
                    // Where iproute2 6.1 is the first it leaves the folder in the peer group of /run.
                    run("ip netns add first").ok();
                    run("ip netns delete first").ok();
                }
                let programs = [Some(ipso()), other.clone().filter(|_| with_other)];
                let programs: Vec<_> = programs.into_iter().flatten().collect();
                let children: Vec<_> = (0..100)
                    .map(|n| start(&programs[n % programs.len()], &format!("ip netns add n{n}")))
                    .collect();
                for child in children {
                    let output = child.wait_with_output().expect("the end of a child");
                    let quiet = output.stderr.is_empty() && output.stdout.is_empty();
                    assert!(output.status.success() && quiet, "{setup}: {output:?}");
                }
                assert_eq!(names().len(), 100, "{setup}");
                assert_sound();
            });
        }
    });
}

#[test]
fn one_name_at_once() {
    namespaces("one_name_at_once", || {
        let other = iproute2("one_name_at_once");
        for with_other in [false, true] {
            fresh(|| {
                let programs = [Some(ipso()), other.clone().filter(|_| with_other)];
                let programs: Vec<_> = programs.into_iter().flatten().collect();
                let children: Vec<_> = (0..100)
                    .map(|n| start(&programs[n % programs.len()], "ip netns add same"))
                    .collect();
                let mut won = 0;
                for child in children {
                    let output = child.wait_with_output().expect("the end of a child");
                    let text = String::from_utf8_lossy(&output.stderr).into_owned();
                    match output.status.code() {
                        Some(0) => won += 1,
                        Some(1) => assert_eq!(
                            text,
                            "Cannot create namespace file \"/run/netns/same\": File exists\n"
                        ),
                        _ => panic!("{output:?}"),
                    }
                }
                assert_eq!(won, 1);
                assert_sound();
            });
        }
    });
}

/// System calls of `ip netns add n` by name, with how many of that name came before.
fn calls() -> Vec<(String, usize)> {
    run("strace -f -o /run/trace ip netns add n").ok();
    let trace = fs::read_to_string("/run/trace").expect("a trace");
    let mut calls: Vec<(String, usize)> = Vec::new();
    for line in trace.lines() {
        let call = line.split(' ').find(|word| word.contains('('));
        let Some((name, _)) = call.and_then(|call| call.split_once('(')) else {
            continue;
        };
        // The first execve is not ours, and nothing comes after the last call.
        if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.starts_with("exit")
        {
            let before = calls.iter().filter(|(known, _)| known == name).count();
            calls.push((name.to_owned(), before + 1));
        }
    }
    calls
}

/// Killed at any system call, `netns add` leaves a name that works, or none, or between the two calls that make the file and
/// mount on it an empty file, which does no harm.
#[test]
fn death_at_any_call() {
    if !has_tools("death_at_any_call", &["strace"]) {
        return;
    }
    namespaces("death_at_any_call", || {
        for setup in &MACHINES[..2] {
            let calls = fresh(|| {
                machine(setup);
                calls()
            });
            let mut empty = Vec::new();
            for (name, when) in calls.iter().skip(1) {
                for after in [
                    "ip netns add n",
                    "ip netns prune",
                    "ip netns replace n",
                    "ip netns delete n",
                ] {
                    fresh(|| {
                        machine(setup);
                        let line = format!(
                            "strace -o /dev/null -e inject={name}:signal=KILL:when={when} ip netns add n"
                        );
                        let killed = run(&line);
                        assert_eq!(killed.code, 137, "{line}: {killed:?}");
                        let file = fs::symlink_metadata(format!("{RUN}/n")).ok();
                        let whole = file
                            .as_ref()
                            .is_some_and(|file| file.mode() & 0o777 == 0o444);
                        if file.is_some() && !whole {
                            empty.push((name.clone(), *when));
                        }
                        let out = run(after);
                        let expected = match (after, file.is_some(), whole) {
                            ("ip netns prune", true, false) => (0, "n\n", ""),
                            ("ip netns prune" | "ip netns replace n", ..) => (0, "", ""),
                            ("ip netns add n", _, true) => (
                                1,
                                "",
                                "Cannot create namespace file \"/run/netns/n\": File exists\n",
                            ),
                            ("ip netns delete n", false, _) => (
                                1,
                                "",
                                "Cannot remove namespace file \"/run/netns/n\": No such file or directory\n",
                            ),
                            _ => (0, "", ""),
                        };
                        assert_eq!(
                            (out.code, out.stdout.as_str(), out.stderr.as_str()),
                            expected,
                            "{after} after {name} {when}, {file:?}"
                        );
                        // The next one works, whatever was left.
                        run("ip netns replace n").ok();
                        run("ip netns exec n true").ok();
                        run("ip netns add m").ok();
                        assert_sound();
                        run("ip netns delete n").ok();
                        assert_eq!(names(), set(["m"]));
                    });
                }
            }
            empty.dedup();
            // Killed on the way into the last mount, the file is there: the one call before it made it.
            assert_eq!(empty.len(), 1, "{empty:?} of {calls:?}");
            assert_eq!(empty[0].0, "mount");
            let before = calls
                .iter()
                .position(|call| *call == empty[0])
                .map(|at| &calls[at - 1].0);
            assert!(
                before.is_some_and(|name| name.starts_with("open")),
                "adjacent: {calls:?}"
            );
        }
    });
}

/// A file of another tool that is about to mount on it is left alone; one that waits in vain is not.
#[test]
fn a_file_of_another_tool() {
    namespaces("a_file_of_another_tool", || {
        run("ip netns add first").ok();
        let path = format!("{RUN}/n");
        let make = |mode: u32, content: &str, age: u64| {
            let _ = fs::remove_file(&path);
            fs::write(&path, content).expect("a file");
            let file = fs::File::options()
                .write(true)
                .open(&path)
                .expect("the file");
            file.set_modified(SystemTime::now() - Duration::from_secs(age))
                .expect("its time");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its mode");
        };
        let refused = (
            1,
            "Cannot create namespace file \"/run/netns/n\": File exists\n".to_owned(),
        );
        for (mode, content, age, taken, pruned) in [
            (0, "", 0, false, false),
            (0, "", 50, false, false),
            (0, "", 70, true, true),
            (0o1000, "", 0, true, true),
            (0o644, "", 0, false, true),
            (0o644, "", 70, false, true),
            (0, "x", 70, false, true),
            (0o444, "", 0, false, true),
        ] {
            make(mode, content, age);
            let out = run("ip netns add n");
            let wanted = if taken {
                (0, String::new())
            } else {
                refused.clone()
            };
            assert_eq!((out.code, out.stderr), wanted, "{mode:o} {content:?} {age}");
            if taken {
                run("ip netns exec n true").ok();
                run("ip netns delete n").ok();
            }
            make(mode, content, age);
            let wanted = if pruned { "n\n" } else { "" };
            assert_eq!(
                run("ip netns prune").ok(),
                wanted,
                "{mode:o} {content:?} {age}"
            );
        }
        // A clock that was set back a little makes nothing old; one that was wrong keeps nothing young.
        for (time, code) in [
            (SystemTime::now() + Duration::from_secs(30), 1),
            (SystemTime::now() + Duration::from_secs(1000), 0),
            (SystemTime::UNIX_EPOCH - Duration::from_secs(1000), 0),
        ] {
            let _ = run("ip netns delete n");
            make(0, "", 0);
            let file = fs::File::options()
                .write(true)
                .open(&path)
                .expect("the file");
            file.set_modified(time).expect("its time");
            assert_eq!(run("ip netns add n").code, code, "{time:?}");
        }
    });
}

#[test]
fn prune_takes_what_is_no_namespace_and_no_more() {
    namespaces("prune_takes_what_is_no_namespace_and_no_more", || {
        assert_eq!(run("ip netns prune").ok(), "");
        run("ip netns add a").ok();
        let process = background("sleep 1000");
        let of_process = format!("/proc/{}/ns/net", process.0.id());
        symlink(&of_process, format!("{RUN}/alive")).expect("a link");
        symlink("/nowhere", format!("{RUN}/dangling")).expect("a link");
        symlink("loop", format!("{RUN}/loop")).expect("a link");
        symlink("/etc/hostname", format!("{RUN}/elsewhere")).expect("a link");
        fs::write(format!("{RUN}/plain"), "text").expect("a file");
        fs::create_dir(format!("{RUN}/dir")).expect("a directory");
        machine("mkfifo /run/netns/fifo");
        let before = run("ip netns list");
        assert_eq!(before.stdout.lines().count(), 8, "{before:?}");
        let gone = run("ip netns prune").ok();
        let gone: BTreeSet<_> = gone.lines().map(str::to_owned).collect();
        assert_eq!(gone, set(["dangling", "elsewhere", "loop", "plain"]));
        assert_eq!(names(), set(["a", "alive", "dir", "fifo"]));
        assert!(Path::new("/etc/hostname").exists());
        run("ip netns exec alive true").ok();
        fs::write(format!("{RUN}/q\"uote"), "").expect("a file");
        assert_eq!(
            run("ip -j netns prune").ok(),
            "[{\"name\":\"q\\\"uote\"}]\n"
        );
        assert_eq!(run("ip -j netns prune").ok(), "[]\n");
        // A mount that is no namespace stays, and is told.
        machine("touch /run/netns/busy && mount --bind /etc/hostname /run/netns/busy");
        let out = run("ip netns prune");
        assert_eq!(
            (out.code, out.stderr.as_str()),
            (
                1,
                "Cannot remove namespace file \"/run/netns/busy\": Device or resource busy\n"
            )
        );
    });
}

#[test]
fn the_folder_is_made_where_it_is_missing() {
    namespaces("the_folder_is_made_where_it_is_missing", || {
        // A root with nothing but what the program needs.
        let root = |folders: &str| {
            let program = ipso();
            let binds = ["/usr", "/lib", "/lib64", "/bin", "/proc", "/dev"].map(|from| {
                format!("if [ -e {from} ]; then mkdir -p /run/root{from} && mount --rbind {from} /run/root{from}; fi")
            });
            machine(&format!(
                "mkdir /run/root && mount -t tmpfs tmpfs /run/root && {} && cp {} /run/root/ip && cd /run/root && mkdir -p x {folders}",
                binds.join(" && "),
                program.display()
            ));
        };
        for (folders, wanted) in [
            ("run", "/run/netns"),
            ("", "/var/run/netns"),
            ("var", "/var/run/netns"),
            ("run var/run", "/run/netns"),
        ] {
            fresh(|| {
                root(folders);
                let inside = |line: &str| run(&format!("chroot /run/root /ip {line}"));
                assert_eq!(inside("netns list").ok(), "");
                assert_eq!(inside("-j netns list").ok(), "");
                assert_eq!(inside("netns identify").ok(), "\n");
                assert_eq!(inside("netns prune").ok(), "");
                inside("netns add a up").ok();
                assert!(
                    Path::new(&format!("/run/root{wanted}/a")).exists(),
                    "{wanted}"
                );
                assert_eq!(inside("netns list").ok(), "a\n");
                assert_eq!(inside("netns get a").code, 0);
                // There is no /sys here, and nothing to say about that.
                assert!(inside("netns exec a /ip -br link").ok().starts_with("lo "));
                assert!(inside("-n a -br link").ok().starts_with("lo "));
                let twice = inside("netns add a");
                assert_eq!(
                    twice.stderr,
                    format!("Cannot create namespace file \"{wanted}/a\": File exists\n")
                );
                inside("netns delete a").ok();
                let gone = inside("netns delete a");
                assert_eq!(
                    gone.stderr,
                    format!(
                        "Cannot remove namespace file \"{wanted}/a\": No such file or directory\n"
                    )
                );
            });
        }
    });
}

#[test]
fn lo_is_up_and_replace_keeps() {
    namespaces("lo_is_up_and_replace_keeps", || {
        let lo = |name: &str| run(&format!("ip -n {name} -br link show lo")).ok();
        let inode = |name: &str| fs::metadata(format!("{RUN}/{name}")).expect("a name").ino();
        run("ip netns add a up").ok();
        assert!(lo("a").contains("LOOPBACK,UP,LOWER_UP"), "{}", lo("a"));
        run("ip netns add b upp").ok();
        run("ip netns add c surplus up").ok();
        assert!(
            lo("b").starts_with("lo               DOWN ")
                && lo("c").starts_with("lo               DOWN ")
        );
        let before = inode("b");
        run("ip netns replace b").ok();
        assert!(inode("b") == before && lo("b").contains(" DOWN "));
        run("ip netns replace b up").ok();
        assert!(inode("b") == before && lo("b").contains("UP,"));
        run("ip netns replace d up").ok();
        assert!(lo("d").contains("UP,"));
        assert_eq!(run("ip netns replace").code, 1);
        assert_eq!(run("ip netns replac e").code, 255);
        fs::write(format!("{RUN}/plain"), "text").expect("a file");
        assert_eq!(run("ip netns replace plain").code, 1);
        fs::remove_file(format!("{RUN}/plain")).expect("the file");
        assert_eq!(listed(), set(["a", "b", "c", "d"]));
        // Many at once find one.
        let children: Vec<_> = (0..30)
            .map(|_| start(&ipso(), "ip netns replace e up"))
            .collect();
        for child in children {
            let output = child.wait_with_output().expect("the end of a child");
            assert!(
                output.status.success() && output.stderr.is_empty(),
                "{output:?}"
            );
        }
        assert!(lo("e").contains("UP,"));
        assert_sound();
    });
}

#[test]
fn get_names_one() {
    namespaces("get_names_one", || {
        run("ip netns add mario2").ok();
        let none = run("ip netns get mario");
        assert_eq!((none.code, none.stdout.as_str()), (1, ""));
        assert_eq!(
            none.stderr,
            "Cannot open network namespace \"mario\": No such file or directory\n"
        );
        run("ip netns add mario").ok();
        let file = fs::metadata(format!("{RUN}/mario")).expect("a name");
        let dev = format!("{}:{}", libc::major(file.dev()), libc::minor(file.dev()));
        assert_eq!(
            run("ip netns get mario").ok(),
            format!("mario dev {dev} inode {}\n", file.ino())
        );
        run("ip netns set mario 5").ok();
        assert_eq!(
            run("ip netns get mario").ok(),
            format!("mario (id: 5) dev {dev} inode {}\n", file.ino())
        );
        let object: Value = serde_json::from_str(&run("ip -j netns get mario").ok()).expect("JSON");
        assert_eq!(
            object,
            json!([{"name": "mario", "id": 5, "dev": dev, "inode": file.ino()}])
        );
        // A process is no name.
        assert_eq!(run(&format!("ip netns get {}", std::process::id())).code, 1);
        fs::write(format!("{RUN}/plain"), "").expect("a file");
        let plain = run("ip netns get plain");
        assert_eq!(
            (plain.code, plain.stderr.as_str()),
            (1, "\"plain\" is no network namespace\n")
        );
        assert_eq!(run("ip netns get").stderr, "No netns name specified\n");
        assert_eq!(run("ip netns ge mario").code, 255);
    });
}

#[test]
fn a_namespace_is_a_name_a_path_a_process_or_a_descriptor() {
    namespaces(
        "a_namespace_is_a_name_a_path_a_process_or_a_descriptor",
        || {
            run("ip netns add a").ok();
            let process = background("sleep 1000");
            let pid = process.0.id();
            let of = |path: &str| {
                fs::read_link(path)
                    .expect("a namespace")
                    .display()
                    .to_string()
            };
            let of_process = of(&format!("/proc/{pid}/ns/net"));
            let named = format!(
                "net:[{}]",
                fs::metadata(format!("{RUN}/a")).expect("a name").ino()
            );
            let words = [
                ("a".to_owned(), &named),
                (format!("{RUN}/a"), &named),
                (format!("/proc/{pid}/ns/net"), &of_process),
                (pid.to_string(), &of_process),
                ("fd:7".to_owned(), &of_process),
            ];
            let with_fd = |line: &str| {
                finish(command([
                    "sh",
                    "-c",
                    &format!("exec 7</proc/{pid}/ns/net; {line}"),
                ]))
            };
            for (n, (word, inode)) in words.iter().enumerate() {
                let exec =
                    with_fd(&format!("ip netns exec {word} readlink /proc/self/ns/net")).ok();
                assert_eq!(exec.trim_end(), *inode, "exec {word}");
                assert!(
                    with_fd(&format!("ip -n {word} -br link"))
                        .ok()
                        .starts_with("lo "),
                    "-n {word}"
                );
                run(&format!("ip link add v{n} type veth peer name w{n}")).ok();
                with_fd(&format!("ip link set w{n} netns {word}")).ok();
                let there = with_fd(&format!("ip -n {word} -br link show w{n}")).ok();
                assert!(
                    there.starts_with(&format!("w{n}@")),
                    "link set netns {word}"
                );
                run(&format!("ip link delete v{n}")).ok();
                let made = with_fd(&format!("ip netns connect {word}")).ok();
                assert!(
                    made.contains(&format!("netns {word} dev veth0 10.1.1.2/24")),
                    "{made}"
                );
                with_fd(&format!("ip netns disconnect {word}")).ok();
                let pids = with_fd(&format!("ip netns pids {word}")).ok();
                assert_eq!(
                    pids.contains(&format!("{pid}\n")),
                    *inode == &of_process,
                    "pids {word}"
                );
            }
            run("ip netns add b").ok();
            finish(command([
                "sh",
                "-c",
                "exec 7</run/netns/b; ip netns set fd:7 19",
            ]))
            .ok();
            run("ip netns add c").ok();
            run("ip netns set /run/netns/c 20").ok();
            let list = run("ip netns list").ok();
            assert!(
                list.contains("b (id: 19)\n") && list.contains("c (id: 20)\n"),
                "{list}"
            );
            // A name comes first.
            run(&format!("ip netns add {pid}")).ok();
            assert_ne!(
                run(&format!("ip netns exec {pid} readlink /proc/self/ns/net"))
                    .ok()
                    .trim_end(),
                of_process
            );
            for (word, text) in [
                ("fd:9", "Bad file descriptor"),
                ("fd:x", "No such file or directory"),
                ("fd:99999999999", "No such file or directory"),
                ("/nowhere", "No such file or directory"),
                ("999999999", "No such file or directory"),
            ] {
                let out = run(&format!("ip netns exec {word} true"));
                assert_eq!(
                    (out.code, out.stderr),
                    (
                        255,
                        format!("Cannot open network namespace \"{word}\": {text}\n")
                    )
                );
            }
            let plain = run("ip netns exec /etc/hostname true");
            assert_eq!(
                (plain.code, plain.stderr.as_str()),
                (
                    255,
                    "setting the network namespace \"/etc/hostname\" failed: Invalid argument\n"
                )
            );
        },
    );
}

/// The mount points below /sys where `ip netns exec` runs a command, with `prefix` in front of it.
fn sys_inside(prefix: &str) -> (Vec<String>, String) {
    let out = finish(command(words(&format!(
        "{prefix} ip netns exec n cat /proc/self/mountinfo"
    ))));
    assert_eq!(out.code, 0, "{out:?}");
    let mut found: Vec<_> = out
        .stdout
        .lines()
        .map(|line| line.split(' ').nth(4).expect("a mount point").to_owned())
        .filter(|place| place.starts_with("/sys"))
        .collect();
    found.sort();
    (found, out.stderr)
}

/// The links in the /sys of a command, without the file that bonding has among them.
fn links_shown(prefix: &str) -> String {
    let text = run(&format!("{prefix} ls /sys/class/net")).ok();
    let links: Vec<_> = text
        .lines()
        .filter(|name| *name != "bonding_masters")
        .collect();
    links.join(" ")
}

fn exec_keeps_sys(as_real_root: bool) {
    run("ip netns add n").ok();
    let outside = mounts("/sys");
    let (inside, stderr) = sys_inside("");
    let unique = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(stderr, "");
    assert_eq!(
        unique(&inside),
        unique(&outside),
        "all that was there is there again"
    );
    if as_real_root {
        assert_eq!(
            inside.iter().filter(|place| *place == "/sys").count(),
            1,
            "the old one is gone"
        );
        assert_eq!(
            inside.len(),
            unique(&inside).len(),
            "nothing twice: {inside:?}"
        );
    }
    assert_eq!(links_shown("ip netns exec n"), "lo");
    // What is in them is what was in them.
    for place in outside.iter().filter(|place| *place != "/sys") {
        let line = |prefix: &str| run(&format!("{prefix} stat -c %d:%i {place}")).ok();
        assert_eq!(line("ip netns exec n"), line(""), "{place}");
    }
}

#[test]
fn exec_keeps_what_is_mounted_below_sys() {
    namespaces("exec_keeps_what_is_mounted_below_sys", || {
        exec_keeps_sys(false)
    });
}

#[test]
fn exec_keeps_what_is_mounted_below_sys_as_root() {
    as_root("exec_keeps_what_is_mounted_below_sys_as_root", || {
        machine("mount -t tmpfs 'odd name' /sys/kernel/security || mount -t tmpfs x /sys/kernel");
        exec_keeps_sys(true);
    });
}

/// Kernels without open_tree(2) and move_mount(2), and those without mount_setattr(2).
#[test]
fn older_kernels() {
    if !has_tools("older_kernels", &["strace"]) {
        return;
    }
    namespaces("older_kernels", || {
        let without =
            |calls: &str| format!("strace -f -o /dev/null -e inject={calls}:error=ENOSYS");
        for (calls, setup) in [
            "open_tree",
            "move_mount",
            "mount_setattr",
            "open_tree,move_mount,mount_setattr",
        ]
        .into_iter()
        .flat_map(|calls| MACHINES.map(|setup| (calls, setup)))
        {
            fresh(|| {
                machine(setup);
                run(&format!("{} ip netns add a", without(calls))).ok();
                run("ip netns add b").ok();
                assert_sound();
            });
        }
        run("ip netns add n").ok();
        let outside: BTreeSet<_> = mounts("/sys").into_iter().collect();
        let (inside, stderr) = sys_inside(&without("open_tree,move_mount"));
        assert_eq!(stderr, "");
        assert_eq!(inside.into_iter().collect::<BTreeSet<_>>(), outside);
        let old = without("open_tree,move_mount");
        assert_eq!(links_shown(&format!("{old} ip netns exec n")), "lo");
        // Without close_range(2), statx(2) and the like all the same.
        for calls in ["close_range", "statx", "pidfd_open"] {
            assert_eq!(
                run(&format!("{} ip netns list", without(calls))).ok(),
                "n\n",
                "{calls}"
            );
        }
        // Without network namespaces there is an error that says so, and nothing is left.
        for errno in ["ENOSYS", "EINVAL", "EPERM", "ENOSPC"] {
            let out = run(&format!(
                "strace -f -o /dev/null -e inject=unshare:error={errno} ip netns add x"
            ));
            assert_eq!(out.code, 1);
            assert!(
                out.stderr
                    .starts_with("Failed to create a new network namespace \"x\": "),
                "{out:?}"
            );
            assert_eq!(names(), set(["n"]));
        }
    });
}

#[test]
fn exec_with_a_masked_sys() {
    if !has_tools("exec_with_a_masked_sys", &["unshare"]) {
        return;
    }
    namespaces("exec_with_a_masked_sys", || {
        // The kernel does not show what was hidden in the user namespace around (mount_too_revealing in fs/namespace.c).
        machine("mount -t tmpfs tmpfs /sys/class");
        let inside = "mkdir /run/netns && mount -t tmpfs tmpfs /run/netns && ip netns add n up && grep -o ' /sys[^ ]*' /proc/self/mountinfo && echo --- && \
                      ip netns exec n grep -o ' /sys[^ ]*' /proc/self/mountinfo && ip -n n -br link && ip netns exec n sh -c 'exit 7'";
        let out = finish(command(["unshare", "-Urnm", "sh", "-c", inside]));
        // One for each exec; -n needs no /sys.
        let warning = "mount of /sys failed: Operation not permitted\n";
        assert_eq!((out.code, &out.stderr), (7, &warning.repeat(2)), "{out:?}");
        let (before, after) = out.stdout.split_once("---\n").expect("a line");
        assert_eq!(
            after,
            format!(
                "{before}lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP> \n"
            )
        );
    });
}

#[test]
fn exec_with_a_masked_sys_as_root() {
    as_root("exec_with_a_masked_sys_as_root", || {
        fresh(|| {
            // What hides a part of the old /sys hides it in the new one.
            run("ip netns add n").ok();
            machine("mount -t tmpfs tmpfs /sys/kernel");
            let (inside, stderr) = sys_inside("");
            // But for what it hides.
            let mut outside = mounts("/sys");
            outside.retain(|place| !place.starts_with("/sys/kernel/"));
            assert_eq!((inside, stderr.as_str()), (outside, ""));
            assert_eq!(run("ip netns exec n ls /sys/kernel").ok(), "");
        });
        fresh(|| {
            // Refused by something else: the old /sys comes back with all that is below.
            run("ip netns add n").ok();
            if !has_tools("exec_with_a_masked_sys_as_root", &["strace"]) {
                return;
            }
            let (before, _) = sys_inside("");
            let trace = run("strace -f -o /run/trace ip netns exec n true");
            assert_eq!(trace.code, 0);
            let text = fs::read_to_string("/run/trace").expect("a trace");
            let mounts: Vec<_> = text
                .lines()
                .filter(|line| line.contains(" mount("))
                .collect();
            let when = 1 + mounts
                .iter()
                .position(|line| line.contains("sysfs"))
                .expect("the mount of /sys");
            let line = format!("strace -f -o /dev/null -e inject=mount:error=EPERM:when={when}");
            let (inside, stderr) = sys_inside(&line);
            assert_eq!(stderr, "mount of /sys failed: Operation not permitted\n");
            assert_eq!(inside, before);
        });
    });
}

#[test]
fn exec_with_a_read_only_sys() {
    fn body() {
        run("ip netns add n").ok();
        machine("mount -o bind,remount,ro /sys");
        let (inside, stderr) = sys_inside("");
        assert_eq!(stderr, "");
        assert!(inside.contains(&"/sys".to_owned()));
        assert_eq!(links_shown("ip netns exec n"), "lo");
    }
    namespaces("exec_with_a_read_only_sys", body);
}

/// Files of /etc/netns over links and files of /etc; one that has no place is a warning.
#[test]
fn files_of_etc() {
    namespaces("files_of_etc", || {
        machine(
            "mkdir /run/etc /run/resolv && cp -r /etc/passwd /run/etc/ && mount --bind /run/etc /etc && \
             echo outside >/run/resolv/conf && ln -s /run/resolv/conf /etc/resolv.conf && ln -s /run/none /etc/dangling && \
             mkdir -p /etc/netns/n && echo inside >/etc/netns/n/resolv.conf && echo 127.0.0.1 me >/run/hosts && \
             ln -s /run/hosts /etc/netns/n/hosts && touch /etc/hosts",
        );
        run("ip netns add n").ok();
        assert_eq!(run("ip netns exec n cat /etc/resolv.conf").ok(), "inside\n");
        assert_eq!(
            run("ip netns exec n cat /run/resolv/conf").ok(),
            "inside\n",
            "bound over the target"
        );
        assert_eq!(run("ip netns exec n cat /etc/hosts").ok(), "127.0.0.1 me\n");
        assert_eq!(
            fs::read_to_string("/etc/resolv.conf").expect("the file"),
            "outside\n"
        );
        // The path of a name is the name; a process has no files.
        assert_eq!(
            run("ip netns exec /run/netns/n cat /etc/resolv.conf").ok(),
            "inside\n"
        );
        machine("echo x >/etc/netns/n/dangling; echo x >/etc/netns/n/lost");
        let out = run("ip netns exec n cat /etc/resolv.conf");
        assert_eq!((out.code, out.stdout.as_str()), (0, "inside\n"));
        let mut warnings: Vec<_> = out.stderr.lines().collect();
        warnings.sort_unstable();
        assert_eq!(
            warnings,
            ["dangling", "lost"].map(|name| format!(
                "Bind /etc/netns/n/{name} -> /etc/{name} failed: No such file or directory"
            ))
        );
    });
}

#[test]
fn exec_hands_nothing_of_its_own_on() {
    namespaces("exec_hands_nothing_of_its_own_on", || {
        run("ip netns add n").ok();
        fs::write("/run/batch", "netns exec n ls /proc/self/fd\n").expect("a file");
        let plain = run("ls /proc/self/fd").ok();
        for line in [
            "ip netns exec n ls /proc/self/fd",
            "ip -batch /run/batch",
            "ip -all netns exec ls /proc/self/fd",
        ] {
            let found = run(line).ok();
            assert_eq!(found.replace("\nnetns: n\n", ""), plain, "{line}");
        }
        // What the caller hands on is the command's.
        let with =
            |line: &str| finish(command(["sh", "-c", &format!("exec 5</dev/null; {line}")])).ok();
        let five = with("ip netns exec n ls /proc/self/fd");
        assert!(five == with("ls /proc/self/fd") && five != plain);
        let signals = |prefix: &str| {
            let out = run(&format!("{prefix} sh -c 'grep ^Sig[BI] /proc/self/status'")).ok();
            out.replace("\nnetns: n\n", "")
        };
        for line in ["ip netns exec n", "ip -all netns exec"] {
            assert_eq!(signals(line), signals("env"), "{line}");
        }
    });
}

#[test]
fn all_exec() {
    namespaces("all_exec", || {
        assert_eq!(run("ip -all netns exec true").ok(), "");
        assert_eq!(
            run("ip -j -all netns exec true").ok(),
            "\n{\"netns\":[],\"failed\":0}\n"
        );
        run("ip netns add a").ok();
        run("ip netns add b").ok();
        run("ip netns add c").ok();
        // Each has a status of its own: the last character of the name, as a number.
        let line = "netns exec sh -c 'n=$(ip netns identify); test $n = a || exit $(printf %d \"\\\"$n\")'";
        let plain = run(&format!("ip -all {line}"));
        assert_eq!((plain.code, plain.stderr.as_str()), (0, ""));
        let order: Vec<_> = plain
            .stdout
            .lines()
            .filter_map(|line| line.strip_prefix("netns: "))
            .collect();
        assert_eq!(
            order.iter().copied().collect::<BTreeSet<_>>(),
            BTreeSet::from(["a", "b", "c"])
        );
        let status = |name: &str| {
            if name == "a" {
                0
            } else {
                i32::from(name.as_bytes()[0])
            }
        };
        let first = order
            .iter()
            .map(|name| status(name))
            .find(|code| *code != 0)
            .expect("one that fails");
        let fails = run(&format!("ip -all -fail {line}"));
        assert_eq!((fails.code, fails.stdout == plain.stdout), (first, true));
        let summary = run(&format!("ip -j -all -fail {line}"));
        assert_eq!(summary.code, first);
        let object: Value = serde_json::from_str(&summary.stdout).expect("one object");
        let list: Vec<_> = order
            .iter()
            .map(|name| json!({"name": name, "status": status(name)}))
            .collect();
        assert_eq!(object, json!({"netns": list, "failed": 2}));
        // Behind what the commands print, as a line of its own.
        let mixed = run("ip -j -all netns exec echo out").ok();
        assert!(
            mixed.starts_with("out\nout\nout\n\n{\"netns\":[")
                && mixed.ends_with("],\"failed\":0}\n"),
            "{mixed}"
        );
        assert_eq!(run("ip -all -fail netns exec nosuchcommand").code, 1);
        assert_eq!(run("ip -all netns exec nosuchcommand").code, 0);
        // A signal ends it all, as it does for iproute2.
        let killed = run("ip -all netns exec sh -c 'kill -KILL $$'");
        assert_eq!(
            (killed.code, killed.stdout.matches("netns: ").count()),
            (1, 1)
        );
        let killed = run("ip -j -all -fail netns exec sh -c 'kill -KILL $$'");
        assert_eq!(killed.code, 137);
        assert_eq!(
            killed.stdout,
            format!(
                "\n{{\"netns\":[{{\"name\":\"{}\",\"status\":137}}],\"failed\":1}}\n",
                order[0]
            )
        );
        // -fail is one word.
        assert_eq!(run("ip -fai netns list").code, 255);
        fs::create_dir(format!("{RUN}/dir")).expect("a directory");
        assert_eq!(run("ip -all -fail netns delete").code, 1);
        assert_eq!(run("ip -all netns delete").code, 0);
    });
}

#[test]
fn list_ignores_words() {
    namespaces("list_ignores_words", || {
        run("ip netns add a").ok();
        for words in ["| grep -q x", "up", "wait", "-j", "connect a b", "x y z"] {
            assert_eq!(
                run(&format!("ip netns list {words}")).ok(),
                "a\n",
                "{words}"
            );
        }
    });
}

#[test]
fn monitor_says_what_happens_at_once() {
    namespaces("monitor_says_what_happens_at_once", || {
        for (line, wanted) in [
            ("ip netns monitor", ["add a\n", "delete a\n"]),
            (
                "ip -j netns monitor",
                [
                    "{\"event\":\"add\",\"name\":\"a\"}\n",
                    "{\"event\":\"delete\",\"name\":\"a\"}\n",
                ],
            ),
        ] {
            let mut monitor = Background(start(&ipso(), line));
            let mut output = monitor.0.stdout.take().expect("a pipe");
            let watching = format!("/proc/{}/fdinfo", monitor.0.id());
            until("the monitor to watch", || {
                let mut files = fs::read_dir(&watching).into_iter().flatten().flatten();
                files.any(|file| {
                    fs::read_to_string(file.path()).is_ok_and(|text| text.contains("inotify wd:"))
                })
            });
            for (command, wanted) in ["ip netns add a", "ip netns delete a"].iter().zip(wanted) {
                run(command).ok();
                let mut line = vec![0; wanted.len()];
                output.read_exact(&mut line).expect("a line, not kept back");
                assert_eq!(String::from_utf8_lossy(&line), wanted);
            }
        }
    });
}

#[test]
fn delete_waits_until_it_is_freed() {
    namespaces("delete_waits_until_it_is_freed", || {
        // A tunnel's other end goes before the namespace is freed: when delete comes back, so has this.
        for _ in 0..5 {
            run("ip netns add n").ok();
            run("ip link add v0 type veth peer name v1 netns n").ok();
            assert_eq!(run("ip netns delete n wait").ok(), "");
            assert_eq!(
                run("ip link show v0").stderr,
                "Device \"v0\" does not exist.\n"
            );
        }
        until("the ids to be gone", || {
            run("ip netns list-id").ok().is_empty()
        });
        run("ip netns add n").ok();
        assert_eq!(
            run("ip -j netns delete n wait 9").ok(),
            "[{\"name\":\"n\",\"devices\":[]}]\n"
        );
        // Who is in it is told.
        run("ip netns add n").ok();
        let mut sleeper = Background(start(&ipso(), "ip netns exec n sleep 1000"));
        let pid = sleeper.0.id();
        until("the process to be inside", || {
            run("ip netns pids n").ok() == format!("{pid}\n")
                && fs::read_to_string(format!("/proc/{pid}/comm"))
                    .is_ok_and(|comm| comm == "sleep\n")
        });
        assert_eq!(
            run("ip -j netns pids n").ok(),
            format!("[{{\"pid\":{pid}}}]\n")
        );
        let out = run("ip netns delete n wait 0");
        assert_eq!((out.code, out.stdout.as_str()), (1, ""));
        assert_eq!(
            out.stderr,
            format!(
                "The name \"n\" is gone, its network namespace is not after 0 s: held by {pid} (sleep)\n"
            )
        );
        assert_eq!(names(), set([]), "the name is gone");
        // Named once more and waited for, it goes with its process.
        run(&format!("ip netns attach n {pid}")).ok();
        let waiting = start(&ipso(), "ip netns delete n wait 60");
        until("the name to be gone", || names().is_empty());
        sleeper.0.kill().expect("kill of a child");
        sleeper.0.wait().expect("wait");
        let output = waiting.wait_with_output().expect("the end of a child");
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{output:?}"
        );
        // An open file holds it, and so does a mount elsewhere.
        run("ip netns add n").ok();
        let holder = Background(start(
            &ipso(),
            "sh -c 'exec 8</run/netns/n; exec sleep 1000'",
        ));
        let pid = holder.0.id();
        until("the file to be open", || {
            Path::new(&format!("/proc/{pid}/fd/8")).exists()
                && fs::read_to_string(format!("/proc/{pid}/comm"))
                    .is_ok_and(|comm| comm == "sleep\n")
        });
        let out = run("ip netns delete n wait 0");
        assert_eq!(
            out.stderr,
            format!(
                "The name \"n\" is gone, its network namespace is not after 0 s: held by {pid} (sleep, a descriptor)\n"
            )
        );
        drop(holder);
        // What is no namespace just goes; other words are nobody's.
        fs::write(format!("{RUN}/plain"), "").expect("a file");
        run("ip netns delete plain wait 5").ok();
        run("ip netns add n").ok();
        run("ip netns delete n wai").ok();
        for line in ["ip netns delete n wait x", "ip netns delete n wait -1"] {
            run("ip netns replace n").ok();
            assert_eq!(run(line).code, 255, "{line}");
            assert_eq!(names(), set(["n"]));
        }
        let none = run("ip netns delete nosuch wait");
        assert_eq!(
            (none.code, none.stderr.as_str()),
            (
                1,
                "Cannot remove namespace file \"/run/netns/nosuch\": No such file or directory\n"
            )
        );
    });
}

fn links() -> BTreeSet<String> {
    let text = run("ip -br link").ok();
    text.lines()
        .map(|line| line.split([' ', '@']).next().expect("a name").to_owned())
        .collect()
}

#[test]
fn connect_and_disconnect() {
    namespaces("connect_and_disconnect", || {
        run("ip netns add a").ok();
        run("ip netns add b").ok();
        assert_eq!(
            run("ip netns connect a").ok(),
            "dev veth0 10.1.1.1/24\nnetns a dev veth0 10.1.1.2/24 default via 10.1.1.1\n"
        );
        assert!(
            run("ip -4 -br addr show veth0")
                .ok()
                .contains(" 10.1.1.1/24")
        );
        assert!(
            run("ip -n a -4 -br addr show veth0")
                .ok()
                .contains(" 10.1.1.2/24")
        );
        assert!(run("ip -n a -br link show lo").ok().contains("UP,LOWER_UP"));
        if has_tools("connect_and_disconnect", &["ping"]) {
            for line in [
                "ping -c 1 -W 5 10.1.1.2",
                "ip netns exec a ping -c 1 -W 5 10.1.1.1",
            ] {
                until("an answer", || run(line).code == 0);
            }
        }
        // The second network, as an object.
        let object: Value =
            serde_json::from_str(&run("ip -j netns connect b mtu 1400").ok()).expect("JSON");
        let index = |line: &str| {
            let found: Value = serde_json::from_str(&run(line).ok()).expect("JSON");
            found[0]["ifindex"].clone()
        };
        assert_eq!(
            object,
            json!([
                {"ifindex": index("ip -j link show veth1"), "ifname": "veth1", "local": "10.1.2.1", "prefixlen": 24, "mtu": 1400},
                {"netns": "b", "ifindex": index("ip -n b -j link show veth0"), "ifname": "veth0", "local": "10.1.2.2", "prefixlen": 24, "mtu": 1400, "gateway": "10.1.2.1"},
            ])
        );
        assert!(run("ip -n b link show veth0").ok().contains(" mtu 1400 "));
        // Between two others, by name and address; the second default route is not made.
        assert_eq!(
            run("ip netns connect a b fd00::/64 dev to_a peer to_b").ok(),
            "netns b dev to_a fd00::1/64\nnetns a dev to_b fd00::2/64 default via fd00::1\n"
        );
        assert!(
            !run("ip -n a -6 addr show to_b")
                .ok()
                .contains("tentative fd00")
        );
        assert_eq!(
            run("ip netns connect b a 10.9.0.6/29").ok(),
            "netns a dev veth1 10.9.0.6/29\nnetns b dev veth1 10.9.0.5/29\n"
        );
        // Two lead to b: it has to be said which.
        let both = run("ip netns disconnect b a");
        assert_eq!(
            (both.code, both.stderr.as_str()),
            (
                1,
                "netns disconnect: more than one tunnel to \"b\", say which: dev to_b or dev veth1\n"
            )
        );
        run("ip netns disconnect b a dev to_b").ok();
        run("ip netns disconnect b a").ok();
        let none = run("ip netns disconnect b a");
        assert_eq!(
            (none.code, none.stderr.as_str()),
            (1, "netns disconnect: no tunnel to \"b\"\n")
        );
        run("ip netns disconnect a").ok();
        assert_eq!(links(), ["lo", "veth1"].map(str::to_owned).into());
        run("ip netns connect a").ok();
        assert!(
            run("ip -4 -br addr show veth0")
                .ok()
                .contains(" 10.1.1.1/24"),
            "what is free again is used again"
        );
    });
}

/// Whatever fails, nothing is left, and the error names the step.
#[test]
fn connect_undoes_what_it_did() {
    namespaces("connect_undoes_what_it_did", || {
        run("ip netns add a").ok();
        run("ip link add taken type veth peer name other").ok();
        let before = (links(), run("ip -n a -br link").ok(), run("ip addr").ok());
        for (words, code, text) in [
            (
                "dev taken",
                2,
                "netns connect: links taken and vethN: RTNETLINK answers: File exists",
            ),
            (
                "peer lo",
                2,
                "netns connect: links vethN and lo: RTNETLINK answers: File exists",
            ),
            (
                "mtu 5",
                2,
                "netns connect: links vethN and vethN: RTNETLINK answers: Invalid argument",
            ),
            (
                "mtu x",
                255,
                "Error: argument \"x\" is wrong: Invalid \"mtu\" value",
            ),
            (
                "10.1.1.0/32",
                1,
                "\"10.1.1.0/32\" has no room for two addresses",
            ),
            ("a", 1, "Both ends of the tunnel would be in \"a\""),
            (
                "nosuch",
                255,
                "Cannot open network namespace \"nosuch\": No such file or directory",
            ),
            (
                "10.1.1.0/24 10.1.2.0/24",
                255,
                "Error: duplicate \"PREFIX\": \"10.1.2.0/24\" is the second value.",
            ),
            (
                "dev x dev y",
                255,
                "Error: duplicate \"dev\": \"dev\" is the second value.",
            ),
            (
                "dev sixteen-letters-",
                255,
                "Error: argument \"sixteen-letters-\" is wrong: \"dev\" not a valid ifname",
            ),
            (
                "dev",
                255,
                "Command line is not complete. Try option \"help\"",
            ),
            (
                "224.0.0.0/24",
                2,
                "netns connect: address 224.0.0.1: Error: ipv4: Invalid address.",
            ),
            (
                "b c",
                255,
                "Error: either \"NAMESPACE\" is duplicate, or \"c\" is garbage.",
            ),
        ] {
            let out = run(&format!("ip netns connect a {words}"));
            // The words of one kernel are not another's.
            let same = out.stderr == format!("{text}\n") || words.starts_with("224");
            assert!(
                out.code == code && same && out.stdout.is_empty(),
                "{words}: {out:?}"
            );
            assert_eq!(
                (links(), run("ip -n a -br link").ok(), run("ip addr").ok()),
                before,
                "{words}"
            );
        }
        for line in ["ip netns connect", "ip netns disconnect"] {
            assert_eq!(run(line).stderr, "No netns name specified\n");
        }
        assert_eq!(run("ip netns connect nosuch").code, 255);
        assert_eq!(run("ip netns disconnect a peer x").code, 255);
        if !has_tools("connect_undoes_what_it_did", &["strace"]) {
            return;
        }
        // Each message to the kernel in turn is refused.
        run("strace -o /run/trace ip netns connect a").ok();
        run("ip netns disconnect a").ok();
        run("ip -n a link set lo down").ok();
        let trace = fs::read_to_string("/run/trace").expect("a trace");
        let sent = trace
            .lines()
            .filter(|line| line.starts_with("sendto("))
            .count();
        assert!(sent > 8, "{trace}");
        let mut undone = 0;
        for when in 1..=sent {
            let out = run(&format!(
                "strace -o /dev/null -e inject=sendto:error=ENOBUFS:when={when} ip netns connect a"
            ));
            if out.code == 0 {
                // A second look was enough.
                run("ip netns disconnect a").ok();
                run("ip -n a link set lo down").ok();
                continue;
            }
            undone += 1;
            assert!(
                out.stdout.is_empty() && !out.stderr.is_empty(),
                "{when}: {out:?}"
            );
            assert_eq!(
                (links(), run("ip -n a -br link").ok()),
                (before.0.clone(), before.1.clone()),
                "{when}: {out:?}"
            );
        }
        assert!(undone >= 6, "{undone} of {sent}");
    });
}

#[test]
fn many_tunnels_at_once() {
    namespaces("many_tunnels_at_once", || {
        for n in 0..40 {
            run(&format!("ip netns add n{n}")).ok();
        }
        run("ip link add v type veth peer name w").ok();
        run("ip addr add 10.1.5.77/30 dev v").ok();
        run("ip -n n7 link add v type veth peer name w").ok();
        run("ip -n n7 addr add 10.1.9.1/32 dev v").ok();
        let children: Vec<_> = (0..40)
            .map(|n| start(&ipso(), &format!("ip netns connect n{n}")))
            .collect();
        let mut networks = BTreeSet::new();
        for (n, child) in children.into_iter().enumerate() {
            let output = child.wait_with_output().expect("the end of a child");
            let text = String::from_utf8(output.stdout).expect("UTF-8");
            assert!(
                output.status.success() && output.stderr.is_empty(),
                "{text}"
            );
            let network = text
                .split([' ', '\n'])
                .nth(2)
                .expect("an address")
                .to_owned();
            assert!(n != 7 || network != "10.1.9.1/24");
            networks.insert(network);
        }
        assert_eq!(networks.len(), 40, "each has a network of its own");
        assert!(networks.contains("10.1.1.1/24") && !networks.contains("10.1.5.1/24"));
        run("ip -n n7 addr add 10.0.0.1/8 dev v").ok();
        run("ip netns disconnect n7").ok();
        let full = run("ip netns connect n7");
        assert_eq!(
            (full.code, full.stderr.as_str()),
            (
                1,
                "netns connect: no free /24 in 10.1.0.0/16, name a network\n"
            )
        );
        assert!(!links().contains("veth40"));
    });
}

/// What the words of a terminal's second line are.
#[test]
fn hints_on_a_terminal() {
    namespaces("hints_on_a_terminal", || {
        run("ip netns add mario").ok();
        run("ip netns add luigi").ok();
        fs::write(format!("{RUN}/plain"), "").expect("a file");
        for (line, hint) in [
            ("ip netns exec maroi true", "Did you mean \"mario\"?"),
            ("ip -n luig link", "Did you mean \"luigi\"?"),
            ("ip netns delete mari", "Did you mean \"mario\"?"),
            ("ip netns get Luigi", "Did you mean \"luigi\"?"),
            ("ip netns pids mario2", "Did you mean \"mario\"?"),
            ("ip netns set mario2 5", "Did you mean \"mario\"?"),
            ("ip netns connect mraio", "Did you mean \"mario\"?"),
            ("ip netns exec bowser true", ""),
            (
                "ip netns exec plain true",
                "It is no network namespace; ip netns prune takes such names away.",
            ),
        ] {
            let text = on_terminal(line);
            assert_eq!(text.lines().nth(1).unwrap_or(""), hint, "{line}: {text}");
            // And not elsewhere.
            assert_eq!(run(line).stderr.lines().count(), 1, "{line}");
        }
        if !has_tools("hints_on_a_terminal", &["strace"]) {
            return;
        }
        for (errno, hint) in [
            ("EINVAL", "This kernel lacks namespaces: "),
            ("ENOSYS", "This kernel lacks namespaces: "),
            ("EPERM", "Needs root (CAP_SYS_ADMIN, CAP_NET_ADMIN): "),
            ("ENOSPC", "No more namespaces are allowed: "),
        ] {
            let text = on_terminal(&format!(
                "strace -f -o /dev/null -e inject=unshare:error={errno} ip netns add x"
            ));
            let second = text.lines().nth(1).unwrap_or("").to_owned();
            assert!(second.starts_with(hint), "{errno}: {text}");
            let text = on_terminal(&format!(
                "strace -f -o /dev/null -e inject=clone:error={errno} isolate true"
            ));
            let second = text.lines().nth(1).unwrap_or("").to_owned();
            assert!(second.starts_with(hint), "isolate {errno}: {text}");
        }
    });
}

/// What a command says on standard error, where that is a terminal.
fn on_terminal(line: &str) -> String {
    // SAFETY: openpty writes two numbers; both are new descriptors.
    let (ours, theirs) = unsafe {
        let (mut ours, mut theirs) = (0, 0);
        check(libc::openpty(
            &mut ours,
            &mut theirs,
            std::ptr::null_mut(),
            std::ptr::null_mut(),
            std::ptr::null_mut(),
        ))
        .expect("a terminal");
        (OwnedFd::from_raw_fd(ours), OwnedFd::from_raw_fd(theirs))
    };
    let mut command = command(words(line));
    command.stdout(Stdio::null()).stderr(theirs);
    let mut child = command.spawn().expect("a process");
    drop(command);
    let mut text = Vec::new();
    // The end of a terminal is an error.
    let _ = fs::File::from(ours).read_to_end(&mut text);
    child.wait().expect("wait");
    String::from_utf8_lossy(&text).replace("\r\n", "\n")
}

/// How many system calls a command makes, by name, with those of its start.
fn counted(line: &str, until: &str) -> usize {
    run(&format!("strace -f -o /run/trace {line}")).ok();
    let trace = fs::read_to_string("/run/trace").expect("a trace");
    // A debug build looks at each descriptor before it closes it.
    let noise = ["+++", "---", "F_GETFD"];
    let calls = trace
        .lines()
        .filter(|line| !noise.iter().any(|noise| line.contains(noise)));
    calls
        .take_while(|line| until.is_empty() || !(line.contains("execve(") && line.contains(until)))
        .count()
}

#[test]
fn system_calls_are_few() {
    if !has_tools("system_calls_are_few", &["strace"]) {
        return;
    }
    namespaces("system_calls_are_few", || {
        // What the start and the end cost, whatever is asked; one write is the answer.
        let start = counted("ip -V", "") - 1;
        let own = |line: &str, until: &str| counted(line, until).saturating_sub(start);
        let first = own("ip netns add n", "");
        let second = own("ip netns add m", "");
        assert!(
            first <= 15 && second <= 15,
            "netns add: {first}, then {second}"
        );
        let exec = own("ip netns exec n /bin/true", "\"/bin/true\"");
        assert!(exec <= 15, "netns exec: {exec}");
        let delete = own("ip netns delete n", "");
        assert!(delete <= 8, "netns delete: {delete}");
        let few = own("ip netns list", "");
        for n in 0..100 {
            run(&format!("ip netns add n{n}")).ok();
        }
        let many = own("ip netns list", "");
        assert!(
            many - few <= 200 + 10,
            "netns list: {few} for one, {many} for a hundred more"
        );
        let few = own("ip netns pids n0", "");
        let sleepers: Vec<_> = (0..50).map(|_| background("sleep 1000")).collect();
        let many = own("ip netns pids n0", "");
        assert!(
            many - few <= 150,
            "netns pids: {few}, with fifty processes more {many}"
        );
        drop(sleepers);
    });
}

/// What is printed before is printed once, whatever is forked on the way, and no line is run twice.
#[test]
fn a_batch_has_no_second_runner() {
    namespaces("a_batch_has_no_second_runner", || {
        let lo = run("ip -br link show lo").ok();
        fs::write(
            "/run/batch",
            "link show lo\nnetns add a up\nlink show lo\nnetns connect a\nlink show lo\nnetns exec a true\nlink show lo\n\
             netns disconnect a\nlink show lo\nnetns delete a wait\nlink show lo\n",
        )
        .expect("a file");
        let out = run("ip -br -batch /run/batch").ok();
        let tunnel = "dev veth0 10.1.1.1/24\nnetns a dev veth0 10.1.1.2/24 default via 10.1.1.1\n";
        assert_eq!(
            out,
            format!("{lo}{lo}{tunnel}{lo}{lo}{lo}{lo}").replacen(
                &format!("{tunnel}{lo}"),
                &format!("{tunnel}{lo}"),
                1
            )
        );
        // A child that fails for want of descriptors ends there.
        for limit in 5..16 {
            run("ip netns replace a").ok();
            fs::write(
                "/run/batch",
                "netns delete a wait 1\nnetns add b\nnetns delete b\n",
            )
            .expect("a file");
            let line = format!("ulimit -n {limit}; exec ip -force -batch /run/batch");
            let out = finish(command(["sh", "-c", &line]));
            let failed = out.stderr.matches("Command failed /run/batch:1").count();
            assert!(
                failed <= 1 && !out.stderr.contains("File exists"),
                "{limit}: {out:?}"
            );
        }
        // A status of 255 fails its line, and no more.
        run("ip netns replace a").ok();
        fs::write("/run/batch", "netns exec sh -c 'exit 255'\nlink show lo\n").expect("a file");
        let out = run("ip -br -all -fail -force -batch /run/batch");
        assert_eq!(
            (out.code, out.stderr.as_str()),
            (1, "Command failed /run/batch:1\n")
        );
        assert!(out.stdout.ends_with(&lo), "{out:?}");
        // A long line takes no long time; a NUL ends it.
        fs::write(
            "/run/batch",
            format!("link show lo{}\nlink show lo \0 x\n", " ".repeat(5_000_000)),
        )
        .expect("a file");
        assert_eq!(run("ip -br -batch /run/batch").ok(), format!("{lo}{lo}"));
    });
}

#[test]
fn few_descriptors() {
    namespaces("few_descriptors", || {
        for n in 0..100 {
            run(&format!("ip netns add n{n}")).ok();
        }
        run("ip netns set n50 7").ok();
        let few = |limit: u32, line: &str| {
            finish(command([
                "sh",
                "-c",
                &format!("ulimit -n {limit}; exec {line}"),
            ]))
        };
        let all = run("ip netns list").ok();
        for limit in [8, 12, 20, 40, 64, 70] {
            assert_eq!(few(limit, "ip netns list").ok(), all, "{limit}");
            assert_eq!(
                few(limit, "ip netns list-id").ok(),
                "nsid 7 (iproute2 netns name: n50)\n",
                "{limit}"
            );
        }
        // A namespace that is held is never said to be free.
        let holder = Background(start(&ipso(), "ip netns exec n1 sleep 1000"));
        let pid = holder.0.id();
        until("the process to be inside", || {
            run("ip netns pids n1").ok() == format!("{pid}\n")
        });
        for limit in 4..12 {
            run("ip netns replace n1").ok();
            let out = few(limit, "ip netns delete n1 wait 0");
            assert_eq!(out.code, 1, "{limit}: {out:?}");
            if !names().contains("n1") {
                run(&format!("ip netns attach n1 {pid}")).ok();
            }
        }
        // What cannot be kept below /sys leaves the old one in place.
        let plain = mounts("/sys");
        if plain.len() > 1 {
            let out = few(4, "ip netns exec n2 cat /proc/self/mountinfo");
            let inside = out.stdout.lines().filter(|line| {
                line.split(' ')
                    .nth(4)
                    .is_some_and(|place| place.starts_with("/sys"))
            });
            assert_eq!((out.code, inside.count()), (0, plain.len()), "{out:?}");
            assert!(out.stderr.starts_with("mount of /sys failed: "), "{out:?}");
        }
    });
}

/// A name that is alive in one mount namespace is not taken over in another, where only its file is to be seen.
#[test]
fn a_name_is_alive_elsewhere() {
    if !has_tools("a_name_is_alive_elsewhere", &["unshare"]) {
        return;
    }
    namespaces("a_name_is_alive_elsewhere", || {
        run("ip netns add warm").ok();
        let script =
            "touch /run/up; until [ -e /run/made ]; do sleep 0.01; done; ip netns add n; echo $?";
        let private = command([
            "unshare",
            "-m",
            "--propagation",
            "private",
            "sh",
            "-c",
            script,
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process");
        until("the other mount namespace", || {
            Path::new("/run/up").exists()
        });
        run("ip netns add n").ok();
        fs::write("/run/made", "").expect("a file");
        let output = private.wait_with_output().expect("the end of a child");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "1\n");
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "Cannot create namespace file \"/run/netns/n\": File exists\n"
        );
        run("ip netns exec n true").ok();
    });
}

/// Names made and taken away at the same time: each does what it says, or says why not.
#[test]
fn made_and_taken_away_at_once() {
    namespaces("made_and_taken_away_at_once", || {
        let mut children = Vec::new();
        for n in 0..150 {
            let line = ["ip netns replace n", "ip netns delete n", "ip netns prune"][n % 3];
            children.push((line, start(&ipso(), line)));
        }
        for (line, child) in children {
            let output = child.wait_with_output().expect("the end of a child");
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            match output.status.code() {
                Some(0) => assert!(
                    text.is_empty() && output.stdout.is_empty(),
                    "{line}: {output:?}"
                ),
                Some(1) if line == "ip netns delete n" => {
                    assert_eq!(
                        text,
                        "Cannot remove namespace file \"/run/netns/n\": No such file or directory\n"
                    );
                }
                _ => panic!("{line}: {output:?}"),
            }
        }
        run("ip netns replace n").ok();
        assert_sound();
    });
}

/// A file that is about to be mounted on by a tool which is neither ipso nor iproute2.
#[test]
fn prune_waits_for_who_is_about_to_mount() {
    namespaces("prune_waits_for_who_is_about_to_mount", || {
        run("ip netns add a").ok();
        fs::write(format!("{RUN}/cni"), "").expect("a file");
        fs::write(format!("{RUN}/left"), "").expect("a file");
        let prune = start(&ipso(), "ip netns prune");
        machine("mount --bind /run/netns/a /run/netns/cni");
        let output = prune.wait_with_output().expect("the end of a child");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "left\n");
        assert_eq!(names(), set(["a", "cni"]));
    });
}

#[test]
fn the_folder_is_a_link() {
    namespaces("the_folder_is_a_link", || {
        machine("mkdir /run/real && ln -s /run/real /run/netns");
        run("ip netns add a").ok();
        run("ip netns add b").ok();
        assert_eq!(
            mounts("/run/real"),
            ["/run/real", "/run/real/a", "/run/real/b"]
        );
        assert_eq!(listed(), set(["a", "b"]));
        // A name that is a link does not take its target's mount away.
        machine("mkdir /run/m && mount -t tmpfs tmpfs /run/m");
        symlink("/run/m", "/run/real/x").expect("a link");
        run("ip netns delete x").ok();
        assert_eq!(mounts("/run/m"), ["/run/m"]);
    });
}

#[test]
fn connect_leaves_a_default_route_alone() {
    namespaces("connect_leaves_a_default_route_alone", || {
        let Some(iproute2) = iproute2("connect_leaves_a_default_route_alone") else {
            return;
        };
        let other = |line: &str| finish(command_with(&iproute2, words(line))).ok();
        for (family, address, gateway, cidr) in [
            ("-4", "192.168.5.2/24", "192.168.5.1", "10.8.0.0/24"),
            ("-6", "fd01::2/64", "fd01::1", "fd08::/64"),
        ] {
            fresh(|| {
                run("ip netns add a").ok();
                run("ip -n a link add d0 type veth peer name d1").ok();
                run("ip -n a link set d0 up").ok();
                run("ip -n a link set d1 up").ok();
                let nodad = if family == "-6" { "nodad" } else { "" };
                other(&format!("ip -n a addr add {address} dev d0 {nodad}"));
                until("the route", || {
                    let line = format!(
                        "ip -n a {family} route add default via {gateway} dev d0 metric 100"
                    );
                    finish(command_with(&iproute2, words(&line))).code == 0
                });
                let made = run(&format!("ip netns connect a {cidr}")).ok();
                assert!(!made.contains("default"), "{made}");
                let routes = other(&format!("ip -n a {family} route show default"));
                assert_eq!(routes.lines().count(), 1, "{routes}");
            });
        }
    });
}

/// Each answer of the kernel to `ip netns connect a` is lost in turn: the links stay what they are, but for a tunnel that is made all
/// the same, which `undo` takes down. How many answers there are.
#[track_caller]
fn lose_each_answer(undo: &str) -> usize {
    let before = links();
    run("strace -o /run/trace ip netns connect a").ok();
    run(undo).ok();
    let trace = fs::read_to_string("/run/trace").expect("a trace");
    let is_answer = |line: &&str| line.starts_with("recvfrom(");
    let answers = trace.lines().filter(is_answer).count();
    for when in 1..=answers {
        let out = run(&format!(
            "strace -o /dev/null -e inject=recvfrom:error=ENOBUFS:when={when} ip netns connect a"
        ));
        if out.code == 0 {
            run(undo).ok();
        }
        assert_eq!(links(), before, "{when}: {out:?}");
    }
    answers
}

/// What cannot be shown, or is stopped by a signal, is undone, or done whole.
#[test]
fn connect_is_whole() {
    namespaces("connect_is_whole", || {
        run("ip netns add a").ok();
        let full = finish(command(["sh", "-c", "ip netns connect a >/dev/full"]));
        assert_eq!(
            (full.code, full.stderr.as_str()),
            (1, "write: No space left on device\n")
        );
        let closed = finish(command(["sh", "-c", "ip netns connect a >&-"]));
        assert_eq!(
            (closed.code, closed.stderr.as_str()),
            (1, "write: Bad file descriptor\n")
        );
        assert_eq!(links(), set(["lo"]));
        if !has_tools("connect_is_whole", &["strace"]) {
            return;
        }
        let answers = lose_each_answer("ip netns disconnect a");
        for when in 1..=answers {
            let out = run(&format!(
                "strace -o /dev/null -e inject=sendto:signal=TERM:when={when} ip netns connect a"
            ));
            let there = links() != set(["lo"]);
            if there {
                let far = run("ip -n a addr show dev veth0").ok();
                let whole = far.contains("UP,LOWER_UP>") && far.contains(" 10.1.1.2/24 ");
                assert!(whole, "{when}: {out:?} {far}");
                run("ip netns disconnect a").ok();
            }
        }
    });
}

#[test]
fn holders_are_told_once() {
    namespaces("holders_are_told_once", || {
        let _others: Vec<_> = (0..10)
            .map(|_| start(&ipso(), "sleep 1000"))
            .map(Background)
            .collect();
        run("ip netns add a").ok();
        machine("touch /run/netns/b && mount --bind /run/netns/a /run/netns/b");
        let out = run("ip netns delete a wait 0");
        assert_eq!(
            out.stderr.matches("mounted on /run/netns/b").count(),
            1,
            "{out:?}"
        );
        assert_eq!(out.stderr.matches(", ").count(), 2, "{out:?}");
        run("ip netns delete b wait").ok();
        if !has_tools("holders_are_told_once", &["unshare"]) {
            return;
        }
        // All that can be refused is, before the name goes.
        let line = "mkdir -p /run/netns; mount -t tmpfs tmpfs /run/netns; ip netns add a && echo 2 >/proc/sys/user/max_net_namespaces && \
                    ip netns delete a wait 3; echo $?; ip netns list";
        let out = finish(command(["unshare", "-Urnm", "sh", "-c", line]));
        assert!(
            out.stdout == "1\na (id: 0)\n" && out.stderr.starts_with("fork failed: "),
            "{out:?}"
        );
    });
}

/// What is covered stays covered: nothing of the old /sys shines through.
#[test]
fn exec_shows_nothing_of_the_old_sys() {
    as_root("exec_shows_nothing_of_the_old_sys", || {
        run("ip netns add a").ok();
        run("ip link add v0 type veth peer name v1").ok();
        machine("mount -t tmpfs t /sys/class/net && mount --bind /sys /sys");
        assert_eq!(links_shown("ip netns exec a"), "lo");
    });
}

/// A veth with a higher index that was there before, as one that was moved in, is not taken for the new one; and disconnect finds a
/// tunnel whose other end was moved.
#[test]
fn pairs_that_were_moved() {
    namespaces("pairs_that_were_moved", || {
        run("ip netns add a").ok();
        run("ip netns add b").ok();
        for n in 0..3 {
            run(&format!("ip link add p{n} type veth peer name q{n}")).ok();
        }
        run("ip link set q2 netns a").ok();
        let made = run("ip netns connect a dev mine").ok();
        assert!(made.starts_with("dev mine 10.1.1.1/24\n"), "{made}");
        run("ip netns disconnect a dev mine").ok();
        run("ip netns disconnect a").ok();
        assert!(!links().contains("p2") && links().contains("p1"));
        run("ip link add v0 type veth peer name v1 netns b").ok();
        run("ip -n b link set v1 netns a").ok();
        run("ip netns disconnect a").ok();
        assert!(!links().contains("v0"));
        // A lost answer to the making does not hit another pair.
        if !has_tools("pairs_that_were_moved", &["strace"]) {
            return;
        }
        run("ip link set q1 netns a").ok();
        lose_each_answer("ip netns disconnect a dev veth0");
    });
}

/// Who holds the lock, or does not read what is printed, keeps nobody from taking a name away.
#[test]
fn a_lock_that_is_held() {
    namespaces("a_lock_that_is_held", || {
        let test = "a_lock_that_is_held";
        run("ip netns add a").ok();
        if has_tools(test, &["flock"]) {
            let holder = Background(start(&ipso(), "flock -F /run/netns sleep 1000"));
            until("the lock to be held", || {
                run("flock -n /run/netns true").code == 1
            });
            run("ip netns delete a").ok();
            drop(holder);
            run("ip netns add a").ok();
        }
        let mut connect = Background(start(
            &ipso(),
            "sh -c 'mkfifo /run/full; exec ip netns connect a 1<>/run/full'",
        ));
        // Nobody reads the fifo, which takes this much.
        assert!(connect.0.wait().expect("wait").success());
        run("ip netns add b").ok();
        // The empty file of iproute2 in another mount namespace is a name here: it does not go when it cannot be taken over.
        let Some(other) = iproute2(test) else {
            return;
        };
        if !has_tools(test, &["unshare"]) {
            return;
        }
        finish(command_with(&other, words("ip netns add live"))).ok();
        let script = "umount /run/netns/live; touch -d '2 minutes ago' /run/netns/live; ip netns attach live 999999";
        let out = finish(command([
            "unshare",
            "-m",
            "--propagation",
            "private",
            "sh",
            "-c",
            script,
        ]));
        assert_eq!(out.code, 1, "{out:?}");
        run("ip netns exec live true").ok();
    });
}
