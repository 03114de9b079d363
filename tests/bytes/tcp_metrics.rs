//! `ip tcp_metrics`.

use crate::check;

#[test]
fn words_become_messages() {
    check::requests("tcp_metrics");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("tcp_metrics");
}
