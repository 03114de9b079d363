//! The options of all types of encapsulation. What no type of the engine can say is in the file of the encapsulation, or in
//! `value` if several have it.

use crate::ip::encap::ip::{parse_options, show_options};
use crate::ip::encap::source_route::{HMAC, SEGS, parse_segments};
use crate::ip::encap::value::*;
use crate::ip::encap::{ila, ioam6, rpl, seg6, seg6local};
use crate::nl::uapi::{
    ila as ila_attr, ioam6_iptunnel as ioam6_attr, lwt_bpf, lwt_xfrm, lwtunnel_ip, lwtunnel_ip6,
    mpls_iptunnel, rpl_iptunnel, seg6_iptunnel, seg6_local,
};
use crate::row::declare::*;
use crate::row::option::{Opt, Rows};
use crate::row::sent::Sent;
use crate::row::table::{NEVER_SET, NEVER_SHOWN, Table};
use crate::{customs, option_list, options, packed};

/// What a type of encapsulation has.
pub struct EncapType {
    /// Its options.
    pub rows: Rows,
    /// The attributes that are sent behind those in the order of their words.
    pub sent: &'static [Sent],
}

/// The types, each at its number less one.
pub static TYPES: [EncapType; 10] = [
    new(MPLS, &[]),
    new(IP, IP_SENT),
    new(ILA, &[]),
    new(IP6, IP_SENT),
    new(SEG6, SEG6_SENT),
    new(BPF, &[]),
    new(SEG6LOCAL, HELD),
    new(RPL, HELD),
    new(IOAM6, IOAM6_SENT),
    new(XFRM, &[]),
];

const fn new(rows: Rows, sent: &'static [Sent]) -> EncapType {
    EncapType { rows, sent }
}

impl EncapType {
    /// The options with their functions.
    pub fn table(&self) -> Table {
        let table = Table::new(self.rows).customs(&CUSTOMS);
        table.wrong(c"\"%\" value is invalid\n")
    }
}

customs! {
    static CUSTOMS;
    LABELS: NEVER_SET, show_labels, "";
    LOCATOR: NEVER_SET, ila::show_locator, "";
    INET: parse_inet, show_address, " ADDR";
    INET6: parse_inet6, show_address, " ADDR";
    SOME_INET6: parse_some_inet6, show_address, " ADDR";
    NEXT_INET: parse_inet, show_plain_address, " ADDR";
    NEXT_INET6: parse_inet6, show_plain_address, " ADDR";
    TUNNEL_OPTIONS: parse_options, show_options, " OPTIONS";
    NONZERO: parse_nonzero, show_number, " N";
    HEADROOM: parse_nonzero, show_headroom, " N";
    PROGRAM: refuse_program, show_program, " PROGRAM";
    TABLE: parse_table, show_table, " TABLE";
    LOOKUP: seg6::parse_lookup, show_table, " TABLE";
    BEHIND_MODE: seg6::parse_behind_mode, NEVER_SHOWN, " ADDRS";
    ONE_BEHIND_MODE: seg6::parse_behind_mode, NEVER_SHOWN, " ADDR";
    SEG6_HEADER: NEVER_SET, seg6::show_header, "";
    LOCAL_HEADER: seg6local::parse_header, seg6local::show_header, " segs ADDRS";
    COUNTERS: seg6local::add_counters, seg6local::show_counters, "";
    FLAVORS: seg6local::parse_flavors, seg6local::show_flavors, " FLAVORS";
    SEGMENTS: parse_segments, rpl::show_header, " ADDRS";
    FREQUENCY: ioam6::parse_frequency, ioam6::show_frequency, " K/N";
    TRACE: ioam6::parse_size, ioam6::show_trace, " N";
}

