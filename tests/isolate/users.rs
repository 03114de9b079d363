//! Users and groups inside, and what the command may do.

use crate::callers::{
    Caller, Root, State, USER, User, both, both_real, isolate, mount, run_isolate,
};
use crate::common::*;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

/// The user and group of a file.
fn owner(path: &str) -> (u32, u32) {
    let meta = fs::metadata(path).expect("a file");
    (meta.uid(), meta.gid())
}

/// A folder in /run that everybody may write to.
fn open_folder() -> &'static str {
    let folder = "/run/open";
    fs::create_dir_all(folder).expect("a folder");
    fs::set_permissions(folder, fs::Permissions::from_mode(0o1777)).expect("a mode");
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        fs::remove_file(entry.path()).expect("no file");
    }
    folder
}

/// The sets of capabilities of the command, by their names in /proc.
fn capabilities(caller: Caller, options: &str) -> Vec<(String, u64)> {
    let text = run_isolate(
        caller,
        &format!("--net none {options} grep ^Cap /proc/self/status"),
    );
    let text = text.ok();
    let sets = text.lines().map(|line| {
        let (name, bits) = line.split_once(":\t").expect("a set");
        let bits = u64::from_str_radix(bits, 16).expect("a number");
        (name.to_owned(), bits)
    });
    sets.collect()
}

#[test]
fn every_id_of_roots_is_itself() {
    both_real("users::every_id_of_roots_is_itself", |caller| {
        if caller == User {
            return;
        }
        let before = State::now();
        for file in ["uid_map", "gid_map"] {
            let outside = fs::read_to_string(format!("/proc/self/{file}")).expect("a map");
            let inside = run_isolate(caller, &format!("--net none cat /proc/self/{file}"));
            let words = |text: &str| {
                let words: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
                words
            };
            assert_eq!(words(&inside.ok()), words(&outside), "{file}");
        }
        let folder = open_folder();
        let script = format!(
            "cd {folder}; touch own one most; chown 1:1 one; chown 65534:4294967294 most; stat -c \"%u %g\" one most"
        );
        let inside = run_isolate(caller, &format!("--net none sh -c '{script}'"));
        assert_eq!(inside.ok(), "1 1\n65534 4294967294\n");
        assert_eq!(owner("/run/open/own"), (0, 0));
        assert_eq!(owner("/run/open/one"), (1, 1));
        assert_eq!(owner("/run/open/most"), (65534, u32::MAX - 1));
        // A daemon takes other groups, another group, another user.
        let drop = "--net none chroot --userspec=7:8 --groups=1,5 / sh -c 'id -u; id -g; id -G'";
        assert_eq!(run_isolate(caller, drop).ok(), "7\n8\n8 1 5\n");
        before.is_back("ids");
    });
}

#[test]
fn the_command_is_another_users() {
    both_real("users::the_command_is_another_users", |caller| {
        if caller == User {
            return;
        }
        let before = State::now();
        let folder = open_folder();
        for (word, user, group) in [("33:44", 33, 44), ("33", 33, 33), ("0:5", 0, 5)] {
            let script = format!("id -u; id -g; id -G; touch {folder}/{user}-{group}");
            let inside = run_isolate(
                caller,
                &format!("--net none --user {word} sh -c '{script}'"),
            );
            assert_eq!(inside.ok(), format!("{user}\n{group}\n{group}\n"), "{word}");
            assert_eq!(owner(&format!("{folder}/{user}-{group}")), (user, group));
        }
        // It has no capability, and gets none.
        for (name, bits) in capabilities(caller, "--user 33") {
            assert!(bits == 0 || name == "CapBnd", "{name} {bits:x}");
        }
        // The tunnel is there for such a one, too.
        let inside = run_isolate(
            caller,
            "--user 33 sh -c 'ip -4 -br addr show eth0; kill -9 1 2>/dev/null || echo no'",
        );
        assert!(inside.clone().ok().contains("10.1.1.2/24"), "{inside:?}");
        assert!(inside.ok().ends_with("no\n"));
        before.is_back("other users");
    });
}

#[test]
fn an_ordinary_user_is_root_inside_and_itself_outside() {
    let test = "users::an_ordinary_user_is_root_inside_and_itself_outside";
    let body = |caller: Caller| {
        if caller == Root {
            return;
        }
        let before = State::now();
        let folder = open_folder();
        let ids = |options: &str| {
            let line = format!("--net none {options} sh -c 'id -u; id -g; touch {folder}/file'");
            let text = run_isolate(caller, &line).ok();
            fs::remove_file(format!("{folder}/file")).expect("it was made");
            text
        };
        assert_eq!(ids(""), "0\n0\n");
        assert_eq!(ids("--map-user 5:6"), "5\n6\n");
        assert_eq!(ids("--map-user 1000"), "1000\n1000\n");
        assert_eq!(ids("--map-user 7 --user 7"), "7\n7\n");
        run_isolate(caller, &format!("--net none touch {folder}/own")).ok();
        let is_real = crate::callers::has_all_ids();
        let outside = if is_real { USER } else { 0 };
        assert_eq!(owner(&format!("{folder}/own")), (outside, outside));
        for (options, said) in [
            ("--user 1", "--user: 1 is not mapped"),
            ("--map-user 5 --user 0", "--user: 0 is not mapped"),
        ] {
            let refused = run_isolate(caller, &format!("--net none {options} true"));
            let text = format!("isolate: {said}\n");
            assert_eq!((refused.code, refused.stderr), (125, text), "{options}");
        }
        // It has no right that it has not outside.
        let text = run_isolate(
            caller,
            "--net none sh -c 'chown 1:1 /run/open/own 2>&1 || echo no'",
        )
        .ok();
        assert!(text.ends_with("no\n"), "{text}");
        before.is_back("an ordinary user");
    };
    both(test, body);
}

