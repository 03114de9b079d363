//! One streaming writer for text, `-o`, `-j`, `-p` and colour. It knows no networking.
//!
//! Each printing call has a form, `key|template`, in which `%` stands for the value: `out.uint("mtu|mtu % ", 1500)`. An empty
//! key is an element of a JSON array, a key alone is JSON alone, and [`Out::text`] is text alone.

use crate::error::{Channel, Error, Result};
use crate::text::{add_decimal, decimal, digits, fill_one, fill_two, hexadecimal, split};

use rustix::stdio::{stderr, stdout};
use rustix::termios::isatty;

/// Above this many bytes a record's end writes the buffer out, so that memory does not grow with what is shown.
const FULL: usize = 16 * 1024;

const BLANKS: &[u8; 32] = &[b' '; 32];

/// What is coloured, as an index into a palette.
#[derive(Clone, Copy)]
pub enum Color {
    /// Interface names.
    Ifname,
    /// Link-layer addresses.
    Mac,
    /// IPv4 addresses.
    Inet,
    /// IPv6 addresses.
    Inet6,
    /// Operational state UP.
    Up,
    /// Operational state DOWN.
    Down,
}

/// SGR parameters by [`Color`], for a dark and for a light background.
const PALETTES: [[&str; 6]; 2] = [
    ["1;36", "1;33", "1;35", "1;94", "1;32", "1;31"],
    ["36", "33", "35", "34", "32", "31"],
];

/// How to print.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct Style {
    /// `-j`.
    pub json: bool,
    /// `-p`.
    pub pretty: bool,
    /// `-o`.
    pub oneline: bool,
    /// `-c`: coloured text.
    pub color: bool,
    /// Colours for a light background.
    pub light: bool,
    /// How often `-d` was said.
    pub details: u8,
    /// `-N`: numbers in place of names.
    pub numeric: bool,
}

/// The writer. Bytes wait in a buffer until [`Out::record_end`] or [`Out::flush`].
#[derive(Default)]
pub struct Out {
    /// How to print; fixed while anything is open.
    pub style: Style,
    buf: Vec<u8>,
    value: Vec<u8>,
    written: usize,
    depth: usize,
    comma: bool,
    paint: Option<Color>,
    failed: i32,
    /// Whether standard output is known to be no terminal.
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

    /// Whether values go to JSON.
    pub fn json(&self) -> bool {
        self.style.json
    }

    /// Text alone.
    pub fn text(&mut self, text: &str) {
        self.raw(text.as_bytes());
    }

    /// Text alone, of any bytes.
    pub fn raw(&mut self, text: &[u8]) {
        if !self.style.json {
            self.buf.extend_from_slice(text);
        }
    }

    /// So many blanks, of text alone.
    pub fn blanks(&mut self, n: usize) {
        if !self.style.json {
            match BLANKS.get(..n) {
                Some(blanks) => self.buf.extend_from_slice(blanks),
                None => self.buf.resize(self.buf.len() + n, b' '),
            }
        }
    }

    /// A number in a column of text alone: as many blanks before it as make it `width` bytes long, up to 24, and one behind it.
    pub fn column(&mut self, n: u64, width: usize) {
        // All in one piece: -s has 14 columns a link.
        let mut cell = [b' '; 25];
        let len = digits(n, &mut cell[..24]).len();
        self.raw(&cell[24 - len.max(width).min(24)..]);
    }

    /// The line break inside a record: a newline, or `\` with `-o`.
    pub fn line_break(&mut self) {
        self.text(if self.style.oneline { "\\" } else { "\n" });
    }

    /// Colours what the next printing call prints.
    pub fn paint(&mut self, color: Color) -> &mut Out {
        self.paint = Some(color);
        self
    }

    /// A string.
    pub fn str(&mut self, form: &str, value: &[u8]) {
        self.field(form, value, true);
    }

    /// An unsigned number.
    pub fn uint(&mut self, form: &str, value: u64) {
        self.field(form, digits(value, &mut [0; 20]), false);
    }

    /// A signed number.
    pub fn int(&mut self, form: &str, value: i64) {
        add_decimal(self.value(), value);
        self.put(form, false);
    }

