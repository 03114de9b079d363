//! A veth tunnel between two namespaces, with addresses, in one go; and how it goes again.

use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::{CWD, fstat};

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
use crate::text::{add, add_address, add_one, decimal, fill_one, fill_two};

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
pub struct End {
    /// Interface index.
    pub index: u32,
    /// Interface name.
    pub name: Vec<u8>,
    /// 4 or 16 bytes.
    pub address: Vec<u8>,
}

/// A tunnel that is there.
pub struct Tunnel {
    /// The near end and the far end.
    pub ends: [End; 2],
    /// Length of the prefix of both addresses.
    pub len: u8,
    /// Whether the far end has a default route through the tunnel; not so if it had one already.
    pub routed: bool,
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
    let here = match plan.other {
        Some(other) => {
            let near_ns = enter::open(other)?;
            enter::join(&near_ns, other)?;
            fstat(&near_ns)
        }
        None => who::stat(CWD, c"/proc/self/ns/net"),
    };
    if let (Ok(here), Ok(there)) = (here, fstat(&far_ns))
        && who::same(&here, &there)
    {
        let text = "Both ends of the tunnel would be in \"%\"";
        return Err(Error::refused(text, plan.name));
    }
    let mut near = Names::default();
    near.socket()?;
    enter::join(&far_ns, plan.name)?;
    let mut far = Names::default();
    // Two that look for a free network at once would find the same.
    let lock = open_folder().map(|opened| Folder::lock(folder(), opened, out));
    let network = match plan.cidr {
        Some(cidr) => cidr,
        None => free_network(&mut near, &mut far)?,
    };
    let addresses = hosts(&network).ok_or_else(|| {
        let mut text = Vec::new();
        add_address(&mut text, network.bytes());
        let text = fill_two("%/%", &text, &decimal(network.len.into()));
        Error::refused("\"%\" has no room for two addresses", &text)
    })?;
    let has_default = has_default(network.family, &mut far)?;
    // Whatever signal comes, there is no half a tunnel.
    let mask = sys::block(sys::EVERY_SIGNAL, libc::SIG_BLOCK);
    let mut pair = None;
    let made = make(plan, &far_ns, &mut near, &mut far, &mut pair).and_then(|links| {
        let names = [&mut near, &mut far];
        equip(plan, &network, &addresses, links, !has_default, names)
    });
    drop(lock);
    if made.is_ok() {
        sys::block(mask, libc::SIG_SETMASK);
    }
    let done = made.and_then(|tunnel| show(&tunnel, out));
    if let (Err(_), Some(index)) = (&done, pair) {
        // All that was done hangs on the pair.
        let _ = delete(index, &mut near);
    }
    sys::block(mask, libc::SIG_SETMASK);
    done
}

fn ack(names: &mut Names, msg: &mut Msg, step: &[&[u8]]) -> Result<()> {
    let done = names.socket()?.ack(msg, &mut |_| Ok(()));
    done.map_err(|e| step_failed(e, step))
}

