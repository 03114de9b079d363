//! `ip link wait`, `ip address wait` and `ip route wait`.

mod common;
use common::*;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

/// Starts `ip link wait LINE` in the namespaces of this test. It sleeps by the time this returns, or has ended.
fn waiter(line: &str) -> Background {
    waiting(&format!("link wait {line}"))
}

/// The same of any object.
fn waiting(line: &str) -> Background {
    let mut command = command(words(&format!("ip {line}")));
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process");
    let state = format!("/proc/{}/stat", child.id());
    until("the waiter to sleep", || {
        let text = fs::read_to_string(&state).unwrap_or_default();
        text.contains(") S ") || text.contains(") Z ")
    });
    Background(child)
}

/// The exit status of a waiter, which has to end.
#[track_caller]
fn status(mut waiter: Background) -> Option<i32> {
    assert!(ended_within(&waiter.0, PATIENCE), "it does not end");
    waiter.0.wait().expect("wait").code()
}

fn code(line: &str) -> i32 {
    run(&format!("ip link wait {line}")).code
}

#[test]
fn a_condition_that_holds_ends_the_wait_at_once() {
    let test = "a_condition_that_holds_ends_the_wait_at_once";
    namespaces_with(&[part::WAIT, part::LINK_EXTRA], test, || {
        run("ip link add v0 type veth peer name v1").ok();
        run("ip link property add v0 altname other").ok();
        for so in [
            "v0",
            "dev v0 present",
            "other present",
            "if2",
            "v0 down",
            "nosuch absent",
            "nosuch absent timeout 0",
        ] {
            assert_eq!(run(&format!("ip link wait {so}")).ok(), "", "{so}");
        }
        for not in [
            "v0 absent",
            "v0 up",
            "v0 carrier",
            "v0 address",
            "nosuch",
            "nosuch down",
            "if99",
        ] {
            let out = run(&format!("ip link wait {not} timeout 0"));
            assert_eq!((out.code, out.stdout.as_str()), (124, ""), "{not}");
            assert!(
                out.stderr.starts_with("Timed out after 0 s waiting"),
                "{out:?}"
            );
        }
        run("ip link set v0 up").ok();
        run("ip link set v1 up").ok();
        run("ip addr add fd00::1/64 dev v1 nodad").ok();
        run("ip addr add 10.0.0.1/24 dev v0").ok();
        for so in ["v0 up", "v0 carrier", "v0 address", "v1 address"] {
            assert_eq!(code(&format!("{so} timeout 20")), 0, "{so}");
        }
    });
}

#[test]
fn a_tentative_address_does_not_count() {
    let test = "a_tentative_address_does_not_count";
    namespaces_with(&[part::WAIT], test, || {
        run("ip link add v0 type veth peer name v1").ok();
        run("ip link set v0 addrgenmode none").ok();
        // Without a carrier an address stays tentative.
        run("ip link set v0 up").ok();
        run("ip addr add fd00::1/64 dev v0").ok();
        assert_eq!(code("v0 address timeout 0"), 124);
        let waiter = waiter("v0 address");
        run("ip link set v1 up").ok();
        assert_eq!(status(waiter), Some(0));
    });
}

#[test]
fn wrong_words_of_wait_are_refused() {
    let test = "wrong_words_of_wait_are_refused";
    namespaces_with(&[part::WAIT], test, || {
        for (line, text) in [
            (
                "",
                "Not enough information: \"dev\" argument is required.\n",
            ),
            (
                "lo pres",
                "Error: either \"dev\" is duplicate, or \"pres\" is garbage.\n",
            ),
            (
                "lo up down",
                "Error: either \"dev\" is duplicate, or \"down\" is garbage.\n",
            ),
            (
                "timeout 5 lo",
                "Error: either \"dev\" is duplicate, or \"5\" is garbage.\n",
            ),
            (
                "lo timeout",
                "Command line is not complete. Try option \"help\"\n",
            ),
            (
                "lo timeout x",
                "Error: argument \"x\" is wrong: Invalid \"timeout\" value\n\n",
            ),
        ] {
            let out = run(&format!("ip link wait {line}"));
            assert_eq!((out.code, out.stderr.as_str()), (255, text), "{line}");
        }
        let out = run("ip link wai lo");
        let text = "Command \"wai\" is unknown, try \"ip link help\".\n";
        assert_eq!((out.code, out.stderr.as_str()), (255, text));
    });
}

