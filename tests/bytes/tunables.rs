//! `ip netconf`, `ip addrlabel`, `ip token`, `ip ntable`.

use crate::check;

#[test]
fn words_become_messages() {
    check::requests("tunables");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("tunables");
}
