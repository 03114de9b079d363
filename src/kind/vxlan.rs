//! vxlan: a virtual network of Ethernet frames over UDP (RFC 7348).

use crate::append::Append;
use crate::args;
use crate::customs;
use crate::error::{Error, Result};
use crate::kind::kind::{COMMAND, Kind, Options};
use crate::kind::overlay::{TTL_HELP, parse_address, parse_ttl, show_address, show_ttl};
use crate::names::Names;
use crate::nl::uapi::{af, vxlan};
use crate::nl::wire::{Attr, Index};
use crate::options;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::option::Row;
use crate::row::read::is_multicast;
use crate::row::sent::Sent;
use crate::row::table::Reading;

/// The kind vxlan.
pub static KINDS: &[Kind] = &[Kind::new(c"vxlan", COMMAND, VXLAN)
    .wrong(c"invalid %")
    .sent(SENT)
    .customs(&CUSTOMS)
    .complete(complete)];

customs! {
    static CUSTOMS;
    GROUP: |r| parse_address(r, vxlan::GROUP6, true), show_group, " ADDR";
    REMOTE: |r| parse_address(r, vxlan::GROUP6, false), show_host, " ADDR";
    LOCAL: |r| parse_address(r, vxlan::LOCAL6, false), show_host, " ADDR";
    TTL: |r| parse_ttl(r, vxlan::TTL_INHERIT, 0), |row, _, data, out, _| show_ttl(row, data, vxlan::TTL_INHERIT, out),
        TTL_HELP;
    PORT_RANGE: parse_port_range, show_port_range, " MIN MAX";
}

options! {
    /// One virtual network.
    VXLAN {
        vxlan::ID => u32_of_bits(24), word: "id,vni", twice: Garbage;
        // Here for `no`, which is short for `nolearning`; it is printed further down.
        vxlan::LEARNING => TOGGLE_ON, word: "[no]learning", shortest: "le", show: Never, twice: Garbage;
        vxlan::GROUP => GROUP, word: "group", wrong: "invalid % address", show: NonZero;
        vxlan::GROUP6 => GROUP, name: "group", json: "group6", show: NonZero;
        vxlan::GROUP => REMOTE, word: "remote", wrong: "invalid % address", show: NonZero;
        vxlan::GROUP6 => REMOTE, name: "remote", json: "remote6", show: NonZero;
        vxlan::LOCAL => LOCAL, word: "local", wrong: "invalid % address", show: NonZero;
        vxlan::LOCAL6 => LOCAL, name: "local", json: "local6", show: NonZero;
        vxlan::LINK => DEVICE_WORD, word: "dev", json: "link", show: NonZero, twice: Garbage;
        vxlan::PORT_RANGE => PORT_RANGE, word: "srcport,port", twice: Garbage;
        vxlan::PORT => PORT, word: "dstport", shortest: "dst", json: "port", wrong: "dst port", twice: Garbage;
        vxlan::TOS => TRAFFIC_CLASS, word: "tos", shortest: "to", word: "dsfield", shortest: "ds",
            wrong: "bad TOS value", values: "inherit=1", show: NonZero, twice: Garbage;
        vxlan::TTL => TTL, word: "ttl,hoplimit", wrong: "invalid TTL", out_of_range: "TTL must be <= 255",
            show: Ever, twice: Garbage;
        vxlan::DF => WORD8, word: "df", wrong: "DF must be 'unset', 'set' or 'inherit'",
            values: "unset set inherit", show: TextNonZero, twice: Garbage;
        vxlan::LABEL => FLOW_LABEL, word: "flowlabel,label", json: "label", show: NonZero, twice: Garbage;
        vxlan::AGEING => U32, word: "ageing", wrong: "% timer", values: "none", twice: Garbage;
        vxlan::LIMIT => U32, word: "maxaddress", name: "maxaddr", json: "limit", wrong: "max addresses",
            values: "unlimited", show: NonZero, twice: Garbage;
        vxlan::RESERVED_BITS => HEX_BE64, exact: "reserved_bits", wrong: "%", twice: Garbage;
        vxlan::GBP => FLAG_NULL, word: "gbp", twice: Garbage;
        vxlan::GPE => FLAG_NULL, word: "gpe", twice: Garbage;
        vxlan::COLLECT_METADATA => TOGGLE_OFF, word: "[no]external", twice: Garbage;
        vxlan::VNIFILTER => TOGGLE_OFF, exact: "[no]vnifilter", twice: Garbage;
        vxlan::LEARNING => TOGGLE_ON, name: "learning";
        vxlan::PROXY => TOGGLE_OFF, word: "[no]proxy", twice: Garbage;
        vxlan::RSC => TOGGLE_OFF, word: "[no]rsc", twice: Garbage;
        vxlan::L2MISS => TOGGLE_OFF, word: "[no]l2miss", twice: Garbage;
        vxlan::L3MISS => TOGGLE_OFF, word: "[no]l3miss", twice: Garbage;
        vxlan::UDP_CSUM => TOGGLE_ON, word: "[no]udpcsum", name: "udp_csum", twice: Garbage;
        vxlan::UDP_ZERO_CSUM6_TX => TOGGLE_OFF, word: "[no]udp6zerocsumtx", name: "udp_zero_csum6_tx",
            twice: Garbage;
        vxlan::UDP_ZERO_CSUM6_RX => TOGGLE_OFF, word: "[no]udp6zerocsumrx", name: "udp_zero_csum6_rx",
            twice: Garbage;
        vxlan::REMCSUM_TX => TOGGLE_OFF, word: "[no]remcsumtx", name: "remcsum_tx", twice: Garbage;
        vxlan::REMCSUM_RX => TOGGLE_OFF, word: "[no]remcsumrx", name: "remcsum_rx", twice: Garbage;
        vxlan::LOCALBYPASS => TOGGLE_ON, exact: "[no]localbypass", twice: Garbage;
        vxlan::MC_ROUTE => TOGGLE_OFF, exact: "[no]mcroute", twice: Garbage;
    }
}

