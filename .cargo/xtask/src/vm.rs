//! `cargo vm`: a virtual machine with Debian's kernel, under software emulation, booted from an initramfs made on the spot.
//!
//! Four images. The usual one has this machine's own files below it, read-only with memory on top, so that whatever runs here
//! runs there too, as root and with every kind of link. The bare one holds ipso and an init of ours, nothing else. The third
//! is what people build: busybox for the shell, and `ip` ours. The bare one can be of another processor. The fourth is made by one of
//! Debian's own tools, on packages that are unpacked for it.

use crate::archive::gzip;
use crate::initrd::Archive;
use crate::own::Own;
use crate::toolchain::{self, Machine};
use crate::{Res, at, debian, elf, product, root};
use lexopt::{Arg::Long, Arg::Value, Parser, ValueExt};
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub const USAGE: &str = "\
Usage: cargo vm [--deadline SECONDS] [--] [COMMAND ...]   run COMMAND in it, or a shell on the console
       cargo vm --bare [--target TRIPLE]    play tests/walkthrough.txt on an initramfs of ipso and an init alone
       cargo vm --busybox                   run tests/vm/init, an init script as people write them
       cargo vm --debian NAME               run tests/vm/NAME on Debian's packages, with ipso as their only ip
       cargo vm --initramfs NAME [-- WORD ...]   boot the initramfs that tests/vm/NAME makes on them, with further words
                                            for the kernel
       cargo vm --fetch [--target TRIPLE]   bring what it takes, and no more";

/// A processor with a machine. Its ports are CONSOLE, OUT and STATUS.
struct Guest {
    triple: &'static str,
    qemu: &'static str,
    /// The package of that.
    package: &'static str,
    /// What connects the ports, and what else the machine is.
    options: &'static [&'static str],
    /// The names of the ports inside.
    ports: [&'static str; 3],
}

const GUESTS: &[Guest] = &[
    Guest {
        triple: "x86_64-unknown-linux-musl",
        qemu: "qemu-system-x86_64",
        package: "qemu-system-x86",
        options: &[
            "-serial",
            "chardev:console",
            "-serial",
            "chardev:out",
            "-serial",
            "chardev:status",
        ],
        ports: ["ttyS0", "ttyS1", "ttyS2"],
    },
    Guest {
        triple: "aarch64-unknown-linux-musl",
        qemu: "qemu-system-aarch64",
        package: "qemu-system-arm",
        // It has one port of its own. The kernel has the driver of the others built in.
        options: &[
            "-machine",
            "virt",
            "-cpu",
            "cortex-a57",
            "-serial",
            "chardev:console",
            "-device",
            "pci-serial,chardev=out",
            "-device",
            "pci-serial,chardev=status",
        ],
        ports: ["ttyAMA0", "ttyS0", "ttyS1"],
    },
];

/// The package of a busybox that needs no other file.
const BUSYBOX: &str = "busybox-static";
/// What stands before the number in the name of a kernel's package.
const KERNEL: &str = "linux-image-6.1.0-";

/// What the usual image needs to get at this machine's files.
const FILES: &str = "virtio_pci 9pnet_virtio 9p overlay";
/// Every kind of link that can be made without hardware, and what tests of addresses, filters and tunnels need.
const LINKS: &str = "dummy veth bridge br_netfilter macvlan macvtap ipvlan ipvtap 8021q vxlan geneve bonding vrf ifb nlmon ip_gre \
    ip6_gre ipip sit ip6_tunnel ip_vti ip6_vti xfrm_interface wireguard tun hsr macsec can vcan vxcan bareudp ib_ipoib team \
    batman-adv amt gtp netdevsim virt_wifi rmnet fou fou6";
