//! Asking the kernel for addresses.

use crate::append::Append;
use crate::error::Result;
use crate::ip::command::TRIES;
use crate::ip::ifaddr::record::{Record, decode};
use crate::names::Names;
use crate::nl::uapi::rtm;
use crate::nl::wire::{Message, Msg, field};

/// Addresses by interface.
#[derive(Default)]
pub struct Addresses {
    bytes: Vec<u8>,
    list: Vec<Entry>,
    /// Where in `list` the indexes begin anew: the kernel goes through the interfaces in order, once for each family.
    runs: Vec<usize>,
}

struct Entry {
    /// Interface.
    index: u32,
    /// Message type.
    kind: u16,
    /// Where in `Addresses::bytes` the body of the message is.
    start: usize,
    end: usize,
}

impl Addresses {
    fn push(&mut self, index: u32, message: &Message<'_>) {
        if self.list.last().is_none_or(|last| last.index > index) {
            self.runs.push(self.list.len());
        }
        let start = self.bytes.len();
        self.bytes.append_bytes(message.body);
        self.list.push(Entry {
            index,
            kind: message.kind,
            start,
            end: self.bytes.len(),
        });
    }

    /// Hands on the addresses of one interface.
    pub fn of(&self, index: u32, each: &mut dyn FnMut(&Record)) {
        for (n, start) in self.runs.iter().enumerate() {
            let end = self.runs.get(n + 1).copied();
            let run = &self.list[*start..end.unwrap_or(self.list.len())];
            let first = run.partition_point(|entry| entry.index < index);
            for entry in &run[first..] {
                if entry.index != index {
                    break;
                }
                let message = Message {
                    kind: entry.kind,
                    body: &self.bytes[entry.start..entry.end],
                    ..Message::NONE
                };
                if let Some(record) = &decode(&message) {
                    each(record);
                }
            }
        }
    }
}

/// The request for the addresses of one interface (0: of all) and family (0: of both). A kernel before Linux 4.20 answers with
/// those of all interfaces.
pub fn address_request(family: u8, index: u32) -> Msg {
    let mut head = [family, 0, 0, 0, 0, 0, 0, 0];
    head[4..].copy_from_slice(&index.to_ne_bytes());
    Msg::new(rtm::GETADDR, 0, &head)
}

/// Asks for the addresses of one interface (0: of all) and family (0: of both).
pub fn get_addresses(family: u8, index: u32, names: &mut Names) -> Result<Addresses> {
    for turn in 1.. {
        let mut all = Addresses::default();
        let mut msg = address_request(family, index);
        let consistent = names.socket()?.dump(&mut msg, &mut |message| {
            // What is no address is sorted out later.
            if let Some(index) = field(message.body, 4) {
                all.push(index, message);
            }
            Ok(())
        })?;
        if consistent || turn == TRIES {
            return Ok(all);
        }
    }
    Ok(Addresses::default())
}
