//! A tunnel as it is printed.

use crate::append::Append;
use crate::ip::tunnel::parm::*;
use crate::ip::tunnel::prl::PRL_DEFAULT;
use crate::name_table;
use crate::names::Names;
use crate::names::file::DS_FIELDS;
use crate::names::table::Table;
use crate::nl::uapi::{ip6_tnl_f, sioc};
use crate::nl::wire::Attr;
use crate::out::{Color, Out};
use crate::sys::tunnel::ARGUMENT;
use crate::text::{add_address, add_unsigned, hexadecimal};

/// The words for protocols.
static PROTOS: Table = name_table!("4 ip|47 gre|41 ipv6|50 esp|137 mpls|0 any");

/// The flags of GRE: the side, the flag, the word in JSON, and the text.
static GRE_FLAGS: [(usize, u16, &[u8], &str); 4] = [
    (0, SEQ, b"rx_drop_ooseq", "  Drop packets out of sequence."),
    (
        0,
        CSUM,
        b"rx_csum",
        "  Checksum in received packet is required.",
    ),
    (1, SEQ, b"tx_seq", "  Sequence packets on output."),
    (1, CSUM, b"tx_csum", "  Checksum output packets."),
];

/// The length of an entry of a list of routers.
const PRL: usize = 16;

/// What has to be asked for besides a tunnel.
pub struct Record {
    /// Potential routers, each a `struct ip_tunnel_prl`, behind one that is not shown.
    pub routers: [u8; ARGUMENT],
    /// A `struct ip_tunnel_6rd`, or zeros.
    pub prefix: [u8; ARGUMENT],
}

/// Asks for what the kernel has more of a tunnel.
pub fn decode(parm: &Parm, asker: &mut Asker) -> Record {
    let mut record = Record {
        routers: [0; ARGUMENT],
        prefix: [0; ARGUMENT],
    };
    if !parm.is_inet6 && parm.proto() == IPV6 {
        let mut ask = |request, argument: &mut [u8; ARGUMENT]| {
            if asker.ask(false, request, parm.name(), argument).is_err() {
                argument.fill(0);
            }
        };
        if parm.flags(0) & ISATAP != 0 {
            // How long the list may be, for all addresses.
            let len = (ARGUMENT - PRL) as u32;
            record.routers[8..12].copy_from_slice(&len.to_ne_bytes());
            ask(sioc::GETPRL, &mut record.routers);
        }
        ask(sioc::GET6RD, &mut record.prefix);
    }
    record
}

/// Prints a tunnel, without the end of its line.
pub fn show(parm: &mut Parm, record: &Record, out: &mut Out, names: &mut Names) {
    let is_inet6 = parm.is_inet6;
    out.paint(Color::Ifname).str("ifname|%: ", parm.name());
    let proto = PROTOS.name_of(parm.proto().into()).unwrap_or(b"unknown");
    let text = out.value();
    text.append_bytes(proto);
    text.append_bytes(if is_inet6 { b"/ipv6" } else { b"/ip" });
    out.put("mode|% ", true);
    let color = if is_inet6 { Color::Inet6 } else { Color::Inet };
    for (place, word, form) in [
        (REMOTE, "remote ", "remote|% "),
        (LOCAL, "local ", "local|%"),
    ] {
        out.text(word);
        let (address, json) = (parm.address(place), out.json());
        let text = out.value();
        match address {
            [0, 0, 0, 0] if !json => text.append_bytes(b"any"),
            address => add_address(text, address),
        }
        out.paint(color).put(form, true);
    }
    for router in record.routers.chunks_exact(PRL).skip(1) {
        let (address, flags) = (&router[..4], u16::from_ne_bytes([router[4], router[5]]));
        if address != [0; 4] {
            add_address(out.value(), address);
            let is_default = flags & PRL_DEFAULT != 0;
            out.put(if is_default { "pdr| pdr %" } else { "pr| pr %" }, true);
        }
    }
    let index = u32::from_ne_bytes(parm.four(LINK));
    if index != 0 {
        names.add_link_name(index, out.value());
        out.put(
            if is_inet6 {
                "link| dev %"
            } else {
                "dev| dev %"
            },
            true,
        );
    }
    match is_inet6 {
        true => show_inet6(parm, out),
        false => show_inet(parm, &record.prefix, out, names),
    }
    show_keys(parm, out);
    if parm.proto() == GRE {
        out.array("flags");
        for (side, flag, word, text) in &GRE_FLAGS {
            if parm.flags(*side) & flag != 0 {
                out.line_break();
                out.text(text);
                out.str("", word);
            }
        }
        out.array_end();
    }
}

/// Prints the keys, once where both sides have the same.
fn show_keys(parm: &Parm, out: &mut Out) {
    let [input, output] = [0, 1].map(|side| {
        let key = u32::from_be_bytes(parm.key(side));
        (parm.flags(side) & KEY != 0).then_some(key)
    });
    let sides = match input == output {
        true => [("key| key %", input), ("", None)],
        false => [("ikey| ikey %", input), ("okey| okey %", output)],
    };
    for (form, key) in sides {
        if let Some(key) = key {
            out.uint(form, key.into());
        }
    }
}

