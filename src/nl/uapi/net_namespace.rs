//! `<linux/net_namespace.h>`: ids that one network namespace has for others.

pub mod netnsa {
    // prefix: NETNSA_
    pub const NSID: u16 = 1;
    pub const PID: u16 = 2;
    pub const FD: u16 = 3;
    pub const TARGET_NSID: u16 = 4;
    pub const CURRENT_NSID: u16 = 5;
}
