//! A veth tunnel between two namespaces, with addresses, in one go; and how it goes again.

use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::CWD;

use crate::args::Prefix;
use crate::error::{Error, KERNEL, Result};
use crate::names::netns::{folder, open_folder};
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{
    af, ifa, ifa_f, iff, ifla, info, nlm_f, rt_scope, rt_table, rta, rtext_filter, rtm, rtn,
    rtprot, veth,
};
use crate::nl::wire::{Attrs, Message, Msg, field};
use crate::ns::{Folder, LO, enter, hint, up, who};
use crate::out::Out;
use crate::sys;
use crate::text::{add_address, decimal, fill_one, fill_two};

/// What is asked for: a tunnel between here, or the namespace `other`, and the namespace `name`.
#[derive(Default)]
pub struct Plan<'a> {
    /// The namespace at the far end.
    pub name: &'a [u8],
    /// The namespace at the near end.
    pub other: Option<&'a [u8]>,
    /// The device at the near end; the kernel counts `vethN` without.
    pub dev: Option<&'a [u8]>,
    /// The device at the far end.
    pub peer: Option<&'a [u8]>,
    /// The network of both addresses, or the near address with its network.
    pub cidr: Option<Prefix>,
    /// In bytes.
    pub mtu: Option<u32>,
}

/// One end of a tunnel.
#[derive(Default)]
pub struct End {
    /// Interface index, 0 if it is not known.
    pub index: u32,
    /// Interface name.
    pub name: Vec<u8>,
    address: [u8; 16],
}

/// A tunnel that is there.
pub struct Tunnel {
    /// The near end and the far end.
    pub ends: [End; 2],
    /// The network of both addresses.
    pub network: Prefix,
    /// Whether the far end has a default route through the tunnel; not so if it had one already.
    pub routed: bool,
}

impl Tunnel {
    /// The address of the near end (0) or the far end (1): 4 or 16 bytes.
    pub fn address(&self, end: usize) -> &[u8] {
        &self.ends[end].address[..self.network.bytes().len()]
    }
}

/// How often a dump is asked for again that has changed under way.
const TURNS: u32 = 8;

/// Makes a tunnel and shows it. This process is in the namespace `plan.name` after that. If a step fails, or what there is cannot
/// be shown, nothing of it is left.
pub fn connect(
    plan: &Plan,
    out: &mut Out,
    show: &mut dyn FnMut(&Tunnel, &mut Out) -> Result<()>,
) -> Result<()> {
    let far_ns = enter::open(plan.name)?;
    if let Some(other) = plan.other {
        enter::switch(other)?;
    }
    let there = who::file_of(&far_ns);
    if there.is_ok_and(|there| who::leads_to(CWD, b"/proc/self/ns/net", b"", there)) {
        let text = "Both ends of the tunnel would be in \"%\"";
        return Err(Error::refused(text, plan.name));
    }
    let near = names_of_here();
    near.socket()?;
    enter::join(&far_ns, plan.name)?;
    let far = names_of_here();
    // Two that look for a free network at once would find the same.
    let lock = open_folder().map(|opened| Folder::lock(folder(), opened, out));
    let network = match plan.cidr {
        Some(cidr) => cidr,
        None => Prefix::inet([10, 1, find_free(near, far)?, 0], 24),
    };
    let mut tunnel = Tunnel {
        ends: Default::default(),
        network,
        routed: false,
    };
    if !choose_addresses(&mut tunnel) {
        let mut text = Vec::new();
        add_address(&mut text, network.bytes());
        let len = decimal(network.len.into());
        let refusal = "\"%/%\" has no room for two addresses";
        return Err(Error::refused_two(refusal, &text, &len));
    }
    tunnel.routed = !has_default(network.family, far)?;
    // Whatever signal comes, there is no half a tunnel.
    let mask = sys::block(sys::EVERY_SIGNAL, libc::SIG_BLOCK);
    let mut done = make(plan, &far_ns, near, far, &mut tunnel);
    if done.is_ok() {
        done = equip(plan, near, far, &mut tunnel);
    }
    drop(lock);
    if done.is_ok() {
        sys::block(mask, libc::SIG_SETMASK);
        done = show(&tunnel, out);
    }
    if done.is_err() && tunnel.ends[0].index != 0 {
        // All that was done hangs on the pair.
        let _ = delete(tunnel.ends[0].index, near);
    }
    sys::block(mask, libc::SIG_SETMASK);
    done
}

