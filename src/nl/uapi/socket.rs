//! `<sys/socket.h>`: address families. The C library has this header; the kernel does not export it.

pub mod af {
    // prefix: AF_
    pub const INET: u8 = 2;
    pub const BRIDGE: u8 = 7;
    pub const INET6: u8 = 10;
    pub const PACKET: u8 = 17;
    pub const MPLS: u8 = 28;
}
