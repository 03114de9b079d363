//! `inet` of `ip link set`: settings of IPv4 on a link, as in /proc/sys/net/ipv4/conf.

use crate::error::{Error, Result};
use crate::ip::link::setting::{Link, WRONG};
use crate::nl::uapi::{af, devconf, inet, nla};
use crate::options;
use crate::row::declare::*;
use crate::row::read::{next_row, parse_option};
use crate::row::table::{Reading, Table};

options! {
    /// The words after `inet`.
    ROWS {
        devconf::FORWARDING => ON_OFF32, exact: "forwarding";
        devconf::PROXY_ARP => ON_OFF32, exact: "proxy_arp";
        devconf::ACCEPT_REDIRECTS => ON_OFF32, exact: "accept_redirects";
        devconf::SECURE_REDIRECTS => ON_OFF32, exact: "secure_redirects";
        devconf::SEND_REDIRECTS => ON_OFF32, exact: "send_redirects";
        devconf::SHARED_MEDIA => ON_OFF32, exact: "shared_media";
        devconf::RP_FILTER => S32, exact: "rp_filter";
        devconf::ACCEPT_SOURCE_ROUTE => ON_OFF32, exact: "accept_source_route";
        devconf::BOOTP_RELAY => ON_OFF32, exact: "bootp_relay";
        devconf::LOG_MARTIANS => ON_OFF32, exact: "log_martians";
        devconf::TAG => S32, exact: "tag";
        devconf::ARPFILTER => ON_OFF32, exact: "arp_filter";
        devconf::MEDIUM_ID => S32, exact: "medium_id";
        devconf::NOXFRM => ON_OFF32, exact: "disable_xfrm";
        devconf::NOPOLICY => ON_OFF32, exact: "disable_policy";
        devconf::FORCE_IGMP_VERSION => S32, exact: "force_igmp_version";
        devconf::ARP_ANNOUNCE => S32, exact: "arp_announce";
        devconf::ARP_IGNORE => S32, exact: "arp_ignore";
        devconf::PROMOTE_SECONDARIES => ON_OFF32, exact: "promote_secondaries";
        devconf::ARP_ACCEPT => S32, exact: "arp_accept";
        devconf::ARP_NOTIFY => ON_OFF32, exact: "arp_notify";
        devconf::ACCEPT_LOCAL => ON_OFF32, exact: "accept_local";
        devconf::SRC_VMARK => ON_OFF32, exact: "src_vmark";
        devconf::PROXY_ARP_PVLAN => ON_OFF32, exact: "proxy_arp_pvlan";
        devconf::ROUTE_LOCALNET => ON_OFF32, exact: "route_localnet";
        devconf::IGMPV2_UNSOLICITED_REPORT_INTERVAL => S32, exact: "igmpv2_unsolicited_report_interval";
        devconf::IGMPV3_UNSOLICITED_REPORT_INTERVAL => S32, exact: "igmpv3_unsolicited_report_interval";
        devconf::IGNORE_ROUTES_WITH_LINKDOWN => ON_OFF32, exact: "ignore_routes_with_linkdown";
        devconf::DROP_UNICAST_IN_L2_MULTICAST => ON_OFF32, exact: "drop_unicast_in_l2_multicast";
        devconf::DROP_GRATUITOUS_ARP => ON_OFF32, exact: "drop_gratuitous_arp";
        devconf::BC_FORWARDING => ON_OFF32, exact: "bc_forwarding";
        devconf::ARP_EVICT_NOCARRIER => ON_OFF32, exact: "arp_evict_nocarrier";
    }
}

/// The words after `inet`.
pub static WORDS: Table = Table::new(ROWS).wrong(WRONG);

/// Reads settings up to the first other word: the attribute `IFLA_INET_CONF` of IPv4 inside `IFLA_AF_SPEC`, which has
/// one itself for each setting.
pub fn parse<'a>(r: &mut Reading<'_, 'a>, _: &mut Link<'a>) -> Result<()> {
    let (w, draft) = (&mut *r.w, &mut *r.draft);
    w.back();
    let start = draft.msg.size();
    // `route_localnet` has the number of `IFLA_AF_SPEC`, which is sent late.
    let sent = std::mem::take(&mut draft.sent);
    while let Some(row) = next_row(ROWS, w) {
        parse_option(&WORDS, &row, w, draft)?;
    }
    draft.sent = sent;
    let settings = draft.msg.attrs(start).0.to_vec();
    if settings.is_empty() {
        return Err(Error::incomplete());
    }
    draft.msg.truncate(start);
    draft.add_part(r.row.attr, |m| {
        m.nest(af::INET.into(), |m| {
            m.bytes(inet::CONF | nla::F_NESTED, &settings);
        });
    });
    Ok(())
}
