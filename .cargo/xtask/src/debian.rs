//! Debian's packages that call `ip`, with all that they need, unpacked in a root of their own where ipso is the only `ip`:
//! `target/vm/debian/root`. Nothing of it is installed, and none of their own scripts has run.

use crate::toolchain::{Lists, Machine, put};
use crate::vm::{DISK, INITRD};
use crate::{Res, at, root, run};
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Those that are tried, and after them what the scripts take for granted.
const PACKAGES: &[&str] = &[
    "initramfs-tools-core",
    "dropbear-initramfs",
    "clevis-initramfs",
    "dracut-core",
    "dracut-network",
    "ifupdown",
    "isc-dhcp-client",
    "bridge-utils",
    "vlan",
    "wireguard-tools",
    "nftables",
    "udhcpd",
    "busybox",
    "base-files",
    "base-passwd",
    "bash",
    "coreutils",
    "dash",
    "debianutils",
    "diffutils",
    "e2fsprogs",
    "findutils",
    "grep",
    "gzip",
    "hostname",
    "iputils-ping",
    "kmod",
    "libc-bin",
    "mawk",
    "mount",
    "ncurses-bin",
    "procps",
    "sed",
    "util-linux",
];

/// What a Debian of today has as links into /usr.
const MERGED: &[&str] = &["bin", "lib", "lib64", "sbin"];

/// Where the tree is, with what else is made of it.
fn folder() -> PathBuf {
    root().join("target/vm/debian")
}

/// Brings the tree if it is not there, or was made of other packages.
pub fn fetch(machine: &Machine) -> Res<()> {
    let place = folder();
    let names = PACKAGES.join("\n");
    if fs::read_to_string(place.join("packages")).is_ok_and(|text| text == names) {
        return Ok(());
    }
    println!("vm: bringing Debian's packages that call ip");
    let _ = fs::remove_dir_all(&place);
    let lists = Lists::new(machine)?;
    let new = lists.folder().join("debian");
    let tree = new.join("root");
    for folder in MERGED {
        let real = tree.join("usr").join(folder);
        fs::create_dir_all(&real).map_err(|e| at(&real, e))?;
        let link = tree.join(folder);
        symlink(Path::new("usr").join(folder), &link).map_err(|e| at(&link, e))?;
    }
    for deb in lists.closure(PACKAGES)? {
        unpack(&deb, &tree)?;
    }
    // iproute2 is among what they need. ipso takes its place when the tree is entered.
    for folder in ["bin", "sbin"] {
        let _ = fs::remove_file(tree.join("usr").join(folder).join("ip"));
    }
    fs::create_dir(new.join("mount")).map_err(|e| at(&new, e))?;
    fs::write(new.join("packages"), names).map_err(|e| at(&new, e))?;
    put(&new, &place)
}

/// Unpacks a package; the links to /usr stay links.
fn unpack(deb: &Path, tree: &Path) -> Res<()> {
    let mut reader = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(deb)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("dpkg-deb: {e}"))?;
    let bytes = reader.stdout.take().ok_or("dpkg-deb: no pipe")?;
    let how = ["-x", "--keep-directory-symlink", "--no-same-owner", "-C"];
    run(Command::new("tar").args(how).arg(tree).stdin(bytes))?;
    let status = reader.wait().map_err(|e| format!("dpkg-deb: {e}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("dpkg-deb: {}: {status}", deb.display()))
    }
}

/// The command that runs a script of tests/vm in the tree, for root in a mount namespace of his own.
pub fn command(ipso: &Path, script: &str) -> Vec<OsString> {
    let tests = root().join("tests/vm");
    let words = [
        "sh".into(),
        tests.join("enter"),
        folder(),
        ipso.into(),
        script.into(),
    ];
    words.map(PathBuf::into_os_string).into()
}

/// Runs a script that makes an initramfs and a disk in a folder, where the modules of a kernel are.
pub fn make(ipso: &Path, busybox: &Path, version: &str, script: &str, out: &Path) -> Res<()> {
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--net"]);
    // SAFETY: geteuid cannot fail and touches no memory.
    if unsafe { libc::geteuid() } != 0 {
        unshare.arg("--map-root-user");
    }
    unshare
        .args(command(ipso, script))
        .arg(version)
        .env("IMAGE", out)
        .env("BUSYBOX", busybox);
    let output = unshare.output().map_err(|e| format!("unshare: {e}"))?;
    let there = [INITRD, DISK].iter().all(|name| out.join(name).exists());
    if output.status.success() && there {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    Err(format!("{script}: {}\n{text}", output.status))
}