#[test]
fn an_event_ends_the_wait() {
    namespaces_with(
        &[part::WAIT, part::LINK_EXTRA],
        "an_event_ends_the_wait",
        || {
            let done = |line: &str, change: &str| {
                let waiter = waiter(line);
                run(change).ok();
                assert_eq!(status(waiter), Some(0), "{line}: {change}");
            };
            done("v0", "ip link add v0 type veth peer name v1");
            done("renamed timeout 20", "ip link set v1 name renamed");
            done("v0 up", "ip link set v0 up");
            done("other", "ip link property add v0 altname other");
            done(
                "a-name-longer-than-fifteen",
                "ip link property add v0 altname a-name-longer-than-fifteen",
            );
            done("v0 carrier", "ip link set renamed up");
            done("v0 address", "ip addr add 10.0.0.1/24 dev v0");
            done("other absent", "ip link property del v0 altname other");
            done("v0 down", "ip link set v0 down");
            done("v0 absent", "ip link del v0");
        },
    );
}

#[test]
fn a_timeout_ends_the_wait_with_status_124() {
    let test = "a_timeout_ends_the_wait_with_status_124";
    namespaces_with(&[part::WAIT], test, || {
        let before = Instant::now();
        let waiter = waiter("nosuch timeout 1");
        // Events of other links do not begin the time anew.
        run("ip link set lo up").ok();
        run("ip link set lo down").ok();
        assert_eq!(status(waiter), Some(124));
        assert!(before.elapsed() >= Duration::from_secs(1));
    });
}

fn send(pid: libc::pid_t, signal: libc::c_int) {
    // SAFETY: a system call without pointers.
    check(unsafe { libc::kill(pid, signal) }).expect("kill");
}

/// While it is stopped, more events come than its socket buffer holds (ENOBUFS): it dumps the link again.
#[test]
fn lost_messages_are_made_up_for() {
    namespaces_with(&[part::WAIT], "lost_messages_are_made_up_for", || {
        run("ip link add v0 type veth peer name v1").ok();
        let waiter = waiter("v0 up");
        let pid = libc::pid_t::try_from(waiter.0.id()).expect("a process id");
        send(pid, libc::SIGSTOP);
        let mut lines = String::new();
        for n in 0..2000 {
            lines += &format!("link set v1 mtu {}\n", 1000 + n % 2);
        }
        lines += "link set v0 up\n";
        fs::write("/run/lines", lines).expect("a file");
        run("ip -batch /run/lines").ok();
        send(pid, libc::SIGCONT);
        assert_eq!(status(waiter), Some(0));
    });
}

#[test]
fn timeouts_are_decimal_seconds() {
    namespaces_with(&[part::WAIT], "timeouts_are_decimal_seconds", || {
        for (line, code) in [
            ("ip link wait nosuch timeout 0", 124),
            ("ip link wait nosuch timeout 0.05", 124),
            ("ip link wait nosuch timeout 0.000000001999", 124),
            ("ip link wait lo timeout 0.5", 0),
            ("ip link wait nosuch timeout .5", 255),
            ("ip link wait nosuch timeout 1.", 255),
            ("ip link wait nosuch timeout 1s", 255),
            ("ip link wait nosuch timeout -1", 255),
            ("ip link wait nosuch timeout 4294967296", 255),
            ("ip link wait '' timeout 0", 255),
        ] {
            let out = run(line);
            assert_eq!(out.code, code, "{line}: {}", out.stderr);
        }
    });
}

/// Between the request for the link and the one for its addresses the link may vanish.
#[test]
fn a_device_that_goes_during_the_look_is_absent() {
    let test = "a_device_that_goes_during_the_look_is_absent";
    namespaces_with(&[part::WAIT], test, || {
        let script =
            "for i in $(seq 150); do ip link add w0 type veth peer name w1; ip link del w0; done";
        let mut churn = command(["sh", "-c", script]).spawn().expect("a shell");
        for _ in 0..300 {
            let out = run("ip link wait w0 address timeout 0");
            assert_eq!(out.code, 124, "{}", out.stderr);
        }
        churn.wait().expect("its end");
    });
}

/// Makes a pair of links, both of which are up.
fn pair() {
    run("ip link add v0 type veth peer name v1").ok();
    for link in ["lo", "v0", "v1"] {
        run(&format!("ip link set {link} up")).ok();
    }
}

