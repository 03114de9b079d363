//! `<linux/wwan.h>`: links of a WWAN modem.

// prefix: IFLA_WWAN_
pub const LINK_ID: u16 = 1;
