//! `bridge`: a pair of veth links, one end inside, the other a port of a bridge.

use crate::args::has_equal_bits;
use crate::cni::attach::{self, Kind, Made};
use crate::cni::call::Call;
use crate::cni::outcome::{Host, Outcome};
use crate::cni::protocol::{Answer, Fault};
use crate::cni::sides::{
    self, Link, Sides, begin_link, by_index, change, end_link, find, find_or, send,
};
use crate::cni::texts::{self, Text, decimal};
use crate::cni::veth::{self, Pair};
use crate::names::Names;
use crate::names::ifinfo;
use crate::nl::uapi::{
    af, br, bridge_af, bridge_vlan, brport, if_oper, iff, ifla, info, rtm, rtnlgrp,
};
use crate::nl::wire::{Message, Msg};
use crate::sys;

/// How long a port may take until packets pass, in nanoseconds.
const FORWARDS: u64 = 2_550_000_000;

/// The plugin.
pub const KIND: Kind = Kind {
    make,
    configures: true,
    announces: true,
    has_dns: true,
    needs_addresses: false,
    finish,
    release: attach::delete_inside,
    check,
};

/// The name of the bridge.
fn name(call: &Call) -> Text {
    let name = call.text("bridge");
    if name.is_empty() { b"cni0" } else { name }
}

/// Whether the bridge has addresses.
fn is_gateway(call: &Call) -> bool {
    call.is_on("isGateway") || call.is_on("isDefaultGateway")
}

/// The VLAN of the port, 0 for none.
fn vlan(call: &Call) -> u16 {
    let vlan = call.number_of(call.config, "vlan");
    if !(0..=4094).contains(&vlan) {
        let text = "invalid VLAN ID % (must be between 0 and 4094)";
        call.refuse(text, decimal(vlan));
    }
    vlan as u16
}

/// Settings of later reference plugins that are not here: to pass over them would do something else than is asked.
const ABSENT: [&str; 3] = ["macspoofchk", "vlanTrunk", "disableContainerInterface"];

fn make(call: &Call, sides: &mut Sides) -> Answer<&'static Made> {
    call.refuse_settings(&ABSENT, &[b"null", b"false"])?;
    let preserves = call.bool_of(call.config, "preserveDefaultVlan");
    let is_hairpin = call.is_on("hairpinMode");
    if is_hairpin && call.is_on("promiscMode") {
        let text = "cannot set hairpin mode and promiscuous mode at the same time.";
        call.refuse(text, b"");
    }
    let vlan = vlan(call);
    let mtu = veth::mtu(call);
    let mac = veth::wanted_mac(call);
    call.check()?;
    attach::refuse_taken(call, sides)?;
    let bridge = open(call, sides, vlan, mtu)?;
    let [outside, inside] = veth::make(
        sides,
        &Pair {
            name: call.ifname,
            is_inside: true,
            mtu,
            mac,
            master: bridge.index,
        },
    )?;
    let mut equip = || -> Answer<()> {
        let is_isolated = call.is_on("portIsolation");
        call.check()?;
        if is_hairpin || is_isolated {
            set_port(&mut sides.outside, outside.index, [is_hairpin, is_isolated])?;
        }
        if vlan != 0 {
            set_vlan(&mut sides.outside, outside.index, vlan, rtm::SETLINK)?;
            if preserves == Some(false) {
                set_vlan(&mut sides.outside, outside.index, 1, rtm::DELLINK)?;
            }
        }
        let looks = call.is_on("enabledad");
        call.check()?;
        let value = if looks { b"1" } else { b"0" };
        let _ = sides.set_inside("ipv6/conf/%/accept_dad", call.ifname, value);
        if looks {
            let _ = sides.set_inside("ipv6/conf/%/enhanced_dad", call.ifname, b"1");
        }
        Ok(())
    };
    if let Err(fault) = equip() {
        let _ = attach::delete_inside(call, sides);
        return Err(fault);
    }
    Ok(Made::of(vec![bridge, outside].leak(), inside))
}

