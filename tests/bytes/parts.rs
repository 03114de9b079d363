//! Which parts the program under test has.

/// Every part there is.
const PARTS: [&str; 16] = [
    "bond",
    "can",
    "connect",
    "help",
    "hints",
    "kinds",
    "link-extra",
    "macsec",
    "netns-extra",
    "netns-wait",
    "overlay",
    "stats",
    "tunnel",
    "vf",
    "xdp",
    "xstats",
];

/// Whether a part is built in.
pub fn has_part(name: &str) -> bool {
    assert!(PARTS.contains(&name), "no such part: {name}");
    ipso::parts::PARTS.contains(&name)
}
