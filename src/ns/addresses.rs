//! The network and the addresses of a tunnel, and what addresses and routes there are already.

use crate::args::Prefix;
use crate::error::{Error, Result};
use crate::names::Names;
use crate::nl::uapi::{af, ifa, rt_scope, rt_table, rta, rtm};
use crate::nl::wire::{Attrs, Message, Msg};

/// How often a dump is asked for again that has changed under way.
const TURNS: u32 = 8;

/// Asks until what is dumped has not changed under way, and nothing of it was lost; `each` may see a part of it before
/// that.
pub fn dump(names: &mut Names, msg: &mut Msg, each: &mut dyn FnMut(Message<'_>)) -> Result<()> {
    for _ in 0..TURNS {
        let done = names.socket()?.dump(msg, &mut |message| {
            each(message);
            Ok(())
        });
        match done {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            // After a loss the socket is busy until the rest has come.
            Err(e) if matches!(e.errno(), libc::ENOBUFS | libc::EBUSY) => {}
            Err(e) => return Err(e),
        }
    }
    let text = "Dump was interrupted and may be inconsistent.";
    Err(Error::refused(text, b""))
}

/// `struct rtmsg` of `<linux/rtnetlink.h>`, for any destination.
pub fn rtmsg(family: u8, table: u8, protocol: u8, kind: u8) -> [u8; 12] {
    let mut head = [0; 12];
    head[0] = family;
    head[4..8].copy_from_slice(&[table, protocol, rt_scope::UNIVERSE, kind]);
    head
}

/// Whether a namespace has a default route, of whatever metric.
pub fn has_default(family: u8, names: &mut Names) -> Result<bool> {
    let mut found = false;
    let mut msg = Msg::new(rtm::GETROUTE, 0, &rtmsg(family, 0, 0, 0));
    dump(names, &mut msg, &mut |message| {
        // A route of the main table that leads everywhere, or says that nothing does. A `struct rtmsg`: family, lengths
        // of destination and source, type of service, table, ...
        found |= matches!(message.body, [_, 0, 0, 0, rt_table::MAIN, ..])
            && message.kind == rtm::NEWROUTE;
    })?;
    Ok(found)
}

/// Chooses the two addresses: the first two that a host can have in the network; if the address of the network is a
/// host's itself, that one and the next, or at the end of the network the one before. False if there are none.
pub fn choose_addresses(network: &Prefix, near: &mut [u8; 16], far: &mut [u8; 16]) -> bool {
    let width = network.bytes().len();
    let len = usize::from(network.len);
    let room = 8 * width - len;
    near[..width].copy_from_slice(network.bytes());
    // Whether the host's part has these bits.
    let host_is = |address: &[u8; 16], bits: u8| {
        (len..len + room).all(|bit| (address[bit / 8] ^ bits) << (bit % 8) & 0x80 == 0)
    };
    // A network of two has neither an address of its own nor one for all (RFC 3021, RFC 6164); IPv6 has none for all.
    let has_own = room > 1;
    let has_broadcast = has_own && width == 4;
    if room == 0 || has_broadcast && host_is(near, 0xff) {
        return false;
    }
    let step = |address: &mut [u8; 16], by: u8| {
        for byte in address[..width].iter_mut().rev() {
            *byte = byte.wrapping_add(by);
            // The next byte has to be changed where this one begins anew.
            if *byte != if by == 1 { 0 } else { 0xff } {
                break;
            }
        }
    };
    if has_own && host_is(near, 0) {
        step(near, 1);
    }
    *far = *near;
    step(far, 1);
    if host_is(near, 0xff) || has_broadcast && host_is(far, 0xff) {
        *far = *near;
        step(far, 0xff);
    }
    true
}

/// The network in which free ones are looked for, 10.1.0.0/16.
const POOL: u32 = 0x0a01_0000;

/// The third byte of the first free /24 of 10.1.0.0/16, which neither side has an address in or a route to; 10.1.1.0/24
/// is the first, 10.1.0.0/24 the last.
pub fn find_free(near: &mut Names, far: &mut Names) -> Result<u8> {
    let mut taken = [false; 256];
    for names in [near, far] {
        let head = rtmsg(af::INET, 0, 0, 0);
        touch_all(names, rtm::GETROUTE, &head, &mut taken)?;
        // A `struct ifaddrmsg` of any address begins in the same way.
        touch_all(names, rtm::GETADDR, &head[..8], &mut taken)?;
    }
    for n in 1..=256 {
        if !taken[n % 256] {
            return Ok((n % 256) as u8);
        }
    }
    let text = "netns connect: no free /24 in 10.1.0.0/16, name a network";
    Err(Error::refused(text, b""))
}

/// Marks what the addresses or the routes of a namespace touch.
fn touch_all(names: &mut Names, kind: u16, head: &[u8], taken: &mut [bool; 256]) -> Result<()> {
    let mut msg = Msg::new(kind, 0, head);
    dump(names, &mut msg, &mut |message| touch(message, taken))
}

/// Marks what an address or a route touches. One that leads everywhere, whole or in two halves, keeps nothing from
/// being free.
fn touch(message: Message<'_>, taken: &mut [bool; 256]) {
    let is_route = message.kind == rtm::NEWROUTE;
    let start = if is_route { 12 } else { 8 };
    let (Some(attrs), Some(len)) = (message.body.get(start..), message.body.get(1)) else {
        return;
    };
    for (attr, value) in Attrs(attrs) {
        let len = match attr {
            // A destination, or the network or other end of an address: the two have one number.
            rta::DST => *len,
            ifa::LOCAL if !is_route => 32,
            _ => continue,
        };
        if let Some(quad) = value.0.first_chunk()
            && len > 1
        {
            mark(u32::from_be_bytes(*quad), len, taken);
        }
    }
}

/// Marks the parts of the pool that a network overlaps.
fn mark(address: u32, len: u8, taken: &mut [bool; 256]) {
    let mask = u32::MAX << (32 - u32::from(len.min(24)));
    for (n, slot) in taken.iter_mut().enumerate() {
        let network = POOL | (n as u32) << 8;
        *slot |= (address ^ network) & mask == 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;
    use crate::text::add_address;

    #[test]
    fn two_addresses_of_a_network() {
        for (cidr, both) in [
            ("10.1.1.0/24", "10.1.1.1 10.1.1.2"),
            ("10.1.1.7/24", "10.1.1.7 10.1.1.8"),
            ("10.1.1.254/24", "10.1.1.254 10.1.1.253"),
            ("10.1.1.0/30", "10.1.1.1 10.1.1.2"),
            ("10.1.1.2/30", "10.1.1.2 10.1.1.1"),
            ("10.1.1.4/31", "10.1.1.4 10.1.1.5"),
            ("10.1.1.5/31", "10.1.1.5 10.1.1.4"),
            ("10.0.0.0/8", "10.0.0.1 10.0.0.2"),
            ("fd00::/64", "fd00::1 fd00::2"),
            ("fd00::ffff/112", "fd00::ffff fd00::fffe"),
            ("fd00::2/127", "fd00::2 fd00::3"),
            ("10.1.1.255/24", ""),
            ("10.1.1.3/30", ""),
            ("10.1.1.1/32", ""),
            ("fd00::1/128", ""),
        ] {
            let network = args::cidr(cidr.as_bytes(), 0).unwrap();
            let (mut near, mut far) = ([0; 16], [0; 16]);
            let text = if choose_addresses(&network, &mut near, &mut far) {
                let text = [near, far].map(|address| {
                    let mut text = Vec::new();
                    add_address(&mut text, &address[..network.bytes().len()]);
                    String::from_utf8(text).unwrap()
                });
                text.join(" ")
            } else {
                String::new()
            };
            assert_eq!(text, both, "{cidr}");
        }
    }

    #[test]
    fn what_is_taken() {
        let taken = |kind, address: &str, len: u8, local: &str| {
            let bytes = |text: &str| {
                args::addr(text.as_bytes(), af::INET)
                    .unwrap()
                    .bytes()
                    .to_vec()
            };
            let route = kind == rtm::NEWROUTE;
            let mut msg = Msg::new(kind, 0, &[&[af::INET, len][..], &[0; 6]].concat());
            if route {
                msg.raw(&[0; 4]);
                msg.bytes(rta::DST, &bytes(address));
            } else {
                msg.bytes(ifa::ADDRESS, &bytes(address));
                msg.bytes(ifa::LOCAL, &bytes(local));
            }
            let bytes = msg.finish(1, 0).unwrap().to_vec();
            let mut taken = [false; 256];
            touch(
                crate::nl::wire::Messages(&bytes).next().unwrap(),
                &mut taken,
            );
            let list: Vec<_> = (0..256).filter(|n| taken[*n]).collect();
            (list.len(), list.first().copied().unwrap_or(0))
        };
        let route = |address, len| taken(rtm::NEWROUTE, address, len, "0.0.0.0");
        assert_eq!(route("10.1.7.0", 24), (1, 7));
        assert_eq!(route("10.1.7.5", 32), (1, 7));
        assert_eq!(route("10.1.8.0", 21), (8, 8));
        assert_eq!(route("10.0.0.0", 8), (256, 0));
        assert_eq!(route("10.2.0.0", 16), (0, 0));
        assert_eq!(route("0.0.0.0", 0), (0, 0));
        assert_eq!(route("0.0.0.0", 1), (0, 0));
        assert_eq!(route("0.0.0.0", 2), (256, 0));
        let address = |peer, len, local| taken(rtm::NEWADDR, peer, len, local);
        assert_eq!(address("10.1.3.1", 24, "10.1.3.1"), (1, 3));
        assert_eq!(address("192.168.0.1", 32, "10.1.9.1"), (1, 9));
        assert_eq!(address("10.1.0.1", 16, "10.1.0.1"), (256, 0));
    }
}
