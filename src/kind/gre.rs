//! Tunnels of GRE and of ERSPAN, over IPv4 and IPv6.

use std::ffi::CStr;

use crate::error::{Error, Result};
use crate::kind::kind::{Kind, Options};
use crate::kind::tunnel::{
    BOTH_SIDES, CUSTOMS, ENCAP, ERSPAN, INHERIT, IPV4_END, IPV6_END, KEY_BIT, SIDES, encap,
    inherited, start_from_link,
};
use crate::nl::uapi::gre;
use crate::option_list;
use crate::packed;
use crate::row::declare::*;
use crate::row::option::{Opt, Rows};
use crate::row::read::is_multicast;
use crate::row::sent::Sent;

/// The kinds gre, gretap, erspan, ip6gre, ip6gretap and ip6erspan.
pub static KINDS: &[Kind] = &[
    tunnel(c"gre,gretap", GRE_ROWS, SENT),
    tunnel(c"erspan", ERSPAN_ROWS, SENT),
    tunnel(c"ip6gre,ip6gretap,ip6erspan", GRE6_ROWS, SENT6),
];

const fn tunnel(names: &'static CStr, rows: Rows, sent: &'static [Sent]) -> Kind {
    Kind::new(names, c"", rows)
        .sent(sent)
        .starts_from_link(start_from_link)
        .customs(&CUSTOMS)
        .complete(complete)
}

/// Words that only the kind erspan has.
const ERSPAN_WORDS: [Opt; 4] = option_list! {
    gre::ERSPAN_INDEX => ERSPAN, exact: "erspan", name: "erspan_index", wrong: "invalid erspan index\n",
        out_of_range: "erspan index must be > 0 and <= 20-bit\n", show: Never;
    gre::ERSPAN_VER => ERSPAN, exact: "erspan_ver", wrong: "invalid erspan version\n",
        out_of_range: "erspan version must be 0/1/2\n", show: Never;
    gre::ERSPAN_DIR => WORD8_BY_PREFIX, exact: "erspan_dir", wrong: "Invalid erspan direction.",
        values: "ingress egress", show: Never;
    gre::ERSPAN_HWID => HEX16, exact: "erspan_hwid", wrong: "invalid erspan hwid\n", show: Never;
};

/// Options over IPv4, in front of those of [`SIDES`].
const ENDS: [Opt; 8] = option_list! {
    gre::COLLECT_METADATA => FLAG, exact: "external";
    gre::REMOTE => IPV4_END, word: "remote", show: Ever;
    gre::LOCAL => IPV4_END, word: "local", show: Ever;
    gre::LINK => DEVICE_WORD, word: "dev", json: "link", show: NonZero;
    gre::TTL => U8, word: "ttl,hoplimit,hlim", wrong: "invalid TTL\n", values: "inherit", show: Ever;
    gre::TOS => TRAFFIC_CLASS, word: "tos,tclass,dsfield", wrong: "bad TOS value", values: "inherit=1",
        show: NonZero;
    gre::PMTUDISC => TOGGLE_ON_QUIET, word: "[no]pmtudisc";
    gre::IGNORE_DF => TOGGLE_OFF, exact: "[no]ignore-df", json: "ignore_df", show: NonZero;
};

/// Options over IPv4, behind those of [`SIDES`].
const REST: [Opt; 6] = option_list! {
    gre::FWMARK => HEX32, exact: "fwmark", wrong: "invalid fwmark\n", show: NonZero;
    gre::ERSPAN_INDEX => U32, name: "erspan_index";
    gre::ERSPAN_VER => U8, name: "erspan_ver";
    gre::ERSPAN_DIR => WORD8, name: "erspan_dir", values: "ingress egress";
    gre::ERSPAN_HWID => HEX16, name: "erspan_hwid";
    gre::ENCAP_TYPE => ENCAP;
};

/// Options over IPv6, in front of those of [`inherited`] and [`SIDES`].
const ENDS6: [Opt; 5] = option_list! {
    gre::COLLECT_METADATA => FLAG, exact: "external";
    gre::REMOTE => IPV6_END, word: "remote", show: Ever;
    gre::LOCAL => IPV6_END, word: "local", show: Ever;
    gre::LINK => DEVICE_WORD, word: "dev", json: "link", show: NonZero;
    gre::TTL => U8, word: "hoplimit,ttl,hlim", json: "ttl", wrong: "invalid HLIM\n", values: "inherit",
        show: Ever;
};

/// Options over IPv6, behind those of [`SIDES`].
const REST6: [Opt; 7] = option_list! {
    gre::FLAGS => bit32(0x40), exact: "[no]allow-localremote", json: "ip6_tnl_f_allow_local_remote";
    gre::FLAGS => INHERIT, exact: "fwmark", json: "ip6_tnl_f_use_orig_fwmark", wrong: "invalid fwmark\n",
        values: "inherit=32", show: Ever;
    gre::ERSPAN_INDEX => ERSPAN, exact: "erspan", name: "erspan_index", wrong: "invalid erspan index\n",
        out_of_range: "erspan index must be > 0 and <= 20-bit\n";
    gre::ERSPAN_VER => ERSPAN, exact: "erspan_ver", wrong: "invalid erspan version\n",
        out_of_range: "erspan version must be 0/1/2\n";
    gre::ERSPAN_DIR => WORD8_BY_PREFIX, exact: "erspan_dir", wrong: "Invalid erspan direction.",
        values: "ingress egress";
    gre::ERSPAN_HWID => HEX16, exact: "erspan_hwid", wrong: "invalid erspan hwid\n";
    gre::ENCAP_TYPE => ENCAP;
};

