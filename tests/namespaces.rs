//! What a comparison of outputs does not show: exit statuses, races, leftovers of a command, the number of system
//! calls.

mod common;
use common::*;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Stdio};

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

#[test]
fn every_socket_has_the_buffer_that_is_asked_for() {
    let test = "every_socket_has_the_buffer_that_is_asked_for";
    if !has_tools(test, &["strace"]) {
        return;
    }
    namespaces(test, || {
        run("ip netns add n").ok();
        let count = |line: &str, what: &str| {
            run("ip addr replace 10.0.0.1/24 dev lo").ok();
            let traced = run(&format!("strace -o /run/trace {line}"));
            assert_eq!(traced.code, 0, "{traced:?}");
            let trace = fs::read_to_string("/run/trace").expect("a trace");
            // Requests that go many at once are fitted to the buffer that is there: that it is read is no setting.
            let sets = |line: &&str| line.contains(what) && !line.starts_with("getsockopt");
            trace.lines().filter(sets).count()
        };
        let buffer = "SO_RCVBUF, [5000], 4) = 0";
        for (line, least) in [
            ("link show", 1),
            ("addr show", 1),
            ("netns list", 1),
            // One for the dump, and one for names meanwhile.
            ("addr flush label lo", 2),
        ] {
            let sockets = count(&format!("ip -rc 5000 {line}"), "socket(AF_NETLINK");
            let buffers = count(&format!("ip -rcvbuf 5000 {line}"), buffer);
            assert_eq!(sockets, buffers, "{line}");
            assert!(sockets >= least, "{line}: {sockets}");
            assert_eq!(count(&format!("ip {line}"), "SO_RCVBUF"), 0, "{line}");
        }
    });
}
