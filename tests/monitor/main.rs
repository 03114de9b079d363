//! `ip monitor`.

#[path = "../common/mod.rs"]
mod common;
use common::*;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The time with `-ts`.
const STAMP: &str = "^2[0-9]{3}-[01][0-9]-[0-3][0-9]T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}$";

/// A monitor that runs, and what it has printed.
struct Monitor {
    process: Background,
    file: PathBuf,
}

/// Starts `ip LINE` in the namespaces of this test. It listens by the time this returns.
fn monitor(line: &str) -> Monitor {
    monitor_of(line, command(words(&format!("ip {line}"))))
}

fn monitor_of(line: &str, mut command: Command) -> Monitor {
    let name: String = line.chars().filter(char::is_ascii_alphanumeric).collect();
    let program = command.get_program().to_string_lossy().len();
    let file = PathBuf::from(format!("/run/{name}{program}"));
    let child = command
        .stdout(fs::File::create(&file).expect("a file"))
        .stderr(fs::File::create(file.with_extension("err")).expect("a file"))
        .spawn()
        .expect("a process");
    let id = child.id().to_string();
    until("the monitor to listen", || {
        let sockets = fs::read_to_string("/proc/self/net/netlink").expect("the sockets");
        // The groups, and at the end the inode.
        let groups = |line: &str| {
            line.split_whitespace()
                .nth(3)
                .map(|groups| groups != "00000000")
        };
        let mut listening = sockets.lines().filter(|line| groups(line) == Some(true));
        let open: Vec<_> = fs::read_dir(format!("/proc/{id}/fd"))
            .into_iter()
            .flatten()
            .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
            .map(|link| link.to_string_lossy().into_owned())
            .collect();
        let listens = listening.any(|line| {
            let inode = line.split_whitespace().last().unwrap_or_default();
            open.contains(&format!("socket:[{inode}]"))
        });
        let state = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        listens && state.contains(") S ")
    });
    Monitor {
        process: Background(child),
        file,
    }
}

impl Monitor {
    fn text(&self) -> String {
        fs::read_to_string(&self.file).expect("what it printed")
    }

    fn errors(&self) -> String {
        fs::read_to_string(self.file.with_extension("err")).expect("what it said")
    }

    /// What it has printed, once that has a piece of text.
    #[track_caller]
    fn until(&self, piece: &str) -> String {
        let came = comes_true(|| self.text().contains(piece));
        assert!(came, "no {piece:?} in {:?}", self.text());
        self.text()
    }

    fn send(&self, signal: libc::c_int) {
        let pid = self.process.0.id().try_into().expect("a process id");
        // SAFETY: a system call without pointers.
        check(unsafe { libc::kill(pid, signal) }).expect("kill");
    }
}

/// Runs lines of `ip`.
fn play(lines: &[&str]) {
    for line in lines {
        run(&format!("ip {line}")).ok();
    }
}

/// Runs `count` lines as a batch.
fn play_many(count: usize, line: impl Fn(usize) -> String) {
    let lines: String = (0..count).map(|n| line(n) + "\n").collect();
    fs::write("/run/lines", lines).expect("a file");
    run("ip -batch /run/lines").ok();
}

/// A message with a type and a body.
fn message(kind: u16, body: &[u8]) -> Vec<u8> {
    let len = 16 + body.len() as u32;
    let mut bytes = len.to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend([0; 10]);
    bytes.extend(body);
    bytes
}

