//! Words for numbers.

use crate::args;
use crate::text::cut;

/// Words for numbers, in the form that [`Opt::values`](crate::row::option::Opt::values) says; an iterator over both.
#[derive(Clone, Copy)]
pub struct Values {
    rest: &'static [u8],
    next: u64,
}

impl Values {
    /// The words of a text.
    pub const fn new(text: &'static [u8]) -> Values {
        Values {
            rest: text,
            next: 0,
        }
    }

    /// Whether there are no more.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

impl Iterator for Values {
    type Item = (&'static [u8], u64);

    fn next(&mut self) -> Option<(&'static [u8], u64)> {
        let mut number = cut(&mut self.rest, b' ')?;
        let word = cut(&mut number, b'=')?;
        let value = args::radix(number, 10).unwrap_or(self.next);
        self.next = value + 1;
        Some((word, value))
    }
}