options! {
    /// The labels have no word.
    MPLS {
        mpls_iptunnel::DST => LABELS;
        mpls_iptunnel::TTL => U8, exact: "ttl", twice: Garbage;
    }

    /// The locator has no word. As iproute2, each is printed with a blank in front as well.
    ILA {
        ila_attr::LOCATOR => LOCATOR;
        ila_attr::CSUM_MODE => WORD8, exact: "csum-mode", name: " csum-mode", json: "csum_mode",
            wrong: "", values: "adj-transport neutral-map no-action neutral-map-auto";
        ila_attr::IDENT_TYPE => WORD8, exact: "ident-type", name: " ident-type", json: "ident_type",
            wrong: "", values: "luid=1 use-format=32";
        ila_attr::HOOK_TYPE => WORD8, exact: "hook-type", name: " hook-type", json: "hook_type",
            wrong: "", values: "output input";
    }

    /// The mode is held under the attribute of the header, which begins with it.
    SEG6 {
        seg6_iptunnel::SRH => word32_shown_by(SEG6_HEADER), exact: "mode", twice: Garbage, show: First, wrong: "",
            values: "inline encap l2encap encap.red l2encap.red";
        SEGS => BEHIND_MODE, exact: "segs", twice: Garbage, show: Never;
        HMAC => U32, exact: "hmac", twice: Garbage, show: Never;
        seg6_iptunnel::SRC => ONE_BEHIND_MODE, exact: "tunsrc", twice: Garbage, show: Never;
        seg6_iptunnel::TABLE => LOOKUP, exact: "lookup", twice: Garbage;
    }

    BPF {
        lwt_bpf::IN => PROGRAM, exact: "in";
        lwt_bpf::OUT => PROGRAM, exact: "out";
        lwt_bpf::XMIT => PROGRAM, exact: "xmit";
        lwt_bpf::XMIT_HEADROOM => HEADROOM, exact: "headroom", twice: Garbage, wrong: "headroom is invalid\n";
    }

    /// In the order in which they are printed.
    SEG6LOCAL {
        seg6_local::ACTION => WORD32_OR_UNKNOWN, exact: "action", twice: Garbage, show: First, wrong: "",
            values: "End=1 End.X End.T End.DX2 End.DX6 End.DX4 End.DT6 End.DT4 End.B6 End.B6.Encaps End.BM End.S \
                End.AS End.AM End.BPF End.DT46";
        seg6_local::SRH => LOCAL_HEADER, exact: "srh";
        seg6_local::TABLE => TABLE, exact: "table", twice: Garbage, wrong: "invalid table id\n";
        seg6_local::VRFTABLE => TABLE, exact: "vrftable", twice: Garbage, wrong: "invalid vrf table id\n";
        seg6_local::NH4 => NEXT_INET, exact: "nh4", twice: Garbage;
        seg6_local::NH6 => NEXT_INET6, exact: "nh6", twice: Garbage;
        seg6_local::IIF => DEVICE_WORD, exact: "iif", twice: Garbage;
        seg6_local::OIF => DEVICE_WORD, exact: "oif", twice: Garbage;
        seg6_local::BPF => PROGRAM, exact: "endpoint";
        seg6_local::COUNTERS => COUNTERS, exact: "count", twice: Garbage;
        seg6_local::FLAVORS => FLAVORS, exact: "flavors", twice: Garbage, wrong: "invalid \"flavors\" attribute\n",
            values: "psp=1 usp usd next-csid";
    }

    RPL {
        SEGS => SEGMENTS, exact: "segs", twice: Garbage, show: Never;
        rpl_iptunnel::SRH => SEGMENTS;
    }

    /// In the order in which they are printed.
    IOAM6 {
        ioam6_attr::FREQ_K => FREQUENCY, exact: "freq", twice: Garbage, show: First;
        ioam6_attr::MODE => WORD8, exact: "mode", twice: Garbage, wrong: "Invalid mode", values: "inline=1 encap auto";
        ioam6_attr::SRC => SOME_INET6, exact: "tunsrc", twice: Garbage, wrong: "Invalid IPv6 address for %";
        ioam6_attr::DST => SOME_INET6, exact: "tundst", twice: Garbage, wrong: "Invalid IPv6 address for %";
        ioam6_attr::TRACE => TRACE;
        ioam6::TRACE_WORD => FLAG, exact: "trace", twice: Garbage, show: Never;
        ioam6::PREALLOC => FLAG, exact: "prealloc", twice: Garbage, show: Never;
        ioam6::TRACE_TYPE => NONZERO, exact: "type", twice: Garbage, wrong: "Invalid trace type", show: Never;
        ioam6::TRACE_NS => U16, exact: "ns", twice: Garbage, wrong: "Invalid namespace ID", show: Never;
        ioam6::TRACE_SIZE => TRACE, exact: "size", twice: Garbage, wrong: "Invalid trace size", show: Never;
    }

    XFRM {
        lwt_xfrm::IF_ID => NONZERO, exact: "if_id", twice: Garbage;
        lwt_xfrm::LINK => DEVICE_WORD, exact: "link_dev", twice: Garbage;
    }
}

