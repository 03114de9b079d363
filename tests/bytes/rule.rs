//! `ip rule`.

use crate::check;

#[test]
fn words_become_messages() {
    check::requests("rule");
}

#[test]
fn words_without_effect_warn() {
    check::warnings("rule");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("rule");
}
