//! Capabilities of the program's own file (`setcap`): an ordinary user does not keep them.

mod common;
use common::*;
use std::fs;

/// As the user 1000: a command, with arguments of setpriv(1) in front.
fn as_user(before: &str, line: &str) -> Out {
    run(&format!(
        "setpriv --reuid 1000 --regid 1000 --clear-groups {before} {line}"
    ))
}

#[test]
fn file_capabilities_are_not_the_users() {
    let test = "file_capabilities_are_not_the_users";
    as_root(test, || {
        if !has_tools(test, &["setcap", "setpriv"]) {
            return;
        }
        if std::env::var_os("IPSO_EMULATOR").is_some() {
            return skip(test, "an emulator has no file capabilities");
        }
        let folder = std::path::Path::new("/run/own");
        fs::create_dir(folder).expect("a folder");
        fs::copy(ipso(), folder.join("ip")).expect("a copy");
        std::os::unix::fs::symlink("ip", folder.join("isolate")).expect("a link");
        run("ip netns add n").ok();
        let set = run("setcap cap_net_admin,cap_sys_admin+ep /run/own/ip");
        if set.code != 0 {
            return skip(test, &format!("setcap: {}", set.stderr));
        }
        let refused = "RTNETLINK answers: Operation not permitted\n";
        for (before, line, code, text) in [
            ("", "link set lo up", 2, refused),
            (
                "",
                "netns exec n true",
                255,
                "setting the network namespace \"n\" failed: Operation not permitted\n",
            ),
            // What is handed on is no reason but for CAP_NET_ADMIN.
            ("--inh-caps +sys_admin", "link set lo up", 2, refused),
            ("--inh-caps +net_admin", "link set lo up", 0, ""),
            ("--inh-caps +net_admin", "netns exec n true", 0, ""),
        ] {
            let out = as_user(before, &format!("/run/own/ip {line}"));
            let said = (out.code, out.stderr.as_str());
            assert_eq!(said, (code, text), "{before} {line}");
        }
        // Root keeps what it has, also in part; so does a user whom the caller has given it.
        assert_eq!(run("/run/own/ip link set lo down").code, 0);
        assert_eq!(
            run("setpriv --euid 1000 /run/own/ip link set lo up").code,
            0
        );
        fs::copy(ipso(), "/run/own/plain").expect("a copy");
        let given = as_user(
            "--inh-caps +net_admin --ambient-caps +net_admin",
            "/run/own/plain link set lo down",
        );
        assert_eq!(given.code, 0, "{given:?}");
        // `isolate` is as good as one without them. The names of its links are different each time.
        fs::create_dir("/run/own/bin").expect("a folder");
        std::os::unix::fs::symlink("../plain", "/run/own/bin/isolate").expect("a link");
        let said = |program: &str| {
            let mut out = as_user("", &format!("{program} true"));
            out.stderr.retain(|c| !c.is_ascii_digit());
            out
        };
        assert_eq!(said("/run/own/isolate"), said("/run/own/bin/isolate"));
    });
}
