use super::*;
use serde_json::{Value, json};
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt;

#[test]
fn list_ignores_further_words() {
    namespaces("list::list_ignores_further_words", || {
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
fn get_tells_of_one_name() {
    namespaces_with(&[part::NETNS_EXTRA], "list::get_tells_of_one_name", || {
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
        // It takes names alone, no process id.
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
fn monitor_prints_events_at_once() {
    let test = "list::monitor_prints_events_at_once";
    namespaces_with(&[part::NETNS_EXTRA], test, || {
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

/// Kernels without close_range(2) (Linux 5.9), statx(2) (4.11) or pidfd_open(2) (5.3).
#[test]
fn list_needs_no_new_calls() {
    if !has_tools("list::list_needs_no_new_calls", &["strace"]) {
        return;
    }
    namespaces("list::list_needs_no_new_calls", || {
        run("ip netns add n").ok();
        for calls in ["close_range", "statx", "pidfd_open"] {
            let listed = run(&format!("{} ip netns list", without(calls))).ok();
            assert_eq!(listed, "n\n", "{calls}");
        }
    });
}

/// A folder of names that is not there has no names; one that cannot be read has a reason.
#[test]
fn a_folder_that_cannot_be_read_is_an_error() {
    let test = "list::a_folder_that_cannot_be_read_is_an_error";
    namespaces_with(&[part::NETNS_EXTRA], test, || {
        let folder = RUN;
        for line in [
            "ip netns",
            "ip -j netns",
            "ip -all netns exec true",
            "ip -all netns delete",
            "ip netns prune",
        ] {
            let out = run(line);
            assert_eq!((out.code, out.stderr.as_str()), (0, ""), "{line}");
        }
        fs::write(folder, "").expect("a file in place of the folder");
        let failed = format!("Failed to open directory {folder}: Not a directory\n");
        for (line, text) in [
            ("ip netns", &*failed),
            ("ip netns list", &failed),
            ("ip -all netns exec true", &failed),
            ("ip -all netns delete", &failed),
            ("ip netns prune", &failed),
            ("ip netns identify", &failed.replace(": ", ":")),
            (
                "ip netns monitor",
                "inotify_add_watch failed: Not a directory\n",
            ),
        ] {
            let out = run(line);
            assert_eq!(
                (out.code, out.stdout.as_str(), out.stderr.as_str()),
                (1, "", text),
                "{line}"
            );
        }
        let json = run("ip -j netns");
        assert_eq!((json.code, json.stdout.as_str()), (1, ""));
        fs::remove_file(folder).expect("a file");
    });
}

#[test]
fn too_few_descriptors_are_an_error() {
    let test = "list::too_few_descriptors_are_an_error";
    namespaces_with(&[part::NETNS_EXTRA], test, || {
        run("ip netns add a").ok();
        run("ip netns add b").ok();
        run("ip netns set a 7").ok();
        // 0 to 2, then the socket, the folder and a name; one that is free is needed to load libraries.
        for (most, line, text) in [
            (
                4,
                "netns list",
                "Failed to open directory /run/netns: Too many open files\n",
            ),
            (
                5,
                "netns list",
                "Cannot open network namespace \"NAME\": Too many open files\n",
            ),
            (
                4,
                "netns prune",
                "Failed to open directory /run/netns: Too many open files\n",
            ),
            (
                4,
                "netns list-id",
                "Cannot open netlink socket: Too many open files\n",
            ),
            (
                5,
                "netns list-id",
                "Failed to open directory /run/netns: Too many open files\n",
            ),
            (
                6,
                "netns list-id",
                "Cannot open network namespace \"NAME\": Too many open files\n",
            ),
        ] {
            let out = run(&format!("sh -c 'ulimit -n {most}; exec ip {line}'"));
            let said = out
                .stderr
                .replace("\"a\"", "\"NAME\"")
                .replace("\"b\"", "\"NAME\"");
            assert_eq!((out.code, said.as_str()), (1, text), "{line} with {most}");
        }
        let list = run("sh -c 'ulimit -n 6; exec ip netns list'").ok();
        assert!(
            list.contains("a (id: 7)\n") && list.contains("b\n"),
            "{list}"
        );
    });
}
