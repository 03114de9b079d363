//! What the plugins that make an interface have in common: the order of the steps of ADD, and that nothing of it stays if one
//! fails; DEL and CHECK.

use crate::cni::call::{Call, Command};
use crate::cni::outcome::{Address, FAMILIES, Host, Interface, Outcome, Route};
use crate::cni::protocol::{Answer, CONFIG, ENDS, Fault};
use crate::cni::sides::{self, Link, RouteSpec, Sides};
use crate::cni::texts::{self, Text};
use crate::cni::{chained, ipam, masquerade};
use crate::nl::uapi::{af, ifa_f, rtnlgrp};
use crate::sys;
use crate::text::same;

/// How long addresses may be tentative, in nanoseconds.
const SETTLED: u64 = 10_000_000_000;

/// A plugin that makes an interface.
pub struct Kind {
    /// Makes the interface.
    pub make: fn(&Call, &mut Sides) -> Answer<&'static Made>,
    /// Whether addresses and routes are as the plugins for addresses have them; or else done by `finish`.
    pub configures: bool,
    /// Whether the kernel is to announce the addresses (`arp_notify`).
    pub announces: bool,
    /// Whether the name servers of the plugin for addresses are passed on.
    pub has_dns: bool,
    /// Whether there has to be a plugin for addresses.
    pub needs_addresses: bool,
    /// What is left when the interface has its addresses, on the outside and inside.
    pub finish: fn(&Call, &mut Sides, &Made, &mut Outcome) -> Answer<()>,
    /// Takes the interface away; nothing if there is none.
    pub release: fn(&Call, &mut Sides) -> Answer<()>,
    /// Whether the interface is as it was made; its addresses and routes are looked at anyway.
    pub check: fn(&Call, &mut Sides, &Link) -> Answer<()>,
}

/// What was made.
pub struct Made {
    /// The interfaces outside, in the order in which they are told of.
    pub outside: &'static [&'static Link],
    /// The one inside.
    pub inside: &'static Link,
}

impl Made {
    /// What was made, as it is told of.
    pub fn of(outside: &'static [&'static Link], inside: &'static Link) -> &'static Made {
        Box::leak(Box::new(Made { outside, inside }))
    }
}

/// Does what is asked.
pub fn run(call: &Call, outcome: &mut Outcome, kind: &Kind) -> Answer<()> {
    if kind.needs_addresses && !ipam::is_wanted(call) {
        call.check()?;
        return Err(Fault::of(CONFIG, "\"ipam\" with a type is required", b""));
    }
    match call.command {
        Command::Add => add(call, kind, outcome),
        Command::Check => check(call, kind, outcome),
        Command::Del => delete(call, kind, outcome),
        Command::Gc => {
            let done = masquerade::collect(call);
            ipam::delegate(call, Command::Gc, outcome)?;
            done
        }
        _ => ipam::delegate(call, Command::Status, outcome),
    }
}

fn add(call: &Call, kind: &Kind, outcome: &mut Outcome) -> Answer<()> {
    let sides = Sides::open(call.netns)?;
    let made = (kind.make)(call, sides)?;
    let mut has_addresses = false;
    let done = equip(call, kind, sides, made, &mut has_addresses, outcome);
    if let Err(fault) = &done
        && fault.code() != ENDS
    {
        let _ = (kind.release)(call, sides);
        if has_addresses {
            let _ = ipam::delegate(call, Command::Del, outcome);
        }
    }
    done
}

fn equip(
    call: &Call,
    kind: &Kind,
    sides: &mut Sides,
    made: &Made,
    has_addresses: &mut bool,
    outcome: &mut Outcome,
) -> Answer<()> {
    ipam::delegate(call, Command::Add, outcome)?;
    // Not where it fails: what it has given to this container before is not to be taken away.
    *has_addresses = ipam::is_wanted(call);
    if !*has_addresses {
        sides::set_up(&mut sides.inside, made.inside.index)?;
    } else if outcome.addresses.is_empty() {
        return Err(Fault::other("IPAM plugin returned missing IP config", b""));
    }
    for link in made.outside {
        outcome.interfaces.push(describe(link, b""));
    }
    let place = outcome.interfaces.len() as i64;
    outcome.interfaces.push(describe(made.inside, call.netns));
    for address in &mut outcome.addresses {
        address.interface = Some(place);
    }
    let dns = call.object("dns");
    call.check()?;
    if dns.each().advance() || !kind.has_dns {
        outcome.dns = dns.object_text();
    }
    if kind.announces && *has_addresses {
        let _ = sides.set_inside("ipv4/conf/%/arp_notify", call.ifname, b"1");
    }
    if kind.configures {
        complete_gateways(call, outcome)?;
        configure(call, sides, made.inside.index, outcome)?;
    }
    (kind.finish)(call, sides, made, outcome)?;
    // The last step, done whole or not at all.
    let is_masked = call.is_on("ipMasq");
    call.check()?;
    match is_masked && *has_addresses {
        true => masquerade::add(call, &outcome.addresses),
        false => Ok(()),
    }
}

