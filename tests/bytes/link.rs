//! `ip link`, but for what belongs to a kind.

use crate::check;

#[test]
fn words_become_messages() {
    check::requests("link");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("link");
}