/// Whether lines are done at once, or end with the timeout.
fn look(lines: &[(&str, i32)]) {
    for (line, code) in lines {
        let out = run(&format!("ip {line} timeout 0"));
        assert_eq!((out.code, out.stdout.as_str()), (*code, ""), "{line}");
        let begin = if *code == 0 {
            ""
        } else {
            "Timed out after 0 s waiting for "
        };
        let is_said = out.stderr.starts_with(begin) && out.stderr.is_empty() == (*code == 0);
        assert!(is_said, "{line}: {}", out.stderr);
    }
}

#[test]
fn an_address_that_is_there_ends_the_wait_at_once() {
    let test = "an_address_that_is_there_ends_the_wait_at_once";
    namespaces_with(&[part::WAIT], test, || {
        pair();
        run("ip addr add 10.0.0.1/24 dev v0 label v0:a").ok();
        run("ip addr add 10.1.0.1 peer 10.1.0.2/32 dev v0").ok();
        run("ip addr add 2001:db8::1/64 dev v0 nodad").ok();
        look(&[
            ("addr wait 10.0.0.1", 0),
            ("address wait 10.0.0.1/32", 0),
            ("addr wait 10.0.0.0/8 dev v0", 0),
            ("addr wait 10.0.0.2", 124),
            ("addr wait 10.0.0.1 dev v1", 124),
            ("addr wait 10.0.0.1 label v0:a", 0),
            ("addr wait 10.0.0.1 label v1:*", 124),
            // The other end is no address of this machine.
            ("addr wait 10.1.0.1", 0),
            ("addr wait 10.1.0.2", 124),
            ("addr wait 2001:db8::1", 0),
            ("addr wait 2000::/3 dev v0", 0),
            ("addr wait fd00::1", 124),
            ("addr wait any dev v0 scope global", 0),
            ("-6 addr wait any dev v0 scope global", 0),
            ("-6 addr wait any dev v0 scope host", 124),
            ("-4 addr wait any dev v1", 124),
        ]);
        assert_eq!(
            run("ip addr wait 10.0.0.2 timeout 0.01").stderr,
            "Timed out after 0.01 s waiting for address \"10.0.0.2\"\n"
        );
    });
}

/// Neither one of which duplicate address detection is not done, nor one that is a duplicate.
#[test]
fn an_address_that_cannot_be_used_is_not_there() {
    let test = "an_address_that_cannot_be_used_is_not_there";
    namespaces_with(&[part::WAIT], test, || {
        run("ip link add v0 type veth peer name v1").ok();
        // Without a carrier an address stays tentative.
        run("ip link set v0 up").ok();
        run("ip addr add fd00::1/64 dev v0").ok();
        look(&[("addr wait fd00::1", 124)]);
        let waiter = waiting("addr wait fd00::1");
        run("ip link set v1 up").ok();
        assert_eq!(status(waiter), Some(0));
        run("ip addr add fd00::1/64 dev v1").ok();
        until("the duplicate to be found", || {
            run("ip addr show dev v1").ok().contains(" dadfailed ")
        });
        look(&[("addr wait fd00::1 dev v1", 124), ("addr wait fd00::1", 0)]);
    });
}

#[test]
fn a_route_that_is_there_ends_the_wait_at_once() {
    let test = "a_route_that_is_there_ends_the_wait_at_once";
    namespaces_with(&[part::WAIT], test, || {
        pair();
        // The main table of IPv4 has not been made yet.
        look(&[
            ("route wait default", 124),
            ("-6 route wait default", 124),
            ("route wait 10.0.0.0/8", 124),
            ("route wait default table 77", 124),
        ]);
        run("ip addr add 10.0.0.1/24 dev v0").ok();
        run("ip addr add 2001:db8::1/64 dev v0 nodad").ok();
        run("ip route add default via 10.0.0.2").ok();
        run("ip route add 10.9.0.0/16 dev v1 table 77").ok();
        run("ip -6 route add default via 2001:db8::2").ok();
        look(&[
            ("route wait default", 0),
            ("route wait to default via 10.0.0.2 dev v0", 0),
            ("route wait default dev v1", 124),
            ("route wait default proto static", 124),
            ("-6 route wait default", 0),
            ("route wait default via 2001:db8::2 dev v0", 0),
            ("route wait default via 2001:db8::3", 124),
            ("route wait 10.0.0.0/24", 0),
            // As `ip route show`: that very prefix, not one that it contains.
            ("route wait 10.0.0.0/8", 124),
            ("route wait root 10.0.0.0/8", 0),
            ("route wait match 10.0.0.9", 0),
            ("route wait to 2001:db8::/64", 0),
            ("route wait 10.9.0.0/16", 124),
            ("route wait 10.9.0.0/16 table 77", 0),
            ("route wait 10.0.0.1 table local", 0),
            ("route wait 10.9.0.0/16 table all", 0),
        ]);
        assert_eq!(
            run("ip route wait 10.9.0.0/16 timeout 0").stderr,
            "Timed out after 0 s waiting for route \"10.9.0.0/16\"\n"
        );
    });
}

