//! `inet` of `ip link set`: what IPv4 does on a link, settings as of /proc/sys/net/ipv4/conf.

use crate::error::{Error, Result};
use crate::ip::link::setting::{Setting, WRONG};
use crate::nl::uapi::{af, devconf, inet, nla};
use crate::options;
use crate::row::declare::*;
use crate::row::read::{next_row, parse_option};
use crate::row::table::Table;

options! {
    /// The words after `inet`.
    ROWS {
        devconf::FORWARDING => ON_OFF32, word: "=forwarding";
        devconf::PROXY_ARP => ON_OFF32, word: "=proxy_arp";
        devconf::ACCEPT_REDIRECTS => ON_OFF32, word: "=accept_redirects";
        devconf::SECURE_REDIRECTS => ON_OFF32, word: "=secure_redirects";
        devconf::SEND_REDIRECTS => ON_OFF32, word: "=send_redirects";
        devconf::SHARED_MEDIA => ON_OFF32, word: "=shared_media";
        devconf::RP_FILTER => S32, word: "=rp_filter";
        devconf::ACCEPT_SOURCE_ROUTE => ON_OFF32, word: "=accept_source_route";
        devconf::BOOTP_RELAY => ON_OFF32, word: "=bootp_relay";
        devconf::LOG_MARTIANS => ON_OFF32, word: "=log_martians";
        devconf::TAG => S32, word: "=tag";
        devconf::ARPFILTER => ON_OFF32, word: "=arp_filter";
        devconf::MEDIUM_ID => S32, word: "=medium_id";
        devconf::NOXFRM => ON_OFF32, word: "=disable_xfrm";
        devconf::NOPOLICY => ON_OFF32, word: "=disable_policy";
        devconf::FORCE_IGMP_VERSION => S32, word: "=force_igmp_version";
        devconf::ARP_ANNOUNCE => S32, word: "=arp_announce";
        devconf::ARP_IGNORE => S32, word: "=arp_ignore";
        devconf::PROMOTE_SECONDARIES => ON_OFF32, word: "=promote_secondaries";
        devconf::ARP_ACCEPT => S32, word: "=arp_accept";
        devconf::ARP_NOTIFY => ON_OFF32, word: "=arp_notify";
        devconf::ACCEPT_LOCAL => ON_OFF32, word: "=accept_local";
        devconf::SRC_VMARK => ON_OFF32, word: "=src_vmark";
        devconf::PROXY_ARP_PVLAN => ON_OFF32, word: "=proxy_arp_pvlan";
        devconf::ROUTE_LOCALNET => ON_OFF32, word: "=route_localnet";
        devconf::IGMPV2_UNSOLICITED_REPORT_INTERVAL => S32, word: "=igmpv2_unsolicited_report_interval";
        devconf::IGMPV3_UNSOLICITED_REPORT_INTERVAL => S32, word: "=igmpv3_unsolicited_report_interval";
        devconf::IGNORE_ROUTES_WITH_LINKDOWN => ON_OFF32, word: "=ignore_routes_with_linkdown";
        devconf::DROP_UNICAST_IN_L2_MULTICAST => ON_OFF32, word: "=drop_unicast_in_l2_multicast";
        devconf::DROP_GRATUITOUS_ARP => ON_OFF32, word: "=drop_gratuitous_arp";
        devconf::BC_FORWARDING => ON_OFF32, word: "=bc_forwarding";
        devconf::ARP_EVICT_NOCARRIER => ON_OFF32, word: "=arp_evict_nocarrier";
    }
}

/// The words after `inet`.
pub static WORDS: Table = Table::new(ROWS).wrong(WRONG);

/// Settings up to the first other word: `IFLA_INET_CONF` inside `IFLA_AF_SPEC`.
pub fn parse(s: Setting) -> Result<()> {
    let (w, draft) = (s.w, s.draft);
    let start = draft.msg.size();
    let conf = draft.msg.open();
    let empty = draft.msg.size();
    while let Some((word, row)) = next_row(ROWS, w) {
        parse_option(&WORDS, &row, word, w, draft, start)?;
    }
    if draft.msg.size() == empty {
        return Err(Error::incomplete());
    }
    draft.msg.close(conf, inet::CONF | nla::F_NESTED);
    let all = draft.msg.take(start);
    draft.late(s.row.attr, |m| {
        m.nest(af::INET.into(), |m| {
            m.bytes(inet::CONF | nla::F_NESTED, &all)
        });
    });
    Ok(())
}
