//! Items that are left out of each line, since a filter fixes their value: bit N for attribute N (`RTA_*`), and for what the
//! header has bits of attributes that the kernel never sends.

/// The type of service.
pub const TOS: u32 = 1 << 10;
/// The protocol.
pub const PROTOCOL: u32 = 1 << 13;
/// The scope.
pub const SCOPE: u32 = 1 << 14;

/// The bit of an attribute below 32.
pub const fn item(attr: u16) -> u32 {
    1 << (attr & 31)
}