#[test]
fn a_real_ordinary_user_is_root_inside_and_itself_outside() {
    let test = "users::a_real_ordinary_user_is_root_inside_and_itself_outside";
    both_real(test, |caller| {
        if caller == Root {
            return;
        }
        let folder = open_folder();
        let inside = run_isolate(
            caller,
            &format!("--net none sh -c 'id -u; touch {folder}/own'"),
        );
        assert_eq!(inside.ok(), "0\n");
        assert_eq!(owner(&format!("{folder}/own")), (USER, USER));
        let refused = run_isolate(caller, "--net none --user 1 true");
        assert_eq!(
            (refused.code, refused.stderr.as_str()),
            (125, "isolate: --user: 1 is not mapped\n")
        );
    });
}

/// Root takes its range of /etc/subuid by itself, an ordinary user by newuidmap.
#[test]
fn ids_can_be_those_of_subuid() {
    let test = "users::ids_can_be_those_of_subuid";
    both_real(test, |caller| {
        let folder = open_folder();
        for file in ["/etc/subuid", "/etc/subgid"] {
            if !Path::new(file).exists() {
                return skip(test, &format!("no {file}"));
            }
            let own = format!("/run/{}", file.replace('/', "-"));
            fs::write(
                &own,
                "nobody-else:5:5\nroot:200000:1000\n1000:300000:2000\n",
            )
            .expect("a file");
            mount(Path::new(&own), Path::new(file), "", libc::MS_BIND).expect("a mount");
        }
        let line = format!(
            "--net none --map-auto sh -c 'cat /proc/self/uid_map; touch {folder}/a; chown 5:6 {folder}/a'"
        );
        let out = run_isolate(caller, &line);
        let words: Vec<_> = out.stdout.split_whitespace().collect();
        if caller == Root {
            assert_eq!(words, ["0", "200000", "1000"], "{out:?}");
            assert_eq!(owner("/run/open/a"), (200005, 200006));
            // A setting of the machine's is not its to change, and it needs no cover for that.
            let out = run_isolate(
                caller,
                "--net none --map-auto --rw-sys sh -c ': >>/proc/sys/kernel/core_pattern'",
            );
            assert!(
                out.code != 0 && out.stderr.contains("Permission denied"),
                "{out:?}"
            );
        } else if which("newuidmap").is_some() {
            assert_eq!(words, ["0", "1000", "1", "1", "300000", "2000"], "{out:?}");
            assert_eq!(owner("/run/open/a"), (300004, 300005));
        } else {
            let text = "isolate: map users and groups: there is no newuidmap\n";
            assert_eq!((out.code, out.stderr.as_str()), (125, text));
        }
        // Who is in none of the files gets nothing.
        fs::write("/run/-etc-subuid", "nobody-else:5:5\n").expect("a file");
        let out = run_isolate(caller, "--net none --map-auto true");
        let text = "isolate: map users and groups: no ids of this user in /etc/subuid\n";
        assert_eq!((out.code, out.stderr.as_str()), (125, text));
    });
}

#[test]
fn capabilities_can_be_dropped() {
    both("users::capabilities_can_be_dropped", |caller| {
        let all = capabilities(caller, "");
        let bits = |name: &str| {
            let found = all.iter().find(|(known, _)| known == name);
            found.expect("a set").1
        };
        assert!(bits("CapEff") & 1 << 21 != 0, "{all:x?}");
        for (name, bits) in capabilities(caller, "--cap-drop all") {
            assert_eq!(bits, 0, "{name}");
        }
        let some = capabilities(caller, "--cap-drop net_raw,CAP_SYS_ADMIN --cap-drop Chown");
        let dropped = 1 << 13 | 1 << 21 | 1;
        for (name, some) in some {
            assert_eq!(some, bits(&name) & !dropped, "{name}");
        }
        let out = run_isolate(
            caller,
            "--net none --cap-drop sys_admin sh -c 'mount -t tmpfs none /mnt 2>/dev/null || hostname x 2>/dev/null || echo no'",
        );
        assert_eq!(out.ok(), "no\n");
        // An ordinary user inside has none, whatever it starts.
        let out = run_isolate(
            caller,
            "--net none --map-user 5 grep ^Cap[EP] /proc/self/status",
        );
        assert_eq!(
            out.ok(),
            "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n"
        );
    });
}

#[test]
fn no_new_privileges_come() {
    both("users::no_new_privileges_come", |caller| {
        for options in ["", "--cap-drop all", "--share mnt,uts"] {
            let line = format!("--net none {options} grep NoNewPrivs /proc/self/status");
            assert_eq!(run_isolate(caller, &line).ok(), "NoNewPrivs:\t1\n");
        }
        // Not for isolate's caller.
        drop(isolate(caller, "true"));
    });
}
