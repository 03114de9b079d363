//! What no row can say.

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result};
use crate::kind;
use crate::kind::bridge::QUERIER;
use crate::names::Names;
use crate::nl::uapi::{macvlan, macvlan_macaddr};
use crate::nl::wire::{Attr, Attrs, Msg};
use crate::out::Out;
use crate::text::{add_mac, hexadecimal};

/// The oddities. Each is a row's type, with its own parsing, printing and help.
#[derive(Clone, Copy)]
pub enum Odd {
    /// macvlan's list of source addresses.
    MacAddr,
    /// Who else asks for multicast groups on a bridge.
    QuerierState,
    /// A bridge port's mask of forwarded groups, as names.
    GroupFwdNames,
}

impl Odd {
    /// Adds what `value` and the words after it mean.
    pub fn parse(self, attr: u16, value: &[u8], w: &mut Words<'_>, msg: &mut Msg) -> Result<()> {
        let mode = match value {
            b"add" => macvlan_macaddr::ADD,
            b"del" => macvlan_macaddr::DEL,
            b"set" => macvlan_macaddr::SET,
            b"flush" => macvlan_macaddr::FLUSH,
            _ => return Err(Error::status(REFUSED)),
        };
        msg.u32(attr, mode);
        match mode {
            macvlan_macaddr::SET => msg.nest(macvlan::MACADDR_DATA, |m| {
                while let Some(address) = w.peek().and_then(|word| args::lladdr(word).ok()) {
                    w.next();
                    m.bytes(macvlan::MACADDR, &address);
                }
            }),
            macvlan_macaddr::FLUSH => {}
            _ => msg.bytes(macvlan::MACADDR, &args::lladdr(w.value()?)?),
        }
        Ok(())
    }

    /// The values, for the help.
    pub fn help(self) -> &'static [u8] {
        match self {
            Odd::MacAddr => b" { { add | del } LLADDR | set [ LLADDR ... ] | flush }",
            Odd::QuerierState | Odd::GroupFwdNames => b"",
        }
    }

    /// Prints it; `data` is all that the kind has, `attr` the row's own.
    pub fn show(self, attr: Attr<'_>, data: Attrs<'_>, out: &mut Out, names: &mut Names) {
        match self {
            Odd::MacAddr => mac_list(attr, data, out),
            Odd::QuerierState => querier_state(attr, out, names),
            Odd::GroupFwdNames => group_fwd_names(attr, out),
        }
    }
}

/// `remotes (N) MAC MAC`, in source mode alone.
fn mac_list(count: Attr<'_>, data: Attrs<'_>, out: &mut Out) {
    const SOURCE: u32 = 16;
    if data.find(macvlan::MODE).and_then(|mode| mode.u32()) != Some(SOURCE) {
        return;
    }
    out.uint(
        "macaddr_count|remotes (%) ",
        count.u32().unwrap_or(0).into(),
    );
    out.array("macaddr_data");
    for (kind, address) in data.find(macvlan::MACADDR_DATA).unwrap_or_default().attrs() {
        if kind == macvlan::MACADDR {
            add_mac(out.value(), address.0);
            out.put("|% ", true);
        }
    }
    out.array_end();
}

/// For each family its querier's address, port and timer.
fn querier_state(state: Attr<'_>, out: &mut Out, names: &mut Names) {
    for (rows, key) in &[
        (&QUERIER[..3], "mcast_querier_state_ipv4"),
        (&QUERIER[3..], "mcast_querier_state_ipv6"),
    ] {
        if state.attrs().find(rows[0].attr()).is_some() {
            out.object(key);
            kind::show(rows, state.attrs(), out, names);
            out.object_end();
        }
    }
}

fn group_fwd_names(mask: Attr<'_>, out: &mut Out) {
    let mask = mask.u16().unwrap_or(0);
    let list = out.value();
    for bit in (0..16).filter(|bit| mask >> bit & 1 == 1) {
        if !list.is_empty() {
            list.push(b',');
        }
        let name: &[u8] = match bit {
            0 => b"stp",
            2 => b"lacp",
            14 => b"lldp",
            _ => b"0x",
        };
        list.extend_from_slice(name);
        if name == b"0x" {
            hexadecimal(list, 1 << bit, 1);
        }
    }
    if mask == 0 {
        list.extend_from_slice(b"0x0");
    }
    out.put("group_fwd_mask_str|group_fwd_mask_str % ", true);
}
