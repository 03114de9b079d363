//! `macvlan`, `ipvlan` and `vlan`: an interface on one of the host, made inside by one message.

use crate::args;
use crate::cni::attach::{self, Kind, Made};
use crate::cni::call::Call;
use crate::cni::outcome::{Outcome, read};
use crate::cni::protocol::{Answer, Fault};
use crate::cni::sides::{self, Link, Sides, begin_link, dump, end_link, find_or, has_value};
use crate::cni::texts::decimal;
use crate::cni::veth;
use crate::names::Names;
use crate::nl::uapi::{ifla, ipvlan, macvlan, rt_table, rta, rtm, vlan};
use crate::nl::wire::{Attrs, Msg};
use crate::ns::pool::rtmsg;

/// What the kinds have of their own.
struct Lower {
    kind: &'static str,
    /// The words of `mode`, the first of which need not be said, and their numbers.
    modes: (&'static str, &'static [u64]),
    /// The attribute of the mode, or of the VLAN's id, and its bytes.
    attr: (u16, u8),
}

const MACVLAN: Lower = Lower {
    kind: "macvlan",
    modes: ("=bridge|=private|=vepa|=passthru|=", &[4, 1, 2, 8, 4]),
    attr: (macvlan::MODE, 4),
};
const IPVLAN: Lower = Lower {
    kind: "ipvlan",
    modes: ("=l2|=l3|=l3s|=", &[0, 1, 2, 0]),
    attr: (ipvlan::MODE, 2),
};
const VLAN: Lower = Lower {
    kind: "vlan",
    modes: ("", &[]),
    attr: (vlan::ID, 2),
};

macro_rules! kinds {
    ($($name:ident: $lower:expr, $announces:expr, $needs:expr;)*) => {
        $(
            /// The plugin.
            pub const $name: Kind = Kind {
                make: |call, sides| make(&$lower, call, sides),
                configures: true,
                announces: $announces,
                has_dns: false,
                needs_addresses: $needs,
                finish: |_, _, _, _: &mut Outcome| Ok(()),
                release: attach::delete_inside,
                check: |call, sides, link| check(&$lower, call, sides, link),
            };
        )*
    };
}

kinds! {
    MACVLAN_KIND: MACVLAN, true, false;
    IPVLAN_KIND: IPVLAN, true, false;
    VLAN_KIND: VLAN, false, true;
}

impl Lower {
    /// The number of the mode, or the VLAN's id.
    fn number(&self, call: &Call) -> u64 {
        if self.modes.1.is_empty() {
            let id = call.number_of(call.config, "vlanId");
            if !(0..=4095).contains(&id) {
                let text = "invalid VLAN ID % (must be between 0 and 4095 inclusive)";
                call.refuse(text, decimal(id));
            }
            return id as u64;
        }
        let word = call.text("mode");
        args::pick(word, self.modes).unwrap_or_else(|| {
            let text = "unknown % mode: \"%\"";
            call.refuse_with(Fault::other_two(text, self.kind.as_bytes(), word));
            0
        })
    }

    /// The interface that it is on.
    fn master(&self, call: &Call, sides: &mut Sides) -> Answer<&'static Link> {
        let mut name = call.text("master");
        let names = sides.of_master(call);
        call.check()?;
        let previous = call.config.get("prevResult");
        if name.is_empty() && self.kind == "vlan" {
            let text = "\"master\" field is required. It specifies the host interface name to create the VLAN for.";
            return Err(Fault::other(text, b""));
        }
        if name.is_empty() && self.kind == "ipvlan" && !previous.is_null() {
            let before: &mut Outcome = Box::leak(Box::default());
            read(call, previous, before)?;
            let [interface] = &before.interfaces[..] else {
                let text = "chained master failure. PrevResult lacks a single named interface";
                return Err(Fault::other(text, b""));
            };
            name = interface.name;
        }
        match name.is_empty() {
            true => default_link(names),
            false => find_or(names, name, MISSING),
        }
    }
}

const MISSING: &str = "failed to lookup master \"%\": Link not found";

/// The interface of the default route.
fn default_link(names: &mut Names) -> Answer<&'static Link> {
    let mut index = None;
    let msg = Msg::new(rtm::GETROUTE, 0, &rtmsg(0, 0, 0, 0));
    dump(names, msg, &mut |message| {
        let attrs = Attrs(message.body.get(12..).unwrap_or_default());
        // A `struct rtmsg`: family, length of the destination, …, table.
        let is_default =
            message.body.get(1) == Some(&0) && message.body.get(4) == Some(&rt_table::MAIN);
        if is_default && index.is_none() && attrs.find(rta::GATEWAY).is_some() {
            index = attrs.find(rta::OIF).and_then(|index| index.u32());
        }
    })?;
    match index {
        None => Err(Fault::other("no default route interface found", b"")),
        Some(index) => sides::by_index(names, index)?.ok_or_else(|| Fault::other(MISSING, b"")),
    }
}

fn make(lower: &Lower, call: &Call, sides: &mut Sides) -> Answer<&'static Made> {
    let number = lower.number(call);
    let mtu = veth::mtu(call);
    let mut mac = &b""[..];
    if lower.kind == "macvlan" {
        mac = veth::wanted_mac(call);
        if mac.is_empty() {
            mac = veth::named_mac(call, call.text("mac"));
        }
    }
    // Whether the interface is made there at once.
    let is_inside = call.is_on("linkInContainer");
    call.check()?;
    let master = lower.master(call, sides)?;
    if mtu > master.mtu {
        let text = "invalid MTU %, must be [0, master MTU(%)]";
        let (mtu, most) = (decimal(mtu.into()), decimal(master.mtu.into()));
        return Err(Fault::other_two(text, mtu, most));
    }
    attach::refuse_taken(call, sides)?;
    let (mut msg, ends) = begin_link(call.ifname, lower.kind.as_bytes(), 0);
    let (attr, width) = lower.attr;
    msg.number(attr, number, width);
    end_link(&mut msg, ends);
    msg.u32(ifla::LINK, master.index);
    // As the reference plugins have it. The kernel keeps no queue for it anyway.
    msg.u32(ifla::TXQLEN, 0);
    if mtu != 0 {
        msg.u32(ifla::MTU, mtu);
    }
    if !mac.is_empty() {
        msg.bytes(ifla::ADDRESS, mac);
    }
    if !is_inside {
        msg.u32(ifla::NET_NS_FD, sides.netns());
    }
    sides::send(sides.of_master(call), msg)
        .map_err(|fault| fault.context("failed to create %", lower.kind.as_bytes()))?;
    let inside = find_or(&mut sides.inside, call.ifname, "% is gone")?;
    Ok(Made::of(&[], inside))
}

fn check(lower: &Lower, call: &Call, sides: &mut Sides, link: &Link) -> Answer<()> {
    let master = lower.master(call, sides)?;
    let number = lower.number(call);
    call.check()?;
    let what: &[u8] = match () {
        () if !link.is(lower.kind.as_bytes()) => b"kind",
        () if link.lower != master.index => b"master",
        () if !has_value(link, lower.attr.0, number) => b"mode or id",
        () => return Ok(()),
    };
    Err(Fault::other_two("% has another %", call.ifname, what))
}
