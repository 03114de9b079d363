//! `ptp`: a pair of veth links, one end inside, the other with a route to it.

use crate::cni::attach::{self, Kind, Made};
use crate::cni::call::Call;
use crate::cni::outcome::{Host, Outcome};
use crate::cni::protocol::{Answer, Fault};
use crate::cni::sides::{self, Link, RouteSpec, Sides, host};
use crate::cni::veth::{self, Pair};
use crate::nl::uapi::rt_scope;

/// The plugin.
pub const KIND: Kind = Kind {
    make,
    configures: false,
    announces: false,
    has_dns: true,
    needs_addresses: true,
    finish,
    release: attach::delete_inside,
    check: |_, sides, link| veth::check(sides, link).map(|_| ()),
};

fn make(call: &Call, sides: &mut Sides) -> Answer<&'static Made> {
    let pair = Pair {
        name: call.ifname,
        is_inside: true,
        mtu: veth::mtu(call),
        mac: b"",
        master: 0,
    };
    call.check()?;
    attach::refuse_taken(call, sides)?;
    let [outside, inside] = veth::make(sides, &pair)?;
    Ok(Made::of(vec![outside].leak(), inside))
}

fn finish(call: &Call, sides: &mut Sides, made: &Made, outcome: &mut Outcome) -> Answer<()> {
    let [outside] = made.outside else {
        return Ok(());
    };
    attach::configure(call, sides, made.inside.index, outcome)?;
    for address in &outcome.addresses {
        let text = "no gateway for an address";
        let gateway = address.gateway.ok_or_else(|| Fault::other(text, b""))?;
        let own = host(address.prefix.bytes());
        inside_routes(sides, made.inside, address.prefix, own, gateway)?;
        sides::add_address(&mut sides.outside, outside.index, gateway)?;
        let way = RouteSpec {
            to: own,
            gateway: None,
            source: None,
            index: outside.index,
            scope: rt_scope::HOST,
            numbers: [0; 4],
        };
        sides::add_route(&mut sides.outside, &way)?;
        attach::forward(address.prefix.family)?;
    }
    Ok(())
}

/// Has all of the network go over the gateway, which is the other end.
fn inside_routes(
    sides: &mut Sides,
    inside: &Link,
    prefix: Host,
    own: Host,
    gateway: Host,
) -> Answer<()> {
    let mut way = RouteSpec {
        to: prefix,
        gateway: None,
        source: None,
        index: inside.index,
        scope: rt_scope::LINK,
        numbers: [0; 4],
    };
    // The one that the kernel has made with the address.
    let _ = sides::delete_route(&mut sides.inside, &way);
    way.to = gateway;
    way.source = Some(own);
    sides::add_route(&mut sides.inside, &way)?;
    way.to = prefix;
    way.gateway = Some(gateway);
    way.scope = rt_scope::UNIVERSE;
    sides::add_route(&mut sides.inside, &way)
}
