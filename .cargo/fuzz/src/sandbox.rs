//! Where inputs are tried: a thread whose system calls are not the machine's.
//!
//! A seccomp filter lets the thread use memory, wait for the next input, and die. All other calls, whatever they are, become a
//! SIGSYS, and its handler answers them from [`kernel`](crate::kernel) or refuses them. Behind that the whole process is in user,
//! network, mount, IPC and UTS namespaces of its own.

use crate::kernel::{self, Call};
use std::ffi::{CString, c_int, c_void};
use std::fs;
use std::io;
use std::os::fd::AsRawFd;
use std::panic;
use std::path::Path;
use std::ptr::{null, null_mut};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// The calls that the thread may make itself.
const ALLOWED: &[libc::c_long] = &[
    // Memory.
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_munmap,
    // Waiting for the other thread.
    libc::SYS_futex,
    libc::SYS_sched_yield,
    // Returning from the handler, and the end.
    libc::SYS_rt_sigreturn,
    libc::SYS_exit,
    libc::SYS_exit_group,
    // Who it is, which cannot fail.
    libc::SYS_getegid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getuid,
];

#[cfg(target_arch = "x86_64")]
const ARCH: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const ARCH: u32 = 0xc000_00b7;

/// The most address space of the process, in bytes.
const MEMORY: u64 = 2 << 30;

/// The whole process leaves the machine's namespaces. It has one thread yet.
pub fn leave_the_machine() {
    // SAFETY: calls without pointers.
    let (user, group) = unsafe { (libc::geteuid(), libc::getegid()) };
    let all = libc::CLONE_NEWUSER
        | libc::CLONE_NEWNET
        | libc::CLONE_NEWNS
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUTS;
    // SAFETY: takes a number.
    let done = unsafe { libc::unshare(all) };
    assert!(done == 0, "no namespaces: {}", io::Error::last_os_error());
    for (file, text) in [
        ("setgroups", "deny".to_owned()),
        ("uid_map", format!("0 {user} 1")),
        ("gid_map", format!("0 {group} 1")),
    ] {
        let path = format!("/proc/self/{file}");
        fs::write(&path, text).unwrap_or_else(|e| panic!("{path}: {e}"));
    }
}

/// Lets no allocation succeed that is larger than any that is needed: libFuzzer's own limit is for memory that is touched.
pub fn limit_memory() {
    let limit = libc::rlimit {
        rlim_cur: MEMORY,
        rlim_max: MEMORY,
    };
    // SAFETY: the limit lives during the call.
    let done = unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) };
    assert!(done == 0, "RLIMIT_AS: {}", io::Error::last_os_error());
}

/// The thread.
pub struct Worker {
    inputs: SyncSender<Vec<u8>>,
    /// Whether the input was survived.
    results: Mutex<Receiver<bool>>,
}

impl Worker {
    /// Starts the thread, which calls `body` with each input.
    pub fn start(body: fn(&[u8])) -> Worker {
        set_handler();
        let (inputs, next) = sync_channel::<Vec<u8>>(1);
        let (done, results) = sync_channel(1);
        // As much as a process has for its first thread.
        let builder = thread::Builder::new().stack_size(8 << 20);
        let thread = builder.spawn(move || {
            block_signals();
            filter();
            for input in next {
                let survived = panic::catch_unwind(|| body(&input)).is_ok();
                if done.send(survived).is_err() {
                    return;
                }
            }
        });
        thread.expect("a thread");
        Worker {
            inputs,
            results: Mutex::new(results),
        }
    }

    /// Hands an input to the thread and waits. False where it panics.
    pub fn run(&self, input: &[u8]) -> bool {
        self.inputs.send(input.to_vec()).expect("a thread");
        let results = self.results.lock().expect("no panic while it is held");
        results.recv().unwrap_or(false)
    }
}

/// libFuzzer's alarm is for the thread that waits.
fn block_signals() {
    // SAFETY: the set is filled before it is used.
    unsafe {
        let mut set = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        for signal in [libc::SIGALRM, libc::SIGINT, libc::SIGTERM, libc::SIGUSR1] {
            libc::sigaddset(&mut set, signal);
        }
        let done = libc::pthread_sigmask(libc::SIG_BLOCK, &set, null_mut());
        assert_eq!(done, 0);
    }
}

fn set_handler() {
    // SAFETY: the handler has the form that SA_SIGINFO asks for. It may allocate: a call that it answers is never made by an
    // allocator, whose own are allowed.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = answer as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_NODEFER;
        let done = libc::sigaction(libc::SIGSYS, &action, null_mut());
        assert_eq!(done, 0);
    }
}