/// An interface as the result has it.
pub fn describe(link: &Link, sandbox: Text) -> Interface {
    Interface {
        name: link.name,
        mac: texts::mac(link.mac),
        sandbox,
        mtu: link.mtu.into(),
        ..Interface::default()
    }
}

/// The first address of a network, which is the gateway of whom none is named.
fn first_of(prefix: Host) -> Host {
    let bytes = sides::network(prefix);
    if let Some(last) = bytes.last_mut() {
        *last |= 1;
    }
    sides::host(bytes)
}

/// Names the gateways that are left open, and adds default routes where the configuration asks for it.
fn complete_gateways(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    let is_default = call.is_on("isDefaultGateway");
    let is_gateway = is_default || call.is_on("isGateway");
    call.check()?;
    if !is_gateway {
        return Ok(());
    }
    for &family in &FAMILIES {
        let mut gateway = None;
        for address in &mut outcome.addresses {
            if address.prefix.family == family {
                let own = address.gateway.unwrap_or_else(|| first_of(address.prefix));
                address.gateway = Some(own);
                gateway = gateway.or(Some(own));
            }
        }
        let Some(gateway) = gateway else {
            continue;
        };
        let is_routed = outcome.routes.iter().any(|route| {
            let to = route.destination;
            to.family == family && to.len == 0 && route.gateway.is_some()
        });
        if is_default && !is_routed {
            outcome.routes.push(Route {
                destination: sides::prefix(&[0; 16][..gateway.bytes().len()], 0),
                gateway: Some(gateway),
                numbers: [0; 5],
            });
        }
    }
    Ok(())
}

/// Has this machine forward what is of a family.
pub fn forward(family: u8) -> Answer<()> {
    let path = match family {
        af::INET => "ipv4/ip_forward",
        _ => "ipv6/conf/all/forwarding",
    };
    sides::set(path, b"", b"1")
}

/// The way of a route through an interface. Its gateway is its own, or the first of an address of its family.
pub fn way(route: &Route, addresses: &[Address], index: u32) -> RouteSpec {
    let [mtu, advmss, priority, table, scope] = route.numbers;
    let mut gateway = route.gateway;
    for address in addresses {
        let of_family = |host: &Host| host.family == route.destination.family;
        gateway = gateway.or(address.gateway.filter(of_family));
    }
    RouteSpec {
        to: route.destination,
        gateway,
        source: None,
        index,
        // RT_SCOPE_UNIVERSE is 0.
        scope: scope as u8,
        numbers: [mtu, advmss, priority, table],
    }
}

/// Gives the interface inside its addresses, sets it up, and adds the routes.
pub fn configure(call: &Call, sides: &mut Sides, index: u32, outcome: &Outcome) -> Answer<()> {
    let has_inet6 = outcome
        .addresses
        .iter()
        .any(|address| address.prefix.family == af::INET6);
    if has_inet6 {
        let path = "ipv6/conf/%/disable_ipv6";
        // Where there is no such setting, the address is refused with the reason.
        let _ = sides.set_inside(path, b"lo", b"0");
        let _ = sides.set_inside(path, call.ifname, b"0");
    }
    let mut has_gateway = false;
    for address in &outcome.addresses {
        sides::add_address(&mut sides.inside, index, address.prefix).map_err(|fault| {
            fault.context("failed to add IP addr %", texts::network(address.prefix))
        })?;
        has_gateway |= address.gateway.is_some_and(|host| host.family == af::INET6);
    }
    sides::set_up(&mut sides.inside, index)?;
    if has_gateway {
        settle(sides, index)?;
    }
    for route in &outcome.routes {
        let way = way(route, &outcome.addresses, index);
        sides::add_route(&mut sides.inside, &way)
            .map_err(|fault| fault.context("failed to add route %", texts::network(way.to)))?;
    }
    Ok(())
}

