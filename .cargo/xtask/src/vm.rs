//! `cargo vm`: a virtual machine with Debian's kernel, under software emulation, booted from an initramfs made on the spot.
//!
//! Three images. The usual one has this machine's own files below it, read-only with memory on top, so that whatever runs here
//! runs there too, as root and with every kind of link. The bare one holds ipso and an init of ours, nothing else. The third
//! is what people build: busybox for the shell, and `ip` ours.

use crate::cpio::Archive;
use crate::toolchain::{self, clean};
use crate::{Res, at, product, root, run};
use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const USAGE: &str = "\
Usage: cargo vm [--deadline SECONDS] [-- COMMAND ...]   run COMMAND in it, or a shell on the console
       cargo vm --bare       play tests/walkthrough.txt on an initramfs of ipso and an init alone
       cargo vm --busybox    run tests/vm/init, an init script as people write them
       cargo vm --fetch      bring what it takes, and no more";

const QEMU: &str = "qemu-system-x86_64";
const BUSYBOX: &str = "/bin/busybox";
const PACKAGES: [&str; 2] = ["qemu-system-x86", "busybox-static"];
/// Kernel packages, of which the newest is taken.
const KERNEL: (&str, &str) = ("linux-image-6.1.0-", "-amd64-unsigned");

/// What the usual image needs to get at this machine's files.
const FILES: &str = "virtio_pci 9pnet_virtio 9p overlay";
/// Every kind of link that can be made without hardware, and what tests of addresses and filters need.
const LINKS: &str = "dummy veth bridge br_netfilter macvlan macvtap ipvlan ipvtap 8021q vxlan geneve bonding vrf ifb nlmon ip_gre \
    ip6_gre ipip sit ip6_tunnel ip_vti ip6_vti xfrm_interface wireguard tun hsr macsec can vcan vxcan bareudp ib_ipoib team \
    batman-adv amt gtp netdevsim virt_wifi rmnet";

/// Where `/dev/ttyS0` to `/dev/ttyS2` of the machine end.
const CONSOLE: &str = "console.log";
const STATUS: &str = "status";

pub fn main(args: &[String]) -> Res<u8> {
    let mut deadline = Duration::from_secs(900);
    let mut args = args.iter();
    loop {
        match args.next().map(String::as_str) {
            Some("--deadline") => {
                let seconds = args.next().and_then(|word| word.parse().ok());
                deadline = Duration::from_secs(seconds.ok_or(USAGE)?);
            }
            Some("--fetch") => return fetch().map(|_| 0),
            Some("--bare") => return boot(&bare(&fetch()?)?, deadline, false),
            Some("--busybox") => return boot(&busybox(&fetch()?)?, deadline, false),
            Some("--") => {
                let command: Vec<_> = args.cloned().collect();
                let kernel = fetch()?;
                return boot(&usual(&kernel, &command)?, deadline, command.is_empty());
            }
            None => return boot(&usual(&fetch()?, &[])?, deadline, true),
            Some(_) => return Err(USAGE.into()),
        }
    }
}

fn folder() -> PathBuf {
    root().join("target/vm")
}

