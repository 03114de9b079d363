//! The kernel that inputs have: three links, and what the input says that it answers and that files have.

use ipso::nl::wire::{Attrs, Messages, Msg, field};
use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::ffi::{c_int, c_long};

/// The input by which the thread is asked whether it is shut in.
pub const CHECK: &[u8] = b"\xff\xfftry to leave";

/// In front of a command line: what it sends is kept, for the corpus.
pub const SENT: &[u8] = b"\xff\xfesent ";

/// A system call.
pub struct Call {
    pub number: c_long,
    pub args: [usize; 6],
}

/// What there is while one input is tried.
#[derive(Default)]
pub struct Kernel {
    /// Standard input.
    pub stdin: Vec<u8>,
    /// What each file has that is opened for reading; there is none while this is empty.
    pub file: Vec<u8>,
    /// How much has been read of each that was opened.
    pub read: Vec<usize>,
    /// Messages to answer the first request with that asks for such ones; or, where nothing was requested, events.
    pub script: Vec<u8>,
    /// Each message of the script is a datagram of its own.
    pub is_split: bool,
    /// Standard output and error are a terminal.
    pub is_terminal: bool,
    /// What was written there.
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// The datagrams that were sent, each with the protocol of its socket.
    pub sent: Vec<(usize, Vec<u8>)>,
    /// The datagrams that can be received, for each netlink socket that was opened.
    pub queues: Vec<VecDeque<Vec<u8>>>,
    /// The place there of the socket that the call is about.
    pub socket: usize,
    /// The clock, in nanoseconds: it runs a little with each question.
    pub now: u64,
}

struct Only(UnsafeCell<Option<Kernel>>);
// SAFETY: only the thread of the inputs touches it, outside of a system call or inside, never both.
unsafe impl Sync for Only {}
static KERNEL: Only = Only(UnsafeCell::new(None));

/// Runs `body` with this kernel. Returns it as it is then.
pub fn with(kernel: Kernel, body: impl FnOnce()) -> Kernel {
    // SAFETY: no reference into it is held between system calls.
    unsafe { *KERNEL.0.get() = Some(kernel) };
    body();
    // SAFETY: as above.
    unsafe { (*KERNEL.0.get()).take() }.unwrap_or_default()
}

/// The number of the first netlink socket, of protocol 0. Those of other protocols are behind it, and behind [`PROTOCOLS`]
/// numbers the next socket.
const SOCKET: usize = 1024;
const PROTOCOLS: usize = 64;
/// Any other socket.
const OTHER: isize = 900;
/// The number of the first file.
const FILES: usize = 1 << 20;

pub fn is_socket(fd: c_int) -> bool {
    (SOCKET..FILES).contains(&(fd as usize))
}

/// What a call returns. Whatever is not here is refused.
pub fn answer(call: &Call) -> isize {
    // SAFETY: only this thread touches it, and it is inside a system call.
    let kernel = unsafe { &mut *KERNEL.0.get() };
    let mut none = Kernel::default();
    kernel.as_mut().unwrap_or(&mut none).call(call)
}

const fn refusal(errno: c_int) -> isize {
    -(errno as isize)
}

