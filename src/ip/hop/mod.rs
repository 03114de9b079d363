//! What routes and nexthops have in common: a gateway, a device, flags, realms, and an encapsulation. No command of its own.

#[cfg(any(feature = "route-extra", feature = "nexthop"))]
pub mod object;
pub mod parse;
pub mod show;
pub mod vrf;

#[cfg(feature = "encap")]
pub use crate::ip::encap;
