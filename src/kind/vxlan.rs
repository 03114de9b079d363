//! vxlan: a virtual network of Ethernet frames over UDP.

use crate::args::{self, Words};
use crate::customs;
use crate::error::{Error, Result};
use crate::kind::kind::{COMMAND, Kind, Options};
use crate::names::Names;
use crate::nl::uapi::{af, vxlan};
use crate::nl::wire::{Attr, Attrs};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::draft::Draft;
use crate::row::option::Row;
use crate::row::read::is_multicast;
use crate::row::sent::Sent;

/// vxlan.
pub static KINDS: &[Kind] = &[Kind::new(c"vxlan", COMMAND, VXLAN)
    .wrong(c"invalid %")
    .sent(SENT)
    .customs(&CUSTOMS)
    .finish_with(complete)];

customs! {
    static CUSTOMS;
    PORT_RANGE: parse_port_range, show_port_range, " MIN MAX";
}

options! {
    /// One virtual network.
    VXLAN {
        vxlan::ID => u32_of_bits(24), word: "id,vni", twice: Garbage;
        // The first that `no` is a part of.
        vxlan::LEARNING => TOGGLE_ON, word: "!learning:2", show: Never, twice: Garbage;
        vxlan::GROUP => group_address(vxlan::GROUP6), word: "group", wrong: "invalid % address", show: NonZero,
            twice: Garbage;
        vxlan::GROUP => host_address(vxlan::GROUP6), word: "remote", wrong: "invalid % address", show: NonZero,
            twice: Garbage;
        vxlan::LOCAL => host_address(vxlan::LOCAL6), word: "local", wrong: "invalid % address", show: NonZero,
            twice: Garbage;
        vxlan::LINK => DEVICE_WORD, word: "dev", json: "link", show: NonZero, twice: Garbage;
        vxlan::PORT_RANGE => PORT_RANGE, word: "srcport,port", twice: Garbage;
        vxlan::PORT => PORT, word: "dstport:3", json: "port", wrong: "dst port", twice: Garbage;
        vxlan::TOS => DSFIELD, word: "tos:2,dsfield:2", wrong: "bad TOS value", values: "inherit=1",
            show: NonZero, twice: Garbage;
        vxlan::TTL => ttl_or_inherit(vxlan::TTL_INHERIT), word: "ttl,hoplimit", wrong: "invalid TTL",
            out_of_range: "TTL must be <= 255", values: "auto=0 inherit=256", twice: Garbage;
        vxlan::DF => WORD8, word: "df", wrong: "DF must be 'unset', 'set' or 'inherit'",
            values: "unset set inherit", show: TextNonZero, twice: Garbage;
        vxlan::LABEL => FLOW_LABEL, word: "flowlabel,label", json: "label", show: NonZero, twice: Garbage;
        vxlan::AGEING => U32, word: "ageing", wrong: "% timer", values: "none", twice: Garbage;
        vxlan::LIMIT => U32, word: "maxaddress", name: "maxaddr", json: "limit", wrong: "max addresses",
            values: "unlimited", show: NonZero, twice: Garbage;
        vxlan::RESERVED_BITS => HEX_BE64, word: "=reserved_bits", wrong: "%", twice: Garbage;
        vxlan::GBP => FLAG_NULL, word: "gbp", twice: Garbage;
        vxlan::GPE => FLAG_NULL, word: "gpe", twice: Garbage;
        vxlan::COLLECT_METADATA => TOGGLE_OFF, word: "!external", twice: Garbage;
        vxlan::VNIFILTER => TOGGLE_OFF, word: "=!vnifilter", twice: Garbage;
        vxlan::LEARNING => TOGGLE_ON, name: "learning";
        vxlan::PROXY => TOGGLE_OFF, word: "!proxy", twice: Garbage;
        vxlan::RSC => TOGGLE_OFF, word: "!rsc", twice: Garbage;
        vxlan::L2MISS => TOGGLE_OFF, word: "!l2miss", twice: Garbage;
        vxlan::L3MISS => TOGGLE_OFF, word: "!l3miss", twice: Garbage;
        vxlan::UDP_CSUM => TOGGLE_ON, word: "!udpcsum", name: "udp_csum", twice: Garbage;
        vxlan::UDP_ZERO_CSUM6_TX => TOGGLE_OFF, word: "!udp6zerocsumtx", name: "udp_zero_csum6_tx",
            twice: Garbage;
        vxlan::UDP_ZERO_CSUM6_RX => TOGGLE_OFF, word: "!udp6zerocsumrx", name: "udp_zero_csum6_rx",
            twice: Garbage;
        vxlan::REMCSUM_TX => TOGGLE_OFF, word: "!remcsumtx", name: "remcsum_tx", twice: Garbage;
        vxlan::REMCSUM_RX => TOGGLE_OFF, word: "!remcsumrx", name: "remcsum_rx", twice: Garbage;
        vxlan::LOCALBYPASS => TOGGLE_ON, word: "=!localbypass", twice: Garbage;
        vxlan::MC_ROUTE => TOGGLE_OFF, word: "=!mcroute", twice: Garbage;
    }
}

