//! The source archive, for systems that build with a compiler of their own: what `cargo package` would publish, with the manual
//! pages and completions, and what its tests want. `cargo build --release` makes the dynamic program of it, with stable Rust and nothing of this folder.

use crate::archive::{Tree, gzip};
use crate::own::Own;
use crate::{Res, at, product, root, run, schema, toolchain};
use flate2::read::GzDecoder;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::Command;

/// What cargo adds for itself.
const LEFT_OUT: &[&str] = &[".cargo_vcs_info.json", ".gitignore", "Cargo.toml.orig"];

fn name() -> Res<String> {
    Ok(format!("ipso-{}", product::version()?))
}

/// Where it lies.
pub fn path() -> Res<PathBuf> {
    Ok(root().join(format!("target/dist/{}-source.tar.gz", name()?)))
}

pub fn make(time: u64) -> Res<PathBuf> {
    let path = path()?;
    product::place(&path, &gzip(&tree()?.tar(&format!("{}/", name()?), time)))?;
    Ok(path)
}

fn tree() -> Res<Tree> {
    let own = Own::new(&root().join("target"), "package")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut package = Command::new(cargo);
    package
        .current_dir(root())
        .args(["package", "--quiet", "--package", "ipso"])
        .args(["--no-verify", "--allow-dirty", "--target-dir"])
        .arg(own.path());
    run(toolchain::clean(&mut package))?;
    let name = name()?;
    let packed = own.path().join(format!("package/{name}.crate"));
    let packed = fs::read(&packed).map_err(|e| at(&packed, e))?;
    let mut tree = read(&packed, &format!("{name}/")).map_err(|e| format!("{name}.crate: {e}"))?;
    // The tests look for the latter two where they are in the repository.
    for (folder, files) in [
        ("man", product::manual()?),
        ("completion", product::completion()?),
        (".cargo/xtask/contrib", product::contrib()?),
    ] {
        for (name, bytes) in files {
            tree.script_or_file(&format!("{folder}/{name}"), bytes);
        }
    }
    let handbook = ".cargo/xtask/README.md";
    tree.copy(handbook, &root().join(handbook))?;
    tree.copy(
        &format!(".cargo/xtask/schema/{}", schema::NAME),
        &schema::path(),
    )?;
    Ok(tree)
}

fn read(packed: &[u8], folder: &str) -> std::io::Result<Tree> {
    let mut tree = Tree::default();
    for entry in tar::Archive::new(GzDecoder::new(packed)).entries()? {
        let mut entry = entry?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = path.strip_prefix(folder).unwrap_or(&path);
        if !LEFT_OUT.contains(&path) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            tree.file(path, bytes);
        }
    }
    Ok(tree)
}

/// The crates that the source archive wants, with their sums, as BitBake reads them.
pub fn crates() -> Res<String> {
    let path = root().join("Cargo.lock");
    let text = fs::read_to_string(&path).map_err(|e| at(&path, e))?;
    let mut text = bitbake(&text).ok_or("Cargo.lock: a package without a sum")?;
    text.insert_str(0, "# Of Cargo.lock, by `cargo dist`.\n");
    Ok(text)
}

/// A package of Cargo.lock: its lines `key = "value"`, and what it depends on.
struct Locked<'a>(&'a str);

impl<'a> Locked<'a> {
    fn value(&self, key: &str) -> Option<&'a str> {
        let mut lines = self.0.lines();
        let value = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "))?;
        Some(value.trim_matches('"'))
    }

    /// `NAME`, or `NAME VERSION` where there are several of a name.
    fn needs(&self) -> impl Iterator<Item = &'a str> {
        let lines = self.0.lines().filter_map(|line| line.strip_prefix(" \""));
        lines.map(|line| line.trim_end_matches("\","))
    }

    fn is(&self, wanted: &str) -> bool {
        let mut words = wanted.split(' ');
        self.value("name") == words.next()
            && words
                .next()
                .is_none_or(|version| self.value("version") == Some(version))
    }
}

fn bitbake(lock: &str) -> Option<String> {
    let all: Vec<_> = lock.split("[[package]]\n").skip(1).map(Locked).collect();
    let mut wanted = vec!["ipso"];
    let mut found = BTreeSet::new();
    while let Some(name) = wanted.pop() {
        for package in all.iter().filter(|package| package.is(name)) {
            if found.insert((package.value("name")?, package.value("version")?)) {
                wanted.extend(package.needs());
            }
        }
    }
    let (mut addresses, mut sums) = (String::from("SRC_URI += \" \\\n"), String::new());
    for (name, version) in found.into_iter().filter(|(name, _)| *name != "ipso") {
        let package = all
            .iter()
            .find(|package| package.is(&format!("{name} {version}")))?;
        let sum = package.value("checksum")?;
        // Writing to a string cannot fail.
        let _ = writeln!(addresses, "    crate://crates.io/{name}/{version} \\");
        let _ = writeln!(sums, "SRC_URI[{name}-{version}.sha256sum] = \"{sum}\"");
    }
    Some(format!("{addresses}\"\n\n{sums}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_its_tests_want_is_in_it() {
        let tree = tree().unwrap();
        let has = |wanted: &str| tree.files().any(|(path, _)| path == wanted);
        for wanted in [
            "Cargo.lock",
            "tests/session.svg",
            "man/ipso.8",
            "completion/bash/ipso",
            ".cargo/xtask/contrib/dracut/module-setup.sh",
            ".cargo/xtask/schema/ipso.schema.json",
        ] {
            assert!(has(wanted), "{wanted}");
        }
        assert!(!has("Cargo.toml.orig"));
    }

    #[test]
    fn crates_are_those_that_are_needed() {
        let lock = "version = 4\n\n\
            [[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"11\"\ndependencies = [\n \"b 2.0.0\",\n]\n\n\
            [[package]]\nname = \"b\"\nversion = \"1.0.0\"\nchecksum = \"22\"\n\n\
            [[package]]\nname = \"b\"\nversion = \"2.0.0\"\nchecksum = \"33\"\n\n\
            [[package]]\nname = \"ipso\"\nversion = \"1.0.0\"\ndependencies = [\n \"a\",\n]\n\n\
            [[package]]\nname = \"xtask\"\nversion = \"0.0.0\"\ndependencies = [\n \"b 1.0.0\",\n]\n";
        let expected = "SRC_URI += \" \\\n    crate://crates.io/a/1.0.0 \\\n    crate://crates.io/b/2.0.0 \\\n\"\n\n\
            SRC_URI[a-1.0.0.sha256sum] = \"11\"\nSRC_URI[b-2.0.0.sha256sum] = \"33\"\n";
        assert_eq!(bitbake(lock).as_deref(), Some(expected));
        let real = crates().unwrap();
        assert!(
            real.contains("crate://crates.io/rustix/") && !real.contains("/object/"),
            "{real}"
        );
    }
}