/// `TUNNEL_CSUM`, `TUNNEL_KEY` and `TUNNEL_SEQ` of `<linux/if_tunnel.h>`, in network byte order as in the attribute.
const CSUM: u16 = 0x01_u16.to_be();
const KEY: u16 = 0x04_u16.to_be();
const SEQ: u16 = 0x08_u16.to_be();

const IP: Rows = packed!(
    &option_list! {
        lwtunnel_ip::ID => BE64, exact: "id", twice: Garbage;
        lwtunnel_ip::SRC => INET, exact: "src", twice: Garbage;
        lwtunnel_ip::DST => INET, exact: "dst", twice: Garbage;
        lwtunnel_ip::TTL => U8, exact: "ttl", twice: Garbage;
        lwtunnel_ip::TOS => DECIMAL_TRAFFIC_CLASS, exact: "tos", twice: Garbage;
    },
    COMMON
);

/// The attributes have the numbers of those of `ip`.
const IP6: Rows = packed!(
    &option_list! {
        lwtunnel_ip6::ID => BE64, exact: "id", twice: Garbage;
        lwtunnel_ip6::SRC => INET6, exact: "src", twice: Garbage;
        lwtunnel_ip6::DST => INET6, exact: "dst", twice: Garbage;
        lwtunnel_ip6::HOPLIMIT => U8, exact: "hoplimit", twice: Garbage;
        lwtunnel_ip6::TC => DECIMAL_TRAFFIC_CLASS, exact: "tc", twice: Garbage;
    },
    COMMON
);

/// What both have. The first row of the options prints them all.
const COMMON: &[Opt] = &option_list! {
    lwtunnel_ip::FLAGS => bit16(KEY), exact: "key", twice: Garbage;
    lwtunnel_ip::FLAGS => bit16(CSUM), exact: "csum", twice: Garbage;
    lwtunnel_ip::FLAGS => bit16(SEQ), exact: "seq", twice: Garbage;
    lwtunnel_ip::OPTS => TUNNEL_OPTIONS, exact: "geneve_opts";
    lwtunnel_ip::OPTS => TUNNEL_OPTIONS, exact: "vxlan_opts", show: Never;
    lwtunnel_ip::OPTS => TUNNEL_OPTIONS, exact: "erspan_opts", show: Never;
};

const IP_SENT: &[Sent] = &[Sent::given(lwtunnel_ip::FLAGS)];

/// What a routing header is made of.
const HELD: &[Sent] = &[Sent::held(SEGS), Sent::held(HMAC)];

const SEG6_SENT: &[Sent] = &[
    Sent::held(seg6_iptunnel::SRH),
    Sent::held(SEGS),
    Sent::held(HMAC),
    Sent::given(seg6_iptunnel::SRC),
    Sent::given(seg6_iptunnel::TABLE),
];

const IOAM6_SENT: &[Sent] = &[
    Sent::always(ioam6_attr::FREQ_K, 4, 1),
    Sent::always(ioam6_attr::FREQ_N, 4, 1),
    Sent::always(ioam6_attr::MODE, 1, ioam6_attr::mode::INLINE),
    Sent::given(ioam6_attr::SRC),
    Sent::given(ioam6_attr::DST),
    Sent::held(ioam6::TRACE_WORD),
    Sent::held(ioam6::PREALLOC),
    Sent::held(ioam6::TRACE_TYPE),
    Sent::held(ioam6::TRACE_NS),
    Sent::held(ioam6::TRACE_SIZE),
    Sent::given(ioam6_attr::TRACE),
];
