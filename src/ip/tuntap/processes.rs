//! The processes that have a tun or tap device open.

use std::os::fd::AsFd;

use crate::files::{entries, of_process, open_dir, read_file};
use crate::ns::who::each_process;
use crate::sys::Path;
use crate::text::{add, cut, next_word};

/// Looks through the open files of all processes, once. For each device that one has open there are the device's name,
/// the process's number and its name, with a NUL behind each. What may not be seen is passed over.
pub fn find_processes() -> Vec<u8> {
    let mut found = Vec::new();
    let _ = each_process(&mut |_, pid| {
        let folder = of_process(pid, b"/fdinfo");
        let Ok(dir) = open_dir(&folder) else {
            return;
        };
        let _ = entries(dir.as_fd(), &mut |file| {
            let info = read_file(&Path::entry(folder.to_bytes(), file.to_bytes()));
            if let Some(device) = find_device(&info.unwrap_or_default()) {
                let name = read_file(&of_process(pid, b"/comm"));
                let name = name.as_deref().unwrap_or(b"<NULL>");
                let name = name.strip_suffix(b"\n").unwrap_or(name);
                add(&mut found, b"%\0%\0%\0", &[device, pid, name]);
            }
        });
    });
    found
}

/// The device that an open file is of, by the text of its file in fdinfo: only tun's own files have such a line.
fn find_device(mut info: &[u8]) -> Option<&[u8]> {
    while let Some(line) = cut(&mut info, b'\n') {
        if let Some(mut device) = line.strip_prefix(b"iff:") {
            return Some(next_word(&mut device));
        }
    }
    None
}
