//! Tests in a virtual machine with Debian's kernel (`cargo vm`): an initramfs as people have it, Debian's packages that call
//! `ip`, and other files of tests on a kernel that is older than most and has every kind of link. `cargo vm --fetch`
//! brings what they need.

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

/// Whether there is a machine, and Debian's packages that call `ip`.
fn packages(test: &str) -> bool {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/vm/debian/packages");
    if !place.exists() {
        skip(
            test,
            "no packages of Debian: `cargo vm --fetch` brings them",
        );
        return false;
    }
    machine(test) && has_tools(test, &["unshare"])
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
    suite_of(test, name, &[]);
}

/// Runs those of its tests that have one of these in their names, or all.
fn suite_of(test: &str, name: &str, some: &[&str]) {
    if !machine(test) {
        return;
    }
    let program = built(name).display().to_string();
    // All of the differential tests take a quarter of an hour and more on two busy processors.
    let words = [
        "--deadline",
        "2700",
        "--",
        &program,
        "--test-threads",
        "2",
        "--color",
        "never",
    ];
    let (code, text) = vm(&[&words, some].concat());
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

/// The JSON of every kind of link, of which few machines have many.
#[test]
fn schema_passes_inside() {
    suite_of("schema_passes_inside", "schema", &["every_kind_of_link"]);
}

#[test]
fn netns_passes_inside() {
    suite("netns_passes_inside", "netns");
}

#[test]
fn namespaces_passes_inside() {
    suite("namespaces_passes_inside", "namespaces");
}

#[test]
fn nat_passes_inside() {
    suite("nat_passes_inside", "nat");
}

/// What wants kinds of links that a kernel may lack. (All side by side with the reference takes it half an hour, emulated.)
#[test]
fn cni_passes_inside() {
    suite_of("cni_passes_inside", "cni", &["differential::lower"]);
}

#[test]
fn vrf_exec_binds_processes() {
    const TEST: &str = "vrf_exec_binds_processes";
    if !machine(TEST) || !has_tools(TEST, &["ping", "setcap", "setpriv"]) {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/vm/vrf");
    fs::create_dir_all(&folder).expect("a folder");
    fs::copy(root.join(X86_64.ipso), folder.join("ip")).expect("a copy");
    let (code, text) = vm(&["--", "sh", "tests/vm/vrf", &folder.display().to_string()]);
    assert!(
        code == 0 && text.ends_with("vrf: all is well\n"),
        "{code}\n{text}"
    );
}

/// What depends on the kernel most; all of the tests take a quarter of an hour.
#[test]
fn isolate_passes_inside() {
    let some = ["files::", "refusals::", "status::", "users::"];
    suite_of("isolate_passes_inside", "isolate", &some);
}

/// Plays a script of tests/vm on Debian's packages, with ipso as their only `ip`.
fn on_debian(test: &str, script: &str) {
    if packages(test) {
        let (code, text) = vm(&["--debian", script]);
        assert!(
            code == 0 && text.ends_with(&format!("\n{script}: all is well\n")),
            "{code}\n{text}"
        );
    }
}

#[test]
fn ifupdown_works() {
    on_debian("ifupdown_works", "ifupdown");
}

#[test]
fn wg_quick_works() {
    on_debian("wg_quick_works", "wg-quick");
}

/// Boots what the tools of Debian make of their packages and of our hook, and compares what tests/vm/state shows there and
/// on the disk that it hands over to.
fn hands_over(test: &str, script: &str, words: &[&str], shown: &[&str]) {
    if packages(test) {
        let (code, text) = vm(&[&["--initramfs", script, "--"], words].concat());
        assert!(
            code == 0 && text.ends_with(&format!("\n{}\n", shown.join("\n"))),
            "{code}\n{text}"
        );
    }
}

/// The card as it is where the network is up: what `ip` shows of it, and the routes as the kernel writes them.
const UP: &[&str] = &[
    "in the initramfs: ip is ipso",
    "lo DOWN",
    "eth0 UP",
    "eth0 10.0.2.15/24",
    "default via 10.0.2.2 dev eth0",
    "10.0.2.0/24 dev eth0 proto kernel scope link src 10.0.2.15",
    "eth0 00000000 0202000A 00000000",
    "eth0 0002000A 00000000 00FFFFFF",
];

/// Every device down, without addresses and routes.
const DOWN: &[&str] = &["on the disk: ip is ipso", "lo DOWN", "eth0 DOWN"];

const STATIC: &str = "ip=10.0.2.15::10.0.2.2:255.255.255.0::eth0:none";

#[test]
fn dropbear_in_an_initramfs_has_its_own_address() {
    let shown = [UP, DOWN].concat();
    let test = "dropbear_in_an_initramfs_has_its_own_address";
    hands_over(test, "dropbear", &[STATIC], &shown);
}

#[test]
fn dropbear_in_an_initramfs_has_a_lease() {
    let shown = [UP, DOWN].concat();
    let test = "dropbear_in_an_initramfs_has_a_lease";
    hands_over(test, "dropbear", &["ip=dhcp"], &shown);
}

#[test]
fn clevis_in_an_initramfs_brings_the_network_up_and_down() {
    let shown = [&["devices: eth0"], UP, DOWN].concat();
    let test = "clevis_in_an_initramfs_brings_the_network_up_and_down";
    // It takes the words of `ip=dhcp` for a device's name.
    hands_over(test, "clevis", &["ip=:::::eth0:dhcp"], &shown);
}

/// What functions of dracut's net-lib.sh find out.
const NET_LIB: &[&str] = &[
    "get_ip: 10.0.2.15",
    "iface_for_ip: %",
    "iface_for_remote_addr: %",
    "ip_is_local: well",
    "the device: well",
];

/// Boots an image of dracut, which leaves the network as it is. `device` has the card's addresses.
fn dracut(test: &str, device: &str, words: &[&str], network: &[&str]) {
    let found: Vec<_> = NET_LIB
        .iter()
        .map(|line| line.replace('%', device))
        .collect();
    let found: Vec<_> = found.iter().map(String::as_str).collect();
    let shown = [
        &["in the initramfs: ip is ipso"],
        network,
        &found,
        &["on the disk: ip is ipso"],
        network,
    ];
    let device = format!("tests.device={device}");
    let words = [words, &["rd.neednet=1", &device]].concat();
    hands_over(test, "dracut", &words, &shown.concat());
}

#[test]
fn dracut_sets_up_addresses_routes_and_a_vlan() {
    dracut(
        "dracut_sets_up_addresses_routes_and_a_vlan",
        "eth0",
        &[
            "vlan=eth0.7:eth0",
            "ip=10.0.2.15::10.0.2.2:255.255.255.0:box:eth0:none",
            "ip=192.0.2.5:::255.255.255.0::eth0.7:none",
            "rd.route=203.0.113.0/24:10.0.2.2:eth0",
        ],
        &[
            "lo DOWN",
            "eth0 UP",
            "eth0.7@eth0 UP",
            "eth0 10.0.2.15/24",
            "eth0.7@eth0 192.0.2.5/24",
            "default via 10.0.2.2 dev eth0",
            "10.0.2.0/24 dev eth0 proto kernel scope link src 10.0.2.15",
            "192.0.2.0/24 dev eth0.7 proto kernel scope link src 192.0.2.5",
            "203.0.113.0/24 via 10.0.2.2 dev eth0",
            "eth0 00000000 0202000A 00000000",
            "eth0 0002000A 00000000 00FFFFFF",
            "eth0.7 000200C0 00000000 00FFFFFF",
            "eth0 007100CB 0202000A 00FFFFFF",
        ],
    );
}

#[test]
fn dracut_gets_a_lease_for_a_bridge_over_a_bond() {
    dracut(
        "dracut_gets_a_lease_for_a_bridge_over_a_bond",
        "br0",
        &[
            "bond=bond0:eth0:mode=active-backup",
            "bridge=br0:bond0",
            "ip=br0:dhcp",
        ],
        &[
            "lo DOWN",
            "eth0 UP",
            "bond0 UP",
            "br0 UP",
            "br0 10.0.2.15/24",
            "default via 10.0.2.2 dev br0",
            "10.0.2.0/24 dev br0 proto kernel scope link src 10.0.2.15",
            "br0 00000000 0202000A 00000000",
            "br0 0002000A 00000000 00FFFFFF",
        ],
    );
}
