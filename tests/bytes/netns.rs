//! `ip netns`: ids of namespaces, and the devices that the kernel moves where a namespace ends.

use crate::check;
use crate::data::{Differences, replies};
use crate::support::{Message, Messages, printed, returning};

#[test]
fn words_become_messages() {
    check::requests("netns");
}

#[test]
fn replies_are_printed() {
    check::printed_replies("netns");
}

#[test]
fn other_messages_are_no_ids() {
    for reply in replies("netns", "replies") {
        let message = Messages(&reply.bytes).next().expect("a whole message");
        // RTM_GETNSID
        let other = Message {
            kind: 90,
            ..message
        };
        assert!(printed(other, "ip netns list-id").is_none());
    }
}

/// Where a namespace ends, the kernel moves physical devices back to the first one.
#[test]
fn physical_devices_return() {
    let mut differences = Differences::default();
    for reply in replies("netns", "freed") {
        let message = Messages(&reply.bytes).next().expect("a whole message");
        let found = match returning(&message) {
            Some(name) => format!("{} returns\n", String::from_utf8_lossy(name)),
            None => "it goes with the namespace\n".to_owned(),
        };
        for print in reply.prints {
            let case = format!("{}: {}", print.at, reply.title);
            differences.compare(&case, &print.text, &found);
        }
    }
    differences.finish();
}
