//! `ip nexthop`.

use crate::check;

#[test]
fn words_become_messages() {
    check::requests("nexthop");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("nexthop");
}
