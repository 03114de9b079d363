//! `<linux/can/netlink.h>`: CAN controllers.

// prefix: IFLA_CAN_
pub const BITTIMING: u16 = 1;
pub const BITTIMING_CONST: u16 = 2;
pub const CLOCK: u16 = 3;
pub const STATE: u16 = 4;
pub const CTRLMODE: u16 = 5;
pub const RESTART_MS: u16 = 6;
pub const RESTART: u16 = 7;
pub const BERR_COUNTER: u16 = 8;
pub const DATA_BITTIMING: u16 = 9;
pub const DATA_BITTIMING_CONST: u16 = 10;
pub const TERMINATION: u16 = 11;
pub const TERMINATION_CONST: u16 = 12;
pub const BITRATE_CONST: u16 = 13;
pub const DATA_BITRATE_CONST: u16 = 14;
pub const TDC: u16 = 16;
pub const XL_DATA_BITTIMING: u16 = 18; // since 7.0
pub const XL_DATA_BITTIMING_CONST: u16 = 19; // since 7.0
pub const XL_DATA_BITRATE_CONST: u16 = 20; // since 7.0
pub const XL_TDC: u16 = 21; // since 7.0
pub const XL_PWM: u16 = 22; // since 7.0
