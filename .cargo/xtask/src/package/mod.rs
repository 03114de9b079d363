//! Packages of the product for systems that have a manager of such: of Debian, Alpine and OpenWrt. No program of these systems is
//! needed to make them, and the same files give the same bytes.
//!
//! None of them takes another package's files. `ip` is whose it was, but for OpenWrt: see ipk.rs.

mod apk;
mod deb;
mod ipk;

use crate::archive::{Tree, gzip};
use crate::product::{self, Parts};
use crate::toolchain::Machine;
use crate::{Res, at, root};
use std::fs;
use std::path::{Path, PathBuf};

/// Who is written to about a package.
const MAINTAINER: &str = "the ipso authors <ipso@ipso.invalid>";
const LICENSE: &str = "MIT OR Apache-2.0";

/// What is told of a package, whatever its form.
struct Package<'a> {
    /// `ipso` or `ipso-core`. Each takes the place of the other.
    name: &'a str,
    other: &'a str,
    version: &'a str,
    /// In a few words, and in sentences: lines of less than 80 characters.
    summary: &'a str,
    description: &'a str,
    time: u64,
}

const SUMMARY: &str = "ip of iproute2 and isolate in one small static file";
const DESCRIPTION: &str = "\
ipso speaks the words of ip(8): namespaces, links, addresses, routes, rules
and more, with the same output and exit codes. isolate(1) runs a command in
namespaces of its own, and joins it to the network by a tunnel.
It is one static file: it fits into an initramfs, a container or a rescue
system, and needs nothing else there.
";
const CORE: &str = "\
This one has what an initramfs wants: network namespaces, links, addresses and
routes, and isolate without its options. The package ipso has all.
";

/// A form of package: what the file of one is called, and its bytes.
struct Form {
    /// Debian's, Alpine's or OpenWrt's name for a processor.
    arch: fn(&Machine) -> Option<String>,
    name: fn(&Package, &str) -> String,
    make: fn(&Package, &str, &Files) -> Res<Vec<u8>>,
}

const FORMS: &[Form] = &[deb::FORM, apk::FORM, ipk::FORM];

/// What goes into packages.
struct Files {
    program: Vec<u8>,
    /// Manual pages: `ipso.8` and its like.
    manual: Vec<(String, Vec<u8>)>,
    /// `bash/NAME`, `zsh/_NAME`, `fish/NAME.fish`.
    completion: Vec<(String, Vec<u8>)>,
}

impl Files {
    /// The program with its names that are free on every system, its pages and its completions, where Linux has such things.
    /// The folders of completions are those of packages: `vendor` where the shell has one for the administrator too.
    fn install(&self, zsh: &str) -> Tree {
        let mut tree = Tree::default();
        tree.program("usr/sbin/ipso", &*self.program);
        tree.link("usr/bin/isolate", "../sbin/ipso");
        for (name, text) in &self.manual {
            let section = name.rsplit('.').next().unwrap_or_default();
            tree.file(&format!("usr/share/man/man{section}/{name}.gz"), gzip(text));
        }
        for (path, text) in &self.completion {
            let (shell, name) = path.split_once('/').unwrap_or_default();
            let folder = match shell {
                "bash" => "bash-completion/completions",
                "fish" => "fish/vendor_completions.d",
                _ => zsh,
            };
            tree.file(&format!("usr/share/{folder}/{name}"), &**text);
        }
        tree
    }
}

/// The packages for a processor, where they lie: those that `make` makes.
pub fn paths(triple: &str, parts: &Parts) -> Res<Vec<PathBuf>> {
    each(triple, parts, 0, &mut |name, _, _, _| {
        Ok(PathBuf::from(name))
    })
}

/// Makes the packages of a product for a processor. There is none where a system does not run on it.
pub fn make(file: &Path, triple: &str, parts: &Parts, time: u64) -> Res<Vec<PathBuf>> {
    let files = Files {
        program: fs::read(file).map_err(|e| at(file, e))?,
        manual: product::manual()?,
        completion: product::completion()?,
    };
    each(triple, parts, time, &mut |name, form, package, arch| {
        let path = PathBuf::from(name);
        product::place(&path, &(form.make)(package, arch, &files)?)?;
        Ok(path)
    })
}

type Work<'a> = &'a mut dyn FnMut(String, &Form, &Package, &str) -> Res<PathBuf>;

fn each(triple: &str, parts: &Parts, time: u64, work: Work) -> Res<Vec<PathBuf>> {
    let Some(machine) = Machine::of(triple) else {
        return Ok(Vec::new());
    };
    let (name, other, more) = match parts {
        Parts::All => ("ipso", "ipso-core", ""),
        Parts::Core(_) => ("ipso-core", "ipso", CORE),
    };
    let package = Package {
        name,
        other,
        version: &product::version()?,
        summary: SUMMARY,
        description: &[DESCRIPTION, more].concat(),
        time,
    };
    let mut paths = Vec::new();
    for form in FORMS {
        if let Some(arch) = (form.arch)(machine) {
            let path = root()
                .join("target/dist")
                .join((form.name)(&package, &arch));
            paths.push(work(path.display().to_string(), form, &package, &arch)?);
        }
    }
    Ok(paths)
}

