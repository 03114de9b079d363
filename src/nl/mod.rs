//! Netlink: the kernel's numbers, messages as bytes, and one blocking socket.

#[cfg(feature = "monitor")]
pub mod events;
#[cfg(any(feature = "fou", feature = "mptcp", feature = "tcp-metrics"))]
pub mod genl;
#[cfg(any(feature = "nat", feature = "cni"))]
pub mod nft;
#[cfg(any(feature = "nat", feature = "cni"))]
pub mod packet;
pub mod sock;
pub mod uapi;
pub mod wire;
