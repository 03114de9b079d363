//! The kernel's numbers, a file a header: those of `<linux/if_link.h>` are in `if_link.rs`. Each has the kernel's name
//! less a prefix: `br::PRIORITY` is IFLA_BR_PRIORITY, since the module `br` begins with `// prefix: IFLA_BR_`. A file
//! may also have constants outside of its modules: NETLINK_EXT_ACK is `netlink::EXT_ACK`. Those of can/netlink.rs are
//! in `can`.
//!
//! Modules stand in the order of their header. A number newer than Linux 6.1 says which version brought it.
//! tests/uapi.rs compares all with the headers of the package linux-libc-dev.
#![allow(missing_docs)]

pub mod amt;
mod batman_adv;
mod bpf;
pub mod can {
    mod netlink;
    pub use self::netlink::*;
}
mod fib_rules;
pub mod fou;
mod genetlink;
mod r#if;
mod if_addr;
mod if_addrlabel;
mod if_arp;
mod if_bonding;
mod if_bridge;
mod if_link;
mod if_macsec;
mod if_tun;
mod if_tunnel;
pub mod ila;
pub mod ioam6;
pub mod ioam6_iptunnel;
mod ip;
mod ip6_tunnel;
mod lwtunnel;
mod mpls;
pub mod mpls_iptunnel;
pub mod mptcp;
mod neighbour;
mod net_namespace;
mod netconf;
mod netfilter;
pub mod netlink;
mod nexthop;
pub mod nf_tables;
#[cfg(feature = "cni")]
pub mod nf_tables_compat;
mod nfnetlink;
#[cfg(feature = "cni")]
pub mod nfnetlink_conntrack;
pub mod rpl_iptunnel;
mod rtnetlink;
mod seg6;
pub mod seg6_iptunnel;
pub mod seg6_local;
mod socket;
pub mod tcp_metrics;
pub mod veth;
pub mod wwan;

pub use batman_adv::*;
pub use bpf::*;
pub use fib_rules::*;
pub use genetlink::*;
pub use r#if::*;
pub use if_addr::*;
pub use if_addrlabel::*;
pub use if_arp::*;
pub use if_bonding::*;
pub use if_bridge::*;
pub use if_link::*;
pub use if_macsec::*;
pub use if_tun::*;
pub use if_tunnel::*;
pub use ip::*;
pub use ip6_tunnel::*;
pub use lwtunnel::*;
pub use mpls::*;
pub use neighbour::*;
pub use net_namespace::*;
pub use netconf::*;
pub use netfilter::*;
pub use netlink::{nla, nlm_f, nlmsg, nlmsgerr_attr};
pub use nexthop::*;
pub use nfnetlink::*;
pub use rtnetlink::*;
pub use seg6::*;
pub use socket::*;
