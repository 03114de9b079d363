//! The words of `ip netns connect` and `disconnect`, and what is printed of a tunnel.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::names::add_address;
use crate::ns;
use crate::ns::tunnel::{Plan, Tunnel};
use crate::out::Out;

/// `NAME [OTHER] [dev D] [peer P] [CIDR] [mtu N]`; what has a `/` and reads as a prefix is one. To take a tunnel down `dev` alone
/// is of use.
pub fn parse<'a>(w: &mut Words<'a>, make: bool) -> Result<Plan<'a>> {
    let mut plan = Plan {
        name: w.next().ok_or_else(ns::no_name)?,
        ..Plan::default()
    };
    let device = |value: &'a [u8], key: &str| match args::is_ifname(value) {
        true => Ok(Some(value)),
        false => Err(Error::bad_value(
            value,
            b"\"%\" not a valid ifname",
            key.as_bytes(),
        )),
    };
    let mut seen = Vec::new();
    while let Some(word) = w.next() {
        let key: &[u8] = match word {
            b"dev" => word,
            b"peer" | b"mtu" if make => word,
            _ if make && is_prefix(word) => b"PREFIX",
            _ => b"NAMESPACE",
        };
        if seen.contains(&key) {
            return Err(Error::duplicate(key, word));
        }
        seen.push(key);
        match key {
            b"dev" => plan.dev = device(w.value()?, "dev")?,
            b"peer" => plan.peer = device(w.value()?, "peer")?,
            b"mtu" => {
                let value = w.value()?;
                let mtu = args::unsigned(value, u32::MAX.into());
                plan.mtu = Some(mtu.ok_or_else(|| Error::invalid(value, key))? as u32);
            }
            b"PREFIX" => plan.cidr = Some(args::cidr(word, 0)?),
            _ => plan.other = Some(word),
        }
    }
    Ok(plan)
}

fn is_prefix(word: &[u8]) -> bool {
    word.contains(&b'/') && args::cidr(word, 0).is_ok_and(|prefix| !prefix.bytes().is_empty())
}

/// A line for each end of a new tunnel.
pub fn show(tunnel: &Tunnel, plan: &Plan, out: &mut Out) -> Result<()> {
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