/// Names and a socket in the namespace in which this process is now. They end with the process, which is near.
fn names_of_here() -> &'static mut Names {
    Box::leak(Box::default())
}

/// Sends an order; an error says which step of connecting it was, with `%` for `part`.
fn ack(names: &mut Names, msg: &mut Msg, step: &str, part: &[u8]) -> Result<()> {
    let done = names.socket()?.ack(msg, &mut |_| Ok(()));
    done.map_err(|e| hint::cause(e.context(&fill_one(step, part))))
}

/// Asks until what is dumped has not changed under way, and nothing of it was lost; `each` may see a part of it before that.
fn dump(names: &mut Names, msg: &mut Msg, each: &mut dyn FnMut(Message<'_>)) -> Result<()> {
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

/// Makes the pair, each end in its place at once, and finds out the indexes. The near end is up.
fn make(
    plan: &Plan,
    far_ns: &OwnedFd,
    near: &mut Names,
    far: &mut Names,
    tunnel: &mut Tunnel,
) -> Result<()> {
    let flags = nlm_f::CREATE | nlm_f::EXCL | nlm_f::ECHO;
    let mut msg = Msg::new(rtm::NEWLINK, flags, &ifinfo(0, 0, iff::UP, iff::UP));
    add_end(&mut msg, plan.dev, plan.mtu);
    let linkinfo = msg.open();
    msg.str(info::KIND, b"veth");
    let data = msg.open();
    let peer = msg.open();
    msg.raw(&ifinfo(0, 0, 0, 0));
    add_end(&mut msg, plan.peer, plan.mtu);
    msg.u32(ifla::NET_NS_FD, far_ns.as_raw_fd() as u32);
    msg.close(peer, veth::PEER);
    msg.close(data, info::DATA);
    msg.close(linkinfo, ifla::LINKINFO);
    let mut before = Vec::new();
    list_veths(far, &mut before)?;
    let done = near.socket()?.ack(&mut msg, &mut |message| {
        if let Some(veth) = Veth::of(message) {
            tunnel.ends[0].index = veth.index;
            tunnel.ends[1].index = veth.peer;
        }
        Ok(())
    });
    let refused = done.as_ref().is_err_and(|e| e.code() == KERNEL);
    // Before Linux 6.2 there is no echo, and an answer may get lost.
    if tunnel.ends[0].index == 0 && !refused {
        // What keeps it from being found is told by the error that there is, or by the next one.
        let _ = find_new(&before, far_ns, near, far, tunnel);
    }
    let done = match tunnel.ends[0].index {
        0 => done.and(Err(Error::refused("gone", b""))),
        _ => done,
    };
    done.map_err(|e| {
        let (dev, peer) = (plan.dev.unwrap_or(b"vethN"), plan.peer.unwrap_or(b"vethN"));
        let step = fill_two("netns connect: links % and %", dev, peer);
        hint::cause(e.context(&step))
    })
}

/// Adds the name and the MTU of an end.
fn add_end(msg: &mut Msg, name: Option<&[u8]>, mtu: Option<u32>) {
    msg.str(ifla::IFNAME, name.unwrap_or(b"veth%d"));
    if let Some(mtu) = mtu {
        msg.u32(ifla::MTU, mtu);
    }
}

/// One end of a pair of veth links.
struct Veth {
    index: u32,
    /// The index of the other end, in its own namespace.
    peer: u32,
    /// The id of that namespace.
    leads: Option<i32>,
}

impl Veth {
    /// Reads a link message.
    fn of(message: Message<'_>) -> Option<Veth> {
        let attrs = Attrs(message.body.get(16..)?);
        let kind = attrs.find(ifla::LINKINFO)?.attrs().find(info::KIND)?;
        if message.kind != rtm::NEWLINK || kind.str() != b"veth" {
            return None;
        }
        Some(Veth {
            index: field(message.body, 4)?,
            peer: attrs.find(ifla::LINK)?.u32()?,
            leads: attrs.find(ifla::LINK_NETNSID).and_then(|id| id.i32()),
        })
    }

    /// Whether the two are the ends of one pair, as far as their indexes tell.
    fn is_peer_of(&self, other: &Veth) -> bool {
        (self.index, self.peer) == (other.peer, other.index)
    }
}

/// Adds the veth links of a namespace to a list.
fn list_veths(names: &mut Names, list: &mut Vec<Veth>) -> Result<()> {
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, 0, 0, 0));
    msg.u32(ifla::EXT_MASK, rtext_filter::SKIP_STATS);
    let linkinfo = msg.open();
    msg.str(info::KIND, b"veth");
    msg.close(linkinfo, ifla::LINKINFO);
    dump(names, &mut msg, &mut |message| {
        if let Some(veth) = Veth::of(message)
            && list.iter().all(|other| other.index != veth.index)
        {
            list.push(veth);
        }
    })
}

