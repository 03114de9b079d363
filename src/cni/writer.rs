//! Writes JSON on one line.

use crate::append::Append;
use crate::text::{add_decimal, quote};

/// A text under construction.
#[derive(Default)]
pub struct Writer {
    /// What is written so far.
    pub text: Vec<u8>,
}

impl Writer {
    /// Begins a member or, without a name, an element.
    fn begin(&mut self, name: &[u8]) {
        if !matches!(self.text.last(), None | Some(b'{' | b'[')) {
            self.text.push(b',');
        }
        if !name.is_empty() {
            quote(&mut self.text, name);
            self.text.push(b':');
        }
    }

    /// Begins an object (`{`) or an array (`[`).
    pub fn open(&mut self, name: &[u8], bracket: u8) {
        self.begin(name);
        self.text.push(bracket);
    }

    /// Ends it.
    pub fn close(&mut self, bracket: u8) {
        self.text.push(bracket);
    }

    /// Adds a text.
    pub fn string(&mut self, name: &[u8], value: &[u8]) {
        self.begin(name);
        quote(&mut self.text, value);
    }

    /// Adds a text that is not empty.
    pub fn string_if_any(&mut self, name: &[u8], value: &[u8]) {
        if !value.is_empty() {
            self.string(name, value);
        }
    }

    /// Adds a number.
    pub fn number(&mut self, name: &[u8], value: i64) {
        self.begin(name);
        add_decimal(&mut self.text, value);
    }

    /// Adds what is JSON already.
    pub fn raw(&mut self, name: &[u8], value: &[u8]) {
        self.begin(name);
        self.text.append_bytes(value);
    }
}