fn step_failed(e: Error, step: &[&[u8]]) -> Error {
    hint::cause(e.context(&fill_one("netns connect: %", &step.concat())))
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

/// Makes the pair, each end in its place at once; the near one is up. Their indexes; that of the near one as soon as it is known.
fn make(
    plan: &Plan,
    far_ns: &OwnedFd,
    near: &mut Names,
    far: &mut Names,
    pair: &mut Option<u32>,
) -> Result<[u32; 2]> {
    const ANY: &[u8] = b"veth%d";
    let flags = nlm_f::CREATE | nlm_f::EXCL | nlm_f::ECHO;
    let mut msg = Msg::new(rtm::NEWLINK, flags, &ifinfo(0, 0, iff::UP, iff::UP));
    let basics = |m: &mut Msg, name: Option<&[u8]>| {
        m.str(ifla::IFNAME, name.unwrap_or(ANY));
        if let Some(mtu) = plan.mtu {
            m.u32(ifla::MTU, mtu);
        }
    };
    basics(&mut msg, plan.dev);
    msg.nest(ifla::LINKINFO, |m| {
        m.str(info::KIND, b"veth");
        m.nest(info::DATA, |m| {
            m.nest(veth::PEER, |m| {
                m.raw(&ifinfo(0, 0, 0, 0));
                basics(m, plan.peer);
                m.u32(ifla::NET_NS_FD, far_ns.as_raw_fd() as u32);
            });
        });
    });
    let before = veths(far)?;
    let mut made = None;
    let done = near.socket()?.ack(&mut msg, &mut |message| {
        made = veth_link(message);
        Ok(())
    });
    let [dev, peer] = [plan.dev, plan.peer].map(|name| name.unwrap_or(b"vethN"));
    let step: &[&[u8]] = &[b"links ", dev, b" and ", peer];
    let refused = done.as_ref().is_err_and(|e| e.code() == KERNEL);
    // Before Linux 6.2 there is no echo, and an answer may get lost.
    if made.is_none() && !refused {
        let after = veths(far).unwrap_or_default();
        made = new_pair(&before, &after, far_ns, near);
    }
    *pair = made.map(|made| made.0);
    done.map_err(|e| step_failed(e, step))?;
    let (index, peer) = made.ok_or_else(|| step_failed(Error::refused("gone", b""), step))?;
    Ok([index, peer])
}

/// Index of a link, and of its other end.
type Pair = (u32, u32);

/// The veth links of a namespace.
fn veths(names: &mut Names) -> Result<Vec<Pair>> {
    let mut found = Vec::new();
    each_veth(names, &mut |message| {
        found.extend(veth_link(message).filter(|link| !found.contains(link)));
    })?;
    Ok(found)
}

/// The near and the far index of the one pair that is new at the far end and leads here.
fn new_pair(before: &[Pair], after: &[Pair], far_ns: &OwnedFd, near: &mut Names) -> Option<Pair> {
    let mut here = Vec::new();
    each_veth(near, &mut |message| {
        here.extend(veth_link(message).map(|link| (link, netns_id(message))));
    })
    .ok()?;
    // Once more, if an answer was lost.
    let id = near.nsid(far_ns).or_else(|_| near.nsid(far_ns)).ok()?;
    let leads_here = |(peer, index): &Pair| here.contains(&((*index, *peer), id));
    let mut new = after
        .iter()
        .filter(|link| !before.contains(link) && leads_here(link));
    match (new.next(), new.next()) {
        (Some((peer, index)), None) => Some((*index, *peer)),
        _ => None,
    }
}

/// The id of the namespace that a link leads to.
fn netns_id(message: Message<'_>) -> Option<i32> {
    let attrs = Attrs(message.body.get(16..)?);
    attrs.find(ifla::LINK_NETNSID)?.i32()
}

/// Index of a link, and of its other end.
fn veth_link(message: Message<'_>) -> Option<Pair> {
    let attrs = Attrs(message.body.get(16..)?);
    let kind = attrs.find(ifla::LINKINFO)?.attrs().find(info::KIND)?;
    let peer = attrs.find(ifla::LINK)?.u32()?;
    (message.kind == rtm::NEWLINK && kind.str() == b"veth")
        .then_some((field(message.body, 4)?, peer))
}

/// Goes through the veth links of a namespace.
fn each_veth(names: &mut Names, each: &mut dyn FnMut(Message<'_>)) -> Result<()> {
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, 0, 0, 0));
    msg.u32(ifla::EXT_MASK, rtext_filter::SKIP_STATS);
    msg.nest(ifla::LINKINFO, |m| m.str(info::KIND, b"veth"));
    dump(names, &mut msg, each)
}

/// Whether a namespace has a default route, of whatever metric.
fn has_default(family: u8, names: &mut Names) -> Result<bool> {
    let mut found = false;
    let mut msg = Msg::new(rtm::GETROUTE, 0, &rtmsg(family, 0, 0, 0));
    dump(names, &mut msg, &mut |message| {
        found |= is_default(message);
    })?;
    Ok(found)
}

