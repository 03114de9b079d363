//! An archive as the kernel unpacks it at boot (`Documentation/driver-api/early-userspace/buffer-format.rst`), the same bytes
//! for the same files: no times, no owners.

/// An archive under construction.
#[derive(Clone, Default)]
pub struct Archive {
    bytes: Vec<u8>,
    count: u32,
}

const FOLDER: u32 = 0o040_755;
const LINK: u32 = 0o120_777;
const FILE: u32 = 0o100_000;

impl Archive {
    /// A folder; those above it come first.
    pub fn folder(&mut self, name: &str) {
        self.add(name, FOLDER, b"");
    }

    /// A file with permissions.
    pub fn file(&mut self, name: &str, mode: u32, content: &[u8]) {
        self.add(name, FILE | mode, content);
    }

    /// A symbolic link.
    pub fn link(&mut self, name: &str, to: &str) {
        self.add(name, LINK, to.as_bytes());
    }

    fn add(&mut self, name: &str, mode: u32, content: &[u8]) {
        self.count += 1;
        let links = if mode == FOLDER { 2 } else { 1 };
        // inode, mode, uid, gid, links, mtime, size, device, device of a node, length of the name, check sum
        let name_len = name.len() as u32 + 1;
        let len = content.len() as u32;
        let fields = [
            self.count, mode, 0, 0, links, 0, len, 0, 0, 0, 0, name_len, 0,
        ];
        self.bytes.extend(b"070701");
        for field in fields {
            self.bytes.extend(format!("{field:08x}").bytes());
        }
        self.bytes.extend(name.bytes());
        self.bytes.push(0);
        self.pad();
        self.bytes.extend(content);
        self.pad();
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    /// The whole of it.
    pub fn finish(mut self) -> Vec<u8> {
        self.add("TRAILER!!!", 0, b"");
        self.bytes
    }
}