/// What is sent behind the other attributes.
static SENT: &[Sent] = &[
    Sent::given(vxlan::ID),
    Sent::given(vxlan::LOCAL),
    Sent::given(vxlan::LOCAL6),
    Sent::given(vxlan::GROUP),
    Sent::given(vxlan::GROUP6),
    Sent::on_add(vxlan::LEARNING, 1, 1),
    Sent::nonzero(vxlan::PORT),
];

/// Port of the generic protocol extension.
const GPE_PORT: u16 = 4790;

/// Checks what the options need of each other, and adds the defaults that depend on them.
fn complete(options: &mut Options) -> Result<()> {
    let on = |attr| options.number(attr).unwrap_or(0) != 0;
    let groups = |multicast| {
        let mut attrs = options.late.attrs(0);
        attrs.any(|(attr, address)| {
            (attr == vxlan::GROUP || attr == vxlan::GROUP6) && is_multicast(address.0) == multicast
        })
    };
    let external = on(vxlan::COLLECT_METADATA);
    let refused = if groups(true) && groups(false) {
        "both group and remote cannot be specified"
    } else if !external && on(vxlan::VNIFILTER) {
        "vnifilter is valid only when 'external' is set"
    } else if options.creates && !external && !options.has(vxlan::ID) {
        "missing virtual network identifier"
    } else if external && options.has(vxlan::ID) {
        "both 'external' and vni cannot be specified"
    } else if groups(true) && !options.has(vxlan::LINK) {
        "'group' requires 'dev' to be specified"
    } else {
        ""
    };
    if !refused.is_empty() {
        return options.refuse(refused);
    }
    let anywhere = options.family != 0 && !groups(false) && !groups(true);
    if anywhere && options.family == af::INET6 {
        options.late.bytes(vxlan::GROUP6, &[0; 16]);
    } else if anywhere {
        options.late.bytes(vxlan::GROUP, &[0; 4]);
    }
    if external && options.creates && !options.has(vxlan::LEARNING) {
        options.late.number(vxlan::LEARNING, 0, 1);
    }
    if options.has(vxlan::PORT) {
    } else if options.has(vxlan::GPE) {
        options.late.bytes(vxlan::PORT, &GPE_PORT.to_be_bytes());
    } else if options.creates {
        options.warnings.extend_from_slice(
            b"vxlan: destination port not specified\n\
              Will use Linux kernel default (non-standard value)\n\
              Use 'dstport 4789' to get the IANA assigned value\n\
              Use 'dstport 0' to get default and quiet this message\n",
        );
    }
    Ok(())
}

/// `MIN MAX`, both in network order.
fn parse_port_range<'a>(
    row: &Row,
    _: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    let mut range = 0u32;
    for wrong in ["min port", "max port"] {
        let word = w.value()?;
        let port = args::unsigned(word, 0xffff).ok_or_else(|| Error::bad_arg(word, wrong))?;
        range = range << 16 | port as u32;
    }
    if range != 0 {
        draft.put(row.attr).bytes(row.attr, &range.to_be_bytes());
    }
    Ok(())
}

/// In text `srcport MIN MAX`.
fn show_port_range(_: &Row, range: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    let Some(range) = range.and_then(|range| range.u32()) else {
        return;
    };
    let range = u32::from_be(range);
    out.object("port_range");
    out.uint("low|srcport % ", (range >> 16).into());
    out.uint("high|% ", (range & 0xffff).into());
    out.object_end();
}
