use super::*;
use std::fs;
use std::path::Path;

#[test]
fn delete_waits_until_it_is_freed() {
    let test = "delete::delete_waits_until_it_is_freed";
    namespaces_with(&[part::NETNS_WAIT, part::NETNS_EXTRA], test, || {
        // The kernel removes the peer of a veth before it frees the namespace.
        for _ in 0..5 {
            run("ip netns add n").ok();
            run("ip link add v0 type veth peer name v1 netns n").ok();
            assert_eq!(run("ip netns delete n wait").ok(), "");
            assert_eq!(
                run("ip link show v0").stderr,
                "Device \"v0\" does not exist.\n"
            );
        }
        until("the ids to be gone", || {
            run("ip netns list-id").ok().is_empty()
        });
        run("ip netns add n").ok();
        assert_eq!(
            run("ip -j netns delete n wait 9").ok(),
            "[{\"name\":\"n\",\"devices\":[]}]\n"
        );
        // The error names the processes that are in it.
        run("ip netns add n").ok();
        let mut sleeper = Background(start(&ipso(), "ip netns exec n sleep 1000"));
        let pid = sleeper.0.id();
        until("the process to be inside", || {
            run("ip netns pids n").ok() == format!("{pid}\n")
                && fs::read_to_string(format!("/proc/{pid}/comm"))
                    .is_ok_and(|comm| comm == "sleep\n")
        });
        assert_eq!(
            run("ip -j netns pids n").ok(),
            format!("[{{\"pid\":{pid}}}]\n")
        );
        let out = run("ip netns delete n wait 0");
        assert_eq!((out.code, out.stdout.as_str()), (1, ""));
        assert_eq!(
            out.stderr,
            format!(
                "The name \"n\" is gone, but its network namespace is not freed after 0 s: held by {pid} (sleep)\n"
            )
        );
        assert_eq!(names(), set([]), "the name is gone");
        // Under a name again, it is freed when its process ends.
        run(&format!("ip netns attach n {pid}")).ok();
        let waiting = start(&ipso(), "ip netns delete n wait 60");
        until("the name to be gone", || names().is_empty());
        sleeper.0.kill().expect("kill of a child");
        sleeper.0.wait().expect("wait");
        let output = waiting.wait_with_output().expect("the end of a child");
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{output:?}"
        );
        // An open descriptor holds it as well.
        run("ip netns add n").ok();
        let holder = Background(start(
            &ipso(),
            "sh -c 'exec 8</run/netns/n; exec sleep 1000'",
        ));
        let pid = holder.0.id();
        until("the file to be open", || {
            Path::new(&format!("/proc/{pid}/fd/8")).exists()
                && fs::read_to_string(format!("/proc/{pid}/comm"))
                    .is_ok_and(|comm| comm == "sleep\n")
        });
        let out = run("ip netns delete n wait 0");
        assert_eq!(
            out.stderr,
            format!(
                "The name \"n\" is gone, but its network namespace is not freed after 0 s: held by {pid} (sleep, a descriptor)\n"
            )
        );
        drop(holder);
        // For a file that is no namespace there is nothing to wait for. Words that are not exactly `wait` are ignored.
        fs::write(format!("{RUN}/plain"), "").expect("a file");
        run("ip netns delete plain wait 5").ok();
        run("ip netns add n").ok();
        run("ip netns delete n wai").ok();
        for line in ["ip netns delete n wait x", "ip netns delete n wait -1"] {
            run("ip netns replace n").ok();
            assert_eq!(run(line).code, 255, "{line}");
            assert_eq!(names(), set(["n"]));
        }
        let none = run("ip netns delete nosuch wait");
        assert_eq!(
            (none.code, none.stderr.as_str()),
            (
                1,
                "Cannot remove namespace file \"/run/netns/nosuch\": No such file or directory\n"
            )
        );
    });
}

#[test]
fn wait_names_each_holder_once() {
    let test = "delete::wait_names_each_holder_once";
    namespaces_with(&[part::NETNS_WAIT], test, || {
        let _others: Vec<_> = (0..10)
            .map(|_| start(&ipso(), "sleep 1000"))
            .map(Background)
            .collect();
        run("ip netns add a").ok();
        machine("touch /run/netns/b && mount --bind /run/netns/a /run/netns/b");
        let out = run("ip netns delete a wait 0");
        assert_eq!(
            out.stderr.matches("mounted on /run/netns/b").count(),
            1,
            "{out:?}"
        );
        assert_eq!(out.stderr.matches(", ").count(), 2, "{out:?}");
        run("ip netns delete b wait").ok();
        if !has_tools("delete::wait_names_each_holder_once", &["unshare"]) {
            return;
        }
        // A refusal that can be foreseen comes before the name is removed.
        let line = "mkdir -p /run/netns; mount -t tmpfs tmpfs /run/netns; ip netns add a && echo 2 >/proc/sys/user/max_net_namespaces && \
                    ip netns delete a wait 3; echo $?; ip netns list";
        let out = finish(command(["unshare", "-Urnm", "sh", "-c", line]));
        assert!(
            out.stdout == "1\na (id: 0)\n" && out.stderr.starts_with("fork failed: "),
            "{out:?}"
        );
    });
}

/// A process that holds the lock of the folder for ever, or whose output nobody reads, does not block others.
#[test]
fn a_held_lock_keeps_nobody_from_deleting() {
    let test = "delete::a_held_lock_keeps_nobody_from_deleting";
    namespaces(test, || {
        run("ip netns add a").ok();
        if has_tools(test, &["flock"]) {
            let holder = Background(start(&ipso(), "flock -F /run/netns sleep 1000"));
            until("the lock to be held", || {
                run("flock -n /run/netns true").code == 1
            });
            run("ip netns delete a").ok();
            drop(holder);
            run("ip netns add a").ok();
        }
        if has_parts(test, &[part::CONNECT]) {
            let mut connect = Background(start(
                &ipso(),
                "sh -c 'mkfifo /run/full; exec ip netns connect a 1<>/run/full'",
            ));
            // Nobody reads the fifo, but its buffer has room for the output.
            assert!(connect.0.wait().expect("wait").success());
            run("ip netns add b").ok();
        }
        // In another mount namespace a name of this one is an old, empty file. An attach that fails must not remove it.
        let Some(other) = iproute2(test) else {
            return;
        };
        if !has_tools(test, &["unshare"]) {
            return;
        }
        finish(command_with(&other, words("ip netns add live"))).ok();
        let script = "umount /run/netns/live; touch -d '2 minutes ago' /run/netns/live; ip netns attach live 999999";
        let out = finish(command([
            "unshare",
            "-m",
            "--propagation",
            "private",
            "sh",
            "-c",
            script,
        ]));
        assert_eq!(out.code, 1, "{out:?}");
        run("ip netns exec live true").ok();
    });
}
