//! `ip stats`.

use crate::check;

#[test]
fn words_become_messages() {
    check::requests("stats");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("stats");
}
