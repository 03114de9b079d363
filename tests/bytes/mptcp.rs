//! `ip mptcp`.

use crate::check;

#[test]
fn words_become_messages() {
    check::requests("mptcp");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("mptcp");
}
