//! Interfaces as the kernel reports them: what `ip link`, `ip address` and `-echo` read and print. No command of its
//! own.

pub mod columns;
mod details;
pub mod dump;
#[cfg(feature = "monitor")]
mod event;
pub mod filter;
pub mod lladdr;
mod protodown;
#[cfg(feature = "xdp")]
pub mod reasons;
pub mod record;
mod rows;
pub mod show;
mod state;
#[cfg(any(feature = "stats", feature = "xstats"))]
pub mod stats;
#[cfg(feature = "vf")]
mod vf;
pub mod view;
#[cfg(feature = "xdp")]
mod xdp;
