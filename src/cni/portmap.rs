//! `portmap`: ports of the host lead to ports of the container.

use crate::cni::call::{Call, Command};
use crate::cni::chained::{address_of, previous};
use crate::cni::masquerade::SOURCE_NAT;
use crate::cni::outcome::{Address, FAMILIES, Host, Outcome, read_address};
use crate::cni::protocol::{Answer, Fault};
use crate::cni::texts::decimal;
use crate::cni::{flows, sides, table};
use crate::names::Names;
use crate::nl::nft::Batch;
use crate::nl::packet::{Step, Step::*, Subject};
use crate::nl::uapi::{af, nf_inet, rta, rtm};
use crate::nl::wire::{Attrs, Msg};
use crate::ns::pool::rtmsg;
use crate::text::same;

const PRE: &[u8] = b"prerouting";
const OUT: &[u8] = b"output";
const POST: &[u8] = b"hairpin";
const CHAINS: &[&[u8]] = &[PRE, OUT, POST];
/// The priority of what changes destinations.
const DESTINATION_NAT: i32 = -100;
const LOOPBACK: (&[u8], u8) = (&[127], 8);

/// A port of the host, and where it leads.
struct Mapping {
    /// `None` for all addresses.
    host: Option<Host>,
    port: u16,
    inner: u16,
    protocol: u8,
}

/// Does what is asked.
pub fn run(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    match call.command {
        Command::Del => table::remove(call, table::own(call), CHAINS),
        Command::Gc => table::collect(call, table::own(call), CHAINS),
        Command::Add => add(call, outcome),
        Command::Check => {
            let text = "must be called as chained plugin";
            previous(call, text, outcome)?;
            let mut families = FAMILIES.iter();
            let has_address = families.any(|family| address_of(call, outcome, *family).is_some());
            let is_needed = has_address && !read_mappings(call)?.is_empty();
            match !is_needed || table::has_rules(call, &[PRE])? {
                true => Ok(()),
                false => Err(Fault::other("the port mappings are not there", b"")),
            }
        }
        _ => Ok(()),
    }
}

/// Settings that are words of iptables.
const ABSENT: [&str; 3] = ["conditionsV4", "conditionsV6", "externalSetMarkChain"];

fn read_mappings(call: &Call) -> Answer<&'static [Mapping]> {
    let mut mappings = Vec::new();
    let mut list = call.list_of(call.runtime(), "portMappings");
    while list.advance() {
        let entry = list.value;
        let port = |name: &str, what: &[u8]| -> u16 {
            let number = call.number_of(entry, name);
            if !(1..=0xffff).contains(&number) {
                let text = "Invalid % port number: %";
                call.refuse_with(Fault::other_two(text, what, decimal(number)));
            }
            number as u16
        };
        let protocol = call.text_of(entry, "protocol");
        let host = call.text_of(entry, "hostIP");
        let mapping = Mapping {
            inner: port("containerPort", b"container"),
            port: port("hostPort", b"host"),
            host: read_address(host),
            protocol: match () {
                () if protocol.is_empty() || same(protocol, b"tcp") => libc::IPPROTO_TCP as u8,
                () if same(protocol, b"udp") => libc::IPPROTO_UDP as u8,
                () if same(protocol, b"sctp") => libc::IPPROTO_SCTP as u8,
                () => 0,
            },
        };
        if mapping.host.is_none() && !host.is_empty() {
            call.refuse("invalid host IP %", host);
        }
        if mapping.protocol == 0 {
            let protocol = protocol.to_ascii_lowercase();
            call.refuse("unknown protocol %", protocol.leak());
        }
        mappings.push(mapping);
    }
    match call.check() {
        Ok(()) => Ok(mappings.leak()),
        Err(fault) => Err(fault.context("failed to parse config", b"")),
    }
}

