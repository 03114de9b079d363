//! The pool of networks for tunnels, 10.1.0.0/16: what a namespace uses of it; and how a pair of links is
//! made, gets addresses and a route, and goes.

use crate::error::{Error, Result};
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{
    af, ifa, ifa_f, iff, ifla, info, nlm_f, rt_scope, rt_table, rta, rtm, rtn, rtprot, veth,
};
use crate::nl::wire::{Attrs, Message, Msg};

/// How often a dump is asked for again that has changed under way.
const TURNS: u32 = 8;

/// Asks until what is dumped has not changed under way, and nothing of it was lost; `each` may see a part of it before
/// that.
pub fn dump(names: &mut Names, msg: &mut Msg, each: &mut dyn FnMut(&Message<'_>)) -> Result<()> {
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

/// The network in which free ones are looked for, 10.1.0.0/16.
pub const POOL: u32 = 0x0a01_0000;

/// Marks the third bytes of the networks of the pool that a namespace has addresses in or routes to.
pub fn touch_pool(names: &mut Names, taken: &mut [bool; 256]) -> Result<()> {
    let head = rtmsg(af::INET, 0, 0, 0);
    touch_all(names, rtm::GETROUTE, &head, taken)?;
    // A `struct ifaddrmsg` of any address begins in the same way.
    touch_all(names, rtm::GETADDR, &head[..8], taken)
}

/// Marks what the addresses or the routes of a namespace touch.
fn touch_all(names: &mut Names, kind: u16, head: &[u8], taken: &mut [bool; 256]) -> Result<()> {
    let mut msg = Msg::new(kind, 0, head);
    dump(names, &mut msg, &mut |message| touch(message, taken))
}

/// Marks what an address or a route touches. One that leads everywhere, whole or in two halves, keeps nothing from
/// being free, nor does one that leads nowhere.
fn touch(message: &Message<'_>, taken: &mut [bool; 256]) {
    let is_route = message.kind == rtm::NEWROUTE;
    let start = if is_route { 12 } else { 8 };
    // The eighth byte of a `struct rtmsg` is its type.
    if is_route
        && message
            .body
            .get(7)
            .is_some_and(|kind| *kind >= rtn::BLACKHOLE)
    {
        return;
    }
    let (Some(attrs), Some(len)) = (message.body.get(start..), message.body.get(1)) else {
        return;
    };
    for (attr, value) in Attrs(attrs) {
        let len = match attr {
            // A destination, or the network or other end of an address: the two have one number.
            rta::DST => *len,
            // A router may be outside of all nets that there are addresses in.
            rta::GATEWAY if is_route => 32,
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

/// The family of an address of 4 or 16 bytes.
fn family_of(address: &[u8]) -> u8 {
    if address.len() == 4 {
        af::INET
    } else {
        af::INET6
    }
}

/// The order to make a veth pair, up at the near end, with `NLM_F_*`: the names of the ends, near and far, and of the far one
/// the namespace, as an attribute (`IFLA_NET_NS_*`) and its value. Both have
/// that MTU in bytes, or the kernel's own.
pub fn new_pair(flags: u16, names: [&[u8]; 2], (place, far): (u16, u32), mtu: Option<u32>) -> Msg {
    let mut msg = Msg::new(rtm::NEWLINK, flags, &ifinfo(0, 0, iff::UP, iff::UP));
    add_end(&mut msg, names[0], mtu);
    let linkinfo = msg.open();
    msg.str(info::KIND, b"veth");
    let data = msg.open();
    let peer = msg.open();
    msg.raw(&ifinfo(0, 0, 0, 0));
    add_end(&mut msg, names[1], mtu);
    msg.u32(place, far);
    msg.close(peer, veth::PEER);
    msg.close(data, info::DATA);
    msg.close(linkinfo, ifla::LINKINFO);
    msg
}

/// Adds the name and the MTU of an end.
fn add_end(msg: &mut Msg, name: &[u8], mtu: Option<u32>) {
    msg.str(ifla::IFNAME, name);
    if let Some(mtu) = mtu {
        msg.u32(ifla::MTU, mtu);
    }
}

/// Deletes a link.
pub fn delete_link(index: u32, names: &mut Names) -> Result<()> {
    let mut msg = Msg::new(rtm::DELLINK, 0, &ifinfo(0, index, 0, 0));
    names.socket()?.ack(&mut msg, &mut |_| Ok(()))
}

/// The order to give a link an address of 4 or 16 bytes, with the length of its prefix.
pub fn new_address(address: &[u8], len: u8, index: u32) -> Msg {
    let family = family_of(address);
    // Nobody else is in the tunnel, so that no duplicate has to be waited for.
    let flags = if family == af::INET6 {
        ifa_f::NODAD as u8
    } else {
        0
    };
    let [a, b, c, d] = index.to_ne_bytes();
    let head = [family, len, flags, rt_scope::UNIVERSE, a, b, c, d];
    let mut msg = Msg::new(rtm::NEWADDR, nlm_f::CREATE | nlm_f::EXCL, &head);
    msg.bytes(ifa::LOCAL, address);
    msg.bytes(ifa::ADDRESS, address);
    msg
}

/// The order to make a default route to a gateway through a link.
pub fn default_route(gateway: &[u8], index: u32) -> Msg {
    let head = rtmsg(
        family_of(gateway),
        rt_table::MAIN,
        rtprot::BOOT,
        rtn::UNICAST,
    );
    let mut msg = Msg::new(rtm::NEWROUTE, nlm_f::CREATE | nlm_f::EXCL, &head);
    msg.bytes(rta::GATEWAY, gateway);
    msg.u32(rta::OIF, index);
    msg
}

/// What keeps an address from being one that a host on the network can have.
pub fn special(address: &[u8]) -> Option<&'static str> {
    Some(match address {
        // The second is all that begins with eight zeros.
        [0, _, _, _] | [0, 0, 0, 0, 0, 0, 0, 0, _, ..] => "is reserved",
        [127, _, _, _] => "is loopback",
        [169, 254, _, _] | [0xfe, 0x80..0xc0, _, _, _, ..] => "is link-local",
        [224..240, _, _, _] | [0xff, _, _, _, _, ..] => "is multicast",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

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
                &crate::nl::wire::Messages(&bytes).next().unwrap(),
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

    #[test]
    fn special_addresses() {
        for (address, what) in [
            ("0.0.0.1", Some("is reserved")),
            ("1.0.0.1", None),
            ("126.255.255.254", None),
            ("127.0.0.1", Some("is loopback")),
            ("169.253.0.1", None),
            ("169.254.0.1", Some("is link-local")),
            ("223.255.255.1", None),
            ("224.0.0.1", Some("is multicast")),
            ("239.1.1.1", Some("is multicast")),
            ("240.0.0.1", None),
            ("254.0.0.1", None),
            ("255.1.1.1", None),
            ("::1", Some("is reserved")),
            ("::ffff:10.0.0.1", Some("is reserved")),
            ("0:0:0:1::1", None),
            ("e000::1", None),
            ("7f00::1", None),
            ("fe7f::1", None),
            ("fe80::1", Some("is link-local")),
            ("febf::1", Some("is link-local")),
            ("fec0::1", None),
            ("fd00::1", None),
            ("ff02::1", Some("is multicast")),
        ] {
            let found = args::addr(address.as_bytes(), 0).unwrap();
            assert_eq!(special(found.bytes()), what, "{address}");
        }
    }
}
