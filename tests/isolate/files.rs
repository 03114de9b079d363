//! Files: another root file system, mounts, folders and the environment.

use crate::callers::{Caller, NO_TUNNEL, State, both, host_root, isolate, mount, run_isolate};
use crate::common::*;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// A busybox that needs no other file: this machine's, or the one that `cargo vm --fetch` has brought.
fn busybox(test: &str) -> Option<PathBuf> {
    let brought = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/vm/busybox");
    let found = [PathBuf::from("/bin/busybox"), brought]
        .into_iter()
        .find(|path| is_static(path));
    if found.is_none() {
        skip(test, "no busybox-static: `cargo vm --fetch` brings one");
    }
    found
}

/// A new folder in /run, for every user.
fn folder(path: &str) -> PathBuf {
    let path = PathBuf::from(path);
    fs::create_dir_all(&path).expect("a folder");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).expect("a mode");
    path
}

/// Standard output of a command that has to succeed in a root file system.
#[track_caller]
fn in_root(caller: Caller, root: &Path, options: &str, command: &str) -> String {
    let line = format!("--net none --rootfs {} {options} {command}", root.display());
    run_isolate(caller, &line).ok()
}

/// The product needs nothing but itself.
#[test]
fn the_program_alone_is_a_root() {
    let test = "files::the_program_alone_is_a_root";
    both(test, |caller| {
        let program = [
            ipso(),
            Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ipso"),
        ];
        let Some(program) = program.iter().find(|program| is_static(program)) else {
            return skip(
                test,
                "the program needs other files: `cargo static` makes one that does not",
            );
        };
        let root = folder(&format!("/run/alone-{caller:?}"));
        fs::copy(program, root.join("ipso")).expect("a copy");
        let before = State::now();
        let out = run_isolate(
            caller,
            &format!("--rootfs {} /ipso ip -br link", root.display()),
        );
        let said = if caller == crate::callers::Root {
            ""
        } else {
            NO_TUNNEL
        };
        assert!(
            out.code == 0 && out.stdout.starts_with("lo ") && out.stderr == said,
            "{out:?}"
        );
        // What it takes is made.
        for name in ["proc", "sys", "dev"] {
            assert!(root.join(name).is_dir(), "{name}");
        }
        let out = in_root(
            caller,
            &root,
            "",
            "/ipso isolate --net none /ipso ip -br link",
        );
        assert!(out.starts_with("lo "), "{out}");
        let missing = run_isolate(
            caller,
            &format!("--net none --rootfs {} sh", root.display()),
        );
        assert_eq!(missing.code, 127, "{missing:?}");
        before.is_back("a root of the program alone");
    });
}

#[test]
fn busybox_is_a_root() {
    let test = "files::busybox_is_a_root";
    both(test, |caller| {
        let Some(busybox) = busybox(test) else { return };
        let root = folder(&format!("/run/busybox-{caller:?}"));
        folder(root.join("bin").to_str().expect("text"));
        fs::copy(busybox, root.join("bin/busybox")).expect("a copy");
        for name in [
            "sh", "ls", "cat", "mount", "id", "stat", "touch", "pwd", "env", "readlink",
        ] {
            symlink("busybox", root.join("bin").join(name)).expect("a link");
        }
        let before = State::now();
        let names = in_root(
            caller,
            &root,
            "",
            "/bin/sh -c 'ls /; echo $$; ls /proc/1/stat >/dev/null && echo proc'",
        );
        assert_eq!(names, "bin\ndev\nproc\nrun\nsys\n2\nproc\n", "{caller:?}");
        // The old root is nowhere to be seen, however a shell looks for it.
        let up = in_root(
            caller,
            &root,
            "",
            "/bin/sh -c 'cd ../../../..; pwd; ls -d bin; cd /proc/self/root; ls -d bin; cat /proc/self/mountinfo'",
        );
        assert!(up.starts_with("/\nbin\nbin\n"), "{up}");
        assert!(!up.contains("/run/busybox"), "{up}");
        let old: Vec<_> = up
            .lines()
            .skip(3)
            .filter(|line| line.contains(" / / "))
            .collect();
        assert!(old.len() <= 1, "{old:?}");
        before.is_back("a root with busybox");
    });
}

