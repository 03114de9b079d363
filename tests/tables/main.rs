//! Tables: words are unique, a prefix picks what iproute2 picks, and what is accepted is in the help.

#[path = "../common/mod.rs"]
mod common;
#[path = "../bytes/parts.rs"]
mod parts;

#[cfg(feature = "encap")]
mod encap;
#[cfg(feature = "help")]
mod help;
#[cfg(not(feature = "help"))]
mod help {
    #[test]
    fn is_left_out() {
        crate::parts::has_part("help", "help");
    }
}
mod kinds;
mod link;
mod objects;
mod options;
mod order;
#[cfg(feature = "rule")]
mod rule;
mod support;