/// The data is of a little-endian host.
#[test]
fn messages_of_a_file_are_printed() {
    if cfg!(target_endian = "big") {
        return skip("messages_of_a_file_are_printed", "a big-endian machine");
    }
    namespaces_with(&[part::MONITOR], "messages_of_a_file_are_printed", || {
        // The peer is made first.
        play(&["link add d3 type veth peer name d2"]);
        for line in include_str!("events.txt").lines() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some(line) = line_if_built("messages_of_a_file_are_printed", line) else {
                continue;
            };
            let (given, expected) = line.split_once(" =>").expect("TYPE BODY =>");
            let (stdout, rest) = match expected.split_once("=> ") {
                Some((stdout, rest)) => (stdout.trim(), rest),
                None => (expected.strip_prefix(' ').unwrap_or(expected), ""),
            };
            let (stderr, code) = rest.split_once(" rc ").unwrap_or((rest, "0"));
            let plain = |text: &str| text.replace("\\n", "\n").replace("\\t", "\t");
            let mut words = given.split(' ');
            let kind = words.next().and_then(|kind| kind.parse().ok());
            let hex = words.next().expect("a body").as_bytes();
            let digits = hex
                .chunks(2)
                .map(|two| std::str::from_utf8(two).expect("ASCII"));
            let body: Vec<u8> = digits
                .map(|two| u8::from_str_radix(two, 16).expect("hexadecimal"))
                .collect();
            fs::write("/run/file", message(kind.expect("a type"), &body)).expect("a file");
            let options = words.next().unwrap_or("-o").replace("-o", "");
            let out = run(&format!("ip {options} monitor file /run/file"));
            assert_eq!(
                (out.stdout, out.stderr, out.code.to_string()),
                (plain(stdout), plain(stderr), code.to_owned()),
                "{line}"
            );
        }
    });
}

#[test]
fn files_that_are_damaged_are_refused() {
    let test = "files_that_are_damaged_are_refused";
    namespaces_with(&[part::MONITOR], test, || {
        let whole = message(20, &[2, 32, 0x80, 0, 9, 0, 0, 0]);
        let short = [&whole[..], &whole[..20]].concat();
        let malformed = [&whole[..], &[7; 16]].concat();
        for (bytes, lines, code, stderr) in [
            (&whole[..], 1, 0, ""),
            (&[], 0, 0, ""),
            (&short, 1, 1, "rtnl-from_file: truncated message\n"),
            (
                &malformed,
                1,
                1,
                "!!!malformed message: len=117901063 @40\n",
            ),
        ] {
            fs::write("/run/file", bytes).expect("a file");
            let out = run("ip monitor file /run/file");
            assert_eq!((out.code, out.stderr.as_str()), (code, stderr));
            assert_eq!(out.stdout.lines().count(), lines, "{stderr}");
        }
        let out = run("ip monitor file /run/nosuch");
        let folder = run("ip monitor file /");
        let text = "rtnl_from_file: fread: Is a directory\n";
        assert_eq!((folder.code, folder.stderr.as_str()), (1, text));
        let text = "Cannot fopen: No such file or directory\n";
        assert_eq!((out.code, out.stderr.as_str()), (255, text));
    });
}

#[test]
fn wrong_words_are_refused() {
    namespaces_with(&[part::MONITOR], "wrong_words_are_refused", || {
        for (words, code, text) in [
            (
                "x",
                255,
                "Argument \"x\" is unknown, try \"ip monitor help\".\n",
            ),
            (
                "al",
                255,
                "Command line is not complete. Try option \"help\"\n",
            ),
            (
                "link file",
                255,
                "Command line is not complete. Try option \"help\"\n",
            ),
            (
                "acaddr",
                255,
                "Argument \"acaddr\" is unknown, try \"ip monitor help\".\n",
            ),
            (
                "dev nosuch",
                255,
                "Error: argument \"nosuch\" is wrong: Device does not exist\n\n",
            ),
        ] {
            // `al` is `all-nsid`, which takes no value: the word behind it is the one that is missed.
            let words = words.replace("al", "al file").replace("al fileink", "link");
            let out = run(&format!("ip monitor {words}"));
            assert_eq!((out.code, out.stderr.as_str()), (code, text), "{words}");
        }
        let out = run("ip monitor help");
        assert!(out.stderr.starts_with("Usage: ip monitor"), "{out:?}");
        assert_eq!((out.code, out.stdout.as_str()), (255, ""));
    });
}

