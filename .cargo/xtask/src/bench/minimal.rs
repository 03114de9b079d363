//! What `cargo xtask bench` measures against: a program that makes the system calls which a command needs, and nothing
//! else. It formats nothing; it writes as many bytes as the command does, whatever they are. `cargo xtask bench` compiles
//! this file alone, without a standard library and without start files, so that its start costs next to nothing.
//!
//! The first argument says what to do, see `run`. Exit status 1 if a system call fails.
#![no_std]
#![no_main]

mod minimal_isolate;

use core::arch::{asm, global_asm};
use core::ffi::CStr;

use minimal_isolate::{Tunnel, isolate};

#[cfg(target_arch = "x86_64")]
global_asm!(
    ".globl _start",
    "_start:",
    "mov rdi, rsp",
    "and rsp, -16",
    "call {start}",
    start = sym start
);
#[cfg(target_arch = "aarch64")]
global_asm!(
    ".globl _start",
    "_start:",
    "mov x0, sp",
    "bl {start}",
    start = sym start
);

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    exit(1)
}

/// Numbers of system calls (asm/unistd.h).
#[cfg(target_arch = "x86_64")]
mod sys {
    pub const READ: usize = 0;
    pub const WRITE: usize = 1;
    pub const CLOSE: usize = 3;
    pub const GETPID: usize = 39;
    pub const SOCKET: usize = 41;
    pub const SENDTO: usize = 44;
    pub const RECVFROM: usize = 45;
    pub const BIND: usize = 49;
    pub const CLONE: usize = 56;
    pub const EXECVE: usize = 59;
    pub const WAIT4: usize = 61;
    pub const MOUNT: usize = 165;
    pub const UMOUNT2: usize = 166;
    pub const GETDENTS64: usize = 217;
    pub const EXIT_GROUP: usize = 231;
    pub const OPENAT: usize = 257;
    pub const UNLINKAT: usize = 263;
    pub const UNSHARE: usize = 272;
    pub const PIPE2: usize = 293;
    pub const SETNS: usize = 308;
}
#[cfg(target_arch = "aarch64")]
mod sys {
    pub const READ: usize = 63;
    pub const WRITE: usize = 64;
    pub const CLOSE: usize = 57;
    pub const GETPID: usize = 172;
    pub const SOCKET: usize = 198;
    pub const SENDTO: usize = 206;
    pub const RECVFROM: usize = 207;
    pub const BIND: usize = 200;
    pub const CLONE: usize = 220;
    pub const EXECVE: usize = 221;
    pub const WAIT4: usize = 260;
    pub const MOUNT: usize = 40;
    pub const UMOUNT2: usize = 39;
    pub const GETDENTS64: usize = 61;
    pub const EXIT_GROUP: usize = 94;
    pub const OPENAT: usize = 56;
    pub const UNLINKAT: usize = 35;
    pub const UNSHARE: usize = 97;
    pub const PIPE2: usize = 59;
    pub const SETNS: usize = 268;
}

#[cfg(target_arch = "x86_64")]
fn call(number: usize, args: [usize; 6]) -> isize {
    let result;
    // SAFETY: every caller passes what the system call expects; the kernel changes rcx and r11 alone.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number => result,
            in("rdi") args[0], in("rsi") args[1], in("rdx") args[2],
            in("r10") args[3], in("r8") args[4], in("r9") args[5],
            lateout("rcx") _, lateout("r11") _,
        );
    }
    result
}
#[cfg(target_arch = "aarch64")]
fn call(number: usize, args: [usize; 6]) -> isize {
    let result;
    // SAFETY: every caller passes what the system call expects.
    unsafe {
        asm!(
            "svc 0",
            in("x8") number,
            inlateout("x0") args[0] => result,
            in("x1") args[1], in("x2") args[2], in("x3") args[3], in("x4") args[4], in("x5") args[5],
        );
    }
    result
}

/// A system call that has to succeed.
fn must(number: usize, args: [usize; 6]) -> usize {
    let result = call(number, args);
    if result < 0 {
        exit(1);
    }
    result as usize
}

fn exit(status: usize) -> ! {
    call(sys::EXIT_GROUP, [status, 0, 0, 0, 0, 0]);
    loop {}
}

