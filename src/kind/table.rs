//! The rows, one block a link kind. To add a kind, add a block. Large families have files of their own.

use crate::error::Result;
use crate::kind::LinkWord as L;
use crate::kind::Show::{Always, Ever, First, Never};
use crate::kind::Ty::*;
use crate::kind::bond::{BOND, BOND_SLAVE};
use crate::kind::bridge::{BRIDGE, BRIDGE_SLAVE};
use crate::kind::odd::Odd as O;
use crate::kind::overlay;
use crate::kind::{Finish, Kind, Opt, Options, Sent, opt};
use crate::kind::{can, macsec, small};
use crate::kind::{tunnel, tunnel_odd};
use crate::nl::uapi::{br, ipvlan, macvlan, rmnet, veth, vlan, xfrm};

/// A kind whose options and data are its name alone.
const fn bare(names: &'static str) -> Kind {
    kind(names, "", "", &[]).hidden()
}

/// A tunnel: an unknown word has the help alone, and a change begins with what the link has.
const fn tunnel(names: &'static str, opts: &'static [Opt], sent: &'static [Sent]) -> Kind {
    kind(names, "", "", opts).sent(sent).reading()
}

/// A kind with rows. `unknown` is what is said of an unknown word: of the kind, and of the word.
const fn kind(
    names: &'static str,
    unknown: &'static str,
    reason: &'static str,
    opts: &'static [Opt],
) -> Kind {
    Kind {
        names,
        unknown,
        reason,
        opts,
        shown: true,
        sent: &[],
        reads: false,
        finish: None,
    }
}

impl Kind {
    /// Nothing is shown of its data.
    const fn hidden(mut self) -> Kind {
        self.shown = false;
        self
    }

    /// What is sent behind all other attributes.
    const fn sent(mut self, sent: &'static [Sent]) -> Kind {
        self.sent = sent;
        self
    }

    /// A change begins with what the link has.
    const fn reading(mut self) -> Kind {
        self.reads = true;
        self
    }

    /// What looks at the options together.
    const fn with(mut self, finish: Finish) -> Kind {
        self.finish = Some(finish);
        self
    }
}

const COMMAND: &str = "%: unknown command \"%\"?\n";
const OPTION: &str = "%: unknown option \"%\"?\n";

/// Every kind that is more than its name to iproute2, or that refuses further words.
pub static KINDS: &[Kind] = &[
    kind("veth,vxcan", "", "", PAIR).hidden(),
    bare("dummy,ifb,nlmon,vcan,team,team_slave,netdevsim,virt_wifi,pfcp"),
    kind("macvlan,macvtap", OPTION, "", MACVLAN)
        .sent(&[Sent::given(macvlan::MODE), Sent::given(macvlan::FLAGS)])
        .with(passthru_alone),
    kind("bridge", COMMAND, "invalid %", BRIDGE).sent(&[Sent::given(br::MULTI_BOOLOPT)]),
    kind("bridge_slave", OPTION, "invalid %", BRIDGE_SLAVE),
    kind("vxlan", COMMAND, "invalid %", overlay::VXLAN)
        .sent(overlay::VXLAN_SENT)
        .with(overlay::vxlan_whole),
    kind("geneve", COMMAND, "invalid %", overlay::GENEVE)
        .sent(overlay::GENEVE_SENT)
        .with(overlay::geneve_whole),
    kind("bareudp", COMMAND, "%", overlay::BAREUDP)
        .sent(overlay::BAREUDP_SENT)
        .with(overlay::bareudp_whole),
    kind("gtp", COMMAND, "invalid %", overlay::GTP)
        .sent(overlay::GTP_SENT)
        .with(overlay::gtp_whole),
    kind("amt", COMMAND, "%", overlay::AMT),
    kind("netkit", OPTION, "", overlay::NETKIT),
    kind("vlan", COMMAND, "% is invalid", VLAN).sent(&[Sent::given(vlan::FLAGS)]),
    kind("ipvlan,ipvtap", OPTION, "", small::IPVLAN).sent(&[Sent::always(ipvlan::FLAGS, 2, 0)]),
    kind("vrf", OPTION, "", small::VRF),
    kind("vrf_slave", "", "", small::VRF_SLAVE),
    kind("xfrm", "", "", small::XFRM)
        .sent(&[Sent::given(xfrm::COLLECT_METADATA), Sent::given(xfrm::LINK)])
        .with(small::xfrm_alone),
    kind("hsr", "%: what is \"%\"?\n", "% is invalid", small::HSR),
    kind("tun", "", "", small::TUN),
    kind("ipoib", OPTION, "% is invalid", small::IPOIB),
    kind("rmnet", COMMAND, "% is invalid", small::RMNET).sent(&[Sent::given(rmnet::FLAGS)]),
    kind("dsa", COMMAND, "", small::DSA),
    kind("wwan", COMMAND, "%", small::WWAN),
    kind("ovpn", OPTION, "", small::OVPN),
    kind("batadv", COMMAND, "", small::BATADV).hidden(),
    kind("bond", COMMAND, "invalid %", BOND),
    kind("bond_slave", OPTION, "% is invalid", BOND_SLAVE),
    kind("macsec", COMMAND, "", macsec::MACSEC)
        .sent(macsec::SENT)
        .with(macsec::finish),
    kind("can", "%: unknown option \"%\"\n", can::REASON, can::CAN)
        .sent(can::SENT)
        .with(can::finish),
    tunnel("gre,gretap", tunnel::GRE, tunnel::GRE_SENT).with(tunnel_odd::gre),
    tunnel("erspan", tunnel::ERSPAN, tunnel::GRE_SENT).with(tunnel_odd::gre),
    tunnel(
        "ip6gre,ip6gretap,ip6erspan",
        tunnel::GRE6,
        tunnel::GRE6_SENT,
    )
    .with(tunnel_odd::gre),
    tunnel("ipip", tunnel::IPIP, tunnel::IPTUN_SENT).with(tunnel_odd::iptun),
    tunnel("sit", tunnel::SIT, tunnel::IPTUN_SENT).with(tunnel_odd::iptun),
    tunnel("ip6tnl", tunnel::IP6TNL, tunnel::IP6TNL_SENT),
    tunnel("vti", tunnel::VTI, tunnel::VTI_SENT),
    tunnel("vti6", tunnel::VTI6, tunnel::VTI_SENT),
];