    /// A place to write a value to, for [`Out::put`] or [`Out::pair`].
    pub fn value(&mut self) -> &mut Vec<u8> {
        self.value.clear();
        &mut self.value
    }

    /// Adds blanks to the value that was written, up to a width.
    pub fn pad_value(&mut self, width: usize) {
        let width = width.max(self.value.len());
        self.value.resize(width, b' ');
    }

    /// The value that was written; JSON quotes a string.
    pub fn put(&mut self, form: &str, quoted: bool) {
        let value = std::mem::take(&mut self.value);
        self.field(form, &value, quoted);
        self.value = value;
    }

    /// The value that was written, and its name; in text that stands before it, if it has one, and blanks after
    /// both.
    pub fn pair(&mut self, name: &[u8], quoted: bool) {
        let value = std::mem::take(&mut self.value);
        if self.style.json {
            self.member(name, &value, quoted);
        } else {
            self.name(name);
            self.add_plain(&value, quoted);
            self.buf.push(b' ');
        }
        self.value = value;
    }

    /// An unsigned number, and its name; both in the places that [`Out::pair`] gives them.
    pub fn pair_uint(&mut self, name: &[u8], value: u64) {
        let mut buf = [0; 20];
        let digits = digits(value, &mut buf);
        if self.style.json {
            self.member(name, digits, false);
        } else {
            self.name(name);
            self.buf.extend_from_slice(digits);
            self.buf.push(b' ');
        }
    }

    /// The name of a pair in text.
    fn name(&mut self, name: &[u8]) {
        if !name.is_empty() {
            self.buf.extend_from_slice(name);
            self.buf.push(b' ');
        }
    }

    /// A member of JSON that is no string, as it is.
    pub fn pair_of(&mut self, key: &[u8], value: &[u8]) {
        self.member(key, value, false);
    }

    /// A word that is there or not: its text, and `true` in JSON.
    pub fn yes(&mut self, form: &str) {
        self.field(form, b"true", false);
    }

    /// A word that is there: with a blank behind it, and `true` in JSON.
    pub fn word(&mut self, name: &[u8]) {
        if self.style.json {
            self.member(name, b"true", false);
        } else {
            self.raw(name);
            self.text(" ");
        }
    }

    /// A JSON null; no text.
    pub fn null(&mut self, key: &str) {
        self.field(key, b"null", false);
    }