const CLONE_NEWNS: usize = 0x2_0000;
const CLONE_NEWNET: usize = 0x4000_0000;
const MS_BIND: usize = 0x1000;
const MS_REC: usize = 0x4000;
const MS_SLAVE: usize = 0x8_0000;
const MS_SHARED: usize = 0x10_0000;
const MNT_DETACH: usize = 2;
const AT_FDCWD: usize = -100isize as usize;
const O_CREAT: usize = 0o100;
const O_EXCL: usize = 0o200;
const O_CLOEXEC: usize = 0o2_000_000;
const SIGCHLD: usize = 17;

/// Datagrams of a dump have 32 KiB at most; 2,000 names of namespaces have 64 KiB in a folder.
const ROOM: usize = 256 * 1024;
static mut BUFFER: [u64; ROOM / 8] = [0; ROOM / 8];

fn buffer() -> usize {
    &raw mut BUFFER as usize
}

/// The arguments and the environment, as the kernel hands them over: NULL-terminated arrays.
#[derive(Clone, Copy)]
struct Args {
    argv: *const *const u8,
    envp: *const *const u8,
}

impl Args {
    /// An argument, empty if there are not that many.
    fn get(self, n: usize) -> *const u8 {
        // SAFETY: nothing before the NULL is skipped: `run` asks for each argument in turn.
        let word = unsafe { *self.argv.add(n) };
        if word.is_null() {
            c"".as_ptr().cast()
        } else {
            word
        }
    }

    fn number(self, n: usize) -> usize {
        let mut at = self.get(n);
        let mut value = 0;
        loop {
            // SAFETY: `at` stops at the NUL.
            match unsafe { *at } {
                0 => return value,
                digit => value = value * 10 + usize::from(digit.wrapping_sub(b'0')),
            }
            at = at.wrapping_add(1);
        }
    }
}

/// SAFETY: called by `_start` alone, with the stack as execve(2) leaves it.
unsafe extern "C" fn start(stack: *const usize) -> ! {
    // SAFETY: argc, then argv and its NULL, then the environment.
    let (argv, envp) = unsafe { (stack.add(1).cast(), stack.add(2 + *stack).cast()) };
    run(Args { argv, envp });
    exit(0)
}

fn equal(mut word: *const u8, text: &[u8]) -> bool {
    for byte in text.iter().chain(&[0]) {
        // SAFETY: the loop ends at the first byte that differs, the NUL at the latest.
        if unsafe { *word } != *byte {
            return false;
        }
        word = word.wrapping_add(1);
    }
    true
}