/// What wg-quick has nft make beside its routes, with a sum that modules ask for by another name; the way out of isolate, and the
/// firewall of iptables that it finds.
const FILTERS: &str = "crc32c_generic nf_tables nft_fib_ipv4 nft_fib_ipv6 nft_fib_inet nft_ct nft_chain_nat nft_nat nft_masq \
    nft_reject_inet iptable_filter nft_compat xt_comment xt_mark xt_multiport xt_addrtype xt_nat xt_MASQUERADE";

/// The modules of an initramfs that one of Debian's tools makes: for its card and disk, and for links that it is asked for.
const INITRAMFS: &str = "e1000 virtio_pci virtio_blk crc32c_generic ext4 veth 8021q bridge bonding";

/// Where the machine's ports end: its console, and the status that it comes to. What it says comes out here.
const CONSOLE: &str = "console.log";
const STATUS: &str = "status";
/// An image, a disk and modules in the folder of a run.
pub const INITRD: &str = "initrd.cpio";
/// See [`INITRD`].
pub const DISK: &str = "disk";
const MODULES: &str = "modules";

/// What is booted.
#[derive(Clone, Debug, Default, PartialEq)]
enum What {
    /// The usual image.
    #[default]
    Usual,
    Bare,
    Busybox,
    /// A script of tests/vm, on Debian's packages.
    Debian(String),
    /// What such a script makes.
    Initramfs(String),
    /// Nothing: it is fetched.
    Fetch,
}

#[derive(Debug, PartialEq)]
struct Options {
    deadline: Duration,
    triple: String,
    what: What,
    /// What runs inside, or further words for the kernel.
    command: Vec<OsString>,
}

impl Options {
    fn read(words: &mut Parser) -> Result<Options, lexopt::Error> {
        let own = toolchain::default_triple();
        let mut options = Options {
            deadline: Duration::from_secs(900),
            triple: own.clone(),
            what: What::Usual,
            command: Vec::new(),
        };
        while let Some(word) = words.next()? {
            let what = match word {
                Long("deadline") => {
                    options.deadline = Duration::from_secs(words.value()?.parse()?);
                    continue;
                }
                Long("target") => {
                    options.triple = words.value()?.string()?;
                    continue;
                }
                Long("bare") => What::Bare,
                Long("busybox") => What::Busybox,
                Long("debian") => What::Debian(words.value()?.string()?),
                Long("initramfs") => What::Initramfs(words.value()?.string()?),
                Long("fetch") => What::Fetch,
                // What comes after the first word, or after two dashes, is none of ours.
                Value(first) if matches!(options.what, What::Usual | What::Initramfs(_)) => {
                    options.command.push(first);
                    options.command.extend(words.raw_args()?);
                    break;
                }
                _ => return Err(word.unexpected()),
            };
            if options.what != What::Usual {
                return Err("vm: one image at a time".into());
            }
            options.what = what;
        }
        if options.triple != own && !matches!(options.what, What::Fetch | What::Bare) {
            return Err("vm: --target is for --bare and --fetch".into());
        }
        Ok(options)
    }
}

pub fn main(words: &mut Parser) -> Result<u8, lexopt::Error> {
    let options = Options::read(words)?;
    Ok(play(&options)?)
}

fn play(options: &Options) -> Res<u8> {
    let Options {
        triple,
        what,
        command,
        ..
    } = options;
    let (guest, machine) = GUESTS
        .iter()
        .find(|guest| guest.triple == triple)
        .zip(Machine::of(triple))
        .ok_or_else(|| {
            let known: Vec<_> = GUESTS.iter().map(|guest| guest.triple).collect();
            format!(
                "vm: no machine for {triple}. There is one for {}",
                known.join(", ")
            )
        })?;
    let kernel = fetch(guest, machine)?;
    let packages = match what {
        What::Fetch => *triple == toolchain::default_triple(),
        what => matches!(what, What::Debian(_) | What::Initramfs(_)),
    };
    if packages {
        debian::fetch(machine)?;
    }
    let interactive = *what == What::Usual && command.is_empty();
    let image = match what {
        What::Fetch => return Ok(0),
        What::Bare => bare(guest, &kernel)?,
        What::Debian(name) => usual(&kernel, &debian::command(&product()?, name))?,
        What::Initramfs(name) => initramfs(&kernel, name, command)?,
        What::Busybox => busybox(&kernel)?,
        What::Usual => usual(&kernel, command)?,
    };
    boot(guest, &image, options.deadline, interactive)
}

