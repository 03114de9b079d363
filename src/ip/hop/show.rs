//! Shows what routes and nexthops have in common.

use crate::ip::command::Ctx;
use crate::names::Names;
use crate::names::file::REALMS;
use crate::names::table::family_name;
use crate::nl::uapi::af;
use crate::nl::wire::Attr;
use crate::out::{Color, Out};
use crate::row::option::Values;
use crate::text::add_address;

/// The flags of a route and of a nexthop, `RTM_F_*` and `RTNH_F_*`, in the order in which they are shown.
const FLAGS: Values = Values::new(
    b"dead=1 onlink=4 pervasive=2 offload=8 trap=64 notify=256 linkdown=16 unresolved=32 rt_offload=16384 rt_trap=32768 \
    rt_offload_failed=536870912",
);

/// The colour of addresses of a family.
pub fn color_of(family: u8) -> Option<Color> {
    match family {
        af::INET => Some(Color::Inet),
        af::INET6 => Some(Color::Inet6),
        _ => None,
    }
}

/// Shows an address of a family behind a word.
pub fn show_address(word: &[u8], key: &[u8], family: u8, address: &[u8], out: &mut Out) {
    add_address(out.begin(word), address);
    out.end(key, color_of(family));
}

/// Shows the encapsulation.
#[cfg(feature = "encap")]
pub fn show_encap(kind: Attr, data: Attr, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    if let Some(kind) = kind.u16() {
        super::encap::show(kind, data, ctx, out, names);
    }
}
/// A build without the part names it alone.
#[cfg(not(feature = "encap"))]
pub fn show_encap(kind: Attr, _: Attr, _: &Ctx, out: &mut Out, _: &mut Names) {
    out.object("encap");
    out.uint("encap_type| encap % ", kind.u16().unwrap_or(0).into());
    out.object_end();
}

/// Shows the gateway: one of the family of the route or nexthop, or one of another family with that.
pub fn show_gateways(gateway: Option<Attr>, via: Option<Attr>, family: u8, out: &mut Out) {
    if let Some(gateway) = gateway {
        show_address(b"via ", b"gateway", family, gateway.0, out);
    }
    let via = via.and_then(|via| via.0.split_first_chunk::<2>());
    if let Some((family, address)) = via {
        let family = u16::from_ne_bytes(*family) as u8;
        out.object("via");
        out.str("family|via % ", family_name(family));
        show_address(b"", b"host", family, address, out);
        out.object_end();
    }
}

/// Shows a device behind a word.
pub fn show_dev(word: &[u8], key: &[u8], index: u32, out: &mut Out, names: &mut Names) {
    names.add_link_name(index, out.begin(word));
    out.end(key, Some(Color::Ifname));
}

/// Shows the flags.
pub fn show_flags(flags: u32, out: &mut Out) {
    out.array("flags");
    // Few routes have some, and there may be many routes.
    if flags != 0 {
        show_words(FLAGS, flags, ["|% ", "|% "], out);
    }
    out.array_end();
}

/// Shows the words of flags: by the first form the first, by the second the others. Returns the flags that have no word.
pub fn show_words(words: Values, flags: u32, [first, other]: [&str; 2], out: &mut Out) -> u32 {
    let mut left = flags;
    for (word, flag) in words {
        if u64::from(flags) & flag != 0 {
            out.str(if left == flags { first } else { other }, word);
            left &= !(flag as u32);
        }
    }
    left
}

/// Shows the realms.
pub fn show_realms(realms: u32, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    let (from, to) = (realms >> 16, realms & 0xffff);
    out.object("flow");
    out.text(if from != 0 { "realms " } else { "realm " });
    if from != 0 {
        names.add_name(&REALMS, from, ctx.numeric, out.value());
        out.put("from|%/", true);
    }
    names.add_name(&REALMS, to, ctx.numeric, out.value());
    out.put("to|% ", true);
    out.object_end();
}
