//! The names of the reasons to hold a link down, from iproute2's folders.

use std::os::fd::AsFd;

use crate::args;
use crate::files::{entries, open_dir, read_file};
use crate::names::file::{Key, find_line};
use crate::sys::Path;

/// Of files with the same name in both folders, the first counts.
const FOLDERS: [&[u8]; 2] = [
    b"/etc/iproute2/protodown_reasons.d",
    b"/usr/share/iproute2/protodown_reasons.d",
];

/// The name of a reason.
pub fn name_of(n: u32) -> Option<Vec<u8>> {
    find(Key::Number(n.into())).map(|line| line.1)
}

/// The number of a reason, 0 to 31, by its name or as it is.
pub fn number_of(word: &[u8]) -> Option<u32> {
    let number = args::unsigned(word, u32::MAX.into()).or_else(|| Some(find(Key::Name(word))?.0));
    number.filter(|n| *n < 32).map(|n| n as u32)
}

fn find(key: Key) -> Option<(u64, Vec<u8>)> {
    let mut found = None;
    let mut seen = Vec::new();
    for folder in FOLDERS {
        let Ok(dir) = open_dir(&Path::new(&[folder])) else {
            continue;
        };
        let _ = entries(dir.as_fd(), &mut |file| {
            let file = file.to_bytes().to_vec();
            if file.ends_with(b".conf") && found.is_none() && !seen.contains(&file) {
                let text = read_file(&Path::new(&[folder, b"/", &file])).unwrap_or_default();
                found = find_line(&text, key);
                seen.push(file);
            }
        });
    }
    found
}
