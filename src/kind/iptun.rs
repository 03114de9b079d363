//! Tunnels of IP in IP, over IPv4 and IPv6.

use std::ffi::CStr;

use crate::error::{Error, Result};
use crate::kind::kind::{Kind, Options};
use crate::kind::tunnel::{
    CUSTOMS, ENCAP, INHERIT, IPV4_END, IPV6_END, SIX_RD, SIX_RD_RESET, encap, inherited,
    start_from_link,
};
use crate::nl::uapi::{iptun, six_rd};
use crate::option_list;
use crate::packed;
use crate::row::declare::*;
use crate::row::option::{Opt, Rows};
use crate::row::sent::Sent;

/// The kinds ipip, sit and ip6tnl.
pub static KINDS: &[Kind] = &[
    tunnel(c"ipip", IPIP_ROWS, SENT).complete(check),
    tunnel(c"sit", SIT_ROWS, SENT).complete(check),
    tunnel(c"ip6tnl", IP6TNL_ROWS, SENT6),
];

const fn tunnel(names: &'static CStr, rows: Rows, sent: &'static [Sent]) -> Kind {
    Kind::new(names, c"", rows)
        .sent(sent)
        .starts_from_link(start_from_link)
        .customs(&CUSTOMS)
}

/// Words that only the kind sit has.
const SIT_WORDS: [Opt; 1] = option_list! {
    iptun::FLAGS => bit16(1), exact: "isatap", show: Never;
};

/// Options over IPv4.
const IPV4: [Opt; 14] = option_list! {
    iptun::COLLECT_METADATA => FLAG, exact: "external";
    iptun::PROTO => WORD8_IF_KNOWN, exact: "mode", name: "", json: "proto",
        wrong: "Cannot guess tunnel mode.",
        values: "ip6ip=41 ipip=4 mplsip=137 any=0 ipv6/ipv4=41 ipv4/ipv4=4 ip4ip4=4 mpls/ipv4=137 any/ipv4=0";
    iptun::REMOTE => IPV4_END, exact: "remote", show: Ever;
    iptun::LOCAL => IPV4_END, exact: "local", show: Ever;
    iptun::LINK => DEVICE_WORD, word: "dev", json: "link", show: NonZero;
    iptun::TTL => U8, exact: "ttl,hoplimit,hlim", wrong: "invalid TTL\n", values: "inherit", show: Ever;
    iptun::TOS => TRAFFIC_CLASS, exact: "tos,tclass,tc", word: "dsfield", wrong: "bad TOS value", values: "inherit=1",
        show: NonZero;
    iptun::PMTUDISC => TOGGLE, exact: "[no]pmtudisc", show: Ever;
    iptun::FLAGS => bit16(1), name: "isatap";
    six_rd::RD_PREFIX => SIX_RD, exact: "6rd-prefix";
    six_rd::RD_RELAY_PREFIX => SIX_RD, exact: "6rd-relay_prefix";
    six_rd::RD_PREFIX => SIX_RD_RESET, exact: "6rd-reset", show: Never;
    iptun::FWMARK => HEX32, exact: "fwmark", wrong: "invalid fwmark\n", show: NonZero;
    iptun::ENCAP_TYPE => ENCAP;
};

/// Options over IPv6, in front of those of [`inherited`].
const ENDS6: [Opt; 6] = option_list! {
    iptun::COLLECT_METADATA => FLAG, exact: "external";
    iptun::PROTO => WORD8_IF_KNOWN, exact: "mode", name: "", json: "proto",
        wrong: "Cannot guess tunnel mode.",
        values: "ip6ip6=41 ipip6=4 any=0 ipv6/ipv6=41 ip/ipv6=4 ipv4/ipv6=4 ip4ip6=4 any/ipv6=0";
    iptun::REMOTE => IPV6_END, exact: "remote", show: Ever;
    iptun::LOCAL => IPV6_END, exact: "local", show: Ever;
    iptun::LINK => DEVICE_WORD, word: "dev", json: "link", show: NonZero;
    iptun::TTL => U8, exact: "hoplimit,ttl,hlim", json: "ttl", wrong: "invalid HLIM\n", values: "inherit",
        show: Ever;
};