/// The unpacked kernel, `target/vm/VERSION`; brought here if it is missing, with whatever else is.
fn fetch() -> Res<PathBuf> {
    let missing: Vec<_> = PACKAGES
        .into_iter()
        .zip([which(QEMU), Path::new(BUSYBOX).exists()])
        .filter(|(_, there)| !there)
        .map(|(package, _)| package)
        .collect();
    if !missing.is_empty() {
        println!("vm: installing {}", missing.join(" "));
        toolchain::apt(&["update"])?;
        toolchain::apt(&[&["install", "--no-install-recommends"], &missing[..]].concat())?;
    }
    let kernels = folder().join("kernel");
    if let Some(known) = newest(&kernels) {
        return Ok(known);
    }
    let package =
        toolchain::newest(KERNEL).ok_or("vm: apt knows no kernel; run `apt-get update`")?;
    let package = package.as_str();
    println!("vm: bringing {package}");
    let parts = folder().join("parts");
    let _ = fs::remove_dir_all(&parts);
    fs::create_dir_all(&parts).map_err(|e| at(&parts, e))?;
    run(clean(&mut Command::new("apt-get"))
        .current_dir(&parts)
        .args(["-q", "download", package]))?;
    let deb = entries(&parts)?
        .pop()
        .ok_or("vm: apt-get brought nothing")?;
    run(Command::new("dpkg-deb").arg("-x").args([&deb, &parts]))?;
    let version = package
        .trim_start_matches("linux-image-")
        .trim_end_matches("-unsigned");
    let unpacked = parts.join(version);
    let rename = |from: &str, to: &str| {
        let from = parts.join(from);
        fs::rename(&from, unpacked.join(to)).map_err(|e| at(&from, e))
    };
    fs::create_dir_all(&unpacked).map_err(|e| at(&unpacked, e))?;
    rename(&format!("boot/vmlinuz-{version}"), "vmlinuz")?;
    rename(&format!("lib/modules/{version}/kernel"), "modules")?;
    fs::create_dir_all(&kernels).map_err(|e| at(&kernels, e))?;
    // In place at once: what is there is whole.
    let place = kernels.join(version);
    fs::rename(&unpacked, &place).map_err(|e| at(&place, e))?;
    let _ = fs::remove_dir_all(&parts);
    Ok(place)
}

/// Whether everything is there, for tests that bring nothing.
fn newest(kernels: &Path) -> Option<PathBuf> {
    entries(kernels).ok()?.into_iter().max()
}

fn entries(folder: &Path) -> Res<Vec<PathBuf>> {
    let read = fs::read_dir(folder).map_err(|e| at(folder, e))?;
    Ok(read.flatten().map(|entry| entry.path()).collect())
}

fn which(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(name).exists())
}

/// The files of modules and of those they need, in the order in which they can be loaded. What a kernel lacks is left out.
fn modules(kernel: &Path, names: &str) -> Res<Vec<PathBuf>> {
    let mut files = HashMap::new();
    let mut folders = vec![kernel.join("modules")];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder)? {
            if path.is_dir() {
                folders.push(path);
            } else if let Some(name) = path.file_stem().and_then(|name| name.to_str()) {
                files.insert(name.replace('-', "_"), path);
            }
        }
    }
    let mut order = Vec::new();
    for name in names.split_whitespace() {
        add_module(name, &files, &mut order)?;
    }
    Ok(order)
}

fn add_module(name: &str, files: &HashMap<String, PathBuf>, order: &mut Vec<PathBuf>) -> Res<()> {
    let Some(path) = files.get(&name.replace('-', "_")) else {
        return Ok(());
    };
    if order.contains(path) {
        return Ok(());
    }
    let bytes = fs::read(path).map_err(|e| at(path, e))?;
    const KEY: &[u8] = b"\0depends=";
    let start = bytes.windows(KEY.len()).position(|part| part == KEY);
    let text = bytes[start.map_or(bytes.len(), |start| start + KEY.len())..]
        .split(|byte| *byte == 0)
        .next();
    for needed in String::from_utf8_lossy(text.unwrap_or_default()).split(',') {
        add_module(needed, files, order)?;
    }
    order.push(path.clone());
    Ok(())
}

/// An image, and the kernel that it is for.
struct Image {
    kernel: PathBuf,
    initrd: PathBuf,
    /// Further options of the machine.
    options: &'static [&'static str],
}

/// This machine's files.
const SHARES: &[&str] = &[
    "-nic",
    "none",
    "-virtfs",
    "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap",
];
/// A card, with a gateway behind it that leads nowhere.
const CARD: &[&str] = &["-nic", "user,model=e1000,restrict=on"];
const ALONE: &[&str] = &["-nic", "none"];

fn image(
    kernel: &Path,
    name: &str,
    archive: Archive,
    options: &'static [&'static str],
) -> Res<Image> {
    let initrd = folder().join(format!("{name}.cpio"));
    fs::write(&initrd, archive.finish()).map_err(|e| at(&initrd, e))?;
    Ok(Image {
        kernel: kernel.join("vmlinuz"),
        initrd,
        options,
    })
}

/// `/modules/NN-NAME.ko`, to be loaded in that order.
fn add_modules(archive: &mut Archive, kernel: &Path, names: &str) -> Res<()> {
    for (n, path) in modules(kernel, names)?.iter().enumerate() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bytes = fs::read(path).map_err(|e| at(path, e))?;
        archive.file(&format!("modules/{n:03}-{name}"), 0o644, &bytes);
    }
    Ok(())
}