/// Each event is printed when it happens, not when the next one does.
#[test]
fn events_are_printed_at_once() {
    let test = "events_are_printed_at_once";
    namespaces_with(&[part::MONITOR], test, || {
        let monitor = monitor("monitor label");
        for (line, shown) in [
            (
                "link add v0 type veth peer name v1",
                "[LINK]3: v0@v1: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop state DOWN group default \n    link/ether ",
            ),
            (
                "link set lo up",
                "[ROUTE]local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1 \n",
            ),
            (
                "link set v0 up",
                "[LINK]3: v0@v1: <NO-CARRIER,BROADCAST,MULTICAST,UP,M-DOWN> ",
            ),
            (
                "addr add 10.0.0.1/24 dev v0",
                "[ADDR]3: v0    inet 10.0.0.1/24 scope global v0\n       valid_lft forever preferred_lft forever\n",
            ),
            (
                "link set v1 up",
                "[LINK]2: v1@v0: <BROADCAST,MULTICAST,UP,LOWER_UP> ",
            ),
            (
                "route add 10.9.0.0/16 via 10.0.0.2",
                "[ROUTE]10.9.0.0/16 via 10.0.0.2 dev v0 \n",
            ),
            (
                "route del 10.9.0.0/16",
                "[ROUTE]Deleted 10.9.0.0/16 via 10.0.0.2 dev v0 \n",
            ),
            (
                "-6 route add unreachable fd03::/64",
                "[ROUTE]unreachable fd03::/64 dev lo metric 1024 pref medium\n",
            ),
            (
                "[neigh] neigh add 10.0.0.5 lladdr 02:00:00:00:00:01 dev v0",
                "[NEIGH]10.0.0.5 dev v0 lladdr 02:00:00:00:00:01 PERMANENT \n",
            ),
            (
                "[rule] rule add from 10.0.0.0/8 lookup 77 pref 5",
                "[RULE]5:\tfrom 10.0.0.0/8 lookup 77\n",
            ),
            (
                "[rule] -6 rule del pref 32766",
                "[RULE]Deleted 32766:\tfrom all lookup main\n",
            ),
            (
                "addr del 10.0.0.1/24 dev v0",
                "[ADDR]Deleted 3: v0    inet 10.0.0.1/24 scope global v0\n",
            ),
            ("netns add n", ""),
            (
                "[netns-extra] netns set n 7",
                "[NSID]nsid 7 (iproute2 netns name: n)\n",
            ),
            (
                "[netns-extra] netns del n",
                "[NSID]Deleted nsid 7 (iproute2 netns name: n)\n",
            ),
            ("link del v0", "[LINK]Deleted 3: v0"),
        ] {
            if let Some(line) = line_if_built(test, line) {
                play(&[line]);
                monitor.until(shown);
            }
        }
        assert_eq!(monitor.errors(), "");
    });
}

#[test]
fn a_name_is_known_right_after_it_was_changed() {
    let test = "a_name_is_known_right_after_it_was_changed";
    namespaces_with(&[part::MONITOR], test, || {
        play(&["link add v0 type veth peer name v1"]);
        let monitor = monitor("monitor address");
        play(&["addr add 10.0.0.1/24 dev v0", "link set v0 name new0"]);
        play(&["addr add 10.0.0.2/32 dev new0", "link del new0"]);
        let text = monitor.until("Deleted 3: new0    inet 10.0.0.2/32 ");
        assert!(
            text.starts_with("3: v0    inet 10.0.0.1/24 scope global v0\n"),
            "{text}"
        );
        assert!(
            text.contains("\n3: new0    inet 10.0.0.2/32 scope global new0\n"),
            "{text}"
        );
        // Links were listened to for their names alone.
        assert!(!text.contains("mtu"), "{text}");
    });
}