#[test]
fn another_root_has_the_hosts_devices_and_no_more() {
    let test = "files::another_root_has_the_hosts_devices_and_no_more";
    both(test, |caller| {
        let root = host_root(&format!("devices-{caller:?}"));
        let before = State::now();
        let names = in_root(caller, &root, "", "ls /dev");
        let names: Vec<_> = names.split_whitespace().collect();
        assert_eq!(
            names,
            [
                "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout",
                "tty", "urandom", "zero"
            ]
        );
        let script = "echo x >/dev/null; head -c 3 /dev/zero | wc -c; head -c 3 /dev/urandom | wc -c; echo out >/dev/stdout; \
            (echo x >/dev/full) 2>/dev/null || echo full; touch /dev/shm/x && ls /dev/shm; stat -c %a /dev/shm; ls /dev/pts; \
            test -c /dev/tty && echo tty; cat /dev/fd/0 </dev/null; mknod /dev/disk b 8 0 2>/dev/null || echo none";
        let text = in_root(caller, &root, "", &format!("sh -c '{script}'"));
        assert_eq!(
            text, "3\n3\nout\nfull\nx\n1777\nptmx\ntty\nnone\n",
            "{caller:?}"
        );
        before.is_back("devices");
    });
}

#[test]
fn read_only_is_all_but_what_is_asked_for() {
    let test = "files::read_only_is_all_but_what_is_asked_for";
    both(test, |caller| {
        let place = folder("/run/place");
        let _ = fs::remove_file(place.join("x"));
        let root = host_root(&format!("ro-{caller:?}"));
        let before = State::now();
        let try_all = |paths: &[&str]| {
            format!(
                "sh -c 'for dir in {}; do if (: >$dir/x) 2>/dev/null; then rm $dir/x; echo $dir; fi; done'",
                paths.join(" ")
            )
        };
        // Temporary files can be written, and are the command's own.
        let paths = [
            "/",
            "/run",
            "/etc",
            "/run/place",
            "/tmp",
            "/dev/shm",
            "/usr",
        ];
        let text = run_isolate(caller, &format!("--net none --ro {}", try_all(&paths))).ok();
        assert_eq!(text, "/tmp\n/dev/shm\n", "{caller:?}");
        let line = format!("--net none --ro --bind /run/place {}", try_all(&paths));
        assert_eq!(
            run_isolate(caller, &line).ok(),
            "/run/place\n/tmp\n/dev/shm\n",
            "{caller:?}"
        );
        let text = in_root(
            caller,
            &root,
            "--ro --bind /run/place:/own/place",
            &try_all(&["/", "/own", "/own/place", "/dev/shm", "/run", "/tmp"]),
        );
        assert_eq!(text, "/own/place\n/dev/shm\n", "{caller:?}");
        let text = in_root(caller, &root, "--ro --tmpfs /tmp", &try_all(&["/", "/tmp"]));
        assert_eq!(text, "/tmp\n");
        // The null device still takes what it is given, and /proc what a process writes of itself.
        let line =
            "--net none --ro sh -c 'echo x >/dev/null && echo name >/proc/self/comm && echo well'";
        assert_eq!(run_isolate(caller, line).ok(), "well\n");
        before.is_back("read-only");
    });
}

