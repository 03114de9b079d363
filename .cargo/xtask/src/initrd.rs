//! An archive as the kernel unpacks it at boot (`Documentation/driver-api/early-userspace/buffer-format.rst`), the same bytes
//! for the same files: no times, no owners.

use cpio::newc::{self, Builder, ModeFileType};
use std::io::{Result, Write};

/// An archive under construction.
#[derive(Clone, Default)]
pub struct Archive {
    bytes: Vec<u8>,
    count: u32,
}

/// Memory takes whatever is written.
const WRITTEN: &str = "an archive of less than 4 GiB";

impl Archive {
    /// A folder; those above it come first.
    pub fn folder(&mut self, name: &str) {
        self.add(name, (ModeFileType::Directory, 0o755), b"");
    }

    /// A file with permissions.
    pub fn file(&mut self, name: &str, mode: u32, content: &[u8]) {
        self.add(name, (ModeFileType::Regular, mode), content);
    }

    /// A symbolic link.
    pub fn link(&mut self, name: &str, to: &str) {
        self.add(name, (ModeFileType::Symlink, 0o777), to.as_bytes());
    }

    fn add(&mut self, name: &str, (kind, mode): (ModeFileType, u32), content: &[u8]) {
        self.count += 1;
        let entry = Builder::new(name).ino(self.count).mode(mode);
        let entry = entry.set_mode_file_type(kind);
        let write = || -> Result<()> {
            let mut writer = entry.write(&mut self.bytes, content.len() as u32);
            writer.write_all(content)?;
            writer.finish()?;
            Ok(())
        };
        write().expect(WRITTEN);
    }

    /// The whole of it.
    pub fn finish(self) -> Vec<u8> {
        newc::trailer(self.bytes).expect(WRITTEN)
    }
}
