//! What rustix lacks. All unsafe code but that of `append` is here.
#![allow(unsafe_code)]

#[cfg(feature = "vrf")]
pub mod bpf;
mod call;
#[cfg(all(own_start, target_arch = "x86_64"))]
mod copy;
pub mod mount;
#[cfg(feature = "multicast")]
pub mod multicast;
#[cfg(any(feature = "isolate", feature = "cni"))]
pub mod process;
#[cfg(feature = "monitor")]
pub mod receive;
pub mod secure;
mod signal;
#[cfg(feature = "nat")]
pub mod socket;
#[cfg(own_start)]
mod start;
#[cfg(feature = "tuntap")]
pub mod tun;
#[cfg(feature = "ip-tunnel")]
pub mod tunnel;

use call::call;
pub use signal::*;

use crate::append::Append;
use crate::text::{cut, split};

use std::ffi::{CStr, c_char, c_int};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use rustix::io::Errno;
use rustix::mount::MountPropagationFlags;

/// Defines the C library's `main`, so that nothing of Rust's runtime starts (it would ignore SIGPIPE, and cost 8 KB). musl does
/// not hand the words to `std::env::args`, so they are passed on: `$run` maps them to the exit status.
#[macro_export]
macro_rules! c_main {
    ($run:path) => {
        #[allow(unsafe_code, missing_docs)]
        #[unsafe(no_mangle)]
        extern "C" fn main(
            argc: core::ffi::c_int,
            argv: *const *const core::ffi::c_char,
        ) -> core::ffi::c_int {
            // SAFETY: these are the kernel's, which live as long as the process.
            let words = unsafe { $crate::sys::words(argc, argv) };
            core::ffi::c_int::from($run(words))
        }
    };
}

/// The words that C's `main` was given. Finds the environment, too.
///
/// # Safety
/// `argv` points to `argc` NUL-terminated strings and a NULL, and then to the strings of the environment and a NULL, as the
/// kernel puts them on the stack. None of them is ever freed.
pub unsafe fn words(argc: c_int, argv: *const *const c_char) -> &'static [&'static [u8]] {
    let argc = argc as usize;
    ENVIRONMENT.store(argv.wrapping_add(argc + 1).cast_mut(), Ordering::Relaxed);
    let mut words = Vec::new();
    for n in 0..argc {
        // SAFETY: the caller's promise.
        words.push(unsafe { CStr::from_ptr(*argv.add(n)) }.to_bytes());
    }
    words.leak()
}

/// Strings, and a NULL at their end; NULL itself in a program that never called `words`.
static ENVIRONMENT: AtomicPtr<*const c_char> = AtomicPtr::new(null_mut());

/// A variable of the environment.
pub fn env(name: &[u8]) -> Option<&'static [u8]> {
    let mut entries = ENVIRONMENT.load(Ordering::Relaxed).cast_const();
    // SAFETY: what `words` was promised; nothing changes it.
    while let Some(&entry) = unsafe { entries.as_ref() }.filter(|entry| !entry.is_null()) {
        // SAFETY: as above.
        let entry = unsafe { CStr::from_ptr(entry) }.to_bytes();
        let value = entry
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(b"="));
        if value.is_some() {
            return value;
        }
        entries = entries.wrapping_add(1);
    }
    None
}

/// Sets one of netlink's boolean options (`NETLINK_*` of `<linux/netlink.h>`). A kernel that has no such option goes without.
pub fn netlink_option(fd: BorrowedFd<'_>, option: c_int) {
    let _ = set_netlink(fd, option, 1);
}

/// Sets one of netlink's options to a number.
pub fn set_netlink(fd: BorrowedFd<'_>, option: c_int, value: u32) -> rustix::io::Result<()> {
    let args = [
        fd.as_raw_fd() as usize,
        libc::SOL_NETLINK as usize,
        option as usize,
        &raw const value as usize,
        size_of::<u32>(),
    ];
    // SAFETY: the kernel reads that many bytes of `value` and keeps nothing.
    unsafe { call(libc::SYS_setsockopt, args) }.map(drop)
}

/// A descriptor that this process was started with, or has open, once more.
pub fn duplicate(number: c_int) -> rustix::io::Result<OwnedFd> {
    let args = [number as usize, libc::F_DUPFD_CLOEXEC as usize, 3];
    // SAFETY: the kernel takes a number, open or not.
    let fd = unsafe { call(libc::SYS_fcntl, args) }?;
    // SAFETY: it is new, and nobody else's.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as c_int) })
}

