//! Archives that have the same bytes for the same files, from whatever folder and by whomever they are made: sorted, owned by
//! root, with permissions and a time that are told.

use crate::{Res, at};
use flate2::{Compression, GzBuilder};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Result, Write};
use std::path::Path;
use tar::{Builder, EntryType, Header};

/// Files by their paths, which do not begin with a slash. The folders that they lie in are there by themselves.
#[derive(Clone, Default)]
pub struct Tree(BTreeMap<String, Entry>);

#[derive(Clone)]
enum Entry {
    Folder,
    File { mode: u32, bytes: Vec<u8> },
    Link(String),
}

impl Entry {
    fn content(&self) -> &[u8] {
        match self {
            Entry::Folder => b"",
            Entry::File { bytes, .. } => bytes,
            Entry::Link(to) => to.as_bytes(),
        }
    }
}

impl Tree {
    /// A file that every program may read.
    pub fn file(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.add(path, 0o644, bytes.into());
    }

    /// A program.
    pub fn program(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.add(path, 0o755, bytes.into());
    }

    /// A script, which every user may run, or another file.
    pub fn script_or_file(&mut self, path: &str, bytes: Vec<u8>) {
        match bytes.starts_with(b"#!") {
            true => self.program(path, bytes),
            false => self.file(path, bytes),
        }
    }

    fn add(&mut self, path: &str, mode: u32, bytes: Vec<u8>) {
        self.enter(path, Entry::File { mode, bytes });
    }

    /// A symbolic link.
    pub fn link(&mut self, path: &str, to: &str) {
        self.enter(path, Entry::Link(to.into()));
    }

    /// The same as a file of ours.
    pub fn copy(&mut self, path: &str, from: &Path) -> Res<()> {
        self.file(path, fs::read(from).map_err(|e| at(from, e))?);
        Ok(())
    }

    /// All there is, by path: the content of a file or of a link, nothing for a folder.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0
            .iter()
            .map(|(path, entry)| (path.as_str(), entry.content()))
    }

    /// The files alone.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let files = self
            .0
            .iter()
            .filter(|(_, entry)| matches!(entry, Entry::File { .. }));
        files.map(|(path, entry)| (path.as_str(), entry.content()))
    }

    fn enter(&mut self, path: &str, entry: Entry) {
        for (slash, _) in path.match_indices('/') {
            self.0.insert(path[..slash].into(), Entry::Folder);
        }
        self.0.insert(path.into(), entry);
    }

    /// As an archive of POSIX.1-1988 (`ustar`). All paths follow `root`, which is empty or ends with a slash.
    pub fn tar(&self, root: &str, time: u64) -> Vec<u8> {
        self.write(root, time, false)
    }

    /// The same with the sum of each file and link as a record of POSIX.1-2001 before it, as apk wants them.
    pub fn tar_with_sums(&self, time: u64) -> Vec<u8> {
        self.write("", time, true)
    }

    fn write(&self, root: &str, time: u64, sums: bool) -> Vec<u8> {
        let write = || -> Result<Vec<u8>> {
            let mut tar = Builder::new(Vec::new());
            if !root.is_empty() {
                append(&mut tar, root, &Entry::Folder, time)?;
            }
            for (path, entry) in &self.0 {
                if sums && !matches!(entry, Entry::Folder) {
                    let sum = sha1_smol::Sha1::from(entry.content()).digest().to_string();
                    tar.append_pax_extensions([("APK-TOOLS.checksum.SHA1", sum.as_bytes())])?;
                }
                append(&mut tar, &format!("{root}{path}"), entry, time)?;
            }
            tar.into_inner()
        };
        write().expect("memory takes what is written, and no path has more than 100 bytes")
    }
}

fn append(tar: &mut Builder<Vec<u8>>, path: &str, entry: &Entry, time: u64) -> Result<()> {
    let mut header = Header::new_ustar();
    header.set_uid(0);
    header.set_gid(0);
    header.set_username("root")?;
    header.set_groupname("root")?;
    header.set_mtime(time);
    let (kind, mode, bytes): (_, _, &[u8]) = match entry {
        Entry::Folder => (EntryType::Directory, 0o755, b""),
        Entry::File { mode, bytes } => (EntryType::Regular, *mode, bytes),
        Entry::Link(to) => {
            header.set_link_name_literal(to)?;
            (EntryType::Symlink, 0o777, b"")
        }
    };
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(bytes.len() as u64);
    // The crate takes a `./` away where it sets a path.
    let slash = kind == EntryType::Directory && !path.ends_with('/');
    let name = [path, if slash { "/" } else { "" }].concat();
    let place = header.as_old_mut().name.get_mut(..name.len());
    place
        .ok_or(std::io::ErrorKind::InvalidFilename)?
        .copy_from_slice(name.as_bytes());
    header.set_cksum();
    tar.append(&header, bytes)
}

/// As `gzip -9n` does: with neither a name nor a time.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    /// Unix, in RFC 1952.
    const UNIX: u8 = 3;
    let builder = GzBuilder::new().operating_system(UNIX);
    let mut gzip = builder.write(Vec::new(), Compression::best());
    let bytes = gzip.write_all(bytes).and_then(|()| gzip.finish());
    bytes.expect("memory takes what is written")
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;

    #[test]
    fn an_archive_is_sorted_and_owned_by_root() {
        let mut tree = Tree::default();
        tree.link("usr/sbin/z", "a");
        tree.program("usr/sbin/a", "program");
        tree.file("usr-x", "text");
        let packed = gzip(&tree.tar("./", 315_532_800));
        // The year of gzip's header is none.
        assert_eq!(packed[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3]);
        let mut archive = tar::Archive::new(GzDecoder::new(&packed[..]));
        let mut lines = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            let header = entry.header();
            assert!(header.as_ustar().is_some());
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
            assert_eq!(header.username().unwrap(), Some("root"));
            assert_eq!(header.mtime().unwrap(), 315_532_800);
            let path = String::from_utf8(header.path_bytes().into()).unwrap();
            let link = header.link_name_bytes().unwrap_or_default();
            let link = String::from_utf8_lossy(&link);
            lines.push(format!("{path} {:o} {link}{text}", header.mode().unwrap()));
        }
        let expected = "./ 755 |./usr/ 755 |./usr-x 644 text|./usr/sbin/ 755 |./usr/sbin/a 755 program|./usr/sbin/z 777 a";
        assert_eq!(lines.join("|"), expected);
    }
}
