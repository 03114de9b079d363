//! Kinds of link. A kind is a table of options, one row for each; [`row`](crate::row) says what a row is.
//!
//! A file has a family of kinds: their rows, the functions for options that no type fits, and the list `KINDS`. To add
//! a kind takes such a file, the kernel's numbers in `nl::uapi`, a line in the list of modules below, one in [`table`],
//! and one in `vocabulary`. This is all of a kind of ten options:
//!
//! ```ignore
//! //! ring: a ring of links.
//!
//! use crate::kind::kind::{COMMAND, Kind};
//! use crate::nl::uapi::ring;
//! use crate::options;
//! use crate::row::declare::*;
//!
//! /// The kind ring.
//! pub static KINDS: &[Kind] = &[Kind::new(c"ring", COMMAND, RING).wrong(c"invalid %")];
//!
//! options! {
//!     /// A ring, in the order in which `-d` shows its options.
//!     RING {
//!         ring::ID => U32, word: "id", twice: Duplicate;
//!         ring::PORT1 => DEVICE, word: "port1";
//!         ring::PORT2 => DEVICE, word: "port2";
//!         ring::MODE => WORD8, exact: "mode", values: "auto master=4 client";
//!         ring::PRIORITY => U16, exact: "priority,prio", show: NonZero;
//!         ring::VLAN_PROTO => ETHERTYPE, exact: "vlan_protocol", wrong: "not an ethertype";
//!         ring::MAC => MAC, exact: "address";
//!         ring::REMOTE => IPV4, exact: "remote";
//!         ring::LEARNING => TOGGLE_ON, exact: "[no]learning";
//!         ring::STATE => SHOWN_AS_WORD, name: "state", values: "IDLE PENDING CLOSED";
//!     }
//! }
//! ```
//!
//! With that `ip link add r0 type ring id 7 port1 eth0 nolearning` works, as do `ip -d link`, `-j`, and `ip link help
//! ring`.

#[allow(clippy::module_inception, reason = "the file of the type Kind")]
pub mod kind;
pub mod table;

#[cfg(feature = "overlay")]
mod amt;
mod bare;
#[cfg(feature = "overlay")]
mod bareudp;
#[cfg(feature = "kinds")]
mod batadv;
#[cfg(feature = "bond")]
mod bond;
mod bridge;
#[cfg(feature = "can")]
pub mod can;
#[cfg(feature = "kinds")]
mod dsa;
#[cfg(feature = "overlay")]
mod geneve;
#[cfg(feature = "tunnel")]
mod gre;
#[cfg(feature = "overlay")]
mod gtp;
#[cfg(feature = "kinds")]
mod hsr;
#[cfg(feature = "kinds")]
mod ipoib;
#[cfg(feature = "tunnel")]
mod iptun;
#[cfg(feature = "kinds")]
mod ipvlan;
#[cfg(feature = "macsec")]
mod macsec;
mod macvlan;
#[cfg(feature = "kinds")]
mod netkit;
#[cfg(feature = "overlay")]
mod overlay;
#[cfg(feature = "kinds")]
mod ovpn;
mod pair;
#[cfg(feature = "kinds")]
mod rmnet;
#[cfg(feature = "kinds")]
mod tun;
#[cfg(feature = "tunnel")]
mod tunnel;
mod vlan;
#[cfg(feature = "kinds")]
mod vrf;
#[cfg(feature = "tunnel")]
mod vti;
#[cfg(feature = "overlay")]
mod vxlan;
#[cfg(feature = "kinds")]
mod wwan;
#[cfg(feature = "kinds")]
mod xfrm;
