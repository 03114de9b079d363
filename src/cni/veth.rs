//! The pair of `bridge` and `ptp`: one end in each namespace, made in place by one message.

use rustix::fs::OFlags;

use crate::args::lladdr;
use crate::cni::call::Call;
use crate::cni::protocol::{Answer, Fault};
use crate::cni::sides::{self, Link, Sides, add_numbers, begin_link, by_index, end_link, find_or};
use crate::cni::texts::Text;
use crate::files;
use crate::names::ifinfo;
use crate::nl::uapi::{iff, ifla, veth};
use crate::sys;
use crate::text::hexadecimal;

/// How often a name may be taken.
const TURNS: u32 = 10;

/// The MTU that the configuration says, or 0.
pub fn mtu(call: &Call) -> u32 {
    call.u32_of(call.config, "mtu")
}

/// The link-layer address that is asked for: by the runtime, or else by the configuration's `args`, or by `CNI_ARGS`.
pub fn wanted_mac(call: &Call) -> Text {
    let mut words = [&b""[..]; 3];
    call.read_args(&["MAC"], &mut words[2..]);
    words[1] = call.text_of(call.config_args(), "mac");
    words[0] = call.text_of(call.runtime(), "mac");
    for word in words {
        if !word.is_empty() {
            return named_mac(call, word);
        }
    }
    b""
}

/// The link-layer address that a word is; none if it is empty.
pub fn named_mac(call: &Call, word: &[u8]) -> Text {
    if word.is_empty() {
        return b"";
    }
    match lladdr(word) {
        Ok(mac) => mac.leak(),
        Err(_) => {
            call.refuse("invalid MAC address %", word);
            b""
        }
    }
}

/// What a pair is to be.
pub struct Pair<'p> {
    /// The name of the end that has the address.
    pub name: &'p [u8],
    /// Whether that is inside; else both ends are outside.
    pub is_inside: bool,
    /// In bytes, or 0.
    pub mtu: u32,
    /// The link-layer address of the end with the name; empty for one of the kernel's choice.
    pub mac: &'p [u8],
    /// The index of the bridge that the other end is a port of, or 0.
    pub master: u32,
}

/// Makes a pair: the end with the name, and outside a `veth` with eight digits, up. Returns the latter first.
pub fn make(sides: &mut Sides, pair: &Pair) -> Answer<[&'static Link; 2]> {
    for _ in 0..TURNS {
        let mut name = b"veth".to_vec();
        hexadecimal(&mut name, random().into(), 8);
        let name: Text = name.leak();
        let (mut msg, ends) = begin_link(name, b"veth", iff::UP);
        let peer = msg.open();
        msg.raw(&ifinfo(0, 0, 0, 0));
        msg.str(ifla::IFNAME, pair.name);
        add_numbers(&mut msg, &[(ifla::MTU, pair.mtu)]);
        // As the reference plugins have it. The kernel keeps no queue for it anyway.
        msg.u32(ifla::TXQLEN, 0);
        if !pair.mac.is_empty() {
            msg.bytes(ifla::ADDRESS, pair.mac);
        }
        if pair.is_inside {
            msg.u32(ifla::NET_NS_FD, sides.netns());
        }
        msg.close(peer, veth::PEER);
        end_link(&mut msg, ends);
        msg.u32(ifla::TXQLEN, 0);
        add_numbers(
            &mut msg,
            &[(ifla::MTU, pair.mtu), (ifla::MASTER, pair.master)],
        );
        match sides::send(&mut sides.outside, msg) {
            Err(fault) if fault.errno() == libc::EEXIST => {}
            Err(fault) => return Err(fault.context("failed to make veth pair", b"")),
            Ok(()) => {
                // A container is no router of this machine's.
                let _ = sides::set("ipv6/conf/%/accept_ra", name, b"0");
                return ends_of(sides, pair.name, pair.is_inside);
            }
        }
    }
    Err(Fault::other("failed to make veth pair", b""))
}

/// Four bytes that nobody can foresee; without /dev/urandom the time.
fn random() -> u32 {
    let file = files::open(c"/dev/urandom", OFlags::RDONLY);
    let mut bytes = [0; 4];
    match file.and_then(|file| rustix::io::read(file, &mut bytes)) {
        Ok(4) => u32::from_ne_bytes(bytes),
        _ => sys::clock(libc::CLOCK_MONOTONIC) as u32,
    }
}

/// Both ends of a pair: the one that is outside anyway, and the one with this name.
fn ends_of(sides: &mut Sides, name: &[u8], is_inside: bool) -> Answer<[&'static Link; 2]> {
    let names = if is_inside {
        &mut sides.inside
    } else {
        &mut sides.outside
    };
    let named = find_or(names, name, "% is gone")?;
    match by_index(&mut sides.outside, named.lower)? {
        // Its kind, and that it leads back, tell it from a link that has the index by chance.
        Some(other) if other.is(b"veth") && other.lower == named.index => Ok([other, named]),
        _ => Err(Fault::other("% is gone", name)),
    }
}

/// Whether the pair is there, of CHECK.
pub fn check(sides: &mut Sides, link: &Link) -> Answer<&'static Link> {
    if !link.is(b"veth") {
        return Err(Fault::other("% is no veth", link.name));
    }
    ends_of(sides, link.name, true).map(|[outside, _]| outside)
}
