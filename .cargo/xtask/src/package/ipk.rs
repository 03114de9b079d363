//! OpenWrt's form, of opkg: Debian's, but with tar and gzip where that has `ar`.
//!
//! OpenWrt has alternatives of its own, which opkg keeps: the one of the highest number is linked as /sbin/ip, 300 for ip-full, 200
//! for ip-tiny, and busybox's applet where there is none. Who installs an `ip` there does it for more than that applet has, and what
//! is removed gives way to what was there before. So ours takes /sbin/ip from busybox, but never from an iproute2.

use super::{Files, Form, LICENSE, MAINTAINER, Package, licences};
use crate::Res;
use crate::archive::{Tree, gzip};
use std::fmt::Write;

/// Between busybox, which has none, and ip-tiny.
const ALTERNATIVE: &str = "150:/sbin/ip:/usr/sbin/ipso";

/// Says for which processor packages are, where it is not that of the table: as `opkg print-architecture` does on the system.
const VARIABLE: &str = "OPENWRT_ARCH";

pub const FORM: Form = Form {
    // OpenWrt has a name for each kind of processor. Of ARM and x86 these are the most common; static files run on all
    // that are as good.
    arch: |machine| {
        let arch = match machine.debian {
            "amd64" => "x86_64",
            "arm64" => "aarch64_generic",
            "armhf" => "arm_cortex-a7_neon-vfpv4",
            "i386" => "i386_pentium4",
            _ => return None,
        };
        let named = std::env::var(VARIABLE).ok().filter(|arch| !arch.is_empty());
        Some(named.unwrap_or_else(|| arch.into()))
    },
    name: |package, arch| format!("{}_{}-r1_{arch}.ipk", package.name, package.version),
    make,
};

fn make(package: &Package, arch: &str, files: &Files) -> Res<Vec<u8>> {
    // Nobody reads a manual on a router, and every byte counts.
    let mut tree = Tree::default();
    tree.program("usr/sbin/ipso", &*files.program);
    tree.link("usr/bin/isolate", "../sbin/ipso");
    licences(&mut tree, package.name)?;
    let time = package.time;
    let data = tree.tar("./", time);
    let mut control = Tree::default();
    control.file("control", control_file(package, arch, data.len()));
    let mut whole = Tree::default();
    whole.file("debian-binary", "2.0\n");
    whole.file("data.tar.gz", gzip(&data));
    whole.file("control.tar.gz", gzip(&control.tar("./", time)));
    Ok(gzip(&whole.tar("./", time)))
}

fn control_file(package: &Package, arch: &str, size: usize) -> String {
    let Package {
        name,
        other,
        version,
        summary,
        ..
    } = package;
    let mut text = format!(
        "Package: {name}\n\
         Version: {version}-r1\n\
         Conflicts: {other}\n"
    );
    if *name == "ipso-core" {
        let _ = writeln!(text, "Provides: {other}");
    }
    let _ = write!(
        text,
        "Alternatives: {ALTERNATIVE}\n\
         Source: ipso\n\
         License: {LICENSE}\n\
         Section: net\n\
         Maintainer: {MAINTAINER}\n\
         Architecture: {arch}\n\
         Installed-Size: {size}\n\
         Description: {summary}\n"
    );
    for line in package.description.lines() {
        let _ = writeln!(text, " {line}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, gunzip, lines, package, untar};
    use super::*;

    #[test]
    fn a_package_has_three_members() {
        for core in [false, true] {
            let whole = untar(&gunzip(
                &make(&package(core), "mips_24kc", &files()).unwrap(),
            ));
            assert_eq!(whole.len(), 3);
            assert_eq!(whole["./debian-binary"], b"2.0\n");
            let data = gunzip(&whole["./data.tar.gz"]);
            let files = untar(&data);
            let programs = files.keys().filter(|path| !path.contains("/licenses/"));
            assert!(programs.eq(["./usr/bin/isolate", "./usr/sbin/ipso"]));
            assert_eq!(files.len(), 4);
            let told = untar(&gunzip(&whole["./control.tar.gz"]));
            assert!(told.keys().eq(["./control"]));
            let control = String::from_utf8_lossy(&told["./control"]);
            let (name, other) = if core {
                ("ipso-core", "ipso")
            } else {
                ("ipso", "ipso-core")
            };
            for (field, value) in [
                ("Package: ", name),
                ("Version: ", "1.2.3-r1"),
                ("Conflicts: ", other),
                ("Architecture: ", "mips_24kc"),
                ("Alternatives: ", ALTERNATIVE),
                ("Installed-Size: ", &data.len().to_string()),
            ] {
                assert_eq!(lines(&control, field), [value]);
            }
            assert_eq!(lines(&control, "Provides: ").len(), usize::from(core));
            // Its file is there.
            let path = ALTERNATIVE.rsplit(':').next().unwrap();
            assert!(files.contains_key(&format!(".{path}")));
        }
    }
}
