use super::*;
use std::fs;
use std::os::unix::fs::MetadataExt;

#[test]
fn a_namespace_is_a_name_a_path_a_process_or_a_descriptor() {
    let test = "operands::a_namespace_is_a_name_a_path_a_process_or_a_descriptor";
    namespaces(test, || {
        run("ip netns add a").ok();
        let process = background("sleep 1000");
        let pid = process.0.id();
        let of = |path: &str| {
            fs::read_link(path)
                .expect("a namespace")
                .display()
                .to_string()
        };
        let of_process = of(&format!("/proc/{pid}/ns/net"));
        let named = format!(
            "net:[{}]",
            fs::metadata(format!("{RUN}/a")).expect("a name").ino()
        );
        let words = [
            ("a".to_owned(), &named),
            (format!("{RUN}/a"), &named),
            (format!("/proc/{pid}/ns/net"), &of_process),
            (pid.to_string(), &of_process),
            ("fd:7".to_owned(), &of_process),
        ];
        let with_fd = |line: &str| {
            finish(command([
                "sh",
                "-c",
                &format!("exec 7</proc/{pid}/ns/net; {line}"),
            ]))
        };
        for (n, (word, inode)) in words.iter().enumerate() {
            let exec = with_fd(&format!("ip netns exec {word} readlink /proc/self/ns/net")).ok();
            assert_eq!(exec.trim_end(), *inode, "exec {word}");
            assert!(
                with_fd(&format!("ip -n {word} -br link"))
                    .ok()
                    .starts_with("lo "),
                "-n {word}"
            );
            run(&format!("ip link add v{n} type veth peer name w{n}")).ok();
            with_fd(&format!("ip link set w{n} netns {word}")).ok();
            let there = with_fd(&format!("ip -n {word} -br link show w{n}")).ok();
            assert!(
                there.starts_with(&format!("w{n}@")),
                "link set netns {word}"
            );
            run(&format!("ip link delete v{n}")).ok();
            if has_parts(test, &[part::CONNECT]) {
                let made = with_fd(&format!("ip netns connect {word}")).ok();
                assert!(
                    made.contains(&format!("netns {word} dev veth0 10.1.1.2/24")),
                    "{made}"
                );
                with_fd(&format!("ip netns disconnect {word}")).ok();
            }
            if has_parts(test, &[part::NETNS_EXTRA]) {
                let pids = with_fd(&format!("ip netns pids {word}")).ok();
                assert_eq!(
                    pids.contains(&format!("{pid}\n")),
                    *inode == &of_process,
                    "pids {word}"
                );
            }
        }
        run("ip netns add b").ok();
        finish(command([
            "sh",
            "-c",
            "exec 7</run/netns/b; ip netns set fd:7 19",
        ]))
        .ok();
        run("ip netns add c").ok();
        run("ip netns set /run/netns/c 20").ok();
        let list = run("ip netns list").ok();
        assert!(
            list.contains("b (id: 19)\n") && list.contains("c (id: 20)\n"),
            "{list}"
        );
        // A word that is both a name and a process id is the name.
        run(&format!("ip netns add {pid}")).ok();
        assert_ne!(
            run(&format!("ip netns exec {pid} readlink /proc/self/ns/net"))
                .ok()
                .trim_end(),
            of_process
        );
        for (word, text) in [
            ("fd:9", "Bad file descriptor"),
            ("fd:x", "No such file or directory"),
            ("fd:99999999999", "No such file or directory"),
            ("/nowhere", "No such file or directory"),
            ("999999999", "No such file or directory"),
        ] {
            let out = run(&format!("ip netns exec {word} true"));
            assert_eq!(
                (out.code, out.stderr),
                (
                    255,
                    format!("Cannot open network namespace \"{word}\": {text}\n")
                )
            );
        }
        let plain = run("ip netns exec /etc/hostname true");
        assert_eq!(
            (plain.code, plain.stderr.as_str()),
            (
                255,
                "setting the network namespace \"/etc/hostname\" failed: Invalid argument\n"
            )
        );
    });
}
