//! Addresses of interfaces as the kernel reports them, IPv4 and IPv6: what `ip address` and `ip link wait` read. No
//! command of its own.

pub mod dump;
pub mod filter;
pub mod flags;
mod glob;
pub mod record;
pub mod show;