fn run(args: Args) {
    let verb = args.get(1);
    let is = |text: &[u8]| equal(verb, text);
    if is(b"true") {
    } else if is(b"write") {
        // BYTES
        write(args.number(2));
    } else if is(b"get-lo") {
        // BYTES: what the kernel says of the interface lo.
        let socket = route_socket();
        send(socket, &get_link(*b"lo\0\0"));
        receive(socket);
        write(args.number(2));
    } else if is(b"dump-links") {
        // BYTES MASK: all interfaces, less what a mask of RTEXT_FILTER_* leaves out.
        let socket = route_socket();
        dump(socket, &dump_links(AF_PACKET, args.number(3) as u32));
        write(args.number(2));
    } else if is(b"dump-addresses") {
        // BYTES MASK: all interfaces and all their addresses.
        let socket = route_socket();
        dump(socket, &DUMP_ADDRESSES);
        dump(socket, &dump_links(0, args.number(3) as u32));
        write(args.number(2));
    } else if is(b"dump-neighbours") {
        // BYTES: all neighbours, and what the kernel says of v1.
        let socket = route_socket();
        dump(socket, &DUMP_NEIGHBOURS);
        get_v1(socket);
        write(args.number(2));
    } else if is(b"dump-nexthops") {
        // BYTES: all nexthops, and what the kernel says of v1.
        let socket = route_socket();
        dump(socket, &DUMP_NEXTHOPS);
        get_v1(socket);
        write(args.number(2));
    } else if is(b"dump-routes") {
        // BYTES: the routes of the main table, and what the kernel says of v1.
        let socket = route_socket();
        dump(socket, &DUMP_ROUTES);
        get_v1(socket);
        write(args.number(2));
    } else if is(b"get-route") {
        // BYTES: the route to 10.0.1.1, and what the kernel says of v1.
        let socket = route_socket();
        send(socket, &GET_ROUTE);
        receive(socket);
        get_v1(socket);
        write(args.number(2));
    } else if is(b"add-routes") {
        // FILE COUNT: reads the file, and adds routes by v1 to 10.0.0.0, to 10.0.0.1 and so on.
        add_routes(args.get(2) as usize, args.number(3));
    } else if is(b"netns-list") {
        // BYTES: the names. That the kernel knows no ids for other namespaces is one dump.
        let socket = route_socket();
        dump(socket, &DUMP_NSIDS);
        names();
        write(args.number(2));
    } else if is(b"netns-add") {
        // PATH
        netns_add(args.get(2) as usize);
    } else if is(b"netns-delete") {
        // PATH
        let path = args.get(2) as usize;
        must(sys::UMOUNT2, [path, MNT_DETACH, 0, 0, 0, 0]);
        must(sys::UNLINKAT, [AT_FDCWD, path, 0, 0, 0, 0]);
    } else if is(b"netns-exec") {
        // PATH PROGRAM ...
        netns_exec(AT_FDCWD, args.get(2) as usize, args, 3);
    } else if is(b"netns-exec-all") {
        // PROGRAM ...
        netns_exec_all(args);
    } else if is(b"isolate") {
        // PROGRAM ...
        isolate(Tunnel::None, args, 2);
    } else if is(b"isolate-tunnel") {
        // PROGRAM ...
        isolate(Tunnel::Left, args, 2);
    } else if is(b"isolate-tunnel-gone") {
        // PROGRAM ...
        isolate(Tunnel::Gone, args, 2);
    } else {
        exit(2);
    }
}

/// How much is written or read at once.
const PIECE: usize = 16_384;

/// Writes that many bytes to stdout.
fn write(mut bytes: usize) {
    while bytes > 0 {
        let piece = bytes.min(PIECE);
        bytes -= must(sys::WRITE, [1, buffer(), piece, 0, 0, 0]);
    }
}

const AF_NETLINK: usize = 16;
const AF_INET: u32 = 2;
const AF_PACKET: u32 = 17;
const SOCK_RAW: usize = 3;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const NLM_F_REQUEST: u32 = 1;
const NLM_F_ACK: u32 = 4;
const NLM_F_EXCL: u32 = 0x200;
const NLM_F_CREATE: u32 = 0x400;
const NLM_F_DUMP: u32 = 0x300;
const RTM_GETLINK: u32 = 18;
const RTM_GETADDR: u32 = 22;
const RTM_NEWROUTE: u32 = 24;
const RTM_GETROUTE: u32 = 26;
const RTM_GETNEIGH: u32 = 30;
const RTM_GETNSID: u32 = 90;
const RTM_GETNEXTHOP: u32 = 106;
const IFLA_IFNAME: u32 = 3;
const IFLA_EXT_MASK: u32 = 29;
const RTA_DST: u32 = 1;
const RTA_OIF: u32 = 4;
const RTA_GATEWAY: u32 = 5;
const RTA_TABLE: u32 = 15;
const RT_TABLE_MAIN: u32 = 254;
const RTPROT_BOOT: u32 = 3;
const RTN_UNICAST: u32 = 1;

/// The second word of a request's header: its type and its flags.
const fn kind(message: u32, flags: u32) -> u32 {
    message | (NLM_F_REQUEST | flags) << 16
}

/// The first word of an attribute: its length and its type.
const fn attribute(len: u32, kind: u32) -> u32 {
    len | kind << 16
}

/// A request for the interface with a name of two letters.
const fn get_link(name: [u8; 4]) -> [u32; 12] {
    [
        48,
        kind(RTM_GETLINK, 0),
        1,
        0,
        0,
        0,
        0,
        0,
        attribute(8, IFLA_EXT_MASK),
        9,
        attribute(7, IFLA_IFNAME),
        u32::from_le_bytes(name),
    ]
}