/// The same descriptor with a number above those of the standard streams, which a caller may have closed: what is printed must
/// not go into a socket.
pub fn not_standard(fd: OwnedFd) -> rustix::io::Result<OwnedFd> {
    match fd.as_raw_fd() {
        0..=2 => duplicate(fd.as_raw_fd()),
        _ => Ok(fd),
    }
}

/// Closes descriptors, each run of consecutive numbers in one call where the kernel has close_range(2).
pub fn close_all(list: &mut Vec<OwnedFd>) {
    let number = |fd: &OwnedFd| fd.as_raw_fd();
    while let Some(last) = list.last().map(number) {
        let run = list.iter().rev().zip(0..);
        let run = run.take_while(|(fd, n)| number(fd) == last - n).count();
        let rest = list.len() - run;
        let args = [number(&list[rest]) as usize, last as usize, 0];
        // SAFETY: these are the numbers of the last `run` of the list, and each is forgotten if the kernel closed it.
        let closed = run > 1 && unsafe { call(libc::SYS_close_range, args) }.is_ok();
        for fd in list.drain(rest..) {
            if closed {
                std::mem::forget(fd);
            }
        }
    }
}

/// A clock's time in nanoseconds: `CLOCK_MONOTONIC`, or `CLOCK_REALTIME`. (The C library's way to it costs a kilobyte.)
#[cfg(target_pointer_width = "64")]
pub fn clock(clock: libc::clockid_t) -> u64 {
    let mut now = [0u64; 2];
    let args = [clock as usize, now.as_mut_ptr() as usize];
    // SAFETY: the kernel writes two numbers of 64 bits, seconds and nanoseconds.
    let _ = unsafe { call(libc::SYS_clock_gettime, args) };
    now[0] * 1_000_000_000 + now[1]
}

/// The same where numbers of 64 bits came later, with Linux 5.1.
#[cfg(target_pointer_width = "32")]
pub fn clock(clock: libc::clockid_t) -> u64 {
    // The number that clock_gettime64 has on every machine, counted from where mips begins.
    let wide = libc::SYS_clock_gettime / 1000 * 1000 + 403;
    let mut now = [0u64; 2];
    // SAFETY: the kernel writes two numbers of 64 bits, seconds and nanoseconds.
    if unsafe { call(wide, [clock as usize, now.as_mut_ptr() as usize]) }.is_err() {
        let mut narrow = [0u32; 2];
        let args = [clock as usize, narrow.as_mut_ptr() as usize];
        // SAFETY: the kernel writes two numbers of 32 bits.
        let _ = unsafe { call(libc::SYS_clock_gettime, args) };
        now = narrow.map(u64::from);
    }
    now[0] * 1_000_000_000 + now[1]
}

/// mount_setattr(2): how mounts on this one and those below propagate.
pub fn set_propagation(
    mount: BorrowedFd<'_>,
    propagation: MountPropagationFlags,
) -> rustix::io::Result<()> {
    let attr = [0, 0, u64::from(propagation.bits()), 0];
    set_mount(mount, c"", libc::AT_RECURSIVE, attr)
}

/// mount_setattr(2): makes the mount at a path, or the open one if that is empty, and those below it read-only. Linux 5.12.
pub fn make_read_only(dir: BorrowedFd<'_>, path: &CStr) -> rustix::io::Result<()> {
    let attr = [libc::MOUNT_ATTR_RDONLY, 0, 0, 0];
    set_mount(dir, path, libc::AT_RECURSIVE, attr)
}

/// mount_setattr(2): makes the mount at a path writable, and none below it.
#[cfg(feature = "isolate")]
pub fn make_writable(dir: BorrowedFd<'_>, path: &CStr) -> rustix::io::Result<()> {
    set_mount(dir, path, 0, [0, libc::MOUNT_ATTR_RDONLY, 0, 0])
}