/// Finds the one pair that is new at the far end and leads here.
fn find_new(
    before: &[Veth],
    far_ns: &OwnedFd,
    near: &mut Names,
    far: &mut Names,
    tunnel: &mut Tunnel,
) -> Result<()> {
    let (mut after, mut here) = (Vec::new(), Vec::new());
    list_veths(far, &mut after)?;
    list_veths(near, &mut here)?;
    // Once more, if an answer was lost.
    let id = near.nsid(far_ns).or_else(|_| near.nsid(far_ns))?;
    let mut found = 0;
    for veth in &here {
        let is_among = |list: &[Veth]| list.iter().any(|far| veth.is_peer_of(far));
        if veth.leads == id && is_among(&after) && !is_among(before) {
            found += 1;
            tunnel.ends[0].index = veth.index;
            tunnel.ends[1].index = veth.peer;
        }
    }
    if found > 1 {
        tunnel.ends[0].index = 0;
    }
    Ok(())
}

/// Whether a namespace has a default route, of whatever metric.
fn has_default(family: u8, names: &mut Names) -> Result<bool> {
    let mut found = false;
    let mut msg = Msg::new(rtm::GETROUTE, 0, &rtmsg(family, 0, 0, 0));
    dump(names, &mut msg, &mut |message| {
        // A route of the main table that leads everywhere, or says that nothing does. A `struct rtmsg`: family, lengths of
        // destination and source, type of service, table, ...
        found |= matches!(message.body, [_, 0, 0, 0, rt_table::MAIN, ..])
            && message.kind == rtm::NEWROUTE;
    })?;
    Ok(found)
}

/// Addresses, the far end up, a default route there if it is wanted, and lo up.
fn equip(plan: &Plan, near: &mut Names, far: &mut Names, tunnel: &mut Tunnel) -> Result<()> {
    let sides = [near, far];
    for n in 0..2 {
        let names = &mut *sides[n];
        let end = &mut tunnel.ends[n];
        if names.add_link_name(end.index, &mut end.name).is_none() {
            return Err(Error::refused("netns connect: % is gone", &end.name));
        }
        let index = end.index;
        let address = tunnel.address(n);
        let mut text = Vec::new();
        add_address(&mut text, address);
        let mut msg = new_address(&tunnel.network, address, index);
        ack(names, &mut msg, "netns connect: address %", &text)?;
    }
    let [near, far] = sides;
    let end = &tunnel.ends[1];
    ack(
        far,
        &mut up(end.index),
        "netns connect: link % up",
        &end.name,
    )?;
    if tunnel.routed {
        let mut msg = default_route(tunnel);
        ack(far, &mut msg, "netns connect: default route", b"")?;
    }
    // The last, so that nothing that was there before has to be undone.
    let lo = "netns connect: link lo up";
    if plan.other.is_some() {
        ack(near, &mut up(LO), lo, b"")?;
    }
    ack(far, &mut up(LO), lo, b"")
}

/// The order to give a link an address.
fn new_address(network: &Prefix, address: &[u8], index: u32) -> Msg {
    // Nobody else is in the tunnel, so that no duplicate has to be waited for.
    let flags = if network.family == af::INET6 {
        ifa_f::NODAD as u8
    } else {
        0
    };
    let [a, b, c, d] = index.to_ne_bytes();
    let head = [
        network.family,
        network.len,
        flags,
        rt_scope::UNIVERSE,
        a,
        b,
        c,
        d,
    ];
    let mut msg = Msg::new(rtm::NEWADDR, nlm_f::CREATE | nlm_f::EXCL, &head);
    msg.bytes(ifa::LOCAL, address);
    msg.bytes(ifa::ADDRESS, address);
    msg
}

/// The order to make the far end's default route.
fn default_route(tunnel: &Tunnel) -> Msg {
    let family = tunnel.network.family;
    let head = rtmsg(family, rt_table::MAIN, rtprot::BOOT, rtn::UNICAST);
    let mut msg = Msg::new(rtm::NEWROUTE, nlm_f::CREATE | nlm_f::EXCL, &head);
    msg.bytes(rta::GATEWAY, tunnel.address(0));
    msg.u32(rta::OIF, tunnel.ends[1].index);
    msg
}