#[test]
fn words_choose_objects_families_and_a_device() {
    let test = "words_choose_objects_families_and_a_device";
    namespaces_with(&[part::MONITOR], test, || {
        play(&[
            "link add v0 type veth peer name v1",
            "link set v0 up",
            "link set v1 up",
        ]);
        let choices = [
            ("monitor link", "L-M"),
            ("monitor a", "A4 A6"),
            ("monitor r dev v1", "R1"),
            ("-4 monitor", "L-M A4 R0 R1"),
            ("-6 monitor route addr", "A6"),
            ("monitor dev v1 route link", "R1"),
        ];
        let marks = [
            ("L-M", "v0@v1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400 "),
            ("A4", "inet 10.0.0.1/24 "),
            ("A6", "inet6 fd00::1/64 "),
            ("R0", "10.9.0.0/16 dev v0 "),
            ("R1", "10.8.0.0/16 "),
        ];
        let monitors: Vec<_> = choices.iter().map(|(line, _)| monitor(line)).collect();
        play(&[
            "link set v0 mtu 1400",
            "addr add fd00::1/64 dev v0 nodad",
            "addr add 10.0.0.1/24 dev v0",
            "route add 10.9.0.0/16 dev v0",
            "route add 10.8.0.0/16 dev v1",
        ]);
        for ((line, shown), monitor) in choices.iter().zip(monitors) {
            // All that comes has come when the last of it has.
            for (mark, text) in marks {
                if shown.split(' ').any(|shown| shown == mark) {
                    monitor.until(text);
                }
            }
            let text = monitor.text();
            for (mark, piece) in marks {
                let is_expected = shown.split(' ').any(|shown| shown == mark);
                assert_eq!(text.contains(piece), is_expected, "{line}: {mark}: {text}");
            }
            // What all routes of a chosen device have in common is left out.
            assert_eq!(
                text.contains("10.8.0.0/16 dev v1"),
                shown.contains("R0"),
                "{line}"
            );
        }
    });
}

#[test]
fn json_is_an_object_a_line() {
    namespaces_with(&[part::MONITOR], "json_is_an_object_a_line", || {
        let monitor = monitor("-j -ts monitor all");
        play(&[
            "link add v0 type veth peer name v1",
            "link set v0 up",
            "addr add 10.0.0.1/24 dev v0",
            "route add blackhole 10.9.0.0/16",
        ]);
        let text = monitor.until("\"blackhole\"");
        let mut keys = Vec::new();
        for line in text.lines() {
            let event: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let event = event.as_object().expect("an object");
            let names: Vec<_> = event.keys().map(String::as_str).collect();
            assert_eq!((names.len(), names[0]), (2, "timestamp"), "{line}");
            let stamp = event["timestamp"].as_str().expect("a time");
            assert!(regex(STAMP).is_match(stamp), "{line}");
            keys.push(names[1].to_owned());
        }
        for key in ["link", "addr", "route"] {
            assert!(keys.iter().any(|found| found == key), "{key}: {text}");
        }
        let element = "\"route\":{\"type\":\"blackhole\",\"dst\":\"10.9.0.0/16\",";
        assert!(text.contains(element), "{text}");
    });
}

#[test]
fn the_time_stands_in_front_of_an_event() {
    let test = "the_time_stands_in_front_of_an_event";
    namespaces_with(&[part::MONITOR], test, || {
        let long = monitor("-t monitor route");
        let short = monitor("-ts monitor label route");
        play(&["route add blackhole 10.9.0.0/16"]);
        let text = long.until("blackhole");
        let pattern = "^Timestamp: (Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z][a-z] [ 123][0-9] \
            [0-9]{2}:[0-9]{2}:[0-9]{2} 2[0-9]{3} [0-9]{1,6} usec\nblackhole 10.9.0.0/16 \n$";
        assert!(regex(pattern).is_match(&text), "{text:?}");
        let text = short.until("blackhole");
        let (stamp, rest) = text[1..].split_once("] ").expect("a time in brackets");
        assert!(regex(STAMP).is_match(stamp), "{text}");
        assert_eq!(rest, "[ROUTE]blackhole 10.9.0.0/16 \n");
        // Dates at the ends of months and years.
        for (seconds, date) in [
            (0u32, "Thu Jan  1 00:00:00 1970"),
            (951_782_400, "Tue Feb 29 00:00:00 2000"),
            (951_868_799, "Tue Feb 29 23:59:59 2000"),
            (1_709_251_200, "Fri Mar  1 00:00:00 2024"),
            (1_735_689_599, "Tue Dec 31 23:59:59 2024"),
            (4_102_444_800, "Fri Jan  1 00:00:00 2100"),
        ] {
            let body = [seconds.to_ne_bytes(), 5u32.to_ne_bytes()].concat();
            fs::write("/run/file", message(15, &body)).expect("a file");
            let shown = run("ip monitor file /run/file").ok();
            assert_eq!(shown, format!("Timestamp: {date} 5 us\n"));
        }
    });
}

