//! Going into a network namespace, with its own /sys and its own files of /etc, and running a command there.

use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, OwnedFd};

use rustix::mount::{MountPropagationFlags, mount_bind};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::error::{Error, Result, USAGE};
use crate::files;
use crate::names::netns::{netns_name, open_netns};
use crate::ns::sysfs::mount_sys;
use crate::ns::{change_mount, failed, failed2, hint, warn};
use crate::out::Out;
use crate::sys::{self, Path};

/// Where the files of namespaces for /etc are.
const FILES: &str = env!("BUILT_IPSO_NETNS_ETC_DIR");

/// Becomes a command in the namespace that a word means.
pub fn exec(word: &[u8], command: &[&[u8]], out: &mut Out) -> Result<()> {
    switch(word)?;
    separate_mounts()?;
    mount_own(word, out);
    out.flush()?;
    Err(become_command(command))
}

/// Becomes a command; returns what keeps it from that.
pub fn become_command(command: &[&[u8]]) -> Error {
    failed("exec of \"%\" failed", command[0], sys::exec(command))
}

/// `-n`: enters the namespace at once. The mounts are made only if it has files for /etc, which may be names that are
/// read later; nothing else here looks at them.
pub fn enter(word: &[u8], out: &mut Out) -> Result<()> {
    switch(word)?;
    if netns_name(word).is_some_and(|name| files::exists(&etc_folder(name))) {
        separate_mounts()?;
        mount_own(word, out);
    }
    Ok(())
}

/// Has the /sys of the network namespace that this process is in, for it alone. Exit status 255.
pub fn renew_sys(out: &mut Out) -> Result<()> {
    separate_mounts()?;
    mount_sys(b"", out);
    Ok(())
}

/// Opens the namespace that a word means. Exit status 255.
pub fn open(word: &[u8]) -> Result<OwnedFd> {
    open_netns(word).map_err(|e| {
        let e = failed("Cannot open network namespace \"%\"", word, e);
        hint::suggest_name(hint::explain_refusal(e), word).code_is(USAGE)
    })
}

/// Moves this process into the namespace that a word means. Exit status 255.
pub fn switch(word: &[u8]) -> Result<()> {
    // What is open ends with the process, or when it becomes another: nothing here is closed by hand.
    join(&ManuallyDrop::new(open(word)?), word)
}

/// Moves this process into an open namespace.
pub fn join(namespace: &OwnedFd, word: &[u8]) -> Result<()> {
    let kind = Some(LinkNameSpaceType::Network);
    move_into_link_name_space(namespace.as_fd(), kind).map_err(|e| {
        let text = "setting the network namespace \"%\" failed";
        let e = hint::explain_refusal(failed(text, word, e)).code_is(USAGE);
        hint::explain_stale(e, word)
    })
}

/// Moves this process into a new mount namespace: what is mounted from here on stays there. Exit status 255.
pub fn separate_mounts() -> Result<()> {
    sys::unshare(libc::CLONE_NEWNS)
        .map_err(|e| hint::explain_creation(failed("unshare failed", b"", e)))
        .and_then(|()| {
            change_mount(c"/", MountPropagationFlags::DOWNSTREAM)
                .map_err(|e| failed("\"mount --make-rslave /\" failed", b"", e))
        })
        .map_err(|e| e.code_is(USAGE))
}

/// Mounts what the namespace has of its own: /sys and the files of /etc. What cannot be
/// mounted is a warning. False if that went wrong, or there were files.
pub fn mount_own(word: &[u8], out: &mut Out) -> bool {
    let mounted = mount_sys(word, out);
    let bound = netns_name(word).is_some_and(|name| bind_etc(name, out));
    mounted && !bound
}

fn etc_folder(name: &[u8]) -> Path {
    Path::entry(FILES.as_bytes(), name)
}

/// Binds the namespace's files over those of /etc; one that is a symbolic link there is followed. False if it has no
/// folder.
fn bind_etc(name: &[u8], out: &mut Out) -> bool {
    let folder = etc_folder(name);
    let Ok(dir) = files::open_dir(&folder) else {
        return false;
    };
    let bound = files::entries(dir.as_fd(), &mut |entry| {
        let from = Path::entry(folder.to_bytes(), entry.to_bytes());
        let onto = Path::two(b"/etc/", entry.to_bytes());
        if let Err(e) = mount_bind(&*from, &*onto) {
            let parts = [from.to_bytes(), onto.to_bytes()];
            warn(&failed2("Bind % -> % failed", parts, e), out);
        }
    });
    if let Err(e) = bound {
        warn(
            &failed("Failed to open directory %", folder.to_bytes(), e),
            out,
        );
    }
    true
}