fn add_file(archive: &mut Archive, name: &str, from: &Path) -> Res<()> {
    let bytes = fs::read(from).map_err(|e| at(from, e))?;
    archive.file(name, 0o755, &bytes);
    Ok(())
}

/// This machine's files with memory on top of them, and the command to run there; a shell without one.
fn usual(kernel: &Path, command: &[String]) -> Res<Image> {
    let mut archive = Archive::default();
    for folder in [
        "bin", "modules", "host", "memory", "root", "proc", "sys", "dev",
    ] {
        archive.folder(folder);
    }
    add_file(&mut archive, "bin/busybox", Path::new(BUSYBOX))?;
    add_modules(&mut archive, kernel, &format!("{FILES} {LINKS}"))?;
    archive.file("init", 0o755, INIT.as_bytes());
    let here = std::env::current_dir().map_err(|e| e.to_string())?;
    let mut script = format!("cd {}\n", quoted(&here.display().to_string()));
    for (name, value) in std::env::vars().filter(|(name, _)| name.starts_with("IPSO")) {
        script += &format!("export {name}={}\n", quoted(&value));
    }
    script += "export HOME=/root LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n";
    script += &match command {
        [] => "exec setsid -c sh -i </dev/ttyS1 >/dev/ttyS1 2>&1\n".to_owned(),
        words => {
            words
                .iter()
                .map(|word| quoted(word) + " ")
                .collect::<String>()
                + "\n"
        }
    };
    archive.file("command", 0o755, script.as_bytes());
    image(kernel, "usual", archive, SHARES)
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// The init of the usual image. No module makes links by itself, here or in a new namespace. On ttyS1 is what the command says, on ttyS2 its status.
const INIT: &str = "\
#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs dev /dev
echo 2 >/proc/sys/net/core/fb_tunnels_only_for_init_net
for m in /modules/*; do
    case $m in *-bonding.ko) w=max_bonds=0;; *-dummy.ko) w=numdummies=0;; *-ifb.ko) w=numifbs=0;; *) w=;; esac
    $b insmod $m $w || echo \"vm: $m is not loaded\" >/dev/ttyS0
done
$b mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 host /host
$b mount -t tmpfs -o size=80% tmpfs /memory
$b mkdir /memory/upper /memory/work
$b mount -t overlay -o lowerdir=/host,upperdir=/memory/upper,workdir=/memory/work overlay /root
for d in proc sys dev; do $b mount --move /$d /root/$d; done
for d in run dev/shm; do $b mkdir -p /root/$d; $b mount -t tmpfs tmpfs /root/$d; done
$b mkdir -p /root/dev/pts
$b mount -t devpts devpts /root/dev/pts
$b mount -t cgroup2 cgroup2 /root/sys/fs/cgroup
$b mount -t bpf bpf /root/sys/fs/bpf
$b mount -t securityfs securityfs /root/sys/kernel/security
$b cp $b /command /root/run/
exec $b switch_root /root /run/busybox sh -c '
b=/run/busybox
$b stty -F /dev/ttyS1 raw -echo
/bin/sh /run/command </dev/null >/dev/ttyS1 2>&1
s=$?
$b stty -F /dev/ttyS2 raw
echo $s >/dev/ttyS2
echo o >/proc/sysrq-trigger
$b sleep 60'
";

/// Boots an image and streams what it says; the exit status that it ends with.
fn boot(image: &Image, deadline: Duration, interactive: bool) -> Res<u8> {
    let folder = folder().join(format!("run-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|e| at(&folder, e))?;
    let result = boot_in(&folder, image, deadline, interactive);
    let console = fs::read(folder.join(CONSOLE)).unwrap_or_default();
    let _ = fs::remove_dir_all(&folder);
    result.map_err(|text| {
        let console = String::from_utf8_lossy(&console);
        let lines: Vec<_> = console.lines().collect();
        let tail = lines[lines.len().saturating_sub(20)..].join("\n");
        format!("vm: {text}; the console's end:\n{tail}")
    })
}

fn boot_in(folder: &Path, image: &Image, deadline: Duration, interactive: bool) -> Res<u8> {
    let log = |name: &str| format!("file:{}", folder.join(name).display());
    let mut qemu = Command::new(QEMU);
    qemu.args(["-accel", "tcg,thread=multi", "-m", "1024", "-smp", "2"])
        .args(["-display", "none", "-no-reboot", "-monitor", "none"])
        .args(["-append", "console=ttyS0 panic=-1 quiet"])
        .arg("-kernel")
        .arg(&image.kernel)
        .arg("-initrd")
        .arg(&image.initrd)
        .args([
            "-serial",
            &log(CONSOLE),
            "-serial",
            "stdio",
            "-serial",
            &log(STATUS),
        ]);
    qemu.args(image.options);
    if !interactive {
        qemu.stdin(Stdio::null());
    }
    let mut child = qemu.spawn().map_err(|e| format!("{QEMU}: {e}"))?;
    let end = Instant::now() + deadline;
    let ended = loop {
        match child.try_wait().map_err(|e| e.to_string())? {
            Some(status) => break status,
            None if !interactive && Instant::now() > end => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("still running after {deadline:?}"));
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let _ = std::io::stdout().flush();
    let status = fs::read_to_string(folder.join(STATUS)).unwrap_or_default();
    match status.trim().parse() {
        Ok(status) => Ok(status),
        Err(_) => Err(format!("it ended without a status ({ended})")),
    }
}

/// ipso as /bin/ip and /bin/isolate, an init of ours, and the module of veth. No shell, no /run, no /var, no /etc.
fn bare(kernel: &Path) -> Res<Image> {
    let triple = toolchain::default_triple();
    let tools = toolchain::find(&triple).ok_or_else(|| toolchain::missing(&triple))?;
    let ipso = product::build(&tools, &triple)?;
    let init = product::build_xtask(&tools, &triple)?;
    let mut archive = Archive::default();
    for folder in ["bin", "modules", "proc", "sys", "dev"] {
        archive.folder(folder);
    }
    add_file(&mut archive, "bin/ip", &ipso)?;
    archive.link("bin/isolate", "ip");
    let alone = archive.clone();
    add_file(&mut archive, "init", &init)?;
    archive.link("bin/ping", "../init");
    add_modules(&mut archive, kernel, "veth")?;
    let script = root().join("tests/walkthrough.txt");
    add_file(&mut archive, "walkthrough.txt", &script)?;
    println!(
        "vm: an image of ipso alone has {} bytes, compressed",
        compressed(alone)?
    );
    image(kernel, "bare", archive, ALONE)
}

/// busybox for everything but `ip`, and the init script of tests/vm.
fn busybox(kernel: &Path) -> Res<Image> {
    let triple = toolchain::default_triple();
    let tools = toolchain::find(&triple).ok_or_else(|| toolchain::missing(&triple))?;
    let ipso = product::build(&tools, &triple)?;
    let mut archive = Archive::default();
    for folder in ["bin", "modules", "proc", "sys", "dev", "etc", "run"] {
        archive.folder(folder);
    }
    add_file(&mut archive, "bin/busybox", Path::new(BUSYBOX))?;
    add_file(&mut archive, "bin/ip", &ipso)?;
    for name in [
        "sh", "mount", "insmod", "sleep", "cat", "grep", "awk", "ping", "stty", "echo", "test",
        "route",
    ] {
        archive.link(&format!("bin/{name}"), "busybox");
    }
    add_modules(&mut archive, kernel, "veth e1000")?;
    add_file(&mut archive, "init", &root().join("tests/vm/init"))?;
    println!(
        "vm: with busybox the image has {} bytes, compressed",
        compressed(archive.clone())?
    );
    image(kernel, "busybox", archive, CARD)
}

/// The length of an archive after `gzip -9`.
fn compressed(archive: Archive) -> Res<usize> {
    let mut child = Command::new("gzip")
        .args(["-9nc"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("gzip: {e}"))?;
    let mut stdin = child.stdin.take().ok_or("gzip: no pipe")?;
    let bytes = archive.finish();
    let writer = std::thread::spawn(move || stdin.write_all(&bytes));
    let output = child.wait_with_output().map_err(|e| format!("gzip: {e}"))?;
    let _ = writer.join();
    Ok(output.stdout.len())
}
