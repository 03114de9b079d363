//! The part of the minimal program that does what `isolate` needs to do: a program in namespaces of its own, with the mounts of
//! the plain form, and with a tunnel or without.

use super::*;

const NAMESPACES: usize = 0x0200_0000 // CLONE_NEWCGROUP
    | 0x0400_0000 // CLONE_NEWUTS
    | 0x0800_0000 // CLONE_NEWIPC
    | 0x1000_0000 // CLONE_NEWUSER
    | 0x2000_0000 // CLONE_NEWPID
    | CLONE_NEWNS
    | CLONE_NEWNET;
const MS_RDONLY: usize = 1;
const MS_PLAIN: usize = 2 | 4 | 8;
const MS_REMOUNT: usize = 32;
const O_WRONLY: usize = 1;
const SOCK_CLOEXEC: usize = O_CLOEXEC;
const AF_INET6: u32 = 10;
const RTM_NEWLINK: u32 = 16;
const RTM_DELLINK: u32 = 17;
const RTM_NEWADDR: u32 = 20;
const RTMGRP_LINK: u32 = 1;
const IFF_UP: u32 = 1;
const IFLA_OPERSTATE: u32 = 16;
const IF_OPER_UP: u8 = 6;
const LO: u32 = 1;
/// The end inside: the first interface of a namespace besides lo.
const INNER: u32 = 2;

/// What becomes of the tunnel.
#[derive(Clone, Copy, PartialEq)]
pub enum Tunnel {
    /// There is none.
    None,
    /// The kernel takes it away when it likes.
    Left,
    /// The kernel has taken it away before this program ends.
    Gone,
}

/// Runs the program that begins with argument `n`, and waits until it has ended. In a namespace of users where root is mapped
/// alone.
pub fn isolate(tunnel: Tunnel, args: Args, n: usize) {
    let mut ends = [0u32; 2];
    must(sys::PIPE2, [&raw mut ends as usize, O_CLOEXEC, 0, 0, 0, 0]);
    let [there, here] = ends.map(|end| end as usize);
    // A number that nobody else gives a link, so that its addresses can be made in the same breath.
    let outer = 0x10_0000 + must(sys::GETPID, [0; 6]) as u32;
    let (route, carrier) = match tunnel {
        Tunnel::None => (0, 0),
        _ => (cloexec_socket(), listener()),
    };
    let child = must(sys::CLONE, [NAMESPACES | SIGCHLD, 0, 0, 0, 0, 0]);
    if child == 0 {
        inside(tunnel, there, carrier, outer, args, n);
    }
    map(child, *b"uid_map\0");
    map(child, *b"gid_map\0");
    if tunnel != Tunnel::None {
        send(route, &new_pair(outer, child as u32));
        acknowledged(route);
    }
    must(sys::WRITE, [here, buffer(), 1, 0, 0, 0]);
    let mut status = 0u32;
    must(sys::WAIT4, [child, &raw mut status as usize, 0, 0, 0, 0]);
    if tunnel == Tunnel::Gone {
        let socket = listener();
        send(socket, &get_index(outer));
        // The first is the answer, an error if the link is gone.
        while !is(socket, |kind, _| {
            kind == RTM_DELLINK || kind == NLMSG_ERROR.into()
        }) {}
    }
    if status != 0 {
        exit(1);
    }
}

