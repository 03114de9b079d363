//! Columns of numbers, of which `-h` and `-iec` print the leading digits and a letter.

use crate::ip::command::Ctx;
use crate::out::Out;
use crate::text::{add_scaled, add_unsigned};

/// Shows a number at the right end of a column, and a blank behind it.
pub fn show_number(n: u64, width: usize, ctx: &Ctx, out: &mut Out) {
    if ctx.human == 0 {
        out.column(n, width);
    } else {
        out.right(&number(n, ctx), width);
        out.text(" ");
    }
}

/// How many bytes a number takes.
pub fn width(n: u64, ctx: &Ctx) -> usize {
    number(n, ctx).len()
}

fn number(n: u64, ctx: &Ctx) -> Vec<u8> {
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
