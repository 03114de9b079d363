//! `ip vrf identify` and `pids`: which VRF a process is bound to, and which processes are bound to one.

use std::os::fd::AsFd;

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::files::{entries, of_process, open_dir, read_file};
use crate::ip::command::{Ctx, Io};
use crate::ip::vrf::cgroup::{find, find_mount, groups_of, path_in};
use crate::ns::who;
use crate::out::Out;
use crate::row::draft;
use crate::sys::Path;
use crate::text::{cut, fill_two};

/// Between the path of a group and the name of a VRF.
const VRF: &[u8] = b"/vrf/";

/// `identify [PID]`: the VRF of a process; nothing where it is bound to none.
pub fn identify(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let mut pid: &[u8] = b"self";
    if let Some(word) = w.next() {
        if args::radix(word, 10).is_none_or(|pid| pid > u32::MAX.into()) {
            return Err(Error::bad_arg(word, "Invalid pid\n"));
        }
        pid = word;
    }
    if let Some(word) = w.next() {
        return Err(Error::bad_arg(word, "Extra arguments specified\n"));
    }
    let text = groups_of(pid).map_err(|e| {
        let text = "Failed to lookup vrf association";
        Error::os(text, b"", e.raw_os_error())
    })?;
    if let Some(name) = vrf_in(&text).filter(|name| !name.is_empty()) {
        io.out.raw(name);
        io.out.text("\n");
    }
    Ok(())
}

/// The name of the VRF in what /proc says of the groups of a process.
fn vrf_in(text: &[u8]) -> Option<&[u8]> {
    let path = path_in(text, |path| find(path, VRF).is_some())?;
    Some(&path[find(path, VRF)? + VRF.len()..])
}

/// `pids NAME`: the processes that are bound to a VRF, in this network namespace if that has a name.
pub fn pids(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let [name] = w.rest() else {
        return Err(Error::refused("Invalid arguments", b""));
    };
    if draft::vrf(name, &mut io.names)?.is_none() {
        return Err(Error::refused("Invalid VRF name", b""));
    }
    let mount = find_mount()?;
    let mut parent = who::name_of(b"self")?;
    if !parent.is_empty() {
        parent = fill_two("/%-ns%", &parent, b"");
    }
    show_below(&mount, &parent, name, &mut io.out);
    Ok(())
}

/// Shows the processes of all groups `vrf/NAME` below a folder whose path ends with `parent`.
fn show_below(folder: &[u8], parent: &[u8], name: &[u8], out: &mut Out) {
    let Ok(dir) = open_dir(&Path::new(&[folder])) else {
        // Most entries are files.
        return;
    };
    // What goes meanwhile has no processes.
    let _ = entries(dir.as_fd(), &mut |entry| {
        let entry = entry.to_bytes();
        if entry != b"vrf" {
            return show_below(Path::entry(folder, entry).to_bytes(), parent, name, out);
        }
        if !folder.ends_with(parent) {
            return;
        }
        let path = Path::new(&[folder, VRF, name, b"/cgroup.procs"]);
        let text = read_file(&path).unwrap_or_default();
        let mut rest = &text[..];
        while let Some(pid) = cut(&mut rest, b'\n') {
            if let Some(command) = read_file(&of_process(pid, b"/comm")) {
                out.blanks(5usize.saturating_sub(pid.len()));
                out.raw(&fill_two("%  %", pid, &command));
            }
        }
    });
}