fn add(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    call.refuse_settings(&ABSENT, &[b"null", b"\"\"", b"[]"])?;
    previous(call, "must be called as chained plugin", outcome)?;
    let mappings = read_mappings(call)?;
    if mappings.is_empty() {
        return Ok(());
    }
    let place = table::own(call);
    let owner = table::owner(call, place);
    call.check()?;
    let mut batch = Batch::new(place.family, place.table);
    batch.table(0, 0);
    batch.chain(PRE, true, nf_inet::PRE_ROUTING, DESTINATION_NAT);
    batch.chain(OUT, true, nf_inet::LOCAL_OUT, DESTINATION_NAT);
    batch.chain(POST, true, nf_inet::POST_ROUTING, SOURCE_NAT);
    let masquerades = call.bool_of(call.config, "snat") != Some(false);
    let all = call.is_on("masqAll");
    call.check()?;
    let mut inner4 = None;
    let mut has_rules = false;
    for &family in &FAMILIES {
        let Some(address) = address_of(call, outcome, family) else {
            continue;
        };
        if family == af::INET {
            inner4 = Some(address.prefix);
        }
        for mapping in mappings {
            if !lead(mapping, address, owner, &mut batch) {
                continue;
            }
            has_rules = true;
            if masquerades {
                masquerade(mapping, address, all, owner, &mut batch);
            }
        }
    }
    // DEL finds a table by its rules.
    if !has_rules {
        return Ok(());
    }
    table::send(batch)?;
    let mut ports = Vec::new();
    for mapping in mappings {
        if mapping.protocol == libc::IPPROTO_UDP as u8 {
            ports.push(mapping.port);
        }
    }
    let ports: &[u16] = ports.leak();
    for &family in &FAMILIES {
        if !ports.is_empty() {
            // Without it clients that were there before have to wait.
            let _ = flows::forget(family, ports);
        }
    }
    // What comes from 127.0.0.1 may then leave by the interface to the container.
    if let Some(inner) = inner4.filter(|_| masquerades)
        && let Err(fault) = route_loopback(inner)
    {
        let _ = table::remove(call, table::own(call), CHAINS);
        return Err(fault);
    }
    Ok(())
}

/// The rules that change the destination; false if the port is of another family than the address.
fn lead(mapping: &Mapping, address: &Address, owner: &[u8], batch: &mut Batch) -> bool {
    let host = mapping.host.map_or(&b""[..], |host| host.bytes());
    let is_ipv6 = address.prefix.family == af::INET6;
    let is_any = host.iter().all(|byte| *byte == 0);
    if mapping
        .host
        .is_some_and(|host| host.family != address.prefix.family)
    {
        return false;
    }
    let mut subject = Subject::of(is_ipv6);
    if !is_any {
        subject.destination = (host, 8 * host.len() as u8);
    }
    subject.protocol = mapping.protocol;
    subject.port = mapping.port;
    subject.inner = address.prefix.bytes();
    subject.inner_port = mapping.inner;
    let any: &[Step] = match is_ipv6 {
        true => &[Destination, ToCaller, NotLoopback, Protocol, ToPort, Lead],
        false => &[Destination, ToCaller, Protocol, ToPort, Lead],
    };
    let one = &[Destination, Protocol, ToPort, Lead];
    for chain in &CHAINS[..2] {
        batch.rule(chain, owner);
        subject.add(if is_any { any } else { one }, batch);
    }
    true
}

/// The rules for senders whose answers would not come back this way: the container's own network, and this machine.
fn masquerade(mapping: &Mapping, address: &Address, all: bool, owner: &[u8], batch: &mut Batch) {
    let bytes = address.prefix.bytes();
    let is_ipv6 = address.prefix.family == af::INET6;
    let mut subject = Subject::of(is_ipv6);
    subject.destination = (bytes, 8 * bytes.len() as u8);
    subject.is_whole = true;
    subject.protocol = mapping.protocol;
    subject.port = mapping.inner;
    let mut change = |source| {
        subject.source = source;
        batch.rule(POST, owner);
        // What a neighbour sends to the container itself stays as it is.
        let steps = [Source, Destination, Protocol, ToPort, Led, Masquerade];
        subject.add(&steps, batch);
    };
    change((bytes, if all { 0 } else { address.prefix.len }));
    if !all && !is_ipv6 {
        change(LOOPBACK);
    }
}

/// Has the interface by which the container is reached route 127.0.0.1.
fn route_loopback(inner: Host) -> Answer<()> {
    let mut names = Names::default();
    let mut head = rtmsg(af::INET, 0, 0, 0);
    head[1] = 32;
    let mut msg = Msg::new(rtm::GETROUTE, 0, &head);
    msg.bytes(rta::DST, inner.bytes());
    let mut index = None;
    // Where there is no route there is no interface.
    let _ = names.socket()?.get(&mut msg, &mut |message| {
        let attrs = Attrs(message.body.get(12..).unwrap_or_default());
        index = attrs.find(rta::OIF).and_then(|index| index.u32());
        Ok(())
    });
    if let Some(index) = index
        && let Some(link) = sides::by_index(&mut names, index)?
    {
        return sides::set("ipv4/conf/%/route_localnet", link.name, b"1");
    }
    Ok(())
}
