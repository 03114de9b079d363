//! The parts of the program that a build may leave out. A part is a Cargo feature: whole files, and the lines of tables that
//! lead to them. `Cargo.toml` says what each has.

macro_rules! parts {
    ($($part:literal)*) => {
        &[$(#[cfg(feature = $part)] $part),*]
    };
}

/// The parts in this build, sorted.
pub const PARTS: &[&str] = parts![
    "bond" "can" "cni" "connect" "encap" "fast-lists" "fou" "help" "hints" "ip-tunnel" "isolate" "kinds" "link-extra" "macsec" "monitor" "mptcp"
    "multicast" "nat" "neigh" "netns-extra" "netns-map" "netns-wait" "nexthop" "overlay" "route-extra" "rule" "save" "stats"
    "tcp-metrics" "tunables" "tunnel" "tuntap" "vf" "vrf" "wait" "xdp" "xstats"
];
