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