/// Whether a route of the main table leads everywhere, or says that nothing does.
fn is_default(message: Message<'_>) -> bool {
    // A `struct rtmsg`: family, lengths of destination and source, type of service, table, ...
    matches!(message.body, [_, 0, 0, 0, rt_table::MAIN, ..]) && message.kind == rtm::NEWROUTE
}

/// Addresses, the far end up, a default route there if it is wanted, and lo up.
fn equip(
    plan: &Plan,
    network: &Prefix,
    addresses: &[Vec<u8>; 2],
    links: [u32; 2],
    routed: bool,
    [near, far]: [&mut Names; 2],
) -> Result<Tunnel> {
    let end = |n: usize, names: &mut Names| {
        let (index, local) = (links[n], &addresses[n]);
        let (mut name, mut text) = (Vec::new(), Vec::new());
        if names.add_link_name(index, &mut name).is_none() {
            return Err(Error::refused("netns connect: % is gone", &name));
        }
        add_address(&mut text, local);
        let step: &[&[u8]] = &[b"address ", &text];
        ack(names, &mut address(network, local, index), step)?;
        Ok(End {
            index,
            name,
            address: local.clone(),
        })
    };
    let ends = [end(0, near)?, end(1, far)?];
    let name = &ends[1].name;
    ack(far, &mut up(links[1]), &[b"link ", name, b" up"])?;
    if routed {
        let mut route = default_route(&addresses[0], links[1]);
        ack(far, &mut route, &[b"default route"])?;
    }
    // The last, so that nothing that was there before has to be undone.
    let lo: &[&[u8]] = &[b"link lo up"];
    if plan.other.is_some() {
        ack(near, &mut up(LO), lo)?;
    }
    ack(far, &mut up(LO), lo)?;
    Ok(Tunnel {
        ends,
        len: network.len,
        routed,
    })
}

fn address(network: &Prefix, address: &[u8], index: u32) -> Msg {
    // Nobody else is in the tunnel, so that no duplicate has to be waited for.
    let flags = if network.family == af::INET6 {
        ifa_f::NODAD as u8
    } else {
        0
    };
    let mut head = [
        network.family,
        network.len,
        flags,
        rt_scope::UNIVERSE,
        0,
        0,
        0,
        0,
    ];
    head[4..].copy_from_slice(&index.to_ne_bytes());
    let mut msg = Msg::new(rtm::NEWADDR, nlm_f::CREATE | nlm_f::EXCL, &head);
    msg.bytes(ifa::LOCAL, address);
    msg.bytes(ifa::ADDRESS, address);
    msg
}

fn default_route(gateway: &[u8], index: u32) -> Msg {
    let family = if gateway.len() == 4 {
        af::INET
    } else {
        af::INET6
    };
    let head = rtmsg(family, rt_table::MAIN, rtprot::BOOT, rtn::UNICAST);
    let mut msg = Msg::new(rtm::NEWROUTE, nlm_f::CREATE | nlm_f::EXCL, &head);
    msg.bytes(rta::GATEWAY, gateway);
    msg.u32(rta::OIF, index);
    msg
}

/// `struct rtmsg` of `<linux/rtnetlink.h>`, for any destination.
fn rtmsg(family: u8, table: u8, protocol: u8, kind: u8) -> [u8; 12] {
    [
        family,
        0,
        0,
        0,
        table,
        protocol,
        rt_scope::UNIVERSE,
        kind,
        0,
        0,
        0,
        0,
    ]
}

/// The two addresses in a network: the first two that a host can have; if the address is a host's itself, that one and the
/// next, or at the end of the network the one before.
fn hosts(network: &Prefix) -> Option<[Vec<u8>; 2]> {
    let width = network.bytes().len();
    let bits = 8 * width as u32;
    let mut bytes = [0; 16];
    bytes[16 - width..].copy_from_slice(network.bytes());
    let address = u128::from_be_bytes(bytes);
    let room = bits - u32::from(network.len);
    if width == 0 || room == 0 {
        return None;
    }
    let mask = u128::MAX.checked_shl(room).unwrap_or(0);
    let base = address & mask;
    // A network of two has neither an address of its own nor one for all (RFC 3021, RFC 6164).
    let (first, last) = match room {
        1 => (base, base + 1),
        _ if width == 16 => (base + 1, base | !mask),
        _ => (base + 1, (base | !mask) - 1),
    };
    let mine = match address {
        _ if address == base => first,
        _ if (first..=last).contains(&address) => address,
        _ => return None,
    };
    let theirs = if mine < last { mine + 1 } else { mine - 1 };
    Some([mine, theirs].map(|address| address.to_be_bytes()[16 - width..].to_vec()))
}

