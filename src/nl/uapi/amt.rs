//! `<linux/amt.h>`: AMT, multicast tunnelled to where it is not routed.

// prefix: IFLA_AMT_
pub const MODE: u16 = 1;
pub const RELAY_PORT: u16 = 2;
pub const GATEWAY_PORT: u16 = 3;
pub const LINK: u16 = 4;
pub const LOCAL_IP: u16 = 5;
pub const REMOTE_IP: u16 = 6;
pub const DISCOVERY_IP: u16 = 7;
pub const MAX_TUNNELS: u16 = 8;
