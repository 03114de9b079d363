//! `ip tuntap`: what a script of words cannot show. The other tests are those of bytes and the differential ones.

mod common;
use common::*;
use std::fs::{self, File};
use std::os::fd::AsRawFd as _;

/// Opens the device t0 once more, as a program that uses it does.
fn attach() -> File {
    let mut tun = File::options();
    let tun = tun.read(true).write(true).open("/dev/net/tun");
    let tun = tun.expect("/dev/net/tun");
    // A `struct ifreq`: a name, and IFF_TUN and IFF_NO_PI.
    let mut ifreq = [0u8; 40];
    ifreq[..2].copy_from_slice(b"t0");
    ifreq[16..18].copy_from_slice(&0x1001u16.to_ne_bytes());
    // SAFETY: an open file, and a structure of the length that TUNSETIFF takes.
    let done = unsafe { libc::ioctl(tun.as_raw_fd(), libc::TUNSETIFF as _, ifreq.as_mut_ptr()) };
    assert_eq!(done, 0, "{}", std::io::Error::last_os_error());
    tun
}

#[test]
fn attached_processes_are_shown() {
    let test = "attached_processes_are_shown";
    namespaces_with(&[part::TUNTAP], test, || {
        if !has_tun(test) {
            return;
        }
        run("mount -t sysfs none /sys").ok();
        run("ip tuntap add t0 mode tun").ok();
        run("ip tuntap add t1 mode tap").ok();
        fs::write("/proc/self/comm", "two words").expect("a name");
        let open = attach();
        let pid = std::process::id();
        assert_eq!(
            run("ip -d tuntap").stdout,
            format!(
                "t0: tun persist\n\tAttached to processes:two words({pid})\n\
                 t1: tap persist\n\tAttached to processes:\n"
            )
        );
        assert_eq!(
            run("ip -o -d tuntap").stdout.lines().next(),
            Some(&*format!(
                "t0: tun persist\\\tAttached to processes:two words({pid})"
            ))
        );
        assert_eq!(
            run("ip -d -j tuntap").stdout,
            format!(
                "[{{\"ifname\":\"t0\",\"flags\":[\"tun\",\"persist\"],\
                 \"processes\":[{{\"name\":\"two words\",\"pid\":{pid}}}]}},\
                 {{\"ifname\":\"t1\",\"flags\":[\"tap\",\"persist\"],\"processes\":[]}}]\n"
            )
        );
        drop(open);
        let shown = run("ip -d tuntap").stdout;
        assert!(!shown.contains("two words"), "{shown}");
    });
}

/// A device that a program has made stays until it is closed, and cannot be made once more.
#[test]
fn devices_in_use_are_not_made_again() {
    let test = "devices_in_use_are_not_made_again";
    namespaces_with(&[part::TUNTAP], test, || {
        if !has_tun(test) {
            return;
        }
        run("mount -t sysfs none /sys").ok();
        let open = attach();
        assert_eq!(run("ip tuntap").ok(), "t0: tun\n");
        for line in ["ip tuntap add t0 mode tun", "ip tuntap del t0 mode tun"] {
            let refused = run(line);
            let text = "ioctl(TUNSETIFF): Device or resource busy\n";
            assert_eq!((refused.code, &*refused.stderr), (1, text), "{line}");
        }
        drop(open);
        assert_eq!(run("ip tuntap").ok(), "");
    });
}

#[test]
fn a_missing_node_has_a_hint() {
    let test = "a_missing_node_has_a_hint";
    namespaces_with(&[part::TUNTAP, part::HINTS], test, || {
        if fs::exists("/dev/net").expect("/dev") {
            run("mount -t tmpfs none /dev/net").ok();
        }
        let text = on_terminal("ip tuntap add t0 mode tun");
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("open: No such file or directory"));
        let hint = lines.next().unwrap_or_default();
        assert!(hint.contains("modprobe tun") && hint.contains("mknod /dev/net/tun c 10 200"));
    });
}
