//! Receiving many datagrams of a netlink socket at once.

use std::ffi::c_int;
use std::os::fd::{AsRawFd, BorrowedFd};

use super::call::call;

/// How many datagrams are received at once.
const SLOTS: usize = 16;

/// The longest datagram: that of a route with very many nexthops. Pages that are not written to take no memory.
const SIZE: usize = 128 * 1024;

/// A datagram.
pub struct Datagram<'a> {
    /// Its bytes, fewer than there were if `is_cut`.
    pub bytes: &'a [u8],
    /// It was longer than any message is expected to be.
    pub is_cut: bool,
    /// The port of its sender.
    pub port: u32,
    /// The id of the network namespace that it is about, if that is another than the socket's.
    pub nsid: Option<i32>,
}

/// Waits for a datagram, and hands it on with those that have come as well. The buffer is kept for the next call. Returns
/// whether no more had come.
pub fn receive_many(
    fd: BorrowedFd<'_>,
    buf: &mut Vec<u8>,
    each: &mut dyn FnMut(Datagram<'_>),
) -> rustix::io::Result<bool> {
    // `struct sockaddr_nl`: family, port, groups.
    let mut senders = [[0u32; 3]; SLOTS];
    // `struct cmsghdr`: a long, level, type; and an int.
    let mut controls = [[0u32; 8]; SLOTS];
    buf.reserve(SLOTS * SIZE);
    let start = buf.as_mut_ptr();
    // SAFETY: zeros are valid for integers, and for pointers that may be null.
    let mut parts: [libc::iovec; SLOTS] = unsafe { std::mem::zeroed() };
    // SAFETY: the same.
    let mut heads: [libc::mmsghdr; SLOTS] = unsafe { std::mem::zeroed() };
    for slot in 0..SLOTS {
        // Inside the buffer, which has room for all.
        parts[slot].iov_base = start.wrapping_add(slot * SIZE).cast();
        parts[slot].iov_len = SIZE;
        let head = &mut heads[slot].msg_hdr;
        head.msg_name = senders[slot].as_mut_ptr().cast();
        head.msg_namelen = size_of_val(&senders[slot]) as libc::socklen_t;
        head.msg_iov = &raw mut parts[slot];
        head.msg_iovlen = 1;
        head.msg_control = controls[slot].as_mut_ptr().cast();
        head.msg_controllen = size_of_val(&controls[slot]) as _;
    }
    let args = [
        fd.as_raw_fd() as usize,
        heads.as_mut_ptr() as usize,
        SLOTS,
        libc::MSG_WAITFORONE as usize,
        0,
    ];
    // SAFETY: the kernel writes into what the heads point to, all of which lives here, and no more than their lengths.
    let count = unsafe { call(libc::SYS_recvmmsg, args) }?;
    for slot in 0..count.min(SLOTS) {
        let len = (heads[slot].msg_len as usize).min(SIZE);
        // SAFETY: the kernel has written these bytes of the buffer, which is not touched meanwhile.
        let bytes = unsafe { std::slice::from_raw_parts(start.wrapping_add(slot * SIZE), len) };
        let [level, kind, nsid] = {
            let at = size_of::<usize>() / 4;
            [0, 1, 2].map(|n| controls[slot][at + n] as c_int)
        };
        let has_nsid = level == libc::SOL_NETLINK && kind == libc::NETLINK_LISTEN_ALL_NSID;
        each(Datagram {
            bytes,
            is_cut: heads[slot].msg_hdr.msg_flags & libc::MSG_TRUNC != 0,
            port: senders[slot][1],
            nsid: has_nsid.then_some(nsid),
        });
    }
    Ok(count < SLOTS)
}
