//! What root inside could change the machine with: /proc/sys and /sys are read-only, unless they are asked for.
//!
//! Files are opened for writing here, and never written to.

use crate::callers::{Caller, Root, State, both, both_real, command_of, has_all_ids, run_isolate};
use crate::common::*;

/// Settings of the whole machine that its root can write to.
const OF_THE_MACHINE: &[&str] = &[
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/modprobe",
    "/proc/sys/vm/swappiness",
    "/proc/sys/fs/file-max",
    "/proc/sysrq-trigger",
    "/proc/irq/default_smp_affinity",
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/sys/kernel/uevent_helper",
    "/sys/power/state",
];

/// A script that prints which of some files can be opened for writing, and why others cannot.
fn script(paths: &[&str]) -> String {
    format!(
        "for file in {}; do if [ -e $file ]; then (: >>$file) 2>&1 && echo $file; fi; done",
        paths.join(" ")
    )
}

/// What a command can write to of the settings of the machine.
fn writable(caller: Caller, options: &str) -> Vec<String> {
    let line = format!("--net none {options} sh -c '{}'", script(OF_THE_MACHINE));
    let text = run_isolate(caller, &line);
    let lines = text.stdout.lines().filter(|line| line.starts_with('/'));
    lines.map(str::to_owned).collect()
}

#[test]
fn settings_of_the_machine_are_read_only() {
    let test = "settings::settings_of_the_machine_are_read_only";
    let body = |caller: Caller| {
        let before = State::now();
        for options in [
            "",
            "--share pid",
            "--share user",
            "--user 0",
            "--hostname h",
        ] {
            // An ordinary user can write to none of them, and one of a user namespace is root for its files.
            if caller == Root || options.is_empty() && has_all_ids() {
                assert_eq!(writable(caller, options), [""; 0], "{options}, {caller:?}");
            }
        }
        // Where root of a namespace is the real root outside, they are within its reach.
        let pattern = script(&OF_THE_MACHINE[..1]);
        let outside = finish(command_of(caller, &["sh", "-c", &pattern])).code == 0;
        if caller == Root && outside {
            let text = run_isolate(
                caller,
                &format!("--net none sh -c '{}'", script(&OF_THE_MACHINE[..1])),
            );
            assert!(
                text.stdout.ends_with(": Read-only file system\n"),
                "{text:?}"
            );
        }
        before.is_back("settings");
    };
    both(test, body);
}

#[test]
fn settings_of_the_real_machine_are_read_only() {
    let test = "settings::settings_of_the_real_machine_are_read_only";
    both_real(test, |caller| {
        assert_eq!(writable(caller, ""), [""; 0], "{caller:?}");
    });
}

/// With the real root this is what keeps a careless command from the machine's settings; without it they are within reach.
#[test]
fn settings_are_writable_if_asked_for() {
    let test = "settings::settings_are_writable_if_asked_for";
    both_real(test, |caller| {
        if caller != Root {
            return;
        }
        let before = State::now();
        assert_eq!(writable(caller, ""), [""; 0]);
        let outside = finish(command_of(caller, &["sh", "-c", &script(OF_THE_MACHINE)]));
        let outside: Vec<_> = outside.stdout.lines().collect();
        assert!(outside.contains(&OF_THE_MACHINE[0]), "{outside:?}");
        let inside = writable(caller, "--rw-sys");
        assert!(inside.contains(&OF_THE_MACHINE[0].to_owned()), "{inside:?}");
        before.is_back("settings");
    });
}

/// Those of the network inside are the command's own.
#[test]
fn settings_of_the_network_inside_can_be_had() {
    both(
        "settings::settings_of_the_network_inside_can_be_had",
        |caller| {
            let file = "/proc/sys/net/ipv4/conf/lo/forwarding";
            let own = std::fs::read_to_string(file).expect("a setting");
            let line = format!("--net none --rw-sys sh -c 'echo 1 >{file}; cat {file}'");
            assert_eq!(run_isolate(caller, &line).ok(), "1\n", "{caller:?}");
            assert_eq!(std::fs::read_to_string(file).expect("a setting"), own);
            // /sys shows the links of the network inside, read-only or not.
            for options in ["", "--rw-sys"] {
                let line = format!(
                    "--net none {options} sh -c 'for link in /sys/class/net/*/; do echo $link; done'"
                );
                let links = "/sys/class/net/lo/\n";
                assert_eq!(run_isolate(caller, &line).ok(), links, "{options}");
            }
        },
    );
}

/// Both are as they are with a root file system of the command's own.
#[test]
fn settings_are_read_only_in_another_root() {
    both_real(
        "settings::settings_are_read_only_in_another_root",
        |caller| {
            if caller != Root {
                return;
            }
            let root = crate::callers::host_root("settings");
            let before = State::now();
            let options = format!("--rootfs {}", root.display());
            assert_eq!(writable(caller, &options), [""; 0]);
            assert_eq!(writable(caller, &format!("{options} --ro")), [""; 0]);
            let inside = writable(caller, &format!("{options} --rw-sys"));
            assert!(inside.contains(&OF_THE_MACHINE[0].to_owned()), "{inside:?}");
            before.is_back("settings");
        },
    );
}
