//! `<linux/tcp_metrics.h>`: what TCP remembers of other hosts, a family of generic netlink.

pub mod cmd {
    // prefix: TCP_METRICS_CMD_
    pub const GET: u8 = 1;
    pub const DEL: u8 = 2;
}

pub mod attr {
    // prefix: TCP_METRICS_ATTR_
    pub const ADDR_IPV4: u16 = 1;
    pub const ADDR_IPV6: u16 = 2;
    pub const AGE: u16 = 3;
    pub const TW_TSVAL: u16 = 4;
    pub const TW_TS_STAMP: u16 = 5;
    pub const VALS: u16 = 6;
    pub const FOPEN_MSS: u16 = 7;
    pub const FOPEN_SYN_DROPS: u16 = 8;
    pub const FOPEN_SYN_DROP_TS: u16 = 9;
    pub const FOPEN_COOKIE: u16 = 10;
    pub const SADDR_IPV4: u16 = 11;
    pub const SADDR_IPV6: u16 = 12;
}

pub mod metric {
    // prefix: TCP_METRIC_
    pub const RTT: u16 = 0;
    pub const RTTVAR: u16 = 1;
    pub const SSTHRESH: u16 = 2;
    pub const CWND: u16 = 3;
    pub const REORDERING: u16 = 4;
    pub const RTT_US: u16 = 5;
    pub const RTTVAR_US: u16 = 6;
}