fn inside(tunnel: Tunnel, there: usize, carrier: usize, outer: u32, args: Args, n: usize) -> ! {
    must(sys::MOUNT, [0, pointer(c"/"), 0, MS_SLAVE | MS_REC, 0, 0]);
    mount(c"proc", c"/proc", 0);
    mount(c"sysfs", c"/sys", MS_RDONLY);
    mount(c"cgroup2", c"/sys/fs/cgroup", MS_RDONLY);
    for path in [
        c"/proc/sys",
        c"/proc/sysrq-trigger",
        c"/proc/irq",
        c"/proc/bus",
        c"/proc/fs",
    ] {
        let path = pointer(path);
        if call(sys::MOUNT, [path, path, 0, MS_BIND | MS_REC, 0, 0]) == 0 {
            let flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_PLAIN;
            must(sys::MOUNT, [0, path, 0, flags, 0, 0]);
        }
    }
    mount(c"tmpfs", FOLDER, 0);
    must(sys::READ, [there, buffer(), 1, 0, 0, 0]);
    let route = cloexec_socket();
    if tunnel == Tunnel::None {
        send(route, &link_up(LO, NLM_F_ACK));
        acknowledged(route);
    } else {
        send(route, &ADDRESSES);
        acknowledged(route);
        send(carrier, &get_index(outer));
        while !is(carrier, |_, state| state == IF_OPER_UP) {}
    }
    // The kernel frees the namespace some time after that.
    must(sys::CLOSE, [route, 0, 0, 0, 0, 0]);
    match must(sys::CLONE, [SIGCHLD, 0, 0, 0, 0, 0]) {
        0 => {
            let argv = args.argv.wrapping_add(n) as usize;
            must(
                sys::EXECVE,
                [args.get(n) as usize, argv, args.envp as usize, 0, 0, 0],
            );
        }
        child => {
            let mut status = 0u32;
            must(sys::WAIT4, [child, &raw mut status as usize, 0, 0, 0, 0]);
            exit((status >> 8) as usize);
        }
    }
    exit(1)
}

fn mount(kind: &CStr, path: &CStr, flags: usize) {
    let kind = pointer(kind);
    must(
        sys::MOUNT,
        [kind, pointer(path), kind, flags | MS_PLAIN, 0, 0],
    );
}

