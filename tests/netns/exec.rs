use super::*;
use std::collections::BTreeSet;
use std::fs;

/// The mount points at and below /sys for a command of `PREFIX ip netns exec n`, sorted, and what it prints on stderr.
fn sys_inside(prefix: &str) -> (Vec<String>, String) {
    let out = finish(command(words(&format!(
        "{prefix} ip netns exec n cat /proc/self/mountinfo"
    ))));
    assert_eq!(out.code, 0, "{out:?}");
    let mut found: Vec<_> = out
        .stdout
        .lines()
        .map(|line| line.split(' ').nth(4).expect("a mount point").to_owned())
        .filter(|place| place.starts_with("/sys"))
        .collect();
    found.sort();
    (found, out.stderr)
}

/// The links in the /sys of a command of `PREFIX`, without the file that the bonding driver has among them.
fn links_shown(prefix: &str) -> String {
    let text = run(&format!("{prefix} ls /sys/class/net")).ok();
    let links: Vec<_> = text
        .lines()
        .filter(|name| *name != "bonding_masters")
        .collect();
    links.join(" ")
}

fn exec_keeps_sys(as_real_root: bool) {
    run("ip netns add n").ok();
    let outside = mounts("/sys");
    let (inside, stderr) = sys_inside("");
    let unique = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(stderr, "");
    assert_eq!(
        unique(&inside),
        unique(&outside),
        "all that was there is there again"
    );
    if as_real_root {
        assert_eq!(
            inside.iter().filter(|place| *place == "/sys").count(),
            1,
            "the old one is gone"
        );
        assert_eq!(
            inside.len(),
            unique(&inside).len(),
            "nothing twice: {inside:?}"
        );
    }
    assert_eq!(links_shown("ip netns exec n"), "lo");
    // They are the same file systems.
    for place in outside.iter().filter(|place| *place != "/sys") {
        let line = |prefix: &str| run(&format!("{prefix} stat -c %d:%i {place}")).ok();
        assert_eq!(line("ip netns exec n"), line(""), "{place}");
    }
}

#[test]
fn exec_keeps_what_is_mounted_below_sys() {
    namespaces("exec::exec_keeps_what_is_mounted_below_sys", || {
        exec_keeps_sys(false)
    });
}

#[test]
fn exec_keeps_what_is_mounted_below_sys_as_root() {
    as_root("exec::exec_keeps_what_is_mounted_below_sys_as_root", || {
        machine("mount -t tmpfs 'odd name' /sys/kernel/security || mount -t tmpfs x /sys/kernel");
        exec_keeps_sys(true);
    });
}

#[test]
fn exec_warns_where_sys_cannot_be_mounted() {
    if !has_tools("exec::exec_warns_where_sys_cannot_be_mounted", &["unshare"]) {
        return;
    }
    namespaces("exec::exec_warns_where_sys_cannot_be_mounted", || {
        // A user namespace must not mount a sysfs of its own where a part of the old one is covered
        // (mount_too_revealing in fs/namespace.c).
        machine("mount -t tmpfs tmpfs /sys/class");
        let inside = "mkdir /run/netns && mount -t tmpfs tmpfs /run/netns && ip netns add n up && grep -o ' /sys[^ ]*' /proc/self/mountinfo && echo --- && \
                      ip netns exec n grep -o ' /sys[^ ]*' /proc/self/mountinfo && ip -n n -br link && ip netns exec n sh -c 'exit 7'";
        let out = finish(command(["unshare", "-Urnm", "sh", "-c", inside]));
        // There is a warning for each exec. -n needs no /sys.
        let warning = "mount of /sys failed: Operation not permitted\n";
        assert_eq!((out.code, &out.stderr), (7, &warning.repeat(2)), "{out:?}");
        let (before, after) = out.stdout.split_once("---\n").expect("a line");
        assert_eq!(
            after,
            format!(
                "{before}lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP> \n"
            )
        );
    });
}

