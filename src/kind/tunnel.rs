//! The rows of tunnels: GRE and erspan, IP in IP, and vti. What no row of theirs can say is in `tunnel_odd`.

use std::ffi::CStr;

use crate::kind::Show::{Always, Ever, Never, NonZero};
use crate::kind::Ty::*;
use crate::kind::odd::Odd as O;
use crate::kind::tunnel_odd::{CSUM, SEQ};
use crate::kind::{Family, Opt, Sent, Ty, opt};
use crate::nl::uapi::{gre, iptun, six_rd, vti};

const V4: Ty = End(Family::Inet);
const V6: Ty = End(Family::Inet6);

/// Shown as `pmtudisc` or `nopmtudisc`, whichever it is.
const PMTUDISC: Ty = Bool8(2);
/// Shown as `nopmtudisc` alone, with `-d -d` too.
const PMTUDISC_OFF: Ty = Bool8(1 + 4);

const TTL: &CStr = c"ttl,hoplimit,hlim|||invalid TTL\n|inherit=0";
const TOS: &CStr = c"tos,tclass,dsfield|||bad TOS value|inherit=1";
const HOPLIMIT: &CStr = c"hoplimit,ttl,hlim||ttl|invalid HLIM\n|inherit=0";
const INDEX: &CStr =
    c"=erspan|erspan_index||invalid erspan index\n||erspan index must be > 0 and <= 20-bit\n";
const VER: &CStr = c"=erspan_ver|||invalid erspan version\n||erspan version must be 0/1/2\n";
const DIR: &CStr = c"=erspan_dir|||Invalid erspan direction.|ingress=0 egress=1";
const HWID: &CStr = c"=erspan_hwid|||invalid erspan hwid\n";
const ENCAPLIMIT: &CStr = c"=encaplimit||ip6_tnl_f_ign_encap_limit|invalid ELIM|none=1";
const TCLASS: &CStr = c"tclass,tos,dsfield||ip6_tnl_f_use_orig_tclass|invalid TClass|inherit=2";
const TCLASS_WHOLE: &CStr =
    c"=tclass,=tc,=tos,dsfield||ip6_tnl_f_use_orig_tclass|invalid TClass|inherit=2";
const FLOWLABEL: &CStr =
    c"=flowlabel,=fl||ip6_tnl_f_use_orig_flowlabel|invalid Flowlabel|inherit=4";
const DSCP: &CStr = c"=dscp||ip6_tnl_f_rcv_dscp_copy|not inherit|inherit=16";
const ALLOW: &CStr = c"=!allow-localremote||ip6_tnl_f_allow_local_remote||=64";
const FWMARK: &CStr = c"=fwmark|||invalid fwmark\n";
const FWMARK6: &CStr = c"=fwmark||ip6_tnl_f_use_orig_fwmark|invalid fwmark\n|inherit=32";
/// The status of a device that is not there is that of a wrong word.
const DEV: &CStr = c"dev||link|!";

/// One table of several.
const fn join<const N: usize>(parts: &[&[Opt]]) -> [Opt; N] {
    let mut all = [parts[0][0]; N];
    let (mut n, mut part) = (0, 0);
    while part < parts.len() {
        let mut row = 0;
        while row < parts[part].len() {
            all[n] = parts[part][row];
            (n, row) = (n + 1, row + 1);
        }
        part += 1;
    }
    assert!(n == N);
    all
}

/// The words for what is around the packets, from the number of its type on. It is shown whole by the row in front of them.
const fn encap(first: u16) -> [Opt; 7] {
    [
        opt(
            first,
            Enum16,
            Never,
            c"=encap|||Invalid encap type.|none=0 fou=1 gue=2",
        ),
        opt(first, Only16(0), Never, c"=noencap"),
        opt(first + 1, Bits16(1), Never, c"=!encap-csum"),
        opt(first + 1, Bits16(2), Never, c"=!encap-udp6-csum"),
        opt(first + 1, Bits16(4), Never, c"=!encap-remcsum"),
        opt(
            first + 2,
            Be16,
            Never,
            c"=encap-sport|||Invalid source port.|auto=0",
        ),
        opt(
            first + 3,
            Be16,
            Never,
            c"=encap-dport|||Invalid destination port.",
        ),
    ]
}

/// Words for both directions. They come first: `no` is `nokey`.
const BOTH: [Opt; 3] = [
    opt(gre::IKEY, Odd(O::Key), Never, c"!key"),
    opt(gre::IKEY, Odd(O::Side), Never, c"!seq"),
    opt(gre::IKEY, Odd(O::Side), Never, c"!csum"),
];

