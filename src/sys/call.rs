//! System calls that rustix lacks, made without the C library: its own way leaves the errno in thread-local storage, which the
//! product does not have, and in two kilobytes of code.

use std::ffi::c_long;

use rustix::io::Errno;

/// Makes a system call of up to five arguments. Returns what the kernel returns, or its errno.
///
/// # Safety
/// As the system call: what an argument points to is as long as the kernel takes it to be, and lives as long as the kernel
/// uses it.
#[inline(always)]
pub unsafe fn call<const N: usize>(number: c_long, args: [usize; N]) -> Result<usize, Errno> {
    const { assert!(N <= 5) };
    let mut five = [0; 5];
    five[..N].copy_from_slice(&args);
    // SAFETY: the caller's promise.
    match unsafe { raw(number, five) } {
        // The kernel's MAX_ERRNO.
        error @ -4095..0 => Err(Errno::from_raw_os_error(-error as i32)),
        value => Ok(value as usize),
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn raw(number: c_long, [a, b, c, d, e]: [usize; 5]) -> isize {
    let value;
    // SAFETY: the caller's promise; syscall changes rcx and r11.
    unsafe {
        std::arch::asm!(
            "syscall",
            inlateout("rax") number as usize => value,
            in("rdi") a,
            in("rsi") b,
            in("rdx") c,
            in("r10") d,
            in("r8") e,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        )
    };
    value
}

#[cfg(target_arch = "aarch64")]
#[inline(always)]
unsafe fn raw(number: c_long, [a, b, c, d, e]: [usize; 5]) -> isize {
    let value;
    // SAFETY: the caller's promise.
    unsafe {
        std::arch::asm!(
            "svc 0",
            in("x8") number as usize,
            inlateout("x0") a => value,
            in("x1") b,
            in("x2") c,
            in("x3") d,
            in("x4") e,
            options(nostack),
        )
    };
    value
}

#[cfg(target_arch = "arm")]
#[inline(always)]
unsafe fn raw(number: c_long, [a, b, c, d, e]: [usize; 5]) -> isize {
    let value;
    // SAFETY: the caller's promise; r7, which Thumb code has as its frame pointer, is given back.
    unsafe {
        std::arch::asm!(
            "mov {saved}, r7",
            "mov r7, {number}",
            "svc 0",
            "mov r7, {saved}",
            saved = out(reg) _,
            number = in(reg) number as usize,
            inlateout("r0") a => value,
            in("r1") b,
            in("r2") c,
            in("r3") d,
            in("r4") e,
            options(nostack),
        )
    };
    value
}

#[cfg(target_arch = "x86")]
unsafe fn raw(number: c_long, args: [usize; 5]) -> isize {
    let value;
    // SAFETY: the caller's promise; ebx and esi, which LLVM keeps for itself, are given back.
    unsafe {
        std::arch::asm!(
            "push ebx",
            "push esi",
            "mov ebx, [edi]",
            "mov ecx, [edi + 4]",
            "mov edx, [edi + 8]",
            "mov esi, [edi + 12]",
            "mov edi, [edi + 16]",
            "int 0x80",
            "pop esi",
            "pop ebx",
            inlateout("eax") number as usize => value,
            inlateout("edi") args.as_ptr() => _,
            out("ecx") _,
            out("edx") _,
        )
    };
    value
}

#[cfg(target_arch = "riscv64")]
#[inline(always)]
unsafe fn raw(number: c_long, [a, b, c, d, e]: [usize; 5]) -> isize {
    let value;
    // SAFETY: the caller's promise.
    unsafe {
        std::arch::asm!(
            "ecall",
            in("a7") number as usize,
            inlateout("a0") a => value,
            in("a1") b,
            in("a2") c,
            in("a3") d,
            in("a4") e,
            options(nostack),
        )
    };
    value
}

#[cfg(target_arch = "s390x")]
#[inline(always)]
unsafe fn raw(number: c_long, [a, b, c, d, e]: [usize; 5]) -> isize {
    let value;
    // SAFETY: the caller's promise.
    unsafe {
        std::arch::asm!(
            "svc 0",
            in("r1") number as usize,
            inlateout("r2") a => value,
            in("r3") b,
            in("r4") c,
            in("r5") d,
            in("r6") e,
            options(nostack),
        )
    };
    value
}

/// Stable Rust has no assembly for mips.
#[cfg(all(own_start, target_arch = "mips64"))]
#[inline(always)]
unsafe fn raw(number: c_long, [a, b, c, d, e]: [usize; 5]) -> isize {
    let (value, failed): (isize, usize);
    // SAFETY: the caller's promise; the kernel keeps $16 to $23, and says in $7 whether it failed.
    unsafe {
        std::arch::asm!(
            "syscall",
            inlateout("$2") number as usize => value,
            in("$4") a,
            in("$5") b,
            in("$6") c,
            inlateout("$7") d => failed,
            inlateout("$8") e => _,
            // It changes no more than a function does; `hi` and `lo`, which cannot be named here, it keeps.
            lateout("$3") _,
            lateout("$9") _,
            lateout("$10") _,
            lateout("$11") _,
            lateout("$12") _,
            lateout("$13") _,
            lateout("$14") _,
            lateout("$15") _,
            lateout("$24") _,
            lateout("$25") _,
            options(nostack),
        )
    };
    if failed == 0 { value } else { -value }
}

/// The C library's, for processors without lines of their own.
#[cfg(not(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    target_arch = "arm",
    target_arch = "x86",
    target_arch = "riscv64",
    target_arch = "s390x",
    all(own_start, target_arch = "mips64"),
)))]
unsafe fn raw(number: c_long, [a, b, c, d, e]: [usize; 5]) -> isize {
    // SAFETY: the caller's promise.
    match unsafe { libc::syscall(number, a, b, c, d, e) } {
        -1 => {
            -(std::io::Error::last_os_error()
                .raw_os_error()
                .unwrap_or(libc::EINVAL) as isize)
        }
        value => value as isize,
    }
}