/// Root is root.
fn map(child: usize, name: [u8; 8]) {
    // Slashes in front of the number do no harm.
    let mut path = *b"/proc////////////uid_map\0";
    path[17..].copy_from_slice(&name);
    let mut rest = child;
    for byte in path[6..16].iter_mut().rev() {
        if rest > 0 {
            *byte = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
    }
    let flags = O_WRONLY | O_CLOEXEC;
    let file = must(
        sys::OPENAT,
        [AT_FDCWD, path.as_ptr() as usize, flags, 0, 0, 0],
    );
    let text = b"0 0 1\n";
    must(
        sys::WRITE,
        [file, text.as_ptr() as usize, text.len(), 0, 0, 0],
    );
    must(sys::CLOSE, [file, 0, 0, 0, 0, 0]);
}

fn cloexec_socket() -> usize {
    must(
        sys::SOCKET,
        [AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0, 0, 0, 0],
    )
}

/// A socket that hears what becomes of links.
fn listener() -> usize {
    let socket = cloexec_socket();
    let address = [AF_NETLINK as u32, 0, RTMGRP_LINK];
    must(sys::BIND, [socket, address.as_ptr() as usize, 12, 0, 0, 0]);
    socket
}

/// The last of the requests has to be one that is done. All of them are when they are sent.
fn acknowledged(socket: usize) {
    receive(socket);
    // SAFETY: the buffer is larger than a header and what is behind it: an errno, 0 of what is acknowledged.
    if unsafe { *((buffer() + 16) as *const u32) } != 0 {
        exit(1);
    }
}

/// Receives a message of a link, and has a look at its kind and the link's state.
fn is(socket: usize, test: impl Fn(u32, u8) -> bool) -> bool {
    let end = buffer() + receive(socket);
    let mut at = buffer() + 32;
    let mut state = 0;
    while at + 4 < end {
        // SAFETY: an attribute begins here, and its header lies in the datagram.
        let head = unsafe { *(at as *const u32) };
        if head >> 16 == IFLA_OPERSTATE {
            // SAFETY: it has a byte.
            state = unsafe { *((at + 4) as *const u8) };
        }
        at += (head as usize & 0xffff).max(4).next_multiple_of(4);
    }
    // SAFETY: the buffer is larger than a header.
    let kind = unsafe { *((buffer() + 4) as *const u16) };
    test(kind.into(), state)
}

const fn get_index(index: u32) -> [u32; 8] {
    [32, kind(RTM_GETLINK, 0), 1, 0, 0, index, 0, 0]
}

const fn link_up(index: u32, flags: u32) -> [u32; 8] {
    [32, kind(RTM_NEWLINK, flags), 1, 0, 0, index, IFF_UP, IFF_UP]
}

const fn word(bytes: &[u8; 4]) -> u32 {
    u32::from_ne_bytes(*bytes)
}

/// 10.1.1.`host`/24.
const fn address(index: u32, host: u8) -> [u32; 10] {
    let address = word(&[10, 1, 1, host]);
    let (local, peer) = (attribute(8, 2), attribute(8, 1));
    let head = AF_INET | 24 << 8;
    [
        40,
        kind(RTM_NEWADDR, CREATE),
        1,
        0,
        head,
        index,
        local,
        address,
        peer,
        address,
    ]
}

/// fd00:1::`host`/64, of which nobody waits for a duplicate (`IFA_F_NODAD`).
const fn address6(index: u32, host: u8, flags: u32) -> [u32; 16] {
    let (net, rest, host) = (word(&[0xfd, 0, 0, 1]), 0, word(&[0, 0, 0, host]));
    let (local, peer) = (attribute(20, 2), attribute(20, 1));
    let head = AF_INET6 | 64 << 8 | 2 << 16;
    [
        64,
        kind(RTM_NEWADDR, CREATE | flags),
        1,
        0,
        head,
        index,
        local,
        net,
        rest,
        rest,
        host,
        peer,
        net,
        rest,
        rest,
        host,
    ]
}

const CREATE: u32 = NLM_F_CREATE | NLM_F_EXCL;

/// A veth pair, up outside, with its addresses there. The kernel finds the number of its name: that of one before may not
/// be free again.
fn new_pair(outer: u32, child: u32) -> [u32; 52] {
    let mut all = [0; 52];
    all[..26].copy_from_slice(&[
        104,
        kind(RTM_NEWLINK, CREATE),
        1,
        0,
        0,
        outer,
        IFF_UP,
        IFF_UP,
        attribute(10, IFLA_IFNAME),
        word(b"iso%"),
        word(b"d\0\0\0"),
        attribute(60, 18), // IFLA_LINKINFO
        attribute(9, 1),   // IFLA_INFO_KIND
        word(b"veth"),
        0,
        attribute(44, 2), // IFLA_INFO_DATA
        attribute(40, 1), // VETH_INFO_PEER
        0,
        INNER,
        0,
        0,
        attribute(9, IFLA_IFNAME),
        word(b"eth0"),
        0,
        attribute(8, 19), // IFLA_NET_NS_PID
        child,
    ]);
    all[26..36].copy_from_slice(&address(outer, 1));
    all[36..].copy_from_slice(&address6(outer, 1, NLM_F_ACK));
    all
}

/// All links up, the addresses inside, and the routes to the outer end.
const ADDRESSES: [u32; 67] = {
    let mut all = [0; 67];
    let mut at = 0;
    let inet = AF_INET;
    let head = RT_TABLE_MAIN | RTPROT_BOOT << 8 | RTN_UNICAST << 24;
    let gateway = [attribute(8, RTA_GATEWAY), word(&[10, 1, 1, 1])];
    let gateway6 = [
        attribute(20, RTA_GATEWAY),
        word(&[0xfd, 0, 0, 1]),
        0,
        0,
        word(&[0, 0, 0, 1]),
    ];
    let oif = attribute(8, RTA_OIF);
    let route = [
        44,
        kind(RTM_NEWROUTE, CREATE),
        1,
        0,
        inet,
        head,
        0,
        gateway[0],
        gateway[1],
        oif,
        INNER,
    ];
    let route6 = [
        56,
        kind(RTM_NEWROUTE, CREATE | NLM_F_ACK),
        1,
        0,
        AF_INET6,
        head,
        0,
        gateway6[0],
        gateway6[1],
        gateway6[2],
        gateway6[3],
        gateway6[4],
        oif,
        INNER,
    ];
    let parts: [&[u32]; 6] = [
        &link_up(LO, 0),
        &link_up(INNER, 0),
        &address(INNER, 2),
        &route,
        &address6(INNER, 2, 0),
        &route6,
    ];
    let mut part = 0;
    while part < parts.len() {
        let mut n = 0;
        while n < parts[part].len() {
            all[at] = parts[part][n];
            at += 1;
            n += 1;
        }
        part += 1;
    }
    all
};