/// Prints what tunnels over IPv4 alone have.
fn show_inet(parm: &mut Parm, prefix: &[u8], out: &mut Out, names: &mut Names) {
    match *parm.byte(TTL) {
        0 => out.text(" ttl inherit"),
        ttl => out.uint("ttl| ttl %", ttl.into()),
    }
    let tos = parm.bytes[TOS];
    if tos == 1 {
        out.text(" tos inherit");
    } else if tos != 0 {
        let (json, numeric) = (out.json(), out.style.numeric);
        let text = out.value();
        let mut shown = tos;
        if tos & 1 != 0 && !json {
            text.append_bytes(b"inherit/");
            shown -= 1;
        }
        names.add_name(&DS_FIELDS, shown.into(), numeric, text);
        out.put("tos| tos %", true);
    }
    if parm.bytes[FRAGMENT] & 0x40 == 0 {
        out.null("nopmtudisc| nopmtudisc");
    }
    for (at, width, length, form, json) in [
        (0, 16, 20, "6rd-prefix| 6rd-prefix %", "6rd-prefixlen|/%"),
        (
            16,
            4,
            22,
            "6rd-relay_prefix| 6rd-relay_prefix %",
            "6rd-relay_prefixlen|/%",
        ),
    ] {
        let len = u16::from_ne_bytes([prefix[length], prefix[length + 1]]);
        let address = &prefix[at..at + width];
        let is_set = match width {
            4 => address != [0; 4],
            _ => len > 0,
        };
        if is_set {
            add_address(out.value(), address);
            out.put(form, true);
            out.uint(json, len.into());
        } else if at == 0 {
            break;
        }
    }
}

/// Prints what tunnels over IPv6 alone have.
fn show_inet6(parm: &mut Parm, out: &mut Out) {
    let flags = u32::from_ne_bytes(parm.four(INET6_FLAGS));
    let has = |flag| flags & flag != 0;
    if has(ip6_tnl_f::IGN_ENCAP_LIMIT) {
        out.null("ip6_tnl_f_ign_encap_limit| encaplimit none");
    } else {
        out.uint("encap_limit| encaplimit %", parm.bytes[ENCAP_LIMIT].into());
    }
    match *parm.byte(TTL) {
        0 => out.text(" hoplimit inherit"),
        limit => out.uint("hoplimit| hoplimit %", limit.into()),
    }
    let flow = u32::from_be_bytes(parm.four(FLOWINFO));
    for (flag, inherited, form, number, width) in [
        (
            ip6_tnl_f::USE_ORIG_TCLASS,
            "ip6_tnl_f_use_orig_tclass| tclass inherit",
            "tclass| tclass %",
            flow >> 20 & 0xff,
            2,
        ),
        (
            ip6_tnl_f::USE_ORIG_FLOWLABEL,
            "ip6_tnl_f_use_orig_flowlabel| flowlabel inherit",
            "flowlabel| flowlabel %",
            flow & 0xf_ffff,
            5,
        ),
        (0, "", "flowinfo| (flowinfo %)", flow, 8),
    ] {
        if has(flag) {
            out.null(inherited);
        } else {
            let text = out.value();
            text.append_bytes(b"0x");
            hexadecimal(text, number.into(), width);
            out.put(form, true);
        }
    }
    for (flag, form) in [
        (
            ip6_tnl_f::RCV_DSCP_COPY,
            "ip6_tnl_f_rcv_dscp_copy| dscp inherit",
        ),
        (
            ip6_tnl_f::ALLOW_LOCAL_REMOTE,
            "ip6_tnl_f_allow_local_remote| allow-localremote",
        ),
    ] {
        if has(flag) {
            out.null(form);
        }
    }
}

/// The columns of statistics: a heading, and places in a `struct rtnl_link_stats64`, each with the width of the column.
static STATS: [(&str, [(u8, u8); 6]); 2] = [
    (
        "RX: Packets    Bytes        Errors CsumErrs OutOfSeq Mcasts",
        [(0, 10), (2, 12), (4, 6), (13, 8), (14, 8), (8, 8)],
    ),
    (
        "TX: Packets    Bytes        Errors DeadLoop NoRoute  NoBufs",
        [(1, 10), (3, 12), (5, 6), (9, 8), (17, 8), (7, 6)],
    ),
];

/// Prints the statistics of a tunnel's link, in text alone.
pub fn show_stats(stats: Attr, out: &mut Out) {
    for (heading, columns) in &STATS {
        out.line_break();
        out.text(heading);
        out.line_break();
        out.text("   ");
        for (at, width) in columns {
            let at = 8 * usize::from(*at);
            let number = stats.0.get(at..at + 8).map_or(Attr::default(), Attr);
            add_unsigned(out.value(), number.u64().unwrap_or(0));
            out.pad_value((*width).into());
            out.put("| %", false);
        }
    }
}
