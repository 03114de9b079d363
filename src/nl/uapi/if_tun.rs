//! `<linux/if_tun.h>`: flags of tun and tap devices, which are made by ioctl(2).

pub mod tun_iff {
    // prefix: IFF_
    pub const TUN: u16 = 0x0001;
    pub const TAP: u16 = 0x0002;
    pub const MULTI_QUEUE: u16 = 0x0100;
    pub const PERSIST: u16 = 0x0800;
    pub const NO_PI: u16 = 0x1000;
    pub const ONE_QUEUE: u16 = 0x2000;
    pub const VNET_HDR: u16 = 0x4000;
    pub const TUN_EXCL: u16 = 0x8000;
}
