//! Interfaces as the kernel reports them: what `ip link`, `ip address` and `-echo` read and print. No command of its
//! own.

pub mod columns;
mod details;
pub mod dump;
mod event;
pub mod filter;
mod lladdr;
mod protodown;
#[cfg(feature = "xdp")]
pub mod reasons;
pub mod record;
mod rows;
pub mod show;
mod state;
#[cfg(feature = "stats")]
pub mod stats;
#[cfg(feature = "vf")]
mod vf;
pub mod view;
#[cfg(feature = "xdp")]
mod xdp;
