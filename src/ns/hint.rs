//! The second line of an error on a terminal: why a system call was refused and what can be done about it, or which
//! name was meant.

use std::os::fd::OwnedFd;

use rustix::fs::{FileType, fstat};
use rustix::stdio::stderr;
use rustix::termios::isatty;

use crate::args;
use crate::error::Error;
use crate::files;
use crate::names::netns::{each_named, is_namespace, open_named};
use crate::text::{cut, fill_one};

/// Settings that forbid user namespaces: file, the value that does, cause and way out.
const SETTINGS: &[(&std::ffi::CStr, u8, &str)] = &[
    (
        c"/proc/sys/kernel/unprivileged_userns_clone",
        b'0',
        "User namespaces are for root here: sysctl kernel.unprivileged_userns_clone=1, or be root.",
    ),
    (
        c"/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        b'1',
        "AppArmor restricts user namespaces: sysctl kernel.apparmor_restrict_unprivileged_userns=0, or be root.",
    ),
    (
        c"/proc/sys/user/max_user_namespaces",
        b'0',
        "User namespaces are forbidden here: sysctl user.max_user_namespaces=1000, or be root.",
    ),
];

const NO_KERNEL: &str =
    "This kernel lacks namespaces: CONFIG_NET_NS, CONFIG_USER_NS, CONFIG_PID_NS, CONFIG_UTS_NS.";

/// Adds why namespaces could not be made. A kernel that does not know them says that the argument is invalid.
pub fn explain_creation(e: Error) -> Error {
    const LIMITS: &str =
        "No more namespaces are allowed: sysctl user.max_net_namespaces, user.max_mnt_namespaces.";
    match e.errno() {
        libc::EINVAL | libc::ENOSYS => e.hint(NO_KERNEL),
        libc::ENOSPC | libc::EUSERS if isatty(stderr()) => {
            e.hint(find_forbidding().unwrap_or(LIMITS))
        }
        _ => explain_refusal(e),
    }
}

/// Adds why a call that needs privileges was refused, as far as can be told.
pub fn explain_refusal(e: Error) -> Error {
    const ROOT: &str =
        "Needs root (CAP_SYS_ADMIN, CAP_NET_ADMIN): sudo, or `unshare -Urmn` and a tmpfs on /run.";
    match e.errno() {
        libc::EPERM | libc::EACCES if isatty(stderr()) => e.hint(find_forbidding().unwrap_or(ROOT)),
        _ => e,
    }
}

/// Adds what to do where /dev/net/tun is missing, has no driver, or refuses.
pub fn explain_tun(e: Error) -> Error {
    const NO_TUN: &str = "The module or its node is missing: modprobe tun; mkdir -p /dev/net; \
                          mknod /dev/net/tun c 10 200.";
    match e.errno() {
        libc::ENOENT | libc::ENODEV | libc::ENXIO => e.hint(NO_TUN),
        _ => explain_refusal(e),
    }
}

/// Adds why the kernel does not know a device or a netlink family that a module of its own brings.
pub fn explain_module(e: Error, name: &[u8]) -> Error {
    const NO_MODULE: &str =
        "This kernel has no \"%\": the module is not installed, or was not built.";
    match e.errno() {
        libc::ENOENT | libc::ENODEV => e.hint(fill_one(NO_MODULE, name)),
        _ => explain_refusal(e),
    }
}

/// Adds how to get rid of a name, if it is in the way or of no use because it is no namespace.
pub fn explain_stale(e: Error, name: &[u8]) -> Error {
    let in_question = matches!(e.errno(), libc::EINVAL | libc::EEXIST) && isatty(stderr());
    let is_file = |fd: &OwnedFd| {
        let kind = fstat(fd).map(|file| FileType::from_raw_mode(file.st_mode));
        kind == Ok(FileType::RegularFile) && !is_namespace(fd)
    };
    if in_question && !name.contains(&b'/') && open_named(name).is_ok_and(|fd| is_file(&fd)) {
        return e.hint("It is no network namespace; ip netns prune takes such names away.");
    }
    e
}

fn find_forbidding() -> Option<&'static str> {
    let set = SETTINGS.iter().find(|(file, value, _)| {
        files::read_file(file).is_some_and(|text| text.first() == Some(value) && text.len() <= 2)
    });
    set.map(|setting| setting.2)
}

/// Adds the name that may have been meant, if there is none like `name`.
pub fn suggest_name(e: Error, name: &[u8]) -> Error {
    if e.errno() != libc::ENOENT || !isatty(stderr()) {
        return e;
    }
    let mut best = Best::new(name);
    let _ = each_named(&mut |_, known| best.try_one(known.to_bytes()));
    best.hint(e)
}

/// Adds the word that may have been meant, of those that `spellings` (see [`args::named`]) have.
pub fn suggest_word(e: Error, word: &[u8], spellings: &mut dyn Iterator<Item = &[u8]>) -> Error {
    if !isatty(stderr()) {
        return e;
    }
    let mut best = Best::new(word);
    for mut list in spellings {
        while let Some(spelling) = cut(&mut list, b',') {
            best.try_one(args::plain(spelling));
        }
    }
    best.hint(e)
}

/// The word that is nearest to another by now.
struct Best<'a> {
    word: &'a [u8],
    distance: usize,
    nearest: Vec<u8>,
}

impl<'a> Best<'a> {
    fn new(word: &'a [u8]) -> Best<'a> {
        Best {
            word,
            distance: word.len() / 3 + 2,
            nearest: Vec::new(),
        }
    }

    fn try_one(&mut self, known: &[u8]) {
        let distance = distance(self.word, known);
        if distance < self.distance {
            self.distance = distance;
            self.nearest = known.to_vec();
        }
    }

    fn hint(self, e: Error) -> Error {
        if self.nearest.is_empty() {
            return e;
        }
        e.hint(fill_one("Did you mean \"%\"?", &self.nearest))
    }
}

/// How many bytes have to be put in, left out or replaced to make one word the other.
fn distance(a: &[u8], b: &[u8]) -> usize {
    // The distances of what was read of `a` from each beginning of `b` but the empty one.
    let mut row = Vec::new();
    row.extend(1..=b.len());
    let mut last = b.len();
    for (i, x) in a.iter().enumerate() {
        let mut corner = i;
        last = i + 1;
        for (y, slot) in b.iter().zip(&mut row) {
            let replaced = corner + usize::from(x != y);
            corner = *slot;
            last = replaced.min(corner + 1).min(last + 1);
            *slot = last;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances() {
        for (a, b, steps) in [
            ("mario", "mario", 0),
            ("mari", "mario", 1),
            ("mraio", "mario", 2),
            ("", "coke", 4),
            ("coke", "", 4),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a.as_bytes(), b.as_bytes()), steps, "{a} {b}");
        }
    }
}