/// The attributes that are sent behind the others.
static SENT: &[Sent] = &[
    Sent::given(vxlan::ID),
    Sent::given(vxlan::LOCAL),
    Sent::given(vxlan::LOCAL6),
    Sent::given(vxlan::GROUP),
    Sent::given(vxlan::GROUP6),
    Sent::on_add(vxlan::LEARNING, 1, 1),
    Sent::nonzero(vxlan::PORT),
];

/// The port of VXLAN-GPE.
const GPE_PORT: u16 = 4790;

/// Checks the options that need each other, and adds the defaults that depend on them.
fn complete(options: &mut Options) -> Result<()> {
    // `group` and `remote` have the same attributes.
    let (mut group, mut remote) = (false, false);
    for (attr, address) in options.late.attrs(0) {
        if attr != vxlan::GROUP && attr != vxlan::GROUP6 {
        } else if is_multicast(address.0) {
            group = true;
        } else {
            remote = true;
        }
    }
    let external = options.is_on(vxlan::COLLECT_METADATA);
    let has_id = options.has(vxlan::ID);
    let refused = if group && remote {
        "both group and remote cannot be specified"
    } else if !external && options.is_on(vxlan::VNIFILTER) {
        "vnifilter is valid only when 'external' is set"
    } else if options.creates && !external && !has_id {
        "missing virtual network identifier"
    } else if external && has_id {
        "both 'external' and vni cannot be specified"
    } else if group && !options.has(vxlan::LINK) {
        "'group' requires 'dev' to be specified"
    } else {
        ""
    };
    if !refused.is_empty() {
        return options.refuse(refused);
    }
    // `-4` and `-6` name the family of a network that has no remote address.
    match options.family {
        _ if group || remote => {}
        af::INET6 => options.late.bytes(vxlan::GROUP6, &[0; 16]),
        0 => {}
        _ => options.late.bytes(vxlan::GROUP, &[0; 4]),
    }
    if external && options.creates && !options.has(vxlan::LEARNING) {
        options.late.number(vxlan::LEARNING, 0, 1);
    }
    if options.has(vxlan::PORT) {
    } else if options.has(vxlan::GPE) {
        options.late.bytes(vxlan::PORT, &GPE_PORT.to_be_bytes());
    } else if options.creates {
        options.warnings.append_bytes(
            b"vxlan: destination port not specified\n\
              Will use Linux kernel default (non-standard value)\n\
              Use 'dstport 4789' to get the IANA assigned value\n\
              Use 'dstport 0' to get default and quiet this message\n",
        );
    }
    Ok(())
}

fn show_group(row: &Row, address: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    show_address(row, address, true, out);
}

fn show_host(row: &Row, address: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    show_address(row, address, false, out);
}

/// Reads `MIN MAX`, two ports.
fn parse_port_range(r: &mut Reading) -> Result<()> {
    let low = read_port(r.value, "min port")?;
    let high = read_port(r.w.value()?, "max port")?;
    let range = low << 16 | high;
    if range != 0 {
        r.draft.bytes(r.row.attr, &range.to_be_bytes());
    }
    Ok(())
}

fn read_port(word: &[u8], wrong: &str) -> Result<u32> {
    let port = args::unsigned(word, 0xffff);
    port.map(|port| port as u32)
        .ok_or_else(|| Error::bad_arg(word, wrong))
}

/// Prints `srcport MIN MAX`.
fn show_port_range(_: &Row, range: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    let Some(range) = range.u32().map(u32::from_be) else {
        return;
    };
    out.object("port_range");
    out.uint("low|srcport % ", (range >> 16).into());
    out.uint("high|% ", (range & 0xffff).into());
    out.object_end();
}