impl Kernel {
    fn call(&mut self, call: &Call) -> isize {
        let [a, b, c, d, e, f] = call.args;
        self.socket = a.wrapping_sub(SOCKET) / PROTOCOLS;
        match call.number {
            libc::SYS_socket => match a as c_int {
                libc::AF_NETLINK => {
                    self.queues.push(VecDeque::new());
                    let before = self.queues.len() - 1;
                    (SOCKET + before * PROTOCOLS + c % PROTOCOLS) as isize
                }
                _ => OTHER,
            },
            libc::SYS_close | libc::SYS_close_range if a >= OTHER as usize => 0,
            // Duplicates.
            libc::SYS_fcntl if a >= OTHER as usize => match b as c_int {
                libc::F_DUPFD | libc::F_DUPFD_CLOEXEC => a as isize,
                _ => 0,
            },
            libc::SYS_bind | libc::SYS_connect | libc::SYS_setsockopt => 0,
            libc::SYS_rt_sigprocmask | libc::SYS_rt_sigaction | libc::SYS_sigaltstack => 0,
            libc::SYS_getsockopt => {
                // SAFETY: an int where the caller wants one.
                unsafe { (d as *mut u32).write_unaligned(212_992) };
                0
            }
            libc::SYS_getsockname => {
                // SAFETY: the caller has room for a netlink address.
                unsafe { (b as *mut [u32; 3]).write_unaligned([libc::AF_NETLINK as u32, 7, 0]) };
                0
            }
            libc::SYS_sendto => {
                // SAFETY: what the caller sends.
                let bytes = unsafe { bytes(b, c) };
                self.take(a, bytes);
                c as isize
            }
            libc::SYS_recvfrom => {
                let Some(datagram) = self.receive() else {
                    return refusal(match d as c_int & libc::MSG_DONTWAIT {
                        0 => libc::ENOTCONN,
                        _ => libc::EAGAIN,
                    });
                };
                // SAFETY: the caller's buffer and its room for an address.
                unsafe {
                    fill(b, c, &datagram);
                    if e != 0 {
                        (e as *mut [u32; 3]).write_unaligned([libc::AF_NETLINK as u32, 0, 0]);
                        (f as *mut u32).write_unaligned(12);
                    }
                }
                datagram.len() as isize
            }
            libc::SYS_recvmmsg => self.receive_many(b, c),
            libc::SYS_read if a == 0 => {
                let n = self.stdin.len().min(c);
                let rest = self.stdin.split_off(n);
                let piece = std::mem::replace(&mut self.stdin, rest);
                // SAFETY: the caller's buffer.
                unsafe { fill(b, c, &piece) };
                n as isize
            }
            libc::SYS_write if a == 1 || a == 2 => {
                let stream = if a == 1 {
                    &mut self.stdout
                } else {
                    &mut self.stderr
                };
                // SAFETY: what the caller writes.
                stream.extend_from_slice(unsafe { bytes(b, c) });
                c as isize
            }
            libc::SYS_ioctl if a <= 2 => match (b as libc::Ioctl, self.is_terminal && a > 0) {
                // The window has no size, and the terminal no settings.
                (libc::TIOCGWINSZ, true) => {
                    // SAFETY: `struct winsize`.
                    unsafe { (c as *mut [u8; 8]).write_unaligned([0; 8]) };
                    0
                }
                (libc::TCGETS, true) => {
                    // SAFETY: the kernel's `struct termios`.
                    unsafe { (c as *mut [u8; 36]).write_unaligned([0; 36]) };
                    0
                }
                (libc::TCGETS2, true) => {
                    // SAFETY: `struct termios2`.
                    unsafe { (c as *mut [u8; 44]).write_unaligned([0; 44]) };
                    0
                }
                _ => refusal(libc::ENOTTY),
            },
            // Of devices and tunnels: done, and what was asked for is as it was said.
            libc::SYS_ioctl => 0,
            #[cfg(target_arch = "x86_64")]
            libc::SYS_poll => Self::poll(a, b),
            libc::SYS_ppoll => Self::poll(a, b),
            libc::SYS_clock_gettime => {
                self.now += 200_000_000;
                let now = 1_796_040_000_000_000_000 + self.now;
                let now = [now / 1_000_000_000, now % 1_000_000_000];
                // SAFETY: `struct timespec`.
                unsafe { (b as *mut [u64; 2]).write_unaligned(now) };
                0
            }
            libc::SYS_openat => self.open(c as c_int),
            libc::SYS_read if a >= FILES => {
                let Some(at) = self.read.get_mut(a - FILES) else {
                    return refusal(libc::EBADF);
                };
                let rest = &self.file[*at..];
                // SAFETY: the caller's buffer.
                let n = unsafe { fill(b, c, rest) };
                *at += n;
                n as isize
            }
            libc::SYS_newfstatat | libc::SYS_statx | libc::SYS_readlinkat => refusal(libc::ENOENT),
            _ => refusal(libc::EPERM),
        }
    }

    /// Opens a file. Folders have no entries here, and nothing is written to.
    fn open(&mut self, flags: c_int) -> isize {
        if flags & libc::O_ACCMODE != libc::O_RDONLY {
            return refusal(libc::EACCES);
        }
        if self.file.is_empty() || flags & libc::O_DIRECTORY != 0 {
            return refusal(libc::ENOENT);
        }
        self.read.push(0);
        (FILES + self.read.len() - 1) as isize
    }

    /// All that is waited for has come.
    fn poll(list: usize, count: usize) -> isize {
        for n in 0..count {
            // SAFETY: the caller's list.
            let entry = unsafe { &mut *(list as *mut libc::pollfd).add(n) };
            entry.revents = entry.events;
        }
        count as isize
    }