/// `attr` is a `struct mount_attr`: what is set, what is cleared, propagation, descriptor of a user namespace.
fn set_mount(
    dir: BorrowedFd<'_>,
    path: &CStr,
    flags: c_int,
    attr: [u64; 4],
) -> rustix::io::Result<()> {
    let args = [
        dir.as_raw_fd() as usize,
        path.as_ptr() as usize,
        (libc::AT_EMPTY_PATH | flags) as usize,
        attr.as_ptr() as usize,
        size_of_val(&attr),
    ];
    // SAFETY: the kernel reads the path and that many bytes of `attr`.
    unsafe { call(libc::SYS_mount_setattr, args) }.map(drop)
}

/// unshare(2) with `CLONE_NEW*` flags.
pub fn unshare(flags: c_int) -> rustix::io::Result<()> {
    let flags = flags & !(libc::CLONE_FILES | libc::CLONE_FS);
    // SAFETY: only namespaces are asked for, never CLONE_FILES, so no descriptor that Rust owns changes its meaning.
    unsafe { call(libc::SYS_unshare, [flags as usize]) }.map(drop)
}

/// fork(2) into new namespaces (`CLONE_NEW*`, or 0): the child's pid in the parent, `None` in the child.
pub fn fork(namespaces: c_int) -> rustix::io::Result<Option<rustix::process::Pid>> {
    let flags = (namespaces | libc::SIGCHLD) as usize;
    // Of all machines s390 alone takes the stack first.
    let (first, second) = if cfg!(target_arch = "s390x") {
        (0, flags)
    } else {
        (flags, 0)
    };
    // SAFETY: without CLONE_VM this is fork(2). This program has one thread, so the child may do whatever the parent may.
    let pid = unsafe { call(libc::SYS_clone, [first, second, 0, 0, 0]) }?;
    Ok(rustix::process::Pid::from_raw(pid as i32))
}

/// Closes all descriptors above those of the standard streams but some, whoever owns them: now, or with `CLOSE_RANGE_CLOEXEC` when
/// this process becomes another.
pub fn close_others(kept: &[c_int], flags: libc::c_uint) {
    let mut first = 3;
    loop {
        let next = kept.iter().copied().filter(|fd| *fd >= first).min();
        let last = next.map_or(c_int::MAX, |fd| fd - 1);
        let args = [first as usize, last as usize, flags as usize];
        // SAFETY: what it closes is not used again, as the caller says.
        if first <= last && unsafe { call(libc::SYS_close_range, args) }.is_err() {
            // Before Linux 5.9, or with the flag 5.11: one by one, as many as a process may have by default.
            for fd in first..=last.min(1023) {
                let (number, args) = match flags {
                    0 => (libc::SYS_close, [fd, 0, 0]),
                    _ => (libc::SYS_fcntl, [fd, libc::F_SETFD, libc::FD_CLOEXEC]),
                };
                // SAFETY: as above.
                let _ = unsafe { call(number, args.map(|n| n as usize)) };
            }
        }
        match next {
            Some(fd) if fd < c_int::MAX => first = fd + 1,
            _ => return,
        }
    }
}

/// A string of the program by its address alone: in a table half of what a `&str` takes.
#[derive(Clone, Copy)]
pub struct Text(*const c_char);

// SAFETY: what it points to never changes.
unsafe impl Sync for Text {}

impl Text {
    /// The string without its NUL.
    pub const fn new(text: &'static CStr) -> Text {
        Text(text.as_ptr())
    }

    /// A string whose last byte is its only NUL.
    pub const fn terminated(text: &'static str) -> Text {
        match CStr::from_bytes_with_nul(text.as_bytes()) {
            Ok(text) => Text::new(text),
            Err(_) => panic!(),
        }
    }

    /// Its bytes.
    pub fn bytes(self) -> &'static [u8] {
        // SAFETY: it was made of a `CStr` that is never freed.
        unsafe { CStr::from_ptr(self.0) }.to_bytes()
    }
}

/// A path or a word for a system call: bytes with a NUL behind them. A NUL inside ends it early.
pub struct Path(Box<[u8]>);

impl Path {
    /// The pieces, joined.
    pub fn new(parts: &[&[u8]]) -> Path {
        let mut bytes = parts.concat();
        bytes.push(0);
        let end = split(&bytes, 0).0.len();
        Path(bytes[..=end].into())
    }

    /// Two pieces, joined. (Each list of pieces would be put together where it is needed, in more bytes than this call takes.)
    pub fn two(first: &[u8], second: &[u8]) -> Path {
        Path::new(&[first, second])
    }