/// Whether an address of an interface inside is tentative. One that is a duplicate is refused.
fn is_tentative(sides: &mut Sides, index: u32) -> Answer<bool> {
    let mut found = false;
    let mut duplicate = None;
    sides::each_address(&mut sides.inside, index, &mut |address, _, flags| {
        if flags & ifa_f::DADFAILED != 0 {
            duplicate = Some(texts::address(address));
        }
        found |= flags & ifa_f::TENTATIVE != 0;
    })?;
    match duplicate {
        Some(address) => Err(Fault::other("address % is a duplicate", address)),
        None => Ok(found),
    }
}

/// Waits until no address of an interface inside is tentative.
fn settle(sides: &mut Sides, index: u32) -> Answer<()> {
    if !is_tentative(sides, index)? {
        return Ok(());
    }
    let mut events = None;
    sides.enter(&mut || {
        events = Some(Box::leak(sides.inside.open_socket()?));
        Ok(())
    })?;
    let Some(events) = events else {
        return Ok(());
    };
    events.join(&[rtnlgrp::IPV6_IFADDR])?;
    let deadline = sys::clock(libc::CLOCK_MONOTONIC) + SETTLED;
    while is_tentative(sides, index)? {
        if !events.listen(deadline, &mut |_| true)? {
            let text = "addresses are tentative still after 10 s";
            return Err(Fault::other(text, b""));
        }
    }
    Ok(())
}

/// Undoes ADD, as far as there is something to undo. Every step is tried; the first failure is told.
fn delete(call: &Call, kind: &Kind, outcome: &mut Outcome) -> Answer<()> {
    let released = match Sides::open_if_there(call.netns) {
        Ok(Some(sides)) => (kind.release)(call, sides),
        Ok(None) => Ok(()),
        Err(fault) => Err(fault),
    };
    let given_back = ipam::delegate(call, Command::Del, outcome);
    let removed = masquerade::remove(call);
    released?;
    given_back?;
    removed
}

/// Refuses a name that is taken inside: what is there is not to be taken away if something fails.
pub fn refuse_taken(call: &Call, sides: &mut Sides) -> Answer<()> {
    let text = "container veth name provided (%) already exists";
    match sides::find(&mut sides.inside, call.ifname)? {
        Some(_) => Err(Fault::other(text, call.ifname)),
        None => Ok(()),
    }
}

/// Takes the interface inside away: how most plugins release it.
pub fn delete_inside(call: &Call, sides: &mut Sides) -> Answer<()> {
    sides::delete(&mut sides.inside, call.ifname)
        .map_err(|fault| fault.context("failed to delete %", call.ifname))
}

fn check(call: &Call, kind: &Kind, previous: &mut Outcome) -> Answer<()> {
    chained::previous(call, "Required prevResult missing", previous)?;
    ipam::delegate(call, Command::Check, Box::leak(Box::default()))?;
    let sides = Sides::open(call.netns)?;
    let link = sides::find_or(&mut sides.inside, call.ifname, "interface % is not there")?;
    let mut interfaces = previous.interfaces.iter();
    let known = interfaces
        .find(|interface| interface.name == call.ifname && interface.sandbox == call.netns);
    let text = match known {
        None => "interface % is not in prevResult",
        Some(known) if !known.mac.is_empty() && !same(known.mac, texts::mac(link.mac)) => {
            "interface % has another link-layer address"
        }
        _ => "",
    };
    if !text.is_empty() {
        return Err(Fault::other(text, call.ifname));
    }
    (kind.check)(call, sides, link)?;
    for address in &previous.addresses {
        let mut is_there = false;
        sides::each_address(&mut sides.inside, link.index, &mut |bytes, len, _| {
            is_there |= bytes == address.prefix.bytes() && len == address.prefix.len;
        })?;
        if !is_there {
            return Err(missing("address % is not there", address.prefix));
        }
    }
    for route in &previous.routes {
        let way = way(route, &previous.addresses, link.index);
        let mut is_there = false;
        sides::each_route(&mut sides.inside, &way, &mut |gateway| {
            is_there |= way.gateway.is_none_or(|wanted| wanted.bytes() == gateway);
        })?;
        if !is_there {
            return Err(missing("route % is not there", route.destination));
        }
    }
    Ok(())
}

fn missing(text: &str, prefix: Host) -> Fault {
    Fault::other(text, texts::network(prefix))
}