    fn receive(&mut self) -> Option<Vec<u8>> {
        if self.queues.get(self.socket)?.is_empty() {
            self.play(None);
        }
        self.queues.get_mut(self.socket)?.pop_front()
    }

    fn receive_many(&mut self, heads: usize, count: usize) -> isize {
        let mut got = 0;
        while got < count {
            let Some(datagram) = self.receive() else {
                break;
            };
            // SAFETY: the caller's heads, of which each has one buffer and room for an address and a control message.
            unsafe {
                let slot = &mut *(heads as *mut libc::mmsghdr).add(got);
                let head = &mut slot.msg_hdr;
                let part = &*head.msg_iov;
                slot.msg_len = fill(part.iov_base as usize, part.iov_len, &datagram) as u32;
                let from = [libc::AF_NETLINK as u32, 0, 0];
                head.msg_name.cast::<[u32; 3]>().write_unaligned(from);
                head.msg_controllen = 0;
                head.msg_flags = 0;
            }
            got += 1;
        }
        match got {
            0 => refusal(libc::ENOTCONN),
            _ => got as isize,
        }
    }

    /// Puts the script into the queue, with a sequence number.
    fn play(&mut self, seq: Option<u32>) {
        let mut script = std::mem::take(&mut self.script);
        if script.is_empty() {
            return;
        }
        let mut at = 0;
        while let Some(len) = field(&script, at).map(|len| len as usize) {
            if let (Some(seq), Some(place)) = (seq, script.get_mut(at + 8..at + 12)) {
                place.copy_from_slice(&seq.to_ne_bytes());
            }
            let end = at.saturating_add(len.max(16)).saturating_add(3) & !3;
            if self.is_split && end < script.len() {
                let rest = script.split_off(end);
                self.answer(std::mem::replace(&mut script, rest));
                at = 0;
            } else if end < script.len() {
                at = end;
            } else {
                break;
            }
        }
        self.answer(script);
    }

    /// Takes a datagram, and answers its messages.
    fn take(&mut self, socket: usize, datagram: &[u8]) {
        let protocol = socket.wrapping_sub(SOCKET) % PROTOCOLS;
        self.sent.push((protocol, datagram.to_vec()));
        for message in Messages(datagram) {
            let seq = message.seq;
            let is_dump = message.flags & DUMP == DUMP;
            let asked = message.kind & !3;
            let scripted = self.script.get(4..6);
            let scripted = scripted.map(|kind| u16::from_ne_bytes([kind[0], kind[1]]));
            let is_control = protocol == GENERIC && message.kind == CONTROL;
            // A family's messages have its own type, which the script may not know.
            let suits = scripted
                .is_some_and(|kind| kind & !3 == asked || protocol == GENERIC || asked == NEWSTATS);
            if suits && !is_control && (message.kind & 3 == GET || protocol == GENERIC) {
                self.play(Some(seq));
                if is_dump {
                    self.push(DONE, seq, &[0; 4]);
                } else if message.flags & ACK != 0 {
                    self.acknowledge(seq, 0);
                }
                continue;
            }
            if is_control {
                let attrs = Attrs(message.body.get(4..).unwrap_or_default());
                let name = attrs.find(2).unwrap_or_default().str();
                self.family(seq, name);
            } else if message.kind == GETLINK && protocol == 0 {
                self.links(&message, is_dump);
            } else if is_dump {
                self.push(DONE, seq, &[0; 4]);
            } else if message.kind & 3 == GET && protocol == 0 {
                self.acknowledge(seq, libc::ENOENT);
            } else if message.body.len() % 16 == 4 {
                // Some changes fail.
                self.acknowledge(seq, libc::EEXIST);
            } else if message.flags & ACK != 0 {
                self.acknowledge(seq, 0);
            }
        }
    }

    fn answer(&mut self, datagram: Vec<u8>) {
        if let Some(queue) = self.queues.get_mut(self.socket) {
            queue.push_back(datagram);
        }
    }

    fn push(&mut self, kind: u16, seq: u32, body: &[u8]) {
        let mut msg = Msg::new(kind, 0, body);
        if let Ok(bytes) = msg.finish(seq, 0) {
            self.answer(bytes.to_vec());
        }
    }

