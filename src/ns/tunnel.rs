//! A veth tunnel between two namespaces, with addresses, in one go; and how it goes again.

use crate::append::Append;
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::CWD;

use crate::args::Prefix;
use crate::error::{Error, KERNEL, Result};
use crate::names::netns::{folder, open_folder};
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{ifla, info, nlm_f, rt_table, rtext_filter, rtm};
use crate::nl::wire::{Attrs, Message, Msg, field};
use crate::ns::addresses::choose_addresses;
use crate::ns::pool::{
    default_route, delete_link, dump, new_address, new_pair, rtmsg, special, touch_pool,
};
use crate::ns::{Folder, LO, enter, hint, link_up, who};
use crate::out::Out;
use crate::sys;
use crate::text::{add_address, fill_one, fill_two};

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

/// Makes a tunnel and shows it. This process is in the namespace `plan.name` after that. If a step fails, or what there
/// is cannot be shown, nothing of it is left.
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
    let [near_end, far_end] = &mut tunnel.ends;
    let fits = choose_addresses(&network, &mut near_end.address, &mut far_end.address);
    let why = match fits {
        false => Some("has no room for two addresses"),
        true => special(tunnel.address(0)).or(special(tunnel.address(1))),
    };
    if let Some(why) = why {
        let mut text = Vec::new();
        network.add_to(&mut text);
        let refusal = "\"%\" %";
        return Err(Error::refused_two(refusal, &text, why.as_bytes()));
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
        let _ = delete_link(tunnel.ends[0].index, near);
    }
    sys::block(mask, libc::SIG_SETMASK);
    done
}

/// Whether a namespace has a default route, of whatever metric.
fn has_default(family: u8, names: &mut Names) -> Result<bool> {
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

/// The third byte of the first free /24 of 10.1.0.0/16, which neither side has an address in or a route to; 10.1.1.0/24
/// is the first, 10.1.0.0/24 the last.
fn find_free(near: &mut Names, far: &mut Names) -> Result<u8> {
    let mut taken = [false; 256];
    for names in [near, far] {
        touch_pool(names, &mut taken)?;
    }
    for n in 1..=256 {
        if !taken[n % 256] {
            return Ok((n % 256) as u8);
        }
    }
    let text = "netns connect: no free /24 in 10.1.0.0/16, name a network";
    Err(Error::refused(text, b""))
}

/// Names and a socket in the namespace in which this process is now. They end with the process, which is near.
fn names_of_here() -> &'static mut Names {
    Box::leak(Box::default())
}

/// Sends an order; an error says which step of connecting it was, with `%` for `part`.
fn ack(names: &mut Names, msg: &mut Msg, step: &str, part: &[u8]) -> Result<()> {
    let done = names.socket()?.ack(msg, &mut |_| Ok(()));
    done.map_err(|e| hint::explain_refusal(e.context(&fill_one(step, part))))
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
    let [near_name, far_name] = [plan.dev, plan.peer].map(|name| name.unwrap_or(b"veth%d"));
    let place = (ifla::NET_NS_FD, far_ns.as_raw_fd() as u32);
    let mut msg = new_pair(flags, [near_name, far_name], place, plan.mtu);
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
        hint::explain_refusal(e.context(&step))
    })
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
    fn of(message: &Message<'_>) -> Option<Veth> {
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

/// Finds the name of an end, and gives it its address.
fn set_address(n: usize, names: &mut Names, tunnel: &mut Tunnel) -> Result<()> {
    let end = &mut tunnel.ends[n];
    let index = end.index;
    if names.add_link_name(index, &mut end.name).is_none() {
        return Err(Error::refused("netns connect: % is gone", &end.name));
    }
    let address = tunnel.address(n);
    let mut text = Vec::new();
    add_address(&mut text, address);
    let mut msg = new_address(address, tunnel.network.len, index);
    ack(names, &mut msg, "netns connect: address %", &text)
}

/// Addresses, the far end up, a default route there if it is wanted, and lo up.
fn equip(plan: &Plan, near: &mut Names, far: &mut Names, tunnel: &mut Tunnel) -> Result<()> {
    set_address(0, near, tunnel)?;
    set_address(1, far, tunnel)?;
    let end = &tunnel.ends[1];
    let mut msg = link_up(end.index);
    ack(far, &mut msg, "netns connect: link % up", &end.name)?;
    if tunnel.routed {
        let mut msg = default_route(tunnel.address(0), tunnel.ends[1].index);
        ack(far, &mut msg, "netns connect: default route", b"")?;
    }
    // The last, so that nothing that was there before has to be undone.
    let lo = "netns connect: link lo up";
    if plan.other.is_some() {
        ack(near, &mut link_up(LO), lo, b"")?;
    }
    ack(far, &mut link_up(LO), lo, b"")
}

/// Takes away the veth tunnel between here, or the namespace `plan.other`, and the namespace `plan.name`; with
/// `plan.dev` the one whose near end that is. This process is in the namespace `plan.other` after that.
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
        choice.append_bytes(if found == 0 { b" " } else { b" or dev " });
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
            return delete_link(index, near).map_err(|e| hint::explain_refusal(e.context(&text)));
        }
        0 if plan.dev.is_some() => "netns disconnect: no tunnel to \"%\" at dev %",
        0 => "netns disconnect: no tunnel to \"%\"",
        _ => "netns disconnect: more than one tunnel to \"%\", say which: dev%",
    };
    let last = plan.dev.unwrap_or(&choice);
    Err(Error::refused_two(text, plan.name, last))
}
