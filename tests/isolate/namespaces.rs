//! The seven namespaces, which of them stay the caller's, and isolates in each other.

use crate::callers::{Caller, NO_TUNNEL, Root, State, both, both_real, has_all_ids, run_isolate};
use crate::common::*;
use std::fs;

/// The kinds by the words of `--share`, and their files in /proc/PID/ns.
const KINDS: [&str; 7] = ["user", "pid", "mnt", "uts", "ipc", "cgroup", "net"];

const READ_ALL: &str =
    "sh -c 'for kind in user pid mnt uts ipc cgroup net; do readlink /proc/self/ns/$kind; done'";

/// The namespaces of this process.
fn own() -> Vec<String> {
    let link = |kind| fs::read_link(format!("/proc/thread-self/ns/{kind}")).expect("a namespace");
    let links = KINDS.map(|kind| link(kind).to_string_lossy().into_owned());
    links.to_vec()
}

/// Which kinds a command shares with this process, if isolate is given some options. An ordinary user has a user namespace of its
/// own already, which is no matter here.
fn shared(caller: Caller, options: &str) -> Vec<&'static str> {
    let text = run_isolate(caller, &format!("{options} {READ_ALL}")).ok_but_tunnel();
    let inside: Vec<_> = text.lines().collect();
    assert_eq!(inside.len(), 7, "{options}: {text}");
    let same = KINDS.iter().zip(own()).zip(inside);
    let same = same.filter(|((_, outside), inside)| outside == inside);
    same.map(|((kind, _), _)| *kind).collect()
}

#[test]
fn all_seven_are_new() {
    both("namespaces::all_seven_are_new", |caller| {
        assert_eq!(shared(caller, ""), [""; 0], "{caller:?}");
        let processes = run_isolate(caller, "--net none sh -c 'echo $$ $PPID; cat /proc/1/comm'");
        assert_eq!(processes.ok(), "2 1\nisolate\n", "{caller:?}");
    });
}

#[test]
fn a_kind_that_is_shared_is_the_callers() {
    let test = "namespaces::a_kind_that_is_shared_is_the_callers";
    both(test, |caller| {
        if caller != Root {
            return;
        }
        let before = State::now();
        for kind in KINDS {
            // A fresh /proc needs a process namespace of its own; the numbers in the caller's are other ones.
            assert_eq!(shared(caller, &format!("--share {kind}")), [kind], "{kind}");
        }
        assert_eq!(
            shared(caller, "--share pid,net --share ipc"),
            ["pid", "ipc", "net"]
        );
        assert_eq!(
            shared(caller, &format!("--share {}", KINDS.join(","))),
            KINDS
        );
        assert_eq!(shared(caller, "--net host"), ["net"]);
        assert_eq!(shared(caller, "--net none"), [""; 0]);
        before.is_back("sharing");
    });
}

/// An ordinary user needs the user namespace; all others can stay as they are.
#[test]
fn an_ordinary_user_may_share_all_but_the_user_namespace() {
    let test = "namespaces::an_ordinary_user_may_share_all_but_the_user_namespace";
    both_real(test, |caller| {
        if caller == Root {
            return;
        }
        assert!(has_all_ids());
        let before = State::now();
        for kind in &KINDS[1..] {
            assert_eq!(
                shared(caller, &format!("--share {kind}")),
                [*kind],
                "{kind}"
            );
        }
        let all = KINDS[1..].join(",");
        assert_eq!(shared(caller, &format!("--share {all}")), &KINDS[1..]);
        let refused = run_isolate(caller, "--share user true");
        let text = "isolate: namespaces: Operation not permitted\n";
        assert_eq!((refused.code, refused.stderr.as_str()), (125, text));
        // Nothing is left to be made, and nothing refused.
        let everything = format!("--share {} true", KINDS.join(","));
        assert_eq!(run_isolate(caller, &everything).code, 0);
        before.is_back("sharing");
    });
}

#[test]
fn mounts_and_names_stay_inside() {
    both("namespaces::mounts_and_names_stay_inside", |caller| {
        let before = State::now();
        let host = fs::read_to_string("/proc/sys/kernel/hostname").expect("a name");
        let text = run_isolate(
            caller,
            "--net none --hostname elsewhere sh -c 'cat /proc/sys/kernel/hostname; mount -t tmpfs none /mnt && touch /mnt/x && ls /mnt; \
             ip netns add t1 && ip netns list; ip link add v0 type veth peer name v1 && ip -n t1 -br link show lo >/dev/null; echo $?'",
        );
        assert_eq!(text.ok(), "elsewhere\nx\nt1\n0\n", "{caller:?}");
        assert_eq!(
            fs::read_to_string("/proc/sys/kernel/hostname").expect("a name"),
            host
        );
        before.is_back("mounts and names");
    });
}

/// What the caller mounts while the command runs is seen inside: mounts come in, and never go out.
#[test]
fn names_of_the_caller_are_not_seen() {
    both("namespaces::names_of_the_caller_are_not_seen", |caller| {
        run("ip netns add outside").ok();
        let before = State::now();
        assert_eq!(run_isolate(caller, "--net none ip netns list").ok(), "");
        before.is_back("a list of names");
        run("ip netns delete outside").ok();
    });
}

#[test]
fn isolates_can_be_nested() {
    both("namespaces::isolates_can_be_nested", |caller| {
        let before = State::now();
        let status = run_isolate(
            caller,
            "--net none isolate --net none isolate --net none sh -c 'echo $$ $PPID; exit 9'",
        );
        assert_eq!(
            (status.code, status.stdout.as_str(), status.stderr.as_str()),
            (9, "2 1\n", ""),
            "{caller:?}"
        );
        // Inside, also an ordinary user is root of a network, and may have tunnels there.
        let text = run_isolate(
            caller,
            "isolate isolate sh -c 'ip -4 -br addr show eth0; ip -br link'",
        );
        let words: Vec<_> = text.stdout.split_whitespace().collect();
        // What the network between has is stepped over, and what is behind that is not seen: 1, 2, 1, and without the first.
        let last = match caller {
            Root => "10.1.1.2/24",
            _ => "10.1.2.2/24",
        };
        assert_eq!(words.get(2), Some(&last), "{text:?}");
        let said = if caller == Root { "" } else { NO_TUNNEL };
        assert_eq!((text.code, text.stderr.as_str()), (0, said));
        before.is_back("nested isolates");
    });
}

/// A command that leaves its parent's process group or its session is waited for nevertheless.
#[test]
fn a_command_is_waited_for_wherever_it_goes() {
    let test = "namespaces::a_command_is_waited_for_wherever_it_goes";
    namespaces(test, || {
        fs::write("/run/seven", "exit 7\n").expect("a script");
        // A daemon may hand on that SIGCHLD is ignored.
        let mut lines = vec![("sh -c 'trap \"\" CHLD; exec isolate sh /run/seven'", 7)];
        if has_tools(test, &["setsid"]) {
            lines.push(("isolate setsid true", 0));
            lines.push(("isolate setsid -w sh -c 'exit 5'", 5));
        }
        for (line, code) in lines {
            let line_words = words(line);
            let line_words: Vec<_> = line_words.iter().map(String::as_str).collect();
            let child = crate::callers::command_of(Root, &line_words).spawn();
            let status = crate::callers::status_of(child.expect("a process"), line);
            assert_eq!(status, code, "{line}");
        }
    });
}
