//! The words of `ip netns connect` and `disconnect`, and what is printed of a tunnel.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::netns::words::{apart, name};
use crate::ns::tunnel::{self, Plan, Tunnel};
use crate::out::Out;
use crate::text::add_address;
use crate::text::cut;

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

/// What may be said of a tunnel once, by its place; the last two have no word before them.
const KEYS: &[&[u8]] = &[b"dev", b"peer", b"mtu", b"PREFIX", b"NAMESPACE"];
const DEV: usize = 0;
const MTU: usize = 2;
const PREFIX: usize = 3;
const OTHER: usize = 4;

/// `NAME [OTHER] [dev D] [peer P] [CIDR] [mtu N]`; what has a `/` and reads as a prefix is one. To take a tunnel down `dev` alone
/// is of use.
fn parse<'a>(w: &mut Words<'a>, make: bool) -> Result<Plan<'a>> {
    let name = name(w)?;
    let mut values: [Option<&[u8]>; OTHER + 1] = [None; OTHER + 1];
    while let Some(word) = w.next() {
        let known = if make { &KEYS[..=MTU] } else { &KEYS[..=DEV] };
        let named = known.iter().position(|key| *key == word);
        let place = match named {
            Some(place) => place,
            None if make && is_prefix(word) => PREFIX,
            None => OTHER,
        };
        if values[place].is_some() {
            return Err(match place {
                OTHER => Error::garbage("NAMESPACE", word),
                _ => Error::duplicate(KEYS[place], word),
            });
        }
        let value = if named.is_some() { w.value()? } else { word };
        if place < MTU && !args::is_ifname(value) {
            return Err(Error::bad_value(value, b"\"%\" not a valid ifname", word));
        }
        values[place] = Some(value);
    }
    let [dev, peer, mtu, cidr, other] = values;
    let mtu = mtu.map(|value| {
        let mtu = args::unsigned(value, u32::MAX.into());
        mtu.ok_or_else(|| Error::bad_arg(value, "Invalid \"mtu\" value"))
    });
    Ok(Plan {
        name,
        other,
        dev,
        peer,
        cidr: cidr.map(|word| args::cidr(word, 0)).transpose()?,
        mtu: mtu.transpose()?.map(|mtu| mtu as u32),
    })
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
        let namespace = [plan.other, Some(plan.name)][n];
        if let Some(namespace) = namespace {
            out.str("netns|netns % ", namespace);
        }
        out.uint("ifindex", end.index.into());
        out.str("ifname|dev % ", &end.name);
        add_address(out.value(), &end.address);
        out.put("local|%", true);
        out.uint("prefixlen|/%", tunnel.len.into());
        if let Some(mtu) = plan.mtu {
            out.uint("mtu| mtu %", mtu.into());
        }
        if n == 1 && tunnel.routed {
            add_address(out.value(), &tunnel.ends[0].address);
            out.put("gateway| default via %", true);
        }
        out.text("\n");
        out.object_end();
    }
    out.document_end()
}