#[test]
fn folders_and_files_are_bound() {
    both("files::folders_and_files_are_bound", |caller| {
        let source = folder("/run/source");
        fs::write(source.join("file"), "a file\n").expect("a file");
        folder("/run/source/below");
        mount(Path::new("none"), &source.join("below"), "tmpfs", 0).expect("a tmpfs");
        fs::write("/run/source/below/deep", "deep\n").expect("a file");
        fs::write("/run/source/a b", "blank\n").expect("a file");
        folder("/run/target");
        let root = host_root(&format!("bind-{caller:?}"));
        let before = State::now();
        for (options, command, text) in [
            (
                "--bind /run/source:/run/target",
                "cat /run/target/file /run/target/below/deep",
                "a file\ndeep\n",
            ),
            (
                "--bind /run/source/file:/etc/hostname",
                "cat /etc/hostname",
                "a file\n",
            ),
            // The last one at a place is what is seen, and a place may be in one that was bound before.
            (
                "--bind /run/source:/run/target --bind /run/source/below:/run/target",
                "ls /run/target",
                "deep\n",
            ),
            (
                "--tmpfs /run/target --bind /run/source:/run/target/new/er",
                "cat /run/target/new/er/file",
                "a file\n",
            ),
            (
                "--tmpfs /run/target --bind /run/source/file:/run/target/a/b",
                "cat /run/target/a/b",
                "a file\n",
            ),
            (
                "--bind '/run/source/a b:/etc/hostname'",
                "cat /etc/hostname",
                "blank\n",
            ),
            (
                "--bind /run/source:/run/target:ro",
                "sh -c '(: >/run/target/x) 2>/dev/null || echo no; (: >/run/target/below/x) 2>/dev/null || echo no'",
                "no\nno\n",
            ),
            (
                "--bind /run/source:/run/target:rw",
                "sh -c ': >/run/target/x && rm /run/target/x && echo yes'",
                "yes\n",
            ),
            (
                "--bind /run/source::ro",
                "sh -c '(: >/run/source/x) 2>/dev/null || echo no'",
                "no\n",
            ),
            // What is read-only at one place is not so at another.
            (
                "--bind /run/source:/run/target:ro",
                "sh -c ': >/run/source/x && rm /run/source/x && echo yes'",
                "yes\n",
            ),
        ] {
            let out = run_isolate(caller, &format!("--net none {options} {command}"));
            assert_eq!(
                (&*out.stdout, &*out.stderr),
                (text, ""),
                "{options}, {caller:?}"
            );
        }
        for (options, command, text) in [
            (
                "--bind /run/source:/data",
                "cat /data/file /data/below/deep",
                "a file\ndeep\n",
            ),
            (
                "--bind /run/source/file:/some/where/file",
                "cat /some/where/file",
                "a file\n",
            ),
            ("--bind /run/source", "cat /run/source/file", "a file\n"),
            (
                "--bind /run/source/file:/etc/hostname",
                "cat /etc/hostname",
                "a file\n",
            ),
            (
                "--tmpfs /new/place",
                "sh -c 'touch /new/place/x; ls /new/place; stat -c %a /new/place'",
                "x\n1777\n",
            ),
        ] {
            assert_eq!(
                in_root(caller, &root, options, command),
                text,
                "{options}, {caller:?}"
            );
        }
        before.is_back("binds");
        unmount_below();
        // A file that is missing outside stays so.
        let refused = run_isolate(caller, "--net none --bind /nosuch:/run/target true");
        assert_eq!(
            (refused.code, &*refused.stderr),
            (125, "isolate: open /nosuch: No such file or directory\n")
        );
        before_target_is_empty();
    });
}

fn unmount_below() {
    crate::callers::unmount("/run/source/below").expect("no tmpfs");
}

fn before_target_is_empty() {
    assert_eq!(fs::read_dir("/run/target").expect("a folder").count(), 0);
}

/// A link in the root file system is followed in that, as the command itself would.
#[test]
fn links_do_not_lead_out_of_the_root() {
    both("files::links_do_not_lead_out_of_the_root", |caller| {
        let root = host_root(&format!("links-{caller:?}"));
        let secret = folder("/run/secret");
        fs::write(secret.join("file"), "outside\n").expect("a file");
        folder("/run/source");
        fs::write("/run/source/file", "bound\n").expect("a file");
        for (link, to) in [
            ("absolute", "/run/secret"),
            ("relative", "../../../../../../run/secret"),
            ("file", "/run/secret/file"),
            ("dangling", "/run/secret/none"),
        ] {
            symlink(to, root.join(link)).expect("a link");
        }
        let before = State::now();
        for place in [
            "/absolute",
            "/relative",
            "/absolute/deeper",
            "/file",
            "/dangling",
        ] {
            let source = if place == "/file" || place == "/dangling" {
                "/run/source/file"
            } else {
                "/run/source"
            };
            let line = format!(
                "--net none --rootfs {} --bind {source}:{place} ls /run",
                root.display()
            );
            // It may be refused; it may not change anything outside.
            let out = run_isolate(caller, &line);
            assert!(matches!(out.code, 0 | 125), "{place}: {out:?}");
            let line = format!(
                "--net none --rootfs {} --tmpfs {place} true",
                root.display()
            );
            let out = run_isolate(caller, &line);
            assert!(matches!(out.code, 0 | 125), "{place}: {out:?}");
            let names: Vec<_> = fs::read_dir(&secret)
                .expect("a folder")
                .flatten()
                .map(|entry| entry.file_name())
                .collect();
            assert_eq!(names, ["file"], "{place}, {caller:?}");
            assert_eq!(
                fs::read_to_string("/run/secret/file").expect("a file"),
                "outside\n"
            );
            before.is_back(place);
        }
        // A link is read inside, where there is no such thing.
        let out = in_root(
            caller,
            &root,
            "",
            "sh -c 'cat /file 2>/dev/null || echo none'",
        );
        assert_eq!(out, "none\n", "{caller:?}");
        // /dev itself may be one.
        fs::remove_dir(root.join("dev")).expect("no folder");
        symlink("/run/secret", root.join("dev")).expect("a link");
        let out = run_isolate(
            caller,
            &format!("--net none --rootfs {} ls /dev/", root.display()),
        );
        assert!(matches!(out.code, 0 | 125), "{out:?}");
        assert_eq!(
            fs::read_dir(&secret).expect("a folder").count(),
            1,
            "{caller:?}"
        );
        before.is_back("a link for /dev");
    });
}

