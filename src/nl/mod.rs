//! Netlink: the kernel's numbers, messages as bytes, and one blocking socket.

pub mod sock;
pub mod uapi;
mod uapi_kinds;
mod uapi_masters;
mod uapi_overlay;
mod uapi_tunnels;
pub mod wire;
