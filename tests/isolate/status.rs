//! Exit statuses: those of the command, those of what is no command, and isolate's own.

use crate::callers::{Caller, Root, State, User, both, command_of, isolate, run_isolate};
use crate::common::*;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

/// What a shell that runs isolate with each of some words says of it, as `WORD STATUS`.
fn statuses(caller: Caller, words: &str, script: &str) -> Vec<(i32, i32)> {
    let script = format!(
        "for n in {words}; do isolate --net none sh -c '{script}' sh $n 2>&1; echo $n $?; done"
    );
    let text = finish(command_of(caller, &["sh", "-c", &script])).ok();
    let numbers = |line: &str| {
        let (word, status) = line.split_once(' ')?;
        Some((word.parse().ok()?, status.parse().ok()?))
    };
    let all = text.lines().map(|line| numbers(line).expect("two numbers"));
    all.collect()
}

fn list(numbers: impl IntoIterator<Item = i32>) -> String {
    let words: Vec<_> = numbers.into_iter().map(|n| n.to_string()).collect();
    words.join(" ")
}

#[test]
fn the_status_is_the_commands() {
    namespaces_with(
        &[part::ISOLATE],
        "status::the_status_is_the_commands",
        || {
            let expected: Vec<_> = (0..=255).map(|n| (n, n)).collect();
            assert_eq!(statuses(Root, &list(0..=255), "exit $1"), expected);
            let some = [0, 1, 2, 124, 125, 126, 127, 128, 129, 254, 255];
            let expected: Vec<_> = some.iter().map(|n| (*n, *n)).collect();
            assert_eq!(statuses(User, &list(some), "exit $1"), expected);
        },
    );
}

/// The signals that end a process by default.
pub fn deadly() -> Vec<i32> {
    let others = [
        libc::SIGCHLD,
        libc::SIGCONT,
        libc::SIGSTOP,
        libc::SIGTSTP,
        libc::SIGTTIN,
        libc::SIGTTOU,
        libc::SIGURG,
        libc::SIGWINCH,
    ];
    // The C library keeps 32 and 33 to itself.
    let all = (1..32).chain(34..65);
    all.filter(|signal| !others.contains(signal)).collect()
}

#[test]
fn a_signal_that_ends_the_command_is_128_and_its_number() {
    let test = "status::a_signal_that_ends_the_command_is_128_and_its_number";
    namespaces_with(&[part::ISOLATE], test, || {
        let signals = deadly();
        let expected: Vec<_> = signals.iter().map(|n| (*n, 128 + n)).collect();
        assert_eq!(statuses(Root, &list(signals), "kill -$1 $$"), expected);
        let some = [1, 2, 3, 9, 15, 64];
        let expected: Vec<_> = some.iter().map(|n| (*n, 128 + n)).collect();
        assert_eq!(statuses(User, &list(some), "kill -$1 $$"), expected);
    });
}

#[test]
fn what_is_no_command_is_126_or_127() {
    both("status::what_is_no_command_is_126_or_127", |caller| {
        let before = State::now();
        for (name, text, mode) in [
            ("plain", "exit 3\n", 0o644),
            // Without a first line it is one for the shell, as in execvp(3).
            ("script", "exit 3\n", 0o755),
            ("lost", "#!/no/such/interpreter\n", 0o755),
            ("empty", "", 0o755),
            ("unread", "exit 3\n", 0o111),
        ] {
            let path = format!("/run/{name}");
            fs::write(&path, text).expect("a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
        }
        for (command, status, text) in [
            (
                "nosuch",
                127,
                "exec of \"nosuch\" failed: No such file or directory",
            ),
            (
                "/no/such",
                127,
                "exec of \"/no/such\" failed: No such file or directory",
            ),
            ("''", 127, "exec of \"\" failed: No such file or directory"),
            (
                "/run/lost",
                127,
                "exec of \"/run/lost\" failed: No such file or directory",
            ),
            (
                "/run/plain",
                126,
                "exec of \"/run/plain\" failed: Permission denied",
            ),
            ("/run", 126, "exec of \"/run\" failed: Permission denied"),
            ("/", 126, "exec of \"/\" failed: Permission denied"),
            (
                "/run/plain/x",
                126,
                "exec of \"/run/plain/x\" failed: Not a directory",
            ),
            ("/run/script", 3, ""),
            ("/run/empty", 0, ""),
            ("sh /run/script", 3, ""),
        ] {
            let out = run_isolate(caller, &format!("--net none -- {command}"));
            let expected = match text {
                "" => String::new(),
                text => format!("isolate: {text}\n"),
            };
            let said = (out.code, out.stderr, out.stdout);
            assert_eq!(
                said,
                (status, expected, String::new()),
                "{command} by {caller:?}"
            );
        }
        before.is_back("no commands");
        // On the path, a file that cannot be run does not hide one that can be, and is remembered otherwise.
        fs::create_dir_all("/run/one").expect("a folder");
        fs::create_dir_all("/run/two").expect("a folder");
        fs::write("/run/one/both", "exit 1\n").expect("a file");
        fs::write("/run/one/first", "exit 1\n").expect("a file");
        fs::copy("/run/script", "/run/two/both").expect("a file");
        for (name, status) in [("both", 3), ("first", 126), ("neither", 127)] {
            let mut command = isolate(caller, &format!("--net none {name}"));
            let path = command
                .get_envs()
                .find_map(|(name, path)| (name == "PATH").then_some(path))
                .flatten()
                .expect("a path");
            let path = format!("/run/one:/run/two:{}", path.to_string_lossy());
            command.env("PATH", path);
            assert_eq!(finish(command).code, status, "{name}");
        }
    });
}

#[test]
fn what_isolate_cannot_do_is_125() {
    both("status::what_isolate_cannot_do_is_125", |caller| {
        let before = State::now();
        for (options, step, reason) in [
            (
                "--rootfs /nosuch",
                "make /nosuch the root",
                "No such file or directory",
            ),
            (
                "--bind /nosuch:/mnt",
                "open /nosuch",
                "No such file or directory",
            ),
            (
                "--bind /run/ipso-test:/dev/null",
                "mount /run/ipso-test on /dev/null",
                "Invalid argument",
            ),
            (
                "--tmpfs /dev/null",
                "mount tmpfs on /dev/null",
                "Not a directory",
            ),
            (
                "--chdir /nosuch",
                "start in /nosuch",
                "No such file or directory",
            ),
            ("--chdir /dev/null", "start in /dev/null", "Not a directory"),
        ] {
            let out = run_isolate(caller, &format!("--net none {options} true"));
            let expected = format!("isolate: {step}: {reason}\n");
            assert_eq!((out.code, out.stderr), (125, expected), "{caller:?}");
            before.is_back(options);
        }
        // A descriptor that is not open.
        let out = run_isolate(caller, "--net none --json-fd 77 true");
        let expected = "isolate: --json-fd: \"77\" is no open descriptor\n".to_owned();
        assert_eq!((out.code, out.stderr), (125, expected));
        before.is_back("--json-fd");
    });
}

/// What is left running ends with the command, however the processes inside hang together.
#[test]
fn nothing_outlives_the_command() {
    both("status::nothing_outlives_the_command", |caller| {
        let before = State::now();
        let out = run_isolate(
            caller,
            "sh -c 'sleep 1000 >/dev/null 2>&1 & (trap \"\" TERM HUP INT; sleep 1000 & sleep 1000) >/dev/null 2>&1 & exit 5'",
        );
        assert_eq!(out.code, 5, "{out:?}");
        before.is_back("sleeping processes");
    });
}
