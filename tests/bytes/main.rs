//! Bytes: command lines to netlink messages, and the kernel's messages to text and JSON. No kernel is asked.
//!
//! The data is in text files, a folder for each object. What a file has is said by the end of its name:
//!
//! - `requests.txt`: a command line and its message. `N` behind an attribute's number is `NLA_F_NESTED`, flags are in
//!   hexadecimal:
//!
//!   ```text
//!   link set d2 mtu 5 => type 16 fl 5 hdr 00000000<02000000>0000000000000000 attrs 4:<05000000>
//!   link set d2 mtu x => rc 255 Error: argument "x" is wrong: Invalid "mtu" value\n
//!   ```
//! - `options.txt`: options of the kind in the heading, the attributes of its data (`IFLA_INFO_DATA` or
//!   `IFLA_INFO_SLAVE_DATA`), and what `ip -d link` and `ip -d -j link` show of them:
//!
//!   ```text
//!   mode bridge => 1:<04000000> => mode bridge => {"mode":"bridge"}
//!   ```
//!
//!   The same of encapsulations, with the two attributes of a route; behind `|` are words that are left:
//!
//!   ```text
//!   mpls 100 | via 10.0.0.1 => 22N:<0800><0100>00064100 21:<0100> =>  encap mpls  100 => {"encap_type":"mpls","dst":"100"}
//!   ```
//! - `shown.txt`: the type of an encapsulation and its options as the kernel may send them, global options, and what is
//!   shown of them: `8 1:00000000 -j => {"encap_type":"rpl"}`.
//! - `changes.txt`: options that a link was made with, those that are set, and the attributes that are sent:
//!   `key 5 | ttl 5 => 4:00000005 …`.
//! - `details.txt`: options, and what `ip -d -d link` shows.
//! - `warnings.txt`: a command line and its warnings.
//! - `replies.txt`: a message of the kernel and what commands print of it:
//!
//!   ```text
//!   RTM_NEWLINK ifi_type ARPHRD_ETHER ifi_index 7 ifi_flags IFF_UP
//!       IFLA_IFNAME "x\0"
//!       IFLA_MTU u32 1500
//!       IFLA_LINKINFO
//!           IFLA_INFO_KIND "dummy"
//!   $ ip -br link
//!   | x                <UP>␣
//!   $ ip -j link
//!   | [{"ifindex":7,"ifname":"x","flags":["UP"],
//!   |   "mtu":1500}]
//!   ```
//! - `calls.txt`: a command line, and what it asks by ioctl(2): the argument, of several in front of each its name.
//! - `batches.txt`: options of isolate, and what is sent to nf_tables in hexadecimal, as a little-endian host has it.
//! - `rules.txt`: the same as expressions of each rule.
//! - `freed.txt`: a device, and what becomes of it when its namespace ends.
//!
//! In hexadecimal, a number in host order stands between `<` and `>` as a little-endian host has it. In a reply, `u8` to
//! `u64` and `s32` are numbers in host order and `be16` and `be32` in network order, each until another one; `hex` is
//! bytes, and `zeros 4` is four of them. `␣` is a blank at the end of a line, `\e` is the escape character, and `…` at the
//! end or the begin of an expectation is any text. JSON without `-p` is one line, broken here for readers.
//!
//! `# part: NAME…` in front of the first heading is for the whole file, behind a heading for its section: it is left out
//! where the program is built without one of these parts.

#[path = "../common/mod.rs"]
mod common;

mod addr;
mod check;
mod damage;
mod data;
#[cfg(feature = "encap")]
mod encap;
#[cfg(feature = "fou")]
mod fou;
mod kinds;
mod link;
#[cfg(feature = "multicast")]
mod maddress;
mod message;
#[cfg(feature = "mptcp")]
mod mptcp;
#[cfg(feature = "nat")]
mod nat;
#[cfg(feature = "neigh")]
mod neigh;
#[cfg(all(feature = "netns-extra", feature = "netns-wait"))]
mod netns;
#[cfg(feature = "nexthop")]
mod nexthop;
mod parts;
mod route;
#[cfg(feature = "rule")]
mod rule;
#[cfg(feature = "xstats")]
mod stats;
mod support;
#[cfg(feature = "tcp-metrics")]
mod tcp_metrics;
#[cfg(feature = "tunables")]
mod tunables;
#[cfg(feature = "ip-tunnel")]
mod tunnel;
#[cfg(feature = "tuntap")]
mod tuntap;