/// What stands in every package's documentation.
fn documents(tree: &mut Tree, folder: &str) -> Res<()> {
    for (name, bytes) in product::readmes()? {
        tree.file(&format!("{folder}/{name}"), bytes);
    }
    for (path, bytes) in product::contrib()? {
        tree.script_or_file(&format!("{folder}/contrib/{path}"), bytes);
    }
    Ok(())
}

/// The licences, for systems that do not have them already.
fn licences(tree: &mut Tree, name: &str) -> Res<()> {
    for file in ["LICENSE-APACHE", "LICENSE-MIT"] {
        tree.copy(
            &format!("usr/share/licenses/{name}/{file}"),
            &root().join(file),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::bufread::GzDecoder;
    use std::collections::BTreeMap;
    use std::io::Read;

    pub fn package(core: bool) -> Package<'static> {
        Package {
            name: if core { "ipso-core" } else { "ipso" },
            other: if core { "ipso" } else { "ipso-core" },
            version: "1.2.3",
            summary: SUMMARY,
            description: DESCRIPTION,
            time: 1_700_000_000,
        }
    }

    pub fn files() -> Files {
        Files {
            program: b"a program".into(),
            manual: vec![("ipso.8".into(), b"a page".into())],
            completion: ["bash/ipso", "zsh/_ipso", "fish/ipso.fish"]
                .map(|name| (name.into(), b"words".into()))
                .into(),
        }
    }

    /// The pieces of what is compressed, each with the bytes that it was read from.
    pub fn pieces(mut file: &[u8]) -> Vec<(&[u8], Vec<u8>)> {
        let mut pieces = Vec::new();
        while !file.is_empty() {
            let mut decoder = GzDecoder::new(file);
            let mut bytes = Vec::new();
            decoder.read_to_end(&mut bytes).unwrap();
            let rest = decoder.into_inner();
            pieces.push((&file[..file.len() - rest.len()], bytes));
            file = rest;
        }
        pieces
    }

    pub fn gunzip(file: &[u8]) -> Vec<u8> {
        let mut pieces = pieces(file);
        assert_eq!(pieces.len(), 1);
        pieces.remove(0).1
    }

    /// Of an archive all that are not folders: their content, or where they lead.
    pub fn untar(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
        let mut archive = tar::Archive::new(bytes);
        let mut found = BTreeMap::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let header = entry.header();
            assert_eq!(header.mtime().unwrap(), 1_700_000_000);
            if header.entry_type().is_dir() {
                continue;
            }
            let path = String::from_utf8(header.path_bytes().into()).unwrap();
            let mut bytes = header.link_name_bytes().unwrap_or_default().to_vec();
            let mode = header.mode().unwrap();
            entry.read_to_end(&mut bytes).unwrap();
            let is_run = path.ends_with("usr/sbin/ipso") || bytes.starts_with(b"#!");
            assert_eq!(mode == 0o755, is_run, "{path}");
            found.insert(path, bytes);
        }
        found
    }

    /// The lines that begin so.
    pub fn lines<'a>(text: &'a str, start: &str) -> Vec<&'a str> {
        text.lines()
            .filter_map(|line| line.strip_prefix(start))
            .collect()
    }

    #[test]
    fn every_processor_that_has_archives_has_packages() {
        let names = |machine: &Machine| {
            let paths = paths(machine.triple, &Parts::All).unwrap();
            let names = paths
                .iter()
                .map(|path| path.file_name().unwrap().to_str().unwrap());
            names
                .map(|name| name.replace(&product::version().unwrap(), "V"))
                .collect::<Vec<_>>()
        };
        for machine in crate::toolchain::MACHINES
            .iter()
            .filter(|machine| machine.dist)
        {
            assert_eq!(names(machine).len(), FORMS.len(), "{}", machine.triple);
        }
        let arm = Machine::of("armv7-unknown-linux-musleabihf").unwrap();
        let expected = [
            "ipso_V-1_armhf.deb",
            "ipso-V-r0.armv7.apk",
            "ipso_V-r1_arm_cortex-a7_neon-vfpv4.ipk",
        ];
        assert_eq!(names(arm), expected);
        assert_eq!(
            paths("riscv64gc-unknown-linux-musl", &Parts::All),
            Ok(Vec::new())
        );
    }

    #[test]
    fn descriptions_fit() {
        for line in [DESCRIPTION, CORE].concat().lines() {
            assert!(line.len() < 80 && !line.is_empty(), "{line}");
        }
        assert!(SUMMARY.len() < 60 && !SUMMARY.ends_with('.'));
    }
}