#[test]
fn wrong_words_of_waits_for_addresses_and_routes_are_refused() {
    let test = "wrong_words_of_waits_for_addresses_and_routes_are_refused";
    namespaces_with(&[part::WAIT], test, || {
        let incomplete = "Command line is not complete. Try option \"help\"\n";
        for (line, code, text) in [
            ("addr wait", 255, incomplete),
            ("addr wait timeout 5", 255, incomplete),
            ("addr wait 10.0.0.1 timeout", 255, incomplete),
            ("addr wait 10.0.0.1 dev", 255, incomplete),
            ("route wait", 255, incomplete),
            ("route wait timeout 5", 255, incomplete),
            ("route wait default timeout", 255, incomplete),
            (
                "addr wait 10.0.0.1 timeout 1s",
                255,
                "Error: argument \"1s\" is wrong: Invalid \"timeout\" value\n\n",
            ),
            (
                "addr wait here",
                1,
                "Error: any valid prefix is expected rather than \"here\".\n",
            ),
            (
                "-6 addr wait 10.0.0.1",
                1,
                "Error: inet6 prefix is expected rather than \"10.0.0.1\".\n",
            ),
            (
                "addr wait 10.0.0.1 dev nosuch",
                1,
                "Device \"nosuch\" does not exist.\n",
            ),
            (
                "route wait timeout 5 default",
                1,
                "Error: any valid prefix is expected rather than \"timeout\".\n",
            ),
            (
                "route wait default dev nosuch",
                1,
                "Cannot find device \"nosuch\"\n",
            ),
            (
                "route wai default",
                255,
                "Command \"wai\" is unknown, try \"ip route help\".\n",
            ),
            (
                "addr waits 10.0.0.1",
                255,
                "Command \"waits\" is unknown, try \"ip address help\".\n",
            ),
        ] {
            let out = run(&format!("ip {line}"));
            assert_eq!((out.code, out.stderr.as_str()), (code, text), "{line}");
        }
    });
}

#[test]
fn an_address_or_a_route_ends_the_wait() {
    let test = "an_address_or_a_route_ends_the_wait";
    namespaces_with(&[part::WAIT], test, || {
        pair();
        for (line, change) in [
            ("addr wait 10.0.0.1", "addr add 10.0.0.1/24 dev v0"),
            ("addr wait fd00::1 timeout 20", "addr add fd00::1/64 dev v0"),
            (
                "addr wait any dev v1 scope global",
                "addr add 10.3.0.1/24 dev v1",
            ),
            ("route wait default", "route add default via 10.0.0.2"),
            (
                "route wait 10.9.0.0/16 dev v1 timeout 20",
                "route add 10.9.0.0/16 dev v1",
            ),
            ("-6 route wait default", "-6 route add default via fd00::2"),
            ("route wait fd01::/64", "-6 route add fd01::/64 dev v0"),
            (
                "route wait 10.9.0.0/16 table 77",
                "route add 10.9.0.0/16 dev v1 table 77",
            ),
            // That of a link.
            ("route wait 10.4.0.0/24", "addr add 10.4.0.1/24 dev v1"),
        ] {
            let waiter = waiting(line);
            run(&format!("ip {change}")).ok();
            assert_eq!(status(waiter), Some(0), "{line}: {change}");
        }
    });
}

