//! Descriptors: the command gets the standard streams, what it is to keep, and nothing else.

use crate::callers::{Caller, both, command_of, isolate, output_of, run_isolate};
use crate::common::*;
use std::fs;
use std::os::fd::AsRawFd as _;
use std::os::unix::process::CommandExt as _;
use std::process::Stdio;

/// Prints the numbers of the descriptors that a shell has, but not the one by which it reads the folder.
const LIST: &str = "for n in /proc/$$/fd/*; do if [ -h $n ]; then echo ${n##*/}; fi; done";

/// What a command has open if isolate is started with some descriptors, and without others.
fn open_inside(caller: Caller, options: &str, open: &[i32], closed: &[i32]) -> String {
    let place = "/run/list";
    fs::write(place, "").expect("a file");
    let script = format!("exec >{place}; {LIST}");
    let mut command = isolate(caller, &format!("--net none {options} sh -c '{script}'"));
    let file = fs::File::open("/proc/version").expect("a file");
    let (open, closed) = (open.to_vec(), closed.to_vec());
    // SAFETY: between fork and exec only system calls are made, with numbers.
    unsafe {
        command.pre_exec(move || {
            // Of a number that is none of them, since one that is copied to itself keeps its flag.
            let source = libc::fcntl(file.as_raw_fd(), libc::F_DUPFD_CLOEXEC, 600);
            check(source)?;
            for number in &open {
                check(libc::dup2(source, *number))?;
            }
            for number in &closed {
                libc::close(*number);
            }
            Ok(())
        });
    }
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let out = output_of(command.spawn().expect("isolate"), options);
    assert_eq!(out.code, 0, "{options}");
    let text = fs::read_to_string(place).expect("a list");
    let mut numbers: Vec<i32> = text.lines().map(|n| n.parse().expect("a number")).collect();
    numbers.sort_unstable();
    let words: Vec<_> = numbers.iter().map(|n| n.to_string()).collect();
    words.join(" ")
}

#[test]
fn no_descriptor_leaks_in() {
    both("descriptors::no_descriptor_leaks_in", |caller| {
        let usual = "0 1 2";
        let open = [3, 4, 5, 7, 42, 255, 1000];
        assert_eq!(open_inside(caller, "", &open, &[]), usual, "{caller:?}");
        assert_eq!(open_inside(caller, "--hostname h", &open, &[0]), "1 2");
        for (options, kept) in [
            ("--keep-fd 5", "5"),
            ("--keep-fd 1000 --keep-fd 3 --keep-fd 3", "3 1000"),
            // What is not there is not made.
            ("--keep-fd 6 --keep-fd 7", "7"),
        ] {
            let mut numbers: Vec<i32> = format!("{usual} {kept}")
                .split(' ')
                .map(|n| n.parse().expect("a number"))
                .collect();
            numbers.sort_unstable();
            let words: Vec<_> = numbers.iter().map(|n| n.to_string()).collect();
            let found = open_inside(caller, options, &open, &[]);
            assert_eq!(found, words.join(" "), "{options}, {caller:?}");
        }
    });
}

/// Process 1 has the caller's environment, and its socket leads outside.
#[test]
fn nobody_inside_looks_into_process_1() {
    both(
        "descriptors::nobody_inside_looks_into_process_1",
        |caller| {
            for file in ["environ", "fd/0", "exe", "root"] {
                let line = format!("--net none sh -c '! cat /proc/1/{file} >/dev/null 2>&1'");
                assert_eq!(run_isolate(caller, &line).code, 0, "{file}, {caller:?}");
            }
        },
    );
}

/// A caller may have closed its standard streams: nothing of isolate's takes their places.
#[test]
fn closed_streams_stay_closed() {
    both("descriptors::closed_streams_stay_closed", |caller| {
        for closed in [&[0][..], &[1], &[2], &[0, 2], &[0, 1, 2]] {
            let open = open_inside(caller, "", &[], closed);
            // The shell's output goes to the file of the list.
            let expected = (0..3).filter(|n| *n == 1 || !closed.contains(n));
            let expected: Vec<_> = expected.map(|n| n.to_string()).collect();
            assert_eq!(open, expected.join(" "), "{closed:?}");
        }
        // With the tunnel and a name there are more descriptors.
        for options in ["", "--name n", "--rootfs /nosuch"] {
            let mut command = isolate(caller, &format!("{options} true"));
            // SAFETY: closes three numbers.
            unsafe {
                command.pre_exec(|| {
                    (0..3).for_each(|number| {
                        libc::close(number);
                    });
                    Ok(())
                });
            }
            let status = crate::callers::status_of(command.spawn().expect("isolate"), options);
            let refused = options.starts_with("--rootfs")
                || (caller, options) == (crate::callers::User, "--name n");
            assert_eq!(
                status,
                if refused { 125 } else { 0 },
                "{options}, {caller:?}"
            );
        }
    });
}

#[test]
fn a_kept_descriptor_leads_where_it_did() {
    both(
        "descriptors::a_kept_descriptor_leads_where_it_did",
        |caller| {
            fs::write("/run/text", "a line\n").expect("a file");
            let line = "exec 7</run/text 8>/run/copy; exec isolate --net none --keep-fd 7 --keep-fd 8 sh -c 'cat <&7 >&8'";
            finish(command_of(caller, &["sh", "-c", line])).ok();
            assert_eq!(fs::read_to_string("/run/copy").expect("a copy"), "a line\n");
        },
    );
}
