//! Asking the kernel for addresses.

use crate::error::Result;
use crate::ip::command::TRIES;
use crate::ip::ifaddr::record::{Record, decode};
use crate::names::Names;
use crate::nl::uapi::rtm;
use crate::nl::wire::{Message, Msg};

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
    fn push(&mut self, index: u32, message: Message) {
        if self.list.last().is_none_or(|last| last.index > index) {
            self.runs.push(self.list.len());
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(message.body);
        self.list.push(Entry {
            index,
            kind: message.kind,
            start,
            end: self.bytes.len(),
        });
    }

    /// Hands on the addresses of one interface.
    pub fn of(&self, index: u32, each: &mut dyn FnMut(Record<'_>)) {
        for (n, start) in self.runs.iter().enumerate() {
            let end = self.runs.get(n + 1).copied();
            let run = &self.list[*start..end.unwrap_or(self.list.len())];
            let first = run.partition_point(|entry| entry.index < index);
            for entry in run[first..].iter().take_while(|entry| entry.index == index) {
                let message = Message {
                    kind: entry.kind,
                    flags: 0,
                    seq: 0,
                    body: &self.bytes[entry.start..entry.end],
                    rest: &[],
                };
                decode(message).into_iter().for_each(&mut *each);
            }
        }
    }
}

/// Asks for the addresses of one interface (0: of all) and family (0: of both).
pub fn get_addresses(family: u8, index: u32, names: &mut Names) -> Result<Addresses> {
    let mut head = [family, 0, 0, 0, 0, 0, 0, 0];
    head[4..].copy_from_slice(&index.to_ne_bytes());
    for turn in 1.. {
        let mut all = Addresses::default();
        let mut msg = Msg::new(rtm::GETADDR, 0, &head);
        let consistent = names.socket()?.dump(&mut msg, &mut |message| {
            if let Some(record) = decode(message) {
                all.push(record.index, message);
            }
            Ok(())
        })?;
        if consistent || turn == TRIES {
            return Ok(all);
        }
    }
    Ok(Addresses::default())
}