const SIDES: [Opt; 6] = [
    opt(gre::IKEY, Odd(O::Key), Always, c"!ikey"),
    opt(gre::OKEY, Odd(O::Key), Always, c"!okey"),
    opt(gre::IFLAGS, Bits16(SEQ), Always, c"!iseq"),
    opt(gre::OFLAGS, Bits16(SEQ), Always, c"!oseq"),
    opt(gre::IFLAGS, Bits16(CSUM), Always, c"!icsum"),
    opt(gre::OFLAGS, Bits16(CSUM), Always, c"!ocsum"),
];

/// What an IPv6 tunnel takes from the packets inside, or has of its own. `FLAGS` says which.
const fn flags6(flags: u16, tclass: &'static CStr) -> [Opt; 4] {
    [
        opt(flags, Odd(O::EncapLimit), Always, ENCAPLIMIT),
        opt(flags, Odd(O::Inherit), Always, tclass),
        opt(flags, Odd(O::Inherit), Always, FLOWLABEL),
        opt(flags, Odd(O::Dscp), Always, DSCP),
    ]
}

/// erspan's words stand in front, so that GRE has the same table without them.
static GRE4: [Opt; 34] = join(&[
    &[
        opt(gre::ERSPAN_INDEX, Odd(O::Erspan), Never, INDEX),
        opt(gre::ERSPAN_VER, Odd(O::Erspan), Never, VER),
        opt(gre::ERSPAN_DIR, Begin8, Never, DIR),
        opt(gre::ERSPAN_HWID, Hex16, Never, HWID),
    ],
    &BOTH,
    &[
        opt(gre::COLLECT_METADATA, Flag, Always, c"=external"),
        opt(gre::REMOTE, V4, Always, c"remote"),
        opt(gre::LOCAL, V4, Always, c"local"),
        opt(gre::LINK, Dev, NonZero, DEV),
        opt(gre::TTL, U8, Ever, TTL),
        opt(gre::TOS, Hex8, NonZero, TOS),
        opt(gre::PMTUDISC, PMTUDISC_OFF, Always, c"!pmtudisc"),
        opt(gre::IGNORE_DF, Bool8(0), NonZero, c"=!ignore-df||ignore_df"),
    ],
    &SIDES,
    &[
        opt(gre::FWMARK, Hex32, NonZero, FWMARK),
        opt(gre::ERSPAN_INDEX, U32, Always, c"|erspan_index"),
        opt(gre::ERSPAN_VER, U8, Always, c"|erspan_ver"),
        opt(
            gre::ERSPAN_DIR,
            Enum8,
            Always,
            c"|erspan_dir|||ingress=0 egress=1",
        ),
        opt(gre::ERSPAN_HWID, Hex16, Always, c"|erspan_hwid"),
        opt(gre::ENCAP_TYPE, Odd(O::Encap), Always, c""),
    ],
    &encap(gre::ENCAP_TYPE),
]);

/// erspan.
pub static ERSPAN: &[Opt] = &GRE4;
/// gre and gretap.
pub static GRE: &[Opt] = GRE4.split_at(4).1;

/// ip6gre, ip6gretap and ip6erspan.
pub static GRE6: &[Opt] = &join::<32>(&[
    &BOTH,
    &[
        opt(gre::COLLECT_METADATA, Flag, Always, c"=external"),
        opt(gre::REMOTE, V6, Always, c"remote"),
        opt(gre::LOCAL, V6, Always, c"local"),
        opt(gre::LINK, Dev, NonZero, DEV),
        opt(gre::TTL, U8, Ever, HOPLIMIT),
    ],
    &flags6(gre::FLAGS, TCLASS),
    &SIDES,
    &[
        opt(gre::FLAGS, Odd(O::Flag6), Always, ALLOW),
        opt(gre::FLAGS, Odd(O::Inherit), Always, FWMARK6),
        opt(gre::ERSPAN_INDEX, Odd(O::Erspan), Always, INDEX),
        opt(gre::ERSPAN_VER, Odd(O::Erspan), Always, VER),
        opt(gre::ERSPAN_DIR, Begin8, Always, DIR),
        opt(gre::ERSPAN_HWID, Hex16, Always, HWID),
        opt(gre::ENCAP_TYPE, Odd(O::Encap), Always, c""),
    ],
    &encap(gre::ENCAP_TYPE),
]);

