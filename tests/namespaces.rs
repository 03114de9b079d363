//! What a comparison of outputs does not show: exit statuses, races, leftovers of a command, the number of system
//! calls.

mod common;
use common::*;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

/// Starts `line` in the namespaces of this test.
fn spawn(line: &str) -> Background {
    let mut command = command(words(line));
    Background(
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process"),
    )
}

/// The inode number of the network namespace at `path`.
fn inode(path: impl AsRef<Path>) -> Option<u64> {
    fs::metadata(path).ok().map(|found| found.ino())
}

fn names() -> Vec<String> {
    let mut names: Vec<_> = run("ip netns list")
        .ok()
        .lines()
        .map(|line| line.split(' ').next().unwrap_or("").into())
        .collect();
    names.sort();
    names
}

/// Names of the links here, sorted.
fn links_here() -> Vec<String> {
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

#[test]
fn exec_keeps_status_and_signal() {
    namespaces("exec_keeps_status_and_signal", || {
        run("ip netns add n").ok();
        for code in [0, 1, 2, 127, 255] {
            assert_eq!(
                run(&format!("ip netns exec n sh -c 'exit {code}'")).code,
                code
            );
        }
        for (signal, number) in [("KILL", 9), ("TERM", 15), ("PIPE", 13), ("INT", 2)] {
            assert_eq!(
                run(&format!("ip netns exec n sh -c 'kill -{signal} $$'")).code,
                128 + number,
                "{signal}"
            );
        }
        let inside = run("ip netns exec n readlink /proc/self/ns/net").ok();
        let named = inode("/run/netns/n").expect("the file of the namespace");
        assert_eq!(inside.trim_end(), format!("net:[{named}]"));
        assert_ne!(inode("/proc/self/ns/net"), Some(named));
    });
}

#[test]
fn a_name_is_taken_once() {
    namespaces("a_name_is_taken_once", || {
        run("ip netns add n").ok();
        let before = inode("/run/netns/n");
        let again = run("ip netns add n");
        assert_eq!((again.code, again.stdout.as_str()), (1, ""), "{again:?}");
        assert_eq!(
            inode("/run/netns/n"),
            before,
            "the first one is still there"
        );
        assert_eq!(names(), ["n"]);
        run("ip netns delete n").ok();
        assert_eq!(names(), [""; 0]);
        assert!(!Path::new("/run/netns/n").exists());
        run("ip netns add n").ok();
    });
}

#[test]
fn a_name_goes_and_its_process_stays() {
    namespaces("a_name_goes_and_its_process_stays", || {
        run("ip netns add n").ok();
        let mut process = spawn("ip netns exec n sleep 1000");
        let of_process = format!("/proc/{}/ns/net", process.0.id());
        let named = inode("/run/netns/n");
        until("the process to be inside", || inode(&of_process) == named);
        run("ip netns delete n").ok();
        assert_eq!(names(), [""; 0]);
        assert_eq!(inode(&of_process), named);
        assert!(
            process.0.try_wait().expect("wait").is_none(),
            "the process still runs"
        );
        run("ip netns add n").ok();
        assert_ne!(inode("/run/netns/n"), named, "a new one of the same name");
    });
}

#[test]
fn many_adds_at_once_all_succeed() {
    namespaces("many_adds_at_once_all_succeed", || {
        let names_wanted: Vec<_> = (0..50).map(|n| format!("n{n:02}")).collect();
        let start = |name: &String| {
            let mut command = command(["ip", "netns", "add", name]);
            command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("a process")
        };
        let children: Vec<Child> = names_wanted.iter().map(start).collect();
        for (child, name) in children.into_iter().zip(&names_wanted) {
            let output = child.wait_with_output().expect("the end of a child");
            assert!(
                output.status.success() && output.stderr.is_empty(),
                "{name}: {output:?}"
            );
        }
        assert_eq!(names(), names_wanted);
        let inodes: std::collections::HashSet<_> = names_wanted
            .iter()
            .map(|name| inode(format!("/run/netns/{name}")))
            .collect();
        assert_eq!(inodes.len(), 50, "each is a namespace of its own");
        // /run/netns is mounted on itself once, however many processes tried at the same time.
        let mounts = fs::read_to_string("/proc/self/mountinfo").expect("mountinfo");
        assert_eq!(
            mounts
                .lines()
                .filter(|line| line.contains(" /run/netns "))
                .count(),
            1,
            "{mounts}"
        );
        // Of those that want the same name one gets it.
        let children: Vec<Child> = (0..10).map(|_| start(&"same".to_owned())).collect();
        let won = children
            .into_iter()
            .map(|child| child.wait_with_output().expect("the end of a child"));
        assert_eq!(won.filter(|output| output.status.success()).count(), 1);
    });
}

#[test]
fn option_n_is_as_exec() {
    namespaces("option_n_is_as_exec", || {
        run("ip netns add n").ok();
        run("ip -n n link add v0 type veth peer name v1").ok();
        assert_eq!(
            run("ip -n n link").ok(),
            run("ip netns exec n ip link").ok()
        );
        assert_eq!(
            run("ip -n n -j addr").ok(),
            run("ip netns exec n ip -j addr").ok()
        );
        assert_eq!(links_here(), ["lo"]);
    });
}

#[test]
fn a_peer_is_made_in_another_namespace() {
    namespaces("a_peer_is_made_in_another_namespace", || {
        run("ip netns add n").ok();
        let process = background("sleep 1000");
        let pid = process.0.id();
        let devices =
            || fs::read_to_string(format!("/proc/{pid}/net/dev")).expect("the links of a process");
        run("ip link add a0 type veth peer name a1 netns n").ok();
        run(&format!(
            "ip link add b0 type veth peer name b1 netns {pid}"
        ))
        .ok();
        run(&format!(
            "ip link add c0 type veth peer name c1 netns /proc/{pid}/ns/net"
        ))
        .ok();
        run("ip link add d0 type veth peer name d1 netns /run/netns/n").ok();
        assert_eq!(links_here(), ["a0", "b0", "c0", "d0", "lo"]);
        let named = run("ip -n n -br link").ok();
        assert!(
            ["a1@", "d1@"].iter().all(|name| named.contains(name)),
            "{named}"
        );
        assert!(
            ["b1:", "c1:"].iter().all(|name| devices().contains(name)),
            "{}",
            devices()
        );
        run("ip link add e0 type veth peer name e1").ok();
        run(&format!("ip link set e1 netns {pid}")).ok();
        assert!(devices().contains("e1:"), "{}", devices());
        // Packets go through.
        run("ip addr add 10.1.1.1/24 dev a0").ok();
        run("ip link set a0 up").ok();
        run("ip -n n addr add 10.1.1.2/24 dev a1").ok();
        run("ip -n n link set a1 up").ok();
        if has_tools("a_peer_is_made_in_another_namespace", &["ping"]) {
            until("an answer through the tunnel", || {
                run("ping -c 1 -W 1 10.1.1.2").code == 0
            });
        }
        // With a namespace go its ends of the tunnels and their peers, in a work queue of the kernel (cleanup_net).
        run("ip netns delete n").ok();
        until("both tunnels to be gone", || {
            links_here() == ["b0", "c0", "e0", "lo"]
        });
    });
}

#[test]
fn the_real_root_needs_no_user_namespace() {
    as_root("the_real_root_needs_no_user_namespace", || {
        run("ip netns add n").ok();
        run("ip link add v0 type veth peer name v1 netns n").ok();
        assert_eq!(run("ip netns exec n sh -c 'exit 3'").code, 3);
        assert!(run("ip -n n -br link").ok().contains("v1@"));
        run("ip netns delete n").ok();
        until("the tunnel to be gone", || links_here() == ["lo"]);
    });
}

/// A command line that no other process on this machine has: a sleep with our process id in its length.
fn marked_sleep() -> String {
    format!("sleep 1000.{}", std::process::id())
}

/// Whether any process of this machine has the command line `line`.
fn runs(line: &str) -> bool {
    let processes = fs::read_dir("/proc").expect("/proc").filter_map(Result::ok);
    let mut lines = processes.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.any(|found| {
        found
            .split(|byte| *byte == 0)
            .map(String::from_utf8_lossy)
            .collect::<Vec<_>>()
            .join(" ")
            .trim_end()
            == line
    })
}

/// Checks that isolate has left no link, no name of a namespace, no `process` and no mount beside `mounts`.
#[track_caller]
fn assert_nothing_left(mounts: &str, process: &str) {
    until("the links of isolate to be gone", || links_here() == ["lo"]);
    until("the processes of isolate to be gone", || !runs(process));
    assert_eq!(names(), [""; 0]);
    assert_eq!(
        fs::read_to_string("/proc/self/mountinfo").expect("mountinfo"),
        mounts
    );
}

#[test]
fn isolate_keeps_the_status_and_leaves_nothing() {
    namespaces("isolate_keeps_the_status_and_leaves_nothing", || {
        links(&ipso());
        let mounts = fs::read_to_string("/proc/self/mountinfo").expect("mountinfo");
        for code in [0, 1, 7, 255] {
            assert_eq!(run(&format!("isolate sh -c 'exit {code}'")).code, code);
            assert_nothing_left(&mounts, "no process");
        }
        // The first process of a pid namespace ignores a signal that it sends to itself (pid_namespaces(7)).
        assert_eq!(run("isolate sh -c 'kill -KILL $$; exit 137'").code, 137);
        assert_nothing_left(&mounts, "no process");
        let missing = run("isolate /no/such/command");
        assert!(
            missing.code != 0 && !missing.stderr.is_empty(),
            "{missing:?}"
        );
        assert_nothing_left(&mounts, "no process");
        // What the command leaves running ends with it.
        let sleep = marked_sleep();
        assert_eq!(
            run(&format!("isolate sh -c '{sleep} >/dev/null 2>&1 & exit 5'")).code,
            5
        );
        assert_nothing_left(&mounts, &sleep);
    });
}

#[test]
fn isolate_gives_namespaces_of_its_own() {
    namespaces("isolate_gives_namespaces_of_its_own", || {
        let hostname = fs::read_to_string("/proc/sys/kernel/hostname").expect("a host name");
        let out = run("isolate sh -c 'for ns in user pid mnt uts net; do readlink /proc/self/ns/$ns; done; id -u; echo $$ $PPID'").ok();
        let lines: Vec<_> = out.lines().collect();
        for (kind, inside) in ["user", "pid", "mnt", "uts", "net"].iter().zip(&lines) {
            let outside = fs::read_link(format!("/proc/self/ns/{kind}")).expect("a namespace");
            assert_ne!(
                outside.to_str(),
                Some(*inside),
                "the {kind} namespace is the caller's"
            );
        }
        assert_eq!(lines[5], "0", "root inside: {out}");
        let (own, parent) = lines[6].split_once(' ').expect("two numbers");
        assert!(
            own == "1" || parent == "1",
            "the first process or its child: {out}"
        );
        let links = run("isolate ip -br link").ok();
        assert!(
            links
                .lines()
                .next()
                .is_some_and(|lo| lo.starts_with("lo ") && lo.contains("UP")),
            "{links}"
        );
        let addresses = run("isolate ip -4 -o addr").ok();
        assert!(
            addresses.contains(" 10.1.1.2/24 ") && !addresses.contains("10.1.1.1/"),
            "{addresses}"
        );
        if has_tools("isolate_gives_namespaces_of_its_own", &["hostname"]) {
            let renamed =
                run("isolate sh -c 'hostname elsewhere && cat /proc/sys/kernel/hostname'").ok();
            assert_eq!(renamed, "elsewhere\n");
            assert_eq!(
                fs::read_to_string("/proc/sys/kernel/hostname").expect("a host name"),
                hostname
            );
        }
        let mounted =
            run("isolate sh -c 'mount -t tmpfs tmpfs /mnt && touch /mnt/x && ls /mnt'").ok();
        assert_eq!(mounted, "x\n");
        assert!(!Path::new("/mnt/x").exists());
        // /proc is that of the new process namespace.
        assert_eq!(
            run("isolate sh -c 'test -d /proc/$$ && readlink /proc/self >/dev/null'").code,
            0
        );
    });
}

#[test]
fn isolate_has_a_tunnel_to_the_caller() {
    namespaces("isolate_has_a_tunnel_to_the_caller", || {
        let sleep = marked_sleep();
        let isolate = spawn(&format!("isolate {sleep}"));
        until("the command to run", || runs(&sleep));
        let outside = run("ip -4 -o addr").ok();
        assert!(outside.contains(" 10.1.1.1/24 "), "{outside}");
        let can_ping = has_tools("isolate_has_a_tunnel_to_the_caller", &["ping"]);
        if can_ping {
            until("an answer from inside", || {
                run("ping -c 1 -W 1 10.1.1.2").code == 0
            });
        }
        drop(isolate);
        until("the tunnel to be gone", || links_here() == ["lo"]);
        if can_ping {
            until("an answer from outside", || {
                run("isolate ping -c 1 -W 1 10.1.1.1").code == 0
            });
        }
    });
}

#[test]
fn isolate_is_ended_by_a_signal_and_leaves_nothing() {
    namespaces("isolate_is_ended_by_a_signal_and_leaves_nothing", || {
        links(&ipso());
        let mounts = fs::read_to_string("/proc/self/mountinfo").expect("mountinfo");
        let sleep = marked_sleep();
        for signal in [libc::SIGTERM, libc::SIGKILL] {
            let mut isolate = spawn(&format!("isolate {sleep}"));
            until("the command to run", || runs(&sleep));
            until("the tunnel to be there", || links_here() != ["lo"]);
            let pid = libc::pid_t::try_from(isolate.0.id()).expect("a process id");
            // SAFETY: takes numbers only, and the process is our child, not yet waited for.
            check(unsafe { libc::kill(pid, signal) }).expect("kill");
            assert!(
                ended_within(&isolate.0, Duration::from_secs(10)),
                "still there after signal {signal}"
            );
            assert!(
                !isolate.0.wait().expect("wait").success(),
                "signal {signal} is no success"
            );
            assert_nothing_left(&mounts, &sleep);
        }
    });
}

/// A shell with job control leaves the process group of its parent, and a daemon may hand on that SIGCHLD is ignored.
#[test]
fn isolate_waits_for_a_command_wherever_it_goes() {
    let test = "isolate_waits_for_a_command_wherever_it_goes";
    namespaces(test, || {
        fs::write("/run/seven", "exit 7\n").expect("a script");
        let in_other_group = [
            ("isolate setsid true", 0),
            ("isolate setsid -w sh -c 'exit 5'", 5),
        ];
        let with_no_sigchld = [("sh -c 'trap \"\" CHLD; exec isolate sh /run/seven'", 7)];
        let has_setsid = has_tools(test, &["setsid"]);
        let lines = in_other_group.iter().filter(|_| has_setsid);
        for &(line, code) in lines.chain(&with_no_sigchld) {
            let mut child = spawn(line);
            assert!(
                ended_within(&child.0, Duration::from_secs(10)),
                "{line} hangs"
            );
            assert_eq!(child.0.wait().expect("wait").code(), Some(code), "{line}");
        }
    });
}

/// The signal reaches the command, whose exit status becomes that of isolate; by then the tunnel is gone.
#[test]
fn isolate_passes_a_signal_on() {
    namespaces("isolate_passes_a_signal_on", || {
        for signal in [libc::SIGTERM, libc::SIGHUP] {
            let mut isolate = spawn(
                "isolate sh -c 'trap \"exit 3\" TERM HUP; touch /run/ready; while :; do sleep 1000 & wait; done'",
            );
            until("the command to be ready", || {
                Path::new("/run/ready").exists()
            });
            let pid = libc::pid_t::try_from(isolate.0.id()).expect("a process id");
            // SAFETY: a signal to a process that this test started and has not waited for.
            check(unsafe { libc::kill(pid, signal) }).expect("kill");
            assert!(
                ended_within(&isolate.0, Duration::from_secs(10)),
                "{signal} is not passed on"
            );
            assert_eq!(isolate.0.wait().expect("wait").code(), Some(3));
            assert_eq!(links_here(), ["lo"]);
            fs::remove_file("/run/ready").expect("the mark");
        }
    });
}

#[test]
fn a_closed_pipe_is_no_panic() {
    namespaces("a_closed_pipe_is_no_panic", || {
        for line in ["ip link", "ip -j addr", "ip -V", "ip netns list"] {
            let (reader, writer) = std::io::pipe().expect("a pipe");
            drop(reader);
            let mut closed = command(words(line));
            closed.stdout(writer);
            let out = finish(closed);
            assert!(
                out.stderr.is_empty() && ![101, 134].contains(&out.code),
                "{line}: {out:?}"
            );
            // The same where the parent had SIGPIPE ignored.
            let out = run(&format!("sh -c 'trap \"\" PIPE; {line} | head -c 0'"));
            assert!(out.stderr.is_empty() && out.code == 0, "{line}: {out:?}");
        }
    });
}

#[test]
fn a_full_disk_is_an_error() {
    namespaces("a_full_disk_is_an_error", || {
        run("ip netns add n").ok();
        for line in ["ip link", "ip -j addr", "ip -V", "ip netns list"] {
            let full = fs::OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .expect("/dev/full");
            let mut command = command(words(line));
            command.stdout(full);
            let out = finish(command);
            assert!(
                ![0, 101, 134].contains(&out.code) && !out.stderr.is_empty(),
                "{line}: {out:?}"
            );
        }
    });
}

/// How many system calls `line` makes before it executes `until`, or in all.
fn system_calls(line: &str, until: Option<&str>) -> usize {
    let traced = run(&format!("strace -o /run/trace {line}"));
    assert_eq!(traced.code, 0, "{traced:?}");
    let trace = fs::read_to_string("/run/trace").expect("a trace");
    let calls = trace.lines().filter(|line| !line.starts_with(['+', '-']));
    // The first execve is that of `ip` itself.
    let last = |line: &&str| {
        until.is_some_and(|until| line.starts_with("execve(") && line.contains(until))
    };
    calls
        .enumerate()
        .take_while(|(n, line)| *n == 0 || !last(line))
        .count()
}

#[test]
fn show_and_exec_make_few_system_calls() {
    if !has_tools("show_and_exec_make_few_system_calls", &["strace"]) {
        return;
    }
    namespaces("show_and_exec_make_few_system_calls", || {
        run("ip netns add n").ok();
        // The start of the C library takes about 60 system calls in a dynamic build.
        let start = if is_static(&ipso()) { 0 } else { 80 };
        let show = system_calls("ip link show lo", None);
        // Among them are two for each mount below /sys.
        let exec = system_calls("ip netns exec n /bin/true", Some("\"/bin/true\""));
        assert!(
            show <= start + 9 && exec <= start + 21,
            "ip link show lo: {show}, ip netns exec: {exec}"
        );
    });
}
