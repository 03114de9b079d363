//! The devices by which packets of the tunnel leave and come back.

use super::rules::{Rules, Use};
use crate::args::has_equal_bits;
use crate::error::Result;
use crate::nl::sock::Socket;
use crate::nl::uapi::{rta, rtm, rtn};
use crate::nl::wire::{Attrs, Msg, field};

/// How often a dump is asked for again that has changed under way.
const TURNS: u32 = 8;
/// The length of a `struct rtmsg`, and of a `struct rtnexthop`.
const RTMSG: usize = 12;
const RTNEXTHOP: usize = 8;

/// The devices of default routes, of routes to what is allowed, and of published addresses, by their indexes.
pub fn find(rules: &Rules, family: u8, socket: &mut Socket) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    let mut head = [0; RTMSG];
    head[0] = family;
    let mut msg = Msg::new(rtm::GETROUTE, 0, &head);
    for _ in 0..TURNS {
        let is_whole = socket.dump(&mut msg, &mut |message| {
            if message.kind == rtm::NEWROUTE {
                add_devices(rules, message.body, &mut found);
            }
            Ok(())
        })?;
        if is_whole {
            break;
        }
    }
    Ok(found)
}

/// Adds the devices of a route that matters.
fn add_devices(rules: &Rules, route: &[u8], found: &mut Vec<u32>) {
    // A `struct rtmsg`: family, length of the destination, …, type at 7.
    let (Some(attrs), &[family, len, _, _, _, _, _, kind, ..]) = (route.get(RTMSG..), route) else {
        return;
    };
    let attrs = Attrs(attrs);
    let to = attrs.find(rta::DST).unwrap_or_default().0;
    let is_default = len == 0 && kind == rtn::UNICAST;
    let matters = rules.ports.iter().any(|port| {
        let near = &port.address;
        match kind {
            rtn::LOCAL => port.r#use == Use::Publish && near.bytes() == to,
            // Of the addresses of both, one may be in both.
            rtn::UNICAST => {
                port.r#use != Use::Publish
                    && (near.family == 0
                        || near.family == family
                            && has_equal_bits(to, near.bytes(), len.min(near.len)))
            }
            _ => false,
        }
    });
    if !matters && !is_default {
        return;
    }
    let mut add = |index| {
        if !found.contains(&index) {
            found.push(index);
        }
    };
    if let Some(index) = attrs.find(rta::OIF).and_then(|index| index.u32()) {
        add(index);
    }
    // Each `struct rtnexthop`: length, flags, hops, index; and its attributes.
    let mut hops = attrs.find(rta::MULTIPATH).unwrap_or_default().0;
    while let (Some(len), Some(index)) = (hops.first_chunk(), field(hops, 4)) {
        add(index);
        let len = usize::from(u16::from_ne_bytes(*len)).max(RTNEXTHOP);
        hops = hops.get(len.next_multiple_of(4)..).unwrap_or_default();
    }
}