#[test]
fn events_of_other_namespaces_have_their_names() {
    let test = "events_of_other_namespaces_have_their_names";
    namespaces_with(&[part::MONITOR, part::NETNS_EXTRA], test, || {
        play(&["netns add n", "netns set n 5"]);
        play(&["-n n link add inside0 type veth peer name inside1"]);
        let monitor = monitor("monitor all-nsid label");
        play(&[
            "netns add other",
            "netns set other 9",
            "-n n netns set other 9",
            "-n n addr add 10.0.0.1/24 dev inside0",
            "addr add 127.0.0.2/8 dev lo",
        ]);
        let text = monitor.until("127.0.0.2");
        let line = "[nsid 5][ADDR]3: inside0    inet 10.0.0.1/24 scope global inside0\n";
        assert!(text.contains(line), "{text}");
        // What an id of the other namespace is called here says nothing.
        let line = "[nsid 5][NSID]nsid 9 \n";
        assert!(text.contains(line), "{text}");
        let line = "[nsid current][ADDR]1: lo    inet 127.0.0.2/8 scope host lo\n";
        assert!(text.contains(line), "{text}");
    });
}

/// More events than its buffer holds while it is stopped (ENOBUFS).
#[test]
fn a_loss_is_told_and_listening_goes_on() {
    let test = "a_loss_is_told_and_listening_goes_on";
    namespaces_with(&[part::MONITOR], test, || {
        play(&["link add v0 type veth peer name v1"]);
        let monitor = monitor("-rcvbuf 4096 monitor");
        monitor.send(libc::SIGSTOP);
        play_many(1000, |n| format!("link set v1 mtu {}", 1000 + n % 2));
        play(&["link set v1 name after"]);
        monitor.send(libc::SIGCONT);
        let text = "netlink receive error No buffer space available (105)\n";
        until("the loss to be told", || monitor.errors() == text);
        // What was lost changed a name, which is asked for anew.
        play(&["addr add 10.0.0.1/24 dev after"]);
        monitor.until("2: after    inet 10.0.0.1/24 scope global after\n");
    });
}

/// All of them are printed, or it is told that some are not.
#[test]
fn a_storm_of_events_is_printed() {
    namespaces_with(&[part::MONITOR], "a_storm_of_events_is_printed", || {
        play(&[
            "link add v0 type veth peer name v1",
            "link set v0 up",
            "link set v1 up",
        ]);
        let monitor = monitor("monitor route");
        let address = |n: usize| format!("10.{}.{}.{}", n / 65536, n / 256 % 256, n % 256);
        play_many(4000, |n| format!("route add {} dev v0", address(n)));
        play_many(4000, |n| format!("route del {} dev v0", address(n)));
        play(&["route add blackhole 10.99.0.0/16"]);
        let text = monitor.until("blackhole");
        let routes = text
            .lines()
            .filter(|line| line.ends_with(" dev v0 scope link "));
        assert!(routes.count() == 8000 || !monitor.errors().is_empty());
    });
}

#[test]
fn a_closed_pipe_ends_it() {
    namespaces_with(&[part::MONITOR], "a_closed_pipe_ends_it", || {
        let mut line = command(words("ip monitor route"));
        let mut child = line
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a process");
        drop(child.stdout.take());
        // It may not listen yet.
        for n in 0..1000 {
            play(&[&format!("route add blackhole 10.0.{}.{}", n / 250, n % 250)]);
            if ended_within(&child, Duration::from_millis(10)) {
                break;
            }
        }
        assert!(ended_within(&child, Duration::from_secs(10)), "it goes on");
        let out = child.wait_with_output().expect("its end");
        assert_eq!(String::from_utf8_lossy(&out.stderr), "");
    });
}

