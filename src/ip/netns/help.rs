//! Puts the help of `ip netns` together while it is compiled, so that it is one string in the file.

const BEGIN: &str = "Usage:";
/// Before each line.
const TAB: &str = "\t";
const END: &str = "\
NETNSID := auto | POSITIVE-INT
NAMESPACE := NAME | PATH | PID | fd:N";

/// How long the help is that has these lines, each in pieces.
pub const fn length(lines: &[&[&str]]) -> usize {
    write::<0>(lines).1
}

/// The help that has these lines, each in pieces. `SIZE` is its length.
pub const fn text<const SIZE: usize>(lines: &[&[&str]]) -> [u8; SIZE] {
    write(lines).0
}

/// The bytes for which there is room, and how many there are.
const fn write<const SIZE: usize>(lines: &[&[&str]]) -> ([u8; SIZE], usize) {
    let mut text = ([0; SIZE], 0);
    text = add(text, BEGIN);
    let mut line = 0;
    while line < lines.len() {
        text = add(text, TAB);
        let mut piece = 0;
        while piece < lines[line].len() {
            text = add(text, lines[line][piece]);
            piece += 1;
        }
        text = add(text, "\n");
        line += 1;
    }
    add(text, END)
}

const fn add<const SIZE: usize>(
    (mut bytes, mut len): ([u8; SIZE], usize),
    piece: &str,
) -> ([u8; SIZE], usize) {
    let mut at = 0;
    while at < piece.len() {
        if len < SIZE {
            bytes[len] = piece.as_bytes()[at];
        }
        len += 1;
        at += 1;
    }
    (bytes, len)
}
