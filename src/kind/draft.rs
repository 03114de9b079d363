//! A message in which names still have to become numbers.

use std::os::fd::{AsRawFd, OwnedFd};

use crate::error::{Error, Result};
use crate::names::{self, Names};
use crate::nl::wire::Msg;

/// A name that is to become a number.
pub(super) enum Name<'a> {
    /// A device's index, and why the word is wrong if there is none.
    Dev(&'a [u8], &'static [u8]),
    /// A descriptor of a network namespace.
    Netns(&'a [u8]),
    /// The id of a network namespace.
    NetnsId(&'a [u8]),
}

/// A message under construction in which names still have to become numbers: [`Draft::resolve`] is that step.
#[derive(Default)]
pub struct Draft<'a> {
    /// The message.
    pub msg: Msg,
    names: Vec<(usize, Name<'a>)>,
    resolved: usize,
    /// They must outlive the request.
    held: Vec<OwnedFd>,
    /// Attributes of rows that are sent late; of several with a number the last counts.
    pub(super) late: Msg,
}

impl<'a> Draft<'a> {
    pub(super) fn name(&mut self, attr: u16, name: Name<'a>) {
        self.names.push((self.msg.size() + 4, name));
        self.msg.u32(attr, 0);
    }

    /// A device's index.
    pub fn dev(&mut self, attr: u16, name: &'a [u8]) {
        self.name(attr, Name::Dev(name, b""));
    }

    /// A descriptor of a network namespace.
    pub fn netns(&mut self, attr: u16, word: &'a [u8]) {
        self.name(attr, Name::Netns(word));
    }

    /// The id of a network namespace.
    pub fn netns_id(&mut self, attr: u16, word: &'a [u8]) {
        self.name(attr, Name::NetnsId(word));
    }

    /// How many names there are by now.
    pub fn names(&self) -> usize {
        self.names.len()
    }

    /// Turns names into numbers, up to the one with that number.
    pub fn resolve(&mut self, until: usize, names: &mut Names) -> Result<()> {
        for (at, name) in &self.names[self.resolved..until] {
            let number = match *name {
                Name::Dev(name, b"") => names.index(name)?,
                Name::Dev(name, why) => match names.find(name)? {
                    Some(index) => index,
                    None => return Err(Error::bad_value(name, why, b"")),
                },
                Name::Netns(word) | Name::NetnsId(word) => {
                    let by_id = matches!(name, Name::NetnsId(_));
                    let key: &[u8] = if by_id { b"link-netns" } else { b"netns" };
                    let fd = names::open_netns(word).map_err(|_| Error::invalid(word, key))?;
                    let number = fd.as_raw_fd() as u32;
                    if by_id {
                        names.assigned_nsid(&fd)? as u32
                    } else {
                        self.held.push(fd);
                        number
                    }
                }
            };
            self.msg.patch(*at, &number.to_ne_bytes());
        }
        self.resolved = until;
        Ok(())
    }
}
