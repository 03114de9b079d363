use super::*;
use std::fs;

/// How many system calls `line` makes before it executes `until`, or in all where that is empty, those of its start
/// included.
fn counted(line: &str, until: &str) -> usize {
    run(&format!("strace -f -o /run/trace {line}")).ok();
    let trace = fs::read_to_string("/run/trace").expect("a trace");
    // A debug build asks for the flags of each descriptor before it closes it.
    let noise = ["+++", "---", "F_GETFD"];
    let calls = trace
        .lines()
        .filter(|line| !noise.iter().any(|noise| line.contains(noise)));
    calls
        .take_while(|line| until.is_empty() || !(line.contains("execve(") && line.contains(until)))
        .count()
}

#[test]
fn system_calls_are_few() {
    let test = "resources::system_calls_are_few";
    if !has_tools(test, &["strace"]) {
        return;
    }
    namespaces(test, || {
        // Start and end cost the same for every command; the answer of this one is one write.
        let start = counted("ip -V", "") - 1;
        let own = |line: &str, until: &str| counted(line, until).saturating_sub(start);
        let first = own("ip netns add n", "");
        let second = own("ip netns add m", "");
        assert!(
            first <= 15 && second <= 15,
            "netns add: {first}, then {second}"
        );
        let exec = own("ip netns exec n /bin/true", "\"/bin/true\"");
        assert!(exec <= 15, "netns exec: {exec}");
        let delete = own("ip netns delete n", "");
        assert!(delete <= 8, "netns delete: {delete}");
        let few = own("ip netns list", "");
        for n in 0..100 {
            run(&format!("ip netns add n{n}")).ok();
        }
        let many = own("ip netns list", "");
        assert!(
            many - few <= 200 + 10,
            "netns list: {few} for one, {many} for a hundred more"
        );
        if !has_parts(test, &[part::NETNS_EXTRA]) {
            return;
        }
        let few = own("ip netns pids n0", "");
        let sleepers: Vec<_> = (0..50).map(|_| background("sleep 1000")).collect();
        let many = own("ip netns pids n0", "");
        assert!(
            many - few <= 150,
            "netns pids: {few}, with fifty processes more {many}"
        );
        drop(sleepers);
    });
}

#[test]
fn commands_work_with_few_descriptors() {
    let test = "resources::commands_work_with_few_descriptors";
    namespaces(test, || {
        for n in 0..100 {
            run(&format!("ip netns add n{n}")).ok();
        }
        run("ip netns set n50 7").ok();
        let few = |limit: u32, line: &str| {
            finish(command([
                "sh",
                "-c",
                &format!("ulimit -n {limit}; exec {line}"),
            ]))
        };
        let all = run("ip netns list").ok();
        for limit in [8, 12, 20, 40, 64, 70] {
            assert_eq!(few(limit, "ip netns list").ok(), all, "{limit}");
            if has_parts(test, &[part::NETNS_EXTRA]) {
                let ids = few(limit, "ip netns list-id").ok();
                assert_eq!(ids, "nsid 7 (iproute2 netns name: n50)\n", "{limit}");
            }
        }
        if has_parts(test, &[part::NETNS_WAIT, part::NETNS_EXTRA]) {
            // Without descriptors to look for those that hold a namespace, it is still not taken for freed.
            let holder = Background(start(&ipso(), "ip netns exec n1 sleep 1000"));
            let pid = holder.0.id();
            until("the process to be inside", || {
                run("ip netns pids n1").ok() == format!("{pid}\n")
            });
            for limit in 4..12 {
                let out = few(limit, "ip netns delete n1 wait 0");
                assert_eq!(out.code, 1, "{limit}: {out:?}");
                if !names().contains("n1") {
                    run(&format!("ip netns attach n1 {pid}")).ok();
                }
            }
        }
        // Where the mounts below /sys cannot be carried over, as before Linux 6.8, the old /sys stays.
        let plain = mounts("/sys");
        if plain.len() > 1 {
            let out = few(4, "ip netns exec n2 cat /proc/self/mountinfo");
            let places = out.stdout.lines().map(|line| line.split(' ').nth(4));
            let mut inside: Vec<_> = places
                .flatten()
                .filter(|place| place.starts_with("/sys"))
                .collect();
            inside.sort_unstable();
            let all = inside.len();
            inside.dedup();
            assert!(out.code == 0 && inside == plain, "{out:?}");
            let stays = all == plain.len() && out.stderr.starts_with("mount of /sys failed: ");
            assert!(
                stays || all > plain.len() && out.stderr.is_empty(),
                "{out:?}"
            );
        }
    });
}