/// sit's own words stand in front.
static IPTUN: [Opt; 22] = join(&[
    &[opt(iptun::FLAGS, Bits16(1), Never, c"=isatap")],
    &[
        opt(iptun::COLLECT_METADATA, Flag, Always, c"=external"),
        opt(
            iptun::PROTO,
            Name8,
            Always,
            c"=mode|-|proto|Cannot guess tunnel mode.|ip6ip=41 ipip=4 mplsip=137 any=0 ipv6/ipv4=41 ipv4/ipv4=4 ip4ip4=4 \
             mpls/ipv4=137 any/ipv4=0",
        ),
        opt(iptun::REMOTE, V4, Always, c"=remote"),
        opt(iptun::LOCAL, V4, Always, c"=local"),
        opt(iptun::LINK, Dev, NonZero, DEV),
        opt(
            iptun::TTL,
            U8,
            Ever,
            c"=ttl,=hoplimit,=hlim|||invalid TTL\n|inherit=0",
        ),
        opt(
            iptun::TOS,
            Hex8,
            NonZero,
            c"=tos,=tclass,=tc,dsfield|||bad TOS value|inherit=1",
        ),
        opt(iptun::PMTUDISC, PMTUDISC, Ever, c"=!pmtudisc"),
        opt(iptun::FLAGS, Bits16(1), Always, c"|isatap"),
        opt(six_rd::RD_PREFIX, Odd(O::SixRd), Always, c"=6rd-prefix"),
        opt(
            six_rd::RD_RELAY_PREFIX,
            Odd(O::SixRd),
            Always,
            c"=6rd-relay_prefix",
        ),
        opt(six_rd::RD_PREFIX, Odd(O::SixRdReset), Never, c"=6rd-reset"),
        opt(iptun::FWMARK, Hex32, NonZero, FWMARK),
        opt(iptun::ENCAP_TYPE, Odd(O::Encap), Always, c""),
    ],
    &encap(iptun::ENCAP_TYPE),
]);

/// sit.
pub static SIT: &[Opt] = &IPTUN;
/// ipip.
pub static IPIP: &[Opt] = IPTUN.split_at(1).1;

/// ip6tnl.
pub static IP6TNL: &[Opt] = &join::<21>(&[
    &[
        opt(iptun::COLLECT_METADATA, Flag, Always, c"=external"),
        opt(
            iptun::PROTO,
            Name8,
            Always,
            c"=mode|-|proto|Cannot guess tunnel mode.|ip6ip6=41 ipip6=4 any=0 ipv6/ipv6=41 ip/ipv6=4 ipv4/ipv6=4 ip4ip6=4 \
             any/ipv6=0",
        ),
        opt(iptun::REMOTE, V6, Always, c"=remote"),
        opt(iptun::LOCAL, V6, Always, c"=local"),
        opt(iptun::LINK, Dev, NonZero, DEV),
        opt(
            iptun::TTL,
            U8,
            Ever,
            c"=hoplimit,=ttl,=hlim||ttl|invalid HLIM\n|inherit=0",
        ),
    ],
    &flags6(iptun::FLAGS, TCLASS_WHOLE),
    &[
        opt(
            iptun::FLAGS,
            Odd(O::Flag6),
            Always,
            c"|mip6|ip6_tnl_f_mip6_dev||=8",
        ),
        opt(iptun::FLAGS, Odd(O::Flag6), Always, ALLOW),
        opt(iptun::FLAGS, Odd(O::Inherit), Always, FWMARK6),
        opt(iptun::ENCAP_TYPE, Odd(O::Encap), Always, c""),
    ],
    &encap(iptun::ENCAP_TYPE),
]);

const fn vti(end: Ty) -> [Opt; 7] {
    [
        opt(vti::IKEY, Odd(O::Key), Never, c"key"),
        opt(vti::REMOTE, end, Always, c"remote"),
        opt(vti::LOCAL, end, Always, c"local"),
        opt(vti::LINK, Dev, NonZero, DEV),
        opt(vti::IKEY, Odd(O::Key), Always, c"ikey"),
        opt(vti::OKEY, Odd(O::Key), Always, c"okey"),
        opt(vti::FWMARK, Hex32, NonZero, FWMARK),
    ]
}

/// vti.
pub static VTI: &[Opt] = &vti(V4);
/// vti6.
pub static VTI6: &[Opt] = &vti(V6);

/// What is sent of GRE and erspan: keys and flags first, or `external` alone.
pub static GRE_SENT: &[Sent] = &[
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

/// The same of GRE over IPv6: UDP around it has a checksum.
pub static GRE6_SENT: &[Sent] = &[
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

/// What is sent of ipip and sit.
pub static IPTUN_SENT: &[Sent] = &[
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
pub static IP6TNL_SENT: &[Sent] = &[
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

/// What is sent of vti and vti6.
pub static VTI_SENT: &[Sent] = &[
    Sent::always(vti::IKEY, 4, 0),
    Sent::always(vti::OKEY, 4, 0),
    Sent::nonzero(vti::LOCAL),
    Sent::nonzero(vti::REMOTE),
    Sent::always(vti::FWMARK, 4, 0),
    Sent::nonzero(vti::LINK),
];