/// The bridge, which is made if there is none.
fn open(call: &Call, sides: &mut Sides, vlan: u16, mtu: u32) -> Answer<&'static Link> {
    let name = name(call);
    call.check()?;
    let mut bridge = find(&mut sides.outside, name)?;
    if bridge.is_none() {
        let (mut msg, ends) = begin_link(name, b"bridge", 0);
        if vlan != 0 {
            msg.bytes(br::VLAN_FILTERING, &[1]);
        }
        end_link(&mut msg, ends);
        if mtu != 0 {
            msg.u32(ifla::MTU, mtu);
        }
        // Another call may have made it meanwhile.
        sides::send_unless(&mut sides.outside, msg, libc::EEXIST)
            .map_err(|fault| fault.context("failed to create bridge \"%\"", name))?;
        bridge = find(&mut sides.outside, name)?;
    }
    let bridge = bridge.ok_or_else(|| Fault::other("could not find bridge \"%\"", name))?;
    if !bridge.is(b"bridge") {
        let text = "failed to create bridge \"%\": \"%\" already exists but is not a bridge";
        return Err(Fault::other_two(text, name, name));
    }
    let mut flags = iff::UP;
    if call.is_on("promiscMode") {
        flags |= iff::PROMISC;
    }
    call.check()?;
    let is_down = bridge.flags & flags != flags;
    if is_down {
        let _ = sides::set("ipv6/conf/%/accept_ra", name, b"0");
    }
    let mut msg = change(bridge.index, flags, flags);
    // What is set stays when ports come and go. One that had ports and has none now has no address to be set.
    // With a VLAN it is another link that has the gateway's address.
    let is_gateway = is_gateway(call);
    call.check()?;
    let keeps_mac = is_gateway && vlan == 0 && has_mac(bridge);
    if keeps_mac {
        msg.bytes(ifla::ADDRESS, bridge.mac);
    }
    if is_down || keeps_mac {
        send(&mut sides.outside, msg)?;
    }
    Ok(bridge)
}

/// Sets hairpin mode and isolation of a port.
fn set_port(names: &mut Names, index: u32, on: [bool; 2]) -> Answer<()> {
    let mut msg = change(index, 0, 0);
    let linkinfo = msg.open();
    msg.str(info::SLAVE_KIND, b"bridge");
    let data = msg.open();
    let [is_hairpin, is_isolated] = on;
    if is_hairpin {
        msg.bytes(brport::MODE, &[1]);
    }
    if is_isolated {
        msg.bytes(brport::ISOLATED, &[1]);
    }
    msg.close(data, info::SLAVE_DATA);
    msg.close(linkinfo, ifla::LINKINFO);
    send(names, msg)
}

/// Has a port send and receive untagged what is in a VLAN, or with `RTM_DELLINK` no more.
fn set_vlan(names: &mut Names, index: u32, vlan: u16, kind: u16) -> Answer<()> {
    let mut msg = Msg::new(kind, 0, &ifinfo(af::BRIDGE, index, 0, 0));
    let flags = match kind {
        rtm::DELLINK => 0,
        _ => bridge_vlan::PVID | bridge_vlan::UNTAGGED,
    };
    let spec = msg.open();
    // A `struct bridge_vlan_info`: flags and id.
    let [[a, b], [c, d]] = [flags, vlan].map(u16::to_ne_bytes);
    msg.bytes(bridge_af::VLAN_INFO, &[a, b, c, d]);
    msg.close(spec, ifla::AF_SPEC);
    send(names, msg)
}

fn finish(call: &Call, sides: &mut Sides, made: &Made, outcome: &mut Outcome) -> Answer<()> {
    let [bridge, port] = made.outside else {
        return Ok(());
    };
    await_port(sides, port.index)?;
    let is_gateway = is_gateway(call);
    let vlan = vlan(call);
    call.check()?;
    if is_gateway {
        let mut holder = bridge.index;
        if vlan != 0 {
            let link = vlan_interface(sides, bridge, vlan)?;
            outcome.interfaces.push(attach::describe(link, b""));
            holder = link.index;
        }
        let is_forced = call.is_on("forceAddress");
        call.check()?;
        for address in &outcome.addresses {
            if let Some(gateway) = address.gateway {
                let own = sides::prefix(gateway.bytes(), address.prefix.len);
                hold(sides, holder, own, bridge.name, is_forced)
                    .map_err(|fault| fault.context("failed to set bridge addr", b""))?;
            }
            attach::forward(address.prefix.family)?;
        }
    }
    if let (Some(now), Some(first)) = (
        by_index(&mut sides.outside, bridge.index)?,
        outcome.interfaces.first_mut(),
    ) {
        first.mac = texts::mac(now.mac);
        if is_gateway && vlan == 0 && !has_mac(bridge) {
            let mut msg = change(bridge.index, 0, 0);
            msg.bytes(ifla::ADDRESS, now.mac);
            send(&mut sides.outside, msg)?;
        }
    }
    Ok(())
}

