//! Tunnels of IP in IP: ipip, sit and ip6tnl.

use std::ffi::CStr;

use crate::error::{Error, Result};
use crate::kind::kind::{Kind, Options};
use crate::kind::tunnel::{CUSTOMS, ENCAP, FLAG6, INHERIT, SIX_RD, SIX_RD_RESET, encap, flags6};
use crate::nl::uapi::{iptun, six_rd};
use crate::option_list;
use crate::packed;
use crate::row::declare::*;
use crate::row::option::{Opt, Rows};
use crate::row::sent::Sent;

/// ipip, sit and ip6tnl. A change begins with what the tunnel has.
pub static KINDS: &[Kind] = &[
    tunnel(c"ipip", IPIP_ROWS, SENT).finish_with(check),
    tunnel(c"sit", SIT_ROWS, SENT).finish_with(check),
    tunnel(c"ip6tnl", IP6TNL_ROWS, SENT6),
];

const fn tunnel(names: &'static CStr, rows: Rows, sent: &'static [Sent]) -> Kind {
    Kind::new(names, c"", rows)
        .sent(sent)
        .reading()
        .customs(&CUSTOMS)
}

const SIT_WORDS: [Opt; 1] = option_list! {
    iptun::FLAGS => bit16(1), word: "=isatap", show: Never;
};

const IPV4: [Opt; 14] = option_list! {
    iptun::COLLECT_METADATA => FLAG, word: "=external";
    iptun::PROTO => WORD8_IF_KNOWN, word: "=mode", name: "", json: "proto",
        wrong: "Cannot guess tunnel mode.",
        values: "ip6ip=41 ipip=4 mplsip=137 any=0 ipv6/ipv4=41 ipv4/ipv4=4 ip4ip4=4 mpls/ipv4=137 any/ipv4=0";
    iptun::REMOTE => IPV4_END, word: "=remote";
    iptun::LOCAL => IPV4_END, word: "=local";
    iptun::LINK => DEVICE_WORD, word: "dev", json: "link", show: NonZero;
    iptun::TTL => U8, word: "=ttl,=hoplimit,=hlim", wrong: "invalid TTL\n", values: "inherit", show: Ever;
    iptun::TOS => DSFIELD, word: "=tos,=tclass,=tc,dsfield", wrong: "bad TOS value", values: "inherit=1",
        show: NonZero;
    iptun::PMTUDISC => TOGGLE, word: "=!pmtudisc", show: Ever;
    iptun::FLAGS => bit16(1), name: "isatap";
    six_rd::RD_PREFIX => SIX_RD, word: "=6rd-prefix";
    six_rd::RD_RELAY_PREFIX => SIX_RD, word: "=6rd-relay_prefix";
    six_rd::RD_PREFIX => SIX_RD_RESET, word: "=6rd-reset", show: Never;
    iptun::FWMARK => HEX32, word: "=fwmark", wrong: "invalid fwmark\n", show: NonZero;
    iptun::ENCAP_TYPE => ENCAP;
};

const ENDS6: [Opt; 6] = option_list! {
    iptun::COLLECT_METADATA => FLAG, word: "=external";
    iptun::PROTO => WORD8_IF_KNOWN, word: "=mode", name: "", json: "proto",
        wrong: "Cannot guess tunnel mode.",
        values: "ip6ip6=41 ipip6=4 any=0 ipv6/ipv6=41 ip/ipv6=4 ipv4/ipv6=4 ip4ip6=4 any/ipv6=0";
    iptun::REMOTE => IPV6_END, word: "=remote";
    iptun::LOCAL => IPV6_END, word: "=local";
    iptun::LINK => DEVICE_WORD, word: "dev", json: "link", show: NonZero;
    iptun::TTL => U8, word: "=hoplimit,=ttl,=hlim", json: "ttl", wrong: "invalid HLIM\n", values: "inherit",
        show: Ever;
};

const REST6: [Opt; 4] = option_list! {
    iptun::FLAGS => FLAG6, name: "mip6", json: "ip6_tnl_f_mip6_dev", values: "=8";
    iptun::FLAGS => FLAG6, word: "=!allow-localremote", json: "ip6_tnl_f_allow_local_remote",
        values: "=64";
    iptun::FLAGS => INHERIT, word: "=fwmark", json: "ip6_tnl_f_use_orig_fwmark", wrong: "invalid fwmark\n",
        values: "inherit=32";
    iptun::ENCAP_TYPE => ENCAP;
};

const SIT_ROWS: Rows = packed!(&SIT_WORDS, &IPV4, &encap(iptun::ENCAP_TYPE));
/// The same without the words of sit, which stand in front.
const IPIP_ROWS: Rows = SIT_ROWS.without_first(SIT_WORDS.len());
const IP6TNL_ROWS: Rows = packed!(
    &ENDS6,
    &flags6(iptun::FLAGS, "=tclass,=tc,=tos,dsfield"),
    &REST6,
    &encap(iptun::ENCAP_TYPE)
);

/// What is sent of ipip and sit.
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

/// What is sent of ip6tnl.
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

/// ipip and sit: a hop limit goes with the discovery of the path's MTU. ipip has none of what is sit's.
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
