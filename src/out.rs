//! One streaming writer for text, `-o`, `-j`, `-p` and colour. It knows nothing of networking.
//!
//! A printing call has a form, `key|template`: JSON has the member `key`, text has the template, in which `%` is the
//! value: `out.uint("mtu|mtu % ", 1500)`. With an empty key the value is an element of a JSON array. A key without a
//! template prints in JSON only, and [`Out::text`] in text only.

mod color;
mod style;

pub use color::Color;
pub use style::Style;

use color::PALETTES;

use crate::append::Append;
use crate::error::{Channel, Error, Result};
use crate::text::{
    add_decimal, copy_to_end, decimal, digits, fill_one, fill_two, hexadecimal, is_control, quote,
    split,
};

use rustix::stdio::{stderr, stdout};
use rustix::termios::isatty;

/// With more bytes than this in the buffer the end of a record flushes it, so that memory does not grow with what is
/// shown.
const FULL: usize = 16 * 1024;

const BLANKS: &[u8; 32] = &[b' '; 32];

/// An end of the output: how much had been written, the length of the buffer, and whether an element comes before the next one.
pub type Mark = (usize, usize, bool);

/// The writer. [`Out::record_end`] writes its buffer to standard output if it is full, and [`Out::flush`] in any case.
#[derive(Default)]
pub struct Out {
    /// How to print. It must not change while an object or an array is open.
    pub style: Style,
    buf: Vec<u8>,
    /// Where in `buf` the value starts that was begun.
    start: usize,
    value: Vec<u8>,
    written: usize,
    depth: usize,
    comma: bool,
    paint: Option<Color>,
    failed: i32,
    /// Standard output is not a terminal; false also while that is not known.
    no_terminal: bool,
}

impl Out {
    /// A writer to standard output.
    pub fn new(style: Style) -> Out {
        Out {
            style,
            ..Out::default()
        }
    }

    /// Whether JSON is printed.
    pub fn json(&self) -> bool {
        self.style.json
    }

    /// Prints in text only.
    pub fn text(&mut self, text: &str) {
        self.raw(text.as_bytes());
    }

    /// Prints bytes in text only, as they are.
    pub fn raw(&mut self, text: &[u8]) {
        if !self.style.json {
            self.buf.append_bytes(text);
        }
    }

    /// Prints blanks in text only.
    pub fn blanks(&mut self, n: usize) {
        if !self.style.json {
            match BLANKS.get(..n) {
                Some(blanks) => self.buf.append_bytes(blanks),
                None => self.buf.resize(self.buf.len() + n, b' '),
            }
        }
    }

    /// Prints the line break inside a record in text only: a newline, or `\` with `-o`.
    pub fn line_break(&mut self) {
        self.text(if self.style.oneline { "\\" } else { "\n" });
    }

    /// Sets the colour of the next value, if text is coloured.
    pub fn paint(&mut self, color: Color) -> &mut Out {
        self.paint = Some(color);
        self
    }

    /// Prints a string.
    pub fn str(&mut self, form: &str, value: &[u8]) {
        self.field(form.as_bytes(), value, true);
    }

    /// Prints an unsigned number.
    pub fn uint(&mut self, form: &str, value: u64) {
        self.field(form.as_bytes(), digits(value, &mut [0; 20]), false);
    }

    /// Prints a signed number.
    pub fn int(&mut self, form: &str, value: i64) {
        add_decimal(self.value(), value);
        self.put(form, false);
    }

    /// A scratch buffer, empty, in which a value is composed that [`Out::put`] or [`Out::pair`] prints.
    pub fn value(&mut self) -> &mut Vec<u8> {
        self.value.clear();
        &mut self.value
    }

    /// Adds blanks to the value in the scratch buffer, up to a width.
    pub fn pad_value(&mut self, width: usize) {
        let width = width.max(self.value.len());
        self.value.resize(width, b' ');
    }

    /// Prints the value in the scratch buffer; a string is `quoted` in JSON.
    pub fn put(&mut self, form: &str, quoted: bool) {
        self.put_form(form.as_bytes(), quoted);
    }

    /// The same for a form of a table.
    pub fn put_form(&mut self, form: &[u8], quoted: bool) {
        let value = std::mem::take(&mut self.value);
        self.field(form, &value, quoted);
        self.keep_scratch(value);
    }

