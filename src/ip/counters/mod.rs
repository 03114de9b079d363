//! Counters of links that `RTM_GETSTATS` has: what `ip link xstats`, `ip link afstats` and `ip stats` print. No command of its own.

pub mod bond;
pub mod bridge;
pub mod directions;
pub mod dump;
