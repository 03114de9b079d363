//! What a mount namespace has, without the text of /proc (Linux 6.8): statx(2), listmount(2), statmount(2).

use std::ffi::{CStr, c_long};

use super::call::call;

/// Where the numbers of system calls begin, which is not 0 on mips.
const FIRST: c_long = libc::SYS_statx / 1000 * 1000;
/// Numbers that are the same on every machine, counted from there.
const STATMOUNT: c_long = FIRST + 457;
const LISTMOUNT: c_long = FIRST + 458;
/// Asks statx(2) for an id that is never used again (`<linux/stat.h>`).
const STATX_MNT_ID_UNIQUE: usize = 0x4000;
/// Asks listmount(2) for all mounts of the mount namespace.
const LSMT_ROOT: u64 = u64::MAX;
/// Asks statmount(2) for the settings of a mount (`<linux/mount.h>`).
const STATMOUNT_MNT_BASIC: u64 = 0x2;
/// Where a `struct statmount` has them: attributes, propagation, peer group, master.
const SETTINGS: [usize; 4] = [64, 72, 80, 88];
/// Asks statmount(2) where a mount is.
const STATMOUNT_MNT_POINT: u64 = 0x10;
/// Where a `struct statmount` says at which of its strings' bytes the mount point begins, and where the strings begin.
const MNT_POINT: usize = 108;
const STRINGS: usize = 512;

/// A `struct mnt_id_req` of `<linux/mount.h>`.
#[repr(C)]
struct Request {
    size: u32,
    spare: u32,
    mount: u64,
    param: u64,
}

impl Request {
    fn new(mount: u64, param: u64) -> Request {
        Request {
            size: size_of::<Request>() as u32,
            spare: 0,
            mount,
            param,
        }
    }
}

/// The id of the mount that is to be seen at a path; 0 where there is nothing, or the kernel has no such ids.
pub fn mount_id(path: &CStr) -> u64 {
    // A `struct statx`, which begins with what it has, and has the id after 144 bytes.
    let mut status = [0u64; 32];
    let args = [
        libc::AT_FDCWD as usize,
        path.as_ptr() as usize,
        0,
        STATX_MNT_ID_UNIQUE,
        status.as_mut_ptr() as usize,
    ];
    // SAFETY: the kernel reads the path and writes 256 bytes.
    let done = unsafe { call(libc::SYS_statx, args) };
    let [mask, _]: [u32; 2] = halves(status[0]);
    let known = done.is_ok() && mask as usize & STATX_MNT_ID_UNIQUE != 0;
    if known { status[18] } else { 0 }
}

/// Two numbers of 32 bits, in the order in which they lie.
fn halves(n: u64) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = n.to_ne_bytes();
    [[a, b, c, d], [e, f, g, h]].map(u32::from_ne_bytes)
}

/// The id of a mount below another, the first that is greater than `after`; 0 if there is no more. `None` where the
/// kernel does not tell, or there is no such mount.
pub fn next_below(mount: u64, after: u64) -> Option<u64> {
    let mut id = [0];
    list_below(mount, after, &mut id)?;
    Some(id[0])
}

/// The greatest id of the mounts below another; its own if there are none.
// Its buffer is not to be part of another function's frame.
#[inline(never)]
pub fn last_below(mount: u64) -> u64 {
    let mut last = mount;
    let mut ids = [0; 64];
    while let Some(count @ 1..) = list_below(mount, last, &mut ids) {
        last = ids[count - 1];
    }
    last
}

/// Goes through the ids of all mounts that this process can see; false where the kernel does not tell.
pub fn each_mount(each: &mut dyn FnMut(u64)) -> bool {
    let mut last = 0;
    let mut ids = [0; 64];
    while let Some(count) = list_below(LSMT_ROOT, last, &mut ids) {
        if count == 0 {
            return true;
        }
        for id in &ids[..count] {
            each(*id);
        }
        last = ids[count - 1];
    }
    false
}

/// What a mount is set to: attributes, propagation, peer group and master; zeros if it is not there any more.
pub fn settings_of(mount: u64) -> [u64; 4] {
    let mut status = [0u8; STRINGS];
    stat_mount(mount, STATMOUNT_MNT_BASIC, &mut status);
    SETTINGS.map(|at| {
        let bytes = status[at..].first_chunk().copied();
        u64::from_ne_bytes(bytes.unwrap_or_default())
    })
}

/// Writes what the kernel has of a mount, as `mask` asks: a `struct statmount`, with its strings behind it.
fn stat_mount(mount: u64, mask: u64, status: &mut [u8]) -> bool {
    let request = Request::new(mount, mask);
    let args = [
        &raw const request as usize,
        status.as_mut_ptr() as usize,
        status.len(),
        0,
    ];
    // SAFETY: the kernel reads the request and writes into `status`.
    unsafe { call(STATMOUNT, args) }.is_ok()
}

/// Writes the ids of the mounts below another that are greater than `after`, the least first; how many, which is all or
/// as many as there is room for.
fn list_below(mount: u64, after: u64, ids: &mut [u64]) -> Option<usize> {
    let request = Request::new(mount, after);
    let args = [
        &raw const request as usize,
        ids.as_mut_ptr() as usize,
        ids.len(),
        0,
    ];
    // SAFETY: the kernel reads the request and writes no more ids than there is room for.
    unsafe { call(LISTMOUNT, args) }.ok()
}

/// Where a mount is, as this process sees it; false if it is not there any more.
// Its buffer is not to be part of another function's frame.
#[inline(never)]
pub fn place_of(mount: u64, place: &mut Vec<u8>) -> bool {
    // Room for the longest path.
    let mut status = [0u8; STRINGS + libc::PATH_MAX as usize];
    let done = stat_mount(mount, STATMOUNT_MNT_POINT, &mut status);
    let start = status[MNT_POINT..].first_chunk().copied();
    let start = STRINGS + u32::from_ne_bytes(start.unwrap_or_default()) as usize;
    let strings = status.get(start..).unwrap_or_default();
    place.clear();
    place.extend(strings.iter().take_while(|byte| **byte != 0));
    done
}