#[test]
fn exec_keeps_the_old_sys_where_a_new_one_is_refused() {
    let test = "exec::exec_keeps_the_old_sys_where_a_new_one_is_refused";
    as_root(test, || {
        fresh(|| {
            // A mount that covers a part of the old /sys covers it in the new one.
            run("ip netns add n").ok();
            machine("mount -t tmpfs tmpfs /sys/kernel");
            let (inside, stderr) = sys_inside("");
            // The mounts below it cannot be reached.
            let mut outside = mounts("/sys");
            outside.retain(|place| !place.starts_with("/sys/kernel/"));
            assert_eq!((inside, stderr.as_str()), (outside, ""));
            assert_eq!(run("ip netns exec n ls /sys/kernel").ok(), "");
        });
        fresh(|| {
            // Where the mount of the new one fails, the old /sys is kept with all mounts below it.
            run("ip netns add n").ok();
            if !has_tools(test, &["strace"]) {
                return;
            }
            let (before, _) = sys_inside("");
            let trace = run("strace -f -o /run/trace ip netns exec n true");
            assert_eq!(trace.code, 0);
            let text = fs::read_to_string("/run/trace").expect("a trace");
            let mounts: Vec<_> = text
                .lines()
                .filter(|line| line.contains(" mount("))
                .collect();
            let when = 1 + mounts
                .iter()
                .position(|line| line.contains("sysfs"))
                .expect("the mount of /sys");
            let line = format!("strace -f -o /dev/null -e inject=mount:error=EPERM:when={when}");
            let (inside, stderr) = sys_inside(&line);
            assert_eq!(stderr, "mount of /sys failed: Operation not permitted\n");
            assert_eq!(inside, before);
        });
    });
}

#[test]
fn exec_works_on_a_read_only_sys() {
    fn body() {
        run("ip netns add n").ok();
        machine("mount -o bind,remount,ro /sys");
        let (inside, stderr) = sys_inside("");
        assert_eq!(stderr, "");
        assert!(inside.contains(&"/sys".to_owned()));
        assert_eq!(links_shown("ip netns exec n"), "lo");
    }
    namespaces("exec::exec_works_on_a_read_only_sys", body);
}

/// A mount over a part of a lower /sys does not show links of the caller's namespace.
#[test]
fn exec_shows_nothing_of_the_old_sys() {
    as_root("exec::exec_shows_nothing_of_the_old_sys", || {
        run("ip netns add a").ok();
        run("ip link add v0 type veth peer name v1").ok();
        machine("mount -t tmpfs t /sys/class/net && mount --bind /sys /sys");
        assert_eq!(links_shown("ip netns exec a"), "lo");
    });
}

/// They are bound over files, or over what links lead to. One that has no counterpart in /etc is a warning.
#[test]
fn files_of_etc_netns_stand_in_for_those_of_etc() {
    namespaces("exec::files_of_etc_netns_stand_in_for_those_of_etc", || {
        machine(
            "mkdir /run/etc /run/resolv && cp -r /etc/passwd /run/etc/ && mount --bind /run/etc /etc && \
             echo outside >/run/resolv/conf && ln -s /run/resolv/conf /etc/resolv.conf && ln -s /run/none /etc/dangling && \
             mkdir -p /etc/netns/n && echo inside >/etc/netns/n/resolv.conf && echo 127.0.0.1 me >/run/hosts && \
             ln -s /run/hosts /etc/netns/n/hosts && touch /etc/hosts",
        );
        run("ip netns add n").ok();
        assert_eq!(run("ip netns exec n cat /etc/resolv.conf").ok(), "inside\n");
        assert_eq!(
            run("ip netns exec n cat /run/resolv/conf").ok(),
            "inside\n",
            "bound over the target"
        );
        assert_eq!(run("ip netns exec n cat /etc/hosts").ok(), "127.0.0.1 me\n");
        assert_eq!(
            fs::read_to_string("/etc/resolv.conf").expect("the file"),
            "outside\n"
        );
        // The path of a name stands for the name.
        assert_eq!(
            run("ip netns exec /run/netns/n cat /etc/resolv.conf").ok(),
            "inside\n"
        );
        machine("echo x >/etc/netns/n/dangling; echo x >/etc/netns/n/lost");
        let out = run("ip netns exec n cat /etc/resolv.conf");
        assert_eq!((out.code, out.stdout.as_str()), (0, "inside\n"));
        let mut warnings: Vec<_> = out.stderr.lines().collect();
        warnings.sort_unstable();
        assert_eq!(
            warnings,
            ["dangling", "lost"].map(|name| format!(
                "Bind /etc/netns/n/{name} -> /etc/{name} failed: No such file or directory"
            ))
        );
    });
}

