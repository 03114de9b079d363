//! `<linux/ip.h>`: the IPv4 settings of an interface, which are also files of /proc/sys/net/ipv4/conf.

pub mod devconf {
    // prefix: IPV4_DEVCONF_
    pub const FORWARDING: u16 = 1;
    pub const PROXY_ARP: u16 = 3;
    pub const ACCEPT_REDIRECTS: u16 = 4;
    pub const SECURE_REDIRECTS: u16 = 5;
    pub const SEND_REDIRECTS: u16 = 6;
    pub const SHARED_MEDIA: u16 = 7;
    pub const RP_FILTER: u16 = 8;
    pub const ACCEPT_SOURCE_ROUTE: u16 = 9;
    pub const BOOTP_RELAY: u16 = 10;
    pub const LOG_MARTIANS: u16 = 11;
    pub const TAG: u16 = 12;
    pub const ARPFILTER: u16 = 13;
    pub const MEDIUM_ID: u16 = 14;
    pub const NOXFRM: u16 = 15;
    pub const NOPOLICY: u16 = 16;
    pub const FORCE_IGMP_VERSION: u16 = 17;
    pub const ARP_ANNOUNCE: u16 = 18;
    pub const ARP_IGNORE: u16 = 19;
    pub const PROMOTE_SECONDARIES: u16 = 20;
    pub const ARP_ACCEPT: u16 = 21;
    pub const ARP_NOTIFY: u16 = 22;
    pub const ACCEPT_LOCAL: u16 = 23;
    pub const SRC_VMARK: u16 = 24;
    pub const PROXY_ARP_PVLAN: u16 = 25;
    pub const ROUTE_LOCALNET: u16 = 26;
    pub const IGMPV2_UNSOLICITED_REPORT_INTERVAL: u16 = 27;
    pub const IGMPV3_UNSOLICITED_REPORT_INTERVAL: u16 = 28;
    pub const IGNORE_ROUTES_WITH_LINKDOWN: u16 = 29;
    pub const DROP_UNICAST_IN_L2_MULTICAST: u16 = 30;
    pub const DROP_GRATUITOUS_ARP: u16 = 31;
    pub const BC_FORWARDING: u16 = 32;
    pub const ARP_EVICT_NOCARRIER: u16 = 33;
}
