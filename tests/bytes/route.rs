//! `ip route`.

use crate::check;

#[test]
fn words_become_messages() {
    check::requests("route");
}

#[test]
fn words_without_effect_warn() {
    check::warnings("route");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("route");
}