/// Asks for v1: its index.
fn get_v1(socket: usize) -> u32 {
    send(socket, &get_link(*b"v1\0\0"));
    receive(socket);
    // SAFETY: the buffer is larger than a header, and has a number behind the family and the type of the interface.
    unsafe { *((buffer() + 20) as *const u32) }
}

const fn dump_links(family: u32, mask: u32) -> [u32; 10] {
    let dump = kind(RTM_GETLINK, NLM_F_DUMP);
    [
        40,
        dump,
        1,
        0,
        family,
        0,
        0,
        0,
        attribute(8, IFLA_EXT_MASK),
        mask,
    ]
}

const DUMP_ADDRESSES: [u32; 6] = [24, kind(RTM_GETADDR, NLM_F_DUMP), 1, 0, 0, 0];
const DUMP_NSIDS: [u32; 5] = [20, kind(RTM_GETNSID, NLM_F_DUMP), 1, 0, 0];
const DUMP_NEIGHBOURS: [u32; 7] = [28, kind(RTM_GETNEIGH, NLM_F_DUMP), 1, 0, 0, 0, 0];
const DUMP_NEXTHOPS: [u32; 6] = [24, kind(RTM_GETNEXTHOP, NLM_F_DUMP), 1, 0, 0, 0];

/// Routes of IPv4 with a table.
const DUMP_ROUTES: [u32; 9] = [
    36,
    kind(RTM_GETROUTE, NLM_F_DUMP),
    1,
    0,
    AF_INET,
    0,
    0,
    attribute(8, RTA_TABLE),
    RT_TABLE_MAIN,
];

/// The route of IPv4 to a whole address, with its table (`RTM_F_LOOKUP_TABLE`).
const GET_ROUTE: [u32; 9] = [
    36,
    kind(RTM_GETROUTE, 0),
    1,
    0,
    AF_INET | 32 << 8,
    0,
    0x1000,
    attribute(8, RTA_DST),
    u32::from_le_bytes([10, 0, 1, 1]),
];

fn route_socket() -> usize {
    must(sys::SOCKET, [AF_NETLINK, SOCK_RAW, 0, 0, 0, 0])
}

fn send(socket: usize, request: &[u32]) {
    let (at, len) = (request.as_ptr() as usize, size_of_val(request));
    must(sys::SENDTO, [socket, at, len, 0, 0, 0]);
}

/// The next datagram, in the buffer: its length.
fn receive(socket: usize) -> usize {
    must(sys::RECVFROM, [socket, buffer(), ROOM, 0, 0, 0])
}

/// Sends a request and receives datagrams up to the message that ends the dump.
fn dump(socket: usize, request: &[u32]) {
    send(socket, request);
    loop {
        let end = buffer() + receive(socket);
        let mut at = buffer();
        while at + 16 <= end {
            let header = at as *const u32;
            // SAFETY: a message begins here, and its header lies in the datagram.
            let (len, kind) = unsafe { (*header as usize, *header.add(1) as u16) };
            match kind {
                NLMSG_DONE => return,
                NLMSG_ERROR => exit(1),
                _ if len < 16 => exit(1),
                _ => at += len.next_multiple_of(4),
            }
        }
    }
}

/// How many requests are sent at once. The acknowledgements have to fit in the socket's buffer: the kernel sends all of them
/// before the first can be received.
const TOGETHER: usize = 200;

/// Reads a file, and adds so many routes.
fn add_routes(path: usize, count: usize) {
    let file = must(sys::OPENAT, [AT_FDCWD, path, O_CLOEXEC, 0, 0, 0]);
    let socket = route_socket();
    let index = get_v1(socket);
    let mut requests = [[0u32; 13]; TOGETHER];
    let mut done = 0;
    while must(sys::READ, [file, buffer(), PIECE, 0, 0, 0]) > 0 {}
    while done < count {
        let some = TOGETHER.min(count - done);
        for request in &mut requests[..some] {
            *request = [
                52,
                kind(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL),
                done as u32,
                0,
                AF_INET | 32 << 8,
                RT_TABLE_MAIN | RTPROT_BOOT << 8 | RTN_UNICAST << 24,
                0,
                attribute(8, RTA_DST),
                (0x0a00_0000 + done as u32).to_be(),
                attribute(8, RTA_GATEWAY),
                u32::from_le_bytes([192, 0, 2, 2]),
                attribute(8, RTA_OIF),
                index,
            ];
            done += 1;
        }
        send(socket, requests[..some].as_flattened());
        for _ in 0..some {
            receive(socket);
            // SAFETY: the buffer is larger than a header and what is behind it: an errno, 0 of what is acknowledged.
            if unsafe { *((buffer() + 16) as *const u32) } != 0 {
                exit(1);
            }
        }
    }
}

