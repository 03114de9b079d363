//! `ip fou`.

use crate::check;

#[test]
fn words_become_messages() {
    check::requests("fou");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("fou");
}
