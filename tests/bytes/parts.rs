//! Which parts the program under test has.

/// Every part there is.
const PARTS: [&str; 11] = [
    "bond",
    "can",
    "kinds",
    "link-extra",
    "macsec",
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