#[test]
fn exec_hands_nothing_of_its_own_on() {
    let test = "exec::exec_hands_nothing_of_its_own_on";
    namespaces(test, || {
        run("ip netns add n").ok();
        fs::write("/run/batch", "netns exec n ls /proc/self/fd\n").expect("a file");
        let plain = run("ls /proc/self/fd").ok();
        let lines = [
            "ip netns exec n ls /proc/self/fd",
            "ip -batch /run/batch",
            "[netns-extra] ip -all netns exec ls /proc/self/fd",
        ];
        for line in lines.iter().filter_map(|line| line_if_built(test, line)) {
            let found = run(line).ok();
            assert_eq!(found.replace("\nnetns: n\n", ""), plain, "{line}");
        }
        // Descriptors of the caller are handed on.
        let with =
            |line: &str| finish(command(["sh", "-c", &format!("exec 5</dev/null; {line}")])).ok();
        let five = with("ip netns exec n ls /proc/self/fd");
        assert!(five == with("ls /proc/self/fd") && five != plain);
        let signals = |prefix: &str| {
            let out = run(&format!("{prefix} sh -c 'grep ^Sig[BI] /proc/self/status'")).ok();
            out.replace("\nnetns: n\n", "")
        };
        let lines = ["ip netns exec n", "[netns-extra] ip -all netns exec"];
        for line in lines.iter().filter_map(|line| line_if_built(test, line)) {
            assert_eq!(signals(line), signals("env"), "{line}");
        }
    });
}

/// What `ip netns exec` makes of /sys where strace plays another kernel.
fn keeps_sys_under(strace: &str) {
    let unique = |list: Vec<String>| list.into_iter().collect::<BTreeSet<_>>();
    let (inside, stderr) = sys_inside(strace);
    assert_eq!(stderr, "", "{strace}");
    assert_eq!(unique(inside), unique(mounts("/sys")), "{strace}");
    assert_eq!(links_shown(&format!("{strace} ip netns exec n")), "lo");
}

/// Kernels before Linux 6.8, where /proc alone tells what is mounted.
#[test]
fn exec_needs_no_new_mount_calls() {
    if !has_tools("exec::exec_needs_no_new_mount_calls", &["strace"]) {
        return;
    }
    namespaces("exec::exec_needs_no_new_mount_calls", || {
        run("ip netns add n").ok();
        keeps_sys_under(&without("statx"));
    });
}

#[test]
fn older_kernels_as_root() {
    if !has_tools("exec::older_kernels_as_root", &["strace"]) {
        return;
    }
    as_root("exec::older_kernels_as_root", || {
        run("ip netns add n").ok();
        machine("mount -t tmpfs tmpfs /sys/kernel/security || mount -t tmpfs x /sys/kernel");
        keeps_sys_under(&without("statx"));
    });
}

/// Root whom something forbids to move the old /sys: the new one is mounted over it.
#[test]
fn exec_where_nothing_may_be_moved() {
    if !has_tools("exec::exec_where_nothing_may_be_moved", &["strace"]) {
        return;
    }
    as_root("exec::exec_where_nothing_may_be_moved", || {
        run("ip netns add n").ok();
        // The first one is for / itself.
        keeps_sys_under("strace -f -o /dev/null -e inject=mount:error=EACCES:when=2");
    });
}

/// A mount below /sys that a later one covers is no mount point any more: nothing is said of it, and nothing is lost.
fn exec_is_silent_about_covered_mounts() {
    machine(
        "mount -t tmpfs tmpfs /sys/kernel && mkdir /sys/kernel/in && mount -t tmpfs tmpfs /sys/kernel/in",
    );
    machine("mount -t tmpfs over /sys/kernel && echo over >/sys/kernel/mark");
    run("ip netns add n").ok();
    let out = run("ip netns exec n cat /sys/kernel/mark");
    assert_eq!((out.code, &*out.stdout, &*out.stderr), (0, "over\n", ""));
}

#[test]
fn covered_mounts_are_no_matter() {
    namespaces(
        "exec::covered_mounts_are_no_matter",
        exec_is_silent_about_covered_mounts,
    );
}

#[test]
fn covered_mounts_are_no_matter_to_root() {
    as_root(
        "exec::covered_mounts_are_no_matter_to_root",
        exec_is_silent_about_covered_mounts,
    );
}
