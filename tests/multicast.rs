//! `ip mroute` with routes: what scripts cannot make. The other tests are those of bytes and the differential ones.

mod common;
use common::*;
use std::io;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};

/// `MRT_INIT`, `MRT_ADD_VIF` and `MRT_ADD_MFC` of `<linux/mroute.h>`.
const INIT: i32 = 200;
const ADD_VIF: i32 = 202;
const ADD_MFC: i32 = 204;

/// A routing daemon's socket. The routes go with it.
fn daemon() -> OwnedFd {
    // SAFETY: the descriptor is new and owned here.
    unsafe {
        let fd = libc::socket(libc::AF_INET, libc::SOCK_RAW, libc::IPPROTO_IGMP);
        assert!(fd >= 0, "{}", io::Error::last_os_error());
        OwnedFd::from_raw_fd(fd)
    }
}

fn set(daemon: &OwnedFd, option: i32, value: &[u8]) -> io::Result<()> {
    let (fd, len) = (daemon.as_raw_fd(), value.len() as libc::socklen_t);
    // SAFETY: an open socket, and as many bytes as are said.
    let done =
        unsafe { libc::setsockopt(fd, libc::IPPROTO_IP, option, value.as_ptr().cast(), len) };
    match done {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// `struct vifctl`: a number for a device by its index (`VIFF_USE_IFINDEX`), and a threshold of 1.
fn vif(number: u16, index: u32) -> Vec<u8> {
    let mut vif = [number.to_ne_bytes(), [8, 1]].concat();
    vif.extend([[0; 4], index.to_ne_bytes(), [0; 4]].concat());
    vif
}

/// `struct mfcctl`: source, group, the number where packets arrive, and a threshold for each other one.
fn route(source: [u8; 4], group: [u8; 4], parent: u16, thresholds: [u8; 2]) -> Vec<u8> {
    let mut route = [source, group].concat();
    route.extend(parent.to_ne_bytes());
    route.extend(thresholds);
    route.resize(60, 0);
    route
}

#[test]
fn routes_are_shown() {
    let test = "routes_are_shown";
    namespaces_with(&[part::MULTICAST], test, || {
        let daemon = daemon();
        if let Err(e) = set(&daemon, INIT, &1i32.to_ne_bytes()) {
            return skip(test, &format!("no multicast routes here: {e}"));
        }
        run("ip link add v0 type veth peer name v1").ok();
        for (number, name) in [(0, "v0"), (1, "v1")] {
            run(&format!("ip link set {name} up")).ok();
            let index = std::fs::read_to_string("/proc/net/dev_mcast").expect("a list of devices");
            let line = index.lines().find(|line| line.contains(name));
            let index = line.and_then(|line| line.split_whitespace().next());
            let index = index.expect("an index").parse().expect("a number");
            set(&daemon, ADD_VIF, &vif(number, index)).expect("a device");
        }
        for made in [
            route([10, 0, 0, 5], [239, 1, 1, 1], 0, [0, 7]),
            route([10, 0, 0, 6], [239, 2, 1, 1], 1, [1, 0]),
        ] {
            set(&daemon, ADD_MFC, &made).expect("a route");
        }
        let first =
            "(10.0.0.5,239.1.1.1)             Iif: v0         Oifs: v1(ttl 7)  State: resolved";
        let second = "(10.0.0.6,239.2.1.1)             Iif: v1         Oifs: v0  State: resolved";
        let lines = |words: &str| {
            let text = run(&format!("ip {words}")).ok();
            let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!(lines("mroute"), [first, second]);
        assert_eq!(
            lines("mroute show table all"),
            [first, second].map(|line| format!("{line} Table: default"))
        );
        assert_eq!(lines("mroute show iif v1"), [second]);
        assert_eq!(lines("mroute show 239.1.0.0/16"), [first]);
        assert_eq!(lines("mroute show from 10.0.0.6"), [second]);
        assert!(lines("-6 mroute").is_empty());
        assert_eq!(
            run("ip -j mroute show iif v0").ok(),
            "[{\"src\":\"10.0.0.5\",\"dst\":\"239.1.1.1\",\"iif\":\"v0\",\
             \"multipath\":[{\"oif\":\"v1\",\"ttl\":7}],\"state\":\"resolved\"}]\n"
        );
        let stats = run("ip -s mroute show iif v0").ok();
        let expected = format!("{first}\n  0 packets, 0 bytes, Age ");
        assert!(stats.starts_with(&expected), "{stats}");
    });
}
