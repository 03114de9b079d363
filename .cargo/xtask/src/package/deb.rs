//! Debian's form, deb(5): an `ar` archive of a number, what dpkg is told, and the files.

use super::{Files, Form, MAINTAINER, Package, documents};
use crate::archive::{Tree, gzip};
use crate::{Res, product, root};
use std::fmt::Write;
use std::fs;

pub const FORM: Form = Form {
    arch: |machine| Some(machine.debian.into()),
    name: |package, arch| format!("{}_{}-1_{arch}.deb", package.name, package.version),
    make,
};

/// Policy 12.5: which license it is under. The texts of Apache's and others lie on each Debian.
const COPYRIGHT: &str = "\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ipso
Comment:
 Linked into the program are musl, Rust's standard library, and the crates
 bitflags, errno, lexopt, libc, linux-raw-sys and rustix. Each of them may be
 used under the Expat license below, with the copyright of its own authors.

Files: *
Copyright: 2026 the ipso authors
License: Expat or Apache-2.0

License: Apache-2.0
 The full text is in /usr/share/common-licenses/Apache-2.0.

License: Expat
";

const README: &str = "\
ipso on Debian
==============

The program is /usr/sbin/ipso: `ipso link` is `ip link`. `isolate` is the same
file. `ip` stays iproute2's, and both may be used at once: they share the names
of namespaces in /run/netns.

To have ipso as `ip` where PATH is searched, for you and for most scripts:

    ln -s /usr/sbin/ipso /usr/local/sbin/ip

which `rm /usr/local/sbin/ip` takes back. For one shell or one script alone
there is a folder with that name in it:

    PATH=/usr/lib/ipso:$PATH

For scripts that call /sbin/ip or /bin/ip by its path, iproute2's file has to
be moved aside. dpkg remembers that, also when iproute2 is upgraded:

    ip=$(dpkg -L iproute2 | grep -Ex '(/usr)?/bin/ip')
    dpkg-divert --local --rename --divert $ip.iproute2 --add $ip
    ln -s /usr/sbin/ipso $ip

and back again:

    ip=$(dpkg -L iproute2 | grep -Ex '(/usr)?/bin/ip')
    rm $ip
    dpkg-divert --local --rename --remove $ip

The hooks for initramfs-tools and dracut are in contrib/.
";

/// lintian's findings that are meant to be so.
const OVERRIDES: &str = "\
# It is made for places without libraries.
@NAME@: statically-linked-binary [usr/sbin/ipso]
# Nobody has asked Debian for it.
@NAME@: initial-upload-closes-no-bugs [usr/share/doc/@NAME@/changelog.Debian.gz:1]
";

fn make(package: &Package, arch: &str, files: &Files) -> Res<Vec<u8>> {
    let name = package.name;
    let doc = format!("usr/share/doc/{name}");
    let mut tree = files.install("zsh/vendor-completions");
    tree.link("usr/lib/ipso/ip", "../../sbin/ipso");
    documents(&mut tree, &doc)?;
    let license = fs::read_to_string(root().join("LICENSE-MIT")).map_err(|e| e.to_string())?;
    tree.file(&format!("{doc}/copyright"), copyright(&license));
    tree.file(&format!("{doc}/README.Debian"), README);
    let changes = fs::read(root().join("CHANGELOG.md")).map_err(|e| e.to_string())?;
    tree.file(&format!("{doc}/changelog.gz"), gzip(&changes));
    let log = changelog(package, &product::released()?.1);
    tree.file(&format!("{doc}/changelog.Debian.gz"), gzip(log.as_bytes()));
    tree.file(
        &format!("usr/share/lintian/overrides/{name}"),
        OVERRIDES.replace("@NAME@", name),
    );
    let mut control = Tree::default();
    control.file("control", control_file(package, arch, &tree));
    control.file("md5sums", sums(&tree));
    let time = package.time;
    let members = [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.gz", gzip(&control.tar("./", time))),
        ("data.tar.gz", gzip(&tree.tar("./", time))),
    ];
    let mut archive = ar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = ar::Header::new(name.into(), bytes.len() as u64);
        header.set_mode(0o100_644);
        header.set_mtime(time);
        archive
            .append(&header, &*bytes)
            .map_err(|e| e.to_string())?;
    }
    archive.into_inner().map_err(|e| e.to_string())
}

fn control_file(package: &Package, arch: &str, tree: &Tree) -> String {
    let Package {
        name,
        other,
        version,
        summary,
        ..
    } = package;
    // A kibibyte or part of one for each file, and one for all else (Policy 5.6.20).
    let size: usize = tree
        .entries()
        .map(|(_, bytes)| bytes.len().div_ceil(1024).max(1))
        .sum();
    let mut text = format!(
        "Package: {name}\n\
         Version: {version}-1\n\
         Architecture: {arch}\n\
         Maintainer: {MAINTAINER}\n\
         Installed-Size: {size}\n\
         Conflicts: {other}\n\
         Replaces: {other}\n"
    );
    if *name == "ipso-core" {
        let _ = writeln!(text, "Provides: {other} (= {version}-1)");
    }
    let _ = write!(
        text,
        "Section: net\nPriority: optional\nMulti-Arch: foreign\nDescription: {summary}\n"
    );
    for line in package.description.lines() {
        let _ = writeln!(text, " {line}");
    }
    text
}