#[test]
fn the_folder_is_the_callers_or_a_named_one() {
    both(
        "files::the_folder_is_the_callers_or_a_named_one",
        |caller| {
            let root = host_root(&format!("folder-{caller:?}"));
            folder("/run/here");
            folder(root.join("own/here").to_str().expect("text"));
            let before = State::now();
            let pwd = |from: &str, options: &str| {
                let mut command = isolate(caller, &format!("--net none {options} sh -c 'pwd -P'"));
                command.current_dir(from).stderr(Stdio::inherit());
                finish(command).ok()
            };
            let rootfs = format!("--rootfs {}", root.display());
            for (from, options, folder) in [
                ("/run/here", "", "/run/here"),
                ("/run/here", "--chdir /etc", "/etc"),
                ("/run", "--chdir here", "/run/here"),
                ("/run/here", "--ro", "/run/here"),
                // Where there is no such folder it is the root.
                ("/run/here", &rootfs, "/"),
                ("/usr", &rootfs, "/usr"),
                (
                    "/run/here",
                    &format!("{rootfs} --chdir /own/here"),
                    "/own/here",
                ),
                ("/usr", &format!("{rootfs} --chdir lib"), "/usr/lib"),
                (
                    "/run/here",
                    &format!("{rootfs} --bind /run/here:/work --chdir /work"),
                    "/work",
                ),
            ] {
                assert_eq!(
                    pwd(from, options),
                    format!("{folder}\n"),
                    "{from} {options}, {caller:?}"
                );
            }
            before.is_back("folders");
            // By a relative path as well.
            let mut command = isolate(
                caller,
                &format!("--net none --rootfs folder-{caller:?} ls -d /own"),
            );
            command.current_dir("/run");
            assert_eq!(finish(command).ok(), "/own\n");
        },
    );
}

#[test]
fn the_environment_is_the_callers_or_a_named_one() {
    both(
        "files::the_environment_is_the_callers_or_a_named_one",
        |caller| {
            let environment = |options: &str| {
                let mut command = isolate(caller, &format!("--net none {options} /usr/bin/env"));
                command.env("OWN", "1").env("OTHER", "");
                let text = finish(command).ok();
                let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
                let kept = ["OWN=", "OTHER=", "NEW=", "EMPTY="];
                lines.retain(|line| {
                    options.contains("clear") || kept.iter().any(|start| line.starts_with(start))
                });
                lines.sort();
                lines.join(" ")
            };
            assert_eq!(environment(""), "OTHER= OWN=1");
            assert_eq!(environment("--env NEW=x"), "NEW=x OTHER= OWN=1");
            assert_eq!(
                environment("--env OWN=2 --env 'NEW=a b=c'"),
                "NEW=a b=c OTHER= OWN=2"
            );
            assert_eq!(
                environment("--env OWN=2 --env OWN=3 --env OWN="),
                "OTHER= OWN="
            );
            assert_eq!(environment("--clear-env"), "");
            assert_eq!(
                environment("--clear-env --env EMPTY= --env OWN=4"),
                "EMPTY= OWN=4"
            );
            // The command is looked for on its own path.
            let out = run_isolate(caller, "--net none --env PATH=/nowhere true");
            assert_eq!(out.code, 127, "{out:?}");
            let out = run_isolate(
                caller,
                "--net none --clear-env --env PATH=/bin:/usr/bin sh -c 'exit 3'",
            );
            assert_eq!(out.code, 3, "{out:?}");
        },
    );
}
