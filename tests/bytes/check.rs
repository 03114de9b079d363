//! Tests that several objects have.

use crate::data::{Differences, prints, replies, sections};
use crate::message::{described, sent};
use crate::support::{Messages, printed, refused, request};

/// Each command line of `requests.txt` makes its message.
pub fn requests(object: &str) {
    let mut differences = Differences::default();
    let sections = sections(object, "requests").into_iter();
    for line in sections.flat_map(|section| section.lines) {
        let (command, expected) = line.text.split_once(" => ").expect("COMMAND => MESSAGE");
        let found = match request(command) {
            Ok(request) => described(&request.bytes),
            Err(e) => refused(&e),
        };
        let case = format!("{}: {command}", line.at);
        differences.compare(&case, &sent(expected), &found);
    }
    differences.finish();
}

/// Each message of `replies.txt` is printed as it says.
pub fn printed_replies(object: &str) {
    let mut differences = Differences::default();
    for reply in replies(object, "replies") {
        let message = Messages(&reply.bytes).next().expect("a whole message");
        for print in &reply.prints {
            let found = printed(message, &print.command).expect("a message that is shown");
            let case = format!("{}: {}: {}", print.at, reply.title, print.command);
            differences.compare(&case, &print.text, &found);
        }
    }
    differences.finish();
}

/// Each command line of `warnings.txt` has its warnings.
pub fn warnings(object: &str) {
    let mut differences = Differences::default();
    for section in sections(object, "warnings") {
        for print in prints(&section.lines) {
            let command = print.command.strip_prefix("ip ").expect("ip COMMAND");
            let found = match request(command) {
                Ok(request) => request.warnings,
                Err(e) => refused(&e),
            };
            let case = format!("{}: {command}", print.at);
            differences.compare(&case, &print.text, &found);
        }
    }
    differences.finish();
}