/// What a string of C looks like to a system call.
fn pointer(text: &CStr) -> usize {
    text.as_ptr() as usize
}

const FOLDER: &CStr = c"/run/netns";

/// Makes a namespace and gives it a name, a path in the folder of names.
fn netns_add(path: usize) {
    let flags = O_CREAT | O_EXCL | O_CLOEXEC;
    must(
        sys::MOUNT,
        [0, pointer(FOLDER), 0, MS_SHARED | MS_REC, 0, 0],
    );
    must(sys::OPENAT, [AT_FDCWD, path, flags, 0, 0, 0]);
    must(sys::UNSHARE, [CLONE_NEWNET, 0, 0, 0, 0, 0]);
    let own = pointer(c"/proc/self/ns/net");
    must(sys::MOUNT, [own, path, 0, MS_BIND, 0, 0]);
}

/// Becomes the program that begins with argument `n`, in the namespace `name` of a folder, with a /sys of its own. Whether
/// there are files for /etc has to be looked up.
fn netns_exec(folder: usize, name: usize, args: Args, n: usize) -> ! {
    let namespace = must(sys::OPENAT, [folder, name, O_CLOEXEC, 0, 0, 0]);
    must(sys::SETNS, [namespace, CLONE_NEWNET, 0, 0, 0, 0]);
    must(sys::UNSHARE, [CLONE_NEWNS, 0, 0, 0, 0, 0]);
    must(sys::MOUNT, [0, pointer(c"/"), 0, MS_SLAVE | MS_REC, 0, 0]);
    let kind = pointer(c"sysfs");
    must(sys::MOUNT, [kind, pointer(c"/sys"), kind, 0, 0, 0]);
    let files = pointer(c"/etc/netns");
    call(sys::OPENAT, [AT_FDCWD, files, O_CLOEXEC, 0, 0, 0]);
    let argv = args.argv.wrapping_add(n) as usize;
    let envp = args.envp as usize;
    must(sys::EXECVE, [args.get(n) as usize, argv, envp, 0, 0, 0]);
    exit(1)
}

/// Opens the folder of names and reads it into the buffer, as getdents64(2) gives it: the descriptor, and the length there.
fn names() -> (usize, usize) {
    let path = pointer(FOLDER);
    let folder = must(sys::OPENAT, [AT_FDCWD, path, O_CLOEXEC, 0, 0, 0]);
    let mut len = 0;
    loop {
        let room = [folder, buffer() + len, ROOM - len, 0, 0, 0];
        match must(sys::GETDENTS64, room) {
            0 => return (folder, len),
            more => len += more,
        }
    }
}

/// The program in each namespace, one after the other, after a piece of output for each.
fn netns_exec_all(args: Args) {
    let (folder, len) = names();
    let mut at = buffer();
    let end = at + len;
    while at < end {
        // SAFETY: an entry begins here, and has its own length after 16 bytes.
        let len = unsafe { *((at + 16) as *const u16) };
        let name = at + 19;
        at += usize::from(len);
        // SAFETY: the name follows, and only `.` and `..` begin with a point.
        if unsafe { *(name as *const u8) } == b'.' {
            continue;
        }
        must(sys::WRITE, [1, name, 12, 0, 0, 0]);
        match must(sys::CLONE, [SIGCHLD, 0, 0, 0, 0, 0]) {
            0 => netns_exec(folder, name, args, 2),
            child => must(sys::WAIT4, [child, 0, 0, 0, 0, 0]),
        };
    }
}