    /// A name in a folder.
    pub fn entry(folder: &[u8], name: &[u8]) -> Path {
        Path::new(&[folder, b"/", name])
    }
}

impl std::ops::Deref for Path {
    type Target = CStr;

    fn deref(&self) -> &CStr {
        // SAFETY: the last byte is a NUL, no other is, and nothing changes the bytes.
        unsafe { CStr::from_bytes_with_nul_unchecked(&self.0) }
    }
}

/// Becomes the command `words`, found along PATH as glibc's execvp(3) finds it: a file without a header is given to
/// /bin/sh. Returns the errno if that fails. Signals are as ipso got them: it changes none.
pub fn exec(words: &[&[u8]]) -> Errno {
    let name = words[0];
    let mut text = Vec::new();
    for word in words {
        text.append_bytes(word);
        text.push(0);
    }
    // The first place is for a shell.
    let mut argv = Vec::new();
    argv.push(c"/bin/sh".as_ptr());
    let mut at = 0;
    for word in words {
        argv.push(text[at..].as_ptr().cast());
        at += word.len() + 1;
    }
    argv.push(std::ptr::null());
    let direct = name.contains(&b'/') || name.is_empty();
    let mut path = if direct {
        b":"
    } else {
        env(b"PATH").unwrap_or(b"/bin:/usr/bin")
    };
    let mut found = Errno::NOENT;
    loop {
        let left = path.len();
        let folder = cut(&mut path, b':').unwrap_or_default();
        let last = folder.len() == left;
        let file = match folder {
            b"" => Path::new(&[name]),
            _ => Path::entry(folder, name),
        };
        let run = |file: &CStr, argv: &[*const c_char]| {
            let environment = ENVIRONMENT.load(Ordering::Relaxed);
            let args = [
                file.as_ptr() as usize,
                argv.as_ptr() as usize,
                environment as usize,
            ];
            // SAFETY: both arrays end with NULL, and their strings outlive the call.
            unsafe { call(libc::SYS_execve, args) }.expect_err("it returned")
        };
        let mut failed = run(&file, &argv[1..]);
        if failed == Errno::NOEXEC {
            argv[1] = file.as_ptr();
            failed = run(c"/bin/sh", &argv);
            // `file` ends here.
            argv[1] = text.as_ptr().cast();
        }
        match failed {
            _ if direct => return failed,
            Errno::ACCESS => found = failed,
            Errno::NOENT | Errno::NOTDIR | Errno::STALE | Errno::NODEV | Errno::TIMEDOUT => {}
            _ => return failed,
        }
        if last {
            return found;
        }
    }
}

/// A small allocator: powers of two with a free list each, cut from a static first chunk and then from mmap. What was freed
/// is used again, and never given back: this program is short. musl's own costs 12 KB of code and three system calls.
#[cfg(any(test, all(target_env = "musl", not(debug_assertions))))]
mod heap {
    use std::alloc::{GlobalAlloc, Layout};
    use std::cell::UnsafeCell;
    use std::ptr::null_mut;