/// Kinds that come in pairs: the other end is a link of its own.
pub static PAIR: &[Opt] = &[opt(veth::PEER, Link(L::Peer), Never, c"=peer")];

static VLAN: &[Opt] = &[
    opt(vlan::PROTOCOL, Ethertype, Ever, c"protocol"),
    opt(vlan::ID, U16, Always, c"id"),
    opt(vlan::FLAGS, FlagBit(0), Always, c"reorder_hdr"),
    opt(vlan::FLAGS, FlagBit(1), Always, c"gvrp"),
    opt(vlan::FLAGS, FlagBit(3), Always, c"mvrp"),
    opt(vlan::FLAGS, FlagBit(2), Always, c"loose_binding"),
    opt(vlan::FLAGS, FlagBit(4), Always, c"bridge_binding"),
    opt(
        vlan::INGRESS_QOS,
        Odd(O::QosMap),
        Always,
        c"ingress-qos-map",
    ),
    opt(vlan::EGRESS_QOS, Odd(O::QosMap), Always, c"egress-qos-map"),
];

static MACVLAN: &[Opt] = &[
    opt(
        macvlan::MODE,
        Enum32,
        First,
        c"mode||||private=1 vepa=2 bridge=4 passthru=8 source=16",
    ),
    opt(
        macvlan::FLAGS,
        Bits16(0),
        Never,
        c"flag||||nopromisc=1 nodst=2 null=0",
    ),
    opt(macvlan::FLAGS, Bits16(1), Always, c"nopromisc"),
    opt(macvlan::FLAGS, Bits16(2), Always, c"nodst"),
    opt(
        macvlan::BC_QUEUE_LEN,
        U32,
        Always,
        c"bcqueuelen|||!Error: argument of \"%\" must be a positive integer [0-4294967295], not \"%\"",
    ),
    opt(macvlan::BC_QUEUE_LEN_USED, U32, Always, c"|usedbcqueuelen"),
    opt(macvlan::MACADDR_MODE, Odd(O::MacAddr), Never, c"macaddr"),
    opt(
        macvlan::BC_CUTOFF,
        S32,
        Always,
        c"=bclim|||!Error: illegal value for \"%\": \"%\"",
    ),
    opt(macvlan::MACADDR_COUNT, Odd(O::MacAddr), Always, c""),
];

/// One of macvlan's flags counts in one mode alone.
fn passthru_alone(options: &mut Options) -> Result<()> {
    const NOPROMISC: u64 = 1;
    const PASSTHRU: u64 = 8;
    let value = |attr| options.number(attr).unwrap_or(0);
    if value(macvlan::FLAGS) & NOPROMISC != 0 && value(macvlan::MODE) != PASSTHRU {
        return options.refuse("nopromisc flag only valid in passthru mode\n");
    }
    Ok(())
}
