//! The colours of text.

/// What has a colour: the place in a palette.
#[derive(Clone, Copy)]
pub enum Color {
    /// Interface names.
    Ifname,
    /// Link-layer addresses.
    Mac,
    /// IPv4 addresses.
    Inet,
    /// IPv6 addresses.
    Inet6,
    /// Operational state UP.
    Up,
    /// Operational state DOWN.
    Down,
}

/// SGR parameters by [`Color`], for a dark and for a light background.
pub const PALETTES: [[&str; 6]; 2] = [
    ["1;36", "1;33", "1;35", "1;94", "1;32", "1;31"],
    ["36", "33", "35", "34", "32", "31"],
];