    /// Opens a JSON object; in an array with an empty key.
    pub fn object(&mut self, key: impl AsRef<[u8]>) {
        self.begin(key.as_ref(), b'{');
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

    /// Opens a JSON array.
    pub fn array(&mut self, key: impl AsRef<[u8]>) {
        self.begin(key.as_ref(), b'[');
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

    /// Opens the array that a command's output is in JSON.
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

    /// A line break, in text and in JSON.
    pub fn new_line(&mut self) {
        self.buf.push(b'\n');
    }

    /// Opens an object that is a line of its own, in no list.
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

    /// The line ends that a JSON value was; text has ended its own.
    fn value_end(&mut self) -> Result<()> {
        if self.style.json {
            self.new_line();
        }
        self.record_end()
    }

    /// A record is complete: writes the buffer out if it is full.
    pub fn record_end(&mut self) -> Result<()> {
        if self.buf.len() > FULL {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Writes everything out. The first failure stays: nothing is written after it, and each later flush returns it.
    pub fn flush(&mut self) -> Result<()> {
        // Worth a question where there may be much to come.
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

    /// A place to come back to with [`Out::rollback`].
    pub fn mark(&self) -> (usize, usize, bool) {
        (self.written, self.buf.len(), self.comma)
    }

    /// Forgets all that was printed since the mark. False if some of it is written out already.
    pub fn rollback(&mut self, (written, len, comma): (usize, usize, bool)) -> bool {
        let can = written == self.written;
        if can {
            self.buf.truncate(len);
            self.comma = comma;
        }
        can
    }

    /// Takes what has not been written out.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.buf)
    }

    /// Writes to standard error, after all that was printed before.
    pub fn warn(&mut self, text: &[u8]) {
        if text.is_empty() {
            return;
        }
        let _ = self.flush();
        let _ = rustix::io::write(stderr(), text);
    }

    /// Says on standard error what went wrong: the text, and behind it with `-j` the same as an object, or on a terminal a
    /// way out.
    pub fn report(&mut self, e: &Error) {
        let line = fill_one("%\n", e.text());
        if e.channel() == Channel::HelpOnStdout {
            self.raw(&line);
            let _ = self.flush();
            return;
        }
        // Where nobody reads any more, there is nothing to say.
        if e.text().is_empty() || e.errno() == libc::EPIPE {
            return;
        }
        self.warn(&line);
        if self.json() && e.channel() == Channel::Refusal {
            let mut text = Vec::new();
            quote(&mut text, e.text());
            let status = decimal(e.code().into());
            self.warn(&fill_two("{\"error\":%,\"status\":%}\n", &text, &status));
        } else if !e.hint_text().is_empty() && isatty(stderr()) {
            self.warn(&fill_one("%\n", e.hint_text()));
        }
    }

    fn field(&mut self, form: &str, value: &[u8], quoted: bool) {
        let paint = self.paint.take();
        let (key, template) = split(form.as_bytes(), b'|');
        if self.style.json {
            return self.member(key, value, quoted);
        }
        let paint = paint.filter(|_| self.style.color);
        if let Some(color) = paint {
            let palette = &PALETTES[usize::from(self.style.light)];
            self.text("\x1b[");
            self.text(palette[color as usize]);
            self.text("m");
        }
        let (before, after) = split(template, b'%');
        self.buf.extend_from_slice(before);
        if before.len() < template.len() {
            self.add_plain(value, quoted);
        }
        self.buf.extend_from_slice(after);
        if paint.is_some() {
            self.text("\x1b[0m");
        }
    }

    /// Adds a value as a terminal may have it: control bytes of a string as `\xNN`, since who names a link need not be who looks at
    /// it. Whoever reads from a pipe or a file gets the bytes.
    fn add_plain(&mut self, value: &[u8], string: bool) {
        if !string || self.no_terminal || !value.iter().any(is_control) || !isatty(stdout()) {
            return self.buf.extend_from_slice(value);
        }
        for byte in value {
            if is_control(byte) {
                self.buf.extend_from_slice(b"\\x");
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
            self.buf.extend_from_slice(value);
        }
    }

    fn begin(&mut self, key: &[u8], bracket: u8) {
        if self.style.json {
            self.key(key);
            self.buf.push(bracket);
            self.comma = false;
            self.depth += 1;
        }
    }

    /// The comma, the place and the name of a member; the comma alone for an array's element.
    fn key(&mut self, key: &[u8]) {
        if self.comma {
            self.buf.push(b',');
        }
        self.comma = true;
        if !key.is_empty() {
            self.indent();
            // Names of members are plain words.
            self.buf.push(b'"');
            self.buf.extend_from_slice(key);
            self.buf
                .extend_from_slice(if self.style.pretty { b"\": " } else { b"\":" });
        }
    }

    fn indent(&mut self) {
        if self.style.pretty {
            self.buf.push(b'\n');
            self.buf.resize(self.buf.len() + 4 * self.depth, b' ');
        }
    }
}

fn is_control(byte: &u8) -> bool {
    *byte < b' ' || *byte == 0x7f
}

/// A JSON string: `"`, `\` and control bytes are escaped, all else is passed on as it is.
pub fn quote(buf: &mut Vec<u8>, mut value: &[u8]) {
    buf.push(b'"');
    loop {
        let special = |byte: &u8| is_control(byte) || matches!(byte, b'"' | b'\\');
        let end = value.iter().position(special).unwrap_or(value.len());
        let (plain, rest) = value.split_at(end);
        buf.extend_from_slice(plain);
        let Some((&byte, rest)) = rest.split_first() else {
            break;
        };
        value = rest;
        let letter = match byte {
            b'\t' => b't',
            b'\n' => b'n',
            b'\r' => b'r',
            0x0c => b'f',
            0x08 => b'b',
            b'"' | b'\\' => byte,
            _ => {
                buf.extend_from_slice(b"\\u00");
                hexadecimal(buf, byte.into(), 2);
                continue;
            }
        };
        buf.extend_from_slice(&[b'\\', letter]);
    }
    buf.push(b'"');
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