fn folder() -> PathBuf {
    root().join("target/vm")
}

/// A busybox that needs no other file: this machine's, or one that was unpacked.
fn static_busybox() -> Option<PathBuf> {
    let here = [PathBuf::from("/bin/busybox"), folder().join("busybox")];
    let alone = |path: &PathBuf| fs::read(path).is_ok_and(|file| elf::stands_alone(&file));
    here.into_iter().find(alone)
}

/// Unpacks one, beside whatever package this machine has.
fn bring_busybox(machine: &Machine) -> Res<()> {
    println!("vm: bringing {BUSYBOX}");
    let brought = toolchain::bring(machine, BUSYBOX, &|_| Some(BUSYBOX.into()))?;
    let files = ["bin/busybox", "usr/bin/busybox"].map(|name| brought.files.join(name));
    let file = files.iter().find(|file| file.exists());
    let file = file.ok_or_else(|| format!("{BUSYBOX} has no busybox"))?;
    toolchain::put(file, &folder().join("busybox"))
}

/// The unpacked kernel, `target/vm/kernel/VERSION`; brought here if it is missing, with whatever else is.
fn fetch(guest: &Guest, machine: &Machine) -> Res<PathBuf> {
    if !which(guest.qemu) {
        println!("vm: installing {}", guest.package);
        toolchain::apt(&["update"])?;
        toolchain::apt(&["install", "--no-install-recommends", guest.package])?;
    }
    // Only this machine's own processor has images with busybox.
    if guest.triple == toolchain::default_triple() && static_busybox().is_none() {
        bring_busybox(machine)?;
    }
    let kernels = folder().join("kernel");
    let suffix = format!("-{}", machine.debian);
    if let Some(known) = newest(&kernels, &suffix) {
        return Ok(known);
    }
    println!("vm: bringing a kernel for {}", machine.debian);
    // One that is signed would come in two packages.
    let after = format!("{suffix}-unsigned");
    let what = format!("{KERNEL}N{after} (the kernel of Debian 12)");
    let brought = toolchain::bring(machine, &what, &|options| {
        toolchain::newest((KERNEL, &after), options)
    })?;
    let files = &brought.files;
    let version = brought
        .name
        .trim_start_matches("linux-image-")
        .trim_end_matches("-unsigned");
    let unpacked = files.join(version);
    let rename = |from: &str, to: &str| {
        let from = files.join(from);
        fs::rename(&from, unpacked.join(to)).map_err(|e| at(&from, e))
    };
    fs::create_dir_all(&unpacked).map_err(|e| at(&unpacked, e))?;
    rename(&format!("boot/vmlinuz-{version}"), "vmlinuz")?;
    rename(&format!("lib/modules/{version}/kernel"), "modules")?;
    let place = kernels.join(version);
    toolchain::put(&unpacked, &place)?;
    Ok(place)
}

/// The newest kernel that is there, of those whose names end so.
fn newest(kernels: &Path, suffix: &str) -> Option<PathBuf> {
    let is_it = |path: &PathBuf| path.to_string_lossy().ends_with(suffix);
    entries(kernels).ok()?.into_iter().filter(is_it).max()
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
    /// What this run needs, for as long as it runs: several may run at once.
    folder: Own,
    /// Further options of the machine.
    options: &'static [&'static str],
    /// Further words of the kernel's command line.
    words: String,
    /// Whether the folder has a disk.
    disk: bool,
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
/// The same for an initramfs that asks for a lease: where the gateway leads nowhere, a lease does not name it. Nothing in there
/// sends anything farther.
const LEASING_CARD: &[&str] = &["-nic", "user,model=e1000"];
const ALONE: &[&str] = &["-nic", "none"];

