//! `ip addr`.

use crate::check;

#[test]
fn words_become_messages() {
    check::requests("addr");
}

#[test]
fn words_without_effect_warn() {
    check::warnings("addr");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("addr");
}