    use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};

    const SMALLEST: usize = 16;
    const CLASSES: usize = usize::BITS as usize;
    /// The first one holds a netlink socket's buffer. Pages that are never touched cost nothing.
    const CHUNK: usize = 512 * 1024;

    #[repr(C, align(4096))]
    struct First(UnsafeCell<[u8; CHUNK]>);
    // SAFETY: touched by the one thread alone, see below.
    unsafe impl Sync for First {}
    static FIRST: First = First(UnsafeCell::new([0; CHUNK]));

    pub struct Heap(UnsafeCell<State>);

    struct State {
        free: [*mut u8; CLASSES],
        next: *mut u8,
        left: usize,
        started: bool,
    }

    // SAFETY: ipso never starts a thread; a forked child has a copy of its own.
    unsafe impl Sync for Heap {}

    impl Heap {
        pub const fn new() -> Heap {
            let free = [null_mut(); CLASSES];
            Heap(UnsafeCell::new(State {
                free,
                next: null_mut(),
                left: 0,
                started: false,
            }))
        }

        /// A block of the size of its class; whether it is fresh, which is to say zero.
        fn take(&self, size: usize) -> (*mut u8, bool) {
            // SAFETY: one thread, and no reference into the state is held across calls.
            let state = unsafe { &mut *self.0.get() };
            let slot = &mut state.free[size.trailing_zeros() as usize];
            if !slot.is_null() {
                let block = *slot;
                // SAFETY: a free block holds the address of the next one.
                *slot = unsafe { block.cast::<*mut u8>().read() };
                return (block, false);
            }
            // Blocks start at multiples of their size, up to a page's.
            let mut skip = state.next.addr().wrapping_neg() & (size.min(4096) - 1);
            if state.left < skip + size {
                let chunk = size.max(CHUNK);
                state.next = if state.started || chunk > CHUNK {
                    map(chunk)
                } else {
                    FIRST.0.get().cast()
                };
                state.started = true;
                state.left = if state.next.is_null() { 0 } else { chunk };
                skip = 0;
            }
            let block = state.next.wrapping_add(skip);
            if state.left > 0 {
                state.next = block.wrapping_add(size);
                state.left -= skip + size;
            }
            (block, true)
        }
    }

    /// The power of two that holds the block.
    fn class(layout: Layout) -> usize {
        layout
            .size()
            .max(layout.align())
            .max(SMALLEST)
            .next_power_of_two()
    }

    fn map(size: usize) -> *mut u8 {
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new anonymous mapping disturbs no other memory.
        let block = unsafe { mmap_anonymous(null_mut(), size, access, MapFlags::PRIVATE) };
        block.map_or(null_mut(), |block| block.cast())
    }

    // SAFETY: each block is cut off a chunk once, and returns to the list of its own size.
    unsafe impl GlobalAlloc for Heap {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            self.take(class(layout)).0
        }

        unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
            let (block, fresh) = self.take(class(layout));
            if !fresh {
                // SAFETY: the block is at least that long.
                unsafe { block.write_bytes(0, layout.size()) };
            }
            block
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: as in `take`; the block is ours again and holds at least a pointer.
            unsafe {
                let slot = &mut (&mut *self.0.get()).free[class(layout).trailing_zeros() as usize];
                block.cast::<*mut u8>().write(*slot);
                *slot = block;
            }
        }

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            // SAFETY: the caller's promise: `size` with the same alignment is a valid layout.
            let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
            if class(layout) == class(wanted) {
                return block;
            }
            // SAFETY: both blocks are as long as what is copied, and they do not overlap.
            unsafe {
                let moved = self.alloc(wanted);
                if !moved.is_null() {
                    moved.copy_from_nonoverlapping(block, layout.size().min(size));
                    self.dealloc(block, layout);
                }
                moved
            }
        }
    }

    #[cfg(all(target_env = "musl", not(debug_assertions), not(test)))]
    #[global_allocator]
    static HEAP: Heap = Heap::new();

    #[cfg(test)]
    mod tests {
        use super::*;

        /// Many blocks of many sizes and alignments: each keeps its bytes until it is freed, none overlaps another.
        #[test]
        fn blocks_keep_their_bytes() {
            let heap = Heap::new();
            let mut blocks: Vec<(*mut u8, Layout, u8)> = Vec::new();
            let mut random = 12345u32;
            for round in 0..4_000u32 {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let size = 1usize << (random >> 28);
                let size =
                    (size + (random >> 8) as usize % size) * if round % 97 == 0 { 9 } else { 1 };
                let layout = Layout::from_size_align(size, 1 << (random >> 4 & 5)).unwrap();
                if blocks.len() > 200 || (random & 7) < 3 && !blocks.is_empty() {
                    let (block, layout, fill) =
                        blocks.swap_remove((random >> 12) as usize % blocks.len());
                    // SAFETY: the block is live and this long.
                    unsafe {
                        assert!((0..layout.size()).all(|n| block.add(n).read() == fill));
                        let size = layout.size() * 3 / 2;
                        let grown = heap.realloc(block, layout, size);
                        assert!((0..layout.size()).all(|n| grown.add(n).read() == fill));
                        heap.dealloc(
                            grown,
                            Layout::from_size_align(size, layout.align()).unwrap(),
                        );
                    }
                } else {
                    // SAFETY: the layout is not empty.
                    let block = unsafe { heap.alloc(layout) };
                    assert!(!block.is_null() && block.addr() % layout.align() == 0);
                    // SAFETY: the block is this long.
                    unsafe { block.write_bytes(round as u8, layout.size()) };
                    blocks.push((block, layout, round as u8));
                }
            }
        }
    }
}