/// `struct rtmsg` of `<linux/rtnetlink.h>`, for any destination.
fn rtmsg(family: u8, table: u8, protocol: u8, kind: u8) -> [u8; 12] {
    let mut head = [0; 12];
    head[0] = family;
    head[4..8].copy_from_slice(&[table, protocol, rt_scope::UNIVERSE, kind]);
    head
}

/// Chooses the two addresses: the first two that a host can have in the network; if the address of the network is a host's
/// itself, that one and the next, or at the end of the network the one before. False if there are none.
fn choose_addresses(tunnel: &mut Tunnel) -> bool {
    let network = tunnel.network;
    let width = network.bytes().len();
    let len = usize::from(network.len);
    let room = 8 * width - len;
    let mut near = [0; 16];
    near[..width].copy_from_slice(network.bytes());
    // Whether the host's part has these bits.
    let host_is = |address: &[u8; 16], bits: u8| {
        (len..len + room).all(|bit| (address[bit / 8] ^ bits) << (bit % 8) & 0x80 == 0)
    };
    // A network of two has neither an address of its own nor one for all (RFC 3021, RFC 6164); IPv6 has none for all.
    let has_own = room > 1;
    let has_broadcast = has_own && width == 4;
    if room == 0 || has_broadcast && host_is(&near, 0xff) {
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
    if has_own && host_is(&near, 0) {
        step(&mut near, 1);
    }
    let mut far = near;
    step(&mut far, 1);
    if host_is(&near, 0xff) || has_broadcast && host_is(&far, 0xff) {
        far = near;
        step(&mut far, 0xff);
    }
    tunnel.ends[0].address = near;
    tunnel.ends[1].address = far;
    true
}

/// The network in which free ones are looked for, 10.1.0.0/16.
const POOL: u32 = 0x0a01_0000;

/// The third byte of the first free /24 of 10.1.0.0/16, which neither side has an address in or a route to; 10.1.1.0/24 is the
/// first, 10.1.0.0/24 the last.
fn find_free(near: &mut Names, far: &mut Names) -> Result<u8> {
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

/// Marks what an address or a route touches. One that leads everywhere, whole or in two halves, keeps nothing from being free.
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

fn delete(index: u32, names: &mut Names) -> Result<()> {
    let mut msg = Msg::new(rtm::DELLINK, 0, &ifinfo(0, index, 0, 0));
    names.socket()?.ack(&mut msg, &mut |_| Ok(()))
}

/// Takes away the veth tunnel between here, or the namespace `plan.other`, and the namespace `plan.name`; with `plan.dev` the one
/// whose near end that is. This process is in the namespace `plan.other` after that.
pub fn disconnect(plan: &Plan) -> Result<()> {
    let far_ns = enter::open(plan.name)?;
    if let Some(other) = plan.other {
        enter::switch(other)?;
    }
    let near = names_of_here();
    let mut links = Vec::new();
    list_veths(near, &mut links)?;
    // Asked after that: it may be the question for links that gives the namespace its id.
    let id = near.nsid(&far_ns)?;
    let mut found = 0;
    let mut index = 0;
    // ` NAME or dev NAME`
    let mut choice = Vec::new();
    for link in &links {
        if id.is_none() || link.leads != id {
            continue;
        }
        let end = choice.len();
        choice.extend_from_slice(if found == 0 { b" " } else { b" or dev " });
        let start = choice.len();
        near.add_link_name(link.index, &mut choice);
        if plan.dev.is_none_or(|dev| dev == &choice[start..]) {
            found += 1;
            index = link.index;
        } else {
            choice.truncate(end);
        }
    }
    let text = match found {
        1 => {
            let text = fill_one("netns disconnect: link%", &choice);
            return delete(index, near).map_err(|e| hint::cause(e.context(&text)));
        }
        0 if plan.dev.is_some() => "netns disconnect: no tunnel to \"%\" at dev %",
        0 => "netns disconnect: no tunnel to \"%\"",
        _ => "netns disconnect: more than one tunnel to \"%\", say which: dev%",
    };
    let last = plan.dev.unwrap_or(&choice);
    Err(Error::refused_two(text, plan.name, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

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
            let mut tunnel = Tunnel {
                ends: Default::default(),
                network: args::cidr(cidr.as_bytes(), 0).unwrap(),
                routed: false,
            };
            let text = if choose_addresses(&mut tunnel) {
                let text = [0, 1].map(|end| {
                    let mut text = Vec::new();
                    add_address(&mut text, tunnel.address(end));
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
