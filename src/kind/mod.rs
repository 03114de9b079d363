//! Kinds of link: tables of their options, a file a family, and what no table of a family can say. To add a kind, add a file with
//! its rows, and its line here and in [`table`].

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
