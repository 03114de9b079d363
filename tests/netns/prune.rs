use super::*;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

#[test]
fn prune_takes_what_is_no_namespace_and_no_more() {
    let test = "prune::prune_takes_what_is_no_namespace_and_no_more";
    namespaces_with(&[part::NETNS_EXTRA], test, || {
        assert_eq!(run("ip netns prune").ok(), "");
        run("ip netns add a").ok();
        let process = background("sleep 1000");
        let of_process = format!("/proc/{}/ns/net", process.0.id());
        symlink(&of_process, format!("{RUN}/alive")).expect("a link");
        symlink("/nowhere", format!("{RUN}/dangling")).expect("a link");
        symlink("loop", format!("{RUN}/loop")).expect("a link");
        symlink("/etc/hostname", format!("{RUN}/elsewhere")).expect("a link");
        fs::write(format!("{RUN}/plain"), "text").expect("a file");
        fs::create_dir(format!("{RUN}/dir")).expect("a directory");
        machine("mkfifo /run/netns/fifo");
        let before = run("ip netns list");
        assert_eq!(before.stdout.lines().count(), 8, "{before:?}");
        let gone = run("ip netns prune").ok();
        let gone: BTreeSet<_> = gone.lines().map(str::to_owned).collect();
        assert_eq!(gone, set(["dangling", "elsewhere", "loop", "plain"]));
        assert_eq!(names(), set(["a", "alive", "dir", "fifo"]));
        assert!(Path::new("/etc/hostname").exists());
        run("ip netns exec alive true").ok();
        fs::write(format!("{RUN}/q\"uote"), "").expect("a file");
        assert_eq!(
            run("ip -j netns prune").ok(),
            "[{\"name\":\"q\\\"uote\"}]\n"
        );
        assert_eq!(run("ip -j netns prune").ok(), "[]\n");
        // A mount of something else cannot be removed, which is an error.
        machine("touch /run/netns/busy && mount --bind /etc/hostname /run/netns/busy");
        let out = run("ip netns prune");
        assert_eq!(
            (out.code, out.stderr.as_str()),
            (
                1,
                "Cannot remove namespace file \"/run/netns/busy\": Device or resource busy\n"
            )
        );
    });
}

/// A container runtime makes a file with usual permissions before it mounts on it.
#[test]
fn prune_waits_for_who_is_about_to_mount() {
    let test = "prune::prune_waits_for_who_is_about_to_mount";
    namespaces_with(&[part::NETNS_EXTRA], test, || {
        run("ip netns add a").ok();
        fs::write(format!("{RUN}/cni"), "").expect("a file");
        fs::write(format!("{RUN}/left"), "").expect("a file");
        let prune = start(&ipso(), "ip netns prune");
        machine("mount --bind /run/netns/a /run/netns/cni");
        let output = prune.wait_with_output().expect("the end of a child");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "left\n");
        assert_eq!(names(), set(["a", "cni"]));
    });
}
