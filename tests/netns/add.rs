use super::*;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

#[test]
fn many_names_can_be_made_at_once() {
    namespaces("add::many_names_can_be_made_at_once", || {
        let other = iproute2("add::many_names_can_be_made_at_once");
        for (setup, with_other) in MACHINES
            .iter()
            .flat_map(|setup| [(setup, false), (setup, true)])
        {
            fresh(|| {
                machine(setup);
                if with_other && setup.contains("--make-shared /run") {
                    // If iproute2 6.1 comes first it leaves the folder in the peer group of /run.
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
fn of_many_adds_of_one_name_one_succeeds() {
    namespaces("add::of_many_adds_of_one_name_one_succeeds", || {
        let other = iproute2("add::of_many_adds_of_one_name_one_succeeds");
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

/// The system calls of `ip netns add n`: the name, and a count among those of the same name that begins at 1.
fn calls() -> Vec<(String, usize)> {
    run("strace -f -o /run/trace ip netns add n").ok();
    let trace = fs::read_to_string("/run/trace").expect("a trace");
    let mut calls: Vec<(String, usize)> = Vec::new();
    for line in trace.lines() {
        let call = line.split(' ').find(|word| word.contains('('));
        let Some((name, _)) = call.and_then(|call| call.split_once('(')) else {
            continue;
        };
        // The process is gone at its exit: there is nothing to kill.
        if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.starts_with("exit")
        {
            let before = calls.iter().filter(|(known, _)| known == name).count();
            calls.push((name.to_owned(), before + 1));
        }
    }
    calls
}

/// Between the call that makes the file and the one that mounts on it, what is left is an empty file, which the next
/// `add` takes over.
#[test]
fn a_kill_at_any_call_leaves_a_name_that_works_or_is_free() {
    const TEST: &str = "add::a_kill_at_any_call_leaves_a_name_that_works_or_is_free";
    if !has_tools(TEST, &["strace"]) {
        return;
    }
    namespaces(TEST, || {
        for setup in &MACHINES[..2] {
            let calls = fresh(|| {
                machine(setup);
                calls()
            });
            let mut empty = Vec::new();
            for (name, when) in calls.iter().skip(1) {
                let afters = [
                    "ip netns add n",
                    "ip netns delete n",
                    "[netns-extra] ip netns prune",
                    "[netns-extra] ip netns replace n",
                ];
                for after in afters.iter().filter_map(|line| line_if_built(TEST, line)) {
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
                        // The name works or is free.
                        let stays = match after {
                            "ip netns delete n" => false,
                            "ip netns prune" => whole,
                            _ => true,
                        };
                        if !stays {
                            run("ip netns add n").ok();
                        }
                        run("ip netns exec n true").ok();
                        run("ip netns add m").ok();
                        assert_sound();
                        run("ip netns delete n").ok();
                        assert_eq!(names(), set(["m"]));
                    });
                }
            }
            empty.dedup();
            // The call that mounts on the file comes right after the one that makes it, so that only a kill at its
            // entry leaves an empty file.
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

/// iproute2 makes an empty file without any permission before it mounts on it. A young one is left alone.
#[test]
fn an_empty_file_is_taken_over_when_it_is_old() {
    let test = "add::an_empty_file_is_taken_over_when_it_is_old";
    namespaces(test, || {
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
            if has_parts(test, &[part::NETNS_EXTRA]) {
                make(mode, content, age);
                let wanted = if pruned { "n\n" } else { "" };
                let taken = run("ip netns prune").ok();
                assert_eq!(taken, wanted, "{mode:o} {content:?} {age}");
            }
        }
        // A time a little ahead is that of a clock which was set back: the file is young. One far ahead, or before
        // 1970, says nothing: the file is old.
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
fn the_folder_is_made_where_it_is_missing() {
    let test = "add::the_folder_is_made_where_it_is_missing";
    namespaces(test, || {
        // A root folder with the system's programs, /proc, /dev and these folders.
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
                if has_parts(test, &[part::NETNS_EXTRA]) {
                    assert_eq!(inside("netns identify").ok(), "\n");
                    assert_eq!(inside("netns prune").ok(), "");
                }
                inside("netns add a up").ok();
                assert!(
                    Path::new(&format!("/run/root{wanted}/a")).exists(),
                    "{wanted}"
                );
                assert_eq!(inside("netns list").ok(), "a\n");
                if has_parts(test, &[part::NETNS_EXTRA]) {
                    assert_eq!(inside("netns get a").code, 0);
                }
                // There is no /sys here, which is not warned of.
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
fn the_folder_may_be_a_link() {
    namespaces("add::the_folder_may_be_a_link", || {
        machine("mkdir /run/real && ln -s /run/real /run/netns");
        run("ip netns add a").ok();
        run("ip netns add b").ok();
        assert_eq!(
            mounts("/run/real"),
            ["/run/real", "/run/real/a", "/run/real/b"]
        );
        assert_eq!(listed(), set(["a", "b"]));
        // To delete a name that is a link does not unmount what it leads to.
        machine("mkdir /run/m && mount -t tmpfs tmpfs /run/m");
        symlink("/run/m", "/run/real/x").expect("a link");
        run("ip netns delete x").ok();
        assert_eq!(mounts("/run/m"), ["/run/m"]);
    });
}

#[test]
fn add_brings_lo_up_where_it_is_told_to() {
    namespaces("add::add_brings_lo_up_where_it_is_told_to", || {
        run("ip netns add a up").ok();
        assert!(lo("a").contains("LOOPBACK,UP,LOWER_UP"), "{}", lo("a"));
        run("ip netns add b upp").ok();
        run("ip netns add c surplus up").ok();
        assert!(
            lo("b").starts_with("lo               DOWN ")
                && lo("c").starts_with("lo               DOWN ")
        );
    });
}

#[test]
fn replace_keeps_what_is_there() {
    let test = "add::replace_keeps_what_is_there";
    namespaces_with(&[part::NETNS_EXTRA], test, || {
        let inode = |name: &str| fs::metadata(format!("{RUN}/{name}")).expect("a name").ino();
        run("ip netns add b").ok();
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
        assert_eq!(listed(), set(["b", "d"]));
        // Of many at once one makes it, and the others find it there.
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

/// In a mount namespace that does not see the mount, the file alone is there. It is not taken over.
#[test]
fn a_name_mounted_in_another_mount_namespace_is_taken() {
    let test = "add::a_name_mounted_in_another_mount_namespace_is_taken";
    if !has_tools(test, &["unshare"]) {
        return;
    }
    namespaces(test, || {
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

/// Each does what it should, or says why not.
#[test]
fn replace_delete_and_prune_may_run_at_once() {
    let test = "add::replace_delete_and_prune_may_run_at_once";
    namespaces_with(&[part::NETNS_EXTRA], test, || {
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

/// Kernels before Linux 5.2, without open_tree(2) and move_mount(2), and before 5.12, without mount_setattr(2).
#[test]
fn add_needs_no_new_mount_calls() {
    if !has_tools("add::add_needs_no_new_mount_calls", &["strace"]) {
        return;
    }
    namespaces("add::add_needs_no_new_mount_calls", || {
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
        // A kernel without network namespaces, or a limit on them, is an error that leaves nothing.
        for errno in ["ENOSYS", "EINVAL", "EPERM", "ENOSPC"] {
            let out = run(&format!(
                "strace -f -o /dev/null -e inject=unshare:error={errno} ip netns add x"
            ));
            assert_eq!(out.code, 1);
            let text = "Failed to create a new network namespace \"x\": ";
            assert!(out.stderr.starts_with(text), "{out:?}");
            assert_eq!(names(), set([]));
        }
    });
}