/// The network in which free ones are looked for, 10.1.0.0/16.
const POOL: u32 = 0x0a01_0000;

/// The first free /24 of 10.1.0.0/16, which neither side has an address in or a route to; 10.1.1.0/24 is the first, 10.1.0.0/24
/// the last.
fn free_network(near: &mut Names, far: &mut Names) -> Result<Prefix> {
    let mut taken = [false; 256];
    for names in [near, far] {
        for (kind, head) in [
            (rtm::GETADDR, &[af::INET, 0, 0, 0, 0, 0, 0, 0][..]),
            (rtm::GETROUTE, &rtmsg(af::INET, 0, 0, 0)),
        ] {
            let mut msg = Msg::new(kind, 0, head);
            dump(names, &mut msg, &mut |message| touch(message, &mut taken))?;
        }
    }
    let free = (1..=255).chain([0]).find(|n| !taken[usize::from(*n)]);
    let free = free.ok_or_else(|| {
        Error::refused(
            "netns connect: no free /24 in 10.1.0.0/16, name a network",
            b"",
        )
    })?;
    Ok(Prefix::inet([10, 1, free, 0], 24))
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

/// Takes away the veth tunnel between here, or the namespace `other`, and the namespace `name`; with `dev` the one whose near
/// end that is. This process is in the namespace `other` after that.
pub fn disconnect(name: &[u8], other: Option<&[u8]>, dev: Option<&[u8]>) -> Result<()> {
    let far_ns = enter::open(name)?;
    if let Some(other) = other {
        enter::switch(other)?;
    }
    let mut near = Names::default();
    let mut links = Vec::new();
    each_veth(&mut near, &mut |message| {
        let attrs = Attrs(message.body.get(16..).unwrap_or_default());
        let own = attrs.find(ifla::IFNAME).unwrap_or_default().str();
        if let Some((index, _)) = veth_link(message) {
            links.push((index, own.to_vec(), netns_id(message)));
        }
    })?;
    // Asked after that: it may be the question for links that gives the namespace its id.
    let id = near.nsid(&far_ns)?;
    let mut found: Vec<(u32, Vec<u8>)> = Vec::new();
    for (index, own, leads) in links {
        let wanted = id.is_some() && leads == id && dev.is_none_or(|dev| dev == own);
        if wanted && found.iter().all(|link| link.0 != index) {
            found.push((index, own));
        }
    }
    let mut text = b"netns disconnect: ".to_vec();
    match (&found[..], dev) {
        ([(index, own)], _) => {
            add_one(&mut text, "link %", own);
            return delete(*index, &mut near).map_err(|e| hint::cause(e.context(&text)));
        }
        ([], None) => add_one(&mut text, "no tunnel to \"%\"", name),
        ([], Some(dev)) => add(&mut text, b"no tunnel to \"%\" at dev %", &[name, dev]),
        _ => {
            add_one(
                &mut text,
                "more than one tunnel to \"%\", say which: dev",
                name,
            );
            for (n, (_, own)) in found.iter().enumerate() {
                let or: &[u8] = if n == 0 { b"" } else { b" or dev" };
                add(&mut text, b"% %", &[or, own]);
            }
        }
    }
    Err(Error::refused("%", &text))
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
            let prefix = args::cidr(cidr.as_bytes(), 0).unwrap();
            let text = hosts(&prefix).map_or(String::new(), |both| {
                let text = both.map(|address| {
                    let mut text = Vec::new();
                    add_address(&mut text, &address);
                    String::from_utf8(text).unwrap()
                });
                text.join(" ")
            });
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