const ERSPAN_ROWS: Rows = packed!(
    &ERSPAN_WORDS,
    &BOTH_SIDES,
    &ENDS,
    &SIDES,
    &REST,
    &encap(gre::ENCAP_TYPE)
);
/// The words of erspan stand in front, for gre to begin behind them.
const GRE_ROWS: Rows = ERSPAN_ROWS.without_first(ERSPAN_WORDS.len());
const GRE6_ROWS: Rows = packed!(
    &BOTH_SIDES,
    &ENDS6,
    &inherited(gre::FLAGS, "", "tclass,tos,dsfield"),
    &SIDES,
    &REST6,
    &encap(gre::ENCAP_TYPE)
);

/// The attributes that are sent behind the others, over IPv4. `external` is sent alone.
static SENT: &[Sent] = &[
    Sent::alone(gre::COLLECT_METADATA),
    Sent::always(gre::IKEY, 4, 0),
    Sent::always(gre::OKEY, 4, 0),
    Sent::always(gre::IFLAGS, 2, 0),
    Sent::always(gre::OFLAGS, 2, 0),
    Sent::nonzero(gre::LOCAL),
    Sent::nonzero(gre::REMOTE),
    Sent::always(gre::PMTUDISC, 1, 1),
    Sent::given(gre::IGNORE_DF),
    Sent::always(gre::TOS, 1, 0),
    Sent::nonzero(gre::LINK),
    Sent::always(gre::TTL, 1, 0),
    Sent::always(gre::FWMARK, 4, 0),
    Sent::always(gre::ERSPAN_VER, 1, 1),
    Sent::nonzero(gre::ERSPAN_INDEX),
    Sent::always(gre::ERSPAN_DIR, 1, 0),
    Sent::always(gre::ERSPAN_HWID, 2, 0),
    Sent::always(gre::ENCAP_TYPE, 2, 0),
    Sent::always(gre::ENCAP_FLAGS, 2, 0),
    Sent::always(gre::ENCAP_SPORT, 2, 0),
    Sent::always(gre::ENCAP_DPORT, 2, 0),
];

/// The attributes that are sent behind the others, over IPv6. An encapsulation in UDP has a checksum by default.
static SENT6: &[Sent] = &[
    Sent::alone(gre::COLLECT_METADATA),
    Sent::always(gre::IKEY, 4, 0),
    Sent::always(gre::OKEY, 4, 0),
    Sent::always(gre::IFLAGS, 2, 0),
    Sent::always(gre::OFLAGS, 2, 0),
    Sent::nonzero(gre::LOCAL),
    Sent::nonzero(gre::REMOTE),
    Sent::nonzero(gre::LINK),
    Sent::always(gre::TTL, 1, 64),
    Sent::always(gre::ENCAP_LIMIT, 1, 4),
    Sent::always(gre::FLOWINFO, 4, 0),
    Sent::always(gre::FLAGS, 4, 0),
    Sent::always(gre::FWMARK, 4, 0),
    Sent::always(gre::ERSPAN_VER, 1, 1),
    Sent::nonzero(gre::ERSPAN_INDEX),
    Sent::always(gre::ERSPAN_DIR, 1, 0),
    Sent::always(gre::ERSPAN_HWID, 2, 0),
    Sent::always(gre::ENCAP_TYPE, 2, 0),
    Sent::always(gre::ENCAP_FLAGS, 2, 2),
    Sent::always(gre::ENCAP_SPORT, 2, 0),
    Sent::always(gre::ENCAP_DPORT, 2, 0),
];

/// Checks and completes a tunnel. One to a multicast group needs a local address, and has the group for a key. Of the
/// attributes of ERSPAN those are sent that its version has.
fn complete(options: &mut Options) -> Result<()> {
    let remote = options.get(gre::REMOTE).unwrap_or_default();
    if let Ok(group) = <[u8; 4]>::try_from(remote.0)
        && is_multicast(&group)
    {
        let local = options.get(gre::LOCAL).unwrap_or_default();
        if local.0.iter().all(|byte| *byte == 0) {
            let text = "A broadcast tunnel requires a source address.";
            return Err(Error::refused(text, b""));
        }
        for side in 0..2 {
            let flags = options.number(gre::IFLAGS + side).unwrap_or(0);
            let key = u64::from(KEY_BIT);
            if flags & key == 0 {
                options.late.bytes(gre::IKEY + side, &group);
                options.late.number(gre::IFLAGS + side, flags | key, 2);
            }
        }
    }
    let version = options.number(gre::ERSPAN_VER).unwrap_or(1);
    let has_erspan = options.name.starts_with(b"ip6") || options.name == b"erspan";
    options.skip = match version {
        _ if !has_erspan => &[
            gre::ERSPAN_VER,
            gre::ERSPAN_INDEX,
            gre::ERSPAN_DIR,
            gre::ERSPAN_HWID,
        ],
        1 => &[gre::ERSPAN_DIR, gre::ERSPAN_HWID],
        2 => &[gre::ERSPAN_INDEX],
        _ => &[gre::ERSPAN_INDEX, gre::ERSPAN_DIR, gre::ERSPAN_HWID],
    };
    Ok(())
}
