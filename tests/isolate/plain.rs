//! The plain form, which every build has: no options, root of the caller's network.

use crate::common::*;
use std::fs;
use std::path::Path;
use std::process::Stdio;
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
    namespaces("plain::isolate_keeps_the_status_and_leaves_nothing", || {
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
    namespaces("plain::isolate_gives_namespaces_of_its_own", || {
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
        if has_tools("plain::isolate_gives_namespaces_of_its_own", &["hostname"]) {
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
    namespaces("plain::isolate_has_a_tunnel_to_the_caller", || {
        let sleep = marked_sleep();
        let isolate = spawn(&format!("isolate {sleep}"));
        until("the command to run", || runs(&sleep));
        let outside = run("ip -4 -o addr").ok();
        assert!(outside.contains(" 10.1.1.1/24 "), "{outside}");
        let can_ping = has_tools("plain::isolate_has_a_tunnel_to_the_caller", &["ping"]);
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
    namespaces(
        "plain::isolate_is_ended_by_a_signal_and_leaves_nothing",
        || {
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
        },
    );
}

/// The signal reaches the command, whose exit status becomes that of isolate; by then the tunnel is gone.
#[test]
fn isolate_passes_a_signal_on() {
    namespaces("plain::isolate_passes_a_signal_on", || {
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
