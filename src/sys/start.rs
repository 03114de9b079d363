//! Where the kernel enters the product. The C library's own start is left out: it would prepare threads, thread-local storage
//! and a random number, with two system calls, and nothing here needs them. What remains of the C library is `memcpy` and its
//! like. So the product has no thread-local variables (its linker script refuses them), no errno, and no constructors.

use std::ffi::{c_char, c_int};

use super::call::call;

unsafe extern "C" {
    /// What `c_main!` defines.
    fn main(argc: c_int, argv: *const *const c_char) -> c_int;
}

/// The kernel puts argc, argv, a NULL, the environment and another NULL on the stack, and aligns it to 16 bytes.
///
/// # Safety
/// `stack` is what the stack pointer was at the first instruction.
unsafe extern "C" fn enter(stack: *const usize) -> ! {
    // SAFETY: that is what the kernel puts there, and it stays there.
    let status = unsafe { main(*stack as c_int, stack.add(1).cast()) };
    loop {
        // SAFETY: nothing is left to be done with this process's memory.
        let _ = unsafe { call(libc::SYS_exit_group, [status as usize]) };
    }
}

/// What the standard library closes a descriptor with. The C library's leaves an errno.
///
/// # Safety
/// The caller owns the descriptor, and gives it up.
#[unsafe(no_mangle)]
unsafe extern "C" fn close(fd: c_int) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { call(libc::SYS_close, [fd as usize]) } {
        Ok(_) => 0,
        Err(_) => -1,
    }
}

#[cfg(target_arch = "x86_64")]
std::arch::global_asm!(
    ".globl _start",
    "_start:",
    "mov rdi, rsp",
    "call {enter}",
    enter = sym enter,
);

#[cfg(target_arch = "aarch64")]
std::arch::global_asm!(
    ".globl _start",
    "_start:",
    "mov x0, sp",
    "b {enter}",
    enter = sym enter,
);

#[cfg(target_arch = "arm")]
std::arch::global_asm!(
    ".globl _start",
    ".type _start, %function",
    "_start:",
    "mov r0, sp",
    "bl {enter}",
    enter = sym enter,
);

// The argument is on the stack, and the stack is aligned below it.
#[cfg(target_arch = "x86")]
std::arch::global_asm!(
    ".globl _start",
    "_start:",
    "mov eax, esp",
    "sub esp, 12",
    "push eax",
    "call {enter}",
    enter = sym enter,
);

// No linker refers to anything by gp where `__global_pointer$` is not defined.
#[cfg(target_arch = "riscv64")]
std::arch::global_asm!(
    ".globl _start",
    "_start:",
    "mv a0, sp",
    "tail {enter}",
    enter = sym enter,
);

// A function may save registers in the 160 bytes above its stack pointer.
#[cfg(target_arch = "s390x")]
std::arch::global_asm!(
    ".globl _start",
    "_start:",
    "lgr %r2, %r15",
    "aghi %r15, -160",
    "brasl %r14, {enter}",
    enter = sym enter,
);

// A function finds its own address in $25.
#[cfg(target_arch = "mips64")]
std::arch::global_asm!(
    ".globl _start",
    "_start:",
    "move $4, $29",
    "lui $25, %hi({enter})",
    "addiu $25, $25, %lo({enter})",
    "jr $25",
    "nop",
    enter = sym enter,
);
