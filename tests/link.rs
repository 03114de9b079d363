//! `ip link wait`, and what `ip link` prints on a terminal: names with control bytes, hints.

mod common;
use common::*;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

/// Starts `ip link wait LINE` in the namespaces of this test. It sleeps by the time this returns, or has ended.
fn waiter(line: &str) -> Background {
    let mut command = command(words(&format!("ip link wait {line}")));
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
    namespaces_with(&[part::LINK_EXTRA], test, || {
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
    namespaces_with(&[part::LINK_EXTRA], test, || {
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
    namespaces_with(&[part::LINK_EXTRA], test, || {
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
    namespaces_with(&[part::LINK_EXTRA], "an_event_ends_the_wait", || {
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
    });
}

#[test]
fn a_timeout_ends_the_wait_with_status_124() {
    let test = "a_timeout_ends_the_wait_with_status_124";
    namespaces_with(&[part::LINK_EXTRA], test, || {
        let before = Instant::now();
        let waiter = waiter("nosuch timeout 1");
        // Events of other links do not begin the time anew.
        run("ip link set lo up").ok();
        run("ip link set lo down").ok();
        assert_eq!(status(waiter), Some(124));
        assert!(before.elapsed() >= Duration::from_secs(1));
    });
}

/// While it is stopped, more events come than its socket buffer holds (ENOBUFS): it dumps the link again.
#[test]
fn lost_messages_are_made_up_for() {
    namespaces_with(&[part::LINK_EXTRA], "lost_messages_are_made_up_for", || {
        run("ip link add v0 type veth peer name v1").ok();
        let waiter = waiter("v0 up");
        let pid = libc::pid_t::try_from(waiter.0.id()).expect("a process id");
        let signal = |number| {
            // SAFETY: a system call without pointers.
            check(unsafe { libc::kill(pid, number) }).expect("kill");
        };
        signal(libc::SIGSTOP);
        let mut lines = String::new();
        for n in 0..2000 {
            lines += &format!("link set v1 mtu {}\n", 1000 + n % 2);
        }
        lines += "link set v0 up\n";
        fs::write("/run/lines", lines).expect("a file");
        run("ip -batch /run/lines").ok();
        signal(libc::SIGCONT);
        assert_eq!(status(waiter), Some(0));
    });
}

#[test]
fn control_bytes_stay_off_a_terminal() {
    let test = "control_bytes_stay_off_a_terminal";
    namespaces_with(&[part::LINK_EXTRA], test, || {
        run("ip link add v0 type veth peer name v1").ok();
        run("ip link set v0 alias '\u{1b}[2J\u{7f}ä'").ok();
        run("ip link property add v0 altname 'a\u{7}b'").ok();
        run("ip link set v1 name 'x\u{1b}y'").ok();
        let shown = on_terminal("ip link show v0");
        for part in [
            "v0@x\\x1by: <",
            "    alias \\x1b[2J\\x7fä\n",
            "    altname a\\x07b\n",
        ] {
            assert!(shown.contains(part), "{shown:?}");
        }
        assert!(!shown.contains('\u{1b}'), "{shown:?}");
        // A pipe gets the bytes that the kernel has.
        let piped = run("ip link show v0").ok();
        assert!(piped.contains("alias \u{1b}[2J\u{7f}ä\n"), "{piped:?}");
        assert!(piped.contains("v0@x\u{1b}y: <"), "{piped:?}");
    });
}

#[test]
fn timeouts_are_decimal_seconds() {
    namespaces_with(&[part::LINK_EXTRA], "timeouts_are_decimal_seconds", || {
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
    namespaces_with(&[part::LINK_EXTRA], test, || {
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

#[test]
fn misspelled_words_get_a_hint_on_a_terminal() {
    let test = "misspelled_words_get_a_hint_on_a_terminal";
    namespaces_with(&[part::HINTS], test, || {
        for (line, hint) in [
            ("ip link sohw", "Did you mean \"show\"?"),
            ("ip link proprety", "Did you mean \"property\"?"),
            ("ip link wayt lo", "Did you mean \"wait\"?"),
            ("ip link set lo mtuu 5", "Did you mean \"mtu\"?"),
            (
                "ip link set lo up multicats on",
                "Did you mean \"multicast\"?",
            ),
            ("ip link qqqqqqqq", ""),
        ] {
            let text = on_terminal(line);
            assert_eq!(text.lines().nth(1).unwrap_or(""), hint, "{line}: {text}");
            // Only a terminal gets it.
            assert_eq!(run(line).stderr.lines().count(), 1, "{line}");
        }
        // It comes after the help text of a kind.
        let text = on_terminal("ip link add k0 type bridge forward_dely 5");
        assert_eq!(
            text.lines().last(),
            Some("Did you mean \"forward_delay\"?"),
            "{text}"
        );
    });
}

/// The names of reasons come from the files of `protodown_reasons.d` that end in `.conf`, and from no others.
#[test]
fn reasons_are_named_by_conf_files_alone() {
    let test = "reasons_are_named_by_conf_files_alone";
    namespaces_with(&[part::XDP], test, || {
        let etc = "/etc/iproute2";
        if !fs::exists(etc).unwrap_or(false) {
            return skip(
                "reasons_are_named_by_conf_files_alone",
                "no /etc/iproute2 here",
            );
        }
        run(&format!("mount -t tmpfs none {etc}")).ok();
        let folder = format!("{etc}/protodown_reasons.d");
        fs::create_dir(&folder).expect("a folder");
        for (file, text) in [
            ("a.conf", "# NUMBER NAME\n0 mlag\n2\tevpn\n9 late\n"),
            ("b.txt", "5 other\n"),
        ] {
            fs::write(format!("{folder}/{file}"), text).expect("a file");
        }
        run("ip link add v0 type veth peer name v1").ok();
        run("ip link add m0 link v0 type macvlan").ok();
        run("ip link set m0 protodown on protodown_reason evpn on protodown_reason 5 on").ok();
        run("ip link set m0 protodown_reason late on").ok();
        let shown = run("ip -o link show m0").ok();
        let end = " protodown on protodown_reason <evpn,5,late>\n";
        assert!(shown.ends_with(end), "{shown}");
        let shown = run("ip -j link show m0").ok();
        let list = "\"proto_down\":true,\"proto_down_reason\":[\"evpn\",\"5\",\"late\"]";
        assert!(shown.contains(list), "{shown}");
        let out = run("ip link set m0 protodown_reason other on");
        let text = "Error: argument \"other\" is wrong: invalid protodown reason\n\n";
        assert_eq!((out.code, out.stderr.as_str()), (255, text));
    });
}