fn sums(tree: &Tree) -> String {
    let files = tree.files();
    files
        .map(|(path, bytes)| format!("{:x}  {path}\n", md5::compute(bytes)))
        .collect()
}

fn copyright(license: &str) -> String {
    let mut text = COPYRIGHT.to_owned();
    // Its name and who has the copyright are said above.
    let start = license.find("Permission is").unwrap_or_default();
    for line in license[start..].lines() {
        let line = if line.is_empty() { "." } else { line };
        let _ = writeln!(text, " {line}");
    }
    text
}

fn changelog(package: &Package, date: &str) -> String {
    let Package { name, version, .. } = package;
    format!(
        "{name} ({version}-1) unstable; urgency=medium\n\n  \
         * Made by the authors, with `cargo dist`.\n\n \
         -- {MAINTAINER}  {date}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, gunzip, lines, package, untar};
    use super::*;
    use std::collections::BTreeMap;
    use std::io::Read;

    /// What dpkg is told, and the files.
    fn read(file: &[u8]) -> [BTreeMap<String, Vec<u8>>; 2] {
        let mut archive = ar::Archive::new(file);
        let mut members = Vec::new();
        while let Some(entry) = archive.next_entry() {
            let mut entry = entry.unwrap();
            let header = entry.header();
            assert_eq!(
                (header.uid(), header.gid(), header.mode()),
                (0, 0, 0o100_644)
            );
            let name = String::from_utf8_lossy(header.identifier()).into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            members.push((name, bytes));
        }
        let names = members.iter().map(|(name, _)| name.as_str());
        assert!(names.eq(["debian-binary", "control.tar.gz", "data.tar.gz"]));
        assert_eq!(members[0].1, b"2.0\n");
        [1, 2].map(|n: usize| untar(&gunzip(&members[n].1)))
    }

    #[test]
    fn a_package_is_as_deb_5_has_it() {
        let [told, files] = read(&make(&package(false), "arm64", &files()).unwrap());
        let control = String::from_utf8_lossy(&told["./control"]);
        for (field, value) in [
            ("Package: ", "ipso"),
            ("Version: ", "1.2.3-1"),
            ("Architecture: ", "arm64"),
            ("Conflicts: ", "ipso-core"),
        ] {
            assert_eq!(lines(&control, field), [value]);
        }
        assert!(lines(&control, "Provides: ").is_empty() && !control.contains("\n\n"));
        let sums = String::from_utf8_lossy(&told["./md5sums"]);
        let mut count = 0;
        for line in sums.lines() {
            let (sum, path) = line.split_once("  ").unwrap();
            assert_eq!(
                format!("{:x}", md5::compute(&files[&format!("./{path}")])),
                sum
            );
            count += 1;
        }
        assert_eq!(files["./usr/bin/isolate"], b"../sbin/ipso");
        assert_eq!(files["./usr/lib/ipso/ip"], b"../../sbin/ipso");
        // The two links have no sum.
        assert_eq!(files.len(), count + 2);
        assert_eq!(files["./usr/sbin/ipso"], b"a program");
        assert_eq!(gunzip(&files["./usr/share/man/man8/ipso.8.gz"]), b"a page");
        for name in [
            "bash-completion/completions/ipso",
            "zsh/vendor-completions/_ipso",
            "fish/vendor_completions.d/ipso.fish",
        ] {
            assert_eq!(files[&format!("./usr/share/{name}")], b"words");
        }
        let log = gunzip(&files["./usr/share/doc/ipso/changelog.Debian.gz"]);
        assert!(log.starts_with(b"ipso (1.2.3-1) unstable; urgency="));
        let license = String::from_utf8_lossy(&files["./usr/share/doc/ipso/copyright"]);
        assert!(license.contains("\nLicense: Expat\n Permission is hereby granted"));
        assert!(license.contains("\n .\n THE SOFTWARE IS PROVIDED") && !license.contains("\n\n\n"));
    }

    #[test]
    fn core_stands_in_for_the_other() {
        let [told, files] = read(&make(&package(true), "amd64", &files()).unwrap());
        let control = String::from_utf8_lossy(&told["./control"]);
        assert_eq!(lines(&control, "Provides: "), ["ipso (= 1.2.3-1)"]);
        assert_eq!(lines(&control, "Replaces: "), ["ipso"]);
        assert!(files.contains_key("./usr/share/doc/ipso-core/copyright"));
    }
}