    /// Prints the value in the scratch buffer with its name: in text `NAME VALUE `, or `VALUE ` for an empty name, all
    /// of it in the colour of the value.
    pub fn pair(&mut self, name: &[u8], quoted: bool) {
        let value = std::mem::take(&mut self.value);
        let is_painted = self.begin_paint();
        if self.style.json {
            self.member(name, &value, quoted);
        } else {
            self.buf.append_bytes(name);
            if !name.is_empty() {
                self.buf.push(b' ');
            }
            self.add_value(&value, quoted);
            self.buf.push(b' ');
        }
        self.end_paint(is_painted);
        self.keep_scratch(value);
    }

    /// Puts the scratch buffer back in its place, where an empty one is.
    fn keep_scratch(&mut self, value: Vec<u8>) {
        std::mem::forget(std::mem::replace(&mut self.value, value));
    }

    /// Begins a value, behind a word in text: what it is to be added to, for [`Out::end`]. There may be very many such values:
    /// plain text gets them in place.
    pub fn begin(&mut self, word: &[u8]) -> &mut Vec<u8> {
        self.raw(word);
        if !self.is_plain() {
            return self.value();
        }
        self.start = self.buf.len();
        &mut self.buf
    }

    /// Ends the string that was begun, with a blank behind it in text.
    pub fn end(&mut self, key: &[u8], color: Option<Color>) {
        self.end_with(key, color, b" ");
    }

    /// Ends the string that was begun, with what stands behind it in text.
    pub fn end_with(&mut self, key: &[u8], color: Option<Color>, after: &[u8]) {
        if !self.is_plain() {
            self.paint = color;
            let value = std::mem::take(&mut self.value);
            self.print(key, b"", &value, after, true);
            return self.keep_scratch(value);
        }
        if !self.no_terminal && self.buf[self.start..].iter().any(is_control) {
            let value = self.buf.split_off(self.start);
            self.add_value(&value, true);
        }
        self.buf.append_bytes(after);
    }

    /// Whether values are printed as they are.
    pub fn is_plain(&self) -> bool {
        !self.style.json && !self.style.color
    }

    /// Prints an unsigned number with its name, as [`Out::pair`] does. In text the name has 40 bytes at most.
    pub fn pair_uint(&mut self, name: &[u8], value: u64) {
        // Text gets name, blank, number and blank in one piece.
        let mut cell = [b' '; 64];
        let digits = digits(value, &mut cell[..63]).len();
        if self.style.json {
            return self.member(name, &cell[63 - digits..63], false);
        }
        let mut start = 63 - digits;
        if !name.is_empty() {
            start -= 1;
            copy_to_end(&mut cell[..start], name);
            start = start.saturating_sub(name.len());
        }
        self.buf.append_bytes(&cell[start..]);
    }

    /// Prints a member in JSON only; `value` is JSON.
    pub fn pair_of(&mut self, key: &[u8], value: &[u8]) {
        self.member(key, value, false);
    }

    /// Prints the template of a form, and `true` in JSON.
    pub fn yes(&mut self, form: &str) {
        self.field(form.as_bytes(), b"true", false);
    }

    /// Prints a name with a blank behind it, and `true` in JSON.
    pub fn word(&mut self, name: &[u8]) {
        if self.style.json {
            self.member(name, b"true", false);
        } else {
            self.raw(name);
            self.text(" ");
        }
    }

    /// Prints a null in JSON only.
    pub fn null(&mut self, key: &str) {
        self.field(key.as_bytes(), b"null", false);
    }

    /// Opens an object in JSON; its key is empty in an array.
    pub fn object(&mut self, key: impl AsRef<[u8]>) {
        self.open(key.as_ref(), b'{');
    }

    /// Closes the innermost object.
    pub fn object_end(&mut self) {
        if self.style.json {
            self.depth -= 1;
            if self.comma {
                self.indent();
            }
            self.buf.push(b'}');
            self.comma = true;
        }
    }

    /// Opens an array in JSON.
    pub fn array(&mut self, key: impl AsRef<[u8]>) {
        self.open(key.as_ref(), b'[');
        if self.style.json && self.style.pretty {
            self.buf.push(b' ');
        }
    }

    /// Closes the innermost array.
    pub fn array_end(&mut self) {
        if self.style.json {
            if self.comma && self.style.pretty {
                self.buf.push(b' ');
            }
            self.depth -= 1;
            self.buf.push(b']');
            self.comma = true;
        }
    }

    /// Opens the array that the whole output of a command is in JSON.
    pub fn document(&mut self) {
        self.comma = false;
        self.depth = 0;
        self.array("");
    }

    /// Closes what [`Out::document`] opened.
    pub fn document_end(&mut self) -> Result<()> {
        self.array_end();
        self.value_end()
    }