/// Others that come and go do not end it, nor begin the time anew.
#[test]
fn addresses_and_routes_that_are_not_meant_do_not_end_the_wait() {
    let test = "addresses_and_routes_that_are_not_meant_do_not_end_the_wait";
    namespaces_with(&[part::WAIT], test, || {
        pair();
        let before = Instant::now();
        let waiters = [
            waiting("addr wait 10.0.0.1 timeout 1"),
            waiting("route wait default timeout 1"),
        ];
        run("ip addr add 10.0.0.2/24 dev v0").ok();
        run("ip route add 10.9.0.0/16 dev v0").ok();
        run("ip route add default dev v0 table 77").ok();
        run("ip route del 10.9.0.0/16 dev v0").ok();
        for waiter in waiters {
            assert_eq!(status(waiter), Some(124));
        }
        assert!(before.elapsed() >= Duration::from_secs(1));
    });
}

/// What has gone before it is looked at is not there: it is waited for until it is to stay.
#[test]
fn what_comes_and_goes_is_waited_for() {
    let test = "what_comes_and_goes_is_waited_for";
    namespaces_with(&[part::WAIT], test, || {
        pair();
        run("ip addr add 10.1.0.1/24 dev v0").ok();
        let waiters = [waiting("addr wait 10.0.0.1"), waiting("route wait default")];
        let stop = |signal| {
            for waiter in &waiters {
                send(waiter.0.id().try_into().expect("a process id"), signal);
            }
        };
        stop(libc::SIGSTOP);
        for line in [
            "addr add 10.0.0.1/24 dev v0",
            "route add default dev v0",
            "addr del 10.0.0.1/24 dev v0",
            "route del default dev v0",
        ] {
            run(&format!("ip {line}")).ok();
        }
        stop(libc::SIGCONT);
        // They have looked in vain, and sleep again.
        for waiter in &waiters {
            let id = waiter.0.id();
            until("the waiter to look", || {
                let queue = fs::read_to_string("/proc/self/net/netlink").expect("the sockets");
                let waits = |line: &str| {
                    let word: Vec<_> = line.split_whitespace().collect();
                    word[2] == id.to_string() && word[4] != "0"
                };
                !queue.lines().skip(1).any(waits)
            });
        }
        for waiter in &waiters {
            assert!(!ended_within(&waiter.0, Duration::ZERO), "it has ended");
        }
        run("ip addr add 10.0.0.1/24 dev v0").ok();
        run("ip route add default dev v0").ok();
        for waiter in waiters {
            assert_eq!(status(waiter), Some(0));
        }
    });
}

#[test]
fn many_wait_at_once() {
    namespaces_with(&[part::WAIT], "many_wait_at_once", || {
        pair();
        let mut waiters = Vec::new();
        for n in 1..10 {
            waiters.push(waiting(&format!("addr wait 10.0.0.{n} timeout 20")));
            waiters.push(waiting(&format!("route wait 10.{n}.0.0/16 timeout 20")));
            waiters.push(waiting("addr wait 10.0.0.1"));
        }
        let mut lines = String::new();
        for n in 1..10 {
            lines += &format!("addr add 10.0.0.{n}/32 dev v0\nroute add 10.{n}.0.0/16 dev v0\n");
        }
        fs::write("/run/lines", lines).expect("a file");
        run("ip -batch /run/lines").ok();
        for waiter in waiters {
            assert_eq!(status(waiter), Some(0));
        }
    });
}

/// More events than the socket's buffer holds (ENOBUFS): what they told of is looked for.
#[test]
fn lost_addresses_and_routes_are_looked_for() {
    let test = "lost_addresses_and_routes_are_looked_for";
    namespaces_with(&[part::WAIT], test, || {
        pair();
        for (wait, other, wanted) in [
            (
                "addr wait 10.0.0.1",
                "addr add 10.1.N/32 dev v0",
                "addr add 10.0.0.1/32 dev v0",
            ),
            (
                "route wait default",
                "route add 10.2.N dev v0",
                "route add default dev v0",
            ),
        ] {
            let waiter = waiting(wait);
            let pid = waiter.0.id().try_into().expect("a process id");
            send(pid, libc::SIGSTOP);
            let mut lines = String::new();
            for n in 0..1500 {
                lines += &other.replace('N', &format!("{}.{}", n / 250, n % 250 + 1));
                lines.push('\n');
            }
            lines += wanted;
            fs::write("/run/lines", lines).expect("a file");
            run("ip -batch /run/lines").ok();
            send(pid, libc::SIGCONT);
            assert_eq!(status(waiter), Some(0), "{wait}");
        }
    });
}