/// Answers a call that the filter does not allow.
extern "C" fn answer(_: c_int, _: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the kernel hands the context over, in which the registers of the call are.
    unsafe {
        let context = &mut *context.cast::<libc::ucontext_t>();
        #[cfg(target_arch = "x86_64")]
        {
            let registers = &mut context.uc_mcontext.gregs;
            let args = [
                libc::REG_RDI,
                libc::REG_RSI,
                libc::REG_RDX,
                libc::REG_R10,
                libc::REG_R8,
                libc::REG_R9,
            ];
            let call = Call {
                number: registers[libc::REG_RAX as usize],
                args: args.map(|register| registers[register as usize] as usize),
            };
            registers[libc::REG_RAX as usize] = kernel::answer(&call) as i64;
        }
        #[cfg(target_arch = "aarch64")]
        {
            let registers = &mut context.uc_mcontext.regs;
            let call = Call {
                number: registers[8] as libc::c_long,
                args: [0, 1, 2, 3, 4, 5].map(|register| registers[register] as usize),
            };
            registers[0] = kernel::answer(&call) as u64;
        }
    }
}

/// From here on the thread has no other calls than those above.
fn filter() {
    let statement = |code: u32, k: u32| libc::sock_filter {
        code: code as u16,
        jt: 0,
        jf: 0,
        k,
    };
    let load = |offset| statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset);
    let give = |what| statement(libc::BPF_RET | libc::BPF_K, what);
    let unless_equal = |k: u32, skip: u8| libc::sock_filter {
        code: (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16,
        jt: 0,
        jf: skip,
        k,
    };
    // `struct seccomp_data`: number, architecture, u64 instruction pointer, u64 arguments.
    let (number, arch, first) = (
        0,
        4,
        if cfg!(target_endian = "little") {
            16
        } else {
            20
        },
    );
    let mut program = vec![load(arch), unless_equal(ARCH, 1), load(number)];
    // Behind the wrong architecture.
    program.insert(2, statement(libc::BPF_JMP | libc::BPF_JA, 1));
    program.insert(3, give(libc::SECCOMP_RET_TRAP));
    for call in ALLOWED {
        program.extend([unless_equal(*call as u32, 1), give(libc::SECCOMP_RET_ALLOW)]);
    }
    // A signal to its own process, as abort(3) sends it.
    program.extend([
        unless_equal(libc::SYS_tgkill as u32, 3),
        load(first),
        unless_equal(std::process::id(), 1),
        give(libc::SECCOMP_RET_ALLOW),
        give(libc::SECCOMP_RET_TRAP),
    ]);
    let list = libc::sock_fprog {
        len: program.len() as u16,
        filter: program.as_mut_ptr(),
    };
    // SAFETY: the program lives during the call, which copies it.
    unsafe {
        let done = libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        assert_eq!(done, 0, "PR_SET_NO_NEW_PRIVS");
        let done = libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, &list);
        assert_eq!(done, 0, "seccomp: {}", io::Error::last_os_error());
    }
}

/// Tries whether the thread is shut in, and whether what is tried there reaches the program. Ends the process if not.
pub fn check(worker: &Worker) {
    assert!(fs::exists(STATUS).unwrap_or(false), "no /proc");
    if !worker.run(kernel::CHECK) {
        eprintln!("{}", crate::said());
        std::process::exit(1);
    }
}

/// A file that everyone may read.
const STATUS: &str = "/proc/self/status";

/// What [`check`] has the thread do.
pub fn try_to_leave() {
    let path = CString::new(STATUS).expect("no NUL");
    let path = path.as_ptr();
    // SAFETY: they change nothing even where they succeed.
    unsafe {
        let refused = [
            libc::open(path, libc::O_RDONLY | libc::O_CLOEXEC),
            libc::unshare(libc::CLONE_FS),
            libc::mount(null(), c"/".as_ptr(), null(), libc::MS_PRIVATE, null()),
            libc::kill(libc::getpid(), 0),
            libc::dup(2),
            libc::access(path, libc::R_OK),
        ];
        assert_eq!(refused, [-1; 6], "not all is refused");
        let socket = libc::socket(libc::AF_NETLINK, libc::SOCK_RAW, 0);
        assert!(kernel::is_socket(socket), "a real socket");
    }
}

/// The input of the moment, in a file that is mapped: it is there whatever the process dies of. The first eight bytes are its
/// length.
pub struct Current {
    bytes: *mut u8,
}

// SAFETY: the mapping is there as long as the process.
unsafe impl Send for Current {}

impl Current {
    const SIZE: usize = 1 << 20;

    pub fn open(path: &Path) -> Current {
        let mut options = fs::File::options();
        let file = options.read(true).write(true).create(true).truncate(false);
        let file = file.open(path).expect("IPSO_FUZZ_CURRENT");
        file.set_len(Self::SIZE as u64).expect("room");
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let fd = file.as_raw_fd();
        // SAFETY: a new mapping disturbs no other memory.
        let bytes = unsafe { libc::mmap(null_mut(), Self::SIZE, access, libc::MAP_SHARED, fd, 0) };
        assert_ne!(bytes, libc::MAP_FAILED);
        Current {
            bytes: bytes.cast(),
        }
    }

    pub fn set(&mut self, input: &[u8]) {
        let len = input.len().min(Self::SIZE - 8);
        // SAFETY: both fit into the mapping.
        unsafe {
            self.bytes.cast::<u64>().write(len as u64);
            self.bytes
                .add(8)
                .copy_from_nonoverlapping(input.as_ptr(), len);
        }
    }
}
