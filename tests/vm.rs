//! Tests in a virtual machine with Debian's kernel (`cargo vm`): an initramfs as people have it, and other files of
//! tests on a kernel that is older than most and has every kind of link. `cargo vm --fetch` brings what they need.

mod common;
use common::*;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs};

/// A virtual machine, and what it needs.
struct Machine {
    qemu: &'static str,
    /// Whether its images have a busybox.
    busybox: bool,
    /// How the name of its kernel ends.
    kernel: &'static str,
    ipso: &'static str,
    /// The options of cargo commands that choose this machine.
    target: &'static [&'static str],
}

const X86_64: Machine = Machine {
    qemu: "qemu-system-x86_64",
    busybox: true,
    kernel: "-amd64",
    ipso: "target/ipso",
    target: &[],
};

const AARCH64: Machine = Machine {
    qemu: "qemu-system-aarch64",
    busybox: false,
    kernel: "-arm64",
    ipso: "target/ipso-aarch64",
    target: &["--target", "aarch64-unknown-linux-musl"],
};

impl Machine {
    /// Whether all of it is here; if not, `test` is skipped.
    fn is_there(&self, test: &str) -> bool {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let kernels = fs::read_dir(root.join("target/vm/kernel"));
        let there = which(self.qemu).is_some()
            && (!self.busybox || busybox(root))
            && kernels.is_ok_and(|kernels| {
                let mut names = kernels.flatten().map(|kernel| kernel.file_name());
                names.any(|name| name.to_string_lossy().ends_with(self.kernel))
            })
            && root.join(self.ipso).exists();
        if !there {
            let target: String = self.target.iter().map(|word| format!(" {word}")).collect();
            let text = format!(
                "no machine: `cargo static{target}` and `cargo vm --fetch{target}` bring what it takes"
            );
            skip(test, &text);
        }
        there
    }
}

/// Whether there is a static one.
fn busybox(root: &Path) -> bool {
    is_static(Path::new("/bin/busybox")) || is_static(&root.join("target/vm/busybox"))
}

fn machine(test: &str) -> bool {
    X86_64.is_there(test)
}

/// Runs `cargo vm WORDS`. Returns its status and what it prints on both streams: what runs inside has one stream alone.
fn vm(words: &[&str]) -> (i32, String) {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .arg("vm")
        .args(words)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("IPSO", "target/ipso")
        .env("IPSO_PATIENCE", "6")
        // That kernel has at least 30 kinds. Each is tried a few times only, since everything is slow in there.
        .env("IPSO_KINDS", "30")
        .env("IPSO_CASES", "2");
    let output = command.output().expect("cargo");
    let text = [output.stderr, output.stdout].concat();
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

/// Boots an initramfs with ipso and an init alone, which plays the walkthrough.
fn alone(test: &str, machine: &Machine) {
    if machine.is_there(test) {
        let (code, text) = vm(&[&["--bare"], machine.target].concat());
        assert!(
            code == 0 && text.ends_with("commands, 0 of them wrong\n"),
            "{code}\n{text}"
        );
    }
}

#[test]
fn an_initramfs_of_ipso_alone_plays_the_walkthrough() {
    alone("an_initramfs_of_ipso_alone_plays_the_walkthrough", &X86_64);
}

#[test]
fn an_initramfs_of_ipso_alone_plays_the_walkthrough_on_aarch64() {
    alone(
        "an_initramfs_of_ipso_alone_plays_the_walkthrough_on_aarch64",
        &AARCH64,
    );
}

#[test]
fn an_init_script_with_busybox_works() {
    if machine("an_init_script_with_busybox_works") {
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

#[test]
fn a_folder_that_is_not_inside_is_refused() {
    if !machine("a_folder_that_is_not_inside_is_refused") {
        return;
    }
    let folder = Path::new("/dev/shm").join(format!("ipso-vm-{}", std::process::id()));
    fs::create_dir(&folder).expect("a folder");
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["run", "--quiet", "--package", "xtask", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .args(["--", "vm", "--", "true"])
        .current_dir(&folder)
        .output();
    fs::remove_dir(&folder).expect("no folder");
    let output = output.expect("cargo");
    let text = String::from_utf8_lossy(&output.stdout);
    let said = format!("vm: there is no {} inside\n", folder.display());
    assert_eq!((output.status.code(), &*text), (Some(1), said.as_str()));
}

/// Keys are echoed, backspace works, Ctrl-C ends what runs inside and not the machine, and the status of `exit` comes
/// out.
#[test]
fn a_shell_at_a_terminal_is_interactive() {
    const TEST: &str = "a_shell_at_a_terminal_is_interactive";
    if !machine(TEST) {
        return;
    }
    if !has_tools(TEST, &["script"]) {
        return;
    }
    let mut child = Command::new("script")
        .args(["-qefc", "cargo vm", "/dev/null"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script");
    let mut keys = child.stdin.take().expect("a pipe");
    let mut screen = child.stdout.take().expect("a pipe");
    // A thread reads, so that waiting for a machine that prints nothing can end.
    let (sender, said) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(n @ 1..) = screen.read(&mut chunk) {
            let _ = sender.send(chunk[..n].to_vec());
        }
    });
    let mut all = Vec::new();
    let mut until = |what: &str| {
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains(what) {
            let Ok(more) = said.recv_timeout(Duration::from_secs(180)) else {
                let _ = child.kill();
                let all = String::from_utf8_lossy(&all);
                panic!("no {what:?} in the end of\n{all}");
            };
            all.extend(&more);
            seen.extend(more);
        }
    };
    until("# ");
    for (typed, answer) in [
        ("echo $((6*7))x\x7f_\r", "42_\r"),
        ("sh -c 'echo $((6*8)); exec cat'\r", "48\r"),
        ("\x03", "# "),
    ] {
        keys.write_all(typed.as_bytes()).expect("a key");
        until(answer);
    }
    // The machine may be gone before its terminal has shown this.
    keys.write_all(b"exit 7\r").expect("a key");
    let status = child.wait().expect("an end");
    assert_eq!(status.code(), Some(7), "{}", String::from_utf8_lossy(&all));
}

/// The executable of another file of tests, the newest one.
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

/// Runs another file of tests in the machine, with the static file.
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
fn differential_passes_inside() {
    suite("differential_passes_inside", "differential");
}

#[test]
fn netns_passes_inside() {
    suite("netns_passes_inside", "netns");
}

#[test]
fn namespaces_passes_inside() {
    suite("namespaces_passes_inside", "namespaces");
}
