//! The states of a neighbour, by their words.

use crate::args;
use crate::nl::uapi::nud;

/// The words in the order in which a prefix picks them, and `NUD_*`.
pub(crate) const WORDS: &str =
    "permanent|reachable|=noarp|=none|=stale|=incomplete|=delay|=probe|failed";
const STATES: &[u16] = &[
    nud::PERMANENT,
    nud::REACHABLE,
    nud::NOARP,
    nud::NONE,
    nud::STALE,
    nud::INCOMPLETE,
    nud::DELAY,
    nud::PROBE,
    nud::FAILED,
];

/// The state that a word means, which may be a number of one bit or none.
pub fn find_state(word: &[u8]) -> Option<u16> {
    let number = || args::unsigned(word, 0xff).map(|n| n as u16);
    let is_one = |n: &u16| n & n.wrapping_sub(1) == 0;
    args::pick(word, (WORDS, STATES)).or_else(|| number().filter(is_one))
}
