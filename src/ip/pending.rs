//! The changes of a batch that are on their way to the kernel, and what it says of them.

use crate::append::Append;
use crate::error::{Error, Result};
use crate::names::Names;
use crate::nl::uapi::rtm;
use crate::nl::wire::Msg;
use crate::out::Out;
use crate::text::{decimal, fill_two};

/// The requests are sent when they have more bytes than this.
const FULL: usize = 4096;

/// The changes of a batch that are not sent yet.
#[derive(Default)]
pub struct Pending {
    /// The name of the batch, as it is said of a line that failed.
    pub file: Vec<u8>,
    /// The number of the line that is run, which is the sequence number of its requests: from 1, 0 outside a batch.
    pub line: u32,
    /// Whether a line has failed.
    pub failed: bool,
    /// The number of requests in `datagram`.
    count: usize,
    /// How many requests a datagram may have, so that all refusals fit the receive buffer; 0 until the socket was asked.
    pub capacity: usize,
    /// The requests. The kernel acknowledges none of them: what it does not refuse is done.
    datagram: Vec<u8>,
}

/// Whether it is a change of an address, a route, a neighbour, a rule or a nexthop: of these nothing is to be known but whether
/// they were refused, and they change nothing that a name means. (The acknowledgement of a link's change may have a warning.)
fn can_wait(kind: u16) -> bool {
    matches!(kind, rtm::NEWADDR..=rtm::DELRULE | rtm::NEWNEXTHOP..=rtm::DELNEXTHOP)
}

impl Pending {
    /// Adds a change; false if it is not of those that can be among these, or this is no batch.
    pub fn add(&mut self, msg: &mut Msg) -> Result<bool> {
        let can = self.line > 0 && can_wait(msg.kind());
        if can {
            self.datagram.append_bytes(msg.finish(self.line, 0)?);
            self.count += 1;
        }
        Ok(can)
    }

    /// Whether it is time to send them.
    pub fn is_full(&self) -> bool {
        self.datagram.len() > FULL || self.count >= self.capacity
    }

    /// Sends them, and reports the lines that failed.
    pub fn send(&mut self, names: &mut Names, out: &mut Out) {
        if self.datagram.is_empty() {
            return;
        }
        let (file, failed) = (&self.file, &mut self.failed);
        let sent = names.socket().and_then(|socket| {
            socket.send_unanswered(&mut self.datagram, &mut |line, e| {
                *failed = true;
                say_failed(file, line, &e, out);
            })
        });
        if let Err(e) = sent {
            self.fail(self.line, &e, out);
        }
        // What could not be sent is not tried again.
        self.datagram.clear();
        self.count = 0;
    }

    /// Says why a line failed, and that it did.
    pub fn fail(&mut self, line: u32, e: &Error, out: &mut Out) {
        self.failed = true;
        say_failed(&self.file, line, e, out);
    }
}

fn say_failed(file: &[u8], line: u32, e: &Error, out: &mut Out) {
    out.report(e);
    let number = decimal(line.into());
    out.warn(&fill_two("Command failed %:%\n", file, &number));
}
