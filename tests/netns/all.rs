use super::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn exec_runs_in_each_and_tells_the_statuses() {
    let test = "all::exec_runs_in_each_and_tells_the_statuses";
    namespaces_with(&[part::NETNS_EXTRA], test, || {
        assert_eq!(run("ip -all netns exec true").ok(), "");
        assert_eq!(
            run("ip -j -all netns exec true").ok(),
            "\n{\"netns\":[],\"failed\":0}\n"
        );
        run("ip netns add a").ok();
        run("ip netns add b").ok();
        run("ip netns add c").ok();
        // The status is 0 in a, elsewhere the code of the name's letter.
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
        // The object is a line of its own behind what the commands print.
        let mixed = run("ip -j -all netns exec echo out").ok();
        assert!(
            mixed.starts_with("out\nout\nout\n\n{\"netns\":[")
                && mixed.ends_with("],\"failed\":0}\n"),
            "{mixed}"
        );
        assert_eq!(run("ip -all -fail netns exec nosuchcommand").code, 1);
        assert_eq!(run("ip -all netns exec nosuchcommand").code, 0);
        // After a command that a signal has ended, no other one runs, as with iproute2.
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
        // -fail cannot be shortened.
        assert_eq!(run("ip -fai netns list").code, 255);
        fs::create_dir(format!("{RUN}/dir")).expect("a directory");
        assert_eq!(run("ip -all -fail netns delete").code, 1);
        assert_eq!(run("ip -all netns delete").code, 0);
    });
}

/// Version of the kernel, as (6, 18).
fn kernel() -> (u32, u32) {
    let text = fs::read_to_string("/proc/sys/kernel/osrelease").expect("a kernel's version");
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    let mut number = || numbers.next().and_then(|digits| digits.parse().ok());
    (number().expect("a number"), number().expect("a number"))
}

/// What `ip -all netns exec` prints for each namespace.
fn of_each(line: &str) -> Vec<(String, String)> {
    let text = run(&format!("ip -all netns exec {line}")).ok();
    let pieces = text.split("\nnetns: ").skip(1);
    pieces
        .map(|piece| {
            let (name, text) = piece.split_once('\n').expect("a line");
            (name.to_owned(), text.trim_end().to_owned())
        })
        .collect()
}

/// A mount namespace is left to the next command where that cannot tell, and only there.
#[test]
fn what_a_command_leaves_is_not_the_next_ones() {
    let test = "all::what_a_command_leaves_is_not_the_next_ones";
    namespaces_with(&[part::NETNS_EXTRA], test, || {
        let names = ["a", "b", "c", "d"];
        for name in names {
            run(&format!("ip netns add {name}")).ok();
            let line = format!("ip -n {name} link add on_{name} type veth peer name w");
            run(&line).ok();
        }
        let mount_namespace = |process: &str| {
            let link = fs::read_link(format!("/proc/{process}/ns/mnt"));
            link.expect("a mount namespace")
        };
        let own = mount_namespace("self").display().to_string();
        let links = "ls /sys/class/net";
        let assert_own_links = |found: &[(String, String)]| {
            assert_eq!(found.len(), names.len());
            for (name, text) in found {
                for other in names {
                    let link = format!("on_{other}");
                    assert_eq!(text.contains(&link), other == name, "{name}: {text}");
                }
            }
        };
        // Nothing is left: there is one for all of them, where the kernel tells of changes.
        assert_own_links(&of_each(links));
        let found = of_each("readlink /proc/self/ns/mnt");
        let different: BTreeSet<_> = found.iter().map(|(_, text)| text.clone()).collect();
        // An older kernel may give the number of one that is gone to the next.
        let is_shared = different.len() == 1 || kernel() < (6, 8);
        assert!(is_shared && !different.contains(&own), "{found:?}");
        // All names are to be seen in there.
        for (name, text) in of_each("sh -c 'ip netns identify; ip netns list'") {
            let mut lines = text.lines();
            assert_eq!(lines.next(), Some(&*name));
            let listed: BTreeSet<_> = lines.map(|line| &line[..1]).collect();
            assert_eq!(listed, names.into());
        }
        // What it mounts, and what it takes away.
        machine("mkdir /run/place");
        let line =
            "sh -c 'mount -t tmpfs tmpfs /run/place; grep -c /run/place /proc/self/mountinfo'";
        assert!(of_each(line).iter().all(|(_, text)| text == "1"));
        assert_own_links(&of_each(&format!("sh -c '{links}; umount -l /sys'")));
        // What it changes of a mount alone.
        for change in [
            "--make-shared /run",
            "--make-rshared /",
            "-o remount,bind,ro /run",
        ] {
            let line = format!("sh -c 'grep \" / /run \" /proc/self/mountinfo; mount {change}'");
            let found = of_each(&line);
            assert_eq!(found.len(), names.len());
            for (name, text) in found {
                let is_as_before =
                    text.contains(" rw,") && !text.contains("shared:") && !text.contains("warn");
                assert!(is_as_before, "{change}: {name}: {text}");
            }
        }
        // A process that goes on: what it sees stays as it is.
        let found = of_each("sh -c 'sleep 1000 >/dev/null 2>&1 & echo $!'");
        let pids: Vec<_> = found.iter().map(|(_, pid)| pid.as_str()).collect();
        let seen: Vec<_> = found
            .iter()
            .map(|(name, pid)| {
                (
                    name.clone(),
                    run(&format!("ls /proc/{pid}/root/sys/class/net")).ok(),
                )
            })
            .collect();
        let different: BTreeSet<_> = pids.iter().map(|pid| mount_namespace(pid)).collect();
        machine(&format!("kill {}", pids.join(" ")));
        assert_own_links(&seen);
        assert_eq!(different.len(), names.len());
        // Files of /etc.
        machine(
            "mkdir /run/etc && cp /etc/passwd /run/etc/ && mount --bind /run/etc /etc && mkdir -p /etc/netns/b && \
             echo outside >/etc/mine && echo b >/etc/netns/b/mine",
        );
        for (name, text) in of_each("cat /etc/mine") {
            assert_eq!(text, if name == "b" { "b" } else { "outside" }, "{name}");
        }
    });
}

/// Who ends `ip` itself keeps the next commands from being run.
#[test]
fn nothing_is_run_for_one_who_is_gone() {
    let test = "all::nothing_is_run_for_one_who_is_gone";
    namespaces_with(&[part::NETNS_EXTRA], test, || {
        for name in ["a", "b", "c"] {
            run(&format!("ip netns add {name}")).ok();
        }
        machine("mkfifo /run/go");
        let line = "ip -all netns exec sh -c 'echo $PPID >>/run/begun; read go </run/go'";
        let mut all = start(&ipso(), line);
        let begun = || fs::read_to_string("/run/begun").unwrap_or_default();
        until("the first command", || begun().ends_with('\n'));
        all.kill().expect("kill of a child");
        all.wait().expect("wait");
        fs::write("/run/go", "go\n").expect("the fifo");
        // Who waits for the command ends as well.
        let parent = format!("/proc/{}/exe", begun().trim());
        until("the end", || fs::read_link(&parent).is_err());
        assert_eq!(begun().lines().count(), 1);
    });
}