    /// `struct nlmsgerr` with a capped request, and a text where it fails.
    fn acknowledge(&mut self, seq: u32, errno: c_int) {
        let mut body = errno.wrapping_neg().to_ne_bytes().to_vec();
        body.resize(20, 0);
        let mut msg = Msg::new(ERROR, CAPPED | ACK_TLVS, &body);
        if errno != 0 {
            msg.str(1, b"it is there already");
        }
        if let Ok(bytes) = msg.finish(seq, 0) {
            self.answer(bytes.to_vec());
        }
    }

    /// The answer of generic netlink for a family.
    fn family(&mut self, seq: u32, name: &[u8]) {
        // As in the tests' data.
        let id: u16 = match name {
            b"fou" => 1024,
            b"tcp_metrics" => 1028,
            b"mptcp_pm" => 1032,
            _ => return self.acknowledge(seq, libc::ENOENT),
        };
        let mut msg = Msg::new(CONTROL, 0, &[1, 2, 0, 0]);
        msg.bytes(1, &id.to_ne_bytes());
        msg.str(2, name);
        msg.nest(7, |msg| {
            for (n, group) in [(1, &b"mptcp_pm_cmds"[..]), (2, b"mptcp_pm_events")] {
                msg.nest(n, |msg| {
                    msg.str(1, group);
                    msg.u32(2, 32 + u32::from(n));
                });
            }
        });
        if let Ok(bytes) = msg.finish(seq, 0) {
            self.answer(bytes.to_vec());
        }
    }

    /// The links, or the one that is asked for.
    fn links(&mut self, message: &ipso::nl::wire::Message<'_>, all: bool) {
        let index = field(message.body, 4).unwrap_or(0);
        let attrs = Attrs(message.body.get(16..).unwrap_or_default());
        let name = attrs.find(3).unwrap_or_default().str();
        let mut found = false;
        for (number, flags, link, kind) in LINKS {
            if !all && index != *number && name != *link {
                continue;
            }
            found = true;
            let mut fixed = [0; 16];
            fixed[2..4].copy_from_slice(&(if *number == 1 { 772u16 } else { 1 }).to_ne_bytes());
            fixed[4..8].copy_from_slice(&number.to_ne_bytes());
            fixed[8..12].copy_from_slice(&flags.to_ne_bytes());
            let mut msg = Msg::new(16, 0, &fixed);
            msg.str(3, link);
            msg.u32(4, 1500);
            msg.bytes(1, &[2, 0, 0, 0, 0, *number as u8]);
            if !kind.is_empty() {
                msg.nest(18, |msg| msg.str(1, kind));
            }
            if let Ok(bytes) = msg.finish(message.seq, 0) {
                self.answer(bytes.to_vec());
            }
        }
        if all {
            self.push(DONE, message.seq, &[0; 4]);
        } else if !found {
            self.acknowledge(message.seq, libc::ENODEV);
        } else if message.flags & ACK != 0 {
            self.acknowledge(message.seq, 0);
        }
    }
}

/// Index, `IFF_*`, name and kind.
type Link = (u32, u32, &'static [u8], &'static [u8]);
const LINKS: &[Link] = &[
    (1, 0x10049, b"lo", b""),
    (2, 0x10041, b"d2", b"dummy"),
    (3, 0, b"d3", b"vrf"),
];

const ERROR: u16 = 2;
const DONE: u16 = 3;
const CONTROL: u16 = 16;
const GETLINK: u16 = 18;
/// The lowest two bits of a request to get.
const GET: u16 = 2;
/// Its commands print the statistics of links.
const NEWSTATS: u16 = 92;
/// `NETLINK_GENERIC`.
const GENERIC: usize = 16;
const ACK: u16 = 4;
const DUMP: u16 = 0x300;
const CAPPED: u16 = 0x100;
const ACK_TLVS: u16 = 0x200;

/// The bytes that a call is given.
unsafe fn bytes<'a>(start: usize, len: usize) -> &'a [u8] {
    if len == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(start as *const u8, len) }
}

/// Fills a buffer, as far as it has room. Returns how many bytes were written.
unsafe fn fill(start: usize, room: usize, bytes: &[u8]) -> usize {
    let len = room.min(bytes.len());
    // SAFETY: the caller's promise.
    unsafe { (start as *mut u8).copy_from_nonoverlapping(bytes.as_ptr(), len) };
    len
}