/// Whether a link has a link-layer address that is not all zeros.
fn has_mac(link: &Link) -> bool {
    link.mac.iter().any(|byte| *byte != 0)
}

/// Waits until a port is up.
fn await_port(sides: &mut Sides, index: u32) -> Answer<()> {
    let mut events = None;
    let deadline = sys::clock(libc::CLOCK_MONOTONIC) + FORWARDS;
    loop {
        let now = by_index(&mut sides.outside, index)?;
        if now.is_some_and(|port| port.state == if_oper::UP) {
            return Ok(());
        }
        let Some(events) = &mut events else {
            let socket = Box::leak(sides.outside.open_socket()?);
            socket.join(&[rtnlgrp::LINK])?;
            events = Some(socket);
            continue;
        };
        let is_it = &mut |message: &Message<'_>| {
            sides::read(message.body).is_none_or(|link| link.index == index)
        };
        if !events.listen(deadline, is_it)? {
            return Err(Fault::other("bridge port in error state", b""));
        }
    }
}

/// The pair `BRIDGE.VLAN` and a port in that VLAN: the first, which has the gateway's address.
fn vlan_interface(sides: &mut Sides, bridge: &Link, vlan: u16) -> Answer<&'static Link> {
    let name = texts::fill_two("%.%", bridge.name, decimal(vlan.into()));
    if let Some(holder) = find(&mut sides.outside, name)? {
        return Ok(holder);
    }
    let pair = Pair {
        name,
        is_inside: false,
        mtu: bridge.mtu,
        mac: b"",
        master: bridge.index,
    };
    match veth::make(sides, &pair) {
        Ok([port, made]) => {
            set_vlan(&mut sides.outside, port.index, vlan, rtm::SETLINK)?;
            sides::set_up(&mut sides.outside, made.index)?;
            Ok(made)
        }
        // Another call may have made it meanwhile.
        Err(fault) => find(&mut sides.outside, name)?.ok_or(fault),
    }
}

/// Gives the bridge the address of a gateway. Another one of the same network, and of IPv4 any, is refused or replaced.
fn hold(sides: &mut Sides, index: u32, own: Host, bridge: &[u8], is_forced: bool) -> Answer<()> {
    let mut others = Vec::new();
    let mut is_there = false;
    sides::each_address(&mut sides.outside, index, &mut |bytes, len, _| {
        let known = sides::prefix(bytes, len);
        if known.family != own.family {
            return;
        }
        is_there |= known.bytes() == own.bytes() && len == own.len;
        let shorter = len.min(own.len);
        let overlaps = has_equal_bits(bytes, own.bytes(), shorter);
        if known.family == af::INET || overlaps {
            others.push(known);
        }
    })?;
    if is_there {
        return Ok(());
    }
    for other in &*others.leak() {
        if !is_forced {
            let message = "\"%\" already has an IP address different from %";
            return Err(Fault::other_two(message, bridge, texts::network(own)));
        }
        sides::delete_address(&mut sides.outside, index, other)?;
    }
    sides::add_address(&mut sides.outside, index, own)
        .map_err(|fault| fault.context("could not add IP address to \"%\"", bridge))
}

fn check(call: &Call, sides: &mut Sides, link: &Link) -> Answer<()> {
    let name = name(call);
    call.check()?;
    let bridge = find_or(&mut sides.outside, name, "bridge % is not there")?;
    if !bridge.is(b"bridge") {
        return Err(Fault::other("% is no bridge", name));
    }
    let is_promiscuous = call.is_on("promiscMode");
    call.check()?;
    if is_promiscuous && bridge.flags & iff::PROMISC == 0 {
        return Err(Fault::other("bridge % is not promiscuous", name));
    }
    let port = veth::check(sides, link)?;
    match port.master == bridge.index {
        true => Ok(()),
        false => Err(Fault::other_two(
            "% is no port of bridge %",
            port.name,
            name,
        )),
    }
}
