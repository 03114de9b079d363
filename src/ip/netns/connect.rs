//! The words of `ip netns connect` and `disconnect`, and what is printed of a tunnel.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::netns::words::{apart, name};
use crate::ns::tunnel::{self, Plan, Tunnel};
use crate::out::Out;
use crate::text::{add_address, cut};

/// Runs `connect`, and shows the tunnel.
pub fn connect(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let plan = parse(w, true)?;
    apart(ctx, io, &mut |io| {
        tunnel::connect(&plan, &mut io.out, &mut |tunnel, out| {
            show(tunnel, &plan, out)?;
            out.flush()
        })
    })
}

/// Runs `disconnect`.
pub fn disconnect(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let plan = parse(w, false)?;
    apart(ctx, io, &mut |_| {
        tunnel::disconnect(plan.name, plan.other, plan.dev)
    })
}

/// Reads `NAME [OTHER] [dev D] [peer P] [CIDR] [mtu N]`; what has a `/` and reads as a prefix is one. To take a tunnel down `dev`
/// alone is of use.
fn parse<'a>(w: &mut Words<'a>, make: bool) -> Result<Plan<'a>> {
    let mut plan = Plan {
        name: name(w)?,
        ..Plan::default()
    };
    while let Some(word) = w.next() {
        let known = match word {
            b"dev" => true,
            b"peer" | b"mtu" => make,
            _ => false,
        };
        let is_prefix = !known && make && is_prefix(word);
        let given = match word {
            b"dev" if known => plan.dev.is_some(),
            b"peer" if known => plan.peer.is_some(),
            b"mtu" if known => plan.mtu.is_some(),
            _ if is_prefix => plan.cidr.is_some(),
            _ if plan.other.is_some() => return Err(Error::garbage("NAMESPACE", word)),
            _ => {
                plan.other = Some(word);
                continue;
            }
        };
        if given {
            let key = if is_prefix { b"PREFIX" } else { word };
            return Err(Error::duplicate(key, word));
        }
        if is_prefix {
            plan.cidr = Some(args::cidr(word, 0)?);
            continue;
        }
        let value = w.value()?;
        if word == b"mtu" {
            let mtu = args::unsigned(value, u32::MAX.into());
            let mtu = mtu.ok_or_else(|| Error::bad_arg(value, "Invalid \"mtu\" value"))?;
            plan.mtu = Some(mtu as u32);
            continue;
        }
        if !args::is_ifname(value) {
            return Err(Error::bad_value(value, b"\"%\" not a valid ifname", word));
        }
        *if word == b"dev" {
            &mut plan.dev
        } else {
            &mut plan.peer
        } = Some(value);
    }
    Ok(plan)
}

/// Whether a word is an address, or begins as one and goes on after a `/`: no name that anybody would think of.
fn is_prefix(word: &[u8]) -> bool {
    let mut rest = word;
    let host = cut(&mut rest, b'/').unwrap_or_default();
    let separated = host.contains(&b':') || host.contains(&b'.');
    separated && args::addr(host, 0).is_ok()
}

/// A line for each end of a new tunnel.
fn show(tunnel: &Tunnel, plan: &Plan, out: &mut Out) -> Result<()> {
    out.document();
    for (n, end) in tunnel.ends.iter().enumerate() {
        out.object("");
        if let Some(namespace) = [plan.other, Some(plan.name)][n] {
            out.str("netns|netns % ", namespace);
        }
        out.uint("ifindex", end.index.into());
        out.str("ifname|dev % ", &end.name);
        add_address(out.value(), tunnel.address(n));
        out.put("local|%", true);
        out.uint("prefixlen|/%", tunnel.network.len.into());
        if let Some(mtu) = plan.mtu {
            out.uint("mtu| mtu %", mtu.into());
        }
        if n == 1 && tunnel.routed {
            add_address(out.value(), tunnel.address(0));
            out.put("gateway| default via %", true);
        }
        out.text("\n");
        out.object_end();
    }
    out.document_end()
}