fn image(kernel: &Path, archive: Archive, options: &'static [&'static str]) -> Res<Image> {
    let folder = Own::new(&folder(), "run")?;
    let initrd = folder.path().join(INITRD);
    fs::write(&initrd, archive.finish()).map_err(|e| at(&initrd, e))?;
    Ok(Image {
        kernel: kernel.join("vmlinuz"),
        folder,
        options,
        words: String::new(),
        disk: false,
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
fn usual(kernel: &Path, command: &[OsString]) -> Res<Image> {
    let mut archive = Archive::default();
    for folder in [
        "bin", "modules", "host", "memory", "root", "proc", "sys", "dev",
    ] {
        archive.folder(folder);
    }
    add_file(
        &mut archive,
        "bin/busybox",
        &static_busybox().ok_or("vm: no busybox")?,
    )?;
    add_modules(&mut archive, kernel, &format!("{FILES} {FILTERS} {LINKS}"))?;
    archive.file("init", 0o755, INIT.as_bytes());
    let here = std::env::current_dir().map_err(|e| e.to_string())?;
    let script = script(&here, std::env::vars_os(), command);
    archive.file("command", 0o755, &script);
    image(kernel, archive, SHARES)
}

/// A terminal as people know it, and the shell as its session's first process, so that Ctrl-C reaches what runs in it.
const SHELL: &str = "\
/run/busybox stty -F \"/dev/$OUT\" sane
exec /run/busybox setsid -c /bin/sh -i <\"/dev/$OUT\" >\"/dev/$OUT\" 2>&1
";

/// What runs inside: in the folder where we are called, with our variables.
fn script(
    here: &Path,
    variables: impl Iterator<Item = (OsString, OsString)>,
    command: &[OsString],
) -> Vec<u8> {
    let mut script = b"here=".to_vec();
    script.extend(quoted(here));
    script.extend(
        b"\ncd \"$here\" 2>/dev/null || { printf 'vm: there is no %s inside\\n' \"$here\"; exit 1; }\n",
    );
    for (name, value) in variables {
        let is_name = |name: &&str| {
            let mut bytes = name.bytes();
            name.starts_with("IPSO") && bytes.all(|b| b == b'_' || b.is_ascii_alphanumeric())
        };
        if let Some(name) = name.to_str().filter(is_name) {
            script.extend(format!("export {name}=").bytes());
            script.extend(quoted(value));
            script.push(b'\n');
        }
    }
    script.extend(b"export HOME=/root LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
    if command.is_empty() {
        script.extend(SHELL.bytes());
    }
    for word in command {
        script.extend(quoted(word));
        script.push(b' ');
    }
    script.push(b'\n');
    script
}

/// A word as a shell reads it: any bytes.
fn quoted(word: impl AsRef<OsStr>) -> Vec<u8> {
    let mut text = vec![b'\''];
    for byte in word.as_ref().as_bytes() {
        match byte {
            b'\'' => text.extend(b"'\\''"),
            _ => text.push(*byte),
        }
    }
    text.push(b'\'');
    text
}

/// The init of the usual image. No module makes links by itself, here or in a new namespace. What the command says goes to
/// the device `$OUT`, its status to `$STATUS`: words of the kernel's command line.
const INIT: &str = "\
#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs dev /dev
echo 2 >/proc/sys/net/core/fb_tunnels_only_for_init_net
for m in /modules/*; do
    case $m in *-bonding.ko) w=max_bonds=0;; *-dummy.ko) w=numdummies=0;; *-ifb.ko) w=numifbs=0;; *) w=;; esac
    $b insmod $m $w || echo \"vm: $m is not loaded\" >/dev/console
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
$b stty -F /dev/$OUT raw -echo
/bin/sh /run/command </dev/null >/dev/$OUT 2>&1
s=$?
$b stty -F /dev/$STATUS raw
echo $s >/dev/$STATUS
echo o >/proc/sysrq-trigger
$b sleep 60'
";

/// Boots an image and streams what it says; the exit status that it ends with.
fn boot(guest: &Guest, image: &Image, deadline: Duration, interactive: bool) -> Res<u8> {
    let result = boot_in(guest, image, deadline, interactive);
    let console = fs::read(image.folder.path().join(CONSOLE)).unwrap_or_default();
    result.map_err(|text| {
        let console = String::from_utf8_lossy(&console);
        let lines: Vec<_> = console.lines().collect();
        let tail = lines[lines.len().saturating_sub(20)..].join("\n");
        format!("vm: {text}; the console's end:\n{tail}")
    })
}

fn boot_in(guest: &Guest, image: &Image, deadline: Duration, interactive: bool) -> Res<u8> {
    let folder = image.folder.path();
    let file = |id: &str, name: &str| {
        let path = folder.join(name).display().to_string();
        format!("file,id={id},path={}", path.replace(',', ",,"))
    };
    let [console, out, status] = guest.ports;
    let mut qemu = Command::new(guest.qemu);
    qemu.args(["-accel", "tcg,thread=multi", "-m", "1024", "-smp", "2"])
        .args(["-display", "none", "-no-reboot", "-monitor", "none"])
        .arg("-append")
        .arg(format!(
            "console={console} panic=-1 quiet OUT={out} STATUS={status}{}",
            image.words
        ))
        .arg("-kernel")
        .arg(&image.kernel)
        .arg("-initrd")
        .arg(folder.join(INITRD))
        .args(["-chardev", &file("console", CONSOLE)])
        // Whoever has a shell in there wants Ctrl-C in there.
        .args([
            "-chardev",
            if interactive {
                "stdio,id=out,signal=off"
            } else {
                "stdio,id=out"
            },
        ])
        .args(["-chardev", &file("status", STATUS)])
        .args(guest.options)
        .args(image.options);
    if image.disk {
        let path = folder.join(DISK).display().to_string();
        let path = path.replace(',', ",,");
        qemu.args(["-drive", &format!("if=virtio,format=raw,file={path}")]);
    }
    if !interactive {
        qemu.stdin(Stdio::null());
    }
    let own = std::process::id();
    // SAFETY: between fork and exec only system calls are made.
    unsafe {
        qemu.pre_exec(move || {
            // It ends with us, and gives a terminal back as it was.
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM);
            if libc::getppid().unsigned_abs() == own {
                Ok(())
            } else {
                Err(ErrorKind::Interrupted.into())
            }
        });
    }
    let mut child = qemu.spawn().map_err(|e| format!("{}: {e}", guest.qemu))?;
    // None where it is too far away to be told.
    let end = Instant::now().checked_add(deadline);
    let ended = loop {
        match child.try_wait().map_err(|e| e.to_string())? {
            Some(status) => break status,
            None if !interactive && end.is_some_and(|end| Instant::now() > end) => {
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
fn bare(guest: &Guest, kernel: &Path) -> Res<Image> {
    let triple = guest.triple;
    let tools = toolchain::find(triple).ok_or_else(|| toolchain::missing(triple))?;
    let ipso = product::build(&tools, triple)?;
    let init = product::build_xtask(&tools, triple)?;
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
        compressed(alone)
    );
    image(kernel, archive, ALONE)
}

/// The static file, built anew where it is older than its source.
fn product() -> Res<PathBuf> {
    let triple = toolchain::default_triple();
    let tools = toolchain::find(&triple).ok_or_else(|| toolchain::missing(&triple))?;
    product::build(&tools, &triple)
}

/// What a tool of Debian makes, and a disk to which it hands over.
fn initramfs(kernel: &Path, name: &str, words: &[OsString]) -> Res<Image> {
    let folder = Own::new(&folder(), "run")?;
    // An image with every module takes its time.
    let all = kernel.join("modules");
    for path in modules(kernel, INITRAMFS)? {
        let place = path.strip_prefix(&all).unwrap_or(&path);
        let place = folder.path().join(MODULES).join(place);
        fs::create_dir_all(place.parent().unwrap_or(&place)).map_err(|e| at(&place, e))?;
        fs::copy(&path, &place).map_err(|e| at(&path, e))?;
    }
    let version = kernel.file_name().and_then(OsStr::to_str);
    let version = version.ok_or("vm: no version of the kernel")?;
    let busybox = static_busybox().ok_or("vm: no busybox")?;
    debian::make(&product()?, &busybox, version, name, folder.path())?;
    Ok(Image {
        kernel: kernel.join("vmlinuz"),
        folder,
        options: LEASING_CARD,
        words: format!(
            " root=/dev/vda rw net.ifnames=0 {}",
            words.join(OsStr::new(" ")).to_string_lossy()
        ),
        disk: true,
    })
}

/// busybox for everything but `ip`, and the init script of tests/vm.
fn busybox(kernel: &Path) -> Res<Image> {
    let ipso = product()?;
    let mut archive = Archive::default();
    for folder in ["bin", "modules", "proc", "sys", "dev", "etc", "run"] {
        archive.folder(folder);
    }
    add_file(
        &mut archive,
        "bin/busybox",
        &static_busybox().ok_or("vm: no busybox")?,
    )?;
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
        compressed(archive.clone())
    );
    image(kernel, archive, CARD)
}

/// The length of an archive, compressed.
fn compressed(archive: Archive) -> usize {
    gzip(&archive.finish()).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    #[test]
    fn any_bytes_are_a_word() {
        let bytes = OsString::from_vec(b"a'b\xff $c".to_vec());
        let variables = [
            ("IPSO_X".into(), bytes.clone()),
            (bytes.clone(), "no name".into()),
            (OsString::from("IPSO-X"), "no name".into()),
            ("OTHER".into(), "not ours".into()),
        ];
        let script = script(Path::new(&bytes), variables.into_iter(), &[]);
        let text = String::from_utf8_lossy(&script);
        assert!(
            text.starts_with("here='a'\\''b\u{fffd} $c'\ncd \"$here\" "),
            "{text}"
        );
        assert!(
            text.contains("\nexport IPSO_X='a'\\''b\u{fffd} $c'\nexport HOME"),
            "{text}"
        );
        assert!(script.contains(&0xff));
    }

    #[test]
    fn words() {
        let of = |line: &str| {
            let options = Options::read(&mut Parser::from_args(line.split_terminator(' ')));
            options.map_err(|error| error.to_string())
        };
        let plain = of("").unwrap();
        assert_eq!((&plain.what, plain.command.len()), (&What::Usual, 0));
        for line in ["ls -l --bare", "-- ls -l --bare"] {
            assert_eq!(of(line).unwrap().command, ["ls", "-l", "--bare"]);
        }
        let image = of("--deadline 7 --initramfs dropbear -- ip=dhcp").unwrap();
        assert_eq!(image.what, What::Initramfs("dropbear".into()));
        assert_eq!(image.deadline, Duration::from_secs(7));
        assert_eq!(image.command, ["ip=dhcp"]);
        let foreign = of("--target=aarch64-unknown-linux-musl --bare").unwrap();
        assert_eq!(foreign.triple, "aarch64-unknown-linux-musl");
        assert_eq!(foreign.what, What::Bare);
        for (wrong, text) in [
            ("--bare --busybox", "vm: one image at a time"),
            ("--bare ls", "unexpected argument \"ls\""),
            ("--debian", "missing argument for option '--debian'"),
            (
                "--deadline soon",
                "cannot parse argument \"soon\": invalid digit found in string",
            ),
            ("--target none ls", "vm: --target is for --bare and --fetch"),
        ] {
            assert_eq!(of(wrong), Err(text.into()));
        }
    }
}
