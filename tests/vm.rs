//! In a virtual machine with Debian's kernel (`cargo vm`): the initramfs that this program is made for, and the other tests on a
//! kernel that is older and has every kind of link. What it takes is brought by `cargo vm --fetch`.

mod common;
use common::*;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The machine is there, or this is said.
fn machine(test: &str) -> bool {
    let kernels = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/vm/kernel");
    let there = which("qemu-system-x86_64").is_some()
        && which("busybox").is_some()
        && fs::read_dir(kernels).is_ok_and(|mut kernels| kernels.next().is_some())
        && Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("target/ipso")
            .exists();
    if !there {
        skip(
            test,
            "no machine: `cargo static` and `cargo vm --fetch` bring what it takes",
        );
    }
    there
}

/// Runs `cargo vm WORDS`; its status, and what it says on either stream: what runs inside has but one.
fn vm(words: &[&str]) -> (i32, String) {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .arg("vm")
        .args(words)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("IPSO", "target/ipso")
        .env("IPSO_PATIENCE", "6")
        // All kinds, each a few times: everything is slow in there.
        .env("IPSO_KINDS", "30")
        .env("IPSO_CASES", "4");
    let output = command.output().expect("cargo");
    let text = [output.stderr, output.stdout].concat();
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

#[test]
fn an_initramfs_of_ipso_alone() {
    if machine("an_initramfs_of_ipso_alone") {
        let (code, text) = vm(&["--bare"]);
        assert!(
            code == 0 && text.ends_with("commands, 0 of them wrong\n"),
            "{code}\n{text}"
        );
    }
}

#[test]
fn an_init_script_with_busybox() {
    if machine("an_init_script_with_busybox") {
        let (code, text) = vm(&["--busybox"]);
        assert!(
            code == 0 && text.ends_with("init: all is well\n"),
            "{code}\n{text}"
        );
    }
}

#[test]
fn a_status_comes_out_and_a_hang_ends() {
    if machine("a_status_comes_out_and_a_hang_ends") {
        let (code, text) = vm(&["--", "sh", "-c", "echo out; echo err >&2; exit 7"]);
        assert_eq!((code, text.as_str()), (7, "out\nerr\n"));
        let (code, text) = vm(&["--deadline", "1", "--", "true"]);
        assert!(
            code == 1 && text.contains("vm: still running after 1s; the console's end:"),
            "{text}"
        );
    }
}

/// The newest build of another file of tests.
fn built(name: &str) -> PathBuf {
    let own = env::current_exe().expect("the path of this test");
    let folder = own.parent().expect("its folder");
    let prefix = format!("{name}-");
    let is_it = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(&prefix) && !name.contains('.'))
    };
    let paths = fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path());
    let modified = |path: &PathBuf| {
        fs::metadata(path)
            .and_then(|meta| meta.modified())
            .expect("a time")
    };
    paths.filter(is_it).max_by_key(modified).expect("a build")
}

/// Runs another file of tests in there, with the static file.
fn suite(test: &str, name: &str) {
    if !machine(test) {
        return;
    }
    let program = built(name).display().to_string();
    let (code, text) = vm(&["--", &program, "--test-threads", "2", "--color", "never"]);
    let (skips, failures) = (text.contains("SKIP "), text.contains("FAILED"));
    assert!(
        code == 0 && text.contains("test result: ok. ") && !skips && !failures,
        "{code}\n{text}"
    );
}

#[test]
fn differential_inside() {
    suite("differential_inside", "differential");
}

#[test]
fn netns_inside() {
    suite("netns_inside", "netns");
}

#[test]
fn namespaces_inside() {
    suite("namespaces_inside", "namespaces");
}