/// What both print of the same events. iproute2 6.1 does not say of an address who made it.
#[test]
fn events_are_printed_as_by_iproute2() {
    let test = "events_are_printed_as_by_iproute2";
    let reference = env::var_os("IPSO_REFERENCE")
        .map(PathBuf::from)
        .or_else(|| which("ip"));
    let Some(reference) = reference else {
        return skip(test, "no ip of iproute2 here");
    };
    let parts = [part::MONITOR, part::NEIGH, part::RULE, part::NETNS_EXTRA];
    namespaces_with(&parts, test, || {
        play(&["link add v0 type veth peer name v1"]);
        let lines = [
            "monitor label link address route neigh rule nsid",
            "-o monitor link address route neigh rule nsid",
            "-s -s -N -c monitor link address route neigh rule nsid",
            "monitor link address neigh dev v0",
            "-4 monitor label address route rule",
            "-6 monitor address route rule",
        ];
        let theirs = |line: &str| {
            let mut command = command(words(&format!("{} {line}", reference.display())));
            command.env("PATH", Path::new("/usr/sbin"));
            monitor_of(line, command)
        };
        let both: Vec<_> = lines
            .iter()
            .map(|line| (monitor(line), theirs(line)))
            .collect();
        play(&[
            "link set lo up",
            "link set v0 up",
            "link set v1 up",
            "addr add 10.0.0.1/24 dev v0",
            "addr add 10.7.0.1/24 dev v1 label v1:a brd + valid_lft 1000 preferred_lft 500",
            "addr add fd00::1/64 dev v0 nodad",
            "route add 10.9.0.0/16 via 10.0.0.2",
            "route add default nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3",
            "route add 10.8.0.0/16 dev v1 table 77 proto 50 metric 5",
            "-6 route add fd02::/64 via fd00::2",
            "neigh add 10.0.0.5 lladdr 02:00:00:00:00:01 dev v0",
            "neigh add 10.0.0.6 lladdr 02:00:00:00:00:01 dev v0 nud stale",
            "neigh del 10.0.0.5 dev v0",
            "rule add from 10.0.0.0/8 lookup 77 pref 5",
            "-6 rule add fwmark 5 lookup 77 pref 6",
            "rule del pref 5",
            "link set v1 mtu 1400",
            "link set v0 alias foo",
            "netns add n",
            "netns set n 5",
            "link set v1 netns n",
            "link del v0",
            "netns del n",
            "-4 rule add pref 9 lookup 99",
            "-6 rule add pref 9 lookup 99",
            "route add blackhole 10.99.0.0/16",
            "-6 route add blackhole fd99::/64",
        ]);
        for (line, (ours, theirs)) in lines.iter().zip(&both) {
            // The namespace ends some time after its name.
            let last: &[&str] = match line.contains("dev v0") {
                true => &["Deleted 3: v0@"],
                false if line.contains("nsid") => &["Deleted nsid 5", "fd99::/64"],
                false if line.starts_with("-4") => &["10.99.0.0/16"],
                false => &["fd99::/64"],
            };
            let plain = |text: String| {
                let text = regex(r" proto (kernel_l[lo]|0x[13])( |$)")
                    .replace_all(&text, " ")
                    .into_owned();
                regex(r"\x1b\[[0-9;]*m").replace_all(&text, "").into_owned()
            };
            for monitor in [ours, theirs] {
                for mark in last {
                    let came = comes_true(|| plain(monitor.text()).contains(mark));
                    assert!(
                        came,
                        "{line}: no {mark}: {} {}",
                        monitor.text(),
                        monitor.errors()
                    );
                }
            }
            let (ours, theirs) = (plain(ours.text()), plain(theirs.text()));
            assert!(ours == theirs, "{line}:\n{}", diff(&theirs, &ours));
        }
    });
}
