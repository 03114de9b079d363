//! Netlink: the kernel's numbers, messages as bytes, and one blocking socket.

pub mod sock;
pub mod uapi;
pub mod wire;