    /// Prints the name of a member in JSON, whose value is the object that is opened next.
    pub fn name(&mut self, key: &str) {
        if self.style.json {
            self.key(key.as_bytes());
            self.comma = false;
        }
    }

    /// Prints a newline, in text and in JSON.
    pub fn new_line(&mut self) {
        self.buf.push(b'\n');
    }

    /// Opens an object in JSON that is a line of its own, not an element of a document.
    pub fn line(&mut self) {
        self.comma = false;
        self.depth = 0;
        self.object("");
    }

    /// Closes what [`Out::line`] opened.
    pub fn line_end(&mut self) -> Result<()> {
        self.object_end();
        self.value_end()
    }

    /// Ends a line of JSON. Text has its newlines in the templates.
    fn value_end(&mut self) -> Result<()> {
        if self.style.json {
            self.new_line();
        }
        self.record_end()
    }

    /// A record is complete: flushes the buffer if it is full.
    pub fn record_end(&mut self) -> Result<()> {
        if self.buf.len() > FULL {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Writes the buffer to standard output. After a failure nothing more is written, and each later flush returns that
    /// failure.
    pub fn flush(&mut self) -> Result<()> {
        // The question is worth a system call where much may follow.
        if self.buf.len() > FULL && self.written == 0 {
            self.no_terminal = !isatty(stdout());
        }
        let mut rest = &self.buf[..];
        while !rest.is_empty() && self.failed == 0 {
            match rustix::io::write(rustix::stdio::stdout(), rest) {
                Ok(n) => rest = &rest[n..],
                Err(rustix::io::Errno::INTR) => {}
                Err(errno) => self.failed = errno.raw_os_error(),
            }
        }
        self.written += self.buf.len();
        self.buf.clear();
        match self.failed {
            0 => Ok(()),
            errno => Err(Error::os("write", b"", errno)),
        }
    }

    /// Where the output ends at present, for [`Out::rollback`] and [`Out::since`].
    pub fn mark(&self) -> Mark {
        (self.written, self.buf.len(), self.comma)
    }

    /// Drops what was printed since the mark. False if some of it has been written to standard output.
    pub fn rollback(&mut self, (written, len, comma): Mark) -> bool {
        let can = written == self.written;
        if can {
            self.buf.truncate(len);
            self.comma = comma;
        }
        can
    }

    /// What was printed since the buffer ended as [`Out::mark`] says, if it has not been flushed.
    pub fn since(&self, (_, len, _): Mark) -> &[u8] {
        self.buf.get(len..).unwrap_or_default()
    }

    /// Takes the bytes in the buffer.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.buf)
    }

    /// Writes to standard error, after flushing the buffer.
    pub fn warn(&mut self, text: &[u8]) {
        if text.is_empty() {
            return;
        }
        let _ = self.flush();
        let _ = rustix::io::write(stderr(), text);
    }

    /// Reports an error: its text on standard error, and behind it with `-j` the same as a JSON object, or on a
    /// terminal its hint.
    pub fn report(&mut self, e: &Error) {
        let line = fill_one("%\n", e.text());
        if e.channel() == Channel::HelpOnStdout {
            self.raw(&line);
            let _ = self.flush();
            return;
        }
        // A closed pipe is no error to report: nobody reads.
        if e.text().is_empty() || e.errno() == libc::EPIPE {
            return;
        }
        self.warn(&line);
        if self.json() && e.channel() == Channel::Refusal {
            let mut text = Vec::new();
            quote(&mut text, e.text().trim_ascii_end());
            let status = decimal(e.code().into());
            self.warn(&fill_two("{\"error\":%,\"status\":%}\n", &text, &status));
        } else if !e.hint_text().is_empty() && isatty(stderr()) {
            self.warn(&fill_one("%\n", e.hint_text()));
        }
    }

    fn field(&mut self, form: &[u8], value: &[u8], quoted: bool) {
        if self.style.json {
            return self.print(split(form, b'|').0, b"", value, b"", quoted);
        }
        // From the end on: the key is not looked at.
        let (mut start, mut place) = (form.len(), None);
        while start > 0 && form[start - 1] != b'|' {
            start -= 1;
            if form[start] == b'%' {
                place = Some(start);
            }
        }
        match place {
            _ if start == 0 => {}
            Some(at) => self.print(b"", &form[start..at], value, &form[at + 1..], quoted),
            None => self.print(b"", &form[start..], b"", b"", false),
        }
    }

    /// Prints a value, in JSON as the member `key`, in text between `before` and `after`, all of it in its colour.
    fn print(&mut self, key: &[u8], before: &[u8], value: &[u8], after: &[u8], quoted: bool) {
        let is_painted = self.begin_paint();
        if self.style.json {
            return self.member(key, value, quoted);
        }
        self.buf.append_bytes(before);
        self.add_value(value, quoted);
        self.buf.append_bytes(after);
        self.end_paint(is_painted);
    }

    /// Begins the colour of the next value, if it has one and text is coloured.
    fn begin_paint(&mut self) -> bool {
        let Some(color) = self.paint.take().filter(|_| self.style.color) else {
            return false;
        };
        let palette = &PALETTES[usize::from(self.style.light)];
        self.text("\x1b[");
        self.text(palette[color as usize]);
        self.text("m");
        true
    }

    /// Ends the colour, if one was begun.
    fn end_paint(&mut self, is_painted: bool) {
        if is_painted {
            self.text("\x1b[0m");
        }
    }

    /// Adds a value in text. On a terminal the control bytes of a string are shown as `\xNN`: names of links and
    /// namespaces are given by others, and an escape sequence in them could forge what is shown. A pipe or a file gets
    /// the bytes as they are.
    fn add_value(&mut self, value: &[u8], string: bool) {
        if string && !self.no_terminal && value.iter().any(is_control) && isatty(stdout()) {
            return self.add_escaped(value);
        }
        self.buf.append_bytes(value);
    }

    fn add_escaped(&mut self, value: &[u8]) {
        for byte in value {
            if is_control(byte) {
                self.buf.append_bytes(b"\\x");
                hexadecimal(&mut self.buf, (*byte).into(), 2);
            } else {
                self.buf.push(*byte);
            }
        }
    }

    fn member(&mut self, key: &[u8], value: &[u8], quoted: bool) {
        self.key(key);
        if quoted {
            quote(&mut self.buf, value);
        } else {
            self.buf.append_bytes(value);
        }
    }

    fn open(&mut self, key: &[u8], bracket: u8) {
        if self.style.json {
            self.key(key);
            self.buf.push(bracket);
            self.comma = false;
            self.depth += 1;
        }
    }

    /// Adds what stands before a value in JSON: a comma, and of a member the key.
    fn key(&mut self, key: &[u8]) {
        if self.comma {
            self.buf.push(b',');
        }
        self.comma = true;
        if !key.is_empty() {
            self.indent();
            // Keys are words of this program: nothing in them needs to be escaped.
            self.buf.push(b'"');
            self.buf.append_bytes(key);
            self.buf
                .append_bytes(if self.style.pretty { b"\": " } else { b"\":" });
        }
    }

    fn indent(&mut self) {
        if self.style.pretty {
            self.buf.push(b'\n');
            self.buf.resize(self.buf.len() + 4 * self.depth, b' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(style: Style) -> String {
        let mut out = Out::new(style);
        out.document();
        out.object("");
        out.uint("mtu|mtu % ", u64::MAX);
        out.array("flags");
        out.str("|<%", b"A");
        out.str("|,%>", b"B\"\x01");
        out.array_end();
        out.paint(Color::Up).str("state|% ", b"UP");
        out.object("none");
        out.object_end();
        out.object_end();
        out.object("");
        out.yes("last|last");
        out.array("empty");
        out.array_end();
        out.object_end();
        out.document_end().unwrap();
        String::from_utf8(out.take()).unwrap()
    }

    #[test]
    fn one_call_serves_every_form() {
        let style = Style::default();
        assert_eq!(sample(style), "mtu 18446744073709551615 <A,B\"\x01>UP last");
        assert_eq!(
            sample(Style {
                color: true,
                light: true,
                ..style
            }),
            "mtu 18446744073709551615 <A,B\"\x01>\x1b[32mUP \x1b[0mlast"
        );
        assert_eq!(
            sample(Style {
                json: true,
                ..style
            }),
            concat!(
                r#"[{"mtu":18446744073709551615,"flags":["A","B\"\u0001"],"state":"UP","none":{}},"#,
                r#"{"last":true,"empty":[]}]"#,
                "\n"
            )
        );
        assert_eq!(
            sample(Style {
                json: true,
                pretty: true,
                ..style
            }),
            concat!(
                "[ {\n        \"mtu\": 18446744073709551615,\n",
                "        \"flags\": [ \"A\",\"B\\\"\\u0001\" ],\n        \"state\": \"UP\",\n",
                "        \"none\": {}\n    },{\n        \"last\": true,\n        \"empty\": [ ]\n    } ]\n"
            )
        );
    }
}
