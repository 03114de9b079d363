//! Lines of columns, of which `-h` and `-iec` print large numbers as their leading digits and a letter.

use crate::ip::command::Ctx;
use crate::out::Out;
use crate::text::{add_scaled, add_unsigned, copy_to_end, digits};

/// A line that is put together before it is printed: there may be some thousand of them, of a dozen columns each.
pub struct Line {
    bytes: [u8; LONGEST],
    len: usize,
}

/// More than eight numbers of 20 digits.
const LONGEST: usize = 224;

impl Line {
    /// An empty line.
    pub fn empty() -> Line {
        Line {
            bytes: [b' '; LONGEST],
            len: 0,
        }
    }

    /// Adds text.
    pub fn text(&mut self, text: &str) {
        self.right(text.as_bytes(), 0);
    }

    /// Adds blanks.
    pub fn blanks(&mut self, n: usize) {
        self.right(b"", n);
    }

    /// Adds text at the right end of a column, which is wider than it says if the text is.
    pub fn right(&mut self, text: &[u8], width: usize) {
        let end = self.len + width.max(text.len());
        if let Some(column) = self.bytes.get_mut(self.len..end) {
            copy_to_end(column, text);
            self.len = end;
        }
    }

    /// Adds a number at the right end of a column, and a blank.
    pub fn number(&mut self, n: u64, width: usize, ctx: &Ctx) {
        if ctx.human == 0 {
            self.right(digits(n, &mut [0; 20]), width);
        } else {
            self.right(&scaled(n, ctx), width);
        }
        self.blanks(1);
    }

    /// Prints the line in text.
    pub fn show(&self, out: &mut Out) {
        out.raw(&self.bytes[..self.len]);
    }
}

/// How many bytes a number takes.
pub fn width(n: u64, ctx: &Ctx) -> usize {
    scaled(n, ctx).len()
}

fn scaled(n: u64, ctx: &Ctx) -> Vec<u8> {
    let mut text = Vec::new();
    if ctx.human == 0 || n < ctx.human {
        add_unsigned(&mut text, n);
        return text;
    }
    let mut unit = ctx.human;
    let mut letter = 0;
    while n / unit >= ctx.human && letter < 5 {
        unit *= ctx.human;
        letter += 1;
    }
    add_scaled(&mut text, n, unit);
    text.push(b"kMGTPE"[letter]);
    if ctx.human == 1024 {
        text.push(b'i');
    }
    text
}
