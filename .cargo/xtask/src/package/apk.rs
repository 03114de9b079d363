//! Alpine's form, of apk-tools 2: a tar archive in two pieces, each compressed by itself. In the first is what apk is told,
//! with the sum of the second as it is compressed; in the second are the files, each after the sum of its content. A package that
//! is signed has a third piece before them. Ours is not: it is for `apk add --allow-untrusted`.

use super::{Files, Form, LICENSE, MAINTAINER, Package, documents, licences};
use crate::Res;
use crate::archive::{Tree, gzip};
use std::fmt::Write;

pub const FORM: Form = Form {
    arch: |machine| {
        let arch = match machine.debian {
            "amd64" => "x86_64",
            "arm64" => "aarch64",
            "armhf" => "armv7",
            "i386" => "x86",
            "s390x" => "s390x",
            _ => return None,
        };
        Some(arch.into())
    },
    // apk takes the name from what is in it; the processor is there for the eye.
    name: |package, arch| format!("{}-{}-r0.{arch}.apk", package.name, package.version),
    make,
};

fn make(package: &Package, arch: &str, files: &Files) -> Res<Vec<u8>> {
    let mut tree = files.install("zsh/site-functions");
    documents(&mut tree, &format!("usr/share/doc/{}", package.name))?;
    licences(&mut tree, package.name)?;
    let data = gzip(&tree.tar_with_sums(package.time));
    let mut control = Tree::default();
    control.file(".PKGINFO", info(package, arch, &tree, &data));
    let mut control = control.tar("", package.time);
    // Without the zeros that end an archive, since it goes on.
    control.truncate(control.len() - 1024);
    Ok([gzip(&control), data].concat())
}

fn info(package: &Package, arch: &str, tree: &Tree, data: &[u8]) -> String {
    let Package {
        name,
        other,
        version,
        summary,
        time,
        ..
    } = package;
    let size: usize = tree.entries().map(|(_, bytes)| bytes.len()).sum();
    let mut text = format!(
        "pkgname = {name}\n\
         pkgver = {version}-r0\n\
         pkgdesc = {summary}\n\
         builddate = {time}\n\
         packager = {MAINTAINER}\n\
         size = {size}\n\
         arch = {arch}\n\
         origin = ipso\n\
         license = {LICENSE}\n\
         replaces = {other}\n"
    );
    // Two packages that provide the same are never there at once.
    if *name == "ipso-core" {
        let _ = writeln!(text, "provides = {other}={version}-r0");
    }
    for command in ["ipso", "isolate"] {
        let _ = writeln!(text, "provides = cmd:{command}={version}-r0");
    }
    let mut sum = String::new();
    for byte in hmac_sha256::Hash::hash(data) {
        let _ = write!(sum, "{byte:02x}");
    }
    text + &format!("datahash = {sum}\n")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, lines, package, pieces, untar};
    use super::*;
    use std::io::Read;

    #[test]
    fn a_package_has_two_pieces_with_sums() {
        let file = make(&package(false), "armv7", &files()).unwrap();
        let pieces = pieces(&file);
        let [(_, control), (packed, data)] = &pieces[..] else {
            panic!("{} pieces", pieces.len());
        };
        // An archive that does not end, and one that does.
        assert!(control.len() % 512 == 0 && data.len() % 512 == 0);
        assert_eq!(control.len(), 1024, "a header and a block");
        assert!(data[data.len() - 1024..].iter().all(|byte| *byte == 0));
        // Both are one archive.
        let all = untar(&[&control[..], data].concat());
        assert_eq!(all["usr/sbin/ipso"], b"a program");
        assert_eq!(all["usr/share/zsh/site-functions/_ipso"], b"words");
        assert!(all.contains_key("usr/share/man/man8/ipso.8.gz"));
        let info = String::from_utf8_lossy(&all[".PKGINFO"]);
        for (field, value) in [
            ("pkgname = ", "ipso"),
            ("pkgver = ", "1.2.3-r0"),
            ("arch = ", "armv7"),
            ("builddate = ", "1700000000"),
            ("replaces = ", "ipso-core"),
        ] {
            assert_eq!(lines(&info, field), [value]);
        }
        assert_eq!(
            lines(&info, "provides = "),
            ["cmd:ipso=1.2.3-r0", "cmd:isolate=1.2.3-r0"]
        );
        let sum = hmac_sha256::Hash::hash(packed);
        let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(lines(&info, "datahash = "), [sum]);
        let (mut sums, mut size) = (0, 0);
        for entry in tar::Archive::new(&data[..]).entries().unwrap() {
            let mut entry = entry.unwrap();
            let records = entry.pax_extensions().unwrap();
            let sum = records.map(|mut records| {
                let record = records.next().unwrap().unwrap();
                assert_eq!(record.key(), Ok("APK-TOOLS.checksum.SHA1"));
                record.value().unwrap().to_owned()
            });
            let mut bytes = entry.link_name_bytes().unwrap_or_default().to_vec();
            entry.read_to_end(&mut bytes).unwrap();
            size += bytes.len();
            assert_eq!(sum.is_none(), entry.header().entry_type().is_dir());
            if let Some(sum) = sum {
                assert_eq!(sum, sha1_smol::Sha1::from(&bytes).digest().to_string());
                sums += 1;
            }
        }
        assert_eq!(sums, all.len() - 1);
        assert_eq!(lines(&info, "size = "), [size.to_string()]);
    }

    #[test]
    fn core_stands_in_for_the_other() {
        let file = make(&package(true), "x86", &files()).unwrap();
        let control = &pieces(&file)[0].1;
        let info = &untar(control)[".PKGINFO"];
        let provides = String::from_utf8_lossy(info);
        assert_eq!(lines(&provides, "provides = ")[0], "ipso=1.2.3-r0");
        assert_eq!(lines(&provides, "origin = "), ["ipso"]);
    }
}
