//! Where a caller may not have all that isolate makes: no user namespaces, a chroot(2), and /proc in five states. The command
//! runs, a line says what it goes without, and nothing stays.

use crate::callers::{
    Caller, Mounts, NO_TUNNEL, Root, User, both, both_real, host_root, isolate, mount, output_of,
    run_isolate, unmount,
};
use crate::common::*;
use std::fs;
use std::path::Path;
use std::process::Stdio;

const NOBODY: &str = "isolate: nobody inside is root: users and groups cannot be mapped without a /proc to write to\n";
const PROC: &str =
    "isolate: /proc is the caller's, with its process ids: Operation not permitted\n";

/// Runs isolate in a mount namespace that `prepare` has changed. Its mounts are the same afterwards, whether or not there is
/// a /proc to read them in.
fn run_where(caller: Caller, prepare: impl Fn() + Send + Sync, line: &str) -> Out {
    // The program is there before /run is another one.
    fresh(|| {
        let mut command = isolate(caller, line);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut mounts = Mounts::open();
        prepare();
        let before = mounts.read();
        let out = output_of(command.spawn().expect("isolate"), line);
        assert_eq!(mounts.read(), before, "{line}");
        assert_eq!(run("ip -br link").stdout.lines().count(), 1, "{line}");
        out
    })
}

/// Makes a mount of /proc read-only here.
fn remount_read_only(path: &str) {
    let flags = libc::MS_BIND | libc::MS_REC;
    mount(Path::new(path), Path::new(path), "", flags).expect("a bind");
    let plain = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
    let flags = libc::MS_REMOUNT | libc::MS_BIND | libc::MS_RDONLY | plain;
    mount(Path::new("none"), Path::new(path), "", flags).expect("a remount");
}

fn tmpfs(path: &str) {
    mount(Path::new("none"), Path::new(path), "tmpfs", 0).expect("a tmpfs");
}

