//! The last message of a list.

use crate::append::Append;
use crate::ip::alike::Alike;
use crate::nl::wire::Message;
use crate::out::{Mark, Out};
use crate::text::split;

/// The last message that was printed, and its line of plain text.
pub struct Last {
    alike: &'static Alike,
    is_on: bool,
    /// Its body in words, each with the bits that have to be the same in the next one. Empty if there is no message.
    body: Vec<[u32; 2]>,
    line: Vec<u8>,
    places: [Place; 4],
}

/// Where an attribute is that may differ.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Its payload in the body.
    at: usize,
    len: usize,
    /// Its word in the line.
    start: usize,
    end: usize,
}

impl Last {
    /// No message yet. `is_on`: the varying attributes are in a line as [`Alike`] says, and whether there is a line, and what
    /// else it has, does not depend on them. JSON and coloured text are always made anew.
    pub fn new(alike: &'static Alike, is_on: bool, out: &Out) -> Last {
        Last {
            alike,
            is_on: is_on && out.is_plain(),
            body: Vec::new(),
            line: Vec::new(),
            places: Default::default(),
        }
    }

    /// Keeps a message that was printed since a mark.
    pub fn keep(&mut self, message: &Message<'_>, mark: Mark, out: &Out) {
        let (body, line) = (message.body, out.since(mark));
        self.body.clear();
        // The kernel fills messages up to whole words.
        let (words, rest) = body.as_chunks();
        if !self.is_on || line.is_empty() || message.kind != self.alike.kind || !rest.is_empty() {
            return;
        }
        let mut compared = vec![0xff; body.len()];
        for at in self.alike.free {
            compared[*at] = 0;
        }
        let attrs = message.attrs(self.alike.fixed);
        for (varying, place) in self.alike.varying.iter().zip(&mut self.places) {
            let payload = attrs.find(varying.attr).unwrap_or_default();
            // Of an empty one there is no word.
            if payload.0.is_empty() {
                return;
            }
            place.at = payload.0.as_ptr() as usize - body.as_ptr() as usize;
            place.len = payload.0.len();
            compared[place.at..place.at + place.len].fill(0);
            // What is not printed has a place behind the line, by which `print` knows it.
            let mut rest = if varying.word.is_some() { line } else { b"" };
            for _ in 0..varying.word.unwrap_or(0) {
                rest = split(rest, b' ').1;
            }
            place.start = line.len() - rest.len();
            place.end = place.start + split(rest, b' ').0.len();
        }
        self.line.clear();
        self.line.append_bytes(line);
        let pairs = words.iter().zip(compared.as_chunks().0);
        self.body
            .extend(pairs.map(|(word, bits)| [word, bits].map(|word| u32::from_ne_bytes(*word))));
    }

    /// Prints a message, if it has the same bytes as the last one but for what may differ.
    pub fn print(&mut self, message: &Message<'_>, out: &mut Out) -> bool {
        let body = message.body;
        let words = body.as_chunks().0;
        if words.is_empty() || body.len() != 4 * self.body.len() || message.kind != self.alike.kind
        {
            return false;
        }
        let mut differing = 0;
        for (word, [last, compared]) in words.iter().zip(&self.body) {
            differing |= (u32::from_ne_bytes(*word) ^ last) & compared;
        }
        if differing != 0 {
            return false;
        }
        let mut done = 0;
        for (varying, place) in self.alike.varying.iter().zip(&self.places) {
            if place.start < self.line.len() {
                out.raw(&self.line[done..place.start]);
                let payload = &body[place.at..place.at + place.len];
                (self.alike.add)(out.begin(b""), varying.attr, payload, body);
                done = place.end;
            }
        }
        out.raw(&self.line[done..]);
        true
    }
}
