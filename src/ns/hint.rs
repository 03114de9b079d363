//! Ways out, for who sits at a terminal: why a system call was refused, and which name was meant.

use rustix::stdio::stderr;
use rustix::termios::isatty;

use crate::error::Error;
use crate::files;
use crate::names;
use crate::text::fill;

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

/// The same of a call that made namespaces: a kernel that does not know them says that the argument is invalid.
pub fn creation(e: Error) -> Error {
    if e.errno() == libc::EINVAL {
        e.hint(NO_KERNEL)
    } else {
        cause(e)
    }
}

/// Adds why the system call behind an error was refused, as far as can be told.
pub fn cause(e: Error) -> Error {
    if !isatty(stderr()) {
        return e;
    }
    let why = match e.errno() {
        libc::EPERM | libc::EACCES => forbidden().unwrap_or(
            "Needs root (CAP_SYS_ADMIN, CAP_NET_ADMIN): sudo, or `unshare -Urmn` and a tmpfs on /run.",
        ),
        libc::ENOSPC | libc::EUSERS => forbidden().unwrap_or(
            "No more namespaces are allowed: sysctl user.max_net_namespaces, user.max_mnt_namespaces.",
        ),
        libc::ENOSYS => NO_KERNEL,
        _ => return e,
    };
    e.hint(why)
}

fn forbidden() -> Option<&'static str> {
    let set = SETTINGS.iter().find(|(file, value, _)| {
        files::read_file(file).is_some_and(|text| text.first() == Some(value) && text.len() <= 2)
    });
    set.map(|setting| setting.2)
}

/// Adds the name that may have been meant, if there is none like `name`.
pub fn nearest(e: Error, name: &[u8]) -> Error {
    if e.errno() != libc::ENOENT || !isatty(stderr()) {
        return e;
    }
    let mut best = (name.len() / 3 + 2, Vec::new());
    let _ = names::each_named(&mut |_, known| {
        let known = known.to_bytes();
        let distance = distance(name, known);
        if distance < best.0 {
            best = (distance, known.to_vec());
        }
    });
    if best.1.is_empty() {
        return e;
    }
    e.hint(fill("Did you mean \"%\"?", &[&best.1]))
}

/// How many bytes have to be put in, left out or replaced to make one word the other.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = replaced.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
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