/// The states of /proc but for its absence. In the first the command has one of its own; in the others root has one where it
/// needs no user namespace for that.
type State = (&'static str, fn());
const STATES: [State; 4] = [
    ("normal", || {}),
    ("read-only", || remount_read_only("/proc")),
    ("covered in part", || tmpfs("/proc/fs")),
    ("covered", || tmpfs("/proc")),
];

/// In a user namespace, a /proc of which something is covered cannot be had, and the caller's is used.
#[test]
fn a_proc_in_any_state_will_do() {
    both("refusals::a_proc_in_any_state_will_do", |caller| {
        for (state, prepare) in STATES {
            for options in ["", "--net none", "--share user"] {
                if caller == User && options == "--share user" {
                    continue;
                }
                let out = run_where(caller, prepare, &format!("{options} sh -c 'exit 7'"));
                assert_eq!(out.code, 7, "{state}, {options}, {caller:?}: {out:?}");
                let mut lines: Vec<_> = out.stderr.lines().collect();
                lines.sort();
                lines.dedup();
                let said = |line: &str| lines.contains(&line.trim_end());
                assert_eq!(lines.len(), out.stderr.lines().count(), "{out:?}");
                assert!(state != "normal" || !said(PROC), "{options}: {out:?}");
                assert_eq!(
                    said(NO_TUNNEL),
                    caller == User && options.is_empty(),
                    "{state}: {out:?}"
                );
                for line in lines {
                    let known = [PROC, NOBODY, NO_TUNNEL].map(str::trim_end).contains(&line);
                    assert!(known, "{state}, {options}, {caller:?}: {line}");
                }
            }
        }
    });
}

/// The real root goes without a user namespace before it goes without a /proc of its own.
#[test]
fn the_real_root_has_a_proc_of_its_own() {
    both_real("refusals::the_real_root_has_a_proc_of_its_own", |caller| {
        let absent: State = ("absent", || unmount("/proc").expect("no /proc"));
        for (state, prepare) in STATES.into_iter().chain([absent]) {
            let script = "read name </proc/2/comm; if [ $name = sh ]; then echo own; fi; exit 7";
            let out = run_where(caller, prepare, &format!("--net none sh -c '{script}'"));
            assert_eq!(out.code, 7, "{state}, {caller:?}: {out:?}");
            match caller {
                Root => {
                    assert_eq!((&*out.stdout, &*out.stderr), ("own\n", ""), "{state}");
                }
                User if state == "normal" => assert_eq!(&*out.stdout, "own\n"),
                // It has none, or the caller's.
                User => {}
            }
        }
    });
}

/// Root's settings stay read-only where /proc cannot be had and is the caller's.
#[test]
fn what_cannot_be_had_is_still_protected() {
    let test = "refusals::what_cannot_be_had_is_still_protected";
    both(test, |caller| {
        if caller == User {
            return;
        }
        let script = "(: >>/proc/sys/kernel/core_pattern) 2>/dev/null || echo no";
        for (state, prepare) in &STATES[..3] {
            let out = run_where(caller, prepare, &format!("--net none sh -c '{script}'"));
            assert_eq!((out.code, &*out.stdout), (0, "no\n"), "{state}: {out:?}");
        }
    });
}

#[test]
fn a_sys_in_any_state_will_do() {
    both("refusals::a_sys_in_any_state_will_do", |caller| {
        let states: [State; 4] = [
            ("normal", || {}),
            ("read-only", || remount_read_only("/sys")),
            ("covered in part", || tmpfs("/sys/kernel")),
            ("covered", || tmpfs("/sys")),
        ];
        for (state, prepare) in states {
            let out = run_where(caller, prepare, "--net none sh -c 'exit 7'");
            assert_eq!(out.code, 7, "{state}, {caller:?}: {out:?}");
            let line = "isolate: /sys is the caller's: Operation not permitted\n";
            let may_say = state.starts_with("covered");
            assert!(
                out.stderr.is_empty() || may_say && out.stderr == line,
                "{state}, {caller:?}: {out:?}"
            );
        }
    });
}

/// A caller whose user namespace may have no more of them.
#[test]
fn without_user_namespaces_root_goes_without() {
    let test = "refusals::without_user_namespaces_root_goes_without";
    namespaces_with(&[part::ISOLATE], test, || {
        let file = "/proc/sys/user/max_user_namespaces";
        if let Err(e) = fs::write(file, "0") {
            return skip(test, &format!("{file}: {e}"));
        }
        let before = crate::callers::State::now();
        let out = run_isolate(
            Root,
            "sh -c 'readlink /proc/self/ns/user; ip -4 -br addr show eth0; exit 7'",
        );
        let own = fs::read_link("/proc/self/ns/user").expect("a namespace");
        assert_eq!(out.code, 7, "{out:?}");
        assert_eq!(out.stderr, "");
        assert!(
            out.stdout.starts_with(own.to_str().expect("text")),
            "{out:?}"
        );
        assert!(out.stdout.contains("10.1.1.2/24"), "{out:?}");
        let out = run_isolate(Root, "--net none -v true");
        let text = "isolate: no user namespace: No space left on device\n";
        assert!(out.code == 0 && out.stderr.starts_with(text), "{out:?}");
        // Ids of its own are what is asked for, and not to be had.
        let out = run_isolate(Root, "--net none --map-user 5 true");
        assert!(out.code == 125 && !out.stderr.is_empty(), "{out:?}");
        before.is_back("no user namespaces");
        fs::write(file, "100").expect("a setting");
    });
}

/// The real user in a user namespace that may have no others.
#[test]
fn without_user_namespaces_a_user_is_told() {
    let test = "refusals::without_user_namespaces_a_user_is_told";
    namespaces_with(&[part::ISOLATE], test, || {
        let file = "/proc/sys/user/max_user_namespaces";
        // One is that of the user.
        if let Err(e) = fs::write(file, "1") {
            return skip(test, &format!("{file}: {e}"));
        }
        let out = run_isolate(User, "--net none true");
        let text = "isolate: namespaces: No space left on device\n";
        assert_eq!((out.code, out.stderr.as_str()), (125, text));
        fs::write(file, "100").expect("a setting");
        // A namespace that needs no other is no help: it takes rights that a user has only in a user namespace.
        let out = run_isolate(
            User,
            "--share user,net,mnt,pid,uts,ipc,cgroup sh -c 'exit 4'",
        );
        assert_eq!(out.code, 4, "{out:?}");
    });
}

#[test]
fn in_a_chroot_root_goes_without_a_user_namespace() {
    let test = "refusals::in_a_chroot_root_goes_without_a_user_namespace";
    both(test, |caller| {
        let name = format!("chroot-{caller:?}");
        let root = host_root(&name);
        let place = root.join("proc");
        mount(Path::new("/proc"), &place, "", libc::MS_BIND | libc::MS_REC).expect("/proc");
        let before = crate::callers::State::now();
        let script = "readlink /proc/self/ns/user; echo $$; ls /own; exit 7";
        let line = words(&format!(
            "chroot {} /own/isolate --net none sh -c '{script}'",
            root.display()
        ));
        let line: Vec<_> = line.iter().map(String::as_str).collect();
        // chroot(2) needs a right that an ordinary user has in its own user namespace only.
        let out = match caller {
            Root => finish(crate::callers::command_of(Root, &line)),
            User => return,
        };
        let own = fs::read_link("/proc/self/ns/user").expect("a namespace");
        let expected = format!("{}\n2\nip\nipso\nisolate\n", own.display());
        assert_eq!((out.code, &*out.stdout, &*out.stderr), (7, &*expected, ""));
        before.is_back("a chroot");
        // The same without a /proc.
        unmount(place.to_str().expect("text")).expect("no /proc");
        let line = words(&format!(
            "chroot {} /own/isolate sh -c 'exit 7'",
            root.display()
        ));
        let line: Vec<_> = line.iter().map(String::as_str).collect();
        let out = finish(crate::callers::command_of(Root, &line));
        assert_eq!((out.code, &*out.stderr), (7, ""));
    });
}