/// Options over IPv6, behind those of [`inherited`].
const REST6: [Opt; 4] = option_list! {
    iptun::FLAGS => bit32(0x08), name: "mip6", json: "ip6_tnl_f_mip6_dev";
    iptun::FLAGS => bit32(0x40), exact: "[no]allow-localremote", json: "ip6_tnl_f_allow_local_remote";
    iptun::FLAGS => INHERIT, exact: "fwmark", json: "ip6_tnl_f_use_orig_fwmark", wrong: "invalid fwmark\n",
        values: "inherit=32", show: Ever;
    iptun::ENCAP_TYPE => ENCAP;
};

const SIT_ROWS: Rows = packed!(&SIT_WORDS, &IPV4, &encap(iptun::ENCAP_TYPE));
/// The words of sit stand in front, for ipip to begin behind them.
const IPIP_ROWS: Rows = SIT_ROWS.without_first(SIT_WORDS.len());
const IP6TNL_ROWS: Rows = packed!(
    &ENDS6,
    &inherited(iptun::FLAGS, "tclass,tc,tos", "dsfield"),
    &REST6,
    &encap(iptun::ENCAP_TYPE)
);

/// The attributes that are sent behind the others, over IPv4. `external` is sent alone.
static SENT: &[Sent] = &[
    Sent::always(iptun::PROTO, 1, 0),
    Sent::alone(iptun::COLLECT_METADATA),
    Sent::nonzero(iptun::LOCAL),
    Sent::nonzero(iptun::REMOTE),
    Sent::always(iptun::PMTUDISC, 1, 1),
    Sent::always(iptun::TOS, 1, 0),
    Sent::always(iptun::TTL, 1, 0),
    Sent::always(iptun::LINK, 4, 0),
    Sent::always(iptun::FWMARK, 4, 0),
    Sent::always(iptun::ENCAP_TYPE, 2, 0),
    Sent::always(iptun::ENCAP_FLAGS, 2, 0),
    Sent::always(iptun::ENCAP_SPORT, 2, 0),
    Sent::always(iptun::ENCAP_DPORT, 2, 0),
    Sent::always(iptun::FLAGS, 2, 0),
    Sent::given(six_rd::RD_PREFIX),
    Sent::given(six_rd::RD_PREFIXLEN),
    Sent::given(six_rd::RD_RELAY_PREFIX),
    Sent::given(six_rd::RD_RELAY_PREFIXLEN),
];

/// The attributes that are sent behind the others, over IPv6.
static SENT6: &[Sent] = &[
    Sent::always(iptun::PROTO, 1, 0),
    Sent::alone(iptun::COLLECT_METADATA),
    Sent::nonzero(iptun::LOCAL),
    Sent::nonzero(iptun::REMOTE),
    Sent::always(iptun::TTL, 1, 64),
    Sent::always(iptun::ENCAP_LIMIT, 1, 4),
    Sent::always(iptun::FLOWINFO, 4, 0),
    Sent::always(iptun::FLAGS, 4, 0),
    Sent::always(iptun::LINK, 4, 0),
    Sent::always(iptun::FWMARK, 4, 0),
    Sent::always(iptun::ENCAP_TYPE, 2, 0),
    Sent::always(iptun::ENCAP_FLAGS, 2, 2),
    Sent::always(iptun::ENCAP_SPORT, 2, 0),
    Sent::always(iptun::ENCAP_DPORT, 2, 0),
];

/// Checks a tunnel over IPv4. The kernel forbids to fragment packets with a TTL of the tunnel's own (`ip_tunnel_ctl`),
/// so that the MTU of the path has to be discovered. ipip sends none of the attributes that only sit has.
fn check(options: &mut Options) -> Result<()> {
    const IPV6: u64 = 41;
    let value = |attr, default| options.number(attr).unwrap_or(default);
    if value(iptun::TTL, 0) != 0 && value(iptun::PMTUDISC, 1) == 0 {
        let text = "ttl != 0 and nopmtudisc are incompatible";
        return Err(Error::usage(text, b""));
    }
    if options.name == b"ipip" {
        if value(iptun::PROTO, 0) == IPV6 {
            return Err(Error::bad_arg(b"ip6ip", "Cannot guess tunnel mode."));
        }
        options.skip = &[
            iptun::FLAGS,
            six_rd::RD_PREFIX,
            six_rd::RD_PREFIXLEN,
            six_rd::RD_RELAY_PREFIX,
            six_rd::RD_RELAY_PREFIXLEN,
        ];
    }
    Ok(())
}
