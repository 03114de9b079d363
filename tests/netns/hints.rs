use super::*;
use std::fs;

#[test]
fn hints_are_a_second_line_on_a_terminal() {
    let test = "hints::hints_are_a_second_line_on_a_terminal";
    namespaces_with(&[part::HINTS], test, || {
        run("ip netns add mario").ok();
        run("ip netns add luigi").ok();
        fs::write(format!("{RUN}/plain"), "").expect("a file");
        let lines = [
            ("ip netns exec maroi true", "Did you mean \"mario\"?"),
            ("ip -n luig link", "Did you mean \"luigi\"?"),
            ("ip netns delete mari", "Did you mean \"mario\"?"),
            (
                "[netns-extra] ip netns get Luigi",
                "Did you mean \"luigi\"?",
            ),
            ("ip netns pids mario2", "Did you mean \"mario\"?"),
            ("ip netns set mario2 5", "Did you mean \"mario\"?"),
            (
                "[connect] ip netns connect mraio",
                "Did you mean \"mario\"?",
            ),
            ("ip netns exec bowser true", ""),
            (
                "ip netns exec plain true",
                "It is no network namespace; ip netns prune takes such names away.",
            ),
        ];
        for (line, hint) in lines {
            let Some(line) = line_if_built(test, line) else {
                continue;
            };
            let text = on_terminal(line);
            assert_eq!(text.lines().nth(1).unwrap_or(""), hint, "{line}: {text}");
            // Only a terminal gets it.
            assert_eq!(run(line).stderr.lines().count(), 1, "{line}");
        }
        if !has_tools(test, &["strace"]) {
            return;
        }
        for (errno, hint) in [
            ("EINVAL", "This kernel lacks namespaces: "),
            ("ENOSYS", "This kernel lacks namespaces: "),
            ("EPERM", "Needs root (CAP_SYS_ADMIN, CAP_NET_ADMIN): "),
            ("ENOSPC", "No more namespaces are allowed: "),
        ] {
            let text = on_terminal(&format!(
                "strace -f -o /dev/null -e inject=unshare:error={errno} ip netns add x"
            ));
            let second = text.lines().nth(1).unwrap_or("").to_owned();
            assert!(second.starts_with(hint), "{errno}: {text}");
            let text = on_terminal(&format!(
                "strace -f -o /dev/null -e inject=clone:error={errno} isolate true"
            ));
            let second = text.lines().nth(1).unwrap_or("").to_owned();
            assert!(second.starts_with(hint), "isolate {errno}: {text}");
        }
    });
}
