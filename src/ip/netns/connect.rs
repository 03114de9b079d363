//! The words of `ip netns connect` and `disconnect`, and what is printed of a tunnel.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io, apart};
use crate::ip::netns::words::no_name;
use crate::keywords;
use crate::ns::tunnel::{self, Plan, Tunnel};
use crate::out::Out;
use crate::text::{add_address, cut};

keywords! {
    /// What may be said of a tunnel, with a value behind it.
    pub(crate) enum Word {
        Dev = "=dev",
        Peer = "=peer",
        Mtu = "=mtu",
    }
}

/// Runs `connect`, and shows the tunnel.
pub fn connect(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut plan = Plan::default();
    parse(w, true, &mut plan)?;
    apart(ctx, io, &mut |io| {
        tunnel::connect(&plan, &mut io.out, &mut |tunnel, out| {
            show(tunnel, &plan, out)?;
            out.flush()
        })
    })
}

/// Runs `disconnect`.
pub fn disconnect(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut plan = Plan::default();
    parse(w, false, &mut plan)?;
    apart(ctx, io, &mut |_| tunnel::disconnect(&plan))
}

/// Reads `NAME [OTHER] [dev D] [peer P] [CIDR] [mtu N]`; what has a `/` and reads as a prefix is one. To take a tunnel
/// down (not `make`) `dev` alone is of use.
fn parse<'a>(w: &mut Words<'a>, make: bool, plan: &mut Plan<'a>) -> Result<()> {
    plan.name = w.next().ok_or_else(no_name)?;
    let (mut mtu, mut cidr) = (None, None);
    while let Some(word) = w.next() {
        let known = Word::pick(word).filter(|known| make || *known == Word::Dev);
        let (slot, key): (_, &[u8]) = match known {
            Some(Word::Dev) => (&mut plan.dev, word),
            Some(Word::Peer) => (&mut plan.peer, word),
            Some(Word::Mtu) => (&mut mtu, word),
            None if make && is_prefix(word) => (&mut cidr, b"PREFIX"),
            None if plan.other.is_some() => return Err(Error::garbage("NAMESPACE", word)),
            None => (&mut plan.other, b""),
        };
        if slot.is_some() {
            return Err(Error::duplicate(key, word));
        }
        *slot = Some(word);
        if known.is_some() {
            let value = w.value()?;
            if known != Some(Word::Mtu) && !args::is_ifname(value) {
                return Err(Error::bad_value(value, b"\"%\" not a valid ifname", word));
            }
            *slot = Some(value);
        }
    }
    if let Some(word) = cidr {
        plan.cidr = Some(args::cidr(word, 0)?);
    }
    if let Some(word) = mtu {
        let number = args::unsigned(word, u32::MAX.into());
        let number = number.ok_or_else(|| Error::bad_arg(word, "Invalid \"mtu\" value"))?;
        plan.mtu = Some(number as u32);
    }
    Ok(())
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
